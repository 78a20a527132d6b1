//! Step credit: the outcome's advantage and the steps' own, each compared with its like, then added.
//!
//! ```text
//! A_{i,k} = outcome.weight * A_i + step.weight * S_{i,k}
//!
//! A_i:     outcome of sample i, or the sum of its step scores, compared within its group (`outcome.compare`)
//! S_{i,k}: accumulate = never       compare(r_{i,k})
//!          accumulate = after       G of compare(r_{i,.}),   G_k = x_k + gamma * G_{k+1}
//!          accumulate = before      compare(G of r_{i,.})
//! ```
//!
//! r_{i,k} is the score of step k of sample i (any unit), compared with the scores in its scope (`step.compare`, in which "group" stands
//! for the scope). The advantage of a step lies on its unmasked tokens. The parameters span the step credit of several papers:
//!
//! | method | outcome | step |
//! |---|---|---|
//! | iStar / OPRL | weight 1, z-score | scope = group, z-score, weight 1 |
//! | IGPO | weight 0 | scope = group, z-score, accumulate = after, gamma 1; the outcome is the last step's score |
//! | IGPO, released code | weight 0 | scope = index, centred, accumulate = before |
//! | MatchTIR | weight 1/2, of = step-sum, z-score | scope = index, z-score, accumulate = before, gamma 0.9, weight 1/2, singleton = raw |
//! | VeRPO | weight 1, centred | scope = group, centred, weight beta |
//! | TurningPoint-GRPO | weight 0 | scope = index, z-score, on scores of the `turning-point` shape |
//!
//! Source: "Online Process Reward Learning for Agentic Reinforcement Learning" (iStar), IGPO (arXiv 2510.14967), MatchTIR, VeRPO,
//! TurningPoint-GRPO.
//!
//! Deviations: an unscored step is as good as absent: it is in no statistic, a return passes over it without a discount, and its tokens
//! carry the outcome's part alone. A sample without an outcome is left out altogether, unless the outcome's weight is 0. A scope whose
//! scores are all equal gives exactly 0. IGPO's released code centres per token position and its returns end at the first token the
//! environment wrote; here positions are steps and returns run to the end.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments, Steps};
//! use plaudit_credit::{CreditConfig, GroupConfig, Scale, StepsConfig};
//!
//! // Three answers to one prompt, of two, one and one steps of one token each.
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let tokens = Segments::from_lengths([1; 4]);
//! let steps = Steps { tokens: &tokens, samples: &samples, scores: &[1.0, 0.0, 0.5, 0.5], scored: &[true; 4], key: None };
//! let columns = CreditColumns::<f64> {
//!     steps: Some(steps),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, 0.5, 0.0], &[true; 3])
//! };
//! // Both parts centred: outcomes [1/2, 0, -1/2], steps [1/2, -1/2, 0, 0].
//! let mut config = StepsConfig::default();
//! config.outcome.compare.scale = Scale::None;
//! config.step.compare.scale = Scale::None;
//! let mut advantage = [0.0; 4];
//! CreditConfig::Steps(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [1.0, 0.0, 0.0, -0.5]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! With scores of steps or turns beside (or in place of) an outcome. Mixing at the level of advantages keeps either part's scale under
//! control; mixing scores beforehand does not.
//!
//! # Traps
//!
//! Scores at the same ordinal are compared with few others: use `singleton` with thought, and expect noise at the tail of long samples.
//! Normalising before accumulating makes early steps of long samples large. An outcome that is also the last step's score counts twice.

use crate::broadcast::{broadcast, written};
use crate::normalise::{Cells, Items};
use crate::step_columns::{checked_steps, per_step};
use crate::{Centre, CreditError, CreditNeeds, Estimator, GroupConfig, Normalisation};
use plaudit_core::{Advantages, CreditColumns, Real, Steps};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Step credit, outcome.weight * outcome advantage + step.weight * step advantage. The defaults are iStar's: both z-scored in the group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StepsConfig {
    /// The part that all steps of a sample share.
    pub outcome: OutcomePart,
    /// The part of each step.
    pub step: StepPart,
}

