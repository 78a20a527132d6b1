//! A model: its configuration, its parameters, and what can be asked of it.

use crate::error::EngineError;
use crate::graph::{Graph, Layout};
use crate::head::HeadBuffers;
use crate::learn::Learner;
use crate::ops::Rotary;
use crate::packed_weights::PackedWeights;
use crate::packing::{Continuations, Packing};
use crate::statistics::{Request, Statistics};
use crate::tape::{Backward, Buffers, Context, Value};
use plaudit_checkpoint::{ModelConfig, Weights};
use plaudit_core::Stream;
use std::path::Path;

/// A decoder-only transformer of the Llama, Qwen2 or Qwen3 shape, in f32 on the CPU.
#[derive(Debug)]
pub struct Model {
    config: ModelConfig,
    pub(crate) layout: Layout,
    pub(crate) graph: Graph,
    pub(crate) parameters: Vec<f32>,
    pub(crate) packed: PackedWeights,
    pub(crate) rotary: Rotary,
    pub(crate) prefill_buffers: Option<Buffers>,
    score_buffers: Option<Buffers>,
    head_buffers: HeadBuffers,
    /// Hidden states that predict a token: `[tokens, hidden size]`.
    predictors: Vec<f32>,
    pub(crate) learner: Learner,
}

impl Model {
    fn new(config: ModelConfig, parameters: Vec<f32>, layout: Layout) -> Self {
        Self {
            graph: Graph::new(&config, &layout),
            rotary: Rotary::new(&config),
            config,
            layout,
            parameters,
            packed: PackedWeights::default(),
            prefill_buffers: None,
            score_buffers: None,
            head_buffers: HeadBuffers::default(),
            predictors: Vec::new(),
            learner: Learner::default(),
        }
    }

    /// A model with random weights: normal with the configuration's initializer range, those that write to the residual
    /// stream divided by sqrt(2 layers) (Radford et al. 2019); norms one, biases zero. The same seed gives the same model.
    pub fn random(config: ModelConfig, seed: u64) -> Self {
        let layout = Layout::new(&config);
        let mut parameters = vec![0.0; layout.len];
        for (index, (spec, range)) in layout.tensors.iter().enumerate() {
            let values = &mut parameters[range.clone()];
            if spec.name.ends_with("norm.weight") {
                values.fill(1.0);
            } else if spec.name.ends_with(".weight") {
                let writes_to_stream = spec.name.ends_with("o_proj.weight") || spec.name.ends_with("down_proj.weight");
                let depth = if writes_to_stream { 2.0 * config.num_layers as f64 } else { 1.0 };
                let deviation = config.initializer_range / depth.sqrt();
                let mut stream = Stream::new(seed, "initialise", 0, index as u64);
                values.iter_mut().for_each(|value| *value = (stream.normal() * deviation) as f32);
            }
        }
        Self::new(config, parameters, layout)
    }

    /// Reads a Hugging Face checkpoint directory.
    ///
    /// # Errors
    /// If a file is missing, damaged or of an unsupported kind, or a tensor is missing, misshapen or not finite.
    pub fn load(directory: &Path) -> Result<Self, EngineError> {
        let config = ModelConfig::load(directory)?;
        let layout = Layout::new(&config);
        let mut parameters = vec![0.0; layout.len];
        Weights::open(directory)?.read_all(&config, &mut parameters)?;
        Ok(Self::new(config, parameters, layout))
    }

    /// A copy with the same weights, to be compared with as this one learns.
    pub fn frozen_copy(&self) -> Self {
        Self::new(self.config.clone(), self.parameters.clone(), self.layout.clone())
    }

    /// The configuration.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// All parameters, in the order of [`ModelConfig::tensors`].
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// One tensor by its Hugging Face name, row-major.
    pub fn tensor(&self, name: &str) -> Option<&[f32]> {
        self.layout.range(name).map(|range| &self.parameters[range])
    }

    /// Statistics of every continuation token under its prompt, in batch order. To score tokens under another context
    /// than they were sampled in, give other prompts.
    ///
    /// # Errors
    /// If a prompt is empty, a token unknown, a text too long, or the model does not have a statistic.
    pub fn score(&mut self, batch: Continuations<'_>, request: &Request) -> Result<Statistics, EngineError> {
        self.check(batch)?;
        self.check_request(request)?;
        let kept: Vec<Value> = request.hidden.iter().map(|layer| self.graph.hidden[*layer]).collect();
        let cached = self.score_buffers.take().filter(|_| kept.is_empty());
        let mut buffers = cached.unwrap_or_else(|| self.graph.tape.plan(self.graph.output(), Backward::No, &kept));
        let mut all = Statistics::default();
        for part in batch.parts(1024) {
            self.forward(&part.packing, &mut buffers);
            let targets = &batch.tokens[batch.columns(&part.samples)];
            gather(&mut self.predictors, self.graph.final_hidden(&buffers), &part.predictors, self.config.hidden_size);
            let mut statistics = Statistics::default();
            let head_buffers = &mut self.head_buffers;
            self.graph.head.forward(
                &self.parameters,
                &self.predictors,
                targets,
                request,
                &mut statistics,
                head_buffers,
                false,
            );
            for value in &kept {
                let mut rows = Vec::new();
                gather(&mut rows, self.graph.tape.value(&buffers, *value), &part.predictors, self.config.hidden_size);
                statistics.hidden.push(rows);
            }
            all.append(&mut statistics);
        }
        if kept.is_empty() {
            self.score_buffers = Some(buffers);
        }
        Ok(all)
    }

