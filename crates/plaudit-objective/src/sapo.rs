//! SAPO: a soft gate in the place of the clip.
//!
//! ```text
//! r_t = exp(logp_t - old_logp_t)
//! f_t = sigmoid(tau * (r_t - 1)) * 4 / tau           tau = tau_positive where A_t > 0, else tau_negative
//! l_t = -f_t * A_t                                   dl_t/dlogp_t = -A_t * r_t * 4 * s * (1 - s),  s the sigmoid
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit). On policy the slope is -A_t, as without
//! the gate; it fades the further the ratio goes, on both sides and for both signs.
//!
//! Source: SAPO (arXiv 2511.20347).
//!
//! Deviations: the log-ratio is bounded to [-20, 20] with gradient 0 beyond, as in verl (`numerics`).
//!
//! # Example
//!
//! Three samples of one token on policy: the gate is at its middle, 2 / tau.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Sapo};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let (logp, mask) = ([-1.0, -1.0, -1.0], [true; 3]);
//! let columns = PolicyColumns { advantage: Some(&[1.0, -1.0, 0.0]), ..PolicyColumns::new(&samples, &mask, &logp) };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = Sapo::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // (-2 / 1 + 2 / 1.05) / 3 samples.
//! assert!((loss.value - (-2.0 + 2.0 / 1.05) / 3.0).abs() < 1e-12);
//! assert_eq!(slopes, [-1.0 / 3.0, 1.0 / 3.0, 0.0]);
//! ```
//!
//! # When to use
//!
//! Where hard clipping throws away too much of an off-policy batch, or training with `clipped-pg` is unstable in mixtures of experts.
//!
//! # Traps
//!
//! The loss is not 0 on average on policy, because the gate's height depends on the sign: its value means nothing across settings. verl and
//! TRL average it per sample first, whatever else is configured; so does the default here.

use crate::exponential::exp;
use crate::ratio::RatioLevel;
use crate::surrogate::{Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// SAPO: a sigmoid of the probability ratio in the place of PPO's clip, narrower for negative advantages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sapo {
    /// How sharply the gate closes where the advantage is positive.
    #[schemars(range(min = 1e-6))]
    pub tau_positive: f64,
    /// How sharply it closes elsewhere.
    #[schemars(range(min = 1e-6))]
    pub tau_negative: f64,
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

impl Default for Sapo {
    fn default() -> Self {
        Self {
            tau_positive: 1.0,
            tau_negative: 1.05,
            ratio: RatioLevel::Token,
            aggregation: Aggregation::SequenceMeanTokenMean,
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

impl Surrogate for Sapo {
    /// tau and 4 / tau where the advantage is positive, and the two elsewhere.
    type Context = [[f64; 2]; 2];
    const CLIPS: &'static [&'static str] = &[];

    shared!();

    fn level(&self) -> RatioLevel {
        self.ratio
    }

    #[inline(always)]
    fn context(&self, _: [f64; 2]) -> [[f64; 2]; 2] {
        [self.tau_positive, self.tau_negative].map(|tau| [tau, 4.0 / tau])
    }

    #[inline(always)]
    fn term([positive, negative]: [[f64; 2]; 2], token: Token) -> Term {
        let [tau, height] = if token.advantage > 0.0 { positive } else { negative };
        let sigmoid = 1.0 / (1.0 + exp(tau * (1.0 - token.ratio)));
        let loss = -token.advantage * sigmoid * height;
        let slope = -token.advantage * 4.0 * sigmoid * (1.0 - sigmoid) * token.ratio;
        Term { loss, slope: if token.is_held { 0.0 } else { slope }, clips: [false; 3] }
    }
}
