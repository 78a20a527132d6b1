//! One of each: of every group one right and one wrong completion, drawn at random.
//!
//! ```text
//! group with at least one right and one wrong member: one of either, uniformly; any other group: none
//! ```
//!
//! Source: "Exploring the Limit of Outcome Reward for Learning Mathematical Reasoning" (OREAL, arXiv 2502.06781).
//!
//! Deviations: none. The paper's repetition of hard prompts is a matter of sampling and not part of it.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//!
//! // One right and two wrong answers: the right one, and one of the wrong ones.
//! let groups = Segments::from_lengths([3]);
//! let kept = plaudit_credit::select::one_of_each(&groups, &[0.0, 1.0, 0.0].map(Some), 0.5, 7, 0);
//! assert_eq!(kept.len(), 2);
//! assert!(kept.contains(&1));
//! ```
//!
//! # When to use
//!
//! To weigh every prompt alike, and right and wrong alike, whatever its pass rate. Advantages are computed before, on the whole group.
//!
//! # Traps
//!
//! Most of what was sampled is thrown away. Prompts that are always or never solved teach nothing.

use super::assert_ranked;
use plaudit_core::{Segments, Stream};

/// The samples kept, ascending: one with an outcome of at least `correct` and one below it of every group that has both. Unscored samples
/// are not drawn. `seed` and `step` key the draws, one stream per group.
///
/// # Panics
/// Where there is not one outcome per sample, or an outcome is NaN: a mistake of the caller.
pub fn one_of_each(groups: &Segments, outcomes: &[Option<f64>], correct: f64, seed: u64, step: u64) -> Vec<usize> {
    assert_ranked(groups.total(), outcomes);
    let mut kept = Vec::new();
    for (group, range) in groups.iter().enumerate() {
        let scored = range.filter_map(|sample| Some((sample, outcomes[sample]? >= correct)));
        let (right, wrong): (Vec<_>, Vec<_>) = scored.partition(|(_, is_right)| *is_right);
        if !right.is_empty() && !wrong.is_empty() {
            let mut stream = Stream::new(seed, "select/one-of-each", step, group as u64);
            let (a, b) = (stream.pick(&right).0, stream.pick(&wrong).0);
            kept.extend([a.min(b), a.max(b)]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_one_kind_are_dropped() {
        let groups = Segments::from_lengths([2, 3, 1, 0]);
        let outcomes = [Some(1.0), Some(1.0), Some(0.0), None, Some(1.0), Some(0.0)];
        assert_eq!(one_of_each(&groups, &outcomes, 0.5, 0, 0), [2, 4]);
    }

    #[test]
    fn every_member_is_drawn_sometimes() {
        let groups = Segments::from_lengths([4]);
        let outcomes = [1.0, 0.0, 1.0, 0.0].map(Some);
        let mut seen = [0; 4];
        for step in 0..400 {
            let kept = one_of_each(&groups, &outcomes, 0.5, 3, step);
            assert_eq!(kept, one_of_each(&groups, &outcomes, 0.5, 3, step), "the same key, the same draw");
            kept.iter().for_each(|&sample| seen[sample] += 1);
        }
        // 200 expected each, standard deviation 10: six of them either way.
        assert!(seen.iter().all(|count| (140..260).contains(count)), "{seen:?}");
    }
}
