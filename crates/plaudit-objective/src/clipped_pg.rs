//! Clipped policy gradient: the loss of PPO, GRPO, Dr.GRPO, DAPO, BNPO, LUSPO, GSPO and RLOO.
//!
//! ```text
//! r_t = exp(logp_t - old_logp_t), or the ratio of the whole sequence (`ratio`)
//! l_t = -min( min(r_t, delta) * A_t, clip(r_t, 1 - low, 1 + high) * A_t )       and, with a dual clip c and A_t < 0, at most -c * A_t
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! elastic: low and high times (1 + a * min(|A_t| / limit, 1)) * (1 + v * 4 p (1 - p)),  p the pass rate of the sample's group
//! ```
//!
//! Columns are flat, one value per token: logp, old_logp and ref_logp in nats, A_t the advantage (any unit), H_t the entropy of the
//! next-token distribution in nats, p in [0, 1].
//!
//! Source: PPO (arXiv 1707.06347), dual clip (arXiv 1912.09729), GRPO (arXiv 2402.03300), Dr.GRPO (arXiv 2503.20783), DAPO's separate upper
//! bound (arXiv 2503.14476), the two-sided bound delta of INTELLECT-2 (arXiv 2505.07291), GSPO (arXiv 2507.18071), LUSPO (arXiv
//! 2602.05261), ETR's elastic regions.
//!
//! Deviations: the log-ratio of a token is bounded to [-20, 20] and that of a sequence to at most 10, with gradient 0 beyond, as in verl
//! (`numerics`; TRL does not bound them). ETR leaves its bounded function of |A| open: min(|A| / limit, 1) here.
//!
//! # Example
//!
//! Three samples of one token with ratios 1.5, 1 and 0.5 and advantages 1, 1 and -1:
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, ClippedPg, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let logp = [1.5_f64, 1.0, 0.5].map(|ratio| -2.0 + ratio.ln());
//! let mask = [true; 3];
//! let columns = PolicyColumns {
//!     old_logp: &[-2.0; 3],
//!     advantage: Some(&[1.0, 1.0, -1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = ClippedPg::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! // -1.2 (held high), -1 and 0.8 (held low); only the second token still moves.
//! assert!((loss.value - (-1.2 - 1.0 + 0.8) / 3.0).abs() < 1e-12);
//! assert_eq!(slopes, [0.0, -1.0 / 3.0, 0.0]);
//! ```
//!
//! # When to use
//!
//! The default for verifiable rewards. Names of methods are settings: GRPO `aggregation = "sequence-mean-token-mean"`; DAPO `clip = [0.2,
//! 0.28]`; Dr.GRPO `aggregation = "fixed-length"`; BNPO and DAPO's average `"token-mean"`; GSPO `ratio = "sequence"`, `clip = [3e-4,
//! 4e-4]`, `aggregation = "sequence-mean-token-mean"`; LUSPO the same with `"sequence-mean-token-sum"`.
//!
//! # Traps
//!
//! On the first update of a batch every ratio is 1 and no clip acts: with one update per batch this is REINFORCE. Ratios of sequences need
//! clips a hundred times narrower than those of tokens. A dual clip must lie above 1 + high.

use crate::ratio::RatioLevel;
use crate::surrogate::{Sample, Surrogate, Term, Token, shared};
use crate::{Aggregation, KlConfig, Needs, Numerics, entropy_band};
use plaudit_core::Real;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The clipped policy gradient of PPO and GRPO: raise the probability of tokens with a positive advantage and lower that of tokens
/// with a negative one, until the ratio to the policy that sampled them leaves [1 - low, 1 + high].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClippedPg {
    /// How far the probability ratio may move below and above 1 before a token stops pushing further: [low, high].
    /// PPO and GRPO use [0.2, 0.2]; DAPO's clip-higher is [0.2, 0.28].
    #[schemars(inner(range(min = 0.0)))]
    pub clip: [f64; 2],
    /// With a negative advantage, bounds the loss where the ratio exceeds this value (dual clip, usually 3). Greater than 1; 0 turns it
    /// off.
    #[schemars(range(min = 0.0))]
    pub dual_clip: f64,
    /// Bounds the unclipped ratio from above whatever the advantage's sign (two-sided clipping, above 1 + high); 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub delta: f64,
    /// What the ratio is of.
    pub ratio: RatioLevel,
    /// Widens the clip where the signal is strong (ETR).
    pub elastic: Elastic,
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

/// Elastic trust regions: a wider clip for larger advantages and for prompts of medium difficulty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Elastic {
    /// The clip grows by up to this share with |advantage|; 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub advantage: f64,
    /// The |advantage| from which it grows no further.
    #[schemars(range(min = 1e-9))]
    pub advantage_limit: f64,
    /// The clip grows by up to this share with the variance 4 p (1 - p) of the group's outcomes; 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub variance: f64,
    /// Whether only the upper side of the clip grows.
    pub upper_only: bool,
}

