//! What losses over whole completions share: sums over a sample's tokens, and their derivatives back on the tokens.

use plaudit_core::{Derivatives, PolicyColumns, Real};
use std::ops::Range;

/// A completion in one number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequence {
    /// Unmasked tokens.
    pub(crate) tokens: usize,
    /// Sum of logp - base over them, nats.
    pub(crate) log_ratio: f64,
}

impl Sequence {
    /// Sums the tokens in `range`; without a `base` the log-ratio is the log-probability.
    pub(crate) fn of<R: Real>(columns: &PolicyColumns<'_, R>, base: Option<&[R]>, range: Range<usize>) -> Self {
        let mut sequence = Self { tokens: 0, log_ratio: 0.0 };
        for token in range.filter(|&token| columns.mask[token]) {
            sequence.tokens += 1;
            sequence.log_ratio += columns.logp[token].wide() - base.map_or(0.0, |base| base[token].wide());
        }
        sequence
    }

    /// The mean over tokens; 0 where there are none.
    pub(crate) fn mean(&self) -> f64 {
        self.log_ratio / (self.tokens as f64).max(1.0)
    }
}

/// Sets all derivatives to 0.
pub(crate) fn clear<R: Real>(out: &mut Derivatives<'_, R>) {
    out.logp.fill(R::default());
    if let Some(entropy) = &mut out.entropy {
        entropy.fill(R::default());
    }
}

/// Writes the derivative by a sum of log-probabilities onto each of its unmasked tokens. Returns how many of them got exactly 0.
pub(crate) fn spread<R: Real>(mask: &[bool], range: Range<usize>, slope: f64, out: &mut Derivatives<'_, R>) -> f64 {
    let mut zeros = 0.0;
    for token in range.filter(|&token| mask[token]) {
        out.logp[token] = R::narrow(slope);
        zeros += f64::from(u8::from(slope == 0.0));
    }
    zeros
}
