//! VESPO: REINFORCE weighted by a smooth function of the whole sequence's importance ratio.
//!
//! ```text
//! log w = clamp( sum_t clamp(logp_t - old_logp_t, -20, 20) + sum_t log(weight_t), log 1e-8, 20 )
//! phi   = exp(lambda + k * log w - lambda * w)       (k, lambda) = positive where A_t >= 0, else negative; phi = 1 where w = 1
//! l_t   = -stop_gradient(phi) * A_t * logp_t
//! L     = aggregate_t( l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit), weight_t the importance weight of a
//! sampler that differs from the trainer, which here enters through w.
//!
//! Source: VESPO (arXiv 2602.10693), as in TRL 1.16.
//!
//! Deviations: NaN is not turned into a weight of 0.
//!
//! # Example
//!
//! Three samples, the first two on policy; the third is twice as likely as it was, w = 2:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Vespo};
//!
//! let samples = Segments::from_lengths([1, 1, 2]);
//! let (logp, mask) = ([-1.0, -1.0, -1.0, -1.0], [true; 4]);
//! let columns = PolicyColumns {
//!     old_logp: &[-1.0, -1.0, -1.0 - 2.0_f64.ln(), -1.0],
//!     advantage: Some(&[1.0, -1.0, 1.0, 1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 4];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = Vespo::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // phi = exp(3 + 2 ln 2 - 3 * 2) = 4 exp(-3).
//! let phi = 4.0 * (-3.0_f64).exp();
//! assert!((loss.value - (1.0 - 1.0 + 2.0 * phi) / 4.0).abs() < 1e-12);
//! assert!((slopes[2] + phi / 4.0).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Stale or asynchronous rollouts, where a ratio of the whole sequence is wanted and a hard clip of it would drop most samples.
//!
//! # Traps
//!
//! w is a product over the sequence: for long answers it leaves [0.1, 10] quickly and phi falls to 0, so watch `zero_gradient` and the
//! ratios.

use crate::block::total;
use crate::exponential::exp;
use crate::ratio::log_ratios;
use crate::surrogate::{Sample, Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use plaudit_core::Real;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The range of log w.
const LOG_WEIGHT: [f64; 2] = [-18.420_680_743_952_367, 20.0];

/// VESPO: REINFORCE, each sample weighted by a bump function of its sequence-level ratio that carries no gradient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Vespo {
    /// [k, lambda] where the advantage is not negative.
    #[schemars(inner(range(min = 0.0)))]
    pub positive: [f64; 2],
    /// [k, lambda] where it is negative.
    #[schemars(inner(range(min = 0.0)))]
    pub negative: [f64; 2],
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

impl Default for Vespo {
    fn default() -> Self {
        Self {
            positive: [2.0, 3.0],
            negative: [3.0, 2.0],
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

/// phi for either sign of the advantage.
#[derive(Clone, Copy)]
pub(crate) struct Phi {
    positive: f64,
    negative: f64,
}

impl Surrogate for Vespo {
    type Context = Phi;
    const CLIPS: &'static [&'static str] = &[];
    const IS_DETACHED: bool = true;
    const IS_WEIGHTED: bool = false;

    shared!();

    #[inline(always)]
    fn of_sample<R: Real>(&self, sample: &Sample<'_, R>) -> [f64; 2] {
        let bound = self.numerics.log_ratio_limit();
        let ratio = log_ratios(sample, |difference| difference.clamp(-bound, bound));
        let log_weight = (ratio + log_weights(sample)).clamp(LOG_WEIGHT[0], LOG_WEIGHT[1]);
        let phi = |[k, lambda]: [f64; 2]| {
            // A number in single precision there.
            let lambda = lambda.max(f64::from(1e-4_f32));
            exp(lambda + k * log_weight - lambda * exp(log_weight))
        };
        [phi(self.positive), phi(self.negative)]
    }

    fn context(&self, [positive, negative]: [f64; 2]) -> Phi {
        Phi { positive, negative }
    }

    #[inline(always)]
    fn term(phi: Phi, token: Token) -> Term {
        Term::of_logp(if token.advantage < 0.0 { phi.negative } else { phi.positive }, token, [false; 3])
    }
}

/// The sum of the logs of the importance weights, each bounded like log w.
fn log_weights<R: Real>(sample: &Sample<'_, R>) -> f64 {
    let Some(weight) = sample.columns.weight else { return 0.0 };
    let log = |weight: f64, _| weight.ln().clamp(LOG_WEIGHT[0], LOG_WEIGHT[1]);
    total(sample.columns.mask, sample.range.clone(), [weight, weight], log)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchTotals, Objective};
    use plaudit_core::{Derivatives, PolicyColumns, Segments};

    #[test]
    fn signs_and_importance_weights_by_hand() {
        // w = 2 from the ratio; w = 1 / 2 from the ratio times the weights 2 and 2, with a negative advantage; w at its least.
        let samples = Segments::from_lengths([1, 2, 1]);
        let (half, mask) = (0.5_f64.ln(), [true; 4]);
        let columns = PolicyColumns {
            old_logp: &[half - 1.0, -1.0 - 2.0 * half, -1.0 - half, 99.0],
            advantage: Some(&[1.0, -1.0, -1.0, 1.0]),
            weight: Some(&[1.0, 2.0, 2.0, 1.0]),
            ..PolicyColumns::new(&samples, &mask, &[-1.0; 4])
        };
        let mut slopes = [f64::NAN; 4];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let objective = Vespo { aggregation: Aggregation::TokenSum, ..Vespo::default() };
        objective.evaluate(&columns, &BatchTotals::count(&samples, &mask, 2), &mut out);
        let positive = (3.0_f64 + 2.0 * 2.0_f64.ln() - 6.0).exp();
        let negative = (2.0_f64 + 3.0 * half - 1.0).exp();
        let least = (3.0_f64 + 2.0 * LOG_WEIGHT[0] - 3e-8).exp();
        let expected = [-positive, negative, negative, -least];
        assert!(slopes.iter().zip(expected).all(|(slope, expected)| (slope - expected).abs() < 1e-12), "{slopes:?}");
    }
}
