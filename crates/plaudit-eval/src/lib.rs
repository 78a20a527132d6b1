//! Accuracy, pass@k and comparisons with intervals.
//!
//! **Owns** the statistics behind every number Plaudit states about a model: estimates are never bare, they carry their interval.
//! **Must not know** models, tasks, files or runs: it takes columns of outcomes and returns [`Estimate`]s.
//! **Start at** [`summarize`] (one model on held-out prompts), [`compare`] (two models on the same prompts) and
//! [`mean_interval`] (one number per seed).
//!
//! Prompts are the unit that repeats: samples of one prompt are alike, so every interval over prompts treats a prompt's
//! samples as one cluster. Counting them as independent would give intervals that are too narrow.

mod accuracy;
mod bootstrap;
mod compare;
mod confidence;
mod estimate;
mod mean;
mod pass_at_k;
mod proportion;

pub use accuracy::{AccuracySummary, shares, summarize};
pub use bootstrap::{Bootstrap, Method};
pub use compare::{Comparison, compare, sign_test};
pub use confidence::Confidence;
pub use estimate::Estimate;
pub use mean::mean_interval;
pub use pass_at_k::pass_at_k;
pub use proportion::{clustered, wilson};

/// Why a statistic cannot be computed from what was given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvalError {
    /// There is nothing to average over.
    #[error("there are no values to average")]
    Empty,
    /// The outcomes and the prompts they belong to do not match.
    #[error("{outcomes} outcomes do not fit prompts with {samples} samples in total")]
    Shape {
        /// How many outcomes were given.
        outcomes: usize,
        /// How many the prompts ask for.
        samples: usize,
    },
    /// pass@k of a prompt needs at least k samples of it.
    #[error("pass@{k} needs at least {k} (and k >= 1) samples of every prompt, but prompt {prompt} has {samples}")]
    TooFewSamples {
        /// The k asked for.
        k: u64,
        /// The prompt's index.
        prompt: usize,
        /// How many samples it has.
        samples: usize,
    },
    /// Two models were not evaluated on the same prompts.
    #[error("a paired comparison needs the same prompts for both models, but there are {before} and {after}")]
    Unpaired {
        /// Prompts of the first model.
        before: usize,
        /// Prompts of the second model.
        after: usize,
    },
    /// A value that cannot be averaged or ordered.
    #[error("the value of item {item} is not a finite number")]
    NotFinite {
        /// Its index.
        item: usize,
    },
    /// A share outside [0, 1].
    #[error("the value of item {item} is {value}; a share lies between 0 and 1")]
    NotAShare {
        /// Its index.
        item: usize,
        /// Its value.
        value: f64,
    },
    /// A confidence level outside (0, 1).
    #[error("a confidence level lies between 0 and 1 (0.95 is usual), not {0}")]
    Confidence(f64),
}

/// The first value that is not finite, as an error.
fn check_finite(values: &[f64]) -> Result<(), EvalError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(item) => Err(EvalError::NotFinite { item }),
        None => Ok(()),
    }
}
