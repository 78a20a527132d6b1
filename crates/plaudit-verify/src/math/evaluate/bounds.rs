//! Real numbers between two ends.
//!
//! `[low, high] * 2^exponent` with integers `low <= high`: both ends share one power of two, so that all arithmetic is arithmetic of
//! integers. Every operation rounds the lower end down and the upper end up, and so keeps the true value inside.

use crate::Rational;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, DivEuclid, SquareRoot};
use std::cmp::Ordering;

/// A real number that lies between two dyadic fractions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    low: IBig,
    high: IBig,
    exponent: i64,
}

impl Bounds {
    /// Between `low * 2^exponent` and `high * 2^exponent`.
    pub(crate) fn new(low: IBig, high: IBig, exponent: i64) -> Self {
        debug_assert!(low <= high, "the lower end lies above the upper one");
        Self { low, high, exponent }
    }

    /// Exactly `mantissa * 2^exponent`.
    pub(crate) fn point(mantissa: IBig, exponent: i64) -> Self {
        Self { low: mantissa.clone(), high: mantissa, exponent }
    }

    /// A small integer.
    pub(crate) fn integer(value: i64) -> Self {
        Self::point(value.into(), 0)
    }

    /// A fraction, to `bits` bits.
    pub(crate) fn rational(value: &Rational, bits: usize) -> Self {
        let numerator = Self::point(value.numerator().clone(), 0).rounded(bits);
        if value.is_int() {
            return numerator;
        }
        numerator.divided_by(&Self::point(value.denominator().as_ibig().clone(), 0).rounded(bits), bits)
    }

    /// The lower end, exactly.
    pub(crate) fn low(&self) -> Self {
        Self::point(self.low.clone(), self.exponent)
    }

    /// The upper end, exactly.
    pub(crate) fn high(&self) -> Self {
        Self::point(self.high.clone(), self.exponent)
    }

    /// The mantissa of the lower end, and the power of two that both ends share.
    pub(crate) fn parts(&self) -> (&IBig, i64) {
        (&self.low, self.exponent)
    }

    /// The least k with |x| < 2^k for all x inside, or the exponent where there is only 0 inside.
    pub(crate) fn top(&self) -> i64 {
        self.exponent + self.low.bit_len().max(self.high.bit_len()) as i64
    }

    /// The same for the distance of the ends. `None` where they are the same.
    pub(crate) fn width_top(&self) -> Option<i64> {
        let width = &self.high - &self.low;
        if width.is_zero() { None } else { Some(self.exponent + width.bit_len() as i64) }
    }

    /// How the number compares with 0. `None` where 0 lies inside and is not all.
    pub(crate) fn sign(&self) -> Option<Ordering> {
        match (self.low.cmp(&IBig::ZERO), self.high.cmp(&IBig::ZERO)) {
            (Ordering::Greater, _) => Some(Ordering::Greater),
            (_, Ordering::Less) => Some(Ordering::Less),
            (Ordering::Equal, Ordering::Equal) => Some(Ordering::Equal),
            _ => None,
        }
    }

    /// Whether no number below 0 lies inside.
    pub(crate) fn is_not_negative(&self) -> bool {
        self.low >= IBig::ZERO
    }

    /// With mantissas of about `bits` bits: at most so many, and one for the carry.
    pub(crate) fn rounded(self, bits: usize) -> Self {
        let length = self.low.bit_len().max(self.high.bit_len());
        if length <= bits {
            return self;
        }
        let exponent = self.exponent + (length - bits) as i64;
        self.with_exponent(exponent)
    }

    /// With another exponent: shifted to the left, or to the right and outwards. The caller bounds the shift to the left.
    fn with_exponent(self, exponent: i64) -> Self {
        let shift = usize::try_from(self.exponent.abs_diff(exponent)).unwrap_or(usize::MAX);
        if exponent <= self.exponent {
            return Self { low: self.low << shift, high: self.high << shift, exponent };
        }
        Self { high: ceiling_shift(&self.high, shift), low: self.low >> shift, exponent }
    }

