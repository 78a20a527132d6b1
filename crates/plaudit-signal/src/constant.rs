//! A constant reward: a control that carries no information. A baseline removes it exactly; without one it raises the
//! probability of whatever was sampled.

use crate::Checks;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The same score for every completion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConstantConfig {
    /// The score.
    pub value: f64,
}

impl Default for ConstantConfig {
    fn default() -> Self {
        Self { value: 1.0 }
    }
}

impl ConstantConfig {
    /// One score per sample.
    pub(crate) fn scores(&self, checks: &Checks<'_>) -> impl Iterator<Item = Option<f64>> {
        std::iter::repeat_n(Some(self.value), checks.verdicts.len())
    }
}
