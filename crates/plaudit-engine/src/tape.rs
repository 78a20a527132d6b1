//! A small tape: operations over values of shape `[tokens, width]`, run forward and backward over buffers that are laid out
//! once and reused.
//!
//! A model is a fixed list of operations, so which buffer lives when is known in advance: values that the backward pass does
//! not read, and gradients that were consumed, share memory with later ones of the same width. A pass without backward
//! needs only the few values alive at once.

use crate::kernel::gemm::{Output, Packed};
use crate::ops::Rotary;
use crate::packed_weights::PackedWeights;
use crate::packing::Packing;

/// A value on the tape: a matrix `[tokens, width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value(usize);

/// What every operation may read.
pub(crate) struct Context<'a> {
    pub(crate) parameters: &'a [f32],
    pub(crate) packed: &'a PackedWeights,
    pub(crate) packing: &'a Packing,
    pub(crate) rotary: &'a Rotary,
}

/// Where an operation puts the gradient of one input.
pub(crate) struct InputGradient<'a> {
    pub(crate) values: &'a mut [f32],
    /// Whether another consumer of the value has written its share already.
    pub(crate) mode: Output,
}

/// What an operation's backward pass reads again; the rest may be overwritten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardReads {
    pub(crate) inputs: bool,
    pub(crate) output: bool,
}

/// One differentiable operation. Parameters and their gradients are slices of one flat buffer; each operation knows its
/// ranges.
pub(crate) trait Operation: Send + Sync + std::fmt::Debug {
    /// Numbers per token kept from forward for backward, beside the output.
    fn saved_width(&self) -> usize {
        0
    }

    /// Whether running forward again, on inputs that backward reads too, is cheap beside keeping the output for backward.
    fn is_cheap(&self) -> bool {
        false
    }

    /// What backward reads.
    fn backward_reads(&self) -> BackwardReads;

    /// Fills `output` (and `saved`) from `inputs`.
    fn forward(&self, context: &Context<'_>, inputs: &[&[f32]], output: &mut [f32], saved: &mut [f32]);

    /// Writes the inputs' gradients and adds to the parameters' from the output's gradient. Inputs and output that
    /// [`Operation::backward_reads`] does not name may be empty.
    fn backward(
        &self,
        context: &Context<'_>,
        parameter_gradients: &mut [f32],
        forward: Forward<'_>,
        output_gradient: &[f32],
        input_gradients: &mut [InputGradient<'_>],
        scratch: &mut Packed,
    );
}

/// What the forward pass left for the backward pass of one operation.
pub(crate) struct Forward<'a> {
    pub(crate) inputs: &'a [&'a [f32]],
    pub(crate) output: &'a [f32],
    pub(crate) saved: &'a [f32],
}

#[derive(Debug)]
struct Node {
    operation: Box<dyn Operation>,
    inputs: Vec<Value>,
    output: Value,
}

/// Whether a pass goes backward, and what it keeps for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backward {
    /// It does not.
    No,
    /// All that backward reads.
    Fast,
    /// Not what is cheap to compute again.
    Thrifty,
}

/// The list of operations, in execution order; node i produces value i.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    widths: Vec<usize>,
}

impl Tape {
    /// Appends `operation` on `inputs`; its output has `width` columns.
    pub(crate) fn push(&mut self, operation: impl Operation + 'static, inputs: &[Value], width: usize) -> Value {
        let output = Value(self.widths.len());
        self.widths.push(width);
        self.nodes.push(Node { operation: Box::new(operation), inputs: inputs.to_vec(), output });
        output
    }

