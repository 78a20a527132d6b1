//! Drawing a token from logits.

use crate::error::EngineError;
use crate::kernel::{math, vectorised};
use plaudit_core::Stream;

/// How tokens are drawn. Filters apply to the distribution after temperature, in the order top-k, top-p, min-p, each to
/// what the one before left, renormalised.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampling {
    /// Logits are divided by this; 0 takes the most probable token.
    pub temperature: f32,
    /// Keep this many of the most probable tokens (ties by the smaller id); 0 keeps all.
    pub top_k: usize,
    /// Keep the fewest most probable tokens with at least this much probability together; 1 keeps all.
    pub top_p: f32,
    /// Keep tokens with at least this share of the most probable token's probability; 0 keeps all.
    pub min_p: f32,
    /// The most tokens of a completion, the stop token included.
    pub max_tokens: usize,
    /// Tokens that end a completion; they are its last token.
    pub stop: Vec<u32>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, max_tokens: 256, stop: Vec::new() }
    }
}

impl Sampling {
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let error = |parameter, value, range| Err(EngineError::Sampling { parameter, value, range });
        if !(self.temperature >= 0.0 && self.temperature.is_finite()) {
            return error("temperature", self.temperature, "0 and up");
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return error("top_p", self.top_p, "(0, 1]");
        }
        if !(self.min_p >= 0.0 && self.min_p <= 1.0) {
            return error("min_p", self.min_p, "[0, 1]");
        }
        Ok(())
    }
}

/// A drawn token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Draw {
    pub(super) token: u32,
    /// Under the model's own distribution.
    pub(super) logp: f32,
    /// Under the distribution it was drawn from.
    pub(super) sampling_logp: f32,
}

/// Draws by one [`Sampling`].
pub(super) struct Sampler<'a> {
    sampling: &'a Sampling,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(sampling: &'a Sampling) -> Self {
        Self { sampling }
    }

    /// Draws one token. Uses exactly one uniform number of the stream, none when greedy.
    pub(super) fn draw(&self, logits: &[f32], stream: &mut Stream) -> Draw {
        let sampling = self.sampling;
        let mut weights = Vec::new();
        let log_sum_exp = exponentials(logits, 1.0, &mut weights);
        let logp = |token: usize| logits[token] - log_sum_exp;
        if sampling.temperature == 0.0 {
            let token = most_probable(logits);
            return Draw { token: token as u32, logp: logp(token), sampling_logp: 0.0 };
        }
        if sampling.temperature != 1.0 {
            exponentials(logits, sampling.temperature, &mut weights);
        }
        self.filter(logits, &mut weights);
        let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
        let aim = stream.uniform() * total;
        let mut passed = 0.0;
        let mut drawn = None;
        for (token, weight) in weights.iter().enumerate() {
            if *weight > 0.0 {
                // The last token with weight is kept in case rounding leaves the aim beyond the sum.
                drawn = Some(token);
                passed += f64::from(*weight);
                if aim < passed {
                    break;
                }
            }
        }
        let token = drawn.unwrap_or_else(|| most_probable(logits));
        let sampling_logp = (f64::from(weights[token]) / total).ln() as f32;
        Draw { token: token as u32, logp: logp(token), sampling_logp }
    }

    /// Zeroes the weights that the filters remove.
    fn filter(&self, logits: &[f32], weights: &mut [f32]) {
        let Sampling { top_k, top_p, min_p, .. } = *self.sampling;
        let by_rank = (top_k > 0 && top_k < weights.len()) || top_p < 1.0;
        if by_rank {
            let mut order: Vec<usize> = (0..weights.len()).collect();
            let descending = |a: &usize, b: &usize| logits[*b].total_cmp(&logits[*a]).then(a.cmp(b));
            let mut keep = order.len();
            if top_k > 0 && top_k < keep {
                order.select_nth_unstable_by(top_k - 1, descending);
                order[top_k..].iter().for_each(|token| weights[*token] = 0.0);
                order.truncate(top_k);
                keep = top_k;
            }
            if top_p < 1.0 {
                order.sort_unstable_by(descending);
                let total: f64 = order.iter().map(|token| f64::from(weights[*token])).sum();
                let mut sum = 0.0;
                for (place, token) in order.iter().enumerate() {
                    if sum >= f64::from(top_p) * total {
                        keep = place;
                        break;
                    }
                    sum += f64::from(weights[*token]);
                }
                order[keep..].iter().for_each(|token| weights[*token] = 0.0);
            }
        }
        if min_p > 0.0 {
            let least = min_p * math::max(weights);
            weights.iter_mut().filter(|weight| **weight < least).for_each(|weight| *weight = 0.0);
        }
    }
}

