//! Exact comparison of scalar expressions.
//!
//! ```text
//! Expr --normal--> quotient of polynomials over the rationals, in generators --difference--> zero | a number of its own | open
//! ```
//!
//! Generators are variables, i, pi, roots of primes, exponentials, logarithms and functions that no rule takes apart. A difference
//! of zero proves equality wherever both sides are defined. That it is not zero proves the opposite only where the generators are
//! known to be independent (`independence.rs`); everything else stays open, for intervals to decide.

mod algebra;
mod binding;
mod bounded;
mod derivative;
mod enclosure;
mod exponent;
mod exponential;
mod factor;
mod form;
mod function;
mod generator;
mod independence;
mod infinite_sum;
mod integral;
mod limit;
mod normal;
mod number;
mod polynomial;
mod power;
mod quotient;
mod series;
#[cfg(test)]
mod tests;

use super::{Budget, Conventions, Expr};
use crate::Rational;
use algebra::{Algebra, closed};
use plaudit_core::Limit;
use std::cmp::Ordering;

pub use form::is_reduced;

/// What exact means say of two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// They are equal wherever both are defined.
    Equal,
    /// They differ.
    NotEqual,
    /// Neither was shown.
    Open,
}

/// Compares two scalar expressions. Variables are real.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn compare(left: &Expr, right: &Expr, conventions: &Conventions, budget: &mut Budget) -> Result<Exactness, Limit> {
    if let Some(left) = number::value(left, budget)?
        && let Some(right) = number::value(right, budget)?
    {
        return Ok(if left == right { Exactness::Equal } else { Exactness::NotEqual });
    }
    let mut algebra = Algebra::new(conventions, budget);
    let difference = |algebra: &mut Algebra| {
        let left = algebra.normal(left)?;
        let right = algebra.normal(right)?;
        algebra.subtract(&left, &right)
    };
    let Some(difference) = closed(difference(&mut algebra))? else { return Ok(Exactness::Open) };
    Ok(match difference.is_zero() {
        true => Exactness::Equal,
        false if algebra.differs_from_zero(&difference) => Exactness::NotEqual,
        false => Exactness::Open,
    })
}

/// The value of an expression in which only rational numbers occur, found by arithmetic alone; `None` for others.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn arithmetic(expr: &Expr, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    number::value(expr, budget)
}

/// Where a limit goes that is infinite: `Greater` for infinity, `Less` for negative infinity; `None` for others.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn infinite_limit(
    limit: &super::Limit,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<Option<Ordering>, Limit> {
    Ok(closed(Algebra::new(conventions, budget).infinite_limit(limit))?.flatten())
}

/// The exact value of an expression that is a rational number: `None` where it is none, has variables, or no rule finds it.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn rational(expr: &Expr, conventions: &Conventions, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    if let Some(value) = number::value(expr, budget)? {
        return Ok(Some(value));
    }
    let mut algebra = Algebra::new(conventions, budget);
    let normal = closed(algebra.normal(expr))?;
    Ok(normal.and_then(|normal| normal.as_rational()).filter(|_| !algebra.has_antiderivative))
}
