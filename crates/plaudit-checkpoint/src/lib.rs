//! Hugging Face checkpoint directories: config, weights, tokenizer, chat template.
//!
//! **Owns** the layout of a checkpoint directory: what its files are called, what they may contain, how they are read and
//! written without losing anything.
//! **Must not know** tensor maths, training, tasks or algorithms; it depends on no other crate of ours.
//! **Start at** [`ModelConfig`] (what a model looks like).

mod config;
mod rope;
mod tensors;

pub use config::{ConfigError, Family, ModelConfig};
pub use rope::{Rope, RopeScaling};
pub use tensors::TensorSpec;
