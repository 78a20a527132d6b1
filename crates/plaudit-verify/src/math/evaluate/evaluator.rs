//! From an expression to the number it stands for.

use super::Obstacle;
use super::calculus::is_free;
use super::enclosure::Enclosure;
use super::point::Point;
use super::real::{Arithmetic, Real};
use crate::Rational;
use crate::math::{Budget, Constant, Conventions, Expr, Function, Limit, RIEMANN_ZETA, Series};
use dashu_int::IBig;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;

/// Bits that an operation adds to the size of an expression: which operation it is.
const NODE_BITS: u64 = 4;

/// Evaluates expressions at one point with one precision.
#[derive(Debug)]
pub(crate) struct Evaluator<'a> {
    pub(crate) arithmetic: Arithmetic<'a>,
    conventions: &'a Conventions,
    point: Option<&'a Point>,
    /// Indices of the series around, the innermost last, and their values.
    indices: Vec<(&'a str, Enclosure)>,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(
        bits: usize,
        conventions: &'a Conventions,
        point: Option<&'a Point>,
        budget: &'a mut Budget,
    ) -> Self {
        Self { arithmetic: Arithmetic::new(bits, budget), conventions, point, indices: Vec::new() }
    }

    /// The value of an expression; adds to the size and notes where the reals were left.
    pub(crate) fn value(&mut self, expr: &'a Expr) -> Result<Enclosure, Obstacle> {
        self.arithmetic.budget.take(16)?;
        let value = self.node(expr)?;
        let own = match expr {
            Expr::Number(number) => number_bits(&number.value),
            // Points are drawn independently of the expressions, so the digits of their coordinates conspire with neither.
            Expr::Symbol(_) => 0,
            _ => weight(value.exponent()),
        };
        self.arithmetic.size = self.arithmetic.size.saturating_add(NODE_BITS + own);
        Ok(value)
    }

    fn node(&mut self, expr: &'a Expr) -> Result<Enclosure, Obstacle> {
        match expr {
            Expr::Number(number) => {
                self.arithmetic.budget.take(number_bits(&number.value) / 512)?;
                Ok(Real::Exact(number.value.clone()).into())
            }
            Expr::Numeral(digits, base) => {
                // Reading digits takes time that grows with the square of their number.
                let blocks = digits.len() as u64 / 16;
                self.arithmetic.budget.take(blocks.saturating_mul(blocks))?;
                numeral(digits, *base)
            }
            Expr::Constant(constant) => self.constant(*constant),
            Expr::Symbol(name) => self.symbol(name),
            Expr::Sum(terms) => {
                let mut sum = Enclosure::from(Real::ZERO);
                for term in terms {
                    let term = self.value(term)?;
                    sum = self.arithmetic.complex_add(&sum, &term)?;
                }
                Ok(sum)
            }
            Expr::Product(factors) => {
                let mut product = Enclosure::from(Real::ONE);
                for factor in factors {
                    let factor = self.value(factor)?;
                    product = self.arithmetic.complex_multiply(&product, &factor)?;
                }
                Ok(product)
            }
            Expr::Negative(part) => {
                let value = self.value(part)?;
                Ok(self.arithmetic.complex_negate(&value))
            }
            Expr::Fraction(pair) => {
                let [numerator, denominator] = self.pair(pair)?;
                self.arithmetic.complex_divide(&numerator, &denominator)
            }
            Expr::Mixed(pair) => {
                let [whole, fraction] = self.pair(pair)?;
                self.arithmetic.complex_add(&whole, &fraction)
            }
            Expr::Power(pair) => {
                if pair[0] == Expr::Constant(Constant::E) {
                    let exponent = self.value(&pair[1])?;
                    return self.arithmetic.complex_exp(&exponent);
                }
                let [base, exponent] = self.pair(pair)?;
                self.arithmetic.complex_power(&base, &exponent)
            }
            Expr::Root(pair) => {
                let [radicand, index] = self.pair(pair)?;
                self.arithmetic.complex_root(&radicand, &index)
            }
            Expr::Percent(part) => {
                let value = self.value(part)?;
                self.arithmetic.complex_divide(&value, &Real::integer(100).into())
            }
            Expr::Degrees(part) => {
                let value = self.value(part)?;
                let pi = self.arithmetic.pi()?;
                let degree = self.arithmetic.divide(&pi, &Real::integer(180))?;
                self.arithmetic.complex_multiply(&value, &degree.into())
            }
            Expr::Function(function, arguments) => {
                let arguments = self.list(arguments)?;
                self.function(*function, &arguments)
            }
            Expr::Apply(name, _) if **name == *RIEMANN_ZETA => Err(Obstacle::Unsupported("the zeta function")),
            Expr::Apply(name, arguments) => {
                let arguments = self.list(arguments)?;
                let point = self.point.ok_or(Obstacle::Unsupported("a function without a meaning"))?;
                let exact: Option<Vec<_>> = arguments.iter().map(|value| value.real().and_then(Real::exact)).collect();
                let exact =
                    exact.ok_or(Obstacle::Unsupported("a function without a meaning at an irrational number"))?;
                // Writing the arguments takes time that grows with the square of their sizes.
                let words: u64 = exact.iter().map(|value| number_bits(value) / 64).sum();
                self.arithmetic.budget.take(words.saturating_mul(words))?;
                Ok(Real::Exact(point.value_of_function(name, &exact)).into())
            }
            Expr::Series(series) => self.series(series),
            Expr::Limit(limit) => self.limit(limit),
            Expr::Integral(_) => Err(Obstacle::Unsupported("an integral")),
            Expr::Derivative(_) => Err(Obstacle::Unsupported("a derivative")),
            Expr::PlusMinus(..) => Err(Obstacle::Unsupported("a number of two signs")),
            Expr::Quantity(..) => Err(Obstacle::Unsupported("a unit")),
            Expr::Ratio(_)
            | Expr::Tuple(..)
            | Expr::List(_)
            | Expr::Set(_)
            | Expr::SetBuilder(_)
            | Expr::HalfOpen(_)
            | Expr::SetOperation(..)
            | Expr::Matrix(_)
            | Expr::Relation(..)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Text(_) => Err(Obstacle::Unsupported("what is not a number")),
        }
    }

    fn pair(&mut self, pair: &'a [Expr; 2]) -> Result<[Enclosure; 2], Obstacle> {
        Ok([self.value(&pair[0])?, self.value(&pair[1])?])
    }

    fn list(&mut self, parts: &'a [Expr]) -> Result<Vec<Enclosure>, Obstacle> {
        parts.iter().map(|part| self.value(part)).collect()
    }

    fn constant(&mut self, constant: Constant) -> Result<Enclosure, Obstacle> {
        match constant {
            Constant::Pi => Ok(self.arithmetic.pi()?.into()),
            Constant::E => Ok(self.arithmetic.exp(&Real::ONE)?.into()),
            Constant::I => Ok(Enclosure::imaginary_unit()),
            Constant::Infinity => Err(Obstacle::Unsupported("infinity")),
            Constant::EmptySet
            | Constant::Naturals
            | Constant::Integers
            | Constant::Rationals
            | Constant::Reals
            | Constant::Complexes => Err(Obstacle::Unsupported("what is not a number")),
        }
    }

    fn symbol(&mut self, name: &str) -> Result<Enclosure, Obstacle> {
        if let Some((_, value)) = self.indices.iter().rev().find(|(index, _)| *index == name) {
            return Ok(value.clone());
        }
        let value = self.point.and_then(|point| point.value(name));
        value.map(|value| Real::Exact(value.clone()).into()).ok_or(Obstacle::Unsupported("a variable without a value"))
    }

    /// A finite sum or product, term by term; one that runs backwards is empty.
    fn series(&mut self, series: &'a Series) -> Result<Enclosure, Obstacle> {
        let end = |value: Enclosure| {
            value
                .exact_integer()
                .cloned()
                .ok_or(Obstacle::Unsupported("a series whose ends are not known to be integers"))
        };
        let (from, to) = (end(self.value(&series.from)?)?, end(self.value(&series.to)?)?);
        let count = u64::try_from(&(&to - &from + IBig::ONE).max(IBig::ZERO)).unwrap_or(u64::MAX);
        if count > self.arithmetic.budget.left() {
            return Err(Obstacle::Budget(plaudit_core::Limit::Steps));
        }
        let mut result = Enclosure::from(if series.is_product { Real::ONE } else { Real::ZERO });
        for offset in 0..count {
            let index = Rational::from(&from + IBig::from(offset));
            self.indices.push((&series.index, Real::Exact(index).into()));
            let term = self.value(&series.body);
            self.indices.pop();
            result = match series.is_product {
                true => self.arithmetic.complex_multiply(&result, &term?)?,
                false => self.arithmetic.complex_add(&result, &term?)?,
            };
        }
        Ok(result)
    }

    /// Of a function that is continuous where it has a value: its value at the target.
    fn limit(&mut self, limit: &'a Limit) -> Result<Enclosure, Obstacle> {
        if !is_continuous(&limit.body, &limit.variable) {
            return Err(Obstacle::Unsupported("a limit"));
        }
        let target = self.value(&limit.target)?;
        self.indices.push((&limit.variable, target));
        let value = self.value(&limit.body);
        self.indices.pop();
        match value {
            Err(Obstacle::Undefined(_)) => Err(Obstacle::Unsupported("a limit where the function has no value")),
            other => other,
        }
    }

    fn function(&mut self, function: Function, arguments: &[Enclosure]) -> Result<Enclosure, Obstacle> {
        match function {
            Function::Gcd | Function::Lcm | Function::Max | Function::Min => {
                let reals: Option<Vec<_>> = arguments.iter().map(|value| value.real().cloned()).collect();
                let reals = reals.ok_or(NOT_REAL)?;
                let result = match function {
                    Function::Gcd => self.arithmetic.common(&reals, false),
                    Function::Lcm => self.arithmetic.common(&reals, true),
                    Function::Max => self.arithmetic.extreme(&reals, Ordering::Greater),
                    _ => self.arithmetic.extreme(&reals, Ordering::Less),
                };
                Ok(result?.into())
            }
            _ => match arguments {
                [argument] => self.function_of_one(function, argument),
                [first, second] => self.function_of_two(function, first, second),
                _ => Err(ARITY),
            },
        }
    }

    fn function_of_two(
        &mut self,
        function: Function,
        first: &Enclosure,
        second: &Enclosure,
    ) -> Result<Enclosure, Obstacle> {
        let arithmetic = &mut self.arithmetic;
        if function == Function::Log {
            return arithmetic.logarithm(first, second);
        }
        let (Some(first), Some(second)) = (first.real(), second.real()) else { return Err(NOT_REAL) };
        let result = match function {
            Function::Binomial => arithmetic.choose(first, second, true),
            Function::Permutations => arithmetic.choose(first, second, false),
            Function::Mod => arithmetic.remainder(first, second),
            _ => Err(ARITY),
        };
        Ok(result?.into())
    }

    fn function_of_one(&mut self, function: Function, z: &Enclosure) -> Result<Enclosure, Obstacle> {
        let arithmetic = &mut self.arithmetic;
        match function {
            Function::Sin => Ok(arithmetic.complex_sin_cos(z)?.0),
            Function::Cos => Ok(arithmetic.complex_sin_cos(z)?.1),
            Function::Tan | Function::Cot | Function::Sec | Function::Csc => {
                let (sine, cosine) = arithmetic.complex_sin_cos(z)?;
                let (numerator, denominator) = match function {
                    Function::Tan => (sine, cosine),
                    Function::Cot => (cosine, sine),
                    Function::Sec => (Real::ONE.into(), cosine),
                    _ => (Real::ONE.into(), sine),
                };
                arithmetic.complex_divide(&numerator, &denominator)
            }
            Function::Sinh => Ok(arithmetic.complex_sinh_cosh(z)?.0),
            Function::Cosh => Ok(arithmetic.complex_sinh_cosh(z)?.1),
            Function::Exp => arithmetic.complex_exp(z),
            Function::Ln => arithmetic.complex_ln(z),
            Function::Log => {
                if self.conventions.natural_logarithm {
                    return arithmetic.complex_ln(z);
                }
                arithmetic.logarithm(&Real::integer(10).into(), z)
            }
            Function::Abs | Function::Norm => Ok(arithmetic.modulus(z)?.into()),
            Function::Re => Ok(z.re.clone().into()),
            Function::Im => Ok(z.im.clone().into()),
            Function::Conjugate => Ok(Enclosure { re: z.re.clone(), im: arithmetic.negate(&z.im) }),
            Function::Arg => Ok(arithmetic.angle(&z.re, &z.im)?.into()),
            _ => {
                let x = z.real().ok_or(NOT_REAL)?;
                Ok(self.function_of_a_real(function, x)?.into())
            }
        }
    }

    fn function_of_a_real(&mut self, function: Function, x: &Real) -> Result<Real, Obstacle> {
        let arithmetic = &mut self.arithmetic;
        match function {
            Function::Arcsin => arithmetic.arcsin(x),
            Function::Arccos => arithmetic.arccos(x),
            Function::Arctan => arithmetic.arctan(x),
            Function::Arccot => {
                let angle = arithmetic.arctan(x)?;
                arithmetic.complement(&angle)
            }
            Function::Arcsec => {
                let inverse = arithmetic.divide(&Real::ONE, x)?;
                arithmetic.arccos(&inverse)
            }
            Function::Arccsc => {
                let inverse = arithmetic.divide(&Real::ONE, x)?;
                arithmetic.arcsin(&inverse)
            }
            Function::Tanh => arithmetic.tanh(x),
            Function::Coth => {
                let tanh = arithmetic.tanh(x)?;
                arithmetic.divide(&Real::ONE, &tanh)
            }
            Function::Arsinh => arithmetic.arsinh(x),
            Function::Arcosh => arithmetic.arcosh(x),
            Function::Artanh => arithmetic.artanh(x),
            Function::Floor => arithmetic.floor(x),
            Function::Ceiling => {
                let floor = arithmetic.floor(&arithmetic.negate(x))?;
                Ok(arithmetic.negate(&floor))
            }
            Function::Factorial => arithmetic.factorial(x, 1),
            Function::DoubleFactorial => arithmetic.factorial(x, 2),
            Function::Gamma => arithmetic.gamma(x),
            Function::Sign => match x.sign() {
                Some(Ordering::Less) => Ok(Real::integer(-1)),
                Some(Ordering::Equal) => Ok(Real::ZERO),
                Some(Ordering::Greater) => Ok(Real::ONE),
                None => Err(Obstacle::Undecided("the sign of a number")),
            },
            Function::Det | Function::Transpose => Err(Obstacle::Unsupported("what is not a number")),
            _ => Err(ARITY),
        }
    }
}

