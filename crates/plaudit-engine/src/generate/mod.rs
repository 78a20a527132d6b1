//! Generation: prompts are computed once, their keys and values shared by all samples; then every unfinished sample
//! advances by one token at a time, as one batch, against weights packed once.

mod cache;
mod decoder;
mod prefill;
mod sampler;

pub use sampler::Sampling;

use crate::error::EngineError;
use crate::model::Model;
use crate::packed_weights::Side;
use cache::Cache;
use decoder::Decoder;
use plaudit_core::{Finish, Rollouts, Segments, Stream};
use rayon::prelude::*;
use sampler::{Draw, Sampler};

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
        let mut decoder = Decoder::new(self);
        let (caches, first_logits) = self.prefill(prompt_tokens, prompts, &mut decoder);
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
                    Active { sample, prompt, cache: Cache::new(self.config(), sampling.max_tokens), stream, draws }
                })
                .collect();
        }
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
}
