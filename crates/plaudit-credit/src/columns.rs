//! What an outcome-level estimator reads, which columns an estimator needs, and how it can fail.

use plaudit_core::{CreditColumns, Real, Segments};

/// One score per sample, cut into groups: the input of an outcome-level estimator.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeColumns<'a> {
    /// Per sample: its score (the reward). Meaningless where `scored` is false.
    pub scores: &'a [f64],
    /// Per sample: whether it has a score. Samples without one stay out of every statistic and get advantage 0.
    pub scored: &'a [bool],
    /// The samples cut into groups, one group per prompt.
    pub groups: &'a Segments,
}

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
}

impl<'a> OutcomeColumns<'a> {
    /// The outcome of a batch.
    pub fn of<R: Real>(columns: &CreditColumns<'a, R>) -> Self {
        Self { scores: columns.scores, scored: columns.scored, groups: columns.groups }
    }

    /// Checks shapes (panics) and scores (error), so that estimators need not.
    pub(crate) fn check(&self) -> Result<(), CreditError> {
        let samples = self.groups.total();
        assert_eq!(self.scores.len(), samples, "scores");
        assert_eq!(self.scored.len(), samples, "scored");
        match (0..samples).find(|&sample| self.scored[sample] && !self.scores[sample].is_finite()) {
            Some(sample) => Err(CreditError::NotFinite { sample, score: self.scores[sample] }),
            None => Ok(()),
        }
    }
}

impl CreditNeeds {
    /// Checks that a batch has what is needed. `kind` names the estimator in the error.
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
        match needed.into_iter().find(|(is_needed, is_there, _)| *is_needed && !is_there) {
            Some((_, _, column)) => Err(CreditError::Missing { kind, column }),
            None => Ok(()),
        }
    }
}
