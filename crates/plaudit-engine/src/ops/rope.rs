//! Rotary position embedding on queries and keys (Su et al., arXiv 2104.09864), in the half-split layout of Hugging Face:
//! the pair (x\[i\], x\[i + D/2\]) turns by position * frequency\[i\].

use super::{ROWS_PER_TASK, write};
use crate::kernel::{gemm::Packed, vectorised};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use plaudit_checkpoint::ModelConfig;
use rayon::prelude::*;

/// Cosines and sines by position.
#[derive(Debug)]
pub(crate) struct Rotary {
    frequencies: Vec<f32>,
    factor: f32,
    /// `[positions, head_dim / 2]` pairs (cosine, sine).
    table: Vec<(f32, f32)>,
}

impl Rotary {
    pub(crate) fn new(config: &ModelConfig) -> Self {
        let factor = config.rope.attention_factor();
        Self { frequencies: config.inverse_frequencies(), factor, table: Vec::new() }
    }

    /// Makes positions `0..count` available.
    pub(crate) fn cover(&mut self, count: usize) {
        let pairs = self.frequencies.len();
        for position in self.table.len() / pairs..count {
            // The product is rounded to f32 before the cosine, as the reference implementation does.
            self.table.extend(self.frequencies.iter().map(|frequency| {
                let (sine, cosine) = f64::from(position as f32 * frequency).sin_cos();
                (cosine as f32 * self.factor, sine as f32 * self.factor)
            }));
        }
    }

    /// Turns one head's row at `position` in place.
    #[inline(always)]
    pub(crate) fn turn(&self, head: &mut [f32], position: usize) {
        let pairs = self.frequencies.len();
        let (low, high) = head.split_at_mut(pairs);
        for ((low, high), (cosine, sine)) in low.iter_mut().zip(high).zip(&self.table[position * pairs..][..pairs]) {
            (*low, *high) = (*low * cosine - *high * sine, *high * cosine + *low * sine);
        }
    }
}

/// Turns the first `heads` heads of each row (queries, then keys) and copies the rest (values).
#[derive(Debug)]
pub(crate) struct Rope {
    pub(crate) heads: usize,
    pub(crate) head_dim: usize,
    /// Numbers per row, values included.
    pub(crate) width: usize,
}

impl Operation for Rope {
    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: false, output: false }
    }

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], _: &mut [f32]) {
        let positions: Vec<usize> = context.packing.positions().collect();
        output
            .par_chunks_mut(self.width * ROWS_PER_TASK)
            .zip(inputs[0].par_chunks(self.width * ROWS_PER_TASK))
            .zip(positions.par_chunks(ROWS_PER_TASK))
            .for_each(|((output, input), positions)| {
                output.copy_from_slice(input);
                vectorised(
                    #[inline(always)]
                    || {
                        for (row, position) in output.chunks_exact_mut(self.width).zip(positions) {
                            for head in row[..self.heads * self.head_dim].chunks_exact_mut(self.head_dim) {
                                context.rotary.turn(head, *position);
                            }
                        }
                    },
                );
            });
    }

    fn backward(
        &self,
        context: &Context<'_>,
        _: &mut [f32],
        _: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        _: &mut Packed,
    ) {
        let positions: Vec<usize> = context.packing.positions().collect();
        let mode = input_gradients[0].mode;
        let pairs = self.head_dim / 2;
        input_gradients[0]
            .values
            .par_chunks_mut(self.width * ROWS_PER_TASK)
            .zip(output_gradient.par_chunks(self.width * ROWS_PER_TASK))
            .zip(positions.par_chunks(ROWS_PER_TASK))
            .for_each(|((gradient, output_gradient), positions)| {
                for ((row, output_row), position) in
                    gradient.chunks_exact_mut(self.width).zip(output_gradient.chunks_exact(self.width)).zip(positions)
                {
                    let table = &context.rotary.table[position * pairs..][..pairs];
                    let (turned, copied) = row.split_at_mut(self.heads * self.head_dim);
                    let (turned_output, copied_output) = output_row.split_at(self.heads * self.head_dim);
                    for (head, output_head) in
                        turned.chunks_exact_mut(self.head_dim).zip(turned_output.chunks_exact(self.head_dim))
                    {
                        // The transpose of a rotation is the rotation by the opposite angle.
                        for (pair, (cosine, sine)) in table.iter().enumerate() {
                            let (low, high) = (output_head[pair], output_head[pair + pairs]);
                            write(&mut head[pair], low * cosine + high * sine, mode);
                            write(&mut head[pair + pairs], high * cosine - low * sine, mode);
                        }
                    }
                    for (target, source) in copied.iter_mut().zip(copied_output) {
                        write(target, *source, mode);
                    }
                }
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        Case::new(Rope { heads: 3, head_dim: 4, width: 16 }).input(16).output_width(16).head_dim(4).check();
    }
}
