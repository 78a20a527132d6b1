//! Countdown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reach a target from given numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CountdownConfig {
    /// Fewest and most given numbers, 2 to 6.
    pub numbers: [u32; 2],
    /// Smallest and largest given number, 1 to 1000.
    pub values: [i64; 2],
    /// Smallest and largest target, 1 to 1000000.
    pub target: [i64; 2],
}

impl Default for CountdownConfig {
    fn default() -> Self {
        Self { numbers: [3, 4], values: [1, 20], target: [1, 100] }
    }
}
