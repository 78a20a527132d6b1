use super::{message, read_json, tiny_config, tiny_config_json, vectors};
use plaudit_checkpoint::{
    CheckpointError, Family, ModelConfig, Original, Rope, RopeScaling, Tokenizer, Weights, save_directory,
    write_atomically,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Tensors = BTreeMap<String, Vec<f32>>;

/// The tiny model with a row for each token of the byte tokenizer.
fn byte_config() -> ModelConfig {
    ModelConfig { vocab_size: 259, ..tiny_config() }
}

/// All kinds of finite bit patterns: both zeros, subnormals, the largest numbers.
fn tensors(config: &ModelConfig) -> Tensors {
    const PATTERNS: [u32; 7] = [0, 0x8000_0000, 0x3f80_0001, 0x0000_0001, 0x807f_ffff, 0x7f7f_ffff, 0xff7f_ffff];
    let mut values = PATTERNS.into_iter().cycle().map(f32::from_bits);
    config.tensors().into_iter().map(|spec| (spec.name.clone(), values.by_ref().take(spec.len()).collect())).collect()
}

fn save(
    directory: &Path,
    config: &ModelConfig,
    original: Option<&Path>,
    tensors: &Tensors,
) -> Result<(), CheckpointError> {
    let original = original.map(Original::read).transpose()?;
    let tensor = |name: &str| tensors.get(name).map(Vec::as_slice);
    save_directory(directory, config, &Tokenizer::bytes(), original.as_ref(), &tensor)
}

fn configs() -> Vec<ModelConfig> {
    let llama = ModelConfig { mlp_bias: true, qkv_bias: true, o_proj_bias: true, ..byte_config() };
    let llama3 = RopeScaling::Llama3 {
        factor: 8.0,
        low_freq_factor: 1.0,
        high_freq_factor: 4.0,
        original_max_position_embeddings: 512,
    };
    let yarn = RopeScaling::Yarn {
        factor: 4.0,
        attention_factor: 1.25,
        beta_fast: 16.0,
        beta_slow: 2.0,
        original_max_position_embeddings: 1024,
        truncate: false,
    };
    let scaled = |scaling| Rope { theta: 500_000.0, scaling: Some(scaling) };
    vec![
        ModelConfig { rope: scaled(RopeScaling::Linear { factor: 2.5 }), ..llama.clone() },
        ModelConfig { rope: scaled(llama3), tie_word_embeddings: false, bos_token_id: Some(2), ..llama.clone() },
        ModelConfig {
            family: Family::Qwen2,
            rope: scaled(yarn),
            o_proj_bias: false,
            mlp_bias: false,
            eos_token_ids: vec![1, 2],
            ..llama.clone()
        },
        ModelConfig { family: Family::Qwen3, mlp_bias: false, head_dim: 6, eos_token_ids: vec![], ..llama },
    ]
}

#[test]
fn a_saved_checkpoint_comes_back_to_the_bit() {
    let root = tempfile::tempdir().unwrap();
    for (index, config) in configs().into_iter().enumerate() {
        let directory = root.path().join(format!("step-{index}"));
        let tensors = tensors(&config);
        write_atomically(&directory, |directory| save(directory, &config, None, &tensors)).unwrap();
        assert_eq!(ModelConfig::load(&directory).unwrap(), config);

        let mut flat = vec![0.0; config.parameter_count()];
        Weights::open(&directory).unwrap().read_all(&config, &mut flat).unwrap();
        let read = flat.iter().map(|value| value.to_bits());
        let specs = config.tensors();
        let written = specs.iter().flat_map(|spec| &tensors[&spec.name]).map(|value| value.to_bits());
        assert!(read.eq(written), "{:?}", config.family);
        assert_eq!(Tokenizer::from_directory(&directory).unwrap().vocab_size(), 259);
    }
}

#[test]
fn the_weight_file_is_a_valid_safetensors_file_for_pytorch() {
    let directory = tempfile::tempdir().unwrap();
    let config = byte_config();
    save(directory.path(), &config, None, &tensors(&config)).unwrap();
    let bytes = fs::read(directory.path().join("model.safetensors")).unwrap();
    let (header, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(metadata.metadata().as_ref().unwrap()["format"], "pt");
    assert_eq!(header % 8, 0, "data begin at a multiple of eight bytes");
    safetensors::SafeTensors::deserialize(&bytes).unwrap();
}

#[test]
fn saving_twice_gives_the_same_bytes() {
    let root = tempfile::tempdir().unwrap();
    let config = byte_config();
    let [first, second] = ["a", "b"].map(|name| root.path().join(name));
    save(&first, &config, None, &tensors(&config)).unwrap();
    save(&second, &config, None, &tensors(&config)).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(&first).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::read(&path).unwrap(), fs::read(second.join(path.file_name().unwrap())).unwrap(), "{path:?}");
        count += 1;
    }
    assert_eq!(count, 5, "config, generation config, weights, tokenizer, its config");
}

