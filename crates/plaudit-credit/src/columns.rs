//! What an estimator reads, and how it can fail.

use plaudit_core::Segments;

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

/// Why advantages could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CreditError {
    /// A score is not a number that can be compared.
    #[error("the score of sample {sample} is {score}; a signal must give a finite score or leave the sample unscored")]
    NotFinite {
        /// The sample's position in the batch.
        sample: usize,
        /// The score found.
        score: f64,
    },
}

impl OutcomeColumns<'_> {
    /// Checks shapes (panics) and scores (error), so that estimators need not.
    pub(crate) fn check(&self, out: &[f64]) -> Result<(), CreditError> {
        let samples = self.groups.total();
        assert_eq!(self.scores.len(), samples, "scores");
        assert_eq!(self.scored.len(), samples, "scored");
        assert_eq!(out.len(), samples, "out");
        match (0..samples).find(|&sample| self.scored[sample] && !self.scores[sample].is_finite()) {
            Some(sample) => Err(CreditError::NotFinite { sample, score: self.scores[sample] }),
            None => Ok(()),
        }
    }
}
