//! Rows from a file with one JSON object per line.

use super::{Cell, Cells, Flaw};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::{self, BufRead};

/// Lines that are being read. They may end in `\n` or `\r\n`, and the file may start with a byte order mark.
pub(super) struct Lines<R> {
    file: R,
    columns: Vec<String>,
    /// The columns of the first readable row.
    known: Vec<String>,
    is_first: bool,
    bytes_read: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(file: R, columns: Vec<String>) -> Self {
        Self { file, columns, known: Vec::new(), is_first: true, bytes_read: 0 }
    }

    pub(super) fn known(&self) -> &[String] {
        &self.known
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next lines: `most` of them, or as many as have `bytes` bytes.
    pub(super) fn next_chunk(&mut self, most: usize, bytes: usize) -> io::Result<Vec<Result<Cells, Flaw>>> {
        let (mut rows, mut line, mut read) = (Vec::new(), Vec::new(), 0);
        while rows.len() < most && read < bytes {
            line.clear();
            match self.file.read_until(b'\n', &mut line)? {
                0 => break,
                count => read += count,
            }
            let mut text = line.strip_suffix(b"\n").unwrap_or(&line);
            text = text.strip_suffix(b"\r").unwrap_or(text);
            if std::mem::take(&mut self.is_first) {
                text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            }
            rows.push(cells(text, &self.columns, &mut self.known));
        }
        self.bytes_read += read as u64;
        Ok(rows)
    }
}

fn cells(line: &[u8], columns: &[String], known: &mut Vec<String>) -> Result<Cells, Flaw> {
    let line = str::from_utf8(line).map_err(|_| Flaw::InvalidUtf8)?;
    if line.trim().is_empty() {
        return Err(Flaw::EmptyLine);
    }
    let object: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(line).map_err(|error| match error.is_data() {
            true => Flaw::NotAnObject,
            false => Flaw::InvalidJson(error.column()),
        })?;
    if known.is_empty() {
        known.extend(object.keys().cloned());
    }
    Ok(columns.iter().map(|column| object.get(column).map(|value| cell(value))).collect())
}

/// A JSON value by its first character; valid JSON leaves no other.
fn cell(value: &RawValue) -> Cell {
    let text = value.get();
    match text.as_bytes().first() {
        // Half of a surrogate pair passes as JSON and is no text.
        Some(b'"') => serde_json::from_str(text).map_or(Cell::Other("a string with a broken escape"), Cell::Text),
        Some(b'n') => Cell::Other("null"),
        Some(b't' | b'f') => Cell::Other("a boolean"),
        Some(b'[') => list(text),
        Some(b'{') => Cell::Other("an object"),
        _ => Cell::Number(text.to_owned()),
    }
}

fn list(text: &str) -> Cell {
    let item = |value: &RawValue| match cell(value) {
        Cell::Text(text) | Cell::Number(text) => Some(text),
        _ => None,
    };
    let items = serde_json::from_str::<Vec<Box<RawValue>>>(text).ok();
    let texts: Option<Vec<String>> = items.and_then(|items| items.iter().map(|value| item(value)).collect());
    texts.map_or(Cell::Other("an array"), Cell::List)
}

#[cfg(test)]
mod tests {
    use super::super::{text, texts};
    use super::*;

    /// Prompt and answer of every line.
    fn read(text_of_file: &[u8]) -> Vec<Result<(String, String), Flaw>> {
        let mut lines = Lines::new(text_of_file, ["prompt", "answer"].map(str::to_owned).to_vec());
        let both = |row: Result<Cells, Flaw>| {
            let mut cells = row?.into_iter();
            let prompt = text(cells.next().flatten(), "prompt", false)?;
            Ok((prompt, text(cells.next().flatten(), "answer", true)?))
        };
        lines.next_chunk(usize::MAX, usize::MAX).unwrap().into_iter().map(both).collect()
    }

    fn answers(text: &str) -> Vec<String> {
        read(text.as_bytes()).into_iter().map(|row| row.unwrap().1).collect()
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
        let mut lines = Lines::new(&b"[]\n{\"b\":1,\"a\":2}\n{\"c\":1}"[..], Vec::new());
        assert_eq!(lines.next_chunk(9, 99).unwrap().len(), 3);
        assert_eq!(lines.known(), ["a", "b"]);
    }

    #[test]
    fn chunks_end_after_rows_or_bytes() {
        let text = "{}\n".repeat(10);
        let lengths = |most, bytes| {
            let mut lines = Lines::new(text.as_bytes(), Vec::new());
            let mut next = || lines.next_chunk(most, bytes).unwrap().len();
            [next(), next(), next(), next()]
        };
        assert_eq!(lengths(4, 99), [4, 4, 2, 0]);
        assert_eq!(lengths(99, 15), [5, 5, 0, 0]);
        assert_eq!(lengths(99, 1), [1, 1, 1, 1]);
    }

    #[test]
    fn lists_hold_strings_and_numbers() {
        let golds = |line: &str| {
            let mut lines = Lines::new(line.as_bytes(), vec!["gold".to_owned()]);
            let mut cells = lines.next_chunk(1, 1).unwrap().remove(0)?;
            texts(cells.remove(0), "gold")
        };
        assert_eq!(golds(r#"{"gold": ["1/2", 0.50]}"#).unwrap(), ["1/2", "0.50"]);
        assert_eq!(golds(r#"{"gold": 7}"#).unwrap(), ["7"]);
        for (line, reason) in [
            (r#"{"gold": []}"#, "column `gold` is empty"),
            (r#"{"gold": ["1", " "]}"#, "column `gold` is empty"),
            (r#"{"gold": ["1", null]}"#, "column `gold` is an array, not a string, a number or a list of these"),
            (r#"{"gold": true}"#, "column `gold` is a boolean, not a string, a number or a list of these"),
            (r#"{"old": 1}"#, "no column `gold`"),
        ] {
            assert_eq!(golds(line).unwrap_err().to_string(), reason);
        }
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
            let found = read(&[line, b"\n"].concat());
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].as_ref().unwrap_err().to_string(), reason, "{:?}", String::from_utf8_lossy(line));
        }
        let nested = format!("{{\"prompt\": \"a\", \"answer\": {}", "[".repeat(100_000));
        assert!(matches!(read(nested.as_bytes())[0], Err(Flaw::InvalidJson(_))));
    }
}
