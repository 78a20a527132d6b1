//! Real numbers as they are evaluated: exact while that is cheap, between bounds from there on.

use super::Obstacle;
use super::bounds::Bounds;
use crate::Rational;
use crate::math::Budget;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, UnsignedAbs};
use std::cmp::Ordering;

/// The most bits of numerator and denominator together of a fraction that is computed exactly.
pub(crate) const EXACT_BITS: usize = 1 << 14;

/// The largest exponent of two of a number.
const LARGEST_EXPONENT: i64 = 1 << 48;

/// A real number: its value, or bounds around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Real {
    /// The value itself.
    Exact(Rational),
    /// It lies inside.
    Within(Bounds),
}

impl Real {
    pub(crate) const ZERO: Self = Self::Exact(Rational::ZERO);
    pub(crate) const ONE: Self = Self::Exact(Rational::ONE);

    pub(crate) fn integer(value: i64) -> Self {
        Self::Exact(Rational::from(value))
    }

    /// Its value where that is known.
    pub(crate) fn exact(&self) -> Option<&Rational> {
        match self {
            Self::Exact(value) => Some(value),
            Self::Within(_) => None,
        }
    }

    /// Its value where that is known to be an integer.
    pub(crate) fn exact_integer(&self) -> Option<&IBig> {
        self.exact().filter(|value| value.is_int()).map(Rational::numerator)
    }

    /// Whether it is known to be 0.
    pub(crate) fn is_zero(&self) -> bool {
        self.exact().is_some_and(Rational::is_zero)
    }

    /// How it compares with 0. `None` where the bounds do not tell.
    pub(crate) fn sign(&self) -> Option<Ordering> {
        match self {
            Self::Exact(value) => Some(value.cmp(&Rational::ZERO)),
            Self::Within(bounds) => bounds.sign(),
        }
    }

    /// |log2|x||, about; 0 where 0 lies inside. Grows with the distance of x from 1 in size.
    pub(crate) fn exponent(&self) -> u64 {
        match self {
            Self::Exact(value) => (value.numerator().bit_len() as u64).abs_diff(value.denominator().bit_len() as u64),
            Self::Within(bounds) if bounds.sign().is_some() => bounds.top().unsigned_abs(),
            Self::Within(_) => 0,
        }
    }

    /// The least k with |x| < 2^k, or one more.
    pub(crate) fn top(&self) -> i64 {
        match self {
            Self::Exact(value) if value.is_zero() => i64::MIN / 2,
            Self::Exact(value) => value.numerator().bit_len() as i64 - value.denominator().bit_len() as i64 + 1,
            Self::Within(bounds) => bounds.top(),
        }
    }

    /// Numerator's and denominator's bits.
    fn size(&self) -> usize {
        self.exact().map_or(0, |value| value.numerator().bit_len() + value.denominator().bit_len())
    }
}

/// Arithmetic with a number of bits, on a budget.
#[derive(Debug)]
pub(crate) struct Arithmetic<'a> {
    /// The precision of bounds.
    pub(crate) bits: usize,
    /// What work is paid from.
    pub(crate) budget: &'a mut Budget,
    /// The size of what was evaluated, in bits: see [`super::compare()`].
    pub(crate) size: u64,
    /// Whether a function of real numbers had a value that is not real, such as the square root of a negative number.
    pub(crate) left_the_reals: bool,
}

impl<'a> Arithmetic<'a> {
    pub(crate) fn new(bits: usize, budget: &'a mut Budget) -> Self {
        Self { bits, budget, size: 0, left_the_reals: false }
    }

    /// Pays for so many products of numbers of the precision.
    pub(crate) fn pay(&mut self, products: usize) -> Result<(), Obstacle> {
        self.pay_at(self.bits, products)
    }

    fn pay_at(&mut self, bits: usize, products: usize) -> Result<(), Obstacle> {
        let words = bits / 64 + 1;
        Ok(self.budget.take((products * (16 + words * words / 6)) as u64)?)
    }

    /// Pays for an elementary function: about as many products as its series and its halvings have.
    pub(crate) fn pay_function(&mut self, bits: usize) -> Result<(), Obstacle> {
        self.pay_at(bits, 16 + 2 * bits.isqrt())
    }

