//! Starting a run, and going on with one.

use crate::checkpoint::{Memory, State};
use crate::journal::Journal;
use crate::trainer::Trainer;
use crate::update::Learner;
use crate::warm_start::Order;
use crate::{Control, Event, Observer, Plan, Policy, TrainError, checkpoint, host, in_pool};
use plaudit_core::stable_hash;
use plaudit_recipe::{ModelSource, Recipe};
use plaudit_report::{Manifest, Phase, RunDirectory, Status, truncate_after, write_atomically, write_report};
use plaudit_task::{Split, Task, TaskConfig};
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf, absolute};
use std::time::SystemTime;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All steps are done.
    Finished,
    /// The observer asked it to stop; what was done is in a checkpoint.
    Stopped,
}

/// Runs a recipe in the new directory `directory` (which may exist if it is empty) and draws its report. Everything but timings is
/// a function of the recipe: not of the clock, the number of threads or interruptions.
///
/// # Errors
/// [`TrainError::Exists`] before anything is written; whatever else stops the run. The directory then holds what was done, with the
/// reason in its manifest, and [`resume`] continues from its last checkpoint.
pub fn start(recipe: &Recipe, directory: &Path, observer: &mut Observer<'_>) -> Result<Outcome, TrainError> {
    match fs::read_dir(directory) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                return Err(TrainError::Exists(directory.to_owned()));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(directory).map_err(TrainError::io("create", directory))?;
        }
        Err(error) => return Err(TrainError::io("read the directory", directory)(error)),
    }
    let recipe = with_absolute_paths(recipe)?;
    let run = RunDirectory::new(directory);
    let _lock = lock(directory)?;
    write_atomically(&run.recipe(), recipe.to_toml().as_bytes())?;
    let threads = recipe.train.threads;
    in_pool(threads, || execute(&recipe, run, None, observer))?
}

/// Goes on with the run in `directory` from its last checkpoint, or from the beginning where it has none, to the same metrics that it
/// would have written without the interruption. Of a finished run only the report is drawn again. `threads` takes the place of the
/// recipe's number of threads.
///
/// # Errors
/// [`TrainError::NotARun`]; [`TrainError::Locked`] while another process writes the run; whatever stops the run, as for [`start`].
pub fn resume(directory: &Path, threads: Option<usize>, observer: &mut Observer<'_>) -> Result<Outcome, TrainError> {
    let run = RunDirectory::new(directory);
    let file = run.recipe();
    if !file.exists() {
        return Err(TrainError::NotARun(directory.to_owned()));
    }
    let _lock = lock(directory)?;
    let recipe = Recipe::load(&file.to_string_lossy(), &[])?;
    checkpoint::recover(directory)?;
    let from = checkpoint::list(directory)?.pop();
    let hash = hash(&recipe);
    if from.as_ref().is_some_and(|(state, _)| state.recipe_hash != hash) {
        return Err(TrainError::RecipeChanged(directory.to_owned()));
    }
    in_pool(threads.unwrap_or(recipe.train.threads), || execute(&recipe, run, from, observer))?
}

/// Where to go on: the state in a checkpoint, and the checkpoint.
type Position = (State, PathBuf);

fn execute(
    recipe: &Recipe,
    run: RunDirectory,
    from: Option<Position>,
    observer: &mut Observer<'_>,
) -> Result<Outcome, TrainError> {
    let step = from.as_ref().map(|(state, _)| (state.phase, state.step));
    rewind(&run, step)?;
    let manifest = manifest(recipe, &run)?;
    let plan = Plan::of(recipe);
    let mut journal = Journal::open(run.clone(), manifest, plan, recipe.train.keep_checkpoints, observer)?;
    journal.write_manifest(Status::Running)?;
    let result = train(recipe, plan, from, &mut journal);
    let status = match &result {
        Ok(Control::Continue) => Status::Finished,
        Ok(Control::Stop) => Status::Stopped { reason: "it was asked to".to_owned() },
        Err(error) => Status::Stopped { reason: error.to_string() },
    };
    // What stopped the run is the error to report, also where the disk is too full to note it.
    let noted = journal.write_manifest(status).and_then(|()| Ok(write_report(run.root())?));
    let control = result?;
    noted?;
    Ok(if control == Control::Stop { Outcome::Stopped } else { Outcome::Finished })
}

