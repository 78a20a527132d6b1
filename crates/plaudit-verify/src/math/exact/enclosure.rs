//! Signs and integer parts of constants: enclosures in fixed point, which are exact where they decide.

use super::algebra::{Algebra, Obstacle};
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use dashu_float::FBig;
use dashu_float::round::mode::Down;
use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;

/// Lower and upper bound in units of 2^-bits.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Enclosure {
    low: IBig,
    high: IBig,
}

/// Precisions that are tried, in bits.
const PRECISIONS: [usize; 3] = [64, 256, 1024];

impl Algebra<'_> {
    /// The sign of a real constant: `None` where no enclosure told it from zero.
    pub(super) fn sign(&mut self, value: &Polynomial) -> Result<Option<Ordering>, Obstacle> {
        if value.is_zero() {
            return Ok(Some(Ordering::Equal));
        }
        for bits in PRECISIONS {
            let Some(enclosure) = self.enclose(value, bits)? else { return Ok(None) };
            if enclosure.low > IBig::ZERO {
                return Ok(Some(Ordering::Greater));
            }
            if enclosure.high < IBig::ZERO {
                return Ok(Some(Ordering::Less));
            }
        }
        Ok(None)
    }

    /// Which of two real constants is the larger one, where that is found.
    pub(super) fn order(&mut self, left: &Quotient, right: &Quotient) -> Result<Option<Ordering>, Obstacle> {
        let difference = self.subtract(left, right)?;
        let (Some(above), Some(below)) = (self.sign(&difference.numerator)?, self.sign(&difference.denominator)?)
        else {
            return Ok(None);
        };
        Ok(Some(if below == Ordering::Less { above.reverse() } else { above }))
    }

    /// The greatest integer that is not above a real constant, where that is found.
    pub(super) fn floor_of_constant(&mut self, value: &Quotient) -> Result<Option<IBig>, Obstacle> {
        for bits in PRECISIONS {
            let (Some(above), Some(below)) =
                (self.enclose(&value.numerator, bits)?, self.enclose(&value.denominator, bits)?)
            else {
                return Ok(None);
            };
            let Some(inverse) = below.invert(bits) else { continue };
            let quotient = above.multiply(&inverse, bits);
            let (low, high) = (quotient.low >> bits, quotient.high >> bits);
            if low == high {
                return Ok(Some(low));
            }
        }
        Ok(None)
    }

    fn enclose(&mut self, value: &Polynomial, bits: usize) -> Result<Option<Enclosure>, Obstacle> {
        let mut sum = Enclosure::exact(IBig::ZERO);
        for (monomial, coefficient) in &value.0 {
            let mut product = Enclosure::rational(coefficient, bits);
            for (id, exponent) in &monomial.0 {
                let Some(factor) = self.enclose_power(*id, *exponent, bits)? else { return Ok(None) };
                product = product.multiply(&factor, bits);
            }
            sum = Enclosure { low: sum.low + product.low, high: sum.high + product.high };
        }
        Ok(Some(sum))
    }

    fn enclose_power(&mut self, id: Id, exponent: Exponent, bits: usize) -> Result<Option<Enclosure>, Obstacle> {
        let words = (bits / 64) as u64;
        self.budget.take(20 * words * words)?;
        let Some(base) = self.enclose_generator(id, bits)? else { return Ok(None) };
        let (count, index) = exponent.parts();
        let (Ok(size), Ok(index)) = (usize::try_from(count.unsigned_abs()), usize::try_from(index)) else {
            return Ok(None);
        };
        // So that no intermediate power has more than a few thousand bits.
        if size > 64 || index > 64 || size + index > 16 && bits > 256 {
            return Ok(None);
        }
        self.budget.take((size + index) as u64 * (size + index) as u64 * words * words)?;
        let Some(root) = base.root(index, bits) else { return Ok(None) };
        let power = (0..size).fold(Enclosure::exact(IBig::ONE << bits), |power, _| power.multiply(&root, bits));
        Ok(if count < 0 { power.invert(bits) } else { Some(power) })
    }

    fn enclose_generator(&mut self, id: Id, bits: usize) -> Result<Option<Enclosure>, Obstacle> {
        let known = self.known(id);
        Ok(match &*known {
            Generator::Pi => Some(Enclosure::float(&FBig::<Down>::pi(bits + 8), bits)),
            Generator::Prime(value, _) => Some(Enclosure::exact(IBig::from(value.clone()) << bits)),
            Generator::Radicand(value) => self.nested(|algebra| algebra.enclose(value, bits))?,
            Generator::Absolute(value) => {
                let inner = self.nested(|algebra| algebra.enclose(value, bits))?;
                inner.filter(|inner| inner.low >= IBig::ZERO)
            }
            Generator::Exponential(value) if value.is_one() => Some(Enclosure::float(&FBig::<Down>::e(bits + 8), bits)),
            Generator::Logarithm(value) => match value.as_rational() {
                Some(value) if value.is_int() && value.sign() == Sign::Positive => {
                    let exact = FBig::<Down>::from(value.numerator().clone());
                    let wide = exact.with_precision(bits.max(256) + 8).value();
                    // Of a larger integer the float would not be exact.
                    let is_exact = wide.to_int().value() == *value.numerator();
                    is_exact.then(|| Enclosure::float(&wide.ln(), bits))
                }
                _ => None,
            },
            _ => None,
        })
    }
}

impl Enclosure {
    fn exact(value: IBig) -> Self {
        Self { low: value.clone(), high: value }
    }

    fn rational(value: &Rational, bits: usize) -> Self {
        let scaled = value * Rational::from(IBig::ONE << bits);
        Self { low: scaled.floor(), high: scaled.ceil() }
    }

    /// Around a number of a few integer bits that was rounded to eight bits more than `bits`.
    fn float(value: &FBig<Down>, bits: usize) -> Self {
        let scaled = (value.clone() << bits as isize).floor().to_int().value();
        Self { low: &scaled - IBig::ONE, high: scaled + IBig::from(2) }
    }

    fn multiply(&self, other: &Self, bits: usize) -> Self {
        let corners =
            [&self.low * &other.low, &self.low * &other.high, &self.high * &other.low, &self.high * &other.high];
        let low = corners.iter().min().cloned().unwrap_or_default();
        let high = corners.iter().max().cloned().unwrap_or_default();
        Self { low: low >> bits, high: (high >> bits) + IBig::ONE }
    }

    fn invert(&self, bits: usize) -> Option<Self> {
        if self.low <= IBig::ZERO && self.high >= IBig::ZERO {
            return None;
        }
        let one = IBig::ONE << (2 * bits);
        // Rounding is towards zero, so a unit to either side is enough.
        let (low, high) = (&one / &self.high, &one / &self.low);
        Some(Self { low: low - IBig::ONE, high: high + IBig::ONE })
    }

    /// The real root of something that is not negative.
    fn root(&self, index: usize, bits: usize) -> Option<Self> {
        if index == 1 {
            return Some(self.clone());
        }
        let shift = bits * (index - 1);
        let low = UBig::try_from(self.low.clone()).ok()? << shift;
        let high = UBig::try_from(self.high.clone()).ok()? << shift;
        Some(Self { low: low.nth_root(index).into(), high: IBig::from(high.nth_root(index)) + IBig::ONE })
    }
}
