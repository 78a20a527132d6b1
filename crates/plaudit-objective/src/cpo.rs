//! Contrastive preference optimisation: preferences without a reference policy. SimPO and AlphaPO are settings of it.
//!
//! ```text
//! s_i = sum_t logp_t                      or, length normalised, the mean over the n_i unmasked tokens
//! R_i = s_i                               or, with alpha != 0, ( 1 - exp(-alpha s_i) ) / alpha
//! x   = beta ( R_chosen - R_rejected ) - gamma
//! L   = mean_pairs( -(1 - e) ln sigmoid(x) - e ln sigmoid(-x) ) + nll * mean over the tokens of chosen answers( -logp_t )
//! ```
//!
//! `hinge` has max(0, 1 - x) in place of the logistic loss, `ipo` (R_chosen - R_rejected - 1 / (2 beta))^2.
//!
//! Shapes and units: logp one value per token in nats; pairs name their samples and weigh the means.
//!
//! Source: CPO (arXiv 2401.08417), SimPO (2405.14734), AlphaPO (2501.03884). Semantics are those of TRL 1.16 (`experimental.cpo`).
//!
//! Deviations: pairs have weights. AlphaPO's reward is computed from log-probabilities and not from probabilities, which underflow,
//! and its exponent is bounded to 80.
//!
//! # Example
//!
//! SimPO: one answer preferred to two others, beta 2, gamma 1. Means of logp are -1, -1.5 and -2.
//!
//! ```
//! use plaudit_core::{Derivatives, Pair, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Cpo, Objective};
//!
//! let samples = Segments::from_lengths([2, 1, 1]);
//! let logp = [-0.5, -1.5, -1.5, -2.0];
//! let pairs = [(0, 1), (0, 2)].map(|(chosen, rejected)| Pair { chosen, rejected, weight: 1.0 });
//! let columns = PolicyColumns { pairs: Some(&pairs), ..PolicyColumns::new(&samples, &[true; 4], &logp) };
//! let simpo = Cpo { beta: 2.0, gamma: 1.0, length_normalised: true, nll: 0.0, ..Cpo::default() };
//! let mut slopes = [0.0_f64; 4];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = simpo.evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // x is 2 * 0.5 - 1 = 0 and 2 * 1 - 1 = 1.
//! let softplus = (1.0 + (-1.0_f64).exp()).ln();
//! assert!((loss.value - (2.0_f64.ln() + softplus) / 2.0).abs() < 1e-12);
//! // The first pair: -sigmoid(0) * beta / 2 pairs = -1/2, shared by the two tokens of the chosen answer.
//! assert!((slopes[2] - 0.5).abs() < 1e-12);
//! assert!((slopes[0] + (slopes[2] + slopes[3]) / 2.0).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Pairs, and no memory or time for a reference policy. SimPO where answers differ in length. The likelihood term of CPO (`nll`) keeps
//! chosen answers likely.
//!
//! # Traps
//!
//! - Nothing holds the policy: small learning rates, few epochs.
//! - SimPO's beta is 2 to 10, not DPO's 0.1; gamma is a margin of x, where the paper states gamma / beta.
//! - Unnormalised sums prefer the shorter answer wherever both are equally likely per token.

use crate::dpo::{bounded_exp_m1, hinge, smoothed};
use crate::numeric::times;
use crate::pairs::{PairBatch, Side};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Contrastive preference optimisation, SimPO and AlphaPO: raise the likelihood of the preferred of two answers against the other, without
/// a reference policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cpo {
    /// The loss of a margin.
    pub loss: CpoLoss,
    /// What a nat of the difference is worth: 0.1 for CPO, 2 and more for SimPO.
    #[schemars(range(min = 0.0))]
    pub beta: f64,
    /// Compares means per token instead of sums (SimPO; usual for ipo).
    pub length_normalised: bool,
    /// The margin that the preferred answer should win by, in units of beta times nats (SimPO: 0.5 and more).
    pub gamma: f64,
    /// Bends the reward (AlphaPO, 0.25 in the paper): positive widens differences between unlikely answers; 0 leaves it alone.
    pub alpha: f64,
    /// Probability that a label is wrong; read by sigmoid.
    #[schemars(range(min = 0.0, max = 0.5))]
    pub label_smoothing: f64,
    /// Weight of the negative log-likelihood of chosen answers, per token: 1 for CPO, 0 for SimPO.
    #[schemars(range(min = 0.0))]
    pub nll: f64,
}

/// The loss of a margin x; see the formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CpoLoss {
    /// Logistic.
    #[default]
    Sigmoid,
    /// max(0, 1 - x).
    Hinge,
    /// Squared distance of the rewards' difference from 1 / (2 beta); gamma is not read.
    Ipo,
}

impl Default for Cpo {
    fn default() -> Self {
        Self {
            loss: CpoLoss::default(),
            beta: 0.1,
            length_normalised: false,
            gamma: 0.0,
            alpha: 0.0,
            label_smoothing: 0.0,
            nll: 1.0,
        }
    }
}

impl Cpo {
    /// The reward of a side, without beta, and its derivative by the summed log-probability.
    fn reward(&self, side: &Side) -> (f64, f64) {
        let scale = if self.length_normalised { side.per_token() } else { 1.0 };
        let score = scale * side.logp;
        if self.alpha == 0.0 {
            return (score, scale);
        }
        let (value, slope) = bounded_exp_m1(-self.alpha * score);
        (-value / self.alpha, scale * slope)
    }
}

impl<R: Real> Objective<R> for Cpo {
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
            let [(chosen, up), (rejected, down)] = batch.sides[pair].map(|side| self.reward(&side));
            let x = self.beta * (chosen - rejected) - self.gamma;
            let (value, slope) = match self.loss {
                CpoLoss::Sigmoid => smoothed(x, self.label_smoothing),
                CpoLoss::Hinge => hinge(x),
                CpoLoss::Ipo => {
                    let error = chosen - rejected - 0.5 / self.beta;
                    (error * error, 2.0 * error / self.beta)
                }
            };
            let slope = self.beta * slope;
            batch.add([pair; 2], value, [times(slope, up), -times(slope, down)]);
        }
        batch.add_nll(self.nll);
        batch.finish(out, |side: &Side| self.beta * self.reward(side).0)
    }
}
