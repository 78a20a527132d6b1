//! `config.json`: what a model looks like, read from and written to the form that `transformers` uses.
//!
//! Absent keys take the defaults of the family's configuration class in `transformers` 5, so that a directory means the
//! same model here and there. What the engine cannot compute is refused by name instead of being computed differently.

use crate::CheckpointError;
use crate::rope::Rope;
use serde_json::{Map, Value, json};
use std::path::Path;
use thiserror::Error;

/// A decoder-only architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Llama 1 to 3.x and everything saved in its shape; no biases unless the config asks for them.
    Llama,
    /// Qwen2 and Qwen2.5: biases on the query, key and value projections.
    Qwen2,
    /// Qwen3 (dense): RMSNorm on each query and key head, an explicit head dimension.
    Qwen3,
}

impl Family {
    const ALL: [Self; 3] = [Self::Llama, Self::Qwen2, Self::Qwen3];

    /// The value of `model_type`.
    pub fn model_type(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
        }
    }

    /// The class name under `architectures`.
    pub fn architecture(self) -> &'static str {
        match self {
            Self::Llama => "LlamaForCausalLM",
            Self::Qwen2 => "Qwen2ForCausalLM",
            Self::Qwen3 => "Qwen3ForCausalLM",
        }
    }
}

/// Why a `config.json` cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ConfigError {
    /// A key that has no default is absent.
    #[error("key `{key}` is missing; expected {expected}")]
    Missing {
        /// The absent key.
        key: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// A key holds a value of the wrong type or outside its range.
    #[error("key `{key}` is {found}; expected {expected}")]
    Invalid {
        /// The key.
        key: String,
        /// What it holds, as JSON.
        found: String,
        /// What it should hold.
        expected: String,
    },
    /// The config asks for something this version cannot compute.
    #[error("key `{key}` is {found}, which is not supported; supported: {supported}")]
    Unsupported {
        /// The key.
        key: String,
        /// What it holds, as JSON.
        found: String,
        /// The values that work.
        supported: String,
    },
}

/// The shape of a model and the numbers its forward pass needs.
///
/// The projections of one layer: queries `[num_heads * head_dim, hidden_size]`, keys and values
/// `[num_kv_heads * head_dim, hidden_size]`, output `[hidden_size, num_heads * head_dim]`, gate and up
/// `[intermediate_size, hidden_size]`, down `[hidden_size, intermediate_size]`; all act as `y = W x + b`.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// The architecture.
    pub family: Family,
    /// Rows of the embedding table (may exceed the tokenizer's vocabulary).
    pub vocab_size: usize,
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width of the gated feed-forward layer.
    pub intermediate_size: usize,
    /// Number of decoder layers.
    pub num_layers: usize,
    /// Number of query heads.
    pub num_heads: usize,
    /// Number of key and value heads; divides `num_heads`.
    pub num_kv_heads: usize,
    /// Width of one head; even. Not always `hidden_size / num_heads`.
    pub head_dim: usize,
    /// Rotary position embedding.
    pub rope: Rope,
    /// Added to the mean square inside RMSNorm.
    pub rms_norm_eps: f64,
    /// Whether the output projection is the embedding table; then there is no `lm_head.weight`.
    pub tie_word_embeddings: bool,
    /// Whether the query, key and value projections have biases (Qwen2: always).
    pub qkv_bias: bool,
    /// Whether the attention's output projection has a bias (Qwen2: never).
    pub o_proj_bias: bool,
    /// Whether the gate, up and down projections have biases (Llama only).
    pub mlp_bias: bool,
    /// The context length the model was made for, in tokens.
    pub max_position_embeddings: usize,
    /// The token that begins a text, where the model has one.
    pub bos_token_id: Option<u32>,
    /// The tokens that end a text; empty where the config names none.
    pub eos_token_ids: Vec<u32>,
    /// Standard deviation of freshly initialised matrices.
    pub initializer_range: f64,
}

