//! Outcome reward to the limit: imitate correct answers, push incorrect ones away gently, both at the tokens that decided.
//!
//! ```text
//! L = - sum_{t of correct} A_t u_t logp_t / P                        P: tokens of correct answers in the batch
//!     - c * sum_{t of incorrect} A_t u_t rho_t / N                   N: tokens of incorrect ones; rho_t = exp(logp_t - stop(logp_t))
//!     + kl * sum_{t of incorrect} ( exp(d_t) - d_t - 1 ) / N         d_t = ref_logp_t - logp_t
//! s_t = sigmoid( mean_{v <= t} h_v )                                 h: a head's score of each token so far
//! u_t = clip( (s_t - 1/2) / (1/2), 0, 1 ) of a correct answer, clip( (1/2 - s_t) / (1/2), 0, 1 ) of an incorrect one
//! ```
//!
//! Shapes and units: one value per token; logp and ref_logp in nats; A the advantage column (reward minus leave-one-out mean in the paper);
//! u the column `weight`, 1 without it; label one value per sample, above 1/2 correct. `oreal_token_weights` makes u of the head's scores.
//!
//! Source: OREAL (arXiv 2502.06781); the head is trained with `OutcomeBce` on the mean of its scores.
//!
//! Deviations: rho is 1 in value and logp's derivative in slope, at every update, as in the authors' code.
//!
//! # Example
//!
//! One correct answer of two tokens and two incorrect ones of one token, on the reference: the KL term is 0.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Oreal};
//!
//! let samples = Segments::from_lengths([2, 1, 1]);
//! let logp = [-1.0, -2.0, -0.5, -0.5];
//! let columns = PolicyColumns {
//!     advantage: Some(&[1.0, 1.0, -0.5, -0.5]),
//!     weight: Some(&[0.0, 0.6, 0.6, 1.0]),
//!     ref_logp: Some(&logp),
//!     label: Some(&[1.0, 0.0, 0.0]),
//!     ..PolicyColumns::new(&samples, &[true; 4], &logp)
//! };
//! let mut slopes = [0.0_f64; 4];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = Oreal::default().evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // 0.6 * 2 / 2 of the correct one, 0.5 * (0.5 * 0.6 + 0.5 * 1) / 2 of the incorrect ones.
//! assert!((loss.value - (0.6 + 0.2)).abs() < 1e-12);
//! for (slope, expected) in slopes.iter().zip([0.0, -0.3, 0.075, 0.125]) {
//!     assert!((slope - expected).abs() < 1e-12);
//! }
//! ```
//!
//! # When to use
//!
//! Binary outcomes on long answers, one correct and one incorrect answer per prompt, with a head that says where an answer turned.
//!
//! # Traps
//!
//! - Both sums are divided by their own number of tokens: a batch with one short incorrect answer pushes it hard.
//! - Without `weight` every token counts in full, which is not what the paper calls OREAL.
//! - The mean of head scores moves slowly late in an answer: a late mistake changes u little.

use crate::numeric::{sigmoid, times};
use crate::sequence::clear;
use crate::totals::{share, unmasked};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// OREAL: imitate correct answers, push incorrect ones away and hold those near the reference, weighing tokens by how much they decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Oreal {
    /// Weight of incorrect answers against correct ones.
    #[schemars(range(min = 0.0))]
    pub negative_coefficient: f64,
    /// Weight of the distance from the reference policy, on incorrect answers alone; 0 keeps no reference.
    #[schemars(range(min = 0.0))]
    pub kl_coefficient: f64,
}

impl Default for Oreal {
    fn default() -> Self {
        Self { negative_coefficient: 0.5, kl_coefficient: 0.01 }
    }
}

/// The weight of each token of an answer in [0, 1], from the scores that a head gave its tokens (logits; positive speaks for a correct
/// answer): how sure the running mean is of the answer's own outcome.
pub fn oreal_token_weights(head: &[f64], is_correct: bool) -> impl Iterator<Item = f64> + '_ {
    oreal_running_scores(head).map(move |score| {
        let lead = (score - 0.5) / 0.5;
        if is_correct { lead } else { -lead }.clamp(0.0, 1.0)
    })
}

/// The probability that an answer is correct as of each token: the sigmoid of the mean of the head's scores so far.
pub fn oreal_running_scores(head: &[f64]) -> impl Iterator<Item = f64> + '_ {
    head.iter().enumerate().scan(0.0, |sum, (index, score)| {
        *sum += score;
        Some(sigmoid(*sum / (index + 1) as f64))
    })
}

