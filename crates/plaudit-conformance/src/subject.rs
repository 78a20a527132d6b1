//! What is tested: an estimator, a loss, or a program of the user's.

use crate::{Answer, ExternalError, Invariant, promises};
use plaudit_core::{Advantages, Batch, BatchError, CreditColumns, Derivatives, PolicyColumns, Sample, pass_rates};
use plaudit_credit::{CreditConfig, CreditError};
use plaudit_objective::{BatchTotals, ObjectiveConfig};

/// The most tokens a completion may have, for losses that divide by it.
const TOKEN_LIMIT: usize = 16;

/// Something that answers batches: credit with advantages, a loss with its value and gradient.
pub trait Subject {
    /// Answers one batch.
    ///
    /// # Errors
    /// [`SubjectError`], where there is no answer.
    fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError>;

    /// Answers a batch that arrives in parts, as of one batch; each part is a whole group.
    ///
    /// # Errors
    /// [`SubjectError`], where there is no answer.
    fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError>;

    /// Whether it keeps an invariant: the deviation it allows itself beside rounding, usually 0.
    ///
    /// # Errors
    /// Why it does not.
    fn promise(&self, invariant: Invariant) -> Result<f64, &'static str>;

    /// What is written into places that must not be read.
    fn poison(&self) -> f64 {
        f64::NAN
    }
}

/// Why a subject has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// The rows make no batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The estimator refuses the batch.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// The rows lack what the subject reads.
    #[error("the batch has no `{0}`")]
    Missing(&'static str),
    /// The program outside failed.
    #[error(transparent)]
    External(#[from] ExternalError),
}

impl Subject for CreditConfig {
    fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError> {
        let columns = columns(rows)?;
        let batch = &columns.batch;
        let mut advantage = vec![f64::NAN; batch.samples.total()];
        let mut out = Advantages { advantage: &mut advantage, returns: None };
        let given = batch.credit();
        // Only estimators that read rewards alone are given any: others would read them in the place of scores.
        let rewards = given.rewards.or(given.values.filter(|_| self.needs().rewards));
        self.credit(&CreditColumns { pairwise: Some(&columns.pairwise), rewards, ..given }, &mut out)?;
        Ok(Answer { loss: None, columns: vec![("advantage", columns.per_row(&advantage))] })
    }

    fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError> {
        let answers = parts.iter().map(|part| self.answer(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(Answer::joined(&answers))
    }

    fn promise(&self, invariant: Invariant) -> Result<f64, &'static str> {
        promises::of_credit(self, invariant)
    }
}

impl Subject for ObjectiveConfig {
    fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError> {
        let columns = columns(rows)?;
        evaluate(self, &columns, &columns.totals()?)
    }

    fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError> {
        let totals = columns(&parts.concat())?.totals()?;
        let answers =
            parts.iter().map(|part| evaluate(self, &columns(part)?, &totals)).collect::<Result<Vec<_>, _>>()?;
        Ok(Answer::joined(&answers))
    }

    fn promise(&self, invariant: Invariant) -> Result<f64, &'static str> {
        promises::of_objective(self, invariant)
    }
}

fn evaluate(config: &ObjectiveConfig, columns: &Columns, totals: &BatchTotals) -> Result<Answer, SubjectError> {
    let batch = &columns.batch;
    let policy = columns.policy()?;
    if let Some(column) = config.needs().missing(&policy) {
        return Err(SubjectError::Missing(column));
    }
    let (mut gradient, mut entropy) = (vec![f64::NAN; batch.samples.total()], vec![f64::NAN; batch.samples.total()]);
    let mut out = Derivatives { logp: &mut gradient, entropy: Some(&mut entropy) };
    let loss = config.evaluate(&policy, totals, &mut out);
    let tokens = vec![("gradient", columns.per_row(&gradient)), ("entropy_gradient", columns.per_row(&entropy))];
    Ok(Answer { loss: Some(loss.value), columns: tokens })
}

/// A batch with what rows do not say themselves.
struct Columns {
    batch: Batch,
    /// Entry (i, j) of a group: the score of i less that of j.
    pairwise: Vec<f64>,
    /// Per sample: the mean label of its group.
    pass_rate: Vec<f64>,
}

/// Makes columns of rows and lets NaN through, so that the subject, and not the reader of rows, has to notice it.
fn columns(rows: &[Sample]) -> Result<Columns, SubjectError> {
    let clean = |value: f64| if value.is_nan() { 0.0 } else { value };
    let cleaned = |row: &Sample| Sample {
        score: row.score.map(clean),
        logp: row.logp.as_ref().map(|logp| logp.iter().copied().map(clean).collect()),
        ..row.clone()
    };
    let mut batch = Batch::from_samples(&rows.iter().map(cleaned).collect::<Vec<_>>())?;
    for sample in 0..batch.samples.len() {
        let row = &rows[batch.row[sample]];
        batch.scores[sample] = row.score.unwrap_or_default();
        if let (Some(column), Some(logp)) = (&mut batch.logp, &row.logp) {
            column[batch.samples.range(sample)].copy_from_slice(logp);
        }
    }
    let scores = &batch.scores;
    let matrix = |group: std::ops::Range<usize>| {
        group.clone().flat_map(move |i| group.clone().map(move |j| scores[i] - scores[j]))
    };
    let pairwise = batch.groups.iter().flat_map(matrix).collect();
    let is_right = |sample: usize| batch.label.as_ref().is_some_and(|label| label[sample] > 0.5);
    let pass_rate = pass_rates(&batch.groups, &batch.scored, is_right);
    Ok(Columns { batch, pairwise, pass_rate })
}

impl Columns {
    fn policy(&self) -> Result<PolicyColumns<'_, f64>, SubjectError> {
        let policy = self.batch.policy().ok_or(SubjectError::Missing("logp"))?;
        Ok(PolicyColumns { pass_rate: Some(&self.pass_rate), ..policy })
    }

    fn totals(&self) -> Result<BatchTotals, SubjectError> {
        Ok(BatchTotals::of(&self.policy()?, TOKEN_LIMIT))
    }

    /// A flat column cut into samples, in the order of the rows.
    fn per_row(&self, flat: &[f64]) -> Vec<Vec<f64>> {
        let mut lists = vec![Vec::new(); self.batch.row.len()];
        for (sample, row) in self.batch.row.iter().enumerate() {
            lists[*row] = flat[self.batch.samples.range(sample)].to_vec();
        }
        lists
    }
}
