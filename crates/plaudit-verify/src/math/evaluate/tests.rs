//! Tests of enclosures and of what they say.

mod calculus;
mod confirmations;
mod enclosures;
mod refutations;

use super::bounds::Bounds;
use super::real::Real;
use super::*;
use crate::Rational;
use crate::math::{Constant, Conventions, Equality, Function, How, Reason, Series, Witness};
use dashu_int::IBig;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::ops;

/// Expressions written with operators.
#[derive(Clone, Debug)]
struct Written(Expr);

fn n(value: i64) -> Written {
    exactly(Rational::from(value))
}

fn exactly(value: Rational) -> Written {
    Written(Expr::number(value))
}

/// 10^power, written as a numeral.
fn ten_to(power: usize) -> Rational {
    Rational::from(IBig::from(10).pow(power))
}

fn s(name: &str) -> Written {
    Written(Expr::Symbol(name.into()))
}

fn pi() -> Written {
    Written(Expr::Constant(Constant::Pi))
}

fn e() -> Written {
    Written(Expr::Constant(Constant::E))
}

fn i() -> Written {
    Written(Expr::Constant(Constant::I))
}

fn f(function: Function, argument: Written) -> Written {
    Written(Expr::Function(function, vec![argument.0]))
}

fn f2(function: Function, first: Written, second: Written) -> Written {
    Written(Expr::Function(function, vec![first.0, second.0]))
}

fn root(radicand: Written, index: i64) -> Written {
    Written(Expr::Root(Box::new([radicand.0, n(index).0])))
}

fn sqrt(radicand: Written) -> Written {
    root(radicand, 2)
}

impl Written {
    fn pow(self, exponent: Self) -> Self {
        Self(Expr::Power(Box::new([self.0, exponent.0])))
    }
}

impl ops::Add for Written {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(Expr::Sum(vec![self.0, other.0]))
    }
}

impl ops::Sub for Written {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl ops::Mul for Written {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(Expr::Product(vec![self.0, other.0]))
    }
}

impl ops::Div for Written {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self(Expr::Fraction(Box::new([self.0, other.0])))
    }
}

impl ops::Neg for Written {
    type Output = Self;
    fn neg(self) -> Self {
        Self(Expr::Negative(Box::new(self.0)))
    }
}

/// Compares in both orders, which must not matter.
fn compared(left: &Written, right: &Written) -> Equality {
    compared_within(Budget::STEPS, left, right)
}

fn compared_within(steps: u64, left: &Written, right: &Written) -> Equality {
    let conventions = Conventions::default();
    let result = compare(&left.0, &right.0, &conventions, &mut Budget::of_steps(steps));
    let mirrored = compare(&right.0, &left.0, &conventions, &mut Budget::of_steps(steps));
    assert_eq!(result, mirrored.flipped(), "{left:?} and {right:?}");
    result
}

#[track_caller]
fn assert_equal(left: Written, right: Written) {
    let result = compared(&left, &right);
    assert!(result.is_equal(), "{left:?} and {right:?}: {result:?}");
}

#[track_caller]
fn assert_differ(left: Written, right: Written) {
    let result = compared(&left, &right);
    assert!(
        matches!(result, Equality::NotEqual { witness: Witness::Values { .. } }),
        "{left:?} and {right:?}: {result:?}"
    );
}

#[track_caller]
fn assert_unknown(left: Written, right: Written) {
    let result = compared(&left, &right);
    assert!(matches!(result, Equality::Unknown { .. }), "{left:?} and {right:?}: {result:?}");
}

/// The first digits of a value, cut off.
fn digits(expr: Written, bits: usize, digits: usize) -> String {
    value(&expr.0, bits, &Conventions::default(), &mut Budget::new()).unwrap().about(digits)
}

fn series(is_product: bool, from: Written, to: Written, body: Written) -> Written {
    let series = Series { is_product, index: "k".into(), from: from.0, to: to.0, body: body.0 };
    Written(Expr::Series(Box::new(series)))
}
