//! Finite-difference checks of operations.

use super::Rotary;
use crate::kernel::gemm::{Output, Packed};
use crate::packed_weights::PackedWeights;
use crate::packing::Packing;
use crate::tape::{Context, Forward, InputGradient, Operation};
use plaudit_checkpoint::{Family, ModelConfig, Rope};
use plaudit_core::Stream;

/// A configuration of which only `head_dim` matters.
fn config(head_dim: usize) -> ModelConfig {
    ModelConfig {
        family: Family::Llama,
        vocab_size: 8,
        hidden_size: head_dim,
        intermediate_size: 8,
        num_layers: 1,
        num_heads: 1,
        num_kv_heads: 1,
        head_dim,
        rope: Rope::new(100.0),
        rms_norm_eps: 1e-5,
        tie_word_embeddings: true,
        qkv_bias: false,
        o_proj_bias: false,
        mlp_bias: false,
        max_position_embeddings: 64,
        bos_token_id: None,
        eos_token_ids: vec![0],
        initializer_range: 0.02,
    }
}

/// One operation with random inputs and parameters under the loss sum(c * output), c random, on two prompts, the
/// first with two continuations.
pub(super) struct Case<O> {
    operation: O,
    inputs: Vec<usize>,
    output: usize,
    parameters: usize,
    vocabulary: u64,
    head_dim: usize,
    families: Vec<(usize, Vec<usize>)>,
}

impl<O: Operation> Case<O> {
    pub(super) fn new(operation: O) -> Self {
        let families = vec![(3, vec![2, 1]), (4, vec![])];
        Self { operation, inputs: Vec::new(), output: 0, parameters: 0, vocabulary: 8, head_dim: 4, families }
    }

    pub(super) fn input(mut self, width: usize) -> Self {
        self.inputs.push(width);
        self
    }

    pub(super) fn output_width(mut self, width: usize) -> Self {
        self.output = width;
        self
    }

    pub(super) fn parameters(mut self, count: usize) -> Self {
        self.parameters = count;
        self
    }

    pub(super) fn vocabulary(mut self, size: u64) -> Self {
        self.vocabulary = size;
        self
    }

    pub(super) fn head_dim(mut self, width: usize) -> Self {
        self.head_dim = width;
        self
    }

    /// Lengths of each prompt and of its continuations.
    pub(super) fn families(mut self, families: &[(usize, &[usize])]) -> Self {
        self.families = families.iter().map(|(prefix, rest)| (*prefix, rest.to_vec())).collect();
        self
    }

    pub(super) fn check(self) {
        let mut stream = Stream::new(3, "finite-differences", 0, 0);
        let mut packing = Packing::default();
        for (prefix, continuations) in &self.families {
            let mut draw = |len: usize| (0..len).map(|_| stream.below(self.vocabulary) as u32).collect::<Vec<u32>>();
            packing.add_prompt(&draw(*prefix));
            for len in continuations {
                packing.add_continuation(&draw(*len));
            }
        }
        let tokens = packing.tokens.len();
        let mut rotary = Rotary::new(&config(self.head_dim));
        rotary.cover(tokens);
        let mut normal = |len: usize| (0..len).map(|_| stream.normal() as f32).collect::<Vec<f32>>();
        let parameters = normal(self.parameters);
        let inputs: Vec<Vec<f32>> = self.inputs.iter().map(|width| normal(tokens * width)).collect();
        let coefficients = normal(tokens * self.output);
        let saved_len = tokens * self.operation.saved_width();

        let packed = PackedWeights::default();
        let run = |parameters: &[f32], inputs: &[Vec<f32>]| {
            let context = Context { parameters, packed: &packed, packing: &packing, rotary: &rotary };
            let inputs: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
            let (mut output, mut saved) = (vec![f32::NAN; tokens * self.output], vec![f32::NAN; saved_len]);
            self.operation.forward(&context, &inputs, &mut output, &mut saved);
            let loss: f64 = output.iter().zip(&coefficients).map(|(y, c)| f64::from(*y) * f64::from(*c)).sum();
            (loss, output, saved)
        };

        let (_, output, saved) = run(&parameters, &inputs);
        let context = Context { parameters: &parameters, packed: &packed, packing: &packing, rotary: &rotary };
        let views: Vec<&[f32]> = inputs.iter().map(Vec::as_slice).collect();
        for (mode, start) in [(Output::Set, f32::NAN), (Output::Add, 1.0)] {
            let mut parameter_gradients = vec![1.0; self.parameters];
            let mut gradients: Vec<Vec<f32>> = inputs.iter().map(|input| vec![start; input.len()]).collect();
            let mut into: Vec<InputGradient<'_>> =
                gradients.iter_mut().map(|values| InputGradient { values, mode }).collect();
            let forward = Forward { inputs: &views, output: &output, saved: &saved };
            let scratch = &mut Packed::default();
            self.operation.backward(&context, &mut parameter_gradients, forward, &coefficients, &mut into, scratch);
            let base = if mode == Output::Add { 1.0 } else { 0.0 };
            for index in 0..self.parameters {
                let numeric = derivative(|step| {
                    let mut moved = parameters.clone();
                    moved[index] += step;
                    run(&moved, &inputs).0
                });
                compare("parameter", index, f64::from(parameter_gradients[index]) - 1.0, numeric);
            }
            for (input, gradient) in gradients.iter().enumerate() {
                for (index, gradient) in gradient.iter().enumerate() {
                    let numeric = derivative(|step| {
                        let mut moved = inputs.clone();
                        moved[input][index] += step;
                        run(&parameters, &moved).0
                    });
                    compare(&format!("input {input}"), index, f64::from(*gradient) - base, numeric);
                }
            }
        }
    }
}

/// Central difference of fourth order: the truncation error is of the order of step^4, so the step can be large enough
/// for rounding in f32 not to matter.
fn derivative(loss: impl Fn(f32) -> f64) -> f64 {
    const STEP: f32 = 1.0 / 32.0;
    let near = loss(STEP) - loss(-STEP);
    let far = loss(2.0 * STEP) - loss(-2.0 * STEP);
    (8.0 * near - far) / (12.0 * f64::from(STEP))
}

/// Rounding of an f32 forward pass over a step of 1/32 leaves about 1e-4 of a unit-scale gradient.
fn compare(what: &str, index: usize, analytic: f64, numeric: f64) {
    let tolerance = 1e-3 * (1.0 + numeric.abs());
    assert!((analytic - numeric).abs() < tolerance, "{what} {index}: backward {analytic}, differences {numeric}");
}
