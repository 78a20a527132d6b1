//! What is equal is confirmed; order, rounding and tolerances.

use super::*;

/// A little more than the usual budget: many points are tried for real values first.
const COMPLEX_STEPS: u64 = 450_000;

#[test]
fn constants_agree() {
    assert_equal(sqrt(n(2)) * sqrt(n(3)), sqrt(n(6)));
    assert_equal(sqrt(n(5) + n(2) * sqrt(n(6))), sqrt(n(2)) + sqrt(n(3)));
    assert_equal(root(n(2) + sqrt(n(5)), 3) + root(n(2) - sqrt(n(5)), 3), n(1));
    assert_equal(f(Function::Sin, pi() / n(12)), (sqrt(n(6)) - sqrt(n(2))) / n(4));
    assert_equal(f(Function::Sin, pi()), n(0));
    assert_equal(f(Function::Arctan, n(1)) * n(4), pi());
    assert_equal(n(16) * f(Function::Arctan, n(1) / n(5)) - n(4) * f(Function::Arctan, n(1) / n(239)), pi());
    assert_equal(f(Function::Ln, n(8)) / f(Function::Ln, n(2)), n(3));
    assert_equal(f2(Function::Log, n(2), n(8)), n(3));
    assert_equal(f2(Function::Log, n(4), n(8)), n(3) / n(2));
    assert_equal(e().pow(i() * pi()), n(-1));
    assert_equal(sqrt(n(-4)), n(2) * i());
    assert_equal(i().pow(i()), f(Function::Exp, -pi() / n(2)));
    assert_equal(f(Function::Arcsin, n(1)), pi() / n(2));
    assert_equal(f(Function::Arg, n(-1) - i()), -n(3) * pi() / n(4));
    assert_equal(f(Function::Gamma, n(5) / n(2)), n(3) * sqrt(pi()) / n(4));
    assert_equal(f(Function::Sin, Written(Expr::Degrees(Box::new(n(30).0)))), n(1) / n(2));
    assert_equal(n(2) * f(Function::Arsinh, n(1)), f(Function::Arcosh, n(3)));
    assert_equal(f(Function::Artanh, n(1) / n(2)), f(Function::Ln, n(3)) / n(2));
}

#[test]
fn identities_agree() {
    let (x, y) = (|| s("x"), || s("y"));
    let (sin, cos) = (|t| f(Function::Sin, t), |t| f(Function::Cos, t));
    let square = |t: Written| t.pow(n(2));
    assert_equal(square(sin(x())) + square(cos(x())), n(1));
    assert_equal(sin(x() + y()), sin(x()) * cos(y()) + cos(x()) * sin(y()));
    assert_equal(f(Function::Tan, x()), sin(x()) / cos(x()));
    assert_equal(n(2) * sin(x()) * cos(x()), sin(n(2) * x()));
    assert_equal(square(f(Function::Cosh, x())) - square(f(Function::Sinh, x())), n(1));
    assert_equal(f(Function::Arcsin, x()) + f(Function::Arccos, x()), pi() / n(2) + n(0) * f(Function::Arcsin, x()));
    assert_equal(square(x() + y()), square(x()) + n(2) * x() * y() + square(y()));
    assert_equal((square(x()) - n(1)) / (x() - n(1)), x() + n(1));
    assert_equal(e().pow(x() + y()), e().pow(x()) * e().pow(y()));
    assert_equal(sqrt(x()) * sqrt(x()), x());
    assert_equal(x().pow(n(3) / n(2)), x() * sqrt(x()));
    assert_equal(sqrt(square(x())), f(Function::Abs, x()));
    assert_equal(f(Function::Ln, e().pow(x())), x());
    assert_equal(sqrt(-square(x()) - n(1)), i() * sqrt(square(x()) + n(1)));
    assert_equal(f(Function::Ln, -square(x())), f(Function::Ln, square(x())) + i() * pi());
    // Both are defined nowhere over the reals.
    let once = || f(Function::Ln, -square(x()));
    let (product, sum) = (n(2) * once(), once() + once());
    assert!(compared_within(COMPLEX_STEPS, &product, &sum).is_equal());
    assert_equal(e().pow(i() * x()), cos(x()) + i() * sin(x()));
    assert_equal(f(Function::Factorial, s("n") + n(1)), (s("n") + n(1)) * f(Function::Factorial, s("n")));
    assert_equal(f2(Function::Binomial, s("n"), n(2)), s("n") * (s("n") - n(1)) / n(2));
    let apply = |t: Written| Written(Expr::Apply("f".into(), vec![t.0]));
    assert_equal(apply(x() + x()) * n(2), apply(n(2) * x()) + apply(n(2) * x()));
}

