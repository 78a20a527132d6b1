//! Rollout recomposition: first the short right and the long wrong answers, the rest later from a buffer.
//!
//! ```text
//! right, by length ascending:   the first ceil(alpha * count) are priority, the rest is deferred
//! wrong, by length descending:  the first ceil(alpha * count) are priority, the rest is deferred
//! deferred samples enter a first-in-first-out buffer; an insertion into a full buffer first pops the oldest ones as a compensation batch
//! ```
//!
//! Lengths are in tokens (or tool calls), one per sample. Advantages are computed on whole groups beforehand and travel with the samples.
//!
//! Source: "RoRecomp: Enhancing Reasoning Efficiency via Rollout Response Recomposition in Reinforcement Learning".
//!
//! Deviations: the paper's alpha, the rounding and the schedule of compensation batches are not confirmed; here shares are rounded up, so
//! that an only right answer is priority, and a compensation batch comes as often as the buffer is full.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::select::{RecomposeConfig, ReplayBuffer};
//!
//! // Two right answers of 8 and 30 tokens, a wrong one of 40.
//! let groups = Segments::from_lengths([3]);
//! let parts = RecomposeConfig::default().select(&groups, &[1.0, 1.0, 0.0].map(Some), &[30, 8, 40]);
//! assert_eq!((&parts.priority[..], &parts.deferred[..]), (&[1, 2][..], &[0][..]));
//! let mut buffer = ReplayBuffer::new(1, 1);
//! assert!(buffer.insert("first").is_empty());
//! assert_eq!(buffer.insert("second"), ["first"]);
//! ```
//!
//! # When to use
//!
//! To make answers shorter without a length term in the reward.
//!
//! # Traps
//!
//! Compensation batches are off policy: their old log-probabilities must travel with them, and the objective must clip. Without them
//! answers collapse to too short ones. Within a group the deferred order is that of the ranking, right ones first: the buffer keeps it.

use super::assert_ranked;
use plaudit_core::Segments;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Which samples are trained on at once, and which wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecomposeConfig {
    /// The share of the right and of the wrong answers of each group that is trained on at once.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub alpha: f64,
    /// The outcome from which on an answer counts as right.
    pub correct: f64,
}

impl Default for RecomposeConfig {
    fn default() -> Self {
        Self { alpha: 0.5, correct: 0.5 }
    }
}

/// The two parts of a batch, each group after group: right answers from short to long, then wrong ones from long to short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recomposed {
    /// Samples to be trained on at once.
    pub priority: Vec<usize>,
    /// Samples for the buffer, in the order in which they enter it.
    pub deferred: Vec<usize>,
}

impl RecomposeConfig {
    /// Splits a batch. `outcomes` and `lengths` have one value per sample; unscored samples are in neither part. Of equal lengths the
    /// earlier sample comes first.
    ///
    /// # Panics
    /// Where there is not one outcome and one length per sample, or an outcome is NaN: a mistake of the caller.
    pub fn select(&self, groups: &Segments, outcomes: &[Option<f64>], lengths: &[usize]) -> Recomposed {
        assert_ranked(groups.total(), outcomes);
        assert_eq!(lengths.len(), groups.total(), "lengths");
        let mut parts = Recomposed::default();
        for range in groups.iter() {
            let scored = range.filter_map(|sample| Some((sample, outcomes[sample]? >= self.correct)));
            let (mut right, mut wrong): (Vec<_>, Vec<_>) = scored.partition(|(_, is_right)| *is_right);
            right.sort_by_key(|(sample, _)| lengths[*sample]);
            wrong.sort_by_key(|(sample, _)| std::cmp::Reverse(lengths[*sample]));
            for side in [right, wrong] {
                let count = (self.alpha * side.len() as f64).ceil() as usize;
                let (priority, deferred) = side.split_at(count.min(side.len()));
                parts.priority.extend(priority.iter().map(|(sample, _)| sample));
                parts.deferred.extend(deferred.iter().map(|(sample, _)| sample));
            }
        }
        parts
    }
}

/// Samples that wait for a compensation batch, oldest first. `T` is whatever has to travel with a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayBuffer<T> {
    waiting: VecDeque<T>,
    capacity: usize,
    batch: usize,
}

impl<T> ReplayBuffer<T> {
    /// An empty buffer for `capacity` samples, at least 1, that gives `batch` at a time, at least 1 and at most all of them.
    pub fn new(capacity: usize, batch: usize) -> Self {
        let capacity = capacity.max(1);
        Self { waiting: VecDeque::new(), capacity, batch: batch.clamp(1, capacity) }
    }

    /// Puts a sample in. Returns the compensation batch that had to make room for it, oldest first: empty unless the buffer was full.
    pub fn insert(&mut self, sample: T) -> Vec<T> {
        let popped = if self.waiting.len() == self.capacity { self.batch } else { 0 };
        let batch = self.waiting.drain(..popped).collect();
        self.waiting.push_back(sample);
        batch
    }

    /// The number of samples that wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none wait.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rorecomp_priority_and_buffer() {
        let lengths = [12, 30, 8, 20, 9, 40];
        let outcomes = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0].map(Some);
        let parts = RecomposeConfig::default().select(&Segments::from_lengths([6]), &outcomes, &lengths);
        let of = |part: &[usize]| part.iter().map(|&sample| lengths[sample]).collect::<Vec<_>>();
        assert_eq!(of(&parts.priority), [8, 12, 40]);
        assert_eq!(of(&parts.deferred), [20, 30, 9]);
        let mut buffer = ReplayBuffer::new(3, 2);
        assert!(of(&parts.deferred).into_iter().all(|length| buffer.insert(length).is_empty()));
        assert_eq!(buffer.insert(50), [20, 30]);
        assert_eq!(buffer.len(), 2);
    }

    proptest! {
        #[test]
        fn every_scored_sample_is_in_exactly_one_part(
            samples in prop::collection::vec((prop::option::weighted(0.9, 0..2_u8), 1..9_usize), 0..12), alpha in 0.0..=1.0_f64,
        ) {
            let outcomes: Vec<_> = samples.iter().map(|(outcome, _)| outcome.map(f64::from)).collect();
            let lengths: Vec<_> = samples.iter().map(|(_, length)| *length).collect();
            let config = RecomposeConfig { alpha, ..RecomposeConfig::default() };
            let parts = config.select(&Segments::from_lengths([samples.len()]), &outcomes, &lengths);
            let mut all = [parts.priority, parts.deferred].concat();
            all.sort_unstable();
            let scored: Vec<_> = (0..samples.len()).filter(|&sample| outcomes[sample].is_some()).collect();
            prop_assert_eq!(all, scored);
        }
    }
}
