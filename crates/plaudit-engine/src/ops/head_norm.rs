//! Per-head RMSNorm of queries and keys (Qwen3): each head's row is normalised by itself with a weight shared by all
//! query heads, and another shared by all key heads; values pass through.

use super::rms_norm::{normalise, normalise_backward};
use super::{ROWS_PER_TASK, write};
use crate::kernel::{gemm::Packed, math, vectorised};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use rayon::prelude::*;
use std::ops::Range;

/// Rows hold query heads, key heads, then values up to `width`.
#[derive(Debug)]
pub(crate) struct HeadNorm {
    pub(crate) query_weight: Range<usize>,
    pub(crate) key_weight: Range<usize>,
    pub(crate) query_heads: usize,
    pub(crate) key_heads: usize,
    pub(crate) width: usize,
    pub(crate) eps: f32,
}

impl HeadNorm {
    fn head_dim(&self) -> usize {
        self.query_weight.len()
    }

    fn weight<'a>(&self, parameters: &'a [f32], head: usize) -> &'a [f32] {
        let range = if head < self.query_heads { &self.query_weight } else { &self.key_weight };
        &parameters[range.clone()]
    }

    /// Normalises the heads of one row; `saved` receives 1 / rms per head.
    #[inline(always)]
    fn normalise_row(&self, parameters: &[f32], output: &mut [f32], input: &[f32], saved: &mut [f32]) {
        let dim = self.head_dim();
        for (head, inverse) in saved.iter_mut().enumerate() {
            let at = head * dim..(head + 1) * dim;
            *inverse = normalise(&mut output[at.clone()], &input[at], self.weight(parameters, head), self.eps);
        }
        let values = saved.len() * dim..self.width;
        output[values.clone()].copy_from_slice(&input[values]);
    }

    /// Normalises the heads of one row where they are.
    pub(crate) fn normalise_in_place(&self, parameters: &[f32], row: &mut [f32]) {
        let dim = self.head_dim();
        for (head, values) in row.chunks_exact_mut(dim).take(self.query_heads + self.key_heads).enumerate() {
            vectorised(
                #[inline(always)]
                || {
                    let inverse = 1.0 / (math::dot(values, values) / dim as f32 + self.eps).sqrt();
                    for (value, weight) in values.iter_mut().zip(self.weight(parameters, head)) {
                        *value = *value * inverse * weight;
                    }
                },
            );
        }
    }
}

impl Operation for HeadNorm {
    fn saved_width(&self) -> usize {
        self.query_heads + self.key_heads
    }

    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: true, output: false }
    }

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], saved: &mut [f32]) {
        let rows = self.width * ROWS_PER_TASK;
        output
            .par_chunks_mut(rows)
            .zip(inputs[0].par_chunks(rows))
            .zip(saved.par_chunks_mut(self.saved_width() * ROWS_PER_TASK))
            .for_each(|((output, input), saved)| {
                vectorised(
                    #[inline(always)]
                    || {
                        for ((output, input), saved) in output
                            .chunks_exact_mut(self.width)
                            .zip(input.chunks_exact(self.width))
                            .zip(saved.chunks_exact_mut(self.saved_width()))
                        {
                            self.normalise_row(context.parameters, output, input, saved);
                        }
                    },
                );
            });
    }

    fn backward(
        &self,
        context: &Context<'_>,
        parameter_gradients: &mut [f32],
        forward: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        _: &mut Packed,
    ) {
        let (dim, heads) = (self.head_dim(), self.saved_width());
        let rows = self.width * ROWS_PER_TASK;
        let mode = input_gradients[0].mode;
        let sums: Vec<[Vec<f32>; 2]> = input_gradients[0]
            .values
            .par_chunks_mut(rows)
            .zip(output_gradient.par_chunks(rows))
            .zip(forward.inputs[0].par_chunks(rows))
            .zip(forward.saved.par_chunks(heads * ROWS_PER_TASK))
            .map(|(((gradient, output_gradient), input), saved)| {
                let mut sums = [vec![0.0; dim], vec![0.0; dim]];
                for (row, inverses) in saved.chunks_exact(heads).enumerate() {
                    let start = row * self.width;
                    for (head, inverse) in inverses.iter().enumerate() {
                        let at = start + head * dim..start + (head + 1) * dim;
                        normalise_backward(
                            &mut gradient[at.clone()],
                            &mut sums[usize::from(head >= self.query_heads)],
                            &output_gradient[at.clone()],
                            &input[at],
                            self.weight(context.parameters, head),
                            *inverse,
                            mode,
                        );
                    }
                    for at in start + heads * dim..start + self.width {
                        write(&mut gradient[at], output_gradient[at], mode);
                    }
                }
                sums
            })
            .collect();
        for [query, key] in &sums {
            math::add_to(&mut parameter_gradients[self.query_weight.clone()], query);
            math::add_to(&mut parameter_gradients[self.key_weight.clone()], key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let operation =
            HeadNorm { query_weight: 0..4, key_weight: 4..8, query_heads: 2, key_heads: 1, width: 16, eps: 1e-5 };
        Case::new(operation).input(16).output_width(16).parameters(8).check();
    }
}
