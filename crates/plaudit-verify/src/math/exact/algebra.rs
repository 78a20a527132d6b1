//! The generators of one comparison, and what is known of them.

use super::exponent::Exponent;
use super::generator::{Entry, Generator};
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::Conventions;
use crate::math::{Budget, Function};
use dashu_int::Sign;
use plaudit_core::Limit;
use std::rc::Rc;

/// Why there is no normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// A deterministic limit.
    Limit(Limit),
    /// Not a scalar, not defined, or no rule for it.
    Open,
}

impl From<Limit> for Obstacle {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

/// Turns obstacles that leave a question open into `None`.
pub(super) fn closed<T>(result: Result<T, Obstacle>) -> Result<Option<T>, Limit> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Obstacle::Open) => Ok(None),
        Err(Obstacle::Limit(limit)) => Err(limit),
    }
}

/// Where normal forms are computed. Polynomials name their generators by their places in it, so those of different algebras have nothing
/// to do with each other.
pub(super) struct Algebra<'a> {
    pub(super) conventions: &'a Conventions,
    pub(super) budget: &'a mut Budget,
    pub(super) generators: Vec<Entry>,
    /// Variables that are bound where the reader of the expression is, with their values, innermost last.
    pub(super) bindings: Vec<(Box<str>, Quotient)>,
    /// How many bound variables there have been.
    pub(super) bound: usize,
    /// Whether an antiderivative was taken, which is known but for a constant.
    pub(super) has_antiderivative: bool,
    /// Rules that call each other, so that none goes on without end.
    pub(super) depth: usize,
}

impl<'a> Algebra<'a> {
    pub(super) fn new(conventions: &'a Conventions, budget: &'a mut Budget) -> Self {
        Self {
            conventions,
            budget,
            generators: Vec::new(),
            bindings: Vec::new(),
            bound: 0,
            has_antiderivative: false,
            depth: 0,
        }
    }

