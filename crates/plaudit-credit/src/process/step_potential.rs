//! Step potential: how right and how sure a model is of its answer when it is asked after a step.
//!
//! ```text
//! acc  = exp(mean_j logp_j),   conf = exp(-mean_j H_j)      averaged over probes; or, `outside`:
//! acc  = exp(sum_j logp_j)/n,  conf = exp(-sum_j H_j)/n     n: tokens of the answer
//! phi  = 1.5 * acc * conf + 0.5 * acc - conf
//! ```
//!
//! logp_j is the log-probability (nats) of token j of the reference answer in a probe, H_j the entropy (nats) there. phi lies in
//! [-1, 1]: 1 for sure and right, -1 for sure and wrong, 0 for unsure and wrong. It is the step score that `step-potential` credit reads.
//!
//! Source: "Step Potential Advantage Estimation: Harnessing Intermediate Confidence and Correctness for Efficient Mathematical Reasoning"
//! (SPAE).
//!
//! Deviations: the released example of a probe divides outside of the exponential (`Average::Outside`); then no answer of two tokens can be
//! right with certainty, while the paper's range wants 1. For answers of one token both agree.
//!
//! # Example
//!
//! ```
//! use plaudit_credit::process::{saturation, step_potential};
//!
//! // Three steps: unsure and wrong, half right, sure and right.
//! let phi = [step_potential(0.0, 0.0), step_potential(0.5, 0.5), step_potential(1.0, 1.0)];
//! assert_eq!(phi, [0.0, 0.125, 1.0]);
//! assert_eq!(saturation(&phi.map(Some), 0.9), Some(2));
//! ```
//!
//! # When to use
//!
//! To find where an answer was first reached, and to reward the steps that led there.
//!
//! # Traps
//!
//! A token missing from a truncated list of candidates needs a stand-in log-probability (the paper takes -10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the length of the answer is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Average {
    /// In the exponent: geometric means, which are 1 where every token is certain.
    Inside,
    /// After the exponential, as in the released example.
    Outside,
}

/// Accuracy and confidence of probes: log-probabilities of the reference answer's tokens, and the entropies there, probe by probe. None
/// where there is no probe or one without tokens.
///
/// # Panics
/// Where a probe has not one entropy per log-probability: a mistake of the caller.
pub fn probe(probes: &[(&[f64], &[f64])], average: Average) -> Option<(f64, f64)> {
    let (mut accuracy, mut confidence) = (0.0, 0.0);
    for (logp, entropy) in probes {
        assert_eq!(logp.len(), entropy.len(), "entropy");
        accuracy += averaged(logp.iter().sum(), logp.len(), average)?;
        confidence += averaged(-entropy.iter().sum::<f64>(), entropy.len(), average)?;
    }
    let count = probes.len() as f64;
    (!probes.is_empty()).then(|| (accuracy / count, confidence / count))
}

fn averaged(sum: f64, count: usize, average: Average) -> Option<f64> {
    let divisor = count as f64;
    (count > 0).then(|| match average {
        Average::Inside => (sum / divisor).exp(),
        Average::Outside => sum.exp() / divisor,
    })
}

/// The potential of an accuracy and a confidence, both in [0, 1].
pub fn step_potential(accuracy: f64, confidence: f64) -> f64 {
    1.5 * accuracy * confidence + 0.5 * accuracy - confidence
}

/// The first step whose potential exceeds the threshold, from 0; the steps behind it only check.
pub fn saturation(potentials: &[Option<f64>], threshold: f64) -> Option<usize> {
    potentials.iter().position(|potential| potential.is_some_and(|potential| potential > threshold))
}

/// Whether an answer that turned out wrong had been reached before.
pub fn right_to_wrong(potentials: &[Option<f64>], threshold: f64, is_correct: bool) -> bool {
    !is_correct && saturation(potentials, threshold).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spae_potentials() {
        assert_eq!(step_potential(1.0, 1.0), 1.0);
        assert_eq!(step_potential(0.0, 1.0), -1.0);
        assert!((step_potential(0.5, 0.8) - 0.05).abs() < 1e-12);
        assert_eq!(step_potential(0.0, 0.0), 0.0);
        let potentials = [0.1, 0.6, 0.95, 0.9].map(Some);
        assert_eq!(saturation(&potentials, 0.9), Some(2));
        assert!(right_to_wrong(&potentials, 0.9, false) && !right_to_wrong(&potentials, 0.9, true));
    }

    #[test]
    fn probes_are_averaged() {
        let half = 0.5_f64.ln();
        let probes: [(&[f64], &[f64]); 2] = [(&[half, half], &[0.0, 0.0]), (&[0.0], &[-half])];
        let (accuracy, confidence) = probe(&probes, Average::Inside).unwrap();
        assert!((accuracy - 0.75).abs() < 1e-12 && (confidence - 0.75).abs() < 1e-12);
        // (1/4 / 2 + 1)/2 and (1/2 + 1/2)/2.
        let (accuracy, confidence) = probe(&probes, Average::Outside).unwrap();
        assert!((accuracy - 0.5625).abs() < 1e-12 && (confidence - 0.5).abs() < 1e-12);
        assert_eq!(probe(&[], Average::Inside), None);
        assert_eq!(probe(&[(&[], &[])], Average::Inside), None);
    }

    proptest! {
        #[test]
        fn potentials_lie_between_the_extremes(accuracy in 0.0..=1.0_f64, confidence in 0.0..=1.0_f64) {
            prop_assert!((-1.0..=1.0).contains(&step_potential(accuracy, confidence)));
        }
    }
}
