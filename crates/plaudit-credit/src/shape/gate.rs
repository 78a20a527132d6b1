//! Gated accumulation: scores of lesser importance count only where all the more important ones are good enough.
//!
//! ```text
//! R = o + 1[o > t_0] * (l_1 + 1[l_1 > t_1] * (l_2 + ... + 1[l_n > t_n] * sum_k r_k))
//! ```
//!
//! o is the outcome, l_1 .. l_n are the levels between it and the steps, the most important first (n may be 0), r_k the scores of the
//! steps, t_0 .. t_n the thresholds. The outcome always counts, also where it is negative.
//!
//! Source: "Stabilizing Long-term Multi-turn Reinforcement Learning with Gated Rewards" (G-RA, arXiv 2508.10548).
//!
//! Deviations: none known; the paper's own code was not at hand. A level without a score, or an outcome, leaves the completion unscored.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{GateConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions: failed with many good turns, solved with few, failed with a penalty.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([3, 1, 2]));
//! let (mut steps, mut outcomes) = ([0.25; 6].map(Some), [0.0, 1.0, -1.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Gate(GateConfig::default()).apply(&mut columns)?;
//! assert_eq!(outcomes, [0.0, 1.25, -1.0].map(Some));
//! assert_eq!(steps, [None; 6]);
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! Long interactions with rewards for form (a valid call, a tool that ran), which the policy would otherwise farm.
//!
//! # Traps
//!
//! A threshold that is never passed leaves the dense signal unused; one that is always passed gates nothing. With the default target the
//! steps have been paid out and are unscored: an estimator of steps then has nothing to read.

use super::{ShapeColumns, ShapeError, scored};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Gated accumulation of an outcome, levels below it, and step scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GateConfig {
    /// What the outcome, then each level between it and the steps, has to exceed for lesser scores to count.
    pub thresholds: Vec<f64>,
    /// Where step scores that count are paid.
    pub target: GateTarget,
}

/// Where step scores that pass the gate are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateTarget {
    /// Their sum goes into the outcome, and the steps are left without scores.
    Outcome,
    /// They stay on their steps, and become 0 behind a closed gate.
    Steps,
}

impl Default for GateConfig {
    fn default() -> Self {
        Self { thresholds: vec![0.0], target: GateTarget::Outcome }
    }
}

impl GateConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) -> Result<(), ShapeError> {
        let (found, expected) = (self.thresholds.len(), 1 + columns.levels.len());
        if found != expected {
            return Err(ShapeError::Thresholds { found, expected });
        }
        for (sample, range) in columns.samples.iter().enumerate() {
            let accumulated = self.accumulate(columns, sample);
            columns.outcomes[sample] = accumulated.map(|(reward, is_open)| match self.target {
                GateTarget::Outcome if is_open => {
                    reward + scored(columns.steps, range.clone()).map(|(_, score)| score).sum::<f64>()
                }
                GateTarget::Outcome | GateTarget::Steps => reward,
            });
            for score in columns.steps[range].iter_mut() {
                *score = match (self.target, accumulated) {
                    (GateTarget::Outcome, _) | (_, None) => None,
                    (GateTarget::Steps, Some((_, is_open))) => score.map(|score| if is_open { score } else { 0.0 }),
                };
            }
        }
        Ok(())
    }

    /// The outcome with the levels that count, and whether the steps do; none where a score is missing.
    fn accumulate(&self, columns: &ShapeColumns<'_>, sample: usize) -> Option<(f64, bool)> {
        let mut reward = columns.outcomes[sample]?;
        let mut is_open = reward > self.thresholds[0];
        for (level, threshold) in columns.levels.iter().zip(&self.thresholds[1..]) {
            let score = level.get(sample)?;
            if is_open {
                reward += score;
                is_open = score > *threshold;
            }
        }
        Some((reward, is_open))
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{one, some};
    use super::*;
    use plaudit_core::{Level, Scores, Segments};

    #[test]
    fn gra_prefers_success() {
        let gate = ShapeConfig::Gate(GateConfig::default());
        let gated = |outcome, turns| one(&gate, &some(&vec![0.1; turns]), outcome).1.unwrap();
        assert_eq!(gated(0.0, 20), 0.0);
        assert!((gated(1.0, 5) - 1.5).abs() < 1e-12);
        assert_eq!(gated(-1.0, 20), -1.0);
        // Direct accumulation is a gate that is always open: 2.0, 1.5 and 1.0.
        let open = GateConfig { thresholds: vec![f64::NEG_INFINITY], ..GateConfig::default() };
        let open = ShapeConfig::Gate(open);
        let direct = |outcome, turns| one(&open, &some(&vec![0.1; turns]), outcome).1.unwrap();
        for (outcome, turns, expected) in [(0.0, 20, 2.0), (1.0, 5, 1.5), (-1.0, 20, 1.0)] {
            assert!((direct(outcome, turns) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn levels_nest() {
        // Outcome 1 opens; the middle level opens the steps in the first and closes them in the second.
        let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([1, 1, 1]));
        let middle = [Scores::from_options("middle", Level::Outcome, [Some(0.5), Some(0.25), None])];
        let run = |target, thresholds: &[f64]| {
            let (mut steps, mut outcomes) = ([0.125; 3].map(Some), [1.0; 3].map(Some));
            let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
            columns.levels = &middle;
            let gate = ShapeConfig::Gate(GateConfig { thresholds: thresholds.to_vec(), target });
            gate.apply(&mut columns).map(|()| (steps, outcomes))
        };
        let (steps, outcomes) = run(GateTarget::Outcome, &[0.0, 0.25]).unwrap();
        assert_eq!((steps, outcomes), ([None; 3], [Some(1.625), Some(1.25), None]));
        let (steps, outcomes) = run(GateTarget::Steps, &[0.0, 0.25]).unwrap();
        assert_eq!((steps, outcomes), ([Some(0.125), Some(0.0), None], [Some(1.5), Some(1.25), None]));
        assert_eq!(run(GateTarget::Steps, &[0.0]).unwrap_err(), ShapeError::Thresholds { found: 1, expected: 2 });
    }
}
