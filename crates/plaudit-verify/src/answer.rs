//! One answer against one reference.

use crate::number::{self, Percent};
use crate::{ParseError, Rational, choice, text};
use plaudit_core::{Part, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an answer is compared with its reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// As `number` where the reference is a number, else as `text`.
    #[default]
    Auto,
    /// Exactly equal numbers: integers, decimals, fractions, thousands separators, scientific notation. `50%` equals both
    /// 50 and 0.5, as data sets write either.
    Number,
    /// Equal up to case and white space.
    Text,
    /// Equal character by character.
    ExactText,
    /// The same multiple-choice letter, in either case.
    Choice,
}

/// Compares the answer extracted from a completion with the reference `gold`. `None` is a completion without an answer.
///
/// An answer that cannot be read is `Unparsed { Answer }` or, past a budget of [`number`], `OverBudget`; a reference that
/// cannot be read is `Unparsed { Gold }`, an error of the data.
///
/// ```
/// use plaudit_verify::answer::{AnswerKind, check};
/// assert!(check("1200", Some("1,200.0"), AnswerKind::Auto).is_correct());
/// assert!(!check("Paris", Some("Lyon"), AnswerKind::Auto).is_correct());
/// ```
pub fn check(gold: &str, candidate: Option<&str>, kind: AnswerKind) -> Verdict {
    let Some(candidate) = candidate else {
        return Verdict::Unparsed { part: Part::Missing };
    };
    match kind {
        AnswerKind::Auto => match Reading::of(gold) {
            Ok(gold) => check_number(&gold, candidate),
            Err(_) => check(gold, Some(candidate), AnswerKind::Text),
        },
        AnswerKind::Number => match Reading::of(gold) {
            Ok(gold) => check_number(&gold, candidate),
            Err(_) => Verdict::Unparsed { part: Part::Gold },
        },
        AnswerKind::Text => verdict(text::fold(gold) == text::fold(candidate)),
        AnswerKind::ExactText => verdict(gold == candidate),
        AnswerKind::Choice => match (choice::letter(gold), choice::letter(candidate)) {
            (None, _) => Verdict::Unparsed { part: Part::Gold },
            (_, None) => Verdict::Unparsed { part: Part::Answer },
            (Some(gold), Some(candidate)) => verdict(gold.eq_ignore_ascii_case(candidate)),
        },
    }
}

/// Correct or wrong.
pub fn verdict(is_correct: bool) -> Verdict {
    if is_correct { Verdict::Correct } else { Verdict::Wrong }
}

/// A number and, where it has a percent sign, both things that may mean.
struct Reading {
    plain: Rational,
    hundredths: Rational,
}

impl Reading {
    fn of(text: &str) -> Result<Self, ParseError> {
        Ok(Self { plain: number::parse(text, Percent::Ignore)?, hundredths: number::parse(text, Percent::Hundredths)? })
    }
}

fn check_number(gold: &Reading, candidate: &str) -> Verdict {
    match Reading::of(candidate) {
        Ok(candidate) => verdict(gold.plain == candidate.plain || gold.hundredths == candidate.hundredths),
        Err(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Limit;

    const UNREADABLE: Verdict = Verdict::Unparsed { part: Part::Answer };

    #[test]
    fn numbers_are_compared_exactly() {
        for (gold, candidate, expected) in [
            ("72", "72.0", Verdict::Correct),
            ("1/2", "0.5", Verdict::Correct),
            ("1,000", "1e3", Verdict::Correct),
            ("1/3", "0.3333333333", Verdict::Wrong),
            ("24", "24.5", Verdict::Wrong),
            ("72", "1/0", Verdict::Wrong),
            ("72", "seventy-two", UNREADABLE),
            ("72", "nan", UNREADABLE),
            ("72", "1e9999", Verdict::OverBudget { limit: Limit::Bits }),
            ("50%", "50%", Verdict::Correct),
            ("50%", "50", Verdict::Correct),
            ("50", "50%", Verdict::Correct),
            ("0.5", "50%", Verdict::Correct),
            ("50%", "0.5", Verdict::Correct),
            ("50", "0.5", Verdict::Wrong),
        ] {
            assert_eq!(check(gold, Some(candidate), AnswerKind::Auto), expected, "{gold} {candidate}");
            assert_eq!(check(gold, Some(candidate), AnswerKind::Number), expected, "{gold} {candidate}");
        }
    }

    #[test]
    fn text_is_folded_or_exact() {
        assert_eq!(check("New York", Some("new  york"), AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check("New York", Some("new york"), AnswerKind::ExactText), Verdict::Wrong);
        assert_eq!(check("New York", Some("York"), AnswerKind::Text), Verdict::Wrong);
        assert_eq!(check("07", Some("7"), AnswerKind::Text), Verdict::Wrong);
    }

    #[test]
    fn letters_are_compared_as_choices() {
        assert_eq!(check("C", Some("(c)"), AnswerKind::Choice), Verdict::Correct);
        assert_eq!(check("C", Some("B"), AnswerKind::Choice), Verdict::Wrong);
        assert_eq!(check("C", Some("aspirin"), AnswerKind::Choice), UNREADABLE);
    }

    #[test]
    fn a_missing_answer_and_a_bad_reference_are_told_apart() {
        assert_eq!(check("7", None, AnswerKind::Auto), Verdict::Unparsed { part: Part::Missing });
        assert_eq!(check("seven", Some("7"), AnswerKind::Number), Verdict::Unparsed { part: Part::Gold });
        assert_eq!(check("12", Some("A"), AnswerKind::Choice), Verdict::Unparsed { part: Part::Gold });
    }
}
