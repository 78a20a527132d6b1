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

use super::{Budget, Expr, Function, Logarithm, Percent};
use crate::Rational;
use algebra::{Algebra, closed};
use plaudit_core::Limit;

pub use form::is_reduced;

/// What is a matter of convention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The base of a logarithm that has none.
    pub logarithm: Logarithm,
    /// What a percent sign is worth.
    pub percent: Percent,
}

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
/// Where settings leave a choice, it is made alike on both sides: one reading that makes them equal suffices.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn compare(left: &Expr, right: &Expr, settings: &Settings, budget: &mut Budget) -> Result<Exactness, Limit> {
    let mut differ = true;
    for reading in readings(&[left, right], settings) {
        match compare_reading(left, right, &reading, budget)? {
            Exactness::Equal => return Ok(Exactness::Equal),
            Exactness::NotEqual => {}
            Exactness::Open => differ = false,
        }
    }
    Ok(if differ { Exactness::NotEqual } else { Exactness::Open })
}

fn compare_reading(left: &Expr, right: &Expr, settings: &Settings, budget: &mut Budget) -> Result<Exactness, Limit> {
    if let Some(left) = number::value(left, settings, budget)?
        && let Some(right) = number::value(right, settings, budget)?
    {
        return Ok(if left == right { Exactness::Equal } else { Exactness::NotEqual });
    }
    let mut algebra = Algebra::new(settings, budget);
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

/// The exact value of an expression that is a rational number: `None` where it is none, has variables, or no rule finds it.
///
/// # Errors
/// The [`Limit`] at which the computation stopped.
pub fn rational(expr: &Expr, settings: &Settings, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    let mut common = None;
    for reading in readings(&[expr], settings) {
        let value = match number::value(expr, &reading, budget)? {
            Some(value) => Some(value),
            None => {
                let mut algebra = Algebra::new(&reading, budget);
                let normal = closed(algebra.normal(expr))?;
                normal.and_then(|normal| normal.as_rational()).filter(|_| !algebra.has_antiderivative)
            }
        };
        match (value, &common) {
            (None, _) => return Ok(None),
            (Some(value), Some(other)) if value != *other => return Ok(None),
            (value, _) => common = value,
        }
    }
    Ok(common)
}

/// The settings without a choice that those with one stand for, as far as it matters to these expressions.
fn readings(expressions: &[&Expr], settings: &Settings) -> Vec<Settings> {
    let mut readings = vec![*settings];
    if settings.logarithm == Logarithm::Either {
        let is_bare = |expr: &Expr| matches!(expr, Expr::Function(Function::Log, values) if values.len() == 1);
        let choices = match expressions.iter().any(|expr| occurs(expr, &is_bare)) {
            true => &[Logarithm::Ten, Logarithm::Natural][..],
            false => &[Logarithm::Ten],
        };
        let with =
            |reading: Settings| choices.iter().map(move |logarithm| Settings { logarithm: *logarithm, ..reading });
        readings = readings.into_iter().flat_map(with).collect();
    }
    if settings.percent == Percent::Either {
        let choices = match expressions.iter().any(|expr| occurs(expr, &|expr| matches!(expr, Expr::Percent(_)))) {
            true => &[Percent::Hundredths, Percent::Unit][..],
            false => &[Percent::Hundredths],
        };
        let with = |reading: Settings| choices.iter().map(move |percent| Settings { percent: *percent, ..reading });
        readings = readings.into_iter().flat_map(with).collect();
    }
    readings
}

fn occurs(expr: &Expr, what: &dyn Fn(&Expr) -> bool) -> bool {
    what(expr) || expr.parts().into_iter().any(|part| occurs(part, what))
}
