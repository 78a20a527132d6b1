//! One new token for every unfinished sample at once.

use super::Active;
use super::cache::PromptCache;
use super::sampler::Sampler;
use crate::graph::Layer;
use crate::kernel::{
    gemm::{Matrix, Output, Right, multiply, multiply_here},
    math, vectorised,
};
use crate::model::Model;
use crate::ops::{Linear, normalise, swiglu_row};
use crate::packed_weights::Side;
use plaudit_checkpoint::ModelConfig;
use rayon::prelude::*;

/// Logits computed at once, in numbers: 32 MiB.
const LOGITS: usize = 8 << 20;

/// Rows from which on a thread is better given rows of its own for a whole step, with all the weights, than some weights of every product
/// for all rows.
const ROWS_OF_ITS_OWN: usize = 24;

/// The layers, and the buffers of a step.
pub(super) struct Decoder {
    layers: Vec<Layer>,
    workers: Vec<Worker>,
}

/// The buffers of some rows.
#[derive(Default)]
struct Worker {
    stream: Vec<f32>,
    normed: Vec<f32>,
    qkv: Vec<f32>,
    attended: Vec<f32>,
    gate_up: Vec<f32>,
    active: Vec<f32>,
    logits: Vec<f32>,
}

/// How products are computed: over all threads or on one.
type Product = fn(&mut [f32], usize, usize, Matrix<'_>, Right<'_>, Output);

/// output\[rows\] (=, +=) input W^T + b.
fn apply(product: Product, model: &Model, linear: &Linear, input: &[f32], output: &mut [f32], mode: Output) {
    let rows = input.len() / linear.inputs;
    let right = model.packed.right(Side::Forward, &model.parameters, &linear.weight, linear.inputs);
    product(output, linear.outputs, rows, Matrix::rows(input, linear.inputs), right, mode);
    if let Some(bias) = &linear.bias {
        for row in output.chunks_exact_mut(linear.outputs) {
            math::add_to(row, &model.parameters[bias.clone()]);
        }
    }
}

fn normalise_rows(output: &mut [f32], input: &[f32], weight: &[f32], eps: f32) {
    const NUMBERS_PER_TASK: usize = 1 << 13;
    let width = weight.len();
    let rows = NUMBERS_PER_TASK.div_ceil(width);
    output.par_chunks_mut(rows * width).zip(input.par_chunks(rows * width)).for_each(|(output, input)| {
        vectorised(
            #[inline(always)]
            || {
                for (output, input) in output.chunks_exact_mut(width).zip(input.chunks_exact(width)) {
                    normalise(output, input, weight, eps);
                }
            },
        );
    });
}

impl Decoder {
    pub(super) fn new(model: &Model) -> Self {
        let config = model.config();
        let layers = (0..config.num_layers).map(|index| Layer::new(config, &model.layout, index)).collect();
        let mut workers = Vec::new();
        workers.resize_with(rayon::current_num_threads(), Worker::default);
        Self { layers, workers }
    }

    /// The last layer for some prompts' last tokens alone, as nothing reads what it makes of the others: from its input
    /// `[prompts, hidden]` and their rotated queries, keys and values to the hidden states that give the first new tokens.
    pub(super) fn finish_prompts(
        &mut self,
        model: &Model,
        prompts: &[PromptCache],
        stream: Vec<f32>,
        qkv: &[f32],
    ) -> &[f32] {
        let (config, worker) = (model.config(), &mut self.workers[0]);
        let (index, layer) = self.layers.iter().enumerate().next_back().expect("a configuration has layers");
        worker.stream = stream;
        worker.attended.resize(prompts.len() * layer.output.inputs, 0.0);
        worker
            .attended
            .par_chunks_exact_mut(layer.output.inputs)
            .zip(qkv.par_chunks_exact(layer.qkv.outputs))
            .zip(prompts)
            .with_min_len(4)
            .for_each(|((output, qkv), prompt)| prompt.attend(config, index, qkv, output));
        worker.finish_layer(model, layer, multiply);
        worker.final_norm(model);
        &worker.normed
    }

