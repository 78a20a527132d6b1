//! The token head: a logistic regression on the policy's last hidden states that learns from outcomes which tokens decided.
//!
//! ```text
//! h_t = w . x_t + b                          x_t: the last hidden state, the one that predicts token t
//! L   = mean_i BCE( sigmoid(mean_t h_t), y_i )
//! u_t = oreal_token_weights(h, y_i)          how much token t counts
//! ```
//!
//! Source: OREAL (arXiv 2502.06781). Deviations: the head is linear on the policy's own states, and the policy does not learn from its
//! loss; it takes steps of plain gradient descent on every batch; a token is seen through what came before it.

use crate::TrainError;
use crate::checkpoint::TokenHeadState;
use crate::columns::Labels;
use crate::trainer::Trainer;
use plaudit_core::{Rollouts, Scores, Segments};
use plaudit_engine::Request;
use plaudit_objective::oreal_token_weights;
use plaudit_recipe::TokenHead;

/// What the head says about a batch.
pub(crate) struct Weighed {
    /// Per token: the head's score h_t.
    pub(crate) score: Vec<f32>,
    /// Per token: how much it counts, u_t.
    pub(crate) weight: Vec<f32>,
}

impl Trainer<'_, '_> {
    /// Lets the head learn from the samples that have a reward, and then says how much each token counts.
    pub(crate) fn weigh(
        &mut self,
        settings: &TokenHead,
        rollouts: &Rollouts,
        reward: &Scores,
        labels: &Labels,
    ) -> Result<Weighed, TrainError> {
        let last = self.policy.model.config().num_layers;
        let request = Request { hidden: vec![last], ..Request::default() };
        let hidden = self.policy.model.score(rollouts.into(), &request)?.hidden.swap_remove(0);
        let width = self.policy.model.config().hidden_size;
        let head = self.memory.token_head.get_or_insert_with(|| TokenHeadState { weight: vec![0.0; width], bias: 0.0 });
        let means = means(&hidden, width, &rollouts.samples);
        let learnt_from: Vec<usize> = (0..rollouts.len())
            .filter(|sample| reward.scored[*sample] && !rollouts.samples.range(*sample).is_empty())
            .collect();
        for _ in 0..settings.updates {
            head.update(&means, &labels.label, &learnt_from, settings.learning_rate);
        }
        let tokens = rollouts.tokens.len();
        let mut weighed = Weighed { score: Vec::with_capacity(tokens), weight: Vec::with_capacity(tokens) };
        for (range, label) in rollouts.samples.iter().zip(&labels.label) {
            let states = hidden[range.start * width..range.end * width].chunks_exact(width);
            let scores: Vec<f64> =
                states.map(|state| head.score(state.iter().map(|value| f64::from(*value)))).collect();
            weighed.weight.extend(oreal_token_weights(&scores, *label == 1.0).map(|weight| weight as f32));
            weighed.score.extend(scores.iter().map(|score| *score as f32));
        }
        Ok(weighed)
    }
}

impl TokenHeadState {
    fn score(&self, state: impl Iterator<Item = f64>) -> f64 {
        self.bias + self.weight.iter().zip(state).map(|(weight, value)| weight * value).sum::<f64>()
    }

    /// One step of gradient descent on the mean cross-entropy of the samples `learnt_from`.
    fn update(&mut self, means: &[Vec<f64>], label: &[f64], learnt_from: &[usize], learning_rate: f64) {
        let mut slope = vec![0.0; self.weight.len()];
        let mut bias_slope = 0.0;
        for sample in learnt_from {
            let probability = 1.0 / (1.0 + (-self.score(means[*sample].iter().copied())).exp());
            let error = (probability - label[*sample]) / learnt_from.len() as f64;
            slope.iter_mut().zip(&means[*sample]).for_each(|(slope, value)| *slope += error * value);
            bias_slope += error;
        }
        self.weight.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= learning_rate * slope);
        self.bias -= learning_rate * bias_slope;
    }
}

/// The mean state of each sample's tokens: one row of `width` per sample, zeros where it has none.
fn means(hidden: &[f32], width: usize, samples: &Segments) -> Vec<Vec<f64>> {
    let mean = |range: std::ops::Range<usize>| {
        let mut mean = vec![0.0; width];
        for state in hidden[range.start * width..range.end * width].chunks_exact(width) {
            mean.iter_mut().zip(state).for_each(|(mean, value)| *mean += f64::from(*value) / range.len() as f64);
        }
        mean
    };
    samples.iter().map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_learns_which_states_go_with_right_answers() {
        // Two samples of two tokens; the first state's first coordinate tells them apart.
        let hidden = [1.0, 0.5, 0.0, 0.5, -1.0, 0.5, 0.0, 0.5];
        let samples = Segments::from_lengths([2, 2]);
        let means = means(&hidden, 2, &samples);
        assert_eq!(means, [[0.5, 0.5], [-0.5, 0.5]]);
        let mut head = TokenHeadState { weight: vec![0.0; 2], bias: 0.0 };
        head.update(&means, &[1.0, 0.0], &[0, 1], 1.0);
        // Errors -1/4 and 1/4: slopes -1/4 and 0, and 0 for the bias.
        assert_eq!((head.weight.as_slice(), head.bias), (&[0.25, 0.0][..], 0.0));
        for _ in 0..100 {
            head.update(&means, &[1.0, 0.0], &[0, 1], 1.0);
        }
        let scores: Vec<f64> =
            hidden[..4].chunks(2).map(|state| head.score(state.iter().map(|v| f64::from(*v)))).collect();
        let weights: Vec<f64> = oreal_token_weights(&scores, true).collect();
        assert!(weights[0] > weights[1] && weights[1] > 0.5, "{weights:?}");
    }
}
