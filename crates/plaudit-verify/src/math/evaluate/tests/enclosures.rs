//! True values lie inside.

use super::*;
use crate::math::evaluate::elementary;

/// Known digits, cut off after the 50th, from published tables (OEIS A000796, A001113, A002193, A049469, A002162, A001622, A073000).
const KNOWN: [(&str, &str); 7] = [
    ("pi", "3.1415926535897932384626433832795028841971693993751"),
    ("e", "2.7182818284590452353602874713526624977572470936999"),
    ("sqrt 2", "1.4142135623730950488016887242096980785696718753769"),
    ("sin 1", "0.84147098480789650665250232163029899962256306079837"),
    ("ln 2", "0.69314718055994530941723212145817656807550013436025"),
    ("golden ratio", "1.6180339887498948482045868343656381177203091798057"),
    ("arctan 1/2", "0.46364760900080611621425623146121440202853705428612"),
];

#[test]
fn known_digits_come_out() {
    let expressions = [
        pi(),
        e(),
        sqrt(n(2)),
        f(Function::Sin, n(1)),
        f(Function::Ln, n(2)),
        (n(1) + sqrt(n(5))) / n(2),
        f(Function::Arctan, n(1) / n(2)),
    ];
    for ((name, known), expr) in KNOWN.into_iter().zip(expressions) {
        for bits in [256, 1024, 4096] {
            assert_eq!(digits(expr.clone(), bits, 50), known, "{name} with {bits} bits");
        }
    }
}

#[test]
fn functions_are_precise_to_the_last_bits() {
    // Each of these is wider than its value's last bits by no more than 2^12, with every precision.
    let half = || n(1) / n(2);
    let functions = [
        Function::Sin,
        Function::Cos,
        Function::Tan,
        Function::Arcsin,
        Function::Arccos,
        Function::Arctan,
        Function::Sinh,
        Function::Cosh,
        Function::Tanh,
        Function::Arsinh,
        Function::Artanh,
        Function::Exp,
        Function::Ln,
        Function::Log,
    ];
    for bits in [FIRST_PRECISION, 160, 1000, LAST_PRECISION] {
        for function in functions {
            let expr = f(function, half()).0;
            let enclosure = value(&expr, bits, &Conventions::default(), &mut Budget::new()).unwrap();
            let Real::Within(bounds) = &enclosure.re else { panic!("{function:?} of 1/2 is irrational") };
            let width = bounds.width_top().expect("irrational numbers have width");
            assert!(width < 12 - bits as i64, "{function:?} with {bits} bits: 2^{width}");
        }
    }
}

#[test]
fn special_values_are_exact() {
    for (expr, exact) in [
        (sqrt(n(4) / n(9)), "2/3"),
        (root(n(-8), 3), "-2"),
        (n(-8).pow(n(2) / n(3)), "4"),
        (n(2).pow(n(-3)), "1/8"),
        (n(0).pow(n(0)), "1"),
        (i() * i(), "-1"),
        (f(Function::Factorial, n(5)), "120"),
        (f(Function::DoubleFactorial, n(7)), "105"),
        (f(Function::Gamma, n(5)), "24"),
        (f2(Function::Binomial, n(10), n(3)), "120"),
        (f2(Function::Binomial, n(-1) / n(2), n(2)), "3/8"),
        (f2(Function::Permutations, n(5), n(2)), "20"),
        (f2(Function::Gcd, n(12), n(-18)), "6"),
        (f2(Function::Lcm, n(4), n(6)), "12"),
        (f2(Function::Mod, n(-7), n(3)), "2"),
        (f2(Function::Max, n(2), pi() - pi()), "2"),
        (f(Function::Floor, n(100) * pi()), "314"),
        (f(Function::Ceiling, -e()), "-2"),
        (f(Function::Sign, n(3) - pi()), "-1"),
        (f(Function::Re, n(3) + n(4) * i()), "3"),
        (f(Function::Abs, n(3) + n(4) * i()), "5"),
        (Written(Expr::Percent(Box::new(n(12).0))), "3/25"),
        (Written(Expr::Mixed(Box::new([n(2).0, (n(1) / n(3)).0]))), "7/3"),
        (Written(Expr::Numeral("1011".into(), 2)), "11"),
        (f2(Function::Log, n(2), n(1) / n(8)), "-3"),
        (f(Function::Log, n(1000)), "3"),
        (f(Function::Floor, f2(Function::Log, n(3), n(81))), "4"),
        (series(false, n(1), n(100), s("k")), "5050"),
        (series(true, n(1), n(5), s("k")), "120"),
        (series(false, n(3), n(2), s("k")), "0"),
    ] {
        let enclosure = value(&expr.0, 64, &Conventions::default(), &mut Budget::new()).unwrap();
        assert_eq!(enclosure.real().and_then(Real::exact).map(ToString::to_string).as_deref(), Some(exact), "{expr:?}");
    }
}

