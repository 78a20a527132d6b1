//! Confidence levels and the quantiles behind them.

use crate::EvalError;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A confidence level strictly between 0 and 1; 0.95 by default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence(f64);

impl Default for Confidence {
    fn default() -> Self {
        Self(0.95)
    }
}

impl Confidence {
    /// A level in (0, 1); anything else is [`EvalError::Confidence`].
    pub fn new(level: f64) -> Result<Self, EvalError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(EvalError::Confidence(level)) }
    }

    /// The level, for example 0.95.
    pub fn level(self) -> f64 {
        self.0
    }

    /// The two-sided normal quantile: 1.96 for 0.95.
    pub fn normal_quantile(self) -> f64 {
        Normal::standard().inverse_cdf(self.upper())
    }

    /// The two-sided quantile of Student's t with `degrees` of freedom (at least 1): 2.776 for 0.95 and 4.
    pub fn t_quantile(self, degrees: usize) -> f64 {
        assert!(degrees > 0, "Student's t needs at least one degree of freedom");
        let student = StudentsT::new(0.0, 1.0, degrees as f64).expect("a positive number of degrees is a valid shape");
        student.inverse_cdf(self.upper())
    }

    /// The probability below the upper end of a two-sided interval: 0.975 for 0.95.
    pub(crate) fn upper(self) -> f64 {
        0.5 + self.0 / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        let ninety_five = Confidence::default();
        assert!((ninety_five.normal_quantile() - 1.959_963_985).abs() < 1e-8);
        assert!((ninety_five.t_quantile(1) - 12.706_204_74).abs() < 1e-7);
        assert!((ninety_five.t_quantile(4) - 2.776_445_105).abs() < 1e-8);
        assert!((Confidence::new(0.99).unwrap().t_quantile(4) - 4.604_094_871).abs() < 1e-8);
    }

    #[test]
    fn a_level_outside_the_open_interval_is_an_error() {
        for level in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
            assert!(Confidence::new(level).is_err(), "{level}");
        }
    }
}
