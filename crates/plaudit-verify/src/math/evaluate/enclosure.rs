//! Complex numbers: rectangles of two real numbers. A real number is one whose imaginary part is known to be 0.

use super::Obstacle;
use super::real::{Arithmetic, Real};
use crate::Rational;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, UnsignedAbs};
use std::cmp::Ordering;

/// A complex number within bounds: its true value lies inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    pub(crate) re: Real,
    pub(crate) im: Real,
}

impl From<Real> for Enclosure {
    fn from(re: Real) -> Self {
        Self { re, im: Real::ZERO }
    }
}

impl Enclosure {
    /// The number, where it is known to be real.
    pub(crate) fn real(&self) -> Option<&Real> {
        if self.im.is_zero() { Some(&self.re) } else { None }
    }

    /// The number, where it is known to be an integer.
    pub(crate) fn exact_integer(&self) -> Option<&IBig> {
        self.real().and_then(Real::exact_integer)
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.re.is_zero() && self.im.is_zero()
    }

    pub(crate) fn imaginary_unit() -> Self {
        Self { re: Real::ZERO, im: Real::ONE }
    }

    /// Its distance from 1 in size, in bits: that of the larger part.
    pub(crate) fn exponent(&self) -> u64 {
        self.re.exponent().max(self.im.exponent())
    }
}

