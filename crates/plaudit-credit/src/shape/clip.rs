//! Clipped step reward: a good step earns nothing, a bad one is punished.
//!
//! ```text
//! r'_k = min(r_k - threshold, 0)
//! ```
//!
//! r_k is the score of step k, r'_k its reward, both in the unit of the score. The sum over steps is at most 0.
//!
//! Source: "On Designing Effective RL Reward at Training Time for LLM Reasoning" (arXiv 2410.15115), the Clip mechanism.
//!
//! Deviations: none. The paper asks for a threshold above which most steps lie and does not fix it; 0.5 is the lower end of its range.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{ClipConfig, ShapeColumns, ShapeConfig};
//!
//! // Three completions of two, one and one steps.
//! let (groups, samples) = (Segments::from_lengths([3]), Segments::from_lengths([2, 1, 1]));
//! let (mut steps, mut outcomes) = ([Some(0.75), Some(0.25), Some(0.5), None], [1.0, 0.0, 0.0].map(Some));
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Clip(ClipConfig { threshold: 0.5 }).apply(&mut columns)?;
//! assert_eq!(steps, [Some(0.0), Some(-0.25), Some(0.0), None]);
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```
//!
//! # When to use
//!
//! With step scores of a learned model beside an outcome reward, where the policy would otherwise write more steps to earn more. Together
//! with [`DeltaConfig`](super::DeltaConfig), applied after it.
//!
//! # Traps
//!
//! A threshold above most scores turns the reward into a price per step: answers get shorter, whatever their quality.

use super::ShapeColumns;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Clipped step reward, min(score - threshold, 0).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClipConfig {
    /// The score from which on a step costs nothing; most steps should reach it.
    pub threshold: f64,
}

impl Default for ClipConfig {
    fn default() -> Self {
        Self { threshold: 0.5 }
    }
}

impl ClipConfig {
    pub(super) fn apply(&self, columns: &mut ShapeColumns<'_>) {
        for score in columns.steps.iter_mut().flatten() {
            *score = (*score - self.threshold).min(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{close, one, some};
    use super::super::{DeltaConfig, ShapeConfig};
    use super::*;

    #[test]
    fn designing_effective_rewards_clip() {
        let steps = some(&[0.9, 0.8, 0.7]);
        let clip = |threshold| one(&ShapeConfig::Clip(ClipConfig { threshold }), &steps, 1.0).0;
        close(&clip(0.5), &[0.0; 3]);
        close(&clip(0.75), &[0.0, 0.0, -0.05]);
    }

    #[test]
    fn clip_then_delta() {
        let clipped = one(&ShapeConfig::Clip(ClipConfig { threshold: 0.75 }), &some(&[0.9, 0.8, 0.7]), 1.0).0;
        let both = one(&ShapeConfig::Delta(DeltaConfig { answer_step: false }), &clipped, 1.0).0;
        close(&both, &[0.0, 0.05, -0.05]);
    }
}
