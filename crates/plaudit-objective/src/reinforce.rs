//! REINFORCE: the plain policy gradient, without a ratio; GPG.
//!
//! ```text
//! l_t = -A_t * logp_t
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp in nats, A_t the advantage (any unit), weight_t without unit, H_t in nats.
//!
//! Source: R. J. Williams (1992); GPG (arXiv 2504.02546), whose factors are in its advantages.
//!
//! Deviations: none. A token with advantage 0 is left out even where its probability is 0.
//!
//! # Example
//!
//! Three samples with advantages 1, -1 and 2:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Reinforce};
//!
//! let samples = Segments::from_lengths([2, 1, 1]);
//! let (logp, mask) = ([-0.5, -1.5, -1.0, -2.0], [true; 4]);
//! let columns = PolicyColumns { advantage: Some(&[1.0, 1.0, -1.0, 2.0]), ..PolicyColumns::new(&samples, &mask, &logp) };
//! let mut slopes = [0.0_f64; 4];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = Reinforce::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // (0.5 + 1.5 - 1 + 4) / 4 tokens.
//! assert_eq!(loss.value, 1.25);
//! assert_eq!(slopes, [-0.25, -0.25, 0.25, -0.5]);
//! ```
//!
//! # When to use
//!
//! With one update per batch, where every ratio is 1 and clipping never acts; with `weight` where sampler and trainer differ. For several
//! updates per batch use `clipped-pg`.
//!
//! # Traps
//!
//! The loss itself means nothing: it moves with the likelihood of the samples, only its gradient is that of the expected reward. With
//! negative advantages and several updates per batch it has no floor.

use crate::surrogate::{Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// REINFORCE: raise or lower the log-probability of each sampled token in proportion to its advantage. No ratio, no clipping (GPG).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reinforce {
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

impl Default for Reinforce {
    fn default() -> Self {
        Self {
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

impl Surrogate for Reinforce {
    type Context = ();
    const CLIPS: &'static [&'static str] = &[];
    const IS_DETACHED: bool = true;

    shared!();

    fn columns(&self) -> crate::Needs {
        crate::Needs { old: false, ..self.shared().needs() }
    }

    #[inline(always)]
    fn context(&self, _: [f64; 2]) {}

    #[inline(always)]
    fn term((): (), token: Token) -> Term {
        Term::of_logp(1.0, token, [false; 3])
    }
}
