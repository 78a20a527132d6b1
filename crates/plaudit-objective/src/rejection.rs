//! Rejection: tokens or whole samples that the policy and its sampler see too differently take no part in the loss.
//!
//! ```text
//! d_t = clamp(logp_t - sampler_logp_t, -20, 20)
//! k1 = -d_t    k2 = d_t^2 / 2    k3 = exp(d_t) - 1 - d_t
//! kept: low <= x <= high, where x is that distance of the token, or its sum, mean or maximum over the sample's unmasked tokens
//! ```
//!
//! Columns are flat, one value per token, in nats, and so are distances and their bounds. Bounds r_low and r_high on the ratio
//! sampler / policy are `k1` with [ln r_low, ln r_high].
//!
//! Source: rollout correction in verl 0.9.1 (`rollout_rs`), after "When Speed Kills Stability" (Liu et al., 2025).
//!
//! Deviations: verl's bounds of k1 are ratios. A distance that is no number keeps its token, so that a loss shows it.
//!
//! # Example
//!
//! Two samples of two tokens; the second was sampled with four times the probability at its last token, ln 4 = 1.39 nats:
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{Rejection, RejectionDistance, RejectionLevel};
//!
//! let samples = Segments::from_lengths([2, 2]);
//! let logp = [0.5_f64, 0.5, 0.5, 0.125].map(f64::ln);
//! let sampler = [0.5_f64; 4].map(f64::ln);
//! let mut rejection = Rejection { distance: RejectionDistance::K1, range: [-0.5, 0.5], ..Rejection::default() };
//! let mut kept = [true; 4];
//! rejection.reject(&samples, &[true; 4], &logp, &sampler, &mut kept);
//! assert_eq!(kept, [true, true, true, false]);
//! rejection.level = RejectionLevel::SequenceMean;
//! rejection.reject(&samples, &[true; 4], &logp, &sampler, &mut kept);
//! assert_eq!(kept, [true, true, false, false]);
//! ```
//!
//! # When to use
//!
//! Where a few samples come from a policy too far away to be corrected by a weight: an older copy, another engine, another precision.
//!
//! # Traps
//!
//! Sums grow with length, so a bound on them rejects long answers first; `sequence-mean` does not. What is rejected no longer counts in
//! averages: count the batch's totals with the mask that is left.

use crate::exponential::exp;
use plaudit_core::{Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A bound on the distance between the policy and the sampler, past which tokens are rejected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rejection {
    /// What is kept or rejected.
    pub level: RejectionLevel,
    /// How far apart the two are at a token.
    pub distance: RejectionDistance,
    /// The least and the greatest distance that is kept, nats.
    pub range: [f64; 2],
    /// Bounds a token's log-ratio to [-bound, bound] (20 in verl); 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub log_ratio_bound: f64,
}

/// What is kept or rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionLevel {
    /// A token, by its own distance.
    Token,
    /// A sample, by the sum of its distances.
    SequenceSum,
    /// A sample, by their mean.
    SequenceMean,
    /// A sample, by the largest.
    SequenceMax,
}

/// How far apart policy and sampler are at a token. With d = logp - sampler_logp:
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionDistance {
    /// -d: the log-ratio itself, of either sign.
    K1,
    /// d^2 / 2.
    K2,
    /// exp(d) - 1 - d.
    K3,
}

impl Default for Rejection {
    fn default() -> Self {
        Self {
            level: RejectionLevel::Token,
            distance: RejectionDistance::K3,
            range: [0.0, 0.01],
            log_ratio_bound: 20.0,
        }
    }
}

