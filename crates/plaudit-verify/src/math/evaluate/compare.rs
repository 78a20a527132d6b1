//! Are two expressions equal, as far as numbers can tell?
//!
//! **Constants.** Both are enclosed with more and more bits until the enclosures are disjoint (not equal, with certainty) or agree to enough bits.
//!
//! **Enough bits.** Different expressions can agree to any number of bits (1 and 1 + 10^-3000), but only large ones to many. There are
//! about 2^s expressions of a size of s bits, so that by chance alone some pair of them agrees to s bits; and what hides a difference are
//! exponents: a term of the size 2^-k next to 1. The size of an expression is therefore, summed over all nodes of its tree, 4 bits for the
//! operation, the bits of a numeral, and |log2 |x|| of the node's value x, four times where that is large ([`super::evaluator::weight`]
//! says why); and agreement counts where it exceeds the sizes of both expressions by [`MARGIN`] bits. A variable's value adds nothing of
//! its own. That difference is zero or at least 2^-O(size) is Richardson's uniformity conjecture (1997) for expressions whose exponents are
//! bounded, as they are here by the size itself; it is no theorem, and so the result is called numeric and not exact. A term that is too
//! small to be seen at all, such as exp(-10^5), makes the size larger than the last precision, and the result unknown. Agreement is counted
//! in bits behind the binary point: 2^-bits is the width that the two enclosures have together.
//!
//! **Variables.** Both are evaluated at points drawn by the names of the variables ([`super::point`]): first of either sign, then positive ones, then
//! positive integers, until [`AGREEMENTS`] points agree to enough bits. One point where they differ is a witness. What is not defined:
//! - Both have no value there: the point says nothing.
//! - One has no value there (a division by 0): poles are removable in the usual reading ((x^2 - 1)/(x - 1) is x + 1), so a single point says
//!   nothing either; one that is undefined at as many points as are needed to agree, while the other never agrees with it, differs from it.
//! - One has a complex value because a root or logarithm met a negative number: the values are compared as complex numbers, so that sqrt(x)^2 is
//!   x, and 2 ln x is not ln x^2.
//! - Both are complex in that way: over the reals neither is defined, and principal values may differ between equal expressions. Such points count
//!   only where there are no others.

use super::calculus::written_out;
use super::enclosure::Enclosure;
use super::evaluator::Evaluator;
use super::point::{Point, Range};
use super::real::{Arithmetic, Real};
use super::{FIRST_PRECISION, Obstacle, next_precision, special};
use crate::math::{Budget, Conventions, Equality, Expr, How, Reason, Witness};
use plaudit_core::Limit;
use std::collections::BTreeSet;

/// Bits of agreement beyond the sizes of both expressions.
const MARGIN: u64 = 64;
/// Bits that a higher precision may lose more than a lower one: a little, as errors are bounded generously.
const SLACK: usize = 8;
/// The bits of agreement of values that are known exactly.
const EXACTLY: u32 = u32::MAX;
/// The most bits of agreement that are asked for at a point; where more are needed, other points say more for less.
const POINT_PRECISION: u64 = 1024;
/// Points that must agree.
const AGREEMENTS: u32 = 12;
/// Points that are tried, in this order.
const POINTS: [(Range, u64); 3] = [(Range::All, 24), (Range::Positive, 16), (Range::Integers, 16)];

/// What it takes to draw a coordinate.
const POINT_STEPS: u64 = 64;

/// Where expressions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    /// Where at least one of them has a real value, or is complex because it is written so.
    Real,
    /// Everywhere.
    Complex,
}

/// What one point says.
#[derive(Debug)]
enum Outcome {
    /// The values agree to so many bits, or to [`EXACTLY`].
    Agree(u32),
    /// They are disjoint.
    Differ(Witness),
    /// Only one has a value.
    OneUndefined(Witness),
    /// Both are complex because of a root or logarithm of a negative number, and that is outside of the domain.
    LeftTheReals,
    /// Nothing.
    Silent(Obstacle),
}

/// Compares two expressions by their values. Bound variables are no variables; functions without a meaning take values drawn by name and argument.
///
/// Equal with [`How::Exact`] where both are rational numbers, else with [`How::Numeric`]; not equal with [`Witness::Values`]. Symmetric.
pub fn compare(left: &Expr, right: &Expr, conventions: &Conventions, budget: &mut Budget) -> Equality {
    let [plain_left, plain_right] = [left, right].map(|expr| written_out(expr, conventions, budget));
    let (left, right) = (plain_left.as_ref().unwrap_or(left), plain_right.as_ref().unwrap_or(right));
    let names: BTreeSet<&str> = left.variables().into_iter().chain(right.variables()).collect();
    let is_constant = names.is_empty() && !has_unknown_function(left) && !has_unknown_function(right);
    let comparison = Comparison { left, right, conventions, names };
    let result = if is_constant { comparison.of_constants(budget) } else { comparison.at_points(budget) };
    result.unwrap_or_else(|limit| Equality::Unknown { reason: Reason::Budget { limit } })
}