impl Default for Elastic {
    fn default() -> Self {
        Self { advantage: 0.0, advantage_limit: 2.0, variance: 0.0, upper_only: false }
    }
}

impl Default for ClippedPg {
    fn default() -> Self {
        Self {
            clip: [0.2, 0.2],
            dual_clip: 0.0,
            delta: 0.0,
            ratio: RatioLevel::Token,
            elastic: Elastic::default(),
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

/// A bound on ratios, of which 0 means none.
#[inline(always)]
fn or_none(bound: f64) -> f64 {
    if bound > 0.0 { bound } else { f64::INFINITY }
}

/// The trust region of the tokens of a sample.
#[derive(Clone, Copy)]
pub(crate) struct Region {
    /// How far below and above 1 it reaches where the advantage is 0, and how much further at most.
    low: f64,
    high: f64,
    low_gain: f64,
    high_gain: f64,
    advantage_limit: f64,
    delta: f64,
    dual: f64,
}

impl ClippedPg {
    /// With a clip that the outcomes of the group widen by a factor.
    pub(crate) fn region(&self, widening: f64) -> Region {
        let Elastic { advantage, advantage_limit, upper_only, .. } = self.elastic;
        let (low, high) = (self.clip[0] * if upper_only { 1.0 } else { widening }, self.clip[1] * widening);
        let low_gain = if upper_only { 0.0 } else { low * advantage };
        let (delta, dual) = (or_none(self.delta), or_none(self.dual_clip));
        Region { low, high, low_gain, high_gain: high * advantage, advantage_limit, delta, dual }
    }
}

impl Surrogate for ClippedPg {
    type Context = Region;
    const CLIPS: &'static [&'static str] = &["clip_low", "clip_high", "clip_dual"];

    shared!();

    fn level(&self) -> RatioLevel {
        self.ratio
    }

    fn columns(&self) -> Needs {
        Needs { pass_rate: self.elastic.variance != 0.0, ..self.shared().needs() }
    }

    #[inline(always)]
    fn of_sample<R: Real>(&self, sample: &Sample<'_, R>) -> [f64; 2] {
        let widening = match sample.columns.pass_rate {
            Some(rates) if self.elastic.variance != 0.0 => {
                let rate = rates[sample.index];
                1.0 + self.elastic.variance * 4.0 * rate * (1.0 - rate)
            }
            _ => 1.0,
        };
        [widening, 0.0]
    }

    fn context(&self, [widening, _]: [f64; 2]) -> Region {
        self.region(widening)
    }

    /// Every comparison is false for NaN, so that NaN reaches the loss. Single `&` and `|`: no branches.
    #[inline(always)]
    fn term(region: Region, token: Token) -> Term {
        let Token { advantage, ratio, .. } = token;
        let share = advantage.abs() / region.advantage_limit;
        let strength = if share > 1.0 { 1.0 } else { share };
        let low = 1.0 - (region.low + region.low_gain * strength);
        let high = 1.0 + (region.high + region.high_gain * strength);
        let (delta, dual) = (region.delta, region.dual);

        let (is_below, is_above, is_past_delta) = (ratio < low, ratio > high, ratio > delta);
        let clipped = if is_below { low } else { ratio };
        let clipped = if is_above { high } else { clipped };
        let bounded = if is_past_delta { delta } else { ratio };
        let (plain, held) = (-advantage * bounded, -advantage * clipped);
        let is_clipped = held > plain;
        let loss = if is_clipped { held } else { plain };
        let is_flat = (is_clipped & (is_below | is_above)) | (!is_clipped & is_past_delta);
        let is_negative = advantage < 0.0;
        let ceiling = -advantage * dual;
        let is_dual = is_negative & (loss > ceiling);
        // d ratio / d logp = ratio.
        let slope = if is_flat | is_dual | token.is_held { 0.0 } else { -advantage * ratio };
        Term {
            loss: if is_dual { ceiling } else { loss },
            slope,
            clips: [
                is_clipped & is_negative & !is_dual,
                is_clipped & (advantage > 0.0),
                is_dual | (is_negative & is_past_delta & !is_clipped),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchTotals, KlEstimator, Objective};
    use plaudit_core::{Derivatives, Loss, PolicyColumns, Segments};

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    /// Three samples of 2, 1 and 3 tokens. Ratios 1.5, 1, 0.5, 1, (masked) and 4; advantages +1, -1 and -2; clip 0.2, dual clip 3.
    fn worked_example(objective: &ClippedPg) -> (Loss, [f64; 6], [f64; 6]) {
        let samples = Segments::from_lengths([2, 1, 3]);
        let old_logp = [-2.0; 6];
        let logp = [1.5_f64, 1.0, 0.5, 1.0, f64::NAN, 4.0].map(|ratio| -2.0 + ratio.ln());
        let mask = [true, true, true, true, false, true];
        let columns = PolicyColumns {
            old_logp: &old_logp,
            ref_logp: Some(&[-2.0; 6]),
            entropy: Some(&[1.0, 2.0, 3.0, 4.0, f64::NAN, 5.0]),
            advantage: Some(&[1.0, 1.0, -1.0, -2.0, f64::NAN, -2.0]),
            pass_rate: Some(&[0.5, 0.0, 0.25]),
            ..PolicyColumns::new(&samples, &mask, &logp)
        };
        let (mut slopes, mut entropies) = ([f64::NAN; 6], [f64::NAN; 6]);
        let mut out = Derivatives { logp: &mut slopes, entropy: Some(&mut entropies) };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &mask, 10), &mut out);
        (loss, slopes, entropies)
    }

    fn metric(loss: &Loss, name: &str) -> f64 {
        loss.metrics.iter().find(|(other, _)| *other == name).unwrap().1
    }

    #[test]
    fn three_samples_by_hand() {
        // Token losses: -1.2 (held high), -1, 0.8 (held low), 2, masked, 6 (held at the dual clip).
        let objective = ClippedPg { dual_clip: 3.0, ..ClippedPg::default() };
        let (loss, slopes, entropies) = worked_example(&objective);
        close(loss.value, (-1.2 - 1.0 + 0.8 + 2.0 + 6.0) / 5.0);
        for (found, expected) in slopes.iter().zip([0.0, -0.2, 0.0, 0.4, 0.0, 0.0]) {
            close(*found, expected);
        }
        assert_eq!(entropies, [0.0; 6]);
        for (name, expected) in [
            ("tokens", 5.0),
            ("ratio", 8.0),
            ("ratio_square", 2.25 + 1.0 + 0.25 + 1.0 + 16.0),
            ("ratio_min", 0.5),
            ("ratio_max", 4.0),
            ("clip_low", 1.0),
            ("clip_high", 1.0),
            ("clip_dual", 1.0),
            ("zero_gradient", 3.0),
            // r - 1 - ln r, summed: 3 - ln(1.5 * 0.5 * 4).
            ("kl_old", 3.0 - 3.0_f64.ln()),
            ("entropy", 15.0),
        ] {
            close(metric(&loss, name), expected);
        }
    }

    #[test]
    fn each_aggregation_by_hand() {
        // Sums per sample: -2.2 over 2 tokens, 0.8 over 1, 8 over 2 (without the dual clip the last token loses 8: 10).
        for (aggregation, expected) in [
            (Aggregation::TokenMean, 8.6 / 5.0),
            (Aggregation::SequenceMeanTokenMean, (-1.1 + 0.8 + 5.0) / 3.0),
            (Aggregation::SequenceMeanTokenSum, 8.6 / 3.0),
            (Aggregation::FixedLength, 8.6 / 30.0),
            (Aggregation::TokenSum, 8.6),
        ] {
            close(worked_example(&ClippedPg { aggregation, ..ClippedPg::default() }).0.value, expected);
        }
    }

    #[test]
    fn a_two_sided_bound_by_hand() {
        // The last token: ratio 4 is held at 2, so it loses 4 instead of 8 and has no slope.
        let (loss, slopes, _) = worked_example(&ClippedPg { delta: 2.0, ..ClippedPg::default() });
        close(loss.value, (-1.2 - 1.0 + 0.8 + 2.0 + 4.0) / 5.0);
        assert_eq!(slopes[5], 0.0);
        close(metric(&loss, "clip_dual"), 1.0);
    }

    #[test]
    fn ratios_of_sequences_by_hand() {
        // Geometric means: sqrt(1.5), 0.5 and 2; advantages 1, -1 and -2. Held high at 1.2 and low at 0.8; the third loses 2 * 2.
        let sequence = ClippedPg { ratio: RatioLevel::Sequence, ..ClippedPg::default() };
        let (loss, slopes, _) = worked_example(&sequence);
        close(loss.value, (-2.4 + 0.8 + 8.0) / 5.0);
        close(slopes[3], 0.8);
        close(slopes[5], 0.8);
        assert_eq!(slopes[..3], [0.0; 3]);
        let token = ClippedPg { ratio: RatioLevel::SequenceToken, ..ClippedPg::default() };
        assert!(worked_example(&token).1.iter().zip(slopes).all(|(a, b)| (a - b).abs() < 1e-12));
        // Products: 1.5, 0.5 and 4.
        let sum = ClippedPg { ratio: RatioLevel::SequenceSum, ..ClippedPg::default() };
        let (loss, slopes, _) = worked_example(&sum);
        close(loss.value, (-2.4 + 0.8 + 16.0) / 5.0);
        close(slopes[3], 16.0 / 5.0);
    }

    #[test]
    fn elastic_regions_by_hand() {
        let elastic = Elastic { advantage: 0.5, variance: 0.5, ..Elastic::default() };
        let objective = ClippedPg { elastic, ..ClippedPg::default() };
        let held = |ratio: f64, advantage: f64, rate: f64| {
            let samples = Segments::from_lengths([1]);
            let logp = [ratio.ln()];
            let columns = PolicyColumns {
                old_logp: &[0.0],
                advantage: Some(std::slice::from_ref(&advantage)),
                pass_rate: Some(std::slice::from_ref(&rate)),
                ..PolicyColumns::new(&samples, &[true], &logp)
            };
            let mut out = Derivatives { logp: &mut [0.0], entropy: None };
            objective.evaluate(&columns, &BatchTotals::count(&samples, &[true], 1), &mut out).value
        };
        // eps = 0.2 * 1.5 * 1.5 = 0.45 with A = 2 and p = 0.5; without variance 0.2 * 1.5 = 0.3.
        close(held(1.6, 2.0, 0.5), -2.9);
        close(held(1.6, 2.0, 0.0), -1.3 * 2.0);
        close(held(1.6, 2.0, 1.0), -1.3 * 2.0);
        // A small advantage hardly adds to 0.2 * 1.5 = 0.3.
        close(held(1.6, 1e-9, 0.5) / 1e-9, -1.300_000_000_075);
        close(held(0.5, -2.0, 0.5), 0.55 * 2.0);
    }

    #[test]
    fn entropy_and_kl_terms_by_hand() {
        let plain = worked_example(&ClippedPg::default());
        let bonus = worked_example(&ClippedPg { entropy_coefficient: 0.5, ..ClippedPg::default() });
        close(bonus.0.value - plain.0.value, -0.5 * 15.0 / 5.0);
        assert_eq!(bonus.2, [-0.1, -0.1, -0.1, -0.1, 0.0, -0.1]);
        assert_eq!(bonus.1, plain.1);
        // k1 is the log-ratio: ln(1.5 * 0.5 * 4) = ln 3 in sum, slope 1 everywhere.
        let kl = KlConfig { coefficient: 0.5, estimator: KlEstimator::K1, ..KlConfig::default() };
        let penalised = worked_example(&ClippedPg { kl: kl.clone(), ..ClippedPg::default() });
        close(penalised.0.value - plain.0.value, 0.5 * 3.0_f64.ln() / 5.0);
        close(metric(&penalised.0, "kl_ref"), 3.0_f64.ln());
        close(penalised.1[0] - plain.1[0], 0.1);
        // Times the ratio r: r ln r, slope r (1 + ln r).
        let kl = KlConfig { ratio_weighted: true, ..kl };
        let corrected = worked_example(&ClippedPg { kl, ..ClippedPg::default() });
        close(corrected.1[0] - plain.1[0], 0.1 * 1.5 * (1.0 + 1.5_f64.ln()));
        // Only the two tokens with the highest entropies, 4 and 5: token losses 2 and 8.
        let band = worked_example(&ClippedPg { entropy_band: [0.75, 1.0], ..ClippedPg::default() });
        close(band.0.value, 10.0 / 5.0);
        assert_eq!(band.1[..3], [0.0; 3]);
    }

    #[test]
    fn infinite_log_ratios_stay_finite_and_nan_is_not_hidden() {
        let objective = ClippedPg { dual_clip: 3.0, ..ClippedPg::default() };
        let evaluate = |log_ratio: f64, advantage: f64| {
            let samples = Segments::from_lengths([1]);
            let columns = PolicyColumns {
                old_logp: &[0.0],
                advantage: Some(std::slice::from_ref(&advantage)),
                ..PolicyColumns::new(&samples, &[true], std::slice::from_ref(&log_ratio))
            };
            let mut slope = [f64::NAN];
            let mut out = Derivatives { logp: &mut slope, entropy: None };
            let value = objective.evaluate(&columns, &BatchTotals::count(&samples, &[true], 1), &mut out).value;
            (value, slope[0])
        };
        for advantage in [1.0, -1.0, 0.0] {
            for log_ratio in [f64::INFINITY, f64::NEG_INFINITY, 1e3, -1e3] {
                let (value, slope) = evaluate(log_ratio, advantage);
                assert!(value.is_finite() && slope == 0.0, "{log_ratio} {advantage}");
            }
            assert!(evaluate(f64::NAN, advantage).0.is_nan());
        }
        assert!(evaluate(0.0, f64::NAN).0.is_nan());
    }
}
