//! Counting a letter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Count how often a letter occurs in a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LetterCountingConfig {
    /// Fewest and most letters in the word, 1 to 200.
    pub length: [u32; 2],
    /// How many different letters there are to draw from, counted from `a`, 2 to 26.
    pub alphabet: u32,
}

impl Default for LetterCountingConfig {
    fn default() -> Self {
        Self { length: [4, 8], alphabet: 3 }
    }
}
