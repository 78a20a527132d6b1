//! What recorded rollouts say about credit and objectives: the same numbers through many settings, and where they come from.
//!
//! **Owns** the reading of recorded batches ([`Record`]), named settings of credit and objective ([`Setting`], dialects among them), and
//! four questions: what advantages are there ([`CreditTable`]), where do two settings differ and why ([`Difference`]), where does one
//! token's weight come from ([`Trace`]), and what would other settings have made of a run ([`Replay`]).
//! **Must not know** tensors, training or terminals: it returns numbers and words.
//! **Start at** [`Record::load`], [`Setting::named`] and `outcome.rs`, which puts the one through the other.
//!
//! ```
//! use plaudit_explain::{Difference, Setting, generated};
//!
//! let a = Setting::named("group", &["credit.scale=none".to_owned()])?;
//! let b = Setting::named("group", &[])?;
//! let difference = Difference::between(&a, &b, &generated(0))?;
//! assert_eq!(difference.parameters[0].name, "credit.scale");
//! # Ok::<(), plaudit_explain::ExplainError>(())
//! ```

mod credit;
mod difference;
mod error;
mod generated;
mod learnt;
mod outcome;
mod page;
mod record;
mod replay;
mod rule;
mod setting;
mod trace;

pub use credit::{CreditGroup, CreditSample, CreditTable};
pub use difference::{Difference, Gap, Parameter, Share, TokenGap};
pub use error::ExplainError;
pub use generated::generated;
pub use outcome::{Outcome, Slopes};
pub use page::replay_page;
pub use record::{Record, run_steps};
pub use replay::{Refused, Replay, Replayed, StepStatistics};
pub use rule::Rule;
pub use setting::{Origin, Setting};
pub use trace::{
    Contribution, Counts, KlProcessReading, Readings, SignalScore, StepOfToken, TakesPart, TokenHeadReading, Trace,
};
