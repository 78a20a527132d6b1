//! Where a quadratic polynomial is positive, zero or negative.

use super::{End, Piece, RealSet, WHOLE, WITHOUT, complement};
use crate::Rational;
use crate::math::compare::Comparer;
use crate::math::{Comparison, Expr};
use plaudit_core::Limit;
use std::cmp::Ordering;

/// The largest degree that is solved.
const MOST: u64 = 2;

impl Comparer<'_> {
    /// The values of the one variable in a chain of comparisons of polynomials that are of no higher degree than [`MOST`] and have rational
    /// coefficients.
    pub(super) fn quadratic_condition(
        &mut self,
        terms: &[Expr],
        comparisons: &[Comparison],
    ) -> Result<Option<RealSet>, Limit> {
        let names: Vec<_> = terms.iter().flat_map(Expr::variables).collect();
        let Some(name) = names.first().filter(|first| names.iter().all(|name| name == *first)) else { return Ok(None) };
        let mut set = vec![WHOLE];
        for (pair, comparison) in terms.windows(2).zip(comparisons) {
            let [left, right] = pair else { unreachable!("windows of two") };
            let difference = Expr::Sum(vec![left.clone(), Expr::Negative(Box::new(right.clone()))]);
            let Some(coefficients) = self.coefficients(&difference, name)? else { return Ok(None) };
            let Some(solutions) = solutions(coefficients, *comparison) else { return Ok(None) };
            let Some(next) = self.intersection(&set, &solutions)? else { return Ok(None) };
            set = next;
        }
        Ok(Some(set))
    }

    /// c, b and a of a x^2 + b x + c, read off at x = 0, 1 and -1.
    fn coefficients(&mut self, expr: &Expr, name: &str) -> Result<Option<[Rational; 3]>, Limit> {
        if degree(expr).is_none_or(|degree| degree > MOST) {
            return Ok(None);
        }
        let mut at = |value: i32| {
            let value = expr.with(&|other| (other == name).then(|| Expr::number(value)));
            self.rational(&value)
        };
        let (Some(constant), Some(right), Some(left)) = (at(0)?, at(1)?, at(-1)?) else { return Ok(None) };
        let two = Rational::from(2);
        let square = (&right + &left) / &two - &constant;
        Ok(Some([constant, (right - left) / two, square]))
    }
}

/// A degree that a polynomial is not above; `None` for what is not written as a polynomial.
fn degree(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::Symbol(_) => Some(1),
        Expr::Sum(parts) => parts.iter().map(degree).try_fold(0, |most, degree| Some(most.max(degree?))),
        Expr::Product(parts) => parts.iter().map(degree).try_fold(0_u64, |sum, degree| sum.checked_add(degree?)),
        Expr::Negative(part) => degree(part),
        Expr::Tuple(_, parts) if parts.len() == 1 => degree(&parts[0]),
        Expr::Fraction(pair) if pair[1].variables().is_empty() => degree(&pair[0]),
        Expr::Power(pair) => match &pair[1] {
            Expr::Number(exponent) if exponent.value.is_int() => {
                degree(&pair[0])?.checked_mul(u64::try_from(exponent.value.numerator()).ok()?)
            }
            _ => expr.variables().is_empty().then_some(0),
        },
        other => other.variables().is_empty().then_some(0),
    }
}

/// The numbers for which a x^2 + b x + c compares so with 0.
fn solutions(coefficients: [Rational; 3], comparison: Comparison) -> Option<RealSet> {
    let is_closed = matches!(comparison, Comparison::GreaterOrEqual | Comparison::LessOrEqual);
    Some(match comparison {
        Comparison::Greater | Comparison::GreaterOrEqual => positive(&coefficients, is_closed),
        Comparison::Less | Comparison::LessOrEqual => positive(&coefficients.map(|value| -value), is_closed),
        Comparison::NotEqual if coefficients.iter().all(Rational::is_zero) => Vec::new(),
        Comparison::NotEqual => complement(&roots(&coefficients).iter().map(Piece::point).collect::<Vec<_>>()),
        _ => return None,
    })
}

