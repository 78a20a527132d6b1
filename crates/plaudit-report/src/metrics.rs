//! Logs of one row of named numbers per step: `metrics.jsonl` and `timings.jsonl`.
//!
//! A line is `{"phase":"rl","step":3,"values":{"reward/mean":0.25}}`. Numbers are printed with the fewest digits that give the
//! same double back, names in alphabetical order, so two equal rows are equal byte for byte. A number that is not finite is
//! written as `null` and read back as NaN.

use crate::jsonl::{self, JsonLines};
use crate::{ReportError, write_atomically};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A part of a run with its own count of steps, in the order in which they happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Supervised training on worked solutions.
    WarmStart,
    /// Reinforcement learning.
    Rl,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WarmStart => "warm start",
            Self::Rl => "RL",
        })
    }
}

/// The numbers of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The phase the step belongs to.
    pub phase: Phase,
    /// The step in its phase, from 1. Step 0 holds what was measured before the phase's first step.
    pub step: u64,
    /// The numbers by name; [`crate::METRICS`] lists the names and says what they mean.
    #[serde(deserialize_with = "null_is_nan")]
    pub values: BTreeMap<String, f64>,
}

impl Row {
    /// A row without numbers.
    pub fn new(phase: Phase, step: u64) -> Self {
        Self { phase, step, values: BTreeMap::new() }
    }

    /// Sets one number.
    pub fn set(&mut self, name: impl Into<String>, value: f64) {
        self.values.insert(name.into(), value);
    }

    /// When in the run the row was written.
    fn when(&self) -> (Phase, u64) {
        (self.phase, self.step)
    }
}

fn null_is_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let values = BTreeMap::<String, Option<f64>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|(name, value)| (name, value.unwrap_or(f64::NAN))).collect())
}

/// A log that rows are appended to. One writer at a time.
#[derive(Debug)]
pub struct MetricsLog {
    file: File,
    path: PathBuf,
    length: u64,
}

impl MetricsLog {
    /// Opens the log at `path`, creating it where it does not exist. A truncated last line left by a kill is removed first;
    /// a line in the middle that does not parse is an error, because appending to a damaged log would hide the damage.
    pub fn open(path: &Path) -> Result<Self, ReportError> {
        rewrite(path, |_| true)?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map_err(ReportError::io("open for writing", path))?;
        let length = file.metadata().map_err(ReportError::io("read the size of", path))?.len();
        Ok(Self { file, path: path.to_owned(), length })
    }

