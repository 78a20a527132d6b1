//! How a check ends.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The result of checking one completion. A failure of the check is never a wrong answer in disguise: the recipe says
/// what each case is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The answer is right.
    Correct,
    /// The answer was understood and is not right.
    Wrong,
    /// Nothing could be compared, because `part` is absent or unreadable.
    Unparsed {
        /// What could not be read.
        part: Part,
    },
    /// The check was stopped by a deterministic limit.
    OverBudget {
        /// Which limit.
        limit: Limit,
    },
    /// The check itself broke; says nothing about the answer.
    Failed {
        /// What went wrong, for a person.
        cause: String,
    },
}

/// What an [`Verdict::Unparsed`] check could not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The completion states no answer at all.
    Missing,
    /// The completion states an answer that does not parse.
    Answer,
    /// The reference answer does not parse: an error of the data, not of the policy.
    Gold,
}

/// The deterministic limit behind an [`Verdict::OverBudget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Characters of input.
    Length,
    /// Nesting depth.
    Depth,
    /// Evaluation steps.
    Steps,
    /// Bits of an intermediate number.
    Bits,
    /// Bits of precision: two values that can neither be told apart nor be shown to be equal.
    Precision,
}

impl Verdict {
    /// The names of all kinds in a fixed order: the order of [`VerdictCounts`] and of reports.
    pub const KINDS: [&'static str; 6] = ["correct", "wrong", "missing", "unparsed", "over-budget", "failed"];

    /// The position of this verdict's kind in [`Verdict::KINDS`]. "missing" (no answer) and "unparsed" (an unreadable
    /// answer or reference) are counted apart.
    pub fn kind_index(&self) -> usize {
        match self {
            Self::Correct => 0,
            Self::Wrong => 1,
            Self::Unparsed { part: Part::Missing } => 2,
            Self::Unparsed { .. } => 3,
            Self::OverBudget { .. } => 4,
            Self::Failed { .. } => 5,
        }
    }

    /// The kind's name, one of [`Verdict::KINDS`].
    pub fn kind(&self) -> &'static str {
        Self::KINDS[self.kind_index()]
    }

    /// Whether the answer is right.
    pub fn is_correct(&self) -> bool {
        matches!(self, Self::Correct)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Correct => f.write_str("correct"),
            Self::Wrong => f.write_str("wrong"),
            Self::Unparsed { part: Part::Missing } => f.write_str("missing (the completion states no answer)"),
            Self::Unparsed { part: Part::Answer } => f.write_str("unparsed (the answer does not parse)"),
            Self::Unparsed { part: Part::Gold } => f.write_str("unparsed (the reference answer does not parse)"),
            Self::OverBudget { limit } => write!(f, "over budget ({limit:?})"),
            Self::Failed { cause } => write!(f, "failed ({cause})"),
        }
    }
}

/// How many checks ended in each kind of verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictCounts([u64; 6]);

impl VerdictCounts {
    /// Counts one verdict.
    pub fn add(&mut self, verdict: &Verdict) {
        self.0[verdict.kind_index()] += 1;
    }

    /// `(kind, count)` in the order of [`Verdict::KINDS`].
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Verdict::KINDS.iter().copied().zip(self.0)
    }

    /// The number of checks counted.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The number of correct answers.
    pub fn correct(&self) -> u64 {
        self.0[0]
    }
}

impl<'a> FromIterator<&'a Verdict> for VerdictCounts {
    fn from_iter<I: IntoIterator<Item = &'a Verdict>>(verdicts: I) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(verdict);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_and_garbage_are_told_apart() {
        let missing = Verdict::Unparsed { part: Part::Missing };
        let garbage = Verdict::Unparsed { part: Part::Answer };
        assert_ne!(missing.kind(), garbage.kind());
        let counts: VerdictCounts = [&missing, &garbage, &Verdict::Correct].into_iter().collect();
        assert_eq!(counts.total(), 3);
        assert_eq!(counts.correct(), 1);
        assert_eq!(counts.iter().find(|(kind, _)| *kind == "missing"), Some(("missing", 1)));
    }
}
