//! Implicit rewards: what a reward model that is itself a language model says of every token, and the losses it is trained with.
//!
//! ```text
//! r_t = beta * (logp_t - ref_logp_t),   r_step = sum (or mean) of r_t over the step's tokens
//! Q = sum of r_t over a sample
//! cross-entropy:  -label * log sigmoid(Q) - (1 - label) * log(1 - sigmoid(Q))
//! pair:           -log sigmoid(Q_chosen - Q_rejected)
//! ```
//!
//! logp is the reward model's log-probability (nats), ref_logp that of its reference (the initial policy, or the one that sampled).
//!
//! Source: PRIME (arXiv 2502.01456) with cross-entropy; iStar, "Online Process Reward Learning for Agentic Reinforcement Learning", with
//! all (success, failure) pairs of a group, whose released code takes means over turns.
//!
//! Deviations: none.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::process::{ImplicitReward, outcome_loss};
//!
//! // Three steps of two, one and one tokens; the last token is the environment's.
//! let reward = ImplicitReward { beta: 0.5, mean: false };
//! let (logp, reference, mask) = ([-1.0, -1.0, -2.0, 0.0], [-2.0, -1.5, -1.0, -9.0], [true, true, true, false]);
//! let steps = Segments::from_lengths([2, 1, 1]);
//! assert_eq!(reward.steps(&logp, &reference, &mask, &steps), [Some(0.75), Some(-0.5), None]);
//! assert!((outcome_loss(0.25, 1.0) - 0.575939).abs() < 1e-6);
//! ```
//!
//! # When to use
//!
//! Dense rewards without step labels: the model is trained on outcomes alone.
//!
//! # Traps
//!
//! A frozen reward model is soon exploited; it is to be trained on the same rollouts. The sum favours long steps, the mean short ones.

use plaudit_core::{Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rewards from the log-ratio of a reward model to its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImplicitReward {
    /// Scale of the log-ratio.
    pub beta: f64,
    /// Whether a step gets the mean of its tokens' rewards instead of their sum.
    pub mean: bool,
}

impl Default for ImplicitReward {
    fn default() -> Self {
        Self { beta: 0.05, mean: false }
    }
}

impl ImplicitReward {
    /// One reward per token; 0 on masked tokens, which are not read.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn tokens<R: Real>(&self, logp: &[R], ref_logp: &[R], mask: &[bool]) -> Vec<f64> {
        assert_eq!(logp.len(), mask.len(), "logp");
        assert_eq!(ref_logp.len(), mask.len(), "ref_logp");
        let reward = |token: usize| self.beta * (logp[token].wide() - ref_logp[token].wide());
        (0..mask.len()).map(|token| if mask[token] { reward(token) } else { 0.0 }).collect()
    }

    /// One reward per step; none where the policy wrote no token of it.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn steps<R: Real>(&self, logp: &[R], ref_logp: &[R], mask: &[bool], steps: &Segments) -> Vec<Option<f64>> {
        assert_eq!(steps.total(), mask.len(), "steps");
        let rewards = self.tokens(logp, ref_logp, mask);
        let step = |range: std::ops::Range<usize>| {
            let count = mask[range.clone()].iter().filter(|is_written| **is_written).count();
            let sum: f64 = rewards[range].iter().sum();
            (count > 0).then(|| if self.mean { sum / count as f64 } else { sum })
        };
        steps.iter().map(step).collect()
    }
}

/// Cross-entropy of a sample's summed rewards against its outcome, a label in [0, 1].
pub fn outcome_loss(reward: f64, label: f64) -> f64 {
    label * softplus(-reward) + (1.0 - label) * softplus(reward)
}

/// The loss of a preference between two samples, from the summed rewards of either.
pub fn pair_loss(chosen: f64, rejected: f64) -> f64 {
    softplus(rejected - chosen)
}

/// log(1 + exp(x)) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prime_cross_entropy() {
        // A log-ratio of 10 in all, beta 0.05, label 1.
        let reward: f64 = ImplicitReward::default().tokens(&[4.0, 6.0], &[0.0, 0.0], &[true; 2]).iter().sum();
        assert!((outcome_loss(reward, 1.0) - 0.474077).abs() < 1e-6);
        assert!((outcome_loss(reward, 0.0) - 0.974077).abs() < 1e-6);
        assert_eq!(outcome_loss(1e4, 0.0), 1e4);
    }

    #[test]
    fn istar_turns_and_pair_loss() {
        let steps = Segments::from_lengths([1, 1]);
        let turns = |ratios: [f64; 2]| ImplicitReward::default().steps(&ratios, &[0.0; 2], &[true; 2], &steps);
        let (success, failure) = (turns([2.0, -1.0]), turns([0.0, 3.0]));
        assert_eq!(
            (&success[..], &failure[..]),
            (&[Some(0.1), Some(-0.05)][..], &[Some(0.0), Some(0.15000000000000002)][..])
        );
        let sum = |turns: &[Option<f64>]| turns.iter().flatten().sum::<f64>();
        assert!((pair_loss(sum(&success), sum(&failure)) - 0.744397).abs() < 1e-6);
    }

    #[test]
    fn the_mean_counts_written_tokens() {
        let reward = ImplicitReward { beta: 1.0, mean: true };
        let found = reward.steps(&[1.0, f64::NAN, 2.0], &[0.0; 3], &[true, false, true], &Segments::from_lengths([3]));
        assert_eq!(found, [Some(1.5)]);
    }
}