impl ModelConfig {
    /// Reads `config.json` of a checkpoint directory.
    ///
    /// # Errors
    /// If the file is missing or not JSON, or describes a model that cannot be used.
    pub fn load(directory: &Path) -> Result<Self, CheckpointError> {
        let path = directory.join(crate::save::CONFIG_FILE);
        let json = crate::files::read_json(&path)?;
        Self::from_json(&json).map_err(|source| CheckpointError::Config { path, source })
    }

    /// Reads a parsed `config.json`, in the style of `transformers` 4 (`rope_theta`, `rope_scaling`) or 5
    /// (`rope_parameters`).
    ///
    /// Dropout probabilities are ignored: Plaudit never applies dropout.
    ///
    /// # Errors
    /// [`ConfigError`] names the key that is absent, malformed or asks for something unsupported: another model type
    /// or activation, a sliding window in use, an unknown rotary embedding, quantised weights.
    pub fn from_json(config: &Value) -> Result<Self, ConfigError> {
        let Value::Object(map) = config else {
            return Err(invalid("config.json", config, "a JSON object"));
        };
        let keys = Keys(map);
        let family = keys.family()?;
        keys.refuse_unsupported()?;

        let num_layers = keys.required_size("num_hidden_layers")?;
        keys.refuse_sliding_window(family, num_layers)?;
        let hidden_size = keys.required_size("hidden_size")?;
        let num_heads = keys.required_size("num_attention_heads")?;
        let head_dim = match (keys.size("head_dim")?, family) {
            (Some(head_dim), _) => head_dim,
            (None, Family::Qwen3) if keys.is_absent("head_dim") => 128,
            (None, _) => hidden_size / num_heads,
        };
        let num_kv_heads = match (keys.size("num_key_value_heads")?, family) {
            (Some(heads), _) => heads,
            (None, Family::Qwen2 | Family::Qwen3) if keys.is_absent("num_key_value_heads") => 32,
            (None, _) => num_heads,
        };
        let default_context = if family == Family::Llama { 2048 } else { 32_768 };
        let max_position_embeddings = keys.size("max_position_embeddings")?.unwrap_or(default_context);
        let attention_bias = family != Family::Qwen2 && keys.flag("attention_bias")?;
        let config = Self {
            family,
            vocab_size: keys.required_size("vocab_size")?,
            hidden_size,
            intermediate_size: keys.required_size("intermediate_size")?,
            num_layers,
            num_heads,
            num_kv_heads,
            head_dim,
            rope: Rope::from_config(map, max_position_embeddings)?,
            rms_norm_eps: keys.positive("rms_norm_eps")?.unwrap_or(1e-6),
            tie_word_embeddings: keys.flag("tie_word_embeddings")?,
            qkv_bias: family == Family::Qwen2 || attention_bias,
            o_proj_bias: attention_bias,
            mlp_bias: family == Family::Llama && keys.flag("mlp_bias")?,
            max_position_embeddings,
            bos_token_id: keys.token("bos_token_id", (family == Family::Llama).then_some(1))?,
            eos_token_ids: keys.tokens("eos_token_id", if family == Family::Llama { &[2] } else { &[] })?,
            initializer_range: keys.positive("initializer_range")?.unwrap_or(0.02),
        };
        config.validate()?;
        Ok(config)
    }

