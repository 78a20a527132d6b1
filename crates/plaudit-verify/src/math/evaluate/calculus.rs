//! Derivatives, definite integrals, limits and geometric series, written out without them where that is easy.
//!
//! - Derivatives: by the rules of differentiation.
//! - Definite integrals: of polynomials, of exp, sin and cos of linear functions, of real powers of the variable between positive bounds, and of
//!   sums and multiples of these; all have an antiderivative F that is continuous between the bounds, so that the value is F(b) - F(a).
//! - Limits: quotients whose numerator and denominator are both exactly 0 at the target, by L'Hopital's rule. The evaluator puts in the target.
//! - Series of terms c r^k up to infinity with |r| < 1.
//!
//! What is not easy stays as it is, and is not evaluated.

use super::FIRST_PRECISION;
use super::evaluator::Evaluator;
use super::real::Real;
use crate::math::{Budget, Constant, Conventions, Expr, Function, Integral, Limit, MAX_DEPTH, Number, Series};
use std::cmp::Ordering;

/// The largest order of a derivative, and how often L'Hopital's rule is used.
const MOST_DERIVATIVES: u32 = 6;
/// The largest degree of a polynomial that is integrated.
const LARGEST_DEGREE: usize = 24;
/// The most nodes of what is written out.
const MOST_NODES: usize = 1024;
/// What it takes to build a node, to look for a variable in it and to copy it.
const NODE_STEPS: u64 = 32;

/// The expression with each derivative, integral, limit and series replaced that is easy. `None` where there are none.
pub(super) fn written_out(expr: &Expr, conventions: &Conventions, budget: &mut Budget) -> Option<Expr> {
    has_calculus(expr).then(|| Calculus { conventions, budget }.replaced(expr))
}

fn has_calculus(expr: &Expr) -> bool {
    match expr {
        Expr::Derivative(_) | Expr::Integral(_) | Expr::Limit(_) => true,
        Expr::Series(series) if series.to == Expr::Constant(Constant::Infinity) => true,
        _ => expr.parts().any(has_calculus),
    }
}

#[derive(Debug)]
struct Calculus<'a> {
    conventions: &'a Conventions,
    budget: &'a mut Budget,
}

