//! KL process reward: what a prefix still has to pay for leaving the reference policy is credit that its steps have, or lack.
//!
//! ```text
//! g_t = logp_t - ref_logp_t
//! rho_l = A - (1/eta) * sum_{t >= e_l} g_t        e_l: the last token of step l; the sum runs to the end of the sample
//! ```
//!
//! A is the outcome's advantage of the sample (`outcome`), logp in nats, eta in nats per unit of advantage. rho_l lies on the unmasked
//! tokens of step l; masked tokens are in no sum. With `order = "before"` the raw score stands for A, and the rho of all steps of a group
//! are compared with each other (`outcome`).
//!
//! Source: "PRL: Process Reward Learning Improves LLMs' Reasoning Ability and Broadens the Reasoning Boundary". At the optimum of
//! E[r] - (1/eta) KL(policy || reference), r - (1/eta) log(policy/reference) is the same for all answers, hence the spread over steps.
//!
//! Deviations: what exactly is compared with what in the mode `before` is not confirmed; here all steps of the group, one value per step.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, GroupConfig, KlProcessConfig, Scale};
//!
//! // Three answers of two, one and one tokens, each token a step.
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64> {
//!     logp: Some(&[-1.0, -1.0, -1.0, -1.0]),
//!     ref_logp: Some(&[-1.5, -1.25, -1.0, -0.75]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, 0.5, 0.0], &[true; 3])
//! };
//! let outcome = GroupConfig { scale: Scale::None, ..Default::default() };
//! let config = KlProcessConfig { outcome, eta: 2.0, step_tokens: 1, ..Default::default() };
//! let mut advantage = [0.0; 4];
//! CreditConfig::KlProcess(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! // Outcomes [1/2, 0, -1/2]; sums from each token on [3/4, 1/4], [0], [-1/4].
//! assert_eq!(advantage, [0.125, 0.375, 0.0, -0.375]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! With an outcome alone and a reference policy at hand, in place of a KL penalty in the loss.
//!
//! # Traps
//!
//! A KL term in the objective then counts the divergence twice. A small eta makes early steps of long answers pay for all that follows.

use crate::broadcast::broadcast;
use crate::step_columns::{check_finite, per_step};
use crate::{CreditError, CreditNeeds, Estimator, GroupConfig};
use plaudit_core::{Advantages, CreditColumns, Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome's advantage less the log-ratio to the reference from each step's last token on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KlProcessConfig {
    /// How the outcomes (or the process values, see `order`) are compared.
    pub outcome: GroupConfig,
    /// What the log-ratio is divided by.
    #[schemars(range(min = 1e-6))]
    pub eta: f64,
    /// Cuts samples into steps of that many unmasked tokens; 0 takes the steps that the batch brings along.
    pub step_tokens: usize,
    /// Whether the log-ratio is subtracted after the outcomes are compared, or before.
    pub order: KlOrder,
}

/// When the log-ratio is subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KlOrder {
    /// From the outcome's advantage.
    After,
    /// From the score, and then all steps of the group are compared.
    Before,
}

impl Default for KlProcessConfig {
    fn default() -> Self {
        Self { outcome: GroupConfig::default(), eta: 100.0, step_tokens: 256, order: KlOrder::After }
    }
}

impl<R: Real> Estimator<R> for KlProcessConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds {
            steps: self.step_tokens == 0,
            logp: true,
            reference: true,
            ..Estimator::<R>::needs(&self.outcome)
        }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let (logp, reference) = columns.logp.zip(columns.ref_logp).expect("needs have been checked");
        check_finite("logp", logp, columns.mask)?;
        check_finite("ref_logp", reference, columns.mask)?;
        let (tokens, samples) = match self.step_tokens {
            0 => {
                let steps = columns.steps.expect("needs have been checked");
                (steps.tokens.clone(), steps.samples.clone())
            }
            size => cut(columns, size),
        };
        // Per step: the log-ratio from its last unmasked token on; none where the policy wrote nothing of it.
        let mut rest: Vec<Option<f64>> = vec![None; tokens.len()];
        for range in samples.iter() {
            let mut sum = 0.0;
            for step in range.rev() {
                for token in tokens.range(step).rev().filter(|&token| columns.mask[token]) {
                    sum += logp[token].wide() - reference[token].wide();
                    rest[step].get_or_insert(sum);
                }
            }
        }
        let spread = |values: &[f64]| -> Vec<f64> {
            let less = |(rest, value): (&Option<f64>, f64)| rest.map_or(0.0, |rest| value - rest / self.eta);
            rest.iter().zip(per_step(&samples, values)).map(less).collect()
        };
        let mut counted = per_step(&samples, columns.scored);
        counted.iter_mut().zip(&rest).for_each(|(is_counted, rest)| *is_counted &= rest.is_some());
        let mut advantages = match self.order {
            KlOrder::After => spread(&self.outcome.per_sample(columns)?),
            KlOrder::Before => {
                // Every step is a sample of its own.
                let steps_of = |group: std::ops::Range<usize>| group.map(|sample| samples.range(sample).len()).sum();
                let groups = Segments::from_lengths(columns.groups.iter().map(steps_of));
                let baseline = columns.baseline.map(|baseline| per_step(&samples, baseline));
                let role = columns.role.map(|role| per_step(&samples, role));
                self.outcome.per_sample(&CreditColumns {
                    baseline: baseline.as_deref(),
                    role: role.as_deref(),
                    ..CreditColumns::<R>::new(&tokens, &groups, columns.mask, &spread(columns.scores), &counted)
                })?
            }
        };
        let uncounted = advantages.iter_mut().zip(counted).filter(|(_, is_counted)| !is_counted);
        uncounted.for_each(|(advantage, _)| *advantage = 0.0);
        broadcast(&advantages, &tokens, columns.mask, out)
    }
}

