//! Hugging Face checkpoint directories: config, weights, tokenizer, chat template.
//!
//! **Owns** the layout of a checkpoint directory: what its files are called, what they may contain, how they are read and
//! written without losing anything.
//! **Must not know** tensor maths, training, tasks or algorithms; it depends on no other crate of ours.
//! **Start at** [`ModelConfig`] (what a model looks like), [`Weights`] and [`Tokenizer`] (reading), [`save_directory`] inside
//! [`write_atomically`] (writing).

mod atomic;
mod byte_tokenizer;
mod chat_template;
mod config;
mod error;
mod files;
mod rope;
mod save;
mod tensors;
mod tokenizer;
mod weights;

pub use atomic::{recover_interrupted, write_atomically};
pub use chat_template::{ChatTemplate, Date, DateError, Message};
pub use config::{ConfigError, Family, ModelConfig};
pub use error::CheckpointError;
pub use rope::{Rope, RopeScaling};
pub use save::{Original, save_directory};
pub use tensors::TensorSpec;
pub use tokenizer::{TextStream, Tokenizer};
pub use weights::Weights;
