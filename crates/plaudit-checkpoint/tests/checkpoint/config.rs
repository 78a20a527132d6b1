use super::{read_json, tiny_config, tiny_config_json, vectors};
use plaudit_checkpoint::ModelConfig;
use serde_json::{Value, json};

#[test]
fn configs_mean_what_they_mean_to_transformers() {
    let cases = read_json(&vectors("configs.json"));
    assert_eq!(cases.as_array().unwrap().len(), 9);
    for case in cases.as_array().unwrap() {
        let (given, expected) = (&case["config"], &case["expected"]);
        let config = ModelConfig::from_json(given).unwrap();
        let found = json!({
            "num_kv_heads": config.num_kv_heads,
            "head_dim": config.head_dim,
            "rms_norm_eps": config.rms_norm_eps,
            "tie_word_embeddings": config.tie_word_embeddings,
            "max_position_embeddings": config.max_position_embeddings,
            "initializer_range": config.initializer_range,
            "bos_token_id": config.bos_token_id,
            "eos_token_ids": config.eos_token_ids,
        });
        for (key, value) in found.as_object().unwrap() {
            assert_eq!(*value, expected[key], "{key} of {given}");
        }
        // Powers may round differently by one unit in the last place of f32.
        let close = |found: f32, expected: &Value| {
            let expected = expected.as_f64().unwrap() as f32;
            assert!((found - expected).abs() <= 2.0 * f32::EPSILON * expected, "{found} {expected}: {given}");
        };
        let frequencies = config.inverse_frequencies();
        let wanted = expected["inverse_frequencies"].as_array().unwrap();
        assert_eq!(frequencies.len(), wanted.len());
        frequencies.iter().zip(wanted).for_each(|(found, expected)| close(*found, expected));
        close(config.rope.attention_factor(), &expected["attention_factor"]);

        assert_eq!(ModelConfig::from_json(&config.to_json()).unwrap(), config, "what we write reads the same");
        assert_eq!(
            ModelConfig::from_json(&case["saved"]).unwrap(),
            config,
            "what version 5 makes of it reads the same"
        );
    }
}

fn problem_with(key: &str, value: Value) -> String {
    let mut config = tiny_config_json();
    config[key] = value;
    ModelConfig::from_json(&config).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_computed_is_refused_by_name() {
    let sliding = json!({ "rope_type": "longrope" });
    let cases = [
        ("model_type", json!("mixtral"), "llama, qwen2, qwen3"),
        ("architectures", json!(["LlamaForSequenceClassification"]), "LlamaForCausalLM"),
        ("hidden_act", json!("gelu"), "silu"),
        ("quantization_config", json!({ "bits": 4 }), "unquantised"),
        ("rope_scaling", sliding, "`rope_scaling.rope_type`"),
        ("rope_scaling", json!({ "rope_type": "linear" }), "`rope_scaling.factor` is missing"),
        ("partial_rotary_factor", json!(0.5), "whole head"),
    ];
    for (key, value, expected) in cases {
        // Rotary extras are only looked at beside a rotary scaling.
        let problem = if key == "partial_rotary_factor" {
            problem_with("rope_parameters", json!({ "rope_type": "default", key: value }))
        } else {
            problem_with(key, value)
        };
        assert!(problem.contains(expected), "{key}: {problem}");
    }
    let mut config = tiny_config_json();
    config["model_type"] = json!("qwen2");
    config["architectures"] = json!(["Qwen2ForCausalLM"]);
    config["use_sliding_window"] = json!(true);
    config["sliding_window"] = json!(128);
    config["max_window_layers"] = json!(0);
    let problem = ModelConfig::from_json(&config).unwrap_err().to_string();
    assert!(problem.contains("`use_sliding_window`"), "{problem}");
}

#[test]
fn sizes_that_do_not_fit_are_refused() {
    let cases = [
        ("hidden_size", json!(0), "`hidden_size` is 0"),
        ("hidden_size", json!("2"), "a positive integer"),
        ("num_hidden_layers", json!(null), "`num_hidden_layers` is missing"),
        ("num_key_value_heads", json!(2), "a divisor of num_attention_heads (1)"),
        ("head_dim", json!(3), "even number"),
        ("eos_token_id", json!([1, 4]), "less than vocab_size (4)"),
        ("rms_norm_eps", json!(-1.0), "a positive number"),
        ("tie_word_embeddings", json!("yes"), "true or false"),
    ];
    for (key, value, expected) in cases {
        let problem = problem_with(key, value);
        assert!(problem.contains(expected), "{key}: {problem}");
    }
    assert!(ModelConfig::from_json(&json!([])).unwrap_err().to_string().contains("a JSON object"));
}

#[test]
fn a_flat_buffer_has_projections_of_one_input_side_by_side() {
    let config = tiny_config();
    let names: Vec<String> = config.tensors().into_iter().map(|spec| spec.name).collect();
    let position = |end: &str| names.iter().position(|name| name.ends_with(end)).unwrap();
    assert_eq!(position("k_proj.weight"), position("q_proj.weight") + 1);
    assert_eq!(position("v_proj.weight"), position("q_proj.weight") + 2);
    assert_eq!(position("up_proj.weight"), position("gate_proj.weight") + 1);
    // Embedding 4 x 2; two norms of 2, four projections of 2 x 2, three of 3 x 2; final norm 2.
    assert_eq!(config.parameter_count(), 8 + 4 + 16 + 18 + 2);
}
