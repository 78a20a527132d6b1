//! Arithmetic on rationals within a budget.

use crate::Rational;
use crate::math::Budget;
use dashu_int::ops::{BitTest, Gcd};
use dashu_int::{IBig, UBig};
use plaudit_core::Limit;

/// Bits of numerator and denominator together, at least 2.
pub(super) fn bits(value: &Rational) -> usize {
    value.numerator().bit_len().max(1) + value.denominator().bit_len()
}

fn words(value: &Rational) -> u64 {
    (bits(value) / 64 + 1) as u64
}

/// Steps for an operation in which common divisors are found.
fn cost_of_divisors(left: &Rational, right: &Rational) -> u64 {
    40 + words(left) * words(right) / 2
}

/// Whether an integer is odd.
pub(super) fn is_odd(value: &IBig) -> bool {
    // In two's complement the last bit says so of negative ones too.
    value.bit(0)
}

/// `left + right`.
pub(super) fn add(left: &Rational, right: &Rational, budget: &mut Budget) -> Result<Rational, Limit> {
    let denominators = (left.denominator(), right.denominator());
    if !denominators.0.is_one()
        && !denominators.1.is_one()
        && denominators.0.bit_len() + denominators.1.bit_len() > Budget::BITS
    {
        return Err(Limit::Bits);
    }
    if denominators.0.is_one() && denominators.1.is_one() {
        budget.take(words(left).max(words(right)))?;
        return Ok((left.numerator() + right.numerator()).into());
    }
    budget.take(cost_of_divisors(left, right))?;
    Ok(left + right)
}

/// `left * right`.
pub(super) fn multiply(left: &Rational, right: &Rational, budget: &mut Budget) -> Result<Rational, Limit> {
    if left.is_one() {
        return Ok(right.clone());
    }
    if right.is_one() {
        return Ok(left.clone());
    }
    if bits(left) + bits(right) > Budget::BITS {
        return Err(Limit::Bits);
    }
    if left.denominator().is_one() && right.denominator().is_one() {
        budget.take(1 + words(left) * words(right) / 8)?;
        return Ok((left.numerator() * right.numerator()).into());
    }
    budget.take(cost_of_divisors(left, right))?;
    Ok(left * right)
}

/// `1 / value` of what is not zero.
pub(super) fn invert(value: &Rational) -> Rational {
    Rational::from_parts_signed(value.denominator().clone().into(), value.numerator().clone())
}

/// `base^exponent`, where a negative exponent needs a base that is not zero.
pub(super) fn power(base: &Rational, exponent: i64, budget: &mut Budget) -> Result<Rational, Limit> {
    if exponent == 0 || base.is_one() {
        return Ok(Rational::ONE);
    }
    if *base == Rational::NEG_ONE {
        return Ok(if exponent % 2 == 0 { Rational::ONE } else { Rational::NEG_ONE });
    }
    if base.is_zero() {
        return Ok(Rational::ZERO);
    }
    let count = usize::try_from(exponent.unsigned_abs()).map_err(|_| Limit::Bits)?;
    // A number of b bits is at least 2^(b - 1).
    let least = base.numerator().bit_len().max(base.denominator().bit_len()) - 1;
    if least.saturating_mul(count) > Budget::BITS {
        return Err(Limit::Bits);
    }
    let words = (bits(base) * count / 64 + 1) as u64;
    budget.take(words * words / 64 + 1)?;
    let numerator = base.numerator().pow(count);
    let denominator = base.denominator().pow(count);
    Ok(match exponent < 0 {
        false => Rational::from_parts(numerator, denominator),
        true => Rational::from_parts_signed(denominator.into(), numerator),
    })
}

/// The product of the integers from `first` to `last`; 1 where there are none.
pub(super) fn product_of_range(first: u64, last: u64, step: u64, budget: &mut Budget) -> Result<UBig, Limit> {
    // Every factor above 1 adds at least a bit, so this many end at the limit.
    if first <= last && (last - first) / step > Budget::BITS as u64 {
        return Err(Limit::Bits);
    }
    let mut product = UBig::ONE;
    let mut multiply = |factor: u64, budget: &mut Budget| {
        budget.take((product.bit_len() / 512 + 4) as u64)?;
        product *= factor;
        if product.bit_len() > Budget::BITS { Err(Limit::Bits) } else { Ok(()) }
    };
    // As many factors as fit into a word are one.
    let mut word = 1_u64;
    let mut factor = first;
    while factor <= last {
        budget.take(1)?;
        word = match word.checked_mul(factor) {
            Some(word) => word,
            None => {
                multiply(word, budget)?;
                factor
            }
        };
        factor += step;
    }
    multiply(word, budget)?;
    Ok(product)
}

/// n over k for `0 <= k <= n`.
pub(super) fn binomial(n: u64, k: u64, budget: &mut Budget) -> Result<UBig, Limit> {
    let k = k.min(n - k);
    Ok(product_of_range(n - k + 1, n, 1, budget)? / product_of_range(1, k, 1, budget)?)
}

/// The greatest common divisor of two non-negative rationals: the largest one of which both are integer multiples.
pub(super) fn content(left: &Rational, right: &Rational, budget: &mut Budget) -> Result<Rational, Limit> {
    if left.is_zero() || right.is_one() {
        return Ok(right.clone());
    }
    budget.take(words(left) * words(right))?;
    let numerator = left.numerator().gcd(right.numerator());
    let common = left.denominator().gcd(right.denominator());
    if left.denominator().bit_len() + right.denominator().bit_len() > Budget::BITS {
        return Err(Limit::Bits);
    }
    let denominator = left.denominator() / common * right.denominator();
    Ok(Rational::from_parts(numerator.into(), denominator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(numerator: i64, denominator: i64) -> Rational {
        Rational::from_parts_signed(numerator.into(), denominator.into())
    }

    #[test]
    fn values_by_hand() {
        let mut budget = Budget::new();
        assert_eq!(power(&rational(-2, 3), -3, &mut budget), Ok(rational(-27, 8)));
        assert_eq!(power(&rational(2, 1), 10, &mut budget), Ok(rational(1024, 1)));
        assert_eq!(product_of_range(1, 5, 1, &mut budget), Ok(UBig::from(120_u8)));
        assert_eq!(product_of_range(1, 7, 2, &mut budget), Ok(UBig::from(105_u8)));
        assert_eq!(product_of_range(1, 0, 1, &mut budget), Ok(UBig::ONE));
        assert_eq!(binomial(10, 7, &mut budget), Ok(UBig::from(120_u8)));
        assert_eq!(content(&rational(4, 3), &rational(2, 5), &mut budget), Ok(rational(2, 15)));
    }

    #[test]
    fn parity_of_negative_integers() {
        assert!(is_odd(&IBig::from(-3)) && is_odd(&IBig::from(5)) && !is_odd(&IBig::from(-4)) && !is_odd(&IBig::ZERO));
    }

    #[test]
    fn large_numbers_end_at_the_limit() {
        let mut budget = Budget::new();
        assert_eq!(power(&rational(2, 1), 10_000_000_000, &mut budget), Err(Limit::Bits));
        assert_eq!(power(&rational(1, 3), i64::MIN, &mut budget), Err(Limit::Bits));
        assert_eq!(power(&rational(-1, 1), i64::MIN, &mut budget), Ok(Rational::ONE));
        assert_eq!(product_of_range(1, 3_628_800, 1, &mut budget), Err(Limit::Bits));
        assert!(product_of_range(1, 2006, 1, &mut budget).is_ok());
    }
}
