//! Mathematical equivalence: two answers, as models and data sets write them, equal or not.
//!
//! ```text
//! text --read--> Expr (as written) --exact normal forms--> Equal | go on --intervals at seeded points--> NotEqual | Equal | Unknown
//! ```
//!
//! Exact means come first. Numbers are enclosed in intervals: disjoint intervals refute with certainty; intervals that overlap to many bits at many
//! points confirm, and say to how many. Nothing is compared by a tolerance unless the policy asks for one.

mod budget;
mod compare;
mod conventions;
mod equality;
pub mod evaluate;
pub mod exact;
mod expr;
mod judge;
pub mod policy;
mod print;
mod read;
mod units;
mod walk;
mod words;

pub use budget::Budget;
pub(crate) use compare::are_of_one_sort;
pub use compare::compare;
pub use conventions::Conventions;
pub use equality::{Equality, How, Reason, Witness};
pub use expr::{
    Brackets, Comparison, Constant, Derivative, Expr, Function, Integral, Interval, Limit, Matrix, Number, Series,
    SetOperation,
};
pub use judge::{Judgement, judge};
pub use policy::{
    Form, Inequalities, Lists, Logarithm, Percent, Policy, Preset, Text, Tolerance, Tolerated, Units, Variables,
};
pub use read::{MAX_LENGTH, ReadError, ReadErrorKind, ReadOptions, read};
pub(crate) use units::is_unit;

/// The name of a function that has a meaning where its value is elementary, and else none.
const RIEMANN_ZETA: &str = "zeta";

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;
