//! Two values: exact means first, then numbers, then what the policy forgives.

use super::Comparer;
use crate::Rational;
use crate::math::evaluate::{self, Obstacle};
use crate::math::exact::{self, Exactness};
use crate::math::{
    Budget, Constant, Conventions, Equality, Expr, Function, How, Logarithm, Number, Tolerance, Tolerated, Witness,
};
use plaudit_core::Limit;
use std::cmp::Ordering;
use std::collections::BTreeSet;

impl Comparer<'_> {
    /// Two values without units.
    pub(super) fn scalars(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        match (self.infinite_sign(gold)?, self.infinite_sign(answer)?) {
            (Some(left), Some(right)) if left == right => return Ok(Equality::Equal { how: How::Exact }),
            (Some(_), Some(_)) => return Ok(Equality::NotEqual { witness: Witness::Exact }),
            (Some(_), None) if self.is_finite(answer)? => return Ok(Equality::NotEqual { witness: Witness::Exact }),
            (None, Some(_)) if self.is_finite(gold)? => return Ok(Equality::NotEqual { witness: Witness::Exact }),
            _ => {}
        }
        let complex = complex_variables([gold, answer]);
        let [with_parts, other] = [gold, answer].map(|expr| with_real_parts(expr, &complex));
        let (gold, answer) = (with_parts.as_ref().unwrap_or(gold), other.as_ref().unwrap_or(answer));
        let equality = match self.exactly(gold, answer)? {
            Exactness::Equal => Equality::Equal { how: How::Exact },
            Exactness::NotEqual => Equality::NotEqual { witness: Witness::Exact },
            Exactness::Open => evaluate::compare(gold, answer, &self.conventions(), self.budget),
        };
        let is_forgiven = matches!(equality, Equality::NotEqual { .. }) && self.is_forgiven(gold, answer)?;
        Ok(if is_forgiven { Equality::Equal { how: How::Tolerance } } else { equality })
    }

    /// The sign of what is infinite: infinity itself, or a limit.
    fn infinite_sign(&mut self, expr: &Expr) -> Result<Option<Ordering>, Limit> {
        match expr {
            Expr::Constant(Constant::Infinity) => Ok(Some(Ordering::Greater)),
            Expr::Negative(part) => Ok(self.infinite_sign(part)?.map(Ordering::reverse)),
            Expr::Limit(limit) => exact::infinite_limit(limit, &self.conventions(), self.budget),
            _ => Ok(None),
        }
    }

    /// Whether a constant is known to be a number.
    fn is_finite(&mut self, expr: &Expr) -> Result<bool, Limit> {
        match evaluate::value(expr, evaluate::FIRST_PRECISION, &self.conventions(), self.budget) {
            Ok(_) => Ok(true),
            Err(Obstacle::Budget(limit)) => Err(limit),
            Err(_) => Ok(false),
        }
    }

    /// Exact means with half of what is left, so that numbers can still refute where terms grow too many.
    fn exactly(&mut self, left: &Expr, right: &Expr) -> Result<Exactness, Limit> {
        let mut half = Budget::of_steps(self.budget.left() / 2);
        let exactness = exact::compare(left, right, &self.conventions(), &mut half);
        self.budget.take(self.budget.left() / 2 - half.left())?;
        Ok(exactness.unwrap_or(Exactness::Open))
    }

    /// Whether the policy's tolerance covers the difference of two constants.
    fn is_forgiven(&mut self, gold: &Expr, answer: &Expr) -> Result<bool, Limit> {
        let places = [decimals(gold), decimals(answer)];
        let is_tolerated = self.policy.tolerated == Tolerated::All || places != [None, None];
        if self.policy.tolerance == Tolerance::None || !is_tolerated {
            return Ok(false);
        }
        let (conventions, budget) = (self.conventions(), &mut *self.budget);
        let mut both = |round: &mut dyn FnMut(&Expr, &mut _) -> Result<Rational, Obstacle>| {
            Ok(round(gold, budget)? == round(answer, budget)?)
        };
        let result = match self.policy.tolerance {
            Tolerance::None => Ok(false),
            Tolerance::Decimals(digits) => {
                both(&mut |expr, budget| evaluate::to_decimals(expr, digits, &conventions, budget))
            }
            Tolerance::SignificantDigits(digits) => {
                both(&mut |expr, budget| evaluate::to_significant_digits(expr, digits, &conventions, budget))
            }
            Tolerance::AsWritten(least) => match places.into_iter().flatten().min() {
                Some(digits) if digits >= least => {
                    both(&mut |expr, budget| evaluate::to_decimals(expr, digits, &conventions, budget))
                }
                _ => Ok(false),
            },
            Tolerance::Absolute(tolerance) => match fraction(tolerance) {
                Some(tolerance) => evaluate::within_absolute(gold, answer, &tolerance, &conventions, budget),
                None => Ok(false),
            },
            Tolerance::Relative(tolerance) => match fraction(tolerance) {
                Some(tolerance) => evaluate::within_relative(gold, answer, &tolerance, &conventions, budget),
                None => Ok(false),
            },
        };
        match result {
            Ok(is_within) => Ok(is_within),
            Err(Obstacle::Budget(limit)) => Err(limit),
            Err(_) => Ok(false),
        }
    }

    /// Which of two constants is the larger one; `None` where that cannot be said.
    pub(super) fn order(&mut self, left: &Expr, right: &Expr) -> Result<Option<Ordering>, Limit> {
        if self.exactly(left, right)? == Exactness::Equal {
            return Ok(Some(Ordering::Equal));
        }
        match evaluate::order(left, right, &self.conventions(), self.budget) {
            Ok(order) => Ok(Some(order)),
            Err(Obstacle::Budget(limit)) => Err(limit),
            Err(_) => Ok(None),
        }
    }

    /// The exact value of a constant, where it is rational.
    pub(super) fn rational(&mut self, expr: &Expr) -> Result<Option<Rational>, Limit> {
        exact::rational(expr, &self.conventions(), self.budget)
    }

    fn conventions(&self) -> Conventions {
        Conventions { natural_logarithm: self.policy.logarithm == Logarithm::Natural, positive_variables: false }
    }
}

