//! Potential differences: a step is paid by how much it changes a potential, such as the chance of success.
//!
//! ```text
//! r_k = gamma * phi_k - phi_{k-1}
//! ```
//!
//! phi_k is the score of step k, a potential after it, in any unit; phi_0 the potential before the first step. Discounted by gamma, the
//! rewards of a completion sum to gamma^K phi_K - phi_0, whatever happened in between, so that they change no optimal policy.
//!
//! Source: A. Ng, D. Harada, S. Russell, "Policy invariance under reward transformations" (1999). With gamma = 1: the information gain of
//! IGPO (p_k - p_{k-1}, arXiv 2510.14967) and the shaping term of step potential advantages (SPAE, with `start = "first"`).
//!
//! Deviations: unscored steps are passed over, the difference is to the last scored one, so that the sum still telescopes.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{PotentialConfig, ShapeColumns, ShapeConfig};
//!
//! // The chance of the right answer after each turn of three completions, and before the first.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 2, 1]));
//! let (mut steps, mut outcomes) = ([0.5, 0.75, 0.25, 0.0, 0.5].map(Some), [1.0, 0.0, 1.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! columns.start = Some(&[0.25; 3]);
//! ShapeConfig::Potential(PotentialConfig::default()).apply(&mut columns)?;
//! assert_eq!(steps, [0.25, 0.25, 0.0, -0.25, 0.25].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! Wherever something can be said about a prefix: the likelihood of the gold answer, the success rate of completions, the share of tests
//! passed.
//!
//! # Traps
//!
//! The rewards sum to the last potential less the first: an outcome added to them counts success twice where the potential already says it.
//! The optimal policy is unchanged only if the estimator discounts by the same gamma.

use super::{ShapeColumns, ShapeError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Potential differences, gamma * potential - previous potential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PotentialConfig {
    /// The discount; the same as the estimator's.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub gamma: f64,
    /// The potential before the first step.
    pub start: Start,
}

/// The potential before the first step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The batch has it, per sample.
    Given,
    /// 0.
    Zero,
    /// None is known: the first scored step gets 0.
    First,
}

impl Default for PotentialConfig {
    fn default() -> Self {
        Self { gamma: 1.0, start: Start::Given }
    }
}

impl PotentialConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) -> Result<(), ShapeError> {
        if self.start == Start::Given && columns.start.is_none() {
            return Err(ShapeError::Missing { kind: "potential", column: "start" });
        }
        for (sample, range) in columns.samples.iter().enumerate() {
            let mut previous = match self.start {
                Start::Given => columns.start.map(|start| start[sample]),
                Start::Zero => Some(0.0),
                Start::First => None,
            };
            for score in columns.steps[range].iter_mut().flatten() {
                let potential = *score;
                *score = previous.map_or(0.0, |previous| self.gamma * potential - previous);
                previous = Some(potential);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{close, one, some};
    use super::*;
    use plaudit_core::Segments;
    use proptest::prelude::*;

    #[test]
    fn spae_differences() {
        let shape = ShapeConfig::Potential(PotentialConfig { start: Start::First, ..PotentialConfig::default() });
        close(&one(&shape, &some(&[0.1, 0.6, 0.95, 0.9]), 1.0).0, &[0.0, 0.5, 0.35, -0.05]);
    }

    #[test]
    fn the_start_must_be_given() {
        let (groups, samples) = (Segments::from_lengths([1]), Segments::from_lengths([1]));
        let (mut steps, mut outcomes) = ([Some(0.5)], [Some(1.0)]);
        let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
        let error = ShapeConfig::Potential(PotentialConfig::default()).apply(&mut columns).unwrap_err();
        assert_eq!(error.to_string(), "shape `potential` reads `start`, which this batch does not have");
    }

    proptest! {
        #[test]
        fn the_discounted_sum_telescopes(
            scores in prop::collection::vec(prop::option::weighted(0.8, -1.0..1.0_f64), 1..9), gamma in 0.1..1.0_f64,
        ) {
            let shape = ShapeConfig::Potential(PotentialConfig { gamma, start: Start::Zero });
            let found = one(&shape, &scores, 1.0).0;
            let rewards: Vec<f64> = found.into_iter().flatten().collect();
            let sum = rewards.iter().rev().fold(0.0, |rest, reward| reward + gamma * rest);
            let last = scores.iter().flatten().last().map_or(0.0, |last| last * gamma.powi(rewards.len() as i32));
            prop_assert!((sum - last).abs() < 1e-12);
        }
    }
}
