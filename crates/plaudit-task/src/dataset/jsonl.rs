//! Rows from a file with one JSON object per line.

use super::row::{Cell, Cells, Flaw, Row};
use super::{DatasetConfig, Rows};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// Reads every line. Lines may end in `\n` or `\r\n`, and the file may start with a byte order mark.
pub(super) fn read(mut file: impl BufRead, config: &DatasetConfig) -> io::Result<Rows> {
    let mut rows = Rows::default();
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 {
        let mut text = line.strip_suffix(b"\n").unwrap_or(&line);
        text = text.strip_suffix(b"\r").unwrap_or(text);
        if rows.rows.is_empty() {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        }
        let cells = cells(text, config, &mut rows.columns);
        rows.rows.push(cells.and_then(|cells| Row::new(cells, config)));
        line.clear();
    }
    Ok(rows)
}

fn cells(line: &[u8], config: &DatasetConfig, columns: &mut Vec<String>) -> Result<Cells, Flaw> {
    let line = str::from_utf8(line).map_err(|_| Flaw::InvalidUtf8)?;
    if line.trim().is_empty() {
        return Err(Flaw::EmptyLine);
    }
    let object: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(line).map_err(|error| match error.is_data() {
            true => Flaw::NotAnObject,
            false => Flaw::InvalidJson(error.column()),
        })?;
    if columns.is_empty() {
        columns.extend(object.keys().cloned());
    }
    let find = |column: &str| object.get(column).map(|value| cell(value));
    Ok(Cells {
        prompt: find(&config.prompt_column),
        answer: find(&config.answer_column),
        solution: config.solution_column.as_deref().and_then(find),
    })
}

/// A JSON value by its first character; valid JSON leaves no other.
fn cell(value: &RawValue) -> Cell {
    let text = value.get();
    match text.as_bytes().first() {
        // Half of a surrogate pair passes as JSON and is no text.
        Some(b'"') => serde_json::from_str(text).map_or(Cell::Other("a string with a broken escape"), Cell::Text),
        Some(b'n') => Cell::Other("null"),
        Some(b't' | b'f') => Cell::Other("a boolean"),
        Some(b'[') => Cell::Other("an array"),
        Some(b'{') => Cell::Other("an object"),
        _ => Cell::Number(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &[u8]) -> Rows {
        read(text, &DatasetConfig::default()).unwrap()
    }

    fn answers(text: &str) -> Vec<String> {
        read_text(text.as_bytes()).rows.into_iter().map(|row| row.unwrap().answer).collect()
    }

    #[test]
    fn answers_are_strings_or_numbers_as_written() {
        let text = concat!(
            r#"{"prompt": "a", "answer": "4", "more": [1, {"x": null}]}"#,
            "\r\n",
            r#"{"answer": 12345678901234567890123, "prompt": "b"}"#,
            "\n",
            r#"{"prompt": "c", "answer": 0.10}"#,
        );
        assert_eq!(answers(text), ["4", "12345678901234567890123", "0.10"]);
        assert_eq!(answers("\u{feff}{\"prompt\":\"caf\\u00e9 \u{e9}\",\"answer\":-1e3}\n"), ["-1e3"]);
        assert_eq!(read_text(b"{\"b\":1,\"a\":2}\n").columns, ["a", "b"]);
    }

    #[test]
    fn every_bad_line_says_why() {
        let lines: [(&[u8], &str); 12] = [
            (b"", "the line is empty"),
            (b"  ", "the line is empty"),
            (b"{\"prompt\": \"a\", \"answer\":", "not valid JSON, at column 25"),
            (b"{\"prompt\": \"a\", \"answer\": 1} x", "not valid JSON, at column 30"),
            (b"[1]", "not a JSON object"),
            (b"{\"prompt\": \"\xff\", \"answer\": 1}", "not valid UTF-8"),
            (b"{\"prompt\": \"a\"}", "no column `answer`"),
            (b"{\"prompt\": 7, \"answer\": 1}", "column `prompt` is a number, not a string"),
            (b"{\"prompt\": \"a\", \"answer\": null}", "column `answer` is null, not a string or a number"),
            (b"{\"prompt\": \"a\", \"answer\": [1]}", "column `answer` is an array, not a string or a number"),
            (b"{\"prompt\": \"\", \"answer\": 1}", "column `prompt` is empty"),
            (
                b"{\"prompt\": \"\\ud800\", \"answer\": 1}",
                "column `prompt` is a string with a broken escape, not a string",
            ),
        ];
        for (line, reason) in lines {
            let found = read_text(&[line, b"\n"].concat()).rows;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].as_ref().unwrap_err().to_string(), reason, "{:?}", String::from_utf8_lossy(line));
        }
        let nested = format!("{{\"prompt\": \"a\", \"answer\": {}", "[".repeat(100_000));
        assert!(matches!(read_text(nested.as_bytes()).rows[0], Err(Flaw::InvalidJson(_))));
    }
}
