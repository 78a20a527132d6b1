//! Polynomials, rational functions and powers, in variables.

use super::super::term::{ABSOLUTE, BINOMIAL, FACTORIAL, Term};
use super::{integer, nonzero, pair, positive, signed};
use plaudit_core::Stream;
use plaudit_verify::Rational;

/// A polynomial by its coefficients, the constant first.
#[derive(Clone)]
pub(crate) struct Polynomial(pub Vec<Rational>);

impl Polynomial {
    pub(crate) fn random(stream: &mut Stream, degree: usize) -> Self {
        Self(
            (0..=degree)
                .map(|_| if stream.chance(0.3) { signed(stream) } else { integer(stream, 12).into() })
                .collect(),
        )
    }

    pub(crate) fn multiply(&self, other: &Self) -> Self {
        let mut product = vec![Rational::ZERO; self.0.len() + other.0.len() - 1];
        for (i, a) in self.0.iter().enumerate() {
            for (j, b) in other.0.iter().enumerate() {
                product[i + j] += a * b;
            }
        }
        Self(product)
    }

    pub(crate) fn derivative(&self) -> Self {
        Self(self.0.iter().enumerate().skip(1).map(|(degree, value)| value * Rational::from(degree)).collect())
    }

    pub(crate) fn at(&self, x: &Rational) -> Rational {
        self.0.iter().rev().fold(Rational::ZERO, |value, coefficient| value * x + coefficient)
    }

    /// Terms with the largest degree first; 0 where there are none.
    pub(crate) fn term(&self, x: &'static str) -> Term {
        let monomial = |degree: usize| if degree == 1 { Term::from(x) } else { Term::from(x).raised(degree as i64) };
        let terms = self.0.iter().enumerate().rev().filter(|(_, coefficient)| !coefficient.is_zero());
        let terms: Vec<Term> = terms
            .map(|(degree, coefficient)| match degree {
                0 => coefficient.clone().into(),
                _ if coefficient.is_one() => monomial(degree),
                _ => Term::from(coefficient.clone()) * monomial(degree),
            })
            .collect();
        if terms.is_empty() { 0.into() } else { Term::Sum(terms) }
    }
}

/// Moved by a monomial with a coefficient that is not 0, where the two are to differ.
fn in_a_variable(left: Term, right: Term, x: &'static str, stream: &mut Stream, equal: bool) -> [Term; 2] {
    if equal || stream.chance(0.5) {
        return pair(left, right, stream, equal);
    }
    let difference = Term::from(nonzero(stream)) * Term::from(x).raised(stream.between(2, 3));
    pair(left, right + difference, stream, true)
}

fn name(stream: &mut Stream) -> &'static str {
    stream.pick::<&'static str>(&["x", "y", "t", "a", "z", "n"])
}

pub(crate) fn polynomials(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = name(stream);
    let mut expanded = Polynomial(vec![Rational::ONE]);
    let mut factors = Vec::new();
    for _ in 0..stream.between(2, 4) {
        let degree = stream.between(1, 2) as usize;
        let factor = Polynomial::random(stream, degree);
        expanded = expanded.multiply(&factor);
        factors.push(factor.term(x));
    }
    in_a_variable(Term::Product(factors), expanded.term(x), x, stream, equal)
}

pub(crate) fn several_variables(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let [x, y] = ["x", "y"].map(Term::from);
    let [a, b, c, d] = [(); 4].map(|()| integer(stream, 9));
    let linear = |a: i64, b: i64| Term::from(a) * x.clone() + Term::from(b) * y.clone();
    let quadratic = |a: i64, b: i64, c: i64| {
        Term::from(a) * x.clone().squared()
            + Term::from(b) * x.clone() * y.clone()
            + Term::from(c) * y.clone().squared()
    };
    let (left, right) = match stream.below(4) {
        0 => (linear(a, b) * linear(c, d), quadratic(a * c, a * d + b * c, b * d)),
        1 => (linear(a, b).squared(), quadratic(a * a, 2 * a * b, b * b)),
        2 => ((x.clone() - y.clone()) * quadratic(1, 1, 1), x.clone().raised(3) - y.clone().raised(3)),
        _ => (linear(a, b).squared() - linear(c, d).squared(), linear(a + c, b + d) * linear(a - c, b - d)),
    };
    in_a_variable(left, right, if stream.chance(0.5) { "x" } else { "y" }, stream, equal)
}

