//! The numbers for which comparisons hold.

use super::{End, Piece, RealSet, WHOLE, WITHOUT, mirrored};
use crate::Rational;
use crate::math::compare::Comparer;
use crate::math::{Comparison, Constant, Expr, Function};
use plaudit_core::Limit;

/// What is compared with numbers.
#[derive(Clone, Copy, PartialEq)]
struct Unknown<'a> {
    /// A linear expression in one variable, or what has no value of its own: `f(2)`.
    inner: &'a Expr,
    through: Through,
}

/// What is taken of an expression before it is compared.
#[derive(Clone, Copy, PartialEq)]
enum Through {
    Itself,
    Magnitude,
    Square,
}

impl<'a> Unknown<'a> {
    fn of(expr: &'a Expr) -> Option<Self> {
        let (inner, through) = match expr {
            Expr::Function(Function::Abs, parts) if parts.len() == 1 => (&parts[0], Through::Magnitude),
            Expr::Power(parts) if is_two(&parts[1]) => (&parts[0], Through::Square),
            other => (other, Through::Itself),
        };
        let has_variable = matches!(inner, Expr::Apply(..)) || inner.variables().len() == 1;
        has_variable.then_some(Self { inner, through })
    }
}

impl Comparer<'_> {
    /// The values of the one variable in a chain of comparisons of a linear expression, its absolute value or its square with constants.
    pub(super) fn condition(&mut self, terms: &[Expr], comparisons: &[Comparison]) -> Result<Option<RealSet>, Limit> {
        let mut set = vec![WHOLE];
        let mut unknown: Option<Unknown<'_>> = None;
        for (pair, comparison) in terms.windows(2).zip(comparisons) {
            let [left, right] = pair else { unreachable!("windows of two") };
            let (side, bound, is_flipped) = match (Unknown::of(left), Unknown::of(right)) {
                (Some(side), None) => (side, right, false),
                (None, Some(side)) => (side, left, true),
                _ => return Ok(None),
            };
            if unknown.is_some_and(|unknown| unknown != side) {
                return Ok(None);
            }
            unknown = Some(side);
            let Some(other) = self.numbers(*comparison, bound, is_flipped)? else { return Ok(None) };
            let Some(next) = self.intersection(&set, &other)? else { return Ok(None) };
            set = next;
        }
        let Some(unknown) = unknown else { return Ok(None) };
        if unknown.through != Through::Itself {
            let positive =
                Piece { low: End { value: Some(Expr::number(Rational::ZERO)), is_closed: true }, high: WITHOUT };
            let Some(mut magnitudes) = self.intersection(&set, &[positive])? else { return Ok(None) };
            if unknown.through == Through::Square {
                magnitudes = magnitudes.into_iter().map(rooted).collect();
            }
            set = Vec::new();
            for piece in magnitudes.iter().rev().map(mirrored).chain(magnitudes.iter().cloned()) {
                let Some(next) = self.joined(set, piece)? else { return Ok(None) };
                set = next;
            }
        }
        self.solved(set, unknown.inner)
    }

    /// Where a linear expression has its values in a set.
    fn solved(&mut self, set: RealSet, linear: &Expr) -> Result<Option<RealSet>, Limit> {
        if matches!(linear, Expr::Symbol(_) | Expr::Apply(..)) {
            return Ok(Some(set));
        }
        let names = linear.variables();
        let Some(name) = names.first() else { return Ok(None) };
        let Some(slope) = slope(linear, name) else { return Ok(None) };
        let Some(slope) = self.rational(&slope)?.filter(|slope| !slope.is_zero()) else { return Ok(None) };
        let is_falling = slope < Rational::ZERO;
        let offset = linear.with(&|other| (other == *name).then(|| Expr::number(Rational::ZERO)));
        let solve = |end: &End| {
            let difference = |value: &Expr| Expr::Sum(vec![value.clone(), Expr::Negative(Box::new(offset.clone()))]);
            let quotient = |value: &Expr| Expr::Fraction(Box::new([difference(value), Expr::number(slope.clone())]));
            End { value: end.value.as_ref().map(quotient), is_closed: end.is_closed }
        };
        let piece = |piece: &Piece| match is_falling {
            true => Piece { low: solve(&piece.high), high: solve(&piece.low) },
            false => Piece { low: solve(&piece.low), high: solve(&piece.high) },
        };
        Ok(Some(if is_falling { set.iter().rev().map(piece).collect() } else { set.iter().map(piece).collect() }))
    }

    /// The numbers that compare so with a bound.
    fn numbers(&mut self, comparison: Comparison, bound: &Expr, is_flipped: bool) -> Result<Option<RealSet>, Limit> {
        if !bound.variables().is_empty() {
            return Ok(None);
        }
        if comparison == Comparison::Element && !is_flipped {
            return self.real_set(bound);
        }
        let end = |is_closed| End { value: Some(bound.clone()), is_closed };
        let below = |is_closed| Piece { low: WITHOUT, high: end(is_closed) };
        let above = |is_closed| Piece { low: end(is_closed), high: WITHOUT };
        let set: Option<RealSet> = match (comparison, is_flipped) {
            (Comparison::Less, false) | (Comparison::Greater, true) => Some(vec![below(false)]),
            (Comparison::LessOrEqual, false) | (Comparison::GreaterOrEqual, true) => Some(vec![below(true)]),
            (Comparison::Greater, false) | (Comparison::Less, true) => Some(vec![above(false)]),
            (Comparison::GreaterOrEqual, false) | (Comparison::LessOrEqual, true) => Some(vec![above(true)]),
            (Comparison::NotEqual, _) => Some(vec![below(false), above(false)]),
            (Comparison::Equal, _) => Some(vec![Piece::point(bound)]),
            _ => None,
        };
        Ok(set.map(without_infinite))
    }
}

