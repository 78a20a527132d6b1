//! Estimates of KL(policy || reference) from the sampled token alone.
//!
//! With d = logp - ref_logp (nats):
//!
//! ```text
//! k1 = d                      dk1/dlogp = 1
//! k2 = d^2 / 2                dk2/dlogp = d
//! k3 = exp(-d) - 1 + d        dk3/dlogp = 1 - exp(-d)
//! ```
//!
//! Source: J. Schulman, "Approximating KL divergence" (2020); k3 is the term of GRPO (arXiv 2402.03300). As in verl 0.9.1, k3
//! bounds d to [-20, 20] and its value to at most 10, with gradient 0 beyond either bound: one token that the reference all but
//! excludes must not outweigh the batch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const LOG_RATIO_BOUND: f64 = 20.0;
const K3_BOUND: f64 = 10.0;

/// A penalty on the distance from the reference policy, which is the policy as it was before the first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KlConfig {
    /// Weight of the penalty in the loss; 0 turns it off, and then no reference policy is kept.
    #[schemars(range(min = 0.0))]
    pub coefficient: f64,
    /// How the divergence is estimated from the sampled tokens.
    pub estimator: KlEstimator,
}

impl Default for KlConfig {
    fn default() -> Self {
        Self { coefficient: 0.0, estimator: KlEstimator::K3 }
    }
}

/// A per-token estimate of the divergence. With d = logp - ref_logp:
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KlEstimator {
    /// d: unbiased in value and noisy; its gradient as a loss is 0 on average.
    K1,
    /// d^2 / 2: its gradient is the gradient of the divergence.
    K2,
    /// exp(-d) - 1 + d: unbiased and never negative (GRPO).
    K3,
}

impl KlEstimator {
    /// The estimate at one token and its derivative with respect to `logp`.
    pub(crate) fn value_and_slope(self, logp: f64, ref_logp: f64) -> (f64, f64) {
        let difference = logp - ref_logp;
        match self {
            Self::K1 => (difference, 1.0),
            Self::K2 => (0.5 * difference * difference, difference),
            Self::K3 => {
                let bounded = difference.clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND);
                let value = k3(bounded);
                if value > K3_BOUND {
                    (K3_BOUND, 0.0)
                } else if bounded == difference {
                    (value, 1.0 - (-difference).exp())
                } else {
                    // Past the bound, or NaN, which stays visible in the value.
                    (value, 0.0)
                }
            }
        }
    }
}

/// exp(-d) - 1 + d, without cancellation for small d. Never negative.
pub(crate) fn k3(difference: f64) -> f64 {
    (-difference).exp_m1() + difference
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        // d = ln 2: exp(-d) = 1/2.
        let d = std::f64::consts::LN_2;
        assert_eq!(KlEstimator::K1.value_and_slope(d - 1.0, -1.0), (d, 1.0));
        assert_eq!(KlEstimator::K2.value_and_slope(d, 0.0), (0.5 * d * d, d));
        let (value, slope) = KlEstimator::K3.value_and_slope(d, 0.0);
        assert!((value - (d - 0.5)).abs() < 1e-15 && (slope - 0.5).abs() < 1e-15);
    }

    #[test]
    fn k3_is_bounded() {
        assert_eq!(KlEstimator::K3.value_and_slope(-8.0, 0.0), (10.0, 0.0));
        assert_eq!(KlEstimator::K3.value_and_slope(0.0, -25.0), (10.0, 0.0));
        assert_eq!(KlEstimator::K3.value_and_slope(f64::NEG_INFINITY, -1.0), (10.0, 0.0));
        assert!(KlEstimator::K3.value_and_slope(f64::NAN, 0.0).0.is_nan());
    }
}
