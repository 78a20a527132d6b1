//! Alignment of sequences: Levenshtein's distance and the longest common subsequence. ROUGE-L is [`crate::text::rouge_l`].

use super::{CheckError, table};

/// The least number of insertions, deletions and replacements that turn one sequence into the other: at most the length of the longer one;
/// lower is better, symmetric. Time is the product of the lengths, after what the sequences have in common at both ends.
///
/// Source: Levenshtein (1966), by the algorithm of Wagner & Fischer.
///
/// # Errors
/// [`CheckError::OverBudget`] where the product of what is left of the lengths is over [`super::MAX_CELLS`].
///
/// ```
/// use plaudit_verify::check::alignment::levenshtein;
/// // k -> s, e -> i, + g.
/// assert_eq!(levenshtein(b"kitten", b"sitting"), Ok(3));
/// ```
pub fn levenshtein<T: PartialEq>(a: &[T], b: &[T]) -> Result<usize, CheckError> {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    table(a.len(), b.len())?;
    // distances[j]: from the part of `a` so far to b[..j].
    let mut distances: Vec<usize> = (0..=b.len()).collect();
    for (row, token) in a.iter().enumerate() {
        let mut diagonal = row;
        distances[0] = row + 1;
        for (column, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(token != other);
            diagonal = distances[column + 1];
            distances[column + 1] = replaced.min(diagonal + 1).min(distances[column] + 1);
        }
    }
    Ok(distances[b.len()])
}

/// 1 - distance / length of the longer sequence, in [0, 1]; higher is better, 1 for the same sequence, symmetric.
///
/// # Errors
/// As [`levenshtein`].
///
/// ```
/// use plaudit_verify::check::alignment::similarity;
/// assert_eq!(similarity(b"abcd", b"abce"), Ok(0.75));
/// ```
pub fn similarity<T: PartialEq>(a: &[T], b: &[T]) -> Result<f64, CheckError> {
    let distance = levenshtein(a, b)?;
    let longest = a.len().max(b.len());
    Ok(if longest == 0 { 1.0 } else { 1.0 - distance as f64 / longest as f64 })
}

/// The length of the longest sequence whose elements occur in both in the same order; symmetric.
///
/// # Errors
/// As [`levenshtein`], for the product of the lengths.
///
/// ```
/// use plaudit_verify::check::alignment::longest_common_subsequence;
/// assert_eq!(longest_common_subsequence(&["a", "b", "c", "d"], &["a", "c", "d", "e"]), Ok(3));
/// ```
pub fn longest_common_subsequence<T: PartialEq>(a: &[T], b: &[T]) -> Result<usize, CheckError> {
    table(a.len(), b.len())?;
    Ok(crate::text::common_subsequence(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Limit;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_bounded_by_what_differs() {
        let long = vec![1_u8; 100_000];
        assert_eq!(levenshtein(&long, &long[1..]), Ok(1));
        let other = vec![2_u8; 100_000];
        assert_eq!(levenshtein(&long, &other), Err(CheckError::OverBudget(Limit::Steps)));
        assert_eq!(longest_common_subsequence(&long, &other), Err(CheckError::OverBudget(Limit::Steps)));
        assert_eq!(similarity::<u8>(&[], &[]), Ok(1.0));
        assert_eq!(levenshtein(b"", b"abc"), Ok(3));
    }

    /// By the definition.
    fn slow(a: &[u8], b: &[u8]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a_rest @ ..], [y, b_rest @ ..]) => {
                let replaced = slow(a_rest, b_rest) + usize::from(x != y);
                replaced.min(slow(a_rest, b) + 1).min(slow(a, b_rest) + 1)
            }
        }
    }

    proptest! {
        #[test]
        fn distances_are_those_of_the_definition(a in prop::collection::vec(0..3_u8, 0..6), b in prop::collection::vec(0..3_u8, 0..6)) {
            let distance = levenshtein(&a, &b).unwrap();
            prop_assert_eq!(distance, slow(&a, &b));
            let common = longest_common_subsequence(&a, &b).unwrap();
            // Without replacements, everything outside the common subsequence is deleted or inserted.
            prop_assert!(distance <= a.len() + b.len() - 2 * common);
            prop_assert!((0.0..=1.0).contains(&similarity(&a, &b).unwrap()));
            prop_assert_eq!(similarity(&a, &b).unwrap() == 1.0, a == b);
        }
    }
}
