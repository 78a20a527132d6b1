//! Limits.

use super::algebra::{Algebra, Obstacle, closed};
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Constant, Expr, Function, Limit};
use std::cmp::Ordering;

/// How often the rule of l'Hôpital is tried.
const MOST_DERIVATIVES: usize = 4;

/// What a quotient is where a variable goes to 0.
enum AtZero {
    /// Its value.
    Value(Quotient),
    /// Something that is not 0, over something that goes to 0.
    Pole { above: Quotient, below: Quotient },
}

/// 1 for infinity, -1 for negative infinity.
fn infinite_sign(target: &Expr) -> Option<i32> {
    match target {
        Expr::Constant(Constant::Infinity) => Some(1),
        Expr::Negative(part) if matches!(**part, Expr::Constant(Constant::Infinity)) => Some(-1),
        _ => None,
    }
}

impl Algebra<'_> {
    /// A limit as it was written.
    pub(super) fn limit(&mut self, limit: &Limit) -> Result<Quotient, Obstacle> {
        let (body, id) = self.brought_to_zero(limit)?;
        self.limit_at_zero(&body, id)
    }

    /// The sign of a limit that is infinite; `None` for one that is not, or has other signs on its two sides.
    pub(super) fn infinite_limit(&mut self, limit: &Limit) -> Result<Option<Ordering>, Obstacle> {
        let is_of_one_side = limit.side.is_some() || infinite_sign(&limit.target).is_some();
        let (body, id) = self.brought_to_zero(limit)?;
        let AtZero::Pole { above, mut below } = self.at_zero(&body, id)? else { return Ok(None) };
        for power in 1..=MOST_DERIVATIVES {
            below = self.derivative(&below, id)?;
            let value = self.value_at_zero(&below, id)?;
            if !value.is_zero() {
                let signs = [self.order(&above, &Quotient::zero())?, self.order(&value, &Quotient::zero())?];
                let is_even = power % 2 == 0;
                return Ok(match signs {
                    [Some(above), Some(below)] if is_of_one_side || is_even => {
                        Some(if below == Ordering::Less { above.reverse() } else { above })
                    }
                    _ => None,
                });
            }
        }
        Ok(None)
    }

    /// What a limit is of, with a variable that goes to 0, from above where it goes to one side.
    fn brought_to_zero(&mut self, limit: &Limit) -> Result<(Quotient, Id), Obstacle> {
        let infinite = infinite_sign(&limit.target);
        let (id, distance) = self.fresh(infinite.is_some() || limit.side.is_some())?;
        let place = match infinite {
            Some(sign) => {
                let inverse = self.invert(&distance)?;
                self.scale(&inverse, &Rational::from(sign))?
            }
            None => {
                let target = self.normal(&limit.target)?;
                match limit.side {
                    Some(Ordering::Less) => self.subtract(&target, &distance)?,
                    _ => self.add(&target, &distance)?,
                }
            }
        };
        Ok((self.normal_with(&limit.variable, place, &limit.body)?, id))
    }

    /// The limit where a variable goes to 0: the value there, or by l'Hôpital's rule.
    pub(super) fn limit_at_zero(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        match self.at_zero(value, id)? {
            AtZero::Value(value) => Ok(value),
            AtZero::Pole { .. } => Err(Obstacle::Open),
        }
    }

    fn at_zero(&mut self, value: &Quotient, id: Id) -> Result<AtZero, Obstacle> {
        if !self.depends(value, id) {
            return Ok(AtZero::Value(value.clone()));
        }
        self.nested(|algebra| {
            // Without negative powers of the variable.
            let least = |polynomial: &Polynomial| {
                polynomial.0.iter().map(|(monomial, _)| monomial.exponent(id)).min().unwrap_or(Exponent::ZERO)
            };
            let common = least(&value.numerator).min(least(&value.denominator));
            let shift = Polynomial::term(Monomial::of(id, common.negate()?), Rational::ONE);
            let mut above = Quotient::from(algebra.multiply_polynomials(&value.numerator, &shift)?);
            let mut below = Quotient::from(algebra.multiply_polynomials(&value.denominator, &shift)?);
            for _ in 0..=MOST_DERIVATIVES {
                let (top, bottom) = (algebra.value_at_zero(&above, id)?, algebra.value_at_zero(&below, id)?);
                if !bottom.is_zero() {
                    return Ok(AtZero::Value(algebra.divide(&top, &bottom)?));
                }
                if !top.is_zero() {
                    return Ok(AtZero::Pole { above: top, below });
                }
                above = algebra.derivative(&above, id)?;
                below = algebra.derivative(&below, id)?;
            }
            Err(Obstacle::Open)
        })
    }

    /// The value of something continuous at 0, exponents by their limits.
    fn value_at_zero(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        let denominator = self.polynomial_at_zero(&value.denominator, id)?;
        let numerator = self.polynomial_at_zero(&value.numerator, id)?;
        self.divide(&numerator, &denominator)
    }

    fn polynomial_at_zero(&mut self, value: &Polynomial, id: Id) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &value.0 {
            if self.vanishes_at_zero(monomial, id) {
                continue;
            }
            let mut product = Quotient::rational(coefficient.clone());
            for (generator, exponent) in &monomial.0 {
                let single = Polynomial::term(Monomial::of(*generator, *exponent), Rational::ONE);
                let known = self.known(*generator);
                let factor = match &*known {
                    _ if !self.generator_depends(*generator, id) => single.into(),
                    Generator::Exponential(inner) => {
                        let inner = self.scale(inner, &exponent.to_rational())?;
                        let inner = self.limit_at_zero(&inner, id)?;
                        self.exponential(&inner)?
                    }
                    // These jump.
                    Generator::Alternating(_) | Generator::Apply(..) => return Err(Obstacle::Open),
                    Generator::Function(function, _)
                        if !matches!(function, Function::Arcsin | Function::Arctan | Function::Factorial) =>
                    {
                        return Err(Obstacle::Open);
                    }
                    _ => self.substitute_polynomial(&single, id, &Quotient::zero())?,
                };
                product = self.multiply(&product, &factor)?;
            }
            sum = self.add(&sum, &product)?;
        }
        Ok(sum)
    }

    /// Whether a product of powers of the variable and of its logarithm goes to 0 with it.
    fn vanishes_at_zero(&self, monomial: &Monomial, id: Id) -> bool {
        let is_variable =
            |value: &Quotient| *value == Polynomial::term(Monomial::of(id, Exponent::ONE), Rational::ONE).into();
        let is_logarithm = |generator: Id| matches!(&*self.generators[generator].generator, Generator::Logarithm(inner) if is_variable(inner));
        monomial.exponent(id) > Exponent::ZERO
            && monomial.0.iter().all(|(generator, _)| {
                *generator == id || !self.generator_depends(*generator, id) || is_logarithm(*generator)
            })
    }

    /// The limit where a variable goes to plus or minus infinity.
    pub(super) fn limit_at_infinity(&mut self, value: &Quotient, id: Id, sign: i64) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        if self.polynomial_depends(&value.denominator, id) {
            return Err(Obstacle::Open);
        }
        for (monomial, coefficient) in &value.numerator.0 {
            if self.vanishes_at_infinity(monomial, id, sign)? {
                continue;
            }
            let mut product = Quotient::rational(coefficient.clone());
            for (generator, exponent) in &monomial.0 {
                let single = Polynomial::term(Monomial::of(*generator, *exponent), Rational::ONE);
                let factor = match (self.generator_depends(*generator, id), &*self.generators[*generator].generator) {
                    (false, _) => single.into(),
                    (true, Generator::Function(Function::Arctan, values)) if *exponent == Exponent::ONE => {
                        let inner = values[0].clone();
                        let slope = self.derivative(&inner, id)?;
                        if self.depends(&slope, id) || !self.is_constant(&slope) {
                            return Err(Obstacle::Open);
                        }
                        let order = self.order(&slope, &Quotient::zero())?.ok_or(Obstacle::Open)?;
                        let direction = if order == Ordering::Less { -sign } else { sign };
                        let pi = self.pi()?;
                        self.scale(&pi, &Rational::from_parts(direction.into(), 2_u8.into()))?
                    }
                    _ => return Err(Obstacle::Open),
                };
                product = self.multiply(&product, &factor)?;
            }
            sum = self.add(&sum, &product)?;
        }
        self.divide(&sum, &value.denominator.clone().into())
    }

    /// Whether a product of a power of the variable and exponentials goes to 0.
    fn vanishes_at_infinity(&mut self, monomial: &Monomial, id: Id, sign: i64) -> Result<bool, Obstacle> {
        let mut rate = Quotient::zero();
        for (generator, exponent) in &monomial.0 {
            if *generator == id || !self.generator_depends(*generator, id) {
                continue;
            }
            let known = self.known(*generator);
            let Generator::Exponential(inner) = &*known else { return Ok(false) };
            let slope = self.derivative(inner, id)?;
            let slope = self.scale(&slope, &(exponent.to_rational() * Rational::from(sign)))?;
            rate = self.add(&rate, &slope)?;
        }
        if rate.is_zero() {
            return Ok(monomial.exponent(id).is_negative());
        }
        if self.depends(&rate, id) || !self.is_constant(&rate) {
            return Ok(false);
        }
        // Of a complex rate the real part decides.
        let conjugate = match (closed(self.conjugate(&rate.numerator))?, rate.denominator.is_one()) {
            (Some(conjugate), true) => conjugate,
            _ => return Ok(false),
        };
        let real = self.add(&rate, &conjugate)?;
        Ok(self.order(&real, &Quotient::zero())? == Some(Ordering::Less))
    }
}
