//! Recorded rollouts, from a run or from a file of one's own, as the columns that credit and objectives read.

use crate::ExplainError;
use plaudit_core::{Batch, BatchError, Sample, StepSample};
use plaudit_recipe::{Recipe, Train, did_you_mean};
use plaudit_report::{OptionalColumns, ReportError, RolloutTable, RunDirectory, read_json_lines};
use std::path::{Path, PathBuf};

/// One batch of recorded rollouts.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What a person knows it by.
    pub name: String,
    /// The rows as they were recorded.
    pub rows: Vec<Sample>,
    /// The rows as columns; `batch.row` says which row each sample was.
    pub batch: Batch,
    /// What the trainer stored, where the batch is a step of a run: texts, verdicts and weights, row by row.
    pub table: Option<RolloutTable>,
    /// The run directory it belongs to, where there is one.
    pub run: Option<PathBuf>,
}

impl Record {
    /// Reads a step of a run (the run directory with `step`, or its `rollouts/step-N.parquet`), or JSON lines of
    /// [`plaudit_core::Sample`]. Of a run with a single step, `step` may be left out; a file has none.
    ///
    /// # Errors
    /// A path that is none of these, a step that was not recorded, or a file with mistakes, with the line they are in.
    pub fn load(path: &Path, step: Option<u64>) -> Result<Self, ExplainError> {
        if path.is_dir() {
            let step = chosen_step(path, step)?;
            return Self::from_parquet(&RunDirectory::new(path).rollouts(step));
        }
        if let Some(step) = step.filter(|_| path.is_file()) {
            let shown = path.display();
            return Err(ExplainError::Absent(format!(
                "there is no step {step}: {shown} is a file, and steps are a run directory's"
            )));
        }
        match path.extension().is_some_and(|ending| ending == "parquet") {
            true => Self::from_parquet(path),
            false => Self::from_json_lines(path),
        }
    }

    /// The recipe of the run it belongs to, where there is one.
    ///
    /// # Errors
    /// A recipe that is not valid.
    pub fn recipe(&self) -> Result<Option<Recipe>, ExplainError> {
        recipe_of(self.run.as_deref())
    }

    /// The name of the prompt that a group of the batch answers.
    pub fn group_name(&self, group: usize) -> u64 {
        self.batch.groups.range(group).next().map_or(0, |sample| self.rows[self.batch.row[sample]].group)
    }

    /// The group that a sample of the batch belongs to.
    pub fn group_of(&self, sample: usize) -> usize {
        self.batch.groups.iter().position(|range| range.contains(&sample)).unwrap_or(0)
    }

    /// The step it was recorded in; 1 where it is of no run.
    pub(crate) fn step(&self) -> u64 {
        self.table.as_ref().and_then(|table| table.step.first().copied()).unwrap_or(1)
    }

    /// A per-token column of a run that only some recipes compute, in the order of the batch.
    pub(crate) fn column(&self, column: impl Fn(&OptionalColumns) -> Option<&Vec<f32>>) -> Option<Vec<f64>> {
        let table = self.table.as_ref()?;
        let values = column(&table.optional)?;
        let ranges = self.batch.row.iter().map(|row| table.samples.range(*row));
        Some(ranges.flat_map(|range| values[range].iter().map(|value| f64::from(*value))).collect())
    }

    pub(crate) fn from_rows(name: &str, rows: Vec<Sample>) -> Result<Self, BatchError> {
        Ok(Self { name: name.to_owned(), batch: Batch::from_samples(&rows)?, rows, table: None, run: None })
    }

    fn from_parquet(path: &Path) -> Result<Self, ExplainError> {
        let table = RolloutTable::read_file(path)?;
        let folder = path.parent().filter(|folder| folder.ends_with("rollouts")).and_then(Path::parent);
        let run = folder.filter(|run| RunDirectory::new(*run).recipe().exists()).map(Path::to_owned);
        let train = recipe_of(run.as_deref())?.map_or_else(Train::default, |recipe| recipe.train);
        let record = Self::from_rows(&path.display().to_string(), rows_of(&table, train.right_above));
        let record = record.map_err(|source| ExplainError::Rows { path: path.to_owned(), source })?;
        Ok(Self { table: Some(table), run, ..record })
    }

