//! A recorded batch put through a setting.

use crate::learnt::Learnt;
use crate::{ExplainError, Record, Setting};
use plaudit_core::{Advantages, Batch, Derivatives, Loss, PolicyColumns};
use plaudit_objective::{BatchTotals, ObjectiveConfig};

/// What a setting makes of a batch.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Per token.
    pub advantage: Vec<f64>,
    /// What the objective makes of it.
    pub slopes: Slopes,
}

/// Loss and derivatives of a batch.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// The loss with its metrics.
    pub loss: Loss,
    /// Per token: dL/dlogp.
    pub logp: Vec<f64>,
    /// Per token: dL/dentropy; 0 where the objective does not use the entropy.
    pub entropy: Vec<f64>,
}

/// The columns that an objective reads, one by one, so that a question can change some of them.
#[derive(Clone, Debug)]
pub(crate) struct Inputs<'a> {
    pub(crate) columns: PolicyColumns<'a, f64>,
    pub(crate) totals: BatchTotals,
}

impl Outcome {
    /// Computes advantages and derivatives.
    ///
    /// # Errors
    /// [`ExplainError::Credit`] or [`ExplainError::Missing`], where the batch lacks what the setting reads.
    pub fn of(setting: &Setting, record: &Record) -> Result<Self, ExplainError> {
        let advantage = advantages(setting, &record.batch)?;
        let slopes = slopes(setting, record, &record.batch, &advantage)?;
        Ok(Self { advantage, slopes })
    }
}

/// One advantage per token.
pub(crate) fn advantages(setting: &Setting, batch: &Batch) -> Result<Vec<f64>, ExplainError> {
    let mut advantage = vec![0.0; batch.samples.total()];
    let credited = setting.credit.credit(&batch.credit(), &mut Advantages { advantage: &mut advantage, returns: None });
    credited.map_err(|source| ExplainError::Credit { setting: setting.name.clone(), source })?;
    Ok(advantage)
}

/// Loss and derivatives with the given advantages. `batch` is that of `record`, with the setting's rewards.
pub(crate) fn slopes(
    setting: &Setting,
    record: &Record,
    batch: &Batch,
    advantage: &[f64],
) -> Result<Slopes, ExplainError> {
    let learnt = Learnt::of(setting, record, batch);
    learnt.check(setting)?;
    let columns = batch.policy().ok_or_else(|| ExplainError::Missing {
        setting: setting.name.clone(),
        reader: format!("`{}`", setting.objective.kind()),
        columns: "`logp`".to_owned(),
    })?;
    let columns = PolicyColumns {
        mask: &learnt.mask,
        advantage: Some(advantage),
        ref_logp: learnt.ref_logp.as_deref(),
        weight: learnt.weight.as_deref(),
        pass_rate: learnt.pass_rate.as_deref(),
        ..columns
    };
    let totals = BatchTotals::of(&columns, token_limit(setting, batch));
    Ok(evaluate(&setting.objective, &Inputs { columns, totals }))
}

/// Evaluates an objective whose columns are all there.
pub(crate) fn evaluate(objective: &ObjectiveConfig, inputs: &Inputs<'_>) -> Slopes {
    let tokens = inputs.columns.samples.total();
    let (mut logp, mut entropy) = (vec![0.0; tokens], vec![0.0; tokens]);
    let mut out = Derivatives { logp: &mut logp, entropy: objective.needs().entropy.then_some(&mut entropy[..]) };
    let loss = objective.evaluate(&inputs.columns, &inputs.totals, &mut out);
    Slopes { loss, logp, entropy }
}

/// The most tokens a completion may have: as the setting says, else those of the longest completion.
pub(crate) fn token_limit(setting: &Setting, batch: &Batch) -> usize {
    setting.token_limit.unwrap_or_else(|| batch.samples.iter().map(|range| range.len()).max().unwrap_or(0))
}

/// The cosine of the angle between two columns; nothing where one is 0.
pub(crate) fn cosine(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    (lengths > 0.0).then(|| (dot(a, b) / lengths).clamp(-1.0, 1.0))
}
