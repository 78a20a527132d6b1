//! Overlap of intervals on a line, as of times in a video.

use super::{CheckError, finite};

/// Intersection over union of two intervals `[start, end]`, in [0, 1]; higher is better, 1 for the same interval, symmetric.
///
/// # Errors
/// As [`sets_iou`].
///
/// ```
/// use plaudit_verify::check::intervals::iou;
/// // They share 5 of 15.
/// assert_eq!(iou([10.0, 20.0], [15.0, 25.0]), Ok(1.0 / 3.0));
/// ```
pub fn iou(a: [f64; 2], b: [f64; 2]) -> Result<f64, CheckError> {
    sets_iou(&[a], &[b])
}

/// Intersection over union of two sets of intervals, each taken as the points that it covers: order does not matter, and what several
/// intervals of a set cover counts once. In [0, 1]; higher is better, 1 for the same points, symmetric.
///
/// # Errors
/// [`CheckError::Input`] for numbers that are not finite or intervals that end before they start, [`CheckError::Undefined`] where
/// neither set has a length.
///
/// ```
/// use plaudit_verify::check::intervals::sets_iou;
/// // {[0, 4]} and {[1, 2], [3, 6]} share 1 + 1 of 6.
/// assert_eq!(sets_iou(&[[0.0, 2.0], [1.0, 4.0]], &[[3.0, 6.0], [1.0, 2.0]]), Ok(1.0 / 3.0));
/// ```
pub fn sets_iou(a: &[[f64; 2]], b: &[[f64; 2]]) -> Result<f64, CheckError> {
    let (a, b) = (merged(a)?, merged(b)?);
    let length = |set: &[[f64; 2]]| set.iter().map(|[start, end]| end - start).sum::<f64>();
    let mut shared = 0.0;
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        shared += (a[i][1].min(b[j][1]) - a[i][0].max(b[j][0])).max(0.0);
        if a[i][1] < b[j][1] { i += 1 } else { j += 1 }
    }
    let united = length(&a) + length(&b) - shared;
    match united > 0.0 && united.is_finite() {
        // Rounding of sums must not lead out of the range.
        true => Ok((shared / united).min(1.0)),
        false => Err(CheckError::Undefined("intervals without a length, or with one that is too large")),
    }
}

/// The same points as intervals in order that do not touch.
fn merged(set: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, CheckError> {
    finite(set.iter().flatten().copied())?;
    if set.iter().any(|[start, end]| start > end) {
        return Err(CheckError::Input("an interval ends before it starts"));
    }
    let mut set = set.to_vec();
    set.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut merged: Vec<[f64; 2]> = Vec::with_capacity(set.len());
    for [start, end] in set {
        match merged.last_mut() {
            Some(last) if start <= last[1] => last[1] = last[1].max(end),
            _ => merged.push([start, end]),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_has_no_score() {
        assert!(matches!(iou([1.0, 1.0], [2.0, 2.0]), Err(CheckError::Undefined(_))));
        assert_eq!(iou([1.0, 1.0], [0.0, 2.0]), Ok(0.0));
        assert_eq!(sets_iou(&[], &[[0.0, 2.0]]), Ok(0.0));
        assert!(matches!(sets_iou(&[], &[]), Err(CheckError::Undefined(_))));
        assert!(matches!(iou([2.0, 1.0], [0.0, 2.0]), Err(CheckError::Input(_))));
        assert!(matches!(iou([0.0, f64::INFINITY], [0.0, 2.0]), Err(CheckError::Input(_))));
    }

    fn set() -> impl Strategy<Value = Vec<[f64; 2]>> {
        let interval = (0..30_u8, 1..9_u8).prop_map(|(start, length)| [f64::from(start), f64::from(start + length)]);
        prop::collection::vec(interval, 1..6)
    }

    proptest! {
        #[test]
        fn overlap_is_that_of_the_points(a in set(), b in set()) {
            // All ends are integers, so unit steps can be counted.
            let covers = |set: &[[f64; 2]], at: u8| set.iter().any(|[start, end]| *start <= f64::from(at) && f64::from(at) < *end);
            let count = |both: bool| (0..40).filter(|at| {
                let (a, b) = (covers(&a, *at), covers(&b, *at));
                if both { a && b } else { a || b }
            }).count() as f64;
            prop_assert_eq!(sets_iou(&a, &b), Ok(count(true) / count(false)));
            prop_assert_eq!(sets_iou(&a, &b), sets_iou(&b, &a));
            prop_assert_eq!(sets_iou(&a, &a), Ok(1.0));
        }
    }
}