/// The part of step credit that all steps of a sample share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomePart {
    /// Its weight; with 0 the scores of whole completions are not read.
    pub weight: f64,
    /// What is compared.
    pub of: OutcomeOf,
    /// How it is compared with the other samples.
    pub compare: GroupConfig,
}

/// What stands for a whole completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeOf {
    /// Its score.
    Score,
    /// The sum of its step scores; a completion without a scored step has none.
    StepSum,
}

/// The part of step credit that is each step's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StepPart {
    /// Its weight.
    pub weight: f64,
    /// What a step is compared with.
    pub scope: StepScope,
    /// How it is compared; what is said there of a group holds for the scope, and a baseline made elsewhere is the sample's.
    pub compare: Normalisation,
    /// Whether a step is also credited with what follows, and if so, when the sum is taken.
    pub accumulate: Accumulate,
    /// Discount per scored step of that sum.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub gamma: f64,
}

/// The steps that a step is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepScope {
    /// All steps of all samples of the group.
    Group,
    /// The steps of the same ordinal in the group: first steps with first steps.
    Index,
    /// The steps of the same sample.
    Sample,
    /// All steps of the batch.
    Batch,
}

/// When the discounted sum over the following steps is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Accumulate {
    /// Not at all: a step has its own score.
    Never,
    /// After comparing: of advantages.
    After,
    /// Before comparing: of scores.
    Before,
}

impl Default for OutcomePart {
    fn default() -> Self {
        Self { weight: 1.0, of: OutcomeOf::Score, compare: GroupConfig::default() }
    }
}

impl Default for StepPart {
    fn default() -> Self {
        Self {
            weight: 1.0,
            scope: StepScope::Group,
            compare: Normalisation::default(),
            accumulate: Accumulate::Never,
            gamma: 1.0,
        }
    }
}

impl<R: Real> Estimator<R> for StepsConfig {
    fn needs(&self) -> CreditNeeds {
        let outcome = if self.outcome.weight == 0.0 {
            CreditNeeds::default()
        } else {
            Estimator::<R>::needs(&self.outcome.compare)
        };
        let baseline = matches!(self.step.compare.centre, Centre::Greedy | Centre::Running);
        CreditNeeds { steps: true, baseline: baseline || outcome.baseline, ..outcome }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let steps = checked_steps(columns)?;
        let (shared, counted) = self.outcome.advantages(columns, &steps)?;
        let mut advantages = self.step.advantages(columns, &steps, &counted)?;
        for (range, (shared, is_counted)) in steps.samples.iter().zip(shared.iter().zip(counted)) {
            for advantage in &mut advantages[range] {
                *advantage =
                    if is_counted { self.outcome.weight * shared + self.step.weight * *advantage } else { 0.0 };
            }
        }
        broadcast(&advantages, steps.tokens, columns.mask, out)
    }
}

impl OutcomePart {
    /// One advantage per sample, and whether the sample takes part.
    fn advantages<R: Real>(
        &self,
        columns: &CreditColumns<'_, R>,
        steps: &Steps<'_>,
    ) -> Result<(Vec<f64>, Vec<bool>), CreditError> {
        if self.weight == 0.0 {
            return Ok((vec![0.0; columns.samples.len()], vec![true; columns.samples.len()]));
        }
        let step_sum = |range: Range<usize>| {
            let scored = || range.clone().filter(|&step| steps.scored[step]);
            (scored().map(|step| steps.scores[step]).sum::<f64>(), scored().next().is_some())
        };
        let (scores, counted): (Vec<f64>, Vec<bool>) = match self.of {
            OutcomeOf::Score => (columns.scores.to_vec(), columns.scored.to_vec()),
            OutcomeOf::StepSum => steps.samples.iter().map(step_sum).unzip(),
        };
        let advantages = self.compare.per_sample(&CreditColumns { scores: &scores, scored: &counted, ..*columns })?;
        Ok((advantages, counted))
    }
}

