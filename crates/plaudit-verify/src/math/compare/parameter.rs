//! Parameters, constants and arguments whose name is free: `x = k\pi, k \in \mathbb{Z}` and `x = n\pi, n \in \mathbb{Z}`, `x^2 + C` and `x^2 + c`,
//! `f(x) = x^2` and `f(t) = t^2`.

use super::real_set;
use crate::math::{Brackets, Comparison, Constant, Derivative, Expr, Function};

/// Two expressions with the same names of declared parameters and without their declarations, or, of two families of antiderivatives, the
/// derivatives; of two definitions of a function, the same arguments; none where there is nothing to match. A declaration that one of them
/// leaves out is understood.
pub(super) fn matched([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    declared_alike([gold, answer])
        .or_else(|| antiderivatives([gold, answer]))
        .or_else(|| functions_alike([gold, answer]))
}

/// What values a parameter takes.
#[derive(Clone, Copy, PartialEq)]
enum Domain<'a> {
    /// Those of a set that is understood where it is left out.
    Set(Constant),
    /// Those from a number on, which have to be stated on both sides.
    From(&'a Expr),
}

/// The name and the values of a parameter: `k \in \mathbb{Z}`, in brackets too.
fn declaration(expr: &Expr) -> Option<(&str, Domain<'_>)> {
    match expr {
        Expr::Tuple(Brackets::Round, items) if items.len() == 1 => declaration(&items[0]),
        Expr::Relation(terms, comparisons) => match (terms.as_slice(), comparisons.as_slice()) {
            ([Expr::Symbol(name), set], [Comparison::Element]) => Some((name, Domain::Set(known_set(set)?))),
            ([Expr::Symbol(name), least @ Expr::Number(_)], [Comparison::GreaterOrEqual]) => {
                Some((name, Domain::From(least)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn known_set(set: &Expr) -> Option<Constant> {
    match set {
        Expr::Constant(constant @ (Constant::Integers | Constant::Naturals | Constant::Reals)) => Some(*constant),
        Expr::Symbol(name) if **name == *"Z" => Some(Constant::Integers),
        Expr::Set(items) if items.len() == 1 => known_set(&items[0]),
        _ => None,
    }
}

/// What an answer says without the declarations of its parameters, and these.
struct Declared<'a> {
    rest: Expr,
    parameters: Vec<(&'a str, Domain<'a>)>,
}

impl<'a> Declared<'a> {
    /// `None` where nothing is declared.
    fn of(expr: &'a Expr) -> Option<Self> {
        match expr {
            Expr::List(items) | Expr::And(items) => {
                let parameters: Vec<_> = items.iter().filter_map(declaration).collect();
                if parameters.is_empty() {
                    return None;
                }
                let mut rest: Vec<_> = items.iter().filter(|item| declaration(item).is_none()).cloned().collect();
                let rest = match rest.len() {
                    0 => return None,
                    1 => rest.remove(0),
                    _ => Expr::List(rest),
                };
                let variables = rest.variables();
                // `n \geq 1, n \leq 5` says nothing else of n.
                let has_bounds = parameters.iter().any(|(_, domain)| matches!(domain, Domain::From(_)));
                let is_range = has_bounds && real_set::is_condition(&rest);
                let is_of_it = parameters.iter().all(|(name, _)| variables.contains(name));
                (is_of_it && !is_range).then(|| Self { rest, parameters })
            }
            // `k\pi (k \in \mathbb{Z})` was read as a product.
            Expr::Relation(terms, comparisons) => {
                Self::of_last(terms, |terms| Expr::Relation(terms, comparisons.clone()))
            }
            Expr::Sum(terms) => Self::of_last(terms, Expr::Sum),
            Expr::Negative(term) => {
                let Self { rest, parameters } = Self::of(term)?;
                Some(Self { rest: Expr::Negative(Box::new(rest)), parameters })
            }
            // `\{x \mid x = k\pi, k \in \mathbb{Z}\}`, `\{k\pi \mid k \in \mathbb{Z}\}`.
            Expr::SetBuilder(builder) => match &**builder {
                [Expr::Symbol(_), condition @ (Expr::List(_) | Expr::And(_))] => Self::of(condition),
                [element, condition] => declaration(condition)
                    .filter(|(name, _)| element.variables().contains(name))
                    .map(|parameter| Self { rest: element.clone(), parameters: vec![parameter] }),
            },
            Expr::Product(factors) => {
                let (last, others) = factors.split_last()?;
                let parameters = vec![declaration(last)?];
                let rest = match others {
                    [factor] => factor.clone(),
                    others => Expr::Product(others.to_vec()),
                };
                Some(Self { rest, parameters })
            }
            _ => None,
        }
    }

    /// With the declarations in the last of several terms.
    fn of_last(terms: &'a [Expr], join: impl Fn(Vec<Expr>) -> Expr) -> Option<Self> {
        let (last, others) = terms.split_last()?;
        let Self { rest, parameters } = Self::of(last)?;
        let terms = others.iter().cloned().chain([rest]).collect();
        Some(Self { rest: join(terms), parameters })
    }
}

fn declared_alike<'a>(both: [&'a Expr; 2]) -> Option<[Expr; 2]> {
    let (gold, answer) = match both.map(Declared::of) {
        [None, None] => return None,
        [Some(gold), None] => return understood(&gold, both[1].clone()).map(|answer| [gold.rest, answer]),
        [None, Some(answer)] => return understood(&answer, both[0].clone()).map(|gold| [gold, answer.rest]),
        [Some(gold), Some(answer)] => (gold, answer),
    };
    let values = |declared: &Declared<'a>| declared.parameters.iter().map(|(_, set)| *set).collect::<Vec<_>>();
    let names =
        |declared: &Declared<'_>| declared.parameters.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>();
    let (wanted, written) = (names(&gold), names(&answer));
    let others = answer.rest.variables();
    // A new name must not be that of something else, and the unknown of an inequality has its own.
    let is_taken = wanted.iter().any(|name| others.contains(name.as_str()) && !written.contains(name));
    let is_unknown = wanted != written
        && real_set::is_condition(&answer.rest)
        && others.iter().all(|name| written.iter().any(|written| written == name));
    if values(&gold) != values(&answer) || is_taken || is_unknown {
        return None;
    }
    let renamed = answer.rest.with(&|name| {
        let place = written.iter().position(|written| written == name)?;
        Some(Expr::Symbol(wanted[place].as_str().into()))
    });
    Some([gold.rest, renamed])
}

/// An expression without declarations beside one that has them, with its names: of one integer, another name is understood as well.
fn understood(declared: &Declared<'_>, expr: Expr) -> Option<Expr> {
    /// Names that integers have.
    const NAMES: [&str; 5] = ["k", "n", "m", "l", "t"];
    let variables = expr.variables();
    if declared.parameters.iter().any(|(_, domain)| matches!(domain, Domain::From(_))) {
        return None;
    }
    // n \equiv 3 \pmod 7 beside n = 7k + 3.
    let is_congruence =
        matches!(&expr, Expr::Relation(_, comparisons) if comparisons.contains(&Comparison::Equivalent));
    if is_congruence || declared.parameters.iter().all(|(name, _)| variables.contains(name)) {
        return Some(expr);
    }
    let [(wanted, Domain::Set(Constant::Integers))] = declared.parameters.as_slice() else { return None };
    let known = declared.rest.variables();
    let mut foreign = variables.iter().filter(|name| NAMES.contains(name) && !known.contains(*name));
    let written = foreign.next().filter(|_| foreign.next().is_none())?.to_string();
    Some(expr.with(&|name| (name == written).then(|| Expr::Symbol((*wanted).into()))))
}

/// The arguments of functions that are defined on both sides by the names of the gold answer: `f(x) = x^2` and `f(t) = t^2`.
fn functions_alike([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    let (name, wanted, _) = definition(gold)?;
    let (other, written, body) = definition(answer)?;
    let is_taken = |name: &&str| body.variables().contains(name) && !written.contains(name);
    if name != other || wanted == written || wanted.len() != written.len() || wanted.iter().any(is_taken) {
        return None;
    }
    let renamed = answer.with(&|name| {
        let place = written.iter().position(|written| *written == name)?;
        Some(Expr::Symbol(wanted[place].into()))
    });
    Some([gold.clone(), renamed])
}

/// The name of a function, its arguments and its value, where a relation defines it: all arguments are variables, each another one, and it depends
/// on one of them. `P(A) = 0.5` defines nothing.
fn definition(expr: &Expr) -> Option<(&str, Vec<&str>, &Expr)> {
    let Expr::Relation(terms, comparisons) = expr else { return None };
    match (terms.as_slice(), comparisons.as_slice()) {
        ([Expr::Apply(name, arguments), value], [Comparison::Equal]) => {
            let names: Vec<&str> = arguments.iter().map(variable).collect::<Option<_>>()?;
            let is_distinct = names.iter().enumerate().all(|(place, name)| !names[..place].contains(name));
            let is_dependent = names.iter().any(|name| value.variables().contains(name));
            (is_distinct && is_dependent).then_some((name, names, value))
        }
        _ => None,
    }
}

/// The derivatives of `F(x) + C` and `G(x) + c`: both are the same family where they are equal.
fn antiderivatives([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    let [first, second] = [family(gold)?, family(answer)?];
    let (is_same, is_arbitrary) = (first.variable == second.variable, first.constant == "C" || second.constant == "C");
    // \ln|u| and \ln u have the same derivative, but not the same domain.
    let have_bars = [&first, &second].map(|family| without_bars(&family.body) != family.body);
    (is_same && is_arbitrary).then(|| match have_bars {
        [true, true] => {
            [first, second].map(|family| Family { body: without_bars(&family.body), ..family }.derivative())
        }
        _ => [first, second].map(Family::derivative),
    })
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

/// With `\ln u` for `\ln|u|`, which has the same derivative.
fn without_bars(expr: &Expr) -> Expr {
    match expr {
        Expr::Function(name @ (Function::Ln | Function::Log), arguments) => match arguments.as_slice() {
            [Expr::Function(Function::Abs, inner)] => Expr::Function(*name, inner.clone()),
            _ => expr.clone(),
        },
        other => other.map(without_bars),
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

fn variable(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Symbol(name) => Some(name),
        _ => None,
    }
}