impl Rejection {
    /// Sets `kept` to false for the tokens of `mask` that are rejected and leaves the others as they are, so that several rules can follow
    /// one another. Masked tokens are not read.
    ///
    /// # Panics
    /// Where column lengths differ: a mistake of the caller.
    pub fn reject<R: Real>(
        &self,
        samples: &Segments,
        mask: &[bool],
        logp: &[R],
        sampler_logp: &[R],
        kept: &mut [bool],
    ) {
        let tokens = samples.total();
        for (length, column) in
            [(mask.len(), "mask"), (logp.len(), "logp"), (sampler_logp.len(), "sampler_logp"), (kept.len(), "kept")]
        {
            assert_eq!(length, tokens, "{column}");
        }
        let distance = |token: usize| self.of_log_ratio(logp[token].wide() - sampler_logp[token].wide());
        for range in samples.iter() {
            let unmasked = || range.clone().filter(|&token| mask[token]);
            let of_sample = match self.level {
                RejectionLevel::Token => None,
                RejectionLevel::SequenceSum => Some(unmasked().map(distance).sum::<f64>()),
                RejectionLevel::SequenceMean => {
                    Some(unmasked().map(distance).sum::<f64>() / unmasked().count().max(1) as f64)
                }
                RejectionLevel::SequenceMax => {
                    // NaN wins, unlike in `f64::max`.
                    let larger = |a: f64, b: f64| if a.is_nan() || a > b { a } else { b };
                    Some(unmasked().map(distance).fold(f64::NEG_INFINITY, larger))
                }
            };
            for token in unmasked() {
                let distance = of_sample.unwrap_or_else(|| distance(token));
                kept[token] &= !(distance < self.range[0] || distance > self.range[1]);
            }
        }
    }

    fn of_log_ratio(&self, difference: f64) -> f64 {
        let limit = if self.log_ratio_bound > 0.0 { self.log_ratio_bound } else { f64::INFINITY };
        let difference = difference.clamp(-limit, limit);
        match self.distance {
            RejectionDistance::K1 => -difference,
            RejectionDistance::K2 => 0.5 * difference * difference,
            RejectionDistance::K3 => exp(difference) - 1.0 - difference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Log-ratios 1 and -1, a masked token, and 0.5 in a sample of its own.
    fn kept(level: RejectionLevel, distance: RejectionDistance, range: [f64; 2]) -> [bool; 4] {
        let rejection = Rejection { level, distance, range, ..Rejection::default() };
        let mut kept = [true; 4];
        let samples = Segments::from_lengths([3, 1]);
        let logp = [1.0, -1.0, f64::NAN, 0.5];
        rejection.reject(&samples, &[true, true, false, true], &logp, &[0.0; 4], &mut kept);
        kept
    }

    #[test]
    fn each_level_and_distance_by_hand() {
        use RejectionDistance::{K1, K2, K3};
        use RejectionLevel::{SequenceMax, SequenceMean, SequenceSum, Token};
        // k3 is e - 2 = 0.718 at 1 and 1/e = 0.368 at -1; k2 is 0.5 at both, and 0.125 at 0.5.
        for (level, distance, range, expected) in [
            (Token, K1, [-0.6, 1.0], [false, true, true, true]),
            (Token, K3, [0.0, 0.4], [false, true, true, true]),
            (SequenceSum, K1, [-0.1, 0.1], [true, true, true, false]),
            (SequenceSum, K2, [0.0, 0.9], [false, false, true, true]),
            (SequenceMean, K2, [0.0, 0.6], [true, true, true, true]),
            (SequenceMean, K3, [0.0, 0.5], [false, false, true, true]),
            (SequenceMax, K3, [0.0, 0.7], [false, false, true, true]),
            (SequenceMax, K3, [0.0, 0.72], [true, true, true, true]),
        ] {
            assert_eq!(kept(level, distance, range), expected, "{level:?} {distance:?} {range:?}");
        }
    }

    #[test]
    fn rules_follow_one_another_and_what_is_no_number_stays() {
        let samples = Segments::from_lengths([2]);
        let mut kept = [false, true];
        for level in [RejectionLevel::Token, RejectionLevel::SequenceMax] {
            let rejection = Rejection { level, ..Rejection::default() };
            rejection.reject(&samples, &[true; 2], &[0.0, f64::NAN], &[0.0; 2], &mut kept);
            assert_eq!(kept, [false, true], "{level:?}");
        }
    }
}
