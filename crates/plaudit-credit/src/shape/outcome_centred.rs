//! Outcome-centred step reward: the sign of every step's reward is the sign of the outcome.
//!
//! ```text
//! r'_k = (p_k - centre) + (o - centre)
//! ```
//!
//! p_k in [0, 1] is the score of step k, o in {0, 1} the outcome of its completion, centre 1/2: rewards lie in [0, 1] where the answer
//! is right and in [-1, 0] where it is wrong. Differences between steps are kept.
//!
//! Source: "Hybrid Reward Normalization for Process-supervised Non-verifiable Agentic Tasks" (PPR), ReNorm.
//!
//! Deviations: none known; the paper's own code was not at hand.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{OutcomeCentredConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions of two, two and one turns; the last has no outcome, hence no reward.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 2, 1]));
//! let (mut steps, mut outcomes) = ([0.25, 1.0, 0.25, 1.0, 0.5].map(Some), [Some(1.0), Some(0.0), None]);
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::OutcomeCentred(OutcomeCentredConfig::default()).apply(&mut columns)?;
//! assert_eq!(steps, [Some(0.25), Some(1.0), Some(-0.75), Some(0.0), None]);
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! With a judge of turns that can be pleased without solving the task, and rewards placed on the last token of each turn.
//!
//! # Traps
//!
//! The outcome is paid once per turn: a solved task with more turns has the greater return. Scores outside [0, 1] break the promise about
//! signs.

use super::ShapeColumns;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Outcome-centred step reward, step score + outcome - 2 * centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomeCentredConfig {
    /// The middle of the range of both the step scores and the outcome.
    pub centre: f64,
}

impl Default for OutcomeCentredConfig {
    fn default() -> Self {
        Self { centre: 0.5 }
    }
}

impl OutcomeCentredConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for (range, outcome) in columns.samples.iter().zip(&*columns.outcomes) {
            for score in &mut columns.steps[range] {
                *score = score.zip(*outcome).map(|(score, outcome)| score - self.centre + (outcome - self.centre));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{close, one, some};
    use super::*;

    #[test]
    fn ppr_renorm() {
        let shape = ShapeConfig::OutcomeCentred(OutcomeCentredConfig::default());
        let steps = some(&[0.2, 0.9]);
        close(&one(&shape, &steps, 1.0).0, &[0.2, 0.9]);
        let failed = one(&shape, &steps, 0.0).0;
        close(&failed, &[-0.8, -0.1]);
        assert!((failed.iter().flatten().sum::<f64>() + 0.9).abs() < 1e-12);
    }
}
