//! Token embedding: output\[t\] = table\[token\[t\]\].

use crate::kernel::{gemm::Packed, math};
use crate::tape::{BackwardReads, Context, Forward, InputGradient, Operation};
use std::ops::Range;

/// Looks up rows of a `[vocabulary, width]` table.
#[derive(Debug)]
pub(crate) struct Embedding {
    pub(crate) table: Range<usize>,
    pub(crate) width: usize,
}

impl Operation for Embedding {
    fn backward_reads(&self) -> BackwardReads {
        BackwardReads { inputs: false, output: false }
    }

    fn forward(&self, context: &Context<'_>, _: &[&[f32]], output: &mut [f32], _: &mut [f32]) {
        let table = &context.parameters[self.table.clone()];
        for (row, token) in output.chunks_exact_mut(self.width).zip(&context.packing.tokens) {
            row.copy_from_slice(&table[*token as usize * self.width..][..self.width]);
        }
    }

    fn backward(
        &self,
        context: &Context<'_>,
        parameter_gradients: &mut [f32],
        _: Forward<'_>,
        output_gradient: &[f32],
        _: &mut [InputGradient<'_>],
        _: &mut Packed,
    ) {
        let table = &mut parameter_gradients[self.table.clone()];
        for (row, token) in output_gradient.chunks_exact(self.width).zip(&context.packing.tokens) {
            math::add_to(&mut table[*token as usize * self.width..][..self.width], row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing::Case;

    #[test]
    fn gradient_agrees_with_finite_differences() {
        Case::new(Embedding { table: 0..12, width: 4 }).output_width(4).parameters(12).vocabulary(3).check();
    }
}
