//! One model on held-out prompts.

use crate::{Confidence, Estimate, EvalError, clustered, pass_at_k};
use plaudit_core::Segments;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How often a model is right on a set of prompts. All shares in [0, 1].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccuracySummary {
    /// The number of prompts.
    pub prompts: u64,
    /// The number of samples over all prompts.
    pub samples: u64,
    /// Mean over prompts of the share of right samples (pass@1), with its interval clustered by prompt.
    pub accuracy: Estimate,
    /// Mean over prompts of pass@k, for each k asked for, with its interval.
    pub pass_at: BTreeMap<u64, Estimate>,
}

/// Summarises per-sample correctness: `correct` is flat, one value per sample, cut into prompts by `prompts`; `ks` are the k of
/// pass@k.
///
/// Errors: no prompts, a prompt without samples or with fewer than some k, or columns of different lengths.
///
/// ```
/// use plaudit_core::Segments;
/// use plaudit_eval::{Confidence, summarize};
/// let correct = [true, true, false, false, true, false];
/// let summary = summarize(&correct, &Segments::from_lengths([2, 2, 2]), &[2], Confidence::default()).unwrap();
/// assert_eq!(summary.accuracy.value, 0.5);
/// assert_eq!(summary.pass_at[&2].value, 2.0 / 3.0);
/// ```
pub fn summarize(
    correct: &[bool],
    prompts: &Segments,
    ks: &[u64],
    confidence: Confidence,
) -> Result<AccuracySummary, EvalError> {
    // pass@1 is the accuracy, and asking for it also rules out prompts without samples.
    let estimate = |k: u64| -> Result<Estimate, EvalError> {
        // n samples hold n / k separate draws of k, the independent trials that pass@k can rest on.
        clustered(&shares(correct, prompts, k)?, correct.len() as f64 / k as f64, confidence)
    };
    Ok(AccuracySummary {
        prompts: prompts.len() as u64,
        samples: correct.len() as u64,
        accuracy: estimate(1)?,
        pass_at: ks.iter().map(|k| Ok((*k, estimate(*k)?))).collect::<Result<_, EvalError>>()?,
    })
}

/// The unbiased pass@k of each prompt; with k = 1, the share of its samples that are right. The columns
/// [`crate::compare`] takes. Errors as for [`summarize`].
pub fn shares(correct: &[bool], prompts: &Segments, k: u64) -> Result<Vec<f64>, EvalError> {
    if correct.len() != prompts.total() {
        return Err(EvalError::Shape { outcomes: correct.len(), samples: prompts.total() });
    }
    prompts
        .iter()
        .enumerate()
        .map(|(prompt, range)| {
            let samples = range.len();
            let right = correct[range].iter().filter(|correct| **correct).count() as u64;
            pass_at_k(samples as u64, right, k).ok_or(EvalError::TooFewSamples { k, prompt, samples })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_right_and_all_wrong_keep_an_interval() {
        let prompts = Segments::from_lengths([4; 20]);
        let all = summarize(&[true; 80], &prompts, &[1, 4], Confidence::default()).unwrap();
        // As sure as 20 prompts allow, whatever the number of samples: Wilson of 20/20.
        assert_eq!((all.accuracy.value, all.accuracy.high), (1.0, 1.0));
        assert!((all.accuracy.low - 0.8389).abs() < 5e-5, "{all:?}");
        assert_eq!(all.pass_at[&1], all.accuracy);
        let none = summarize(&[false; 80], &prompts, &[4], Confidence::default()).unwrap();
        assert!(none.accuracy.value == 0.0 && (none.accuracy.high - 0.1611).abs() < 5e-5);
        assert_eq!(none.pass_at[&4].value, 0.0);
    }

    #[test]
    fn prompts_count_the_same_whatever_their_samples() {
        let correct = [true, false, false, false, false, false];
        let summary = summarize(&correct, &Segments::from_lengths([1, 5]), &[], Confidence::default()).unwrap();
        assert_eq!(summary.accuracy.value, 0.5);
        assert_eq!((summary.prompts, summary.samples), (2, 6));
    }

    #[test]
    fn bad_inputs_are_errors() {
        let confidence = Confidence::default();
        let two = Segments::from_lengths([2, 1]);
        assert_eq!(summarize(&[], &Segments::default(), &[], confidence), Err(EvalError::Empty));
        assert_eq!(summarize(&[true], &two, &[], confidence), Err(EvalError::Shape { outcomes: 1, samples: 3 }));
        assert_eq!(
            summarize(&[true; 3], &two, &[2], confidence),
            Err(EvalError::TooFewSamples { k: 2, prompt: 1, samples: 1 })
        );
        assert_eq!(
            summarize(&[true], &Segments::from_lengths([1, 0]), &[], confidence),
            Err(EvalError::TooFewSamples { k: 1, prompt: 1, samples: 0 })
        );
        assert!(shares(&[true], &Segments::from_lengths([1]), 0).is_err());
    }
}
