//! RMSNorm: y = x / sqrt(mean(x^2) + eps) * w, over each token's row (Zhang and Sennrich, arXiv 1910.07467).

use super::{ROWS_PER_TASK, write};
use crate::kernel::{
    gemm::{Output, Packed},
    math, vectorised,
};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use rayon::prelude::*;
use std::ops::Range;

/// Normalises rows of the weight's width; keeps 1 / rms per token.
#[derive(Debug)]
pub(crate) struct RmsNorm {
    pub(crate) weight: Range<usize>,
    pub(crate) eps: f32,
}

/// Normalises one row into `output`; returns 1 / sqrt(mean(x^2) + eps).
#[inline(always)]
pub(crate) fn normalise(output: &mut [f32], input: &[f32], weight: &[f32], eps: f32) -> f32 {
    let inverse = 1.0 / (math::dot(input, input) / input.len() as f32 + eps).sqrt();
    for ((output, input), weight) in output.iter_mut().zip(input).zip(weight) {
        *output = input * inverse * weight;
    }
    inverse
}

/// The gradient of one row: dx = inverse * (dy w - n mean(dy w n)) with n = x * inverse; dw += dy n.
#[inline(always)]
pub(crate) fn normalise_backward(
    input_gradient: &mut [f32],
    weight_gradient: &mut [f32],
    output_gradient: &[f32],
    input: &[f32],
    weight: &[f32],
    inverse: f32,
    mode: Output,
) {
    let width = input.len();
    let mut lanes = [0.0_f32; 16];
    let whole = width / 16 * 16;
    for start in (0..whole).step_by(16) {
        for lane in 0..16 {
            let at = start + lane;
            lanes[lane] += output_gradient[at] * weight[at] * input[at];
        }
    }
    let rest: f32 = (whole..width).map(|at| output_gradient[at] * weight[at] * input[at]).sum();
    let projection = (lanes.iter().sum::<f32>() + rest) * inverse * inverse / width as f32;
    for at in 0..width {
        let value = inverse * (output_gradient[at] * weight[at] - input[at] * projection);
        write(&mut input_gradient[at], value, mode);
        weight_gradient[at] += output_gradient[at] * input[at] * inverse;
    }
}

impl Operation for RmsNorm {
    fn saved_width(&self) -> usize {
        1
    }

    fn is_cheap(&self) -> bool {
        true
    }

    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: true, output: false }
    }

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], saved: &mut [f32]) {
        let weight = &context.parameters[self.weight.clone()];
        let width = weight.len();
        output
            .par_chunks_mut(width * ROWS_PER_TASK)
            .zip(inputs[0].par_chunks(width * ROWS_PER_TASK))
            .zip(saved.par_chunks_mut(ROWS_PER_TASK))
            .for_each(|((output, input), saved)| {
                vectorised(
                    #[inline(always)]
                    || {
                        for ((output, input), inverse) in
                            output.chunks_exact_mut(width).zip(input.chunks_exact(width)).zip(saved)
                        {
                            *inverse = normalise(output, input, weight, self.eps);
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
        let weight = &context.parameters[self.weight.clone()];
        let width = weight.len();
        let rows = width * ROWS_PER_TASK;
        let mode = input_gradients[0].mode;
        // Per-task sums are added in task order, so the thread count does not change the result.
        let sums: Vec<Vec<f32>> = input_gradients[0]
            .values
            .par_chunks_mut(rows)
            .zip(output_gradient.par_chunks(rows))
            .zip(forward.inputs[0].par_chunks(rows))
            .zip(forward.saved.par_chunks(ROWS_PER_TASK))
            .map(|(((input_gradient, output_gradient), input), inverse)| {
                let mut sum = vec![0.0; width];
                vectorised(
                    #[inline(always)]
                    || {
                        for (row, inverse) in inverse.iter().enumerate() {
                            let at = row * width..(row + 1) * width;
                            normalise_backward(
                                &mut input_gradient[at.clone()],
                                &mut sum,
                                &output_gradient[at.clone()],
                                &input[at],
                                weight,
                                *inverse,
                                mode,
                            );
                        }
                    },
                );
                sum
            })
            .collect();
        let total = &mut parameter_gradients[self.weight.clone()];
        for sum in &sums {
            math::add_to(total, sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        for width in [6, 20] {
            let operation = RmsNorm { weight: 2..2 + width, eps: 1e-5 };
            Case::new(operation).input(width).output_width(width).parameters(width + 3).check();
        }
    }

    #[test]
    fn normalises_by_the_root_of_the_mean_square() {
        // mean(x^2) = (9 + 16) / 2 = 12.5.
        let mut output = [0.0; 2];
        normalise(&mut output, &[3.0, 4.0], &[1.0, 2.0], 0.0);
        let rms = 12.5_f32.sqrt();
        assert!((output[0] - 3.0 / rms).abs() < 1e-6 && (output[1] - 8.0 / rms).abs() < 1e-6);
    }
}
