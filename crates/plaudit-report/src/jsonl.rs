//! Files of one JSON value per line.

use crate::ReportError;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::{fs, io};

/// The values of a `.jsonl` file.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonLines<T> {
    /// The values, in the order of the lines.
    pub rows: Vec<T>,
    /// The number (from 1) of a last line that breaks off, as a kill in the middle of a write leaves it. It is not in `rows`.
    pub truncated: Option<usize>,
}

/// The values of a `.jsonl` file beside the lines they were read from (without line end).
pub(crate) struct Parsed<'a, T> {
    pub(crate) lines: Vec<(&'a [u8], T)>,
    pub(crate) truncated: Option<usize>,
}

/// Reads a `.jsonl` file. A last line without line end that does not parse is reported as truncated; any other line that does
/// not parse is an error with its number.
///
/// # Errors
/// A file that cannot be read, or a line of it.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<JsonLines<T>, ReportError> {
    let bytes = fs::read(path).map_err(ReportError::io("read", path))?;
    let parsed = parse(path, &bytes)?;
    Ok(JsonLines { rows: parsed.lines.into_iter().map(|(_, row)| row).collect(), truncated: parsed.truncated })
}

/// The bytes of a file; none where it does not exist.
pub(crate) fn bytes_or_empty(path: &Path) -> Result<Vec<u8>, ReportError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        result => result.map_err(ReportError::io("read", path)),
    }
}

/// Parses the bytes of a `.jsonl` file; `path` is for the error.
pub(crate) fn parse<'a, T: DeserializeOwned>(path: &Path, bytes: &'a [u8]) -> Result<Parsed<'a, T>, ReportError> {
    let mut lines = Vec::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        match serde_json::from_slice(text) {
            Ok(row) => lines.push((text, row)),
            Err(_) if text.len() == line.len() => return Ok(Parsed { lines, truncated: Some(index + 1) }),
            Err(error) => {
                // The parser sees one line at a time, so its own line number would mislead.
                let message = error.to_string();
                let place = format!(" at line {} column {}", error.line(), error.column());
                let cause = message.strip_suffix(&place).unwrap_or(&message);
                let cause = format!("{cause} (column {})", error.column());
                return Err(ReportError::Line { path: path.to_owned(), line: index + 1, cause });
            }
        }
    }
    Ok(Parsed { lines, truncated: None })
}
