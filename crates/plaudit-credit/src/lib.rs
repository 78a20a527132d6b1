//! Credit: from the scores of a batch to the advantage of every sample and token.
//!
//! **Owns** baselines, scales and how an advantage spreads over tokens. Slices in, slices out.
//! **Must not know** tensors, models, tasks, where scores come from, or what an objective does with an advantage.
//! **Start at** [`CreditConfig`], then [`GroupConfig`] (GRPO and its relatives).
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::{CreditConfig, GroupConfig, OutcomeColumns};
//!
//! let credit = CreditConfig::Group(GroupConfig::default());
//! let groups = Segments::from_lengths([4]);
//! let columns = OutcomeColumns { scores: &[1.0, 0.0, 0.0, 1.0], scored: &[true; 4], groups: &groups };
//! let mut advantages = [0.0; 4];
//! credit.advantages(&columns, &mut advantages)?;
//! // Mean 1/2, unbiased standard deviation sqrt(1/3): half over that is 0.866.
//! assert!((advantages[0] - 0.866).abs() < 1e-3 && (advantages[1] + 0.866).abs() < 1e-3);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```

mod broadcast;
mod columns;
mod group;

pub use broadcast::broadcast;
pub use columns::{CreditError, OutcomeColumns};
pub use group::{Centre, GroupConfig, Scale, Singleton};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How scores become advantages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CreditConfig {
    /// Compare each sample with the other answers to its prompt: GRPO, Dr.GRPO, RLOO and REINFORCE are settings of it.
    Group(GroupConfig),
}

impl CreditConfig {
    /// Writes one advantage per sample into `out` (length: number of samples).
    ///
    /// # Errors
    /// [`CreditError::NotFinite`] where a scored sample's score is NaN or infinite.
    ///
    /// # Panics
    /// Where the lengths of `columns` and `out` differ: a mistake of the caller.
    pub fn advantages(&self, columns: &OutcomeColumns<'_>, out: &mut [f64]) -> Result<(), CreditError> {
        columns.check(out)?;
        match self {
            Self::Group(group) => group.advantages(columns, out),
        }
        Ok(())
    }
}
