//! Arithmetic modulo m.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Arithmetic modulo a small number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModularArithmeticConfig {
    /// Fewest and most operations in an expression, 1 to 20.
    pub operations: [u32; 2],
    /// Smallest and largest operand, 0 to 1000.
    pub values: [i64; 2],
    /// Smallest and largest modulus, 2 to 1000.
    pub modulus: [i64; 2],
}

impl Default for ModularArithmeticConfig {
    fn default() -> Self {
        Self { operations: [1, 2], values: [0, 9], modulus: [2, 9] }
    }
}