fn is_two(expr: &Expr) -> bool {
    matches!(expr, Expr::Number(number) if number.value == Rational::from(2))
}

/// The numbers, none of them negative, whose squares lie in a piece.
fn rooted(piece: Piece) -> Piece {
    let root = |end: End| End {
        value: end.value.map(|value| Expr::Root(Box::new([value, Expr::number(Rational::from(2))]))),
        is_closed: end.is_closed,
    };
    Piece { low: root(piece.low), high: root(piece.high) }
}

/// `x < \infty` says nothing.
fn without_infinite(set: RealSet) -> RealSet {
    let bound = |end: End| match &end.value {
        Some(Expr::Constant(Constant::Infinity)) => WITHOUT,
        Some(Expr::Negative(inner)) if **inner == Expr::Constant(Constant::Infinity) => WITHOUT,
        _ => end,
    };
    set.into_iter().map(|piece| Piece { low: bound(piece.low), high: bound(piece.high) }).collect()
}

/// a of a x + b as it is written; `None` where it is no such expression.
fn slope(expr: &Expr, name: &str) -> Option<Expr> {
    if !expr.variables().contains(name) {
        return Some(Expr::number(Rational::ZERO));
    }
    Some(match expr {
        Expr::Symbol(_) => Expr::number(Rational::ONE),
        Expr::Sum(terms) => Expr::Sum(terms.iter().map(|term| slope(term, name)).collect::<Option<_>>()?),
        Expr::Negative(part) => Expr::Negative(Box::new(slope(part, name)?)),
        Expr::Product(factors) => {
            let mut places = (0..factors.len()).filter(|place| factors[*place].variables().contains(name));
            let (Some(place), None) = (places.next(), places.next()) else { return None };
            let mut factors = factors.clone();
            factors[place] = slope(&factors[place], name)?;
            Expr::Product(factors)
        }
        Expr::Fraction(pair) if pair[1].variables().is_empty() => {
            Expr::Fraction(Box::new([slope(&pair[0], name)?, pair[1].clone()]))
        }
        _ => return None,
    })
}