#[test]
fn what_has_no_value_says_so() {
    let obstacle = |expr: Written| value(&expr.0, 256, &Conventions::default(), &mut Budget::new()).unwrap_err();
    assert!(matches!(obstacle(n(1) / n(0)), Obstacle::Undefined(_)));
    assert!(matches!(obstacle(f(Function::Ln, n(0))), Obstacle::Undefined(_)));
    assert!(matches!(obstacle(f(Function::Arcsin, n(2))), Obstacle::Undefined(_)));
    assert!(matches!(obstacle(f(Function::Factorial, n(-1))), Obstacle::Undefined(_)));
    assert!(matches!(obstacle(n(1) / f(Function::Sin, pi())), Obstacle::Undecided(_)));
    assert!(matches!(obstacle(f(Function::Floor, sqrt(n(2)) * sqrt(n(2)))), Obstacle::Undecided(_)));
    assert!(matches!(obstacle(s("x")), Obstacle::Unsupported(_)));
    assert!(matches!(obstacle(Written(Expr::Constant(Constant::Infinity))), Obstacle::Unsupported(_)));
    let tower = n(10).pow(n(10).pow(n(10)));
    assert_eq!(digits(tower.clone(), 64, 10), "2^33219280949");
    assert_eq!(obstacle(n(10).pow(tower)), Obstacle::Budget(Limit::Bits));
    let factorial = |inner| f(Function::Factorial, inner);
    assert_eq!(obstacle(factorial(factorial(factorial(n(10))))), Obstacle::Budget(Limit::Bits));
}

/// An elementary function with its precision.
type Elementary = fn(&Bounds, usize) -> Option<Bounds>;

const ELEMENTARY: [(&str, Elementary); 5] = [
    ("exp", elementary::exp),
    ("ln", |x, bits| if x.sign() == Some(Ordering::Greater) { elementary::ln(x, bits) } else { None }),
    ("sin", |x, bits| Some(elementary::sin_cos(x, bits).0)),
    ("cos", |x, bits| Some(elementary::sin_cos(x, bits).1)),
    ("arctan", elementary::arctan),
];

/// Whether all of `inner` lies inside `outer`.
fn holds(outer: &Bounds, inner: &Bounds) -> bool {
    let not_above = |a: &Bounds, b: &Bounds| a.order(b).is_some_and(Ordering::is_le);
    not_above(&outer.low(), &inner.low()) && not_above(&inner.high(), &outer.high())
}

/// A function's value at a point, or at one end of an interval, lies inside the coarser enclosure; the finer one is true to 300 bits more.
fn check_elementary(mantissa: i64, exponent: i64, width: u32, bits: usize) {
    let x = Bounds::new(mantissa.into(), IBig::from(mantissa) + IBig::from(width), exponent);
    for (name, function) in ELEMENTARY {
        let (Some(coarse), Some(low), Some(high)) =
            (function(&x, bits), function(&x.low(), bits + 300), function(&x.high(), bits + 300))
        else {
            continue;
        };
        for fine in [low, high] {
            // The fine enclosure may stick out by its own width, which is 2^-300 of the coarse one's.
            let slack = fine.minus(&fine, bits + 300);
            let outer = coarse.plus(&slack, bits + 400);
            assert!(holds(&outer, &fine), "{name} of {mantissa} * 2^{exponent} + {width} with {bits} bits");
        }
    }
}

