//! exp, a bound and a sum that the compiler can turn into vectors.
//!
//! The standard library's exp is a call per number. This one has no branch and no table, so a loop over it becomes vector instructions; it
//! is within 1 unit in the last place of the exact value, and the same number on every processor, however wide its vectors are.

/// Added to a number below 2^51, rounds it to the nearest integer.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts, the first with so few bits that its products with exponents are exact.
const LN_2: [f64; 2] = [f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76)];
/// The polynomial nearest to e^x up to ln 2 / 2, its highest power first: 1 + x + x^2 q(x), q of degree 9 through the Chebyshev nodes of
/// (e^x - 1 - x) / x^2. Its relative error is at most 1.6e-17.
const POLYNOMIAL: [f64; 12] = [
    2.51003758422237e-8,
    2.762_007_589_254_816_4e-7,
    2.755_726_848_028_971_6e-6,
    2.480_152_132_234_228e-5,
    1.984_126_986_304_055_9e-4,
    1.388_888_891_719_673_6e-3,
    8.333_333_333_330_065e-3,
    4.166_666_666_662_416_4e-2,
    1.666_666_666_666_666_9e-1,
    0.500_000_000_000_000_1,
    1.0,
    1.0,
];

/// e^x. 0 and infinity beyond the range of f64, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Beyond these the result is 0 or infinite; within them the exponent fits into two factors.
    let x = x.clamp(-746.0, 710.0);
    let power = x.mul_add(std::f64::consts::LOG2_E, ROUND) - ROUND;
    let rest = power.mul_add(-LN_2[1], power.mul_add(-LN_2[0], x));
    let mut mantissa = POLYNOMIAL[0];
    for coefficient in &POLYNOMIAL[1..] {
        mantissa = mantissa.mul_add(rest, *coefficient);
    }
    let half = power.mul_add(0.5, ROUND) - ROUND;
    mantissa * power_of_two(half) * power_of_two(power - half)
}

/// 2^n of an integer n with |n| < 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    // The low bits of the sum are n and the bias of an exponent; the shift drops all others.
    f64::from_bits((n + (ROUND + 1023.0)).to_bits() << 52)
}

/// The nearest number in [-limit, limit]; NaN for NaN. Without the check of the standard library's `clamp`, which stands in the way of
/// vectors.
#[inline(always)]
pub(crate) fn bounded(x: f64, limit: f64) -> f64 {
    let x = if x < -limit { -limit } else { x };
    if x > limit { limit } else { x }
}

/// Numbers that are added up or compared side by side: enough for a processor to begin with the next ones before the last are done.
pub(crate) const LANES: usize = 32;

/// The sum, as [`LANES`] sums side by side in a fixed order.
#[inline(always)]
pub(crate) fn sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (rows, rest) = values.as_chunks::<LANES>();
    for row in rows {
        for lane in 0..LANES {
            lanes[lane] += row[lane];
        }
    }
    for (lane, value) in lanes.iter_mut().zip(rest) {
        *lane += value;
    }
    folded(lanes, |left, right| left + right)
}

/// All lanes as one, halves upon each other.
#[inline(always)]
pub(crate) fn folded(mut lanes: [f64; LANES], both: impl Fn(f64, f64) -> f64) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = both(lanes[lane], lanes[lane + width]);
        }
        width /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_the_standard_library_over_the_whole_range() {
        let mut worst = 0.0_f64;
        for step in 0..2_000_000 {
            let x = -708.0 + step as f64 * (1417.7 / 2_000_000.0);
            worst = worst.max((exp(x) / x.exp() - 1.0).abs());
        }
        for step in 0..400_000 {
            let x = -1.0 + step as f64 * 5e-6;
            worst = worst.max((exp(x) / x.exp() - 1.0).abs());
        }
        assert!(worst < 5e-16, "{worst}");
    }

    #[test]
    fn exp_at_the_ends_of_the_range() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(709.9), f64::INFINITY);
        assert!(exp(709.78).is_finite());
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(-746.0), 0.0);
        assert!(exp(f64::NAN).is_nan());
        // Where numbers have fewer bits, the error is the size of the last of them.
        for x in [-709.0, -720.5, -740.0, -744.9] {
            assert!((exp(x) - x.exp()).abs() <= f64::from_bits(1), "{x}");
        }
    }

    #[test]
    fn a_sum_of_any_length() {
        let values: Vec<f64> = (1..=99).map(f64::from).collect();
        assert_eq!(sum(&values), 4950.0);
        assert_eq!(sum(&values[..3]), 6.0);
        assert_eq!(sum(&[]), 0.0);
    }
}