impl StepPart {
    /// One advantage per step; 0 for unscored steps and those of samples that are not `counted`.
    fn advantages<R: Real>(
        &self,
        columns: &CreditColumns<'_, R>,
        steps: &Steps<'_>,
        counted: &[bool],
    ) -> Result<Vec<f64>, CreditError> {
        let mut scored = per_step(steps.samples, counted);
        scored.iter_mut().zip(steps.scored).for_each(|(is_counted, is_scored)| *is_counted &= is_scored);
        let mut values = steps.scores.to_vec();
        if self.accumulate == Accumulate::Before {
            self.accumulate(&mut values, &scored, steps);
        }
        let lengths = match self.compare.centre {
            Centre::LengthWeighted => written(&CreditColumns::<R> { samples: steps.tokens, ..*columns }),
            _ => Vec::new(),
        };
        let baseline = columns.baseline.map(|baseline| per_step(steps.samples, baseline)).unwrap_or_default();
        let items = Items { values: &values, scored: &scored, weights: &lengths, baseline: &baseline };
        let mut advantages = vec![0.0; values.len()];
        self.compare.apply(&items, &Cells::named(&self.scope.cells(columns, steps)), &mut advantages)?;
        if self.accumulate == Accumulate::After {
            self.accumulate(&mut advantages, &scored, steps);
        }
        Ok(advantages)
    }

    fn accumulate(&self, values: &mut [f64], scored: &[bool], steps: &Steps<'_>) {
        for range in steps.samples.iter() {
            let mut rest = 0.0;
            for step in range.rev().filter(|&step| scored[step]) {
                rest = values[step] + self.gamma * rest;
                values[step] = rest;
            }
        }
    }
}

