//! Going through an expression: its parts, its free variables, values put in for them.

use super::{Derivative, Expr, Integral, Interval, Limit, Matrix, Series};
use std::collections::BTreeSet;
use std::slice::from_ref;

impl Expr {
    /// Its direct parts, in the order in which they are written.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        // Runs of parts that lie side by side, so that nothing is copied.
        let runs: [&[Self]; 3] = match self {
            Self::Number(_) | Self::Numeral(..) | Self::Constant(_) | Self::Symbol(_) | Self::Text(_) => {
                [&[], &[], &[]]
            }
            Self::Sum(parts)
            | Self::Product(parts)
            | Self::Function(_, parts)
            | Self::Apply(_, parts)
            | Self::Ratio(parts)
            | Self::Tuple(_, parts)
            | Self::List(parts)
            | Self::Set(parts)
            | Self::SetOperation(_, parts)
            | Self::Relation(parts, _)
            | Self::And(parts)
            | Self::Or(parts) => [parts, &[], &[]],
            Self::Matrix(matrix) => [&matrix.entries, &[], &[]],
            Self::Negative(part) | Self::Percent(part) | Self::Degrees(part) | Self::Quantity(part, _) => {
                [from_ref(part), &[], &[]]
            }
            Self::Fraction(pair)
            | Self::Mixed(pair)
            | Self::Power(pair)
            | Self::Root(pair)
            | Self::PlusMinus(pair, _)
            | Self::SetBuilder(pair) => [&pair[..], &[], &[]],
            Self::HalfOpen(interval) => [&interval.ends, &[], &[]],
            Self::Series(series) => [from_ref(&series.from), from_ref(&series.to), from_ref(&series.body)],
            Self::Limit(limit) => [from_ref(&limit.target), from_ref(&limit.body), &[]],
            Self::Integral(integral) => {
                [integral.bounds.as_ref().map_or(&[], |bounds| &bounds[..]), from_ref(&integral.body), &[]]
            }
            Self::Derivative(derivative) => [from_ref(&derivative.body), &[], &[]],
        };
        runs.into_iter().flatten()
    }

    /// The same expression with `change` applied to each of its direct parts.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&Self) -> Self) -> Self {
        let mut list = |parts: &[Self]| parts.iter().map(&mut change).collect::<Vec<_>>();
        match self {
            Self::Number(_) | Self::Numeral(..) | Self::Constant(_) | Self::Symbol(_) | Self::Text(_) => self.clone(),
            Self::Sum(parts) => Self::Sum(list(parts)),
            Self::Product(parts) => Self::Product(list(parts)),
            Self::Function(function, parts) => Self::Function(*function, list(parts)),
            Self::Apply(name, parts) => Self::Apply(name.clone(), list(parts)),
            Self::Ratio(parts) => Self::Ratio(list(parts)),
            Self::Tuple(brackets, parts) => Self::Tuple(*brackets, list(parts)),
            Self::List(parts) => Self::List(list(parts)),
            Self::Set(parts) => Self::Set(list(parts)),
            Self::SetOperation(operation, parts) => Self::SetOperation(*operation, list(parts)),
            Self::Relation(parts, comparisons) => Self::Relation(list(parts), comparisons.clone()),
            Self::And(parts) => Self::And(list(parts)),
            Self::Or(parts) => Self::Or(list(parts)),
            Self::Matrix(matrix) => Self::Matrix(Matrix { entries: list(&matrix.entries), ..*matrix }),
            Self::Negative(part) => Self::Negative(Box::new(change(part))),
            Self::Percent(part) => Self::Percent(Box::new(change(part))),
            Self::Degrees(part) => Self::Degrees(Box::new(change(part))),
            Self::Quantity(part, unit) => Self::Quantity(Box::new(change(part)), unit.clone()),
            Self::Fraction(pair) => Self::Fraction(Box::new([change(&pair[0]), change(&pair[1])])),
            Self::Mixed(pair) => Self::Mixed(Box::new([change(&pair[0]), change(&pair[1])])),
            Self::Power(pair) => Self::Power(Box::new([change(&pair[0]), change(&pair[1])])),
            Self::Root(pair) => Self::Root(Box::new([change(&pair[0]), change(&pair[1])])),
            Self::PlusMinus(pair, flipped) => Self::PlusMinus(Box::new([change(&pair[0]), change(&pair[1])]), *flipped),
            Self::SetBuilder(pair) => Self::SetBuilder(Box::new([change(&pair[0]), change(&pair[1])])),
            Self::HalfOpen(interval) => Self::HalfOpen(Box::new(Interval {
                ends: [change(&interval.ends[0]), change(&interval.ends[1])],
                is_closed: interval.is_closed,
            })),
            Self::Series(series) => Self::Series(Box::new(Series {
                is_product: series.is_product,
                index: series.index.clone(),
                from: change(&series.from),
                to: change(&series.to),
                body: change(&series.body),
            })),
            Self::Limit(limit) => Self::Limit(Box::new(Limit {
                variable: limit.variable.clone(),
                target: change(&limit.target),
                side: limit.side,
                body: change(&limit.body),
            })),
            Self::Integral(integral) => Self::Integral(Box::new(Integral {
                variable: integral.variable.clone(),
                bounds: integral.bounds.as_ref().map(|bounds| [change(&bounds[0]), change(&bounds[1])]),
                body: change(&integral.body),
            })),
            Self::Derivative(derivative) => Self::Derivative(Box::new(Derivative {
                variable: derivative.variable.clone(),
                order: derivative.order,
                body: change(&derivative.body),
            })),
        }
    }

    /// How many expressions it is made of, itself included.
    pub fn nodes(&self) -> usize {
        1 + self.parts().map(Self::nodes).sum::<usize>()
    }

    /// The variable that it binds, which is not free in its body.
    fn bound(&self) -> Option<&str> {
        match self {
            Self::Series(series) => Some(&series.index),
            Self::Limit(limit) => Some(&limit.variable),
            Self::Integral(integral) if integral.bounds.is_some() => Some(&integral.variable),
            _ => None,
        }
    }

    /// Names of variables that have no value in it, in order. Names of functions are not among them.
    pub fn variables(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.collect(&mut names);
        names
    }

    fn collect<'a>(&'a self, names: &mut BTreeSet<&'a str>) {
        if let Self::Symbol(name) = self {
            names.insert(name);
        }
        let had_bound = self.bound().map(|name| (name, names.contains(name)));
        for part in self.parts() {
            part.collect(names);
        }
        if let Some((name, false)) = had_bound {
            names.remove(name);
        }
    }

    /// With values in the place of variables that are not bound.
    #[must_use]
    pub fn with(&self, value: &dyn Fn(&str) -> Option<Self>) -> Self {
        if let Self::Symbol(name) = self {
            return value(name).unwrap_or_else(|| self.clone());
        }
        match self.bound() {
            None => self.map(|part| part.with(value)),
            Some(bound) => self.map(|part| part.with(&|name| if name == bound { None } else { value(name) })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str) -> Expr {
        Expr::Symbol(name.into())
    }

    #[test]
    fn bound_variables_are_not_free() {
        let series = |to| Series { is_product: false, index: "k".into(), from: Expr::number(1), to, body: symbol("k") };
        let sum = Expr::Series(Box::new(series(symbol("n"))));
        assert_eq!(sum.variables().into_iter().collect::<Vec<_>>(), ["n"]);
        let both = Expr::Sum(vec![sum.clone(), symbol("k")]);
        assert_eq!(both.variables().into_iter().collect::<Vec<_>>(), ["k", "n"]);
        let with = both.with(&|name| Some(Expr::number(if name == "k" { 7 } else { 3 })));
        assert_eq!(with, Expr::Sum(vec![Expr::Series(Box::new(series(Expr::number(3)))), Expr::number(7)]));
    }
}