    /// -x.
    pub(crate) fn negative(self) -> Self {
        Self { low: -self.high, high: -self.low, exponent: self.exponent }
    }

    /// x * 2^power.
    pub(crate) fn scaled(self, power: i64) -> Self {
        Self { exponent: self.exponent + power, ..self }
    }

    /// The least bounds that hold both numbers.
    pub(crate) fn hull(&self, other: &Self, bits: usize) -> Self {
        let (a, b) = self.aligned(other, bits);
        Self { low: a.low.min(b.low), high: a.high.max(b.high), exponent: a.exponent }
    }

    /// Both with one exponent, so that no end moves by more than 2^-bits of the larger number.
    fn aligned(&self, other: &Self, bits: usize) -> (Self, Self) {
        let exponent = self.exponent.min(other.exponent).max(self.top().max(other.top()) - bits as i64 - 8);
        (self.clone().with_exponent(exponent), other.clone().with_exponent(exponent))
    }

    /// x + y.
    pub(crate) fn plus(&self, other: &Self, bits: usize) -> Self {
        let (a, b) = self.aligned(other, bits);
        Self { low: a.low + b.low, high: a.high + b.high, exponent: a.exponent }.rounded(bits)
    }

    /// x - y.
    pub(crate) fn minus(&self, other: &Self, bits: usize) -> Self {
        self.plus(&other.clone().negative(), bits)
    }

    /// x * y.
    pub(crate) fn times(&self, other: &Self, bits: usize) -> Self {
        let exponent = self.exponent + other.exponent;
        if self.is_not_negative() && other.is_not_negative() {
            return Self { low: &self.low * &other.low, high: &self.high * &other.high, exponent }.rounded(bits);
        }
        let products =
            [&self.low * &other.low, &self.low * &other.high, &self.high * &other.low, &self.high * &other.high];
        let [a, b, c, d] = &products;
        let low = a.min(b).min(c.min(d)).clone();
        let high = a.max(b).max(c.max(d)).clone();
        Self { low, high, exponent }.rounded(bits)
    }

    /// x^2, which is never negative.
    pub(crate) fn squared(&self, bits: usize) -> Self {
        let magnitude = self.clone().magnitude();
        magnitude.times(&magnitude, bits)
    }

    /// |x|.
    pub(crate) fn magnitude(self) -> Self {
        match self.sign() {
            Some(Ordering::Less) => self.negative(),
            Some(_) => self,
            None => Self { high: self.high.max(-self.low), low: IBig::ZERO, exponent: self.exponent },
        }
    }

    /// x / y. The caller makes sure that 0 does not lie inside y.
    pub(crate) fn divided_by(&self, other: &Self, bits: usize) -> Self {
        if other.high < IBig::ZERO {
            return self.clone().negative().divided_by(&other.clone().negative(), bits);
        }
        assert!(other.low > IBig::ZERO, "divisors are decided not to be 0 before");
        let length = self.low.bit_len().max(self.high.bit_len());
        let shift = (bits + 2 + other.high.bit_len()).saturating_sub(length);
        let exponent = self.exponent - other.exponent - shift as i64;
        // The lower end is least over the larger divisor where it is positive, and over the smaller one where it is negative.
        let for_low = if self.low >= IBig::ZERO { &other.high } else { &other.low };
        let for_high = if self.high >= IBig::ZERO { &other.low } else { &other.high };
        let low = (&self.low << shift).div_euclid(for_low);
        let high = -((-(&self.high << shift)).div_euclid(for_high));
        Self { low, high, exponent }.rounded(bits)
    }

    /// The square root. The caller makes sure that no number below 0 lies inside.
    pub(crate) fn square_root(&self, bits: usize) -> Self {
        assert!(self.is_not_negative(), "radicands are decided not to be negative before");
        let mut shift = (2 * bits + 4).saturating_sub(self.high.bit_len());
        if (self.exponent - shift as i64) % 2 != 0 {
            shift += 1;
        }
        let exponent = (self.exponent - shift as i64) / 2;
        let (low, high) = (&self.low << shift, &self.high << shift);
        let root = IBig::from(high.sqrt());
        let is_exact = &root * &root == high;
        Self { low: IBig::from(low.sqrt()), high: root + IBig::from(u8::from(!is_exact)), exponent }.rounded(bits)
    }