/// Functions of complex numbers that have a real value where the argument is real take that path.
impl Arithmetic<'_> {
    pub(crate) fn complex_negate(&self, z: &Enclosure) -> Enclosure {
        Enclosure { re: self.negate(&z.re), im: self.negate(&z.im) }
    }

    pub(crate) fn complex_add(&mut self, a: &Enclosure, b: &Enclosure) -> Result<Enclosure, Obstacle> {
        Ok(Enclosure { re: self.add(&a.re, &b.re)?, im: self.add(&a.im, &b.im)? })
    }

    pub(crate) fn complex_subtract(&mut self, a: &Enclosure, b: &Enclosure) -> Result<Enclosure, Obstacle> {
        self.complex_add(a, &self.complex_negate(b))
    }

    pub(crate) fn complex_multiply(&mut self, a: &Enclosure, b: &Enclosure) -> Result<Enclosure, Obstacle> {
        let (first, second) = (self.multiply(&a.re, &b.re)?, self.multiply(&a.im, &b.im)?);
        let (third, fourth) = (self.multiply(&a.re, &b.im)?, self.multiply(&a.im, &b.re)?);
        Ok(Enclosure { re: self.subtract(&first, &second)?, im: self.add(&third, &fourth)? })
    }

    pub(crate) fn complex_divide(&mut self, a: &Enclosure, b: &Enclosure) -> Result<Enclosure, Obstacle> {
        if let Some(divisor) = b.real() {
            return Ok(Enclosure { re: self.divide(&a.re, divisor)?, im: self.divide(&a.im, divisor)? });
        }
        let square = self.squared_modulus(b)?;
        let conjugate = Enclosure { re: b.re.clone(), im: self.negate(&b.im) };
        let product = self.complex_multiply(a, &conjugate)?;
        Ok(Enclosure { re: self.divide(&product.re, &square)?, im: self.divide(&product.im, &square)? })
    }

    fn square(&mut self, x: &Real) -> Result<Real, Obstacle> {
        match x {
            Real::Exact(_) => self.multiply(x, x),
            Real::Within(bounds) => {
                let square = bounds.squared(self.bits);
                self.pay(1)?;
                self.real(square)
            }
        }
    }

    fn squared_modulus(&mut self, z: &Enclosure) -> Result<Real, Obstacle> {
        let (re, im) = (self.square(&z.re)?, self.square(&z.im)?);
        self.add(&re, &im)
    }

    /// |z|.
    pub(crate) fn modulus(&mut self, z: &Enclosure) -> Result<Real, Obstacle> {
        if let Some(x) = z.real() {
            return Ok(self.absolute(x));
        }
        let square = self.squared_modulus(z)?;
        self.square_root(&square)
    }

    pub(crate) fn complex_exp(&mut self, z: &Enclosure) -> Result<Enclosure, Obstacle> {
        let size = self.exp(&z.re)?;
        let (sine, cosine) = self.sin_cos(&z.im)?;
        Ok(Enclosure { re: self.multiply(&size, &cosine)?, im: self.multiply(&size, &sine)? })
    }

    /// The principal logarithm. Of a negative number it is not real, which is noted.
    pub(crate) fn complex_ln(&mut self, z: &Enclosure) -> Result<Enclosure, Obstacle> {
        if z.is_zero() {
            return Err(Obstacle::Undefined("the logarithm of 0"));
        }
        let size = self.modulus(z)?;
        let angle = self.angle(&z.re, &z.im)?;
        if z.real().is_some() && !angle.is_zero() {
            self.left_the_reals = true;
        }
        Ok(Enclosure { re: self.ln(&size)?, im: angle })
    }

    /// The logarithm to a base; exactly where it is an integer.
    pub(crate) fn logarithm(&mut self, base: &Enclosure, z: &Enclosure) -> Result<Enclosure, Obstacle> {
        let (divisor, dividend) = (self.complex_ln(base)?, self.complex_ln(z)?);
        let quotient = self.complex_divide(&dividend, &divisor)?;
        if let (Some(Real::Exact(_)), Some(Real::Exact(_)), Some(value)) = (base.real(), z.real(), quotient.real()) {
            let shifted = self.add(value, &Real::Exact(Rational::from_parts(1.into(), 2_u8.into())))?;
            // Half integers, such as log_4(8), have bounds on both sides of the next integer.
            if let Ok(nearest) = self.floor(&shifted).map(Enclosure::from)
                && self.complex_power(base, &nearest)? == *z
            {
                return Ok(nearest);
            }
        }
        Ok(quotient)
    }

    /// The principal square root. Of a negative number it is not real, which is noted.
    pub(crate) fn complex_square_root(&mut self, z: &Enclosure) -> Result<Enclosure, Obstacle> {
        if let Some(x) = z.real() {
            return match x.sign() {
                Some(Ordering::Less) => {
                    self.left_the_reals = true;
                    Ok(Enclosure { re: Real::ZERO, im: self.square_root(&self.negate(x))? })
                }
                Some(_) => Ok(self.square_root(x)?.into()),
                None => Err(Obstacle::Undecided("whether a radicand is negative")),
            };
        }
        // With r = |z|: sqrt((r + x)/2) and sqrt((r - x)/2), of which the larger is computed and the other follows from y.
        let size = self.modulus(z)?;
        let mirrored = z.re.sign() == Some(Ordering::Less);
        let along = if mirrored { self.negate(&z.re) } else { z.re.clone() };
        let sum = self.add(&size, &along)?;
        let half = self.divide(&sum, &Real::integer(2))?;
        let larger = self.square_root(&half)?;
        let double = self.multiply(&larger, &Real::integer(2))?;
        let smaller = self.divide(&z.im, &double)?;
        if !mirrored {
            return Ok(Enclosure { re: larger, im: smaller });
        }
        match z.im.sign() {
            None => Err(Obstacle::Undecided("on which side of a branch cut a number lies")),
            Some(Ordering::Less) => Ok(Enclosure { re: self.negate(&smaller), im: self.negate(&larger) }),
            Some(_) => Ok(Enclosure { re: smaller, im: larger }),
        }
    }

    /// z^power by repeated squaring.
    fn complex_integer_power(&mut self, z: &Enclosure, power: &IBig) -> Result<Enclosure, Obstacle> {
        if let Some(x) = z.real() {
            return Ok(self.integer_power(x, power)?.into());
        }
        let magnitude = u64::try_from(power.unsigned_abs()).map_err(|_| Obstacle::TOO_LARGE)?;
        let mut result = Enclosure::from(Real::ONE);
        for position in (0..64 - magnitude.leading_zeros()).rev() {
            result = self.complex_multiply(&result, &result)?;
            if magnitude >> position & 1 == 1 {
                result = self.complex_multiply(&result, z)?;
            }
        }
        if *power >= IBig::ZERO { Ok(result) } else { self.complex_divide(&Real::ONE.into(), &result) }
    }

    /// base^exponent: an integer power; of a negative real number and a fraction with an odd denominator the real root's power, so that
    /// (-8)^(1/3) is -2; else the principal value, e^(exponent ln base).
    pub(crate) fn complex_power(&mut self, base: &Enclosure, exponent: &Enclosure) -> Result<Enclosure, Obstacle> {
        if let Some(power) = exponent.exact_integer() {
            return self.complex_integer_power(base, power);
        }
        if base.is_zero() {
            return match exponent.re.sign() {
                Some(Ordering::Greater) => Ok(Real::ZERO.into()),
                Some(_) => Err(Obstacle::DIVISION_BY_ZERO),
                None => Err(Obstacle::Undecided("whether an exponent of 0 is positive")),
            };
        }
        if let (Some(base), Some(exponent)) = (base.real(), exponent.real()) {
            if let Some(value) = exponent.exact()
                && let Ok(index) = u64::try_from(value.denominator())
            {
                let numerator = value.numerator().clone();
                match base.sign() {
                    Some(Ordering::Less) if index % 2 == 1 => {
                        let root = self.positive_root(&self.negate(base), index)?;
                        return Ok(self.integer_power(&self.negate(&root), &numerator)?.into());
                    }
                    Some(Ordering::Less) if index == 2 => {
                        let root = self.complex_square_root(&base.clone().into())?;
                        return self.complex_integer_power(&root, &numerator);
                    }
                    Some(Ordering::Greater) if index == 2 || numerator.bit_len() <= 16 => {
                        let root = self.positive_root(base, index)?;
                        return Ok(self.integer_power(&root, &numerator)?.into());
                    }
                    _ => {}
                }
            }
            if base.sign() == Some(Ordering::Greater) {
                let logarithm = self.ln(base)?;
                let product = self.multiply(exponent, &logarithm)?;
                return Ok(self.exp(&product)?.into());
            }
        }
        if base.real().is_some() && exponent.real().is_some_and(|exponent| exponent.exact().is_none()) {
            // It may be a fraction with an odd denominator, for all that its bounds say.
            return Err(Obstacle::Undecided("which root of a negative number is meant"));
        }
        let logarithm = self.complex_ln(base)?;
        let product = self.complex_multiply(exponent, &logarithm)?;
        self.complex_exp(&product)
    }

    /// The root with an index: of a negative real number with an odd index the real one.
    pub(crate) fn complex_root(&mut self, radicand: &Enclosure, index: &Enclosure) -> Result<Enclosure, Obstacle> {
        if index.exact_integer().is_some_and(|index| *index == IBig::from(2)) {
            return self.complex_square_root(radicand);
        }
        let exponent = self.complex_divide(&Real::ONE.into(), index)?;
        self.complex_power(radicand, &exponent)
    }

    /// Sine and cosine: (sin x cosh y, cos x sinh y) and (cos x cosh y, -sin x sinh y).
    pub(crate) fn complex_sin_cos(&mut self, z: &Enclosure) -> Result<(Enclosure, Enclosure), Obstacle> {
        let (sine, cosine) = self.sin_cos(&z.re)?;
        if z.real().is_some() {
            return Ok((sine.into(), cosine.into()));
        }
        let (sinh, cosh) = self.sinh_cosh(&z.im)?;
        let product = self.multiply(&sine, &sinh)?;
        Ok((
            Enclosure { re: self.multiply(&sine, &cosh)?, im: self.multiply(&cosine, &sinh)? },
            Enclosure { re: self.multiply(&cosine, &cosh)?, im: self.negate(&product) },
        ))
    }

    /// sinh and cosh, from e^z and e^-z.
    pub(crate) fn complex_sinh_cosh(&mut self, z: &Enclosure) -> Result<(Enclosure, Enclosure), Obstacle> {
        if let Some(x) = z.real() {
            let (sinh, cosh) = self.sinh_cosh(x)?;
            return Ok((sinh.into(), cosh.into()));
        }
        let two = Enclosure::from(Real::integer(2));
        let growing = self.complex_exp(z)?;
        let shrinking = self.complex_exp(&self.complex_negate(z))?;
        let (difference, sum) = (self.complex_subtract(&growing, &shrinking)?, self.complex_add(&growing, &shrinking)?);
        Ok((self.complex_divide(&difference, &two)?, self.complex_divide(&sum, &two)?))
    }
}
