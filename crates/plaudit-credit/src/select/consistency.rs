//! Process consistency filter: of a group, the completions whose steps are as good (or as bad) as their outcome says.
//!
//! ```text
//! k_wrong   = min(|W|, max(floor(m / 2), m - |C|)),   k_correct = m - k_wrong
//! keep the k_correct members of C with the greatest v, and the k_wrong members of W with the least
//! ```
//!
//! C and W are the correct and the wrong members of a group, v a process value per completion (usually the mean over its steps), m the
//! number to keep. Groups of m or fewer are kept whole. Unscored members are never kept.
//!
//! Source: "Beyond Correctness: Harmonizing Process and Outcome Rewards through RL Training" (PROF, arXiv 2509.03403).
//!
//! Deviations: the released repository holds no code; an odd m keeps one wrong fewer. Ties go to the earlier position.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::select::ConsistencyConfig;
//!
//! // Three completions, two to keep: the better of the right ones, and the wrong one.
//! let groups = Segments::from_lengths([3]);
//! let config = ConsistencyConfig { keep: 2, ..Default::default() };
//! let kept = config.select(&groups, &[1.0, 1.0, 0.0].map(Some), &[0.4, 0.9, 0.1].map(Some), 0, 0);
//! assert_eq!(kept, [1, 2]);
//! ```
//!
//! # When to use
//!
//! With a learned model of steps that is too easily hacked to be a reward: it then only chooses what is trained on.
//!
//! # Traps
//!
//! Advantages are to be computed on the survivors, whose share of correct ones is not the policy's. More must be sampled than kept.

use super::assert_ranked;
use plaudit_core::{Segments, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Keeps the completions of each group whose process agrees with their outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConsistencyConfig {
    /// How many completions of each group are kept.
    #[schemars(range(min = 1))]
    pub keep: usize,
    /// Which sides are ranked.
    pub filter: Filter,
    /// The outcome from which on a completion counts as correct.
    pub correct: f64,
}

/// Which sides of a group are ranked by their process values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// Correct and wrong ones.
    Both,
    /// The correct ones; wrong ones are kept at random, which is safer where the model of steps knows little of wrong answers.
    Correct,
}

impl Default for ConsistencyConfig {
    fn default() -> Self {
        Self { keep: 4, filter: Filter::Both, correct: 0.5 }
    }
}

impl ConsistencyConfig {
    /// The samples kept, ascending. `outcomes` and `process` have one value per sample; a sample that lacks either is not kept.
    /// `seed` and `step` key the random choice of [`Filter::Correct`].
    ///
    /// # Panics
    /// Where there is not one outcome and one process value per sample, or a number is NaN: a mistake of the caller.
    pub fn select(
        &self,
        groups: &Segments,
        outcomes: &[Option<f64>],
        process: &[Option<f64>],
        seed: u64,
        step: u64,
    ) -> Vec<usize> {
        assert_ranked(groups.total(), outcomes);
        assert_ranked(groups.total(), process);
        let mut kept = Vec::new();
        for (group, range) in groups.iter().enumerate() {
            let scored = range.filter_map(|sample| Some((sample, outcomes[sample]?, process[sample]?)));
            let (mut correct, mut wrong): (Vec<_>, Vec<_>) = scored
                .map(|(sample, outcome, value)| (sample, outcome >= self.correct, value))
                .partition(|(_, is_correct, _)| *is_correct);
            correct.sort_by(|a, b| b.2.total_cmp(&a.2));
            match self.filter {
                Filter::Both => wrong.sort_by(|a, b| a.2.total_cmp(&b.2)),
                Filter::Correct => Stream::new(seed, "select/consistency", step, group as u64).shuffle(&mut wrong),
            }
            let of_wrong = wrong.len().min((self.keep / 2).max(self.keep.saturating_sub(correct.len())));
            correct.truncate(self.keep - of_wrong);
            wrong.truncate(of_wrong);
            kept.extend(correct.into_iter().chain(wrong).map(|(sample, _, _)| sample));
        }
        kept.sort_unstable();
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(config: &ConsistencyConfig, correct: &[f64], wrong: &[f64]) -> Vec<usize> {
        let groups = Segments::from_lengths([correct.len() + wrong.len()]);
        let outcomes: Vec<_> = correct.iter().map(|_| Some(1.0)).chain(wrong.iter().map(|_| Some(0.0))).collect();
        let process: Vec<_> = correct.iter().chain(wrong).copied().map(Some).collect();
        config.select(&groups, &outcomes, &process, 1, 2)
    }

    #[test]
    fn prof_balances() {
        let config = ConsistencyConfig::default();
        let correct = [0.9, 0.8, 0.7, 0.4, 0.3, 0.2];
        assert_eq!(kept(&config, &correct, &[0.6, 0.1]), [0, 1, 6, 7]);
        assert_eq!(kept(&config, &correct, &[0.6]), [0, 1, 2, 6]);
        // Few correct ones: the rest is wrong, those with the least process value.
        assert_eq!(kept(&config, &[0.9], &[0.6, 0.1, 0.2, 0.5]), [0, 2, 3, 4]);
        assert_eq!(kept(&config, &[0.9], &[0.1]), [0, 1]);
    }

    #[test]
    fn wrong_ones_may_be_drawn() {
        let config = ConsistencyConfig { keep: 2, filter: Filter::Correct, ..ConsistencyConfig::default() };
        let first = kept(&config, &[0.1, 0.9], &[0.6, 0.1, 0.2, 0.5]);
        assert_eq!(first[0], 1);
        assert_eq!(first, kept(&config, &[0.1, 0.9], &[0.6, 0.1, 0.2, 0.5]), "the same key, the same draw");
    }

    #[test]
    fn a_sample_that_lacks_a_score_is_not_kept() {
        let groups = Segments::from_lengths([3]);
        let config = ConsistencyConfig::default();
        let kept = config.select(&groups, &[Some(1.0), None, Some(0.0)], &[None, Some(1.0), Some(0.5)], 0, 0);
        assert_eq!(kept, [2]);
    }

    proptest! {
        #[test]
        fn no_more_than_asked_for_and_balanced_where_possible(
            correct in prop::collection::vec(0.0..1.0_f64, 0..9), wrong in prop::collection::vec(0.0..1.0_f64, 0..9), keep in 1..9_usize,
        ) {
            let config = ConsistencyConfig { keep, ..ConsistencyConfig::default() };
            let found = kept(&config, &correct, &wrong);
            prop_assert_eq!(found.len(), keep.min(correct.len() + wrong.len()));
            let of_wrong = found.iter().filter(|sample| **sample >= correct.len()).count();
            if correct.len() >= keep && wrong.len() >= keep {
                prop_assert_eq!(of_wrong, keep / 2);
            }
        }
    }
}
