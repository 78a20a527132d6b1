//! Powers, roots and absolute values.
//!
//! Roots are real where they can be: an odd root of a negative number is negative, and sqrt(x^2) = |x|. A product under a root is
//! taken apart only where that holds for all values at which the root is defined.

use super::algebra::{Algebra, Obstacle};
use super::bounded;
use super::exponent::Exponent;
use super::factor::factors;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use dashu_int::{Sign, UBig};
use std::cmp::Ordering;

impl Algebra<'_> {
    /// `base^exponent`.
    pub(super) fn power(&mut self, base: &Quotient, exponent: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(exponent) = exponent.as_rational() {
            if base.is_zero() && exponent.is_zero() {
                return Err(Obstacle::Open);
            }
            return self.nested(|algebra| algebra.power_of_rational(base, &exponent));
        }
        if base.is_one() {
            return Ok(Quotient::one());
        }
        if base.is_zero() || !self.is_plainly_real(base) {
            return Err(Obstacle::Open);
        }
        self.nested(|algebra| match base.as_polynomial().and_then(Polynomial::as_term) {
            None => {
                let logarithm = algebra.logarithm(base)?;
                let product = algebra.multiply(&logarithm, exponent)?;
                algebra.exponential(&product)
            }
            Some((monomial, coefficient)) => {
                let mut product = Quotient::one();
                let mut sum = algebra.logarithm_of_rational(&absolute(coefficient))?;
                if coefficient.sign() == Sign::Negative {
                    product = algebra.alternating(exponent)?;
                }
                for (id, own) in &monomial.0 {
                    let generator = algebra.generator_power(*id, Exponent::ONE)?;
                    let logarithm = algebra.plain_logarithm(&generator)?;
                    let logarithm = algebra.scale(&logarithm, &own.to_rational())?;
                    sum = algebra.add(&sum, &logarithm)?;
                }
                let sum = algebra.multiply(&sum, exponent)?;
                let power = algebra.exponential(&sum)?;
                algebra.multiply(&product, &power)
            }
        })
    }

    /// (-1)^exponent for an integer exponent that is not known.
    fn alternating(&mut self, exponent: &Quotient) -> Result<Quotient, Obstacle> {
        let Some(polynomial) = exponent.as_polynomial() else { return Err(Obstacle::Open) };
        let mut product = Quotient::one();
        for (monomial, coefficient) in polynomial.clone().0 {
            let factor = match (monomial.is_one(), coefficient.is_int()) {
                (true, true) => Quotient::rational(bounded::power(
                    &Rational::NEG_ONE,
                    i64::from(bounded::is_odd(coefficient.numerator())),
                    self.budget,
                )?),
                (true, false) => self.root_of_unity(&coefficient)?,
                (false, _) => {
                    let inverse = Rational::from_parts(1.into(), coefficient.denominator().clone());
                    let unit = Quotient::from(Polynomial::term(monomial, inverse));
                    let id = self.intern(Generator::Alternating(unit))?;
                    let odd = bounded::is_odd(coefficient.numerator());
                    self.generator_power(id, Exponent::integer(i64::from(odd)))?
                }
            };
            product = self.multiply(&product, &factor)?;
        }
        Ok(product)
    }

    /// `base^exponent` for a rational exponent.
    pub(super) fn power_of_rational(&mut self, base: &Quotient, exponent: &Rational) -> Result<Quotient, Obstacle> {
        let (count, index) = Exponent::from_rational(exponent)?.parts();
        if index == 1 {
            return self.power_of_integer(base, count);
        }
        if base.is_zero() {
            return if count > 0 { Ok(Quotient::zero()) } else { Err(Obstacle::Open) };
        }
        if let Some(value) = base.as_rational() {
            return self.root_of_number(&value, exponent);
        }
        match base.as_polynomial() {
            Some(polynomial) => self.root_of_polynomial(polynomial, exponent),
            None if index % 2 == 1 || self.is_positive(&base.denominator) => {
                let numerator = self.root_of_polynomial(&base.numerator, exponent)?;
                let denominator = self.root_of_polynomial(&base.denominator, exponent)?;
                self.divide(&numerator, &denominator)
            }
            // (n / d)^(a/b) = (n d^(b-1))^(a/b) / |d|^a for an even b.
            None => {
                let rest = self.power_of_integer(&base.denominator.clone().into(), index - 1)?;
                let radicand = self.multiply(&base.numerator.clone().into(), &rest)?;
                let root = self.power_of_rational(&radicand, exponent)?;
                let denominator = self.absolute(&base.denominator.clone().into())?;
                let denominator = self.power_of_integer(&denominator, count)?;
                self.divide(&root, &denominator)
            }
        }
    }

    /// `value^exponent` where the exponent is no integer.
    fn root_of_number(&mut self, value: &Rational, exponent: &Rational) -> Result<Quotient, Obstacle> {
        let magnitude = absolute(value);
        let root = self.root_of_positive(&magnitude, exponent)?;
        if value.sign() == Sign::Positive {
            return Ok(root);
        }
        let (count, index) = Exponent::from_rational(exponent)?.parts();
        let unit = match index % 2 {
            1 => Quotient::integer(if count % 2 == 0 { 1 } else { -1 }),
            _ => self.root_of_unity(exponent)?,
        };
        self.multiply(&unit, &root)
    }

    fn root_of_positive(&mut self, value: &Rational, exponent: &Rational) -> Result<Quotient, Obstacle> {
        let exponent = Exponent::from_rational(exponent)?;
        let mut powers = Vec::new();
        let sides = [(UBig::try_from(value.numerator().clone()), 1), (Ok(value.denominator().clone()), -1)];
        for (side, sign) in sides {
            let side = side.map_err(|_| Obstacle::Open)?;
            for factor in factors(&side, self.budget)? {
                let id = self.intern(Generator::Prime(factor.value, factor.is_prime))?;
                powers.push((id, exponent.multiply(Exponent::integer(sign * factor.count))?));
            }
        }
        powers.sort_unstable_by_key(|(id, _)| *id);
        self.term(Monomial(powers), Rational::ONE)
    }

    fn root_of_polynomial(&mut self, base: &Polynomial, exponent: &Rational) -> Result<Quotient, Obstacle> {
        if base.is_one() {
            return Ok(Quotient::one());
        }
        if !self.is_real(base)? {
            return Err(Obstacle::Open);
        }
        let small = Exponent::from_rational(exponent)?;
        let (count, index) = small.parts();
        let content = base.content(self.budget)?;
        let mut base = base.scale(&bounded::invert(&content), self.budget)?;
        let mut root = self.root_of_positive(&content, exponent)?;
        if index % 2 == 1 && base.leads_negative() {
            base = base.negate();
            root = self.scale(&root, &Rational::from(if count % 2 == 0 { 1 } else { -1 }))?;
        }
        let lone = self.lone_odd_generator(&base);
        for (id, power) in base.common_monomial()?.0 {
            if lone == Some(id) {
                base = self
                    .multiply_polynomials(&base, &Polynomial::term(Monomial::of(id, power.negate()?), Rational::ONE))?;
                let factor = self.generator_power(id, power.multiply(small)?)?;
                root = self.multiply(&root, &factor)?;
                continue;
            }
            let Some(outside) = self.outside(id, power, index)? else { continue };
            base = self
                .multiply_polynomials(&base, &Polynomial::term(Monomial::of(id, outside.negate()?), Rational::ONE))?;
            let factor = self.root_of_power(id, outside, small, index)?;
            root = self.multiply(&root, &factor)?;
        }
        if base.is_one() {
            return Ok(root);
        }
        if let Some(value) = base.as_rational() {
            let rest = self.root_of_number(&value, exponent)?;
            return self.multiply(&root, &rest);
        }
        let rest = self.root_of_rest(base, exponent)?;
        self.multiply(&root, &rest)
    }

    /// The only generator of a product that may be negative: an even root of the product is defined where it is not.
    fn lone_odd_generator(&self, base: &Polynomial) -> Option<Id> {
        let (monomial, coefficient) = base.as_term()?;
        let is_safe = |(id, exponent): &(Id, Exponent)| {
            self.generators[*id].is_positive || exponent.is_even() || exponent.parts().1 % 2 == 0
        };
        let mut unsafe_ones = monomial.0.iter().filter(|power| !is_safe(power));
        let (id, _) = unsafe_ones.next()?;
        let entry = &self.generators[*id];
        let is_lone = unsafe_ones.next().is_none() && coefficient.sign() == Sign::Positive;
        (is_lone && entry.is_real && entry.relation.is_none()).then_some(*id)
    }

    /// How much of a generator's exponent may leave a root of this index, if any.
    fn outside(&self, id: Id, power: Exponent, index: i64) -> Result<Option<Exponent>, Obstacle> {
        let entry = &self.generators[id];
        let is_positive = entry.is_positive || (entry.is_real && power.parts().1 % 2 == 0);
        if is_positive || (entry.is_real && entry.relation.is_none() && (index % 2 == 1 || power.is_even())) {
            return Ok(Some(power));
        }
        if !entry.is_real || entry.relation.is_some() {
            return Ok(None);
        }
        // The even part of an odd exponent.
        let (count, _) = power.divide(2)?;
        Ok((count != 0).then(|| Exponent::integer(2 * count)))
    }

    /// (g^power)^exponent for what [`Self::outside`] said.
    fn root_of_power(&mut self, id: Id, power: Exponent, exponent: Exponent, index: i64) -> Result<Quotient, Obstacle> {
        let product = power.multiply(exponent)?;
        if index % 2 == 0 && !self.generators[id].is_positive && power.is_even() {
            let generator = self.generator_power(id, Exponent::ONE)?;
            let magnitude = self.absolute(&generator)?;
            return self.power_of_rational(&magnitude, &product.to_rational());
        }
        self.generator_power(id, product)
    }

    /// A root of what neither a number nor a generator could be taken out of.
    fn root_of_rest(&mut self, base: Polynomial, exponent: &Rational) -> Result<Quotient, Obstacle> {
        let small = Exponent::from_rational(exponent)?;
        let (_, index) = small.parts();
        if index % 2 == 0 {
            let root = match self.square_root(&base)? {
                Some(root) => Some(root),
                None => self.denested(&base)?,
            };
            if let Some(root) = root {
                let magnitude = self.absolute(&root)?;
                let twice = bounded::multiply(exponent, &Rational::from(2), self.budget)?;
                return self.power_of_rational(&magnitude, &twice);
            }
            if self.is_constant_polynomial(&base) && self.sign(&base)? == Some(Ordering::Less) {
                let opposite = self.root_of_rest(base.negate(), exponent)?;
                let unit = self.root_of_unity(exponent)?;
                return self.multiply(&unit, &opposite);
            }
        }
        let id = self.intern(Generator::Radicand(base))?;
        self.generator_power(id, small)
    }

    /// A polynomial with this square, where there is one.
    fn square_root(&mut self, square: &Polynomial) -> Result<Option<Quotient>, Obstacle> {
        let half = Exponent::from_rational(&Rational::from_parts(1.into(), 2_u8.into()))?;
        let (Some((first, leading)), Some((last, _))) = (square.0.first(), square.0.last()) else { return Ok(None) };
        let related = |id: Id| self.generators[id].relation.is_some();
        if square.ids().any(related) || square.0.len() < 3 {
            return Ok(None);
        }
        let whole = |monomial: &Monomial| monomial.0.iter().all(|(_, exponent)| exponent.is_even());
        let Some(leading) = root_of_square(leading) else { return Ok(None) };
        if !whole(first) || !whole(last) {
            return Ok(None);
        }
        let first = first.power(half)?;
        let last = last.power(half)?;
        let mut root = Polynomial::term(first.clone(), leading.clone());
        let divisor = bounded::invert(&(leading * Rational::from(2)));
        let inverse = first.power(Exponent::integer(-1))?;
        loop {
            let product = self.multiply_polynomials(&root, &root)?;
            let rest = square.add(&product.negate(), self.budget)?;
            let Some((monomial, coefficient)) = rest.0.first() else { return Ok(Some(root.into())) };
            let monomial = monomial.multiply(&inverse)?;
            // Terms descend, down to the root of the last one, and are fewer than those of the square.
            if monomial < last
                || root.0.last().is_some_and(|(lowest, _)| monomial >= *lowest)
                || root.0.len() > square.0.len()
            {
                return Ok(None);
            }
            let coefficient = bounded::multiply(coefficient, &divisor, self.budget)?;
            root.0.push((monomial, coefficient));
        }
    }

    /// sqrt(a + b) = sqrt((a + d) / 2) +- sqrt((a - d) / 2) for rational a, b^2 and d, where d^2 = a^2 - b^2.
    fn denested(&mut self, base: &Polynomial) -> Result<Option<Quotient>, Obstacle> {
        let [first, second] = base.0.as_slice() else { return Ok(None) };
        let (surd, rational) = match (first.0.is_one(), second.0.is_one()) {
            (false, true) => (first, &second.1),
            (true, false) => (second, &first.1),
            _ => return Ok(None),
        };
        let surd = Polynomial::term(surd.0.clone(), surd.1.clone());
        if !self.is_constant_polynomial(&surd) || rational.sign() == Sign::Negative {
            return Ok(None);
        }
        let Some(square) = self.multiply_polynomials(&surd, &surd)?.as_rational() else { return Ok(None) };
        let difference = bounded::add(&bounded::multiply(rational, rational, self.budget)?, &-square, self.budget)?;
        if difference.sign() == Sign::Negative {
            return Ok(None);
        }
        let Some(root) = root_of_square(&difference) else { return Ok(None) };
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let larger = self.root_of_number(&((rational + &root) * &half), &half)?;
        let smaller = self.root_of_number(&((rational - &root) * &half), &half)?;
        let smaller = if surd.leads_negative() { smaller.negate() } else { smaller };
        self.add(&larger, &smaller).map(Some)
    }

    /// The absolute value.
    pub(super) fn absolute(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(value) = value.as_rational() {
            return Ok(Quotient::rational(absolute(&value)));
        }
        self.nested(|algebra| {
            let numerator = algebra.absolute_of_polynomial(&value.numerator)?;
            if value.denominator.is_one() {
                return Ok(numerator);
            }
            let denominator = algebra.absolute_of_polynomial(&value.denominator)?;
            algebra.divide(&numerator, &denominator)
        })
    }

    fn absolute_of_polynomial(&mut self, value: &Polynomial) -> Result<Quotient, Obstacle> {
        if self.is_positive(value) {
            return Ok(value.clone().into());
        }
        if !self.is_real(value)? {
            let conjugate = self.conjugate(value)?;
            let square = self.multiply(&value.clone().into(), &conjugate)?;
            return self.power_of_rational(&square, &Rational::from_parts(1.into(), 2_u8.into()));
        }
        if self.is_constant_polynomial(value) {
            match self.sign(value)? {
                Some(Ordering::Less) => return Ok(value.negate().into()),
                Some(_) => return Ok(value.clone().into()),
                None => {}
            }
        }
        let content = value.content(self.budget)?;
        let mut rest = value.scale(&bounded::invert(&content), self.budget)?;
        let mut product = Quotient::rational(content);
        let common = rest.common_monomial()?;
        for (id, exponent) in common.0 {
            let entry = &self.generators[id];
            if !entry.is_real || (entry.relation.is_some() && !entry.is_positive) {
                continue;
            }
            let is_positive = entry.is_positive || exponent.is_even() || exponent.parts().1 % 2 == 0;
            let inverse = Polynomial::term(Monomial::of(id, exponent.negate()?), Rational::ONE);
            rest = self.multiply_polynomials(&rest, &inverse)?;
            let factor = if is_positive {
                self.generator_power(id, exponent)?
            } else {
                let unit = Polynomial::term(Monomial::of(id, Exponent::ONE), Rational::ONE);
                let id = self.intern(Generator::Absolute(unit))?;
                self.generator_power(id, exponent)?
            };
            product = self.multiply(&product, &factor)?;
        }
        if rest.leads_negative() {
            rest = rest.negate();
        }
        if self.is_positive(&rest) {
            return self.multiply(&product, &rest.into());
        }
        let factor = self.generator(Generator::Absolute(rest))?;
        self.multiply(&product, &factor)
    }
}

pub(super) fn absolute(value: &Rational) -> Rational {
    if value.sign() == Sign::Negative { -value.clone() } else { value.clone() }
}

/// The positive root of a rational square.
fn root_of_square(value: &Rational) -> Option<Rational> {
    let numerator = UBig::try_from(value.numerator().clone()).ok()?;
    let (above, below) = (numerator.nth_root(2), value.denominator().nth_root(2));
    (&above * &above == numerator && &below * &below == *value.denominator())
        .then(|| Rational::from_parts(above.into(), below))
}
