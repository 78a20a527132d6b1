//! Why a question about recorded rollouts has no answer.

use plaudit_core::BatchError;
use plaudit_credit::CreditError;
use plaudit_recipe::{Problems, RecipeError};
use plaudit_report::ReportError;
use std::path::PathBuf;

/// Why recorded rollouts could not be read, or be put through a setting.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// A file of a run, or a line of a batch, that cannot be read.
    #[error(transparent)]
    File(#[from] ReportError),
    /// Rows that do not fit each other.
    #[error("{}, line {line}: {source}", path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What does not fit.
        source: BatchError,
    },
    /// Rows of a file that do not fit, where no line is to blame.
    #[error("{}: {source}", path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        source: BatchError,
    },
    /// What was asked for is not there; the message says what is.
    #[error("{0}")]
    Absent(String),
    /// A recipe that cannot be used.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A credit estimator refuses the batch.
    #[error("{setting}: {source}")]
    Credit {
        /// The setting.
        setting: String,
        /// What the estimator says.
        source: CreditError,
    },
    /// Columns that an objective reads, or a reward is made of, are absent.
    #[error("{setting}: {reader} reads {columns}, which this batch does not have")]
    Missing {
        /// The setting.
        setting: String,
        /// Who reads it.
        reader: String,
        /// The columns, each between backticks.
        columns: String,
    },
}

impl From<Problems> for ExplainError {
    fn from(problems: Problems) -> Self {
        Self::Recipe(RecipeError::Invalid(problems))
    }
}
