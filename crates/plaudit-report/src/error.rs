//! What can go wrong with a run directory.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file of a run directory could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: "read", "write", ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// One line of a `.jsonl` file is not what it should be.
    #[error("{}, line {line}: {cause}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// A file is damaged, or was written by another version of Plaudit.
    #[error("{} is not readable as {what}: {cause}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong with it.
        cause: String,
    },
    /// A rollout table whose columns do not fit each other.
    #[error("the rollout table has {expected} {unit}, but its column {column} has {found}")]
    Shape {
        /// The column's name.
        column: String,
        /// What the column counts: samples or tokens.
        unit: &'static str,
        /// The length it should have.
        expected: usize,
        /// The length it has.
        found: usize,
    },
    /// A rollout table with a sample whose steps do not cover it.
    #[error("the steps of sample {sample} of the rollout table are not as long as its tokens")]
    Steps {
        /// The sample's row, from 0.
        sample: usize,
    },
}

impl ReportError {
    /// For `map_err`: the operating system refused `action` on `path`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// For `map_err`: `path` does not hold `what`.
    pub(crate) fn malformed<E: std::fmt::Display>(what: &'static str, path: &Path) -> impl Fn(E) -> Self {
        let path = path.to_owned();
        move |cause| Self::Malformed { path: path.clone(), what, cause: cause.to_string() }
    }
}
