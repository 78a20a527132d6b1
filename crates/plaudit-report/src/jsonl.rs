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

/// Reads a `.jsonl` file of objects. A last line without line end that breaks off is reported as truncated; any other line that does
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
            // A list would be taken for the fields of a row in their order.
            Ok(row) if text.trim_ascii_start().starts_with(b"{") => lines.push((text, row)),
            Err(error) if error.is_eof() && text.len() == line.len() => {
                return Ok(Parsed { lines, truncated: Some(index + 1) });
            }
            result => {
                return Err(ReportError::Line {
                    path: path.to_owned(),
                    line: index + 1,
                    cause: cause(text, result.err()),
                });
            }
        }
    }
    Ok(Parsed { lines, truncated: None })
}

/// What is wrong with a line.
fn cause(text: &[u8], error: Option<serde_json::Error>) -> String {
    let Some(error) = error.filter(|_| !text.trim_ascii().is_empty()) else {
        let what = if text.trim_ascii().is_empty() { "the line is empty" } else { "the line is no JSON object" };
        return what.to_owned();
    };
    // The parser sees one line at a time, so its own line number would mislead.
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let cause = message.strip_suffix(&place).unwrap_or(&message);
    // As Python's encoder writes them.
    let beyond = text.get(error.column().saturating_sub(1)..).unwrap_or_default();
    let is_nan = ["NaN", "Infinity", "-Infinity"].iter().any(|word| beyond.starts_with(word.as_bytes()));
    let hint = if is_nan { "; JSON has no NaN and no Infinity" } else { "" };
    format!("{cause} (column {}){hint}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Row {
        a: f64,
    }

    fn parsed(text: &str) -> Result<(usize, Option<usize>), String> {
        let parsed = parse::<Row>(Path::new("x"), text.as_bytes()).map_err(|error| error.to_string())?;
        Ok((parsed.lines.len(), parsed.truncated))
    }

    #[test]
    fn what_breaks_off_and_what_is_wrong_are_told_apart() {
        assert_eq!(parsed("{\"a\":1}\n{\"a\":2}"), Ok((2, None)));
        assert_eq!(parsed("{\"a\":1}\n{\"a\":"), Ok((1, Some(2))));
        assert_eq!(parsed("{\"b\":1}"), Err("x, line 1: unknown field `b`, expected `a` (column 4)".to_owned()));
    }

    #[test]
    fn a_line_is_an_object() {
        assert_eq!(parsed("[1]\n"), Err("x, line 1: the line is no JSON object".to_owned()));
        assert_eq!(parsed("{\"a\":1}\n \n"), Err("x, line 2: the line is empty".to_owned()));
        let fault = parsed("{\"a\":NaN}\n").unwrap_err();
        assert_eq!(fault, "x, line 1: expected value (column 6); JSON has no NaN and no Infinity");
    }
}
