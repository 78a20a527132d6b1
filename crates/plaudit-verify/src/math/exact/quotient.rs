//! Quotients of polynomials: the normal form of an expression.

use super::algebra::{Algebra, Obstacle};
use super::bounded;
use super::exponent::Exponent;
use super::polynomial::{Monomial, Polynomial, TERM_STEPS};
use crate::Rational;
use plaudit_core::Limit;

/// What an operation takes beside its terms.
const OPERATION_STEPS: u64 = 16;

/// A polynomial over another one. A denominator of one term is always 1; others have no common monomial of generators that can be
/// divided by, and their first coefficient is 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quotient {
    pub(super) numerator: Polynomial,
    pub(super) denominator: Polynomial,
}

impl Quotient {
    pub(super) fn zero() -> Self {
        Polynomial::zero().into()
    }

    pub(super) fn one() -> Self {
        Polynomial::one().into()
    }

    pub(super) fn rational(value: Rational) -> Self {
        Polynomial::constant(value).into()
    }

    pub(super) fn integer(value: i64) -> Self {
        Self::rational(value.into())
    }

    pub(super) fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    pub(super) fn is_one(&self) -> bool {
        self.numerator.is_one() && self.denominator.is_one()
    }

    /// The polynomial that it is, where its denominator is 1.
    pub(super) fn as_polynomial(&self) -> Option<&Polynomial> {
        self.denominator.is_one().then_some(&self.numerator)
    }

    /// Its value where it is a rational number.
    pub(super) fn as_rational(&self) -> Option<Rational> {
        self.as_polynomial()?.as_rational()
    }

    /// Its value where it is a small integer.
    pub(super) fn as_integer(&self) -> Option<i64> {
        self.as_rational().filter(Rational::is_int).and_then(|value| i64::try_from(value.numerator()).ok())
    }

    pub(super) fn negate(&self) -> Self {
        Self { numerator: self.numerator.negate(), denominator: self.denominator.clone() }
    }
}

impl From<Polynomial> for Quotient {
    fn from(numerator: Polynomial) -> Self {
        Self { numerator, denominator: Polynomial::one() }
    }
}

