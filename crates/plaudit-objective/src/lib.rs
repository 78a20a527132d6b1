//! Objectives: from columns of log-probabilities to a loss and its derivatives.
//!
//! **Owns** every loss a policy is trained with, its gradient with respect to what the policy computed, and the metrics
//! that explain it. Slices in, slices out.
//! **Must not know** tensors, models, optimisers, or where an advantage comes from.
//! **Start at** [`Objective`] (the contract), then [`ClippedPg`] (PPO and GRPO) and [`WeightedLikelihood`] (SFT).
//!
//! Whoever owns the model computes the columns, asks the objective for dL/dlogp (and dL/dentropy), and back-propagates
//! `sum(logp * dL/dlogp + entropy * dL/dentropy)` with those derivatives held constant.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, ClippedPg, Objective};
//!
//! // Two completions of 2 and 1 tokens, on policy: every ratio is 1, so dL/dlogp = -advantage / tokens.
//! let samples = Segments::from_lengths([2, 1]);
//! let (logp, advantage, mask) = ([-0.5, -1.0, -2.0], [1.0, 1.0, -2.0], [true; 3]);
//! let columns = PolicyColumns {
//!     samples: &samples, logp: &logp, old_logp: &logp, ref_logp: None, entropy: None, advantage: &advantage, mask: &mask,
//! };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::count(&samples, &mask, 64);
//! let loss = ClippedPg::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! assert_eq!(loss.value, 0.0);
//! assert_eq!(slopes, [-1.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0]);
//! ```

mod clipped_pg;
mod kl;
mod metrics;
mod totals;
mod weighted_likelihood;

pub use clipped_pg::ClippedPg;
pub use kl::{KlConfig, KlEstimator};
pub use metrics::{accumulate, per_token};
pub use totals::{Aggregation, BatchTotals};
pub use weighted_likelihood::WeightedLikelihood;

use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A loss over policy columns.
pub trait Objective<R: Real> {
    /// Evaluates the samples in `columns`, a whole batch or any run of whole samples of it: writes the derivatives
    /// (overwriting them; 0 on masked tokens) and returns these samples' share of the batch's loss and metrics.
    ///
    /// `totals` counts the *whole* batch that the loss averages over. A token's derivative depends on its own sample and on
    /// `totals` alone, so a batch cut into runs of samples has bit for bit the derivatives of the batch in one piece, and
    /// the shares of loss and metrics add up to its loss and metrics ([`accumulate`]; the sums up to rounding).
    ///
    /// Masked tokens are never read. NaN in an unmasked token makes the loss NaN; a trainer stops there.
    ///
    /// # Panics
    /// Where column lengths differ, or a column is absent that [`ObjectiveConfig::needs`] names: a mistake of the caller.
    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss;
}

/// The optional columns an objective reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// `ref_logp`: a frozen copy of the initial policy has to score every batch.
    pub reference: bool,
    /// `entropy`, and room for dL/dentropy.
    pub entropy: bool,
}

/// What is minimised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ObjectiveConfig {
    /// Clipped policy gradient: PPO, GRPO, Dr.GRPO and DAPO's loss are settings of it.
    ClippedPg(ClippedPg),
    /// Likelihood of the sampled tokens weighted by their advantage: supervised fine-tuning, RAFT, weighted behaviour cloning.
    WeightedLikelihood(WeightedLikelihood),
}

impl ObjectiveConfig {
    /// The optional columns it reads.
    pub fn needs(&self) -> Needs {
        match self {
            Self::ClippedPg(objective) => {
                Needs { reference: objective.kl.coefficient != 0.0, entropy: objective.entropy_coefficient != 0.0 }
            }
            Self::WeightedLikelihood(_) => Needs::default(),
        }
    }
}

impl<R: Real> Objective<R> for ObjectiveConfig {
    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        match self {
            Self::ClippedPg(objective) => objective.evaluate(columns, totals, out),
            Self::WeightedLikelihood(objective) => objective.evaluate(columns, totals, out),
        }
    }
}

/// Panics with the name of what does not fit, so that no derivative is shifted onto another token.
fn assert_shapes<R: Real>(columns: &PolicyColumns<'_, R>, out: &Derivatives<'_, R>) {
    columns.assert_shapes();
    let tokens = columns.samples.total();
    assert_eq!(out.logp.len(), tokens, "dL/dlogp");
    assert!(out.entropy.as_ref().is_none_or(|column| column.len() == tokens), "dL/dentropy");
}
