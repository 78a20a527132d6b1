//! Why a text is not a value.

use plaudit_core::{Limit, Part, Verdict};

/// Why a reader could not turn an answer into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text is not in the reader's language.
    #[error("not in the expected notation")]
    Syntax,
    /// The text is well formed and has no value.
    #[error("division by zero")]
    DivisionByZero,
    /// Reading stopped at a deterministic limit.
    #[error("over the limit on {0:?}")]
    OverBudget(Limit),
}

/// The verdict on an *answer* that could not be read. A division by zero was understood, so it is wrong.
impl From<ParseError> for Verdict {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::Syntax => Self::Unparsed { part: Part::Answer },
            ParseError::DivisionByZero => Self::Wrong,
            ParseError::OverBudget(limit) => Self::OverBudget { limit },
        }
    }
}
