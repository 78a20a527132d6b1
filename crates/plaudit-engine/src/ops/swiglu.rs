//! SwiGLU: y = silu(gate) * up, with gate and up the two halves of a row (Shazeer, arXiv 2002.05202).

use super::{ROWS_PER_TASK, write};
use crate::kernel::{gemm::Packed, math, vectorised};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use rayon::prelude::*;

/// `[tokens, 2 width]` to `[tokens, width]`.
#[derive(Debug)]
pub(crate) struct SwiGlu {
    pub(crate) width: usize,
}

/// One row of the activation.
#[inline(always)]
pub(crate) fn swiglu_row(output: &mut [f32], gate: &[f32], up: &[f32]) {
    for ((output, gate), up) in output.iter_mut().zip(gate).zip(up) {
        *output = gate * math::sigmoid(*gate) * up;
    }
}

impl Operation for SwiGlu {
    fn is_cheap(&self) -> bool {
        true
    }

    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: true, output: false }
    }

    fn forward(&self, _: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], _: &mut [f32]) {
        let rows = self.width * ROWS_PER_TASK;
        output.par_chunks_mut(rows).zip(inputs[0].par_chunks(2 * rows)).for_each(|(output, input)| {
            vectorised(
                #[inline(always)]
                || {
                    for (output, input) in output.chunks_exact_mut(self.width).zip(input.chunks_exact(2 * self.width)) {
                        let (gate, up) = input.split_at(self.width);
                        swiglu_row(output, gate, up);
                    }
                },
            );
        });
    }

    fn backward(
        &self,
        _: &Context<'_>,
        _: &mut [f32],
        forward: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        _: &mut Packed,
    ) {
        let rows = self.width * ROWS_PER_TASK;
        let mode = input_gradients[0].mode;
        input_gradients[0]
            .values
            .par_chunks_mut(2 * rows)
            .zip(forward.inputs[0].par_chunks(2 * rows))
            .zip(output_gradient.par_chunks(rows))
            .for_each(|((gradient, input), output_gradient)| {
                vectorised(
                    #[inline(always)]
                    || {
                        for ((gradient, input), output_gradient) in gradient
                            .chunks_exact_mut(2 * self.width)
                            .zip(input.chunks_exact(2 * self.width))
                            .zip(output_gradient.chunks_exact(self.width))
                        {
                            let (gate, up) = input.split_at(self.width);
                            let (gate_gradient, up_gradient) = gradient.split_at_mut(self.width);
                            for at in 0..self.width {
                                let s = math::sigmoid(gate[at]);
                                let silu = gate[at] * s;
                                // d silu(g) / dg = s + g s (1 - s).
                                let slope = s + silu * (1.0 - s);
                                write(&mut gate_gradient[at], output_gradient[at] * up[at] * slope, mode);
                                write(&mut up_gradient[at], output_gradient[at] * silu, mode);
                            }
                        }
                    },
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
        Case::new(SwiGlu { width: 5 }).input(10).output_width(5).check();
    }

    #[test]
    fn worked_example() {
        let mut output = [0.0];
        swiglu_row(&mut output, &[1.0], &[2.0]);
        // silu(1) = 1 / (1 + e^-1) = 0.731059.
        assert!((output[0] - 1.462_117).abs() < 1e-6);
    }
}
