//! Points where expressions with variables are compared.

use crate::Rational;
use plaudit_core::Stream;
use std::collections::{BTreeMap, BTreeSet};

/// The seed of all points: a constant, so that a comparison has one result. Points are drawn by the names of variables alone.
const SEED: u64 = 0x0070_6c61_7564_6974;

/// Where points lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// Fractions of either sign.
    All,
    /// Fractions above 0.
    Positive,
    /// Integers above 1, for factorials, sums and signs that alternate.
    Integers,
}

/// Values of variables: the same for the same name, whatever expression it is in.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    index: u64,
    range: Range,
    values: BTreeMap<String, Rational>,
}

impl Point {
    /// The point with an index for variables with these names.
    pub(crate) fn new(index: u64, names: &BTreeSet<&str>, range: Range) -> Self {
        let value = |name: &&str| ((*name).to_owned(), draw(name, index, 0, range));
        Self { index, range, values: names.iter().map(value).collect() }
    }

    /// The point with another value of one variable.
    pub(crate) fn with(&self, name: &str, value: Rational) -> Self {
        let mut point = self.clone();
        point.values.insert(name.to_owned(), value);
        point
    }

    /// Whether there are no variables.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of a variable.
    pub(crate) fn value(&self, name: &str) -> Option<&Rational> {
        self.values.get(name)
    }

    /// The value of a function without a meaning: drawn by its name and its arguments, so that equal arguments give equal values.
    pub(crate) fn value_of_function(&self, name: &str, arguments: &[&Rational]) -> Rational {
        let arguments: Vec<_> = arguments.iter().map(|value| format!("({value})")).collect();
        draw(&format!("{name}{}", arguments.concat()), self.index, 1, self.range)
    }
}

/// Written as `x = 3/7, y = -2`.
impl std::fmt::Display for Point {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, value)) in self.values.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{name} = {value}")?;
        }
        Ok(())
    }
}

/// A number drawn by its key. Fractions are in turn between 1 and 9, below 1, and large; each size comes with one sign and then with the other.
fn draw(name: &str, index: u64, kind: u64, range: Range) -> Rational {
    let mut stream = Stream::new(SEED, name, index, 4 * kind + range as u64);
    if range == Range::Integers {
        return Rational::from(stream.between(2, 6 + index as i64));
    }
    // Odd denominators, and numerators that are no multiples of them: no pole or kink of anything that people write down.
    let denominator = 11 + 2 * stream.between(0, 40);
    let (size, turn) = (index % 3, index / 3);
    let (low, high) = match size {
        0 => (denominator + 1, denominator * 9),
        1 => (1, denominator - 1),
        _ => {
            let power = 10_i64.pow(stream.below(9) as u32);
            (10 * denominator * power, 100 * denominator * power)
        }
    };
    let numerator = stream.between(low, high);
    let numerator = if numerator % denominator == 0 { numerator + 1 } else { numerator };
    let is_first_negative = Stream::new(SEED, name, turn / 2, 8 + size).chance(0.5);
    let is_negative = range == Range::All && is_first_negative != (turn % 2 == 1);
    let numerator = if is_negative { -numerator } else { numerator };
    Rational::from_parts(numerator.into(), denominator.unsigned_abs().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_same_value_whatever_else_there_is() {
        let (one, two) = (BTreeSet::from(["x"]), BTreeSet::from(["a", "x"]));
        for index in 0..24 {
            let (first, second) = (Point::new(index, &one, Range::All), Point::new(index, &two, Range::All));
            assert_eq!(first.value("x"), second.value("x"));
            assert_ne!(second.value("x"), second.value("a"));
        }
    }

    #[test]
    fn twelve_points_have_each_size_with_each_sign() {
        let (zero, one, ten) = (Rational::ZERO, Rational::ONE, Rational::from(10));
        for name in ["x", "y", "alpha", "t_{1}"] {
            let values: Vec<_> = (0..12).map(|index| draw(name, index, 0, Range::All)).collect();
            let count = |kind: &dyn Fn(&Rational) -> bool| values.iter().filter(|value| kind(value)).count();
            assert_eq!(count(&|value| *value > zero), 6, "{name}");
            assert_eq!(count(&|value| *value > zero && *value < one), 2, "{name}");
            assert_eq!(count(&|value| *value < -ten.clone()), 2, "{name}");
            assert!(values.iter().all(|value| !value.is_int()));
            assert!((0..16).all(|index| draw(name, index, 0, Range::Positive) > zero));
            assert!((0..16).all(|index| draw(name, index, 0, Range::Integers).is_int()));
        }
    }
}
