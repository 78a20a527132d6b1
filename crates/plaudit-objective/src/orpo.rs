//! Odds-ratio preference optimisation: fine-tuning on chosen answers, with a term that makes them likelier than rejected ones.
//!
//! ```text
//! p_i = exp( mean_t logp_t )              over the unmasked tokens of sample i
//! x   = ln( p_c / (1 - p_c) ) - ln( p_r / (1 - p_r) )
//! L   = mean over the tokens of chosen answers( -logp_t ) - beta * mean_pairs( ln sigmoid(x) )
//! ```
//!
//! Shapes and units: logp one value per token in nats; pairs name their samples and weigh the means.
//!
//! Source: ORPO (arXiv 2403.07691).
//!
//! Deviations: TRL 1.16 (`experimental.orpo`) takes the likelihood over the prompt as well and works in single precision, where an answer
//! of probability 1 is NaN; here derivatives are taken in a form that stays finite there. Pairs have weights.
//!
//! # Example
//!
//! One answer preferred to two others, beta 1, of likelihood 1/2, 1/2 and 1/4 per token: odds 1, 1 and 1/3.
//!
//! ```
//! use plaudit_core::{Derivatives, Pair, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Orpo};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let logp = [0.5_f64.ln(), 0.5_f64.ln(), 0.25_f64.ln()];
//! let pairs = [(0, 1), (0, 2)].map(|(chosen, rejected)| Pair { chosen, rejected, weight: 1.0 });
//! let columns = PolicyColumns { pairs: Some(&pairs), ..PolicyColumns::new(&samples, &[true; 3], &logp) };
//! let mut slopes = [0.0_f64; 3];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = Orpo { beta: 1.0 }.evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // x is 0 and ln 3.
//! assert!((loss.value - 2.0_f64.ln() + (0.5_f64.ln() + 0.75_f64.ln()) / 2.0).abs() < 1e-12);
//! // -1 of the likelihood; -sigmoid(-x) / (1 - p_c) of the pairs: -1 and -1/2, halved.
//! assert!((slopes[0] + 1.75).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Pairs and a base model: one stage in place of fine-tuning and DPO, without a reference policy.
//!
//! # Traps
//!
//! - The likelihood term outweighs the other by far; beta (lambda in the paper) is 0.1 there, and small effects are expected.
//! - A pair's likelihood term counts once for each pair its chosen answer is in.

use crate::numeric::{sigmoid, softplus};
use crate::pairs::{PairBatch, Side};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Odds-ratio preference optimisation: imitate the preferred of two answers and raise its odds against the other's, without a reference
/// policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Orpo {
    /// Weight of the odds-ratio term (lambda in the paper).
    #[schemars(range(min = 0.0))]
    pub beta: f64,
}

impl Default for Orpo {
    fn default() -> Self {
        Self { beta: 0.1 }
    }
}

/// ln(p / (1 - p)) of ln(p).
fn log_odds(log: f64) -> f64 {
    // Either form loses digits on the other side of p = 1/2.
    let log_rest = if log > -std::f64::consts::LN_2 { (-log.exp_m1()).ln() } else { (-log.exp()).ln_1p() };
    log - log_rest
}

/// -ln sigmoid of the difference of log-odds, and its derivatives by the two mean log-probabilities.
fn odds_loss(chosen: f64, rejected: f64) -> (f64, [f64; 2]) {
    let (up, down) = (log_odds(chosen), log_odds(rejected));
    // sigmoid(-x) / (1 - p_c), with the (1 - p_c) of the odds cancelled: finite at p_c = 1.
    let chosen_slope = -1.0 / ((chosen - down).exp() - chosen.exp_m1());
    // 0 - x and not -x: 1 - 1 is 0, not -0.
    let rejected_slope = sigmoid(down - up) / (0.0 - rejected.exp_m1());
    (softplus(down - up), [chosen_slope, rejected_slope])
}

impl<R: Real> Objective<R> for Orpo {
    fn needs(&self) -> Needs {
        Needs { pairs: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Group
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        let mut batch = PairBatch::new(columns, None, totals, 1.0);
        for pair in 0..batch.sides.len() {
            let [chosen, rejected] = batch.sides[pair];
            // A side without tokens has no likelihood to compare.
            if chosen.tokens == 0 || rejected.tokens == 0 {
                continue;
            }
            let scale = [chosen.per_token(), rejected.per_token()];
            let (value, slopes) = odds_loss(scale[0] * chosen.logp, scale[1] * rejected.logp);
            batch.add([pair; 2], self.beta * value, [0, 1].map(|side| self.beta * scale[side] * slopes[side]));
        }
        batch.add_nll(1.0);
        batch.finish(out, |side: &Side| self.beta * side.per_token() * side.logp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certain_and_impossible_answers() {
        // p_c = 1: the loss is gone, its derivative is -odds of the other.
        let (value, slopes) = odds_loss(0.0, 0.25_f64.ln());
        assert!(value == 0.0 && (slopes[0] + 1.0 / 3.0).abs() < 1e-15 && slopes[1] == 0.0);
        // p_r = 1: infinite, and said so.
        assert_eq!(odds_loss(-1.0, 0.0), (f64::INFINITY, [-1.0 / -(-1.0_f64).exp_m1(), f64::INFINITY]));
        // Both all but impossible: the odds are the probabilities.
        let (value, slopes) = odds_loss(-800.0, -800.0);
        assert!((value - 2.0_f64.ln()).abs() < 1e-12 && slopes == [-0.5, 0.5]);
        assert_eq!(odds_loss(f64::NEG_INFINITY, -1.0).0, f64::INFINITY);
        assert!(odds_loss(f64::NAN, -1.0).0.is_nan());
    }
}
