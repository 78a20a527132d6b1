//! Sorting numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sort integers in ascending order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumberSortingConfig {
    /// Fewest and most numbers, 2 to 30.
    pub count: [u32; 2],
    /// Smallest and largest number, within a million of zero.
    pub values: [i64; 2],
}

impl Default for NumberSortingConfig {
    fn default() -> Self {
        Self { count: [3, 5], values: [0, 99] }
    }
}
