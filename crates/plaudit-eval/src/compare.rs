//! Two models on the same prompts.

use crate::{Bootstrap, Estimate, EvalError, check_finite};
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

/// What the prompts say about two models.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Mean over prompts of the second model's value minus the first's, with a bootstrap interval over prompts.
    pub difference: Estimate,
    /// Prompts on which the second model does better.
    pub better: u64,
    /// Prompts on which the second model does worse.
    pub worse: u64,
    /// Prompts on which they do equally well.
    pub tied: u64,
    /// The two-sided exact p-value of [`sign_test`]: how likely so one-sided a split of the untied prompts is between
    /// models that are equally likely to win a prompt.
    pub p_value: f64,
}

/// Compares two models by one value per prompt (accuracy, reward), in the same order of prompts. With one sample per prompt the
/// test is McNemar's exact test.
///
/// Errors: different numbers of prompts, none, values that are not finite, or a bootstrap without resamples
/// ([`EvalError::Empty`]).
pub fn compare(before: &[f64], after: &[f64], bootstrap: &Bootstrap) -> Result<Comparison, EvalError> {
    if before.len() != after.len() {
        return Err(EvalError::Unpaired { before: before.len(), after: after.len() });
    }
    check_finite(before)?;
    check_finite(after)?;
    let differences: Vec<f64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
    let difference = bootstrap
        .interval(differences.len(), |prompts| {
            prompts.iter().map(|prompt| differences[*prompt]).sum::<f64>() / prompts.len() as f64
        })
        .ok_or(EvalError::Empty)?;
    let count = |test: fn(f64) -> bool| differences.iter().filter(|difference| test(**difference)).count() as u64;
    let (better, worse, tied) = (count(|d| d > 0.0), count(|d| d < 0.0), count(|d| d == 0.0));
    Ok(Comparison { difference, better, worse, tied, p_value: sign_test(better, worse) })
}

/// The exact two-sided sign test of `better` wins against `worse` losses (ties left out):
///
///   p = min(1, 2 * sum_{i = 0 .. min(better, worse)} C(n, i) / 2^n)        with n = better + worse
///
/// With one binary outcome per prompt this is McNemar's test in its exact form (McNemar 1947). 1 where there is nothing to count.
///
/// ```
/// // 9 prompts gained and 1 lost: 2 * (1 + 10) / 1024.
/// assert!((plaudit_eval::sign_test(9, 1) - 0.021484375).abs() < 1e-12);
/// ```
pub fn sign_test(better: u64, worse: u64) -> f64 {
    let (n, fewer) = (better + worse, better.min(worse));
    // From the largest term, C(n, fewer) / 2^n, downwards: the smaller ones may underflow without harm.
    let log_choose = ln_gamma(n as f64 + 1.0) - ln_gamma(fewer as f64 + 1.0) - ln_gamma((n - fewer) as f64 + 1.0);
    let mut term = (log_choose - n as f64 * std::f64::consts::LN_2).exp();
    let mut tail = 0.0;
    for i in (0..=fewer).rev() {
        tail += term;
        term *= i as f64 / (n - i + 1) as f64;
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Stream;

    #[test]
    fn the_sign_test_is_the_binomial_tail() {
        // 2 * P(X <= 5) for X ~ Binomial(20, 1/2) is 2 * 21700 / 2^20.
        assert!((sign_test(5, 15) - 2.0 * 21_700.0 / 1_048_576.0).abs() < 1e-12);
        assert_eq!(sign_test(15, 5), sign_test(5, 15));
        assert_eq!(sign_test(0, 0), 1.0);
        assert_eq!(sign_test(4, 4), 1.0);
        assert!((sign_test(0, 6) - 2.0 / 64.0).abs() < 1e-12);
        // Normal approximation with continuity correction: z = (1100 - 0.5 - 1000) / sqrt(500) = 4.450, p = 8.6e-6.
        let large = sign_test(1100, 900);
        assert!((large - 8.6e-6).abs() < 2e-7, "{large}");
    }

    #[test]
    fn a_clear_gain_and_its_counts() {
        let before: Vec<f64> = (0..40).map(|prompt| f64::from(u8::from(prompt < 10))).collect();
        let after: Vec<f64> = (0..40).map(|prompt| f64::from(u8::from((2..30).contains(&prompt)))).collect();
        let comparison = compare(&before, &after, &Bootstrap::default()).unwrap();
        assert_eq!((comparison.better, comparison.worse, comparison.tied), (20, 2, 18));
        assert!((comparison.difference.value - 0.45).abs() < 1e-12);
        assert!(comparison.difference.low > 0.2 && comparison.difference.high < 0.65, "{comparison:?}");
        assert!(comparison.p_value < 1e-3);
    }

    #[test]
    fn pairing_narrows_the_interval() {
        // Prompts differ much, the models little: unpaired, the difference would drown.
        let before: Vec<f64> = (0..60).map(|prompt| f64::from(prompt % 10) / 10.0).collect();
        let mut stream = Stream::new(3, "pairs", 0, 0);
        let after: Vec<f64> = before.iter().map(|value| value + 0.02 + 0.01 * stream.normal()).collect();
        let difference = compare(&before, &after, &Bootstrap::default()).unwrap().difference;
        assert!(difference.low > 0.01 && difference.high < 0.03, "{difference:?}");
    }

    #[test]
    fn no_difference_is_found_where_there_is_none() {
        // Equal models: the interval misses 0 in about 5 of 100 runs (standard deviation 2.2).
        let bootstrap = Bootstrap { resamples: 300, ..Bootstrap::default() };
        let misses = (0..100)
            .filter(|run| {
                let mut stream = Stream::new(4, "null", *run, 0);
                let mut draw = || (0..40).map(|_| f64::from(u8::from(stream.chance(0.4)))).collect::<Vec<f64>>();
                let (before, after) = (draw(), draw());
                !compare(&before, &after, &bootstrap).unwrap().difference.contains(0.0)
            })
            .count();
        assert!(misses <= 12, "{misses}");
    }

    #[test]
    fn bad_inputs_are_errors() {
        let bootstrap = Bootstrap::default();
        assert_eq!(compare(&[1.0], &[], &bootstrap), Err(EvalError::Unpaired { before: 1, after: 0 }));
        assert_eq!(compare(&[], &[], &bootstrap), Err(EvalError::Empty));
        assert_eq!(compare(&[1.0], &[f64::NAN], &bootstrap), Err(EvalError::NotFinite { item: 0 }));
    }
}
