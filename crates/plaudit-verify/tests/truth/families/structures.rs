//! Sets, lists, tuples, intervals, matrices, equations and inequalities, whose parts are rewritten.

use super::super::rewrite::rewritten;
use super::super::term::{CONGRUENCE, DETERMINANT, INFINITY, Term};
use super::{integer, moved, nonzero, positive, signed, value, varied};
use plaudit_core::Stream;
use plaudit_verify::Rational;

const SET: [&str; 3] = ["\\{", ", ", "\\}"];
const LIST: [&str; 3] = ["", ", ", ""];

/// Integers that differ, in any order.
fn distinct(stream: &mut Stream, count: usize) -> Vec<i64> {
    let mut next = stream.between(-20, 5);
    let mut values: Vec<i64> = (0..count)
        .map(|_| {
            next += stream.between(1, 7);
            next
        })
        .collect();
    stream.shuffle(&mut values);
    values
}

/// Values that differ: integers, a shift of all of them, and perhaps a factor.
fn items(stream: &mut Stream) -> Vec<Term> {
    let count = stream.between(2, 6) as usize;
    let shift = value(stream);
    let is_plain = stream.chance(0.5);
    let values = distinct(stream, count).into_iter();
    values.map(|item| if is_plain { item.into() } else { shift.clone() + item }).collect()
}

fn each_rewritten(items: &[Term], stream: &mut Stream) -> Vec<Term> {
    items.iter().map(|item| if stream.chance(0.5) { rewritten(item, stream) } else { item.clone() }).collect()
}

/// One item is moved below the differences between items, or left out.
fn spoiled(items: &[Term], stream: &mut Stream) -> Vec<Term> {
    let mut items = items.to_vec();
    let place = stream.below(items.len() as u64) as usize;
    if stream.chance(0.25) && items.len() > 2 {
        items.remove(place);
    } else {
        items[place] = items[place].clone() + Rational::from_parts(1.into(), (stream.between(2, 500) as u64).into());
    }
    items
}

