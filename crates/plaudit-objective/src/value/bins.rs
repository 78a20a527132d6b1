//! Value by classification: cross-entropy over bins of the return.
//!
//! ```text
//! c_k = min + k * w,  w = (max - min) / (K - 1)                      the centres of the bins, k = 0 .. K - 1
//! y_k   two-hot: the two centres around R share 1 by nearness
//!       Gauss:   mass of a normal distribution of mean R and deviation sigma * w between c_k - w/2 and c_k + w/2, scaled to sum 1
//! l_t = - sum_k y_k ln softmax(x)_k                                  x: K logits per token
//! L   = aggregate_t( l_t )
//! ```
//!
//! Shapes and units: K logits per token, one return per token in the unit of the reward. A return outside [min, max] counts as the nearer
//! end and is counted in the metric `outside`. The value that the head says is sum_k softmax(x)_k c_k ([`Bins::value`]).
//!
//! Source: HL-Gauss, "Stop Regressing" (arXiv 2403.03950); two-hot as in MuZero (arXiv 1911.08265).
//!
//! Deviations: min and max are the outer centres, where HL-Gauss takes them as the outer edges.
//!
//! # Example
//!
//! Three bins at 0, 1 and 2, two-hot; logits all 0. Three tokens of return 0.25, 1 and 5.
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{BatchTotals, Bins, BinsTarget, ValueColumns, ValueObjective};
//!
//! let bins = Bins { min: 0.0, max: 2.0, count: 3, target: BinsTarget::TwoHot, ..Bins::default() };
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let columns = ValueColumns {
//!     samples: &samples, mask: &[true; 3], prediction: &[0.0; 9], target: &[0.25, 1.0, 5.0], old_value: &[0.0; 3],
//! };
//! let totals = BatchTotals::count(&samples, &[true; 3], 64);
//! let mut slopes = [0.0_f64; 9];
//! let loss = bins.evaluate(&columns, &totals, &mut slopes);
//! assert!((loss.value - 3.0_f64.ln()).abs() < 1e-12);
//! assert_eq!(loss.metrics, [("tokens", 3.0), ("outside", 1.0)]);
//! // softmax - y of the first token, over 3 tokens: y is (3/4, 1/4, 0).
//! for (slope, expected) in slopes.iter().zip([1.0 / 3.0 - 0.75, 1.0 / 3.0 - 0.25, 1.0 / 3.0]) {
//!     assert!((slope - expected / 3.0).abs() < 1e-12);
//! }
//! assert!((bins.value(&[0.0; 3]) - 1.0).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Returns of very different sizes, or sparse ones: the gradient of a class is bounded, that of a squared error is not.
//!
//! # Traps
//!
//! - Choose min and max around all returns that can occur; watch `outside`.
//! - A small sigma is two-hot with worse rounding; 0.75 is the paper's.

use super::{ValueColumns, ValueObjective, aggregate};
use crate::numeric::{erf, times};
use crate::{Aggregation, BatchTotals};
use plaudit_core::{Loss, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cross-entropy of the return's bin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bins {
    /// Centre of the lowest bin, in the unit of returns.
    pub min: f64,
    /// Centre of the highest bin; above `min`.
    pub max: f64,
    /// Number of bins.
    #[schemars(range(min = 2))]
    pub count: usize,
    /// How a return becomes a distribution over bins.
    pub target: BinsTarget,
    /// Standard deviation of the Gauss target in bins.
    #[schemars(range(min = 0.0))]
    pub sigma: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
}

/// How a return becomes a distribution over bins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BinsTarget {
    /// The two nearest bins share it.
    TwoHot,
    /// A normal distribution around it.
    #[default]
    Gauss,
}

impl Default for Bins {
    fn default() -> Self {
        Self {
            min: -1.0,
            max: 1.0,
            count: 51,
            target: BinsTarget::default(),
            sigma: 0.75,
            aggregation: Aggregation::default(),
        }
    }
}

impl Bins {
    fn width_of_bin(&self) -> f64 {
        (self.max - self.min) / (self.count - 1) as f64
    }

    /// The value that logits stand for: the mean of the bins' centres.
    pub fn value(&self, logits: &[f64]) -> f64 {
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut mean) = (0.0, 0.0);
        for (bin, logit) in logits.iter().enumerate() {
            let weight = (logit - most).exp();
            sum += weight;
            mean += weight * (self.min + bin as f64 * self.width_of_bin());
        }
        mean / sum
    }

    /// The distribution over bins that stands for a return in [min, max].
    fn distribution(&self, target: f64, out: &mut [f64]) {
        let place = (target - self.min) / self.width_of_bin();
        for (bin, share) in out.iter_mut().enumerate() {
            let distance = bin as f64 - place;
            *share = match self.target {
                // Not `max`, which would hide NaN.
                BinsTarget::TwoHot if distance.abs() >= 1.0 => 0.0,
                BinsTarget::TwoHot => 1.0 - distance.abs(),
                BinsTarget::Gauss => {
                    let scale = self.sigma * std::f64::consts::SQRT_2;
                    0.5 * (erf((distance + 0.5) / scale) - erf((distance - 0.5) / scale))
                }
            };
        }
        let sum: f64 = out.iter().sum();
        out.iter_mut().for_each(|share| *share /= sum);
    }
}

impl<R: Real> ValueObjective<R> for Bins {
    fn width(&self) -> usize {
        self.count
    }

    /// # Panics
    /// Also where there are not two bins between `min` and a greater `max`.
    fn evaluate(&self, columns: &ValueColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss {
        assert!(self.min < self.max && self.count > 1, "two bins or more from min to a greater max");
        let weight = |tokens| self.aggregation.token_weight(totals, tokens);
        aggregate(weight, self.count, columns, out, "outside", |token, slopes| {
            let target = columns.target[token].wide();
            let held = target.clamp(self.min, self.max);
            self.distribution(held, slopes);
            let logits = &columns.prediction[token * self.count..(token + 1) * self.count];
            let most = logits.iter().map(|logit| logit.wide()).fold(f64::NEG_INFINITY, f64::max);
            let log_sum = most + logits.iter().map(|logit| (logit.wide() - most).exp()).sum::<f64>().ln();
            let mut loss = 0.0;
            for (share, logit) in slopes.iter_mut().zip(logits) {
                let log = logit.wide() - log_sum;
                loss -= times(*share, log);
                *share = log.exp() - *share;
            }
            (loss, f64::from(u8::from(held != target)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_has_its_return_as_mean() {
        for target in [BinsTarget::TwoHot, BinsTarget::Gauss] {
            let bins = Bins { min: -2.0, max: 2.0, count: 41, target, ..Bins::default() };
            let mut shares = [0.0; 41];
            for place in [-0.7, 0.0, 0.33] {
                bins.distribution(place, &mut shares);
                let logits = shares.map(f64::ln);
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                // The mass of a bin counts at its centre, which for the Gauss target is right to the third digit here.
                assert!((bins.value(&logits) - place).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn a_gauss_by_hand() {
        // Half a bin on either side of the centre is 2/3 of a deviation: Phi(2/3) - Phi(-2/3) = 0.495015.
        let bins = Bins { min: -10.0, max: 10.0, count: 21, ..Bins::default() };
        let mut shares = [0.0; 21];
        bins.distribution(0.0, &mut shares);
        assert!((shares[10] - 0.495_015).abs() < 1e-6 && (shares[9] - shares[11]).abs() < 1e-15);
    }
}
