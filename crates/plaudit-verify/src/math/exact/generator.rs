//! What polynomials are made of besides rational numbers.

use super::polynomial::{Id, Polynomial};
use super::quotient::Quotient;
use crate::math::Function;
use dashu_int::UBig;
use std::rc::Rc;

/// A number or function that is not taken apart further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Generator {
    /// i, the square of which is -1.
    Imaginary,
    /// e^(i pi), exponents of which are roots of unity.
    HalfTurn,
    /// The ratio of a circle's circumference to its diameter.
    Pi,
    /// A positive integer above 1 under fractional exponents, and whether it is known to be prime.
    Prime(UBig, bool),
    /// A free variable, real.
    Variable(Box<str>),
    /// The variable of a sum, limit, derivative or integral: told apart from free ones of its name by a number. Whether it
    /// is positive.
    Bound(usize, bool),
    /// e to this power.
    Exponential(Quotient),
    /// -1 to this power, an integer.
    Alternating(Quotient),
    /// The natural logarithm.
    Logarithm(Quotient),
    /// A polynomial under fractional exponents.
    Radicand(Polynomial),
    /// The absolute value of a real polynomial.
    Absolute(Polynomial),
    /// A known function that no rule took apart.
    Function(Function, Vec<Quotient>),
    /// A function without a meaning.
    Apply(Box<str>, Vec<Quotient>),
}

impl Generator {
    /// The quotients that it is a function of.
    pub(super) fn arguments(&self) -> &[Quotient] {
        match self {
            Self::Exponential(value) | Self::Alternating(value) | Self::Logarithm(value) => std::slice::from_ref(value),
            Self::Function(_, values) | Self::Apply(_, values) => values,
            _ => &[],
        }
    }

    /// The polynomials in it.
    pub(super) fn polynomials(&self) -> Vec<&Polynomial> {
        match self {
            Self::Radicand(value) | Self::Absolute(value) => vec![value],
            other => other.arguments().iter().flat_map(|value| [&value.numerator, &value.denominator]).collect(),
        }
    }

    /// Whether both are the same function, of whatever arguments.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Function(ours, _), Self::Function(theirs, _)) => ours == theirs,
            (Self::Apply(ours, _), Self::Apply(theirs, _)) => ours == theirs,
            (ours, theirs) => std::mem::discriminant(ours) == std::mem::discriminant(theirs),
        }
    }
}

/// A generator and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) generator: Rc<Generator>,
    /// Its exponents stay below the period: that power of it is the value.
    pub(super) relation: Option<(i64, Polynomial)>,
    /// Whether its values are positive.
    pub(super) is_positive: bool,
    /// Whether its values are real.
    pub(super) is_real: bool,
    /// Whether no variable occurs in it.
    pub(super) is_constant: bool,
    /// The bound variables that occur in it, ascending.
    pub(super) bound: Vec<Id>,
}
