//! Sets and bags: Jaccard, precision, recall and F1.

use std::collections::{BTreeMap, BTreeSet};

/// How much two collections share. Each value is in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// The share of the answer that is in the gold collection.
    pub precision: f64,
    /// The share of the gold collection that is in the answer.
    pub recall: f64,
    /// The harmonic mean of the two; 1 where both collections are empty, 0 where one is or nothing is shared.
    pub f1: f64,
    /// What is shared as a share of what is in either; 1 where both are empty.
    pub jaccard: f64,
}

impl Overlap {
    fn new(shared: usize, gold: usize, answer: usize) -> Self {
        // Of nothing, everything is found where nothing was to be found.
        let share = |of: usize, other: usize| match (of, other) {
            (0, 0) => 1.0,
            (0, _) => 0.0,
            _ => shared as f64 / of as f64,
        };
        let both = gold + answer;
        Self {
            precision: share(answer, gold),
            recall: share(gold, answer),
            f1: if both == 0 { 1.0 } else { 2.0 * shared as f64 / both as f64 },
            jaccard: if both == 0 { 1.0 } else { shared as f64 / (both - shared) as f64 },
        }
    }
}

/// The overlap of two sets; elements that occur more than once count once.
///
/// ```
/// use plaudit_verify::check::sets::sets;
/// // Two of three are right, and two of four are found.
/// let overlap = sets(&[4, 6, 12, 25], &[1, 4, 6]);
/// assert_eq!((overlap.precision, overlap.recall, overlap.f1, overlap.jaccard), (2.0 / 3.0, 0.5, 4.0 / 7.0, 0.4));
/// ```
pub fn sets<T: Ord>(gold: &[T], answer: &[T]) -> Overlap {
    let [gold, answer] = [gold, answer].map(|elements| elements.iter().collect::<BTreeSet<_>>());
    Overlap::new(gold.intersection(&answer).count(), gold.len(), answer.len())
}

/// The overlap of two bags; an element is shared as often as it occurs in both.
///
/// ```
/// use plaudit_verify::check::sets::bags;
/// assert_eq!(bags(&["a", "a", "b"], &["a", "a", "a"]).jaccard, 0.5);
/// ```
pub fn bags<T: Ord>(gold: &[T], answer: &[T]) -> Overlap {
    let mut counts: BTreeMap<&T, usize> = BTreeMap::new();
    for element in gold {
        *counts.entry(element).or_default() += 1;
    }
    let shared = answer
        .iter()
        .filter(|element| counts.get_mut(element).filter(|count| **count > 0).map(|count| *count -= 1).is_some());
    Overlap::new(shared.count(), gold.len(), answer.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn empty_collections() {
        let none: [u8; 0] = [];
        assert_eq!(sets(&none, &none), Overlap { precision: 1.0, recall: 1.0, f1: 1.0, jaccard: 1.0 });
        assert_eq!(bags(&none, &[1]), Overlap { precision: 0.0, recall: 0.0, f1: 0.0, jaccard: 0.0 });
    }

    #[test]
    fn repetitions_count_only_in_bags() {
        assert_eq!(sets(&[1, 1, 2], &[1, 2]).f1, 1.0);
        assert_eq!(bags(&[1, 1, 2], &[1, 2]).f1, 0.8);
    }

    proptest! {
        #[test]
        fn overlaps_are_symmetric_and_do_not_depend_on_order(
            mut a in prop::collection::vec(0..6_u8, 0..8), b in prop::collection::vec(0..6_u8, 0..8),
        ) {
            for overlap in [sets::<u8>, bags::<u8>] {
                let (ab, ba) = (overlap(&a, &b), overlap(&b, &a));
                prop_assert_eq!((ab.f1, ab.jaccard, ab.precision), (ba.f1, ba.jaccard, ba.recall));
                prop_assert!([ab.f1, ab.jaccard, ab.precision, ab.recall].iter().all(|score| (0.0..=1.0).contains(score)));
                prop_assert!(ab.jaccard <= ab.f1);
                prop_assert_eq!(overlap(&a, &a).jaccard, 1.0);
                a.reverse();
                prop_assert_eq!(overlap(&a, &b), ab);
            }
        }
    }
}
