//! Entropy-modulated advantage: confident steps take more of the outcome, uncertain ones less, and leading to a confident one is paid.
//!
//! ```text
//! H_k = mean entropy of the step's tokens,  h_k = (H_k - min H) / (max H - min H + 1e-8)
//! g_k = exp(-sharpness * h_k) / mean(exp(-sharpness * h))
//! A'_k = A * g_k + clarity * exp(-clarity_sharpness * h_{k+1})        the second term is 0 at a sample's last step
//! advantage_k = A'_k - mean(A')
//! ```
//!
//! A is the outcome's advantage of the sample (`outcome`), H in nats; min, max and means are over all steps of the batch. The advantage
//! of a step lies on its unmasked tokens.
//!
//! Source: "Harnessing Uncertainty: Entropy-Modulated Policy Gradients for Long-Horizon LLM Agents" (EMPG, arXiv 2509.09265).
//!
//! Deviations: means count steps, not tokens. Steps of unscored samples, and steps that the policy wrote no token of, are passed over.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments, Steps};
//! use plaudit_credit::{CreditConfig, EntropyModulatedConfig, GroupConfig, Scale};
//!
//! // Three answers, of two, one and one steps of one token each; a factor of 2 between the least and the greatest entropy.
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let tokens = Segments::from_lengths([1; 4]);
//! let steps = Steps { tokens: &tokens, samples: &samples, scores: &[0.0; 4], scored: &[false; 4], key: None };
//! let columns = CreditColumns::<f64> {
//!     steps: Some(steps),
//!     entropy: Some(&[0.5, 1.5, 1.5, 0.5]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, 0.5, 0.0], &[true; 3])
//! };
//! let config = EntropyModulatedConfig {
//!     outcome: GroupConfig { scale: Scale::None, ..Default::default() },
//!     sharpness: std::f64::consts::LN_2,
//!     clarity: 0.0,
//!     centre: false,
//!     ..Default::default()
//! };
//! let mut advantage = [0.0; 4];
//! CreditConfig::EntropyModulated(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! // Outcomes [1/2, 0, -1/2]; factors 1 and 1/2 over their mean 3/4.
//! assert!(advantage.iter().zip([2.0 / 3.0, 1.0 / 3.0, 0.0, -2.0 / 3.0]).all(|(found, expected)| (found - expected).abs() < 1e-7));
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Long interactions with an outcome alone, where a few uncertain steps would otherwise dominate the gradient.
//!
//! # Traps
//!
//! The entropy must be that of the policy that sampled. Min and max run over the batch: a single odd step compresses all others. The bonus
//! pays for low entropy whatever the outcome.

use crate::broadcast::broadcast;
use crate::step_columns::{check_finite, per_step};
use crate::{CreditError, CreditNeeds, Estimator, GroupConfig};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome's advantage, modulated by the entropy of each step, with a bonus for leading to a confident step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntropyModulatedConfig {
    /// How the outcomes are compared.
    pub outcome: GroupConfig,
    /// How fast the share of the outcome falls with a step's entropy (k).
    #[schemars(range(min = 0.0))]
    pub sharpness: f64,
    /// Weight of the bonus for a confident next step (zeta).
    #[schemars(range(min = 0.0))]
    pub clarity: f64,
    /// How fast that bonus falls with the next step's entropy.
    #[schemars(range(min = 0.0))]
    pub clarity_sharpness: f64,
    /// Whether the mean over the steps of the batch is subtracted in the end.
    pub centre: bool,
}

impl Default for EntropyModulatedConfig {
    fn default() -> Self {
        Self { outcome: GroupConfig::default(), sharpness: 1.0, clarity: 0.05, clarity_sharpness: 1.0, centre: true }
    }
}

/// Keeps the normalised entropy finite where all steps have the same.
const EPS: f64 = 1e-8;

