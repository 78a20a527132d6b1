//! Objectives: from columns of log-probabilities to a loss and its derivatives.
//!
//! **Owns** every loss a policy is trained with, its gradient with respect to what the policy computed, and the metrics
//! that explain it. Slices in, slices out.
//! **Must not know** tensors, models, optimisers, or where an advantage comes from.
//! **Start at** [`Objective`] (the contract), then [`ClippedPg`] (PPO and GRPO), [`WeightedLikelihood`] (SFT), [`Dpo`] (preferences) and
//! [`RewardsAsLabels`] (groups). What is not a policy's log-probability has contracts of its own: [`ValueObjective`] (value heads),
//! [`BradleyTerry`] and [`OutcomeBce`] (reward models), [`SoftTargets`] (distributions of a teacher).
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
//! let columns = PolicyColumns { advantage: Some(&advantage), ..PolicyColumns::new(&samples, &mask, &logp) };
//! let mut slopes = [0.0_f64; 3];
//! let totals = BatchTotals::count(&samples, &mask, 64);
//! let loss = ClippedPg::default().evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! assert_eq!(loss.value, 0.0);
//! assert_eq!(slopes, [-1.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0]);
//! ```

mod block;
mod cispo;
mod clipped_pg;
mod covariance_pg;
mod cpo;
mod distill;
mod dpo;
mod dppo;
mod dro;
mod entropy_band;
mod exponential;
mod geometric_mean;
mod importance;
mod kl;
mod kto;
mod metrics;
mod numeric;
mod oreal;
mod orpo;
mod pacs;
mod pairs;
mod precision;
mod ratio;
mod real;
mod reinforce;
mod rejection;
mod reward_model;
mod sapo;
mod sequence;
mod soft_targets;
mod sums;
mod surrogate;
mod totals;
mod value;
mod vespo;
mod weighted_likelihood;

pub use cispo::Cispo;
pub use clipped_pg::{ClippedPg, Elastic};
pub use covariance_pg::{CovarianceMethod, CovariancePg};
pub use cpo::{Cpo, CpoLoss};
pub use distill::Distill;
pub use dpo::{Dpo, DpoDivergence, DpoLoss, WeightedDpoLoss};
pub use dppo::{Divergence, Dppo};
pub use dro::Dro;
pub use geometric_mean::GeometricMean;
pub use importance::{ImportanceLevel, ImportanceMode, ImportanceWeights, mask_off_policy};
pub use kl::{KlConfig, KlEstimator};
pub use kto::{Kto, KtoKl};
pub use metrics::{accumulate, per_token};
pub use oreal::{Oreal, oreal_running_scores, oreal_token_weights};
pub use orpo::Orpo;
pub use pacs::{Pacs, PacsCentre, PacsScore, PacsWeights};
pub use precision::Precision;
pub use ratio::RatioLevel;
pub use real::{RewardsAsLabels, RewardsAsLabelsForm};
pub use reinforce::Reinforce;
pub use rejection::{Rejection, RejectionDistance, RejectionLevel};
pub use reward_model::{BradleyTerry, OutcomeBce};
pub use sapo::Sapo;
pub use soft_targets::{SoftTargetColumns, SoftTargets, Tail};
pub use totals::{Aggregation, BatchTotals, Numerics};
pub use value::{Bins, BinsTarget, ClippedMse, Expectile, ValueColumns, ValueConfig, ValueObjective};
pub use vespo::Vespo;
pub use weighted_likelihood::WeightedLikelihood;

use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A loss over policy columns.
pub trait Objective<R: Real> {
    /// The optional columns it reads.
    fn needs(&self) -> Needs;

    /// What it has to see in one piece.
    fn scope(&self) -> Scope;

