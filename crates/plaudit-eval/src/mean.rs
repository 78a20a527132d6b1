//! The mean of a few independent numbers.

use crate::{Confidence, Estimate, EvalError, check_finite};

/// The mean of independent numbers (one per seed, say) with Student's t interval:
///
///   mean +- t(n - 1) * s / sqrt(n)        with s^2 = sum (x - mean)^2 / (n - 1)
///
/// One number alone says nothing about its spread: the interval is then unbounded. No number, or one that is not finite,
/// is an error.
pub fn mean_interval(values: &[f64], confidence: Confidence) -> Result<Estimate, EvalError> {
    check_finite(values)?;
    let count = values.len() as f64;
    if values.is_empty() {
        return Err(EvalError::Empty);
    }
    let mean = values.iter().sum::<f64>() / count;
    if values.len() == 1 {
        return Ok(Estimate { value: mean, low: f64::NEG_INFINITY, high: f64::INFINITY });
    }
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let half = confidence.t_quantile(values.len() - 1) * (variance / count).sqrt();
    Ok(Estimate { value: mean, low: mean - half, high: mean + half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seeds_use_four_degrees_of_freedom() {
        // Mean 3, s^2 = 2.5, so the half-width is 2.776445 * sqrt(0.5) = 1.963243.
        let estimate = mean_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], Confidence::default()).unwrap();
        assert_eq!(estimate.value, 3.0);
        assert!((estimate.high - 3.0 - 1.963_243_2).abs() < 1e-6 && (3.0 - estimate.low - 1.963_243_2).abs() < 1e-6);
    }

    #[test]
    fn degenerate_inputs() {
        let one = mean_interval(&[0.7], Confidence::default()).unwrap();
        assert_eq!((one.value, one.low, one.high), (0.7, f64::NEG_INFINITY, f64::INFINITY));
        let same = mean_interval(&[0.5; 4], Confidence::default()).unwrap();
        assert_eq!((same.low, same.high), (0.5, 0.5));
        assert_eq!(mean_interval(&[], Confidence::default()), Err(EvalError::Empty));
        assert_eq!(mean_interval(&[1.0, f64::NAN], Confidence::default()), Err(EvalError::NotFinite { item: 1 }));
    }
}
