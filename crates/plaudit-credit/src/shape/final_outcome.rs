//! Final outcome: what became of the whole, paid to the last step.
//!
//! ```text
//! replace:  r'_K = weight * o
//! add:      r'_K = r_K + weight * o
//! ```
//!
//! o is the outcome of a completion, r_K the score of its last step (0 where it has none, when added to).
//!
//! Source: IGPO (arXiv 2510.14967) and MatchTIR, whose last turn gets the F1 of the answer while the others get their own rewards;
//! "On Designing Effective RL Reward at Training Time" (arXiv 2410.15115), which adds.
//!
//! Deviations: none.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{FinalOutcomeConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions; the turn that answers has no score of its own.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([3, 2, 1]));
//! let (mut steps, mut outcomes) = ([Some(0.5), Some(0.25), None, Some(0.5), None, None], [1.0, 0.0, 0.5].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::FinalOutcome(FinalOutcomeConfig::default()).apply(&mut columns)?;
//! assert_eq!(steps, [0.5, 0.25, 1.0, 0.5, 0.0, 0.5].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! Where returns over steps are to contain the outcome, so that step credit alone carries the whole signal.
//!
//! # Traps
//!
//! An estimator that also has an outcome part then counts the outcome twice. A completion without an outcome loses its last step's score.

use super::ShapeColumns;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome as the reward of the last step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FinalOutcomeConfig {
    /// What happens to the last step's own score.
    pub placement: Placement,
    /// Weight of the outcome.
    pub weight: f64,
}

/// What happens to the last step's own score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// The outcome takes its place.
    Replace,
    /// The outcome is added to it.
    Add,
}

impl Default for FinalOutcomeConfig {
    fn default() -> Self {
        Self { placement: Placement::Replace, weight: 1.0 }
    }
}

impl FinalOutcomeConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for (range, outcome) in columns.samples.iter().zip(&*columns.outcomes) {
            let Some(last) = range.last() else { continue };
            let own = match self.placement {
                Placement::Replace => 0.0,
                Placement::Add => columns.steps[last].unwrap_or(0.0),
            };
            columns.steps[last] = outcome.map(|outcome| own + self.weight * outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::one;
    use super::*;

    #[test]
    fn placements_by_hand() {
        let found = |placement| {
            let config = FinalOutcomeConfig { placement, weight: 2.0 };
            one(&ShapeConfig::FinalOutcome(config), &[Some(0.5), Some(0.25)], 1.0).0
        };
        assert_eq!(found(Placement::Replace), [Some(0.5), Some(2.0)]);
        assert_eq!(found(Placement::Add), [Some(0.5), Some(2.25)]);
    }
}
