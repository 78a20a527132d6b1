//! `rollouts/step-N.parquet`: what the trainer saw in one step, one row per sample.
//!
//! Plain Parquet for any reader (pandas, DuckDB, Polars): text as strings, what may be absent as null, per-token columns as
//! lists. The score of signal NAME is the column `score/NAME`. `verdict` is the kind, `verdict_detail` the whole verdict as JSON. What only
//! some recipes compute is there where it was computed ([`OptionalColumns`]).

mod optional;
mod parquet_file;

pub use optional::OptionalColumns;

use crate::{ReportError, write_atomically};
use parquet_file::{Reader, Writer};
use plaudit_core::{Finish, Segments, Verdict};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

/// A batch of rollouts with everything the trainer made of it, as columns. Per-sample columns have one value per sample, per-token
/// columns one value per token, cut into samples by `samples`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RolloutTable {
    /// Per sample: the step of reinforcement learning it was written in, from 1.
    pub step: Vec<u64>,
    /// Per sample: the index of its prompt in the step's batch; samples of one prompt form a group.
    pub prompt_index: Vec<u32>,
    /// Per sample: the prompt as text.
    pub prompt: Vec<String>,
    /// Per sample: the completion as text, special tokens left out.
    pub completion: Vec<String>,
    /// Per sample: the reference answer, where the task has one.
    pub answer: Vec<Option<String>>,
    /// Per sample: how its check ended, where it was checked.
    pub verdict: Vec<Option<Verdict>>,
    /// Per sample: why it ended.
    pub finish: Vec<Finish>,
    /// Per signal and sample: the score, where there is one.
    pub scores: BTreeMap<String, Vec<Option<f64>>>,
    /// Per sample: the reward that the scores add up to, where there is one.
    pub reward: Vec<Option<f64>>,
    /// Per sample: the advantage, where it took part in the update.
    pub advantage: Vec<Option<f64>>,
    /// The per-token columns cut into samples.
    pub samples: Segments,
    /// Per token: its id.
    pub tokens: Vec<u32>,
    /// Per token: log-probability under the raw distribution of the policy that sampled it (natural log).
    pub logp: Vec<f32>,
    /// Per token: log-probability under the distribution it was drawn from (natural log).
    pub sampling_logp: Vec<f32>,
    /// Per token: the advantage after credit was spread over tokens.
    pub token_advantage: Vec<f32>,
    /// Per token: dL/dlogp on the first update, the weight with which the token's log-probability was pushed (negative: up).
    pub weight: Vec<f32>,
    /// What only some recipes compute.
    pub optional: OptionalColumns,
}

const SCORE_PREFIX: &str = "score/";

impl RolloutTable {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Writes the table, atomically. Equal tables give equal bytes.
    ///
    /// Errors: a column whose length does not fit, or a disk that refuses.
    pub fn write_file(&self, path: &Path) -> Result<(), ReportError> {
        self.check_shapes()?;
        let mut writer = Writer::default();
        writer.integers("step", self.step.iter().map(|step| *step as i64).collect());
        writer.unsigned("prompt_index", self.prompt_index.clone());
        writer.texts("prompt", &self.prompt);
        writer.texts("completion", &self.completion);
        writer.optional_texts("answer", &self.answer);
        let detail =
            |verdict: &Verdict| serde_json::to_string(verdict).expect("a verdict is text, which JSON can hold");
        let kinds: Vec<Option<&str>> = self.verdict.iter().map(|v| v.as_ref().map(Verdict::kind)).collect();
        let details: Vec<Option<String>> = self.verdict.iter().map(|v| v.as_ref().map(detail)).collect();
        writer.optional_texts("verdict", &kinds);
        writer.optional_texts("verdict_detail", &details);
        writer.texts("finish", &self.finish.iter().copied().map(finish_name).collect::<Vec<_>>());
        for (signal, scores) in &self.scores {
            writer.optional_numbers(&format!("{SCORE_PREFIX}{signal}"), scores);
        }
        writer.optional_numbers("reward", &self.reward);
        writer.optional_numbers("advantage", &self.advantage);
        writer.unsigned_lists("tokens", &self.samples, self.tokens.clone());
        writer.number_lists("logp", &self.samples, self.logp.clone());
        writer.number_lists("sampling_logp", &self.samples, self.sampling_logp.clone());
        writer.number_lists("token_advantage", &self.samples, self.token_advantage.clone());
        writer.number_lists("weight", &self.samples, self.weight.clone());
        self.optional.write(&self.samples, &mut writer);
        let bytes = writer.finish().map_err(ReportError::malformed("a Parquet file to be written", path))?;
        write_atomically(path, &bytes)
    }

    /// Reads a table that [`RolloutTable::write_file`] wrote.
    ///
    /// Errors: an unreadable, damaged or truncated file, a missing column, or one of another type.
    pub fn read_file(path: &Path) -> Result<Self, ReportError> {
        let file = File::open(path).map_err(ReportError::io("read", path))?;
        let table = Self::from_parquet(file).map_err(ReportError::malformed("a rollout table", path))?;
        table.check_shapes()?;
        Ok(table)
    }

