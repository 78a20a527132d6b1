//! The number types that estimators are compiled for.

use crate::{CreditConfig, Estimator};
use plaudit_core::Real;

/// `f32` and `f64`. All estimators are compiled for both in this crate, once, and not again in every crate that calls
/// [`CreditConfig::credit`].
pub trait Precision: Real {
    /// The estimator that is configured.
    #[doc(hidden)]
    fn estimator(config: &CreditConfig) -> &dyn Estimator<Self>;
}

impl Precision for f32 {
    fn estimator(config: &CreditConfig) -> &dyn Estimator<Self> {
        config.estimator()
    }
}

impl Precision for f64 {
    fn estimator(config: &CreditConfig) -> &dyn Estimator<Self> {
        config.estimator()
    }
}
