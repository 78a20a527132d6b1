//! The command line of Plaudit.
//!
//! **Owns** everything that a person types and sees in a terminal.
//! **Must not know** how anything is computed: it parses, calls the libraries, and prints.
//! **Start at** `arguments.rs` (what can be typed), then the file of a command in `commands/`; `view/` shows a run while it goes on.

mod arguments;
mod commands;
mod output;
mod stop;
mod text;
mod view;

use arguments::{Arguments, Command, Misuse};
use clap::Parser;
use plaudit_explain::ExplainError;
use plaudit_recipe::RecipeError;
use std::process::ExitCode;

/// Done.
const DONE: u8 = 0;
/// Something failed.
const FAILED: u8 = 1;
/// What was typed, or a recipe, is not valid. Also what clap exits with.
const INVALID: u8 = 2;
/// Ctrl-C, by the convention of shells.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => commands::run::run(&arguments),
        Command::Resume(arguments) => commands::run::resume(&arguments),
        Command::Report { run } => commands::report::report(&run),
        Command::Eval(arguments) => commands::eval::eval(&arguments),
        Command::Sample(arguments) => commands::sample::sample(&arguments),
        Command::Credit(arguments) => commands::credit::credit(&arguments),
        Command::Diff(arguments) => commands::diff::diff(&arguments),
        Command::Why(arguments) => commands::why::why(&arguments),
        Command::Replay(arguments) => commands::replay::replay(&arguments),
        Command::Verify(arguments) => commands::verify::verify(&arguments),
        Command::Audit(arguments) => commands::audit::audit(&arguments),
        Command::Conformance(arguments) => commands::conformance::conformance(&arguments),
        Command::Recipes { name } => commands::list::recipes(name.as_deref()),
        Command::Parts { name } => commands::list::parts(name.as_deref()),
        Command::Schema => commands::list::schema(),
        Command::Completions { shell } => commands::list::completions(shell),
    };
    ExitCode::from(result.unwrap_or_else(|error| {
        let invalid = error.chain().find_map(recipe_error);
        match invalid {
            // Prints itself whole: every mistake with its place.
            Some(RecipeError::Invalid(problems)) => output::complain(&problems.to_string()),
            _ => output::complain(&format!("error: {}", causes(&error))),
        }
        let absent = matches!(error.downcast_ref(), Some(ExplainError::Absent(_)));
        if invalid.is_some() || absent || error.is::<Misuse>() { INVALID } else { FAILED }
    }))
}

/// The mistake in a recipe that an error is, directly or wrapped.
fn recipe_error<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a RecipeError> {
    match cause.downcast_ref::<ExplainError>() {
        Some(ExplainError::Recipe(error)) => Some(error),
        _ => cause.downcast_ref::<RecipeError>(),
    }
}

/// An error with its causes, each said once: our own errors already name theirs.
fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if !text.contains(&cause) {
            text += if text.is_empty() { "" } else { ": " };
            text += &cause;
        }
    }
    text
}