/// Where a x^2 + b x + c is positive; where `is_closed`, also where it is 0.
fn positive(coefficients: &[Rational; 3], is_closed: bool) -> RealSet {
    let [c, b, a] = coefficients;
    let end = |root: &Expr| End { value: Some(root.clone()), is_closed };
    let below = |root| Piece { low: WITHOUT, high: end(root) };
    let above = |root| Piece { low: end(root), high: WITHOUT };
    match roots(coefficients).as_slice() {
        [] if *c > Rational::ZERO || c.is_zero() && is_closed => vec![WHOLE],
        [first, last] if *a > Rational::ZERO => vec![below(first), above(last)],
        [first, last] => vec![Piece { low: end(first), high: end(last) }],
        [root] if *b > Rational::ZERO && a.is_zero() => vec![above(root)],
        [root] if a.is_zero() => vec![below(root)],
        [_] if *a > Rational::ZERO && is_closed => vec![WHOLE],
        [root] if *a > Rational::ZERO => vec![below(root), above(root)],
        [root] if is_closed => vec![Piece::point(root)],
        _ => Vec::new(),
    }
}

/// The real roots of a x^2 + b x + c in order; none where all three are 0.
fn roots([c, b, a]: &[Rational; 3]) -> Vec<Expr> {
    if a.is_zero() {
        return if b.is_zero() { Vec::new() } else { vec![Expr::number(-c / b)] };
    }
    // -b/(2a) -+ sqrt(b^2/(4 a^2) - c/a)
    let middle = -b / (a * Rational::from(2));
    let square = &middle * &middle - c / a;
    let root = Expr::Root(Box::new([Expr::number(square.clone()), Expr::number(2)]));
    let beside = |distance| Expr::Sum(vec![Expr::number(middle.clone()), distance]);
    match square.cmp(&Rational::ZERO) {
        Ordering::Less => Vec::new(),
        Ordering::Equal => vec![Expr::number(middle)],
        Ordering::Greater => vec![beside(Expr::Negative(Box::new(root.clone()))), beside(root)],
    }
}

#[cfg(test)]
mod tests {
    use crate::math::{Equality, Policy, judge};

    #[test]
    fn quadratic_inequalities_have_solutions() {
        for (inequality, solutions) in [
            ("x^2 - 5x + 6 < 0", "2 < x < 3"),
            ("x^2 - 5x + 6 \\geq 0", "(-\\infty, 2] \\cup [3, \\infty)"),
            ("x^2 > 5x - 6", "x < 2 or x > 3"),
            ("-x^2 + 2x + 1 \\ge 0", "[1 - \\sqrt 2, 1 + \\sqrt 2]"),
            ("(x - 1)(x + 2) > 0", "(-\\infty, -2) \\cup (1, \\infty)"),
            ("x^2 + 1 > 0", "\\mathbb{R}"),
            ("x^2 + 1 \\le 0", "\\emptyset"),
            ("x^2 - 2x + 1 \\le 0", "[1, 1]"),
            ("x^2 - 2x + 1 > 0", "(-\\infty, 1) \\cup (1, \\infty)"),
            ("x^2 - 2x \\ne 0", "(-\\infty, 0) \\cup (0, 2) \\cup (2, \\infty)"),
            ("0 < x^2 - 2x < 3", "(-1, 0) \\cup (2, 3)"),
            ("3 - 2x < x", "x > 1"),
        ] {
            let judged = |gold, answer| judge(gold, answer, &Policy::default()).equality;
            assert!(judged(solutions, inequality).is_equal(), "{inequality}: {:?}", judged(solutions, inequality));
            let other = judged("(-1, 7)", inequality);
            assert!(matches!(other, Equality::NotEqual { .. }), "{inequality}: {other:?}");
        }
    }
}
