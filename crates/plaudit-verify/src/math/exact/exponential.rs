//! Exponentials, logarithms and trigonometric functions.
//!
//! Sine and cosine are sums of exponentials, so that every trigonometric identity is one of polynomials. An exponential is taken
//! apart into one for each term of its exponent, the coefficient of which becomes the exponent of a generator.

use super::algebra::{Algebra, Obstacle};
use super::bounded;
use super::exponent::Exponent;
use super::factor::factors;
use super::generator::Generator;
use super::polynomial::{Monomial, Polynomial};
use super::power::absolute;
use super::quotient::Quotient;
use crate::Rational;
use crate::math::Function;
use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;

fn half() -> Rational {
    Rational::from_parts(1.into(), 2_u8.into())
}

impl Algebra<'_> {
    /// e to a power.
    pub(super) fn exponential(&mut self, exponent: &Quotient) -> Result<Quotient, Obstacle> {
        self.nested(|algebra| {
            let mut product = Quotient::one();
            for (monomial, coefficient) in &exponent.numerator.0 {
                let factor = match exponent.denominator.is_one() {
                    true => algebra.exponential_of_term(monomial, coefficient)?,
                    false => {
                        let numerator = Polynomial::term(monomial.clone(), Rational::ONE);
                        let unit = Quotient { numerator, denominator: exponent.denominator.clone() };
                        let id = algebra.intern(Generator::Exponential(unit))?;
                        algebra.generator_power(id, Exponent::from_rational(coefficient)?)?
                    }
                };
                product = algebra.multiply(&product, &factor)?;
            }
            Ok(product)
        })
    }

    fn exponential_of_term(&mut self, monomial: &Monomial, coefficient: &Rational) -> Result<Quotient, Obstacle> {
        match monomial.0.as_slice() {
            [(id, Exponent::ONE)] => {
                if let Generator::Logarithm(value) = &*self.generators[*id].generator {
                    let value = value.clone();
                    return self.power_of_rational(&value, coefficient);
                }
            }
            [(first, Exponent::ONE), (second, Exponent::ONE)] => {
                let (first, second) = (&*self.generators[*first].generator, &*self.generators[*second].generator);
                match (first, second) {
                    (Generator::Imaginary, Generator::Pi) | (Generator::Pi, Generator::Imaginary) => {
                        return self.root_of_unity(coefficient);
                    }
                    (Generator::Imaginary, Generator::Function(function, values))
                    | (Generator::Function(function, values), Generator::Imaginary)
                        if coefficient.is_int() && matches!(function, Function::Arcsin | Function::Arctan) =>
                    {
                        let (function, value) = (*function, values[0].clone());
                        let unit = self.unit_of_arc(function, &value)?;
                        return self.power_of_rational(&unit, coefficient);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        let unit = Quotient::from(Polynomial::term(monomial.clone(), Rational::ONE));
        let id = self.intern(Generator::Exponential(unit))?;
        self.generator_power(id, Exponent::from_rational(coefficient)?)
    }

    /// e^(i arcsin(v)) = sqrt(1 - v^2) + i v, e^(i arctan(v)) = (1 + i v) / sqrt(1 + v^2).
    fn unit_of_arc(&mut self, function: Function, value: &Quotient) -> Result<Quotient, Obstacle> {
        let imaginary = self.imaginary()?;
        let turned = self.multiply(&imaginary, value)?;
        let square = self.multiply(value, value)?;
        if function == Function::Arcsin {
            let rest = self.subtract(&Quotient::one(), &square)?;
            let root = self.power_of_rational(&rest, &half())?;
            return self.add(&root, &turned);
        }
        let sum = self.add(&Quotient::one(), &square)?;
        let root = self.power_of_rational(&sum, &half())?;
        let numerator = self.add(&Quotient::one(), &turned)?;
        self.divide(&numerator, &root)
    }

    /// e^(i pi turns): in radicals for multiples of pi/12.
    pub(super) fn root_of_unity(&mut self, turns: &Rational) -> Result<Quotient, Obstacle> {
        let twelfths = turns * Rational::from(12);
        if !twelfths.is_int() {
            let turns = turns - Rational::from((turns * half()).floor() * IBig::from(2));
            let id = self.intern(Generator::HalfTurn)?;
            return self.generator_power(id, Exponent::from_rational(&turns)?);
        }
        let cosine = self.cosine_of_turns(turns)?.ok_or(Obstacle::Open)?;
        let sine = self.cosine_of_turns(&(half() - turns))?.ok_or(Obstacle::Open)?;
        let imaginary = self.imaginary()?;
        let sine = self.multiply(&imaginary, &sine)?;
        self.add(&cosine, &sine)
    }

    /// cos(pi turns) for multiples of pi/12 and pi/5.
    fn cosine_of_turns(&mut self, turns: &Rational) -> Result<Option<Quotient>, Obstacle> {
        // Into [0, 1], then into [0, 1/2] with a sign.
        let period = turns - Rational::from((turns * half()).floor() * IBig::from(2));
        let upper = if period > Rational::ONE { Rational::from(2) - period } else { period };
        let is_negative = upper > half();
        let turns = if is_negative { Rational::ONE - upper } else { upper };
        let root = |algebra: &mut Self, value: i64| algebra.power_of_rational(&Quotient::integer(value), &half());
        let sixtieths = (&turns * Rational::from(60)).to_int().value();
        if Rational::from(sixtieths.clone()) != &turns * Rational::from(60) {
            return Ok(None);
        }
        let (sum, divisor) = match i64::try_from(sixtieths).map_err(|_| Obstacle::Open)? {
            0 => (Quotient::one(), 1),
            5 => {
                let (six, two) = (root(self, 6)?, root(self, 2)?);
                (self.add(&six, &two)?, 4)
            }
            10 => (root(self, 3)?, 2),
            12 => {
                let five = root(self, 5)?;
                (self.add(&five, &Quotient::one())?, 4)
            }
            15 => (root(self, 2)?, 2),
            20 => (Quotient::one(), 2),
            24 => {
                let five = root(self, 5)?;
                (self.subtract(&five, &Quotient::one())?, 4)
            }
            25 => {
                let (six, two) = (root(self, 6)?, root(self, 2)?);
                (self.subtract(&six, &two)?, 4)
            }
            30 => (Quotient::zero(), 1),
            _ => return Ok(None),
        };
        let factor = Rational::from_parts(if is_negative { (-1).into() } else { 1.into() }, UBig::from(divisor as u64));
        self.scale(&sum, &factor).map(Some)
    }

    /// The angle in half turns, where it is a rational multiple of pi.
    fn turns(&mut self, angle: &Quotient) -> Result<Option<Rational>, Obstacle> {
        if angle.is_zero() {
            return Ok(Some(Rational::ZERO));
        }
        let Some((monomial, coefficient)) = angle.as_polynomial().and_then(Polynomial::as_term) else {
            return Ok(None);
        };
        match monomial.0.as_slice() {
            [(id, Exponent::ONE)] if *self.generators[*id].generator == Generator::Pi => Ok(Some(coefficient.clone())),
            _ => Ok(None),
        }
    }

    /// Sine and cosine.
    pub(super) fn sine_and_cosine(&mut self, angle: &Quotient) -> Result<(Quotient, Quotient), Obstacle> {
        if let Some(turns) = self.turns(angle)? {
            let cosine = self.cosine_of_turns(&turns)?;
            let sine = self.cosine_of_turns(&(half() - &turns))?;
            if let (Some(sine), Some(cosine)) = (sine, cosine) {
                return Ok((sine, cosine));
            }
        }
        let imaginary = self.imaginary()?;
        let exponent = self.multiply(&imaginary, angle)?;
        let forward = self.exponential(&exponent)?;
        let backward = self.exponential(&exponent.negate())?;
        let (sum, difference) = (self.add(&forward, &backward)?, self.subtract(&forward, &backward)?);
        let sine = self.multiply(&imaginary, &difference)?;
        Ok((self.scale(&sine, &-half())?, self.scale(&sum, &half())?))
    }

    /// Sine alone: also of the multiples of pi/10 the cosine of which is no sum of square roots.
    pub(super) fn sine(&mut self, angle: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(turns) = self.turns(angle)?
            && let Some(sine) = self.cosine_of_turns(&(half() - &turns))?
        {
            return Ok(sine);
        }
        self.sine_and_cosine(angle).map(|(sine, _)| sine)
    }

    /// Cosine alone.
    pub(super) fn cosine(&mut self, angle: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(turns) = self.turns(angle)?
            && let Some(cosine) = self.cosine_of_turns(&turns)?
        {
            return Ok(cosine);
        }
        self.sine_and_cosine(angle).map(|(_, cosine)| cosine)
    }

    /// Hyperbolic sine and cosine.
    pub(super) fn hyperbolic(&mut self, value: &Quotient) -> Result<(Quotient, Quotient), Obstacle> {
        let (forward, backward) = (self.exponential(value)?, self.exponential(&value.negate())?);
        let (sum, difference) = (self.add(&forward, &backward)?, self.subtract(&forward, &backward)?);
        Ok((self.scale(&difference, &half())?, self.scale(&sum, &half())?))
    }

    /// Arcsine or arctangent.
    pub(super) fn arc(&mut self, function: Function, value: &Quotient) -> Result<Quotient, Obstacle> {
        if self.is_constant(value) {
            // The angles the sines and tangents of which are known, in half turns.
            for (above, below) in [(0, 1), (1, 12), (1, 10), (1, 6), (1, 5), (1, 4), (3, 10), (1, 3), (5, 12), (1, 2)] {
                let turns = Rational::from_parts(above.into(), UBig::from(below as u32));
                let pi = self.pi()?;
                let angle = self.scale(&pi, &turns)?;
                let known = match function {
                    Function::Arcsin => self.cosine_of_turns(&(half() - &turns))?,
                    _ if turns == half() => None,
                    _ => match (self.cosine_of_turns(&turns)?, self.cosine_of_turns(&(half() - &turns))?) {
                        (Some(cosine), Some(sine)) => Some(self.divide(&sine, &cosine)?),
                        _ => None,
                    },
                };
                let Some(known) = known else { continue };
                if self.subtract(value, &known)?.is_zero() {
                    return Ok(angle);
                }
                if self.add(value, &known)?.is_zero() {
                    return Ok(angle.negate());
                }
            }
        }
        let is_negative = value.numerator.leads_negative();
        let magnitude = if is_negative { value.negate() } else { value.clone() };
        let arc = self.generator(Generator::Function(function, vec![magnitude]))?;
        Ok(if is_negative { arc.negate() } else { arc })
    }

    /// The natural logarithm.
    pub(super) fn logarithm(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(value) = value.as_rational() {
            return self.logarithm_of_rational(&value);
        }
        if !self.is_plainly_real(value) {
            return Err(Obstacle::Open);
        }
        self.nested(|algebra| {
            let numerator_is_positive = algebra.is_surely_positive(&value.numerator)?;
            // Where one of the two is positive, so is the other wherever the logarithm is defined.
            let splits = value.denominator.is_one()
                || numerator_is_positive
                || algebra.is_surely_positive(&value.denominator)?;
            if !splits {
                return algebra.plain_logarithm(value);
            }
            let numerator = algebra.logarithm_of_polynomial(&value.numerator)?;
            if value.denominator.is_one() {
                return Ok(numerator);
            }
            let denominator = algebra.logarithm_of_polynomial(&value.denominator)?;
            algebra.subtract(&numerator, &denominator)
        })
    }

    fn is_surely_positive(&mut self, value: &Polynomial) -> Result<bool, Obstacle> {
        if self.is_positive(value) {
            return Ok(true);
        }
        Ok(self.is_constant_polynomial(value) && self.sign(value)? == Some(Ordering::Greater))
    }

    /// ln of a rational: a sum of logarithms of primes.
    pub(super) fn logarithm_of_rational(&mut self, value: &Rational) -> Result<Quotient, Obstacle> {
        if value.sign() == Sign::Negative || value.is_zero() {
            return Err(Obstacle::Open);
        }
        let mut sum = Quotient::zero();
        let (numerator, denominator) = absolute(value).into_parts();
        let numerator = UBig::try_from(numerator).map_err(|_| Obstacle::Open)?;
        for (side, sign) in [(numerator, 1), (denominator, -1)] {
            for factor in factors(&side, self.budget)? {
                let prime = Quotient::rational(factor.value.into());
                let logarithm = self.generator(Generator::Logarithm(prime))?;
                let logarithm = self.scale(&logarithm, &Rational::from(sign * factor.count))?;
                sum = self.add(&sum, &logarithm)?;
            }
        }
        Ok(sum)
    }

    fn logarithm_of_polynomial(&mut self, value: &Polynomial) -> Result<Quotient, Obstacle> {
        if self.is_constant_polynomial(value) && self.sign(value)? == Some(Ordering::Less) {
            return Err(Obstacle::Open);
        }
        let content = value.content(self.budget)?;
        let mut sum = self.logarithm_of_rational(&content)?;
        let mut rest = value.scale(&bounded::invert(&content), self.budget)?;
        for (id, exponent) in rest.common_monomial()?.0 {
            let entry = &self.generators[id];
            let is_positive = entry.is_positive || exponent.parts().1 % 2 == 0;
            let is_even = exponent.is_even() && entry.relation.is_none();
            if !is_positive && !is_even {
                continue;
            }
            let inverse = Polynomial::term(Monomial::of(id, exponent.negate()?), Rational::ONE);
            rest = self.multiply_polynomials(&rest, &inverse)?;
            let generator = self.generator_power(id, Exponent::ONE)?;
            let generator = if is_positive { generator } else { self.absolute(&generator)? };
            let logarithm = self.plain_logarithm(&generator)?;
            let logarithm = self.scale(&logarithm, &exponent.to_rational())?;
            sum = self.add(&sum, &logarithm)?;
        }
        if rest.is_one() {
            return Ok(sum);
        }
        // A power of one generator is positive where the generator is.
        let last = match rest.as_term() {
            Some((monomial, coefficient)) if coefficient.is_one() && monomial.0.len() == 1 => {
                let (id, exponent) = monomial.0[0];
                let generator = self.generator_power(id, Exponent::ONE)?;
                let logarithm = self.plain_logarithm(&generator)?;
                self.scale(&logarithm, &exponent.to_rational())?
            }
            _ => self.plain_logarithm(&rest.into())?,
        };
        self.add(&sum, &last)
    }

    /// The logarithm of something as a generator, but for exponentials and numbers.
    pub(super) fn plain_logarithm(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(value) = value.as_rational() {
            return self.logarithm_of_rational(&value);
        }
        if let Some((monomial, coefficient)) = value.as_polynomial().and_then(Polynomial::as_term)
            && let ([(id, Exponent::ONE)], true) = (monomial.0.as_slice(), coefficient.is_one())
            && let Generator::Exponential(exponent) = &*self.generators[*id].generator
        {
            return Ok(exponent.clone());
        }
        self.generator(Generator::Logarithm(value.clone()))
    }
}
