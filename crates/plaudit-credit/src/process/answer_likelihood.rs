//! Answer likelihood: how probable the gold answer is after a turn.
//!
//! ```text
//! p = exp(mean_j logp_j)
//! ```
//!
//! logp_j is the log-probability (nats) of token j of the gold answer, teacher-forced after the context; p lies in [0, 1]. The
//! information gain of a turn is the difference of p after and before it: the `potential` shape.
//!
//! Source: "Information Gain-based Policy Optimization" (IGPO, arXiv 2510.14967).
//!
//! Deviations: none.
//!
//! # Example
//!
//! ```
//! use plaudit_credit::process::answer_likelihood;
//!
//! // Three turns, an answer of two tokens: 1/4, 1/2 and 1 on (geometric) average.
//! let turns = [[0.25_f64, 0.25], [1.0, 0.25], [1.0, 1.0]].map(|turn| turn.map(f64::ln));
//! assert_eq!(turns.map(|logp| answer_likelihood(&logp).map(|p| (p * 8.0).round() / 8.0)), [0.25, 0.5, 1.0].map(Some));
//! ```
//!
//! # When to use
//!
//! For interactions in which each turn may bring the answer closer, with a known answer and no reward model.
//!
//! # Traps
//!
//! The answer must be wrapped as the policy would write it, or its likelihood says more about format than about knowledge.

/// The geometric mean probability of the answer's tokens; none of an empty answer.
pub fn answer_likelihood(logp: &[f64]) -> Option<f64> {
    (!logp.is_empty()).then(|| (logp.iter().sum::<f64>() / logp.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{FinalOutcomeConfig, PotentialConfig, ShapeColumns, ShapeConfig};
    use plaudit_core::Segments;

    #[test]
    #[expect(clippy::approx_constant, reason = "the digits of the worked example")]
    fn igpo_information_gain() {
        let p = [-2.302585, -0.693147, -0.105361].map(|mean| answer_likelihood(&[mean; 3]).unwrap());
        assert!(p.iter().zip([0.1, 0.5, 0.9]).all(|(found, expected)| (found - expected).abs() < 1e-6));
        // Two turns that gain, and one that answers and gets the outcome.
        let (groups, samples) = (Segments::from_lengths([1]), Segments::from_lengths([3]));
        let (mut steps, mut outcomes) = ([Some(p[1]), Some(p[2]), None], [Some(1.0)]);
        let start = [p[0]];
        let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
        columns.start = Some(&start);
        ShapeConfig::Potential(PotentialConfig::default()).apply(&mut columns).unwrap();
        ShapeConfig::FinalOutcome(FinalOutcomeConfig::default()).apply(&mut columns).unwrap();
        let expected = [0.4, 0.4, 1.0];
        assert!(steps.iter().flatten().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6));
        assert_eq!(steps.iter().flatten().count(), 3);
    }

    #[test]
    fn an_empty_answer_has_no_likelihood() {
        assert_eq!(answer_likelihood(&[]), None);
        assert_eq!(answer_likelihood(&[f64::NEG_INFINITY, -1.0]), Some(0.0));
    }
}
