//! A recorded batch put through a setting.

use crate::{ExplainError, Setting};
use plaudit_core::{Advantages, Batch, Derivatives, Loss, PolicyColumns};
use plaudit_objective::{BatchTotals, Needs, ObjectiveConfig};

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
    pub fn of(setting: &Setting, batch: &Batch) -> Result<Self, ExplainError> {
        let advantage = advantages(setting, batch)?;
        let slopes = slopes(setting, batch, &advantage)?;
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

/// Loss and derivatives with the given advantages.
pub(crate) fn slopes(setting: &Setting, batch: &Batch, advantage: &[f64]) -> Result<Slopes, ExplainError> {
    let needs = setting.objective.needs();
    let mask = taking_part(batch, needs);
    let pass_rate = pass_rate(batch);
    let missing = |column: &str| ExplainError::Missing {
        setting: setting.name.clone(),
        reader: format!("`{}`", setting.objective.kind()),
        column: column.to_owned(),
    };
    let columns = batch.policy().ok_or_else(|| missing("logp"))?;
    let columns = PolicyColumns { mask: &mask, advantage: Some(advantage), pass_rate: pass_rate.as_deref(), ..columns };
    let needed = [
        (needs.reference, columns.ref_logp.is_some(), "ref_logp"),
        (needs.entropy, columns.entropy.is_some(), "entropy"),
        (needs.label, columns.label.is_some(), "label"),
        (needs.pass_rate, columns.pass_rate.is_some(), "label"),
        (needs.pairs, columns.pairs.is_some(), "pair"),
        (needs.weight, columns.weight.is_some(), "weight"),
    ];
    if let Some((_, _, column)) = needed.into_iter().find(|(is_needed, is_there, _)| *is_needed && !is_there) {
        return Err(missing(column));
    }
    let totals = BatchTotals::of(&columns, token_limit(setting, batch));
    Ok(evaluate(&setting.objective, &Inputs { columns, totals }))
}

/// Evaluates an objective whose columns are all there.
pub(crate) fn evaluate(objective: &ObjectiveConfig, inputs: &Inputs<'_>) -> Slopes {
    let tokens = inputs.columns.samples.total();
    let (mut logp, mut entropy) = (vec![0.0; tokens], vec![0.0; tokens]);
    let mut out = Derivatives { logp: &mut logp, entropy: objective.needs().entropy.then_some(&mut entropy[..]) };
    let loss = objective.evaluate(&inputs.columns, &inputs.totals, &mut out);
    Slopes { loss, logp }
}

/// The tokens that take part. As in training, a sample without a score has no advantage to learn from and counts nowhere.
pub(crate) fn taking_part(batch: &Batch, needs: Needs) -> Vec<bool> {
    let mut mask = batch.mask.clone();
    for (range, scored) in batch.samples.iter().zip(&batch.scored) {
        if needs.advantage && !scored {
            mask[range].fill(false);
        }
    }
    mask
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

/// Per sample: the share of its group that is labelled right, of those that have a score.
pub(crate) fn pass_rate(batch: &Batch) -> Option<Vec<f64>> {
    let label = batch.label.as_ref()?;
    let rate = |group: std::ops::Range<usize>| {
        let scored = group.clone().filter(|sample| batch.scored[*sample]).count();
        let right = group.clone().filter(|sample| batch.scored[*sample] && label[*sample] > 0.5).count();
        vec![right as f64 / scored.max(1) as f64; group.len()]
    };
    Some(batch.groups.iter().flat_map(rate).collect())
}
