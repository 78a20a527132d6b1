//! Direct preference optimisation: the losses of DPO and its relatives over pairs of completions.
//!
//! ```text
//! d_i = sum_t ( logp_t - ref_logp_t )                                over the unmasked tokens of sample i
//! z   = score(d_chosen) - score(d_rejected)                          score: the divergence; d itself by default
//! L   = sum_pairs w * sum_losses v * loss(beta z, ...) / sum_pairs w
//! ```
//!
//! Shapes and units: logp and ref_logp one value per token in nats; pairs name their samples, w is the pair's weight, v a loss's.
//! Each loss's formula stands at its name ([`DpoLoss`]). A sample may be in many pairs.
//!
//! Source: DPO (arXiv 2305.18290), f-divergences (2309.16240), length desensitised LD-DPO (2409.06411), weighted WPO (2406.11827),
//! several losses at once MPO (2411.10442); the papers of the losses stand at their names. Semantics are those of TRL 1.16.
//!
//! Deviations: `label_smoothing` also serves `sigmoid` (conservative DPO), where TRL 1.16 ignores it. Pairs have weights. With
//! `weighting`, `sft` is left as it is. Forward KL and the alpha-divergence bound their exponent to 80, as TRL does
//! for the latter in single precision. The label of `exo-pair` has single precision, as in TRL.
//!
//! # Example
//!
//! One answer preferred to two others, beta 1.
//!
//! ```
//! use plaudit_core::{Derivatives, Pair, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Dpo, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! // Ratios to the reference: 2, 2/3 and 2.
//! let logp: Vec<f64> = [2.0_f64, 2.0 / 3.0, 2.0].iter().map(|ratio| -3.0 + ratio.ln()).collect();
//! let pairs = [(0, 1), (0, 2)].map(|(chosen, rejected)| Pair { chosen, rejected, weight: 1.0 });
//! let columns = PolicyColumns {
//!     ref_logp: Some(&[-3.0; 3]),
//!     pairs: Some(&pairs),
//!     ..PolicyColumns::new(&samples, &[true; 3], &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::of(&columns, 64);
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = Dpo { beta: 1.0, ..Dpo::default() }.evaluate(&columns, &totals, out);
//! // sigmoid(ln 3) = 3/4 and sigmoid(0) = 1/2.
//! assert!((loss.value + (0.75_f64.ln() + 0.5_f64.ln()) / 2.0).abs() < 1e-12);
//! for (slope, expected) in slopes.iter().zip([-0.375, 0.125, 0.25]) {
//!     assert!((slope - expected).abs() < 1e-12);
//! }
//! ```
//!
//! # When to use
//!
//! Pairs of answers with a preference and no reward that can be computed; or right against wrong answers of one group, on policy, as an
//! objective that needs no advantage. `ipo` where preferences are nearly certain (DPO then drives the margin without bound),
//! `robust` where labels are noisy, `apo-zero` and `nca-pair` where the likelihood of chosen answers must not fall, `sft` beside another
//! loss.
//!
//! # Traps
//!
//! - Only the margin is trained by most losses: the likelihood of the chosen answer often falls as well; watch `log_ratio_chosen`.
//! - Sums favour length: a long answer has the larger log-ratio. `ld_alpha`, `sigmoid-norm` and `ipo` are the remedies.
//! - beta means different things: strength of the reference (sigmoid), target margin 1 / (2 beta) (ipo, sppo-hard).
//! - `robust` has no lower bound once e > 0, and `exo-pair` is infinite at e = 0.
//! - A divergence other than reverse KL is read by sigmoid, sigmoid-norm, hinge, ipo, exo-pair, robust and discopop alone.
//! - `aot` and `aot-unpaired` compare sorted columns, so they need the whole batch, and more pairs make another loss. A weight goes with
//!   the pair whose policy (chosen) side holds the rank.

mod divergence;
mod loss;

pub use divergence::DpoDivergence;
pub(crate) use divergence::bounded_exp_m1;
pub use loss::DpoLoss;
pub(crate) use loss::{hinge, smoothed};

use crate::pairs::{PairBatch, Side};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Direct preference optimisation and its relatives: raise the likelihood of the preferred of two answers against the other, relative to
/// the reference policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dpo {
    /// The losses to add up, each with its weight; several at once are MPO.
    #[schemars(length(min = 1))]
    pub losses: Vec<WeightedDpoLoss>,
    /// Strength of the reference policy; larger keeps the policy closer. For ipo and sppo-hard the target margin is 1 / (2 beta).
    #[schemars(range(min = 0.0))]
    pub beta: f64,
    /// Probability that a label is wrong; read by sigmoid, exo-pair, robust, aot and aot-unpaired. Robust needs less than 0.5.
    #[schemars(range(min = 0.0, max = 0.5))]
    pub label_smoothing: f64,
    /// The divergence from the reference policy.
    pub divergence: DpoDivergence,
    /// a of the alpha-divergence.
    pub divergence_alpha: f64,
    /// How much tokens beyond the length of the shorter answer count (LD-DPO): 1 as all others, 0 not at all.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ld_alpha: f64,
    /// Multiplies a pair's loss by how likely the policy is to write both answers (WPO): by the geometric means over their tokens of the
    /// column `weight`, which then holds p_t / sum over the vocabulary of p^2.
    pub weighting: bool,
    /// Takes the reference to be uniform: no reference policy is kept.
    pub reference_free: bool,
    /// Temperature of discopop's switch between its two losses.
    #[schemars(range(min = 1e-6))]
    pub discopop_temperature: f64,
}

/// A loss and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WeightedDpoLoss {
    /// The loss.
    pub loss: DpoLoss,
    /// Its factor.
    pub weight: f64,
}

impl Default for WeightedDpoLoss {
    fn default() -> Self {
        Self { loss: DpoLoss::default(), weight: 1.0 }
    }
}

impl Default for Dpo {
    fn default() -> Self {
        Self {
            losses: vec![WeightedDpoLoss::default()],
            beta: 0.1,
            label_smoothing: 0.0,
            divergence: DpoDivergence::default(),
            divergence_alpha: 0.5,
            ld_alpha: 1.0,
            weighting: false,
            reference_free: false,
            discopop_temperature: 0.05,
        }
    }
}

impl<R: Real> Objective<R> for Dpo {
    fn needs(&self) -> Needs {
        Needs { reference: !self.reference_free, pairs: true, weight: self.weighting, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        if self.losses.iter().any(|weighted| weighted.loss.sorts()) { Scope::Batch } else { Scope::Group }
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        let reference = columns.ref_logp.filter(|_| !self.reference_free);
        let mut batch = PairBatch::new(columns, reference, totals, self.ld_alpha);
        let sides = batch.sides.clone();
        let likely = |pair: usize| match self.weighting {
            true => (sides[pair][0].log_weight + sides[pair][1].log_weight).exp(),
            false => 1.0,
        };
        for &WeightedDpoLoss { loss, weight } in &self.losses {
            let mut add = |pairs: [usize; 2], value: f64, slopes: [f64; 2]| {
                let weight = weight * likely(pairs[0]);
                batch.add(pairs, weight * value, slopes.map(|slope| weight * slope));
            };
            if loss == DpoLoss::Sft {
                batch.add_nll(weight);
            } else if loss.sorts() {
                loss.of_sorted(self, &sides, add);
            } else {
                for (pair, both) in sides.iter().enumerate() {
                    let (value, slopes) = loss.of_pair(self, both);
                    add([pair; 2], value, slopes);
                }
            }
        }
        batch.finish(out, |side: &Side| self.beta * side.log_ratio())
    }
}