    /// Runs a rule that may come back to itself, a bounded number of times.
    pub(super) fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T, Obstacle>) -> Result<T, Obstacle> {
        const DEEPEST: usize = 32;
        if self.depth == DEEPEST {
            return Err(Obstacle::Open);
        }
        self.budget.take(32)?;
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// The place of a generator, a new one where it was not met before.
    pub(super) fn intern(&mut self, generator: Generator) -> Result<Id, Obstacle> {
        let terms: usize = generator.polynomials().iter().map(|polynomial| polynomial.0.len()).sum();
        self.budget.take(4 * terms as u64)?;
        for id in 0..self.generators.len() {
            self.budget.take(1)?;
            if self.is_same(id, &generator)? {
                return Ok(id);
            }
        }
        let entry = self.describe(generator)?;
        self.generators.push(entry);
        Ok(self.generators.len() - 1)
    }

    /// Whether a generator is the one at a place: quotients count as the same where their difference is zero.
    fn is_same(&mut self, id: Id, generator: &Generator) -> Result<bool, Obstacle> {
        let ours = &*self.generators[id].generator;
        if *ours == *generator {
            return Ok(true);
        }
        if !ours.is_alike(generator) {
            return Ok(false);
        }
        let (ours, theirs) = (ours.arguments(), generator.arguments());
        // Where denominators are the same, it is the numerators that differ.
        let differs = |(ours, theirs): (&Quotient, &Quotient)| ours != theirs && ours.denominator == theirs.denominator;
        if ours.is_empty() || ours.len() != theirs.len() || ours.iter().zip(theirs).any(differs) {
            return Ok(false);
        }
        let ours = ours.to_vec();
        for (ours, theirs) in ours.iter().zip(theirs) {
            if !self.subtract(ours, theirs)?.is_zero() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn describe(&mut self, generator: Generator) -> Result<Entry, Obstacle> {
        let inner = generator.polynomials().into_iter().flat_map(Polynomial::generators);
        let mut bound: Vec<Id> = inner.flat_map(|id| self.generators[id].bound.iter().copied()).collect();
        if let Generator::Bound(..) = generator {
            bound.push(self.generators.len());
        }
        bound.sort_unstable();
        bound.dedup();
        let minus_one = || Polynomial::constant(Rational::NEG_ONE);
        let (relation, is_positive, is_real, is_constant) = match &generator {
            Generator::Imaginary => (Some((2, minus_one())), false, false, true),
            Generator::HalfTurn => (Some((1, minus_one())), false, false, true),
            Generator::Pi => (None, true, true, true),
            Generator::Prime(value, _) => (Some((1, Polynomial::constant(value.clone().into()))), true, true, true),
            Generator::Variable(_) => (None, false, true, false),
            Generator::Bound(_, is_positive) => (None, *is_positive, true, false),
            Generator::Exponential(exponent) => {
                let is_real = self.is_plainly_real(exponent);
                (None, is_real && !self.has_unsigned_logarithm(exponent), is_real, self.is_constant(exponent))
            }
            Generator::Alternating(exponent) => (Some((2, Polynomial::one())), false, true, self.is_constant(exponent)),
            Generator::Logarithm(value) => {
                let is_above_one = value.as_rational().is_some_and(|value| value > Rational::ONE);
                (None, is_above_one, true, self.is_constant(value))
            }
            Generator::Radicand(value) => (Some((1, value.clone())), false, true, self.is_constant_polynomial(value)),
            Generator::Absolute(value) => {
                let square = self.multiply_polynomials(value, value)?;
                (Some((2, square)), true, true, self.is_constant_polynomial(value))
            }
            Generator::Function(function, values) => {
                let is_real =
                    *function != Function::Conjugate && values.iter().all(|value| self.is_plainly_real(value));
                (None, false, is_real, values.iter().all(|value| self.is_constant(value)))
            }
            Generator::Apply(..) => (None, false, true, false),
        };
        let generator = Rc::new(generator);
        Ok(Entry { generator, relation, is_positive, is_real, is_constant, bound })
    }

    /// What the generator at a place is.
    pub(super) fn known(&self, id: Id) -> Rc<Generator> {
        Rc::clone(&self.generators[id].generator)
    }

    /// A generator as a quotient.
    pub(super) fn generator(&mut self, generator: Generator) -> Result<Quotient, Obstacle> {
        let id = self.intern(generator)?;
        self.generator_power(id, Exponent::ONE)
    }

    pub(super) fn imaginary(&mut self) -> Result<Quotient, Obstacle> {
        self.generator(Generator::Imaginary)
    }

    pub(super) fn pi(&mut self) -> Result<Quotient, Obstacle> {
        self.generator(Generator::Pi)
    }

    pub(super) fn is_constant(&self, value: &Quotient) -> bool {
        self.is_constant_polynomial(&value.numerator) && self.is_constant_polynomial(&value.denominator)
    }

    pub(super) fn is_constant_polynomial(&self, value: &Polynomial) -> bool {
        value.ids().all(|id| self.generators[id].is_constant)
    }

    /// Whether it is made of real generators only.
    pub(super) fn is_plainly_real(&self, value: &Quotient) -> bool {
        let is_real = |polynomial: &Polynomial| polynomial.ids().all(|id| self.generators[id].is_real);
        is_real(&value.numerator) && is_real(&value.denominator)
    }

    /// Whether a logarithm of something that may be negative occurs in it, as in the exponent of x^n.
    fn has_unsigned_logarithm(&self, value: &Quotient) -> bool {
        let is_unsigned = |id: Id| match &*self.generators[id].generator {
            Generator::Logarithm(value) => !self.is_positive(&value.numerator) || !value.denominator.is_one(),
            _ => false,
        };
        value.numerator.ids().chain(value.denominator.ids()).any(is_unsigned)
    }

    /// Whether a polynomial is plainly not negative: positive coefficients, and monomials that cannot be negative.
    pub(super) fn is_positive(&self, value: &Polynomial) -> bool {
        value.0.iter().all(|(monomial, coefficient)| {
            let is_safe = |(id, exponent): &(Id, Exponent)| {
                let entry = &self.generators[*id];
                entry.is_positive || (entry.is_real && (exponent.is_even() || exponent.parts().1 % 2 == 0))
            };
            coefficient.sign() == Sign::Positive && monomial.0.iter().all(is_safe)
        })
    }

    /// The complex conjugate, where all generators have one.
    pub(super) fn conjugate(&mut self, value: &Polynomial) -> Result<Quotient, Obstacle> {
        if value.ids().all(|id| self.generators[id].is_real) {
            return Ok(value.clone().into());
        }
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &value.0 {
            let mut conjugate = monomial.clone();
            let mut coefficient = coefficient.clone();
            for (id, exponent) in &mut conjugate.0 {
                let entry = &self.generators[*id];
                match &*entry.generator {
                    Generator::Imaginary => coefficient = -coefficient,
                    Generator::HalfTurn => *exponent = exponent.negate()?,
                    Generator::Exponential(power) if self.is_plainly_imaginary(power) => {
                        *exponent = exponent.negate()?
                    }
                    _ if entry.is_real => {}
                    _ => return Err(Obstacle::Open),
                }
            }
            let term = self.term(conjugate, coefficient)?;
            sum = self.add(&sum, &term)?;
        }
        Ok(sum)
    }

    /// Whether it is i times something made of real generators.
    pub(super) fn is_plainly_imaginary(&self, value: &Quotient) -> bool {
        let is_imaginary = |monomial: &Monomial| {
            let mut units = 0;
            let others = monomial.0.iter().all(|(id, _)| match &*self.generators[*id].generator {
                Generator::Imaginary => {
                    units += 1;
                    true
                }
                _ => self.generators[*id].is_real,
            });
            others && units == 1
        };
        value.numerator.0.iter().all(|(monomial, _)| is_imaginary(monomial))
            && value.denominator.ids().all(|id| self.generators[id].is_real)
    }

    /// Whether a polynomial's values are real.
    pub(super) fn is_real(&mut self, value: &Polynomial) -> Result<bool, Obstacle> {
        if value.ids().all(|id| self.generators[id].is_real) {
            return Ok(true);
        }
        match closed(self.conjugate(value))? {
            Some(conjugate) => Ok(conjugate.as_polynomial() == Some(value)),
            None => Ok(false),
        }
    }
}
