//! Comparisons by family.

mod calculus;
mod families;
mod hostile;
mod latex;
pub(super) mod notation;
mod properties;
mod soundness;

use super::{Exactness, compare};
use crate::math::Budget;
use notation::{CONVENTIONS, expr};

/// What a comparison says, the same in both orders.
fn compared(left: &str, right: &str) -> Exactness {
    let result = compare(&expr(left), &expr(right), &CONVENTIONS, &mut Budget::new()).unwrap();
    let flipped = compare(&expr(right), &expr(left), &CONVENTIONS, &mut Budget::new()).unwrap();
    assert_eq!(result, flipped, "{left} and {right} in either order");
    result
}

fn all(pairs: &[(&str, &str)], expected: Exactness) {
    let wrong: Vec<_> = pairs
        .iter()
        .map(|(left, right)| (left, right, compared(left, right)))
        .filter(|(_, _, result)| *result != expected)
        .collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
}
