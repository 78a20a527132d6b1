//! Hostile answers end with a verdict that is not false, and within the budget. `cargo run --release --example hostile` says how long they take.

mod cases;

use cases::{Kind, Sizes, cases};
use plaudit_verify::math::{Policy, judge};

/// Small enough for a test, and past the depth and the length that are read.
const SIZES: Sizes =
    Sizes { depths: &[15, 120, 500], counts: &[10, 1000], matrices: &[3, 20], digits: &[1000, 60_000, 260_000] };

#[test]
fn hostile_answers_end_with_a_verdict_that_is_not_false() {
    let policy = Policy::default();
    let wrong: Vec<_> = cases(&SIZES)
        .into_iter()
        .map(|case| (Kind::of(&judge(&case.gold, &case.answer, &policy).verdict()), case))
        .filter(|(kind, case)| !case.may_be.contains(kind))
        .map(|(kind, case)| format!("{}: {kind:?}, not {:?}", case.name, case.may_be))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