    /// Computes the next token of every active sample from its last.
    pub(super) fn advance(
        &mut self,
        model: &Model,
        active: &mut [Active],
        prompts: &[PromptCache],
        sampler: &Sampler<'_>,
    ) {
        let threads = self.workers.len();
        if threads == 1 || active.len() < ROWS_OF_ITS_OWN * threads {
            self.workers[0].advance(model, &self.layers, active, prompts, sampler, multiply);
            return;
        }
        let rows = active.len().div_ceil(threads);
        active.par_chunks_mut(rows).zip(&mut self.workers).with_max_len(1).for_each(|(active, worker)| {
            worker.advance(model, &self.layers, active, prompts, sampler, multiply_here);
        });
    }
}

impl Worker {
    fn advance(
        &mut self,
        model: &Model,
        layers: &[Layer],
        active: &mut [Active],
        prompts: &[PromptCache],
        sampler: &Sampler<'_>,
        product: Product,
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
        for (index, layer) in layers.iter().enumerate() {
            let norm = &layer.attention_norm;
            normalise_rows(&mut self.normed, &self.stream, &parameters[norm.weight.clone()], norm.eps);
            self.qkv.resize(rows * layer.qkv.outputs, 0.0);
            apply(product, model, &layer.qkv, &self.normed, &mut self.qkv, Output::Set);
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
            self.finish_layer(model, layer, product);
        }
        self.final_norm(model);
        let vocabulary = config.vocab_size;
        let head = model.packed.right(Side::Forward, parameters, &model.graph.head.weight, hidden);
        let at_once = (LOGITS / vocabulary).max(1);
        for (normed, active) in self.normed.chunks(at_once * hidden).zip(active.chunks_mut(at_once)) {
            self.logits.resize(active.len() * vocabulary, 0.0);
            let left = Matrix::rows(normed, hidden);
            product(&mut self.logits, vocabulary, active.len(), left, head, Output::Set);
            active.par_iter_mut().zip(self.logits.par_chunks_exact(vocabulary)).with_min_len(4).for_each(
                |(one, logits)| {
                    let draw = sampler.draw(logits, &mut one.stream);
                    one.draws.push(draw);
                },
            );
        }
    }

    /// A layer after its attention: from `attended` and the residual stream to the next layer's stream.
    fn finish_layer(&mut self, model: &Model, layer: &Layer, product: Product) {
        apply(product, model, &layer.output, &self.attended, &mut self.stream, Output::Add);
        let (rows, norm) = (self.stream.len() / layer.output.outputs, &layer.mlp_norm);
        self.normed.resize(self.stream.len(), 0.0);
        normalise_rows(&mut self.normed, &self.stream, &model.parameters[norm.weight.clone()], norm.eps);
        self.gate_up.resize(rows * layer.gate_up.outputs, 0.0);
        apply(product, model, &layer.gate_up, &self.normed, &mut self.gate_up, Output::Set);
        let inner = layer.swiglu.width;
        self.active.resize(rows * inner, 0.0);
        self.active.par_chunks_exact_mut(inner).zip(self.gate_up.par_chunks_exact(2 * inner)).with_min_len(8).for_each(
            |(output, input)| {
                let (gate, up) = input.split_at(inner);
                vectorised(
                    #[inline(always)]
                    || swiglu_row(output, gate, up),
                );
            },
        );
        apply(product, model, &layer.down, &self.active, &mut self.stream, Output::Add);
    }

    fn final_norm(&mut self, model: &Model) {
        let norm = model.tensor("model.norm.weight").unwrap_or(&[]);
        self.normed.resize(self.stream.len(), 0.0);
        normalise_rows(&mut self.normed, &self.stream, norm, model.config().rms_norm_eps as f32);
    }
}

/// Normalises (where the model does) and rotates the heads of one row.
fn prepare(config: &ModelConfig, model: &Model, layer: &Layer, qkv: &mut [f32], position: usize) {
    let dim = config.head_dim;
    if let Some(norm) = &layer.head_norm {
        norm.normalise_in_place(&model.parameters, qkv);
    }
    vectorised(
        #[inline(always)]
        || {
            for head in qkv[..layer.rope.heads * dim].chunks_exact_mut(dim) {
                model.rotary.turn(head, position);
            }
        },
    );
}
