//! Identities, applied at random places: the value stays the same wherever the term has one.

use super::term::Term;
use dashu_int::Sign;
use plaudit_core::Stream;
use plaudit_verify::Rational;

/// The largest term that still grows.
const LARGEST: usize = 48;

/// The same value after a few identities.
pub(crate) fn rewritten(term: &Term, stream: &mut Stream) -> Term {
    let mut term = term.clone();
    for _ in 0..stream.between(1, 4) {
        let size = term.size();
        let place = stream.below(size as u64) as usize;
        at(&mut term, place, &mut |node| *node = identity(node, size < LARGEST, stream));
    }
    term
}

/// Applies a change to the node at a place, counted from the first one on.
fn at(term: &mut Term, place: usize, change: &mut dyn FnMut(&mut Term)) {
    if place == 0 {
        return change(term);
    }
    let mut place = place - 1;
    for part in term.parts_mut() {
        let size = part.size();
        if place < size {
            return at(part, place, change);
        }
        place -= size;
    }
}

/// Terms or factors in any order.
fn shuffled(parts: &[Term], stream: &mut Stream) -> Vec<Term> {
    let mut parts = parts.to_vec();
    stream.shuffle(&mut parts);
    parts
}

fn identity(node: &Term, may_grow: bool, stream: &mut Stream) -> Term {
    if matches!(node, Term::Items(..)) {
        return node.clone();
    }
    match node {
        Term::Sum(terms) if stream.chance(0.5) => return Term::Sum(shuffled(terms, stream)),
        Term::Product(factors) if stream.chance(0.5) => return Term::Product(shuffled(factors, stream)),
        _ if !may_grow => return node.clone(),
        _ => {}
    }
    if stream.chance(0.4) {
        return anywhere(node.clone(), stream);
    }
    let kept = node.clone();
    let k = stream.between(2, 9);
    match node {
        Term::Number(value) => of_number(value, stream),
        Term::Sum(terms) => match stream.below(2) {
            0 => -Term::Sum(terms.iter().map(|term| -term.clone()).collect()),
            _ => {
                let (first, rest) = terms.split_first().expect("sums have terms");
                if rest.is_empty() { kept } else { first.clone() + Term::Sum(rest.to_vec()) }
            }
        },
        Term::Product(factors) => distributed(factors).unwrap_or(kept),
        Term::Fraction(pair) => {
            let [above, below] = (**pair).clone();
            match (stream.below(4), &above) {
                (0, _) => above * below.raised(-1),
                (1, Term::Sum(terms)) => Term::Sum(terms.iter().map(|term| term.clone() / below.clone()).collect()),
                (2, _) => -(above / -below),
                _ => (Term::from(k) * above) / (Term::from(k) * below),
            }
        }
        Term::Power(pair) => match &**pair {
            [Term::Symbol("e"), exponent] => match stream.below(3) {
                0 => (exponent.clone() + k).exp() / Term::from(k).exp(),
                1 => (exponent.clone() / k).exp().raised(k),
                _ => Term::from(1) / (-exponent.clone()).exp(),
            },
            [base, Term::Number(exponent)] if exponent.is_int() && *exponent > Rational::ONE => {
                base.clone() * base.clone().raised(exponent - Rational::ONE)
            }
            _ => kept,
        },
        Term::Root(index, radicand) => {
            let scale = Rational::from(k.pow(*index));
            (Term::from(scale) * (**radicand).clone()).root(*index) / k
        }
        Term::Function(name, argument) => of_function(name, (**argument).clone(), stream).unwrap_or(kept),
        _ => kept,
    }
}

/// What holds of whatever has a value.
fn anywhere(node: Term, stream: &mut Stream) -> Term {
    let k = stream.between(1, 30);
    match stream.below(5) {
        0 => node + k - k,
        1 => Term::from(k) + (node - k),
        2 => Term::from(k) * node / k,
        3 => -(-node),
        _ => Term::ratio(1, k) * (Term::from(k) * node),
    }
}

fn of_number(value: &Rational, stream: &mut Stream) -> Term {
    let part = Rational::from_parts(stream.between(1, 40).into(), (stream.between(1, 6) as u64).into());
    match stream.below(5) {
        0 => Term::from(value - &part) + part,
        1 => Term::from(value / &part) * part,
        2 => {
            let (above, below) = (value * &part).into_parts();
            Term::from(above) / Term::from(part * Rational::from(below))
        }
        3 if value.sign() == Sign::Positive => Term::from(value * value).sqrt(),
        _ => Term::from(value + &part) - part,
    }
}

/// a (b + c) = a b + a c.
fn distributed(factors: &[Term]) -> Option<Term> {
    let place = factors.iter().position(|factor| matches!(factor, Term::Sum(_)))?;
    let Term::Sum(terms) = &factors[place] else { return None };
    let term = |term: &Term| {
        let mut factors = factors.to_vec();
        factors[place] = term.clone();
        Term::Product(factors)
    };
    Some(Term::Sum(terms.iter().map(term).collect()))
}

fn of_function(name: &'static str, t: Term, stream: &mut Stream) -> Option<Term> {
    let k = stream.between(2, 9);
    let (half_turn, quarter_turn) = (Term::pi(), Term::pi() / 2);
    Some(match (name, stream.below(4)) {
        ("sin", 0) => (quarter_turn - t).cos(),
        ("sin", 1) => (half_turn - t).sin(),
        ("sin", 2) => -(-t).sin(),
        ("sin", _) => Term::from(2) * (t.clone() / 2).sin() * (t / 2).cos(),
        ("cos", 0) => (quarter_turn - t).sin(),
        ("cos", 1) => -(half_turn - t).cos(),
        ("cos", 2) => (-t).cos(),
        ("cos", _) => Term::from(1) - Term::from(2) * (t / 2).sin().squared(),
        ("tan", _) => t.clone().sin() / t.cos(),
        ("ln", 0) => -(Term::from(1) / t).ln(),
        ("ln", 1) => (Term::from(k) * t).ln() - Term::from(k).ln(),
        ("ln", _) => t.raised(3).ln() / 3,
        ("arctan" | "arcsin" | "sinh" | "tanh", _) => -(-t).function(name),
        ("cosh", _) => (t.clone().exp() + (-t).exp()) / 2,
        _ => return None,
    })
}
