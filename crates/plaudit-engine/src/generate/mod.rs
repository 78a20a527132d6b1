//! Generation: prompts are computed once, their keys and values shared by all samples; then every unfinished sample
//! advances by one token at a time, as one batch, against weights packed once.

mod cache;
mod decoder;
mod sampler;

pub use sampler::Sampling;

use crate::error::EngineError;
use crate::kernel::gemm::{Matrix, Output, multiply};
use crate::model::Model;
use crate::packed_weights::Side;
use crate::packing::Packing;
use crate::tape::Backward;
use cache::{Cache, PromptCache};
use decoder::Decoder;
use plaudit_core::{Finish, Rollouts, Segments, Stream};
use rayon::prelude::*;
use sampler::{Draw, Sampler};

/// Rows of prompts computed together.
const PREFILL_ROWS: usize = 1024;

/// One unfinished sample.
struct Active {
    sample: usize,
    prompt: usize,
    cache: Cache,
    stream: Stream,
    draws: Vec<Draw>,
}

impl Model {
    /// Samples `samples` completions of each prompt; they come ordered by prompt, then sample. Sample s of prompt p draws
    /// from `stream_of(p * samples + s)` alone, so a completion does not depend on what is generated beside it.
    ///
    /// # Errors
    /// If a sampling parameter is out of range, a prompt is empty or has unknown tokens, or prompt and completion together
    /// would exceed the model's positions.
    pub fn generate(
        &mut self,
        prompt_tokens: &[u32],
        prompts: &Segments,
        samples: usize,
        sampling: &Sampling,
        stream_of: &(dyn Fn(usize) -> Stream + Sync),
    ) -> Result<Rollouts, EngineError> {
        sampling.check()?;
        self.check_tokens(prompt_tokens)?;
        for (prompt, range) in prompts.iter().enumerate() {
            if range.is_empty() {
                return Err(EngineError::EmptyPrompt { prompt });
            }
            self.check_length(range.len() + sampling.max_tokens)?;
        }
        let longest = prompts.iter().map(|range| range.len()).max().unwrap_or(0);
        self.rotary.cover(longest + sampling.max_tokens);
        self.packed.update(Side::Forward, &self.graph, &self.parameters);
        let (caches, first_logits) = self.prefill(prompt_tokens, prompts);
        let sampler = Sampler::new(sampling);
        let vocabulary = self.config().vocab_size;
        let mut finished: Vec<Vec<Draw>> = Vec::new();
        finished.resize_with(prompts.len() * samples, Vec::new);
        let mut active: Vec<Active> = Vec::new();
        if sampling.max_tokens > 0 {
            active = (0..finished.len())
                .into_par_iter()
                .map(|sample| {
                    let prompt = sample / samples;
                    let mut stream = stream_of(sample);
                    let logits = &first_logits[prompt * vocabulary..(prompt + 1) * vocabulary];
                    let draws = vec![sampler.draw(logits, &mut stream)];
                    Active { sample, prompt, cache: Cache::new(self.config()), stream, draws }
                })
                .collect();
        }
        let mut decoder = Decoder::new(self);
        loop {
            let done = |one: &Active| {
                one.draws.len() >= sampling.max_tokens
                    || one.draws.last().is_some_and(|draw| sampling.stop.contains(&draw.token))
            };
            for one in active.iter_mut().filter(|one| done(one)) {
                finished[one.sample] = std::mem::take(&mut one.draws);
            }
            active.retain(|one| !one.draws.is_empty());
            if active.is_empty() {
                break;
            }
            decoder.advance(self, &mut active, &caches, &sampler);
        }
        let mut rollouts =
            Rollouts { prompt_tokens: prompt_tokens.to_vec(), prompts: prompts.clone(), ..Rollouts::default() };
        for (sample, draws) in finished.iter().enumerate() {
            rollouts.prompt_of.push((sample / samples) as u32);
            rollouts.samples.push(draws.len());
            let stopped = draws.last().is_some_and(|draw| sampling.stop.contains(&draw.token));
            rollouts.finish.push(if stopped { Finish::Stop } else { Finish::Length });
            for draw in draws {
                rollouts.tokens.push(draw.token);
                rollouts.logp.push(draw.logp);
                rollouts.sampling_logp.push(draw.sampling_logp);
            }
        }
        Ok(rollouts)
    }

    /// Keys and values of every prompt, and the logits of the token after each: `[prompts, vocabulary]`.
    fn prefill(&mut self, prompt_tokens: &[u32], prompts: &Segments) -> (Vec<PromptCache>, Vec<f32>) {
        let width = self.config().hidden_size;
        let kept = self.prefill_buffers.take();
        let mut buffers =
            kept.unwrap_or_else(|| self.graph.tape.plan(self.graph.output(), Backward::No, &self.graph.qkv));
        let mut caches = Vec::with_capacity(prompts.len());
        let mut last_hidden = Vec::with_capacity(prompts.len() * width);
        let mut next = 0;
        while next < prompts.len() {
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
            let layers: Vec<&[f32]> =
                self.graph.qkv.iter().map(|value| self.graph.tape.value(&buffers, *value)).collect();
            let config = self.config();
            caches.par_extend(
                packing.families.par_iter().map(|family| PromptCache::new(config, &layers, family.rows.clone())),
            );
            for family in &packing.families {
                let last = family.rows.end - 1;
                last_hidden.extend_from_slice(&self.graph.final_hidden(&buffers)[last * width..(last + 1) * width]);
            }
        }
        self.prefill_buffers = Some(buffers);
        let mut logits = vec![0.0; prompts.len() * self.config().vocab_size];
        let head = &self.graph.head;
        let right = self.packed.right(Side::Forward, &self.parameters, &head.weight, width);
        let left = Matrix::rows(&last_hidden, width);
        multiply(&mut logits, head.vocabulary, prompts.len(), left, right, Output::Set);
        (caches, logits)
    }
}
