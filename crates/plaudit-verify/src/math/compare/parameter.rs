//! Parameters and constants whose name is free: `x = k\pi, k \in \mathbb{Z}` and `x = n\pi, n \in \mathbb{Z}`, `x^2 + C` and `x^2 + c`.

use crate::math::{Brackets, Comparison, Constant, Derivative, Expr};

/// Two expressions with the same names of declared parameters and without their declarations, or, of two families of antiderivatives, the
/// derivatives; none where neither has any. A declaration that one of them leaves out is understood.
pub(super) fn matched([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    declared_alike([gold, answer]).or_else(|| antiderivatives([gold, answer]))
}

/// The name and the set of a parameter: `k \in \mathbb{Z}`, in brackets too.
fn declaration(expr: &Expr) -> Option<(&str, Constant)> {
    match expr {
        Expr::Tuple(Brackets::Round, items) if items.len() == 1 => declaration(&items[0]),
        Expr::Relation(terms, comparisons) if *comparisons == [Comparison::Element] => match terms.as_slice() {
            [Expr::Symbol(name), set] => Some((name, integers(set)?)),
            _ => None,
        },
        _ => None,
    }
}

fn integers(set: &Expr) -> Option<Constant> {
    match set {
        Expr::Constant(constant @ (Constant::Integers | Constant::Naturals)) => Some(*constant),
        Expr::Symbol(name) if **name == *"Z" => Some(Constant::Integers),
        Expr::Set(items) if items.len() == 1 => integers(&items[0]),
        _ => None,
    }
}

/// What an answer says without the declarations of its parameters, and these.
struct Declared<'a> {
    rest: Expr,
    parameters: Vec<(&'a str, Constant)>,
}

impl<'a> Declared<'a> {
    fn of(expr: &'a Expr) -> Self {
        let whole = || Self { rest: expr.clone(), parameters: Vec::new() };
        match expr {
            Expr::List(items) | Expr::And(items) => {
                let parameters: Vec<_> = items.iter().filter_map(declaration).collect();
                let mut rest: Vec<_> = items.iter().filter(|item| declaration(item).is_none()).cloned().collect();
                let rest = match rest.len() {
                    0 => return whole(),
                    1 => rest.remove(0),
                    _ => Expr::List(rest),
                };
                let variables = rest.variables();
                match parameters.iter().all(|(name, _)| variables.contains(name)) {
                    true => Self { rest, parameters },
                    false => whole(),
                }
            }
            // `k\pi (k \in \mathbb{Z})` was read as a product.
            Expr::Relation(terms, comparisons) => match terms.split_last() {
                Some((last, others)) => {
                    let Self { rest, parameters } = Self::of(last);
                    let terms = others.iter().cloned().chain([rest]).collect();
                    Self { rest: Expr::Relation(terms, comparisons.clone()), parameters }
                }
                None => whole(),
            },
            Expr::Product(factors) => match factors.split_last() {
                Some((last, [factor])) if declaration(last).is_some() => {
                    Self { rest: factor.clone(), parameters: declaration(last).into_iter().collect() }
                }
                Some((last, others)) if declaration(last).is_some() => {
                    Self { rest: Expr::Product(others.to_vec()), parameters: declaration(last).into_iter().collect() }
                }
                _ => whole(),
            },
            _ => whole(),
        }
    }
}

fn declared_alike(both: [&Expr; 2]) -> Option<[Expr; 2]> {
    let [gold, answer] = both.map(Declared::of);
    let sets = |declared: &Declared<'_>| declared.parameters.iter().map(|(_, set)| *set).collect::<Vec<_>>();
    match (gold.parameters.is_empty(), answer.parameters.is_empty()) {
        (true, true) => None,
        (false, false) if sets(&gold) == sets(&answer) => {
            let names = |declared: &Declared<'_>| {
                declared.parameters.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()
            };
            let (wanted, written) = (names(&gold), names(&answer));
            let others = answer.rest.variables();
            // A new name must not be that of something else.
            if wanted.iter().any(|name| others.contains(name.as_str()) && !written.contains(name)) {
                return None;
            }
            let renamed = answer.rest.with(&|name| {
                let place = written.iter().position(|written| written == name)?;
                Some(Expr::Symbol(wanted[place].as_str().into()))
            });
            Some([gold.rest, renamed])
        }
        (false, false) => None,
        (false, true) => has_all(&answer.rest, &gold).then_some([gold.rest, answer.rest]),
        (true, false) => has_all(&gold.rest, &answer).then_some([gold.rest, answer.rest]),
    }
}

fn has_all(expr: &Expr, declared: &Declared<'_>) -> bool {
    let variables = expr.variables();
    declared.parameters.iter().all(|(name, _)| variables.contains(name))
}

/// The derivatives of `F(x) + C` and `G(x) + c`: both are the same family where they are equal.
fn antiderivatives([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    let [first, second] = [family(gold)?, family(answer)?];
    let (is_same, is_arbitrary) = (first.variable == second.variable, first.constant == "C" || second.constant == "C");
    (is_same && is_arbitrary).then(|| [first, second].map(Family::derivative))
}

/// `x^2` of `x^2 + C`.
struct Family<'a> {
    body: Expr,
    variable: Box<str>,
    constant: &'a str,
}

impl Family<'_> {
    fn derivative(self) -> Expr {
        Expr::Derivative(Box::new(Derivative { variable: self.variable, order: 1, body: self.body }))
    }
}

fn family(expr: &Expr) -> Option<Family<'_>> {
    /// Names that functions are integrated over; other letters beside a C may be quantities as it is.
    const VARIABLES: [&str; 9] = ["x", "t", "u", "y", "z", "v", "r", "s", "theta"];
    let Expr::Sum(terms) = expr else { return None };
    let name = |term: &'_ Expr| matches!(term, Expr::Symbol(name) if matches!(&**name, "C" | "c"));
    let place = terms.iter().position(name)?;
    let Expr::Symbol(constant) = &terms[place] else { return None };
    let mut rest = terms.clone();
    rest.remove(place);
    let body = if rest.len() == 1 { rest.remove(0) } else { Expr::Sum(rest) };
    let variables = body.variables();
    let variable = variables.first().filter(|name| variables.len() == 1 && VARIABLES.contains(name))?;
    Some(Family { variable: (*variable).into(), constant, body: body.clone() })
}