    /// Appends a row with a single write call, so that a kill leaves at most one truncated line, at the end. Where the write
    /// fails (a full disk), what it left of the line is taken back and the log stays usable.
    pub fn append(&mut self, row: &Row) -> Result<(), ReportError> {
        let mut line = serde_json::to_vec(row).expect("a row is numbers under text keys, which JSON can hold");
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            // Best effort: if this fails as well, `open` and the readers know a truncated line.
            let _ = self.file.set_len(self.length);
            return Err(ReportError::io("append to", &self.path)(error));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Waits until every appended row is on the disk, so that a checkpoint written next never outlives its rows.
    pub fn sync(&self) -> Result<(), ReportError> {
        self.file.sync_all().map_err(ReportError::io("flush", &self.path))
    }
}

/// Reads a log. A last line that breaks off is left out and reported in [`JsonLines::truncated`]; any other line that is not a row
/// is an error with its number.
pub fn read_rows(path: &Path) -> Result<JsonLines<Row>, ReportError> {
    jsonl::read(path)
}

/// Drops every row later than `step` of `phase` (and a truncated last line), atomically, and returns how many rows went: a run
/// that continues from a checkpoint writes them again. The rows that stay keep their bytes. A missing log stays missing.
pub fn truncate_after(path: &Path, phase: Phase, step: u64) -> Result<usize, ReportError> {
    rewrite(path, |row| row.when() <= (phase, step))
}

/// Keeps the complete rows for which `keep` holds, and replaces the file only if that changes it. Returns how many rows went.
fn rewrite(path: &Path, keep: impl Fn(&Row) -> bool) -> Result<usize, ReportError> {
    let bytes = jsonl::bytes_or_empty(path)?;
    let parsed = jsonl::parse::<Row>(path, &bytes)?;
    let rows = parsed.lines.len();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut dropped = rows;
    for (line, row) in &parsed.lines {
        if keep(row) {
            kept.extend_from_slice(line);
            kept.push(b'\n');
            dropped -= 1;
        }
    }
    if kept != bytes {
        write_atomically(path, &kept)?;
    }
    Ok(dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    fn row(phase: Phase, step: u64, values: &[(&str, f64)]) -> Row {
        Row { phase, step, values: values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect() }
    }

    fn log_of(rows: &[Row]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.jsonl");
        let mut log = MetricsLog::open(&path).unwrap();
        for row in rows {
            log.append(row).unwrap();
        }
        log.sync().unwrap();
        (folder, path)
    }

    #[test]
    fn a_line_is_what_the_format_says() {
        let (_folder, path) = log_of(&[
            row(Phase::Rl, 3, &[("reward/mean", 0.25), ("loss", 0.1 + 0.2), ("kl/old", f64::NAN), ("tokens", 4096.0)]),
            row(Phase::WarmStart, 1, &[("learning_rate", 3e-4), ("ratio/max", f64::INFINITY)]),
        ]);
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            concat!(
                r#"{"phase":"rl","step":3,"values":{"kl/old":null,"loss":0.30000000000000004,"reward/mean":0.25,"tokens":4096.0}}"#,
                "\n",
                r#"{"phase":"warm-start","step":1,"values":{"learning_rate":0.0003,"ratio/max":null}}"#,
                "\n",
            )
        );
        let read = read_rows(&path).unwrap();
        assert!(read.rows[0].values["kl/old"].is_nan());
        assert_eq!(read.truncated, None);
    }

    #[test]
    fn a_kill_at_any_byte_costs_at_most_the_last_row() {
        let rows: Vec<Row> = (1..=3).map(|step| row(Phase::Rl, step, &[("loss", 0.5 * step as f64)])).collect();
        let (folder, path) = log_of(&rows);
        let whole = fs::read(&path).unwrap();
        let line = whole.len() / 3;
        for length in 0..=whole.len() {
            let cut = folder.path().join("cut.jsonl");
            fs::write(&cut, &whole[..length]).unwrap();
            let read = read_rows(&cut).unwrap();
            // The line end alone may be missing: then the row is complete.
            let complete = (length + 1) / line;
            assert_eq!(read.rows, rows[..complete.min(3)], "{length}");
            assert_eq!(read.truncated.is_some(), length > complete * line, "{length}");
            // Going on writes the same bytes as a run that was never killed.
            let mut log = MetricsLog::open(&cut).unwrap();
            for row in &rows[complete.min(3)..] {
                log.append(row).unwrap();
            }
            assert_eq!(fs::read(&cut).unwrap(), whole, "{length}");
        }
    }

    #[test]
    fn garbage_in_the_middle_is_an_error_with_its_line() {
        let (_folder, path) = log_of(&[row(Phase::Rl, 1, &[]), row(Phase::Rl, 2, &[])]);
        let text = fs::read_to_string(&path).unwrap().replacen('{', "?", 1);
        fs::write(&path, &text).unwrap();
        for error in [
            read_rows(&path).unwrap_err(),
            MetricsLog::open(&path).unwrap_err(),
            truncate_after(&path, Phase::Rl, 1).unwrap_err(),
        ] {
            assert!(error.to_string().contains("metrics.jsonl, line 1: expected value (column 1)"), "{error}");
        }
        // Nothing was lost on the way to the error.
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        fs::write(&path, "{\"phase\":\"rl\",\"step\":1,\"values\":{},\"extra\":1}\n").unwrap();
        assert!(read_rows(&path).unwrap_err().to_string().contains("unknown field `extra`"));
    }

    #[test]
    fn resuming_drops_what_comes_after_the_checkpoint() {
        let rows = [
            row(Phase::WarmStart, 1, &[("loss", 2.0)]),
            row(Phase::WarmStart, 9, &[("loss", 1.0)]),
            row(Phase::Rl, 1, &[("loss", 0.1)]),
            row(Phase::Rl, 2, &[("loss", 0.2)]),
        ];
        let (_folder, path) = log_of(&rows);
        assert_eq!(truncate_after(&path, Phase::Rl, 7).unwrap(), 0);
        assert_eq!(truncate_after(&path, Phase::Rl, 1).unwrap(), 1);
        assert_eq!(read_rows(&path).unwrap().rows, rows[..3]);
        assert_eq!(truncate_after(&path, Phase::WarmStart, 1).unwrap(), 2);
        assert_eq!(read_rows(&path).unwrap().rows, rows[..1]);
        assert_eq!(truncate_after(&path.with_extension("none"), Phase::Rl, 0).unwrap(), 0);
        assert!(!path.with_extension("none").exists());
    }

    proptest! {
        #[test]
        fn any_finite_number_survives_bit_for_bit(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let line = serde_json::to_string(&row(Phase::Rl, 1, &[("x", value)])).unwrap();
            let read: Row = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(read.values["x"].to_bits(), value.to_bits());
        }
    }
}
