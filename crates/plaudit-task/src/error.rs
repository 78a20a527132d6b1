//! What can go wrong with a task.

use crate::Split;
use std::path::PathBuf;

/// Why a task cannot be built or cannot give a problem.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A field of the configuration has a value outside its range.
    #[error("task {kind}: `{field}` {reason}")]
    Config {
        /// The kind of task.
        kind: &'static str,
        /// The field's name.
        field: &'static str,
        /// What is wrong with it and what is allowed.
        reason: String,
    },
    /// The configuration leaves (almost) no problem to draw.
    #[error("task {kind}: found no {split} problem in {draws} draws; widen the ranges of the task")]
    Exhausted {
        /// The kind of task.
        kind: &'static str,
        /// The split asked for.
        split: Split,
        /// How many draws were made.
        draws: u32,
    },
    /// A solution that cannot be made wrong.
    #[error(
        "the solution ends in {conclusion:?}, which has no digit to change; learn from right solutions alone (`expert` = 1)"
    )]
    NoDigit {
        /// The line that states the answer.
        conclusion: String,
    },
    /// A dataset has no rows for a split.
    #[error("data set {path}: no rows are {split}; give more rows, or set `held_out_path`", path = path.display())]
    EmptySplit {
        /// The file.
        path: PathBuf,
        /// The split asked for.
        split: Split,
    },
    /// A dataset file cannot be opened or read.
    #[error("data set {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A Parquet file is damaged, truncated, or of a kind that cannot be read.
    #[error("data set {path}: not readable as Parquet: {reason}", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The cause.
        reason: String,
    },
    /// No row has a column that the configuration names.
    #[error("data set {path}: no row has the column `{column}`; it has {found}", path = path.display(), found = list(found))]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column asked for.
        column: String,
        /// The columns of the first readable row, or of the Parquet schema.
        found: Vec<String>,
    },
    /// No row of a dataset can be used.
    #[error("data set {path}: none of its {rows} rows can be used{first}", path = path.display(), first = first_reason(first))]
    NoRows {
        /// The file.
        path: PathBuf,
        /// How many rows it has, malformed ones included.
        rows: u64,
        /// The first malformed row, unless the file is empty.
        first: Option<crate::Malformed>,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "no columns".to_owned() } else { names.join(", ") }
}

fn first_reason(first: &Option<crate::Malformed>) -> String {
    first.as_ref().map(|row| format!("; row {}: {}", row.line, row.reason)).unwrap_or_default()
}
