//! Rotary position embedding: how fast each pair of head coordinates turns.
//!
//! Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (arXiv 2104.09864). Pair `i` turns by
//! `theta^(-2i / head_dim)` radians per position; the scalings below slow some pairs down so that a model copes with
//! longer texts. The arithmetic is that of `transformers`: powers rounded to f32, everything after in f32.

use crate::config::{ConfigError, Keys, invalid, unsupported};
use serde_json::{Map, Value, json};
use std::f64::consts::PI;

/// The rotary position embedding of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// Base of the frequencies.
    pub theta: f64,
    /// How frequencies are changed for long texts, if they are.
    pub scaling: Option<RopeScaling>,
}

/// A change of the frequencies for texts longer than those the model was first trained on.
#[derive(Clone, Debug, PartialEq)]
pub enum RopeScaling {
    /// Every frequency divided by `factor` (position interpolation, arXiv 2306.15595).
    Linear {
        /// The divisor.
        factor: f64,
    },
    /// Llama 3.1: low frequencies divided by `factor`, high ones kept, a linear blend between (arXiv 2407.21783).
    Llama3 {
        /// The divisor of low frequencies.
        factor: f64,
        /// Wavelengths above `original_max_position_embeddings / low_freq_factor` are low frequencies.
        low_freq_factor: f64,
        /// Wavelengths below `original_max_position_embeddings / high_freq_factor` are high frequencies.
        high_freq_factor: f64,
        /// The context length of the first training, in tokens.
        original_max_position_embeddings: usize,
    },
    /// YaRN (arXiv 2309.00071): a ramp from kept to divided frequencies, and scaled attention.
    Yarn {
        /// The divisor of low frequencies.
        factor: f64,
        /// Multiplies both cosines and sines; see [`Rope::attention_factor`].
        attention_factor: f64,
        /// Pairs that turn more often than this within the original context keep their frequency.
        beta_fast: f64,
        /// Pairs that turn less often than this within the original context are divided.
        beta_slow: f64,
        /// The context length of the first training, in tokens.
        original_max_position_embeddings: usize,
        /// Whether the ends of the ramp are rounded outwards to whole pairs.
        truncate: bool,
    },
}

impl Rope {
    /// The embedding without scaling.
    pub fn new(theta: f64) -> Self {
        Self { theta, scaling: None }
    }

    /// What cosines and sines are multiplied by: 1 except under YaRN.
    pub fn attention_factor(&self) -> f32 {
        match self.scaling {
            Some(RopeScaling::Yarn { attention_factor, .. }) => attention_factor as f32,
            _ => 1.0,
        }
    }

    pub(crate) fn inverse_frequencies(&self, head_dim: usize) -> Vec<f32> {
        let power = |pair: usize| {
            let exponent = (2 * pair) as f32 / head_dim as f32;
            self.theta.powf(f64::from(exponent)) as f32
        };
        let powers = (0..head_dim / 2).map(power);
        match &self.scaling {
            None => powers.map(|power| 1.0 / power).collect(),
            Some(RopeScaling::Linear { factor }) => powers.map(|power| 1.0 / power / *factor as f32).collect(),
            Some(RopeScaling::Llama3 {
                factor,
                low_freq_factor,
                high_freq_factor,
                original_max_position_embeddings,
            }) => {
                let context = *original_max_position_embeddings as f64;
                let blend = |power: f32| {
                    let frequency = 1.0 / power;
                    let wavelength = (2.0 * PI) as f32 / frequency;
                    if wavelength > (context / low_freq_factor) as f32 {
                        frequency / *factor as f32
                    } else if wavelength < (context / high_freq_factor) as f32 {
                        frequency
                    } else {
                        let smooth = (context as f32 / wavelength - *low_freq_factor as f32)
                            / (high_freq_factor - low_freq_factor) as f32;
                        (1.0 - smooth) * frequency / *factor as f32 + smooth * frequency
                    }
                };
                powers.map(blend).collect()
            }
            Some(RopeScaling::Yarn {
                factor,
                beta_fast,
                beta_slow,
                original_max_position_embeddings,
                truncate,
                ..
            }) => {
                let pair_turning = |turns: f64| {
                    let context = *original_max_position_embeddings as f64;
                    head_dim as f64 * (context / (turns * 2.0 * PI)).ln() / (2.0 * self.theta.ln())
                };
                let (mut first, mut last) = (pair_turning(*beta_fast), pair_turning(*beta_slow));
                if *truncate {
                    (first, last) = (first.floor(), last.ceil());
                }
                (first, last) = (first.max(0.0), last.min(head_dim as f64 - 1.0));
                if first == last {
                    last += 0.001; // A ramp needs a width.
                }
                let scale = |(pair, power): (usize, f32)| {
                    let ramp = ((pair as f32 - first as f32) / (last - first) as f32).clamp(0.0, 1.0);
                    let kept = 1.0 - ramp;
                    1.0 / (*factor as f32 * power) * (1.0 - kept) + 1.0 / power * kept
                };
                powers.enumerate().map(scale).collect()
            }
        }
    }