impl<R: Real> Estimator<R> for EntropyModulatedConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { steps: true, entropy: true, ..Estimator::<R>::needs(&self.outcome) }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let (steps, entropy) = columns.steps.zip(columns.entropy).expect("needs have been checked");
        check_finite("entropy", entropy, columns.mask)?;
        let outcomes = self.outcome.per_sample(columns)?;
        let mean_entropy = |step: usize| {
            let written = || steps.tokens.range(step).filter(|&token| columns.mask[token]);
            let count = written().count();
            (count > 0).then(|| written().map(|token| entropy[token].wide()).sum::<f64>() / count as f64)
        };
        let scored = per_step(steps.samples, columns.scored);
        let entropies: Vec<Option<f64>> =
            (0..scored.len()).map(|step| mean_entropy(step).filter(|_| scored[step])).collect();
        let known = || entropies.iter().flatten().copied();
        let (count, least) = (known().count() as f64, known().fold(f64::INFINITY, f64::min));
        let span = known().fold(f64::NEG_INFINITY, f64::max) - least + EPS;
        let decay = |sharpness: f64, entropy: f64| (-sharpness * (entropy - least) / span).exp();
        let mean_decay = known().map(|entropy| decay(self.sharpness, entropy)).sum::<f64>() / count;

        let mut advantages = vec![0.0; scored.len()];
        for (sample, range) in steps.samples.iter().enumerate() {
            let mut bonus = 0.0;
            for step in range.rev() {
                let Some(entropy) = entropies[step] else { continue };
                advantages[step] = outcomes[sample] * decay(self.sharpness, entropy) / mean_decay + bonus;
                bonus = self.clarity * decay(self.clarity_sharpness, entropy);
            }
        }
        if self.centre && count > 0.0 {
            let mean = advantages.iter().sum::<f64>() / count;
            let of_known = advantages.iter_mut().zip(&entropies).filter(|(_, entropy)| entropy.is_some());
            of_known.for_each(|(advantage, _)| *advantage -= mean);
        }
        broadcast(&advantages, steps.tokens, columns.mask, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_columns::tests::{close, credit};
    use crate::{Centre, CreditConfig, Scale};
    use proptest::prelude::*;

    fn raw() -> GroupConfig {
        GroupConfig { centre: Centre::None, scale: Scale::None, ..GroupConfig::default() }
    }

    fn advantages(config: EntropyModulatedConfig, outcomes: &[Option<f64>], entropy: &[&[f64]]) -> Vec<f64> {
        let steps: Vec<Vec<_>> = entropy.iter().map(|steps| vec![None; steps.len()]).collect();
        let steps: Vec<_> = steps.iter().map(Vec::as_slice).collect();
        credit(&CreditConfig::EntropyModulated(config), outcomes, &steps, Some(&entropy.concat()), None).unwrap()
    }

    #[test]
    fn empg_by_the_paper() {
        let entropies: [&[f64]; 1] = [&[0.2, 0.6, 1.0]];
        let plain = EntropyModulatedConfig { outcome: raw(), clarity: 0.0, centre: false, ..Default::default() };
        close(&advantages(plain.clone(), &[Some(1.0)], &entropies), &[1.519441, 0.921588, 0.558971]);
        let bonus = EntropyModulatedConfig { clarity: 0.1, ..plain };
        close(&advantages(bonus.clone(), &[Some(1.0)], &entropies), &[1.580094, 0.958376, 0.558971]);
        let centred = EntropyModulatedConfig { centre: true, ..bonus };
        close(&advantages(centred, &[Some(1.0)], &entropies), &[0.547614, -0.074105, -0.473509]);
    }

    #[test]
    fn unscored_samples_are_passed_over() {
        let config = EntropyModulatedConfig { outcome: raw(), clarity: 0.1, ..Default::default() };
        let found = advantages(config.clone(), &[Some(1.0), None], &[&[0.2, 0.6, 1.0], &[7.0, 0.0]]);
        close(&found, &[0.547614, -0.074105, -0.473509, 0.0, 0.0]);
        assert_eq!(advantages(config, &[None], &[&[0.2, 0.6]]), [0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn the_batch_is_centred_and_factors_average_to_one(
            entropy in prop::collection::vec(0.0..3.0_f64, 1..8), outcome in -2.0..2.0_f64, clarity in 0.0..0.2_f64,
        ) {
            let config = EntropyModulatedConfig { outcome: raw(), clarity, ..Default::default() };
            let sum: f64 = advantages(config.clone(), &[Some(outcome)], &[&entropy]).iter().sum();
            prop_assert!(sum.abs() < 1e-9);
            let plain = EntropyModulatedConfig { clarity: 0.0, centre: false, ..config };
            let found = advantages(plain, &[Some(outcome)], &[&entropy]);
            prop_assert!((found.iter().sum::<f64>() / found.len() as f64 - outcome).abs() < 1e-9);
        }
    }
}