    /// Checks that the sizes fit each other.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] names the key of the first size that does not fit.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let sizes = [
            ("vocab_size", self.vocab_size),
            ("hidden_size", self.hidden_size),
            ("intermediate_size", self.intermediate_size),
            ("num_hidden_layers", self.num_layers),
            ("num_attention_heads", self.num_heads),
            ("num_key_value_heads", self.num_kv_heads),
            ("head_dim", self.head_dim),
            ("max_position_embeddings", self.max_position_embeddings),
        ];
        if let Some((key, _)) = sizes.iter().find(|(_, size)| *size == 0) {
            return Err(invalid(key, &json!(0), "a positive integer"));
        }
        if !self.num_heads.is_multiple_of(self.num_kv_heads) {
            let expected = format!("a divisor of num_attention_heads ({})", self.num_heads);
            return Err(invalid("num_key_value_heads", &json!(self.num_kv_heads), expected));
        }
        if !self.head_dim.is_multiple_of(2) {
            return Err(invalid("head_dim", &json!(self.head_dim), "an even number (rotary embedding turns pairs)"));
        }
        let tokens = self.bos_token_id.iter().map(|id| ("bos_token_id", id));
        let tokens = tokens.chain(self.eos_token_ids.iter().map(|id| ("eos_token_id", id)));
        for (key, id) in tokens {
            if *id as usize >= self.vocab_size {
                return Err(invalid(key, &json!(id), format!("less than vocab_size ({})", self.vocab_size)));
            }
        }
        Ok(())
    }

    /// A `config.json` that `transformers` 5 opens as the right class. The rotary embedding is written in the styles of
    /// versions 4 and 5.
    pub fn to_json(&self) -> Value {
        let mut config = json!({
            "architectures": [self.family.architecture()],
            "bos_token_id": self.bos_token_id,
            "dtype": "float32",
            "eos_token_id": match self.eos_token_ids.as_slice() {
                [] => Value::Null,
                [id] => json!(id),
                ids => json!(ids),
            },
            "head_dim": self.head_dim,
            "hidden_act": "silu",
            "hidden_size": self.hidden_size,
            "initializer_range": self.initializer_range,
            "intermediate_size": self.intermediate_size,
            "max_position_embeddings": self.max_position_embeddings,
            "model_type": self.family.model_type(),
            "num_attention_heads": self.num_heads,
            "num_hidden_layers": self.num_layers,
            "num_key_value_heads": self.num_kv_heads,
            "rms_norm_eps": self.rms_norm_eps,
            "tie_word_embeddings": self.tie_word_embeddings,
            "vocab_size": self.vocab_size,
        });
        if self.family != Family::Qwen2 {
            config["attention_bias"] = json!(self.qkv_bias);
        }
        if self.family == Family::Llama {
            config["mlp_bias"] = json!(self.mlp_bias);
        } else {
            config["use_sliding_window"] = json!(false);
        }
        self.rope.write_to(&mut config);
        config
    }

    /// The angle per position of each pair of head coordinates, in radians: `head_dim / 2` values, highest frequency
    /// first. Coordinate `i` is paired with `i + head_dim / 2`. Rotary scaling is applied as `transformers` does, in f32.
    pub fn inverse_frequencies(&self) -> Vec<f32> {
        self.rope.inverse_frequencies(self.head_dim)
    }
}

/// Typed access to the keys of a JSON object. `null` counts as "no value"; [`Keys::is_absent`] tells the two apart where
/// `transformers` does.
pub(crate) struct Keys<'a>(pub(crate) &'a Map<String, Value>);