impl Calculus<'_> {
    fn replaced(&mut self, expr: &Expr) -> Expr {
        let expr = expr.map(|part| self.replaced(part));
        let easy = match &expr {
            Expr::Derivative(derivative) => {
                self.repeated_derivative(&derivative.body, &derivative.variable, derivative.order)
            }
            Expr::Integral(integral) => self.integral(integral),
            Expr::Limit(limit) => self.limit(limit),
            Expr::Series(series) if series.to == Expr::Constant(Constant::Infinity) => self.geometric(series),
            _ => None,
        };
        easy.filter(|easy| depth(easy) <= MAX_DEPTH && self.pay(easy).is_some()).unwrap_or(expr)
    }

    /// Pays for the nodes of an expression, where they are not too many.
    fn pay(&mut self, expr: &Expr) -> Option<()> {
        let size = expr.nodes();
        self.budget.take(NODE_STEPS * size as u64).ok()?;
        (size <= MOST_NODES).then_some(())
    }

    /// The value of a constant, where it is real.
    fn real(&mut self, expr: &Expr) -> Option<Real> {
        Evaluator::new(FIRST_PRECISION, self.conventions, None, self.budget).value(expr).ok()?.real().cloned()
    }

    fn integral(&mut self, integral: &Integral) -> Option<Expr> {
        let [from, to] = integral.bounds.as_ref()?;
        let least = self.real(from).and_then(|from| from.sign()).min(self.real(to).and_then(|to| to.sign()));
        let antiderivative = self.antiderivative(&integral.body, &integral.variable, least)?;
        let at = |bound: &Expr| put_in(&antiderivative, &integral.variable, bound);
        Some(Expr::Sum(vec![at(to), negative(at(from))]))
    }

    fn limit(&mut self, limit: &Limit) -> Option<Expr> {
        let mut body = limit.body.clone();
        for _ in 0..MOST_DERIVATIVES {
            let Expr::Fraction(pair) = &body else { break };
            let mut is_zero = |part: &Expr| {
                self.real(&put_in(part, &limit.variable, &limit.target)).is_some_and(|value| value.is_zero())
            };
            if !is_zero(&pair[0]) || !is_zero(&pair[1]) {
                break;
            }
            body = fraction(self.derivative(&pair[0], &limit.variable)?, self.derivative(&pair[1], &limit.variable)?);
        }
        Some(Expr::Limit(Box::new(Limit { body, ..limit.clone() })))
    }

    /// First term / (1 - ratio).
    fn geometric(&mut self, series: &Series) -> Option<Expr> {
        let ratio = self.ratio(&series.body, &series.index)?;
        let magnitude = Expr::Function(Function::Abs, vec![ratio.clone()]);
        let distance = Expr::Sum(vec![Expr::number(1), negative(magnitude)]);
        if series.is_product || self.real(&distance)?.sign() != Some(Ordering::Greater) {
            return None;
        }
        let first = put_in(&series.body, &series.index, &series.from);
        Some(fraction(first, Expr::Sum(vec![Expr::number(1), negative(ratio)])))
    }

    /// The ratio of a term c r^k to the one before.
    fn ratio(&mut self, body: &Expr, index: &str) -> Option<Expr> {
        match body {
            _ if is_free(body, index) => Some(Expr::number(1)),
            Expr::Negative(part) => self.ratio(part, index),
            Expr::Product(factors) => {
                Some(Expr::Product(factors.iter().map(|factor| self.ratio(factor, index)).collect::<Option<_>>()?))
            }
            Expr::Fraction(pair) => Some(fraction(self.ratio(&pair[0], index)?, self.ratio(&pair[1], index)?)),
            Expr::Power(pair) if is_free(&pair[0], index) => {
                Some(power(pair[0].clone(), self.linear(&pair[1], index)?))
            }
            // (c r^k)^n.
            Expr::Power(pair) if is_free(&pair[1], index) => Some(power(self.ratio(&pair[0], index)?, pair[1].clone())),
            _ => None,
        }
    }

    /// The derivative of an order.
    fn repeated_derivative(&mut self, body: &Expr, variable: &str, order: u32) -> Option<Expr> {
        if order > MOST_DERIVATIVES {
            return None;
        }
        let mut result = body.clone();
        for _ in 0..order {
            result = self.derivative(&result, variable)?;
        }
        Some(result)
    }

    /// The derivative by a variable.
    fn derivative(&mut self, expr: &Expr, x: &str) -> Option<Expr> {
        self.pay(expr)?;
        if is_free(expr, x) {
            return Some(Expr::number(0));
        }
        Some(match expr {
            Expr::Symbol(_) => Expr::number(1),
            Expr::Sum(terms) => Expr::Sum(terms.iter().map(|term| self.derivative(term, x)).collect::<Option<_>>()?),
            Expr::Negative(part) => negative(self.derivative(part, x)?),
            Expr::Product(factors) => {
                let mut terms = Vec::new();
                for (index, factor) in factors.iter().enumerate().filter(|(_, factor)| !is_free(factor, x)) {
                    let mut derived = factors.clone();
                    derived[index] = self.derivative(factor, x)?;
                    terms.push(Expr::Product(derived));
                }
                Expr::Sum(terms)
            }
            Expr::Fraction(pair) => {
                let [u, v] = &**pair;
                let left = product([self.derivative(u, x)?, v.clone()]);
                let right = product([u.clone(), self.derivative(v, x)?]);
                fraction(Expr::Sum(vec![left, negative(right)]), power(v.clone(), Expr::number(2)))
            }
            Expr::Root(pair) if is_free(&pair[1], x) => {
                let exponent = fraction(Expr::number(1), pair[1].clone());
                self.derivative(&power(pair[0].clone(), exponent), x)?
            }
            Expr::Power(pair) => {
                let [u, v] = &**pair;
                if is_free(v, x) {
                    let lower = power(u.clone(), Expr::Sum(vec![v.clone(), Expr::number(-1)]));
                    product([v.clone(), lower, self.derivative(u, x)?])
                } else {
                    // u^v (v' ln u + v u' / u).
                    let logarithm = function(Function::Ln, u.clone());
                    let first = product([self.derivative(v, x)?, logarithm]);
                    let second = product([v.clone(), fraction(self.derivative(u, x)?, u.clone())]);
                    product([expr.clone(), Expr::Sum(vec![first, second])])
                }
            }
            Expr::Percent(part) => fraction(self.derivative(part, x)?, Expr::number(100)),
            Expr::Degrees(part) => Expr::Degrees(Box::new(self.derivative(part, x)?)),
            Expr::Function(name, parts) => {
                let [u] = parts.as_slice() else { return None };
                product([derivative_of_function(*name, u)?, self.derivative(u, x)?])
            }
            _ => return None,
        })
    }

    /// A function with that derivative, continuous between bounds the least of which has the sign `least`, where that is known.
    fn antiderivative(&mut self, expr: &Expr, x: &str, least: Option<Ordering>) -> Option<Expr> {
        let symbol = || Expr::Symbol(x.into());
        if let Some(coefficients) = self.coefficients(expr, x) {
            let term = |(degree, coefficient): (usize, Expr)| {
                let exponent = Expr::number(degree as i64 + 1);
                product([coefficient, fraction(power(symbol(), exponent.clone()), exponent)])
            };
            return Some(Expr::Sum(coefficients.into_iter().enumerate().map(term).collect()));
        }
        if let Some(exponent) = exponent(expr, x) {
            return self.antiderivative_of_power(exponent, x, least);
        }
        match expr {
            Expr::Sum(terms) => {
                let terms = terms.iter().map(|term| self.antiderivative(term, x, least));
                Some(Expr::Sum(terms.collect::<Option<_>>()?))
            }
            Expr::Negative(part) => Some(negative(self.antiderivative(part, x, least)?)),
            Expr::Product(factors) => {
                let (mut constant, depends): (Vec<_>, Vec<_>) =
                    factors.iter().cloned().partition(|factor| is_free(factor, x));
                let [only] = depends.as_slice() else { return None };
                constant.push(self.antiderivative(only, x, least)?);
                Some(Expr::Product(constant))
            }
            Expr::Fraction(pair) if is_free(&pair[1], x) => {
                Some(fraction(self.antiderivative(&pair[0], x, least)?, pair[1].clone()))
            }
            Expr::Fraction(pair) if is_free(&pair[0], x) => {
                let inverse = power(pair[1].clone(), Expr::number(-1));
                Some(product([pair[0].clone(), self.antiderivative(&inverse, x, least)?]))
            }
            Expr::Power(pair) if is_free(&pair[0], x) => {
                let base = function(Function::Ln, pair[0].clone());
                self.is_not_zero(&base)?;
                Some(fraction(self.over_slope(expr.clone(), &pair[1], x)?, base))
            }
            Expr::Function(name, parts) => {
                let [inner] = parts.as_slice() else { return None };
                let outer = match name {
                    Function::Exp => expr.clone(),
                    Function::Sin => negative(function(Function::Cos, inner.clone())),
                    Function::Cos => function(Function::Sin, inner.clone()),
                    _ => return None,
                };
                self.over_slope(outer, inner, x)
            }
            _ => None,
        }
    }

    /// x^(p + 1) / (p + 1), or ln x for p = -1.
    fn antiderivative_of_power(&mut self, exponent: Expr, x: &str, least: Option<Ordering>) -> Option<Expr> {
        let value = self.real(&exponent)?;
        let is_continuous = match least? {
            Ordering::Greater => true,
            Ordering::Equal => value.sign() == Some(Ordering::Greater),
            Ordering::Less => false,
        };
        if !is_continuous {
            return None;
        }
        if value == Real::integer(-1) {
            return Some(function(Function::Ln, Expr::Symbol(x.into())));
        }
        let next = Expr::Sum(vec![exponent, Expr::number(1)]);
        self.is_not_zero(&next)?;
        Some(fraction(power(Expr::Symbol(x.into()), next.clone()), next))
    }

    /// F(a x + b) / a, the antiderivative of f(a x + b).
    fn over_slope(&mut self, outer: Expr, inner: &Expr, x: &str) -> Option<Expr> {
        let slope = self.linear(inner, x)?;
        self.is_not_zero(&slope)?;
        Some(fraction(outer, slope))
    }

    /// That a constant is real and is not 0.
    fn is_not_zero(&mut self, expr: &Expr) -> Option<()> {
        self.real(expr)?.sign()?.is_ne().then_some(())
    }

    /// a of a x + b, where it is no numeral 0.
    fn linear(&mut self, expr: &Expr, x: &str) -> Option<Expr> {
        match self.coefficients(expr, x)?.as_slice() {
            [_, slope] => Some(slope.clone()),
            _ => None,
        }
    }

    /// The coefficients of a polynomial in x, from the constant on.
    fn coefficients(&mut self, expr: &Expr, x: &str) -> Option<Vec<Expr>> {
        if is_free(expr, x) {
            return Some(vec![expr.clone()]);
        }
        match expr {
            Expr::Symbol(_) => Some(vec![Expr::number(0), Expr::number(1)]),
            Expr::Negative(part) => Some(self.coefficients(part, x)?.into_iter().map(negative).collect()),
            Expr::Sum(terms) => {
                let mut sum: Vec<Vec<Expr>> = Vec::new();
                for term in terms {
                    let term = self.coefficients(term, x)?;
                    sum.resize(sum.len().max(term.len()), Vec::new());
                    for (own, new) in sum.iter_mut().zip(term) {
                        own.push(new);
                    }
                }
                Some(sum.into_iter().map(Expr::Sum).collect())
            }
            Expr::Product(factors) => factors.iter().try_fold(vec![Expr::number(1)], |product, factor| {
                let factor = self.coefficients(factor, x)?;
                self.multiplied(&product, &factor)
            }),
            Expr::Fraction(pair) if is_free(&pair[1], x) => {
                let over = |coefficient| fraction(coefficient, pair[1].clone());
                Some(self.coefficients(&pair[0], x)?.into_iter().map(over).collect())
            }
            Expr::Power(pair) => {
                let Expr::Number(Number { value, .. }) = &pair[1] else { return None };
                let exponent = usize::try_from(value.numerator()).ok().filter(|_| value.is_int())?;
                if exponent > LARGEST_DEGREE {
                    return None;
                }
                let base = self.coefficients(&pair[0], x)?;
                (0..exponent).try_fold(vec![Expr::number(1)], |product, _| self.multiplied(&product, &base))
            }
            _ => None,
        }
    }

    fn multiplied(&mut self, a: &[Expr], b: &[Expr]) -> Option<Vec<Expr>> {
        let length = a.len() + b.len() - 1;
        let of_degree = |degree: usize| {
            let pairs = (0..a.len()).filter_map(|i| Some((i, degree.checked_sub(i).filter(|j| *j < b.len())?)));
            Expr::Sum(pairs.map(|(i, j)| product([a[i].clone(), b[j].clone()])).collect())
        };
        let result: Vec<Expr> = (0..length).map(of_degree).collect();
        let size = result.iter().map(Expr::nodes).sum::<usize>();
        self.budget.take(NODE_STEPS * size as u64).ok()?;
        (length <= LARGEST_DEGREE + 1 && size <= MOST_NODES).then_some(result)
    }
}

