//! Pairs by family, each a function that draws two terms that are equal, or that differ for a reason that needs no arithmetic.

mod algebra;
mod analysis;
mod identities;
mod numbers;
mod structures;
mod transcendental;

use super::rewrite::rewritten;
use super::term::Term;
use dashu_int::UBig;
use plaudit_core::Stream;
use plaudit_verify::Rational;

/// Pairs of one kind.
pub(crate) struct Family {
    pub name: &'static str,
    /// Two terms, equal or not.
    pub draw: fn(&mut Stream, bool) -> [Term; 2],
}

macro_rules! families {
    ($($module:ident: $($name:ident),+;)+) => {
        &[$($(Family { name: stringify!($name), draw: $module::$name }),+),+]
    };
}

/// All of them.
pub(crate) const FAMILIES: &[Family] = families! {
    numbers: integers, large_integers, fractions, decimals, percents, mixed_numbers, tiny_differences, powers, radicals, denesting,
        conjugate_denominators, cube_roots, complex_numbers, integer_functions, combinatorics;
    algebra: polynomials, several_variables, rational_functions, powers_of_variables, absolute_values, factorials_of_variables;
    transcendental: logarithms, exponentials, exact_angles, other_angles, trigonometry, inverse_functions, hyperbolic_functions, polar_form,
        increasing_functions;
    analysis: finite_sums, symbolic_sums, infinite_series, products, derivatives, integrals, limits;
    identities: radical_identities, angle_sums, function_identities, harder_sums, harder_calculus, complex_identities, remainders_and_bases,
        combined_values, combined_functions, conditions;
    structures: sets, lists, tuples, intervals, matrices, equations, inequalities, assignments, congruences, determinants;
};

/// The term in other words; where it is to differ, moved by a number that is not 0.
fn varied(term: &Term, stream: &mut Stream, equal: bool) -> Term {
    if equal { rewritten(term, stream) } else { rewritten(&moved(term, stream), stream) }
}

/// A term and another one that equals `same` where they are to be equal.
fn pair(term: Term, same: Term, stream: &mut Stream, equal: bool) -> [Term; 2] {
    [rewritten(&term, stream), varied(&same, stream, equal)]
}

/// A number that is not 0, of any size from 2^-99 to 10^6.
fn nonzero(stream: &mut Stream) -> Rational {
    let magnitude = match stream.below(5) {
        0 => Rational::from(stream.between(1, 9)),
        1 => Rational::from_parts(1.into(), (stream.between(2, 60) as u64).into()),
        2 => Rational::from_parts(1.into(), UBig::from(10_u8).pow(stream.between(1, 20) as usize)),
        3 => Rational::from_parts(1.into(), UBig::ONE << stream.between(1, 99) as usize),
        _ => Rational::from(10_i64.pow(stream.between(1, 6) as u32)),
    };
    if stream.chance(0.5) { -magnitude } else { magnitude }
}

/// The term and a number that is not 0.
fn moved(term: &Term, stream: &mut Stream) -> Term {
    let difference = nonzero(stream);
    match term {
        Term::Number(value) => Term::Number(value + difference),
        Term::Sum(terms) => {
            let mut terms = terms.clone();
            match terms.iter_mut().find_map(|term| if let Term::Number(value) = term { Some(value) } else { None }) {
                Some(value) => *value += difference,
                None => terms.push(difference.into()),
            }
            Term::Sum(terms)
        }
        Term::Fraction(pair) if matches!(pair[1], Term::Number(_)) => {
            let [above, below] = (**pair).clone();
            moved(&above, stream) / below
        }
        other => other.clone() + difference,
    }
}

/// A positive fraction.
fn positive(stream: &mut Stream) -> Rational {
    Rational::from_parts(stream.between(1, 60).into(), (stream.between(1, 12) as u64).into())
}

/// A fraction of either sign that is not 0.
fn signed(stream: &mut Stream) -> Rational {
    if stream.chance(0.4) { -positive(stream) } else { positive(stream) }
}

/// An integer that is not 0.
fn integer(stream: &mut Stream, most: i64) -> i64 {
    let magnitude = stream.between(1, most);
    if stream.chance(0.4) { -magnitude } else { magnitude }
}

/// A value for a place in a structure: a number, or something with a root, a logarithm or pi in it.
fn value(stream: &mut Stream) -> Term {
    let number = Term::from(signed(stream));
    match stream.below(6) {
        0 => number + Term::from(stream.between(2, 30)).sqrt(),
        1 => number * Term::pi(),
        2 => Term::from(integer(stream, 20)),
        3 => number + Term::from(stream.between(2, 12)).ln(),
        _ => number,
    }
}