/// Two expressions, and what they are compared with.
#[derive(Debug)]
struct Comparison<'a> {
    left: &'a Expr,
    right: &'a Expr,
    conventions: &'a Conventions,
    names: BTreeSet<&'a str>,
}

/// What all points said.
#[derive(Debug, Default)]
struct Tally {
    /// How many agree, and the fewest bits to which they do.
    agreed: u32,
    bits: Option<u32>,
    undefined: u32,
    undefined_witness: Option<Witness>,
    left_the_reals: bool,
    obstacle: Option<Obstacle>,
}

impl Comparison<'_> {
    fn of_constants(&self, budget: &mut Budget) -> Result<Equality, Limit> {
        let point = Point::new(0, &self.names, Range::All);
        Ok(match self.at_one(&point, Domain::Complex, budget)? {
            Outcome::Agree(EXACTLY) => Equality::Equal { how: How::Exact },
            Outcome::Agree(bits) => Equality::Equal { how: How::Numeric { points: 1, bits } },
            Outcome::Differ(witness) | Outcome::OneUndefined(witness) => Equality::NotEqual { witness },
            Outcome::LeftTheReals => unknown(COMPLEX),
            Outcome::Silent(obstacle) => unknown(obstacle),
        })
    }

    fn at_points(&self, budget: &mut Budget) -> Result<Equality, Limit> {
        let mut tally = match self.sweep(Domain::Real, budget)? {
            Ok(equality) => return Ok(equality),
            Err(tally) => tally,
        };
        if tally.agreed == 0 {
            if let (Some(witness), true) = (tally.undefined_witness.take(), tally.undefined >= AGREEMENTS) {
                return Ok(Equality::NotEqual { witness });
            }
            if tally.left_the_reals {
                return Ok(match self.sweep(Domain::Complex, budget)? {
                    Ok(equality @ Equality::Equal { .. }) => equality,
                    _ => unknown(COMPLEX),
                });
            }
        }
        Ok(unknown(tally.obstacle.unwrap_or(TOO_FEW_POINTS)))
    }

    /// Point after point, until one differs or enough agree; else what they said.
    fn sweep(&self, domain: Domain, budget: &mut Budget) -> Result<Result<Equality, Tally>, Limit> {
        let mut tally = Tally::default();
        for (range, count) in POINTS {
            if self.conventions.positive_variables && range == Range::All {
                continue;
            }
            for index in 0..count {
                budget.take(POINT_STEPS * self.names.len() as u64)?;
                match self.at_one(&Point::new(index, &self.names, range), domain, budget)? {
                    Outcome::Agree(bits) => {
                        tally.agreed += 1;
                        let fewest = tally.bits.map_or(bits, |fewest| fewest.min(bits));
                        tally.bits = Some(fewest);
                        if tally.agreed == AGREEMENTS {
                            if let Some(witness) = self.at_special_points(range, domain, budget)? {
                                return Ok(Ok(Equality::NotEqual { witness }));
                            }
                            return Ok(Ok(Equality::Equal { how: How::Numeric { points: AGREEMENTS, bits: fewest } }));
                        }
                    }
                    Outcome::Differ(witness) => return Ok(Ok(Equality::NotEqual { witness })),
                    Outcome::OneUndefined(witness) => {
                        tally.undefined += 1;
                        tally.undefined_witness.get_or_insert(witness);
                    }
                    Outcome::LeftTheReals => tally.left_the_reals = true,
                    Outcome::Silent(obstacle) => tally.obstacle = Some(obstacle),
                }
            }
        }
        Ok(Err(tally))
    }

    /// A difference at a point that is not drawn by chance; a point where one has no value says nothing.
    fn at_special_points(&self, range: Range, domain: Domain, budget: &mut Budget) -> Result<Option<Witness>, Limit> {
        for point in special::points([self.left, self.right], &self.names, range, self.conventions, budget)? {
            budget.take(POINT_STEPS * self.names.len() as u64)?;
            if let Outcome::Differ(witness) = self.at_one(&point, domain, budget)? {
                return Ok(Some(witness));
            }
        }
        Ok(None)
    }

    /// Compares at one point, with more and more bits.
    fn at_one(&self, point: &Point, domain: Domain, budget: &mut Budget) -> Result<Outcome, Limit> {
        // With variables there are other points: the last precisions are kept for agreement that they can confirm.
        let is_hopeless = |bits| !point.is_empty() && bits > FIRST_PRECISION;
        let mut precision = Some(FIRST_PRECISION);
        let mut obstacle = Obstacle::Undecided("whether a difference is 0 or too small to be seen");
        while let Some(bits) = precision {
            let a = self.evaluate(self.left, bits, point, budget)?;
            let b = self.evaluate(self.right, bits, point, budget)?;
            let (x, y) = match (&a.value, &b.value) {
                (Ok(x), Ok(y)) => (x, y),
                (Err(Obstacle::Undefined(_)), Ok(y)) => {
                    return Ok(Outcome::OneUndefined(witness(point, "undefined".into(), y.about(DIGITS))));
                }
                (Ok(x), Err(Obstacle::Undefined(_))) => {
                    return Ok(Outcome::OneUndefined(witness(point, x.about(DIGITS), "undefined".into())));
                }
                (first, second) => {
                    // One of the two, whichever expression comes first.
                    obstacle = [first, second]
                        .into_iter()
                        .filter_map(|value| value.as_ref().err().copied())
                        .min_by_key(Obstacle::to_string)
                        .expect("one of them has no value");
                    let is_undecided = |value: &Result<_, _>| matches!(value, Err(Obstacle::Undecided(_)));
                    if !is_undecided(first) && !is_undecided(second) || is_hopeless(bits) {
                        break;
                    }
                    precision = next_precision(bits, 0);
                    continue;
                }
            };
            if domain == Domain::Real && a.left_the_reals && b.left_the_reals {
                return Ok(Outcome::LeftTheReals);
            }
            let arithmetic = Arithmetic::new(bits, budget);
            if arithmetic.are_disjoint(x, y) {
                return Ok(Outcome::Differ(differing(point, x, y)));
            }
            let Some(width) = arithmetic.common_width_top(x, y) else {
                return Ok(Outcome::Agree(EXACTLY));
            };
            let agreement = u64::try_from(-width).unwrap_or(0);
            let enough = a.size.saturating_add(b.size).saturating_add(MARGIN);
            if agreement >= enough {
                return Ok(Outcome::Agree(u32::try_from(agreement).unwrap_or(EXACTLY - 1)));
            }
            if enough > POINT_PRECISION && is_hopeless(bits) {
                break;
            }
            let missing = usize::try_from(enough - agreement).unwrap_or(usize::MAX);
            precision = next_precision(bits, bits.saturating_add(missing).saturating_add(SLACK));
        }
        Ok(Outcome::Silent(obstacle))
    }

    fn evaluate(&self, expr: &Expr, bits: usize, point: &Point, budget: &mut Budget) -> Result<Evaluated, Limit> {
        let mut evaluator = Evaluator::new(bits, self.conventions, Some(point), budget);
        let value = evaluator.value(expr);
        if let Err(Obstacle::Budget(Limit::Steps)) = value {
            return Err(Limit::Steps);
        }
        let Arithmetic { size, left_the_reals, .. } = evaluator.arithmetic;
        Ok(Evaluated { value, size, left_the_reals })
    }
}

