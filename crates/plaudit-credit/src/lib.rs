//! Credit: from the scores of a batch to the advantage of every sample and token.
//!
//! **Owns** baselines, scales and how an advantage spreads over tokens. Slices in, slices out.
//! **Must not know** tensors, models, tasks, where scores come from, or what an objective does with an advantage.
//! **Start at** [`CreditConfig`], then [`GroupConfig`] (GRPO and its relatives).
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
mod gae;
mod gdpo;
mod group;
mod normalise;
mod optimal_token_baseline;
mod pairwise;
mod pass_at_k;
mod reward_to_go;
mod rewards;
mod running_baseline;
mod sweep;
mod whiten;

pub use backward::Masked;
pub use columns::{CreditError, CreditNeeds};
pub use gae::GaeConfig;
pub use gdpo::GdpoConfig;
pub use group::GroupConfig;
pub use normalise::{Centre, Constant, Normalisation, Scale, Singleton};
pub use optimal_token_baseline::{OptimalTokenBaselineConfig, Positions};
pub use pairwise::PairwiseConfig;
pub use pass_at_k::{PassAtKConfig, SecondBest};
pub use reward_to_go::{Baseline, RewardToGoConfig};
pub use running_baseline::RunningBaseline;
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
        }
    }

    /// The optional columns it reads.
    pub fn needs(&self) -> CreditNeeds {
        self.estimator::<f64>().needs()
    }

    /// Writes one advantage per token: what an objective reads.
    ///
    /// # Errors
    /// [`CreditError`], where a scored sample's score is NaN or infinite, or a column is absent that the estimator needs.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn credit<R: Real>(
        &self,
        columns: &CreditColumns<'_, R>,
        out: &mut Advantages<'_, R>,
    ) -> Result<(), CreditError> {
        columns.assert_shapes();
        assert_eq!(out.advantage.len(), columns.samples.total(), "advantage");
        assert!(out.returns.as_ref().is_none_or(|column| column.len() == columns.samples.total()), "returns");
        columns::check_scores(columns)?;
        let estimator = self.estimator();
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
        }
    }
}
