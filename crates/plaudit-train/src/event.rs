//! What a run tells whoever watches it.

use plaudit_recipe::Recipe;
use plaudit_report::{Phase, Row};
use std::path::Path;

/// How many steps a run takes in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Updates of the warm start.
    pub warm_start: u64,
    /// Steps of reinforcement learning.
    pub rl: u64,
}

impl Plan {
    /// The plan of a recipe. A last incomplete batch of the warm start is a step of its own.
    pub fn of(recipe: &Recipe) -> Self {
        let warm = &recipe.policy.warm_start;
        Self { warm_start: (warm.examples.div_ceil(warm.batch) * warm.epochs) as u64, rl: recipe.train.steps as u64 }
    }

    /// The phase and step that come last: step 0 of reinforcement learning where there is nothing to do.
    pub fn last(&self) -> (Phase, u64) {
        if self.rl == 0 && self.warm_start > 0 { (Phase::WarmStart, self.warm_start) } else { (Phase::Rl, self.rl) }
    }
}

/// Something that happened in a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The run begins or goes on.
    Started {
        /// The run directory.
        directory: &'a Path,
        /// The recipe, with every default written out.
        recipe: &'a Recipe,
        /// The number of parameters that are trained.
        parameters: usize,
        /// The threads that compute.
        threads: usize,
        /// The step of the checkpoint that a resumed run continues from; nothing where it starts from the beginning.
        resumed_from: Option<(Phase, u64)>,
    },
    /// Something worth a line: rows of a data file that cannot be used, a held-out set smaller than asked for.
    Note(&'a str),
    /// What it does now, where that takes a moment and is not a step: "measuring", "saving a checkpoint".
    Busy(&'static str),
    /// A step is done, or step 0 of a phase has been measured.
    Step {
        /// What was appended to `metrics.jsonl`.
        metrics: &'a Row,
        /// What was appended to `timings.jsonl`.
        timings: &'a Row,
    },
    /// A checkpoint is on the disk.
    Checkpoint(&'a Path),
}

/// The answer to an [`Event`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Go on.
    Continue,
    /// Stop after this step, with a checkpoint. Heeded at [`Event::Step`].
    Stop,
}

/// Watches a run: called for every event, from the thread that drives the run.
pub type Observer<'a> = dyn FnMut(Event<'_>) -> Control + Send + 'a;
