//! Flat columns with offsets, and what an objective reads and returns.

use crate::Real;
use std::ops::Range;

/// Consecutive segments of a flat column: segment `i` is `offsets[i]..offsets[i + 1]`.
///
/// ```
/// let samples = plaudit_core::Segments::from_lengths([2, 0, 3]);
/// assert_eq!(samples.range(2), 2..5);
/// assert_eq!(samples.total(), 5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    offsets: Vec<usize>,
}

impl Default for Segments {
    fn default() -> Self {
        Self { offsets: vec![0] }
    }
}

impl Segments {
    /// Segments of the given lengths, one after another.
    pub fn from_lengths(lengths: impl IntoIterator<Item = usize>) -> Self {
        let mut segments = Self::default();
        for length in lengths {
            segments.push(length);
        }
        segments
    }

    /// Appends a segment.
    pub fn push(&mut self, length: usize) {
        self.offsets.push(self.total() + length);
    }

    /// The number of segments.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no segments.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The length of the flat column.
    pub fn total(&self) -> usize {
        self.offsets[self.offsets.len() - 1]
    }

    /// Where segment `index` lies in the flat column.
    pub fn range(&self, index: usize) -> Range<usize> {
        self.offsets[index]..self.offsets[index + 1]
    }

    /// All ranges in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.offsets.windows(2).map(|pair| pair[0]..pair[1])
    }

    /// The segments `range`, rebased to start at 0.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let start = self.offsets[range.start];
        Self { offsets: self.offsets[range.start..=range.end].iter().map(|offset| offset - start).collect() }
    }
}

/// What a policy objective reads: one value per token, flat, cut into samples by `samples`.
#[derive(Clone, Copy, Debug)]
pub struct PolicyColumns<'a, R> {
    /// The tokens cut into samples.
    pub samples: &'a Segments,
    /// Log-probability under the policy being trained (natural log).
    pub logp: &'a [R],
    /// Log-probability under the policy that sampled; equal to `logp` on the first update of a batch.
    pub old_logp: &'a [R],
    /// Log-probability under the reference policy, where the recipe has one.
    pub ref_logp: Option<&'a [R]>,
    /// Entropy of the next-token distribution (nats), where the objective asks for it.
    pub entropy: Option<&'a [R]>,
    /// Advantage of each token.
    pub advantage: &'a [R],
    /// Whether the token was written by the policy and takes part.
    pub mask: &'a [bool],
}

/// Where an objective writes the derivatives of its loss; buffers of one value per token, overwritten.
#[derive(Debug)]
pub struct Derivatives<'a, R> {
    /// dL/dlogp.
    pub logp: &'a mut [R],
    /// dL/dentropy, where the objective uses the entropy.
    pub entropy: Option<&'a mut [R]>,
}

/// What an objective returns beside the derivatives: the loss and named metrics for people, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loss {
    /// The loss, to be minimised.
    pub value: f64,
    /// `(name, value)`; sums over the tokens or samples seen, so that parts of a batch add up.
    pub metrics: Vec<(&'static str, f64)>,
}

impl<R: Real> PolicyColumns<'_, R> {
    /// Panics with the column's name where a column's length is not the number of tokens: a mistake of the caller that
    /// would otherwise silently shift rewards onto other tokens.
    pub fn assert_shapes(&self) {
        let tokens = self.samples.total();
        assert_eq!(self.logp.len(), tokens, "logp");
        assert_eq!(self.old_logp.len(), tokens, "old_logp");
        assert_eq!(self.advantage.len(), tokens, "advantage");
        assert_eq!(self.mask.len(), tokens, "mask");
        assert!(self.ref_logp.is_none_or(|column| column.len() == tokens), "ref_logp");
        assert!(self.entropy.is_none_or(|column| column.len() == tokens), "entropy");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_rebased() {
        let segments = Segments::from_lengths([2, 3, 1]);
        assert_eq!(segments.slice(1..3), Segments::from_lengths([3, 1]));
        assert_eq!(segments.iter().map(|range| range.len()).collect::<Vec<_>>(), [2, 3, 1]);
        assert!(Segments::default().is_empty());
    }
}