/// p, where the expression is x^p for x > 0.
fn exponent(expr: &Expr, x: &str) -> Option<Expr> {
    match expr {
        Expr::Symbol(name) if **name == *x => Some(Expr::number(1)),
        Expr::Power(pair) if is_free(&pair[1], x) => Some(product([exponent(&pair[0], x)?, pair[1].clone()])),
        Expr::Root(pair) if is_free(&pair[1], x) => Some(fraction(exponent(&pair[0], x)?, pair[1].clone())),
        _ => None,
    }
}

/// f'(u).
fn derivative_of_function(name: Function, u: &Expr) -> Option<Expr> {
    let of = |name| function(name, u.clone());
    let square = |expr: Expr| power(expr, Expr::number(2));
    let inverse = |expr: Expr| fraction(Expr::number(1), expr);
    let root = |expr: Expr| Expr::Root(Box::new([expr, Expr::number(2)]));
    let plus = |first: Expr, second: Expr| Expr::Sum(vec![first, second]);
    let one_minus_square = || plus(Expr::number(1), negative(square(u.clone())));
    Some(match name {
        Function::Sin => of(Function::Cos),
        Function::Cos => negative(of(Function::Sin)),
        Function::Tan => square(of(Function::Sec)),
        Function::Cot => negative(square(of(Function::Csc))),
        Function::Sec => product([of(Function::Sec), of(Function::Tan)]),
        Function::Csc => negative(product([of(Function::Csc), of(Function::Cot)])),
        Function::Arcsin => inverse(root(one_minus_square())),
        Function::Arccos => negative(inverse(root(one_minus_square()))),
        Function::Arctan => inverse(plus(Expr::number(1), square(u.clone()))),
        Function::Arccot => negative(inverse(plus(Expr::number(1), square(u.clone())))),
        Function::Sinh => of(Function::Cosh),
        Function::Cosh => of(Function::Sinh),
        Function::Tanh => inverse(square(of(Function::Cosh))),
        Function::Arsinh => inverse(root(plus(square(u.clone()), Expr::number(1)))),
        Function::Arcosh => inverse(root(plus(square(u.clone()), Expr::number(-1)))),
        Function::Artanh => inverse(one_minus_square()),
        Function::Exp => of(Function::Exp),
        Function::Ln => inverse(u.clone()),
        // log u = log e ln u, whatever the base.
        Function::Log => fraction(function(Function::Log, Expr::Constant(Constant::E)), u.clone()),
        _ => return None,
    })
}

/// Whether a variable occurs nowhere, not even bound.
pub(super) fn is_free(expr: &Expr, x: &str) -> bool {
    match expr {
        Expr::Symbol(name) => **name != *x,
        _ => expr.parts().all(|part| is_free(part, x)),
    }
}

fn put_in(expr: &Expr, x: &str, value: &Expr) -> Expr {
    expr.with(&|name| (name == x).then(|| value.clone()))
}

fn depth(expr: &Expr) -> usize {
    1 + expr.parts().map(depth).max().unwrap_or(0)
}

fn negative(expr: Expr) -> Expr {
    Expr::Negative(Box::new(expr))
}

fn product<const N: usize>(factors: [Expr; N]) -> Expr {
    Expr::Product(factors.into())
}

fn fraction(numerator: Expr, denominator: Expr) -> Expr {
    Expr::Fraction(Box::new([numerator, denominator]))
}

fn power(base: Expr, exponent: Expr) -> Expr {
    Expr::Power(Box::new([base, exponent]))
}

fn function(name: Function, argument: Expr) -> Expr {
    Expr::Function(name, vec![argument])
}
