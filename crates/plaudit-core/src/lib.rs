//! The vocabulary every other crate of Plaudit speaks: columns of rollouts, verdicts, scores, random streams.
//!
//! **Owns** the types that cross crate boundaries.
//! **Must not know** tensors, files, networks, tasks or algorithms; it depends on no other crate of ours.
//! **Start at** [`Rollouts`] (what was sampled), [`Verdict`] (how it was judged) and [`Stream`] (where chance comes from).

mod columns;
mod real;
mod rollouts;
mod scores;
mod stream;
mod verdict;

pub use columns::{Derivatives, Loss, PolicyColumns, Segments};
pub use real::Real;
pub use rollouts::{Finish, Rollouts};
pub use scores::{Level, Scores};
pub use stream::{Stream, stable_hash};
pub use verdict::{Limit, Part, Verdict, VerdictCounts};