    fn from_json_lines(path: &Path) -> Result<Self, ExplainError> {
        let lines = read_json_lines::<Sample>(path).map_err(with_nearest_field)?;
        if let Some(line) = lines.truncated {
            let cause = "the line breaks off".to_owned();
            return Err(ReportError::Line { path: path.to_owned(), line, cause }.into());
        }
        if lines.rows.is_empty() {
            return Err(ExplainError::Absent(format!("{} holds no samples", path.display())));
        }
        let located = |source: BatchError| match sample_of(&source) {
            Some(sample) => ExplainError::Row { path: path.to_owned(), line: sample + 1, source },
            None => ExplainError::Rows { path: path.to_owned(), source },
        };
        Self::from_rows(&path.display().to_string(), lines.rows).map_err(located)
    }
}

fn recipe_of(run: Option<&Path>) -> Result<Option<Recipe>, ExplainError> {
    let Some(run) = run else { return Ok(None) };
    Ok(Some(Recipe::load(&RunDirectory::new(run).recipe().to_string_lossy(), &[])?))
}

/// The steps of a run whose rollouts are recorded, in order.
///
/// # Errors
/// A directory that cannot be listed, or that holds no rollouts.
pub fn run_steps(run: &Path) -> Result<Vec<u64>, ExplainError> {
    let folder = run.join("rollouts");
    let absent = || {
        let shown = run.display();
        ExplainError::Absent(format!("{shown} holds no rollouts: there is no {shown}/rollouts/step-N.parquet"))
    };
    let entries = std::fs::read_dir(&folder).map_err(|_| absent())?;
    let number = |name: &str| name.strip_prefix("step-")?.strip_suffix(".parquet")?.parse().ok();
    let mut steps: Vec<u64> =
        entries.flatten().filter_map(|entry| number(&entry.file_name().to_string_lossy())).collect();
    steps.sort_unstable();
    if steps.is_empty() { Err(absent()) } else { Ok(steps) }
}

fn chosen_step(run: &Path, step: Option<u64>) -> Result<u64, ExplainError> {
    let steps = run_steps(run)?;
    let (first, last) = (steps[0], steps[steps.len() - 1]);
    let recorded = format!("{} has rollouts of {} steps, {first} to {last}", run.display(), steps.len());
    match step {
        Some(step) if steps.contains(&step) => Ok(step),
        Some(step) => Err(ExplainError::Absent(format!("there is no step {step}: {recorded}"))),
        None if steps.len() == 1 => Ok(first),
        None => Err(ExplainError::Absent(format!("{recorded}; choose one with --step"))),
    }
}

/// The rows of a rollout table, with the policy where it sampled. A sample without a reward took no part in the update, so all its tokens
/// are masked. As in training, a sample is labelled right where its reward is above `right_above`. What a teacher or a token head said
/// depends on the recipe, and is no part of them: see [`Record::column`].
fn rows_of(table: &RolloutTable, right_above: f64) -> Vec<Sample> {
    let is_right = |reward: Option<f64>| reward.is_some_and(|reward| reward > right_above);
    let optional = &table.optional;
    // Credit and objectives read log-probabilities at the temperature of sampling.
    let logp = optional.old_logp.as_ref().unwrap_or(&table.logp);
    // The entropy of an update is not there where its part of the batch had nothing to learn from.
    let of_updates = optional.update_entropy.as_ref().filter(|entropy| !entropy.iter().any(|nats| nats.is_nan()));
    let entropy = optional.entropy.as_ref().or(of_updates);
    let step = |tokens: &u32| StepSample { tokens: *tokens as usize, score: None, key: None };
    let row = |(index, range): (usize, std::ops::Range<usize>)| {
        let list = |column: &Vec<f32>| column[range.clone()].iter().map(|value| f64::from(*value)).collect();
        // A sample whose prompt has no baseline has no reward either, and nobody reads the number.
        let baseline = |baseline: &Vec<Option<f64>>| baseline[index].unwrap_or(0.0);
        Sample {
            group: u64::from(table.prompt_index[index]),
            score: table.reward[index],
            mask: table.reward[index].is_none().then(|| vec![false; range.len()]),
            logp: Some(list(logp)),
            ref_logp: optional.ref_logp.as_ref().map(list),
            entropy: entropy.map(list),
            advantage: Some(list(&table.token_advantage)),
            baseline: optional.baseline.as_ref().map(baseline),
            steps: optional.steps.as_ref().map(|steps| steps[index].iter().map(step).collect()),
            label: Some(f64::from(u8::from(is_right(table.reward[index])))),
            sources: table.scores.iter().map(|(name, scores)| (name.clone(), scores[index])).collect(),
            ..Sample::default()
        }
    };
    table.samples.iter().enumerate().map(row).collect()
}

