//! Importance weights: what makes the `weight` column where the sampler is not the policy that is trained.
//!
//! ```text
//! d_t = logp_t - sampler_logp_t
//! w_t = exp(d_t), or exp(sum of d over the sample) for each of its tokens
//! truncate: clamp(w_t, min, max);  mask: 0 outside [min, max]
//! normalised: then divided by the mean weight of the tokens, or of the samples where a weight is of a sample
//! off-policy sequence mask: 0 where A_t < 0 and mean_t(sampler_logp_t - logp_t) > threshold
//! ```
//!
//! Columns are flat, one value per token, in nats; weights have no unit. `logp` is the trainer's log-probability before the update
//! (usually `old_logp`), `sampler_logp` what the generating engine reported.
//!
//! Source: truncated and masked importance sampling as in TRL 1.16 and verl; off-policy sequence masking: DeepSeek-V3.2 (arXiv 2512.02556).
//!
//! Deviations: log-ratios are bounded to [-20, 20], of a token or of the whole sample, as in verl (TRL does not bound them: 0). Means that
//! are divided by lack the 1e-8 which verl adds to their counts; a mean up to 1e-8 divides nothing, as there. NaN stays NaN; TRL takes a NaN of
//! the sampler for a ratio of 1.
//!
//! # Example
//!
//! Three samples of one token whose sampler gave them half, the same and four times the probability:
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{ImportanceMode, ImportanceWeights};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let logp = [0.5_f64, 0.25, 0.125].map(f64::ln);
//! let sampler = [0.25_f64, 0.25, 0.5].map(f64::ln);
//! let mut weight = [0.0_f64; 3];
//! let mut config = ImportanceWeights { range: [0.0, 1.5], ..ImportanceWeights::default() };
//! config.weights(&samples, &[true; 3], &logp, &sampler, &mut weight);
//! assert!(weight.iter().zip([1.5, 1.0, 0.25]).all(|(weight, expected)| (weight - expected).abs() < 1e-12));
//! config.mode = ImportanceMode::Mask;
//! config.weights(&samples, &[true; 3], &logp, &sampler, &mut weight);
//! assert!(weight.iter().zip([0.0, 1.0, 0.25]).all(|(weight, expected)| (weight - expected).abs() < 1e-12));
//! ```
//!
//! # When to use
//!
//! Whenever another engine, precision or older copy of the weights sampled: the ratio of an objective then is to the trainer's own old
//! policy, and this weight covers the rest of the way.
//!
//! # Traps
//!
//! Truncation biases towards the sampler, masking drops exactly the tokens that differ. Products over long sequences are almost always
//! outside any range.

use crate::exponential::exp;
use plaudit_core::{Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weights that correct for a sampler that differs from the trainer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImportanceWeights {
    /// What a weight is of.
    pub level: ImportanceLevel,
    /// What happens to weights outside the range.
    pub mode: ImportanceMode,
    /// The least and the greatest weight.
    #[schemars(inner(range(min = 0.0)))]
    pub range: [f64; 2],
    /// Bounds the log-ratio of the token or of the whole sample to [-bound, bound] (20 in verl); 0 turns it off (TRL).
    #[schemars(range(min = 0.0))]
    pub log_ratio_bound: f64,
    /// Whether weights are divided by their mean over the batch (verl's `rollout_is_batch_normalize`).
    pub normalised: bool,
}

/// What an importance weight is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportanceLevel {
    /// A token.
    Token,
    /// The whole completion: the product over its tokens.
    Sequence,
}

/// What happens to an importance weight outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportanceMode {
    /// It becomes the nearest bound.
    Truncate,
    /// It becomes 0.
    Mask,
}

impl Default for ImportanceWeights {
    fn default() -> Self {
        Self {
            level: ImportanceLevel::Token,
            mode: ImportanceMode::Truncate,
            range: [0.0, 2.0],
            log_ratio_bound: 20.0,
            normalised: false,
        }
    }
}

impl ImportanceWeights {
    /// Writes the weight of each unmasked token, and 0 for masked ones, which are not read.
    ///
    /// # Panics
    /// Where column lengths differ: a mistake of the caller.
    pub fn weights<R: Real>(
        &self,
        samples: &Segments,
        mask: &[bool],
        logp: &[R],
        sampler_logp: &[R],
        weight: &mut [R],
    ) {
        assert_lengths(samples, [mask.len(), logp.len(), sampler_logp.len(), weight.len()]);
        let limit = if self.log_ratio_bound > 0.0 { self.log_ratio_bound } else { f64::INFINITY };
        let log_ratio = |token: usize| logp[token].wide() - sampler_logp[token].wide();
        let limited = |log_ratio: f64| self.limited(exp(log_ratio.clamp(-limit, limit)));
        weight.fill(R::default());
        let (mut total, mut count) = (0.0, 0.0);
        for range in samples.iter() {
            let unmasked = || range.clone().filter(|&token| mask[token]);
            let whole = match self.level {
                ImportanceLevel::Token => None,
                ImportanceLevel::Sequence => Some(limited(unmasked().map(log_ratio).sum())),
            };
            let before = count;
            for token in unmasked() {
                let own = whole.unwrap_or_else(|| limited(log_ratio(token)));
                weight[token] = R::narrow(own);
                if whole.is_none() || count == before {
                    (total, count) = (total + own, count + 1.0);
                }
            }
        }
        let mean = total / count;
        if self.normalised && (mean > 1e-8 || mean.is_nan()) {
            weight.iter_mut().zip(mask).filter(|(_, is_in)| **is_in).for_each(|(w, _)| *w = R::narrow(w.wide() / mean));
        }
    }

