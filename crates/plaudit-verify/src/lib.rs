//! Answers to verdicts: find the answer in a completion, read it exactly, compare it with the reference.
//!
//! **Owns** extraction, mathematical equivalence, every other check of an answer, exact numbers, JSON as models write it.
//! **Must not know** prompts, tasks, networks or files. Text from a policy is only ever parsed, never executed, and every
//! reader has a deterministic budget, so a hostile completion costs microseconds and ends in a [`plaudit_core::Verdict`].
//! **Start at** [`Verifier`] (a completion against a reference), [`Extraction`] (where the answer is), [`math::judge`] (whether two
//! answers are equal) and [`check`] (everything else that can be checked).

pub mod answer;
mod calendar;
pub mod check;
pub mod choice;
mod error;
pub mod expression;
mod extract;
pub mod json;
pub mod math;
pub mod number;
pub mod text;
mod verifier;

pub use answer::AnswerKind;
pub use error::ParseError;
pub use extract::{Boxes, Extraction, Extractor, Fence, Found, Language, Rule};
pub use number::Rational;
pub use verifier::{Verification, Verifier};
