//! Sums, terms and juxtaposition.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Gap, Kind};
use crate::math::{Brackets, Constant, Expr, Function, SetOperation};

impl Parser<'_> {
    /// `a + b - c \pm d`.
    pub(super) fn sum(&mut self) -> Result<Expr, ReadError> {
        let mut terms = Vec::new();
        let mut length = 0;
        if let Kind::PlusMinus(is_swapped) = *self.peek() {
            self.advance();
            let term = self.term(0)?;
            terms.push(plus_minus(Expr::number(0), term, is_swapped));
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
                    terms.push(plus_minus(left, term, is_swapped));
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
        let mut is_spaced = false;
        let mut length = 0;
        while self.differential.is_none() {
            match *self.peek() {
                Kind::Cross if self.ahead(1).kind == Kind::Arrow => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let left = negative(product(factors), std::mem::take(&mut minus));
                    let right = product(self.signed_factors()?);
                    factors = vec![Expr::Apply(CROSS.into(), vec![left, right])];
                }
                Kind::Times | Kind::Cross => {
                    is_crossed |= *self.peek() == Kind::Cross;
                    self.advance();
                    factors.extend(self.signed_factors()?);
                }
                Kind::Slash => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let left = product(factors);
                    is_spaced = is_numeral(&left) && self.is_spaced_numeral();
                    let mut right = if is_spaced { self.atom()? } else { product(self.signed_factors()?) };
                    if is_quantity(&left)
                        && let Some(unit) = self.unit()?
                    {
                        right = Expr::Quantity(Box::new(right), unit);
                    }
                    factors = vec![Expr::Fraction(Box::new([left, right]))];
                }
                Kind::Mod => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let left = negative(product(factors), std::mem::take(&mut minus));
                    let right = product(self.signed_factors()?);
                    factors = vec![Expr::Function(Function::Mod, vec![left, right])];
                }
                Kind::Scale(factor) => {
                    self.check_chain(&mut length)?;
                    self.advance();
                    let factor = Expr::number(factor);
                    // `\$5 million`: the sign stands before all of it.
                    match factors.pop() {
                        Some(Expr::Quantity(value, sign)) if super::unit::is_prefix(&sign) => {
                            factors.push(Expr::Quantity(Box::new(product(vec![*value, factor])), sign));
                        }
                        last => factors.extend(last.into_iter().chain([factor])),
                    }
                }
                Kind::Text(_) | Kind::Currency(_) => match self.unit()? {
                    Some(unit) => {
                        self.check_chain(&mut length)?;
                        // `2 \text{ cm} \times 3 \text{ cm}`: every unit has its own factors.
                        let start =
                            factors.iter().rposition(is_quantity).map_or(0, |last| last + 1).min(factors.len() - 1);
                        let value = product(factors.split_off(start));
                        factors.push(Expr::Quantity(Box::new(value), unit));
                    }
                    None => break,
                },
                _ if is_spaced && self.starts_factor() => {
                    is_spaced = false;
                    factors.extend(self.factors()?);
                }
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
        let first = std::mem::replace(&mut factors[0], Expr::number(0));
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
                && let Some(variable) = self.differential_here()?
            {
                self.differential = Some(variable);
                break;
            }
            factors.push(self.factor()?);
            if self.differential.is_some() || !self.starts_factor() && self.differential_ahead().is_none() {
                break;
            }
        }
        if factors.len() > 1 {
            // `\{1 + 2\}\{3 - 4\}`: braces that group.
            for factor in &mut factors {
                if matches!(factor, Expr::Set(elements) if elements.len() == 1)
                    && let Expr::Set(mut elements) = std::mem::replace(factor, Expr::number(0))
                {
                    *factor = elements.remove(0);
                }
            }
        }
        if factors.is_empty() {
            factors.push(Expr::number(1));
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
            | Kind::Cis
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
            // `4 \cdot 3 \cdots 1`, but not `1, 2, 3...`.
            Kind::Dots => self.ahead(1).kind != Kind::Dots && self.is_factor(&self.ahead(1).kind),
            Kind::Bar | Kind::DoubleBar => self.context.bars == 0 && !self.context.builds_set,
            _ => false,
        }
    }
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
    let quantities = terms.iter_mut().filter_map(quantity).count();
    let unit = terms.last_mut().and_then(quantity).filter(|_| quantities == 1).map(without_unit);
    match unit {
        Some(unit) => Expr::Quantity(Box::new(Expr::Sum(terms)), unit),
        None => Expr::Sum(terms),
    }
}

/// `5 \pm 2 \text{ cm}`: the unit belongs to both.
fn plus_minus(mut left: Expr, mut right: Expr, is_swapped: bool) -> Expr {
    let is_shared = quantity(&mut left).is_none();
    let unit = quantity(&mut right).filter(|_| is_shared).map(without_unit);
    let value = Expr::PlusMinus(Box::new([left, right]), is_swapped);
    match unit {
        Some(unit) => Expr::Quantity(Box::new(value), unit),
        None => value,
    }
}

/// The quantity that a term is, under a sign or not, if its unit stands behind it.
fn quantity(term: &mut Expr) -> Option<&mut Expr> {
    match term {
        Expr::Negative(inner) => quantity(inner),
        Expr::Quantity(_, unit) if !super::unit::is_prefix(unit) => Some(term),
        _ => None,
    }
}

/// Leaves the value alone in the place of a quantity, and returns its unit.
fn without_unit(quantity: &mut Expr) -> Box<str> {
    match std::mem::replace(quantity, Expr::number(0)) {
        Expr::Quantity(value, unit) => {
            *quantity = *value;
            unit
        }
        other => unreachable!("only a quantity is passed, not {other:?}"),
    }
}

/// The product of two vectors that is one: its factors may not be exchanged.
const CROSS: &str = "cross";

fn is_quantity(expression: &Expr) -> bool {
    matches!(expression, Expr::Quantity(..))
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
