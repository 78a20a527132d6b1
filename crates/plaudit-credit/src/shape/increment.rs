//! Increments of the minimum: a step is paid by how much it changes the worst score so far, so that splitting a step cannot pay.
//!
//! ```text
//! min:      c_k = p_k                     product:  c_k = p_1 * ... * p_k
//! m_0 = upper_bound,  m_k = min(m_{k-1}, c_k)
//! r_k = m_k - m_{k-1} + bonus / K
//! ```
//!
//! p_k in [0, 1] is the score of step k, K the number of scored steps of the completion. The rewards of a completion sum to
//! m_K - upper_bound + bonus: with the defaults, the least (or the product) of its scores, less 0.75.
//!
//! Source: "Easy-to-Hard Generalization: Scalable Alignment Beyond Human Supervision" (arXiv 2403.09472); the bonus is of its released
//! code.
//!
//! Deviations: the released code divides the bonus by K + 1e-6 and halves a reward over a step's last token and the one after it; where
//! a reward lies within its step is the estimator's business here.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{IncrementConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions; no bonus. The second step of the first is better than the first step: 0.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 2, 1]));
//! let (mut steps, mut outcomes) = ([0.5, 0.75, 0.75, 0.25, 1.0].map(Some), [1.0, 0.0, 1.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Increment(IncrementConfig { bonus: 0.0, ..Default::default() }).apply(&mut columns)?;
//! assert_eq!(steps, [-0.5, 0.0, -0.25, -0.5, 0.0].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! With probabilities of correctness per step, where a chain is as good as its weakest link, and an estimator that sums rewards to the end.
//!
//! # Traps
//!
//! Scores must be probabilities, not logits. A score above `upper_bound` changes nothing. With `product` every further step costs
//! something unless it is certain.

use super::{ShapeColumns, scored};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Increments of the running minimum (or product) of a completion's step scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IncrementConfig {
    /// What runs along the steps.
    pub of: Running,
    /// Where the running value starts: the score of a perfect step.
    pub upper_bound: f64,
    /// Shared out evenly among the scored steps of a completion.
    pub bonus: f64,
}

/// What runs along the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Running {
    /// The least score so far.
    Min,
    /// The product of the scores so far, where it is the least so far.
    Product,
}

impl Default for IncrementConfig {
    fn default() -> Self {
        Self { of: Running::Min, upper_bound: 1.0, bonus: 0.25 }
    }
}

impl IncrementConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for range in columns.samples.iter() {
            let share = self.bonus / scored(columns.steps, range.clone()).count().max(1) as f64;
            let (mut lowest, mut product) = (self.upper_bound, 1.0);
            for score in columns.steps[range].iter_mut().flatten() {
                product *= *score;
                let current = match self.of {
                    Running::Min => *score,
                    Running::Product => product,
                };
                *score = current.min(lowest) - lowest + share;
                lowest = current.min(lowest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{close, one, some};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn easy_to_hard_minimum() {
        let shape = ShapeConfig::Increment(IncrementConfig::default());
        let found = one(&shape, &some(&[0.9, 0.6, 0.8, 0.3]), 1.0).0;
        close(&found, &[-0.0375, -0.2375, 0.0625, -0.2375]);
        assert!((found.iter().flatten().sum::<f64>() + 0.45).abs() < 1e-12);
    }

    #[test]
    fn product_by_hand() {
        // Products 0.5, 0.25, 0.25.
        let config = IncrementConfig { of: Running::Product, bonus: 0.0, ..IncrementConfig::default() };
        let found = one(&ShapeConfig::Increment(config), &[Some(0.5), None, Some(0.5), Some(1.0)], 1.0).0;
        assert_eq!(found, [Some(-0.5), None, Some(-0.25), Some(0.0)]);
    }

    proptest! {
        #[test]
        fn the_sum_telescopes(scores in prop::collection::vec(0.0..1.0_f64, 1..9), is_product in any::<bool>()) {
            let of = if is_product { Running::Product } else { Running::Min };
            let shape = ShapeConfig::Increment(IncrementConfig { of, ..IncrementConfig::default() });
            let sum: f64 = one(&shape, &some(&scores), 1.0).0.iter().flatten().sum();
            let whole = match of {
                Running::Min => scores.iter().copied().fold(1.0, f64::min),
                Running::Product => scores.iter().product(),
            };
            prop_assert!((sum - (whole - 1.0 + 0.25)).abs() < 1e-12);
        }
    }
}
