//! One new token for every unfinished sample at once.

use super::Active;
use super::cache::PromptCache;
use super::sampler::Sampler;
use crate::graph::Layer;
use crate::head::Head;
use crate::kernel::{
    gemm::{Matrix, Output, Packed, multiply},
    math, vectorised,
};
use crate::model::Model;
use crate::ops::{Linear, normalise, swiglu_row};
use plaudit_checkpoint::ModelConfig;
use rayon::prelude::*;

/// Logits computed at once, in numbers: 32 MiB.
const LOGITS: usize = 8 << 20;

/// The layers with their weights packed for few rows, and the buffers of a step.
pub(super) struct Decoder {
    layers: Vec<PackedLayer>,
    head: Packed,
    stream: Vec<f32>,
    normed: Vec<f32>,
    qkv: Vec<f32>,
    attended: Vec<f32>,
    gate_up: Vec<f32>,
    active: Vec<f32>,
    logits: Vec<f32>,
}

struct PackedLayer {
    layer: Layer,
    qkv: Packed,
    output: Packed,
    gate_up: Packed,
    down: Packed,
}

fn pack(parameters: &[f32], linear: &Linear) -> Packed {
    let mut packed = Packed::default();
    let weight = Matrix::transposed(&parameters[linear.weight.clone()], linear.inputs);
    packed.pack(weight, linear.inputs, linear.outputs, true);
    packed
}

/// output\[rows\] (=, +=) input W^T + b.
fn apply(parameters: &[f32], linear: &Linear, packed: &Packed, input: &[f32], output: &mut [f32], mode: Output) {
    let rows = input.len() / linear.inputs;
    multiply(output, linear.outputs, rows, Matrix::rows(input, linear.inputs), packed, mode);
    if let Some(bias) = &linear.bias {
        for row in output.chunks_exact_mut(linear.outputs) {
            math::add_to(row, &parameters[bias.clone()]);
        }
    }
}

fn normalise_rows(output: &mut [f32], input: &[f32], weight: &[f32], eps: f32) {
    vectorised(
        #[inline(always)]
        || {
            for (output, input) in output.chunks_exact_mut(weight.len()).zip(input.chunks_exact(weight.len())) {
                normalise(output, input, weight, eps);
            }
        },
    );
}

impl Decoder {
    pub(super) fn new(model: &Model) -> Self {
        let parameters = &model.parameters;
        let layers = (0..model.config().num_layers)
            .map(|index| {
                let layer = Layer::new(model.config(), &model.layout, index);
                PackedLayer {
                    qkv: pack(parameters, &layer.qkv),
                    output: pack(parameters, &layer.output),
                    gate_up: pack(parameters, &layer.gate_up),
                    down: pack(parameters, &layer.down),
                    layer,
                }
            })
            .collect();
        Self {
            layers,
            head: model.graph.head.pack(parameters),
            stream: Vec::new(),
            normed: Vec::new(),
            qkv: Vec::new(),
            attended: Vec::new(),
            gate_up: Vec::new(),
            active: Vec::new(),
            logits: Vec::new(),
        }
    }

