//! Causal grouped-query attention over packed sequences (Vaswani et al., arXiv 1706.03762; Ainslie et al.,
//! arXiv 2305.13245): o_i = sum_{j <= i} softmax_j(q_i . k_j / sqrt(D)) v_j within each sequence, where continuations of
//! one prompt share its keys and values.
//!
//! Scores exist for one block of query rows of one head at a time; backward recomputes them from the kept log-sum-exp
//! (Dao et al., arXiv 2205.14135, without the tiling over keys, which caches of this size do not need).

use crate::kernel::{
    gemm::{Matrix, Output, Packed, Right, multiply_corner, multiply_here},
    math, vectorised,
};
use crate::packing::Family;
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use rayon::prelude::*;
use std::cell::Cell;
use std::ops::Range;

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

thread_local! {
    /// A thread's buffers, kept from one call to the next.
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// Buffers of one task.
#[derive(Default)]
struct Scratch {
    /// Keys and values one sequence sees, `[seen, head_dim]`, and their gradients.
    key_rows: Vec<f32>,
    value_rows: Vec<f32>,
    key_gradients: Vec<f32>,
    value_gradients: Vec<f32>,
    keys: Packed,
    values: Packed,
    keys_by_row: Packed,
    queries: Packed,
    gradients: Packed,
    scores: Vec<f32>,
    score_gradients: Vec<f32>,
}

/// One sequence of a family, in rows of the family: its own rows see the first `prefix` rows and themselves.
#[derive(Clone)]
struct Sequence {
    prefix: usize,
    rows: Range<usize>,
}

impl Sequence {
    /// The rows it sees, in order.
    fn seen(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.prefix).chain(self.rows.clone())
    }

    fn seen_len(&self) -> usize {
        self.prefix + self.rows.len()
    }
}

