//! Losses of reward models: Bradley-Terry over pairs, and the outcome of answers or steps one by one.
//!
//! ```text
//! Bradley-Terry  L = mean_pairs( -ln sigmoid(r_chosen - r_rejected - margin) + centre * (r_chosen + r_rejected)^2 )
//! outcome        L = mean_i( -y_i ln sigmoid(x_i) - (1 - y_i) ln sigmoid(-x_i) )
//! ```
//!
//! Shapes and units: one reward r (or logit x) per answer, or per step for a process reward model; margins one per pair in the unit of r;
//! labels y in [0, 1]. An item without a label takes no part.
//!
//! Source: Bradley and Terry (1952); margins of Llama 2 (arXiv 2307.09288); centring (arXiv 2312.09244) as in TRL 1.16's RewardTrainer;
//! outcome and process supervision (arXiv 2305.20050).
//!
//! Deviations: pairs have weights, which weigh the mean.
//!
//! # Example
//!
//! Three answers of reward ln 3, 0 and 0; the first preferred to the second, the second to the third; then their outcomes.
//!
//! ```
//! use plaudit_core::Pair;
//! use plaudit_objective::{BradleyTerry, OutcomeBce};
//!
//! let rewards = [3.0_f64.ln(), 0.0, 0.0];
//! let pairs = [(0, 1), (1, 2)].map(|(chosen, rejected)| Pair { chosen, rejected, weight: 1.0 });
//! let mut slopes = [0.0_f64; 3];
//! let loss = BradleyTerry::default().evaluate(&rewards, &pairs, None, &mut slopes);
//! assert!((loss.value + (0.75_f64.ln() + 0.5_f64.ln()) / 2.0).abs() < 1e-12);
//! for (slope, expected) in slopes.iter().zip([-0.125, 0.125 - 0.25, 0.25]) {
//!     assert!((slope - expected).abs() < 1e-12);
//! }
//! let loss = OutcomeBce::default().evaluate(&rewards, &[Some(1.0), Some(0.0), None], &mut slopes);
//! assert!((loss.value + (0.75_f64.ln() + 0.5_f64.ln()) / 2.0).abs() < 1e-12);
//! assert_eq!((slopes[1], slopes[2]), (0.25, 0.0));
//! ```
//!
//! # When to use
//!
//! Preferences: Bradley-Terry. Checked answers or steps: outcomes, which give a probability and not only an order.
//!
//! # Traps
//!
//! - Bradley-Terry leaves the level of rewards open: it drifts unless `centre` holds it (0.01 in TRL's advice).
//! - Rewards of different prompts are comparable only as far as the model makes them so.
//! - Steps of long answers outnumber those of short ones in the mean over steps.

use crate::numeric::{sigmoid, softplus, times};
use plaudit_core::{Loss, Pair, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The preferred of two answers should have the greater reward.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BradleyTerry {
    /// Weight of the squared sum of a pair's rewards, which holds their level at 0; 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub centre: f64,
}

/// Answers, or steps, should have a positive logit where they are right and a negative one where they are not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomeBce {
    /// Weight of right items against wrong ones.
    #[schemars(range(min = 0.0))]
    pub positive_weight: f64,
}

impl Default for OutcomeBce {
    fn default() -> Self {
        Self { positive_weight: 1.0 }
    }
}

impl BradleyTerry {
    /// Writes dL/dreward per answer and returns the loss of all pairs; `margins` are one per pair, 0 without.
    ///
    /// # Panics
    /// Where lengths differ or a pair names an answer that is not there: a mistake of the caller.
    pub fn evaluate<R: Real>(&self, rewards: &[R], pairs: &[Pair], margins: Option<&[f64]>, out: &mut [R]) -> Loss {
        assert_eq!(rewards.len(), out.len(), "dL/dreward");
        assert!(margins.is_none_or(|margins| margins.len() == pairs.len()), "margins");
        let total: f64 = pairs.iter().map(|pair| pair.weight).sum();
        let mut slopes = vec![0.0; rewards.len()];
        let (mut value, mut accuracy, mut margin_sum, mut level) = (0.0, 0.0, 0.0, 0.0);
        for (index, pair) in pairs.iter().enumerate().filter(|(_, pair)| pair.weight != 0.0) {
            let (chosen, rejected) = (rewards[pair.chosen].wide(), rewards[pair.rejected].wide());
            let (difference, sum) = (chosen - rejected, chosen + rejected);
            let ahead = difference - margins.map_or(0.0, |margins| margins[index]);
            let share = pair.weight / total;
            value += share * (softplus(-ahead) + times(self.centre, sum * sum));
            let (apart, together) = (-sigmoid(-ahead), times(2.0 * self.centre, sum));
            slopes[pair.chosen] += share * (apart + together);
            slopes[pair.rejected] += share * (together - apart);
            accuracy += pair.weight * f64::from(u8::from(chosen > rejected));
            margin_sum += pair.weight * difference;
            level += pair.weight * 0.5 * sum;
        }
        for (slope, out) in slopes.iter().zip(out) {
            *out = R::narrow(*slope);
        }
        let metrics =
            vec![("pairs", total), ("pair_accuracy", accuracy), ("reward_margin", margin_sum), ("reward_mean", level)];
        Loss { value, metrics }
    }
}

impl OutcomeBce {
    /// Writes dL/dlogit per item and returns the loss; items without a label take no part.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn evaluate<R: Real>(&self, logits: &[R], labels: &[Option<f64>], out: &mut [R]) -> Loss {
        assert_eq!(logits.len(), labels.len(), "labels");
        assert_eq!(logits.len(), out.len(), "dL/dlogit");
        let count = labels.iter().flatten().count() as f64;
        let (mut value, mut accuracy) = (0.0, 0.0);
        for ((logit, label), out) in logits.iter().zip(labels).zip(out) {
            let Some(label) = *label else {
                *out = R::default();
                continue;
            };
            let x = logit.wide();
            let right = times(self.positive_weight, label);
            value += (times(right, softplus(-x)) + times(1.0 - label, softplus(x))) / count;
            *out = R::narrow((times(1.0 - label, sigmoid(x)) - times(right, sigmoid(-x))) / count);
            accuracy += f64::from(u8::from((x > 0.0) == (label > 0.5)));
        }
        Loss { value, metrics: vec![("samples", count), ("classified", accuracy)] }
    }
}
