//! Chains of additions and subtractions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sums and differences of several numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChainSumConfig {
    /// Fewest and most numbers in the chain, 2 to 50.
    pub terms: [u32; 2],
    /// Fewest and most digits of a number, 1 to 15.
    pub digits: [u32; 2],
}

impl Default for ChainSumConfig {
    fn default() -> Self {
        Self { terms: [2, 4], digits: [1, 2] }
    }
}
