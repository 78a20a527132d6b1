//! A model: its configuration, its parameters, and what can be asked of it.

use crate::error::EngineError;
use crate::graph::{Graph, Layout};
use crate::head::HeadBuffers;
use crate::ops::Rotary;
use crate::optimizer::Gradients;
use crate::packed_weights::{PackedWeights, Side};
use crate::packing::{Continuations, Packing};
use crate::statistics::{Request, Statistics};
use crate::tape::{Backward, Buffers, Context, Value};
use plaudit_checkpoint::{ModelConfig, Weights};
use plaudit_core::Stream;
use std::ops::Range;
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
    learn_buffers: Option<Buffers>,
    head_buffers: HeadBuffers,
    /// Hidden states that predict a token, and their gradients: `[tokens, hidden size]`.
    predictors: Vec<f32>,
    predictor_gradients: Vec<f32>,
}

/// A part of a batch, handed to an objective between forward and backward. Parts are whole samples.
#[derive(Debug)]
pub struct Part<'a> {
    /// The samples, in the batch.
    pub samples: Range<usize>,
    /// Their tokens, in the batch's flat columns.
    pub tokens: Range<usize>,
    /// Statistics of those tokens.
    pub statistics: &'a Statistics,
    /// To be filled with dL/dlogp, one per token of the part; comes as zeros.
    pub logp_gradient: &'a mut [f32],
    /// To be filled with dL/dentropy; there if the request asked for the entropy.
    pub entropy_gradient: Option<&'a mut [f32]>,
}

/// Bytes of activations that one part of a batch may take while learning: what keeps a small model in the caches, and a
/// large one's memory modest beside its parameters.
const ACTIVATION_BYTES: usize = 48 << 20;

/// Rows of a part of a batch while learning: so many that weights are not fetched for few, so few that activations stay in the caches.
const PART_ROWS: Range<usize> = 512..1024;

