//! Pi and ln 2 in fixed point.

use dashu_int::IBig;
use std::sync::LazyLock;

/// The most bits behind the binary point.
pub(crate) const MOST_BITS: usize = 8192;

/// More bits are computed than are kept: each of fewer than 2^14 divisions is off by less than 1, and factors are below 2^9.
const GUARD: usize = 32;

/// `pi * 2^bits`, off by less than 2, for `bits` up to [`MOST_BITS`].
pub(crate) fn pi(bits: usize) -> Option<IBig> {
    static PI: LazyLock<IBig> = LazyLock::new(|| {
        // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
        inverse_tangent(5, true) * 16 - inverse_tangent(239, true) * 4
    });
    cut(&PI, bits)
}

/// `ln(2) * 2^bits`, off by less than 2, for `bits` up to [`MOST_BITS`].
pub(crate) fn ln2(bits: usize) -> Option<IBig> {
    static LN2: LazyLock<IBig> = LazyLock::new(|| {
        // ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749).
        inverse_tangent(26, false) * 18 - inverse_tangent(4801, false) * 2 + inverse_tangent(8749, false) * 8
    });
    cut(&LN2, bits)
}

fn cut(value: &IBig, bits: usize) -> Option<IBig> {
    Some(value >> (MOST_BITS + GUARD).checked_sub(bits).filter(|shift| *shift >= GUARD)?)
}

/// arctan(1/n), or artanh(1/n) where signs do not alternate, times 2^(MOST_BITS + GUARD).
fn inverse_tangent(n: u32, alternating: bool) -> IBig {
    let mut power = (IBig::ONE << (MOST_BITS + GUARD)) / n;
    let mut sum = power.clone();
    for k in 1_u32.. {
        power /= n * n;
        if power.is_zero() {
            break;
        }
        let term = &power / (2 * k + 1);
        if alternating && k % 2 == 1 {
            sum -= term;
        } else {
            sum += term;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_digits_are_known() {
        // floor(pi * 10^30) and floor(ln 2 * 10^30).
        let digits = |value: IBig| ((value * IBig::from(10).pow(30)) >> 200_usize).to_string();
        assert_eq!(digits(pi(200).unwrap()), "3141592653589793238462643383279");
        assert_eq!(digits(ln2(200).unwrap()), "693147180559945309417232121458");
        assert!(pi(MOST_BITS).is_some() && pi(MOST_BITS + 1).is_none());
    }
}