    pub(crate) fn forward(&mut self, packing: &Packing, buffers: &mut Buffers) {
        self.rotary.cover(packing.longest());
        let context = Context { parameters: &self.parameters, packed: &self.packed, packing, rotary: &self.rotary };
        self.graph.tape.forward(&context, buffers);
    }

    pub(crate) fn check(&self, batch: Continuations<'_>) -> Result<(), EngineError> {
        for (prompt, range) in batch.prompts.iter().enumerate() {
            if range.is_empty() {
                return Err(EngineError::EmptyPrompt { prompt });
            }
        }
        self.check_tokens(batch.prompt_tokens)?;
        self.check_tokens(batch.tokens)?;
        for (sample, range) in batch.samples.iter().enumerate() {
            let prompt = batch.prompts.range(batch.prompt_of[sample] as usize).len();
            self.check_length(prompt + range.len())?;
        }
        Ok(())
    }

    pub(crate) fn check_request(&self, request: &Request) -> Result<(), EngineError> {
        if !(request.temperature > 0.0 && request.temperature.is_finite()) {
            let value = request.temperature;
            return Err(EngineError::Sampling { parameter: "temperature", value, range: "above 0" });
        }
        let (layers, vocabulary) = (self.config.num_layers, self.config.vocab_size);
        if let Some(layer) = request.hidden.iter().find(|layer| **layer > layers) {
            return Err(EngineError::Request { what: "the hidden state of layer", value: *layer, limit: layers });
        }
        if request.top > vocabulary {
            return Err(EngineError::Request {
                what: "a list of most probable tokens of length",
                value: request.top,
                limit: vocabulary,
            });
        }
        self.check_tokens(&request.named)
    }

    pub(crate) fn check_tokens(&self, tokens: &[u32]) -> Result<(), EngineError> {
        let vocabulary = self.config.vocab_size;
        match tokens.iter().find(|token| **token as usize >= vocabulary) {
            Some(token) => Err(EngineError::Token { token: *token, vocabulary }),
            None => Ok(()),
        }
    }

    pub(crate) fn check_length(&self, tokens: usize) -> Result<(), EngineError> {
        let positions = self.config.max_position_embeddings;
        if tokens > positions { Err(EngineError::TooLong { tokens, positions }) } else { Ok(()) }
    }
}

/// Copies the named rows of a `[rows, width]` matrix.
pub(crate) fn gather(target: &mut Vec<f32>, source: &[f32], rows: &[usize], width: usize) {
    target.clear();
    for row in rows {
        target.extend_from_slice(&source[row * width..][..width]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::preset;
    use plaudit_core::Segments;

    fn score(request: &Request, lengths: [usize; 2]) -> Result<Statistics, EngineError> {
        let mut model = Model::random(preset("nano").unwrap(), 0);
        let (prompts, samples) = (Segments::from_lengths([lengths[0]]), Segments::from_lengths([lengths[1]]));
        let tokens = vec![7; lengths[0].max(lengths[1])];
        let batch = Continuations {
            prompt_tokens: &tokens[..lengths[0]],
            prompts: &prompts,
            prompt_of: &[0],
            tokens: &tokens[..lengths[1]],
            samples: &samples,
        };
        model.score(batch, request)
    }

    #[test]
    fn what_the_model_does_not_have_is_refused() {
        let refused = |request: Request| score(&request, [2, 3]).unwrap_err().to_string();
        let default = Request::default();
        assert!(refused(Request { hidden: vec![0, 3], ..default.clone() }).contains("layer 3 was asked for"));
        assert!(refused(Request { top: 100_000, ..default.clone() }).contains("100000"));
        assert!(refused(Request { named: vec![100_000], ..default.clone() }).contains("token 100000"));
        assert!(refused(Request { temperature: 0.0, ..default.clone() }).contains("temperature"));
        assert!(score(&default, [0, 3]).unwrap_err().to_string().contains("has no tokens"));
        assert!(score(&default, [4000, 97]).unwrap_err().to_string().contains("4096 positions"));
    }

    #[test]
    fn an_empty_completion_has_no_statistics() {
        let request = Request { entropy: true, hidden: vec![2], ..Request::default() };
        let statistics = score(&request, [2, 0]).unwrap();
        assert!(statistics.logp.is_empty() && statistics.entropy.is_empty());
    }
}
