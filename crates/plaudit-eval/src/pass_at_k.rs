//! pass@k: the chance that at least one of k samples is right.

/// The unbiased estimate of pass@k from `samples` samples of one prompt, `correct` of them right:
///
///   1 - C(samples - correct, k) / C(samples, k) = 1 - prod_{i = samples - correct + 1 .. samples} (1 - k / i)
///
/// Chen et al. 2021, "Evaluating Large Language Models Trained on Code", section 2.1; the product never forms a binomial
/// coefficient, so it neither overflows nor cancels. `None` where the estimate does not exist: `k` is 0, more than
/// `samples`, or `correct` exceeds `samples`. (1 - (1 - correct/samples)^k, often seen instead, is biased downwards.)
///
/// ```
/// // Of 4 samples 1 is right; of the 6 pairs, 3 contain it.
/// let pass_at_2 = plaudit_eval::pass_at_k(4, 1, 2).unwrap();
/// assert!((pass_at_2 - 0.5).abs() < 1e-15);
/// ```
pub fn pass_at_k(samples: u64, correct: u64, k: u64) -> Option<f64> {
    if k == 0 || k > samples || correct > samples {
        return None;
    }
    if samples - correct < k {
        return Some(1.0);
    }
    let none_right: f64 = (samples - correct + 1..=samples).map(|i| 1.0 - k as f64 / i as f64).product();
    Some(1.0 - none_right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// C(n, k) in exact integers, for small n.
    fn choose(n: u128, k: u128) -> u128 {
        (0..k).fold(1, |product, i| product * n.saturating_sub(i) / (i + 1))
    }

    #[test]
    fn ends_and_impossible_inputs() {
        assert_eq!(pass_at_k(8, 0, 8), Some(0.0));
        assert_eq!(pass_at_k(8, 8, 1), Some(1.0));
        assert_eq!(pass_at_k(8, 1, 8), Some(1.0));
        assert_eq!(pass_at_k(8, 3, 9), None);
        assert_eq!(pass_at_k(8, 3, 0), None);
        assert_eq!(pass_at_k(8, 9, 1), None);
        assert_eq!(pass_at_k(0, 0, 1), None);
        // A million samples: the coefficients have thousands of digits, the product has none of that trouble.
        let large = pass_at_k(1_000_000, 10, 100_000).unwrap();
        // Each of the 10 right ones is missed with probability 0.9, nearly independently: 1 - 0.9^10 = 0.65132.
        assert!((large - 0.651_32).abs() < 1e-4, "{large}");
    }

    proptest! {
        #[test]
        fn agrees_with_exact_binomials(samples in 1_u64..40, correct in 0_u64..40, k in 1_u64..40) {
            prop_assume!(correct <= samples && k <= samples);
            let exact = 1.0 - choose((samples - correct).into(), k.into()) as f64 / choose(samples.into(), k.into()) as f64;
            // A product of at most 40 factors, each rounded to 1e-16.
            prop_assert!((pass_at_k(samples, correct, k).unwrap() - exact).abs() < 1e-13);
        }

        #[test]
        fn never_falls_with_k(samples in 2_u64..200, correct in 0_u64..200, k in 1_u64..199) {
            prop_assume!(correct <= samples && k < samples);
            prop_assert!(pass_at_k(samples, correct, k) <= pass_at_k(samples, correct, k + 1));
        }
    }
}
