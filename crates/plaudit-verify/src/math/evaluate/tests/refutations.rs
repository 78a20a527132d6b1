//! What is not equal is told apart, and what cannot be told apart is not called equal.

use super::*;

/// 2^-power.
fn tiny(power: i64) -> Written {
    n(2).pow(n(-power))
}

#[test]
fn small_differences_refute() {
    assert_differ(sqrt(n(2)) + tiny(99), sqrt(n(2)));
    assert_differ(sqrt(n(2)) + tiny(99), sqrt(n(2)) + tiny(98));
    assert_differ(pi() + tiny(3000), pi());
    assert_differ(tiny(99), tiny(98));
    // Ramanujan's constant is an integer up to 7.5e-13; pi is near 355/113; both are famous for deceiving floating point.
    assert_differ(e().pow(pi() * sqrt(n(163))), exactly("262537412640768744".parse().unwrap()));
    assert_differ(pi(), n(355) / n(113));
    // 10 digits of the sine of 10^22, and the same with the last one changed.
    assert_differ(f(Function::Sin, exactly(ten_to(22))), exactly(Rational::from(-8_522_008_497_i64) / ten_to(10)));
    assert_differ(i() * sqrt(n(2)), -i() * sqrt(n(2)));
    assert_differ(sqrt(n(-4)), n(3) * i());
    assert_differ(n(1) / n(0), n(5));
}

#[test]
fn a_witness_says_where_and_what() {
    let result = compared(&(s("x") + n(1)), &(s("x") + n(2)));
    let Equality::NotEqual { witness: Witness::Values { at, left, right } } = result else { panic!("{result:?}") };
    assert_eq!((at.as_str(), left.as_str(), right.as_str()), ("x = -64/11", "-53/11", "-42/11"));
    let result = compared(&(sqrt(n(2)) + tiny(99)), &sqrt(n(2)));
    let Equality::NotEqual { witness: Witness::Values { at, left, right } } = result else { panic!("{result:?}") };
    assert_eq!(at, "");
    assert_ne!(left, right, "as many digits as it takes");
    assert!(left.starts_with("1.4142135623730950488016887242") && right.starts_with("1.4142135623730950488016887242"));
}

#[test]
fn what_is_too_small_to_see_is_unknown() {
    // 1 + 10^-20000 is beyond exact fractions as well as beyond the last precision.
    assert_unknown(n(1) + n(10).pow(n(-20_000)), n(1) + pi() - pi());
    assert_unknown(n(1) + f(Function::Exp, n(-100_000)), n(1));
    assert_unknown(n(2).pow(n(10).pow(n(10))) + n(1), n(2).pow(n(10).pow(n(10))));
    assert_unknown(f(Function::Tanh, n(100_000)), n(1));
    // Fewer zeros are seen.
    assert_differ(n(1) + n(10).pow(n(-3000)), n(1));
    assert_differ(n(1) + f(Function::Exp, n(-100)), n(1));
    assert_differ(f(Function::Tanh, n(100)), n(1));
    assert_differ(n(10).pow(n(10).pow(n(10))), n(2).pow(n(10).pow(n(10))));
}

#[test]
fn tiny_differences_never_confirm() {
    // From visible to invisible: not equal or unknown, never equal.
    for power in [20, 50, 100, 200, 500, 1000, 2000, 4000, 5000, 10_000, 100_000, 1_000_000] {
        for (left, right) in [
            (pi() + tiny(power), pi()),
            (pi() * (n(1) + tiny(power)), pi()),
            (f(Function::Cos, tiny(power)), n(1)),
            (f(Function::Tan, f(Function::Sin, tiny(power))), f(Function::Sin, f(Function::Tan, tiny(power)))),
            (
                f(Function::Arctan, f(Function::Arcsin, tiny(power))),
                f(Function::Arcsin, f(Function::Arctan, tiny(power))),
            ),
            (tiny(power) - f(Function::Sin, tiny(power)), n(0)),
            (f(Function::Exp, tiny(power)) * sqrt(n(2)), sqrt(n(2))),
            (sqrt(n(2) + tiny(power)), sqrt(n(2))),
            (f(Function::Tanh, n(power)), n(1)),
            (f(Function::Arctan, n(2).pow(n(power))), pi() / n(2)),
            (sqrt(n(2).pow(n(2 * power)) + n(1)) - n(2).pow(n(power)), n(0)),
            (root(n(2), 7).pow(tiny(power)), n(1)),
            (s("x") + tiny(power) * f(Function::Sin, s("x")), s("x")),
        ] {
            let result = compared(&left, &right);
            assert!(!result.is_equal(), "2^-{power}: {left:?} and {right:?}: {result:?}");
        }
    }
}

#[test]
fn variables_are_told_apart() {
    let x = || s("x");
    assert_differ(x(), s("y"));
    assert_differ(x(), f(Function::Abs, x()));
    assert_differ(sqrt(x() * x()), x());
    assert_differ(f(Function::Ln, x() * x()), n(2) * f(Function::Ln, x()));
    assert_differ(f2(Function::Max, x(), n(900)), n(900));
    assert_differ(f(Function::Floor, x()), x());
    assert_differ(f(Function::Sin, x()) * n(1_000_001) / n(1_000_000), f(Function::Sin, x()));
    assert_differ(n(1) / (x() - x()), x());
    assert_differ(Written(Expr::Apply("f".into(), vec![x().0])), Written(Expr::Apply("g".into(), vec![x().0])));
    assert_differ(
        Written(Expr::Apply("f".into(), vec![x().0])),
        Written(Expr::Apply("f".into(), vec![(x() + n(1)).0])),
    );
}

#[test]
fn what_is_not_evaluated_is_unknown() {
    let infinity = || Written(Expr::Constant(Constant::Infinity));
    assert_unknown(infinity(), infinity());
    assert_unknown(Written(Expr::Text("yes".into())), n(1));
    assert_unknown(n(1) / n(0), f(Function::Ln, n(0)));
    assert_unknown(n(1) / (s("x") - s("x")), n(2) / (s("x") - s("x")));
    assert_unknown(Written(Expr::Apply("f".into(), vec![sqrt(n(2)).0])), n(1));
    let endless = Series { is_product: false, index: "k".into(), from: n(1).0, to: n(1_000_000_000).0, body: s("k").0 };
    let result = compared(&Written(Expr::Series(Box::new(endless))), &n(1));
    assert_eq!(result, Equality::Unknown { reason: Reason::Budget { limit: Limit::Steps } });
}

#[test]
fn deep_expressions_fit_on_a_small_stack() {
    let nested: [fn(Written) -> Written; 6] = [
        sqrt,
        |x| f(Function::Sin, x),
        |x| n(1) / (n(1) + x),
        |x| x.pow(n(1) / n(3)),
        |x| f2(Function::Log, n(2), n(2) + f(Function::Abs, x)),
        |x| series(false, n(1), n(1), x),
    ];
    let compare_all = move || {
        for nest in nested {
            let mut expr = s("x");
            while depth(&expr.0) + 2 < crate::math::MAX_DEPTH {
                expr = nest(expr);
            }
            compared(&expr, &expr);
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(compare_all).unwrap().join().unwrap();
}

fn depth(expr: &Expr) -> usize {
    1 + expr.parts().map(depth).max().unwrap_or(0)
}