/// The prompt, then its continuations; empty ones left out.
fn sequences(family: &Family) -> impl Iterator<Item = Sequence> + '_ {
    let prompt = Sequence { prefix: 0, rows: 0..family.prefix };
    let continuations = family
        .continuations
        .iter()
        .map(|rows| Sequence { prefix: family.prefix, rows: family.prefix + rows.start..family.prefix + rows.end });
    std::iter::once(prompt).chain(continuations).filter(|sequence| !sequence.rows.is_empty())
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

    /// Copies `head_dim` columns of the rows a sequence sees.
    fn gather(&self, target: &mut Vec<f32>, input: &[f32], column: usize, sequence: &Sequence) {
        target.clear();
        for row in sequence.seen() {
            target.extend_from_slice(&input[row * self.input_width() + column..][..self.head_dim]);
        }
    }

    /// Adds rows of `head_dim` columns to the rows a sequence sees.
    fn scatter(&self, gradient: &mut [f32], source: &[f32], column: usize, sequence: &Sequence) {
        for (row, source) in sequence.seen().zip(source.chunks_exact(self.head_dim)) {
            math::add_to(&mut gradient[row * self.input_width() + column..][..self.head_dim], source);
        }
    }

    /// Unscaled scores of the query rows `rows` of `head` against the first `seen` keys.
    fn scores(
        &self,
        scores: &mut Vec<f32>,
        input: &[f32],
        rows: &Range<usize>,
        seen: usize,
        head: usize,
        keys: &Packed,
    ) {
        let width = self.input_width();
        scores.resize(rows.len() * seen, 0.0);
        let queries = Matrix::rows(&input[rows.start * width + head * self.head_dim..], width);
        multiply_corner(scores, seen, rows.len(), queries, keys, self.head_dim, seen, Output::Set);
    }

    /// Calls `work(rows, seen)` for each block of query rows; the block's first row sees `seen + 1 - rows.len()` keys.
    fn blocks(sequence: &Sequence) -> impl Iterator<Item = (Range<usize>, usize)> + use<> {
        let (rows, prefix) = (sequence.rows.clone(), sequence.prefix);
        rows.clone().step_by(BLOCK).map(move |start| {
            let end = (start + BLOCK).min(rows.end);
            (start..end, prefix + end - rows.start)
        })
    }

    fn forward_sequence(
        &self,
        sequence: &Sequence,
        input: &[f32],
        output: &mut [f32],
        saved: &mut [f32],
        scratch: &mut Scratch,
    ) {
        let (out_width, dim, len) = (self.output_width(), self.head_dim, sequence.seen_len());
        let group = self.query_heads / self.key_heads;
        for key_head in 0..self.key_heads {
            self.gather(&mut scratch.key_rows, input, self.key_column(key_head), sequence);
            scratch.keys.pack(Matrix::transposed(&scratch.key_rows, dim), dim, len, false);
            self.gather(&mut scratch.value_rows, input, self.value_column(key_head), sequence);
            scratch.values.pack(Matrix::rows(&scratch.value_rows, dim), len, dim, false);
            for head in key_head * group..(key_head + 1) * group {
                for (rows, seen) in Self::blocks(sequence) {
                    self.scores(&mut scratch.scores, input, &rows, seen, head, &scratch.keys);
                    vectorised(
                        #[inline(always)]
                        || {
                            let first = seen + 1 - rows.len();
                            for (index, scores) in scratch.scores.chunks_exact_mut(seen).enumerate() {
                                let log_sum_exp = softmax(scores, first + index, self.scale());
                                saved[(rows.start + index) * self.query_heads + head] = log_sum_exp;
                            }
                        },
                    );
                    let output = &mut output[rows.start * out_width + head * dim..];
                    let weights = Matrix::rows(&scratch.scores, seen);
                    multiply_corner(output, out_width, rows.len(), weights, &scratch.values, seen, dim, Output::Set);
                }
            }
        }
    }

    fn backward_sequence(
        &self,
        sequence: &Sequence,
        gradient: &mut [f32],
        input: &[f32],
        output: &[f32],
        saved: &[f32],
        output_gradient: &[f32],
        scratch: &mut Scratch,
    ) {
        let (width, out_width, dim, scale) = (self.input_width(), self.output_width(), self.head_dim, self.scale());
        let (len, group) = (sequence.seen_len(), self.query_heads / self.key_heads);
        for key_head in 0..self.key_heads {
            self.gather(&mut scratch.key_rows, input, self.key_column(key_head), sequence);
            scratch.keys.pack(Matrix::transposed(&scratch.key_rows, dim), dim, len, false);
            scratch.keys_by_row.pack(Matrix::rows(&scratch.key_rows, dim), len, dim, false);
            self.gather(&mut scratch.value_rows, input, self.value_column(key_head), sequence);
            scratch.values.pack(Matrix::transposed(&scratch.value_rows, dim), dim, len, false);
            for gradients in [&mut scratch.key_gradients, &mut scratch.value_gradients] {
                gradients.clear();
                gradients.resize(len * dim, 0.0);
            }
            for head in key_head * group..(key_head + 1) * group {
                let column = head * dim;
                for (rows, seen) in Self::blocks(sequence) {
                    self.scores(&mut scratch.scores, input, &rows, seen, head, &scratch.keys);
                    // d weight = d output . value.
                    scratch.score_gradients.resize(rows.len() * seen, 0.0);
                    let out_rows = Matrix::rows(&output_gradient[rows.start * out_width + column..], out_width);
                    let gradients = &mut scratch.score_gradients;
                    multiply_corner(gradients, seen, rows.len(), out_rows, &scratch.values, dim, seen, Output::Set);
                    vectorised(
                        #[inline(always)]
                        || {
                            let first = seen + 1 - rows.len();
                            for (index, row) in rows.clone().enumerate() {
                                let at = index * seen..(index + 1) * seen;
                                let from = row * out_width + column;
                                let delta = math::dot(&output_gradient[from..from + dim], &output[from..from + dim]);
                                softmax_backward(
                                    &mut scratch.scores[at.clone()],
                                    &mut scratch.score_gradients[at],
                                    first + index,
                                    scale,
                                    saved[row * self.query_heads + head],
                                    delta,
                                );
                            }
                        },
                    );
                    let score_gradients = Matrix::rows(&scratch.score_gradients, seen);
                    let query_gradient = &mut gradient[rows.start * width + column..];
                    let keys = &scratch.keys_by_row;
                    multiply_corner(query_gradient, width, rows.len(), score_gradients, keys, seen, dim, Output::Add);
                    let queries = Matrix::rows(&input[rows.start * width + column..], width);
                    scratch.queries.pack(queries, rows.len(), dim, false);
                    let score_gradients = Matrix::transposed(&scratch.score_gradients, seen);
                    let key_gradients = &mut scratch.key_gradients;
                    let queries = Right::Packed(&scratch.queries);
                    multiply_here(key_gradients, dim, seen, score_gradients, queries, Output::Add);
                    scratch.gradients.pack(out_rows, rows.len(), dim, false);
                    let weights = Matrix::transposed(&scratch.scores, seen);
                    let value_gradients = &mut scratch.value_gradients;
                    let gradients = Right::Packed(&scratch.gradients);
                    multiply_here(value_gradients, dim, seen, weights, gradients, Output::Add);
                }
            }
            self.scatter(gradient, &scratch.key_gradients, self.key_column(key_head), sequence);
            self.scatter(gradient, &scratch.value_gradients, self.value_column(key_head), sequence);
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

/// Cuts a flat matrix of `width` columns into the families' rows.
fn split<'a>(mut values: &'a mut [f32], families: &[Family], width: usize) -> Vec<&'a mut [f32]> {
    let mut parts = Vec::with_capacity(families.len());
    for family in families {
        let (part, rest) = values.split_at_mut(family.rows.len() * width);
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

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], saved: &mut [f32]) {
        let families = &context.packing.families;
        let outputs = split(output, families, self.output_width());
        let saved = split(saved, families, self.query_heads);
        families.par_iter().zip(outputs).zip(saved).for_each(|((family, output), saved)| {
            let width = self.input_width();
            let input = &inputs[0][family.rows.start * width..family.rows.end * width];
            let mut scratch = SCRATCH.take();
            for sequence in sequences(family) {
                self.forward_sequence(&sequence, input, output, saved, &mut scratch);
            }
            SCRATCH.set(scratch);
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
        let families = &context.packing.families;
        let mode = input_gradients[0].mode;
        let gradients = split(input_gradients[0].values, families, self.input_width());
        families.par_iter().zip(gradients).for_each(|(family, gradient)| {
            let part = |width: usize| family.rows.start * width..family.rows.end * width;
            if mode == Output::Set {
                gradient.fill(0.0);
            }
            let mut scratch = SCRATCH.take();
            for sequence in sequences(family) {
                self.backward_sequence(
                    &sequence,
                    gradient,
                    &forward.inputs[0][part(self.input_width())],
                    &forward.output[part(self.output_width())],
                    &forward.saved[part(self.query_heads)],
                    &output_gradient[part(self.output_width())],
                    &mut scratch,
                );
            }
            SCRATCH.set(scratch);
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
            Case::new(operation).input(input).output_width(output).check();
        }
    }

    #[test]
    fn gradient_agrees_across_blocks_of_queries() {
        let operation = Attention { query_heads: 1, key_heads: 1, head_dim: 2 };
        Case::new(operation).input(6).output_width(2).families(&[(0, &[BLOCK + 3]), (2, &[1])]).check();
    }
}
