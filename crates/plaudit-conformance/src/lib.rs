//! Conformance: whether an estimator of credit or a loss computes what others compute, and keeps what it should keep.
//!
//! **Owns** golden vectors of other libraries ([`run_golden`]), their dialects as data ([`dialects`]), the invariants that a batch's
//! answer must keep ([`check`]), and the protocol by which a program in any language is tested ([`External`]).
//! **Must not know** tensors, models, tasks, recipes or command lines.
//! **Start at** [`Subject`] (what is tested) and [`Invariant`] (for what).
//!
//! ```
//! use plaudit_conformance::{Invariant, Outcome, check};
//! use plaudit_credit::{CreditConfig, GroupConfig};
//!
//! let mut grpo = CreditConfig::Group(GroupConfig::default());
//! for (invariant, outcome) in check(&mut grpo, 1e-9) {
//!     assert!(!matches!(outcome, Outcome::Broken(_)), "{invariant}: {outcome}");
//! }
//! ```

mod answer;
mod batches;
mod dialect;
mod external;
mod golden;
mod invariance;
mod promises;
mod subject;

pub use answer::{Answer, Difference};
pub use dialect::{Dialect, dialect, dialects};
pub use external::{External, ExternalError};
pub use golden::{FunctionReport, GoldenError, Status, run_golden};
pub use invariance::{Counterexample, Invariant, Outcome, check};
pub use subject::{Subject, SubjectError};
