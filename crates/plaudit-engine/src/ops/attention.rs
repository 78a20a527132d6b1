//! Causal grouped-query attention over packed sequences (Vaswani et al., arXiv 1706.03762; Ainslie et al.,
//! arXiv 2305.13245): o_i = sum_{j <= i} softmax_j(q_i . k_j / sqrt(D)) v_j within each sequence.
//!
//! Scores exist for one block of query rows of one head at a time; backward recomputes them from the kept log-sum-exp
//! (Dao et al., arXiv 2205.14135, without the tiling over keys, which caches of this size do not need).

use crate::kernel::{
    gemm::{Matrix, Output, Packed, multiply_corner, multiply_serial},
    math, vectorised,
};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use plaudit_core::Segments;
use rayon::prelude::*;

/// Rows hold rotated queries, rotated keys, then values; the output holds one row per query head.
#[derive(Debug)]
pub(crate) struct Attention {
    pub(crate) query_heads: usize,
    pub(crate) key_heads: usize,
    pub(crate) head_dim: usize,
}

/// Query rows whose scores are computed together. A block sees the keys up to its own end, so smaller blocks waste less
/// on keys that the causal mask hides, and larger ones use the matrix kernel better.
const BLOCK: usize = 48;

/// Buffers of one task.
#[derive(Default)]
struct Scratch {
    keys: Packed,
    values: Packed,
    keys_by_row: Packed,
    queries: Packed,
    gradients: Packed,
    scores: Vec<f32>,
    score_gradients: Vec<f32>,
}

impl Attention {
    fn input_width(&self) -> usize {
        (self.query_heads + 2 * self.key_heads) * self.head_dim
    }

    fn output_width(&self) -> usize {
        self.query_heads * self.head_dim
    }

    fn scale(&self) -> f32 {
        1.0 / (self.head_dim as f32).sqrt()
    }

    /// Column where the keys (and, `key_heads * head_dim` further, the values) of a key head start.
    fn key_column(&self, head: usize) -> usize {
        (self.query_heads + head) * self.head_dim
    }

    fn value_column(&self, head: usize) -> usize {
        self.key_column(head) + self.key_heads * self.head_dim
    }

    /// Unscaled scores of query rows `rows` of `head` against keys `0..rows.end`.
    fn scores(&self, scores: &mut Vec<f32>, input: &[f32], rows: &std::ops::Range<usize>, head: usize, keys: &Packed) {
        let width = self.input_width();
        scores.resize(rows.len() * rows.end, 0.0);
        let queries = Matrix::rows(&input[rows.start * width + head * self.head_dim..], width);
        multiply_corner(scores, rows.end, rows.len(), queries, keys, self.head_dim, rows.end, Output::Set);
    }

    fn forward_sequence(&self, input: &[f32], output: &mut [f32], saved: &mut [f32], scratch: &mut Scratch) {
        let (width, out_width, dim) = (self.input_width(), self.output_width(), self.head_dim);
        let len = input.len() / width;
        let group = self.query_heads / self.key_heads;
        for key_head in 0..self.key_heads {
            let keys = Matrix::transposed(&input[self.key_column(key_head)..], width);
            scratch.keys.pack(keys, dim, len, false);
            let values = Matrix::rows(&input[self.value_column(key_head)..], width);
            scratch.values.pack(values, len, dim, false);
            for head in key_head * group..(key_head + 1) * group {
                for start in (0..len).step_by(BLOCK) {
                    let rows = start..(start + BLOCK).min(len);
                    self.scores(&mut scratch.scores, input, &rows, head, &scratch.keys);
                    vectorised(
                        #[inline(always)]
                        || {
                            for (row, scores) in rows.clone().zip(scratch.scores.chunks_exact_mut(rows.end)) {
                                saved[row * self.query_heads + head] = softmax(scores, row + 1, self.scale());
                            }
                        },
                    );
                    let output = &mut output[start * out_width + head * dim..];
                    let weights = Matrix::rows(&scratch.scores, rows.end);
                    let values = &scratch.values;
                    multiply_corner(output, out_width, rows.len(), weights, values, rows.end, dim, Output::Set);
                }
            }
        }
    }