impl Algebra<'_> {
    /// `left * right`, generators with a relation reduced.
    pub(super) fn multiply_polynomials(
        &mut self,
        left: &Polynomial,
        right: &Polynomial,
    ) -> Result<Polynomial, Obstacle> {
        if let Some(value) = left.as_rational() {
            return Ok(right.scale(&value, self.budget)?);
        }
        if let Some(value) = right.as_rational() {
            return Ok(left.scale(&value, self.budget)?);
        }
        // More where terms have many generators.
        let (terms, other_terms) = (left.0.len(), right.0.len());
        let powers = left.ids().count() * other_terms + right.ids().count() * terms;
        self.budget.take(2 * TERM_STEPS * (terms * other_terms) as u64 + 4 * powers as u64)?;
        let mut terms = Vec::with_capacity(left.0.len() * right.0.len());
        for (monomial, coefficient) in &left.0 {
            for (other_monomial, other_coefficient) in &right.0 {
                let monomial = monomial.multiply(other_monomial)?;
                let coefficient = bounded::multiply(coefficient, other_coefficient, self.budget)?;
                self.push_reduced(monomial, coefficient, &mut terms)?;
            }
        }
        Ok(Polynomial::collect(terms, self.budget)?)
    }

    /// Adds a term, of a product of two reduced ones, to a list of terms.
    fn push_reduced(
        &mut self,
        mut monomial: Monomial,
        mut coefficient: Rational,
        terms: &mut Vec<(Monomial, Rational)>,
    ) -> Result<(), Obstacle> {
        let mut factors = Vec::new();
        for index in 0..monomial.0.len() {
            let (id, exponent) = monomial.0[index];
            let Some((period, value)) = &self.generators[id].relation else { continue };
            let (count, rest) = exponent.divide(*period)?;
            if count == 0 {
                continue;
            }
            monomial.0[index].1 = rest;
            match value.as_rational() {
                Some(value) => {
                    let power = bounded::power(&value, count, self.budget)?;
                    coefficient = bounded::multiply(&coefficient, &power, self.budget)?;
                }
                None => {
                    self.budget.take(8 * value.0.len() as u64)?;
                    factors.extend(std::iter::repeat_n(value.clone(), usize::from(count > 0)));
                }
            }
        }
        monomial.0.retain(|(_, exponent)| !exponent.is_zero());
        if factors.is_empty() {
            terms.push((monomial, coefficient));
            return Ok(());
        }
        let mut product = Polynomial::term(monomial, coefficient);
        for factor in factors {
            product = self.multiply_polynomials(&product, &factor)?;
        }
        terms.extend(product.0);
        Ok(())
    }

    /// A coefficient times powers of generators, with whatever exponents.
    pub(super) fn term(&mut self, monomial: Monomial, coefficient: Rational) -> Result<Quotient, Obstacle> {
        self.budget.take(OPERATION_STEPS + 4 * monomial.0.len() as u64)?;
        let mut coefficient = coefficient;
        let mut kept = Vec::with_capacity(monomial.0.len());
        let mut factors = Vec::new();
        for (id, exponent) in monomial.0 {
            match &self.generators[id].relation {
                None => kept.push((id, exponent)),
                Some((period, value)) => {
                    let (count, rest) = exponent.divide(*period)?;
                    if !rest.is_zero() {
                        kept.push((id, rest));
                    }
                    match value.as_rational() {
                        _ if count == 0 => {}
                        Some(value) => {
                            let power = bounded::power(&value, count, self.budget)?;
                            coefficient = bounded::multiply(&coefficient, &power, self.budget)?;
                        }
                        None => factors.push((value.clone(), count)),
                    }
                }
            }
        }
        let mut product = Quotient::from(Polynomial::term(Monomial(kept), coefficient));
        for (value, count) in factors {
            let factor = self.power_of_integer(&value.into(), count)?;
            product = self.multiply(&product, &factor)?;
        }
        Ok(product)
    }

    /// A power of one generator.
    pub(super) fn generator_power(&mut self, id: usize, exponent: Exponent) -> Result<Quotient, Obstacle> {
        self.term(Monomial::of(id, exponent), Rational::ONE)
    }

    pub(super) fn add(&mut self, left: &Quotient, right: &Quotient) -> Result<Quotient, Obstacle> {
        self.budget.take(OPERATION_STEPS)?;
        if left.denominator == right.denominator {
            let sum = left.numerator.add(&right.numerator, self.budget)?;
            return if left.denominator.is_one() {
                Ok(sum.into())
            } else {
                self.quotient(sum, left.denominator.clone())
            };
        }
        let first = self.multiply_polynomials(&left.numerator, &right.denominator)?;
        let second = self.multiply_polynomials(&right.numerator, &left.denominator)?;
        let sum = first.add(&second, self.budget)?;
        let denominator = self.multiply_polynomials(&left.denominator, &right.denominator)?;
        self.quotient(sum, denominator)
    }

    pub(super) fn subtract(&mut self, left: &Quotient, right: &Quotient) -> Result<Quotient, Obstacle> {
        self.add(left, &right.negate())
    }

    pub(super) fn multiply(&mut self, left: &Quotient, right: &Quotient) -> Result<Quotient, Obstacle> {
        self.budget.take(OPERATION_STEPS)?;
        let numerator = self.multiply_polynomials(&left.numerator, &right.numerator)?;
        if left.denominator.is_one() && right.denominator.is_one() {
            return Ok(numerator.into());
        }
        let denominator = self.multiply_polynomials(&left.denominator, &right.denominator)?;
        self.quotient(numerator, denominator)
    }

    pub(super) fn scale(&mut self, value: &Quotient, factor: &Rational) -> Result<Quotient, Obstacle> {
        let numerator = value.numerator.scale(factor, self.budget)?;
        Ok(Quotient { numerator, denominator: value.denominator.clone() })
    }

    /// `left / right`; [`Obstacle::Open`] where that is a division by zero.
    pub(super) fn divide(&mut self, left: &Quotient, right: &Quotient) -> Result<Quotient, Obstacle> {
        let numerator = self.multiply_polynomials(&left.numerator, &right.denominator)?;
        let denominator = self.multiply_polynomials(&left.denominator, &right.numerator)?;
        self.quotient(numerator, denominator)
    }

    pub(super) fn invert(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        self.quotient(value.denominator.clone(), value.numerator.clone())
    }

    /// An integer power.
    pub(super) fn power_of_integer(&mut self, base: &Quotient, exponent: i64) -> Result<Quotient, Obstacle> {
        if exponent == 0 {
            return Ok(Quotient::one());
        }
        if exponent < 0 {
            let inverse = self.invert(base)?;
            return self.power_of_integer(&inverse, exponent.checked_neg().ok_or(Limit::Bits)?);
        }
        if let Some((monomial, coefficient)) = base.as_polynomial().and_then(Polynomial::as_term) {
            let monomial = monomial.power(Exponent::integer(exponent))?;
            let coefficient = bounded::power(coefficient, exponent, self.budget)?;
            return self.term(monomial, coefficient);
        }
        let numerator = self.power_of_polynomial(&base.numerator, exponent)?;
        let denominator = self.power_of_polynomial(&base.denominator, exponent)?;
        self.quotient(numerator, denominator)
    }

    fn power_of_polynomial(&mut self, base: &Polynomial, exponent: i64) -> Result<Polynomial, Obstacle> {
        let mut square = base.clone();
        let mut product = Polynomial::one();
        let mut rest = exponent;
        loop {
            if rest % 2 == 1 {
                product = self.multiply_polynomials(&product, &square)?;
            }
            rest /= 2;
            if rest == 0 || base.is_one() || product.is_zero() {
                return Ok(product);
            }
            square = self.multiply_polynomials(&square, &square)?;
        }
    }

    /// `numerator / denominator`, brought to normal form.
    pub(super) fn quotient(&mut self, numerator: Polynomial, denominator: Polynomial) -> Result<Quotient, Obstacle> {
        self.budget.take(OPERATION_STEPS)?;
        if denominator.is_zero() {
            return Err(Obstacle::Open);
        }
        if numerator.is_zero() || denominator.is_one() {
            return Ok(numerator.into());
        }
        if let Some((monomial, coefficient)) = denominator.as_term() {
            let inverse = monomial.power(Exponent::integer(-1))?;
            let inverse = self.term(inverse, bounded::invert(coefficient))?;
            return match inverse.as_polynomial() {
                Some(inverse) => Ok(self.multiply_polynomials(&numerator, inverse)?.into()),
                None => {
                    let numerator = self.multiply_polynomials(&numerator, &inverse.numerator)?;
                    self.quotient(numerator, inverse.denominator)
                }
            };
        }
        // The questions that follow go over every term.
        self.budget.take(8 * (numerator.0.len() + denominator.0.len()) as u64)?;
        let (numerator, denominator) = self.without_common_monomial(numerator, &denominator)?;
        if let Some(conjugate) = self.algebraic_conjugate(&denominator)? {
            let numerator = self.multiply_polynomials(&numerator, &conjugate)?;
            let denominator = self.multiply_polynomials(&denominator, &conjugate)?;
            return self.quotient(numerator, denominator);
        }
        if let Some(whole) = self.divide_exactly(&numerator, &denominator)? {
            return Ok(whole.into());
        }
        Ok(Quotient { numerator, denominator })
    }

    /// Both divided so that the denominator has no common monomial and begins with the coefficient 1.
    fn without_common_monomial(
        &mut self,
        numerator: Polynomial,
        denominator: &Polynomial,
    ) -> Result<(Polynomial, Polynomial), Obstacle> {
        let mut common = denominator.common_monomial()?;
        common.0.retain(|(id, _)| self.generators[*id].relation.is_none());
        let inverse = common.power(Exponent::integer(-1))?;
        let leading = denominator.0.first().map_or(Rational::ONE, |(_, coefficient)| coefficient.clone());
        let factor = Polynomial::term(inverse, bounded::invert(&leading));
        Ok((self.multiply_polynomials(&numerator, &factor)?, self.multiply_polynomials(denominator, &factor)?))
    }

    /// What a constant denominator is multiplied with to have one square root less: a + b sqrt(p) with a - b sqrt(p).
    fn algebraic_conjugate(&mut self, denominator: &Polynomial) -> Result<Option<Polynomial>, Obstacle> {
        const MOST_ROOTS: usize = 4;
        let generators = denominator.generators();
        if generators.len() > MOST_ROOTS || generators.iter().any(|id| !self.generators[*id].is_constant) {
            return Ok(None);
        }
        for id in generators {
            let Some((period, _)) = &self.generators[id].relation else { continue };
            let half = Exponent::integer(*period)
                .multiply(Exponent::from_rational(&Rational::from_parts_signed(1.into(), 2.into()))?)?;
            let is_root = |exponent: Exponent| exponent.is_zero() || exponent == half;
            if !denominator.0.iter().all(|(monomial, _)| is_root(monomial.exponent(id))) {
                continue;
            }
            let flipped = denominator.0.iter().map(|(monomial, coefficient)| {
                let sign = if monomial.exponent(id).is_zero() { coefficient.clone() } else { -coefficient.clone() };
                (monomial.clone(), sign)
            });
            return Ok(Some(Polynomial(flipped.collect())));
        }
        Ok(None)
    }

    /// The polynomial by which `divisor` has to be multiplied to give `dividend`, where division finds one.
    fn divide_exactly(&mut self, dividend: &Polynomial, divisor: &Polynomial) -> Result<Option<Polynomial>, Obstacle> {
        // Where the divisor has no relations, products keep the order of monomials, and the first terms decide.
        if divisor.ids().any(|id| self.generators[id].relation.is_some()) {
            return Ok(None);
        }
        let generators = divisor.generators();
        let mut common = dividend.common_monomial()?;
        common.0.retain(|(id, _)| self.generators[*id].relation.is_none());
        let (Some((first, leading)), Some((last, trailing))) = (divisor.0.first(), divisor.0.last()) else {
            return Ok(None);
        };
        let inverse = first.power(Exponent::integer(-1))?;
        let mut rest = dividend.clone();
        let mut quotient = Vec::new();
        // The quotient's exponents lie between those of the dividend's common monomial and its first ones.
        let least = |id: usize| common.exponent(id);
        if let Some((monomial, _)) = dividend.0.last() {
            let tail = monomial.multiply(&last.power(Exponent::integer(-1))?)?;
            if trailing.is_zero() || generators.iter().any(|id| tail.exponent(*id) < least(*id)) {
                return Ok(None);
            }
        }
        while let Some((monomial, coefficient)) = rest.0.first() {
            let monomial = monomial.multiply(&inverse)?;
            if generators.iter().any(|id| monomial.exponent(*id) < least(*id)) {
                return Ok(None);
            }
            let coefficient = bounded::multiply(coefficient, &bounded::invert(leading), self.budget)?;
            let step = Polynomial::term(monomial, coefficient);
            let product = self.multiply_polynomials(divisor, &step)?;
            rest = rest.add(&product.negate(), self.budget)?;
            quotient.extend(step.0);
        }
        Ok(Some(Polynomial(quotient)))
    }
}
