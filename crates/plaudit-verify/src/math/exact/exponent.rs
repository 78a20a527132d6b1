//! Exponents of generators: small rationals.

use crate::Rational;
use plaudit_core::Limit;
use std::cmp::Ordering;

/// A rational in lowest terms with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exponent {
    numerator: i64,
    denominator: i64,
}

impl Exponent {
    pub(super) const ZERO: Self = Self::integer(0);
    pub(super) const ONE: Self = Self::integer(1);

    pub(super) const fn integer(value: i64) -> Self {
        Self { numerator: value, denominator: 1 }
    }

    fn reduced(numerator: i128, denominator: i128) -> Result<Self, Limit> {
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs()).max(1) as i128;
        let narrow = |value: i128| i64::try_from(value).map_err(|_| Limit::Bits);
        Ok(Self { numerator: narrow(numerator / divisor)?, denominator: narrow(denominator / divisor)? })
    }

    pub(super) fn from_rational(value: &Rational) -> Result<Self, Limit> {
        Ok(Self {
            numerator: i64::try_from(value.numerator()).map_err(|_| Limit::Bits)?,
            denominator: i64::try_from(value.denominator()).map_err(|_| Limit::Bits)?,
        })
    }

    pub(super) fn to_rational(self) -> Rational {
        Rational::from_parts_signed(self.numerator.into(), self.denominator.into())
    }

    pub(super) fn is_zero(self) -> bool {
        self.numerator == 0
    }

    pub(super) fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// The numerator and the denominator.
    pub(super) fn parts(self) -> (i64, i64) {
        (self.numerator, self.denominator)
    }

    /// Whether it is an integer multiple of 2, or such a number divided by an odd one: a power that is never negative.
    pub(super) fn is_even(self) -> bool {
        self.numerator % 2 == 0
    }

    pub(super) fn as_integer(self) -> Option<i64> {
        (self.denominator == 1).then_some(self.numerator)
    }

    pub(super) fn add(self, other: Self) -> Result<Self, Limit> {
        if self.denominator == 1 && other.denominator == 1 {
            return self.numerator.checked_add(other.numerator).map(Self::integer).ok_or(Limit::Bits);
        }
        let (a, b, c, d) = self.widened(other);
        let numerator = (a * d).checked_add(c * b).ok_or(Limit::Bits)?;
        Self::reduced(numerator, b * d)
    }

    pub(super) fn multiply(self, other: Self) -> Result<Self, Limit> {
        if self.denominator == 1 && other.denominator == 1 {
            return self.numerator.checked_mul(other.numerator).map(Self::integer).ok_or(Limit::Bits);
        }
        let (a, b, c, d) = self.widened(other);
        Self::reduced(a * c, b * d)
    }

    pub(super) fn negate(self) -> Result<Self, Limit> {
        Ok(Self { numerator: self.numerator.checked_neg().ok_or(Limit::Bits)?, denominator: self.denominator })
    }

    /// How many whole periods it holds, and what remains, in [0, period).
    pub(super) fn divide(self, period: i64) -> Result<(i64, Self), Limit> {
        if self.denominator == 1 {
            return Ok((self.numerator.div_euclid(period), Self::integer(self.numerator.rem_euclid(period))));
        }
        let width = self.denominator.checked_mul(period).ok_or(Limit::Bits)?;
        let rest = Self::reduced(self.numerator.rem_euclid(width).into(), self.denominator.into())?;
        Ok((self.numerator.div_euclid(width), rest))
    }

    fn widened(self, other: Self) -> (i128, i128, i128, i128) {
        (self.numerator.into(), self.denominator.into(), other.numerator.into(), other.denominator.into())
    }
}

impl Ord for Exponent {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.denominator == other.denominator {
            return self.numerator.cmp(&other.numerator);
        }
        let (a, b, c, d) = self.widened(*other);
        (a * d).cmp(&(c * b))
    }
}

impl PartialOrd for Exponent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponent(numerator: i128, denominator: i128) -> Exponent {
        Exponent::reduced(numerator, denominator).unwrap()
    }

    #[test]
    fn arithmetic_by_hand() {
        assert_eq!(exponent(1, 2).add(exponent(1, 3)), Ok(exponent(5, 6)));
        assert_eq!(exponent(2, 3).multiply(exponent(3, 4)), Ok(exponent(1, 2)));
        assert_eq!(exponent(7, 2).divide(1), Ok((3, exponent(1, 2))));
        assert_eq!(exponent(-1, 3).divide(2), Ok((-1, exponent(5, 3))));
        assert!(exponent(1, 3) < exponent(1, 2));
        assert!(exponent(2, 3).is_even() && !exponent(1, 2).is_even());
        assert_eq!(Exponent::integer(i64::MAX).add(Exponent::ONE), Err(Limit::Bits));
    }
}
