//! Expressions that are rational numbers, computed without polynomials: most answers.

use super::bounded;
use crate::Rational;
use crate::math::{Budget, Expr, Function};
use dashu_int::ops::{BitTest, Gcd};
use dashu_int::{IBig, Sign, UBig};
use plaudit_core::Limit;

/// The value of an expression in which only rational numbers occur; `None` for all others, and where it has none.
pub(super) fn value(expr: &Expr, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    budget.take(1)?;
    let mut inner = |expr: &Expr| value(expr, budget);
    Ok(match expr {
        Expr::Number(number) => Some(number.value.clone()),
        Expr::Numeral(digits, base) => numeral(digits, *base)?,
        Expr::Sum(parts) => {
            let Some(values) = all(parts, &mut inner)? else { return Ok(None) };
            let mut sum = Rational::ZERO;
            for value in values {
                sum = bounded::add(&sum, &value, budget)?;
            }
            Some(sum)
        }
        Expr::Product(parts) => {
            let Some(values) = all(parts, &mut inner)? else { return Ok(None) };
            let mut product = Rational::ONE;
            for value in values {
                product = bounded::multiply(&product, &value, budget)?;
            }
            Some(product)
        }
        Expr::Negative(part) => inner(part)?.map(|value| -value),
        Expr::Fraction(pair) => {
            let Some(values) = all(&**pair, &mut inner)? else { return Ok(None) };
            if values[1].is_zero() {
                return Ok(None);
            }
            Some(bounded::multiply(&values[0], &bounded::invert(&values[1]), budget)?)
        }
        Expr::Mixed(pair) => {
            let Some(values) = all(&**pair, &mut inner)? else { return Ok(None) };
            Some(bounded::add(&values[0], &values[1], budget)?)
        }
        Expr::Power(pair) => {
            let Some(values) = all(&**pair, &mut inner)? else { return Ok(None) };
            power(&values[0], &values[1], budget)?
        }
        Expr::Root(pair) => {
            let Some(values) = all(&**pair, &mut inner)? else { return Ok(None) };
            if values[1].is_zero() {
                return Ok(None);
            }
            power(&values[0], &bounded::invert(&values[1]), budget)?
        }
        Expr::Percent(part) => inner(part)?.map(|value| value * hundredth()),
        Expr::Function(known, parts) => {
            let Some(values) = all(parts, &mut inner)? else { return Ok(None) };
            function(*known, &values, budget)?
        }
        _ => None,
    })
}

/// What a percent sign multiplies by.
pub(super) fn hundredth() -> Rational {
    Rational::from_parts(1.into(), 100_u8.into())
}

fn all(
    parts: &[Expr],
    inner: &mut impl FnMut(&Expr) -> Result<Option<Rational>, Limit>,
) -> Result<Option<Vec<Rational>>, Limit> {
    parts.iter().map(inner).collect()
}

/// The value of digits in a base, with or without a point: `None` where they are none of that base.
pub(super) fn numeral(digits: &str, base: u32) -> Result<Option<Rational>, Limit> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let joined = [whole, fraction].concat();
    if !(2..=36).contains(&base) || joined.is_empty() || !joined.chars().all(|digit| digit.is_digit(base)) {
        return Ok(None);
    }
    if joined.len() * 6 > Budget::BITS {
        return Err(Limit::Bits);
    }
    let integer = UBig::from_str_radix(&joined, base).ok();
    Ok(integer.map(|integer| Rational::from_parts(integer.into(), UBig::from(base).pow(fraction.len()))))
}

