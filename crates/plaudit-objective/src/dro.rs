//! DRO: REINFORCE with a quadratic penalty on the log-ratio in the place of clipping.
//!
//! ```text
//! d_t = logp_t - old_logp_t
//! l_t = -(A_t * logp_t - beta / 2 * d_t^2)           dl_t/dlogp_t = -A_t + beta * d_t
//! L   = aggregate_t( weight_t * l_t + kl.coefficient * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit).
//!
//! Source: Direct Reward Optimisation (arXiv 2405.19107), in the form of verl.
//!
//! Deviations: no value head is trained along; the advantage stands where the paper has reward minus value. The log-ratio in the penalty is
//! bounded by `numerics` (20), with gradient 0 beyond; verl has no bound here.
//!
//! # Example
//!
//! Three samples of one token, with log-ratios 0, 1 and -2 and beta 0.5:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Dro, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let (logp, mask) = ([-1.0, -1.0, -3.0], [true; 3]);
//! let columns = PolicyColumns {
//!     old_logp: &[-1.0, -2.0, -1.0],
//!     advantage: Some(&[1.0, 1.0, -1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let objective = Dro { beta: 0.5, ..Dro::default() };
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // 1, 1 + 0.25 and -3 + 1.
//! assert!((loss.value - 0.25 / 3.0).abs() < 1e-12);
//! assert!(slopes.iter().zip([-1.0, -0.5, 0.0]).all(|(slope, expected)| (slope - expected / 3.0).abs() < 1e-12));
//! ```
//!
//! # When to use
//!
//! Off-policy data and many updates per batch: the pull back to the sampler grows with the distance, where a clip only lets go.
//!
//! # Traps
//!
//! The penalty is per token and not centred: it also pulls tokens back whose advantage is 0.

use crate::surrogate::{Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// DRO: REINFORCE with a quadratic penalty on the distance from the policy that sampled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dro {
    /// Weight of the quadratic penalty.
    #[schemars(range(min = 0.0))]
    pub beta: f64,
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

impl Default for Dro {
    fn default() -> Self {
        Self {
            beta: 0.1,
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

impl Surrogate for Dro {
    /// beta.
    type Context = f64;
    const CLIPS: &'static [&'static str] = &[];

    shared!();

    #[inline(always)]
    fn context(&self, _: [f64; 2]) -> f64 {
        self.beta
    }

    #[inline(always)]
    fn term(beta: f64, token: Token) -> Term {
        let plain = Term::of_logp(1.0, token, [false; 3]);
        let pull = if token.is_held { 0.0 } else { beta * token.log_ratio };
        Term { loss: plain.loss + 0.5 * beta * token.log_ratio * token.log_ratio, slope: plain.slope + pull, ..plain }
    }
}
