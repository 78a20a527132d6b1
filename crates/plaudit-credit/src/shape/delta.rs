//! Differenced step reward: each step's score less the next one's, so that the sum does not grow with the number of steps.
//!
//! ```text
//! r'_k = r_k - r_{k+1}     for k < L
//! r'_L = r_L               L: the last step that has a score of its own
//! ```
//!
//! r_k is the score of step k, r'_k its reward, in the same unit. The undiscounted return from step k on is exactly r_k.
//!
//! Source: "On Designing Effective RL Reward at Training Time for LLM Reasoning" (arXiv 2410.15115), the Delta mechanism.
//!
//! Deviations: unscored steps are passed over, the difference is to the next scored one.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{DeltaConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions of three, two and one steps; the last step states the answer and earns nothing.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([3, 2, 1]));
//! let (mut steps, mut outcomes) = ([0.75, 0.5, 0.25, 0.5, 1.0, 0.5].map(Some), [1.0, 0.0, 0.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Delta(DeltaConfig { answer_step: true }).apply(&mut columns)?;
//! assert_eq!(steps, [0.25, 0.5, 0.0, 0.5, 0.0, 0.0].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! With step scores of a learned model beside an outcome reward and an estimator that sums rewards to the end
//! (reward-to-go, GAE). After [`ClipConfig`](super::ClipConfig) where both are wanted.
//!
//! # Traps
//!
//! The sum telescopes without a discount only; with gamma below 1 later steps weigh less than what they cancel. A step is punished where
//! the next one is better.

use super::ShapeColumns;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Differenced step reward, the score less the next step's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeltaConfig {
    /// Whether the last step of a completion only states the answer, which the outcome judges: it gets 0, and the step before it keeps
    /// its own score.
    pub answer_step: bool,
}

impl Default for DeltaConfig {
    fn default() -> Self {
        Self { answer_step: true }
    }
}

impl DeltaConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for mut range in columns.samples.iter() {
            if self.answer_step && !range.is_empty() {
                range.end -= 1;
                columns.steps[range.end] = Some(0.0);
            }
            let mut next = 0.0;
            for step in range.rev() {
                if let Some(score) = &mut columns.steps[step] {
                    (*score, next) = (*score - next, *score);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, one, some};
    use super::super::{ShapeConfig, scored};
    use super::*;
    use proptest::prelude::*;

    const KEPT: ShapeConfig = ShapeConfig::Delta(DeltaConfig { answer_step: false });

    #[test]
    fn designing_effective_rewards_delta() {
        let mut scores = vec![0.9, 0.8, 0.7];
        let found = one(&KEPT, &some(&scores), 1.0).0;
        close(&found, &[0.1, 0.1, 0.7]);
        scores.extend([0.7; 10]);
        let longer = one(&KEPT, &some(&scores), 1.0).0;
        assert!((longer.iter().flatten().sum::<f64>() - 0.9).abs() < 1e-12);
    }

    #[test]
    fn unscored_steps_are_passed_over() {
        let found = one(&KEPT, &[Some(1.0), None, Some(0.25)], 1.0).0;
        assert_eq!(found, [Some(0.75), None, Some(0.25)]);
    }

    proptest! {
        #[test]
        fn the_return_from_a_step_on_is_its_score(scores in prop::collection::vec(-1.0..1.0_f64, 1..9)) {
            let found = one(&KEPT, &some(&scores), 1.0).0;
            for step in 0..scores.len() {
                let rest: f64 = scored(&found, step..scores.len()).map(|(_, reward)| reward).sum();
                prop_assert!((rest - scores[step]).abs() < 1e-12);
            }
        }
    }
}
