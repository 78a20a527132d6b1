//! `plaudit run` and `plaudit resume`.

use super::report::conclusion;
use crate::arguments::{How, Resume, Run};
use crate::view::View;
use crate::{DONE, INTERRUPTED, output, stop};
use anyhow::Context;
use plaudit_recipe::Recipe;
use plaudit_train::{Control, Event, Outcome, TrainError};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Trains by a recipe.
pub(crate) fn run(arguments: &Run) -> anyhow::Result<u8> {
    let mut overrides = arguments.set.clone();
    overrides.extend(arguments.seed.map(|seed| format!("train.seed={seed}")));
    overrides.extend(arguments.how.threads.map(|threads| format!("train.threads={threads}")));
    let recipe = Recipe::load(&arguments.recipe, &overrides)?;
    let directory = match &arguments.output {
        Some(directory) => directory.clone(),
        None => free_directory(Path::new("runs"), &arguments.recipe)?,
    };
    watch(&arguments.how, &directory, |observer| plaudit_train::start(&recipe, &directory, observer))
}

/// Continues a run.
pub(crate) fn resume(arguments: &Resume) -> anyhow::Result<u8> {
    let (directory, threads) = (&arguments.run, arguments.how.threads);
    watch(&arguments.how, directory, |observer| plaudit_train::resume(directory, threads, observer))
}

fn watch(
    how: &How,
    directory: &Path,
    run: impl FnOnce(&mut plaudit_train::Observer<'_>) -> Result<Outcome, TrainError>,
) -> anyhow::Result<u8> {
    let mut view = View::open(how.plain);
    stop::listen(view.is_plain())?;
    let outcome = run(&mut |event: Event<'_>| {
        view.show(&event);
        if stop::is_asked() { Control::Stop } else { Control::Continue }
    });
    view.close();
    match outcome? {
        Outcome::Finished => {
            output::print(&format!("\n{}", conclusion(directory)?));
            Ok(DONE)
        }
        Outcome::Stopped => {
            let shown = directory.display();
            output::print(&format!(
                "\nStopped. `plaudit resume {shown}` continues; {shown}/report.html shows what was done.\n"
            ));
            Ok(INTERRUPTED)
        }
    }
}

/// Creates the first `NAME-N` below `parent` that does not exist. Two processes never get the same.
fn free_directory(parent: &Path, recipe: &str) -> anyhow::Result<PathBuf> {
    let name = Path::new(recipe).file_stem().unwrap_or_default().to_string_lossy();
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    let mut number = 1;
    loop {
        let directory = parent.join(format!("{name}-{number}"));
        match fs::create_dir(&directory) {
            Ok(()) => return Ok(directory),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error).with_context(|| format!("cannot create {}", directory.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let parent = folder.path().join("runs");
        let next = |recipe| free_directory(&parent, recipe).unwrap().file_name().unwrap().to_owned();
        assert_eq!(next("grpo"), "grpo-1");
        assert_eq!(next("grpo"), "grpo-2");
        assert_eq!(next("./elsewhere/my.toml"), "my-1");
    }
}
