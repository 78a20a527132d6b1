//! The embedded transformer: forward, backward, generation, statistics, optimiser.
//!
//! **Owns** tensors, their memory and their arithmetic; everything that runs on the processor's vector units.
//! **Must not know** tasks, rewards, advantages or objectives: a caller's closure turns statistics into derivatives.
//! **Start at** [`Model`]: `generate`, `score`, `accumulate`.

mod error;
mod generate;
mod graph;
mod head;
mod kernel;
mod learn;
mod model;
mod ops;
mod optimizer;
mod packed_weights;
mod packing;
mod presets;
mod statistics;
mod tape;

pub use error::EngineError;
pub use generate::Sampling;
pub use learn::Part;
pub use model::Model;
pub use optimizer::{AdamW, AdamWConfig, Gradients};
pub use packing::Continuations;
pub use plaudit_checkpoint::ModelConfig;
pub use presets::{PRESETS, preset};
pub use statistics::{Request, Statistics};
