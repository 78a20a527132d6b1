//! Problems from a data file.
//!
//! A JSONL file with one object per line, or a Parquet file, gives a prompt, a reference answer and, for a warm start, a
//! worked solution. Rows that cannot be used are kept in a [`DatasetReport`] with their line and reason. Prompts are given
//! as they are. A split is walked in a random order, each row once before any comes again; which rows are held out depends
//! on their prompts alone, or on a second file. Difficulty: 0, as a file does not say.

mod row;

use crate::problem::mix;
use crate::rows::Rows;
use crate::{Checked, Problem, Split, Task, TaskError};
use plaudit_core::Stream;
use plaudit_verify::math::{Policy, policy};
use plaudit_verify::{AnswerKind, Extraction, Verification, Verifier};
use row::{Flaw, Row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
    /// What mathematical answers may differ in: the name of a policy, such as "math-verify-0.9", or a table of choices, such as
    /// { lists = "in-order" }.
    #[serde(deserialize_with = "policy::preset_or_choices")]
    #[schemars(with = "policy::PresetOrChoices")]
    pub policy: Policy,
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
            policy: Policy::default(),
        }
    }
}

impl DatasetConfig {
    /// Prompt, answer and, where one is set, solution.
    fn columns(&self) -> Vec<&str> {
        let solution = self.solution_column.as_deref();
        [self.prompt_column.as_str(), &self.answer_column].into_iter().chain(solution).collect()
    }

    fn verifier(&self) -> Verifier {
        Verifier { extractor: self.extraction.extractor(), kind: self.answer_kind, policy: self.policy.clone() }
    }
}

/// What was found in the file or files of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatasetReport {
    /// How many rows there are in all files, unusable ones included.
    pub rows: u64,
    /// How many rows may be trained on.
    pub train: u64,
    /// How many rows are held out.
    pub held_out: u64,
    /// The rows that cannot be used, in the order of the files. With the two counts above they add up to `rows`.
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

const KIND: &str = "dataset";

/// The task.
#[derive(Clone, Debug)]
pub struct Dataset {
    config: DatasetConfig,
    verifier: Verifier,
    train: Vec<Row>,
    held_out: Vec<Row>,
    report: DatasetReport,
}

impl Dataset {
    /// Reads the file or files.
    ///
    /// # Errors
    /// [`TaskError::Read`] for a file that cannot be read, [`TaskError::Parquet`] for a damaged one,
    /// [`TaskError::MissingColumn`] where no row has a column, [`TaskError::NoRows`] where no row can be used, and
    /// [`TaskError::Config`] for settings that contradict each other. All but the last name the file.
    pub fn new(config: DatasetConfig) -> Result<Self, TaskError> {
        if config.path.as_os_str().is_empty() {
            let reason = "is not set; give a JSONL or Parquet file".to_owned();
            return Err(TaskError::Config { kind: KIND, field: "path", reason });
        }
        if config.solution_column.is_some() && config.extraction == Extraction::Whole {
            let reason =
                "does not go with extraction \"whole\", which takes the steps as part of the answer".to_owned();
            return Err(TaskError::Config { kind: KIND, field: "solution_column", reason });
        }
        let mut report = DatasetReport::default();
        let mut rows = load(&config.path, &config)?;
        let (train, held_out) = match &config.held_out_path {
            Some(path) => {
                let held_out = usable(path, load(path, &config)?, &mut report)?;
                let prompts: BTreeSet<&str> = held_out.iter().map(|row| row.prompt.as_str()).collect();
                for row in &mut rows.0 {
                    if row.as_ref().is_ok_and(|row| prompts.contains(row.prompt.as_str())) {
                        *row = Err(Flaw::HeldOut);
                    }
                }
                (usable(&config.path, rows, &mut report)?, held_out)
            }
            None => usable(&config.path, rows, &mut report)?
                .into_iter()
                .partition(|row| Split::of(&row.prompt) == Split::Train),
        };
        report.train = train.len() as u64;
        report.held_out = held_out.len() as u64;
        Ok(Self { verifier: config.verifier(), config, train, held_out, report })
    }

