//! How comparisons end, and why readings fail, in words for a person.

use super::{Equality, How, ReadError, ReadErrorKind, Reason, Witness};
use plaudit_core::Limit;
use std::fmt::{self, Display, Formatter};

/// Calls the first expression the gold answer and the second the answer.
impl Display for Equality {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal { how } => how.fmt(f),
            Self::NotEqual { witness } => witness.fmt(f),
            Self::Unknown { reason } => reason.fmt(f),
        }
    }
}

impl Display for How {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same => f.write_str("both read as the same"),
            Self::Exact => f.write_str("both have the same exact value"),
            Self::Numeric { points: 1, bits: u32::MAX } => f.write_str("both have the same exact value"),
            Self::Numeric { points: 1, bits } => write!(f, "both have the same value to {bits} bits"),
            Self::Numeric { points, bits: u32::MAX } => {
                write!(f, "both have the same exact values at {points} points drawn at random")
            }
            Self::Numeric { points, bits } => {
                write!(f, "both have the same values to {bits} bits at {points} points drawn at random")
            }
            Self::Tolerance => f.write_str("both are as near to each other as the policy allows"),
            Self::Text => f.write_str("both are the same words"),
        }
    }
}

impl Display for Witness {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("their exact values differ"),
            Self::Values { at, left, right } if at.is_empty() => {
                write!(f, "the gold answer is about {left}, the answer about {right}")
            }
            Self::Values { at, left, right } => {
                write!(f, "at {at} the gold answer is about {left}, the answer about {right}")
            }
            Self::Kind { left, right } => write!(f, "the gold answer is {left}, the answer {right}"),
            Self::Count { left, right } => {
                let plural = if *left == 1 { "" } else { "s" };
                write!(f, "the gold answer has {left} part{plural}, the answer {right}")
            }
            Self::Part { index, inner: None } => {
                write!(f, "part {} of the gold answer has no equal in the answer", index + 1)
            }
            Self::Part { index, inner: Some(inner) } => write!(f, "in part {}: {inner}", index + 1),
            Self::Form { demanded } => write!(f, "the values are equal, but the answer is not {demanded}"),
            Self::Text => f.write_str("their words differ"),
            Self::Unit => f.write_str("their units differ"),
        }
    }
}

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Budget { limit } => write!(f, "the comparison met its limit of {}", limit_in_words(*limit)),
            Self::Undecided { obstacle } => write!(f, "neither equality nor a difference could be shown: {obstacle}"),
        }
    }
}

impl ReadError {
    /// What was expected and where, in the `text` that was read: `expected a closing brace at the end`.
    pub fn in_words(&self, text: &str) -> String {
        /// Characters shown of what stands there.
        const SHOWN: usize = 16;
        let at = text.floor_char_boundary(self.at);
        let (before, behind) = text.split_at(at);
        let shown: String = behind.chars().take(SHOWN).collect();
        let place = match behind.trim().is_empty() {
            true => "at the end".to_owned(),
            false => format!("at character {}, before {shown:?}", before.chars().count() + 1),
        };
        match self.kind {
            ReadErrorKind::Syntax => format!("expected {} {place}", self.message),
            ReadErrorKind::OverBudget(limit) => format!("over the limit of {} {place}", limit_in_words(limit)),
        }
    }
}

fn limit_in_words(limit: Limit) -> &'static str {
    match limit {
        Limit::Length => "length",
        Limit::Depth => "nesting",
        Limit::Steps => "steps of work",
        Limit::Bits => "digits of a number",
        Limit::Precision => "precision",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::{Policy, Preset, judge};

    #[test]
    fn every_end_is_a_sentence() {
        for (gold, answer, expected) in [
            ("1/2", "1/2", "both read as the same"),
            ("1/2", "0.5", "both have the same exact value"),
            ("2", "3", "their exact values differ"),
            ("1, 2", "1, 2, 3", "the gold answer has 2 parts, the answer 3"),
            ("1, 2", "1, 3", "part 2 of the gold answer has no equal in the answer"),
            ("(1, 2)", "(1, 3)", "in part 2: their exact values differ"),
            ("blue", "red", "their words differ"),
            ("2^{2^{2^{2^{2^{2}}}}}+1", "x^{10^9}", "the comparison met its limit of digits of a number"),
        ] {
            let said = judge(gold, answer, &Policy::default()).equality.to_string();
            assert!(said.starts_with(expected), "{gold} {answer}: {said}");
        }
        let undecided =
            Equality::Unknown { reason: Reason::Undecided { obstacle: "not evaluated".into() } }.to_string();
        assert_eq!(undecided, "neither equality nor a difference could be shown: not evaluated");
        let stopped = Reason::Budget { limit: Limit::Steps }.to_string();
        assert_eq!(stopped, "the comparison met its limit of steps of work");
        let said = judge("1/2", "2/4", &Preset::Hendrycks.policy()).equality.to_string();
        assert_eq!(said, "the values are equal, but the answer is not written as the gold answer is");
    }

    #[test]
    fn a_failed_reading_names_its_place() {
        let said = |text: &str| judge(text, "1", &Policy::default()).gold.unwrap_err().in_words(text);
        assert!(said(r"\frac{1}{").ends_with(" at the end"), "{}", said(r"\frac{1}{"));
        assert!(said("α+*2").contains("at character 3, before \"*2\""), "{}", said("α+*2"));
        let deep = "(".repeat(500) + "1" + &")".repeat(500);
        assert!(said(&deep).starts_with("over the limit of nesting at character "), "{}", said(&deep));
    }
}
