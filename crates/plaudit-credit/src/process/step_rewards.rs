//! Step rewards on tokens: the score of each step lies on the last token of it that the policy wrote.
//!
//! ```text
//! r_t = score of step k   where t is the last unmasked token of step k, and the step has a score
//! r_t = 0                 elsewhere
//! ```
//!
//! Scores in any unit, one per step; the result is the column `rewards` of one value per token, for estimators that sum rewards along
//! tokens (GAE, reward to go).
//!
//! Source: PPR ("Hybrid Reward Normalization for Process-supervised Non-verifiable Agentic Tasks") and IGPO (arXiv 2510.14967) place turn
//! rewards so; "On Designing Effective RL Reward at Training Time for LLM Reasoning" (arXiv 2410.15115) step rewards.
//!
//! Deviations: none.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::process::step_rewards;
//!
//! // Three steps; the second ends with the environment's answer, the third has no score.
//! let tokens = Segments::from_lengths([2, 3, 1]);
//! let mask = [true, true, true, true, false, true];
//! let rewards = step_rewards(&[Some(0.5), Some(-1.0), None], &tokens, &mask)?;
//! assert_eq!(rewards, [0.0, 0.5, 0.0, -1.0, 0.0, 0.0]);
//! # Ok::<(), plaudit_credit::process::NowhereToLie>(())
//! ```
//!
//! # When to use
//!
//! To give rewards of steps to an estimator that knows tokens only.
//!
//! # Traps
//!
//! With a discount per token, long steps pay more for what follows than short ones; discounts per step are a setting of `steps` credit.

use plaudit_core::Segments;

/// A step has a score, and the policy wrote no token of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "step {step} has a score and no token that the policy wrote: leave it unscored, or give its score to another step"
)]
pub struct NowhereToLie {
    /// The step's position in the batch.
    pub step: usize,
}

/// The rewards of tokens. `tokens`: the tokens cut into steps.
///
/// # Errors
/// [`NowhereToLie`].
///
/// # Panics
/// Where lengths differ: a mistake of the caller.
pub fn step_rewards(scores: &[Option<f64>], tokens: &Segments, mask: &[bool]) -> Result<Vec<f64>, NowhereToLie> {
    assert_eq!(scores.len(), tokens.len(), "scores");
    assert_eq!(mask.len(), tokens.total(), "mask");
    let mut rewards = vec![0.0; mask.len()];
    for (step, range) in tokens.iter().enumerate() {
        if let Some(score) = scores[step] {
            let last = range.rev().find(|&token| mask[token]).ok_or(NowhereToLie { step })?;
            rewards[last] = score;
        }
    }
    Ok(rewards)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{ClipConfig, DeltaConfig, ShapeColumns, ShapeConfig};
    use crate::{CreditConfig, RewardToGoConfig};
    use plaudit_core::{Advantages, CreditColumns};

    #[test]
    fn a_score_without_a_token_is_an_error() {
        let error = step_rewards(&[None, Some(1.0)], &Segments::from_lengths([1, 1]), &[true, false]).unwrap_err();
        assert_eq!(error, NowhereToLie { step: 1 });
        assert_eq!(step_rewards(&[None], &Segments::from_lengths([1]), &[false]), Ok(vec![0.0]));
    }

    #[test]
    fn clip_delta_and_reward_to_go_pay_each_step_its_own_score() {
        // Scores 0.5, 0.875 and 0.25, clipped at 0.75: -0.25, 0 and -0.5, which are the returns.
        let (one, tokens) = (Segments::from_lengths([1]), Segments::from_lengths([2, 1, 3]));
        let samples = Segments::from_lengths([3]);
        let mut steps = [0.5, 0.875, 0.25].map(Some);
        let mut outcomes = [Some(0.0)];
        let mut columns = ShapeColumns::new(&one, &samples, &mut steps, &mut outcomes);
        ShapeConfig::Clip(ClipConfig { threshold: 0.75 }).apply(&mut columns).unwrap();
        ShapeConfig::Delta(DeltaConfig { answer_step: false }).apply(&mut columns).unwrap();
        let mask = [true; 6];
        let rewards = step_rewards(&steps, &tokens, &mask).unwrap();
        let whole = Segments::from_lengths([6]);
        let columns =
            CreditColumns { rewards: Some(&rewards[..]), ..CreditColumns::new(&whole, &one, &mask, &[0.0], &[true]) };
        let config = RewardToGoConfig { whiten: false, ..RewardToGoConfig::default() };
        let mut advantage = [f64::NAN; 6];
        let mut out = Advantages { advantage: &mut advantage, returns: None };
        CreditConfig::RewardToGo(config).credit(&columns, &mut out).unwrap();
        assert_eq!(advantage, [-0.25, -0.25, 0.0, -0.5, -0.5, -0.5]);
    }
}
