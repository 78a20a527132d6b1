//! Checks that are no comparison of two mathematical expressions: pure functions, one file each.
//!
//! A check ends in a [`plaudit_core::Verdict`] or in a score. Scores are finite, and their documentation states range, direction (higher is
//! better, but where it says otherwise) and a worked example. Where there is no score, a [`CheckError`] says why: it is never a 0 in
//! disguise.

pub mod alignment;
pub mod bleu;
pub mod boxes;
pub mod chrf;
pub mod format;
pub mod fraction;
pub mod geography;
pub mod intervals;
pub mod json_reference;
pub mod json_schema;
pub mod length;
pub mod multiple_choice;
mod ngrams;
pub mod numeric;
pub mod order;
pub mod output;
pub mod ranking;
pub mod sets;
pub mod tool_calls;
pub mod words;

use plaudit_core::{Limit, Part, Verdict};

/// Why a check has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// The input is larger than what is compared.
    #[error("over the limit on {0:?}")]
    OverBudget(Limit),
    /// Nothing could be compared.
    #[error("no readable {0:?}")]
    Unparsed(Part),
    /// The score has no value for this input, as a rank correlation of constants.
    #[error("undefined: {0}")]
    Undefined(&'static str),
    /// The input breaks what the check says about it.
    #[error("invalid input: {0}")]
    Input(&'static str),
}

/// The verdict where a check that has no score is part of judging an answer.
impl From<CheckError> for Verdict {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::OverBudget(limit) => Self::OverBudget { limit },
            CheckError::Unparsed(part) => Self::Unparsed { part },
            CheckError::Undefined(_) | CheckError::Input(_) => Self::Failed { cause: error.to_string() },
        }
    }
}

/// The most cells of a table that a quadratic algorithm fills: a few milliseconds.
pub const MAX_CELLS: usize = 1 << 20;

/// # Errors
/// [`Limit::Steps`] where a table of `rows` by `columns` has more than [`MAX_CELLS`].
fn table(rows: usize, columns: usize) -> Result<(), CheckError> {
    match rows.checked_mul(columns) {
        Some(cells) if cells <= MAX_CELLS => Ok(()),
        _ => Err(CheckError::OverBudget(Limit::Steps)),
    }
}

/// # Errors
/// [`CheckError::Input`] where a number is not finite.
fn finite(numbers: impl IntoIterator<Item = f64>) -> Result<(), CheckError> {
    match numbers.into_iter().all(f64::is_finite) {
        true => Ok(()),
        false => Err(CheckError::Input("a number is not finite")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_a_score_is_no_wrong_answer() {
        assert_eq!(Verdict::from(CheckError::OverBudget(Limit::Steps)), Verdict::OverBudget { limit: Limit::Steps });
        assert_eq!(Verdict::from(CheckError::Unparsed(Part::Gold)), Verdict::Unparsed { part: Part::Gold });
        let failed = Verdict::from(CheckError::Undefined("all values are the same"));
        assert_eq!(failed, Verdict::Failed { cause: "undefined: all values are the same".into() });
        assert!(table(1 << 10, 1 << 10).is_ok() && table(1 << 10, 1 << 11).is_err() && table(usize::MAX, 2).is_err());
        assert!(finite([1.0, f64::NAN]).is_err());
    }
}
