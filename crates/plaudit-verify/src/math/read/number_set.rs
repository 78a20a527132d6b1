//! Sets of numbers by their names, and what a sign above or below leaves of them: `\mathbb{R}^+`, `\mathbb{Z}_{\geq 0}`.

use super::parser::Parser;
use super::token::{Bracket, Kind};
use crate::math::{Brackets, Comparison, Constant, Expr, Interval, SetOperation};

impl Parser<'_> {
    /// What the sign that comes leaves of a set of numbers.
    pub(super) fn part_of_numbers(&mut self, base: &Expr) -> Option<Expr> {
        let Expr::Constant(constant) = base else { return None };
        let (part, length) = self.part()?;
        let set = part_of(*constant, part)?;
        self.skip(length);
        Some(set)
    }

    /// How the numbers that `^+`, `^*` or `_{> 0}` leaves compare with 0, and how many tokens that is.
    fn part(&self) -> Option<(Comparison, usize)> {
        let is_braced = self.ahead(1).kind == Kind::Open(Bracket::Brace);
        let at = 1 + usize::from(is_braced);
        let (comparison, length) = match (self.peek(), &self.ahead(at).kind) {
            (Kind::Caret, Kind::Plus) => (Comparison::Greater, 1),
            (Kind::Caret, Kind::Minus) => (Comparison::Less, 1),
            (Kind::Caret, Kind::Times | Kind::Cross) => (Comparison::NotEqual, 1),
            (Kind::Underscore, Kind::Comparison(comparison)) if self.ahead(at + 1).kind == Kind::Number("0".into()) => {
                (*comparison, 2)
            }
            _ => return None,
        };
        let is_closed = !is_braced || self.ahead(at + length).kind == Kind::Close(Bracket::Brace);
        is_closed.then_some((comparison, at + length + usize::from(is_braced)))
    }
}

/// The numbers of a set that compare so with 0.
fn part_of(set: Constant, comparison: Comparison) -> Option<Expr> {
    let zero = || Expr::number(0);
    let infinity = || Expr::Constant(Constant::Infinity);
    let below = || Expr::Negative(Box::new(infinity()));
    let half_open = |ends, is_closed| Expr::HalfOpen(Box::new(Interval { ends, is_closed }));
    Some(match (set, comparison) {
        (Constant::Reals, Comparison::Greater) => Expr::Tuple(Brackets::Round, vec![zero(), infinity()]),
        (Constant::Reals, Comparison::Less) => Expr::Tuple(Brackets::Round, vec![below(), zero()]),
        (Constant::Reals, Comparison::GreaterOrEqual) => half_open([zero(), infinity()], [true, false]),
        (Constant::Reals, Comparison::LessOrEqual) => half_open([below(), zero()], [false, true]),
        (Constant::Integers, Comparison::Greater) => Expr::Constant(Constant::Naturals),
        (Constant::Integers, Comparison::GreaterOrEqual) => {
            Expr::SetOperation(SetOperation::Union, vec![Expr::Constant(Constant::Naturals), Expr::Set(vec![zero()])])
        }
        (Constant::Reals | Constant::Integers | Constant::Rationals | Constant::Complexes, Comparison::NotEqual) => {
            Expr::SetOperation(SetOperation::Difference, vec![Expr::Constant(set), Expr::Set(vec![zero()])])
        }
        _ => return None,
    })
}
