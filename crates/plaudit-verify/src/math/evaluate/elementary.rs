//! exp, ln, sin, cos and arctan of numbers between bounds.
//!
//! Each is computed for one number in fixed point (integers in units of 2^-w) by halving the argument `h` times, a short Taylor series,
//! and `h` doublings. Roundings of the series are off by at most `4 N + 18` units after its `N < 500` terms, and a doubling at most doubles
//! that: the result is off by less than `2^(h + ERROR)` units (each function says why). A number between bounds is the lower end's value plus
//! the derivative's range times the distance of the ends.

use super::bounds::Bounds;
use super::constants::{ln2, pi};
use dashu_int::IBig;
use dashu_int::ops::{BitTest, DivEuclid, SquareRoot};
use std::cmp::Ordering;

/// Results are off by less than 2^(h + ERROR) units.
const ERROR: usize = 12;
/// Bits behind the last one of the result, beyond h.
const GUARD: usize = ERROR + 4;
/// The largest number that is exponentiated is 2^so many.
const LARGEST_EXPONENT: i64 = 40;

/// How often an argument is halved: about as many steps as the series then has terms, by their cost.
fn halvings(bits: usize, share: usize) -> usize {
    bits.isqrt() / share + 4
}

/// `mantissa * 2^exponent` in units of 2^-w, off by less than 1.
fn fixed(mantissa: &IBig, exponent: i64, w: usize) -> IBig {
    let shift = exponent + w as i64;
    let size = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
    if shift >= 0 { mantissa << size } else { mantissa >> size }
}

/// The bounds around a value that is off by less than 2^(h + ERROR) units of 2^-w.
fn around(value: &IBig, h: usize, w: usize, bits: usize) -> Bounds {
    let error = IBig::ONE << (h + ERROR);
    Bounds::new(value - &error, value + &error, -(w as i64)).rounded(bits)
}

/// e^x. `None` where x is too large for an exponent.
pub(crate) fn exp(x: &Bounds, bits: usize) -> Option<Bounds> {
    let Some(width) = x.width_top() else { return exp_at(x, bits) };
    if width > 0 {
        return Some(exp_at(&x.low(), bits)?.hull(&exp_at(&x.high(), bits)?, bits));
    }
    // e^d <= 1 + 2 d for d <= 1.
    let rise = Bounds::integer(1).plus(&Bounds::new(0.into(), 2.into(), width), bits);
    Some(exp_at(&x.low(), bits)?.times(&rise, bits))
}

fn exp_at(x: &Bounds, bits: usize) -> Option<Bounds> {
    let (mantissa, exponent) = x.parts();
    let whole = usize::try_from(x.top().clamp(0, LARGEST_EXPONENT + 1)).expect("not negative");
    if x.top() > LARGEST_EXPONENT {
        return None;
    }
    let h = halvings(bits, 2);
    let w = bits + GUARD + h;
    // x = k ln 2 + r with 0 <= r < ln 2. ln 2 is off by 2 units of 2^-(w + whole) and |k| <= 2^(whole + 1), so r is off by at most 6 of 2^-w.
    let ln2 = ln2(w + whole)?;
    let x = fixed(mantissa, exponent, w + whole);
    let k = (&x).div_euclid(&ln2);
    let r = (x - &k * ln2) >> (whole + h);
    let mut term = IBig::ONE << w;
    let mut sum = term.clone();
    for n in 1_u32.. {
        term = ((term * &r) >> w) / n;
        if term.is_zero() {
            break;
        }
        sum += &term;
    }
    // A squaring multiplies the error by twice the value; the values' product is at most e^r < 2.
    for _ in 0..h {
        sum = (&sum * &sum) >> w;
    }
    let k = i64::try_from(&k).expect("the quotient is below 2^42");
    Some(around(&sum, h, w, bits).scaled(k))
}

/// The natural logarithm. The caller makes sure that all numbers inside are above 0.
pub(crate) fn ln(x: &Bounds, bits: usize) -> Option<Bounds> {
    let low = ln_at(&x.low(), bits)?;
    let Some(width) = x.width_top() else { return Some(low) };
    // ln(a + d) <= ln(a) + d/a.
    let rise = Bounds::new(0.into(), 1.into(), width).divided_by(&x.low(), bits);
    Some(low.plus(&rise, bits))
}