    /// Whether the two may be computed with exactly; pays for it.
    fn stays_exact<'r>(&mut self, a: &'r Real, b: &'r Real) -> Result<Option<(&'r Rational, &'r Rational)>, Obstacle> {
        let (Real::Exact(left), Real::Exact(right)) = (a, b) else { return Ok(None) };
        let size = a.size() + b.size();
        if size > EXACT_BITS {
            return Ok(None);
        }
        let words = size / 64 + 1;
        self.budget.take((16 + words * words / 2) as u64)?;
        Ok(Some((left, right)))
    }

    /// Bounds of the precision around a number.
    pub(crate) fn bounds(&self, x: &Real) -> Bounds {
        match x {
            Real::Exact(value) => Bounds::rational(value, self.bits),
            Real::Within(bounds) => bounds.clone(),
        }
    }

    /// A number within bounds, where its size is within limits.
    pub(crate) fn real(&self, bounds: Bounds) -> Result<Real, Obstacle> {
        if bounds.sign() == Some(Ordering::Equal) {
            return Ok(Real::ZERO);
        }
        if bounds.top().abs() > LARGEST_EXPONENT { Err(Obstacle::TOO_LARGE) } else { Ok(Real::Within(bounds)) }
    }

    pub(crate) fn negate(&self, x: &Real) -> Real {
        match x {
            Real::Exact(value) => Real::Exact(-value.clone()),
            Real::Within(bounds) => Real::Within(bounds.clone().negative()),
        }
    }

    pub(crate) fn add(&mut self, a: &Real, b: &Real) -> Result<Real, Obstacle> {
        if a.is_zero() {
            return Ok(b.clone());
        }
        if b.is_zero() {
            return Ok(a.clone());
        }
        if let Some((a, b)) = self.stays_exact(a, b)? {
            return Ok(Real::Exact(a + b));
        }
        self.pay(1)?;
        self.real(self.bounds(a).plus(&self.bounds(b), self.bits))
    }

    pub(crate) fn subtract(&mut self, a: &Real, b: &Real) -> Result<Real, Obstacle> {
        self.add(a, &self.negate(b))
    }

    /// a b; 0 times whatever is 0.
    pub(crate) fn multiply(&mut self, a: &Real, b: &Real) -> Result<Real, Obstacle> {
        if a.is_zero() || b.is_zero() {
            return Ok(Real::ZERO);
        }
        if let Some((a, b)) = self.stays_exact(a, b)? {
            return Ok(Real::Exact(a * b));
        }
        self.pay(2)?;
        self.real(self.bounds(a).times(&self.bounds(b), self.bits))
    }

    /// a / b.
    pub(crate) fn divide(&mut self, a: &Real, b: &Real) -> Result<Real, Obstacle> {
        match b.sign() {
            Some(Ordering::Equal) => return Err(Obstacle::DIVISION_BY_ZERO),
            None => return Err(Obstacle::Undecided("whether a divisor is 0")),
            Some(_) => {}
        }
        if a.is_zero() {
            return Ok(Real::ZERO);
        }
        if let Some((a, b)) = self.stays_exact(a, b)? {
            return Ok(Real::Exact(a / b));
        }
        self.pay(4)?;
        self.real(self.bounds(a).divided_by(&self.bounds(b), self.bits))
    }

    pub(crate) fn absolute(&self, x: &Real) -> Real {
        match x {
            Real::Exact(value) if *value < Rational::ZERO => self.negate(x),
            Real::Exact(_) => x.clone(),
            Real::Within(bounds) => Real::Within(bounds.clone().magnitude()),
        }
    }

    /// x^power.
    pub(crate) fn integer_power(&mut self, x: &Real, power: &IBig) -> Result<Real, Obstacle> {
        let magnitude = power.unsigned_abs();
        if power.is_zero() {
            // The empty product, also of 0.
            return Ok(Real::ONE);
        }
        if x.is_zero() {
            return if *power > IBig::ZERO { Ok(Real::ZERO) } else { Err(Obstacle::DIVISION_BY_ZERO) };
        }
        if let Some(value) = x.exact() {
            if value.is_one() {
                return Ok(Real::ONE);
            }
            if *value == Rational::from(-1) {
                return Ok(Real::integer(if power.bit(0) { -1 } else { 1 }));
            }
            if let Some(result) = self.exact_power(x, value, power)? {
                return Ok(result);
            }
        }
        let magnitude = u128::try_from(&magnitude).map_err(|_| Obstacle::TOO_LARGE)?;
        self.pay(2 * (128 - magnitude.leading_zeros()) as usize + 4)?;
        let result = self.real(self.bounds(x).power(magnitude, self.bits).rounded(self.bits))?;
        if *power > IBig::ZERO { Ok(result) } else { self.divide(&Real::ONE, &result) }
    }

    /// A power of a fraction, where it is small enough to be computed exactly.
    fn exact_power(&mut self, x: &Real, value: &Rational, power: &IBig) -> Result<Option<Real>, Obstacle> {
        let Ok(power) = isize::try_from(power) else { return Ok(None) };
        let size = x.size().saturating_mul(power.unsigned_abs());
        if size > EXACT_BITS {
            return Ok(None);
        }
        let words = size / 64 + 1;
        self.budget.take((16 + words * words / 2) as u64)?;
        Ok(Some(Real::Exact(value.pow(power))))
    }

    /// How two numbers compare; `None` where their bounds overlap.
    pub(crate) fn order(&self, a: &Real, b: &Real) -> Option<Ordering> {
        match (a, b) {
            (Real::Exact(a), Real::Exact(b)) => Some(a.cmp(b)),
            _ => self.bounds(a).order(&self.bounds(b)),
        }
    }
}
