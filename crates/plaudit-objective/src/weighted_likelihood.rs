//! Weighted likelihood: supervised fine-tuning, and imitation of one's own good answers.
//!
//! ```text
//! w_t = A_t                                      or, with a temperature, min( exp(A_t / temperature), cap )
//! L   = aggregate_t( -u_t w_t logp_t )           u_t: the column `weight`, 1 without it
//! ```
//!
//! With `weighted_mean` the sum is divided by the weights in place of the number of tokens or samples: with a_t the weight that the
//! aggregation gives a token, L = sum_t( -a_t u_t w_t logp_t ) / sum_t( a_t u_t w_t ).
//!
//! Shapes and units: one value per token; logp in nats; A_t is the advantage column, in any unit; the temperature in that unit.
//!
//! Source: RAFT (arXiv 2304.06767) with advantages 0 and 1; reward-weighted regression and AWR (arXiv 1910.00177) with a temperature;
//! C-RLFT of OpenChat (arXiv 2309.11235) with `weighted_mean` and `sequence-mean-token-mean`.
//!
//! Deviations: none known. C-RLFT divides a sample's loss by its length before the weighted mean, which is what the aggregation does.
//!
//! # Example
//!
//! C-RLFT: an expert's answer of weight 1 and two others of weight 0.1, mean losses 2, 4 and 4 nats per token.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{Aggregation, BatchTotals, Objective, WeightedLikelihood};
//!
//! let samples = Segments::from_lengths([2, 1, 1]);
//! let columns = PolicyColumns {
//!     advantage: Some(&[1.0, 1.0, 0.1, 0.1]),
//!     ..PolicyColumns::new(&samples, &[true; 4], &[-1.0, -3.0, -4.0, -4.0])
//! };
//! let aggregation = Aggregation::SequenceMeanTokenMean;
//! let objective = WeightedLikelihood { aggregation, weighted_mean: true, ..WeightedLikelihood::default() };
//! let mut slopes = [0.0_f64; 4];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = objective.evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! assert!((loss.value - (1.0 * 2.0 + 0.1 * 4.0 + 0.1 * 4.0) / 1.2).abs() < 1e-12);
//! assert!((slopes[0] + 0.5 / 1.2).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Supervised data (weight 1; a warm start), one's own answers that passed a check (0 or 1), scores as weights, or advantages through a
//! temperature, where the policy that wrote the answers is unknown.
//!
//! # Traps
//!
//! - A negative weight pushes a token's probability down without bound: use the clipped policy gradient where weights have both signs, or a
//!   temperature, which makes all weights positive.
//! - exp(A / temperature) explodes with a small temperature: keep the cap, and scale advantages.
//! - A `weighted_mean` of few samples is noisy, and its whole batch must be evaluated together.

use crate::numeric::times;
use crate::sequence::clear;
use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weighted likelihood: raise the probability of each sampled token in proportion to its advantage, whoever sampled it. With
/// advantages of 0 and 1 it imitates the good answers; `centre = "none"` and `scale = "none"` in `[credit]` keep the scores as weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WeightedLikelihood {
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
    /// Takes exp(advantage / temperature) as the weight (advantage-weighted regression); 0 takes the advantage itself.
    #[schemars(range(min = 0.0))]
    pub temperature: f64,
    /// The largest weight that a temperature may give; 20 is usual.
    #[schemars(range(min = 0.0))]
    pub cap: f64,
    /// Divides by the sum of the weights in place of the number of tokens or samples (C-RLFT): the loss is a weighted mean.
    pub weighted_mean: bool,
}

impl Default for WeightedLikelihood {
    fn default() -> Self {
        Self { aggregation: Aggregation::default(), temperature: 0.0, cap: 20.0, weighted_mean: false }
    }
}

impl WeightedLikelihood {
    fn weight(&self, advantage: f64) -> f64 {
        if self.temperature == 0.0 {
            return advantage;
        }
        let weight = (advantage / self.temperature).exp();
        // Not `min`, which would hide NaN.
        if weight > self.cap { self.cap } else { weight }
    }
}