fn without_order(brackets: [&'static str; 3], stream: &mut Stream, equal: bool) -> [Term; 2] {
    let left = items(stream);
    let mut right = if equal { left.clone() } else { spoiled(&left, stream) };
    stream.shuffle(&mut right);
    let right = each_rewritten(&right, stream);
    [Term::Items(brackets, left), Term::Items(brackets, right)]
}

pub(crate) fn sets(stream: &mut Stream, equal: bool) -> [Term; 2] {
    without_order(SET, stream, equal)
}

pub(crate) fn lists(stream: &mut Stream, equal: bool) -> [Term; 2] {
    without_order(LIST, stream, equal)
}

pub(crate) fn tuples(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let brackets = *stream.pick(&[["(", ", ", ")"], ["\\left(", ",", "\\right)"], ["\\langle ", ", ", "\\rangle"]]);
    let left = items(stream);
    let mut right = left.clone();
    match (equal, stream.chance(0.3)) {
        (true, _) => {}
        (false, true) => right.swap(0, 1),
        (false, false) => right = spoiled(&left, stream),
    }
    let right = each_rewritten(&right, stream);
    [Term::Items(brackets, left), Term::Items(brackets, right)]
}

pub(crate) fn intervals(stream: &mut Stream, equal: bool) -> [Term; 2] {
    const BRACKETS: [[&str; 3]; 4] = [["(", ", ", ")"], ["[", ", ", "]"], ["(", ", ", "]"], ["[", ", ", ")"]];
    let mut ends = distinct(stream, 4);
    ends.sort_unstable();
    let shift = value(stream);
    let is_plain = stream.chance(0.5);
    let ends: Vec<Term> = ends.into_iter().map(|end| if is_plain { end.into() } else { shift.clone() + end }).collect();
    let kinds = [(); 2].map(|()| stream.below(4) as usize);
    let parts = |kinds: [usize; 2], ends: &[Term]| {
        let interval = |kind: usize, ends: &[Term]| Term::Items(BRACKETS[kind], ends.to_vec());
        vec![interval(kinds[0], &ends[..2]), interval(kinds[1], &ends[2..])]
    };
    let (mut other_kinds, mut other_ends) = (kinds, ends.clone());
    match (equal, stream.chance(0.5)) {
        (true, _) => {}
        (false, true) => other_kinds[1] = (kinds[1] + stream.between(1, 3) as usize) % 4,
        (false, false) => other_ends[3] = ends[3].clone() + positive(stream),
    }
    let other_ends = each_rewritten(&other_ends, stream);
    let (left, mut right) = (parts(kinds, &ends), parts(other_kinds, &other_ends));
    if stream.chance(0.4) {
        return [left[1].clone(), right[1].clone()];
    }
    stream.shuffle(&mut right);
    const UNION: [&str; 3] = ["", " \\cup ", ""];
    if stream.chance(0.4) {
        let ray = Term::Items(["(", ", ", ")"], vec![ends[3].clone() + 100, INFINITY.of([])]);
        let with = |mut parts: Vec<Term>| {
            parts.push(ray.clone());
            Term::Items(UNION, parts)
        };
        return [with(left), with(right)];
    }
    [Term::Items(UNION, left), Term::Items(UNION, right)]
}

pub(crate) fn matrices(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (rows, columns) = (stream.between(1, 3) as usize + 1, stream.between(1, 3) as usize);
    let entries: Vec<Term> = (0..rows * columns).map(|_| value(stream)).collect();
    let mut other = entries.clone();
    if !equal {
        let place = stream.below(other.len() as u64) as usize;
        other[place] = moved(&other[place], stream);
    }
    let other = each_rewritten(&other, stream);
    let matrix = |entries: Vec<Term>, stream: &mut Stream| {
        let brackets = *stream.pick(&[
            ["\\begin{pmatrix} ", " \\\\ ", " \\end{pmatrix}"],
            ["\\begin{bmatrix}", "\\\\", "\\end{bmatrix}"],
        ]);
        let rows = entries.chunks(columns).map(|row| Term::Items(["", " & ", ""], row.to_vec())).collect();
        Term::Items(brackets, rows)
    };
    [matrix(entries, stream), matrix(other, stream)]
}

pub(crate) fn determinants(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let [a, b, c, d] = [(); 4].map(|()| if stream.chance(0.3) { value(stream) } else { integer(stream, 20).into() });
    let determinant = DETERMINANT.of([a.clone(), b.clone(), c.clone(), d.clone()]);
    [determinant, varied(&(a * d - b * c), stream, equal)]
}

pub(crate) fn equations(stream: &mut Stream, equal: bool) -> [Term; 2] {
    const EQUATION: [&str; 3] = ["", " = ", ""];
    let [x, y] = ["x", "y"].map(Term::from);
    let [a, b] = [(); 2].map(|()| integer(stream, 9));
    let c = signed(stream);
    let other = if equal { c.clone() } else { &c + nonzero(stream) };
    // A line, moved in parallel where it differs.
    let scale = signed(stream);
    let linear = |scale: &Rational| {
        Term::from(scale * Rational::from(a)) * x.clone() + Term::from(scale * Rational::from(b)) * y.clone()
    };
    let left = Term::Items(EQUATION, vec![linear(&Rational::ONE), c.into()]);
    let right = match stream.below(3) {
        0 => vec![linear(&scale), (&other * &scale).into()],
        1 => vec![linear(&scale) - &other * &scale, 0.into()],
        _ => vec![y.clone(), Term::from(other / Rational::from(b)) - Term::ratio(a, b) * x.clone()],
    };
    let right = right.iter().map(|side| rewritten(side, stream)).collect();
    [left, Term::Items(EQUATION, right)]
}

pub(crate) fn inequalities(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let x = || Term::from("x");
    let relation = |sign: &str, sides: [Term; 2]| {
        let sign = match sign {
            "<" => " < ",
            ">" => " > ",
            "\\leq" => " \\leq ",
            _ => " \\geq ",
        };
        Term::Items(["", sign, ""], sides.to_vec())
    };
    let (a, bound) = (stream.between(1, 9), signed(stream));
    let (sign, flipped, other_sign) =
        *stream.pick(&[("<", ">", "\\leq"), ("\\leq", "\\geq", "<"), (">", "<", "\\geq"), ("\\geq", "\\leq", ">")]);
    let left = relation(sign, [x(), bound.clone().into()]);
    let is_other_sign = !equal && stream.chance(0.4);
    let bound = if equal || is_other_sign { bound } else { bound + nonzero(stream) };
    let right = match (is_other_sign, stream.below(3)) {
        (true, _) => relation(other_sign, [x(), bound.into()]),
        (false, 0) => relation(flipped, [varied(&bound.into(), stream, true), x()]),
        (false, 1) => {
            let shift = signed(stream);
            let line = Term::from(a) * x() + shift.clone();
            relation(sign, [line, varied(&(bound * Rational::from(a) + shift).into(), stream, true)])
        }
        (false, _) => {
            let line = Term::from(-a) * x();
            relation(flipped, [line, (bound * Rational::from(-a)).into()])
        }
    };
    [left, right]
}

pub(crate) fn assignments(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let value = value(stream);
    let name = *stream.pick(&["x", "y", "n", "a"]);
    let left = Term::Items(["", " = ", ""], vec![name.into(), value.clone()]);
    [left, varied(&value, stream, equal)]
}

pub(crate) fn congruences(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let modulus = stream.between(2, 60);
    let residue = stream.below(modulus as u64) as i64;
    let other = if equal { residue } else { residue + stream.between(1, modulus - 1).max(1) };
    let other = other + modulus * stream.between(-3, 3);
    let congruence = |residue: i64| CONGRUENCE.of(["x".into(), residue.into(), modulus.into()]);
    [congruence(residue), congruence(other)]
}
