//! Step potential advantage: the outcome's advantage, less of it once the solution is reached, plus a share of each step's progress.
//!
//! ```text
//! saturation = the first step with phi_k > threshold
//! A_k = A * f_k + weight * (phi_k - phi_{k-1}),   f_k = 1 up to the saturation step, `after` behind it
//! ```
//!
//! A is the outcome's advantage of the sample (`outcome`), phi_k in [-1, 1] the score of step k: the potential after it
//! (`process::potential`), with a difference of 0 at the first scored step. The advantage of a step lies on its unmasked tokens.
//!
//! Source: "Step Potential Advantage Estimation: Harnessing Intermediate Confidence and Correctness for Efficient Mathematical Reasoning"
//! (SPAE).
//!
//! Deviations: the paper's f, weight and transformation of the difference are not released; f is the step function above, the difference
//! is taken as it is, and the defaults of `after` and `weight` are ours. Unscored steps carry the outcome's part alone.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments, Steps};
//! use plaudit_credit::{CreditConfig, GroupConfig, Scale, StepPotentialConfig};
//!
//! // Three answers: one that goes on after it is done, one that never gets there, one of a single step.
//! let (samples, groups) = (Segments::from_lengths([3, 2, 1]), Segments::from_lengths([3]));
//! let tokens = Segments::from_lengths([1; 6]);
//! let phi = [0.25, 1.0, 1.0, 0.0, -0.5, 0.5];
//! let steps = Steps { tokens: &tokens, samples: &samples, scores: &phi, scored: &[true; 6], key: None };
//! let columns = CreditColumns::<f64> {
//!     steps: Some(steps),
//!     ..CreditColumns::new(&samples, &groups, &[true; 6], &[1.0, 0.0, 0.5], &[true; 3])
//! };
//! let outcome = GroupConfig { scale: Scale::None, ..Default::default() };
//! let config = StepPotentialConfig { outcome, after: 0.5, weight: 1.0, ..Default::default() };
//! let mut advantage = [0.0; 6];
//! CreditConfig::StepPotential(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [0.5, 1.25, 0.25, -0.5, -1.0, 0.0]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! To shorten answers that go on checking a solution they already have, where the model can be asked for its answer after each step.
//!
//! # Traps
//!
//! `after` below 1 also softens the punishment of wrong answers that once were right. Potentials take a forward pass per step and probe.

use crate::broadcast::broadcast;
use crate::step_columns::checked_steps;
use crate::{CreditError, CreditNeeds, Estimator, GroupConfig};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome's advantage, reduced after saturation, plus weighted differences of the steps' potentials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StepPotentialConfig {
    /// How the outcomes are compared.
    pub outcome: GroupConfig,
    /// The potential above which the solution counts as reached.
    pub threshold: f64,
    /// The share of the outcome's advantage that steps behind the saturation step get.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub after: f64,
    /// Weight of the differences of potentials (xi).
    pub weight: f64,
}

impl Default for StepPotentialConfig {
    fn default() -> Self {
        Self { outcome: GroupConfig::default(), threshold: 0.9, after: 0.5, weight: 0.1 }
    }
}

impl<R: Real> Estimator<R> for StepPotentialConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { steps: true, ..Estimator::<R>::needs(&self.outcome) }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let steps = checked_steps(columns)?;
        let outcomes = self.outcome.per_sample(columns)?;
        let mut advantages = vec![0.0; steps.scores.len()];
        for (sample, range) in steps.samples.iter().enumerate().filter(|(sample, _)| columns.scored[*sample]) {
            let (mut share, mut previous) = (1.0, None);
            for step in range {
                let potential = steps.scored[step].then_some(steps.scores[step]);
                let change = potential.zip(previous).map_or(0.0, |(potential, previous)| potential - previous);
                advantages[step] = outcomes[sample] * share + self.weight * change;
                if potential.is_some_and(|potential| potential > self.threshold) {
                    share = self.after;
                }
                previous = potential.or(previous);
            }
        }
        broadcast(&advantages, steps.tokens, columns.mask, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_columns::tests::{close, credit, some};
    use crate::{Centre, CreditConfig, Scale};

    fn advantages(after: f64, weight: f64, outcome: f64, potentials: &[Option<f64>]) -> Vec<f64> {
        let raw = GroupConfig { centre: Centre::None, scale: Scale::None, ..GroupConfig::default() };
        let config = StepPotentialConfig { outcome: raw, after, weight, ..StepPotentialConfig::default() };
        credit(&CreditConfig::StepPotential(config), &[Some(outcome)], &[potentials], None, None).unwrap()
    }

    #[test]
    fn spae_saturates_at_the_third_step() {
        let potentials = some(&[0.1, 0.6, 0.95, 0.9]);
        // The outcome's part, then the differences.
        close(&advantages(0.25, 0.0, 1.0, &potentials), &[1.0, 1.0, 1.0, 0.25]);
        close(&advantages(1.0, 1.0, 0.0, &potentials), &[0.0, 0.5, 0.35, -0.05]);
        close(&advantages(0.25, 0.5, 2.0, &potentials), &[2.0, 2.25, 2.175, 0.475]);
    }

    #[test]
    fn an_unscored_step_carries_the_outcome() {
        close(&advantages(0.5, 1.0, 1.0, &[Some(0.0), None, Some(0.5)]), &[1.0, 1.0, 1.5]);
    }
}
