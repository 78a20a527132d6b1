//! Fractional match: the share of places, or of named values, that are right.

use std::collections::BTreeMap;

/// The share of places at which two sequences agree, of the places of the longer one, in [0, 1]; 1 for two empty ones. Symmetric.
///
/// ```
/// use plaudit_verify::check::fraction::places;
/// assert_eq!(places(&[1, 2, 3, 4], &[1, 0, 3]), 0.5);
/// ```
pub fn places<T: PartialEq>(gold: &[T], answer: &[T]) -> f64 {
    let agree = gold.iter().zip(answer).filter(|(gold, answer)| gold == answer).count();
    match gold.len().max(answer.len()) {
        0 => 1.0,
        longest => agree as f64 / longest as f64,
    }
}

/// The share of the gold names that have their value in the answer, in [0, 1]; 1 where there are none. What the answer has beyond them does
/// not count.
///
/// ```
/// use plaudit_verify::check::fraction::named;
/// // The final state of `a=2; b=a*3; a=b-1` is a = 5, b = 6.
/// assert_eq!(named(&[("a", 5), ("b", 6)].into(), &[("a", 5), ("b", 5)].into()), 0.5);
/// ```
pub fn named<K: Ord, V: PartialEq>(gold: &BTreeMap<K, V>, answer: &BTreeMap<K, V>) -> f64 {
    let right = gold.iter().filter(|(name, value)| answer.get(name) == Some(value)).count();
    if gold.is_empty() { 1.0 } else { right as f64 / gold.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_empty_is_all_right() {
        assert_eq!(places::<u8>(&[], &[]), 1.0);
        assert_eq!(places(&[1], &[]), 0.0);
        assert_eq!(named::<u8, u8>(&BTreeMap::new(), &[(1, 2)].into()), 1.0);
    }

    proptest! {
        #[test]
        fn places_are_symmetric(a in prop::collection::vec(0..3_u8, 0..8), b in prop::collection::vec(0..3_u8, 0..8)) {
            prop_assert_eq!(places(&a, &b), places(&b, &a));
            prop_assert_eq!(places(&a, &b) == 1.0, a == b);
        }
    }
}
