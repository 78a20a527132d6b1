//! Multiple choice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Arithmetic questions with lettered options, answered by the letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MultipleChoiceConfig {
    /// Fewest and most operations in the question, 1 to 20.
    pub operations: [u32; 2],
    /// Smallest and largest integer in the question, within a thousand of zero.
    pub integers: [i64; 2],
    /// How many options there are, 2 to 8.
    pub options: u32,
}

impl Default for MultipleChoiceConfig {
    fn default() -> Self {
        Self { operations: [1, 2], integers: [0, 9], options: 4 }
    }
}