#[test]
fn what_plaudit_does_not_interpret_is_kept() {
    let original = tempfile::tempdir().unwrap();
    let mut config_json = tiny_config_json();
    config_json["vocab_size"] = json!(259);
    config_json["torch_dtype"] = json!("bfloat16");
    config_json["rope_theta"] = json!(20_000);
    config_json["rope_scaling"] = json!({ "type": "linear", "factor": 2 });
    config_json["attention_dropout"] = json!(0.1);
    config_json["pretraining_tp"] = json!(1);
    config_json["vendor"] = json!({ "note": ["\u{e9}", null, 1e-5] });
    fs::write(original.path().join("config.json"), config_json.to_string()).unwrap();
    let generation = "{\"temperature\": 0.6,  \"eos_token_id\": [3, 2]}";
    fs::write(original.path().join("generation_config.json"), generation).unwrap();

    let saved = tempfile::tempdir().unwrap();
    let config = ModelConfig::load(original.path()).unwrap();
    save(saved.path(), &config, Some(original.path()), &tensors(&config)).unwrap();
    let read = read_json(&saved.path().join("config.json"));
    for key in ["attention_dropout", "pretraining_tp", "vendor"] {
        assert_eq!(read[key], config_json[key]);
    }
    assert_eq!(read["dtype"], "float32");
    assert_eq!(read.get("torch_dtype"), None);
    assert_eq!(read["rope_parameters"], json!({ "rope_type": "linear", "factor": 2.0, "rope_theta": 20_000.0 }));
    assert_eq!(ModelConfig::load(saved.path()).unwrap(), config);
    assert_eq!(fs::read_to_string(saved.path().join("generation_config.json")).unwrap(), generation);
}

#[test]
fn generation_stops_at_the_tokens_of_the_config() {
    let directory = tempfile::tempdir().unwrap();
    let config = byte_config();
    save(directory.path(), &config, None, &tensors(&config)).unwrap();
    let generation = read_json(&directory.path().join("generation_config.json"));
    assert_eq!(generation, json!({ "eos_token_id": 3, "pad_token_id": 257 }));

    let config = ModelConfig { eos_token_ids: vec![], ..config };
    save(directory.path(), &config, None, &tensors(&config)).unwrap();
    let generation = read_json(&directory.path().join("generation_config.json"));
    assert_eq!(generation, json!({ "eos_token_id": 256, "pad_token_id": 257 }));
}

#[test]
fn a_model_has_a_row_for_every_token() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("step-1");
    let short = ModelConfig { vocab_size: 258, ..tiny_config() };
    let problem = message(save(&directory, &short, None, &tensors(&short)));
    assert!(problem.contains("259 tokens") && problem.contains("258 rows"), "{problem}");
    assert!(!directory.exists(), "nothing is written");

    let padded = ModelConfig { vocab_size: 320, ..tiny_config() };
    save(&directory, &padded, None, &tensors(&padded)).unwrap();
    Tokenizer::from_directory(&directory).unwrap().check_fits(&ModelConfig::load(&directory).unwrap()).unwrap();
}

#[test]
fn tokenizer_files_are_kept_byte_for_byte() {
    let original = tempfile::tempdir().unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        fs::copy(vectors("metaspace").join(name), original.path().join(name)).unwrap();
    }
    fs::create_dir(original.path().join("additional_chat_templates")).unwrap();
    let others = ["chat_template.jinja", "special_tokens_map.json", "additional_chat_templates/tools.jinja"];
    for name in others {
        fs::write(original.path().join(name), "{} \n").unwrap();
    }
    let saved = tempfile::tempdir().unwrap();
    Tokenizer::from_directory(original.path()).unwrap().save(saved.path()).unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"].iter().chain(&others) {
        assert_eq!(fs::read(saved.path().join(name)).unwrap(), fs::read(original.path().join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_diverged_or_incomplete_model_leaves_the_last_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("step-1");
    let config = byte_config();
    let good = tensors(&config);
    write_atomically(&directory, |directory| save(directory, &config, None, &good)).unwrap();
    let before = fs::read(directory.join("model.safetensors")).unwrap();

    let mut diverged = good.clone();
    diverged.get_mut("model.norm.weight").unwrap()[1] = f32::NAN;
    let problem = message(write_atomically(&directory, |directory| save(directory, &config, None, &diverged)));
    assert!(problem.contains("`model.norm.weight`") && problem.contains("NaN at flat index 1"), "{problem}");

    let mut incomplete = good.clone();
    incomplete.remove("model.norm.weight");
    let problem = message(write_atomically(&directory, |directory| save(directory, &config, None, &incomplete)));
    assert!(problem.contains("`model.norm.weight`"), "{problem}");

    assert_eq!(fs::read(directory.join("model.safetensors")).unwrap(), before);
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
}
