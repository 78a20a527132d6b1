//! Clipped squared error: PPO's value loss.
//!
//! ```text
//! l_t = max( (v_t - R_t)^2, (clip(v_t, o_t - c, o_t + c) - R_t)^2 ) / 2          o_t: the value when sampled
//! L   = aggregate_t( l_t )
//! ```
//!
//! Shapes and units: one prediction, old value and return per token, all in the unit of the reward.
//!
//! Source: PPO (arXiv 1707.06347), in the form of verl 0.9.1.
//!
//! Deviations: none known.
//!
//! # Example
//!
//! Three tokens of old value 0, predicted 1 with returns 2, 1 and -1; c is 0.2, so the value is held at 0.2.
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{BatchTotals, ClippedMse, ValueColumns, ValueObjective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let columns = ValueColumns {
//!     samples: &samples, mask: &[true; 3], prediction: &[1.0; 3], target: &[2.0, 1.0, -1.0], old_value: &[0.0; 3],
//! };
//! let totals = BatchTotals::count(&samples, &[true; 3], 64);
//! let mut slopes = [0.0_f64; 3];
//! let loss = ClippedMse::default().evaluate(&columns, &totals, &mut slopes);
//! // Squares: 1.8^2 held, 0.8^2 held, 2^2.
//! assert!((loss.value - (3.24 + 0.64 + 4.0) / 6.0).abs() < 1e-12);
//! assert_eq!(slopes, [0.0, 0.0, 2.0 / 3.0]);
//! ```
//!
//! # When to use
//!
//! PPO with several epochs over a batch: a value that has moved by c towards its return is left alone.
//!
//! # Traps
//!
//! - c is in the unit of returns: with returns of 100, 0.2 forbids learning. A huge c turns the clip off.

use super::{ValueColumns, ValueObjective, aggregate};
use crate::{Aggregation, BatchTotals, Numerics};
use plaudit_core::{Loss, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Squared error of the value, held where the value has moved far from what it was when the batch was sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClippedMse {
    /// How far the value may move, in the unit of returns; 0 turns the clip off.
    #[schemars(range(min = 0.0))]
    pub clip: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
    /// Added to the number of a sample's tokens where the sample's loss is their mean (1e-8 in verl).
    #[schemars(range(min = 0.0))]
    pub epsilon: f64,
}

impl Default for ClippedMse {
    fn default() -> Self {
        Self { clip: 0.2, aggregation: Aggregation::default(), epsilon: 0.0 }
    }
}

impl<R: Real> ValueObjective<R> for ClippedMse {
    fn width(&self) -> usize {
        1
    }

    fn evaluate(&self, columns: &ValueColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss {
        let limit = if self.clip == 0.0 { f64::INFINITY } else { self.clip };
        let numerics = Numerics { epsilon: self.epsilon, ..Numerics::default() };
        let weight = |tokens| self.aggregation.token_weight_with(totals, tokens, &numerics);
        aggregate(weight, 1, columns, out, "clip_value", |token, slope| {
            let (value, target) = (columns.prediction[token].wide(), columns.target[token].wide());
            let old = columns.old_value[token].wide();
            let error = value - target;
            let moved = value - old;
            let held = if moved > limit {
                old + limit - target
            } else if moved < -limit {
                old - limit - target
            } else {
                error
            };
            let is_held = held * held > error * error;
            slope[0] = if is_held { 0.0 } else { error };
            (0.5 * if is_held { held * held } else { error * error }, f64::from(u8::from(is_held)))
        })
    }
}