pub(crate) fn rational_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = name(stream);
    let [a, b] = [(); 2].map(|()| integer(stream, 9));
    let (p, q) = (Polynomial(vec![a.into(), 1.into()]), Polynomial(vec![b.into(), 1.into()]));
    let (c, d) = (signed(stream), signed(stream));
    let over = |above: &Rational, below: &Polynomial| Term::from(above.clone()) / below.term(x);
    let (left, right) = match stream.below(3) {
        // c / (x + a) + d / (x + b).
        0 => {
            let numerator = Polynomial(vec![&c * Rational::from(b) + &d * Rational::from(a), &c + &d]);
            (over(&c, &p) + over(&d, &q), numerator.term(x) / (p.term(x) * q.term(x)))
        }
        1 => (p.multiply(&q).term(x) / p.term(x), q.term(x)),
        // (c x + d) / (x + a) = c + (d - a c) / (x + a).
        _ => {
            let rest = &d - &c * Rational::from(a);
            (Polynomial(vec![d, c.clone()]).term(x) / p.term(x), over(&rest, &p) + c)
        }
    };
    in_a_variable(left, right, x, stream, equal)
}

pub(crate) fn powers_of_variables(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = name(stream);
    let power = |exponent: i64| Term::from(x).raised(exponent);
    let (m, n, k) = (stream.between(2, 7), stream.between(2, 5), stream.between(2, 9));
    let (left, right) = match stream.below(6) {
        0 => (power(m) * power(n), power(m + n)),
        1 => (power(m).raised(n), power(m * n)),
        2 => (power(m) / power(n), power(m - n)),
        3 => (power(m).sqrt().squared(), power(m)),
        4 => ((Term::from(k * k) * power(2)).sqrt(), Term::from(k) * ABSOLUTE.of([x.into()])),
        _ => {
            (Term::from(k).raised(Term::from(x) + n), Term::from(k.pow(n as u32)) * Term::from(k).raised(Term::from(x)))
        }
    };
    in_a_variable(left, right, x, stream, equal)
}

pub(crate) fn absolute_values(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = name(stream);
    let (a, b) = (integer(stream, 9), integer(stream, 9));
    let linear = |a: i64, b: i64| Term::from(a) * Term::from(x) + b;
    let absolute = |term: Term| ABSOLUTE.of([term]);
    let (left, right) = match stream.below(4) {
        0 => (absolute(linear(a, b)), absolute(linear(-a, -b))),
        1 => (absolute(linear(a, b)), linear(a, b).squared().sqrt()),
        2 => (absolute(linear(a, b)).squared(), linear(a, b).squared()),
        _ => (absolute(linear(3 * a, 3 * b)), Term::from(3) * absolute(linear(a, b))),
    };
    in_a_variable(left, right, x, stream, equal)
}

pub(crate) fn factorials_of_variables(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = || Term::from("n");
    let factorial = |term: Term| FACTORIAL.of([term]);
    let (left, right) = match stream.below(4) {
        0 => (factorial(n() + 1) / factorial(n()), n() + 1),
        1 => (BINOMIAL.of([n(), 2.into()]), n() * (n() - 1) / 2),
        2 => (factorial(n() + 2) / factorial(n()), n().squared() + Term::from(3) * n() + 2),
        _ => (BINOMIAL.of([n() + 1, 2.into()]) + BINOMIAL.of([n(), 2.into()]), n().squared()),
    };
    let difference = if equal { Rational::ZERO } else { positive(stream) };
    [left, pair(0.into(), if equal { right } else { right + difference }, stream, true)[1].clone()]
}
