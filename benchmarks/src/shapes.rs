//! The models that are timed.

use plaudit_checkpoint::{Family, Rope};
use plaudit_engine::ModelConfig;

fn shape(layers: usize, hidden: usize, heads: (usize, usize), inner: usize, vocabulary: usize) -> ModelConfig {
    ModelConfig {
        family: Family::Llama,
        vocab_size: vocabulary,
        hidden_size: hidden,
        intermediate_size: inner,
        num_layers: layers,
        num_heads: heads.0,
        num_kv_heads: heads.1,
        head_dim: hidden / heads.0,
        rope: Rope::new(10_000.0),
        rms_norm_eps: 1e-5,
        tie_word_embeddings: true,
        qkv_bias: false,
        o_proj_bias: false,
        mlp_bias: false,
        max_position_embeddings: 8192,
        bos_token_id: None,
        eos_token_ids: vec![0],
        initializer_range: 0.02,
    }
}

/// 4 layers, hidden 256, 4/2 heads, feed-forward 704, vocabulary 512.
pub(crate) fn s() -> ModelConfig {
    shape(4, 256, (4, 2), 704, 512)
}

/// 12 layers, hidden 768, 12/4 heads, feed-forward 2048, vocabulary 32000.
pub(crate) fn m() -> ModelConfig {
    shape(12, 768, (12, 4), 2048, 32_000)
}

/// No layers, hidden 896 and a vocabulary of 152,000: the output projection of a small model with a large vocabulary.
pub(crate) fn wide_head() -> ModelConfig {
    shape(0, 896, (14, 2), 4864, 152_000)
}
