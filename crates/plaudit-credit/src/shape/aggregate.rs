//! Aggregated step scores: one outcome made of the scores of a completion's steps.
//!
//! ```text
//! o' = outcome_weight * o + weight * aggregate(p_1, ..., p_K)
//! ```
//!
//! p_k is the score of step k, o the outcome the completion had; the aggregate is taken over the scored steps.
//!
//! Source: "Let's Verify Step by Step" (arXiv 2305.20050, product and minimum); "Math-Shepherd" (arXiv 2312.08935, minimum);
//! PROF (arXiv 2509.03403, mean, and the blend o + weight * mean that it warns of).
//!
//! Deviations: none.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{Aggregate, AggregateConfig, ShapeColumns, ShapeConfig};
//!
//! // The worst step of each of three completions; the last has no step.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 3, 0]));
//! let (mut steps, mut outcomes) = ([0.5, 0.75, 1.0, 0.25, 0.5].map(Some), [1.0, 0.0, 0.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Aggregate(AggregateConfig { of: Aggregate::Min, ..Default::default() }).apply(&mut columns)?;
//! assert_eq!(outcomes, [Some(0.5), Some(0.25), None]);
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! To rank or reward whole completions by a model of steps, where no checker of outcomes exists; or as one of several scores.
//!
//! # Traps
//!
//! A sum grows with the number of steps, a product falls with it, a mean forgives one fatal step. As a reward beside an outcome any of them
//! is hacked sooner or later. A completion without a scored step has no outcome, even where it had one.

use super::{ShapeColumns, scored};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An outcome made of step scores, outcome_weight * outcome + weight * aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AggregateConfig {
    /// How step scores become one number.
    pub of: Aggregate,
    /// Weight of that number.
    pub weight: f64,
    /// Weight of the outcome the completion had; with 0 it need not have had one.
    pub outcome_weight: f64,
}

/// How the scores of steps become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregate {
    /// The least.
    Min,
    /// The sum.
    Sum,
    /// The last step's.
    Last,
    /// The product.
    Product,
    /// The mean.
    Mean,
}

impl Default for AggregateConfig {
    fn default() -> Self {
        Self { of: Aggregate::Min, weight: 1.0, outcome_weight: 0.0 }
    }
}

impl Aggregate {
    /// Of the scores of one completion; none of none.
    pub fn of(self, scores: impl Iterator<Item = f64>) -> Option<f64> {
        let (mut count, mut last) = (0, None);
        let start = match self {
            Self::Min => f64::INFINITY,
            Self::Product => 1.0,
            Self::Sum | Self::Last | Self::Mean => 0.0,
        };
        let folded =
            scores.inspect(|score| (count, last) = (count + 1, Some(*score))).fold(start, |value, score| match self {
                Self::Min => value.min(score),
                Self::Product => value * score,
                Self::Sum | Self::Last | Self::Mean => value + score,
            });
        last.map(|last| match self {
            Self::Last => last,
            Self::Mean => folded / f64::from(count),
            Self::Min | Self::Sum | Self::Product => folded,
        })
    }
}

impl AggregateConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for (range, outcome) in columns.samples.iter().zip(&mut *columns.outcomes) {
            let had = if self.outcome_weight == 0.0 { Some(0.0) } else { *outcome };
            let steps = self.of.of(scored(columns.steps, range).map(|(_, score)| score));
            *outcome = had.zip(steps).map(|(had, steps)| self.outcome_weight * had + self.weight * steps);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::one;
    use super::*;

    #[test]
    fn each_aggregate_by_hand() {
        let steps = [Some(0.5), None, Some(0.25), Some(0.75)];
        let found =
            |of| one(&ShapeConfig::Aggregate(AggregateConfig { of, ..AggregateConfig::default() }), &steps, 1.0).1;
        assert_eq!(found(Aggregate::Min), Some(0.25));
        assert_eq!(found(Aggregate::Sum), Some(1.5));
        assert_eq!(found(Aggregate::Last), Some(0.75));
        assert_eq!(found(Aggregate::Product), Some(0.09375));
        assert_eq!(found(Aggregate::Mean), Some(0.5));
    }

    #[test]
    fn a_blend_keeps_the_outcome() {
        let blend = AggregateConfig { of: Aggregate::Mean, weight: 0.5, outcome_weight: 1.0 };
        assert_eq!(one(&ShapeConfig::Aggregate(blend), &[Some(0.5), Some(1.0)], 1.0).1, Some(1.375));
        assert_eq!(one(&ShapeConfig::Aggregate(AggregateConfig::default()), &[None], 1.0).1, None);
    }
}