/// Variables of which there is a conjugate, a real or an imaginary part, or an argument: they are not meant to be real.
fn complex_variables(both: [&Expr; 2]) -> BTreeSet<Box<str>> {
    fn collect(expr: &Expr, names: &mut BTreeSet<Box<str>>) {
        if let Expr::Function(Function::Conjugate | Function::Re | Function::Im | Function::Arg, parts) = expr {
            names.extend(parts.iter().flat_map(Expr::variables).map(Box::from));
        }
        expr.parts().for_each(|part| collect(part, names));
    }
    let mut names = BTreeSet::new();
    both.into_iter().for_each(|expr| collect(expr, &mut names));
    names
}

/// With a real variable for each part of a complex one: z = x + iy. `None` where there is none.
fn with_real_parts(expr: &Expr, complex: &BTreeSet<Box<str>>) -> Option<Expr> {
    let parts = |name: &str| {
        let part = |part| Expr::Symbol(format!("{part}({name})").into());
        let imaginary = Expr::Product(vec![Expr::Constant(Constant::I), part("Im")]);
        complex.contains(name).then(|| Expr::Sum(vec![part("Re"), imaginary]))
    };
    expr.variables().iter().any(|name| complex.contains(*name)).then(|| expr.with(&parts))
}

/// The most digits behind the point of any numeral in a value; `None` where none has a point.
fn decimals(expr: &Expr) -> Option<u32> {
    match expr {
        Expr::Number(Number { decimals, .. }) => *decimals,
        other => other.parts().filter_map(decimals).max(),
    }
}

/// A tolerance as the fraction that it is; `None` where it is not finite.
fn fraction(tolerance: f64) -> Option<Rational> {
    Rational::try_from(tolerance).ok()
}
