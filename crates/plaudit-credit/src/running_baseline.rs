//! Running baseline: an exponential average of the rewards seen under a key, read before it is told the next one.
//!
//! ```text
//! A_i = R_i - b[key_i],   then   b[key_i] <- decay * b[key_i] + (1 - decay) * R_i
//! ```
//!
//! Rewards and baselines have the same unit. A key names what shares a baseline: a game and a seat in SPIRAL, a task, a prompt. Because a
//! baseline is read before its update, it does not depend on the reward it is subtracted from, and the policy gradient stays unbiased.
//!
//! Source: SPIRAL (arXiv 2506.24119), role-conditioned advantage estimation.
//!
//! Deviations: none.
//!
//! # Example
//!
//! Three games of seat 0 that it wins: the first is compared with 0, the second with 0.05, the third with 0.95 * 0.05 + 0.05 = 0.0975.
//!
//! ```
//! use plaudit_credit::RunningBaseline;
//!
//! let mut baselines = RunningBaseline::new(0.95);
//! let column = baselines.fill(&["kuhn/0"; 3], &[1.0; 3], &[true; 3])?;
//! for (found, expected) in column.iter().zip([0.0, 0.05, 0.0975]) {
//!     assert!((found - expected).abs() < 1e-12);
//! }
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! To fill the column `baseline` for `centre = "running"` (estimator `group`) or `baseline = "running"` (`reward-to-go`), where a prompt
//! has one answer, or answers come from games that no two actors play alike. It is part of the state of a run: save it with the checkpoint.
//!
//! # Traps
//!
//! - It begins at 0 and takes about 1 / (1 - decay) rewards to arrive: until then, rewards of one sign are all good or all bad.
//! - The order of the samples matters; keep it fixed.
//! - One key for both seats of a game with a first-mover advantage pays the first seat for sitting there.

use crate::CreditError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Exponential averages by key; the state of a run that is saved and restored with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunningBaseline {
    /// The share of the old average that stays, in [0, 1].
    decay: f64,
    averages: BTreeMap<String, f64>,
}

impl RunningBaseline {
    /// Without any rewards: every baseline is 0.
    ///
    /// # Panics
    /// Where `decay` is not in [0, 1]: a mistake of the caller.
    pub fn new(decay: f64) -> Self {
        assert!((0.0..=1.0).contains(&decay), "decay");
        Self { decay, averages: BTreeMap::new() }
    }

    /// The baseline of `key`; 0 where no reward was seen.
    pub fn read(&self, key: &str) -> f64 {
        self.averages.get(key).copied().unwrap_or(0.0)
    }

    /// The column `baseline` of a batch, sample by sample: each is told the baseline of its key, and then its score is averaged into it.
    /// One without a score is told the baseline and changes nothing.
    ///
    /// # Errors
    /// [`CreditError::NotFinite`] where a scored sample's score is NaN or infinite; the averages then stay as they were.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn fill(&mut self, keys: &[&str], scores: &[f64], scored: &[bool]) -> Result<Vec<f64>, CreditError> {
        assert_eq!(keys.len(), scores.len(), "keys");
        assert_eq!(scored.len(), scores.len(), "scored");
        if let Some(sample) = (0..scores.len()).find(|&sample| scored[sample] && !scores[sample].is_finite()) {
            return Err(CreditError::NotFinite { sample, score: scores[sample] });
        }
        let told = (0..scores.len()).map(|sample| {
            let before = self.read(keys[sample]);
            if scored[sample] {
                let after = self.decay * before + (1.0 - self.decay) * scores[sample];
                self.averages.insert(keys[sample].to_owned(), after);
            }
            before
        });
        Ok(told.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spiral_has_a_baseline_per_seat() {
        let mut baselines = RunningBaseline::new(0.95);
        let rewards = [1.0, -1.0, 1.0, -1.0];
        let column = baselines.fill(&["0", "1", "0", "1"], &rewards, &[true; 4]).unwrap();
        for ((baseline, reward), expected) in column.iter().zip(rewards).zip([1.0, -1.0, 0.95, -0.95]) {
            assert!((reward - baseline - expected).abs() < 1e-12, "{baseline}");
        }
        assert!((baselines.read("0") - 0.0975).abs() < 1e-12);
        let saved = serde_json::to_string(&baselines).unwrap();
        assert_eq!(serde_json::from_str::<RunningBaseline>(&saved).unwrap(), baselines);
    }

    #[test]
    fn what_has_no_score_changes_nothing() {
        let mut baselines = RunningBaseline::new(0.5);
        assert_eq!(baselines.fill(&["a"; 3], &[1.0, f64::NAN, 0.0], &[true, false, true]).unwrap(), [0.0, 0.5, 0.5]);
        assert!(baselines.fill(&["a"; 2], &[1.0, f64::NAN], &[true; 2]).is_err());
        assert_eq!((baselines.read("a"), baselines.read("b")), (0.25, 0.0));
    }
}
