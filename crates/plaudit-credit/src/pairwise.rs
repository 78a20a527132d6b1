//! Pairwise advantage: a judge says of every two answers to a prompt how much better one is; an answer's advantage is its mean lead.
//!
//! ```text
//! A_i = (1/G) sum_j d_ij / sqrt( sum_ij d_ij^2 / (2 G (G - 1)) + eps )
//! ```
//!
//! d_ij: by how much answer i is better than answer j (column `pairwise`; one square matrix per group, row by row; any unit), with d_ji =
//! -d_ij and d_ii = 0. G: the scored members of the group; the rows and columns of the others are not read. A has no unit (that of d where
//! `divide` is false) and lies on every token of the sample that the policy wrote.
//!
//! Source: Think-RM (arXiv 2505.16265), pairwise RLHF.
//!
//! Deviations: none. Where d_ij = R_i - R_j this is GRPO with the unbiased deviation, as sum_ij d_ij^2 = 2 G sum_i (R_i - mean)^2.
//!
//! # Example
//!
//! Three answers, of which the first is better by 1 than both others: mean leads 2/3, -1/3, -1/3, over sqrt(4/12).
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, PairwiseConfig};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64> {
//!     pairwise: Some(&[0.0, 1.0, 1.0, -1.0, 0.0, 0.0, -1.0, 0.0, 0.0]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 3], &[0.0; 3], &[true; 3])
//! };
//! let mut advantage = [0.0; 3];
//! let config = CreditConfig::Pairwise(PairwiseConfig { eps: 0.0, ..PairwiseConfig::default() });
//! config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! for (found, expected) in advantage.iter().zip([1.154701, -0.577350, -0.577350]) {
//!     assert!((found - expected).abs() < 1e-6);
//! }
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Where a judge compares better than it grades: no scalar has to be fitted to its judgements, and judgements that go in a circle cancel
//! out.
//!
//! # Traps
//!
//! - `scored` decides who takes part, though scores are not read: mark as scored what was judged.
//! - A matrix that is not antisymmetric is taken as it is; a judge that prefers what it reads first must be asked both ways round.
//! - `eps` stands under the root, so it is in squared units of d.

use crate::broadcast::broadcast;
use crate::{CreditError, CreditNeeds, Estimator};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The mean lead of an answer over the others of its group, from a matrix of comparisons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PairwiseConfig {
    /// Whether leads are divided by the deviation that the comparisons imply.
    pub divide: bool,
    /// Added to the variance under the root, in squared units of a comparison.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
}

impl Default for PairwiseConfig {
    fn default() -> Self {
        Self { divide: true, eps: 1e-6 }
    }
}

impl<R: Real> Estimator<R> for PairwiseConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { pairwise: true, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let pairwise = columns.pairwise.unwrap_or_default();
        let mut advantages = vec![0.0; columns.samples.len()];
        let mut start = 0;
        for range in columns.groups.iter() {
            self.group(columns.scored, pairwise, start, range.clone(), &mut advantages)?;
            start += range.len() * range.len();
        }
        broadcast(&advantages, columns.samples, columns.mask, out)
    }
}

impl PairwiseConfig {
    /// `start`: where the group's matrix begins in the column.
    fn group(
        &self,
        scored: &[bool],
        pairwise: &[f64],
        start: usize,
        range: Range<usize>,
        advantages: &mut [f64],
    ) -> Result<(), CreditError> {
        let members = || range.clone().filter(|&sample| scored[sample]);
        let size = members().count() as f64;
        let mut squares = 0.0;
        for i in members() {
            let mut lead = 0.0;
            for j in members() {
                let position = start + (i - range.start) * range.len() + (j - range.start);
                let value = pairwise[position];
                if !value.is_finite() {
                    return Err(CreditError::NotFiniteColumn { column: "pairwise", position, value });
                }
                lead += value;
                squares += value * value;
            }
            advantages[i] = lead / size;
        }
        // Where no answer is better than another every lead is 0, whatever it is divided by.
        if self.divide && squares > 0.0 && size > 1.0 {
            let std = (squares / (2.0 * size * (size - 1.0)) + self.eps).sqrt();
            if !std.is_finite() {
                return Err(CreditError::TooFarApart);
            }
            members().for_each(|sample| advantages[sample] /= std);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CreditConfig, GroupConfig};
    use plaudit_core::Segments;

    fn credit(
        config: CreditConfig,
        scores: &[f64],
        scored: &[bool],
        pairwise: &[f64],
    ) -> Result<Vec<f64>, CreditError> {
        let (samples, groups) = (Segments::from_lengths(scores.iter().map(|_| 1)), Segments::from_lengths([3, 2]));
        let mask = vec![true; scores.len()];
        let columns =
            CreditColumns { pairwise: Some(pairwise), ..CreditColumns::new(&samples, &groups, &mask, scores, scored) };
        let mut advantage = vec![f64::NAN; scores.len()];
        config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
        Ok(advantage)
    }

    #[test]
    fn differences_of_scores_give_grpo() {
        let scores = [0.3, 1.0, -2.0, 0.5, 0.5];
        let mut pairwise = Vec::new();
        for group in [&scores[..3], &scores[3..]] {
            pairwise.extend(group.iter().flat_map(|a| group.iter().map(move |b| a - b)));
        }
        let exact = CreditConfig::Pairwise(PairwiseConfig { eps: 0.0, ..PairwiseConfig::default() });
        let grpo = CreditConfig::Group(GroupConfig { eps: 0.0, ..GroupConfig::default() });
        let found = credit(exact, &scores, &[true; 5], &pairwise).unwrap();
        for (found, expected) in found.iter().zip(credit(grpo, &scores, &[true; 5], &pairwise).unwrap()) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    #[test]
    fn judgements_in_a_circle_cancel_out() {
        let circle = [0.0, 1.0, -1.0, -1.0, 0.0, 1.0, 1.0, -1.0, 0.0];
        let pairwise = [&circle[..], &[0.0, 2.0, -2.0, 0.0]].concat();
        let plain = CreditConfig::Pairwise(PairwiseConfig { divide: false, ..PairwiseConfig::default() });
        assert_eq!(credit(plain, &[0.0; 5], &[true; 5], &pairwise).unwrap(), [0.0, 0.0, 0.0, 1.0, -1.0]);
    }

    #[test]
    fn a_deviation_out_of_range_is_an_error() {
        let far = [0.0, 1e200, 0.0, -1e200, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let config = CreditConfig::Pairwise(PairwiseConfig::default());
        assert_eq!(credit(config, &[0.0; 5], &[true; 5], &far), Err(CreditError::TooFarApart));
    }

    #[test]
    fn who_was_not_judged_is_not_read() {
        let nan = f64::NAN;
        let pairwise = [0.0, nan, 1.0, nan, nan, nan, -1.0, nan, 0.0, 0.0, nan, nan, nan];
        let scored = [true, false, true, true, false];
        let plain = CreditConfig::Pairwise(PairwiseConfig { divide: false, ..PairwiseConfig::default() });
        assert_eq!(credit(plain.clone(), &[0.0; 5], &scored, &pairwise).unwrap(), [0.5, 0.0, -0.5, 0.0, 0.0]);
        let error = credit(plain, &[0.0; 5], &[true; 5], &pairwise).unwrap_err();
        assert!(matches!(error, CreditError::NotFiniteColumn { column: "pairwise", position: 1, .. }));
    }
}
