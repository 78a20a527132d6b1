//! Turning points: a step is paid by the change it makes, and a step that turns the trend for all that follows from it.
//!
//! ```text
//! d_k = R_k - R_{k-1},  k = 1 .. n          D = o - R_0
//! s_k = sign(d_k) * sign(D)
//! turning point: k > 1 with s_{k-1} < 0 and s_k > 0; k = 1 as `first` says
//! r_k = o - R_{k-1} at a turning point, else d_k
//! ```
//!
//! R_k is the score of step k, the value of the prefix that ends with it (the reward when the rest is done deterministically), R_0 the
//! value before the first step (the start), o the outcome of the trajectory as sampled, all in the unit of the reward.
//!
//! Source: "Alleviating Sparse Rewards by Modeling Step-Wise and Long-Term Sampling Effects in Flow-Based GRPO" (TurningPoint-GRPO), whose
//! released code has all of the options.
//!
//! Deviations: the released code balances by the magnitude of the outcome (or of D); here by that of the reward o - R_{k-1} which the
//! turning point is to get. Options of that code left out: a bonus in addition to d_k, and passing a bonus on to later steps. Unscored
//! steps are passed over.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{ShapeColumns, ShapeConfig, TurningPointConfig};
//!
//! // Three trajectories of two steps, all starting at 0.5. The second step of the first one turns the trend, the first step of the
//! // second one sets it, the third one falls throughout, its first step setting the trend too.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 2, 2]));
//! let (mut steps, mut outcomes) = ([0.25, 0.75, 0.75, 1.0, 0.25, 0.0].map(Some), [1.0, 1.0, 0.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! columns.start = Some(&[0.5; 3]);
//! ShapeConfig::TurningPoint(TurningPointConfig::default()).apply(&mut columns)?;
//! assert_eq!(steps, [-0.25, 0.75, 0.5, 0.25, -0.5, -0.25].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! Where prefixes can be valued cheaply: denoising steps finished by an ODE, text finished greedily.
//!
//! # Traps
//!
//! The rewards of a trajectory no longer sum to D. Values of prefixes are noisy: every zigzag makes a turning point; `consistent` and
//! `balance` keep their number down. Meant to be normalised per step index, not pooled.

use super::{ShapeColumns, ShapeError, scored};
use crate::select::balance_signs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Differences of prefix values, where a step that turns the trend gets the rest of the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TurningPointConfig {
    /// When the first step counts as a turning point.
    pub first: FirstStep,
    /// Whether a later turning point also has to point where the rest goes: sign(d_k) = sign(o - R_k).
    pub consistent: bool,
    /// Whether as many turning points that are to get a positive reward are kept as negative ones: those of the greatest magnitude in the
    /// batch. Where all have one sign, all are kept.
    pub balance: bool,
}

/// When the first step counts as a turning point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FirstStep {
    /// Never.
    Never,
    /// Where it agrees with the trend of the whole: s_1 > 0.
    Agrees,
    /// Where it agrees with the rest of the way: sign(d_1) = sign(o - R_1), neither being 0.
    Continues,
}

impl Default for TurningPointConfig {
    fn default() -> Self {
        Self { first: FirstStep::Agrees, consistent: false, balance: false }
    }
}

/// -1, 0 or 1, unlike `f64::signum`.
fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

impl TurningPointConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) -> Result<(), ShapeError> {
        let Some(start) = columns.start else {
            return Err(ShapeError::Missing { kind: "turning-point", column: "start" });
        };
        // Steps that turn, and what each is to get.
        let (mut turns, mut rests) = (Vec::new(), Vec::new());
        for (sample, range) in columns.samples.iter().enumerate() {
            let Some(outcome) = columns.outcomes[sample] else {
                columns.steps[range].fill(None);
                continue;
            };
            let trend = sign(outcome - start[sample]);
            let mut before = start[sample];
            let mut previous = None;
            for (step, value) in scored(columns.steps, range.clone()) {
                let agrees = sign(value - before) * trend;
                let continues = (value - before) * (outcome - value) > 0.0;
                let is_turn = match previous {
                    None => match self.first {
                        FirstStep::Never => false,
                        FirstStep::Agrees => agrees > 0.0,
                        FirstStep::Continues => continues,
                    },
                    Some(previous) => previous < 0.0 && agrees > 0.0 && (continues || !self.consistent),
                };
                if is_turn {
                    turns.push(step);
                    rests.push(outcome - before);
                }
                (before, previous) = (value, Some(agrees));
            }
            let mut before = start[sample];
            for value in columns.steps[range].iter_mut().flatten() {
                (*value, before) = (*value - before, *value);
            }
        }
        let kept = if self.balance { balance_signs(&rests) } else { (0..turns.len()).collect() };
        for turn in kept {
            columns.steps[turns[turn]] = Some(rests[turn]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{close, some};
    use super::*;
    use plaudit_core::Segments;

    fn shaped(config: TurningPointConfig, start: &[f64], values: &[f64], outcomes: &[f64]) -> Vec<Option<f64>> {
        let samples = Segments::from_lengths(start.iter().map(|_| values.len() / start.len()));
        let groups = Segments::from_lengths([start.len()]);
        let (mut steps, mut outcomes) = (some(values), some(outcomes));
        let columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
        ShapeConfig::TurningPoint(config).apply(&mut ShapeColumns { start: Some(start), ..columns }).unwrap();
        steps
    }

    #[test]
    fn turning_point_grpo() {
        let found = shaped(TurningPointConfig::default(), &[0.5], &[0.4, 0.6, 0.8], &[0.8]);
        close(&found, &[-0.1, 0.4, 0.2]);
    }

    #[test]
    fn the_first_step_follows_its_rule() {
        // Up by 0.25 to 0.75, then down to 0.625, which is the outcome: the first step agrees with the trend, not with the rest.
        let found = |first| {
            let config = TurningPointConfig { first, ..TurningPointConfig::default() };
            shaped(config, &[0.5], &[0.75, 0.625], &[0.625])[0]
        };
        assert_eq!(found(FirstStep::Never), Some(0.25));
        assert_eq!(found(FirstStep::Agrees), Some(0.125));
        assert_eq!(found(FirstStep::Continues), Some(0.25));
    }

    #[test]
    fn a_consistent_turning_point_points_where_the_rest_goes() {
        // Down, far up (beyond the outcome), down: the turn overshoots.
        let found = |consistent| {
            let config = TurningPointConfig { consistent, ..TurningPointConfig::default() };
            shaped(config, &[0.5], &[0.25, 1.0, 0.75], &[0.75])
        };
        close(&found(false), &[-0.25, 0.5, -0.25]);
        close(&found(true), &[-0.25, 0.75, -0.25]);
    }

    #[test]
    fn balanced_turning_points_keep_the_largest() {
        // Two rises (rests 0.5 and 0.75) and one fall (rest -0.5), each after a step against the trend.
        let config = TurningPointConfig { balance: true, ..TurningPointConfig::default() };
        let found = shaped(config, &[0.5; 3], &[0.25, 0.5, 0.25, 0.5, 0.75, 0.5], &[0.75, 1.0, 0.25]);
        close(&found, &[-0.25, 0.25, -0.25, 0.75, 0.25, -0.5]);
    }
}
