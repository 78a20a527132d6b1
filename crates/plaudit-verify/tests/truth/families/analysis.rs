//! Sums, products, derivatives, integrals and limits with a closed form.

use super::super::term::{BINOMIAL, DERIVATIVE, FACTORIAL, INFINITY, INTEGRAL, LIMIT, PRODUCT, SUM, Term};
use super::algebra::Polynomial;
use super::{integer, pair, positive, varied};
use dashu_int::IBig;
use plaudit_core::Stream;
use plaudit_verify::Rational;

fn k() -> Term {
    "k".into()
}

pub(crate) fn finite_sums(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = stream.between(2, 60);
    let (a, b, r) = (integer(stream, 9), integer(stream, 9), stream.between(2, 5));
    let sum = |body: Term| SUM.of([1.into(), n.into(), body]);
    let (body, value): (Term, Rational) = match stream.below(6) {
        0 => (Term::from(a) * k() + b, (a * n * (n + 1) / 2 + b * n).into()),
        1 => (k().squared(), (n * (n + 1) * (2 * n + 1) / 6).into()),
        2 => (k().raised(3), (n * n * (n + 1) * (n + 1) / 4).into()),
        3 => {
            (Term::from(r).raised(k()), Rational::from((IBig::from(r).pow(n as usize) - 1) * r) / Rational::from(r - 1))
        }
        4 => (Term::from(1) / (k() * (k() + 1)), Rational::from_parts_signed(n.into(), (n + 1).into())),
        _ => (BINOMIAL.of([n.into(), k()]), Rational::from(IBig::from(2).pow(n as usize) - 1)),
    };
    [sum(body), varied(&value.into(), stream, equal)]
}

pub(crate) fn symbolic_sums(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = || Term::from("n");
    let (a, b, r) = (integer(stream, 9), integer(stream, 9), stream.between(2, 7));
    let sum = |body: Term| SUM.of([1.into(), n(), body]);
    let (left, right) = match stream.below(4) {
        0 => (sum(Term::from(a) * k() + b), Term::ratio(a, 2) * n() * (n() + 1) + Term::from(b) * n()),
        1 => (sum(k().squared()), n() * (n() + 1) * (Term::from(2) * n() + 1) / 6),
        2 => (sum(k().raised(3)), (n() * (n() + 1) / 2).squared()),
        _ => (sum(Term::from(r).raised(k())), (Term::from(r).raised(n() + 1) - r) / (r - 1)),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn infinite_series(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let below = stream.between(2, 12);
    let above = stream.between(1, below - 1);
    let ratio = Rational::from_parts_signed(above.into(), below.into());
    let rest = Rational::ONE - &ratio;
    let a = integer(stream, 9);
    let series = |from: i64, body: Term| SUM.of([from.into(), INFINITY.of([]), body]);
    let power = || Term::from(ratio.clone()).raised(k());
    let (left, value) = match stream.below(4) {
        0 => (series(0, power()), Rational::ONE / &rest),
        1 => (series(1, Term::from(a) * power()), &ratio / &rest * Rational::from(a)),
        2 => (series(1, k() * power()), &ratio / (&rest * &rest)),
        _ => (series(2, (-Term::from(ratio.clone())).raised(k())), &ratio * &ratio / (Rational::ONE + &ratio)),
    };
    [left, varied(&value.into(), stream, equal)]
}

pub(crate) fn products(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = stream.between(2, 20);
    let c = stream.between(2, 5);
    let product = |from: i64, body: Term| PRODUCT.of([from.into(), n.into(), body]);
    let factorial = || FACTORIAL.of([n.into()]);
    let (left, right) = match stream.below(4) {
        0 => (product(1, k()), factorial()),
        1 => (product(1, Term::from(c) * k()), Term::from(c).raised(n) * factorial()),
        2 => (product(1, Term::from(1) + Term::from(1) / k()), (n + 1).into()),
        _ => (product(2, Term::from(1) - Term::from(1) / k().squared()), Term::ratio(n + 1, 2 * n)),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn derivatives(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let (p, q) = (Polynomial::random(stream, 2), Polynomial::random(stream, 1));
    let a = integer(stream, 9);
    let (body, derivative) = match stream.below(6) {
        0 => (p.term("x") * q.term("x"), p.multiply(&q).derivative().term("x")),
        1 => (
            p.term("x") / q.term("x"),
            (p.derivative().term("x") * q.term("x") - p.term("x") * q.derivative().term("x")) / q.term("x").squared(),
        ),
        2 => ((Term::from(a) * x()).sin(), Term::from(a) * (Term::from(a) * x()).cos()),
        3 => (x() * x().exp(), x().exp() + x() * x().exp()),
        4 => ((x().squared() + 1).ln(), Term::from(2) * x() / (x().squared() + 1)),
        _ => ((x().squared() + a * a).sqrt(), x() / (x().squared() + a * a).sqrt()),
    };
    [DERIVATIVE.of([body]), varied(&derivative, stream, equal)]
}

pub(crate) fn integrals(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let (low, width) = (Rational::from(stream.between(-4, 4)), positive(stream));
    let high = &low + &width;
    let degree = stream.between(0, 4) as usize;
    let (a, p) = (stream.between(1, 6), Polynomial::random(stream, degree));
    let definite = |low: Rational, high: Rational, body: Term| INTEGRAL.of([low.into(), high.into(), body]);
    let (left, right) = match stream.below(5) {
        0 | 1 => {
            let primitive = p.0.iter().enumerate().map(|(degree, value)| value / Rational::from(degree + 1));
            let primitive = Polynomial(std::iter::once(Rational::ZERO).chain(primitive).collect());
            let value = primitive.at(&high) - primitive.at(&low);
            (definite(low, high, p.term("x")), value.into())
        }
        2 => (
            definite(low.clone(), high.clone(), (Term::from(a) * x()).cos()),
            ((Term::from(a) * Term::from(high)).sin() - (Term::from(a) * Term::from(low)).sin()) / a,
        ),
        3 => (
            definite(low.clone(), high.clone(), (x() / a).exp()),
            Term::from(a) * ((Term::from(high) / a).exp() - (Term::from(low) / a).exp()),
        ),
        _ => (
            definite(width.clone(), &width + Rational::from(a), Term::from(1) / x()),
            Term::from((&width + Rational::from(a)) / &width).ln(),
        ),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn limits(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let (a, b) = (integer(stream, 9), integer(stream, 9));
    let degree = stream.between(1, 3) as usize;
    let (p, q) = (Polynomial::random(stream, degree), Polynomial::random(stream, degree));
    let leading = |polynomial: &Polynomial| polynomial.0[degree].clone();
    let toward = |target: Term, body: Term| LIMIT.of([target, body]);
    let (left, right) = match stream.below(6) {
        0 => {
            let body = p.multiply(&Polynomial(vec![(-a).into(), 1.into()])).term("x") / (x() - a);
            (toward(a.into(), body), p.at(&a.into()).into())
        }
        1 => (toward(0.into(), (Term::from(a) * x()).sin() / (Term::from(b) * x())), Term::ratio(a, b)),
        2 => (toward(INFINITY.of([]), p.term("x") / q.term("x")), (leading(&p) / leading(&q)).into()),
        3 => (toward(0.into(), (Term::from(1) - (Term::from(a) * x()).cos()) / x().squared()), Term::ratio(a * a, 2)),
        4 => (toward(0.into(), ((Term::from(a) * x()).exp() - 1) / x()), a.into()),
        _ => (toward(a.into(), p.term("x")), p.at(&a.into()).into()),
    };
    let [_, right] = pair(0.into(), right, stream, equal);
    [left, right]
}
