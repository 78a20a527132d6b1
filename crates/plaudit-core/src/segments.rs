//! Flat columns with offsets.

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