    fn rows(&self, split: Split) -> &[Row] {
        match split {
            Split::Train => &self.train,
            Split::HeldOut => &self.held_out,
        }
    }
}

impl Task for Dataset {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn problem(&self, seed: u64, split: Split, index: u64) -> Result<Problem, TaskError> {
        let rows = self.rows(split);
        let count = rows.len() as u64;
        if count == 0 {
            let path = self.config.held_out_path.as_ref().filter(|_| split == Split::HeldOut);
            return Err(TaskError::EmptySplit { path: path.unwrap_or(&self.config.path).clone(), split });
        }
        let key = Stream::new(seed, split.purpose(), index / count, 0).bits();
        let row = &rows[permute(index % count, count, key) as usize];
        let mut problem = Problem::new(row.prompt.clone(), row.answer.clone(), row.steps.clone(), 0);
        problem.conclusion = self.config.extraction.frame(&row.answer);
        Ok(problem)
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        let Verification { verdict, found, .. } = self.verifier.verify(&problem.answer, completion);
        Checked { verdict, answer: found.map(|found| found.text.into_owned()), partial: None }
    }

    fn size(&self, split: Split) -> Option<u64> {
        Some(self.rows(split).len() as u64)
    }

    fn report(&self) -> Option<&DatasetReport> {
        Some(&self.report)
    }
}

/// Every row of a file, and the file.
fn load(path: &Path, config: &DatasetConfig) -> Result<(Vec<Result<Row, Flaw>>, Rows), TaskError> {
    let mut file = Rows::open(path, &config.columns())?;
    let mut rows = Vec::new();
    loop {
        let chunk = file.next_chunk()?;
        if chunk.is_empty() {
            return Ok((rows, file));
        }
        rows.extend(chunk.into_iter().map(|cells| Row::new(cells?, config)));
    }
}

/// The usable rows; the others go to the report.
fn usable(
    path: &Path,
    (all, file): (Vec<Result<Row, Flaw>>, Rows),
    report: &mut DatasetReport,
) -> Result<Vec<Row>, TaskError> {
    let count = all.len() as u64;
    let mut rows = Vec::new();
    let mut flaws = Vec::new();
    for (row, line) in all.into_iter().zip(1..) {
        match row {
            Ok(row) => rows.push(row),
            Err(flaw) => flaws.push((line, flaw)),
        }
    }
    if rows.is_empty() {
        let missing = flaws.first().and_then(|(_, flaw)| flaw.missing_column());
        let missing = missing.filter(|column| flaws.iter().all(|(_, flaw)| flaw.missing_column() == Some(column)));
        let first = flaws.first().map(|(line, flaw)| malformed(path, *line, flaw));
        return Err(file.none_usable(count, missing.map(str::to_owned), first));
    }
    report.rows += count;
    report.malformed.extend(flaws.iter().map(|(line, flaw)| malformed(path, *line, flaw)));
    Ok(rows)
}

fn malformed(path: &Path, line: u64, flaw: &Flaw) -> Malformed {
    Malformed { path: path.to_owned(), line, reason: flaw.to_string() }
}

/// Where `index` goes in a random order of `0..count`: a bijection chosen by `key`, computed without storing the order.
/// A Feistel network of four rounds permutes the smallest even number of bits that holds `count`; results beyond `count` are
/// permuted again until they fall inside, which takes less than four times on average.
fn permute(index: u64, count: u64, key: u64) -> u64 {
    let half = (u64::BITS - (count - 1).leading_zeros()).div_ceil(2);
    let mask = (1_u64 << half) - 1;
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4 {
            (left, right) = (right, left ^ (mix(key ^ mix(right ^ (round << 32))) & mask));
        }
        value = left << half | right;
        if value < count {
            return value;
        }
    }
}

#[cfg(test)]
mod tests;
