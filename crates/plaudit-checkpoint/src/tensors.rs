//! Which tensors a model consists of, under their Hugging Face names.

use crate::ModelConfig;

/// One tensor of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// The name in the safetensors file, such as `model.layers.0.self_attn.q_proj.weight`.
    pub name: String,
    /// The shape, row-major: `[outputs, inputs]` for a projection, `[width]` for a norm or a bias.
    pub shape: Vec<usize>,
}

impl TensorSpec {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the tensor has no elements, which no tensor of a valid config is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl ModelConfig {
    /// All tensors in the canonical order: embedding; each layer; final norm; output projection where it is not tied.
    ///
    /// Within a layer, what is computed by one matrix product lies together: the weights of queries, keys and values
    /// are adjacent, then their biases; so are gate and up. In a flat buffer in this order they are one matrix of
    /// `(num_heads + 2 num_kv_heads) * head_dim` (or `2 * intermediate_size`) rows.
    pub fn tensors(&self) -> Vec<TensorSpec> {
        let queries = self.num_heads * self.head_dim;
        let keys = self.num_kv_heads * self.head_dim;
        let (hidden, inner) = (self.hidden_size, self.intermediate_size);
        let mut specs = Vec::new();
        let mut push = |name: String, shape: &[usize]| specs.push(TensorSpec { name, shape: shape.to_vec() });

        push("model.embed_tokens.weight".to_owned(), &[self.vocab_size, hidden]);
        for layer in 0..self.num_layers {
            let mut push = |name: &str, shape: &[usize]| push(format!("model.layers.{layer}.{name}"), shape);
            push("input_layernorm.weight", &[hidden]);
            push("self_attn.q_proj.weight", &[queries, hidden]);
            push("self_attn.k_proj.weight", &[keys, hidden]);
            push("self_attn.v_proj.weight", &[keys, hidden]);
            if self.qkv_bias {
                push("self_attn.q_proj.bias", &[queries]);
                push("self_attn.k_proj.bias", &[keys]);
                push("self_attn.v_proj.bias", &[keys]);
            }
            if self.has_qk_norm() {
                push("self_attn.q_norm.weight", &[self.head_dim]);
                push("self_attn.k_norm.weight", &[self.head_dim]);
            }
            push("self_attn.o_proj.weight", &[hidden, queries]);
            if self.o_proj_bias {
                push("self_attn.o_proj.bias", &[hidden]);
            }
            push("post_attention_layernorm.weight", &[hidden]);
            push("mlp.gate_proj.weight", &[inner, hidden]);
            push("mlp.up_proj.weight", &[inner, hidden]);
            if self.mlp_bias {
                push("mlp.gate_proj.bias", &[inner]);
                push("mlp.up_proj.bias", &[inner]);
            }
            push("mlp.down_proj.weight", &[hidden, inner]);
            if self.mlp_bias {
                push("mlp.down_proj.bias", &[hidden]);
            }
        }
        push("model.norm.weight".to_owned(), &[hidden]);
        if !self.tie_word_embeddings {
            push("lm_head.weight".to_owned(), &[self.vocab_size, hidden]);
        }
        specs
    }

    /// Whether each query and key head passes through an RMSNorm of its own before rotation.
    pub fn has_qk_norm(&self) -> bool {
        self.family == crate::Family::Qwen3
    }

    /// The number of parameters; a tied output projection counts once.
    pub fn parameter_count(&self) -> usize {
        self.tensors().iter().map(TensorSpec::len).sum()
    }
}
