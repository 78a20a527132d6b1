//! Text comparison.

/// `text` trimmed, in lower case, with every run of white space as one space.
///
/// ```
/// assert_eq!(plaudit_verify::text::fold("  New\n YORK "), "new york");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            folded.push_str(&word.to_lowercase());
        }
    }
    folded
}

/// ROUGE-L F1 of two token sequences, in [0, 1]: with L the length of their longest common subsequence, the harmonic mean
/// of L / candidate length and L / reference length, which is 2 L / (candidate length + reference length). 0 where either
/// is empty. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), with equal weights; tokens are compared
/// as they are, without stemming.
///
/// Time is the product of the lengths, memory the length of the reference.
pub fn rouge_l<T: PartialEq>(candidate: &[T], reference: &[T]) -> f64 {
    match common_subsequence(candidate, reference) {
        0 => 0.0,
        longest => 2.0 * longest as f64 / (candidate.len() + reference.len()) as f64,
    }
}

/// The length of the longest common subsequence.
pub(crate) fn common_subsequence<T: PartialEq>(candidate: &[T], reference: &[T]) -> usize {
    // common[j]: the longest common subsequence of the candidate so far and reference[..j].
    let mut common = vec![0_usize; reference.len() + 1];
    for token in candidate {
        let mut diagonal = 0;
        for (index, other) in reference.iter().enumerate() {
            let above = common[index + 1];
            common[index + 1] = if token == other { diagonal + 1 } else { above.max(common[index]) };
            diagonal = above;
        }
    }
    common[reference.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rouge_l_of_the_worked_example() {
        // Common subsequence a c d: precision 3/4, recall 3/4.
        assert_eq!(rouge_l(&["a", "b", "c", "d"], &["a", "c", "d", "e"]), 0.75);
        assert_eq!(rouge_l(&["a", "b"], &["a", "b"]), 1.0);
        // L = 1: precision 1/1, recall 1/3, F1 2 * (1/3) / (4/3).
        assert_eq!(rouge_l(&["b"], &["a", "b", "c"]), 0.5);
        assert_eq!(rouge_l::<u8>(&[], &[]), 0.0);
        assert_eq!(rouge_l(&[1], &[2]), 0.0);
    }

    #[test]
    fn folding_keeps_words_apart() {
        assert_eq!(fold("\tA  b\u{a0}C\n"), "a b c");
        assert_ne!(fold("ab c"), fold("a bc"));
    }

    proptest! {
        #[test]
        fn rouge_l_is_symmetric_and_bounded(a in prop::collection::vec(0..4_u8, 0..12), b in prop::collection::vec(0..4_u8, 0..12)) {
            let score = rouge_l(&a, &b);
            prop_assert!((0.0..=1.0).contains(&score));
            prop_assert_eq!(score, rouge_l(&b, &a));
            prop_assert_eq!(score == 1.0, a == b && !a.is_empty());
        }
    }
}
