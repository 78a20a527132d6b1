//! The weights of the linear layers, packed once for every product until they change.

use crate::graph::Graph;
use crate::kernel::gemm::{Matrix, Packed, Right};
use std::collections::BTreeMap;
use std::ops::Range;

/// A weight of `[outputs, inputs]` as the right side of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    /// y = x W^T.
    Forward,
    /// dx = dy W.
    Backward,
}

impl Side {
    /// The weight, to be packed on the way.
    pub(crate) fn of<'a>(self, parameters: &'a [f32], weight: &Range<usize>, inputs: usize) -> Right<'a> {
        let (matrix, inner, columns) = self.matrix(&parameters[weight.clone()], inputs);
        Right::Matrix { matrix, inner, columns }
    }

    fn matrix(self, weight: &[f32], inputs: usize) -> (Matrix<'_>, usize, usize) {
        let outputs = weight.len() / inputs;
        match self {
            Self::Forward => (Matrix::transposed(weight, inputs), inputs, outputs),
            Self::Backward => (Matrix::rows(weight, inputs), outputs, inputs),
        }
    }
}

/// Packed weights by where they begin in the parameters. Generation, with few rows to each product, needs them; training a small model,
/// whose batches come in many parts, is faster with them.
#[derive(Debug, Default)]
pub(crate) struct PackedWeights {
    forward: Packs,
    backward: Packs,
}

#[derive(Debug, Default)]
struct Packs {
    by_start: BTreeMap<usize, Packed>,
    is_current: bool,
}

impl PackedWeights {
    /// Packs all weights for one side, unless they have not changed since. Memory is kept from one time to the next.
    pub(crate) fn update(&mut self, side: Side, graph: &Graph, parameters: &[f32]) {
        let packs = match side {
            Side::Forward => &mut self.forward,
            Side::Backward => &mut self.backward,
        };
        if !std::mem::replace(&mut packs.is_current, true) {
            for (weight, inputs) in &graph.matrices {
                let (matrix, inner, columns) = side.matrix(&parameters[weight.clone()], *inputs);
                packs.by_start.entry(weight.start).or_default().pack(matrix, inner, columns, true);
            }
        }
    }

    /// To be called when parameters have changed.
    pub(crate) fn expire(&mut self) {
        self.forward.is_current = false;
        self.backward.is_current = false;
    }

    /// A weight as the right side of a product: packed, where that is current.
    pub(crate) fn right<'a>(
        &'a self,
        side: Side,
        parameters: &'a [f32],
        weight: &Range<usize>,
        inputs: usize,
    ) -> Right<'a> {
        let packs = match side {
            Side::Forward => &self.forward,
            Side::Backward => &self.backward,
        };
        let packed = if packs.is_current { packs.by_start.get(&weight.start) } else { None };
        packed.map_or_else(|| side.of(parameters, weight, inputs), Right::Packed)
    }
}