    fn limited(&self, ratio: f64) -> f64 {
        let [low, high] = self.range;
        match self.mode {
            ImportanceMode::Truncate if ratio < low => low,
            ImportanceMode::Truncate if ratio > high => high,
            ImportanceMode::Mask if ratio < low || ratio > high => 0.0,
            _ => ratio,
        }
    }
}

/// Off-policy sequence masking: sets the weight of tokens with a negative advantage to 0 in samples that the policy has moved away from by
/// more than `threshold` nats per token (the mean of sampler_logp - logp). Masked tokens are not read; other weights stay as they are.
///
/// # Panics
/// Where column lengths differ: a mistake of the caller.
pub fn mask_off_policy<R: Real>(
    threshold: f64,
    samples: &Segments,
    mask: &[bool],
    logp: &[R],
    sampler_logp: &[R],
    advantage: &[R],
    weight: &mut [R],
) {
    assert_lengths(samples, [mask.len(), logp.len(), sampler_logp.len(), weight.len()]);
    assert_eq!(advantage.len(), mask.len(), "advantage");
    for range in samples.iter() {
        let unmasked = range.filter(|&token| mask[token]);
        let distance: f64 = unmasked.clone().map(|token| sampler_logp[token].wide() - logp[token].wide()).sum();
        let tokens = unmasked.clone().count().max(1) as f64;
        for token in unmasked {
            if distance.is_nan() {
                weight[token] = R::narrow(f64::NAN);
            } else if advantage[token].wide() < 0.0 && distance / tokens > threshold {
                weight[token] = R::default();
            }
        }
    }
}

fn assert_lengths(samples: &Segments, [mask, logp, sampler_logp, weight]: [usize; 4]) {
    let tokens = samples.total();
    assert_eq!(mask, tokens, "mask");
    assert_eq!(logp, tokens, "logp");
    assert_eq!(sampler_logp, tokens, "sampler_logp");
    assert_eq!(weight, tokens, "weight");
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn a_sequence_has_one_weight() {
        // Ratios 2 and 0.75 (their product is 1.5) with a masked token between them, and a sample past the bound.
        let samples = Segments::from_lengths([3, 1]);
        let logp = [2.0_f64.ln(), NAN, 0.75_f64.ln(), 3.0];
        let (mask, sampler) = ([true, false, true, true], [0.0, NAN, 0.0, 0.0]);
        let mut config = ImportanceWeights { level: ImportanceLevel::Sequence, ..ImportanceWeights::default() };
        let mut weight = [NAN; 4];
        config.weights(&samples, &mask, &logp, &sampler, &mut weight);
        assert!((weight[0] - 1.5).abs() < 1e-12);
        assert_eq!(weight[1..], [0.0, weight[0], 2.0]);
        config.mode = ImportanceMode::Mask;
        config.weights(&samples, &mask, &logp, &sampler, &mut weight);
        assert_eq!(weight[1..], [0.0, weight[0], 0.0]);
        config.range = [1.6, 30.0];
        config.weights(&samples, &mask, &logp, &sampler, &mut weight);
        assert_eq!(weight[..3], [0.0; 3]);
        config.weights(&samples, &mask, &[NAN; 4], &sampler, &mut weight);
        assert!(weight[0].is_nan());
    }

    #[test]
    fn normalised_weights_have_a_mean_of_one() {
        // Ratios 1, 2 and (of a sample of its own) 3, held at 2: means 5/3 of tokens, and 2 of samples, both of which are held.
        let (samples, mask) = (Segments::from_lengths([2, 2]), [true, true, true, false]);
        let logp = [0.0, 2.0_f64.ln(), 3.0_f64.ln(), NAN];
        let mut weight = [NAN; 4];
        let mut config = ImportanceWeights { normalised: true, ..ImportanceWeights::default() };
        config.weights(&samples, &mask, &logp, &[0.0; 4], &mut weight);
        for (found, expected) in weight.iter().zip([0.6, 1.2, 1.2, 0.0]) {
            assert!((found - expected).abs() < 1e-12, "{weight:?}");
        }
        config.level = ImportanceLevel::Sequence;
        config.weights(&samples, &mask, &logp, &[0.0; 4], &mut weight);
        assert!(weight[..3].iter().all(|weight| (weight - 1.0).abs() < 1e-12), "{weight:?}");
        // All are left out, and nothing is divided.
        config = ImportanceWeights { mode: ImportanceMode::Mask, range: [5.0, 6.0], ..config };
        config.weights(&samples, &mask, &logp, &[0.0; 4], &mut weight);
        assert_eq!(weight, [0.0; 4]);
    }

    #[test]
    fn off_policy_samples_keep_their_positive_tokens() {
        // Mean distances 0.75 and 0.25 nats; the threshold is 0.5.
        let samples = Segments::from_lengths([3, 2]);
        let (mask, logp) = ([true, true, false, true, true], [-1.0, -2.0, NAN, -1.0, -1.0]);
        let sampler = [-0.5, -1.0, NAN, -1.0, -0.5];
        let advantage = [1.0, -1.0, NAN, -1.0, -1.0];
        let mut weight = [1.0; 5];
        mask_off_policy(0.5, &samples, &mask, &logp, &sampler, &advantage, &mut weight);
        assert_eq!(weight, [1.0, 0.0, 1.0, 1.0, 1.0]);
    }
}
