//! What is decided once for a whole comparison: notation that is open, and what an answer is about.

use super::relation::{self, assignment};
use crate::math::{Comparison, Expr, Function, Logarithm, Percent, Policy};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One meaning for everything that a policy leaves open.
#[derive(Debug)]
pub(super) struct Reading {
    /// A policy that leaves nothing open.
    pub(super) policy: Policy,
    /// Whether a value beside one with a degree sign is in degrees, and not in radians.
    pub(super) are_degrees_bare: bool,
}

/// The meanings under which two expressions are compared, one after the other: `10\%, 20\%` is `0.1, 0.2` or `10, 20`, but not `0.1, 20`.
pub(super) fn readings(policy: &Policy, both: [&Expr; 2]) -> Vec<Reading> {
    let occurs = |is_kind: &dyn Fn(&Expr) -> bool| both.iter().any(|expr| has(expr, is_kind));
    let percents: &[Percent] = match policy.percent {
        Percent::Either if occurs(&|expr| matches!(expr, Expr::Percent(_))) => &[Percent::Hundredths, Percent::Unit],
        Percent::Either | Percent::Hundredths => &[Percent::Hundredths],
        Percent::Unit => &[Percent::Unit],
    };
    let is_open = |expr: &Expr| matches!(expr, Expr::Function(Function::Log, parts) if parts.len() == 1);
    let logarithms: &[Logarithm] = match policy.logarithm {
        Logarithm::Either if occurs(&is_open) => &[Logarithm::Natural, Logarithm::Ten],
        Logarithm::Either | Logarithm::Natural => &[Logarithm::Natural],
        Logarithm::Ten => &[Logarithm::Ten],
    };
    let degrees: &[bool] = if occurs(&|expr| matches!(expr, Expr::Degrees(_))) { &[false, true] } else { &[false] };
    // Several unknowns are told apart by their names alone.
    let names = policy.names || both.iter().any(|expr| subjects(expr).len() > 1);
    let mut readings = Vec::new();
    for percent in percents {
        for logarithm in logarithms {
            for are_degrees_bare in degrees {
                let policy = Policy { percent: *percent, logarithm: *logarithm, names, ..policy.clone() };
                readings.push(Reading { policy, are_degrees_bare: *are_degrees_bare });
            }
        }
    }
    readings
}

/// Whether an expression or a part of it is of a kind.
pub(super) fn has(expr: &Expr, is_kind: &dyn Fn(&Expr) -> bool) -> bool {
    is_kind(expr) || expr.parts().any(|part| has(part, is_kind))
}

/// The names of what an answer says something about: those in assignments, the unknowns of other relations.
pub(super) fn subjects(expr: &Expr) -> BTreeSet<Cow<'_, str>> {
    let mut names = BTreeSet::new();
    collect(expr, &mut names);
    names
}

fn collect<'a>(expr: &'a Expr, names: &mut BTreeSet<Cow<'a, str>>) {
    match expr {
        Expr::Relation(terms, comparisons) => match assignment(terms, comparisons).map(|assignment| assignment.name) {
            Some(Some(Expr::Symbol(name))) => {
                names.insert(Cow::Borrowed(name));
            }
            Some(Some(name)) => {
                names.insert(Cow::Owned(name.to_string()));
            }
            Some(None) => {}
            None => terms.iter().for_each(|term| unknowns(term, names)),
        },
        Expr::List(parts)
        | Expr::And(parts)
        | Expr::Or(parts)
        | Expr::Set(parts)
        | Expr::Tuple(_, parts)
        | Expr::SetOperation(_, parts) => parts.iter().for_each(|part| collect(part, names)),
        _ => {}
    }
}

fn unknowns<'a>(expr: &'a Expr, names: &mut BTreeSet<Cow<'a, str>>) {
    if has(expr, &|part| matches!(part, Expr::Apply(..))) {
        match expr {
            Expr::Apply(..) => {
                names.insert(Cow::Owned(expr.to_string()));
            }
            other => other.parts().for_each(|part| unknowns(part, names)),
        }
    } else {
        names.extend(expr.variables().into_iter().map(Cow::Borrowed));
    }
}

/// Two answers of which one tells solutions apart by indices, `x_1 = 2, x_2 = 3`, and the other does not, `x = 2 \text{ or } x = 3`: without these.
pub(super) fn without_indices([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    let only = |expr| {
        let mut subjects = subjects(expr).into_iter();
        subjects.next().filter(|_| subjects.next().is_none()).map(Cow::into_owned)
    };
    let bare = |indexed: &Expr, letter: &str| {
        let items = match indexed {
            Expr::List(items) | Expr::And(items) | Expr::Or(items) => items.as_slice(),
            item => std::slice::from_ref(item),
        };
        let indices: Option<Vec<&str>> = items.iter().map(|item| index(item)?.strip_prefix(letter)).collect();
        let is_several = items.len() > 1 || indices.as_ref().is_some_and(|indices| indices[0].contains(','));
        (indices.is_some() && is_several).then(|| indexed.with(&|_| Some(Expr::Symbol(letter.into()))))
    };
    let is_letter = |name: &String| name.chars().count() == 1;
    if let Some(letter) = only(gold).filter(is_letter) {
        return bare(answer, &letter).map(|answer| [gold.clone(), answer]);
    }
    let letter = only(answer).filter(is_letter)?;
    bare(gold, &letter).map(|gold| [gold, answer.clone()])
}

/// The name in `x_1 = 2`, whose index is of digits and which is given a number.
fn index(expr: &Expr) -> Option<&str> {
    let Expr::Relation(terms, comparisons) = expr else { return None };
    let ([Expr::Symbol(name), value], [Comparison::Equal]) = (terms.as_slice(), comparisons.as_slice()) else {
        return None;
    };
    let (_, index) = name.split_once('_')?;
    let is_index = index.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'{' | b'}' | b','));
    (is_index && value.variables().is_empty()).then_some(name)
}

/// As it is compared: `\frac{dy}{dx}` is a name where y has no value, and `(x, y) = (1, 2)` two assignments. `None` where nothing changes.
pub(super) fn told_apart(expr: &Expr) -> Option<Expr> {
    let is_name = |expr: &Expr| is_unknown_derivative(expr) || pairs(expr).is_some();
    has(expr, &is_name).then(|| replaced(expr))
}

fn replaced(expr: &Expr) -> Expr {
    if is_unknown_derivative(expr) {
        return Expr::Symbol(expr.to_string().into());
    }
    match pairs(expr) {
        Some((names, values)) => {
            let pairs = names.iter().zip(values);
            let equation = |(name, value): (&Expr, &Expr)| {
                Expr::Relation(vec![name.clone(), replaced(value)], vec![Comparison::Equal])
            };
            Expr::List(pairs.map(equation).collect())
        }
        None => expr.map(replaced),
    }
}

/// Whether it is the derivative of a variable by another one.
fn is_unknown_derivative(expr: &Expr) -> bool {
    matches!(expr, Expr::Derivative(derivative)
        if matches!(&derivative.body, Expr::Symbol(name) if *name != derivative.variable))
}

/// Names and values of an equation of two tuples.
fn pairs(expr: &Expr) -> Option<(&[Expr], &[Expr])> {
    let Expr::Relation(terms, comparisons) = expr else { return None };
    match (terms.as_slice(), comparisons.as_slice()) {
        ([Expr::Tuple(_, names), Expr::Tuple(_, values)], [Comparison::Equal])
            if names.len() == values.len() && names.iter().all(relation::is_name) =>
        {
            Some((names, values))
        }
        _ => None,
    }
}
