//! Trusted process score: a learned score of the reasoning, added as far as it agrees with the outcomes, and less as training goes on.
//!
//! ```text
//! mu_c = mean t over the group's correct completions, mu_w = mean t over its wrong ones
//! trust = 1 if mu_c >= mu_w, else exp(mu_c - mu_w)
//! R_i = o_i + trust * weight * exp(-update / decay) * t_i
//! ```
//!
//! o_i is the outcome of completion i, correct from `correct` on; t_i in [0, 1] its process score, the first of the levels.
//! Means are over the scored members of a group.
//!
//! Source: SophiaVL-R1 (arXiv 2505.17018), Trust-GRPO; the guard and the floor are of its released code.
//!
//! Deviations: the released code gives t = 0 to completions with o < 0.2; `floor` does that and is off by default, as in the paper.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Level, Scores, Segments};
//! use plaudit_credit::shape::{ShapeColumns, ShapeConfig, TrustConfig};
//!
//! // A right, a wrong and a wrong answer; the scorer likes the right one better: trust 1.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([0, 0, 0]));
//! let thinking = [Scores::from_options("thinking", Level::Outcome, [0.75, 0.5, 0.0].map(Some))];
//! let mut outcomes = [1.0, 0.0, 0.0].map(Some);
//! let mut columns = ShapeColumns { levels: &thinking, ..ShapeColumns::new(&groups, &samples, &mut [], &mut outcomes) };
//! ShapeConfig::Trust(TrustConfig { weight: 0.5, ..Default::default() }).apply(&mut columns)?;
//! assert_eq!(outcomes, [1.375, 0.25, 0.0].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! With a learned scorer of whole reasoning traces that may be wrong or hacked, beside a checker of outcomes.
//!
//! # Traps
//!
//! Without the guard, a group that is right (or wrong) throughout is trained by the scorer alone. The decay counts training steps, not
//! samples. A completion without a process score is left unscored, also where it has an outcome.

use super::{ShapeColumns, ShapeError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A process score beside the outcome, trusted as far as it ranks right above wrong, and annealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrustConfig {
    /// Weight of the process score at the first training step.
    #[schemars(range(min = 0.0))]
    pub weight: f64,
    /// Training steps until the weight has fallen to 1/e of itself.
    #[schemars(range(min = 1.0))]
    pub decay: f64,
    /// The outcome from which on a completion counts as correct.
    pub correct: f64,
    /// Whether a group that is correct throughout, or wrong throughout, keeps its outcomes as they are.
    pub guard: bool,
    /// Outcomes below this have process score 0.
    pub floor: Option<f64>,
}

impl Default for TrustConfig {
    fn default() -> Self {
        Self { weight: 0.3, decay: 500.0, correct: 0.5, guard: true, floor: None }
    }
}

impl TrustConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) -> Result<(), ShapeError> {
        let Some(process) = columns.levels.first() else {
            return Err(ShapeError::Missing { kind: "trust", column: "levels" });
        };
        let weight = self.weight * (-(columns.update as f64) / self.decay).exp();
        for group in columns.groups.iter() {
            let scores: Vec<Option<(f64, f64)>> = group
                .clone()
                .map(|sample| columns.outcomes[sample].zip(process.get(sample)))
                .map(|pair| pair.map(|(outcome, score)| (outcome, self.floored(outcome, score))))
                .collect();
            let trust = self.trust(&scores);
            for (sample, scores) in group.zip(scores) {
                columns.outcomes[sample] = scores.map(|(outcome, score)| outcome + trust * weight * score);
            }
        }
        Ok(())
    }

    fn floored(&self, outcome: f64, score: f64) -> f64 {
        if self.floor.is_some_and(|floor| outcome < floor) { 0.0 } else { score }
    }

    fn trust(&self, scores: &[Option<(f64, f64)>]) -> f64 {
        let mean = |is_correct: bool| {
            let side = || scores.iter().flatten().filter(|(outcome, _)| (*outcome >= self.correct) == is_correct);
            let count = side().count();
            (count > 0).then(|| side().map(|(_, score)| score).sum::<f64>() / count as f64)
        };
        match mean(true).zip(mean(false)) {
            Some((correct, wrong)) => (correct - wrong).min(0.0).exp(),
            None if self.guard => 0.0,
            None => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ShapeConfig;
    use super::super::tests::{close, some};
    use super::*;
    use plaudit_core::{Level, Scores, Segments};

    fn shaped(config: TrustConfig, outcomes: &[f64], thinking: &[f64], update: u64) -> Vec<Option<f64>> {
        let (groups, samples) =
            (Segments::from_lengths([outcomes.len()]), Segments::from_lengths(outcomes.iter().map(|_| 0)));
        let levels = [Scores::from_options("thinking", Level::Outcome, thinking.iter().copied().map(Some))];
        let mut outcomes = some(outcomes);
        let columns = ShapeColumns::new(&groups, &samples, &mut [], &mut outcomes);
        ShapeConfig::Trust(config).apply(&mut ShapeColumns { levels: &levels, update, ..columns }).unwrap();
        outcomes
    }

    #[test]
    fn sophiavl_trust() {
        let found = |thinking: [f64; 2], update| shaped(TrustConfig::default(), &[1.0, 0.0], &thinking, update);
        close(&found([0.2, 0.8], 0), &[1.0 + 0.3 * (-0.6_f64).exp() * 0.2, 0.3 * (-0.6_f64).exp() * 0.8]);
        let doubted = found([0.2, 0.8], 0);
        assert!((doubted[0].unwrap() - 1.0329287).abs() < 1e-7 && (doubted[1].unwrap() - 0.1317148).abs() < 1e-7);
        // The trust itself, and the annealed weight.
        assert!(((doubted[0].unwrap() - 1.0) / (0.3 * 0.2) - 0.548812).abs() < 1e-6);
        close(&found([0.8, 0.2], 0), &[1.24, 0.06]);
        let late = found([1.0, 0.0], 500);
        assert!((late[0].unwrap() - 1.0 - 0.110364).abs() < 1e-6);
    }

    #[test]
    fn a_uniform_group_is_left_alone() {
        assert_eq!(shaped(TrustConfig::default(), &[1.0, 1.0], &[0.2, 0.8], 0), some(&[1.0, 1.0]));
        let open = TrustConfig { guard: false, ..TrustConfig::default() };
        close(&shaped(open, &[0.0, 0.0], &[0.2, 0.8], 0), &[0.06, 0.24]);
    }

    #[test]
    fn the_floor_drops_scores_of_failures() {
        let config = TrustConfig { floor: Some(0.2), ..TrustConfig::default() };
        close(&shaped(config, &[1.0, 0.0], &[0.2, 0.8], 0), &[1.06, 0.0]);
    }
}