/// A rational expression with its exact value.
fn rational_expression() -> impl Strategy<Value = (Written, Option<Rational>)> {
    let leaf = (-40_i64..40, 1_i64..12).prop_map(|(a, b)| {
        let value = Rational::from(a) / Rational::from(b);
        // As a root of a square the evaluation does not know that it is rational.
        (exactly(value.clone()), Some(value))
    });
    leaf.prop_recursive(5, 40, 2, |inner| {
        (inner.clone(), inner, 0..6_u8).prop_map(|((a, x), (b, y), kind)| {
            let both = x.clone().zip(y.clone());
            match kind {
                0 => (a + b, both.map(|(x, y)| x + y)),
                1 => (a - b, both.map(|(x, y)| x - y)),
                2 => (a * b, both.map(|(x, y)| x * y)),
                3 => (a / b, both.filter(|(_, y)| !y.is_zero()).map(|(x, y)| x / y)),
                4 => (a.pow(n(2)), x.map(|x| &x * &x)),
                // a + pi - pi is a, and no longer exact.
                _ => (a + pi() - pi(), x),
            }
        })
    })
}

proptest! {
    #[test]
    fn elementary_functions_hold_their_values(
        mantissa in prop_oneof![-1000_i64..1000, any::<i32>().prop_map(i64::from)],
        exponent in -80_i64..12,
        width in 0_u32..4,
        bits in 16_usize..300,
    ) {
        check_elementary(mantissa, exponent, width, bits);
    }

    #[test]
    fn elementary_functions_hold_their_values_near_one(distance in -50_i64..50, exponent in 1_i64..200, bits in 16_usize..300) {
        let one = IBig::ONE << exponent as usize;
        let x = Bounds::point(one + IBig::from(distance), -exponent);
        if x.sign() == Some(Ordering::Greater) {
            let (coarse, fine) = (elementary::ln(&x, bits).unwrap(), elementary::ln(&x, bits + 300).unwrap());
            prop_assert!(holds(&coarse.plus(&fine.minus(&fine, bits + 300), bits + 400), &fine));
        }
    }

    #[test]
    fn exact_values_lie_inside((expr, exact) in rational_expression()) {
        for bits in [64, 256] {
            let enclosure = value(&expr.0, bits, &Conventions::default(), &mut Budget::new());
            match (&enclosure, &exact) {
                (Ok(enclosure), Some(exact)) => match enclosure.real() {
                    Some(Real::Exact(value)) => prop_assert_eq!(value, exact),
                    Some(Real::Within(bounds)) => {
                        let (low, high) = bounds.ends();
                        prop_assert!(low <= *exact && *exact <= high, "{} <= {} <= {}", low, exact, high);
                    }
                    None => prop_assert!(false, "a real expression has a real value"),
                },
                (Ok(_), None) => prop_assert!(false, "a division by 0 has a value"),
                (Err(Obstacle::Undefined(_) | Obstacle::Undecided(_)), _) => {}
                (Err(other), _) => prop_assert!(false, "{}", other),
            }
        }
    }

    #[test]
    fn complex_roots_have_their_squares(a in -50_i64..50, b in -50_i64..50) {
        let z = n(a) + n(b) * i();
        // A negative number's root times itself, and a principal logarithm's exponential.
        prop_assert!(compared(&(sqrt(z.clone()) * sqrt(z.clone())), &z).is_equal());
        if (a, b) != (0, 0) {
            prop_assert!(compared(&e().pow(f(Function::Ln, z.clone())), &z).is_equal());
        }
    }
}