/// The row that does not fit, where it is one.
fn sample_of(error: &BatchError) -> Option<usize> {
    match error {
        BatchError::Length { sample, .. }
        | BatchError::Missing { sample, .. }
        | BatchError::NotFinite { sample, .. }
        | BatchError::Pairwise { sample, .. }
        | BatchError::TooLong { sample } => Some(*sample),
        BatchError::Pair { .. } => None,
    }
}

/// Puts the nearest field's name behind the parser's list of all of them.
fn with_nearest_field(error: ReportError) -> ReportError {
    let ReportError::Line { path, line, cause } = error else { return error };
    let mut names = cause.split('`').skip(1).step_by(2);
    let hint = match (cause.contains("unknown field"), names.next()) {
        (true, Some(unknown)) => did_you_mean(unknown, names),
        _ => String::new(),
    };
    ReportError::Line { path, line, cause: cause.clone() + &hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Record, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("batch.jsonl");
        std::fs::write(&path, text).unwrap();
        let named = |error: ExplainError| error.to_string().replace(&folder.path().display().to_string(), "");
        Record::load(&path, None).map_err(named)
    }

    #[test]
    fn lines_are_rows() {
        let record =
            read("{\"group\":4,\"score\":1.0,\"tokens\":2}\n{\"group\":9,\"score\":0.0,\"tokens\":1}\n").unwrap();
        assert_eq!((record.batch.samples.total(), record.group_name(1), record.group_of(1)), (3, 9, 1));
    }

    #[test]
    fn mistakes_have_a_line() {
        let typo = read("{\"group\":4}\n{\"group\":1,\"scor\":1.0}\n").unwrap_err();
        assert!(typo.starts_with("/batch.jsonl, line 2: unknown field `scor`"), "{typo}");
        assert!(typo.ends_with("(did you mean `score`?)"), "{typo}");
        let short = read("{\"group\":4,\"logp\":[-1.0]}\n{\"group\":4,\"logp\":[-1.0,-2.0],\"mask\":[true]}\n");
        let short = short.unwrap_err();
        assert!(short.starts_with("/batch.jsonl, line 2: `mask` of sample 1"), "{short}");
        assert!(read("{\"group\":4}\n{\"gro").unwrap_err().contains("line 2: the line breaks off"));
        assert!(read("").unwrap_err().contains("holds no samples"));
        let typo = read("{\"group\":4,\"scor\":1.0}").unwrap_err();
        assert!(typo.ends_with("(did you mean `score`?)"), "{typo}");
    }

    #[test]
    fn what_took_no_part_is_masked() {
        let table = RolloutTable {
            prompt_index: vec![0, 0],
            reward: vec![Some(1.0), None],
            samples: plaudit_core::Segments::from_lengths([1, 2]),
            logp: vec![-1.0; 3],
            token_advantage: vec![0.0; 3],
            ..RolloutTable::default()
        };
        let rows = rows_of(&table, 0.5);
        assert_eq!((rows[0].mask.clone(), rows[1].mask.clone()), (None, Some(vec![false; 2])));
        assert_eq!((rows[0].label, rows[1].label), (Some(1.0), Some(0.0)));
    }
}
