//! Writes small checkpoints for programs that open Hugging Face checkpoints: one of each family over the byte tokenizer, and
//! what becomes of a checkpoint that `transformers` saved. `cargo run -p plaudit-checkpoint --example write_checkpoints DIRECTORY`.

use plaudit_checkpoint::{
    CheckpointError, Family, ModelConfig, Original, Rope, TensorSpec, Tokenizer, Weights, save_directory,
    write_atomically,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args_os().nth(1).ok_or("give the directory to write to")?);
    let tokenizer = Tokenizer::bytes();
    for family in [Family::Llama, Family::Qwen2, Family::Qwen3] {
        let config = config(family, &tokenizer);
        let tensors = tensors(&config);
        write_atomically::<CheckpointError>(&directory.join(family.model_type()), |directory| {
            save_directory(directory, &config, &tokenizer, None, &|name| tensors.get(name).map(Vec::as_slice))
        })?;
    }
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/saved");
    save_again(&original, &directory.join("saved-again"))?;
    Ok(())
}

fn save_again(original: &Path, directory: &Path) -> Result<(), CheckpointError> {
    let config = ModelConfig::load(original)?;
    let tokenizer = Tokenizer::from_directory(original)?;
    let kept = Original::read(original)?;
    let mut weights = Weights::open(original)?;
    let mut read = |spec: TensorSpec| {
        let mut values = vec![0.0; spec.len()];
        weights.read(&spec, &mut values)?;
        Ok((spec.name, values))
    };
    let tensors: BTreeMap<String, Vec<f32>> =
        config.tensors().into_iter().map(&mut read).collect::<Result<_, CheckpointError>>()?;
    write_atomically(directory, |directory| {
        save_directory(directory, &config, &tokenizer, Some(&kept), &|name| tensors.get(name).map(Vec::as_slice))
    })
}

fn config(family: Family, tokenizer: &Tokenizer) -> ModelConfig {
    ModelConfig {
        family,
        vocab_size: tokenizer.vocab_size(),
        hidden_size: 16,
        intermediate_size: 24,
        num_layers: 2,
        num_heads: 2,
        num_kv_heads: 1,
        head_dim: 8,
        rope: Rope::new(10_000.0),
        rms_norm_eps: 1e-6,
        tie_word_embeddings: family != Family::Llama,
        qkv_bias: family == Family::Qwen2,
        o_proj_bias: false,
        mlp_bias: false,
        max_position_embeddings: 256,
        bos_token_id: None,
        eos_token_ids: tokenizer.eos_token_id().into_iter().collect(),
        initializer_range: 0.02,
    }
}

/// Value `i` of all tensors in canonical order is `((7919 i mod 2001) - 1000) / 2000`, which the check in Python repeats.
fn tensors(config: &ModelConfig) -> BTreeMap<String, Vec<f32>> {
    let mut values = (0_u64..).map(|index| ((7919 * index % 2001) as f32 - 1000.0) / 2000.0);
    config.tensors().into_iter().map(|spec| (spec.name.clone(), values.by_ref().take(spec.len()).collect())).collect()
}
