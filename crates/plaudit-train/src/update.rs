//! One update: forward, objective, backward, optimiser.

use plaudit_core::{Derivatives, Loss, PolicyColumns};
use plaudit_engine::{AdamW, AdamWConfig, Continuations, EngineError, Gradients, Model, Part, Request};
use plaudit_objective::{BatchTotals, ObjectiveConfig, accumulate};
use plaudit_recipe::Optimizer;

/// The optimiser with the memory for gradients.
pub(crate) struct Learner {
    pub(crate) optimizer: AdamW,
    gradients: Gradients,
    clip_norm: f64,
}

/// The columns of a batch to learn from. Per-token columns are flat over `texts`' continuation tokens.
pub(crate) struct Columns<'a> {
    pub(crate) texts: Continuations<'a>,
    pub(crate) advantage: &'a [f32],
    pub(crate) mask: &'a [bool],
    /// Absent on policy: then the log-probability of this very update stands in, and every ratio is 1.
    pub(crate) old_logp: Option<&'a [f32]>,
    pub(crate) ref_logp: Option<&'a [f32]>,
    /// The temperature that log-probabilities are taken at.
    pub(crate) temperature: f32,
    /// The most tokens a completion may have.
    pub(crate) token_limit: usize,
}

/// What an update reports.
pub(crate) struct Update {
    /// Loss and metrics of the objective, summed over the batch.
    pub(crate) loss: Loss,
    /// Entropy in nats, summed over unmasked tokens.
    pub(crate) entropy: f64,
    /// Unmasked tokens.
    pub(crate) tokens: usize,
    /// Norm of the gradient before clipping.
    pub(crate) gradient_norm: f64,
    /// dL/dlogp per token.
    pub(crate) weight: Vec<f32>,
}

/// Why an update was not made; the weights are as they were.
pub(crate) enum Refusal {
    /// The loss is NaN or infinite.
    Loss(f64),
    /// The engine refused.
    Engine(EngineError),
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl Learner {
    pub(crate) fn new(model: &Model, settings: &Optimizer) -> Self {
        let Optimizer { betas, eps, weight_decay, clip_norm, .. } = *settings;
        let optimizer = AdamW::new(model, AdamWConfig { betas, eps, weight_decay });
        Self { optimizer, gradients: Gradients::zeros(model), clip_norm }
    }

    /// Takes one step on the whole batch. A batch without an unmasked token changes nothing.
    pub(crate) fn update(
        &mut self,
        model: &mut Model,
        columns: &Columns<'_>,
        objective: &ObjectiveConfig,
        learning_rate: f64,
    ) -> Result<Update, Refusal> {
        let samples = columns.texts.samples;
        let totals = BatchTotals::count(samples, columns.mask, columns.token_limit);
        let mut update = Update {
            loss: Loss::default(),
            entropy: 0.0,
            tokens: totals.tokens,
            gradient_norm: 0.0,
            weight: vec![0.0; columns.advantage.len()],
        };
        if totals.tokens == 0 {
            return Ok(update);
        }
        let uses_entropy = objective.needs().entropy;
        let request = Request { temperature: columns.temperature, entropy: true, ..Request::default() };
        model.accumulate(columns.texts, &request, &mut self.gradients, &mut |part: Part<'_>| {
            let logp = &part.statistics.logp[..];
            let entropy = &part.statistics.entropy[..];
            let part_samples = samples.slice(part.samples.clone());
            let mask = &columns.mask[part.tokens.clone()];
            let policy = PolicyColumns {
                old_logp: columns.old_logp.map_or(logp, |column| &column[part.tokens.clone()]),
                ref_logp: columns.ref_logp.map(|column| &column[part.tokens.clone()]),
                entropy: uses_entropy.then_some(entropy),
                advantage: Some(&columns.advantage[part.tokens.clone()]),
                ..PolicyColumns::new(&part_samples, mask, logp)
            };
            let mut derivatives =
                Derivatives { logp: part.logp_gradient, entropy: part.entropy_gradient.filter(|_| uses_entropy) };
            let share = objective.evaluate(&policy, &totals, &mut derivatives);
            update.weight[part.tokens].copy_from_slice(derivatives.logp);
            accumulate(&mut update.loss, &share);
            let taking_part = entropy.iter().zip(mask).filter(|(_, taking_part)| **taking_part);
            update.entropy += taking_part.map(|(entropy, _)| f64::from(*entropy)).sum::<f64>();
        })?;
        let norm = if update.loss.value.is_finite() {
            self.optimizer.step(model, &mut self.gradients, learning_rate, self.clip_norm).map_err(Refusal::from)
        } else {
            Err(Refusal::Loss(update.loss.value))
        };
        if norm.is_err() {
            // Only a step uses the gradient up.
            self.gradients.clear();
        }
        update.gradient_norm = norm?;
        Ok(update)
    }
}
