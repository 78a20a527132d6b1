//! The rewards of tokens: a column of them, or the score of a sample on the last token that the policy wrote.

use plaudit_core::{CreditColumns, Real};
use std::ops::Range;

/// The rewards of one sample. Only those of written tokens may be asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rewards<'a, R> {
    /// One per token of the batch.
    Dense(&'a [R]),
    /// A score, and the token it lies on.
    Last(f64, usize),
}

impl<'a, R: Real> Rewards<'a, R> {
    pub(crate) fn of(columns: &CreditColumns<'a, R>, sample: usize) -> Self {
        let last = |range: Range<usize>| range.rev().find(|&token| columns.mask[token]);
        match columns.rewards {
            Some(rewards) => Self::Dense(rewards),
            // A sample without written tokens has none to ask for: where its score lies does not matter.
            None => Self::Last(columns.scores[sample], last(columns.samples.range(sample)).unwrap_or(0)),
        }
    }

    /// `token`: position in the batch.
    #[inline(always)]
    pub(crate) fn at(&self, token: usize) -> f64 {
        match *self {
            Self::Dense(rewards) => rewards[token].wide(),
            Self::Last(score, last) if token == last => score,
            Self::Last(..) => 0.0,
        }
    }
}