/// Bytes of parameters up to which they are packed once for all parts of a batch; larger ones are packed on the way, and what generation
/// had packed makes room for gradients.
const PACKED_BYTES: usize = 64 << 20;

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
            learn_buffers: None,
            head_buffers: HeadBuffers::default(),
            predictors: Vec::new(),
            predictor_gradients: Vec::new(),
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

    /// Runs the batch forward, lets `objective` turn each part's statistics into derivatives of the loss, and adds the
    /// gradient of all parameters to `gradients`. Parts with no derivative but zero are not run backward.
    ///
    /// # Errors
    /// If a prompt is empty, a token unknown, a text too long, or the model does not have a statistic.
    pub fn accumulate(
        &mut self,
        batch: Continuations<'_>,
        request: &Request,
        gradients: &mut Gradients,
        objective: &mut dyn FnMut(Part<'_>),
    ) -> Result<(), EngineError> {
        self.check(batch)?;
        self.check_request(request)?;
        if 4 * self.parameters.len() > PACKED_BYTES {
            self.packed = PackedWeights::default();
        } else {
            self.packed.update(Side::Forward, &self.graph, &self.parameters);
            self.packed.update(Side::Backward, &self.graph, &self.parameters);
        }
        let mut buffers = self.learn_buffers.take().unwrap_or_else(|| self.learn_plan());
        let rows = buffers.rows_in(ACTIVATION_BYTES).clamp(PART_ROWS.start, PART_ROWS.end);
        let mut statistics = Statistics::default();
        let (mut logp_gradient, mut entropy_gradient) = (Vec::new(), Vec::new());
        let width = self.config.hidden_size;
        for part in batch.parts(rows) {
            self.forward(&part.packing, &mut buffers);
            let tokens = batch.columns(&part.samples);
            let targets = &batch.tokens[tokens.clone()];
            gather(&mut self.predictors, self.graph.final_hidden(&buffers), &part.predictors, width);
            let head = &self.graph.head;
            let head_buffers = &mut self.head_buffers;
            head.forward(&self.parameters, &self.predictors, targets, request, &mut statistics, head_buffers, true);
            logp_gradient.clear();
            logp_gradient.resize(targets.len(), 0.0);
            entropy_gradient.clear();
            entropy_gradient.resize(if request.entropy { targets.len() } else { 0 }, 0.0);
            objective(Part {
                samples: part.samples,
                tokens,
                statistics: &statistics,
                logp_gradient: &mut logp_gradient,
                entropy_gradient: request.entropy.then_some(&mut entropy_gradient),
            });
            if logp_gradient.iter().chain(&entropy_gradient).all(|gradient| *gradient == 0.0) {
                continue;
            }
            self.predictor_gradients.resize(self.predictors.len(), 0.0);
            head.backward(
                &self.parameters,
                &mut gradients.values,
                &self.predictors,
                targets,
                request,
                &logp_gradient,
                request.entropy.then_some(&entropy_gradient),
                &mut self.predictor_gradients[..self.predictors.len()],
                head_buffers,
            );
            let output_gradient = buffers.output_gradient();
            output_gradient.fill(0.0);
            for (row, gradient) in part.predictors.iter().zip(self.predictor_gradients.chunks_exact(width)) {
                crate::kernel::math::add_to(&mut output_gradient[row * width..][..width], gradient);
            }
            let context = Context {
                parameters: &self.parameters,
                packed: &self.packed,
                packing: &part.packing,
                rotary: &self.rotary,
            };
            self.graph.tape.backward(&context, &mut gradients.values, &mut buffers);
        }
        self.learn_buffers = Some(buffers);
        Ok(())
    }

    /// Keeps what is cheap to compute again only if the least part has room for it.
    fn learn_plan(&self) -> Buffers {
        let plan = |backward| self.graph.tape.plan(self.graph.output(), backward, &[]);
        let fast = plan(Backward::Fast);
        if fast.rows_in(ACTIVATION_BYTES) < PART_ROWS.start { plan(Backward::Thrifty) } else { fast }
    }

    pub(crate) fn forward(&mut self, packing: &Packing, buffers: &mut Buffers) {
        self.rotary.cover(packing.longest());
        let context = Context { parameters: &self.parameters, packed: &self.packed, packing, rotary: &self.rotary };
        self.graph.tape.forward(&context, buffers);
    }

    fn check(&self, batch: Continuations<'_>) -> Result<(), EngineError> {
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

    fn check_request(&self, request: &Request) -> Result<(), EngineError> {
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
fn gather(target: &mut Vec<f32>, source: &[f32], rows: &[usize], width: usize) {
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
    fn what_is_computed_again_gives_the_same_gradient() {
        let gradient = |backward| {
            let mut model = Model::random(preset("nano").unwrap(), 0);
            model.learn_buffers = Some(model.graph.tape.plan(model.graph.output(), backward, &[]));
            let rows = model.learn_buffers.as_ref().map(|buffers| buffers.rows_in(1 << 20));
            let mut gradients = Gradients::zeros(&model);
            let (prompts, samples) = (Segments::from_lengths([3, 2]), Segments::from_lengths([4, 1, 7]));
            let tokens: Vec<u32> = (1..13).collect();
            let batch = Continuations {
                prompt_tokens: &tokens[..5],
                prompts: &prompts,
                prompt_of: &[0, 0, 1],
                tokens: &tokens,
                samples: &samples,
            };
            model
                .accumulate(batch, &Request::default(), &mut gradients, &mut |part| part.logp_gradient.fill(-0.1))
                .unwrap();
            (gradients.values, rows)
        };
        let ((fast, fast_rows), (thrifty, thrifty_rows)) = (gradient(Backward::Fast), gradient(Backward::Thrifty));
        assert!(fast.iter().any(|value| *value != 0.0));
        assert_eq!(fast, thrifty);
        assert!(fast_rows < thrifty_rows, "{fast_rows:?} {thrifty_rows:?}");
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
