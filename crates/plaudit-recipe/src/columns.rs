//! The sections that say where the columns come from which neither the policy nor the task gives by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a completion is cut into steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Steps {
    /// After every so many tokens; the last step of a completion may be shorter.
    Tokens {
        /// Tokens of a step.
        #[schemars(range(min = 1))]
        every: usize,
    },
    /// After every token that ends a line.
    Lines,
}

/// The teacher of an objective that learns from one: the policy itself, as it is when a step begins, which reads help with the prompt. The
/// help is the next right completion of the group, never the sample's own; samples without help stay out of the update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Teacher {
    /// What the teacher reads in place of the prompt; `{prompt}` and `{help}` are put in.
    pub context: String,
    /// Whether a wrong completion with no right one beside it is helped as well: with `! ` and the first line of the task's worked solution
    /// that it does not have in its place.
    pub feedback: bool,
}

impl Default for Teacher {
    fn default() -> Self {
        Self { context: "{prompt}{help}\n{prompt}".to_owned(), feedback: true }
    }
}

/// A linear head on the policy's last hidden states that learns by cross-entropy to tell right completions from wrong ones by the mean of
/// its scores (OREAL). How sure it is of the outcome as of a token is how much the token counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TokenHead {
    /// The first steps, in which the head learns and the policy does not.
    pub steps_alone: usize,
    /// Learning rate of the head.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub learning_rate: f64,
    /// Steps of gradient descent that it takes on every batch.
    #[schemars(range(min = 1))]
    pub updates: usize,
}

impl Default for TokenHead {
    fn default() -> Self {
        Self { steps_alone: 10, learning_rate: 0.1, updates: 10 }
    }
}

/// Where a baseline comes from that is not made of the group's own scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Baseline {
    /// The reward of one more completion per prompt, written at temperature 0 (ReMax).
    Greedy,
    /// The mean reward of the steps before, older ones fading: m becomes `decay` * m + (1 - `decay`) * mean reward of the step. The first
    /// step is compared with its own mean.
    Running {
        /// The share of the old mean that is kept.
        #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1))]
        decay: f64,
    },
}
