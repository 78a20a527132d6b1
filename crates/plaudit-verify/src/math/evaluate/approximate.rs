//! What enclosures say about order, rounding and tolerances; and numbers as digits.

use super::bounds::Bounds;
use super::enclosure::Enclosure;
use super::real::{EXACT_BITS, Real};
use super::{FIRST_PRECISION, Obstacle, next_precision, value};
use crate::Rational;
use crate::math::{Budget, Conventions, Expr};
use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

/// The largest power of two, and of one half, that is written out in digits or rounded.
const WRITTEN_EXPONENT: i64 = 1 << 13;
/// What it takes to compare or to round two numbers with [`EXACT_BITS`].
const ROUNDING_STEPS: u64 = 2000;
/// The most digits to which numbers are rounded.
const MOST_DIGITS: u32 = 2000;

/// How the values of two real expressions compare. Equal only where both are known exactly.
///
/// # Errors
/// [`Obstacle`], also where they are not told apart.
pub fn order(left: &Expr, right: &Expr, conventions: &Conventions, budget: &mut Budget) -> Result<Ordering, Obstacle> {
    decide([left, right], conventions, budget, |[left, right]| {
        if left.1 < right.0 {
            Some(Ordering::Less)
        } else if left.0 > right.1 {
            Some(Ordering::Greater)
        } else if left.0 == left.1 && left == right {
            Some(Ordering::Equal)
        } else {
            None
        }
    })
}

