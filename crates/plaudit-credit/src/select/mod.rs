//! Selection: which of the samples (or steps) of a batch are learnt from.
//!
//! Pure functions that return positions in ascending order unless they say otherwise. What is not selected is simply not trained on;
//! advantages are computed before or after the selection, as the method has it.

mod balance_signs;
mod consistency;
mod one_of_each;
mod recompose;

pub use balance_signs::balance_signs;
pub use consistency::{ConsistencyConfig, Filter};
pub use one_of_each::one_of_each;
pub use recompose::{RecomposeConfig, Recomposed, ReplayBuffer};
