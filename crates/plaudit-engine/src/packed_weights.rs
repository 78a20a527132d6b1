//! The weights of the linear layers, packed once for every product until they change.

use crate::graph::Graph;
use crate::kernel::gemm::{Matrix, Packed, Right};
use std::collections::BTreeMap;
use std::ops::Range;

/// A weight of `[outputs, inputs]` as the right side of y = x W^T.
pub(crate) fn right<'a>(parameters: &'a [f32], weight: &Range<usize>, inputs: usize) -> Right<'a> {
    let matrix = Matrix::transposed(&parameters[weight.clone()], inputs);
    Right::Matrix { matrix, inner: inputs, columns: weight.len() / inputs }
}

/// Packed weights by where they begin in the parameters. Generation, with few rows to each product, needs them; whatever comes before the
/// weights change may use them too.
#[derive(Debug, Default)]
pub(crate) struct PackedWeights {
    by_start: BTreeMap<usize, Packed>,
    is_current: bool,
}

impl PackedWeights {
    /// Packs all weights, unless they have not changed since. Memory is kept from one time to the next.
    pub(crate) fn update(&mut self, graph: &Graph, parameters: &[f32]) {
        if !std::mem::replace(&mut self.is_current, true) {
            for (weight, inputs) in &graph.matrices {
                let matrix = Matrix::transposed(&parameters[weight.clone()], *inputs);
                let packed = self.by_start.entry(weight.start).or_default();
                packed.pack(matrix, *inputs, weight.len() / inputs, true);
            }
        }
    }

    /// To be called when parameters have changed.
    pub(crate) fn expire(&mut self) {
        self.is_current = false;
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.by_start.values().map(Packed::bytes).sum()
    }

    /// A weight as the right side of y = x W^T: packed, where it is current.
    pub(crate) fn right<'a>(&'a self, parameters: &'a [f32], weight: &Range<usize>, inputs: usize) -> Right<'a> {
        let packed = if self.is_current { self.by_start.get(&weight.start) } else { None };
        packed.map_or_else(|| right(parameters, weight, inputs), Right::Packed)
    }
}
