//! Scalar functions written so that a loop over them vectorises, and reductions with a fixed order.

/// e^x for finite x, to about 2 units in the last place; below -87 it gives the smallest normal number (1e-38), above 88
/// it gives e^88. Branch-free, so that loops over it vectorise: 2^n * p(r) with x = n ln 2 + r, |r| <= ln 2 / 2.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.3, 88.3);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    // ln 2 in two parts, the first exact in few bits, so that n * ln 2 does not round.
    let r = n.mul_add(-0.693_359_4, x);
    let r = n.mul_add(2.121_944_4e-4, r);
    let mut p = 1.987_569_1e-4_f32;
    p = p.mul_add(r, 1.398_199_9e-3);
    p = p.mul_add(r, 8.333_452e-3);
    p = p.mul_add(r, 4.166_579_6e-2);
    p = p.mul_add(r, 1.666_666_5e-1);
    p = p.mul_add(r, 0.5);
    let value = (p * r).mul_add(r, r) + 1.0;
    f32::from_bits(value.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// 1 / (1 + e^-x).
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The lanes of a reduction: fixed, so that the order of additions is the same on every processor.
const LANES: usize = 32;

/// Sum over `f(index)` for `index < len`, in an order that depends on `len` alone.
#[inline(always)]
fn reduce(len: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let whole = len / LANES * LANES;
    let mut start = 0;
    while start < whole {
        for (lane, sum) in lanes.iter_mut().enumerate() {
            *sum += f(start + lane);
        }
        start += LANES;
    }
    let mut rest = 0.0;
    for index in whole..len {
        rest += f(index);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0] + rest
}

/// Sum of the elements.
#[inline(always)]
pub(crate) fn sum(values: &[f32]) -> f32 {
    reduce(
        values.len(),
        #[inline(always)]
        |index| values[index],
    )
}

/// Sum of products of two slices of equal length.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let b = &b[..a.len()];
    reduce(
        a.len(),
        #[inline(always)]
        |index| a[index] * b[index],
    )
}

/// The largest element; negative infinity for an empty slice. NaN elements are passed over.
#[inline(always)]
pub(crate) fn max(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = if *value > *lane { *value } else { *lane };
        }
    }
    rest.iter().chain(&lanes).fold(f32::NEG_INFINITY, |best, value| if *value > best { *value } else { best })
}

/// target += source.
#[inline(always)]
pub(crate) fn add_to(target: &mut [f32], source: &[f32]) {
    for (target, source) in target.iter_mut().zip(source) {
        *target += *source;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        let mut worst = 0.0_f64;
        for step in -8700..8800 {
            let x = step as f32 * 0.01;
            let exact = f64::from(x).exp();
            worst = worst.max(((f64::from(exp(x)) - exact) / exact).abs());
        }
        // 2^-23 is one unit in the last place at worst.
        assert!(worst < 2.4e-7, "{worst}");
        assert!(exp(-1e30) < 1.3e-38 && exp(-1e30) >= 0.0);
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn reductions_cover_every_element() {
        for len in [0, 1, 31, 32, 33, 64, 100] {
            let values: Vec<f32> = (0..len).map(|index| index as f32).collect();
            let exact = (0..len).sum::<usize>() as f32;
            assert_eq!(sum(&values), exact);
            assert_eq!(dot(&values, &vec![2.0; len]), 2.0 * exact);
            assert_eq!(max(&values), if len == 0 { f32::NEG_INFINITY } else { (len - 1) as f32 });
        }
    }
}