    /// Lays out the buffers of a pass that ends in `output`, keeping the `kept` values readable after the forward pass. Operations after
    /// the one that gives `output` are not run.
    pub(crate) fn plan(&self, output: Value, backward: Backward, kept: &[Value]) -> Buffers {
        let (backward, is_thrifty) = (backward != Backward::No, backward == Backward::Thrifty);
        let nodes = &self.nodes[..=output.0];
        let count = nodes.len();
        let end = 2 * count;
        // Times: forward of node i at i, backward at end - 1 - i. A lifetime is a closed interval.
        let mut values: Vec<(usize, usize)> = vec![(0, 0); self.widths.len()];
        // The second life of values that are computed again.
        let mut again_values: Vec<Option<(usize, usize)>> = vec![None; self.widths.len()];
        let is_again = |value: Value| is_thrifty && nodes[value.0].operation.is_cheap();
        let mut gradients: Vec<Option<(usize, usize)>> = vec![None; self.widths.len()];
        for (index, node) in nodes.iter().enumerate() {
            let reads = node.operation.backward_reads();
            let again = end - 1 - index;
            let mut read = |value: Value, forward: usize, in_backward: bool| {
                let life = &mut values[value.0];
                life.1 = life.1.max(forward);
                if in_backward && is_again(value) {
                    let life = again_values[value.0].get_or_insert((again, again));
                    *life = (life.0.min(again), life.1.max(again));
                } else if in_backward {
                    life.1 = life.1.max(again);
                }
            };
            read(node.output, index, backward && reads.output);
            for input in &node.inputs {
                read(*input, index, backward && reads.inputs);
            }
            values[node.output.0].0 = index;
            if backward {
                gradients[node.output.0].get_or_insert((again, again)).1 = again;
            }
        }
        if backward {
            // A gradient is born at the backward pass of its last consumer.
            for (index, node) in nodes.iter().enumerate() {
                for input in &node.inputs {
                    if let Some(life) = &mut gradients[input.0] {
                        life.0 = life.0.min(end - 1 - index);
                    }
                }
            }
            if let Some(life) = &mut gradients[output.0] {
                life.0 = count;
            }
        }
        for value in kept.iter().chain([&output]) {
            values[value.0].1 = values[value.0].1.max(count);
        }
        let mut slots = Slots::default();
        let mut buffers = Buffers {
            values: vec![usize::MAX; self.widths.len()],
            again: vec![None; self.widths.len()],
            gradients: vec![usize::MAX; self.widths.len()],
            ..Buffers::default()
        };
        for time in 0..=end {
            for (value, life) in values.iter().enumerate() {
                if value < count && life.0 == time {
                    buffers.values[value] = slots.claim(self.widths[value], *life);
                }
            }
            for (value, life) in again_values.iter().enumerate() {
                if let Some(life) = life.filter(|life| life.0 == time) {
                    buffers.again[value] = Some(slots.claim(self.widths[value], life));
                }
            }
            for (value, life) in gradients.iter().enumerate() {
                if let Some(life) = life.filter(|life| life.0 == time) {
                    buffers.gradients[value] = slots.claim(self.widths[value], life);
                }
            }
        }
        buffers.slot_widths = slots.widths;
        buffers.slots.resize_with(buffers.slot_widths.len(), Vec::new);
        buffers.saved.resize_with(count, Vec::new);
        buffers.output = output.0;
        buffers
    }

    /// Runs every operation forward on `context.packing`.
    pub(crate) fn forward(&self, context: &Context<'_>, buffers: &mut Buffers) {
        let tokens = context.packing.tokens.len();
        buffers.tokens = tokens;
        for (slot, width) in buffers.slots.iter_mut().zip(&buffers.slot_widths) {
            grow(slot, tokens * width);
        }
        for (node, saved) in self.nodes[..=buffers.output].iter().zip(&mut buffers.saved) {
            grow(saved, tokens * node.operation.saved_width());
        }
        for index in 0..=buffers.output {
            self.run_forward(index, buffers.values[index], context, buffers);
        }
    }

    /// Runs the operation of a node; its output is put in `slot`.
    fn run_forward(&self, index: usize, slot: usize, context: &Context<'_>, buffers: &mut Buffers) {
        let (node, tokens) = (&self.nodes[index], buffers.tokens);
        let mut output = std::mem::take(&mut buffers.slots[slot]);
        let mut saved = std::mem::take(&mut buffers.saved[index]);
        {
            let inputs: Vec<&[f32]> = node.inputs.iter().map(|value| self.value(buffers, *value)).collect();
            let width = self.widths[node.output.0];
            let saved = &mut saved[..tokens * node.operation.saved_width()];
            node.operation.forward(context, &inputs, &mut output[..tokens * width], saved);
        }
        buffers.slots[slot] = output;
        buffers.saved[index] = saved;
    }

