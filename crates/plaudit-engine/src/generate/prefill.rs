//! Prompts: the keys and values of all their tokens, and the logits of the token after each.

use super::cache::PromptCache;
use super::decoder::Decoder;
use crate::kernel::gemm::{Matrix, Output, multiply};
use crate::model::Model;
use crate::packed_weights::Side;
use crate::packing::Packing;
use crate::tape::Backward;
use plaudit_core::Segments;
use rayon::prelude::*;

/// Rows of prompts computed together.
const PREFILL_ROWS: usize = 1024;

impl Model {
    /// Keys and values of every prompt, and the logits of the token after each: `[prompts, vocabulary]`.
    pub(super) fn prefill(
        &mut self,
        prompt_tokens: &[u32],
        prompts: &Segments,
        decoder: &mut Decoder,
    ) -> (Vec<PromptCache>, Vec<f32>) {
        let layers = self.graph.qkv.len();
        // What the last layer reads and its keys and values are all that is needed of most tokens.
        let (last_input, last_qkv) = (self.graph.hidden[layers - 1], self.graph.qkv[layers - 1]);
        let mut buffers = self.prefill_buffers.take().unwrap_or_else(|| {
            let kept: Vec<_> = self.graph.qkv.iter().copied().chain([last_input]).collect();
            self.graph.tape.plan(last_qkv, Backward::No, &kept)
        });
        let vocabulary = self.config().vocab_size;
        let mut caches = Vec::with_capacity(prompts.len());
        let mut logits = vec![0.0; prompts.len() * vocabulary];
        let mut next = 0;
        while next < prompts.len() {
            let first = next;
            let mut packing = Packing::default();
            while next < prompts.len() {
                let tokens = &prompt_tokens[prompts.range(next)];
                if !packing.families.is_empty() && packing.tokens.len() + tokens.len() > PREFILL_ROWS {
                    break;
                }
                packing.add_prompt(tokens);
                next += 1;
            }
            self.forward(&packing, &mut buffers);
            let value = |value| self.graph.tape.value(&buffers, value);
            let qkv: Vec<&[f32]> = self.graph.qkv.iter().map(|layer| value(*layer)).collect();
            let config = self.config();
            caches.par_extend(
                packing.families.par_iter().map(|family| PromptCache::new(config, &qkv, family.rows.clone())),
            );
            let last_rows = |values: &[f32]| -> Vec<f32> {
                let width = values.len() / packing.tokens.len();
                let last = packing.families.iter().map(|family| family.rows.end - 1);
                last.flat_map(|row| &values[row * width..(row + 1) * width]).copied().collect()
            };
            let (stream, qkv) = (last_rows(value(last_input)), last_rows(qkv[layers - 1]));
            let hidden = decoder.finish_prompts(self, &caches[first..], stream, &qkv);
            let head = &self.graph.head;
            let right = self.packed.right(Side::Forward, &self.parameters, &head.weight, head.width);
            let logits = &mut logits[first * vocabulary..next * vocabulary];
            multiply(logits, vocabulary, next - first, Matrix::rows(hidden, head.width), right, Output::Set);
        }
        self.prefill_buffers = Some(buffers);
        (caches, logits)
    }
}
