//! Sets of real numbers as unions of intervals, whether written as such or as inequalities.

mod condition;
mod quadratic;

use super::reading::subjects;
use super::verdicts::All;
use super::{Comparer, Kind};
use crate::math::{Brackets, Comparison, Constant, Equality, Expr, How, Reason, SetOperation, Witness};
use plaudit_core::Limit;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Whether a constant is a set.
pub(super) fn is_set(constant: Constant) -> bool {
    !matches!(constant, Constant::Pi | Constant::E | Constant::I | Constant::Infinity)
}

/// Whether an expression is an inequality, or several.
pub(super) fn is_condition(expr: &Expr) -> bool {
    match expr {
        Expr::Relation(_, comparisons) => comparisons.iter().all(|comparison| {
            use Comparison::{Element, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
            matches!(comparison, Less | LessOrEqual | Greater | GreaterOrEqual | NotEqual | Element)
        }),
        Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) => parts.iter().all(is_condition),
        _ => false,
    }
}

/// Whether an expression is an interval beside a set or a condition: (1, 2) is else a point.
pub(super) fn is_interval(expr: &Expr) -> bool {
    match expr {
        Expr::HalfOpen(_) => true,
        Expr::Tuple(Brackets::Round | Brackets::Square, ends) => ends.len() == 2,
        _ => false,
    }
}

fn is_number(expr: &Expr) -> bool {
    Kind::of(expr) == Kind::Scalar && expr.variables().is_empty()
}

/// `5`, `x = 5`.
fn is_solution(expr: &Expr) -> bool {
    match expr {
        Expr::Relation(terms, comparisons) => match (terms.as_slice(), comparisons.as_slice()) {
            ([Expr::Symbol(_), value], [Comparison::Equal]) => is_number(value),
            _ => false,
        },
        expr => is_number(expr),
    }
}

/// One side of an interval.
#[derive(Clone, Debug)]
struct End {
    /// `None`: without end.
    value: Option<Expr>,
    /// Whether the value belongs to the interval.
    is_closed: bool,
}

const WITHOUT: End = End { value: None, is_closed: false };

#[derive(Clone, Debug)]
struct Piece {
    low: End,
    high: End,
}

impl Piece {
    fn point(value: &Expr) -> Self {
        let end = End { value: Some(value.clone()), is_closed: true };
        Self { low: end.clone(), high: end }
    }

    fn between(ends: [&Expr; 2], is_closed: [bool; 2]) -> Self {
        // Infinity on the other side is an end that no number lies beyond.
        let end = |index: usize| match ends[index] {
            Expr::Constant(Constant::Infinity) if index == 1 => WITHOUT,
            Expr::Negative(inner) if index == 0 && **inner == Expr::Constant(Constant::Infinity) => WITHOUT,
            value => End { value: Some(value.clone()), is_closed: is_closed[index] },
        };
        Self { low: end(0), high: end(1) }
    }
}

/// Pieces in order, none of which meets the next.
type RealSet = Vec<Piece>;

const WHOLE: Piece = Piece { low: WITHOUT, high: WITHOUT };