#[test]
fn settings_say_what_notation_leaves_open() {
    let (x, y) = (|| s("x"), || s("y"));
    let ln = |t| f(Function::Ln, t);
    let positive = Conventions { positive_variables: true, ..Conventions::default() };
    let compared = |a: &Written, b: &Written, conventions| compare(&a.0, &b.0, &conventions, &mut Budget::new());
    let (a, b) = (ln(x() * y()), ln(x()) + ln(y()));
    assert!(compared(&a, &b, positive).is_equal());
    assert!(matches!(compared(&a, &b, Conventions::default()), Equality::NotEqual { .. }));
    let natural = Conventions { natural_logarithm: true, ..Conventions::default() };
    assert!(compared(&f(Function::Log, e()), &n(1), natural).is_equal());
    assert!(!compared(&f(Function::Log, e()), &n(1), Conventions::default()).is_equal());
}

#[test]
fn results_say_how() {
    let how = |a: Written, b: Written| match compared(&a, &b) {
        Equality::Equal { how } => how,
        other => panic!("{other:?}"),
    };
    assert_eq!(how(n(2).pow(n(10)), n(1024)), How::Exact);
    let How::Numeric { points: 1, bits } = how(sqrt(n(8)), n(2) * sqrt(n(2))) else { panic!("one point") };
    assert!((150..300).contains(&bits), "{bits}");
    let How::Numeric { points: 12, bits } = how(f(Function::Ln, e().pow(s("x"))), s("x")) else { panic!("12 points") };
    assert!(bits > 150, "{bits}");
}

#[test]
fn order_and_rounding_are_decided() {
    let conventions = Conventions::default();
    let order = |a: Written, b: Written| order(&a.0, &b.0, &conventions, &mut Budget::new());
    assert_eq!(order(sqrt(n(2)), n(3) / n(2)), Ok(Ordering::Less));
    assert_eq!(order(pi(), n(355) / n(113)), Ok(Ordering::Less));
    assert_eq!(order(n(2), n(4) / n(2)), Ok(Ordering::Equal));
    assert!(matches!(order(sqrt(n(2)) * sqrt(n(3)), sqrt(n(6))), Err(Obstacle::Undecided(_))));
    assert!(matches!(order(i(), n(1)), Err(Obstacle::Unsupported(_))));
    let significant = |a: Written, digits| {
        to_significant_digits(&a.0, digits, &conventions, &mut Budget::new()).map(|value| value.to_string())
    };
    assert_eq!(significant(pi() * n(1000), 3).as_deref(), Ok("3140"));
    assert_eq!(significant(n(1) / n(3000), 2).as_deref(), Ok("33/100000"));
    assert_eq!(significant(-n(25), 1).as_deref(), Ok("-20"), "half to even");
    assert_eq!(significant(n(35), 1).as_deref(), Ok("40"));
    assert_eq!(significant(n(99_999), 3).as_deref(), Ok("100000"));
    assert_eq!(significant(n(0), 3).as_deref(), Ok("0"));
    let decimals =
        |a: Written, digits| to_decimals(&a.0, digits, &conventions, &mut Budget::new()).map(|value| value.to_string());
    assert_eq!(decimals(n(2) / n(3), 2).as_deref(), Ok("67/100"));
    assert_eq!(decimals(sqrt(n(2)), 3).as_deref(), Ok("707/500"));
    assert_eq!(decimals(pi(), 2001), Err(Obstacle::Budget(Limit::Bits)));
    assert!(decimals(pi(), 1000).is_ok());
    assert!(decimals(sqrt(n(2)) * sqrt(n(2)) / n(4), 0).is_err(), "1/2, as far as bounds know");
}

#[test]
fn tolerances_are_decided() {
    let conventions = Conventions::default();
    let relative = |a: &Written, b: &Written, tolerance: &str| {
        within_relative(&a.0, &b.0, &tolerance.parse().unwrap(), &conventions, &mut Budget::new())
    };
    let approximation = exactly("314159/100000".parse().unwrap());
    assert_eq!(relative(&pi(), &approximation, "1/1000000"), Ok(true));
    assert_eq!(relative(&pi(), &approximation, "1/10000000"), Ok(false));
    // |100 - 101| = 1/100 of the first, exactly at the limit.
    assert_eq!(relative(&n(100), &n(101), "1/100"), Ok(true));
    assert_eq!(relative(&n(101), &n(100), "1/102"), Ok(false));
    let absolute = |a: &Written, b: &Written, tolerance: &str| {
        within_absolute(&a.0, &b.0, &tolerance.parse().unwrap(), &conventions, &mut Budget::new())
    };
    assert_eq!(absolute(&pi(), &n(3), "1/7"), Ok(true));
    assert_eq!(absolute(&pi(), &n(3), "1/8"), Ok(false));
}

#[test]
fn results_do_not_change() {
    let expr = f(Function::Sin, s("x")) + sqrt(s("y"));
    let run = || compare(&expr.0, &(expr.clone() + n(0)).0, &Conventions::default(), &mut Budget::new());
    assert_eq!(run(), run());
    let mut budget = Budget::of_steps(300);
    let result = compare(&expr.0, &expr.0, &Conventions::default(), &mut budget);
    assert_eq!(result, Equality::Unknown { reason: Reason::Budget { limit: Limit::Steps } });
}