    /// x^power by repeated squaring.
    pub(crate) fn power(&self, power: u128, bits: usize) -> Self {
        // Each squaring doubles the relative error, so the power's own bits are spent.
        let bits = bits + 8 + (128 - power.leading_zeros()) as usize;
        // An even power is never negative; of an odd one the ends are the powers of the ends.
        if power.is_multiple_of(2) {
            return Self::power_of_end(&self.clone().magnitude(), power, bits);
        }
        match self.sign() {
            Some(Ordering::Less) => Self::power_of_end(&self.clone().negative(), power, bits).negative(),
            Some(_) => Self::power_of_end(self, power, bits),
            None => {
                let below = Self::power_of_end(&self.low().negative(), power, bits).negative();
                below.hull(&Self::power_of_end(&self.high(), power, bits), bits)
            }
        }
    }

    /// x^power for x >= 0.
    fn power_of_end(base: &Self, power: u128, bits: usize) -> Self {
        let mut result = Self::integer(1);
        for position in (0..128 - power.leading_zeros()).rev() {
            result = result.times(&result, bits);
            if power >> position & 1 == 1 {
                result = result.times(base, bits);
            }
            // What is far beyond any limit on exponents is not squared again.
            if result.top().abs() > 1 << 60 {
                break;
            }
        }
        result
    }

    /// The greatest integers not above the lower and the upper end. The caller bounds the size.
    pub(crate) fn floors(&self) -> (IBig, IBig) {
        let floor = |end: &IBig| match usize::try_from(self.exponent) {
            Ok(shift) => end << shift,
            Err(_) => end >> usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX),
        };
        (floor(&self.low), floor(&self.high))
    }

    /// Both ends as fractions. The caller bounds the size.
    pub(crate) fn ends(&self) -> (Rational, Rational) {
        let shift = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(usize::MAX);
        let end = |mantissa: &IBig| match self.exponent >= 0 {
            true => Rational::from(mantissa << shift),
            false => Rational::from(mantissa.clone()) / Rational::from(IBig::ONE << shift),
        };
        (end(&self.low), end(&self.high))
    }

    /// How two numbers compare: `None` where the bounds overlap in more than one point, or are not known to be one number.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        let below = |a: &Self, b: &Self| compare_scaled(&a.high, a.exponent, &b.low, b.exponent) == Ordering::Less;
        if below(self, other) {
            Some(Ordering::Less)
        } else if below(other, self) {
            Some(Ordering::Greater)
        } else if self.low == self.high && self == other {
            Some(Ordering::Equal)
        } else {
            None
        }
    }
}

/// `value / 2^shift`, rounded up.
fn ceiling_shift(value: &IBig, shift: usize) -> IBig {
    -(-value >> shift)
}

/// How `a * 2^i` compares with `b * 2^j`.
fn compare_scaled(a: &IBig, i: i64, b: &IBig, j: i64) -> Ordering {
    let by_sign = a.cmp(&IBig::ZERO).cmp(&b.cmp(&IBig::ZERO));
    if by_sign != Ordering::Equal || a.is_zero() {
        return by_sign;
    }
    let by_top = (i + a.bit_len() as i64).cmp(&(j + b.bit_len() as i64));
    let by_magnitude = match by_top {
        Ordering::Equal => {
            // The tops are equal, so the shift is no more than the difference of the lengths.
            let shift = i.abs_diff(j) as usize;
            return if i >= j { (a << shift).cmp(b) } else { a.cmp(&(b << shift)) };
        }
        other => other,
    };
    if *a > IBig::ZERO { by_magnitude } else { by_magnitude.reverse() }
}
