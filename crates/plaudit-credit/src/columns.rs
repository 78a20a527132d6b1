//! Which columns an estimator needs, and how it can fail.

use plaudit_core::{CreditColumns, Real};

/// The optional columns of [`CreditColumns`] that an estimator reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreditNeeds {
    /// `rewards`: one per token.
    pub rewards: bool,
    /// `values`: a value head.
    pub values: bool,
    /// `logp` of the policy that sampled.
    pub logp: bool,
    /// `ref_logp`: a reference policy has to score every batch.
    pub reference: bool,
    /// `entropy` of the policy that sampled.
    pub entropy: bool,
    /// `collision`, the sum of squared probabilities.
    pub collision: bool,
    /// `baseline`: one per sample, made elsewhere.
    pub baseline: bool,
    /// `role` of each sample.
    pub role: bool,
    /// `steps`.
    pub steps: bool,
    /// `steps`, with their keys.
    pub keys: bool,
    /// `pairwise` comparisons.
    pub pairwise: bool,
    /// `sources`: the signals one by one.
    pub sources: bool,
}

/// Why advantages could not be computed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CreditError {
    /// A score is not a number that can be compared.
    #[error("the score of sample {sample} is {score}; a signal must give a finite score or leave the sample unscored")]
    NotFinite {
        /// The sample's position in the batch.
        sample: usize,
        /// The score found.
        score: f64,
    },
    /// A number of a per-token or per-step column is NaN or infinite.
    #[error("`{column}` is {value} at position {position} of the batch; it must be finite")]
    NotFiniteColumn {
        /// The column.
        column: &'static str,
        /// The position in the flat column.
        position: usize,
        /// The value found.
        value: f64,
    },
    /// An advantage is too large for a number.
    #[error(
        "the advantage at position {position} of the batch is {value}, out of the range of numbers: scores or settings are too large"
    )]
    Overflow {
        /// The position of the first such token in the flat column.
        position: usize,
        /// The advantage.
        value: f64,
    },
    /// A column that the estimator reads is absent.
    #[error("`{kind}` credit reads `{column}`, which this batch does not have")]
    Missing {
        /// The kind of estimator.
        kind: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A group has a shape that the estimator cannot work on.
    #[error("group {group} {reason}")]
    Group {
        /// The group's position in the batch.
        group: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Equal values should be divided by their deviation.
    #[error(
        "the values of cell {cell} (a group, or what shares its statistics) are equal, and `eps` is 0: there is nothing to divide by"
    )]
    ZeroDivisor {
        /// The cell's position among the cells of the batch.
        cell: usize,
    },
    /// Values whose deviation is no number.
    #[error("scores or advantages are so far apart that their deviation is out of the range of numbers")]
    TooFarApart,
    /// The batch has too few tokens to whiten its advantages.
    #[error("whitening needs two tokens that the policy wrote, and the batch has one")]
    OneToken,
    /// A weight names a source that the batch does not have.
    #[error("`weights` names `{name}`, which is no source of this batch")]
    UnknownSource {
        /// The name.
        name: String,
    },
}

/// Checks that what is scored has a finite score.
pub(crate) fn check_scores<R: Real>(columns: &CreditColumns<'_, R>) -> Result<(), CreditError> {
    match broken(columns, columns.scores) {
        Some(sample) => Err(CreditError::NotFinite { sample, score: columns.scores[sample] }),
        None => Ok(()),
    }
}

/// The first scored sample whose number is not finite.
fn broken<R: Real>(columns: &CreditColumns<'_, R>, numbers: &[f64]) -> Option<usize> {
    (0..numbers.len()).find(|&sample| columns.scored[sample] && !numbers[sample].is_finite())
}

impl CreditNeeds {
    /// Checks that a batch has what is needed, and finite baselines. `kind` names the estimator in the error.
    pub(crate) fn check<R: Real>(&self, kind: &'static str, columns: &CreditColumns<'_, R>) -> Result<(), CreditError> {
        let needed = [
            (self.rewards, columns.rewards.is_some(), "rewards"),
            (self.values, columns.values.is_some(), "values"),
            (self.logp, columns.logp.is_some(), "logp"),
            (self.reference, columns.ref_logp.is_some(), "ref_logp"),
            (self.entropy, columns.entropy.is_some(), "entropy"),
            (self.collision, columns.collision.is_some(), "collision"),
            (self.baseline, columns.baseline.is_some(), "baseline"),
            (self.role, columns.role.is_some(), "role"),
            (self.steps, columns.steps.is_some(), "steps"),
            (self.keys, columns.steps.is_some_and(|steps| steps.key.is_some()), "key of steps"),
            (self.pairwise, columns.pairwise.is_some(), "pairwise"),
            (self.sources, !columns.sources.is_empty(), "sources"),
        ];
        if let Some((_, _, column)) = needed.into_iter().find(|(is_needed, is_there, _)| *is_needed && !is_there) {
            return Err(CreditError::Missing { kind, column });
        }
        let baseline = columns.baseline.filter(|_| self.baseline).unwrap_or_default();
        match broken(columns, baseline) {
            Some(position) => {
                Err(CreditError::NotFiniteColumn { column: "baseline", position, value: baseline[position] })
            }
            None => Ok(()),
        }
    }
}