    /// Runs every operation backward, from the gradient in [`Buffers::output_gradient`]; parameter gradients are added to.
    pub(crate) fn backward(&self, context: &Context<'_>, parameter_gradients: &mut [f32], buffers: &mut Buffers) {
        let tokens = buffers.tokens;
        let mut written = vec![false; self.widths.len()];
        let mut computed = vec![false; self.widths.len()];
        written[buffers.output] = true;
        let mut scratch = std::mem::take(&mut buffers.scratch);
        for (index, node) in self.nodes[..=buffers.output].iter().enumerate().rev() {
            let reads = node.operation.backward_reads();
            for value in
                node.inputs.iter().filter(|_| reads.inputs).chain([&node.output].into_iter().filter(|_| reads.output))
            {
                if let (false, Some(slot)) = (std::mem::replace(&mut computed[value.0], true), buffers.again[value.0]) {
                    self.run_forward(value.0, slot, context, buffers);
                }
            }
            let mut taken: Vec<Vec<f32>> = node
                .inputs
                .iter()
                .map(|value| std::mem::take(&mut buffers.slots[buffers.gradients[value.0]]))
                .collect();
            {
                let mut input_gradients: Vec<InputGradient<'_>> = taken
                    .iter_mut()
                    .zip(&node.inputs)
                    .map(|(values, value)| InputGradient {
                        values: &mut values[..tokens * self.widths[value.0]],
                        mode: if std::mem::replace(&mut written[value.0], true) { Output::Add } else { Output::Set },
                    })
                    .collect();
                let inputs: Vec<&[f32]> = node
                    .inputs
                    .iter()
                    .map(|value| if reads.inputs { self.value_again(buffers, *value) } else { &[] })
                    .collect();
                let forward = Forward {
                    inputs: &inputs,
                    output: if reads.output { self.value_again(buffers, node.output) } else { &[] },
                    saved: &buffers.saved[index][..tokens * node.operation.saved_width()],
                };
                let width = self.widths[node.output.0];
                let output_gradient = &buffers.slots[buffers.gradients[node.output.0]][..tokens * width];
                node.operation.backward(
                    context,
                    parameter_gradients,
                    forward,
                    output_gradient,
                    &mut input_gradients,
                    &mut scratch,
                );
            }
            for (value, values) in node.inputs.iter().zip(taken) {
                buffers.slots[buffers.gradients[value.0]] = values;
            }
        }
        buffers.scratch = scratch;
    }

    /// The content of a value after [`Tape::forward`]: `[tokens, width]`. Only the output and the values kept by the plan
    /// are guaranteed to be intact.
    pub(crate) fn value<'a>(&self, buffers: &'a Buffers, value: Value) -> &'a [f32] {
        &buffers.slots[buffers.values[value.0]][..buffers.tokens * self.widths[value.0]]
    }

    /// The content of a value while [`Tape::backward`] reads it.
    fn value_again<'a>(&self, buffers: &'a Buffers, value: Value) -> &'a [f32] {
        let slot = buffers.again[value.0].unwrap_or(buffers.values[value.0]);
        &buffers.slots[slot][..buffers.tokens * self.widths[value.0]]
    }
}

fn grow(buffer: &mut Vec<f32>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0.0);
    }
}

/// Memory shared by buffers whose lifetimes do not overlap.
#[derive(Default)]
struct Slots {
    widths: Vec<usize>,
    busy_until: Vec<usize>,
}

impl Slots {
    fn claim(&mut self, width: usize, life: (usize, usize)) -> usize {
        let free = (0..self.widths.len()).find(|slot| self.widths[*slot] == width && self.busy_until[*slot] < life.0);
        let slot = free.unwrap_or_else(|| {
            self.widths.push(width);
            self.busy_until.push(0);
            self.widths.len() - 1
        });
        self.busy_until[slot] = life.1;
        slot
    }
}

/// The memory of one kind of pass over a tape; grows to the largest batch seen and stays.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    values: Vec<usize>,
    /// Of values that are computed again for backward.
    again: Vec<Option<usize>>,
    gradients: Vec<usize>,
    slot_widths: Vec<usize>,
    slots: Vec<Vec<f32>>,
    saved: Vec<Vec<f32>>,
    scratch: Packed,
    output: usize,
    tokens: usize,
}

impl Buffers {
    /// Rows of a packing for which so many bytes are enough.
    pub(crate) fn rows_in(&self, bytes: usize) -> usize {
        bytes / (4 * self.slot_widths.iter().sum::<usize>())
    }

    /// The gradient of the tape's output, to be filled before [`Tape::backward`].
    pub(crate) fn output_gradient(&mut self) -> &mut [f32] {
        let slot = self.gradients[self.output];
        let len = self.tokens * self.slot_widths[slot];
        &mut self.slots[slot][..len]
    }
}