/// Fills `weights` with exp((logit - max) / temperature); returns log-sum-exp of logits / temperature.
fn exponentials(logits: &[f32], temperature: f32, weights: &mut Vec<f32>) -> f32 {
    weights.clear();
    weights.resize(logits.len(), 0.0);
    vectorised(
        #[inline(always)]
        || {
            let (top, inverse) = (math::max(logits), 1.0 / temperature);
            for (weight, logit) in weights.iter_mut().zip(logits) {
                *weight = math::exp((logit - top) * inverse);
            }
            top * inverse + math::sum(weights).ln()
        },
    )
}

/// The token with the largest logit, ties by the smaller id.
fn most_probable(logits: &[f32]) -> usize {
    let mut best = 0;
    for (token, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = token;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities 0.5, 0.25, 0.125, 0.125.
    fn logits() -> Vec<f32> {
        [0.5_f32, 0.25, 0.125, 0.125].iter().map(|p| p.ln()).collect()
    }

    fn drawn(sampling: &Sampling) -> ([usize; 4], Vec<Draw>) {
        let sampler = Sampler::new(sampling);
        let mut counts = [0; 4];
        let draws: Vec<Draw> =
            (0..8000).map(|item| sampler.draw(&logits(), &mut Stream::new(0, "draw", 0, item))).collect();
        draws.iter().for_each(|draw| counts[draw.token as usize] += 1);
        (counts, draws)
    }

    #[test]
    fn frequencies_are_the_probabilities() {
        let (counts, draws) = drawn(&Sampling::default());
        // Standard deviations at most 45.
        for (count, expected) in counts.iter().zip([4000.0, 2000.0, 1000.0, 1000.0]) {
            assert!((*count as f64 - expected).abs() < 225.0, "{counts:?}");
        }
        assert!(draws.iter().all(|draw| (draw.logp - draw.sampling_logp).abs() < 1e-6));
        let first = draws.iter().find(|draw| draw.token == 0).unwrap();
        assert!((first.logp - 0.5_f32.ln()).abs() < 1e-6);
    }

    #[test]
    fn filters_keep_what_they_say_and_renormalise() {
        let kept = |sampling: Sampling| drawn(&sampling).0.map(|count| count > 0);
        assert_eq!(kept(Sampling { top_k: 2, ..Sampling::default() }), [true, true, false, false]);
        assert_eq!(kept(Sampling { top_k: 3, ..Sampling::default() }), [true, true, true, false]);
        assert_eq!(kept(Sampling { top_p: 0.6, ..Sampling::default() }), [true, true, false, false]);
        assert_eq!(kept(Sampling { top_p: 0.5, ..Sampling::default() }), [true, false, false, false]);
        assert_eq!(kept(Sampling { min_p: 0.3, ..Sampling::default() }), [true, true, false, false]);
        let (_, draws) = drawn(&Sampling { top_k: 2, ..Sampling::default() });
        let first = draws.iter().find(|draw| draw.token == 0).unwrap();
        // 0.5 / 0.75 after the filter, 0.5 before.
        assert!((first.sampling_logp - (2.0_f32 / 3.0).ln()).abs() < 1e-6);
        assert!((first.logp - 0.5_f32.ln()).abs() < 1e-6);
    }

    #[test]
    fn temperature_sharpens_and_zero_is_greedy() {
        let (_, draws) = drawn(&Sampling { temperature: 0.5, ..Sampling::default() });
        let first = draws.iter().find(|draw| draw.token == 0).unwrap();
        // 0.25 / (0.25 + 0.0625 + 2 * 0.015625) after squaring the probabilities.
        assert!((first.sampling_logp - (0.25_f32 / 0.343_75).ln()).abs() < 1e-5);
        let (counts, _) = drawn(&Sampling { temperature: 0.0, ..Sampling::default() });
        assert_eq!(counts, [8000, 0, 0, 0]);
    }

    #[test]
    fn parameters_out_of_range_are_errors() {
        assert!(Sampling { temperature: -1.0, ..Sampling::default() }.check().is_err());
        assert!(Sampling { temperature: f32::NAN, ..Sampling::default() }.check().is_err());
        assert!(Sampling { top_p: 0.0, ..Sampling::default() }.check().is_err());
        assert!(Sampling { min_p: 1.5, ..Sampling::default() }.check().is_err());
    }
}
