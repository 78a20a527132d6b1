//! The loops that make a run: warm start, reinforcement learning, measurement, checkpoints, resuming.
//!
//! **Owns** the order in which things happen, and the run directory while it is written.
//! **Must not know** terminals or command lines: it tells an [`Observer`] what happens and prints nothing.
//! **Start at** [`start`] and [`resume`]; a step of reinforcement learning is `rollout.rs` (sample, check, score, credit), then
//! `update.rs` (objective, gradient, optimiser).

mod checkpoint;
mod columns;
mod error;
mod evaluate;
mod event;
mod host;
mod journal;
mod policy;
mod reinforce;
mod rollout;
mod run;
mod schedule;
mod teacher;
mod token_head;
mod trainer;
mod update;
mod warm_start;

pub use checkpoint::latest_checkpoint;
pub use error::TrainError;
pub use evaluate::{Answer, Evaluation, evaluate};
pub use event::{Control, Event, Observer, Plan};
pub use host::in_pool;
pub use policy::Policy;
pub use run::{Outcome, resume, start};
