//! Identities that take more than one step to see.

use super::super::term::{
    ABSOLUTE, BINOMIAL, DERIVATIVE, DOUBLE_SUM, INFINITY, INTEGRAL, LIMIT, LOGARITHM, PRODUCT, REMAINDER,
    SECOND_DERIVATIVE, SUM, Term,
};
use super::super::write::written;
use super::{FAMILIES, Family, integer, nonzero, pair, positive, varied};
use dashu_int::IBig;
use plaudit_core::Stream;
use plaudit_verify::Rational;

fn one() -> Term {
    1.into()
}

fn number(value: i64) -> Term {
    value.into()
}

pub(crate) fn radical_identities(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let root = |value: i64| Term::from(value).sqrt();
    let n = stream.between(2, 12);
    let (a, b) = (stream.between(1, 6), stream.between(1, 9));
    let golden = || (one() + root(5)) / 2;
    let (left, right) = match stream.below(6) {
        // Cardano: the cube roots of a +- sqrt(a^2 + 1) of a = 4 c^3 + 3 c are c +- sqrt(c^2 + 1).
        0 => {
            let cube = 4 * a.pow(3) + 3 * a;
            let inner = || root(cube * cube + 1);
            ((number(cube) + inner()).root(3) + (number(cube) - inner()).root(3), number(2 * a))
        }
        // Binet: powers of the golden ratio by the numbers of Lucas and Fibonacci.
        1 => {
            let (mut lucas, mut fibonacci) = ([2, 1], [0, 1]);
            for _ in 0..n {
                lucas = [lucas[1], lucas[0] + lucas[1]];
                fibonacci = [fibonacci[1], fibonacci[0] + fibonacci[1]];
            }
            (golden().raised(n), (number(lucas[0]) + number(fibonacci[0]) * root(5)) / 2)
        }
        2 => ((root(a) + root(b)).raised(4), (number(a + b) + number(2) * root(a * b)).squared()),
        // sqrt(a + b + c + 2 sqrt(ab) + 2 sqrt(ac) + 2 sqrt(bc)).
        3 => {
            let c = stream.between(2, 9);
            let two = |value: i64| number(2) * root(value);
            ((number(a + b + c) + two(a * b) + two(a * c) + two(b * c)).sqrt(), root(a) + root(b) + root(c))
        }
        4 => {
            let telescope = Term::Sum((1..=n).map(|k| one() / (root(k) + root(k + 1))).collect());
            (telescope, root(n + 1) - 1)
        }
        _ => ((number(a) + root(a * a + b)).raised(-1), (root(a * a + b) - a) / b),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn angle_sums(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = stream.between(2, 9);
    let angle = |above: i64, below: i64| Term::ratio(above, below) * Term::pi();
    let (left, right) = match stream.below(5) {
        // The product of sin(k pi / n) is n / 2^(n - 1).
        0 => (Term::Product((1..n).map(|k| angle(k, n).sin()).collect()), Term::ratio(n, 1 << (n - 1))),
        1 => (Term::Sum((1..=n).map(|k| angle(2 * k - 1, 2 * n + 1).cos()).collect()), Term::ratio(1, 2)),
        2 => (Term::Sum((0..n).map(|k| angle(2 * k + 1, 2 * n).cos().squared()).collect()), Term::ratio(n, 2)),
        3 => (Term::Sum((0..n).map(|k| (Term::from("i") * angle(2 * k, n)).exp()).collect()), 0.into()),
        _ => {
            let count = 2 * n + 1;
            let factors = (1..=n).map(|k| angle(k, count).function("tan")).collect();
            (Term::Product(factors), Term::from(count).sqrt())
        }
    };
    pair(left, right, stream, equal)
}

pub(crate) fn function_identities(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let square = || x().squared();
    let (k, c) = (stream.between(2, 7), stream.between(2, 12));
    let (left, right) = match stream.below(12) {
        0 => ((square() + number(2 * k) * x() + k * k).sqrt(), ABSOLUTE.of([x() + k])),
        1 => (square().ln(), number(2) * ABSOLUTE.of([x()]).ln()),
        2 => (x().function("arctan").sin(), x() / (square() + 1).sqrt()),
        3 => ((square() + 1).ln() - (square() + k).ln(), ((square() + 1) / (square() + k)).ln()),
        4 => ((x().exp() + one() / x().exp()).squared(), (number(2) * x()).exp() + 2 + (number(-2) * x()).exp()),
        5 => ((number(k) * (square() + 1).ln()).exp(), (square() + 1).raised(k)),
        6 => (
            number(k).raised(LOGARITHM.of([c.into(), square() + 1])),
            (square() + 1).raised(number(k).ln() / number(c).ln()),
        ),
        7 => ((square() + k).sqrt() - x(), number(k) / ((square() + k).sqrt() + x())),
        8 => (x().exp().function("arctan") + (-x()).exp().function("arctan"), Term::pi() / 2),
        9 => ((Term::from("i") * x()).exp(), x().cos() + Term::from("i") * x().sin()),
        10 => (x().function("tanh"), ((number(2) * x()).exp() - 1) / ((number(2) * x()).exp() + 1)),
        _ => (number(c).raised(number(k) * x()), number(c.pow(k as u32)).raised(x())),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn harder_sums(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (n, m) = (stream.between(2, 20), stream.between(2, 9));
    let k = || Term::from("k");
    let sum = |from: i64, body: Term| SUM.of([from.into(), n.into(), body]);
    let (left, right): (Term, Term) = match stream.below(7) {
        0 => (sum(0, k() * BINOMIAL.of([n.into(), k()])), number(n) * number(2).raised(n - 1)),
        1 => (sum(0, BINOMIAL.of([n.into(), k()]).squared()), BINOMIAL.of([(2 * n).into(), n.into()])),
        2 => (DOUBLE_SUM.of([n.into(), m.into(), Term::from("j") * k()]), Term::ratio(n * (n + 1) * m * (m + 1), 4)),
        3 => (sum(1, one() / (k() * (k() + 2))), Term::ratio(3, 4) - Term::ratio(2 * n + 3, 2 * (n + 1) * (n + 2))),
        4 => (sum(1, number(-1).raised(k()) * k()), number(if n % 2 == 0 { n / 2 } else { -(n + 1) / 2 })),
        5 => (sum(1, ((k() + 1) / k()).ln()), number(n + 1).ln()),
        _ => (PRODUCT.of([1.into(), n.into(), number(m).raised(k())]), number(m).raised(Term::ratio(n * (n + 1), 2))),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn harder_calculus(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let (a, b) = (stream.between(1, 6), stream.between(1, 6));
    let integral = |low: Term, high: Term, body: Term| INTEGRAL.of([low, high, body]);
    let toward = |target: Term, body: Term| LIMIT.of([target, body]);
    let (left, right) = match stream.below(11) {
        0 => (integral(0.into(), a.into(), x() * x().exp()), number(a - 1) * number(a).exp() + 1),
        1 => (integral(1.into(), number(a) + 1, x().ln()), number(a + 1) * number(a + 1).ln() - a),
        2 => (integral(0.into(), 1.into(), one() / (one() + x().squared())), Term::pi() / 4),
        3 => (integral(0.into(), Term::pi(), x().sin().squared()), Term::pi() / 2),
        4 => (integral(0.into(), number(a), x().sqrt()), Term::ratio(2, 3) * number(a) * number(a).sqrt()),
        5 => (
            SECOND_DERIVATIVE.of([x().squared() * x().sin()]),
            number(2) * x().sin() + number(4) * x() * x().cos() - x().squared() * x().sin(),
        ),
        6 => (DERIVATIVE.of([x().function("arctan")]), one() / (one() + x().squared())),
        7 => (
            DERIVATIVE.of([(number(a) * x()).exp() * (number(b) * x()).cos()]),
            (number(a) * x()).exp() * (number(a) * (number(b) * x()).cos() - number(b) * (number(b) * x()).sin()),
        ),
        8 => (toward(INFINITY.of([]), (one() + number(a) / x()).raised(x())), number(a).exp()),
        9 => (toward(INFINITY.of([]), (x().squared() + number(a) * x()).sqrt() - x()), Term::ratio(a, 2)),
        _ => (toward(0.into(), ((one() + number(a) * x()).sqrt() - 1) / x()), Term::ratio(a, 2)),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn complex_identities(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let i = || Term::from("i");
    let (a, n) = (stream.between(1, 20), stream.between(2, 9));
    let power = |n: i64| match n % 4 {
        0 => one(),
        1 => i(),
        2 => number(-1),
        _ => -i(),
    };
    let (left, right) = match stream.below(5) {
        0 => (number(-a).sqrt(), number(a).sqrt() * i()),
        1 => (i().raised(n), power(n)),
        2 => ((one() + i()).raised(2 * n), number(1 << n) * power(n)),
        3 => (ABSOLUTE.of([(i() * number(a)).exp()]), one()),
        _ => (one() / (number(a) + i()) + one() / (number(a) - i()), Term::ratio(2 * a, a * a + 1)),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn remainders_and_bases(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, m) = (stream.between(2, 50), stream.between(2, 99));
    let (left, value) = if stream.chance(0.5) {
        let n = stream.between(2, 60);
        let power = IBig::from(a).pow(n as usize);
        (REMAINDER.of([Term::from(a).raised(n), m.into()]), power % IBig::from(m))
    } else {
        let base = stream.between(2, 9);
        let value = stream.between(10, 5000);
        let mut digits = Vec::new();
        let mut rest = value;
        while rest > 0 {
            digits.push(char::from(b'0' + (rest % base) as u8));
            rest /= base;
        }
        let digits: String = digits.into_iter().rev().collect();
        (Term::Numeral(format!("{digits}_{{{base}}}")), value.into())
    };
    let other = if equal { value } else { value + integer(stream, 9) };
    [left, varied(&other.into(), stream, true)]
}

/// Pairs of other families in a sum, a product or a function: real values without variables.
pub(crate) fn combined_values(stream: &mut Stream, equal: bool) -> [Term; 2] {
    const PARTS: [&str; 10] = [
        "fractions",
        "radicals",
        "denesting",
        "cube_roots",
        "logarithms",
        "exact_angles",
        "other_angles",
        "inverse_functions",
        "radical_identities",
        "increasing_functions",
    ];
    combined(&PARTS, stream, equal)
}

/// The same of functions of variables.
pub(crate) fn combined_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    const PARTS: [&str; 8] = [
        "polynomials",
        "rational_functions",
        "trigonometry",
        "hyperbolic_functions",
        "function_identities",
        "exponentials",
        "radicals",
        "absolute_values",
    ];
    combined(&PARTS, stream, equal)
}

fn combined(names: &[&str], stream: &mut Stream, equal: bool) -> [Term; 2] {
    let mut part = |equal: bool| {
        let name = *stream.pick(names);
        let family: &Family = FAMILIES.iter().find(|family| family.name == name).expect("the name is that of a family");
        (family.draw)(stream, equal)
    };
    let ([a, a_again], [b, b_again]) = (part(true), part(true));
    let difference = if equal { Rational::ZERO } else { nonzero(stream) };
    let a_again = if equal { a_again } else { a_again + difference };
    let k = positive(stream);
    match stream.below(6) {
        0 => [a + b, b_again + a_again],
        1 => [a - b, a_again - b_again],
        // A factor that is nowhere 0.
        2 => [a * (b.squared() + 1), a_again * (b_again.squared() + 1)],
        3 => [a / (b.squared() + k.clone()), a_again / (b_again.squared() + k)],
        // Functions that take no value twice.
        4 => [a.function("arctan") + b, b_again + a_again.function("arctan")],
        _ => [(a / 50).function("sinh"), (a_again / 50).function("sinh")],
    }
}

/// Intervals as conditions, and signs written out.
pub(crate) fn conditions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (low, width) = (Rational::from(integer(stream, 20)), positive(stream));
    let high = &low + &width;
    let middle = (&low + &high) / Rational::from(2);
    let half = &width / Rational::from(2);
    let x = || Term::from("x");
    let other_high = if equal { high.clone() } else { &high + positive(stream) };
    let interval = |brackets, high: Rational| Term::Items(brackets, vec![low.clone().into(), high.into()]);
    match stream.below(5) {
        0 => {
            let chain = Term::Items(["", " < ", ""], vec![low.clone().into(), x(), high.into()]);
            [interval(["(", ", ", ")"], other_high), chain]
        }
        1 => {
            let chain = Term::Items(["", " \\leq ", ""], vec![low.clone().into(), x(), high.into()]);
            [interval(["[", ", ", "]"], other_high), chain]
        }
        2 => {
            let distance = Term::Items(["", " < ", ""], vec![ABSOLUTE.of([x() - middle]), half.into()]);
            [distance, interval(["(", ", ", ")"], other_high)]
        }
        3 => {
            let slope = integer(stream, 9);
            let line = Term::from(slope) * x() + 1;
            let ends = [&low, &high].map(|end| Term::from(end * Rational::from(slope) + Rational::ONE));
            let [first, last] = if slope > 0 { ends } else { [ends[1].clone(), ends[0].clone()] };
            [Term::Items(["", " \\leq ", ""], vec![first, line, last]), interval(["[", ", ", "]"], other_high)]
        }
        _ => {
            let text = written(&Term::from(middle.clone()), stream);
            let signs = Term::Numeral(format!(
                "-({text}) \\pm {}",
                written(&Term::from(half.clone()).squared().sqrt(), stream)
            ));
            let roots = vec![
                (-(&middle) + &half).into(),
                (-middle - if equal { half } else { half * Rational::from(2) }).into(),
            ];
            [signs, Term::Items(["", ", ", ""], roots)]
        }
    }
}
