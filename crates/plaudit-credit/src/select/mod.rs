//! Selection: which of the samples (or steps) of a batch are learnt from.
//!
//! Pure functions that return positions in ascending order unless they say otherwise. What is not selected is simply not trained on;
//! advantages are computed before or after the selection, as the method has it.

mod balance_signs;
mod consistency;
mod one_of_each;
mod recompose;

pub use balance_signs::balance_signs;
pub use consistency::{ConsistencyConfig, Filter};
pub use one_of_each::one_of_each;
pub use recompose::{RecomposeConfig, Recomposed, ReplayBuffer};

/// Panics where a column has not one number per sample, or a NaN, which has no rank: estimators have refused it before.
fn assert_ranked(samples: usize, column: &[Option<f64>]) {
    assert_eq!(column.len(), samples, "one number per sample");
    assert!(column.iter().flatten().all(|value| !value.is_nan()), "NaN has no rank");
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    #[test]
    #[should_panic(expected = "NaN has no rank")]
    fn nan_is_not_taken_for_wrong() {
        one_of_each(&Segments::from_lengths([2]), &[Some(1.0), Some(f64::NAN)], 0.5, 0, 0);
    }

    #[test]
    #[should_panic(expected = "one number per sample")]
    fn columns_are_as_long_as_the_batch() {
        ConsistencyConfig::default().select(&Segments::from_lengths([2]), &[Some(1.0); 2], &[Some(1.0)], 0, 0);
    }
}