    /// Evaluates the samples in `columns`, a whole batch or a part of it that [`Objective::scope`] allows: writes the derivatives
    /// (overwriting them; 0 on masked tokens) and returns these samples' share of the batch's loss and metrics.
    ///
    /// `totals` counts the *whole* batch that the loss averages over. A token's derivative depends on its own part of the batch and on
    /// `totals` alone, so a batch cut into parts has bit for bit the derivatives of the batch in one piece, and
    /// the shares of loss and metrics add up to its loss and metrics ([`accumulate`]; the sums up to rounding).
    ///
    /// Masked tokens are never read. NaN in an unmasked token makes the loss NaN; a trainer stops there.
    ///
    /// # Panics
    /// Where column lengths differ, or a column is absent that [`Objective::needs`] names: a mistake of the caller.
    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss;
}

/// The columns of [`PolicyColumns`] that an objective reads beside `logp` and `mask`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// `advantage`.
    pub advantage: bool,
    /// `old_logp`. What does not need it may be given `logp` in its place.
    pub old: bool,
    /// `ref_logp`: a frozen copy of the initial policy (or a teacher) has to score every batch.
    pub reference: bool,
    /// `entropy`, and room for dL/dentropy.
    pub entropy: bool,
    /// `groups`.
    pub groups: bool,
    /// `label`.
    pub label: bool,
    /// `pass_rate`.
    pub pass_rate: bool,
    /// `pairs`.
    pub pairs: bool,
    /// `weight`, without which it cannot do. Losses of single tokens read the column wherever it is there.
    pub weight: bool,
}

impl Needs {
    /// The first column that is needed and absent.
    pub fn missing<R: Real>(&self, columns: &PolicyColumns<'_, R>) -> Option<&'static str> {
        let needed = [
            (self.advantage, columns.advantage.is_some(), "advantage"),
            (self.reference, columns.ref_logp.is_some(), "ref_logp"),
            (self.entropy, columns.entropy.is_some(), "entropy"),
            (self.groups, columns.groups.is_some(), "groups"),
            (self.label, columns.label.is_some(), "label"),
            (self.pass_rate, columns.pass_rate.is_some(), "pass_rate"),
            (self.pairs, columns.pairs.is_some(), "pairs"),
            (self.weight, columns.weight.is_some(), "weight"),
        ];
        needed.into_iter().find(|(is_needed, is_there, _)| *is_needed && !is_there).map(|(_, _, column)| column)
    }
}

/// The least part of a batch whose derivatives can be had without the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Any run of whole samples.
    Sample,
    /// Whole groups (and pairs).
    Group,
    /// The batch in one piece.
    Batch,
}

/// What is minimised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ObjectiveConfig {
    /// Clipped policy gradient: PPO, GRPO, Dr.GRPO, DAPO, GSPO and LUSPO's loss are settings of it.
    ClippedPg(ClippedPg),
    /// CISPO: REINFORCE with the clipped importance ratio as a factor; no token is cut off.
    Cispo(Cispo),
    /// SAPO: a soft gate on the probability ratio in the place of the clip.
    Sapo(Sapo),
    /// VESPO: REINFORCE weighted by a smooth function of the whole sequence's importance ratio.
    Vespo(Vespo),
    /// GMPO: the geometric mean of a sequence's clipped ratios.
    GeometricMean(GeometricMean),
    /// DPPO: tokens are dropped by how far their probability has moved (total variation or KL).
    Dppo(Dppo),
    /// Clip-Cov and KL-Cov: a small share of the tokens that cost entropy is left out or held back.
    CovariancePg(CovariancePg),
    /// DRO: REINFORCE with a quadratic penalty on the log-ratio.
    Dro(Dro),
    /// REINFORCE: the plain policy gradient, without a ratio; GPG.
    Reinforce(Reinforce),
    /// Likelihood of the sampled tokens weighted by their advantage: supervised fine-tuning, RAFT, weighted behaviour cloning.
    WeightedLikelihood(WeightedLikelihood),
    /// Direct preference optimisation and its relatives over pairs: DPO, IPO, SLiC, EXO, NCA, BCO, SPPO, AOT, APO, DiscoPOP, MPO, WPO,
    /// LD-DPO.
    Dpo(Dpo),
    /// Preferences without a reference policy: CPO, SimPO, AlphaPO.
    Cpo(Cpo),
    /// Imitation of chosen answers with an odds ratio against rejected ones: ORPO.
    Orpo(Orpo),
    /// Answers that are desirable or not, without pairs: KTO.
    Kto(Kto),
    /// Answers of a group classified as a set into correct and incorrect: REAL.
    #[serde(rename = "real")]
    RewardsAsLabels(RewardsAsLabels),
    /// Log-ratios as logits that predict correctness: PACS.
    Pacs(Pacs),
    /// Imitation of correct answers, a gentle push away from incorrect ones, at the tokens that decided: OREAL.
    Oreal(Oreal),
    /// Reverse KL to a teacher on the sampled tokens: on-policy distillation, SDPO without distributions.
    Distill(Distill),
}

