//! Logarithms, exponentials, trigonometric functions and their inverses.

use super::super::rewrite::rewritten;
use super::super::term::{DEGREES, LOGARITHM, Term};
use super::{integer, nonzero, pair, positive, varied};
use plaudit_core::Stream;
use plaudit_verify::Rational;

pub(crate) fn logarithms(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, b, base) = (stream.between(2, 60), stream.between(2, 60), stream.between(2, 12));
    let (m, n) = (integer(stream, 6), stream.between(2, 5));
    let log = |term: Term| LOGARITHM.of([base.into(), term]);
    let ln = |value: i64| Term::from(value).ln();
    let (left, right) = match stream.below(7) {
        0 => (ln(a * b), ln(a) + ln(b)),
        1 => (Term::ratio(a, b).ln(), ln(a) - ln(b)),
        2 => (Term::from(a).raised(m).ln(), Term::from(m) * ln(a)),
        3 => (log(Term::from(base).raised(m)), m.into()),
        4 => (log(a.into()), ln(a) / ln(base)),
        5 => (log(Term::from(a)) + log(b.into()), log((a * b).into())),
        _ => (LOGARITHM.of([base.pow(n as u32).into(), a.into()]), log(a.into()) / n),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn exponentials(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, b) = (Term::from(positive(stream)), Term::ratio(integer(stream, 9), stream.between(1, 4)));
    let x = || Term::from("x");
    let (k, n) = (stream.between(2, 9), stream.between(2, 5));
    let (left, right) = match stream.below(6) {
        0 => (a.clone().exp() * b.clone().exp(), (a + b).exp()),
        1 => (b.clone().exp().raised(n), (b * n).exp()),
        2 => ((Term::from(n) * Term::from(k).ln()).exp(), k.pow(n as u32).into()),
        3 => ((x() + b.clone()).exp(), b.exp() * x().exp()),
        4 => (
            (Term::from(n) * x()).exp() - 1,
            (x().exp() - 1) * Term::Sum((0..n).map(|k| (Term::from(k) * x()).exp()).collect()),
        ),
        _ => (Term::from(k).raised(x()), (x() * Term::from(k).ln()).exp()),
    };
    pair(left, right, stream, equal)
}

/// Sines of multiples of pi/12 and pi/10 in radicals, by twelfths or tenths.
fn sine(numerator: i64, denominator: i64) -> Term {
    let root = |value: i64| Term::from(value).sqrt();
    let half = |term: Term| term / 2;
    match (numerator, denominator) {
        (1, 12) => (root(6) - root(2)) / 4,
        (1, 10) => (root(5) - 1) / 4,
        (1, 8) => half((Term::from(2) - root(2)).sqrt()),
        (1, 6) => Term::ratio(1, 2),
        (1, 5) => (Term::from(10) - Term::from(2) * root(5)).sqrt() / 4,
        (1, 4) => half(root(2)),
        (3, 10) => (root(5) + 1) / 4,
        (1, 3) => half(root(3)),
        (3, 8) => half((Term::from(2) + root(2)).sqrt()),
        (2, 5) => (Term::from(10) + Term::from(2) * root(5)).sqrt() / 4,
        (5, 12) => (root(6) + root(2)) / 4,
        _ => 1.into(),
    }
}

pub(crate) fn exact_angles(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let angles = [(1, 12), (1, 10), (1, 8), (1, 6), (1, 5), (1, 4), (3, 10), (1, 3), (3, 8), (2, 5), (5, 12), (1, 2)];
    let (above, below) = *stream.pick(&angles);
    let turns = 2 * stream.between(-2, 3);
    // sin(pi (r + 2 k)) = sin(pi r) = cos(pi (1/2 - r)) = -sin(-pi r).
    let angle = |above: i64, below: i64, stream: &mut Stream| match stream.chance(0.4) {
        true => DEGREES.of([Term::ratio(180 * above, below)]),
        false => Term::ratio(above, below) * Term::pi(),
    };
    let left = match stream.below(3) {
        0 => angle(above + turns * below, below, stream).sin(),
        1 => angle(below - 2 * above, 2 * below, stream).cos(),
        _ => -angle(-above, below, stream).sin(),
    };
    [left, varied(&sine(above, below), stream, equal)]
}

