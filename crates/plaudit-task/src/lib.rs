//! Prompts with exact oracles, worked solutions, and datasets.
//!
//! **Owns** the synthetic tasks, the reading of data files and their audit, and the split into training and held-out problems.
//! **Must not know** networks, tokenizers, rewards or training: a task says what is asked and whether an answer is right;
//! what a verdict is worth is said elsewhere.
//! **Start at** [`Task`] (what the rest of Plaudit sees), [`TaskConfig`] (what a recipe says) and [`Generator`] (what a new
//! synthetic task implements: one file, and its entry in [`TaskConfig`]).

mod arithmetic;
mod config;
mod error;
mod number_game;
mod problem;
mod task;
mod validate;

pub mod audit;
pub mod base_conversion;
pub mod chain_sum;
pub mod countdown;
pub mod dataset;
pub mod game_of_24;
pub mod knights_and_knaves;
pub mod letter_counting;
pub mod maze;
pub mod mini_sudoku;
pub mod modular_arithmetic;
pub mod multiple_choice;
pub mod number_sorting;
pub mod parity;
pub mod random_calculation;
pub mod rows;

pub use config::TaskConfig;
pub use dataset::{DatasetReport, Malformed};
pub use error::TaskError;
pub use problem::{Problem, Split};
pub use task::{Checked, Generator, Task};