impl Comparer<'_> {
    /// Two expressions one of which is a set of real numbers.
    pub(super) fn real_sets(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        if let (Expr::HalfOpen(left), Expr::HalfOpen(right)) = (gold, answer)
            && left.is_closed == right.is_closed
        {
            return self.in_order(&left.ends, &right.ends);
        }
        let subjects = [gold, answer].map(subjects);
        if self.policy.names
            && let [left, right] = subjects.each_ref().map(|names| names.first().filter(|_| names.len() == 1))
            && let (Some(left), Some(right)) = (left, right)
            && left != right
        {
            let name = |name| format!("a condition on {name}");
            return Ok(Equality::NotEqual { witness: Witness::Kind { left: name(left), right: name(right) } });
        }
        let is_of_one = subjects.iter().all(|names| names.len() <= 1);
        if is_of_one && let (Some(left), Some(right)) = (self.real_set(gold)?, self.real_set(answer)?) {
            return self.pieces(&left, &right);
        }
        match (gold, answer) {
            (Expr::SetOperation(one, left), Expr::SetOperation(other, right)) if one == other => match one {
                SetOperation::Union | SetOperation::Intersection => self.in_any_order(left, right),
                SetOperation::Difference | SetOperation::CartesianProduct => self.in_order(left, right),
            },
            (Expr::SetBuilder(left), Expr::SetBuilder(right)) => self.in_order(&**left, &**right),
            (Expr::Constant(_), Expr::Constant(_)) => Ok(Equality::NotEqual { witness: Witness::Exact }),
            (Expr::SetOperation(..) | Expr::SetBuilder(_), _) | (_, Expr::SetOperation(..) | Expr::SetBuilder(_)) => {
                let obstacle = "a set whose elements could not be said".to_owned();
                Ok(Equality::Unknown { reason: Reason::Undecided { obstacle } })
            }
            _ if [gold, answer].into_iter().any(|expr| is_condition(expr) && expr.variables().len() == 1) => {
                let obstacle = "an inequality whose solutions could not be said".to_owned();
                Ok(Equality::Unknown { reason: Reason::Undecided { obstacle } })
            }
            _ => Ok(self.of_other_kinds(gold, answer)),
        }
    }

    fn pieces(&mut self, left: &[Piece], right: &[Piece]) -> Result<Equality, Limit> {
        if left.len() != right.len() {
            return Ok(Equality::NotEqual { witness: Witness::Count { left: left.len(), right: right.len() } });
        }
        let mut all = All::default();
        for (index, (left, right)) in left.iter().zip(right).enumerate() {
            for (left, right) in [(&left.low, &right.low), (&left.high, &right.high)] {
                let part = match (&left.value, &right.value) {
                    (None, None) => Equality::Equal { how: How::Same },
                    (Some(_), Some(_)) if left.is_closed != right.is_closed => {
                        let name = |end: &End| if end.is_closed { "a closed end" } else { "an open end" }.to_owned();
                        Equality::NotEqual { witness: Witness::Kind { left: name(left), right: name(right) } }
                    }
                    (Some(left), Some(right)) => self.compare(left, right)?,
                    _ => Equality::NotEqual { witness: Witness::Exact },
                };
                all.add(index, part);
            }
        }
        Ok(all.equality())
    }

    /// The set that an expression describes; `None` where it cannot be said.
    fn real_set(&mut self, expr: &Expr) -> Result<Option<RealSet>, Limit> {
        self.budget.take(1)?;
        Ok(match expr {
            Expr::Constant(Constant::Reals) => Some(vec![WHOLE]),
            Expr::Constant(Constant::EmptySet) => Some(Vec::new()),
            Expr::HalfOpen(interval) => self.interval(Piece::between(interval.ends.each_ref(), interval.is_closed))?,
            Expr::Tuple(brackets @ (Brackets::Round | Brackets::Square), items) => match items.as_slice() {
                [low, high] => self.interval(Piece::between([low, high], [*brackets == Brackets::Square; 2]))?,
                [item] => self.real_set(item)?,
                _ => None,
            },
            Expr::Set(items) if items.iter().all(|item| is_condition(item) || Kind::of(item) == Kind::Scalar) => {
                self.union_of(items)?
            }
            Expr::SetOperation(operation, parts) => self.operation(*operation, parts)?,
            Expr::SetBuilder(pair)
                if let Expr::Symbol(name) = &pair[0]
                    && subjects(&pair[1]).iter().all(|subject| **subject == **name) =>
            {
                self.real_set(&pair[1])?
            }
            // x \in S, before the bar, is a condition too.
            Expr::SetBuilder(pair)
                if is_condition(&pair[0]) && pair.iter().flat_map(subjects).collect::<BTreeSet<_>>().len() <= 1 =>
            {
                self.operation(SetOperation::Intersection, &**pair)?
            }
            Expr::Relation(terms, comparisons) => match self.condition(terms, comparisons)? {
                Some(set) => Some(set),
                None => self.quadratic_condition(terms, comparisons)?,
            },
            Expr::Or(parts) => self.union_of(parts)?,
            Expr::And(parts) if parts.iter().all(is_condition) => self.operation(SetOperation::Intersection, parts)?,
            // A comma is "and" where it can be: `x < 1, x > 2` is a union.
            Expr::List(parts) if parts.iter().all(is_condition) => {
                match self.operation(SetOperation::Intersection, parts)? {
                    Some(set) if set.is_empty() => self.union_of(parts)?,
                    set => set,
                }
            }
            Expr::List(parts) if parts.iter().all(is_interval) || parts.iter().all(is_solution) => {
                self.union_of(parts)?
            }
            scalar if is_number(scalar) => Some(vec![Piece::point(scalar)]),
            _ => None,
        })
    }

    /// An interval that may be empty.
    fn interval(&mut self, piece: Piece) -> Result<Option<RealSet>, Limit> {
        let (Some(low), Some(high)) = (&piece.low.value, &piece.high.value) else {
            return Ok(Some(vec![piece]));
        };
        Ok(self.order(low, high)?.map(|order| match order {
            Ordering::Less => vec![piece],
            Ordering::Equal if piece.low.is_closed && piece.high.is_closed => vec![piece],
            _ => Vec::new(),
        }))
    }

    fn union_of(&mut self, parts: &[Expr]) -> Result<Option<RealSet>, Limit> {
        let mut union = Vec::new();
        for part in parts {
            let Some(set) = self.real_set(part)? else { return Ok(None) };
            for piece in set {
                let Some(next) = self.joined(union, piece)? else { return Ok(None) };
                union = next;
            }
        }
        Ok(Some(union))
    }

    fn operation(&mut self, operation: SetOperation, parts: &[Expr]) -> Result<Option<RealSet>, Limit> {
        if operation == SetOperation::Union {
            return self.union_of(parts);
        }
        let [first, others @ ..] = parts else { return Ok(None) };
        let Some(mut set) = self.real_set(first)? else { return Ok(None) };
        for other in others {
            let Some(other) = self.real_set(other)? else { return Ok(None) };
            let other = match operation {
                SetOperation::Intersection => other,
                SetOperation::Difference => complement(&other),
                SetOperation::Union | SetOperation::CartesianProduct => return Ok(None),
            };
            let Some(next) = self.intersection(&set, &other)? else { return Ok(None) };
            set = next;
        }
        Ok(Some(set))
    }

    fn intersection(&mut self, left: &[Piece], right: &[Piece]) -> Result<Option<RealSet>, Limit> {
        let mut both = Vec::new();
        for left in left {
            for right in right {
                let low = match self.compare_ends(&left.low, &right.low, Ordering::Less)? {
                    Some(Ordering::Less) => right.low.clone(),
                    Some(_) => left.low.clone(),
                    None => return Ok(None),
                };
                let high = match self.compare_ends(&left.high, &right.high, Ordering::Greater)? {
                    Some(Ordering::Greater) => right.high.clone(),
                    Some(_) => left.high.clone(),
                    None => return Ok(None),
                };
                let Some(pieces) = self.interval(Piece { low, high })? else { return Ok(None) };
                both.extend(pieces);
            }
        }
        Ok(Some(both))
    }

    /// A union with one more piece.
    fn joined(&mut self, union: RealSet, mut piece: Piece) -> Result<Option<RealSet>, Limit> {
        let mut joined = Vec::with_capacity(union.len() + 1);
        let mut rest = union.into_iter();
        for other in rest.by_ref() {
            self.budget.take(1)?;
            let Some(before) = self.ends_before(&other.high, &piece.low)? else { return Ok(None) };
            if before {
                joined.push(other);
                continue;
            }
            let Some(behind) = self.ends_before(&piece.high, &other.low)? else { return Ok(None) };
            if behind {
                joined.push(std::mem::replace(&mut piece, other));
                break;
            }
            let low = self.compare_ends(&piece.low, &other.low, Ordering::Less)?;
            let high = self.compare_ends(&piece.high, &other.high, Ordering::Greater)?;
            let (Some(low), Some(high)) = (low, high) else { return Ok(None) };
            piece = Piece {
                low: if low == Ordering::Greater { other.low } else { piece.low },
                high: if high == Ordering::Less { other.high } else { piece.high },
            };
        }
        joined.push(piece);
        joined.extend(rest);
        Ok(Some(joined))
    }

    /// Whether nothing lies between an upper end and a lower end, and they do not touch.
    fn ends_before(&mut self, high: &End, low: &End) -> Result<Option<bool>, Limit> {
        let (Some(high_value), Some(low_value)) = (&high.value, &low.value) else { return Ok(Some(false)) };
        Ok(self.order(high_value, low_value)?.map(|order| match order {
            Ordering::Less => true,
            Ordering::Equal => !high.is_closed && !low.is_closed,
            Ordering::Greater => false,
        }))
    }

    /// Two lower ends, or two upper ones; `outer` is where an end without a value lies, and on which side of an open end a closed one.
    fn compare_ends(&mut self, left: &End, right: &End, outer: Ordering) -> Result<Option<Ordering>, Limit> {
        Ok(match (&left.value, &right.value) {
            (None, None) => Some(Ordering::Equal),
            (None, Some(_)) => Some(outer),
            (Some(_), None) => Some(outer.reverse()),
            (Some(left_value), Some(right_value)) => self.order(left_value, right_value)?.map(|order| {
                order.then(match (left.is_closed, right.is_closed) {
                    (true, false) => outer,
                    (false, true) => outer.reverse(),
                    _ => Ordering::Equal,
                })
            }),
        })
    }
}

/// The numbers between the pieces.
fn complement(set: &[Piece]) -> RealSet {
    let turned = |end: &End| End { value: end.value.clone(), is_closed: !end.is_closed };
    let mut rest = Vec::new();
    let mut low = WITHOUT;
    for (index, piece) in set.iter().enumerate() {
        if index > 0 || piece.low.value.is_some() {
            rest.push(Piece { low, high: turned(&piece.low) });
        }
        low = turned(&piece.high);
    }
    if set.last().is_none_or(|piece| piece.high.value.is_some()) {
        rest.push(Piece { low, high: WITHOUT });
    }
    rest
}

/// With the sign of every number turned.
fn mirrored(piece: &Piece) -> Piece {
    let turned = |end: &End| End {
        value: end.value.as_ref().map(|value| Expr::Negative(Box::new(value.clone()))),
        is_closed: end.is_closed,
    };
    Piece { low: turned(&piece.high), high: turned(&piece.low) }
}