    fn from_parquet(file: File) -> Result<Self, String> {
        let reader = Reader::open(file)?;
        let verdict = |text: Option<String>| -> Result<Option<Verdict>, String> {
            text.map(|text| serde_json::from_str(&text).map_err(|error| format!("the column verdict_detail: {error}")))
                .transpose()
        };
        let signals = reader.columns().filter_map(|column| column.strip_prefix(SCORE_PREFIX));
        let (samples, tokens) = reader.unsigned_lists("tokens")?;
        let numbers = |column: &str| -> Result<Vec<f32>, String> {
            let (segments, values) = reader.number_lists(column)?;
            if segments == samples {
                Ok(values)
            } else {
                Err(format!("the lists of {column} are not as long as those of tokens"))
            }
        };
        Ok(Self {
            step: reader.integers("step")?.into_iter().map(|step| step as u64).collect(),
            prompt_index: reader.unsigned("prompt_index")?,
            prompt: reader.texts("prompt")?,
            completion: reader.texts("completion")?,
            answer: reader.optional_texts("answer")?,
            verdict: reader.optional_texts("verdict_detail")?.into_iter().map(verdict).collect::<Result<_, _>>()?,
            finish: reader.texts("finish")?.iter().map(|name| finish_named(name)).collect::<Result<_, _>>()?,
            scores: signals
                .map(|signal| Ok((signal.to_owned(), reader.optional_numbers(&format!("{SCORE_PREFIX}{signal}"))?)))
                .collect::<Result<_, String>>()?,
            reward: reader.optional_numbers("reward")?,
            advantage: reader.optional_numbers("advantage")?,
            logp: numbers("logp")?,
            sampling_logp: numbers("sampling_logp")?,
            token_advantage: numbers("token_advantage")?,
            weight: numbers("weight")?,
            optional: OptionalColumns::read(&reader, numbers)?,
            samples,
            tokens,
        })
    }

    fn check_shapes(&self) -> Result<(), ReportError> {
        let check = |unit: &'static str, expected: usize, column: &str, found: usize| {
            if found == expected {
                Ok(())
            } else {
                Err(ReportError::Shape { column: column.to_owned(), unit, expected, found })
            }
        };
        let sample = |column: &str, found: usize| check("samples", self.samples.len(), column, found);
        sample("step", self.step.len())?;
        sample("prompt_index", self.prompt_index.len())?;
        sample("prompt", self.prompt.len())?;
        sample("completion", self.completion.len())?;
        sample("answer", self.answer.len())?;
        sample("verdict", self.verdict.len())?;
        sample("finish", self.finish.len())?;
        sample("reward", self.reward.len())?;
        sample("advantage", self.advantage.len())?;
        for (signal, scores) in &self.scores {
            sample(&format!("{SCORE_PREFIX}{signal}"), scores.len())?;
        }
        let token = |column: &str, found: usize| check("tokens", self.samples.total(), column, found);
        token("tokens", self.tokens.len())?;
        token("logp", self.logp.len())?;
        token("sampling_logp", self.sampling_logp.len())?;
        token("token_advantage", self.token_advantage.len())?;
        token("weight", self.weight.len())?;
        for (column, is_per_token, found) in self.optional.lengths() {
            if is_per_token { token(column, found)? } else { sample(column, found)? }
        }
        match self.optional.sample_of_other_steps(&self.samples) {
            Some(sample) => Err(ReportError::Steps { sample }),
            None => Ok(()),
        }
    }
}

fn finish_name(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
    }
}