    /// Computes the next token of every active sample from its last.
    pub(super) fn advance(
        &mut self,
        model: &Model,
        active: &mut [Active],
        prompts: &[PromptCache],
        sampler: &Sampler<'_>,
    ) {
        let (config, parameters) = (model.config(), &model.parameters);
        let (rows, hidden) = (active.len(), config.hidden_size);
        let table = &parameters[..config.vocab_size * hidden];
        self.stream.clear();
        for one in active.iter() {
            let token = one.draws[one.draws.len() - 1].token as usize;
            self.stream.extend_from_slice(&table[token * hidden..][..hidden]);
        }
        self.normed.resize(rows * hidden, 0.0);
        for (index, packed) in self.layers.iter().enumerate() {
            let layer = &packed.layer;
            let norm = &layer.attention_norm;
            normalise_rows(&mut self.normed, &self.stream, &parameters[norm.weight.clone()], norm.eps);
            self.qkv.resize(rows * layer.qkv.outputs, 0.0);
            apply(parameters, &layer.qkv, &packed.qkv, &self.normed, &mut self.qkv, Output::Set);
            self.attended.resize(rows * layer.output.inputs, 0.0);
            self.qkv
                .par_chunks_exact_mut(layer.qkv.outputs)
                .zip(self.attended.par_chunks_exact_mut(layer.output.inputs))
                .zip(active.par_iter_mut())
                .with_min_len(4)
                .for_each(|((qkv, output), one)| {
                    let prompt = &prompts[one.prompt];
                    let position = prompt.tokens + one.draws.len() - 1;
                    prepare(config, model, layer, qkv, position);
                    one.cache.attend(config, prompt, index, qkv, output);
                });
            apply(parameters, &layer.output, &packed.output, &self.attended, &mut self.stream, Output::Add);
            let norm = &layer.mlp_norm;
            normalise_rows(&mut self.normed, &self.stream, &parameters[norm.weight.clone()], norm.eps);
            self.gate_up.resize(rows * layer.gate_up.outputs, 0.0);
            apply(parameters, &layer.gate_up, &packed.gate_up, &self.normed, &mut self.gate_up, Output::Set);
            let inner = layer.swiglu.width;
            self.active.resize(rows * inner, 0.0);
            self.active
                .par_chunks_exact_mut(inner)
                .zip(self.gate_up.par_chunks_exact(2 * inner))
                .with_min_len(8)
                .for_each(|(output, input)| {
                    let (gate, up) = input.split_at(inner);
                    vectorised(
                        #[inline(always)]
                        || swiglu_row(output, gate, up),
                    );
                });
            apply(parameters, &layer.down, &packed.down, &self.active, &mut self.stream, Output::Add);
        }
        let norm = model.tensor("model.norm.weight").unwrap_or(&[]);
        normalise_rows(&mut self.normed, &self.stream, norm, config.rms_norm_eps as f32);
        let vocabulary = config.vocab_size;
        let at_once = (LOGITS / vocabulary).max(1);
        for (normed, active) in self.normed.chunks(at_once * hidden).zip(active.chunks_mut(at_once)) {
            self.logits.resize(active.len() * vocabulary, 0.0);
            let left = Matrix::rows(normed, hidden);
            multiply(&mut self.logits, vocabulary, active.len(), left, &self.head, Output::Set);
            active.par_iter_mut().zip(self.logits.par_chunks_exact(vocabulary)).with_min_len(4).for_each(
                |(one, logits)| {
                    let draw = sampler.draw(logits, &mut one.stream);
                    one.draws.push(draw);
                },
            );
        }
    }
}

/// Normalises (where the model does) and rotates the heads of one row.
fn prepare(config: &ModelConfig, model: &Model, layer: &Layer, qkv: &mut [f32], position: usize) {
    let dim = config.head_dim;
    if let Some(norm) = &layer.head_norm {
        norm.normalise_in_place(&model.parameters, qkv);
    }
    for head in qkv[..layer.rope.heads * dim].chunks_exact_mut(dim) {
        model.rotary.turn(head, position);
    }
}

impl Head {
    /// The weight packed for few rows.
    fn pack(&self, parameters: &[f32]) -> Packed {
        let mut packed = Packed::default();
        let weight = Matrix::transposed(&parameters[self.weight.clone()], self.width);
        packed.pack(weight, self.width, self.vocabulary, true);
        packed
    }

    /// Logits of hidden states, `[rows, vocabulary]`.
    pub(super) fn logits(&self, parameters: &[f32], hidden: &[f32], logits: &mut [f32], packed: &mut Packed) {
        *packed = self.pack(parameters);
        let rows = hidden.len() / self.width;
        multiply(logits, self.vocabulary, rows, Matrix::rows(hidden, self.width), packed, Output::Set);
    }
}
