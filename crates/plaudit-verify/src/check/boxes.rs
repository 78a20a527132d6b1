//! Overlap of boxes in the plane.

use super::{CheckError, finite};

/// A box with sides along the axes: `[left, top, right, bottom]`, left <= right and top <= bottom, in any unit.
pub type Box2 = [f64; 4];

/// Intersection over union, in [0, 1]; higher is better, 1 for the same box, symmetric.
///
/// # Errors
/// [`CheckError::Input`] for numbers that are not finite or sides in the wrong order, [`CheckError::Undefined`] where both areas are 0.
///
/// ```
/// use plaudit_verify::check::boxes::iou;
/// // They share 1 of 4 + 4 - 1.
/// assert_eq!(iou([0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]), Ok(1.0 / 7.0));
/// ```
pub fn iou(a: Box2, b: Box2) -> Result<f64, CheckError> {
    let (shared, united, _) = areas(a, b)?;
    Ok(shared / united)
}

/// Generalised intersection over union, in (-1, 1]: what the smallest box around both has beyond their union is taken off as a share of it,
/// so that boxes that do not meet are graded too. Higher is better, 1 for the same box, symmetric, at most [`iou`].
///
/// Source: Rezatofighi et al., "Generalized Intersection over Union" (2019).
///
/// # Errors
/// As [`iou`].
///
/// ```
/// use plaudit_verify::check::boxes::generalised_iou;
/// // 1/7 - (9 - 7)/9.
/// let score = generalised_iou([0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]).unwrap();
/// assert!((score - (1.0 / 7.0 - 2.0 / 9.0)).abs() < 1e-15);
/// ```
pub fn generalised_iou(a: Box2, b: Box2) -> Result<f64, CheckError> {
    let (shared, united, around) = areas(a, b)?;
    // Rounding must not make the union larger than what is around it.
    Ok(shared / united - ((around - united) / around).max(0.0))
}

/// The areas of intersection, union and the box around both.
fn areas(a: Box2, b: Box2) -> Result<(f64, f64, f64), CheckError> {
    finite(a.into_iter().chain(b))?;
    if [a, b].iter().any(|[left, top, right, bottom]| left > right || top > bottom) {
        return Err(CheckError::Input("the sides of a box are in the wrong order"));
    }
    let area = |[left, top, right, bottom]: Box2| (right - left).max(0.0) * (bottom - top).max(0.0);
    let shared = area([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]);
    let around = area([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    let united = area(a) + area(b) - shared;
    match united > 0.0 && around.is_finite() && united.is_finite() {
        true => Ok((shared, united, around)),
        false => Err(CheckError::Undefined("boxes without an area, or with one that is too large")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn boxes_that_do_not_meet_are_graded_by_the_generalised_form() {
        let (a, near, far) = ([0.0, 0.0, 1.0, 1.0], [2.0, 0.0, 3.0, 1.0], [9.0, 0.0, 10.0, 1.0]);
        assert_eq!(iou(a, near), Ok(0.0));
        // The box around has 3 (10), of which 2 are covered.
        assert!((generalised_iou(a, near).unwrap() + 1.0 / 3.0).abs() < 1e-15);
        assert!((generalised_iou(a, far).unwrap() + 0.8).abs() < 1e-15);
    }

    #[test]
    fn what_has_no_score() {
        let point = [1.0, 1.0, 1.0, 1.0];
        assert!(matches!(iou(point, point), Err(CheckError::Undefined(_))));
        assert_eq!(iou(point, [0.0, 0.0, 2.0, 2.0]), Ok(0.0));
        assert!(matches!(iou([1.0, 0.0, 0.0, 1.0], point), Err(CheckError::Input(_))));
        assert!(matches!(iou([f64::NAN, 0.0, 0.0, 1.0], point), Err(CheckError::Input(_))));
        assert!(matches!(iou([-1e300, -1e300, 1e300, 1e300], point), Err(CheckError::Undefined(_))));
    }

    fn boxes() -> impl Strategy<Value = Box2> {
        (0..20_u8, 0..20_u8, 1..9_u8, 1..9_u8)
            .prop_map(|(x, y, width, height)| [x, y, x + width, y + height].map(f64::from))
    }

    proptest! {
        #[test]
        fn overlaps_are_bounded_symmetric_and_one_for_the_same(a in boxes(), b in boxes()) {
            let (plain, general) = (iou(a, b).unwrap(), generalised_iou(a, b).unwrap());
            prop_assert!((0.0..=1.0).contains(&plain) && general > -1.0 && general <= plain);
            prop_assert_eq!((plain, general), (iou(b, a).unwrap(), generalised_iou(b, a).unwrap()));
            prop_assert_eq!((iou(a, a), generalised_iou(a, a)), (Ok(1.0), Ok(1.0)));
        }
    }
}