impl<R: Real> Objective<R> for Oreal {
    fn needs(&self) -> Needs {
        Needs { advantage: true, label: true, reference: self.kl_coefficient != 0.0, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Sample
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let (advantages, labels) = (columns.advantage.unwrap_or_default(), columns.label.unwrap_or_default());
        let (mut value, mut tokens, mut zero_gradient, mut positive_seen) = (0.0, 0.0, 0.0, 0.0);
        let (mut nll, mut kl) = (0.0, 0.0);
        for (range, &label) in columns.samples.iter().zip(labels) {
            if unmasked(&columns.mask[range.clone()]) == 0 {
                continue;
            }
            let is_correct = label > 0.5;
            let share = match is_correct {
                true => share(totals.positive_tokens, "labels"),
                false => share(totals.tokens - totals.positive_tokens, "labels"),
            };
            let mut sample_loss = 0.0;
            for token in range.filter(|&token| columns.mask[token]) {
                let logp = columns.logp[token].wide();
                let weight = columns.weight.map_or(1.0, |weight| weight[token].wide());
                let push = times(weight, advantages[token].wide());
                let slope = if is_correct {
                    positive_seen += 1.0;
                    nll -= logp;
                    sample_loss -= share * times(push, logp);
                    -share * push
                } else {
                    let mut slope = -share * self.negative_coefficient * push;
                    sample_loss += slope;
                    if let Some(reference) = columns.ref_logp.filter(|_| self.kl_coefficient != 0.0) {
                        let difference = reference[token].wide() - logp;
                        let estimate = difference.exp_m1() - difference;
                        kl += estimate;
                        sample_loss += share * self.kl_coefficient * estimate;
                        slope -= share * self.kl_coefficient * difference.exp_m1();
                    } else if logp.is_nan() {
                        // Its ratio to itself is 1 whatever it is.
                        sample_loss = logp;
                    }
                    slope
                };
                out.logp[token] = R::narrow(slope);
                tokens += 1.0;
                zero_gradient += f64::from(u8::from(slope == 0.0));
            }
            value += if label.is_nan() { label } else { sample_loss };
        }
        let metrics = vec![
            ("tokens", tokens),
            ("zero_gradient", zero_gradient),
            ("positive_tokens", positive_seen),
            ("nll_positive", nll),
            ("negative_tokens", tokens - positive_seen),
            ("kl_negative", kl),
        ];
        Loss { value, metrics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_weights_by_hand() {
        // The catalogue's numbers: a running score of 0.8 and of 0.2.
        let logit = 4.0_f64.ln();
        let weights = |head: f64, correct| oreal_token_weights(&[head], correct).next().unwrap();
        for (found, expected) in [
            (weights(logit, true), 0.6),
            (weights(logit, false), 0.0),
            (weights(-logit, true), 0.0),
            (weights(-logit, false), 0.6),
        ] {
            assert!((found - expected).abs() < 1e-12);
        }
        // Means of 2 ln 3, 0 and ln 9: ln 3 after two tokens is 3/4.
        let scores: Vec<f64> = oreal_running_scores(&[9.0_f64.ln(), 0.0, -9.0_f64.ln()]).collect();
        for (found, expected) in scores.iter().zip([0.9, 0.75, 0.5]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!(weights(f64::NAN, true).is_nan());
    }

    #[test]
    fn the_divergence_by_hand() {
        // logp - ref_logp = 0.1, one token of an incorrect answer.
        let samples = plaudit_core::Segments::from_lengths([1]);
        let columns = PolicyColumns {
            advantage: Some(&[0.0]),
            label: Some(&[0.0]),
            ref_logp: Some(&[-1.1]),
            ..PolicyColumns::new(&samples, &[true], &[-1.0])
        };
        let mut slope = [f64::NAN];
        let out = &mut Derivatives { logp: &mut slope, entropy: None };
        let loss =
            Oreal { kl_coefficient: 1.0, ..Oreal::default() }.evaluate(&columns, &BatchTotals::of(&columns, 1), out);
        assert!((loss.value - 0.004_837).abs() < 1e-6);
        assert!((slope[0] - (1.0 - (-0.1_f64).exp())).abs() < 1e-12);
    }
}
