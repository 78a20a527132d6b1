//! Identities between random expressions.

use super::notation::CONVENTIONS;
use crate::Rational;
use crate::math::exact::algebra::Algebra;
use crate::math::exact::{Exactness, compare};
use crate::math::{Budget, Expr};
use proptest::prelude::*;

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        (-9_i64..10, 1_u8..7).prop_map(|(above, below)| Expr::number(Rational::from_parts(above.into(), below.into()))),
        prop_oneof![Just("x"), Just("y"), Just("z")].prop_map(|name| Expr::Symbol(name.into())),
        (2_i64..20).prop_map(|value| Expr::Root(Box::new([Expr::number(value), Expr::number(2)]))),
    ]
}

fn polynomial() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Sum),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Product),
            inner.clone().prop_map(|part| Expr::Negative(Box::new(part))),
            (inner, 0_i64..4).prop_map(|(base, exponent)| Expr::Power(Box::new([base, Expr::number(exponent)]))),
        ]
    })
}

fn sum(parts: &[&Expr]) -> Expr {
    Expr::Sum(parts.iter().map(|part| (*part).clone()).collect())
}

fn product(parts: &[&Expr]) -> Expr {
    Expr::Product(parts.iter().map(|part| (*part).clone()).collect())
}

fn negative(part: &Expr) -> Expr {
    Expr::Negative(Box::new(part.clone()))
}

fn fraction(above: &Expr, below: &Expr) -> Expr {
    Expr::Fraction(Box::new([above.clone(), below.clone()]))
}

/// A limit is no verdict, and so is a power 0^0 that stays open.
fn verdict(left: &Expr, right: &Expr) -> Option<Exactness> {
    let result = compare(left, right, &CONVENTIONS, &mut Budget::new());
    assert_eq!(result.ok(), compare(right, left, &CONVENTIONS, &mut Budget::new()).ok(), "in either order");
    result.ok().filter(|result| *result != Exactness::Open)
}

fn is_equal(left: &Expr, right: &Expr) -> bool {
    verdict(left, right).is_none_or(|result| result == Exactness::Equal)
}

proptest! {
    #[test]
    fn laws_of_rings_hold(a in polynomial(), b in polynomial(), c in polynomial()) {
        prop_assert!(is_equal(&a, &a));
        prop_assert!(is_equal(&sum(&[&a, &b, &negative(&b)]), &a));
        prop_assert!(is_equal(&sum(&[&a, &b]), &sum(&[&b, &a])));
        prop_assert!(is_equal(&product(&[&a, &b]), &product(&[&b, &a])));
        prop_assert!(is_equal(&product(&[&a, &sum(&[&b, &c])]), &sum(&[&product(&[&a, &b]), &product(&[&a, &c])])));
        prop_assert!(is_equal(&fraction(&product(&[&a, &b]), &b), &a));
        prop_assert!(is_equal(&sum(&[&fraction(&a, &b), &fraction(&a, &c)]), &fraction(&product(&[&a, &sum(&[&b, &c])]), &product(&[&b, &c]))));
    }

    /// A normal form, brought to normal form, stays what it is.
    #[test]
    fn normal_forms_are_final(a in polynomial(), b in polynomial()) {
        let mut budget = Budget::new();
        let mut algebra = Algebra::new(&CONVENTIONS, &mut budget);
        if let Ok(normal) = algebra.normal(&fraction(&a, &b)) {
            let again = algebra.quotient(normal.numerator.clone(), normal.denominator.clone());
            prop_assert_eq!(again.ok(), Some(normal));
        }
    }

    #[test]
    fn a_small_difference_is_seen(a in polynomial(), b in polynomial()) {
        let tiny = Expr::number(Rational::from_parts(1.into(), dashu_int::UBig::ONE << 99));
        let result = verdict(&a, &sum(&[&a, &tiny]));
        prop_assert!(result.is_none_or(|result| result == Exactness::NotEqual));
        let result = verdict(&fraction(&a, &b), &sum(&[&fraction(&a, &b), &tiny]));
        prop_assert!(result.is_none_or(|result| result == Exactness::NotEqual));
    }
}