impl Keys<'_> {
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn is_absent(&self, key: &str) -> bool {
        !self.0.contains_key(key)
    }

    pub(crate) fn size(&self, key: &str) -> Result<Option<usize>, ConfigError> {
        let parse = |value: &Value| value.as_u64().and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
        self.parse(key, "a positive integer", parse)
    }

    fn required_size(&self, key: &str) -> Result<usize, ConfigError> {
        self.size(key)?.ok_or_else(|| ConfigError::Missing { key: key.to_owned(), expected: "a positive integer" })
    }

    pub(crate) fn positive(&self, key: &str) -> Result<Option<f64>, ConfigError> {
        self.parse(key, "a positive number", |value| value.as_f64().filter(|number| *number > 0.0))
    }

    pub(crate) fn boolean(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        self.parse(key, "true or false", Value::as_bool)
    }

    fn flag(&self, key: &str) -> Result<bool, ConfigError> {
        Ok(self.boolean(key)?.unwrap_or(false))
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<&str>, ConfigError> {
        self.parse(key, "a string", Value::as_str)
    }

    fn parse<'a, T>(
        &'a self,
        key: &str,
        expected: &'static str,
        parse: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        self.get(key).map(|value| parse(value).ok_or_else(|| invalid(key, value, expected))).transpose()
    }

    fn token(&self, key: &str, default: Option<u32>) -> Result<Option<u32>, ConfigError> {
        if self.is_absent(key) {
            return Ok(default);
        }
        self.parse(key, "a token id or null", as_token)
    }

    pub(crate) fn tokens(&self, key: &str, default: &[u32]) -> Result<Vec<u32>, ConfigError> {
        if self.is_absent(key) {
            return Ok(default.to_vec());
        }
        let parse = |value: &Value| match value {
            Value::Array(ids) => ids.iter().map(as_token).collect(),
            id => as_token(id).map(|id| vec![id]),
        };
        Ok(self.parse(key, "a token id, a list of token ids or null", parse)?.unwrap_or_default())
    }

    fn family(&self) -> Result<Family, ConfigError> {
        let names = || Family::ALL.map(Family::model_type).join(", ");
        let found = self
            .text("model_type")?
            .ok_or(ConfigError::Missing { key: "model_type".to_owned(), expected: "llama, qwen2 or qwen3" })?;
        let family = Family::ALL
            .into_iter()
            .find(|family| family.model_type() == found)
            .ok_or_else(|| unsupported("model_type", &json!(found), names()))?;
        match self.get("architectures") {
            Some(found) if !names_architecture(found, family) => {
                Err(unsupported("architectures", found, family.architecture()))
            }
            _ => Ok(family),
        }
    }

    fn refuse_unsupported(&self) -> Result<(), ConfigError> {
        if let Some(activation) = self.get("hidden_act")
            && activation != "silu"
            && activation != "swish"
        {
            return Err(unsupported("hidden_act", activation, "silu"));
        }
        if let Some(quantisation) = self.get("quantization_config") {
            return Err(unsupported("quantization_config", quantisation, "unquantised weights in f32, f16 or bf16"));
        }
        Ok(())
    }

    /// Refuses a sliding attention window that some layer uses. Qwen configs usually carry a window that is switched off.
    fn refuse_sliding_window(&self, family: Family, num_layers: usize) -> Result<(), ConfigError> {
        if family == Family::Llama {
            return Ok(());
        }
        const SUPPORTED: &str = "full attention in every layer";
        if let Some(Value::Array(types)) = self.get("layer_types") {
            return match types.iter().find(|layer| *layer != "full_attention") {
                Some(layer) => Err(unsupported("layer_types", layer, SUPPORTED)),
                None => Ok(()),
            };
        }
        let first_layer = self.parse("max_window_layers", "an integer", Value::as_u64)?.unwrap_or(28);
        let has_window = self.is_absent("sliding_window") || self.get("sliding_window").is_some();
        if self.flag("use_sliding_window")? && has_window && first_layer < num_layers as u64 {
            return Err(unsupported("use_sliding_window", &json!(true), SUPPORTED));
        }
        Ok(())
    }
}

fn as_token(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|id| u32::try_from(id).ok())
}

fn names_architecture(found: &Value, family: Family) -> bool {
    found.as_array().is_some_and(|names| names.is_empty() || names.iter().any(|name| name == family.architecture()))
}

pub(crate) fn invalid(key: &str, found: &Value, expected: impl Into<String>) -> ConfigError {
    ConfigError::Invalid { key: key.to_owned(), found: found.to_string(), expected: expected.into() }
}

pub(crate) fn unsupported(key: &str, found: &Value, supported: impl Into<String>) -> ConfigError {
    ConfigError::Unsupported { key: key.to_owned(), found: found.to_string(), supported: supported.into() }
}