impl ObjectiveConfig {
    /// The name that recipes choose it by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ClippedPg(_) => "clipped-pg",
            Self::Cispo(_) => "cispo",
            Self::Sapo(_) => "sapo",
            Self::Vespo(_) => "vespo",
            Self::GeometricMean(_) => "geometric-mean",
            Self::Dppo(_) => "dppo",
            Self::CovariancePg(_) => "covariance-pg",
            Self::Dro(_) => "dro",
            Self::Reinforce(_) => "reinforce",
            Self::WeightedLikelihood(_) => "weighted-likelihood",
            Self::Dpo(_) => "dpo",
            Self::Cpo(_) => "cpo",
            Self::Orpo(_) => "orpo",
            Self::Kto(_) => "kto",
            Self::RewardsAsLabels(_) => "real",
            Self::Pacs(_) => "pacs",
            Self::Oreal(_) => "oreal",
            Self::Distill(_) => "distill",
        }
    }

    /// The columns it reads.
    pub fn needs(&self) -> Needs {
        f64::objective(self).needs()
    }

    /// What it has to see in one piece.
    pub fn scope(&self) -> Scope {
        f64::objective(self).scope()
    }

    /// Evaluates a batch or a part of it; see [`Objective::evaluate`].
    ///
    /// # Panics
    /// Where column lengths differ, or a column is absent that it needs: a mistake of the caller.
    pub fn evaluate<R: Precision>(
        &self,
        columns: &PolicyColumns<'_, R>,
        totals: &BatchTotals,
        out: &mut Derivatives<'_, R>,
    ) -> Loss {
        R::objective(self).evaluate(columns, totals, out)
    }

    fn objective<R: Real>(&self) -> &dyn Objective<R> {
        match self {
            Self::ClippedPg(objective) => objective,
            Self::Cispo(objective) => objective,
            Self::Sapo(objective) => objective,
            Self::Vespo(objective) => objective,
            Self::GeometricMean(objective) => objective,
            Self::Dppo(objective) => objective,
            Self::CovariancePg(objective) => objective,
            Self::Dro(objective) => objective,
            Self::Reinforce(objective) => objective,
            Self::WeightedLikelihood(objective) => objective,
            Self::Dpo(objective) => objective,
            Self::Cpo(objective) => objective,
            Self::Orpo(objective) => objective,
            Self::Kto(objective) => objective,
            Self::RewardsAsLabels(objective) => objective,
            Self::Pacs(objective) => objective,
            Self::Oreal(objective) => objective,
            Self::Distill(objective) => objective,
        }
    }
}

/// Panics with the name of what does not fit or is absent, so that no derivative is shifted onto another token.
fn assert_columns<R: Real>(needs: Needs, columns: &PolicyColumns<'_, R>, out: &Derivatives<'_, R>) {
    columns.assert_shapes();
    let tokens = columns.samples.total();
    assert_eq!(out.logp.len(), tokens, "dL/dlogp");
    assert!(out.entropy.as_ref().is_none_or(|column| column.len() == tokens), "dL/dentropy");
    if let Some(column) = needs.missing(columns) {
        panic!("the objective reads {column}");
    }
    assert!(!needs.entropy || out.entropy.is_some(), "the objective writes dL/dentropy");
}
