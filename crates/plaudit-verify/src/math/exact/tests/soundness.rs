//! What is said of random expressions, beside floating-point values at points where both are defined.

use super::notation::CONVENTIONS;
use crate::Rational;
use crate::math::exact::{Exactness, compare};
use crate::math::{Budget, Constant, Expr, Function};
use proptest::prelude::*;

const POINTS: [(f64, f64); 6] = [(0.37, 1.91), (-0.83, 2.3), (1.7, -0.61), (-2.13, -1.37), (0.11, 0.29), (3.3, 0.7)];

fn small() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        3 => Just(Expr::Symbol("x".into())),
        1 => Just(Expr::Symbol("y".into())),
        2 => prop_oneof![Just(-1_i64), Just(1), Just(2), Just(3), Just(4)].prop_map(Expr::number),
        1 => Just(Expr::number(Rational::from_parts(1.into(), 2_u8.into()))),
        1 => Just(Expr::Constant(Constant::Pi)),
        1 => Just(Expr::Constant(Constant::E)),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let function = prop_oneof![
            Just(Function::Sin),
            Just(Function::Cos),
            Just(Function::Tan),
            Just(Function::Arcsin),
            Just(Function::Arctan),
            Just(Function::Arccos),
            Just(Function::Exp),
            Just(Function::Ln),
            Just(Function::Abs),
            Just(Function::Floor),
            Just(Function::Sinh),
            Just(Function::Sign),
        ];
        let exponent = prop_oneof![
            Just((1, 2)),
            Just((1, 3)),
            Just((2, 3)),
            Just((3, 2)),
            Just((2, 1)),
            Just((3, 1)),
            Just((-1, 1)),
            Just((1, 4)),
            Just((-1, 2)),
        ];
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Sum(vec![a, b])),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Product(vec![a, b])),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Fraction(Box::new([a, b]))),
            inner.clone().prop_map(|a| Expr::Negative(Box::new(a))),
            (inner.clone(), exponent).prop_map(|(a, (above, below))| {
                let exponent = Rational::from_parts_signed(above.into(), below.into());
                Expr::Power(Box::new([a, Expr::number(exponent)]))
            }),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Expr::Power(Box::new([a, b]))),
            (function, inner).prop_map(|(function, a)| Expr::Function(function, vec![a])),
        ]
    })
}

/// The real value, NaN where there is none.
fn float(expr: &Expr, x: f64, y: f64) -> f64 {
    let at = |part: &Expr| float(part, x, y);
    match expr {
        Expr::Number(number) => number.value.to_f64().value(),
        Expr::Constant(Constant::Pi) => std::f64::consts::PI,
        Expr::Constant(_) => std::f64::consts::E,
        Expr::Symbol(name) => {
            if **name == *"x" {
                x
            } else {
                y
            }
        }
        Expr::Sum(parts) => parts.iter().map(at).sum(),
        Expr::Product(parts) => parts.iter().map(at).product(),
        Expr::Fraction(pair) => {
            let below = at(&pair[1]);
            if below.abs() < 1e-9 { f64::NAN } else { at(&pair[0]) / below }
        }
        Expr::Negative(part) => -at(part),
        Expr::Power(pair) => match (&pair[1], at(&pair[0])) {
            (Expr::Number(exponent), base) => {
                let (above, below) = exponent.value.clone().into_parts();
                let is_odd = &below % 2_u8 == 1_u8;
                let magnitude = base.abs().powf(exponent.value.to_f64().value());
                match base < 0.0 {
                    true if !is_odd => f64::NAN,
                    true if dashu_int::ops::BitTest::bit(&above, 0) => -magnitude,
                    _ => magnitude,
                }
            }
            // Exponents that are computed: of positive numbers only.
            (exponent, base) => {
                if base > 1e-9 {
                    base.powf(at(exponent))
                } else {
                    f64::NAN
                }
            }
        },
        Expr::Function(function, parts) => {
            let value = at(&parts[0]);
            match function {
                Function::Sin => value.sin(),
                Function::Cos => value.cos(),
                Function::Tan => {
                    if value.cos().abs() < 1e-9 {
                        f64::NAN
                    } else {
                        value.tan()
                    }
                }
                Function::Arcsin => value.asin(),
                Function::Arccos => value.acos(),
                Function::Arctan => value.atan(),
                Function::Exp => value.exp(),
                Function::Ln => {
                    if value < 1e-9 {
                        f64::NAN
                    } else {
                        value.ln()
                    }
                }
                Function::Abs => value.abs(),
                // Too near to a jump to say.
                Function::Floor => {
                    if (value - value.round()).abs() < 1e-9 {
                        f64::NAN
                    } else {
                        value.floor()
                    }
                }
                Function::Sinh => value.sinh(),
                Function::Sign => {
                    if value.abs() < 1e-9 {
                        f64::NAN
                    } else {
                        value.signum()
                    }
                }
                _ => f64::NAN,
            }
        }
        _ => f64::NAN,
    }
}

/// Values at the points where both are defined and of a size that says something.
fn values(left: &Expr, right: &Expr) -> Vec<(f64, f64)> {
    let pairs = POINTS.iter().map(|(x, y)| (float(left, *x, *y), float(right, *x, *y)));
    pairs.filter(|(a, b)| a.is_finite() && b.is_finite() && a.abs().max(b.abs()) < 1e6).collect()
}

fn is_consistent(left: &Expr, right: &Expr) -> Result<(), TestCaseError> {
    let near = |(a, b): &(f64, f64)| (a - b).abs() <= 1e-6 * (1.0 + a.abs().max(b.abs()));
    match compare(left, right, &CONVENTIONS, &mut Budget::of_steps(100_000)) {
        Ok(Exactness::Equal) => prop_assert!(values(left, right).iter().all(near), "equal: {left:?} {right:?}"),
        Ok(Exactness::NotEqual) => {
            let values = values(left, right);
            // Two points are not enough for expressions that agree somewhere, as |x| and x.
            prop_assert!(values.len() < POINTS.len() || !values.iter().all(near), "differ: {left:?} {right:?}");
        }
        _ => {}
    }
    Ok(())
}

proptest! {
    #[test]
    fn random_expressions_are_compared_as_floats_are(a in small(), b in small()) {
        is_consistent(&a, &b)?;
    }

    #[test]
    fn powers_of_powers_are_compared_as_floats_are(
        a in small(), b in small(), first in -3_i64..4, second in 1_i64..5, third in -3_i64..4, fourth in 1_i64..5
    ) {
        let power = |base: Expr, above: i64, below: i64| {
            Expr::Power(Box::new([base, Expr::number(Rational::from_parts_signed(above.into(), below.into()))]))
        };
        let product = Expr::Product(vec![a.clone(), b.clone()]);
        let nested = power(power(product.clone(), first, second), third, fourth);
        let apart = Expr::Product(vec![power(power(a.clone(), first, second), third, fourth), power(power(b.clone(), first, second), third, fourth)]);
        is_consistent(&nested, &apart)?;
        is_consistent(&nested, &power(product.clone(), first * third, second * fourth))?;
        let logarithm = |value: &Expr| Expr::Function(Function::Ln, vec![value.clone()]);
        is_consistent(&logarithm(&product), &Expr::Sum(vec![logarithm(&a), logarithm(&b)]))?;
        is_consistent(&power(Expr::Sum(vec![power(a.clone(), 2, 1), power(b.clone(), 2, 1), Expr::Product(vec![Expr::number(2), a.clone(), b.clone()])]), 1, 2), &Expr::Sum(vec![a, b]))?;
    }
}
