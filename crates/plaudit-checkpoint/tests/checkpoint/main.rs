//! Whole directories: what `transformers` writes is read the same here, what we write comes back to the bit, and what is
//! broken is refused by name.

#![allow(clippy::unwrap_used, reason = "tests")]

mod chat_template;
mod config;
mod save;
mod saved_by_transformers;
mod tokenizer;
mod weights;

use plaudit_checkpoint::{CheckpointError, ModelConfig};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn vectors(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name)
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A Llama of 4 tokens, width 2 and one layer, tied: 12 tensors would be untied, 11 are stored.
fn tiny_config_json() -> Value {
    json!({
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        "vocab_size": 4,
        "hidden_size": 2,
        "intermediate_size": 3,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "num_key_value_heads": 1,
        "tie_word_embeddings": true,
        "bos_token_id": null,
        "eos_token_id": 3,
    })
}

fn tiny_config() -> ModelConfig {
    ModelConfig::from_json(&tiny_config_json()).unwrap()
}

fn message<T>(result: Result<T, CheckpointError>) -> String {
    result.err().expect("the operation should have failed").to_string()
}
