//! Linear layer: y = x W^T + b, and optionally + r, a residual of the output's width. W is `[outputs, inputs]`.

use super::{ROWS_PER_TASK, write_all};
use crate::kernel::{
    gemm::{Matrix, Output, Packed, Right, multiply},
    math,
};
use crate::packed_weights::Side;
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use rayon::prelude::*;
use std::ops::Range;

/// Several projections of one input, adjacent in the parameters, run as one matrix. A second input is the residual.
#[derive(Debug)]
pub(crate) struct Linear {
    /// `[outputs, inputs]`.
    pub(crate) weight: Range<usize>,
    /// `[outputs]`.
    pub(crate) bias: Option<Range<usize>>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

/// weight_gradient\[outputs, inputs\] += output_gradient^T input, over `tokens` rows.
fn weight_gradient(
    weight_gradient: &mut [f32],
    output_gradient: &[f32],
    input: &[f32],
    outputs: usize,
    inputs: usize,
    scratch: &mut Packed,
) {
    let tokens = input.len() / inputs;
    scratch.pack(Matrix::rows(input, inputs), tokens, inputs, true);
    let left = Matrix::transposed(output_gradient, outputs);
    multiply(weight_gradient, inputs, outputs, left, Right::Packed(scratch), Output::Add);
}

impl Operation for Linear {
    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: true, output: false }
    }

    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], _: &mut [f32]) {
        let tokens = inputs[0].len() / self.inputs;
        let mut mode = Output::Set;
        if let Some(residual) = inputs.get(1) {
            write_all(output, residual, Output::Set);
            mode = Output::Add;
        }
        let right = context.packed.right(Side::Forward, context.parameters, &self.weight, self.inputs);
        multiply(output, self.outputs, tokens, Matrix::rows(inputs[0], self.inputs), right, mode);
        if let Some(bias) = &self.bias {
            let bias = &context.parameters[bias.clone()];
            output.par_chunks_mut(self.outputs * ROWS_PER_TASK).for_each(|rows| {
                for row in rows.chunks_exact_mut(self.outputs) {
                    math::add_to(row, bias);
                }
            });
        }
    }

    fn backward(
        &self,
        context: &Context<'_>,
        parameter_gradients: &mut [f32],
        forward: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        scratch: &mut Packed,
    ) {
        let tokens = output_gradient.len() / self.outputs;
        let (first, rest) = input_gradients.split_at_mut(1);
        if let Some(residual) = rest.first_mut() {
            write_all(residual.values, output_gradient, residual.mode);
        }
        let right = context.packed.right(Side::Backward, context.parameters, &self.weight, self.inputs);
        let left = Matrix::rows(output_gradient, self.outputs);
        multiply(first[0].values, self.inputs, tokens, left, right, first[0].mode);
        weight_gradient(
            &mut parameter_gradients[self.weight.clone()],
            output_gradient,
            forward.inputs[0],
            self.outputs,
            self.inputs,
            scratch,
        );
        if let Some(bias) = &self.bias {
            let bias = &mut parameter_gradients[bias.clone()];
            for row in output_gradient.chunks_exact(self.outputs) {
                math::add_to(bias, row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let plain = Linear { weight: 1..16, bias: None, inputs: 3, outputs: 5 };
        Case::new(plain).input(3).output_width(5).parameters(17).check();
        let biased = Linear { weight: 0..15, bias: Some(15..20), inputs: 3, outputs: 5 };
        Case::new(biased).input(3).output_width(5).parameters(20).check();
        let residual = Linear { weight: 0..15, bias: Some(15..20), inputs: 3, outputs: 5 };
        Case::new(residual).input(3).input(5).output_width(5).parameters(20).check();
    }
}
