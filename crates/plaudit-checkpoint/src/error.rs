//! What can go wrong with a checkpoint directory.

use crate::ConfigError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a checkpoint cannot be read or written. Every message names the file and, where there is one, the tensor or key.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The operating system refused.
    #[error("cannot {action} {path}: {source}{}", advice(.source))]
    Io {
        /// What was attempted, such as "read".
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// A file that every checkpoint needs is absent.
    #[error("{path} does not exist; {expected}")]
    MissingFile {
        /// Where it was looked for.
        path: PathBuf,
        /// What would be accepted.
        expected: &'static str,
    },
    /// A JSON file does not parse.
    #[error("{path} is not valid JSON: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// The position and cause.
        source: serde_json::Error,
    },
    /// A JSON file parses and does not hold what it should.
    #[error("{path}: {problem}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong and what was expected.
        problem: String,
    },
    /// `config.json` describes a model that cannot be used.
    #[error("{path}: {source}")]
    Config {
        /// The file.
        path: PathBuf,
        /// Which key, and why.
        source: ConfigError,
    },
    /// A weight file's header is not that of a safetensors file.
    #[error("{path} is not a readable safetensors file: {problem}")]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A weight file is shorter or longer than its header says.
    #[error("{path} has {found} bytes, its header promises {expected}; download or copy it again")]
    Size {
        /// The file.
        path: PathBuf,
        /// Bytes according to the header.
        expected: u64,
        /// Bytes on disk.
        found: u64,
    },
    /// The model needs tensors that no weight file holds.
    #[error("{directory} lacks {}; its weight files do not belong to its config.json", Names(.names, "tensors"))]
    MissingTensors {
        /// The checkpoint.
        directory: PathBuf,
        /// All missing names, in canonical order.
        names: Vec<String>,
    },
    /// The weight files hold tensors that the model has no place for.
    #[error("{directory} holds {} that its config.json has no place for", Names(.names, "tensors"))]
    UnexpectedTensors {
        /// The checkpoint.
        directory: PathBuf,
        /// All surplus names, sorted.
        names: Vec<String>,
    },
    /// Two weight files hold the same tensor.
    #[error("tensor `{tensor}` is in both {first} and {second}; remove one of the files")]
    DuplicateTensor {
        /// The tensor.
        tensor: String,
        /// One file.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
    },
    /// A tensor's shape is not what the config says.
    #[error("tensor `{tensor}` in {path} has shape {found:?}, config.json says {expected:?}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// The shape by the config.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// A tensor is stored in a number format other than f32, f16 and bf16.
    #[error("tensor `{tensor}` in {path} is stored as {found}; supported: F32, F16, BF16")]
    NumberFormat {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// The format in the file.
        found: String,
    },
    /// A weight is not a finite number.
    #[error("tensor `{tensor}` ({path}) holds {value} at flat index {index}; weights must be finite")]
    NonFinite {
        /// The file read or written.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Row-major position of the first such weight.
        index: usize,
        /// The value: NaN or an infinity.
        value: f32,
    },
    /// The tokenizer has tokens that the model has no embedding for.
    #[error(
        "the tokenizer has {tokens} tokens, the model's embedding only {rows} rows; they do not belong together (or \
         tokens were added to the tokenizer without resizing the embedding)"
    )]
    Vocabulary {
        /// One more than the tokenizer's largest token id.
        tokens: usize,
        /// Rows of the embedding: `vocab_size` of config.json.
        rows: usize,
    },
    /// The tokenizer cannot be built or refuses an input.
    #[error("tokenizer: {problem}")]
    Tokenizer {
        /// What the tokenizer says.
        problem: String,
    },
    /// The chat template does not parse, or refuses a conversation.
    #[error("chat template: {problem}")]
    ChatTemplate {
        /// What the template engine or the template itself says.
        problem: String,
    },
}

impl CheckpointError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(crate) fn content(path: &Path, problem: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), problem: problem.into() }
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space and try again (earlier checkpoints are untouched)"
        }
        io::ErrorKind::PermissionDenied => "; check the permissions of the file and its directory",
        _ => "",
    }
}

/// A list of names, cut short: a wrong config easily misses hundreds.
struct Names<'a>(&'a [String], &'a str);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        let shown: Vec<String> = self.0.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        write!(f, "{} {} ({}", self.0.len(), self.1, shown.join(", "))?;
        f.write_str(if self.0.len() > SHOWN { ", ...)" } else { ")" })
    }
}
