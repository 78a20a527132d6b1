//! Entropy bands: only tokens whose entropy lies between two quantiles of the batch's drive the policy.
//!
//! A band [low, high] keeps the unmasked tokens with q(low) <= H_t <= q(high), where q interpolates linearly between the sorted entropies
//! of all unmasked tokens of the batch. [0.8, 1] is the fifth with the highest entropy, where a policy decides (arXiv 2506.01939).

use plaudit_core::{PolicyColumns, Real};

/// The band that leaves no token out.
pub(crate) const ALL: [f64; 2] = [0.0, 1.0];

/// The entropies that bound the band; NaN where an entropy is.
pub(crate) fn thresholds<R: Real>(band: [f64; 2], columns: &PolicyColumns<'_, R>) -> [f64; 2] {
    let entropy = columns.entropy.unwrap_or_default();
    let unmasked = entropy.iter().zip(columns.mask).filter(|(_, is_in)| **is_in);
    let mut values: Vec<f64> = unmasked.map(|(entropy, _)| entropy.wide()).collect();
    if values.is_empty() || values.iter().any(|value| value.is_nan()) {
        return [f64::NAN; 2];
    }
    band.map(|quantile| interpolated(&mut values, quantile))
}

/// The number of unmasked tokens in the band, NaN where that cannot be said.
pub(crate) fn tokens<R: Real>(thresholds: [f64; 2], columns: &PolicyColumns<'_, R>) -> f64 {
    let entropy = columns.entropy.unwrap_or_default().iter().zip(columns.mask);
    entropy.filter(|(_, is_in)| **is_in).map(|(entropy, _)| factor(thresholds, entropy.wide())).sum()
}

fn interpolated(values: &mut [f64], quantile: f64) -> f64 {
    let place = quantile.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let (_, &mut below, above) = values.select_nth_unstable_by(place as usize, f64::total_cmp);
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    let part = place.fract();
    if part == 0.0 { below } else { below + part * (next - below) }
}

/// 1 in the band, 0 outside, NaN where that cannot be said.
#[inline(always)]
pub(crate) fn factor([low, high]: [f64; 2], entropy: f64) -> f64 {
    if entropy >= low && entropy <= high {
        1.0
    } else if entropy < low || entropy > high {
        0.0
    } else {
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    #[test]
    fn quantiles_by_hand() {
        let samples = Segments::from_lengths([6]);
        let (logp, entropy) = ([0.0; 6], [3.0, 1.0, f64::NAN, 2.0, 5.0, 4.0]);
        let mask = [true, true, false, true, true, true];
        let columns = PolicyColumns { entropy: Some(&entropy), ..PolicyColumns::new(&samples, &mask, &logp) };
        assert_eq!(thresholds([0.0, 1.0], &columns), [1.0, 5.0]);
        // Of 1, 2, 3, 4, 5: places 3.2 and 2.
        let [high, middle] = thresholds([0.8, 0.5], &columns);
        assert!((high - 4.2).abs() < 1e-12 && middle == 3.0);
        assert_eq!((tokens([3.5, 5.0], &columns), tokens([0.0, 9.0], &columns)), (2.0, 5.0));
        assert_eq!([4.1, 4.2, 5.0].map(|entropy| factor([4.2, 5.0], entropy)), [0.0, 1.0, 1.0]);
        let all = PolicyColumns { mask: &[true; 6], ..columns };
        assert!(thresholds([0.0, 1.0], &all)[0].is_nan() && factor([f64::NAN; 2], 1.0).is_nan());
    }
}
