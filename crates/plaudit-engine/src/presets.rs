//! The embedded models: small decoders over bytes, trained from scratch.

use plaudit_checkpoint::{Family, ModelConfig, Rope, Tokenizer};

/// The names of the embedded models, smallest first.
pub const PRESETS: [&str; 3] = ["nano", "tiny", "small"];

/// The configuration of an embedded model, over the vocabulary of [`Tokenizer::bytes`].
///
/// | name | layers | hidden | heads / key heads | feed-forward | parameters |
/// |---|---|---|---|---|---|
/// | nano | 2 | 64 | 4 / 2 | 192 | 0.1 M |
/// | tiny | 4 | 128 | 4 / 2 | 384 | 0.8 M |
/// | small | 6 | 256 | 8 / 4 | 704 | 4.5 M |
pub fn preset(name: &str) -> Option<ModelConfig> {
    let (num_layers, hidden_size, num_heads, num_kv_heads, intermediate_size) = match name {
        "nano" => (2, 64, 4, 2, 192),
        "tiny" => (4, 128, 4, 2, 384),
        "small" => (6, 256, 8, 4, 704),
        _ => return None,
    };
    let tokenizer = Tokenizer::bytes();
    Some(ModelConfig {
        family: Family::Qwen3,
        vocab_size: tokenizer.vocab_size(),
        hidden_size,
        intermediate_size,
        num_layers,
        num_heads,
        num_kv_heads,
        head_dim: hidden_size / num_heads,
        rope: Rope::new(10_000.0),
        rms_norm_eps: 1e-6,
        tie_word_embeddings: true,
        qkv_bias: false,
        o_proj_bias: false,
        mlp_bias: false,
        max_position_embeddings: 4096,
        bos_token_id: None,
        eos_token_ids: tokenizer.eos_token_id().into_iter().collect(),
        // 1 / sqrt(hidden): at these widths 0.02 starts so flat that warm starts took more than twice the steps.
        initializer_range: 1.0 / (hidden_size as f64).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_valid_configuration_of_the_stated_size() {
        for (name, millions) in PRESETS.into_iter().zip([0.12, 0.83, 4.5]) {
            let config = preset(name).unwrap();
            config.validate().unwrap();
            let count = config.parameter_count() as f64 / 1e6;
            assert!((count / millions - 1.0).abs() < 0.1, "{name}: {count} million parameters");
        }
        assert!(preset("huge").is_none());
    }
}
