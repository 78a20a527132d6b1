//! The checkpoint that version 5 of `transformers` saved: bf16 in several files, `dtype` and `rope_parameters`, a tokenizer of
//! class `TokenizersBackend`, its chat template in a file.

use super::{read_json, vectors};
use plaudit_checkpoint::{Family, Message, ModelConfig, Original, RopeScaling, Tokenizer, Weights, save_directory};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Values of all tensors by name. The generator filled them with `((i mod 255) - 127) / 128`, `i` running over all tensors
/// sorted by name.
fn expected_tensors(config: &ModelConfig) -> BTreeMap<String, Vec<f32>> {
    let sizes: BTreeMap<String, usize> =
        config.tensors().into_iter().map(|spec| (spec.name.clone(), spec.len())).collect();
    let mut values = (0_u32..).map(|index| ((index % 255) as f32 - 127.0) / 128.0);
    sizes.into_iter().map(|(name, size)| (name, values.by_ref().take(size).collect())).collect()
}

fn assert_holds(directory: &Path, config: &ModelConfig) {
    let expected = expected_tensors(config);
    let mut weights = Weights::open(directory).unwrap();
    weights.check(config).unwrap();
    for spec in config.tensors() {
        let mut values = vec![0.0; spec.len()];
        weights.read(&spec, &mut values).unwrap();
        assert_eq!(values, expected[&spec.name], "{}", spec.name);
    }
}

#[test]
fn it_is_read_whole() {
    let directory = vectors("saved");
    let config = ModelConfig::load(&directory).unwrap();
    assert_eq!((config.family, config.vocab_size, config.head_dim), (Family::Qwen3, 304, 4));
    assert_eq!((config.bos_token_id, config.eos_token_ids.as_slice()), (Some(0), &[1][..]));
    assert_eq!(config.rope.theta, 1e6);
    assert!(matches!(config.rope.scaling, Some(RopeScaling::Yarn { factor: 4.0, .. })), "{:?}", config.rope);
    assert_holds(&directory, &config);

    let tokenizer = Tokenizer::from_directory(&directory).unwrap();
    tokenizer.check_fits(&config).unwrap();
    assert_eq!((tokenizer.vocab_size(), tokenizer.eos_token_id(), tokenizer.pad_token_id()), (300, Some(1), Some(2)));
    let text = tokenizer.chat_template().unwrap().unwrap();
    let text = text.render(&[Message { role: "user", content: "1 + 1?" }], &Map::new()).unwrap();
    assert!(text.ends_with("<|turn|>user\n1 + 1?<|end|>\n<|turn|>assistant\n"), "{text}");
    let (original, _) = super::tokenizer::open("byte-level-bpe");
    assert_eq!(tokenizer.encode_with_special(&text).unwrap(), original.encode_with_special(&text).unwrap());
}

#[test]
fn saved_again_it_is_the_same_in_f32() {
    let (directory, saved) = (vectors("saved"), tempfile::tempdir().unwrap());
    let config = ModelConfig::load(&directory).unwrap();
    let tokenizer = Tokenizer::from_directory(&directory).unwrap();
    let tensors = expected_tensors(&config);
    let tensor = |name: &str| tensors.get(name).map(Vec::as_slice);
    save_directory(saved.path(), &config, &tokenizer, Some(&Original::read(&directory).unwrap()), &tensor).unwrap();

    assert_eq!(ModelConfig::load(saved.path()).unwrap(), config);
    assert_holds(saved.path(), &config);
    let (before, after) = (read_json(&directory.join("config.json")), read_json(&saved.path().join("config.json")));
    for (key, value) in before.as_object().unwrap() {
        match key.as_str() {
            "dtype" => assert_eq!(after[key], "float32"),
            "rope_parameters" => {
                for (key, value) in value.as_object().unwrap() {
                    assert_eq!(after["rope_parameters"][key], *value, "{key}");
                }
            }
            _ => assert_eq!(after[key], *value, "{key}"),
        }
    }
    assert_eq!(after.get("torch_dtype"), None);
    assert_eq!(after["layer_types"], json!(["full_attention", "full_attention"]));
    for name in ["generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja"] {
        assert_eq!(
            std::fs::read(saved.path().join(name)).unwrap(),
            std::fs::read(directory.join(name)).unwrap(),
            "{name}"
        );
    }
}
