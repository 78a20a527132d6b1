//! Bound variables: what depends on them, and values put in for them.

use super::algebra::{Algebra, Obstacle};
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::Expr;

impl Algebra<'_> {
    /// A variable of its own, and its normal form.
    pub(super) fn fresh(&mut self, is_positive: bool) -> Result<(Id, Quotient), Obstacle> {
        self.bound += 1;
        let id = self.intern(Generator::Bound(self.bound, is_positive))?;
        Ok((id, self.generator_power(id, Exponent::ONE)?))
    }

    /// The normal form of an expression where a variable has a value.
    pub(super) fn normal_with(&mut self, name: &str, value: Quotient, body: &Expr) -> Result<Quotient, Obstacle> {
        self.bindings.push((name.into(), value));
        let result = self.normal(body);
        self.bindings.pop();
        result
    }

    /// The value of a variable where the reader is: itself, where it is free.
    pub(super) fn value_of(&mut self, name: &str) -> Result<Quotient, Obstacle> {
        self.normal(&Expr::Symbol(name.into()))
    }

    pub(super) fn depends(&self, value: &Quotient, id: Id) -> bool {
        self.polynomial_depends(&value.numerator, id) || self.polynomial_depends(&value.denominator, id)
    }

    pub(super) fn polynomial_depends(&self, value: &Polynomial, id: Id) -> bool {
        value.ids().any(|other| self.generator_depends(other, id))
    }

    pub(super) fn generator_depends(&self, generator: Id, id: Id) -> bool {
        self.generators[generator].bound.contains(&id)
    }

    /// The same with a value in the place of a variable.
    pub(super) fn substitute(&mut self, target: &Quotient, id: Id, value: &Quotient) -> Result<Quotient, Obstacle> {
        if !self.depends(target, id) {
            return Ok(target.clone());
        }
        self.nested(|algebra| {
            let numerator = algebra.substitute_polynomial(&target.numerator, id, value)?;
            let denominator = algebra.substitute_polynomial(&target.denominator, id, value)?;
            algebra.divide(&numerator, &denominator)
        })
    }

    pub(super) fn substitute_polynomial(
        &mut self,
        target: &Polynomial,
        id: Id,
        value: &Quotient,
    ) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &target.0 {
            self.budget.take(8 + 8 * monomial.0.len() as u64)?;
            let mut product = Quotient::rational(coefficient.clone());
            for (generator, exponent) in &monomial.0 {
                let factor = match self.generator_depends(*generator, id) {
                    false => Polynomial::term(Monomial::of(*generator, *exponent), Rational::ONE).into(),
                    true => self.substitute_power(*generator, *exponent, id, value)?,
                };
                product = self.multiply(&product, &factor)?;
            }
            sum = self.add(&sum, &product)?;
        }
        Ok(sum)
    }

    fn substitute_power(
        &mut self,
        generator: Id,
        exponent: Exponent,
        id: Id,
        value: &Quotient,
    ) -> Result<Quotient, Obstacle> {
        if generator == id {
            return self.power_of_rational(value, &exponent.to_rational());
        }
        let known = self.known(generator);
        let base = match &*known {
            Generator::Exponential(inner) => {
                let inner = self.substitute(inner, id, value)?;
                let inner = self.scale(&inner, &exponent.to_rational())?;
                return self.exponential(&inner);
            }
            Generator::Alternating(inner) => {
                let inner = self.substitute(inner, id, value)?;
                let inner = self.scale(&inner, &exponent.to_rational())?;
                return self.power(&Quotient::integer(-1), &inner);
            }
            Generator::Logarithm(inner) => {
                let inner = self.substitute(inner, id, value)?;
                self.logarithm(&inner)?
            }
            Generator::Radicand(inner) => self.substitute_polynomial(inner, id, value)?,
            Generator::Absolute(inner) => {
                let inner = self.substitute_polynomial(inner, id, value)?;
                self.absolute(&inner)?
            }
            Generator::Function(function, inner) => {
                let inner = self.substitute_all(inner, id, value)?;
                self.function_of(*function, &inner)?
            }
            Generator::Apply(name, inner) => {
                let inner = self.substitute_all(inner, id, value)?;
                self.generator(Generator::Apply(name.clone(), inner))?
            }
            _ => return Err(Obstacle::Open),
        };
        self.power_of_rational(&base, &exponent.to_rational())
    }

    fn substitute_all(&mut self, values: &[Quotient], id: Id, value: &Quotient) -> Result<Vec<Quotient>, Obstacle> {
        values.iter().map(|inner| self.substitute(inner, id, value)).collect()
    }
}
