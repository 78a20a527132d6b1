//! Signals: what scores a rollout.
//!
//! **Owns** how verdicts (and later models, judges, and the policy itself) become scores, and how several signals become one
//! reward.
//! **Must not know** how answers are checked, how a score becomes an advantage, or tensors.
//! **Start at** [`Signal`] (one `[[signal]]` of a recipe), [`SignalConfig`] (the kinds) and [`reward`] (their weighted sum).
//!
//! ```
//! use plaudit_core::Verdict;
//! use plaudit_signal::{Checks, Signal, SignalConfig, VerifyConfig, reward};
//!
//! let verify = Signal { name: "outcome".into(), weight: 2.0, config: SignalConfig::Verify(VerifyConfig::default()) };
//! let verdicts = [Verdict::Correct, Verdict::Wrong, Verdict::Failed { cause: "timed out".into() }];
//! let checks = Checks { verdicts: &verdicts, partial: &[None; 3], seed: 0, step: 0 };
//! let scores = verify.score(&checks);
//! let total = reward(&[verify], &[scores]);
//! assert_eq!((total.get(0), total.get(1), total.get(2)), (Some(2.0), Some(0.0), None));
//! ```

mod constant;
mod random;
mod signal;
mod verify;
mod worth;

pub use constant::ConstantConfig;
pub use random::RandomConfig;
pub use signal::{Signal, reward};
pub use verify::VerifyConfig;
pub use worth::Worth;

use plaudit_core::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What scores a completion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SignalConfig {
    /// The verdict of the task's exact check of the answer.
    Verify(VerifyConfig),
    /// A coin flip that ignores the answer: a control. A method that improves on it learns from something other than the reward.
    Random(RandomConfig),
    /// The same score for every completion: a control, and an offset beside other signals.
    Constant(ConstantConfig),
}

/// What signals see of a batch: how every sample was judged, and the key of their random draws.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'a> {
    /// Per sample: how its check ended.
    pub verdicts: &'a [Verdict],
    /// Per sample: how close the answer is, in [0, 1], where the task grades closeness. Same length as `verdicts`.
    pub partial: &'a [Option<f64>],
    /// The run's seed.
    pub seed: u64,
    /// The training step.
    pub step: u64,
}
