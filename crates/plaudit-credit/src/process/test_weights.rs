//! Test weights: partial credit for unit tests, more for rare passes and less for crowds of equally hard tests.
//!
//! ```text
//! rho_j = share of the group's attempts that pass test j
//! N_j = sum_j' exp(-(rho_j - rho_j')^2 / (2 * bandwidth^2))
//! w_j = exp(-difficulty * rho_j) / (N_j + delta)
//! R_attempt = sum_j w_j * [passed j],   R_trajectory = [all passed] * gamma^turns
//! ```
//!
//! Weights depend on the group: the same attempt is worth less where others pass the same tests.
//!
//! Source: "VeRPO: Verifiable Dense Reward Policy Optimization for Code Generation".
//!
//! Deviations: none known; the paper's own code was not at hand, and its values of the settings are not confirmed.
//!
//! # Example
//!
//! ```
//! use plaudit_credit::process::TestWeights;
//!
//! // Three attempts at two tests: the first test passes twice, the second once.
//! let passed = [true, false, true, true, false, false];
//! let weights = TestWeights { difficulty: 0.0, bandwidth: 1e-3, delta: 0.0 }.of(&TestWeights::pass_rates(&passed, 2));
//! assert_eq!(weights, [1.0, 1.0]);
//! assert_eq!(TestWeights::credit(&weights, &passed[2..4]), 2.0);
//! ```
//!
//! # When to use
//!
//! Code with many tests of unequal difficulty, where a plain share of tests passed overpays what is easy.
//!
//! # Traps
//!
//! Scores of different groups are not comparable: centre them within the group, without dividing by a deviation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weights of tests by their difficulty and by the density of tests of the same difficulty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TestWeights {
    /// How fast a weight falls with the share of attempts that pass (alpha).
    #[schemars(range(min = 0.0))]
    pub difficulty: f64,
    /// Within what distance of pass rates tests count as equally hard (sigma).
    #[schemars(range(min = 1e-6))]
    pub bandwidth: f64,
    /// Added to the density.
    #[schemars(range(min = 0.0))]
    pub delta: f64,
}

impl Default for TestWeights {
    fn default() -> Self {
        Self { difficulty: 1.0, bandwidth: 0.25, delta: 0.0 }
    }
}

impl TestWeights {
    /// Per test: the share of attempts that pass it. `passed` has one row of `tests` per attempt.
    ///
    /// # Panics
    /// Where `passed` is empty or not made of whole rows: a mistake of the caller.
    pub fn pass_rates(passed: &[bool], tests: usize) -> Vec<f64> {
        assert!(tests > 0 && !passed.is_empty() && passed.len().is_multiple_of(tests), "rows of tests");
        let attempts = passed.len() / tests;
        let count = |test: usize| passed.iter().skip(test).step_by(tests).filter(|passed| **passed).count();
        (0..tests).map(|test| count(test) as f64 / attempts as f64).collect()
    }

    /// One weight per test, from the pass rates of the group.
    pub fn of(&self, pass_rates: &[f64]) -> Vec<f64> {
        let kernel = |a: f64, b: f64| (-(a - b).powi(2) / (2.0 * self.bandwidth.powi(2))).exp();
        let density = |rate: f64| pass_rates.iter().map(|other| kernel(rate, *other)).sum::<f64>();
        pass_rates.iter().map(|rate| (-self.difficulty * rate).exp() / (density(*rate) + self.delta)).collect()
    }

    /// The weights of the tests that an attempt passed, summed.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn credit(weights: &[f64], passed: &[bool]) -> f64 {
        assert_eq!(weights.len(), passed.len(), "passed");
        weights.iter().zip(passed).filter(|(_, passed)| **passed).map(|(weight, _)| weight).sum()
    }
}

/// The reward of a trajectory: gamma to the number of turns it took where all tests pass, else 0.
///
/// # Panics
/// Where there are no tests, of which all would pass: a mistake of the caller.
pub fn discounted_success(passed: &[bool], gamma: f64, turns: u32) -> f64 {
    assert!(!passed.is_empty(), "passed");
    if passed.iter().all(|passed| *passed) { gamma.powf(f64::from(turns)) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verpo_weights() {
        // Four attempts: three pass the first test, two the second, one the third.
        let passed = [true, true, false, true, true, false, true, false, true, false, false, false];
        let rates = TestWeights::pass_rates(&passed, 3);
        assert_eq!(rates, [0.75, 0.5, 0.25]);
        let weights = TestWeights::default().of(&rates);
        for (found, expected) in weights.iter().zip([0.271184, 0.274069, 0.447107]) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
        let density: Vec<f64> = weights.iter().zip(&rates).map(|(weight, rate)| (-rate).exp() / weight).collect();
        assert!(
            density.iter().zip([1.741866, 2.213061, 1.741866]).all(|(found, expected)| (found - expected).abs() < 1e-6)
        );
        assert!((TestWeights::credit(&weights, &[true, true, false]) - 0.545253).abs() < 1e-6);
        assert!((discounted_success(&[true; 3], 0.9, 2) - 0.81).abs() < 1e-12);
        assert_eq!(discounted_success(&[true, false], 0.9, 2), 0.0);
    }
}