fn train(
    recipe: &Recipe,
    plan: Plan,
    from: Option<Position>,
    journal: &mut Journal<'_>,
) -> Result<Control, TrainError> {
    let task = recipe.task.build()?;
    let policy = match &from {
        Some((_, path)) => Policy::from_checkpoint(path, &recipe.policy)?,
        None => Policy::initial(recipe)?,
    };
    let mut learner = Learner::new(&policy.model, &recipe.optimizer);
    if let Some((_, path)) = &from {
        checkpoint::load_optimizer(path, &mut learner.optimizer)?;
    }
    let (step, memory) = match from {
        Some((state, _)) => (Some((state.phase, state.step)), state.memory),
        None => (None, Memory::default()),
    };
    let directory = journal.directory.root().to_owned();
    journal.tell(Event::Started {
        directory: &directory,
        recipe,
        parameters: policy.model.parameters().len(),
        threads: rayon::current_num_threads(),
        resumed_from: step,
    });
    for note in notes(recipe, &*task, &directory)? {
        journal.tell(Event::Note(&note));
    }
    let mut trainer =
        Trainer { recipe, plan, task, policy, learner, reference: None, memory, order: Order::default(), journal };
    trainer.run(step)
}

/// Takes back everything that was written after `step`, which will be written again.
fn rewind(run: &RunDirectory, step: Option<(Phase, u64)>) -> Result<(), TrainError> {
    for log in [run.metrics(), run.timings()] {
        match step {
            Some((phase, step)) => {
                truncate_after(&log, phase, step)?;
            }
            None => remove_file(&log)?,
        }
    }
    let done = match step {
        Some((Phase::Rl, step)) => step,
        _ => 0,
    };
    // Rollouts are numbered without a gap, so the first that is missing is the end.
    let mut next = done + 1;
    while run.rollouts(next).exists() {
        remove_file(&run.rollouts(next))?;
        next += 1;
    }
    Ok(())
}

fn remove_file(path: &Path) -> Result<(), TrainError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(TrainError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// The manifest of a run that starts now, or that of an earlier start with the time of this resumption added.
fn manifest(recipe: &Recipe, run: &RunDirectory) -> Result<Manifest, TrainError> {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    if run.manifest().exists() {
        let mut manifest = Manifest::read_file(&run.manifest())?;
        manifest.resumed.push(now);
        return Ok(manifest);
    }
    Ok(Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        title: recipe.title.clone(),
        seed: recipe.train.seed,
        host: host::describe(),
        created: now,
        resumed: Vec::new(),
        features: host::features(),
        recipe_hash: hash(recipe),
        status: Status::Running,
        seconds: 0.0,
    })
}

fn hash(recipe: &Recipe) -> String {
    format!("{:016x}", stable_hash(recipe.to_toml().as_bytes()))
}

/// Holds the run directory for this process; the operating system lets go of it when the process ends, however it ends.
fn lock(directory: &Path) -> Result<File, TrainError> {
    let path = directory.join(".lock");
    let file = File::create(&path).map_err(TrainError::io("write", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(TrainError::Locked(directory.to_owned())),
        Err(TryLockError::Error(error)) => Err(TrainError::io("lock", &path)(error)),
    }
}

/// The recipe with its files named independently of the working directory, so that a run can be resumed from another one.
fn with_absolute_paths(recipe: &Recipe) -> Result<Recipe, TrainError> {
    let mut recipe = recipe.clone();
    let resolve = |path: &Path| absolute(path).map_err(TrainError::io("find", path));
    if let ModelSource::Checkpoint(path) = recipe.policy.source() {
        recipe.policy.model = resolve(path)?.to_string_lossy().into_owned();
    }
    if let TaskConfig::Dataset(dataset) = &mut recipe.task {
        dataset.path = resolve(&dataset.path)?;
        dataset.held_out_path = dataset.held_out_path.as_deref().map(resolve).transpose()?;
    }
    Ok(recipe)
}

/// What a person should know about the data before a run. Rows that cannot be used are all listed in `malformed.jsonl`.
fn notes(recipe: &Recipe, task: &dyn Task, directory: &Path) -> Result<Vec<String>, TrainError> {
    let mut notes = Vec::new();
    if let Some(report) = task.report() {
        notes.push(format!("{} rows: {} to train on, {} held out", report.rows, report.train, report.held_out));
        if let Some(first) = report.malformed.first() {
            let line = |row| serde_json::to_string(row).expect("a malformed row is text and numbers") + "\n";
            let path = directory.join("malformed.jsonl");
            write_atomically(&path, report.malformed.iter().map(line).collect::<String>().as_bytes())?;
            notes.push(format!(
                "{} of {} rows cannot be used, listed in {}; the first is line {} of {}: {}",
                report.malformed.len(),
                report.rows,
                path.display(),
                first.line,
                first.path.display(),
                first.reason
            ));
        }
    }
    let held_out = task.size(Split::HeldOut).unwrap_or(u64::MAX);
    if held_out < recipe.eval.prompts as u64 {
        notes.push(format!(
            "measuring on all {held_out} held-out prompts; eval.prompts asks for {}",
            recipe.eval.prompts
        ));
    }
    Ok(notes)
}