const NOT_REAL: Obstacle = Obstacle::Unsupported("a function of real numbers at what is not known to be real");
const ARITY: Obstacle = Obstacle::Unsupported("a function with so many arguments");

/// Whether an expression is a continuous function of the variable wherever it has a value. Powers whose base and exponent both change are not:
/// 0^0 has a value.
fn is_continuous(expr: &Expr, variable: &str) -> bool {
    let is_kind = match expr {
        Expr::Symbol(_)
        | Expr::Sum(_)
        | Expr::Product(_)
        | Expr::Negative(_)
        | Expr::Fraction(_)
        | Expr::Percent(_)
        | Expr::Degrees(_) => true,
        Expr::Power(pair) | Expr::Root(pair) => is_free(&pair[1], variable) || is_positive_numeral(&pair[0]),
        Expr::Function(function, _) => CONTINUOUS.contains(function),
        other => return is_free(other, variable),
    };
    is_free(expr, variable) || is_kind && expr.parts().all(|part| is_continuous(part, variable))
}

fn is_positive_numeral(expr: &Expr) -> bool {
    match expr {
        Expr::Number(number) => number.value > Rational::ZERO,
        Expr::Constant(constant) => matches!(constant, Constant::E | Constant::Pi),
        _ => false,
    }
}

/// Functions that are continuous wherever they have a value, on the real line and with real values.
const CONTINUOUS: [Function; 25] = [
    Function::Sin,
    Function::Cos,
    Function::Tan,
    Function::Cot,
    Function::Sec,
    Function::Csc,
    Function::Arcsin,
    Function::Arccos,
    Function::Arctan,
    Function::Sinh,
    Function::Cosh,
    Function::Tanh,
    Function::Coth,
    Function::Arsinh,
    Function::Arcosh,
    Function::Artanh,
    Function::Exp,
    Function::Ln,
    Function::Log,
    Function::Abs,
    Function::Max,
    Function::Min,
    Function::Re,
    Function::Im,
    Function::Conjugate,
];

/// What a value of the size 2^exponent adds to the size of an expression. A tiny t hides more than itself: cos t and 1 differ by t^2 / 2, and
/// tan(sin t) and sin(tan t) by t^7 / 30, so that exponents beyond 8 count four times.
pub(crate) fn weight(exponent: u64) -> u64 {
    exponent.max(exponent.saturating_mul(4).saturating_sub(24))
}

/// Bits of numerator and denominator.
fn number_bits(value: &Rational) -> u64 {
    (value.numerator().bit_len() + value.denominator().bit_len()) as u64
}

/// An integer in another base.
fn numeral(digits: &str, base: u32) -> Result<Enclosure, Obstacle> {
    let value = if (2..=36).contains(&base) { IBig::from_str_radix(digits, base).ok() } else { None };
    let value = value.ok_or(Obstacle::Unsupported("a numeral that its base does not have"))?;
    Ok(Real::Exact(Rational::from(value)).into())
}
