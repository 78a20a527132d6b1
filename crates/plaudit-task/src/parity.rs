//! Parity of a bit string.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Say whether a string of bits has an odd number of ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParityConfig {
    /// Fewest and most bits, 1 to 200.
    pub length: [u32; 2],
}

impl Default for ParityConfig {
    fn default() -> Self {
        Self { length: [4, 10] }
    }
}
