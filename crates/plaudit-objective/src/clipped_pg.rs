//! Clipped policy gradient: the loss of PPO, GRPO, Dr.GRPO and DAPO.
//!
//! ```text
//! r_t = exp(logp_t - old_logp_t)
//! l_t = -min(r_t * A_t, clip(r_t, 1 - low, 1 + high) * A_t)          and, with a dual clip c and A_t < 0, at most -c * A_t
//! L   = aggregate_t( l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp, old_logp and ref_logp in nats, A_t the advantage (any unit), H_t the entropy of the
//! next-token distribution in nats. Sources: PPO (arXiv 1707.06347), dual clip (arXiv 1912.09729), GRPO (arXiv 2402.03300), Dr.GRPO
//! (arXiv 2503.20783), DAPO's separate upper bound (arXiv 2503.14476).
//!
//! Deviations: the log-ratio is bounded to [-20, 20] with gradient 0 beyond, as in verl 0.9.1 (TRL does not bound it).
//! This is not sequence-level clipping (GSPO), and importance weights for a sampler that differs from the trainer are not applied.

use crate::kl::k3;
use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals, KlConfig, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const LOG_RATIO_BOUND: f64 = 20.0;

/// The clipped policy gradient of PPO and GRPO: raise the probability of tokens with a positive advantage and lower that of tokens
/// with a negative one, until the ratio to the policy that sampled them leaves [1 - low, 1 + high].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClippedPg {
    /// How far the probability ratio may move below and above 1 before a token stops pushing further: [low, high].
    /// PPO and GRPO use [0.2, 0.2]; DAPO's clip-higher is [0.2, 0.28].
    #[schemars(inner(range(min = 0.0)))]
    pub clip: [f64; 2],
    /// With a negative advantage, bounds the loss where the ratio exceeds this value (dual clip, usually 3). Greater than 1; 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub dual_clip: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
    /// Penalty on the distance from the reference policy.
    pub kl: KlConfig,
    /// Weight of the entropy bonus (per nat), which keeps the policy exploring; 0 turns it off.
    pub entropy_coefficient: f64,
}

impl Default for ClippedPg {
    fn default() -> Self {
        Self {
            clip: [0.2, 0.2],
            dual_clip: 0.0,
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
        }
    }
}

/// The bound that holds a token's loss, if any; its gradient is then 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Low,
    High,
    Dual,
}

/// The policy-gradient term of one token.
struct Surrogate {
    /// Bounded to [-20, 20].
    log_ratio: f64,
    ratio: f64,
    loss: f64,
    /// d loss / d logp.
    slope: f64,
    bound: Option<Bound>,
}

impl ClippedPg {
    /// Every comparison is false for NaN, so that NaN reaches the loss.
    fn surrogate(&self, log_ratio: f64, advantage: f64) -> Surrogate {
        let [low, high] = self.clip;
        let bounded = log_ratio.clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND);
        let ratio = bounded.exp();
        let (limit, bound) = if advantage > 0.0 && ratio > 1.0 + high {
            (1.0 + high, Some(Bound::High))
        } else if advantage < 0.0 && ratio < 1.0 - low {
            (1.0 - low, Some(Bound::Low))
        } else if advantage < 0.0 && self.dual_clip > 0.0 && ratio > self.dual_clip {
            (self.dual_clip, Some(Bound::Dual))
        } else {
            (ratio, None)
        };
        let loss = -limit * advantage;
        // d ratio / d logp = ratio, so the slope of an unbounded term equals its value.
        let slope = if bound.is_none() && bounded == log_ratio { loss } else { 0.0 };
        Surrogate { log_ratio: bounded, ratio, loss, slope, bound }
    }
}

impl<R: Real> Objective<R> for ClippedPg {
    fn needs(&self) -> Needs {
        Needs {
            advantage: true,
            old: true,
            reference: self.kl.coefficient != 0.0,
            entropy: self.entropy_coefficient != 0.0,
            ..Needs::default()
        }
    }

