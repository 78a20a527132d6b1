//! GMPO: the geometric mean of a sequence's clipped ratios in the place of their arithmetic mean.
//!
//! ```text
//! d_t = logp_t - old_logp_t
//! x_t = min(d_t, high) where A_t > 0, max(d_t, -low) where A_t < 0, 0 where A_t = 0
//! l_i = -mean_t(A_t) * exp(mean_t(x_t)) * exp(mean_t(log(weight_t + 1e-10)))      means over the unmasked tokens of sample i
//! L   = mean_i( l_i ) + mean_i mean_t( beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit); the clip is in nats, on the log-ratio.
//!
//! Source: GMPO (arXiv 2507.20673), as in verl.
//!
//! Deviations: none. verl averages over all rows, also those without tokens: `numerics.count_empty`.
//!
//! # Example
//!
//! Three samples; the first has log-ratios 0.2 and 0.8, of which the second is held at 0.4:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, GeometricMean, Objective};
//!
//! let samples = Segments::from_lengths([2, 1, 1]);
//! let (logp, mask) = ([-1.0, -1.0, -1.0, -1.0], [true; 4]);
//! let columns = PolicyColumns {
//!     old_logp: &[-1.2, -1.8, -1.0, -1.0],
//!     advantage: Some(&[1.0, 1.0, -1.0, 2.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 4];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = GeometricMean::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! let ratio = 0.3_f64.exp();
//! assert!((loss.value - (-ratio + 1.0 - 2.0) / 3.0).abs() < 1e-12);
//! assert!((slopes[0] + ratio / 6.0).abs() < 1e-12 && slopes[1] == 0.0);
//! ```
//!
//! # When to use
//!
//! Where single tokens with extreme ratios dominate a sample's update: a geometric mean hardly feels them, so the clip can be wider.
//!
//! # Traps
//!
//! The clip is on the log-ratio and wide (0.4 nats either way). Per-token advantages are averaged first: only their mean and their signs
//! count.

use crate::block::{BLOCK, Places, total};
use crate::exponential::{exp, sum};
use crate::surrogate::{Sample, Shared, Surrogate, Term, Token};
use crate::{Aggregation, KlConfig, Numerics, entropy_band};
use plaudit_core::Real;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Added to an importance weight before its log.
const LEAST_WEIGHT: f64 = 1e-10;

/// GMPO: one term per sample, its mean advantage times the geometric mean of its clipped ratios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GeometricMean {
    /// How far a token's log-ratio may fall below or rise above 0 (nats) before it stops pushing further: [low, high].
    #[schemars(inner(range(min = 0.0)))]
    pub clip: [f64; 2],
    /// Penalty on the distance from the reference policy.
    pub kl: KlConfig,
    /// Weight of the entropy bonus (per nat), which keeps the policy exploring; 0 turns it off.
    pub entropy_coefficient: f64,
    /// Details that frameworks treat differently.
    pub numerics: Numerics,
}

impl Default for GeometricMean {
    fn default() -> Self {
        Self { clip: [0.4, 0.4], kl: KlConfig::default(), entropy_coefficient: 0.0, numerics: Numerics::default() }
    }
}

/// The clip, and the term of a sample.
#[derive(Clone, Copy)]
pub(crate) struct SampleTerm {
    clip: [f64; 2],
    /// Such that the mean over the tokens is the sample's loss.
    loss: f64,
    slope: f64,
}

/// The clipped log-ratio, and whether the clip holds it from below or above.
#[inline(always)]
fn clipped([low, high]: [f64; 2], log_ratio: f64, advantage: f64) -> (f64, [bool; 3]) {
    let (is_low, is_high) = (advantage < 0.0 && log_ratio < -low, advantage > 0.0 && log_ratio > high);
    let clipped = if is_low { -low } else { log_ratio };
    let clipped = if is_high { high } else { clipped };
    (if advantage == 0.0 { 0.0 } else { clipped }, [is_low, is_high, false])
}

impl Surrogate for GeometricMean {
    type Context = SampleTerm;
    const CLIPS: &'static [&'static str] = &["clip_low", "clip_high"];
    const IS_WEIGHTED: bool = false;

    fn shared(&self) -> Shared<'_> {
        Shared {
            aggregation: Aggregation::SequenceMeanTokenMean,
            kl: &self.kl,
            entropy_coefficient: self.entropy_coefficient,
            entropy_band: entropy_band::ALL,
            numerics: &self.numerics,
        }
    }

    #[inline(always)]
    fn of_sample<R: Real>(&self, sample: &Sample<'_, R>) -> [f64; 2] {
        let columns = sample.columns;
        let advantage = columns.advantage.unwrap_or_default();
        let (mut places, mut range) = (Places::default(), sample.range.clone());
        let [mut logp, mut old_logp, mut advantages] = [[0.0; BLOCK]; 3];
        let (mut log_ratios, mut total_advantage) = (0.0, 0.0);
        while places.take(columns.mask, &mut range) {
            places.read(columns.logp, &mut logp);
            places.read(columns.old_logp, &mut old_logp);
            places.read(advantage, &mut advantages);
            for token in 0..places.count.min(BLOCK) {
                logp[token] = clipped(self.clip, logp[token] - old_logp[token], advantages[token]).0;
            }
            log_ratios += sum(&logp[..places.count]);
            total_advantage += sum(&advantages[..places.count]);
        }
        let log_weights = columns.weight.map_or(0.0, |weight| {
            let log = |weight: f64, _| (weight + LEAST_WEIGHT).ln();
            total(columns.mask, sample.range.clone(), [weight, weight], log)
        });
        let tokens = sample.tokens as f64;
        let divisor = tokens + self.numerics.epsilon;
        let slope = -(total_advantage / divisor) * exp(log_ratios / divisor) * exp(log_weights / divisor);
        [slope * divisor / tokens, slope]
    }

    fn context(&self, [loss, slope]: [f64; 2]) -> SampleTerm {
        SampleTerm { clip: self.clip, loss, slope }
    }

    #[inline(always)]
    fn term(sample: SampleTerm, token: Token) -> Term {
        let (_, clips) = clipped(sample.clip, token.logp - token.old_logp, token.advantage);
        let is_free = !(clips[0] || clips[1] || token.advantage == 0.0);
        Term { loss: sample.loss, slope: if is_free { sample.slope } else { 0.0 }, clips }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchTotals, Objective};
    use plaudit_core::{Derivatives, PolicyColumns, Segments};

    #[test]
    fn weights_and_empty_samples_by_hand() {
        // One sample of log-ratios -0.6 (held at -0.4) and 0.2, advantages -1 and -3 (mean -2), weights 2 and 0.5 (mean 1), and an empty
        // one.
        let (samples, mask) = (Segments::from_lengths([2, 0]), [true; 2]);
        let columns = PolicyColumns {
            old_logp: &[-0.4, -1.2],
            advantage: Some(&[-1.0, -3.0]),
            weight: Some(&[2.0, 0.5]),
            ..PolicyColumns::new(&samples, &mask, &[-1.0, -1.0])
        };
        let mut slopes = [f64::NAN; 2];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let numerics = Numerics { count_empty: true, ..Numerics::default() };
        let objective = GeometricMean { numerics, ..GeometricMean::default() };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &mask, 2), &mut out);
        let expected = 2.0 * (-0.1_f64).exp();
        assert!((loss.value - expected / 2.0).abs() < 1e-9);
        assert!(slopes[0] == 0.0 && (slopes[1] - expected / 4.0).abs() < 1e-9);
    }
}
