//! A number with its interval.

use serde::{Deserialize, Serialize};

/// A number and the confidence interval around it, all in the unit of the number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// Whether `number` lies in the interval, ends included.
    pub fn contains(self, number: f64) -> bool {
        self.low <= number && number <= self.high
    }

    /// This estimate minus `before`, treating the two as independent:
    ///
    ///   low  = d - sqrt((value - low)^2 + (before.high - before.value)^2)
    ///   high = d + sqrt((high - value)^2 + (before.value - before.low)^2)     with d = value - before.value
    ///
    /// With Wilson intervals this is method 10 of Newcombe 1998, "Interval estimation for the difference between
    /// independent proportions". Measured on the same prompts, two models agree more often than independent ones, and the
    /// interval is wider than it need be; [`crate::compare`] uses the pairing.
    pub fn minus(self, before: Self) -> Self {
        let value = self.value - before.value;
        let down = (self.value - self.low).hypot(before.high - before.value);
        let up = (self.high - self.value).hypot(before.value - before.low);
        Self { value, low: value - down, high: value + up }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Confidence, wilson};

    #[test]
    fn a_difference_agrees_with_newcombe() {
        // Newcombe 1998, table II, example (a), method 10: 56/70 - 48/80 = 0.2, interval 0.0524 to 0.3339.
        let confidence = Confidence::default();
        let difference = wilson(56, 70, confidence).unwrap().minus(wilson(48, 80, confidence).unwrap());
        assert!((difference.value - 0.2).abs() < 1e-12);
        // The paper prints four decimals.
        assert!((difference.low - 0.0524).abs() < 5e-5 && (difference.high - 0.3339).abs() < 5e-5, "{difference:?}");
        assert!(!difference.contains(0.0));
    }
}
