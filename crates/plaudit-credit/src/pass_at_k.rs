//! Pass@k advantage: only the best answer of a group learns, by how much it surpasses the second best.
//!
//! ```text
//! A_best = (R_best - R_second) / (std + eps)
//! A_i    = 0 for all others
//! ```
//!
//! R is the score of a sample (any unit); `std` is the deviation of the scores of its group (nothing is divided where `divide` is false).
//! The advantage lies on every token of the sample that the policy wrote.
//!
//! Source: Tang et al., Optimizing Language Models for Inference Time Objectives using Reinforcement Learning (arXiv 2503.19595): the
//! leave-one-out form of the gradient of E[max of the group], for the samples in which it is not 0.
//!
//! Deviations: division by the deviation is verl's, not the paper's.
//!
//! # Example
//!
//! Three answers with scores 1, 4 and 3: the second is the best and surpasses the third by 1, the first gets nothing.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, PassAtKConfig};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64>::new(&samples, &groups, &[true; 3], &[1.0, 4.0, 3.0], &[true; 3]);
//! let mut advantage = [0.0; 3];
//! let config = CreditConfig::PassAtK(PassAtKConfig { divide: false, ..PassAtKConfig::default() });
//! config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [0.0, 1.0, 0.0]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Where the policy will be asked k times and its best answer counts (search, code with tests): k is the size of the group. It keeps
//! answers diverse, as a second right answer earns nothing. Wants graded scores.
//!
//! # Traps
//!
//! - With scores of 0 and 1 a group learns only where exactly one answer is right.
//! - Advantages are never negative: nothing is unlearnt, and probability flows to whatever was sampled and best.
//! - Divided by the deviation, the surpassing of the second by little counts like that by much.

use crate::broadcast::broadcast;
use crate::normalise::Moments;
use crate::{CreditError, CreditNeeds, Estimator};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Only the best answer of a group learns, by how much it surpasses the second best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PassAtKConfig {
    /// Whether the advantage is divided by the standard deviation of the group's scores.
    pub divide: bool,
    /// Divisor of the variance is (count - ddof): 1 gives the unbiased estimate, 0 the population's.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation. In units of the score.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// What happens to a group of which one member alone is scored: there is no second best.
    pub singleton: SecondBest,
}

/// What happens to a group without a second best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SecondBest {
    /// The batch is refused.
    Required,
    /// The advantage is 0: nothing is learnt from it.
    Zero,
}

impl Default for PassAtKConfig {
    fn default() -> Self {
        Self { divide: true, ddof: 1, eps: 1e-6, singleton: SecondBest::Required }
    }
}

impl<R: Real> Estimator<R> for PassAtKConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds::default()
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let mut advantages = vec![0.0; columns.samples.len()];
        for (group, range) in columns.groups.iter().enumerate() {
            let mut ranked: Vec<usize> = range.filter(|&sample| columns.scored[sample]).collect();
            if ranked.len() == 1 && self.singleton == SecondBest::Required {
                let reason = "has one scored sample, and `pass-at-k` compares the best with the second best: \
                              sample more, or set singleton = \"zero\"";
                return Err(CreditError::Group { group, reason });
            }
            let moments = Moments::over(columns.scores, ranked.iter().copied());
            ranked.sort_by(|a, b| columns.scores[*b].total_cmp(&columns.scores[*a]));
            let &[best, second, ..] = &ranked[..] else { continue };
            let lead = columns.scores[best] - columns.scores[second];
            // Equal scores have no best, and a lead no deviation of 0.
            if lead > 0.0 {
                let divisor = if self.divide { moments.std(self.ddof) + self.eps } else { 1.0 };
                if !divisor.is_finite() {
                    return Err(CreditError::TooFarApart);
                }
                advantages[best] = lead / divisor;
            }
        }
        broadcast(&advantages, columns.samples, columns.mask, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    fn credit(
        config: PassAtKConfig,
        scores: &[f64],
        scored: &[bool],
        sizes: &[usize],
    ) -> Result<Vec<f64>, CreditError> {
        let (samples, groups) =
            (Segments::from_lengths(scores.iter().map(|_| 1)), Segments::from_lengths(sizes.iter().copied()));
        let mask = vec![true; scores.len()];
        let columns = CreditColumns::new(&samples, &groups, &mask, scores, scored);
        let mut advantage = vec![f64::NAN; scores.len()];
        CreditConfig::PassAtK(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
        Ok(advantage)
    }

    #[test]
    fn the_best_is_paid_for_its_lead() {
        // Scores 1, 4, 3, 0: mean 2, squares 1 + 4 + 1 + 4, variance 10/3.
        let config = PassAtKConfig { eps: 0.0, ..PassAtKConfig::default() };
        let found = credit(config.clone(), &[1.0, 4.0, 3.0, 0.0], &[true; 4], &[4]).unwrap();
        assert!((found[1] - 1.0 / (10.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!([found[0], found[2], found[3]], [0.0; 3]);
        let population = credit(PassAtKConfig { ddof: 0, ..config }, &[0.0, 2.0], &[true; 2], &[2]).unwrap();
        assert_eq!(population, [0.0, 2.0]);
    }

    #[test]
    fn a_deviation_out_of_range_is_an_error() {
        let far = [1e200, -1e200];
        assert_eq!(credit(PassAtKConfig::default(), &far, &[true; 2], &[2]), Err(CreditError::TooFarApart));
        let plain = PassAtKConfig { divide: false, ..PassAtKConfig::default() };
        assert_eq!(credit(plain, &far, &[true; 2], &[2]).unwrap(), [2e200, 0.0]);
    }

    #[test]
    fn two_best_learn_nothing() {
        assert_eq!(credit(PassAtKConfig::default(), &[1.0, 1.0, 0.0], &[true; 3], &[3]).unwrap(), [0.0; 3]);
        let equal = PassAtKConfig { eps: 0.0, ..PassAtKConfig::default() };
        assert_eq!(credit(equal, &[0.1; 3], &[true; 3], &[3]).unwrap(), [0.0; 3]);
    }

    #[test]
    fn a_group_without_a_second_best_follows_the_setting() {
        let (scores, scored) = ([1.0, 0.0, 1.0, f64::NAN], [true, true, true, false]);
        let refused = credit(PassAtKConfig::default(), &scores, &scored, &[2, 2]).unwrap_err();
        assert!(matches!(refused, CreditError::Group { group: 1, .. }), "{refused}");
        let zero = PassAtKConfig { divide: false, singleton: SecondBest::Zero, ..PassAtKConfig::default() };
        assert_eq!(credit(zero, &scores, &scored, &[2, 2]).unwrap(), [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(credit(PassAtKConfig::default(), &[f64::NAN; 2], &[false; 2], &[2, 0]).unwrap(), [0.0; 2]);
    }
}