fn finish_named(name: &str) -> Result<Finish, String> {
    match name {
        "stop" => Ok(Finish::Stop),
        "length" => Ok(Finish::Length),
        other => Err(format!("the column finish says {other:?}, which is neither \"stop\" nor \"length\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Part;
    use proptest::prelude::*;

    fn table() -> RolloutTable {
        RolloutTable {
            step: vec![7; 3],
            prompt_index: vec![0, 0, 1],
            prompt: vec!["2 + 2 =".into(), "2 + 2 =".into(), "é\n\u{0}?".into()],
            completion: vec!["4".into(), String::new(), "<script>".into()],
            answer: vec![Some("4".into()), Some("4".into()), None],
            verdict: vec![
                Some(Verdict::Correct),
                Some(Verdict::Unparsed { part: Part::Missing }),
                Some(Verdict::Failed { cause: "no \"oracle\"".into() }),
            ],
            finish: vec![Finish::Stop, Finish::Length, Finish::Stop],
            scores: BTreeMap::from([
                ("outcome".into(), vec![Some(1.0), Some(0.0), None]),
                ("a/b".into(), vec![None, None, Some(-0.125)]),
            ]),
            reward: vec![Some(1.0), Some(0.0), None],
            advantage: vec![Some(0.5), Some(-0.5), None],
            samples: Segments::from_lengths([2, 0, 3]),
            tokens: vec![1, u32::MAX, 3, 4, 5],
            logp: vec![-0.1, -0.2, -3.5, f32::MIN_POSITIVE, -1e30],
            sampling_logp: vec![0.0, -0.0, -1.0, -2.0, -3.0],
            token_advantage: vec![0.5, 0.5, 0.0, 0.0, 0.0],
            weight: vec![-0.25, -0.25, 0.0, 0.0, 0.0],
            optional: OptionalColumns::default(),
        }
    }

    /// The same table with every optional column.
    fn full() -> RolloutTable {
        let column = |offset: f32| Some((0..5).map(|token| offset - token as f32).collect());
        let optional = OptionalColumns {
            kept: Some(vec![true, false, true]),
            baseline: Some(vec![Some(0.5), Some(-1.0), None]),
            steps: Some(vec![vec![1, 1], vec![], vec![3]]),
            old_logp: column(-0.5),
            update_logp: column(-0.25),
            ref_logp: column(-0.75),
            teacher_logp: column(-0.125),
            entropy: column(4.5),
            update_entropy: column(4.75),
            token_score: column(0.5),
            token_weight: column(4.0),
        };
        RolloutTable { optional, ..table() }
    }

    fn round_trip(table: &RolloutTable) -> RolloutTable {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rollouts/step.parquet");
        table.write_file(&path).unwrap();
        RolloutTable::read_file(&path).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(round_trip(&table()), table());
        assert_eq!(round_trip(&full()), full());
        assert_eq!(round_trip(&RolloutTable::default()), RolloutTable::default());
    }

    #[test]
    fn equal_tables_give_equal_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        table().write_file(&a).unwrap();
        table().write_file(&b).unwrap();
        assert_eq!(std::fs::read(a).unwrap(), std::fs::read(b).unwrap());
    }

    #[test]
    fn columns_that_do_not_fit_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let error = RolloutTable { weight: vec![0.0], ..table() }.write_file(&path).unwrap_err();
        assert_eq!(error.to_string(), "the rollout table has 5 tokens, but its column weight has 1");
        let error = RolloutTable { reward: vec![], ..table() }.write_file(&path).unwrap_err();
        assert_eq!(error.to_string(), "the rollout table has 3 samples, but its column reward has 0");
        let optional = OptionalColumns { ref_logp: Some(vec![0.0]), ..OptionalColumns::default() };
        let error = RolloutTable { optional, ..table() }.write_file(&path).unwrap_err();
        assert_eq!(error.to_string(), "the rollout table has 5 tokens, but its column ref_logp has 1");
        let optional = OptionalColumns { steps: Some(vec![vec![2], vec![1], vec![3]]), ..full().optional };
        let error = RolloutTable { optional, ..table() }.write_file(&path).unwrap_err();
        assert_eq!(error.to_string(), "the steps of sample 1 of the rollout table are not as long as its tokens");
        assert!(!path.exists());
    }

    #[test]
    fn a_truncated_file_is_an_error_at_every_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        full().write_file(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(RolloutTable::read_file(&path).is_err(), "{length} of {}", whole.len());
        }
    }

    #[test]
    fn a_parquet_file_of_something_else_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.parquet");
        let mut writer = Writer::default();
        writer.unsigned("tokens", vec![1]);
        for (bytes, cause) in [
            (writer.finish().unwrap(), "the column tokens has another type than expected"),
            (Writer::default().finish().unwrap(), "the column tokens is missing"),
            (b"PAR1 but not really PAR1".to_vec(), ""),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let error = RolloutTable::read_file(&path).unwrap_err().to_string();
            assert!(
                error.contains("x.parquet is not readable as a rollout table") && error.ends_with(cause),
                "{error}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn lists_of_any_lengths_survive(lengths in prop::collection::vec(0_usize..40, 0..30)) {
            let samples = Segments::from_lengths(lengths);
            let (n, tokens) = (samples.len(), samples.total());
            let column: Vec<f32> = (0..tokens).map(|i| -0.01 * i as f32).collect();
            let table = RolloutTable {
                step: vec![1; n],
                prompt_index: (0..n as u32).collect(),
                prompt: vec!["p".into(); n],
                completion: (0..n).map(|i| "x".repeat(i)).collect(),
                answer: vec![None; n],
                verdict: vec![None; n],
                finish: vec![Finish::Stop; n],
                scores: BTreeMap::new(),
                reward: (0..n).map(|i| (i % 3 == 0).then_some(i as f64)).collect(),
                advantage: vec![None; n],
                tokens: (0..tokens as u32).collect(),
                logp: column.clone(),
                sampling_logp: column.clone(),
                token_advantage: column.clone(),
                weight: column,
                samples,
                optional: OptionalColumns::default(),
            };
            prop_assert_eq!(round_trip(&table), table);
        }
    }
}
