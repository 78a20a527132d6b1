//! What a log-ratio is worth under the divergence that the policy is held by: f'(ratio) of f-DPO (arXiv 2309.16240).

use crate::numeric::{sigmoid, softplus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// exp(x) - 1 and its derivative. Beyond 80 both would soon leave the range of numbers: there the value stays, with derivative 0.
pub(crate) fn bounded_exp_m1(exponent: f64) -> (f64, f64) {
    const BOUND: f64 = 80.0;
    if exponent > BOUND { (BOUND.exp_m1(), 0.0) } else { (exponent.exp_m1(), exponent.exp()) }
}

/// The divergence from the reference policy that the optimum is regularised by. With d the summed log-ratio of a completion:
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DpoDivergence {
    /// Score d: DPO.
    #[default]
    ReverseKl,
    /// Score 1 - exp(-d).
    ForwardKl,
    /// Score ln 2 + ln sigmoid(d): Jensen-Shannon.
    Js,
    /// Score (exp((a - 1) d) - 1) / (a - 1), a being `divergence_alpha`; 1 is reverse KL, 0 forward KL.
    Alpha,
}

impl DpoDivergence {
    /// The score of a log-ratio and its derivative.
    pub(super) fn score(self, alpha: f64, log_ratio: f64) -> (f64, f64) {
        match self {
            Self::ReverseKl => (log_ratio, 1.0),
            Self::ForwardKl => {
                let (value, slope) = bounded_exp_m1(-log_ratio);
                (-value, slope)
            }
            Self::Js => (std::f64::consts::LN_2 - softplus(-log_ratio), sigmoid(-log_ratio)),
            // As in TRL: the limit, where the quotient has no digits left.
            Self::Alpha if (alpha - 1.0).abs() < 1e-6 => (log_ratio, 1.0),
            Self::Alpha => {
                let (value, slope) = bounded_exp_m1((alpha - 1.0) * log_ratio);
                (value / (alpha - 1.0), slope)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_by_hand() {
        let close = |(value, slope): (f64, f64), expected: (f64, f64)| {
            assert!((value - expected.0).abs() < 1e-15 && (slope - expected.1).abs() < 1e-15, "{value} {slope}");
        };
        // A ratio of 4.
        let d = 4.0_f64.ln();
        close(DpoDivergence::ReverseKl.score(0.5, d), (d, 1.0));
        close(DpoDivergence::ForwardKl.score(0.5, d), (0.75, 0.25));
        close(DpoDivergence::Js.score(0.5, d), (1.6_f64.ln(), 0.2));
        close(DpoDivergence::Alpha.score(0.5, d), (1.0, 0.5));
        close(DpoDivergence::Alpha.score(0.0, d), (0.75, 0.25));
        close(DpoDivergence::Alpha.score(1.0, d), (d, 1.0));
        close(DpoDivergence::Alpha.score(3.0, 50.0), (0.5 * 80.0_f64.exp_m1(), 0.0));
        close(DpoDivergence::ForwardKl.score(0.5, -90.0), (-80.0_f64.exp_m1(), 0.0));
        for divergence in [DpoDivergence::ReverseKl, DpoDivergence::ForwardKl, DpoDivergence::Js, DpoDivergence::Alpha]
        {
            assert!(divergence.score(0.5, f64::NAN).0.is_nan());
        }
    }
}
