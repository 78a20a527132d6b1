//! The vocabulary every other crate of Plaudit speaks: columns of rollouts, verdicts, scores, random streams.
//!
//! **Owns** the types that cross crate boundaries, and linear assignment, which several crates need.
//! **Must not know** tensors, files, networks, tasks or algorithms; it depends on no other crate of ours.
//! **Start at** [`Rollouts`] (what was sampled), [`Verdict`] (how it was judged) and [`Stream`] (where chance comes from).

pub mod assignment;
mod batch;
mod credit_columns;
mod policy_columns;
mod real;
mod rollouts;
mod scores;
mod segments;
mod stream;
mod verdict;

pub use batch::{Batch, BatchError, BatchSteps, Sample, StepSample};
pub use credit_columns::{Advantages, CreditColumns, Steps};
pub use policy_columns::{Derivatives, Loss, Pair, PolicyColumns, pass_rates};
pub use real::Real;
pub use rollouts::{Finish, Rollouts};
pub use scores::{Level, Scores};
pub use segments::Segments;
pub use stream::{Stream, stable_hash};
pub use verdict::{Limit, Part, Verdict, VerdictCounts};