impl StepScope {
    /// The cell of each step.
    fn cells<R: Real>(self, columns: &CreditColumns<'_, R>, steps: &Steps<'_>) -> Vec<usize> {
        let mut cells = vec![0; steps.tokens.len()];
        for group in columns.groups.iter().filter(|group| !group.is_empty()) {
            let first = steps.samples.range(group.start).start;
            for sample in group {
                for (ordinal, step) in steps.samples.range(sample).enumerate() {
                    cells[step] = match self {
                        Self::Group => first,
                        // No sample has more steps than its group, so these stay below the next group's first.
                        Self::Index => first + ordinal,
                        Self::Sample => step - ordinal,
                        Self::Batch => 0,
                    };
                }
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_columns::tests::{close, credit, some};
    use crate::{CreditConfig, Scale, Singleton};
    use plaudit_core::Segments;
    use proptest::prelude::*;

    fn centred() -> Normalisation {
        Normalisation { scale: Scale::None, ..Normalisation::default() }
    }

    fn population() -> Normalisation {
        Normalisation { ddof: 0, eps: 0.0, ..Normalisation::default() }
    }

    fn raw() -> Normalisation {
        Normalisation { centre: Centre::None, ..centred() }
    }

    fn outcome(rules: Normalisation) -> OutcomePart {
        let Normalisation { scale, ddof, eps, .. } = rules;
        OutcomePart { compare: GroupConfig { scale, ddof, eps, ..GroupConfig::default() }, ..OutcomePart::default() }
    }

    fn no_outcome() -> OutcomePart {
        OutcomePart { weight: 0.0, ..OutcomePart::default() }
    }

    fn advantages(config: StepsConfig, outcomes: &[Option<f64>], steps: &[&[Option<f64>]]) -> Vec<f64> {
        credit(&CreditConfig::Steps(config), outcomes, steps, None, None).unwrap()
    }

    #[test]
    fn istar_adds_pooled_step_advantages() {
        let config = StepsConfig {
            outcome: outcome(population()),
            step: StepPart { compare: population(), ..StepPart::default() },
        };
        let steps = [&some(&[0.1, -0.05])[..], &some(&[0.0, 0.15])];
        let found = advantages(config.clone(), &some(&[1.0, 0.0]), &steps);
        close(&found, &[1.632456, -0.264911, -1.632456, 0.264911]);
        let step_only = StepsConfig { outcome: no_outcome(), ..config };
        // Centred, the first step is 0.05 above the mean: the rest of the way is the deviation.
        let unscaled = StepPart { compare: centred(), ..StepPart::default() };
        let lead = advantages(StepsConfig { step: unscaled, ..step_only.clone() }, &some(&[1.0, 0.0]), &steps)[0];
        close(&[lead, lead / 0.632456], &[0.05, 0.0790569]);
        close(&advantages(step_only, &some(&[1.0, 0.0]), &steps), &[0.632456, -1.264911, -0.632456, 1.264911]);
    }

    #[test]
    fn igpo_returns_over_turns() {
        let returns = |gamma| {
            let step = StepPart { compare: raw(), accumulate: Accumulate::After, gamma, ..StepPart::default() };
            advantages(StepsConfig { outcome: no_outcome(), step }, &[None], &[&some(&[0.4, 0.4, 1.0])])
        };
        close(&returns(1.0), &[1.8, 1.4, 1.0]);
        close(&returns(0.5), &[0.85, 0.9, 1.0]);
    }

    #[test]
    fn igpo_normalises_then_accumulates() {
        // Scores 1, 0 and 0, 1: z-scores of 1 and -1 (population), summed to the end.
        let step = StepPart { compare: population(), accumulate: Accumulate::After, gamma: 0.5, ..StepPart::default() };
        let steps = [&some(&[1.0, 0.0])[..], &some(&[0.0, 1.0])];
        let config = StepsConfig { outcome: no_outcome(), step };
        close(&advantages(config.clone(), &[None, None], &steps), &[0.5, -1.0, -0.5, 1.0]);
        // The released code: returns 1, 0 and 0.5, 1, centred per ordinal.
        let released = StepPart {
            scope: StepScope::Index,
            compare: centred(),
            accumulate: Accumulate::Before,
            ..config.step.clone()
        };
        let config = StepsConfig { step: released, ..config };
        close(&advantages(config, &[None, None], &steps), &[0.25, -0.5, -0.25, 0.5]);
    }

    #[test]
    fn matchtir_averages_both_levels() {
        let match_tir = StepsConfig {
            outcome: OutcomePart { weight: 0.5, of: OutcomeOf::StepSum, compare: GroupConfig::default() },
            step: StepPart {
                weight: 0.5,
                scope: StepScope::Index,
                compare: Normalisation { singleton: Singleton::Raw, ..Normalisation::default() },
                accumulate: Accumulate::Before,
                gamma: 0.9,
            },
        };
        let returns = StepPart { weight: 1.0, compare: raw(), ..match_tir.step.clone() };
        let returns = StepsConfig { outcome: no_outcome(), step: returns };
        close(&advantages(returns, &[None], &[&some(&[1.0, 0.0, 1.0])]), &[1.81, 0.9, 1.0]);
        // Sums 2 and 0: +-1/sqrt(2). First turns 1.81 and 0, second turns 0.9 and 0: the same. The third turn is alone: its return 1.
        let unit = 0.5_f64.sqrt();
        let found = advantages(match_tir, &[None, None], &[&some(&[1.0, 0.0, 1.0]), &some(&[0.0, 0.0])]);
        let expected = [unit, unit, 0.5 * (unit + 1.0), -unit, -unit];
        // The deviations are about 1, so that eps = 1e-6 moves advantages by about 1e-6.
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 2e-6), "{found:?}");
    }

    #[test]
    fn verpo_centres_both_parts() {
        // Outcomes 0.81 and 0, turns of the first 0.5 and 1, of the second 0 and 0.5: mean 0.5.
        let config = StepsConfig {
            outcome: outcome(centred()),
            step: StepPart { weight: 0.5, compare: centred(), ..StepPart::default() },
        };
        let found = advantages(config, &some(&[0.81, 0.0]), &[&some(&[0.5, 1.0]), &some(&[0.0, 0.5])]);
        close(&found, &[0.405, 0.655, -0.655, -0.405]);
    }

    #[test]
    fn turning_point_compares_per_step_index() {
        let step = StepPart { scope: StepScope::Index, compare: population(), ..StepPart::default() };
        let config = StepsConfig { outcome: no_outcome(), step };
        let found = advantages(config, &[None, None], &[&some(&[-0.1, 0.4, 0.2]), &some(&[0.1, 0.2, 0.2])]);
        close(&found, &[-1.0, 1.0, 0.0, 1.0, -1.0, 0.0]);
    }

    #[test]
    fn the_scope_decides_what_a_step_is_compared_with() {
        let found = |scope| {
            let step = StepPart { scope, compare: centred(), ..StepPart::default() };
            advantages(StepsConfig { outcome: no_outcome(), step }, &[None, None], &[&some(&[1.0, 2.0]), &some(&[5.0])])
        };
        close(&found(StepScope::Sample), &[-0.5, 0.5, 0.0]);
        close(&found(StepScope::Index), &[-2.0, 0.0, 2.0]);
        close(&found(StepScope::Group), &[-5.0 / 3.0, -2.0 / 3.0, 7.0 / 3.0]);
        assert_eq!(found(StepScope::Batch), found(StepScope::Group));
    }

    #[test]
    fn unscored_steps_and_samples_stay_out() {
        let config = StepsConfig {
            outcome: outcome(centred()),
            step: StepPart { compare: centred(), accumulate: Accumulate::Before, gamma: 0.5, ..StepPart::default() },
        };
        let steps = [&[Some(1.0), None, Some(2.0)][..], &[Some(0.0)], &[Some(9.0)]];
        // Outcomes +-1/2; returns 2, -, 2 and 0 with mean 4/3: the last sample takes no part.
        let found = advantages(config, &[Some(1.0), Some(0.0), None], &steps);
        close(&found, &[0.5 + 2.0 / 3.0, 0.5, 0.5 + 2.0 / 3.0, -0.5 - 4.0 / 3.0, 0.0]);
    }

    #[test]
    fn a_step_score_that_is_no_number_is_an_error_with_its_place() {
        let config = CreditConfig::Steps(StepsConfig::default());
        let error = credit(&config, &[Some(1.0)], &[&[Some(1.0), Some(f64::NAN)]], None, None).unwrap_err();
        assert!(matches!(error, CreditError::NotFiniteColumn { column: "scores of the steps", position: 1, .. }));
        let (one, mut advantage) = (Segments::from_lengths([1]), [0.0]);
        let columns = CreditColumns::<f64>::new(&one, &one, &[true], &[1.0], &[true]);
        let error = config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None }).unwrap_err();
        assert_eq!(error, CreditError::Missing { kind: "steps", column: "steps" });
    }

    fn scopes() -> impl Strategy<Value = StepScope> {
        prop::sample::select(vec![StepScope::Group, StepScope::Index, StepScope::Sample, StepScope::Batch])
    }

    fn accumulations() -> impl Strategy<Value = Accumulate> {
        prop::sample::select(vec![Accumulate::Never, Accumulate::After, Accumulate::Before])
    }

    proptest! {
        #[test]
        fn the_order_of_samples_does_not_matter(
            samples in prop::collection::vec(
                (prop::option::weighted(0.9, -1.0..1.0_f64), prop::collection::vec(prop::option::weighted(0.9, -1.0..1.0_f64), 0..4)), 1..6,
            ),
            scope in scopes(), accumulate in accumulations(),
        ) {
            let step = StepPart { scope, accumulate, gamma: 0.5, compare: centred(), ..StepPart::default() };
            let config = StepsConfig { step, ..StepsConfig::default() };
            let run = |samples: &[(Option<f64>, Vec<Option<f64>>)]| {
                let outcomes: Vec<_> = samples.iter().map(|sample| sample.0).collect();
                let steps: Vec<_> = samples.iter().map(|sample| &sample.1[..]).collect();
                let mut rest = &advantages(config.clone(), &outcomes, &steps)[..];
                samples
                    .iter()
                    .map(|sample| {
                        let (own, others) = rest.split_at(sample.1.len());
                        rest = others;
                        own.to_vec()
                    })
                    .collect::<Vec<_>>()
            };
            let found = run(&samples);
            let mut reversed = run(&samples.iter().rev().cloned().collect::<Vec<_>>());
            reversed.reverse();
            for (a, b) in found.concat().iter().zip(reversed.concat()) {
                prop_assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{a} {b}");
            }
        }
    }
}
