//! A model configuration as a tape: where each parameter lies in the flat buffer, and the operations in order.

use crate::head::Head;
use crate::ops::{Attention, Embedding, HeadNorm, Linear, RmsNorm, Rope, SwiGlu};
use crate::tape::{Buffers, Tape, Value};
use plaudit_checkpoint::{ModelConfig, TensorSpec};
use std::collections::BTreeMap;
use std::ops::Range;

/// Every tensor's place in the flat parameter buffer, in the canonical order of [`ModelConfig::tensors`].
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) tensors: Vec<(TensorSpec, Range<usize>)>,
    by_name: BTreeMap<String, Range<usize>>,
    pub(crate) len: usize,
}

impl Layout {
    pub(crate) fn new(config: &ModelConfig) -> Self {
        let mut len = 0;
        let tensors: Vec<(TensorSpec, Range<usize>)> = config
            .tensors()
            .into_iter()
            .map(|spec| {
                let range = len..len + spec.len();
                len = range.end;
                (spec, range)
            })
            .collect();
        let by_name = tensors.iter().map(|(spec, range)| (spec.name.clone(), range.clone())).collect();
        Self { tensors, by_name, len }
    }

    pub(crate) fn range(&self, name: &str) -> Option<Range<usize>> {
        self.by_name.get(name).cloned()
    }

    /// The range of several tensors that the canonical order puts next to each other; `None` if the model lacks them.
    fn span(&self, layer: usize, names: &[&str]) -> Option<Range<usize>> {
        let full = |name: &str| self.range(&format!("model.layers.{layer}.{name}"));
        let (first, last) = (full(names.first()?)?, full(names.last()?)?);
        Some(first.start..last.end)
    }
}

/// The parts of one decoder layer, used by the tape and by the decoder alike.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) attention_norm: RmsNorm,
    pub(crate) qkv: Linear,
    pub(crate) head_norm: Option<HeadNorm>,
    pub(crate) rope: Rope,
    pub(crate) attention: Attention,
    pub(crate) output: Linear,
    pub(crate) mlp_norm: RmsNorm,
    pub(crate) gate_up: Linear,
    pub(crate) swiglu: SwiGlu,
    pub(crate) down: Linear,
}

impl Layer {
    pub(crate) fn new(config: &ModelConfig, layout: &Layout, layer: usize) -> Self {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let queries = config.num_heads * config.head_dim;
        let width = queries + 2 * config.num_kv_heads * config.head_dim;
        let eps = config.rms_norm_eps as f32;
        let span = |names: &[&str]| layout.span(layer, names);
        let present = |names: &[&str]| span(names).expect("every layer has this tensor");
        let norm = |name: &str| RmsNorm { weight: present(&[name]), eps };
        Self {
            attention_norm: norm("input_layernorm.weight"),
            qkv: Linear {
                weight: present(&["self_attn.q_proj.weight", "self_attn.v_proj.weight"]),
                bias: span(&["self_attn.q_proj.bias", "self_attn.v_proj.bias"]),
                inputs: hidden,
                outputs: width,
            },
            head_norm: config.has_qk_norm().then(|| HeadNorm {
                query_weight: present(&["self_attn.q_norm.weight"]),
                key_weight: present(&["self_attn.k_norm.weight"]),
                query_heads: config.num_heads,
                key_heads: config.num_kv_heads,
                width,
                eps,
            }),
            rope: Rope { heads: config.num_heads + config.num_kv_heads, head_dim: config.head_dim, width },
            attention: Attention {
                query_heads: config.num_heads,
                key_heads: config.num_kv_heads,
                head_dim: config.head_dim,
            },
            output: Linear {
                weight: present(&["self_attn.o_proj.weight"]),
                bias: span(&["self_attn.o_proj.bias"]),
                inputs: queries,
                outputs: hidden,
            },
            mlp_norm: norm("post_attention_layernorm.weight"),
            gate_up: Linear {
                weight: present(&["mlp.gate_proj.weight", "mlp.up_proj.weight"]),
                bias: span(&["mlp.gate_proj.bias", "mlp.up_proj.bias"]),
                inputs: hidden,
                outputs: 2 * inner,
            },
            swiglu: SwiGlu { width: inner },
            down: Linear {
                weight: present(&["mlp.down_proj.weight"]),
                bias: span(&["mlp.down_proj.bias"]),
                inputs: inner,
                outputs: hidden,
            },
        }
    }
}

/// The whole decoder.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) tape: Tape,
    /// The residual stream: the embedding's output, then every layer's, the last after the final norm.
    pub(crate) hidden: Vec<Value>,
    /// Per layer: rotated queries and keys, and values.
    pub(crate) qkv: Vec<Value>,
    pub(crate) head: Head,
    /// Weights of products y = x W^T, with their input widths.
    pub(crate) matrices: Vec<(Range<usize>, usize)>,
}

impl Graph {
    pub(crate) fn new(config: &ModelConfig, layout: &Layout) -> Self {
        let mut tape = Tape::default();
        let (hidden_size, inner) = (config.hidden_size, config.intermediate_size);
        let table = layout.range("model.embed_tokens.weight").expect("every model has an embedding");
        let mut stream = tape.push(Embedding { table: table.clone(), width: hidden_size }, &[], hidden_size);
        let mut hidden = vec![stream];
        let (mut qkv_values, mut matrices) = (Vec::new(), Vec::new());
        for layer in 0..config.num_layers {
            let layer = Layer::new(config, layout, layer);
            for linear in [&layer.qkv, &layer.output, &layer.gate_up, &layer.down] {
                matrices.push((linear.weight.clone(), linear.inputs));
            }
            let (width, queries) = (layer.qkv.outputs, layer.output.inputs);
            let normed = tape.push(layer.attention_norm, &[stream], hidden_size);
            let mut qkv = tape.push(layer.qkv, &[normed], width);
            if let Some(norm) = layer.head_norm {
                qkv = tape.push(norm, &[qkv], width);
            }
            let rotated = tape.push(layer.rope, &[qkv], width);
            qkv_values.push(rotated);
            let attended = tape.push(layer.attention, &[rotated], queries);
            stream = tape.push(layer.output, &[attended, stream], hidden_size);
            let normed = tape.push(layer.mlp_norm, &[stream], hidden_size);
            let gate_up = tape.push(layer.gate_up, &[normed], 2 * inner);
            let active = tape.push(layer.swiglu, &[gate_up], inner);
            stream = tape.push(layer.down, &[active, stream], hidden_size);
            hidden.push(stream);
        }
        let norm = layout.range("model.norm.weight").expect("every model has a final norm");
        let output = tape.push(RmsNorm { weight: norm, eps: config.rms_norm_eps as f32 }, &[stream], hidden_size);
        hidden.pop();
        hidden.push(output);
        let weight = layout.range("lm_head.weight").unwrap_or(table);
        matrices.push((weight.clone(), hidden_size));
        let head = Head { weight, vocabulary: config.vocab_size, width: hidden_size };
        Self { tape, hidden, qkv: qkv_values, head, matrices }
    }

    /// The value the output projection reads: the residual stream after the final norm.
    pub(crate) fn output(&self) -> Value {
        self.hidden[self.hidden.len() - 1]
    }

    /// Its content after a forward pass, `[rows, hidden size]`.
    pub(crate) fn final_hidden<'a>(&self, buffers: &'a Buffers) -> &'a [f32] {
        self.tape.value(buffers, self.output())
    }
}
