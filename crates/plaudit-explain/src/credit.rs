//! What advantages an estimator gives a batch, sample by sample and group by group.

use crate::outcome::advantages;
use crate::{ExplainError, Record, Rule, Setting};
use plaudit_core::Sample;
use plaudit_credit::CreditConfig;
use plaudit_report::RolloutTable;
use serde::Serialize;

/// The advantages of a batch.
#[derive(Clone, Debug, Serialize)]
pub struct CreditTable {
    /// What was credited.
    pub input: String,
    /// The estimator with all its parameters.
    pub credit: CreditConfig,
    /// The groups in the order of the batch.
    pub groups: Vec<CreditGroup>,
    /// Per token, in the order of the batch.
    #[serde(skip)]
    pub advantage: Vec<f64>,
}

/// The advantages of the answers to one prompt.
#[derive(Clone, Debug, Serialize)]
pub struct CreditGroup {
    /// The name of the prompt.
    pub group: u64,
    /// How they follow from the scores.
    #[serde(flatten)]
    pub rule: Rule,
    /// The members.
    pub samples: Vec<CreditSample>,
}

/// The advantage of one sample.
#[derive(Clone, Debug, Serialize)]
pub struct CreditSample {
    /// Its row in the input, from 0.
    pub row: usize,
    /// Its score, where it has one.
    pub score: Option<f64>,
    /// The tokens that take part.
    pub tokens: usize,
    /// The mean advantage of these tokens; 0 where there are none.
    pub advantage: f64,
    /// The least and the greatest of them.
    pub range: [f64; 2],
}

impl CreditTable {
    /// Credits a batch.
    ///
    /// # Errors
    /// What the estimator refuses.
    pub fn of(setting: &Setting, record: &Record) -> Result<Self, ExplainError> {
        let advantage = advantages(setting, &record.batch)?;
        let groups = (0..record.batch.groups.len()).map(|group| credit_group(record, group, &advantage)).collect();
        Ok(Self { input: record.name.clone(), credit: setting.credit.clone(), groups, advantage })
    }

    /// The rows of the input with these advantages in their `advantage` column.
    pub fn rows(&self, record: &Record) -> Vec<Sample> {
        let mut rows = record.rows.clone();
        for (range, row) in record.batch.samples.iter().zip(&record.batch.row) {
            rows[*row].advantage = Some(self.advantage[range].to_vec());
        }
        rows
    }

    /// The rollouts of a run with these advantages in place of the recorded ones, and without the weights that those led to; nothing where
    /// the input is not a rollout table.
    pub fn table(&self, record: &Record) -> Option<RolloutTable> {
        let mut table = record.table.clone()?;
        let means = self.groups.iter().flat_map(|group| &group.samples);
        for (range, sample) in record.batch.samples.iter().zip(means) {
            let place = table.samples.range(sample.row);
            for (to, from) in table.token_advantage[place].iter_mut().zip(&self.advantage[range]) {
                *to = *from as f32;
            }
            table.advantage[sample.row] = sample.score.map(|_| sample.advantage);
        }
        table.weight.fill(0.0);
        Some(table)
    }
}

fn credit_group(record: &Record, group: usize, advantage: &[f64]) -> CreditGroup {
    let batch = &record.batch;
    let sample = |sample: usize| {
        let tokens = batch.samples.range(sample).filter(|token| batch.mask[*token]);
        let values: Vec<f64> = tokens.map(|token| advantage[token]).collect();
        let first = values.first().copied().unwrap_or(0.0);
        let spread = values.iter().map(|value| value - first).sum::<f64>() / values.len().max(1) as f64;
        let range = values.iter().fold([first; 2], |[low, high], value| [low.min(*value), high.max(*value)]);
        CreditSample {
            row: batch.row[sample],
            score: batch.scored[sample].then(|| batch.scores[sample]),
            tokens: values.len(),
            // Exact where all are the same.
            advantage: first + spread,
            range,
        }
    };
    let samples: Vec<CreditSample> = batch.groups.range(group).map(sample).collect();
    CreditGroup { group: record.group_name(group), rule: rule(&samples), samples }
}

fn rule(samples: &[CreditSample]) -> Rule {
    let seen = || samples.iter().filter(|sample| sample.score.is_some() && sample.tokens > 0);
    if seen().any(|sample| sample.range[0] != sample.range[1]) {
        return Rule::Other;
    }
    Rule::read(&seen().filter_map(|sample| Some((sample.score?, sample.advantage))).collect::<Vec<(f64, f64)>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated;

    #[test]
    fn centre_and_scale_are_those_of_the_estimator() {
        let record = generated(0);
        let table = CreditTable::of(&Setting::named("group", &["credit.eps=0".to_owned()]).unwrap(), &record).unwrap();
        for group in &table.groups {
            let scores: Vec<f64> = group.samples.iter().filter_map(|sample| sample.score).collect();
            let mean = scores.iter().sum::<f64>() / scores.len() as f64;
            let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
            match group.rule {
                Rule::Line { centre, scale } => {
                    assert!((centre - mean).abs() < 1e-9);
                    assert!((scale - (squares / (scores.len() - 1) as f64).sqrt()).abs() < 1e-9);
                }
                Rule::Constant { advantage } | Rule::Alone { advantage } => assert_eq!(advantage, 0.0),
                rule => panic!("{rule}"),
            }
        }
    }

    #[test]
    fn rows_can_be_read_again() {
        let record = generated(0);
        let table = CreditTable::of(&Setting::named("group", &[]).unwrap(), &record).unwrap();
        let again = Record::from_rows("again", table.rows(&record)).unwrap();
        assert_eq!(again.batch.advantage.as_deref(), Some(&table.advantage[..]));
        assert!(table.table(&record).is_none());
    }
}