/// A power that is rational.
fn power(base: &Rational, exponent: &Rational, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    if base.is_zero() {
        return Ok((exponent.sign() == Sign::Positive && !exponent.is_zero()).then_some(Rational::ZERO));
    }
    if base.is_one() {
        return Ok(Some(Rational::ONE));
    }
    let root = match usize::try_from(exponent.denominator()) {
        Ok(1) => base.clone(),
        Ok(index @ 2..=64) => {
            let words = (bounded::bits(base) / 64 + 1) as u64;
            budget.take(words * words)?;
            match root(base, index) {
                Some(root) => root,
                None => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    if root.is_one() {
        return Ok(Some(root));
    }
    if root == Rational::NEG_ONE {
        let is_odd = bounded::is_odd(exponent.numerator());
        return Ok(Some(if is_odd { root } else { Rational::ONE }));
    }
    let count = i64::try_from(exponent.numerator()).map_err(|_| Limit::Bits)?;
    bounded::power(&root, count, budget).map(Some)
}

/// The real root of a rational, where it is rational.
fn root(value: &Rational, index: usize) -> Option<Rational> {
    let is_negative = value.sign() == Sign::Negative;
    if is_negative && index.is_multiple_of(2) {
        return None;
    }
    let (numerator, denominator) = value.clone().into_parts();
    let numerator = numerator.into_parts().1;
    let (above, below) = (numerator.nth_root(index), denominator.nth_root(index));
    let is_exact = above.pow(index) == numerator && below.pow(index) == denominator;
    is_exact.then(|| Rational::from_parts(if is_negative { -IBig::from(above) } else { above.into() }, below))
}

/// The value of a function of rational numbers, where it is a rational number that is found without more.
pub(super) fn function(known: Function, values: &[Rational], budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    let integer = |value: &Rational| value.is_int().then(|| value.numerator().clone());
    Ok(match (known, values) {
        (Function::Abs | Function::Norm, [value]) => Some(super::power::absolute(value)),
        (Function::Sign, [value]) => Some(value.signum()),
        (Function::Floor, [value]) => Some(value.floor().into()),
        (Function::Ceiling, [value]) => Some(value.ceil().into()),
        (Function::Re | Function::Conjugate, [value]) => Some(value.clone()),
        (Function::Im, [_]) => Some(Rational::ZERO),
        (Function::Max, [_, ..]) => values.iter().max().cloned(),
        (Function::Min, [_, ..]) => values.iter().min().cloned(),
        (Function::Mod, [value, modulus]) if !modulus.is_zero() => {
            let quotient = bounded::multiply(value, &bounded::invert(modulus), budget)?.floor();
            let multiple = bounded::multiply(modulus, &quotient.into(), budget)?;
            Some(bounded::add(value, &-multiple, budget)?)
        }
        (Function::Factorial, [value]) => match small(value, 0)? {
            Some(count) => Some(bounded::product_of_range(1, count, 1, budget)?.into()),
            None => None,
        },
        (Function::Gamma, [value]) => match small(value, 1)? {
            Some(count) => Some(bounded::product_of_range(1, count - 1, 1, budget)?.into()),
            None => None,
        },
        (Function::DoubleFactorial, [value]) => match small(value, 0)? {
            Some(count) => {
                Some(bounded::product_of_range(if count % 2 == 0 { 2 } else { 1 }, count, 2, budget)?.into())
            }
            None => None,
        },
        (Function::Binomial, [n, k]) => binomial(n, k, budget)?,
        (Function::Permutations, [n, k]) => match (small(n, 0)?, small(k, 0)?) {
            (Some(n), Some(k)) if k <= n => Some(bounded::product_of_range(n - k + 1, n, 1, budget)?.into()),
            (Some(_), Some(_)) => Some(Rational::ZERO),
            _ => None,
        },
        (Function::Gcd | Function::Lcm, [_, ..]) => {
            let Some(integers) = values.iter().map(integer).collect::<Option<Vec<IBig>>>() else { return Ok(None) };
            let mut integers = integers.into_iter().map(|value| value.into_parts().1);
            let mut total = integers.next().unwrap_or_default();
            for value in integers {
                total = if known == Function::Gcd {
                    divisor(&total, &value, budget)?
                } else {
                    multiple(&total, &value, budget)?
                };
            }
            Some(total.into())
        }
        _ => None,
    })
}

/// A machine integer that is not below `least`; `None` for other numbers.
///
/// # Errors
/// [`Limit::Bits`] for an integer that is larger than machine integers.
fn small(value: &Rational, least: u64) -> Result<Option<u64>, Limit> {
    if !value.is_int() || value.sign() == Sign::Negative {
        return Ok(None);
    }
    let value = u64::try_from(value.numerator()).map_err(|_| Limit::Bits)?;
    Ok((value >= least).then_some(value))
}

fn binomial(n: &Rational, k: &Rational, budget: &mut Budget) -> Result<Option<Rational>, Limit> {
    let Some(k) = small(k, 0)? else { return Ok(None) };
    if let Some(n) = small(n, 0)? {
        return Ok(Some(if k > n { Rational::ZERO } else { bounded::binomial(n, k, budget)?.into() }));
    }
    // n (n - 1) ... (n - k + 1) / k!
    let mut value = Rational::ONE;
    for index in 0..k {
        let factor = bounded::add(n, &-Rational::from(index), budget)?;
        let factor =
            bounded::multiply(&factor, &Rational::from_parts(1.into(), UBig::from(index) + UBig::ONE), budget)?;
        value = bounded::multiply(&value, &factor, budget)?;
    }
    Ok(Some(value))
}

fn divisor(left: &UBig, right: &UBig, budget: &mut Budget) -> Result<UBig, Limit> {
    budget.take(1 + (left.bit_len() / 64 + 1) as u64 * (right.bit_len() / 64 + 1) as u64 / 4)?;
    Ok(if left.is_zero() && right.is_zero() { UBig::ZERO } else { left.gcd(right) })
}

fn multiple(left: &UBig, right: &UBig, budget: &mut Budget) -> Result<UBig, Limit> {
    if left.is_zero() || right.is_zero() {
        return Ok(UBig::ZERO);
    }
    if left.bit_len() + right.bit_len() > Budget::BITS {
        return Err(Limit::Bits);
    }
    Ok(left / divisor(left, right, budget)? * right)
}