impl<R: Real> Objective<R> for WeightedLikelihood {
    fn needs(&self) -> Needs {
        Needs { advantage: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        if self.weighted_mean { Scope::Batch } else { Scope::Sample }
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let advantages = columns.advantage.unwrap_or_default();
        let factor = |token: usize| {
            let weight = self.weight(advantages[token].wide());
            columns.weight.map_or(weight, |column| times(weight, column[token].wide()))
        };
        let counted = |range: std::ops::Range<usize>| {
            let tokens = unmasked(&columns.mask[range.clone()]);
            // A sample without tokens has no weight.
            let weight = if tokens > 0 { self.aggregation.token_weight(totals, tokens) } else { 0.0 };
            (tokens, weight, range.filter(|&token| columns.mask[token]))
        };
        let mut divisor = 1.0;
        if self.weighted_mean {
            let weights = columns.samples.iter().map(counted);
            let sum: f64 =
                weights.map(|(_, weight, tokens)| tokens.map(|token| weight * factor(token)).sum::<f64>()).sum();
            // Without any weight there is nothing to imitate.
            divisor = if sum == 0.0 { 1.0 } else { sum };
        }
        let (mut value, mut seen, mut nll, mut zero_gradient, mut total) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (tokens, weight, range) in columns.samples.iter().map(counted) {
            let mut sample_loss = 0.0;
            for token in range {
                let (logp, factor) = (columns.logp[token].wide(), factor(token));
                nll -= logp;
                total += factor;
                zero_gradient += f64::from(u8::from(factor == 0.0));
                // A weight of 0 leaves the token out, even where its probability is 0.
                sample_loss -= times(factor, logp);
                out.logp[token] = R::narrow(-factor * weight / divisor);
            }
            seen += tokens as f64;
            if tokens > 0 {
                value += weight * sample_loss / divisor;
            }
        }
        Loss {
            value,
            metrics: vec![("tokens", seen), ("nll", nll), ("zero_gradient", zero_gradient), ("weight", total)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    /// Weights 1, 0 and 2; the second sample is left out although the policy gives it probability 0.
    fn evaluate(objective: &WeightedLikelihood, weight: Option<&[f64]>) -> (Loss, [f64; 4]) {
        let samples = Segments::from_lengths([2, 1, 1]);
        let logp = [-0.5, -1.5, f64::NEG_INFINITY, -1.0];
        let mask = [true; 4];
        let columns = PolicyColumns {
            advantage: Some(&[1.0, 1.0, 0.0, 2.0]),
            weight,
            ..PolicyColumns::new(&samples, &mask, &logp)
        };
        let mut slopes = [f64::NAN; 4];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &mask, 10), &mut out);
        (loss, slopes)
    }

    #[test]
    fn three_samples_by_hand() {
        let (loss, slopes) = evaluate(&WeightedLikelihood::default(), None);
        // (0.5 + 1.5 + 2 * 1.0) / 4 tokens.
        assert_eq!(loss.value, 1.0);
        assert_eq!(slopes, [-0.25, -0.25, 0.0, -0.5]);
        let metrics = [("tokens", 4.0), ("nll", f64::INFINITY), ("zero_gradient", 1.0), ("weight", 4.0)];
        assert_eq!(loss.metrics, metrics);
    }

    #[test]
    fn a_weight_per_token_multiplies() {
        let (loss, slopes) = evaluate(&WeightedLikelihood::default(), Some(&[0.0, 2.0, 1.0, 0.5]));
        assert_eq!((loss.value, slopes), (1.0, [0.0, -0.5, 0.0, -0.25]));
    }

    #[test]
    fn a_weighted_mean_divides_by_the_weights() {
        let mean = WeightedLikelihood { weighted_mean: true, ..WeightedLikelihood::default() };
        // Weights 0, 2, 0 and 3, where the four tokens would be divided by 4: (2 * 1.5 + 3 * 1) / 5.
        let (loss, slopes) = evaluate(&mean, Some(&[0.0, 2.0, 1.0, 1.5]));
        assert!((loss.value - 1.2).abs() < 1e-15);
        assert!(slopes.iter().zip([0.0, -0.4, 0.0, -0.6]).all(|(found, expected)| (found - expected).abs() < 1e-15));
        let (loss, slopes) = evaluate(&mean, Some(&[0.0; 4]));
        assert_eq!((loss.value, slopes), (0.0, [0.0; 4]));
    }

    #[test]
    fn temperature_and_cap_by_hand() {
        let objective = WeightedLikelihood { temperature: 1.0, cap: 3.0, ..WeightedLikelihood::default() };
        assert_eq!(objective.weight(0.0), 1.0);
        assert_eq!(objective.weight(2.0), 3.0);
        // The catalogue's numbers of C-RLFT: rewards 1 and 0.1.
        assert!(
            (objective.weight(1.0) - 1.0_f64.exp()).abs() < 1e-12 && (objective.weight(0.1) - 1.105_17).abs() < 1e-5
        );
        assert!((objective.weight(1.0) / objective.weight(0.1) - 2.4596).abs() < 1e-4);
        assert!(objective.weight(f64::NAN).is_nan());
    }
}
