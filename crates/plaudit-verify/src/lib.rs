//! Answers to verdicts: find the answer in a completion, read it exactly, compare it with the reference.
//!
//! **Owns** extraction, exact numbers, the arithmetic expression reader, text comparison.
//! **Must not know** prompts, tasks, networks or files. Text from a policy is only ever parsed, never executed, and every
//! reader has a deterministic budget, so a hostile completion costs microseconds and ends in a [`plaudit_core::Verdict`].
//! **Start at** [`answer::check`] (one answer against one reference) and [`Extraction`] (where the answer is).

pub mod answer;
pub mod check;
pub mod choice;
mod error;
pub mod expression;
mod extract;
pub mod json;
pub mod math;
pub mod number;
pub mod text;

pub use answer::AnswerKind;
pub use error::ParseError;
pub use extract::{Boxes, Extraction, Extractor, Fence, Found, Language, Rule};
pub use number::Rational;
