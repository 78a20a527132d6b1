//! Numbers in other bases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rewrite a number in another base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BaseConversionConfig {
    /// Smallest and largest base, 2 to 36; the two bases of a problem differ.
    pub bases: [u32; 2],
    /// Smallest and largest number to convert, 0 to 1000000000.
    pub values: [i64; 2],
}

impl Default for BaseConversionConfig {
    fn default() -> Self {
        Self { bases: [2, 10], values: [1, 63] }
    }
}