    fn backward_sequence(
        &self,
        gradient: &mut [f32],
        input: &[f32],
        output: &[f32],
        saved: &[f32],
        output_gradient: &[f32],
        scratch: &mut Scratch,
    ) {
        let (width, out_width, dim, scale) = (self.input_width(), self.output_width(), self.head_dim, self.scale());
        let len = input.len() / width;
        let group = self.query_heads / self.key_heads;
        for key_head in 0..self.key_heads {
            let (key_column, value_column) = (self.key_column(key_head), self.value_column(key_head));
            scratch.keys.pack(Matrix::transposed(&input[key_column..], width), dim, len, false);
            scratch.keys_by_row.pack(Matrix::rows(&input[key_column..], width), len, dim, false);
            scratch.values.pack(Matrix::transposed(&input[value_column..], width), dim, len, false);
            for head in key_head * group..(key_head + 1) * group {
                let column = head * dim;
                for start in (0..len).step_by(BLOCK) {
                    let rows = start..(start + BLOCK).min(len);
                    let seen = rows.end;
                    let out_start = start * out_width + column;
                    self.scores(&mut scratch.scores, input, &rows, head, &scratch.keys);
                    // d weight = d output . value.
                    scratch.score_gradients.resize(rows.len() * seen, 0.0);
                    let out_rows = Matrix::rows(&output_gradient[out_start..], out_width);
                    let gradients = &mut scratch.score_gradients;
                    multiply_corner(gradients, seen, rows.len(), out_rows, &scratch.values, dim, seen, Output::Set);
                    vectorised(
                        #[inline(always)]
                        || {
                            for (index, row) in rows.clone().enumerate() {
                                let at = index * seen..(index + 1) * seen;
                                let from = row * out_width + column;
                                let delta = math::dot(&output_gradient[from..from + dim], &output[from..from + dim]);
                                softmax_backward(
                                    &mut scratch.scores[at.clone()],
                                    &mut scratch.score_gradients[at],
                                    row + 1,
                                    scale,
                                    saved[row * self.query_heads + head],
                                    delta,
                                );
                            }
                        },
                    );
                    let weights = Matrix::transposed(&scratch.scores, seen);
                    let score_gradients = Matrix::rows(&scratch.score_gradients, seen);
                    let query_gradient = &mut gradient[start * width + column..];
                    let keys = &scratch.keys_by_row;
                    multiply_corner(query_gradient, width, rows.len(), score_gradients, keys, seen, dim, Output::Add);
                    let score_gradients = Matrix::transposed(&scratch.score_gradients, seen);
                    let queries = Matrix::rows(&input[start * width + column..], width);
                    scratch.queries.pack(queries, rows.len(), dim, false);
                    let key_gradient = &mut gradient[key_column..];
                    multiply_serial(key_gradient, width, seen, score_gradients, &scratch.queries, Output::Add);
                    scratch.gradients.pack(out_rows, rows.len(), dim, false);
                    let value_gradient = &mut gradient[value_column..];
                    multiply_serial(value_gradient, width, seen, weights, &scratch.gradients, Output::Add);
                }
            }
        }
    }
}

/// Turns the first `seen` raw scores of a row into attention weights and zeroes the rest; returns log-sum-exp of the
/// scaled scores.
#[inline(always)]
fn softmax(scores: &mut [f32], seen: usize, scale: f32) -> f32 {
    let (scores, hidden) = scores.split_at_mut(seen);
    let top = math::max(scores) * scale;
    for score in scores.iter_mut() {
        *score = math::exp(score.mul_add(scale, -top));
    }
    let total = math::sum(scores);
    let inverse = 1.0 / total;
    for score in scores.iter_mut() {
        *score *= inverse;
    }
    hidden.fill(0.0);
    top + total.ln()
}

/// Turns raw scores into weights w = exp(s scale - lse) and d weight into d raw score = w (d weight - delta) scale.
#[inline(always)]
fn softmax_backward(scores: &mut [f32], gradients: &mut [f32], seen: usize, scale: f32, log_sum_exp: f32, delta: f32) {
    let (scores, hidden) = scores.split_at_mut(seen);
    let (gradients, hidden_gradients) = gradients.split_at_mut(seen);
    for (score, gradient) in scores.iter_mut().zip(gradients) {
        *score = math::exp(score.mul_add(scale, -log_sum_exp));
        *gradient = *score * (*gradient - delta) * scale;
    }
    hidden.fill(0.0);
    hidden_gradients.fill(0.0);
}

/// Cuts a flat matrix of `width` columns into the sequences' rows.
fn split<'a>(mut values: &'a mut [f32], sequences: &Segments, width: usize) -> Vec<&'a mut [f32]> {
    let mut parts = Vec::with_capacity(sequences.len());
    for range in sequences.iter() {
        let (part, rest) = values.split_at_mut(range.len() * width);
        parts.push(part);
        values = rest;
    }
    parts
}

impl Operation for Attention {
    fn saved_width(&self) -> usize {
        self.query_heads
    }

    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: true, output: true }
    }

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], saved: &mut [f32], _: &mut Packed) {
        let sequences = &context.packing.sequences;
        let outputs = split(output, sequences, self.output_width());
        let saved = split(saved, sequences, self.query_heads);
        outputs.into_par_iter().zip(saved).enumerate().for_each_init(Scratch::default, |scratch, (index, (output, saved))| {
            let rows = sequences.range(index);
            let input = &inputs[0][rows.start * self.input_width()..rows.end * self.input_width()];
            self.forward_sequence(input, output, saved, scratch);
        });
    }

    fn backward(
        &self,
        context: &Context<'_>,
        _: &mut [f32],
        forward: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        _: &mut Packed,
    ) {
        let sequences = &context.packing.sequences;
        let mode = input_gradients[0].mode;
        let gradients = split(input_gradients[0].values, sequences, self.input_width());
        gradients.into_par_iter().enumerate().for_each_init(Scratch::default, |scratch, (index, gradient)| {
            let rows = sequences.range(index);
            let part = |width: usize| rows.start * width..rows.end * width;
            if mode == Output::Set {
                gradient.fill(0.0);
            }
            self.backward_sequence(
                gradient,
                &forward.inputs[0][part(self.input_width())],
                &forward.output[part(self.output_width())],
                &forward.saved[part(self.query_heads)],
                &output_gradient[part(self.output_width())],
                scratch,
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        for (query_heads, key_heads) in [(1, 1), (4, 2), (2, 2)] {
            let operation = Attention { query_heads, key_heads, head_dim: 4 };
            let (input, output) = (operation.input_width(), operation.output_width());
            Case::new(operation).input(input).output_width(output).lengths(&[5, 1, 3]).check();
        }
    }

    #[test]
    fn gradient_agrees_across_blocks_of_queries() {
        let operation = Attention { query_heads: 1, key_heads: 1, head_dim: 2 };
        Case::new(operation).input(6).output_width(2).lengths(&[BLOCK + 3]).check();
    }
}
