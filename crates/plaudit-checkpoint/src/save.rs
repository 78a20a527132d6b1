//! Writing a checkpoint directory that Plaudit, `transformers` and what builds on it can open.

use crate::weights::{WEIGHTS_FILE, write_weights};
use crate::{CheckpointError, ModelConfig, Tokenizer, files};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

pub(crate) const CONFIG_FILE: &str = "config.json";
const GENERATION_FILE: &str = "generation_config.json";

/// Keys of an original `config.json` that are not kept: the numbers of the rotary embedding and the weights' format, which
/// [`ModelConfig::to_json`] writes anew, and the older or newer names of the same things.
const REPLACED_KEYS: [&str; 4] = ["rope_parameters", "rope_scaling", "rope_theta", "torch_dtype"];

/// What a saved checkpoint keeps of the one that its model was loaded from. Held in memory: the original may be gone by then.
#[derive(Clone, Debug)]
pub struct Original {
    config: Value,
    generation: Option<Vec<u8>>,
}

impl Original {
    /// Reads what is kept from the checkpoint in `directory`.
    ///
    /// # Errors
    /// [`CheckpointError::Io`], and a malformed `config.json`.
    pub fn read(directory: &Path) -> Result<Self, CheckpointError> {
        Ok(Self {
            config: files::read_json(&directory.join(CONFIG_FILE))?,
            generation: files::read_optional(&directory.join(GENERATION_FILE))?,
        })
    }
}

/// Writes a model as a Hugging Face checkpoint: `config.json`, `generation_config.json`, `model.safetensors` in f32 and the
/// tokenizer's files, each flushed to the disk. `directory` is created where it does not exist; it should hold nothing else
/// (use [`crate::write_atomically`], so that a checkpoint is there whole or not at all).
///
/// `original` is the checkpoint that the model was loaded from, if there was one: the keys of its `config.json` that say
/// nothing about what Plaudit computes are kept, and its `generation_config.json` as it is. `tensor` gives the values of
/// each tensor of [`ModelConfig::tensors`], row-major, by its name; they are written piece by piece, without a second copy.
///
/// # Errors
/// [`CheckpointError::Vocabulary`] if the model lacks an embedding for a token of the tokenizer; then nothing is written.
/// [`CheckpointError::MissingTensors`] if `tensor` does not know a name, [`CheckpointError::NonFinite`] if a weight is NaN or
/// infinite, and [`CheckpointError::Io`]. The directory is then incomplete.
///
/// # Panics
/// If `tensor` returns a slice of the wrong length.
pub fn save_directory<'a>(
    directory: &Path,
    config: &ModelConfig,
    tokenizer: &Tokenizer,
    original: Option<&Original>,
    tensor: &dyn Fn(&str) -> Option<&'a [f32]>,
) -> Result<(), CheckpointError> {
    tokenizer.check_fits(config)?;
    let config_json = match original {
        Some(original) => merged(config, &original.config),
        None => config.to_json(),
    };
    let kept = original.and_then(|original| original.generation.clone());
    let generation = kept.unwrap_or_else(|| files::json_bytes(generation_config(config, tokenizer)));

    fs::create_dir_all(directory).map_err(CheckpointError::io("create", directory))?;
    files::write(&directory.join(CONFIG_FILE), &files::json_bytes(config_json))?;
    files::write(&directory.join(GENERATION_FILE), &generation)?;
    tokenizer.save(directory)?;
    write_weights(&directory.join(WEIGHTS_FILE), config, tensor)
}

/// The original config with everything that Plaudit interprets replaced.
fn merged(config: &ModelConfig, original: &Value) -> Value {
    let mut merged = match original {
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    };
    for key in REPLACED_KEYS {
        merged.remove(key);
    }
    if let Value::Object(interpreted) = config.to_json() {
        merged.extend(interpreted);
    }
    Value::Object(merged)
}

/// What `generate` in `transformers` needs to know: the tokens that begin, end and pad a text.
fn generation_config(config: &ModelConfig, tokenizer: &Tokenizer) -> Value {
    let mut generation = json!({});
    if let Some(id) = config.bos_token_id.or(tokenizer.bos_token_id()) {
        generation["bos_token_id"] = json!(id);
    }
    let eos_token_ids = if config.eos_token_ids.is_empty() {
        tokenizer.eos_token_id().into_iter().collect()
    } else {
        config.eos_token_ids.clone()
    };
    match eos_token_ids.as_slice() {
        [] => {}
        [id] => generation["eos_token_id"] = json!(id),
        ids => generation["eos_token_id"] = json!(ids),
    }
    if let Some(id) = tokenizer.pad_token_id() {
        generation["pad_token_id"] = json!(id);
    }
    generation
}
