//! Runs from end to end, on the smallest preset.

#![allow(clippy::unwrap_used, reason = "tests")]

mod data;
mod failures;
mod learning;
mod recipes;
mod repeatable;

use plaudit_recipe::Recipe;
use plaudit_report::{Row, RunDirectory, read_rows};
use plaudit_train::{Control, Event, Outcome, TrainError, start};
use std::path::Path;

/// The nano recipe with a warm start of 4 updates and 4 steps of reinforcement learning, changed by `overrides`.
pub(crate) fn recipe(overrides: &[&str]) -> Recipe {
    let small = [
        "policy.warm_start.examples=30",
        "policy.warm_start.batch=8",
        "policy.warm_start.checkpoint_every=3",
        "sample.group=4",
        "sample.max_tokens=12",
        "train.steps=4",
        "train.prompts=4",
        "train.checkpoint_every=2",
        "train.threads=2",
        "eval.prompts=8",
        "eval.every=2",
    ];
    let all: Vec<String> = small.iter().chain(overrides).map(|text| (*text).to_owned()).collect();
    Recipe::load("grpo-nano", &all).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs to the end without interruption.
pub(crate) fn run(recipe: &Recipe, directory: &Path) -> Result<Outcome, TrainError> {
    start(recipe, directory, &mut |_: Event<'_>| Control::Continue)
}

pub(crate) fn rows(directory: &Path) -> Vec<Row> {
    read_rows(&RunDirectory::new(directory).metrics()).unwrap().rows
}
