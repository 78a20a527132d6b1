//! One update: forward, objective, backward, optimiser.

use plaudit_core::{Derivatives, Loss, PolicyColumns, Segments};
use plaudit_engine::{AdamW, AdamWConfig, Continuations, EngineError, Gradients, Model, Part, Request, Statistics};
use plaudit_objective::{BatchTotals, ObjectiveConfig, Scope, accumulate};
use plaudit_recipe::Optimizer;
use std::ops::Range;

/// The optimiser with the memory for gradients.
pub(crate) struct Learner {
    pub(crate) optimizer: AdamW,
    gradients: Gradients,
    clip_norm: f64,
}

/// The columns of a batch to learn from. Per-token columns are flat over `texts`' continuation tokens.
pub(crate) struct Columns<'a> {
    pub(crate) texts: Continuations<'a>,
    /// The samples cut into groups.
    pub(crate) groups: &'a Segments,
    pub(crate) advantage: &'a [f32],
    pub(crate) mask: &'a [bool],
    /// Absent on policy: then the log-probability of this very update stands in, and every ratio is 1.
    pub(crate) old_logp: Option<&'a [f32]>,
    pub(crate) ref_logp: Option<&'a [f32]>,
    /// How much each token matters, where something says it.
    pub(crate) weight: Option<&'a [f32]>,
    /// Per sample.
    pub(crate) label: &'a [f64],
    /// Per sample.
    pub(crate) pass_rate: &'a [f64],
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
    /// Per token: the log-probability that the objective read; NaN where there was nothing to learn from.
    pub(crate) logp: Vec<f32>,
    /// Per token: the entropy, likewise.
    pub(crate) token_entropy: Vec<f32>,
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
        let totals = BatchTotals::of(&columns.policy(samples, 0..samples.len(), &[]), columns.token_limit);
        let mut update = Update {
            loss: Loss::default(),
            entropy: 0.0,
            tokens: totals.tokens,
            gradient_norm: 0.0,
            weight: vec![0.0; samples.total()],
            logp: vec![f32::NAN; samples.total()],
            token_entropy: vec![f32::NAN; samples.total()],
        };
        if totals.tokens == 0 {
            return Ok(update);
        }
        let request = Request { temperature: columns.temperature, entropy: true, ..Request::default() };
        // What sees more than single samples sees the whole batch in one piece, before any of it is run backward.
        let mut whole = None;
        if objective.scope() > Scope::Sample {
            let statistics = model.score(columns.texts, &request)?;
            let mut slopes = (vec![0.0; samples.total()], vec![0.0; samples.total()]);
            let mut out = Derivatives { logp: &mut slopes.0, entropy: Some(&mut slopes.1) };
            update.loss = columns.evaluate(objective, &totals, 0..samples.len(), &statistics, &mut out);
            (update.logp, update.token_entropy) = (statistics.logp, statistics.entropy);
            whole = Some(slopes);
        }
        let uses_entropy = objective.needs().entropy;
        model.accumulate(columns.texts, &request, &mut self.gradients, &mut |part: Part<'_>| {
            let Part { samples, tokens, statistics, logp_gradient, mut entropy_gradient } = part;
            match &whole {
                Some((logp, entropy)) => {
                    logp_gradient.copy_from_slice(&logp[tokens.clone()]);
                    if let Some(gradient) = entropy_gradient.as_mut().filter(|_| uses_entropy) {
                        gradient.copy_from_slice(&entropy[tokens.clone()]);
                    }
                }
                None => {
                    let mut out =
                        Derivatives { logp: &mut *logp_gradient, entropy: entropy_gradient.filter(|_| uses_entropy) };
                    let share = columns.evaluate(objective, &totals, samples, statistics, &mut out);
                    accumulate(&mut update.loss, &share);
                    update.logp[tokens.clone()].copy_from_slice(&statistics.logp);
                    update.token_entropy[tokens.clone()].copy_from_slice(&statistics.entropy);
                }
            }
            update.weight[tokens.clone()].copy_from_slice(logp_gradient);
            let taking_part = statistics.entropy.iter().zip(&columns.mask[tokens]).filter(|(_, is_in)| **is_in);
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

impl Columns<'_> {
    /// Evaluates the objective on some of the samples, whose statistics are given.
    fn evaluate(
        &self,
        objective: &ObjectiveConfig,
        totals: &BatchTotals,
        samples: Range<usize>,
        statistics: &Statistics,
        out: &mut Derivatives<'_, f32>,
    ) -> Loss {
        let part = self.texts.samples.slice(samples.clone());
        let entropy = objective.needs().entropy.then_some(&statistics.entropy[..]);
        let columns = PolicyColumns { entropy, ..self.policy(&part, samples, &statistics.logp) };
        objective.evaluate(&columns, totals, out)
    }

    /// The columns of some of the samples, `part`, with the log-probabilities of this update.
    fn policy<'a>(&'a self, part: &'a Segments, samples: Range<usize>, logp: &'a [f32]) -> PolicyColumns<'a, f32> {
        let first = self.texts.samples.range(samples.start).start;
        let tokens = first..first + part.total();
        PolicyColumns {
            old_logp: self.old_logp.map_or(logp, |column| &column[tokens.clone()]),
            ref_logp: self.ref_logp.map(|column| &column[tokens.clone()]),
            advantage: Some(&self.advantage[tokens.clone()]),
            weight: self.weight.map(|column| &column[tokens.clone()]),
            // A part of the batch may cut a group.
            groups: (samples.len() == self.texts.samples.len()).then_some(self.groups),
            label: Some(&self.label[samples.clone()]),
            pass_rate: Some(&self.pass_rate[samples]),
            ..PolicyColumns::new(part, &self.mask[tokens], logp)
        }
    }
}
