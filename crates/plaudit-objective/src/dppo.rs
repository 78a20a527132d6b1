//! DPPO: tokens are dropped by how far their probability has moved, not by its ratio.
//!
//! ```text
//! p_t = exp(logp_t), q_t = exp(old_logp_t), r_t = p_t / q_t
//! tv:  A_t > 0 is dropped where p_t - q_t > high, A_t <= 0 where q_t - p_t > low
//! kl:  D_t = q_t * log(q_t / p_t) + (1 - q_t) * log((1 - q_t + 1e-8) / (1 - p_t + 1e-8));
//!      A_t > 0 is dropped where D_t > high and p_t > q_t, A_t <= 0 where D_t > low and p_t < q_t
//! l_t = -A_t * stop_gradient(min(r_t, truncation)) * logp_t        0 for dropped tokens
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit). Thresholds: probability (tv) or nats
//! (kl).
//!
//! Source: DPPO (arXiv 2602.04879), as in verl; the divergences are those of the sampled token against all others.
//!
//! Deviations: the log-ratio is bounded to [-20, 20] as in verl (`numerics`).
//!
//! # Example
//!
//! Three samples of one token: a rare token that doubles stays, a likely one that gains 0.3 is dropped.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Dppo, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let (logp, old_logp) = ([0.02_f64, 0.8, 0.5].map(f64::ln), [0.01_f64, 0.5, 0.5].map(f64::ln));
//! let mask = [true; 3];
//! let columns = PolicyColumns {
//!     old_logp: &old_logp,
//!     advantage: Some(&[1.0, 1.0, -1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! Dppo::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! assert!(slopes.iter().zip([-2.0, 0.0, 1.0]).all(|(slope, expected)| (slope - expected / 3.0).abs() < 1e-12));
//! ```
//!
//! # When to use
//!
//! Where a ratio clip cuts off rare tokens whose probability has hardly moved, and lets likely ones move far: large vocabularies,
//! exploration.
//!
//! # Traps
//!
//! verl reads the thresholds from `clip_ratio_low` and `clip_ratio_high`, whose defaults of 0.2 are meant for ratios; and the truncation
//! from `clip_ratio_c`, whose default there is 3 and not the 20 of the paper.

use crate::exponential::exp;
use crate::surrogate::{Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Keeps the logarithms of the binary divergence finite.
const LEAST_PROBABILITY: f64 = 1e-8;

/// DPPO: REINFORCE with a truncated importance ratio, without tokens whose probability has already moved too far in the advantage's
/// direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dppo {
    /// How the distance is measured.
    pub divergence: Divergence,
    /// The distance from which tokens with a negative (or no) and a positive advantage are dropped: [low, high].
    #[schemars(inner(range(min = 0.0)))]
    pub threshold: [f64; 2],
    /// The greatest importance ratio.
    #[schemars(range(min = 0.0))]
    pub truncation: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
    /// Penalty on the distance from the reference policy.
    pub kl: KlConfig,
    /// Weight of the entropy bonus (per nat), which keeps the policy exploring; 0 turns it off.
    pub entropy_coefficient: f64,
    /// Only tokens whose entropy lies between these two quantiles of the batch's drive the policy: [0.8, 1] is the fifth with the highest.
    #[schemars(inner(range(min = 0.0, max = 1.0)))]
    pub entropy_band: [f64; 2],
    /// Details that frameworks treat differently.
    pub numerics: Numerics,
}

/// A distance between the policy's and the sampler's probability of a token, all others taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Divergence {
    /// Total variation: the difference of the probabilities.
    Tv,
    /// KL(sampler || policy), nats.
    Kl,
}

impl Default for Dppo {
    fn default() -> Self {
        Self {
            divergence: Divergence::Tv,
            threshold: [0.2, 0.2],
            truncation: 20.0,
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

/// The settings that the formula reads.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    divergence: Divergence,
    threshold: [f64; 2],
    truncation: f64,
}

impl Limits {
    /// Whether the token has moved further than its threshold, away from the sampler in the direction of its advantage.
    #[inline(always)]
    fn is_exceeded(self, token: Token) -> bool {
        let (probability, old) = (exp(token.logp), exp(token.old_logp));
        let up = token.advantage > 0.0;
        let threshold = if up { self.threshold[1] } else { self.threshold[0] };
        let moved = if up { probability - old } else { old - probability };
        match self.divergence {
            Divergence::Tv => moved > threshold,
            Divergence::Kl => {
                let rest = |probability: f64| 1.0 - probability + LEAST_PROBABILITY;
                let kl = old * (token.old_logp - token.logp) + (1.0 - old) * (rest(old) / rest(probability)).ln();
                // Where the divergence cannot be computed, only a token that moves the other way stays.
                moved > 0.0 && (kl > threshold || kl.is_nan())
            }
        }
    }
}

impl Surrogate for Dppo {
    type Context = Limits;
    const CLIPS: &'static [&'static str] = &["clip_low", "clip_high", "clip_truncated"];
    const IS_DETACHED: bool = true;

    shared!();

    #[inline(always)]
    fn context(&self, _: [f64; 2]) -> Limits {
        Limits { divergence: self.divergence, threshold: self.threshold, truncation: self.truncation }
    }

    #[inline(always)]
    fn term(limits: Limits, token: Token) -> Term {
        let is_dropped = limits.is_exceeded(token);
        let is_truncated = token.ratio > limits.truncation;
        let factor = if is_truncated { limits.truncation } else { token.ratio };
        let up = token.advantage > 0.0;
        let clips = [is_dropped && !up, is_dropped && up, is_truncated && !is_dropped];
        Term::of_logp(if is_dropped { 0.0 } else { factor }, token, clips)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchTotals, Objective};
    use plaudit_core::{Derivatives, PolicyColumns, Segments};

    #[test]
    fn binary_divergences_by_hand() {
        // From 0.5 to 0.8: total variation 0.3, KL 0.5 ln(0.5 / 0.8) + 0.5 ln(0.5 / 0.2) = 0.223144. A threshold on either side of each.
        let samples = Segments::from_lengths([1]);
        let (logp, old_logp) = ([0.8_f64.ln()], [0.5_f64.ln()]);
        let slope = |divergence, threshold: f64, advantage: f64| {
            let columns = PolicyColumns {
                old_logp: &old_logp,
                advantage: Some(std::slice::from_ref(&advantage)),
                ..PolicyColumns::new(&samples, &[true], &logp)
            };
            let mut slope = [f64::NAN];
            let mut out = Derivatives { logp: &mut slope, entropy: None };
            let objective = Dppo { divergence, threshold: [threshold; 2], truncation: 1.5, ..Dppo::default() };
            objective.evaluate(&columns, &BatchTotals::count(&samples, &[true], 1), &mut out);
            slope[0]
        };
        // The ratio of 1.6 is truncated to 1.5.
        assert_eq!(slope(Divergence::Tv, 0.301, 1.0), -1.5);
        assert_eq!(slope(Divergence::Tv, 0.299, 1.0), 0.0);
        assert_eq!(slope(Divergence::Kl, 0.2232, 1.0), -1.5);
        assert_eq!(slope(Divergence::Kl, 0.2231, 1.0), 0.0);
        // With a negative advantage the token moves the safe way.
        assert_eq!(slope(Divergence::Tv, 0.0, -1.0), 1.5);
        assert_eq!(slope(Divergence::Kl, 0.0, -1.0), 1.5);
    }
}
