//! Token sequences laid end to end, with no padding, and with prompts computed once for all their continuations.

use plaudit_core::{Rollouts, Segments};
use std::ops::Range;

/// A prompt and its continuations, in consecutive rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// All rows of the family in the packing.
    pub(crate) rows: Range<usize>,
    /// The number of rows of the prompt, which come first.
    pub(crate) prefix: usize,
    /// The rows of each continuation, counted from the end of the prompt.
    pub(crate) continuations: Vec<Range<usize>>,
}

/// The rows of one forward pass. A continuation attends to its family's prompt and to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Packing {
    /// Token ids, `[rows]`.
    pub(crate) tokens: Vec<u32>,
    /// Cover all rows in order.
    pub(crate) families: Vec<Family>,
}

impl Packing {
    /// Starts a family.
    pub(crate) fn add_prompt(&mut self, tokens: &[u32]) {
        let start = self.tokens.len();
        self.tokens.extend_from_slice(tokens);
        let rows = start..self.tokens.len();
        self.families.push(Family { rows, prefix: tokens.len(), continuations: Vec::new() });
    }

    /// Adds a continuation to the last family, which must exist.
    pub(crate) fn add_continuation(&mut self, tokens: &[u32]) {
        let family = self.families.last_mut().expect("a continuation follows a prompt");
        let start = family.rows.len() - family.prefix;
        family.continuations.push(start..start + tokens.len());
        self.tokens.extend_from_slice(tokens);
        family.rows.end = self.tokens.len();
    }

    /// The position of every row within its text, from 0.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.families.iter().flat_map(|family| {
            let continued = family.continuations.iter().flat_map(|rows| family.prefix..family.prefix + rows.len());
            (0..family.prefix).chain(continued)
        })
    }

    /// One more than the largest position.
    pub(crate) fn longest(&self) -> usize {
        self.positions().max().map_or(0, |position| position + 1)
    }
}

/// Texts to be scored or learnt: continuations, each after one of the prompts. Prompts are computed once for neighbouring
/// continuations. Only continuation tokens are predicted.
#[derive(Clone, Copy, Debug)]
pub struct Continuations<'a> {
    /// Prompt tokens, flat; no prompt is empty.
    pub prompt_tokens: &'a [u32],
    /// `prompt_tokens` cut into prompts.
    pub prompts: &'a Segments,
    /// Per sample: its prompt.
    pub prompt_of: &'a [u32],
    /// Continuation tokens, flat.
    pub tokens: &'a [u32],
    /// `tokens` cut into samples.
    pub samples: &'a Segments,
}

impl<'a> From<&'a Rollouts> for Continuations<'a> {
    fn from(rollouts: &'a Rollouts) -> Self {
        Self {
            prompt_tokens: &rollouts.prompt_tokens,
            prompts: &rollouts.prompts,
            prompt_of: &rollouts.prompt_of,
            tokens: &rollouts.tokens,
            samples: &rollouts.samples,
        }
    }
}

/// A part of a batch that is computed together: whole samples, the rows to compute, and which row predicts which token.
#[derive(Debug)]
pub(crate) struct Part {
    /// The samples, in batch order.
    pub(crate) samples: Range<usize>,
    pub(crate) packing: Packing,
    /// Per continuation token of the samples, in order: the row whose output predicts it.
    pub(crate) predictors: Vec<usize>,
}

impl Continuations<'_> {
    /// The columns of a range of samples.
    pub(crate) fn columns(&self, samples: &Range<usize>) -> Range<usize> {
        self.samples.range(samples.start).start..self.samples.range(samples.end - 1).end
    }

    /// Cuts the batch into parts of about `rows` rows, at least one sample each. The cut depends on lengths alone.
    pub(crate) fn parts(&self, rows: usize) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut current: Option<(Part, u32)> = None;
        for (sample, range) in self.samples.iter().enumerate() {
            let prompt = self.prompt_of[sample];
            let prompt_tokens = &self.prompt_tokens[self.prompts.range(prompt as usize)];
            let tokens = &self.tokens[range];
            // The last token predicts nothing, so its row is not computed.
            let computed = &tokens[..tokens.len().saturating_sub(1)];
            if let Some((part, last)) = &current {
                let shared = if *last == prompt { 0 } else { prompt_tokens.len() };
                if part.packing.tokens.len() + shared + computed.len() > rows {
                    parts.extend(current.take().map(|(part, _)| part));
                }
            }
            let (part, last) = current.get_or_insert_with(|| {
                let part = Part { samples: sample..sample, packing: Packing::default(), predictors: Vec::new() };
                (part, prompt)
            });
            if part.packing.families.is_empty() || *last != prompt {
                part.packing.add_prompt(prompt_tokens);
                *last = prompt;
            }
            let family = &part.packing.families[part.packing.families.len() - 1];
            let end_of_prompt = family.rows.start + family.prefix - 1;
            let first = part.packing.tokens.len();
            part.packing.add_continuation(computed);
            if !tokens.is_empty() {
                part.predictors.push(end_of_prompt);
                part.predictors.extend(first..first + computed.len());
            }
            part.samples.end = sample + 1;
        }
        parts.extend(current.map(|(part, _)| part));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_shared_by_neighbours_and_predict_their_first_tokens() {
        let (prompts, samples) = (Segments::from_lengths([2, 1]), Segments::from_lengths([3, 1, 2]));
        let batch = Continuations {
            prompt_tokens: &[1, 2, 3],
            prompts: &prompts,
            prompt_of: &[0, 0, 1],
            tokens: &[10, 11, 12, 20, 30, 31],
            samples: &samples,
        };
        let parts = batch.parts(100);
        assert_eq!(parts.len(), 1);
        // Rows: prompt 1 2, then 10 11 (12 predicts nothing), nothing for 20; prompt 3, then 30.
        assert_eq!(parts[0].packing.tokens, [1, 2, 10, 11, 3, 30]);
        assert_eq!(parts[0].predictors, [1, 2, 3, 1, 4, 5]);
        assert_eq!(parts[0].packing.positions().collect::<Vec<_>>(), [0, 1, 2, 3, 0, 1]);
        let small = batch.parts(4);
        assert_eq!(small.iter().map(|part| part.samples.clone()).collect::<Vec<_>>(), [0..2, 2..3]);
        let single = batch.parts(1);
        assert_eq!(single.len(), 3);
        assert_eq!(single[1].packing.tokens, [1, 2]);
    }
}
