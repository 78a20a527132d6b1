//! Expectile regression: a value above the mean of returns.
//!
//! ```text
//! u_t = R_t - v_t
//! l_t = |tau - [u_t < 0]| u_t^2
//! L   = aggregate_t( l_t )
//! ```
//!
//! Shapes and units: one prediction and return per token, in the unit of the reward.
//!
//! Source: IQL (arXiv 2110.06169).
//!
//! Deviations: none known. At tau = 1/2 it is half the squared error.
//!
//! # Example
//!
//! Three tokens of value 1 with returns 2, 1 and 0, tau 0.9.
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{BatchTotals, Expectile, ValueColumns, ValueObjective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let columns = ValueColumns {
//!     samples: &samples, mask: &[true; 3], prediction: &[1.0; 3], target: &[2.0, 1.0, 0.0], old_value: &[0.0; 3],
//! };
//! let totals = BatchTotals::count(&samples, &[true; 3], 64);
//! let mut slopes = [0.0_f64; 3];
//! let loss = Expectile { tau: 0.9, ..Expectile::default() }.evaluate(&columns, &totals, &mut slopes);
//! assert!((loss.value - (0.9 + 0.1) / 3.0).abs() < 1e-12);
//! for (slope, expected) in slopes.iter().zip([-1.8, 0.0, 0.2]) {
//!     assert!((slope - expected / 3.0).abs() < 1e-12);
//! }
//! ```
//!
//! # When to use
//!
//! Returns of mixed policies, where the value should be what the better answers reach.
//!
//! # Traps
//!
//! - With returns that are noisy by themselves, a large tau learns the luck.

use super::{ValueColumns, ValueObjective, aggregate};
use crate::{Aggregation, BatchTotals};
use plaudit_core::{Loss, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Squared error of the value, weighing values below the return by tau and those above by 1 - tau.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expectile {
    /// 0.5 learns the mean of returns, more learns above it: 0.7 to 0.9 in IQL.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub tau: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
}

impl Default for Expectile {
    fn default() -> Self {
        Self { tau: 0.7, aggregation: Aggregation::default() }
    }
}

impl<R: Real> ValueObjective<R> for Expectile {
    fn width(&self) -> usize {
        1
    }

    fn evaluate(&self, columns: &ValueColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss {
        let weight = |tokens| self.aggregation.token_weight(totals, tokens);
        aggregate(weight, 1, columns, out, "below", |token, slope| {
            let under = columns.target[token].wide() - columns.prediction[token].wide();
            let weight = if under < 0.0 { 1.0 - self.tau } else { self.tau };
            slope[0] = -2.0 * weight * under;
            (weight * under * under, f64::from(u8::from(under > 0.0)))
        })
    }
}
