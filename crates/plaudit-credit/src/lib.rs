//! Credit: from the scores of a batch to the advantage of every sample and token.
//!
//! **Owns** baselines, scales and how an advantage spreads over tokens; values of steps ([`process`]), the shaping of scores ([`shape`])
//! and which samples are learnt from ([`select`]). Slices in, slices out.
//! **Must not know** tensors, models, tasks, where scores come from, or what an objective does with an advantage.
//! **Start at** [`CreditConfig`], then [`GroupConfig`] (GRPO and its relatives) and [`StepsConfig`] (steps and turns).
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, GroupConfig};
//!
//! // Four answers of one token to one prompt, two of them right.
//! let (samples, groups) = (Segments::from_lengths([1; 4]), Segments::from_lengths([4]));
//! let columns = CreditColumns::<f64>::new(&samples, &groups, &[true; 4], &[1.0, 0.0, 0.0, 1.0], &[true; 4]);
//! let mut advantage = [0.0; 4];
//! let credit = CreditConfig::Group(GroupConfig::default());
//! credit.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! // Mean 1/2, unbiased standard deviation sqrt(1/3): half over that is 0.866.
//! assert!((advantage[0] - 0.866).abs() < 1e-3 && (advantage[1] + 0.866).abs() < 1e-3);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```

mod backward;
mod broadcast;
mod columns;
mod entropy_modulated;
mod gae;
mod gdpo;
mod group;
mod implicit_process;
mod kl_process;
mod normalise;
mod optimal_token_baseline;
mod pairwise;
mod pass_at_k;
mod precision;
pub mod process;
mod reward_to_go;
mod rewards;
mod running_baseline;
pub mod select;
pub mod shape;
mod step_columns;
mod step_potential;
mod steps;
mod sweep;
mod trajectory_graph;
mod tree;
mod whiten;

pub use backward::Masked;
pub use columns::{CreditError, CreditNeeds};
pub use entropy_modulated::EntropyModulatedConfig;
pub use gae::GaeConfig;
pub use gdpo::GdpoConfig;
pub use group::GroupConfig;
pub use implicit_process::ImplicitProcessConfig;
pub use kl_process::{KlOrder, KlProcessConfig};
pub use normalise::{Centre, Constant, Normalisation, Scale, Singleton};
pub use optimal_token_baseline::{OptimalTokenBaselineConfig, Positions};
pub use pairwise::PairwiseConfig;
pub use pass_at_k::{PassAtKConfig, SecondBest};
pub use precision::Precision;
pub use reward_to_go::{Baseline, RewardToGoConfig};
pub use running_baseline::RunningBaseline;
pub use step_potential::StepPotentialConfig;
pub use steps::{Accumulate, OutcomeOf, OutcomePart, StepPart, StepScope, StepsConfig};
pub use trajectory_graph::TrajectoryGraphConfig;
pub use tree::{TreeColumns, TreeConfig, TreeError, TreeScale};
pub use whiten::Whiten;

use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// From the columns of a batch to the advantage of every token.
pub trait Estimator<R: Real> {
    /// The optional columns it reads.
    fn needs(&self) -> CreditNeeds;

    /// Writes the advantage of each token (overwriting it; 0 on masked tokens and on samples without a score, unless a setting says
    /// otherwise), and the returns where it makes any and they are asked for. Shapes, `needs` and the scores have been checked.
    ///
    /// # Errors
    /// [`CreditError`] where numbers or groups are such that there is no advantage.
    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError>;
}

/// How scores become advantages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CreditConfig {
    /// Compare each sample with the other answers to its prompt: GRPO, Dr.GRPO, RLOO and REINFORCE are settings of it.
    Group(GroupConfig),
    /// Compare what follows each token with what a value network expected there: GAE, as in PPO.
    Gae(GaeConfig),
    /// Pay each token for the rewards from it on: REINFORCE++ and ReMax.
    RewardToGo(RewardToGoConfig),
    /// Compare each token with the others at its position, weighted by how much gradients have grown: the optimal token baseline.
    OptimalTokenBaseline(OptimalTokenBaselineConfig),
    /// Pay only the best answer of a group, for its lead over the second best.
    PassAtK(PassAtKConfig),
    /// Compare each signal within the group by itself, then add up: GDPO.
    Gdpo(GdpoConfig),
    /// Compare answers by a judge's pairwise comparisons: Think-RM.
    Pairwise(PairwiseConfig),
    /// Credit steps or turns: the outcome's advantage and each step's own, compared with its like and added.
    Steps(StepsConfig),
    /// The outcome's advantage, more of it for confident steps and less for uncertain ones (EMPG).
    EntropyModulated(EntropyModulatedConfig),
    /// The outcome's advantage, averaged over the samples that share a step (SALT).
    TrajectoryGraph(TrajectoryGraphConfig),
    /// The outcome's advantage, less of it once the solution is reached, and differences of step potentials (SPAE).
    StepPotential(StepPotentialConfig),
    /// The outcome's advantage less the log-ratio to the reference policy from each step on (PRL).
    KlProcess(KlProcessConfig),
    /// Leave-one-out outcomes plus leave-one-out returns of token rewards (PRIME).
    ImplicitProcess(ImplicitProcessConfig),
}

impl CreditConfig {
    /// The name that recipes choose it by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Group(_) => "group",
            Self::Gae(_) => "gae",
            Self::RewardToGo(_) => "reward-to-go",
            Self::OptimalTokenBaseline(_) => "optimal-token-baseline",
            Self::PassAtK(_) => "pass-at-k",
            Self::Gdpo(_) => "gdpo",
            Self::Pairwise(_) => "pairwise",
            Self::Steps(_) => "steps",
            Self::EntropyModulated(_) => "entropy-modulated",
            Self::TrajectoryGraph(_) => "trajectory-graph",
            Self::StepPotential(_) => "step-potential",
            Self::KlProcess(_) => "kl-process",
            Self::ImplicitProcess(_) => "implicit-process",
        }
    }

    /// The optional columns it reads.
    pub fn needs(&self) -> CreditNeeds {
        f64::estimator(self).needs()
    }

    /// Writes one advantage per token: what an objective reads.
    ///
    /// # Errors
    /// [`CreditError`], where a scored sample's score is NaN or infinite, or a column is absent that the estimator needs.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn credit<R: Precision>(
        &self,
        columns: &CreditColumns<'_, R>,
        out: &mut Advantages<'_, R>,
    ) -> Result<(), CreditError> {
        columns.assert_shapes();
        assert_eq!(out.advantage.len(), columns.samples.total(), "advantage");
        assert!(out.returns.as_ref().is_none_or(|column| column.len() == columns.samples.total()), "returns");
        columns::check_scores(columns)?;
        let estimator = R::estimator(self);
        estimator.needs().check(self.kind(), columns)?;
        estimator.estimate(columns, out)
    }

    fn estimator<R: Real>(&self) -> &dyn Estimator<R> {
        match self {
            Self::Group(group) => group,
            Self::Gae(gae) => gae,
            Self::RewardToGo(reward_to_go) => reward_to_go,
            Self::OptimalTokenBaseline(baseline) => baseline,
            Self::PassAtK(pass_at_k) => pass_at_k,
            Self::Gdpo(gdpo) => gdpo,
            Self::Pairwise(pairwise) => pairwise,
            Self::Steps(steps) => steps,
            Self::EntropyModulated(entropy) => entropy,
            Self::TrajectoryGraph(graph) => graph,
            Self::StepPotential(potential) => potential,
            Self::KlProcess(kl) => kl,
            Self::ImplicitProcess(process) => process,
        }
    }
}
