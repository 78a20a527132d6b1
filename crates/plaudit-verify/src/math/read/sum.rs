//! Sums, terms and juxtaposition.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Gap, Kind};
use crate::math::{Brackets, Constant, Expr, Function, Number, SetOperation};

impl Parser<'_> {
    /// `a + b - c \pm d`.
    pub(super) fn sum(&mut self) -> Result<Expr, ReadError> {
        let mut terms = Vec::new();
        let mut length = 0;
        if let Kind::PlusMinus(is_swapped) = *self.peek() {
            self.advance();
            let term = self.term(0)?;
            terms.push(Expr::PlusMinus(Box::new([zero(), term]), is_swapped));
        } else {
            let minus = self.signs()?;
            terms.push(self.term(minus)?);
        }
        while self.differential.is_none() {
            match *self.peek() {
                Kind::Plus => {
                    self.advance();
                    let minus = self.signs()?;
                    terms.push(self.term(minus)?);
                }
                Kind::Minus => {
                    self.advance();
                    let minus = 1 + self.signs()?;
                    terms.push(self.term(minus)?);
                }
                Kind::PlusMinus(is_swapped) => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let term = self.term(0)?;
                    let left = total(std::mem::take(&mut terms));
                    terms.push(Expr::PlusMinus(Box::new([left, term]), is_swapped));
                }
                _ => break,
            }
        }
        Ok(total(terms))
    }

    /// Signs before an operand: how many are minus.
    pub(super) fn signs(&mut self) -> Result<usize, ReadError> {
        let mut minus = 0;
        loop {
            match self.peek() {
                Kind::Minus => self.check_chain(&mut minus)?,
                Kind::Plus => {}
                _ => return Ok(minus),
            }
            self.advance();
        }
    }

    /// Factors, quotients and remainders from left to right, under so many minus signs. `-7 \bmod 3` is the remainder of -7.
    pub(super) fn term(&mut self, mut minus: usize) -> Result<Expr, ReadError> {
        let mut factors = self.factors()?;
        let mut is_crossed = false;
        let mut length = 0;
        while self.differential.is_none() {
            match self.peek() {
                Kind::Times => {
                    self.advance();
                    is_crossed = true;
                    factors.extend(self.signed_factors()?);
                }
                Kind::Slash => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let left = product(factors);
                    let right = if is_numeral(&left) && self.is_spaced_numeral() {
                        self.atom()?
                    } else {
                        product(self.signed_factors()?)
                    };
                    factors = vec![Expr::Fraction(Box::new([left, right]))];
                }
                Kind::Mod => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let left = negative(product(factors), std::mem::take(&mut minus));
                    let right = product(self.signed_factors()?);
                    factors = vec![Expr::Function(Function::Mod, vec![left, right])];
                }
                Kind::Text(_) | Kind::Currency(_) => match self.unit()? {
                    Some(unit) => {
                        self.check_chain(&mut length)?;
                        factors = vec![Expr::Quantity(Box::new(product(factors)), unit)];
                    }
                    None => break,
                },
                _ if self.starts_factor() => factors.extend(self.factors()?),
                _ => break,
            }
        }
        if is_crossed && factors.len() > 1 && factors.iter().all(is_set) {
            return Ok(negative(Expr::SetOperation(SetOperation::CartesianProduct, factors), minus));
        }
        Ok(negative(product(factors), minus))
    }

    fn signed_factors(&mut self) -> Result<Vec<Expr>, ReadError> {
        let minus = self.signs()?;
        let mut factors = self.factors()?;
        let first = std::mem::replace(&mut factors[0], zero());
        factors[0] = negative(first, minus);
        Ok(factors)
    }

    /// Whether a numeral comes, with a space and a factor behind it: the denominator of `1/2 x`.
    fn is_spaced_numeral(&self) -> bool {
        let behind = self.ahead(1);
        matches!(self.peek(), Kind::Number(_))
            && behind.gap > Gap::Tight
            && !matches!(behind.kind, Kind::Number(_))
            && self.is_factor(&behind.kind)
    }

    /// One factor and those written beside it. At least one, but for a lone differential, which is 1.
    pub(super) fn factors(&mut self) -> Result<Vec<Expr>, ReadError> {
        let mut factors = Vec::new();
        loop {
            if self.integrals > 0
                && let Some(variable) = self.differential_here()
            {
                self.differential = Some(variable);
                break;
            }
            factors.push(self.factor()?);
            if self.differential.is_some() || !self.starts_factor() {
                break;
            }
        }
        if factors.len() > 1 {
            // `\{1 + 2\}\{3 - 4\}`: braces that group.
            for factor in &mut factors {
                if matches!(factor, Expr::Set(elements) if elements.len() == 1)
                    && let Expr::Set(mut elements) = std::mem::replace(factor, zero())
                {
                    *factor = elements.remove(0);
                }
            }
        }
        if factors.is_empty() {
            factors.push(Expr::Number(Number { value: 1_u8.into(), decimals: None }));
        }
        Ok(factors)
    }

    /// Whether what comes is multiplied with what stands before it without a sign between them.
    pub(super) fn starts_factor(&self) -> bool {
        let is_second_number = matches!(self.peek(), Kind::Number(_) | Kind::Vulgar(..))
            && self.previous().is_some_and(|token| matches!(token.kind, Kind::Number(_)));
        let is_modulus = *self.peek() == Kind::Open(Bracket::Round) && self.ahead(1).kind == Kind::Mod;
        let is_union = *self.peek() == Kind::Letter('U') && self.is_union();
        let is_interval_end = *self.peek() == Kind::Open(Bracket::Square) && self.ahead(1).kind.ends_operand();
        self.is_factor(self.peek()) && !is_interval_end && !is_second_number && !is_modulus && !is_union
    }

    fn is_factor(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Number(_)
            | Kind::Vulgar(..)
            | Kind::Letter(_)
            | Kind::Greek(_)
            | Kind::Roman(_)
            | Kind::Constant(_)
            | Kind::Function(_)
            | Kind::CommonLogarithm
            | Kind::Open(_)
            | Kind::Fraction
            | Kind::Binomial
            | Kind::Root
            | Kind::CubeRoot
            | Kind::Series(_)
            | Kind::Limit
            | Kind::Integral
            | Kind::Overline
            | Kind::Accent(_)
            | Kind::Arrow
            | Kind::Figure(_)
            | Kind::Frame
            | Kind::Begin(_) => true,
            Kind::Bar | Kind::DoubleBar => self.context.bars == 0 && !self.context.builds_set,
            _ => false,
        }
    }
}