pub(crate) fn other_angles(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let angle = |above: i64, below: i64| Term::ratio(above, below) * Term::pi();
    let (a, b) = (stream.between(1, 20), *stream.pick(&[7, 9, 11, 13, 15, 16, 17, 18, 20, 24]));
    let (left, right) = match stream.below(6) {
        0 => (angle(1, 7).cos() * angle(2, 7).cos() * angle(3, 7).cos(), Term::ratio(1, 8)),
        1 => {
            let degrees = |value: i64| DEGREES.of([value.into()]).sin();
            (degrees(20) * degrees(40) * degrees(80), Term::from(3).sqrt() / 8)
        }
        2 => (Term::from(2) * angle(a, b).sin() * angle(a, b).cos(), angle(2 * a, b).sin()),
        3 => (angle(a, b).sin().squared() + angle(a, b).cos().squared(), 1.into()),
        4 => (Term::from(2) * angle(a, b).cos().squared() - 1, angle(2 * a, b).cos()),
        _ => (Term::from(4) * angle(a, b).cos().raised(3) - Term::from(3) * angle(a, b).cos(), angle(3 * a, b).cos()),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn trigonometry(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let k = stream.between(1, 4);
    let x = || if k == 1 { Term::from("x") } else { Term::from(k) * Term::from("x") };
    let y = || Term::from("y");
    let two = || Term::from(2);
    let (left, right) = match stream.below(9) {
        0 => (x().sin().squared(), Term::from(1) - x().cos().squared()),
        1 => ((two() * x()).sin(), two() * x().sin() * x().cos()),
        2 => ((x() + y()).cos(), x().cos() * y().cos() - x().sin() * y().sin()),
        3 => (Term::from(1) + x().function("tan").squared(), x().function("sec").squared()),
        4 => ((Term::from(3) * x()).sin(), Term::from(3) * x().sin() - Term::from(4) * x().sin().raised(3)),
        5 => (x().sin() * y().cos(), ((x() + y()).sin() + (x() - y()).sin()) / 2),
        6 => (x().sin().raised(4) - x().cos().raised(4), -(two() * x()).cos()),
        7 => (x().function("tan"), x().sin() / x().cos()),
        _ => ((Term::from(1) - (two() * x()).cos()) / (two() * x()).sin(), x().function("tan")),
    };
    match equal || stream.chance(0.5) {
        true => pair(left, right, stream, equal),
        // Their difference is a multiple of a sine that is not 0 everywhere.
        false => pair(left, right + Term::from(nonzero(stream)) * x().sin(), stream, true),
    }
}

pub(crate) fn inverse_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let r = positive(stream);
    let term = || Term::from(r.clone());
    let quarter = || Term::pi() / 2;
    let small = Rational::from_parts(stream.between(1, 9).into(), 10_u8.into());
    let angle = Rational::from_parts_signed(integer(stream, 9).into(), 20.into());
    let (left, right) = match stream.below(6) {
        0 => (term().function("arctan") + (Term::from(1) / term()).function("arctan"), quarter()),
        1 => (Term::from(small.clone()).function("arcsin") + Term::from(small.clone()).function("arccos"), quarter()),
        2 => ((Term::from(angle.clone()) * Term::pi()).sin().function("arcsin"), Term::from(angle) * Term::pi()),
        3 => (
            Term::from(4) * Term::ratio(1, 5).function("arctan") - Term::ratio(1, 239).function("arctan"),
            Term::pi() / 4,
        ),
        4 => (Term::from(small.clone()).function("arcsin").cos(), Term::from(Rational::ONE - &small * &small).sqrt()),
        _ => (term().function("arctan").cos(), Term::from(1) / Term::from(Rational::ONE + &r * &r).sqrt()),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn hyperbolic_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = if stream.chance(0.6) { Term::from("x") } else { Term::from(positive(stream)) };
    let x = || x.clone();
    let (sinh, cosh) = (|| x().function("sinh"), || x().function("cosh"));
    let (left, right) = match stream.below(4) {
        0 => (cosh().squared() - sinh().squared(), 1.into()),
        1 => (sinh(), (x().exp() - (-x()).exp()) / 2),
        2 => ((Term::from(2) * x()).function("sinh"), Term::from(2) * sinh() * cosh()),
        _ => (cosh() + sinh(), x().exp()),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn polar_form(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (above, below) = (integer(stream, 12), *stream.pick(&[2, 3, 4, 6, 12, 5, 7, 9]));
    let angle = || Term::ratio(above, below) * Term::pi();
    let polar = || (Term::from("i") * angle()).exp();
    let n = stream.between(2, 5);
    let (left, right) = match stream.below(3) {
        0 => (polar(), angle().cos() + Term::from("i") * angle().sin()),
        1 => (polar().raised(n), (Term::from(n) * angle()).cos() + Term::from("i") * (Term::from(n) * angle()).sin()),
        _ => (polar() + Term::from(1) / polar(), Term::from(2) * angle().cos()),
    };
    // (e^(i t / k))^k is e^(i t), but roots of it are not unique: numbers alone are rewritten.
    [left, if equal { right } else { varied(&right, stream, false) }]
}

/// Increasing functions of positive numbers, with positive values: they keep what differs apart.
pub(crate) fn increasing_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let start = positive(stream);
    let other = match equal {
        true => start.clone(),
        false => {
            start.clone() + {
                let d = nonzero(stream);
                if d < Rational::ZERO { -d } else { d }
            }
        }
    };
    let [mut left, mut right] = [Term::from(start), rewritten(&other.into(), stream)];
    let mut is_exponential = false;
    for _ in 0..stream.between(1, 4) {
        let (choice, k) = (stream.below(8), positive(stream));
        let apply = |term: Term| match choice {
            0 => term.sqrt(),
            1 => term + k.clone(),
            2 => Term::from(k.clone()) * term,
            3 => (term + 1).ln(),
            4 => term.function("arctan"),
            5 => term.root(3),
            6 if !is_exponential => (term / 1000).exp(),
            _ => Term::from(-1) / (term + 1) + 1,
        };
        [left, right] = [apply(left), apply(right)];
        is_exponential |= choice == 6;
    }
    [left, rewritten(&right, stream)]
}
