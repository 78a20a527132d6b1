//! The number types a column may hold.

/// A floating-point column element: `f32` from an engine, `f64` in checks against other libraries.
///
/// Credit and objectives are written once over `Real` and compute in `f64`, so the same code serves a training batch and
/// a comparison to 1e-9.
pub trait Real: Copy + Default + PartialOrd + Send + Sync + 'static {
    /// The value in double precision (exact).
    fn wide(self) -> f64;
    /// The nearest representable value.
    fn narrow(value: f64) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn narrow(value: f64) -> Self {
        value as Self
    }
}

impl Real for f64 {
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn narrow(value: f64) -> Self {
        value
    }
}
