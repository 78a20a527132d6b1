//! A run directory in memory, as far as it is there.

use crate::{Manifest, Phase, ReportError, Row, RunDirectory, Sample, jsonl::JsonLines, read_rows, read_samples};
use plaudit_eval::Estimate;
use std::path::Path;
use std::{fs, io};

/// Everything the report is drawn from. What is absent or damaged is empty here and named in `missing`, because a report of half a
/// run is worth more than none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Run {
    pub(crate) manifest: Option<Manifest>,
    pub(crate) recipe: Option<String>,
    /// In the order of the steps.
    pub(crate) metrics: Vec<Row>,
    /// In the order of the steps.
    pub(crate) timings: Vec<Row>,
    pub(crate) samples: Vec<Sample>,
    /// What could not be read, a sentence each.
    pub(crate) missing: Vec<String>,
}

/// The accuracy on held-out prompts at one moment of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evaluation {
    pub(crate) phase: Phase,
    pub(crate) step: u64,
    pub(crate) accuracy: Estimate,
}

impl Run {
    /// Reads the run directory. Only a directory that does not exist is an error.
    pub(crate) fn load(directory: &RunDirectory) -> Result<Self, ReportError> {
        fs::read_dir(directory.root()).map_err(ReportError::io("read the run directory", directory.root()))?;
        let mut run = Self::default();
        run.manifest = run.read(&directory.manifest(), Manifest::read_file);
        run.recipe = run.read(&directory.recipe(), |path| {
            let bytes = fs::read(path).map_err(ReportError::io("read", path))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        });
        run.metrics = run.read_lines(&directory.metrics(), read_rows);
        run.timings = run.read_lines(&directory.timings(), read_rows);
        run.samples = run.read_lines(&directory.samples(), read_samples);
        run.metrics.sort_by_key(|row| (row.phase, row.step));
        run.timings.sort_by_key(|row| (row.phase, row.step));
        Ok(run)
    }

    fn read<T>(&mut self, path: &Path, read: impl Fn(&Path) -> Result<T, ReportError>) -> Option<T> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match read(path) {
            Ok(value) => Some(value),
            Err(ReportError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                self.missing.push(format!("There is no {name}."));
                None
            }
            Err(error) => {
                self.missing.push(format!("{name} cannot be used: {error}."));
                None
            }
        }
    }

    fn read_lines<T>(&mut self, path: &Path, read: fn(&Path) -> Result<JsonLines<T>, ReportError>) -> Vec<T> {
        let Some(lines) = self.read(path, read) else { return Vec::new() };
        if let Some(line) = lines.truncated {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            self.missing.push(format!("Line {line} of {name}, the last, breaks off; it is left out."));
        }
        lines.rows
    }

    /// `(step, value)` of one metric in one phase, from whichever log has it; NaN where it was not finite.
    pub(crate) fn series(&self, phase: Phase, name: &str) -> Vec<(u64, f64)> {
        let rows = self.metrics.iter().chain(&self.timings).filter(|row| row.phase == phase);
        rows.filter_map(|row| Some((row.step, *row.values.get(name)?))).collect()
    }

    /// The last step that a phase has reached, if it has begun. A row of step 0 alone is not a beginning.
    pub(crate) fn last_step(&self, phase: Phase) -> Option<u64> {
        self.metrics.iter().rev().find(|row| row.phase == phase && row.step > 0).map(|row| row.step)
    }

    /// The names of all metrics of a phase, sorted.
    pub(crate) fn names(&self, phase: Phase) -> Vec<&str> {
        let rows = self.metrics.iter().chain(&self.timings).filter(|row| row.phase == phase);
        let mut names: Vec<&str> = rows.flat_map(|row| row.values.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// All evaluations with a finite accuracy, in order. An interval that is not recorded is as wide as can be.
    pub(crate) fn evaluations(&self) -> Vec<Evaluation> {
        let evaluation = |row: &Row| {
            let get = |name: &str| row.values.get(name).copied().filter(|value| value.is_finite());
            let value = get("eval/accuracy")?;
            let low = get("eval/accuracy/low").unwrap_or(0.0).min(value);
            let high = get("eval/accuracy/high").unwrap_or(1.0).max(value);
            Some(Evaluation { phase: row.phase, step: row.step, accuracy: Estimate { value, low, high } })
        };
        self.metrics.iter().filter_map(evaluation).collect()
    }
}