fn ln_at(x: &Bounds, bits: usize) -> Option<Bounds> {
    let (mantissa, exponent) = x.parts();
    assert!(*mantissa > IBig::ZERO, "logarithms are taken of positive numbers");
    // x = f * 2^k with 3/4 <= f < 3/2, so that the two parts of the sum never cancel.
    let length = mantissa.bit_len();
    let leads_with_11 = length >= 2 && mantissa.bit(length - 2);
    let k = exponent + length as i64 - 1 + i64::from(leads_with_11);
    // Near 1 the logarithm is small: as many more bits as it has zeros behind the point.
    let mut near_one = 0;
    if k == 0 {
        let distance = x.minus(&Bounds::integer(1), length + 8);
        if distance.sign() == Some(Ordering::Equal) {
            return Some(distance);
        }
        near_one = usize::try_from(-distance.top()).unwrap_or(0);
    }
    let h = halvings(bits, 4);
    let w = bits + near_one + GUARD + h + (64 - k.unsigned_abs().leading_zeros()) as usize;
    let one = IBig::ONE << w;
    // A square root halves the error and adds 1, so it stays below 3.
    let mut root = fixed(mantissa, exponent - k, w);
    for _ in 0..h {
        root = IBig::from((root << w).sqrt());
    }
    // ln f = 2^h ln(root) = 2^(h + 1) artanh((root - 1) / (root + 1)).
    let y = ((&root - &one) << w).div_euclid(root + &one);
    let logarithm = inverse_tangent(&y, w, false) << (h + 1);
    // ln 2 is off by less than 2 units.
    let sum = if k == 0 { logarithm } else { logarithm + ln2(w)? * k };
    let error = (IBig::ONE << (h + ERROR)) + IBig::from(k.unsigned_abs()) * 2;
    Some(Bounds::new(&sum - &error, sum + error, -(w as i64)).rounded(bits))
}

/// Sum of (+-1)^n y^(2n+1)/(2n+1) in units of 2^-w: arctan where signs alternate, else artanh. Off by at most 4 N + 10 units where y is off by 6.
fn inverse_tangent(y: &IBig, w: usize, alternating: bool) -> IBig {
    let square = (y * y) >> w;
    let mut power = y.clone();
    let mut sum = y.clone();
    for n in 1_u32.. {
        power = (power * &square) >> w;
        // The shift rounds down: -1 is the 0 of negative powers.
        if power.is_zero() || power == IBig::NEG_ONE {
            break;
        }
        let term = &power / (2 * n + 1);
        if alternating && n % 2 == 1 {
            sum -= term;
        } else {
            sum += term;
        }
    }
    sum
}

/// Bits to add so that a function that is about x near 0 has its relative precision there, or `None` where x is below 2^-bits and x itself
/// is precise enough.
fn near_zero(x: &Bounds, bits: usize) -> Option<usize> {
    let zeros = usize::try_from(-x.top()).unwrap_or(0);
    if zeros > bits { None } else { Some(zeros) }
}

/// x (1 - x^2 [0, 1]): sin x and arctan x for |x| <= 1.
fn about_itself(x: &Bounds, bits: usize) -> Bounds {
    let factor = Bounds::integer(1).minus(&x.squared(bits).hull(&Bounds::integer(0), bits), bits);
    x.times(&factor, bits)
}

/// Sine and cosine. Both are [-1, 1] where the argument is so large that its residue would need more of pi than is at hand.
pub(crate) fn sin_cos(x: &Bounds, bits: usize) -> (Bounds, Bounds) {
    let all = || Bounds::new(IBig::NEG_ONE, IBig::ONE, 0);
    let Some(zeros) = near_zero(x, bits) else {
        let square = x.squared(bits).hull(&Bounds::integer(0), bits);
        return (about_itself(x, bits), Bounds::integer(1).minus(&square, bits));
    };
    let Some((sine, cosine)) = sin_cos_at(&x.low(), bits + zeros) else { return (all(), all()) };
    let Some(width) = x.width_top() else { return (sine.rounded(bits), cosine.rounded(bits)) };
    if width > 0 {
        return (all(), all());
    }
    // Neither changes faster than its argument.
    let slack = Bounds::new(IBig::NEG_ONE, IBig::ONE, width);
    (sine.plus(&slack, bits), cosine.plus(&slack, bits))
}

