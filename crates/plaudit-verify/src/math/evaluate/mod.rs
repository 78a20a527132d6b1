//! Numbers that enclose the value of an expression, and what they say about two of them.
//!
//! ```text
//! Expr --evaluator--> Enclosure (rectangle of two Reals: exact fractions, or Bounds) --compare--> NotEqual | Equal | Unknown
//! ```
//!
//! Every operation rounds outwards, so the true value always lies inside. Disjoint enclosures refute with certainty. Enclosures that overlap are
//! made narrower, with [`FIRST_PRECISION`] to [`LAST_PRECISION`] bits. What is then still not told apart is called equal only where it
//! agrees to more bits than two different expressions of that size can (see [`compare()`]).
//!
//! Evaluated are numbers, pi, e, i, arithmetic, powers and roots, exp and logarithms, trigonometric and hyperbolic functions and
//! their inverses, integer functions of exact integers, finite sums and products, and easy derivatives, integrals, limits and infinite series
//! (`calculus.rs` says which). Not evaluated are infinity, other limits, integrals and series, and inverse functions at complex numbers: those end in an
//! [`Obstacle`].

mod approximate;
mod bounds;
mod calculus;
mod compare;
mod constants;
mod elementary;
mod enclosure;
mod evaluator;
mod functions;
mod integers;
mod point;
mod real;
mod special;
#[cfg(test)]
mod tests;

pub use approximate::{order, to_decimals, to_significant_digits, within_absolute, within_relative};
pub use compare::compare;
pub use enclosure::Enclosure;

use super::{Budget, Conventions, Expr};
use plaudit_core::Limit;

/// The first precision that is tried, in bits: products of so many bits and their guards fit into two words, which need no memory.
pub const FIRST_PRECISION: usize = 40;
/// The last precision that is tried.
pub const LAST_PRECISION: usize = 4096;

/// The precision that is tried after `bits`: `wanted` where that is more, else four times as many. `None` after the last one.
fn next_precision(bits: usize, wanted: usize) -> Option<usize> {
    if bits >= LAST_PRECISION {
        return None;
    }
    let wanted = if wanted > LAST_PRECISION { 0 } else { wanted };
    Some(wanted.max(4 * bits).min(LAST_PRECISION).next_multiple_of(64))
}

/// Why an expression has no enclosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// It has no value, such as 1/0: at no precision.
    #[error("undefined: {0}")]
    Undefined(&'static str),
    /// The precision does not suffice to tell: a divisor whose bounds hold 0, an argument next to a jump.
    #[error("not decided at this precision: {0}")]
    Undecided(&'static str),
    /// It is not evaluated, or has no numerical meaning.
    #[error("not evaluated: {0}")]
    Unsupported(&'static str),
    /// A deterministic limit was met.
    #[error("over budget: {0:?}")]
    Budget(Limit),
}

impl Obstacle {
    const DIVISION_BY_ZERO: Self = Self::Undefined("a division by 0");
    const TOO_LARGE: Self = Self::Budget(Limit::Bits);
    const TOO_PRECISE: Self = Self::Budget(Limit::Bits);
}

impl From<Limit> for Obstacle {
    fn from(limit: Limit) -> Self {
        Self::Budget(limit)
    }
}

/// Encloses the value of an expression without free variables, computed with `bits` bits. Roots and logarithms have their principal values,
/// which may be complex; odd roots of negative numbers are real.
///
/// # Errors
/// [`Obstacle`], where it has no value, or none is found with these bits and this budget.
pub fn value(expr: &Expr, bits: usize, conventions: &Conventions, budget: &mut Budget) -> Result<Enclosure, Obstacle> {
    let written_out = calculus::written_out(expr, conventions, budget);
    evaluator::Evaluator::new(bits, conventions, None, budget).value(written_out.as_ref().unwrap_or(expr))
}
