//! Expressions that are meant to take for ever.

use super::notation::{CONVENTIONS, expr};
use crate::math::Budget;
use crate::math::exact::{Exactness, compare, rational};

/// Ends without a verdict, or with a limit, within a budget that is a fraction of a second even without optimisation.
fn ends_without_verdict(text: &str) {
    for other in ["1", "x", text] {
        let result = compare(&expr(text), &expr(other), &CONVENTIONS, &mut Budget::new());
        assert!(matches!(result, Err(_) | Ok(Exactness::Open)), "{text} and {other}: {result:?}");
    }
    assert!(!matches!(rational(&expr(text), &CONVENTIONS, &mut Budget::new()), Ok(Some(_))), "{text}");
}

#[test]
fn towers_and_factorials_end_at_a_limit() {
    for text in [
        "2^(10^10)",
        "10^(10^10)",
        "9^9^9",
        "((10!)!)!",
        "(10^9)^(10^9)",
        "(x+y+z)^1000",
        "(1+x)^(10^15)",
        "binomial(10^9, 5*10^8)",
        "(10^6)!",
        "x^(10^30)",
        "(1/3)^(10^10)",
        "gamma(10^30)",
        "double(10^12)",
        "sqrt(2)^(10^12)",
    ] {
        ends_without_verdict(text);
    }
}

#[test]
fn deep_nesting_is_no_problem() {
    let nested = |depth: usize, open: &str, close: &str| [&open.repeat(depth), "x", &close.repeat(depth)].concat();
    for text in
        [nested(120, "sqrt(1+", ")"), nested(120, "sin(", ")"), nested(120, "1/(1+", ")"), nested(60, "(1+", ")^2")]
    {
        let result = compare(&expr(&text), &expr("x"), &CONVENTIONS, &mut Budget::new());
        assert!(!matches!(result, Ok(Exactness::Equal)), "{text}: {result:?}");
    }
}

#[test]
fn large_powers_of_sums_are_exact_within_the_budget() {
    let result = compare(&expr("(1+x)^100"), &expr("(1+x)^99*(x+1)"), &CONVENTIONS, &mut Budget::new());
    assert_eq!(result, Ok(Exactness::Equal));
    let result = compare(&expr("(1+x)^100"), &expr("(1+x)^100+1/2^99"), &CONVENTIONS, &mut Budget::new());
    assert_eq!(result, Ok(Exactness::NotEqual));
}
