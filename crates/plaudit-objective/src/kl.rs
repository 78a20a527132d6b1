//! Estimates of KL(policy || reference) from the sampled token alone.
//!
//! With d = logp - ref_logp (nats):
//!
//! ```text
//! k1  = d                     dk1/dlogp = 1
//! k2  = d^2 / 2               dk2/dlogp = d
//! k3  = exp(-d) - 1 + d       dk3/dlogp = 1 - exp(-d)
//! abs = |d|                   dabs/dlogp = sign(d)
//! k1+, k3+, abs+              the value of k1, k3 or abs, the derivative of k2 (straight through)
//! ```
//!
//! In expectation over the policy, k1 and k3 have the value of the divergence and k2 has its gradient; the forms with a plus have both.
//!
//! Source: J. Schulman, "Approximating KL divergence" (2020); k3 is the term of GRPO (arXiv 2402.03300). As in verl, k3 by default
//! bounds d to [-20, 20] and its value to at most 10, with gradient 0 beyond either bound: one token that the reference all but
//! excludes must not outweigh the batch. TRL has no bounds, and can
//! multiply the estimate by the importance ratio (DeepSeek-V3.2, arXiv 2512.02556).

use crate::exponential::{bounded, exp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A penalty on the distance from the reference policy, which is the policy as it was before the first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KlConfig {
    /// Weight of the penalty in the loss; 0 turns it off, and then no reference policy is kept.
    #[schemars(range(min = 0.0))]
    pub coefficient: f64,
    /// How the divergence is estimated from the sampled tokens.
    pub estimator: KlEstimator,
    /// Bounds the d of k3 to [-bound, bound]; 0 turns it off (TRL).
    #[schemars(range(min = 0.0))]
    pub log_ratio_bound: f64,
    /// Bounds the value of k3; 0 turns it off (TRL).
    #[schemars(range(min = 0.0))]
    pub bound: f64,
    /// Multiplies the estimate by the ratio to the policy that sampled, which makes it unbiased off policy; gradients flow through both
    /// factors (TRL's `use_bias_correction_kl`).
    pub ratio_weighted: bool,
}

impl Default for KlConfig {
    fn default() -> Self {
        let estimator = KlEstimator::K3;
        Self { coefficient: 0.0, estimator, log_ratio_bound: 20.0, bound: 10.0, ratio_weighted: false }
    }
}

/// A per-token estimate of the divergence. With d = logp - ref_logp:
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KlEstimator {
    /// d: unbiased in value and noisy; its gradient as a loss is 0 on average.
    #[serde(alias = "kl")]
    K1,
    /// d^2 / 2: its gradient is the gradient of the divergence.
    #[serde(alias = "mse", alias = "k2+", alias = "mse+")]
    K2,
    /// exp(-d) - 1 + d: unbiased and never negative (GRPO).
    #[serde(alias = "low-var-kl")]
    K3,
    /// |d|: its gradient is a vote on the direction alone.
    Abs,
    /// The value of k1 with the gradient of k2.
    #[serde(rename = "k1+", alias = "kl+")]
    K1Straight,
    /// The value of k3 with the gradient of k2.
    #[serde(rename = "k3+", alias = "low-var-kl+")]
    K3Straight,
    /// The value of abs with the gradient of k2.
    #[serde(rename = "abs+")]
    AbsStraight,
}

impl KlConfig {
    /// The estimate at one token and its derivative with respect to `logp`, without the coefficient.
    #[inline(always)]
    pub(crate) fn value_and_slope(&self, logp: f64, ref_logp: f64) -> (f64, f64) {
        let difference = logp - ref_logp;
        match self.estimator {
            KlEstimator::K1 => (difference, 1.0),
            KlEstimator::K2 => (0.5 * difference * difference, difference),
            KlEstimator::K3 => self.bounded_k3(difference),
            KlEstimator::Abs if difference == 0.0 => (0.0, 0.0),
            KlEstimator::Abs => (difference.abs(), difference.signum()),
            KlEstimator::K1Straight => (difference, difference),
            KlEstimator::K3Straight => (self.bounded_k3(difference).0, difference),
            KlEstimator::AbsStraight => (difference.abs(), difference),
        }
    }

    #[inline(always)]
    fn bounded_k3(&self, difference: f64) -> (f64, f64) {
        let limit = if self.log_ratio_bound > 0.0 { self.log_ratio_bound } else { f64::INFINITY };
        let within = bounded(difference, limit);
        let inverse = exp(-within);
        let value = k3(within, inverse);
        if self.bound > 0.0 && value > self.bound {
            (self.bound, 0.0)
        } else if within == difference {
            (value, 1.0 - inverse)
        } else {
            // Past the bound, or NaN, which stays visible in the value.
            (value, 0.0)
        }
    }
}

/// exp(-d) - 1 + d, given d and exp(-d). Never negative.
#[inline(always)]
pub(crate) fn k3(difference: f64, inverse: f64) -> f64 {
    let value = (inverse - 1.0) + difference;
    if value < 0.0 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(estimator: KlEstimator, difference: f64) -> (f64, f64) {
        KlConfig { estimator, ..KlConfig::default() }.value_and_slope(difference - 1.0, -1.0)
    }

    #[test]
    fn values_by_hand() {
        // d = ln 2: exp(-d) = 1/2.
        let d = std::f64::consts::LN_2;
        let half_square = 0.5 * d * d;
        for (estimator, value, slope) in [
            (KlEstimator::K1, d, 1.0),
            (KlEstimator::K2, half_square, d),
            (KlEstimator::K3, d - 0.5, 0.5),
            (KlEstimator::Abs, d, 1.0),
            (KlEstimator::K1Straight, d, d),
            (KlEstimator::K3Straight, d - 0.5, d),
            (KlEstimator::AbsStraight, d, d),
        ] {
            let found = at(estimator, d);
            assert!((found.0 - value).abs() < 1e-15 && (found.1 - slope).abs() < 1e-15, "{estimator:?} {found:?}");
        }
        assert_eq!(at(KlEstimator::Abs, -2.0), (2.0, -1.0));
        assert_eq!(at(KlEstimator::Abs, 0.0), (0.0, 0.0));
    }

    #[test]
    fn k3_is_bounded() {
        assert_eq!(at(KlEstimator::K3, -8.0), (10.0, 0.0));
        assert_eq!(at(KlEstimator::K3, -25.0), (10.0, 0.0));
        assert_eq!(at(KlEstimator::K3, f64::NEG_INFINITY), (10.0, 0.0));
        assert_eq!(at(KlEstimator::K3Straight, -8.0), (10.0, -8.0));
        let free = KlConfig { log_ratio_bound: 0.0, bound: 0.0, ..KlConfig::default() };
        assert_eq!(free.value_and_slope(-8.0, 0.0).1, 1.0 - exp(8.0));
        for estimator in [KlEstimator::K1, KlEstimator::K2, KlEstimator::K3, KlEstimator::Abs, KlEstimator::K3Straight]
        {
            assert!(at(estimator, f64::NAN).0.is_nan(), "{estimator:?}");
        }
    }

    #[test]
    fn names_of_frameworks_are_understood() {
        for (name, estimator) in [
            ("mse", KlEstimator::K2),
            ("mse+", KlEstimator::K2),
            ("kl+", KlEstimator::K1Straight),
            ("low-var-kl+", KlEstimator::K3Straight),
            ("abs+", KlEstimator::AbsStraight),
        ] {
            assert_eq!(serde_json::from_str::<KlEstimator>(&format!("\"{name}\"")).unwrap(), estimator);
        }
    }
}