/// Whether |left - right| <= tolerance.
///
/// # Errors
/// [`Obstacle`], also where that is not told.
pub fn within_absolute(
    left: &Expr,
    right: &Expr,
    tolerance: &Rational,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<bool, Obstacle> {
    decide([left, right], conventions, budget, |[left, right]| {
        let distance = distance(left, right);
        decided(&distance, &(tolerance.clone(), tolerance.clone()))
    })
}

/// Whether |left - right| <= tolerance |left|.
///
/// # Errors
/// [`Obstacle`], also where that is not told.
pub fn within_relative(
    left: &Expr,
    right: &Expr,
    tolerance: &Rational,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<bool, Obstacle> {
    decide([left, right], conventions, budget, |[left, right]| {
        let size = distance(left, &(Rational::ZERO, Rational::ZERO));
        decided(&distance(left, right), &(&size.0 * tolerance, &size.1 * tolerance))
    })
}

/// The value rounded to so many significant digits, half to even.
///
/// # Errors
/// [`Obstacle`], also where the value is too near to the middle of two results to tell.
pub fn to_significant_digits(
    expr: &Expr,
    digits: u32,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<Rational, Obstacle> {
    let rounded = |end: &Rational| rounded(end, magnitude(end) - i64::from(digits));
    bounded(digits)?;
    decide([expr], conventions, budget, |[ends]| agreed(rounded(&ends.0), &rounded(&ends.1)))
}

/// The value rounded to so many digits behind the point, half to even.
///
/// # Errors
/// [`Obstacle`], also where the value is too near to the middle of two results to tell.
pub fn to_decimals(
    expr: &Expr,
    digits: u32,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<Rational, Obstacle> {
    let rounded = |end: &Rational| rounded(end, -i64::from(digits));
    bounded(digits)?;
    decide([expr], conventions, budget, |[ends]| agreed(rounded(&ends.0), &rounded(&ends.1)))
}

/// That there are not more digits than are computed.
fn bounded(digits: u32) -> Result<(), Obstacle> {
    if digits > MOST_DIGITS { Err(Obstacle::TOO_LARGE) } else { Ok(()) }
}

/// The lower and the upper end of a real number.
type Ends = (Rational, Rational);

/// Encloses real expressions with more and more bits until `question` has an answer.
fn decide<const N: usize, T>(
    exprs: [&Expr; N],
    conventions: &Conventions,
    budget: &mut Budget,
    question: impl Fn([&Ends; N]) -> Option<T>,
) -> Result<T, Obstacle> {
    let mut obstacle = Obstacle::Undecided("two numbers that may be equal");
    let mut precision = Some(FIRST_PRECISION);
    while let Some(bits) = precision {
        let mut ends = Vec::with_capacity(N);
        for expr in exprs {
            match value(expr, bits, conventions, budget) {
                Ok(enclosure) => {
                    ends.push(enclosure.ends()?);
                    budget.take(ROUNDING_STEPS)?;
                }
                Err(Obstacle::Undecided(reason)) => obstacle = Obstacle::Undecided(reason),
                Err(other) => return Err(other),
            }
        }
        let ends: Vec<&Ends> = ends.iter().collect();
        if let Some(answer) = <[&Ends; N]>::try_from(ends).ok().and_then(&question) {
            return Ok(answer);
        }
        precision = next_precision(bits, 0);
    }
    Err(obstacle)
}

/// The bounds of |x - y|.
fn distance(x: &Ends, y: &Ends) -> Ends {
    let (low, high) = (&x.0 - &y.1, &x.1 - &y.0);
    if low >= Rational::ZERO {
        (low, high)
    } else if high <= Rational::ZERO {
        (-high, -low)
    } else {
        (Rational::ZERO, high.max(-low))
    }
}

/// Whether x <= y.
fn decided(x: &Ends, y: &Ends) -> Option<bool> {
    if x.1 <= y.0 {
        Some(true)
    } else if x.0 > y.1 {
        Some(false)
    } else {
        None
    }
}

fn agreed(low: Rational, high: &Rational) -> Option<Rational> {
    if low == *high { Some(low) } else { None }
}

/// 10^exponent.
fn power_of_ten(exponent: i64) -> Rational {
    let power = Rational::from(UBig::from(10_u8).pow(exponent.unsigned_abs() as usize));
    if exponent >= 0 { power } else { Rational::ONE / power }
}

/// The least k with |x| < 10^k; 0 for 0.
fn magnitude(x: &Rational) -> i64 {
    if x.is_zero() {
        return 0;
    }
    // log10(2) is 0.30103: the estimate from the bits is off by 1 at most.
    let bits = x.numerator().bit_len() as i64 - x.denominator().bit_len() as i64;
    let size = if *x < Rational::ZERO { -x.clone() } else { x.clone() };
    let mut estimate = (bits * 30_103).div_euclid(100_000) - 1;
    while size >= power_of_ten(estimate) {
        estimate += 1;
    }
    estimate
}

/// The multiple of 10^unit next to x, the even one of two that are equally near.
fn rounded(x: &Rational, unit: i64) -> Rational {
    let unit = power_of_ten(unit);
    let scaled = x / &unit;
    let floor = scaled.floor();
    let double = (scaled - Rational::from(floor.clone())) * Rational::from(2);
    let up = match double.cmp(&Rational::ONE) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => floor.bit(0),
    };
    Rational::from(if up { floor + IBig::ONE } else { floor }) * unit
}

impl Enclosure {
    /// The lower and the upper end of a real number.
    ///
    /// # Errors
    /// [`Obstacle::Unsupported`] where it is not known to be real, [`Obstacle::Budget`] where it is too large or too small to be written out.
    pub fn ends(&self) -> Result<Ends, Obstacle> {
        match self.real() {
            None => Err(Obstacle::Unsupported("an order of complex numbers")),
            Some(Real::Exact(value)) if value.numerator().bit_len() + value.denominator().bit_len() > EXACT_BITS => {
                Err(Obstacle::TOO_LARGE)
            }
            Some(Real::Exact(value)) => Ok((value.clone(), value.clone())),
            Some(Real::Within(bounds)) if bounds.top().abs() > WRITTEN_EXPONENT => Err(Obstacle::TOO_LARGE),
            Some(Real::Within(bounds)) => Ok(bounds.ends()),
        }
    }

    /// The value in decimal digits, about.
    pub fn about(&self, digits: usize) -> String {
        let imaginary = about(&self.im, digits);
        match (self.re.is_zero(), self.im.is_zero()) {
            (_, true) => about(&self.re, digits),
            (true, false) => format!("{imaginary} i"),
            (false, false) => format!("{} + {imaginary} i", about(&self.re, digits)),
        }
    }
}

fn about(x: &Real, digits: usize) -> String {
    let bounds = match x {
        Real::Exact(value) if is_short(value, digits) => return value.to_string(),
        // log2(10) < 4.
        Real::Exact(value) => Bounds::rational(value, 4 * digits + 64),
        Real::Within(bounds) => bounds.clone(),
    };
    if bounds.top().abs() > WRITTEN_EXPONENT {
        return format!("2^{}", bounds.top());
    }
    if bounds.sign().is_none() {
        return format!("0 to 2^{}", bounds.top());
    }
    let (low, high) = bounds.ends();
    decimal(&((low + high) / Rational::from(2)), digits)
}

/// Whether a fraction has no more than so many digits, about.
fn is_short(value: &Rational, digits: usize) -> bool {
    // log2(10) > 3.
    value.numerator().bit_len() + value.denominator().bit_len() <= 3 * digits
}

/// So many significant digits, cut off; with a power of ten where the point would lie far outside.
fn decimal(x: &Rational, digits: usize) -> String {
    let size = magnitude(x);
    let scaled = x * power_of_ten(digits as i64 - size);
    let figures = scaled.trunc().unsigned_abs().to_string();
    let sign = if *x < Rational::ZERO { "-" } else { "" };
    match usize::try_from(size) {
        Ok(0) => format!("{sign}0.{figures}"),
        Ok(whole) if whole < figures.len() => format!("{sign}{}.{}", &figures[..whole], &figures[whole..]),
        _ => format!("{sign}0.{figures}e{size}"),
    }
}
