//! Intervals of proportions.

use crate::{Confidence, Estimate, EvalError, check_finite};

/// The Wilson score interval of `successes` among `trials` independent trials (Wilson 1927; with p = successes / n):
///
///   (p + z^2 / 2n +- z * sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
///
/// It stays inside [0, 1] and keeps a width at 0 and at n successes, where the textbook interval collapses to a point.
/// `None` without trials. Panics where there are more successes than trials, a mistake of the caller.
///
/// ```
/// let accuracy = plaudit_eval::wilson(8, 10, plaudit_eval::Confidence::default()).unwrap();
/// assert!((accuracy.low - 0.4902).abs() < 1e-4 && (accuracy.high - 0.9433).abs() < 1e-4);
/// ```
pub fn wilson(successes: u64, trials: u64, confidence: Confidence) -> Option<Estimate> {
    assert!(successes <= trials, "{successes} successes among {trials} trials");
    (trials > 0).then(|| score_interval(successes as f64 / trials as f64, trials as f64, confidence))
}

/// The mean over prompts of a share in [0, 1] (a prompt's accuracy, its pass@k), each prompt counting the same, with an
/// interval that treats a prompt's samples as one cluster: Wilson's, at the effective number of trials
///
///   n = p (1 - p) / (s^2 / prompts)        with s^2 = sum (share - p)^2 / prompts
///
/// after Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts
/// estimated from survey data". With one sample per prompt n is the number of prompts and the interval is Wilson's own.
/// n is never less than the number of prompts (the spread of values in [0, 1] is at most p (1 - p)), which is also what is
/// used where every prompt has share 0 or every prompt 1. It is never taken to be more than `most_trials`, the number of
/// independent trials behind the shares. (Deviation: the paper's factor for few clusters, t over normal quantile, is left out;
/// with 20 prompts or more it widens the interval by less than 7 %.)
///
/// Errors: no prompts, or a share that is not a number in [0, 1].
pub fn clustered(shares: &[f64], most_trials: f64, confidence: Confidence) -> Result<Estimate, EvalError> {
    check_finite(shares)?;
    if let Some(item) = shares.iter().position(|share| !(0.0..=1.0).contains(share)) {
        return Err(EvalError::NotAShare { item, value: shares[item] });
    }
    if shares.is_empty() {
        return Err(EvalError::Empty);
    }
    let prompts = shares.len() as f64;
    let mean = (shares.iter().sum::<f64>() / prompts).clamp(0.0, 1.0);
    let variance_of_mean = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / prompts / prompts;
    let binomial = mean * (1.0 - mean);
    let trials = if binomial > 0.0 { binomial / variance_of_mean } else { prompts };
    Ok(score_interval(mean, trials.min(most_trials).max(prompts), confidence))
}

/// Wilson's interval of a proportion with a number of trials that need not be whole.
fn score_interval(p: f64, trials: f64, confidence: Confidence) -> Estimate {
    let z = confidence.normal_quantile();
    let shrink = 1.0 + z * z / trials;
    let centre = (p + z * z / (2.0 * trials)) / shrink;
    let half = z * (p * (1.0 - p) / trials + z * z / (4.0 * trials * trials)).sqrt() / shrink;
    // In exact arithmetic low <= p <= high, with equality at 0 and 1; rounding must not say otherwise.
    Estimate { value: p, low: (centre - half).clamp(0.0, p), high: (centre + half).clamp(p, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Stream;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        // 81/263, Newcombe 1998, "Two-sided confidence intervals for the single proportion", method 3.
        let estimate = wilson(81, 263, Confidence::default()).unwrap();
        assert!((estimate.low - 0.2553).abs() < 5e-5 && (estimate.high - 0.3662).abs() < 5e-5, "{estimate:?}");
        // 0/20, same table: 0 to 0.1611; and its mirror image.
        let none = wilson(0, 20, Confidence::default()).unwrap();
        let all = wilson(20, 20, Confidence::default()).unwrap();
        assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 5e-5, "{none:?}");
        assert!(all.high == 1.0 && (all.low - 0.8389).abs() < 5e-5, "{all:?}");
        assert_eq!(wilson(0, 0, Confidence::default()), None);
    }

    #[test]
    fn a_cluster_counts_as_far_as_its_samples_differ() {
        let confidence = Confidence::default();
        let width = |estimate: Estimate| estimate.high - estimate.low;
        // Prompts always or never solved: eight samples each say no more than one.
        let alike = clustered(&[1.0, 0.0, 1.0, 0.0], 32.0, confidence).unwrap();
        assert!((width(alike) - width(wilson(2, 4, confidence).unwrap())).abs() < 1e-12);
        // Every prompt solved half of the time: as good as 32 independent trials, and no better.
        let mixed = clustered(&[0.5; 4], 32.0, confidence).unwrap();
        assert!((width(mixed) - width(wilson(16, 32, confidence).unwrap())).abs() < 1e-12);
    }

    #[test]
    fn bad_shares_are_errors() {
        let confidence = Confidence::default();
        assert_eq!(clustered(&[], 0.0, confidence), Err(EvalError::Empty));
        assert_eq!(clustered(&[0.5, 1.5], 2.0, confidence), Err(EvalError::NotAShare { item: 1, value: 1.5 }));
        assert_eq!(clustered(&[f64::NAN], 2.0, confidence), Err(EvalError::NotFinite { item: 0 }));
    }

    #[test]
    fn the_clustered_interval_covers() {
        // 40 prompts whose difficulty varies from hopeless to easy (mean 0.5), 8 samples each.
        let (mut covered, runs) = (0, 1000);
        for run in 0..runs {
            let mut stream = Stream::new(1, "coverage", run, 0);
            let shares: Vec<f64> = (0..40)
                .map(|_| {
                    let difficulty = stream.uniform();
                    (0..8).filter(|_| stream.chance(difficulty)).count() as f64 / 8.0
                })
                .collect();
            covered += u32::from(clustered(&shares, 320.0, Confidence::default()).unwrap().contains(0.5));
        }
        // 950 expected; standard deviation 7. Counting all 320 samples as independent covers some 700.
        assert!((925..=975).contains(&covered), "{covered} of {runs}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_value_and_stays_in_range(shares in prop::collection::vec(0.0_f64..=1.0, 1..50)) {
            let estimate = clustered(&shares, shares.len() as f64 * 4.0, Confidence::default()).unwrap();
            prop_assert!(0.0 <= estimate.low && estimate.high <= 1.0);
            prop_assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
        }

        #[test]
        fn one_sample_per_prompt_is_wilson(outcomes in prop::collection::vec(any::<bool>(), 1..80)) {
            let shares: Vec<f64> = outcomes.iter().map(|outcome| f64::from(u8::from(*outcome))).collect();
            let successes = outcomes.iter().filter(|outcome| **outcome).count() as u64;
            let plain = wilson(successes, outcomes.len() as u64, Confidence::default()).unwrap();
            let ours = clustered(&shares, shares.len() as f64, Confidence::default()).unwrap();
            prop_assert!((plain.low - ours.low).abs() < 1e-12 && (plain.high - ours.high).abs() < 1e-12);
        }
    }
}
