//! What was sampled, as columns.

use crate::Segments;
use serde::{Deserialize, Serialize};

/// Why a completion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finish {
    /// The policy wrote its end token (which is the completion's last token).
    Stop,
    /// The token limit cut it off.
    Length,
}

/// A batch of completions as flat columns with offsets. Prompts are stored once and shared by their samples; a prompt's
/// samples form a group and lie next to each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rollouts {
    /// Prompt tokens, flat.
    pub prompt_tokens: Vec<u32>,
    /// `prompt_tokens` cut into prompts.
    pub prompts: Segments,
    /// Completion tokens, flat, the end token included.
    pub tokens: Vec<u32>,
    /// `tokens` (and every other per-token column) cut into samples.
    pub samples: Segments,
    /// Per sample: the index of its prompt, ascending.
    pub prompt_of: Vec<u32>,
    /// Per token: log-probability under the raw distribution of the policy that sampled it (natural log).
    pub logp: Vec<f32>,
    /// Per token: log-probability under the distribution it was drawn from (after temperature, top-k, top-p, min-p).
    pub sampling_logp: Vec<f32>,
    /// Per sample: why it ended.
    pub finish: Vec<Finish>,
}

impl Rollouts {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The tokens of the prompt that sample `index` answers.
    pub fn prompt_of_sample(&self, index: usize) -> &[u32] {
        &self.prompt_tokens[self.prompts.range(self.prompt_of[index] as usize)]
    }

    /// The completion tokens of sample `index`.
    pub fn completion(&self, index: usize) -> &[u32] {
        &self.tokens[self.samples.range(index)]
    }

    /// The samples cut into groups of one prompt each. Prompts without samples give empty groups.
    pub fn groups(&self) -> Segments {
        let mut sizes = vec![0; self.prompts.len()];
        for prompt in &self.prompt_of {
            sizes[*prompt as usize] += 1;
        }
        Segments::from_lengths(sizes)
    }
}
