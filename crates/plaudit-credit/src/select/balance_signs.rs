//! Balanced signs: as many positive as negative values, those of the greatest magnitude.
//!
//! ```text
//! n = min(#{v > 0}, #{v < 0});  keep the n greatest v > 0 and the n least v < 0
//! ```
//!
//! `values` in any unit; the result has the positions of those kept, ascending.
//!
//! Source: the balanced bonus of TurningPoint-GRPO's released code.
//!
//! Deviations: ties go to the earlier position. As there, where one sign is absent everything is kept; zeros are kept only then.
//!
//! # Example
//!
//! ```
//! // Three rises and one fall: the greatest rise stays beside the fall.
//! assert_eq!(plaudit_credit::select::balance_signs(&[0.25, 0.5, -0.125, 0.375]), [1, 2]);
//! assert_eq!(plaudit_credit::select::balance_signs(&[0.25, 0.5, 0.375]), [0, 1, 2]);
//! ```
//!
//! # When to use
//!
//! Where rare, large rewards of one sign would otherwise drive the update.
//!
//! # Traps
//!
//! Magnitudes of different groups are compared with one another: they must have one unit.

/// The positions of as many positive as negative values, those of the greatest magnitude; all positions where one sign is absent.
///
/// # Panics
/// Where a value is NaN: a mistake of the caller.
pub fn balance_signs(values: &[f64]) -> Vec<usize> {
    assert!(values.iter().all(|value| !value.is_nan()), "NaN has no sign");
    let side = |is_positive: bool| -> Vec<usize> {
        let mut side: Vec<usize> =
            (0..values.len()).filter(|&at| if is_positive { values[at] > 0.0 } else { values[at] < 0.0 }).collect();
        // Stable: ties stay in ascending order.
        side.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        side
    };
    let (positive, negative) = (side(true), side(false));
    let count = positive.len().min(negative.len());
    if count == 0 {
        return (0..values.len()).collect();
    }
    let mut kept = [&positive[..count], &negative[..count]].concat();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_zeros() {
        assert_eq!(balance_signs(&[1.0, 1.0, -1.0, 0.0]), [0, 2]);
        assert_eq!(balance_signs(&[0.0, -1.0]), [0, 1]);
        assert!(balance_signs(&[]).is_empty());
    }
}
