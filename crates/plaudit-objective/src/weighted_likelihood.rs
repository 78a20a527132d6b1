//! Weighted likelihood: supervised fine-tuning, and imitation of one's own good answers.
//!
//! ```text
//! L = aggregate_t( -w_t * logp_t )
//! ```
//!
//! logp_t in nats; the weight w_t is the advantage column: 1 for supervised fine-tuning (and for a warm start), 0 or 1 for
//! rejection-sampling fine-tuning (RAFT, arXiv 2304.06767), the score for reward-weighted behaviour cloning. A negative weight
//! pushes a token's probability down without bound: use the clipped policy gradient where weights have both signs.

use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weighted likelihood: raise the probability of each sampled token in proportion to its advantage, whoever sampled it. With
/// advantages of 0 and 1 it imitates the good answers; `centre = "none"` and `scale = "none"` in `[credit]` keep the scores as weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WeightedLikelihood {
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
}

impl<R: Real> Objective<R> for WeightedLikelihood {
    fn needs(&self) -> Needs {
        Needs { advantage: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Sample
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        let advantages = columns.advantage.unwrap_or_default();
        out.logp.fill(R::default());
        if let Some(entropy) = &mut out.entropy {
            entropy.fill(R::default());
        }
        let (mut value, mut seen, mut nll, mut zero_gradient) = (0.0, 0.0, 0.0, 0.0);
        for range in columns.samples.iter() {
            let tokens = unmasked(&columns.mask[range.clone()]);
            let weight = self.aggregation.token_weight(totals, tokens);
            let mut sample_loss = 0.0;
            for token in range.filter(|&token| columns.mask[token]) {
                let (logp, advantage) = (columns.logp[token].wide(), advantages[token].wide());
                nll -= logp;
                zero_gradient += f64::from(u8::from(advantage == 0.0));
                // A weight of 0 leaves the token out, even where its probability is 0.
                if advantage != 0.0 {
                    sample_loss -= advantage * logp;
                }
                out.logp[token] = R::narrow(-advantage * weight);
            }
            seen += tokens as f64;
            if tokens > 0 {
                value += weight * sample_loss;
            }
        }
        Loss { value, metrics: vec![("tokens", seen), ("nll", nll), ("zero_gradient", zero_gradient)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    #[test]
    fn three_samples_by_hand() {
        // Weights 1, 0 and 2; the second sample is left out although the policy gives it probability 0.
        let samples = Segments::from_lengths([2, 1, 1]);
        let logp = [-0.5, -1.5, f64::NEG_INFINITY, -1.0];
        let mask = [true; 4];
        let columns =
            PolicyColumns { advantage: Some(&[1.0, 1.0, 0.0, 2.0]), ..PolicyColumns::new(&samples, &mask, &logp) };
        let mut slopes = [f64::NAN; 4];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let totals = BatchTotals::count(&samples, &mask, 10);
        let loss = WeightedLikelihood::default().evaluate(&columns, &totals, &mut out);
        // (0.5 + 1.5 + 2 * 1.0) / 4 tokens.
        assert_eq!(loss.value, 1.0);
        assert_eq!(slopes, [-0.25, -0.25, 0.0, -0.5]);
        assert_eq!(loss.metrics, [("tokens", 4.0), ("nll", f64::INFINITY), ("zero_gradient", 1.0)]);
    }
}