/// Zero, as it is written.
pub(super) fn zero() -> Expr {
    Expr::Number(Number { value: 0_u8.into(), decimals: None })
}

/// The expression under so many minus signs.
pub(super) fn negative(expression: Expr, minus: usize) -> Expr {
    (0..minus).fold(expression, |inner, _| Expr::Negative(Box::new(inner)))
}

/// One factor or their product.
pub(super) fn product(mut factors: Vec<Expr>) -> Expr {
    match factors.len() {
        1 => factors.remove(0),
        _ => Expr::Product(factors),
    }
}

/// One term or their sum. A unit behind the last term alone belongs to all: `2 + \sqrt3 \text{ cm}`.
fn total(mut terms: Vec<Expr>) -> Expr {
    if terms.len() == 1 {
        return terms.remove(0);
    }
    let (last, others) = terms.split_last().expect("there are two");
    let has_unit = |term: &Expr| match term {
        Expr::Negative(inner) => matches!(**inner, Expr::Quantity(..)),
        term => matches!(term, Expr::Quantity(..)),
    };
    if !has_unit(last) || others.iter().any(has_unit) {
        return Expr::Sum(terms);
    }
    let (bare, unit) = match terms.pop().expect("there are two") {
        Expr::Quantity(value, unit) => (*value, unit),
        Expr::Negative(inner) => match *inner {
            Expr::Quantity(value, unit) => (Expr::Negative(value), unit),
            other => return Expr::Sum(with(terms, Expr::Negative(Box::new(other)))),
        },
        other => return Expr::Sum(with(terms, other)),
    };
    if super::unit::is_prefix(&unit) {
        return Expr::Sum(with(terms, Expr::Quantity(Box::new(bare), unit)));
    }
    Expr::Quantity(Box::new(Expr::Sum(with(terms, bare))), unit)
}

fn with(mut terms: Vec<Expr>, last: Expr) -> Vec<Expr> {
    terms.push(last);
    terms
}

fn is_numeral(expression: &Expr) -> bool {
    matches!(expression, Expr::Number(_))
}

/// Whether `\times` before or behind it makes pairs.
fn is_set(expression: &Expr) -> bool {
    match expression {
        Expr::Set(_) | Expr::SetBuilder(_) | Expr::HalfOpen(_) => true,
        Expr::Tuple(Brackets::Round | Brackets::Square, ends) => ends.len() == 2,
        Expr::Constant(constant) => matches!(
            constant,
            Constant::Naturals | Constant::Integers | Constant::Rationals | Constant::Reals | Constant::Complexes
        ),
        _ => false,
    }
}
