//! Trajectory graph: a step that several answers share gets the mean of their advantages.
//!
//! ```text
//! A(step) = mean of A_i over the group's samples i that pass through an equal step
//! ```
//!
//! A_i is the outcome's advantage of sample i (`outcome`). Two steps are equal where their keys are, and the keys of the `history` steps
//! before them (of all steps before them, where there are fewer). A step that right and wrong answers share gets about 0; one that no other
//! has keeps its sample's advantage. The advantage of a step lies on its unmasked tokens.
//!
//! Source: "SALT: Step-level Advantage Assignment for Long-horizon Agents via Trajectory Graph" (arXiv 2510.20022).
//!
//! Deviations: steps are compared by key; matching by the similarity of embeddings is left to whoever makes the keys. The paper's length of
//! history is not confirmed. A sample that passes through the same step twice counts once.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments, Steps};
//! use plaudit_credit::{CreditConfig, GroupConfig, Scale, TrajectoryGraphConfig};
//!
//! // Three answers of two steps; the first step of all is the same, the second of the first two too.
//! let (samples, groups) = (Segments::from_lengths([2, 2, 2]), Segments::from_lengths([3]));
//! let tokens = Segments::from_lengths([1; 6]);
//! let key = [1, 2, 1, 2, 1, 3];
//! let steps = Steps { tokens: &tokens, samples: &samples, scores: &[0.0; 6], scored: &[false; 6], key: Some(&key) };
//! let columns = CreditColumns::<f64> {
//!     steps: Some(steps),
//!     ..CreditColumns::new(&samples, &groups, &[true; 6], &[1.0, 0.5, 0.0], &[true; 3])
//! };
//! let outcome = GroupConfig { scale: Scale::None, ..Default::default() };
//! let mut advantage = [0.0; 6];
//! CreditConfig::TrajectoryGraph(TrajectoryGraphConfig { outcome, ..Default::default() })
//!     .credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [0.0, 0.25, 0.0, 0.25, 0.0, -0.5]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Worlds with discrete states and actions, where answers to one prompt share many steps before they part.
//!
//! # Traps
//!
//! With history 0 a step is the same wherever it is taken; with a long history nothing is shared after the first difference. Keys must
//! cover the observation as well as the action.

use crate::broadcast::broadcast;
use crate::{CreditError, CreditNeeds, Estimator, GroupConfig};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The outcome's advantage, averaged over the samples of the group that share a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TrajectoryGraphConfig {
    /// How the outcomes are compared.
    pub outcome: GroupConfig,
    /// How many steps before it have to be equal too.
    pub history: usize,
}

impl Default for TrajectoryGraphConfig {
    fn default() -> Self {
        Self { outcome: GroupConfig::default(), history: 1 }
    }
}

/// The samples that pass through a step.
#[derive(Default)]
struct Edge {
    sum: f64,
    count: usize,
    last: Option<usize>,
}

impl<R: Real> Estimator<R> for TrajectoryGraphConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { steps: true, keys: true, ..Estimator::<R>::needs(&self.outcome) }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let steps = columns.steps.expect("needs have been checked");
        let keys = steps.key.expect("needs have been checked");
        let outcomes = self.outcome.per_sample(columns)?;
        let mut advantages = vec![0.0; keys.len()];
        for group in columns.groups.iter() {
            // A step with its history is named by the run of their keys.
            let scored = || group.clone().filter(|&sample| columns.scored[sample]);
            let named = |sample: usize| {
                let range = steps.samples.range(sample);
                range.clone().map(move |step| (step, &keys[range.start.max(step.saturating_sub(self.history))..=step]))
            };
            let mut edges: BTreeMap<&[u64], Edge> = BTreeMap::new();
            for sample in scored() {
                for (_, name) in named(sample) {
                    let edge = edges.entry(name).or_default();
                    if edge.last.replace(sample) != Some(sample) {
                        edge.sum += outcomes[sample];
                        edge.count += 1;
                    }
                }
            }
            for (step, name) in scored().flat_map(named) {
                advantages[step] = edges[name].sum / edges[name].count as f64;
            }
        }
        broadcast(&advantages, steps.tokens, columns.mask, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_columns::tests::{close, credit, some};
    use crate::{Centre, CreditConfig, Scale};
    use proptest::prelude::*;

    fn advantages(history: usize, outcomes: &[Option<f64>], keys: &[&[u64]]) -> Vec<f64> {
        let outcome = GroupConfig { centre: Centre::None, scale: Scale::None, ..GroupConfig::default() };
        let config = CreditConfig::TrajectoryGraph(TrajectoryGraphConfig { outcome, history });
        let steps: Vec<Vec<_>> = keys.iter().map(|steps| vec![None; steps.len()]).collect();
        let steps: Vec<_> = steps.iter().map(Vec::as_slice).collect();
        credit(&config, outcomes, &steps, None, Some(&keys.concat())).unwrap()
    }

    #[test]
    fn salt_averages_shared_steps() {
        let keys: [&[u64]; 3] = [&[1, 10, 11], &[1, 10, 12], &[1, 13, 14]];
        let found = advantages(1, &some(&[1.0, -1.0, 0.0]), &keys);
        close(&found, &[0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn history_decides_what_is_equal() {
        // The third step is the same in both, the second is not.
        let keys: [&[u64]; 2] = [&[1, 2, 3], &[1, 4, 3]];
        let outcomes = some(&[1.0, 0.0]);
        close(&advantages(0, &outcomes, &keys), &[0.5, 1.0, 0.5, 0.5, 0.0, 0.5]);
        close(&advantages(1, &outcomes, &keys), &[0.5, 1.0, 1.0, 0.5, 0.0, 0.0]);
    }

    #[test]
    fn a_loop_counts_once_and_unscored_samples_not_at_all() {
        let keys: [&[u64]; 3] = [&[1, 1], &[1], &[1]];
        close(&advantages(0, &[Some(1.0), Some(0.0), None], &keys), &[0.5, 0.5, 0.5, 0.0]);
    }

    proptest! {
        #[test]
        fn where_nothing_is_shared_the_outcome_is_broadcast(
            samples in prop::collection::vec((-1.0..1.0_f64, 1..4_usize), 1..5), history in 0..3_usize,
        ) {
            let outcomes: Vec<_> = samples.iter().map(|(outcome, _)| Some(*outcome)).collect();
            let mut next = 0;
            let keys: Vec<Vec<u64>> = samples.iter().map(|(_, steps)| (0..*steps).map(|_| { next += 1; next }).collect()).collect();
            let keys: Vec<_> = keys.iter().map(Vec::as_slice).collect();
            let expected: Vec<f64> = samples.iter().flat_map(|(outcome, steps)| vec![*outcome; *steps]).collect();
            prop_assert_eq!(advantages(history, &outcomes, &keys), expected);
        }
    }
}
