//! Shortest path in a grid.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Find a shortest path through a small grid with walls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MazeConfig {
    /// Fewest and most rows and columns (the grid is square), 2 to 12.
    pub size: [u32; 2],
    /// The probability that a cell is a wall, 0 to 0.6.
    pub walls: f64,
}

impl Default for MazeConfig {
    fn default() -> Self {
        Self { size: [3, 4], walls: 0.25 }
    }
}
