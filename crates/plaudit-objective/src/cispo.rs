//! CISPO: the clipped importance weight, not the token's update, is what is limited.
//!
//! ```text
//! r_t = exp(logp_t - old_logp_t)
//! l_t = -stop_gradient(clip(r_t, low, high)) * A_t * logp_t
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit). The ratio range [low, high] is absolute:
//! verl's `clip_ratio_low` and `clip_ratio_high` are [1 - low, 1 + high], TRL's `epsilon_high` is [0, epsilon_high].
//!
//! Source: MiniMax-M1 (arXiv 2506.13585); the upper bound of 5 is ScaleRL's (arXiv 2510.13786).
//!
//! Deviations: the log-ratio is bounded to [-20, 20] as in verl (`numerics`).
//!
//! # Example
//!
//! Three samples of one token with ratios 1, 2 and 4, and a range that ends at 2:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Cispo, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let (logp, mask) = ([-1.0_f64, -1.0, -1.0], [true; 3]);
//! let old_logp = [-1.0, -1.0 - 2.0_f64.ln(), -1.0 - 4.0_f64.ln()];
//! let columns = PolicyColumns {
//!     old_logp: &old_logp,
//!     advantage: Some(&[1.0, -1.0, 1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let objective = Cispo { ratio_range: [0.0, 2.0], ..Cispo::default() };
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // Weights 1, 2 and 2 (held): (1 - 2 + 2) / 3, and every token keeps its gradient.
//! assert!((loss.value - 1.0 / 3.0).abs() < 1e-12);
//! assert!(slopes.iter().zip([-1.0, 2.0, -2.0]).all(|(slope, expected)| (slope - expected / 3.0).abs() < 1e-12));
//! ```
//!
//! # When to use
//!
//! Where rare tokens that turn the reasoning ("however", "recheck") leave the clip range early: with `clipped-pg` they lose their gradient,
//! here they keep it at a bounded weight. Many updates per batch.
//!
//! # Traps
//!
//! The bounds are not those of `clipped-pg`: TRL's `epsilon_high` is the bound itself, verl adds 1 to it. Nothing stops a token with a
//! negative advantage from being pushed down for as long as its batch lasts.

use crate::ratio::RatioLevel;
use crate::surrogate::{Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// CISPO: REINFORCE with the clipped importance ratio as a factor that carries no gradient, so that no token is ever cut off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cispo {
    /// The least and the greatest factor. verl: [1 - clip_ratio_low, 1 + clip_ratio_high]; TRL: [0, epsilon_high].
    #[schemars(inner(range(min = 0.0)))]
    pub ratio_range: [f64; 2],
    /// What the ratio is of.
    pub ratio: RatioLevel,
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

impl Default for Cispo {
    fn default() -> Self {
        Self {
            ratio_range: [0.0, 5.0],
            ratio: RatioLevel::Token,
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

impl Surrogate for Cispo {
    type Context = [f64; 2];
    const CLIPS: &'static [&'static str] = &["clip_low", "clip_high"];
    const IS_DETACHED: bool = true;

    shared!();

    fn level(&self) -> RatioLevel {
        self.ratio
    }

    #[inline(always)]
    fn context(&self, _: [f64; 2]) -> [f64; 2] {
        self.ratio_range
    }

    #[inline(always)]
    fn term([low, high]: [f64; 2], token: Token) -> Term {
        let (is_low, is_high) = (token.ratio < low, token.ratio > high);
        let factor = if is_low { low } else { token.ratio };
        let factor = if is_high { high } else { factor };
        Term::of_logp(factor, token, [is_low, is_high, false])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchTotals, Objective};
    use plaudit_core::{Derivatives, PolicyColumns, Segments};

    #[test]
    fn both_ends_and_the_weight_by_hand() {
        // Ratios 0.5, 1 and 2; a range of [0.8, 1.28] is verl's clip of [0.2, 0.28]. The importance weight is a factor on top.
        let samples = Segments::from_lengths([1, 1, 1]);
        let old_logp = [0.5_f64, 1.0, 2.0].map(|ratio| -1.0 - ratio.ln());
        let columns = PolicyColumns {
            old_logp: &old_logp,
            advantage: Some(&[1.0, 1.0, -1.0]),
            weight: Some(&[1.0, 0.5, 2.0]),
            ..PolicyColumns::new(&samples, &[true; 3], &[-1.0; 3])
        };
        let mut slopes = [f64::NAN; 3];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let objective = Cispo { ratio_range: [0.8, 1.28], aggregation: Aggregation::TokenSum, ..Cispo::default() };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &[true; 3], 1), &mut out);
        assert!((loss.value - (0.8 + 0.5 - 2.56)).abs() < 1e-12);
        assert!(slopes.iter().zip([-0.8, -0.5, 2.56]).all(|(slope, expected)| (slope - expected).abs() < 1e-12));
        let clips = loss.metrics.iter().filter(|(name, _)| name.starts_with("clip"));
        assert_eq!(clips.copied().collect::<Vec<_>>(), [("clip_low", 1.0), ("clip_high", 1.0)]);
    }
}
