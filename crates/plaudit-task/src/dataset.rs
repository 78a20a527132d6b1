//! Problems from a file.

use plaudit_verify::{AnswerKind, Extraction};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Problems from your own JSONL or Parquet file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatasetConfig {
    /// The file: one JSON object per line, or Parquet (by the ending `.parquet`). Relative to the working directory.
    pub path: PathBuf,
    /// A second file with the held-out problems. Without one, 1 prompt in 8 is held out, chosen by its text.
    pub held_out_path: Option<PathBuf>,
    /// The column with the prompt, a string.
    pub prompt_column: String,
    /// The column with the reference answer, a string or a number.
    pub answer_column: String,
    /// The column with a worked solution for a warm start, a string; its last line may state the answer.
    pub solution_column: Option<String>,
    /// Where to find the answer in a completion.
    pub extraction: Extraction,
    /// Where to find the answer in the answer column; "marker" for columns that end in `#### 42`.
    pub gold_extraction: Extraction,
    /// How answers are compared.
    pub answer_kind: AnswerKind,
}

impl Default for DatasetConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            held_out_path: None,
            prompt_column: "prompt".to_owned(),
            answer_column: "answer".to_owned(),
            solution_column: None,
            extraction: Extraction::default(),
            gold_extraction: Extraction::Whole,
            answer_kind: AnswerKind::default(),
        }
    }
}

/// What was found in the file or files of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatasetReport {
    /// How many rows there are, malformed ones included.
    pub rows: u64,
    /// The rows that cannot be used.
    pub malformed: Vec<Malformed>,
}

/// A row that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Malformed {
    /// The file.
    pub path: PathBuf,
    /// Line (JSONL) or row (Parquet), counted from 1.
    pub line: u64,
    /// Why it cannot be used.
    pub reason: String,
}
