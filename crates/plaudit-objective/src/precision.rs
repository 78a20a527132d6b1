//! The number types that objectives are compiled for.

use crate::{Objective, ObjectiveConfig};
use plaudit_core::Real;

/// `f32` and `f64`. All objectives are compiled for both in this crate, once, and not again in every crate that calls
/// [`ObjectiveConfig::evaluate`]: that would double the time of a build.
pub trait Precision: Real {
    /// The objective that is configured.
    #[doc(hidden)]
    fn objective(config: &ObjectiveConfig) -> &dyn Objective<Self>;
}

impl Precision for f32 {
    fn objective(config: &ObjectiveConfig) -> &dyn Objective<Self> {
        config.objective()
    }
}

impl Precision for f64 {
    fn objective(config: &ObjectiveConfig) -> &dyn Objective<Self> {
        config.objective()
    }
}