/// Steps of `size` unmasked tokens, the last of a sample being what is left: the tokens cut into steps, the steps cut into samples.
fn cut<R: Real>(columns: &CreditColumns<'_, R>, size: usize) -> (Segments, Segments) {
    let (mut tokens, mut samples) = (Segments::default(), Segments::default());
    for range in columns.samples.iter() {
        let (mut steps, mut length, mut written) = (0, 0, 0);
        let end = range.end;
        for token in range {
            length += 1;
            written += usize::from(columns.mask[token]);
            if written == size || token + 1 == end {
                tokens.push(length);
                (steps, length, written) = (steps + 1, 0, 0);
            }
        }
        samples.push(steps);
    }
    (tokens, samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_columns::tests::close;
    use crate::{Centre, CreditConfig, Scale};
    use plaudit_core::Steps;

    const RATIOS: [f64; 4] = [0.2, 0.2, -0.1, -0.1];

    fn raw() -> GroupConfig {
        GroupConfig { centre: Centre::None, scale: Scale::None, ..GroupConfig::default() }
    }

    fn advantages(
        config: KlProcessConfig,
        lengths: &[usize],
        mask: &[bool],
        scores: &[f64],
        steps: Option<[usize; 2]>,
    ) -> Vec<f64> {
        let (samples, groups) = (Segments::from_lengths(lengths.to_vec()), Segments::from_lengths([lengths.len()]));
        let scored = vec![true; scores.len()];
        let mut columns = CreditColumns::new(&samples, &groups, mask, scores, &scored);
        columns.logp = Some(&RATIOS);
        columns.ref_logp = Some(&[0.0; 4]);
        let tokens = Segments::from_lengths(steps.unwrap_or([2, 2]));
        let of_sample = Segments::from_lengths([2]);
        columns.steps = steps.map(|_| Steps {
            tokens: &tokens,
            samples: &of_sample,
            scores: &[0.0; 2],
            scored: &[false; 2],
            key: None,
        });
        let mut advantage = vec![f64::NAN; 4];
        CreditConfig::KlProcess(config)
            .credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })
            .unwrap();
        advantage
    }

    #[test]
    fn prl_by_the_paper() {
        let config = KlProcessConfig { outcome: raw(), eta: 2.0, step_tokens: 2, ..KlProcessConfig::default() };
        close(&advantages(config.clone(), &[4], &[true; 4], &[1.0], None), &[1.0, 1.0, 1.05, 1.05]);
        let steps = KlProcessConfig { step_tokens: 0, ..config };
        close(&advantages(steps, &[4], &[true; 4], &[1.0], Some([2, 2])), &[1.0, 1.0, 1.05, 1.05]);
    }

    #[test]
    fn at_the_optimum_answers_are_worth_the_same() {
        // Two answers of one token, reference probabilities 1/2, scores 1 and 0, eta 1: the optimum is proportional to e^r.
        let optimum = [1.0_f64.exp() / (1.0 + 1.0_f64.exp()), 1.0 / (1.0 + 1.0_f64.exp())];
        let (samples, groups) = (Segments::from_lengths([1, 1]), Segments::from_lengths([2]));
        let logp = optimum.map(f64::ln);
        let half = [0.5_f64.ln(); 2];
        let mut columns = CreditColumns::new(&samples, &groups, &[true; 2], &[1.0, 0.0], &[true; 2]);
        columns.logp = Some(&logp);
        columns.ref_logp = Some(&half);
        let config = KlProcessConfig { outcome: raw(), eta: 1.0, ..KlProcessConfig::default() };
        let mut advantage = [f64::NAN; 2];
        CreditConfig::KlProcess(config)
            .credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })
            .unwrap();
        close(&advantage, &[0.620115, 0.620115]);
        close(&optimum, &[0.731059, 0.268941]);
    }

    #[test]
    fn masked_tokens_are_in_no_sum() {
        // Unmasked ratios 0.2, -0.1, -0.1: the second token is the environment's.
        let config = KlProcessConfig { outcome: raw(), eta: 1.0, step_tokens: 2, ..KlProcessConfig::default() };
        let found = advantages(config, &[4], &[true, false, true, true], &[1.0], None);
        close(&found, &[1.2, 0.0, 1.2, 1.1]);
    }

    #[test]
    fn before_compares_all_steps_of_the_group() {
        let centred = GroupConfig { scale: Scale::None, ..GroupConfig::default() };
        let config = KlProcessConfig { outcome: centred, eta: 1.0, step_tokens: 1, order: KlOrder::Before };
        // Rests 0.4, 0.2 and -0.2, -0.1: values 0.6, 0.8 and 0.2, 0.1 with mean 0.425.
        let found = advantages(config, &[2, 2], &[true; 4], &[1.0, 0.0], None);
        close(&found, &[0.175, 0.375, -0.225, -0.325]);
    }
}
