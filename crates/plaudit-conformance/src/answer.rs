//! What a subject says of a batch, and where two answers differ.

use std::fmt;

/// What a subject says of a batch: one list per sample, in the order of the rows it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The loss, where the subject is one.
    pub loss: Option<f64>,
    /// Named columns of one value per token: `advantage` and perhaps `returns` of credit; `gradient` (dL/dlogp) and perhaps
    /// `entropy_gradient` (dL/dentropy) of a loss.
    pub columns: Vec<(&'static str, Vec<Vec<f64>>)>,
}

/// The place where two answers differ most.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `loss`, or the name of the column.
    pub column: &'static str,
    /// Sample and token, where it is not the loss.
    pub place: Option<(usize, usize)>,
    /// What was expected there.
    pub expected: f64,
    /// What was found there.
    pub found: f64,
}

impl Answer {
    /// The same answer with its samples in another order: sample `order[i]` comes at place `i`.
    pub(crate) fn reordered(&self, order: &[usize]) -> Self {
        self.map(|samples| order.iter().map(|sample| samples[*sample].clone()).collect())
    }

    /// The same answer with other columns.
    pub(crate) fn map(&self, change: impl Fn(&[Vec<f64>]) -> Vec<Vec<f64>>) -> Self {
        let columns = self.columns.iter().map(|(name, samples)| (*name, change(samples))).collect();
        Self { loss: self.loss, columns }
    }

    /// Answers of parts as one: losses added, samples one after another.
    pub(crate) fn joined(answers: &[Self]) -> Self {
        let loss = answers.iter().filter_map(|answer| answer.loss).reduce(|sum, loss| sum + loss);
        let names = answers.first().into_iter().flat_map(|answer| answer.columns.iter().map(|(name, _)| *name));
        let samples = |place: usize| answers.iter().flat_map(|answer| answer.columns[place].1.clone()).collect();
        Self { loss, columns: names.enumerate().map(|(place, name)| (name, samples(place))).collect() }
    }

    /// All numbers of the answer.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        let tokens = self.columns.iter().flat_map(|(_, samples)| samples.iter().flatten().copied());
        self.loss.into_iter().chain(tokens)
    }

    /// Where `found` is farther from this answer than `tolerance`, which is absolute for numbers below 1 and relative above; the worst
    /// place, if any. A NaN differs from everything but a NaN, and so does a number that one of the answers lacks.
    pub fn difference(&self, found: &Self, tolerance: f64) -> Option<Difference> {
        let mut worst: Option<(f64, Difference)> = None;
        let mut compare = |column, place, expected: f64, found: f64| {
            let distance = deviation(expected, found);
            if distance > tolerance && worst.as_ref().is_none_or(|(largest, _)| distance > *largest) {
                worst = Some((distance, Difference { column, place, expected, found }));
            }
        };
        compare("loss", None, self.loss.unwrap_or(0.0), found.loss.unwrap_or(0.0));
        for (column, expected) in &self.columns {
            let found = found.columns.iter().find(|(name, _)| name == column).map_or(&[][..], |(_, samples)| samples);
            for sample in 0..expected.len().max(found.len()) {
                let [expected, found] =
                    [&expected[..], found].map(|samples| samples.get(sample).map_or(&[][..], Vec::as_slice));
                for token in 0..expected.len().max(found.len()) {
                    let [expected, found] =
                        [expected, found].map(|tokens| tokens.get(token).copied().unwrap_or(f64::NAN));
                    compare(column, Some((sample, token)), expected, found);
                }
            }
        }
        worst.map(|(_, difference)| difference)
    }
}

/// The distance of two numbers: absolute below 1, relative above; infinite where one is NaN and the other is not.
pub(crate) fn deviation(expected: f64, found: f64) -> f64 {
    if expected == found || (expected.is_nan() && found.is_nan()) {
        return 0.0;
    }
    let distance = (found - expected).abs() / expected.abs().max(1.0);
    if distance.is_nan() { f64::INFINITY } else { distance }
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((sample, token)) => write!(formatter, "{} of sample {sample}, token {token}", self.column)?,
            None => write!(formatter, "{}", self.column)?,
        }
        write!(formatter, ": {} where {} is expected", self.found, self.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_place_is_named() {
        let answer = |values: [f64; 3]| Answer {
            loss: None,
            columns: vec![("advantage", vec![vec![values[0]], vec![values[1], values[2]]])],
        };
        let expected = answer([1.0, 100.0, 2.0]);
        assert_eq!(expected.difference(&answer([1.0, 100.0 + 1e-8, 2.0]), 1e-9), None);
        let difference = expected.difference(&answer([1.5, 100.0, 4.0]), 1e-9).unwrap();
        assert_eq!(difference.to_string(), "advantage of sample 1, token 1: 4 where 2 is expected");
        assert_eq!(expected.difference(&answer([f64::NAN, 100.0, 2.0]), 1e9).unwrap().place, Some((0, 0)));
        let shorter = Answer { loss: None, columns: vec![("advantage", vec![vec![1.0], vec![100.0]])] };
        assert_eq!(expected.difference(&shorter, 1e9).unwrap().place, Some((1, 1)));
        assert_eq!(shorter.difference(&expected, 1e9).unwrap().place, Some((1, 1)));
        let other = Answer { loss: None, columns: vec![("gradient", vec![vec![1.0], vec![100.0, 2.0]])] };
        assert_eq!(expected.difference(&other, 1e9).unwrap().place, Some((0, 0)));
    }
}
