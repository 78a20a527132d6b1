//! Knights and knaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Find out who tells the truth and who lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KnightsAndKnavesConfig {
    /// Fewest and most people, 2 to 6.
    pub people: [u32; 2],
    /// The probability that a statement joins two claims with "and" or "or", 0 to 1.
    pub compound: f64,
}

impl Default for KnightsAndKnavesConfig {
    fn default() -> Self {
        Self { people: [2, 3], compound: 0.5 }
    }
}