    /// Reads `rope_parameters` (version 5) or `rope_theta` and `rope_scaling` (version 4); where both styles are present
    /// the older wins, as it does in `transformers`.
    pub(crate) fn from_config(
        config: &Map<String, Value>,
        max_position_embeddings: usize,
    ) -> Result<Self, ConfigError> {
        let top = Keys(config);
        let is_filled =
            |key: &&str| top.get(key).is_some_and(|value| value.as_object().is_none_or(|map| !map.is_empty()));
        let Some(name) = ["rope_scaling", "rope_parameters"].into_iter().find(is_filled) else {
            return Ok(Self::new(top.positive("rope_theta")?.unwrap_or(10_000.0)));
        };
        let Value::Object(parameters) = &config[name] else {
            return Err(invalid(name, &config[name], "an object or null"));
        };
        let keys = Keys(parameters);
        let theta = match keys.positive("rope_theta")? {
            Some(theta) => theta,
            None => top.positive("rope_theta")?.unwrap_or(10_000.0),
        };
        for (keys, place) in
            [(&keys, format!("{name}.partial_rotary_factor")), (&top, "partial_rotary_factor".to_owned())]
        {
            if let Some(fraction) = keys.get("partial_rotary_factor")
                && fraction.as_f64() != Some(1.0)
            {
                return Err(unsupported(&place, fraction, "1.0 (the whole head is rotated)"));
            }
        }
        let required = |key: &str| {
            keys.positive(key)?
                .ok_or_else(|| ConfigError::Missing { key: format!("{name}.{key}"), expected: "a positive number" })
        };
        let original_max_position_embeddings =
            match (top.size("original_max_position_embeddings")?, keys.size("original_max_position_embeddings")?) {
                (Some(tokens), _) | (None, Some(tokens)) => tokens,
                (None, None) => max_position_embeddings,
            };
        let kind = match keys.text("rope_type")? {
            Some(kind) => kind,
            None => keys.text("type")?.unwrap_or("default"),
        };
        let scaling = match kind {
            "default" => None,
            "linear" => Some(RopeScaling::Linear { factor: required("factor")? }),
            "llama3" => Some(RopeScaling::Llama3 {
                factor: required("factor")?,
                low_freq_factor: required("low_freq_factor")?,
                high_freq_factor: required("high_freq_factor")?,
                original_max_position_embeddings,
            }),
            "yarn" => {
                let factor = match keys.positive("factor")? {
                    Some(factor) => factor,
                    None => max_position_embeddings as f64 / original_max_position_embeddings as f64,
                };
                let scale = |mscale: f64| if factor <= 1.0 { 1.0 } else { 0.1 * mscale * factor.ln() + 1.0 };
                let number = |key| keys.0.get(key).and_then(Value::as_f64).filter(|number| *number != 0.0);
                let attention_factor =
                    match (keys.positive("attention_factor")?, number("mscale"), number("mscale_all_dim")) {
                        (Some(given), _, _) => given,
                        (None, Some(mscale), Some(all)) => scale(mscale) / scale(all),
                        _ => scale(1.0),
                    };
                Some(RopeScaling::Yarn {
                    factor,
                    attention_factor,
                    beta_fast: number("beta_fast").unwrap_or(32.0),
                    beta_slow: number("beta_slow").unwrap_or(1.0),
                    original_max_position_embeddings,
                    truncate: keys.boolean("truncate")?.unwrap_or(true),
                })
            }
            other => {
                return Err(unsupported(&format!("{name}.rope_type"), &json!(other), "default, linear, llama3, yarn"));
            }
        };
        Ok(Self { theta, scaling })
    }

    /// Writes the styles of versions 4 and 5 into a config object.
    pub(crate) fn write_to(&self, config: &mut Value) {
        let scaling = self.scaling.as_ref().map(|scaling| match scaling {
            RopeScaling::Linear { factor } => json!({ "rope_type": "linear", "factor": factor }),
            RopeScaling::Llama3 { factor, low_freq_factor, high_freq_factor, original_max_position_embeddings } => {
                json!({
                    "rope_type": "llama3",
                    "factor": factor,
                    "low_freq_factor": low_freq_factor,
                    "high_freq_factor": high_freq_factor,
                    "original_max_position_embeddings": original_max_position_embeddings,
                })
            }
            RopeScaling::Yarn {
                factor,
                attention_factor,
                beta_fast,
                beta_slow,
                original_max_position_embeddings,
                truncate,
            } => json!({
                "rope_type": "yarn",
                "factor": factor,
                "attention_factor": attention_factor,
                "beta_fast": beta_fast,
                "beta_slow": beta_slow,
                "original_max_position_embeddings": original_max_position_embeddings,
                "truncate": truncate,
            }),
        });
        config["rope_theta"] = json!(self.theta);
        let mut parameters = scaling.clone().unwrap_or_else(|| json!({ "rope_type": "default" }));
        parameters["rope_theta"] = json!(self.theta);
        config["rope_parameters"] = parameters;
        if let Some(scaling) = scaling {
            config["rope_scaling"] = scaling;
        }
    }
}