    fn scope(&self) -> Scope {
        Scope::Sample
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        let bonus = self.entropy_coefficient != 0.0;
        let advantage = columns.advantage.unwrap_or_default();
        out.logp.fill(R::default());
        if let Some(entropy) = &mut out.entropy {
            entropy.fill(R::default());
        }
        let mut value = 0.0;
        let mut sums = Sums::default();
        for range in columns.samples.iter() {
            let tokens = unmasked(&columns.mask[range.clone()]);
            let weight = self.aggregation.token_weight(totals, tokens);
            let mut sample_loss = 0.0;
            for token in range.filter(|&token| columns.mask[token]) {
                let (logp, old_logp) = (columns.logp[token].wide(), columns.old_logp[token].wide());
                let surrogate = self.surrogate(logp - old_logp, advantage[token].wide());
                let (mut loss, mut slope) = (surrogate.loss, surrogate.slope);
                sums.add(&surrogate);
                if let Some(ref_logp) = columns.ref_logp {
                    let (kl, kl_slope) = self.kl.estimator.value_and_slope(logp, ref_logp[token].wide());
                    sums.kl_ref += kl;
                    // A coefficient of 0 must not turn an infinite estimate into NaN.
                    if self.kl.coefficient != 0.0 {
                        loss += self.kl.coefficient * kl;
                        slope += self.kl.coefficient * kl_slope;
                    }
                }
                if let Some(entropy) = columns.entropy {
                    let entropy = entropy[token].wide();
                    sums.entropy += entropy;
                    if bonus {
                        loss -= self.entropy_coefficient * entropy;
                    }
                }
                if let (true, Some(entropy)) = (bonus, &mut out.entropy) {
                    entropy[token] = R::narrow(-self.entropy_coefficient * weight);
                }
                sums.zero_gradient += f64::from(u8::from(slope == 0.0));
                out.logp[token] = R::narrow(weight * slope);
                sample_loss += loss;
            }
            if tokens > 0 {
                value += weight * sample_loss;
            }
        }
        Loss { value, metrics: sums.metrics(columns.ref_logp.is_some(), columns.entropy.is_some()) }
    }
}

/// Sums over unmasked tokens; see [`crate::per_token`].
#[derive(Default)]
struct Sums {
    tokens: f64,
    /// The ratio r_t.
    ratio: f64,
    ratio_max: f64,
    /// Tokens with A < 0 held at 1 - low.
    clip_low: f64,
    /// Tokens with A > 0 held at 1 + high.
    clip_high: f64,
    /// Tokens with A < 0 held at the dual clip.
    clip_dual: f64,
    /// Tokens whose dL/dlogp is exactly 0.
    zero_gradient: f64,
    /// k3 estimate of KL(sampler || policy), nats.
    kl_old: f64,
    /// The configured estimate of KL(policy || reference), nats.
    kl_ref: f64,
    /// Nats.
    entropy: f64,
}

impl Sums {
    fn add(&mut self, surrogate: &Surrogate) {
        self.tokens += 1.0;
        self.ratio += surrogate.ratio;
        self.ratio_max = self.ratio_max.max(surrogate.ratio);
        self.kl_old += k3(-surrogate.log_ratio);
        match surrogate.bound {
            Some(Bound::Low) => self.clip_low += 1.0,
            Some(Bound::High) => self.clip_high += 1.0,
            Some(Bound::Dual) => self.clip_dual += 1.0,
            None => {}
        }
    }

    fn metrics(self, reference: bool, entropy: bool) -> Vec<(&'static str, f64)> {
        let mut metrics = vec![
            ("tokens", self.tokens),
            ("ratio", self.ratio),
            ("ratio_max", self.ratio_max),
            ("clip_low", self.clip_low),
            ("clip_high", self.clip_high),
            ("clip_dual", self.clip_dual),
            ("zero_gradient", self.zero_gradient),
            ("kl_old", self.kl_old),
        ];
        if reference {
            metrics.push(("kl_ref", self.kl_ref));
        }
        if entropy {
            metrics.push(("entropy", self.entropy));
        }
        metrics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

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
        ] {
            close(worked_example(&ClippedPg { aggregation, ..ClippedPg::default() }).0.value, expected);
        }
    }

    #[test]
    fn entropy_and_kl_terms_by_hand() {
        let plain = worked_example(&ClippedPg::default());
        let bonus = worked_example(&ClippedPg { entropy_coefficient: 0.5, ..ClippedPg::default() });
        close(bonus.0.value - plain.0.value, -0.5 * 15.0 / 5.0);
        assert_eq!(bonus.2, [-0.1, -0.1, -0.1, -0.1, 0.0, -0.1]);
        assert_eq!(bonus.1, plain.1);
        // k1 is the log-ratio: ln(1.5 * 0.5 * 4) = ln 3 in sum, slope 1 everywhere.
        let kl = KlConfig { coefficient: 0.5, estimator: crate::KlEstimator::K1 };
        let penalised = worked_example(&ClippedPg { kl, ..ClippedPg::default() });
        close(penalised.0.value - plain.0.value, 0.5 * 3.0_f64.ln() / 5.0);
        close(metric(&penalised.0, "kl_ref"), 3.0_f64.ln());
        close(penalised.1[0] - plain.1[0], 0.1);
    }

    #[test]
    fn infinite_log_ratios_stay_finite_and_nan_is_not_hidden() {
        let objective = ClippedPg { dual_clip: 3.0, ..ClippedPg::default() };
        for advantage in [1.0, -1.0, 0.0] {
            for log_ratio in [f64::INFINITY, f64::NEG_INFINITY, 1e3, -1e3] {
                let surrogate = objective.surrogate(log_ratio, advantage);
                assert!(surrogate.loss.is_finite() && surrogate.slope == 0.0, "{log_ratio} {advantage}");
            }
            assert!(objective.surrogate(f64::NAN, advantage).loss.is_nan());
        }
        assert!(objective.surrogate(0.0, f64::NAN).loss.is_nan());
    }
}