/// A value, and what its evaluation met.
#[derive(Debug)]
struct Evaluated {
    value: Result<Enclosure, Obstacle>,
    size: u64,
    left_the_reals: bool,
}

const COMPLEX: Obstacle = Obstacle::Undecided("principal values of roots or logarithms of negative numbers");
const TOO_FEW_POINTS: Obstacle = Obstacle::Undecided("too few points where both are defined");

fn unknown(obstacle: Obstacle) -> Equality {
    let reason = match obstacle {
        Obstacle::Budget(limit) => Reason::Budget { limit },
        other => Reason::Undecided { obstacle: other.to_string() },
    };
    Equality::Unknown { reason }
}

fn has_unknown_function(expr: &Expr) -> bool {
    matches!(expr, Expr::Apply(..)) || expr.parts().any(has_unknown_function)
}

/// Digits of values in a witness.
const DIGITS: usize = 12;

fn witness(point: &Point, left: String, right: String) -> Witness {
    Witness::Values { at: point.to_string(), left, right }
}

/// Both values, with as many digits as it takes to see the difference.
fn differing(point: &Point, x: &Enclosure, y: &Enclosure) -> Witness {
    let pair = |digits| (x.about(digits), y.about(digits));
    let (left, right) =
        [DIGITS, 50, 400].into_iter().map(pair).find(|(left, right)| left != right).unwrap_or_else(|| pair(1300));
    witness(point, left, right)
}

impl Arithmetic<'_> {
    /// Whether two enclosures have no number in common.
    fn are_disjoint(&self, x: &Enclosure, y: &Enclosure) -> bool {
        let apart = |a: &Real, b: &Real| self.order(a, b).is_some_and(std::cmp::Ordering::is_ne);
        apart(&x.re, &y.re) || apart(&x.im, &y.im)
    }

    /// The power of two above the extent of both enclosures together. `None` where both are known exactly.
    fn common_width_top(&self, x: &Enclosure, y: &Enclosure) -> Option<i64> {
        let width = |a: &Real, b: &Real| match (a, b) {
            (Real::Exact(_), Real::Exact(_)) => None,
            _ => self.bounds(a).hull(&self.bounds(b), 2 * self.bits).width_top(),
        };
        width(&x.re, &y.re).max(width(&x.im, &y.im))
    }
}
