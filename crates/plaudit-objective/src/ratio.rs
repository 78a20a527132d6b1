//! What a probability ratio is of: a token, or its whole sequence.

use crate::block::total;
use crate::surrogate::Sample;
use plaudit_core::Real;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the ratio to the policy that sampled is of. With d_t = logp_t - old_logp_t over the n unmasked tokens of a sample:
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RatioLevel {
    /// exp(d_t): each token has its own (PPO, GRPO).
    #[default]
    Token,
    /// exp(mean of d): one for all tokens, the geometric mean (GSPO; TRL's sequence level).
    Sequence,
    /// The same value, with the gradient of each token's own term on that token alone (GSPO-token; verl's GSPO). The same as `sequence`
    /// where all tokens of a sample have one advantage and weight.
    SequenceToken,
    /// exp(sum of d): the ratio of the probabilities of the whole completion (RLOO in TRL).
    SequenceSum,
}

impl RatioLevel {
    /// The log-ratio of the sample, bounded from above, and whether the bound holds it; `None` where each token has its own.
    #[inline(always)]
    pub(crate) fn of_sequence<R: Real>(self, sample: &Sample<'_, R>, bound: f64) -> Option<(f64, bool)> {
        let divisor = match self {
            Self::Token => return None,
            Self::Sequence | Self::SequenceToken => sample.tokens as f64,
            Self::SequenceSum => 1.0,
        };
        let log_ratio = log_ratios(sample, |difference| difference) / divisor;
        let is_held = bound > 0.0 && log_ratio > bound;
        Some((if is_held { bound } else { log_ratio }, is_held))
    }

    /// d log-ratio / d logp of each token, where the gradient goes through the ratio of a sequence.
    #[inline(always)]
    pub(crate) fn share(self, tokens: usize) -> Option<f64> {
        match self {
            Self::Token | Self::SequenceToken => None,
            Self::Sequence => Some(1.0 / tokens as f64),
            Self::SequenceSum => Some(1.0),
        }
    }
}

/// The sum over the unmasked tokens of a sample of a function of the log-ratio.
#[inline(always)]
pub(crate) fn log_ratios<R: Real>(sample: &Sample<'_, R>, function: impl Fn(f64) -> f64) -> f64 {
    let columns = [sample.columns.logp, sample.columns.old_logp];
    total(sample.columns.mask, sample.range.clone(), columns, |logp, old_logp| function(logp - old_logp))
}
