//! How a comparison ends.

use plaudit_core::Limit;
use serde::{Deserialize, Serialize};

/// The result of comparing two expressions. It does not depend on which of the two comes first, but where a policy says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum Equality {
    /// They are equal.
    Equal {
        /// By what means that was found.
        how: How,
    },
    /// They are not equal.
    NotEqual {
        /// What shows it.
        witness: Witness,
    },
    /// Neither was shown.
    Unknown {
        /// Why.
        reason: Reason,
    },
}

/// By what means two expressions were found to be equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub enum How {
    /// They were written in the same way.
    Same,
    /// Their exact normal forms are the same.
    Exact,
    /// They agree wherever they were evaluated. Wrong with a probability that is not known but tiny: every value agrees to
    /// `bits` bits at each of `points` points drawn independently of the expressions.
    Numeric {
        /// Points of evaluation; 1 where there are no variables.
        points: u32,
        /// Bits behind the binary point that agree; `u32::MAX` where all values are known exactly.
        bits: u32,
    },
    /// They differ by no more than the policy allows.
    Tolerance,
    /// Their words are the same after what the policy folds.
    Text,
}

/// What shows that two expressions differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "witness", rename_all = "kebab-case")]
pub enum Witness {
    /// Their exact values differ.
    Exact,
    /// Values that cannot be equal: disjoint enclosures, at the given point (`x = 3/7, y = -2`; empty where there are no variables).
    Values {
        /// Where.
        at: String,
        /// The first expression's value there, about.
        left: String,
        /// The second one's.
        right: String,
    },
    /// They are not of one kind, as a number and an interval.
    Kind {
        /// Of the first.
        left: String,
        /// Of the second.
        right: String,
    },
    /// They have different numbers of parts.
    Count {
        /// Of the first.
        left: usize,
        /// Of the second.
        right: usize,
    },
    /// A part of one has no equal in the other: its place from 0 on.
    Part {
        /// Which part of the first.
        index: usize,
        /// Why it differs, where there is one counterpart.
        inner: Option<Box<Witness>>,
    },
    /// The policy demands a form that the second one does not have.
    Form {
        /// What is demanded.
        demanded: String,
    },
    /// Their words differ.
    Text,
    /// Their units differ.
    Unit,
}

/// Why a comparison ends without a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// A deterministic limit was met.
    Budget {
        /// Which.
        limit: Limit,
    },
    /// No normal form was the same, and numbers can neither be computed nor tell them apart: a function without a meaning, a
    /// divergent series, no point where both are defined.
    Undecided {
        /// What stood in the way.
        obstacle: String,
    },
}

impl Equality {
    /// Whether they were found to be equal.
    pub fn is_equal(&self) -> bool {
        matches!(self, Self::Equal { .. })
    }

    /// The same for the two in the other order.
    pub fn flipped(self) -> Self {
        let flip = |witness: Witness| match witness {
            Witness::Values { at, left, right } => Witness::Values { at, left: right, right: left },
            Witness::Kind { left, right } => Witness::Kind { left: right, right: left },
            Witness::Count { left, right } => Witness::Count { left: right, right: left },
            other => other,
        };
        match self {
            Self::NotEqual { witness } => Self::NotEqual { witness: flip(witness) },
            other => other,
        }
    }
}
