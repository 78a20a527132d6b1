//! Derivatives.

use super::algebra::{Algebra, Obstacle};
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Derivative, Function};

impl Algebra<'_> {
    /// A derivative as it was written.
    pub(super) fn derivative_of(&mut self, written: &Derivative) -> Result<Quotient, Obstacle> {
        let place = self.value_of(&written.variable)?;
        let (id, variable) = self.fresh(false)?;
        let mut value = self.normal_with(&written.variable, variable, &written.body)?;
        for _ in 0..written.order {
            value = self.derivative(&value, id)?;
        }
        self.substitute(&value, id, &place)
    }

    /// (n / d)' = (n' d - n d') / d^2.
    pub(super) fn derivative(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        self.nested(|algebra| {
            let above = algebra.derivative_of_polynomial(&value.numerator, id)?;
            if value.denominator.is_one() {
                return Ok(above);
            }
            let below = algebra.derivative_of_polynomial(&value.denominator, id)?;
            let denominator = Quotient::from(value.denominator.clone());
            let first = algebra.divide(&above, &denominator)?;
            let second = algebra.multiply(&value.numerator.clone().into(), &below)?;
            let square = algebra.multiply(&denominator, &denominator)?;
            let second = algebra.divide(&second, &square)?;
            algebra.subtract(&first, &second)
        })
    }

    fn derivative_of_polynomial(&mut self, value: &Polynomial, id: Id) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &value.0 {
            for (generator, exponent) in &monomial.0 {
                if !self.generator_depends(*generator, id) {
                    continue;
                }
                self.budget.take(16)?;
                // (g^e)' = e g^(e - 1) g'
                let inner = self.derivative_of_generator(*generator, id)?;
                let less = exponent.add(Exponent::integer(-1))?;
                let rest = monomial.without(*generator).multiply(&Monomial::of(*generator, less))?;
                let outer = self.term(rest, coefficient * exponent.to_rational())?;
                let product = self.multiply(&outer, &inner)?;
                sum = self.add(&sum, &product)?;
            }
        }
        Ok(sum)
    }

    fn derivative_of_generator(&mut self, generator: Id, id: Id) -> Result<Quotient, Obstacle> {
        if generator == id {
            return Ok(Quotient::one());
        }
        let known = self.known(generator);
        match &*known {
            Generator::Exponential(inner) => {
                let (inner, outer) = (self.derivative(inner, id)?, self.generator_power(generator, Exponent::ONE)?);
                self.multiply(&inner, &outer)
            }
            Generator::Logarithm(inner) => {
                let derivative = self.derivative(inner, id)?;
                self.divide(&derivative, inner)
            }
            Generator::Radicand(inner) => self.derivative_of_polynomial(inner, id),
            // |p|' = p p' / |p|
            Generator::Absolute(inner) => {
                let derivative = self.derivative_of_polynomial(inner, id)?;
                let product = self.multiply(&inner.clone().into(), &derivative)?;
                let magnitude = self.generator_power(generator, Exponent::ONE)?;
                self.divide(&product, &magnitude)
            }
            Generator::Function(function @ (Function::Arcsin | Function::Arctan), values) => {
                let inner = values.first().ok_or(Obstacle::Open)?;
                let derivative = self.derivative(inner, id)?;
                let square = self.multiply(inner, inner)?;
                let divisor = match function {
                    Function::Arctan => self.add(&Quotient::one(), &square)?,
                    _ => {
                        let rest = self.subtract(&Quotient::one(), &square)?;
                        self.power_of_rational(&rest, &Rational::from_parts(1.into(), 2_u8.into()))?
                    }
                };
                self.divide(&derivative, &divisor)
            }
            _ => Err(Obstacle::Open),
        }
    }
}