fn sin_cos_at(x: &Bounds, bits: usize) -> Option<(Bounds, Bounds)> {
    let (mantissa, exponent) = x.parts();
    let whole = usize::try_from(x.top().max(0)).ok()?;
    let h = halvings(bits, 2);
    let w = bits + GUARD + h;
    // x = quarter * pi/2 + r with 0 <= r < pi/2; as in `exp_at`, r is off by at most 6 units of 2^-w.
    let right_angle = pi(w + whole)? >> 1_usize;
    let x = fixed(mantissa, exponent, w + whole);
    let quarter = (&x).div_euclid(&right_angle);
    let r = (x - &quarter * right_angle) >> (whole + h);
    let mut term = IBig::ONE << w;
    let (mut cosine, mut sine) = (term.clone(), IBig::ZERO);
    for n in 1_u32.. {
        term = ((term * &r) >> w) / n;
        if term.is_zero() {
            break;
        }
        match n % 4 {
            0 => cosine += &term,
            1 => sine += &term,
            2 => cosine -= &term,
            _ => sine -= &term,
        }
    }
    // (c + i s)^2: on the unit circle a squaring doubles the error.
    for _ in 0..h {
        let product = &cosine * &sine;
        cosine = (&cosine * &cosine - &sine * &sine) >> w;
        sine = product >> (w - 1);
    }
    let (sine, cosine) = match u8::try_from(quarter & IBig::from(3)).expect("two bits") {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    };
    Some((around(&sine, h, w, bits), around(&cosine, h, w, bits)))
}

/// arctan x, between -pi/2 and pi/2.
pub(crate) fn arctan(x: &Bounds, bits: usize) -> Option<Bounds> {
    let (low, _) = x.parts();
    if x.top() > 1 {
        // arctan x = +-pi/2 - arctan(1/x).
        let right_angle = pi_bounds(bits)?.scaled(-1);
        return match x.sign() {
            Some(Ordering::Greater) => {
                Some(right_angle.minus(&arctan(&Bounds::integer(1).divided_by(x, bits), bits)?, bits))
            }
            Some(Ordering::Less) => Some(arctan(&x.clone().negative(), bits)?.negative()),
            _ => Some(right_angle.clone().negative().hull(&right_angle, bits)),
        };
    }
    let Some(zeros) = near_zero(x, bits) else { return Some(about_itself(x, bits)) };
    let (magnitude, is_negative) = if *low < IBig::ZERO { (x.low().negative(), true) } else { (x.low(), false) };
    let value = arctan_at(&magnitude, bits + zeros);
    let value = if is_negative { value.negative() } else { value };
    let Some(width) = x.width_top() else { return Some(value.rounded(bits)) };
    Some(value.plus(&Bounds::new(0.into(), 1.into(), width), bits))
}

/// arctan x for 0 <= x <= 2.
fn arctan_at(x: &Bounds, bits: usize) -> Bounds {
    let (mantissa, exponent) = x.parts();
    let h = halvings(bits, 4);
    let w = bits + GUARD + h;
    let one = IBig::ONE << w;
    let unit_square = &one << w;
    // arctan x = 2 arctan(x / (1 + sqrt(1 + x^2))): a step halves the error and adds at most 3, so it stays below 6.
    let mut x = fixed(mantissa, exponent, w);
    for _ in 0..h {
        let hypotenuse = IBig::from((&x * &x + &unit_square).sqrt());
        x = (x << w) / (hypotenuse + &one);
    }
    around(&(inverse_tangent(&x, w, true) << h), h, w, bits)
}

/// Pi.
pub(crate) fn pi_bounds(bits: usize) -> Option<Bounds> {
    let value = pi(bits)?;
    Some(Bounds::new(value.clone() - 1, value + 2, -(bits as i64)))
}
