//! Unmasked tokens of a sample, some of which are evaluated side by side.

use crate::exponential::sum;
use crate::totals::unmasked;
use plaudit_core::Real;
use std::ops::Range;

/// Tokens that are evaluated side by side.
pub(crate) const BLOCK: usize = 256;

/// A number per token of a block.
pub(crate) type Column = [f64; BLOCK];

/// Where the tokens of a block lie in the columns.
pub(crate) struct Places {
    pub(crate) count: usize,
    first: usize,
    /// Whether they follow one upon the other from `first` on; else they are listed.
    is_run: bool,
    listed: [usize; BLOCK],
}

impl Default for Places {
    fn default() -> Self {
        Self { count: 0, first: 0, is_run: true, listed: [0; BLOCK] }
    }
}

impl Places {
    /// Takes the next unmasked tokens of `range`, which then begins behind them; false where there are none.
    #[inline(always)]
    pub(crate) fn take(&mut self, mask: &[bool], range: &mut Range<usize>) -> bool {
        let window = &mask[range.start..range.end.min(range.start + BLOCK)];
        self.first = range.start;
        self.is_run = unmasked(window) == window.len();
        if self.is_run {
            self.count = window.len();
            range.start += self.count;
        } else {
            self.count = 0;
            while range.start < range.end && self.count < BLOCK {
                self.listed[self.count] = range.start;
                self.count += usize::from(mask[range.start]);
                range.start += 1;
            }
        }
        self.count > 0
    }

    /// Where token `token` of the block lies.
    #[inline(always)]
    pub(crate) fn of(&self, token: usize) -> usize {
        if self.is_run { self.first + token } else { self.listed[token] }
    }

    /// Widens the block's tokens of a column.
    #[inline(always)]
    pub(crate) fn read<R: Real>(&self, column: &[R], into: &mut Column) {
        if self.is_run {
            for (into, value) in into.iter_mut().zip(&column[self.first..self.first + self.count]) {
                *into = value.wide();
            }
        } else {
            for (into, place) in into.iter_mut().zip(&self.listed[..self.count]) {
                *into = column[*place].wide();
            }
        }
    }

    /// Writes the block's tokens into a column that begins at token `start`.
    #[inline(always)]
    pub(crate) fn write<R: Real>(&self, values: &Column, column: &mut [R], start: usize) {
        if self.is_run {
            let first = self.first - start;
            for (value, into) in values.iter().zip(&mut column[first..first + self.count]) {
                *into = R::narrow(*value);
            }
        } else {
            for (value, place) in values.iter().zip(&self.listed[..self.count]) {
                column[*place - start] = R::narrow(*value);
            }
        }
    }
}

/// The sum over the unmasked tokens of `range` of a function of two columns.
#[inline(always)]
pub(crate) fn total<R: Real>(
    mask: &[bool],
    mut range: Range<usize>,
    columns: [&[R]; 2],
    function: impl Fn(f64, f64) -> f64,
) -> f64 {
    let (mut places, [mut left, mut right], mut total) = (Places::default(), [[0.0; BLOCK]; 2], 0.0);
    while places.take(mask, &mut range) {
        places.read(columns[0], &mut left);
        places.read(columns[1], &mut right);
        for token in 0..places.count.min(BLOCK) {
            left[token] = function(left[token], right[token]);
        }
        total += sum(&left[..places.count]);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_all_unmasked_tokens_in_order() {
        let mask: Vec<bool> = (0..1500).map(|token| token < 600 || (token % 3 != 0 && token < 1400)).collect();
        let column: Vec<f32> = (0..1500).map(|token| token as f32).collect();
        let (mut places, mut values, mut range) = (Places::default(), [0.0; BLOCK], 1..1500);
        let (mut seen, mut copy) = (Vec::new(), vec![0.0_f32; 1499]);
        while places.take(&mask, &mut range) {
            places.read(&column, &mut values);
            places.write(&values, &mut copy, 1);
            assert!((0..places.count).all(|token| places.of(token) as f64 == values[token]));
            seen.extend_from_slice(&values[..places.count]);
        }
        let expected: Vec<f64> = (1..1500).filter(|&token| mask[token]).map(|token| token as f64).collect();
        assert_eq!(seen, expected);
        assert!((1..1500).all(|token| copy[token - 1] == if mask[token] { token as f32 } else { 0.0 }));
        assert_eq!(total(&mask, 1..1500, [&column, &column], |a, b| a + b), 2.0 * expected.iter().sum::<f64>());
    }
}
