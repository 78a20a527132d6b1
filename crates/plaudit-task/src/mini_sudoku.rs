//! 4x4 sudoku.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Complete a 4x4 sudoku with exactly one solution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MiniSudokuConfig {
    /// Fewest and most empty cells, 1 to 10.
    pub empty: [u32; 2],
}

impl Default for MiniSudokuConfig {
    fn default() -> Self {
        Self { empty: [3, 6] }
    }
}
