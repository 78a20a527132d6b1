//! Counts of n-grams, for BLEU and chrF.

use super::CheckError;
use plaudit_core::Limit;
use std::cmp::Ordering;

/// The most tokens (words or characters) of a text whose n-grams are counted.
pub(super) const MAX_TOKENS: usize = 1 << 13;

/// # Errors
/// [`CheckError::OverBudget`] beyond [`MAX_TOKENS`].
pub(super) fn bounded(tokens: usize) -> Result<(), CheckError> {
    if tokens <= MAX_TOKENS { Ok(()) } else { Err(CheckError::OverBudget(Limit::Length)) }
}

/// The n-grams of `tokens` in order, each with how often it occurs.
pub(super) fn counts<T: Ord>(tokens: &[T], n: usize) -> Vec<(&[T], usize)> {
    let mut grams: Vec<&[T]> = tokens.windows(n).collect();
    grams.sort_unstable();
    grams.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

/// How many n-grams two counts share, each as often as it occurs in both.
pub(super) fn shared<T: Ord>(a: &[(&[T], usize)], b: &[(&[T], usize)]) -> usize {
    merged(a, b, usize::min).into_iter().map(|(_, count)| count).sum()
}

/// The n-grams of either count, each as often as `join` says of both counts.
pub(super) fn merged<'a, T: Ord>(
    a: &[(&'a [T], usize)],
    b: &[(&'a [T], usize)],
    join: fn(usize, usize) -> usize,
) -> Vec<(&'a [T], usize)> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let order = match (a.get(i), b.get(j)) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            _ => Ordering::Greater,
        };
        let (gram, of_a, of_b) = match order {
            Ordering::Less => (a[i].0, a[i].1, 0),
            Ordering::Greater => (b[j].0, 0, b[j].1),
            Ordering::Equal => (a[i].0, a[i].1, b[j].1),
        };
        merged.push((gram, join(of_a, of_b)));
        i += usize::from(order != Ordering::Greater);
        j += usize::from(order != Ordering::Less);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_counted_and_shared() {
        let (a, b) = (counts(b"abab", 2), counts(b"babb", 2));
        assert_eq!(a, [(&b"ab"[..], 2), (b"ba", 1)]);
        assert_eq!(shared(&a, &b), 2);
        assert_eq!(merged(&a, &b, usize::max), [(&b"ab"[..], 2), (b"ba", 1), (b"bb", 1)]);
        assert!(counts(b"a", 2).is_empty());
        assert!(bounded(MAX_TOKENS).is_ok() && bounded(MAX_TOKENS + 1).is_err());
    }
}
