//! What can stop a run.

use plaudit_checkpoint::CheckpointError;
use plaudit_credit::CreditError;
use plaudit_engine::EngineError;
use plaudit_eval::EvalError;
use plaudit_recipe::RecipeError;
use plaudit_report::{Phase, ReportError};
use plaudit_task::TaskError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a run, a measurement or the opening of a model failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A new run would write into a directory that holds something.
    #[error("{} exists and is not empty; name another directory, or continue the run in it with `plaudit resume`", .0.display())]
    Exists(PathBuf),
    /// A directory that should be a run is not one.
    #[error("{} is not a run directory: it has no recipe.toml", .0.display())]
    NotARun(PathBuf),
    /// Another process writes the run directory.
    #[error("{} is being written by another process; wait for it to end, or stop it", .0.display())]
    Locked(PathBuf),
    /// A path that holds no model.
    #[error("{} is neither a checkpoint (it has no config.json) nor a run with a checkpoint", .0.display())]
    NoModel(PathBuf),
    /// A checkpoint's own record of where it belongs cannot be used.
    #[error("{} cannot be used: {cause}; remove this checkpoint's folder to continue from the one before", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A run directory whose recipe was changed after checkpoints were written.
    #[error("recipe.toml in {} is not the one its checkpoints were made with; start a new run with it instead", .0.display())]
    RecipeChanged(PathBuf),
    /// A model that never ends a text.
    #[error("neither the tokenizer nor config.json of the model names a token that ends a text (`eos_token`)")]
    NoEndToken,
    /// A prompt that leaves no room for a completion.
    #[error(
        "a prompt of {tokens} tokens and {max_tokens} to be written exceed the model's {positions} positions; shorten the prompts \
         or lower max_tokens. The prompt begins: {beginning:?}"
    )]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// The most tokens of a completion.
        max_tokens: usize,
        /// What the model can hold.
        positions: usize,
        /// The beginning of the prompt.
        beginning: String,
    },
    /// The loss or its gradient stopped being a number.
    #[error("{what} at {phase} step {step}; lower the learning rate, or look at the last rollouts. {}", last(.checkpoint.as_deref()))]
    NonFinite {
        /// What is not finite.
        what: String,
        /// The phase.
        phase: Phase,
        /// The step that was not taken.
        step: u64,
        /// The last checkpoint, which is intact.
        checkpoint: Option<PathBuf>,
    },
    /// The threads could not be started.
    #[error("cannot start {threads} threads: {cause}")]
    Threads {
        /// How many.
        threads: usize,
        /// Why.
        cause: String,
    },
    /// The recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The task.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A file of the run directory.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Rewards that cannot become advantages.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// A measurement.
    #[error(transparent)]
    Eval(#[from] EvalError),
}

impl TrainError {
    /// For `map_err`: the operating system refused `action` on `path`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

fn last(checkpoint: Option<&Path>) -> String {
    match checkpoint {
        Some(path) => format!("The last checkpoint is {}", path.display()),
        None => "There is no checkpoint yet".to_owned(),
    }
}
