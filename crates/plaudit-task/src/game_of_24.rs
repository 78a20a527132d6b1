//! Game of 24.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Make 24 from four numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GameOf24Config {
    /// Smallest and largest given number, 1 to 99.
    pub values: [i64; 2],
    /// Easiest and hardest puzzles: 1 needs no division, 2 needs a division that leaves no rest, 3 needs fractions.
    pub levels: [u32; 2],
}

impl Default for GameOf24Config {
    fn default() -> Self {
        Self { values: [1, 10], levels: [1, 3] }
    }
}
