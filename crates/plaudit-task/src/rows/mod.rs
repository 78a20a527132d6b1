//! Rows of a data file, JSONL or Parquet, as a stream of a few of its columns.
//!
//! A file of any length is read in chunks. A row that cannot be read is a [`Flaw`] in its place, so that rows keep their numbers.

mod jsonl;
mod parquet_file;

use crate::{Malformed, TaskError};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The most rows of a chunk.
const CHUNK_ROWS: usize = 4096;
/// The bytes after which a chunk of lines ends.
const CHUNK_BYTES: usize = 8 << 20;

/// What a file has at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A string.
    Text(String),
    /// A number as it is written.
    Number(String),
    /// A list of strings and numbers.
    List(Vec<String>),
    /// Bytes that are no text.
    InvalidUtf8,
    /// Anything else, described.
    Other(&'static str),
}

/// What a row has in the columns asked for, in their order; `None` where it lacks the column.
pub type Cells = Vec<Option<Cell>>;

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Nothing stands there.
    #[error("the line is empty")]
    EmptyLine,
    /// It is no text.
    #[error("not valid UTF-8")]
    InvalidUtf8,
    /// It is not JSON, from a column on.
    #[error("not valid JSON, at column {0}")]
    InvalidJson(usize),
    /// It is JSON, but has no columns.
    #[error("not a JSON object")]
    NotAnObject,
    /// It lacks a column.
    #[error("no column `{0}`")]
    MissingColumn(String),
    /// A column holds something else than it should.
    #[error("column `{column}` is {found}, not {expected}")]
    WrongType {
        /// The column.
        column: String,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A column holds white space at most, or a list without items.
    #[error("column `{0}` is empty")]
    Empty(String),
}

/// A file that is being read.
pub struct Rows {
    path: PathBuf,
    /// Bytes.
    length: u64,
    source: Source,
}

enum Source {
    Lines(jsonl::Lines<BufReader<File>>),
    Groups(Box<parquet_file::Groups>),
}

impl Rows {
    /// Opens a file: Parquet by the ending `.parquet`, else one JSON object per line. `columns` are those that are read.
    ///
    /// # Errors
    /// [`TaskError::Read`] for a file that cannot be opened; [`TaskError::Parquet`] for a damaged one and for a column of another kind, and
    /// [`TaskError::MissingColumn`], which only a Parquet file knows beforehand.
    pub fn open(path: &Path, columns: &[&str]) -> Result<Self, TaskError> {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        let file = File::open(path).map_err(|source| TaskError::Read { path: path.to_owned(), source })?;
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let source = match is_parquet(path) {
            true => Source::Groups(Box::new(parquet_file::Groups::open(file, path, &columns)?)),
            false => Source::Lines(jsonl::Lines::new(BufReader::new(file), columns)),
        };
        Ok(Self { path: path.to_owned(), length, source })
    }

    /// The next rows, some thousands at most; none at the end of the file.
    ///
    /// # Errors
    /// [`TaskError::Read`] and [`TaskError::Parquet`]; nothing can be read after an error.
    pub fn next_chunk(&mut self) -> Result<Vec<Result<Cells, Flaw>>, TaskError> {
        match &mut self.source {
            Source::Lines(lines) => lines
                .next_chunk(CHUNK_ROWS, CHUNK_BYTES)
                .map_err(|source| TaskError::Read { path: self.path.clone(), source }),
            Source::Groups(groups) => groups.next_chunk(CHUNK_ROWS, &self.path),
        }
    }

    /// The columns that the file has; of JSONL those of its first readable row, so none before that was read.
    pub fn columns(&self) -> &[String] {
        match &self.source {
            Source::Lines(lines) => lines.known(),
            Source::Groups(groups) => groups.known(),
        }
    }

    /// The share of the file that was read, from 0 to 1; `None` where its length is not known.
    pub fn share_read(&self) -> Option<f64> {
        let (read, all) = match &self.source {
            Source::Lines(lines) => (lines.bytes_read(), self.length),
            Source::Groups(groups) => groups.rows_read(),
        };
        (all > 0).then(|| read as f64 / all as f64)
    }

    /// What the file calls a row: `line` (JSONL) or `row` (Parquet), both counted from 1.
    pub fn noun(&self) -> &'static str {
        match &self.source {
            Source::Lines(_) => "line",
            Source::Groups(_) => "row",
        }
    }

    /// Why a file of which no row can be used is of no use: all its `rows` lack the column `missing`, or have flaws of which `first` is
    /// the first.
    pub fn none_usable(&self, rows: u64, missing: Option<String>, first: Option<Malformed>) -> TaskError {
        let path = self.path.clone();
        match missing {
            Some(column) => TaskError::MissingColumn { path, column, found: self.columns().to_vec() },
            None => TaskError::NoRows { path, rows, first },
        }
    }
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// The text in a column: a string, or a number where it may be one.
///
/// # Errors
/// [`Flaw`] for anything else, and for white space alone.
pub fn text(cell: Option<Cell>, column: &str, may_be_number: bool) -> Result<String, Flaw> {
    let expected = if may_be_number { "a string or a number" } else { "a string" };
    let wrong = |found| Flaw::WrongType { column: column.to_owned(), found, expected };
    match cell {
        None => Err(Flaw::MissingColumn(column.to_owned())),
        Some(Cell::Text(text)) if text.trim().is_empty() => Err(Flaw::Empty(column.to_owned())),
        Some(Cell::Text(text)) => Ok(text),
        Some(Cell::Number(text)) if may_be_number => Ok(text),
        Some(Cell::Number(_)) => Err(wrong("a number")),
        Some(Cell::List(_)) => Err(wrong("an array")),
        Some(Cell::InvalidUtf8) => Err(Flaw::InvalidUtf8),
        Some(Cell::Other(found)) => Err(wrong(found)),
    }
}

/// The texts in a column: one string or number, or a list of them, none of which is empty.
///
/// # Errors
/// [`Flaw`] for anything else.
pub fn texts(cell: Option<Cell>, column: &str) -> Result<Vec<String>, Flaw> {
    match cell {
        Some(Cell::List(texts)) if texts.is_empty() || texts.iter().any(|text| text.trim().is_empty()) => {
            Err(Flaw::Empty(column.to_owned()))
        }
        Some(Cell::List(texts)) => Ok(texts),
        Some(Cell::Other(found)) => {
            let expected = "a string, a number or a list of these";
            Err(Flaw::WrongType { column: column.to_owned(), found, expected })
        }
        cell => text(cell, column, true).map(|text| vec![text]),
    }
}
