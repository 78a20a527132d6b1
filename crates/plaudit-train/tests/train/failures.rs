//! What stops a run stops it clearly, and leaves what was done.

use crate::{recipe, run};
use plaudit_recipe::ChatTemplate;
use plaudit_report::{Manifest, RunDirectory, Status};
use plaudit_train::{Control, Event, Policy, TrainError, resume, start};
use std::fs;

#[test]
fn numbers_that_explode_stop_the_run_and_leave_the_last_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    // The warm start is sound; the first update of reinforcement learning throws the weights out of range.
    let error = run(
        &recipe(&[
            "optimizer.learning_rate=1e39",
            "optimizer.warmup_steps=0",
            "optimizer.clip_norm=0",
            "train.prompts=16",
        ]),
        &directory,
    )
    .unwrap_err();
    let TrainError::NonFinite { checkpoint: Some(checkpoint), .. } = &error else { panic!("{error}") };
    assert!(error.to_string().contains("lower the learning rate"), "{error}");
    assert_eq!(*checkpoint, directory.join("checkpoints/warm-start"));
    Policy::open(&directory, ChatTemplate::Auto).unwrap();
    let manifest = Manifest::read_file(&RunDirectory::new(&directory).manifest()).unwrap();
    assert_eq!(manifest.status, Status::Stopped { reason: error.to_string() });
    assert!(RunDirectory::new(&directory).report().exists());
}

#[test]
fn a_directory_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "").unwrap();
    assert!(matches!(run(&recipe(&[]), folder.path()), Err(TrainError::Exists(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(matches!(resume(folder.path(), None, &mut |_: Event<'_>| Control::Continue), Err(TrainError::NotARun(_))));
}

#[test]
fn two_processes_cannot_write_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    let mut refused = false;
    let outcome = start(&recipe(&[]), &directory, &mut |event: Event<'_>| {
        if let Event::Step { .. } = event {
            let second = resume(&directory, None, &mut |_: Event<'_>| Control::Continue);
            refused = matches!(second, Err(TrainError::Locked(_)));
            return Control::Stop;
        }
        Control::Continue
    });
    outcome.unwrap();
    assert!(refused);
}

#[test]
fn a_changed_recipe_is_not_continued() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    run(&recipe(&[]), &directory).unwrap();
    let path = RunDirectory::new(&directory).recipe();
    let text = fs::read_to_string(&path).unwrap().replace("steps = 4", "steps = 5");
    fs::write(&path, text).unwrap();
    let error = resume(&directory, None, &mut |_: Event<'_>| Control::Continue).unwrap_err();
    assert!(matches!(error, TrainError::RecipeChanged(_)), "{error}");
}

#[test]
fn a_damaged_checkpoint_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    run(&recipe(&[]), &directory).unwrap();
    let last = directory.join("checkpoints/rl-000004");
    let optimizer = last.join("optimizer.bin");
    let bytes = fs::read(&optimizer).unwrap();
    fs::write(&optimizer, &bytes[..bytes.len() / 2]).unwrap();
    let error = resume(&directory, None, &mut |_: Event<'_>| Control::Continue).unwrap_err().to_string();
    assert!(error.contains("optimizer.bin") && error.contains("truncated"), "{error}");
    fs::write(last.join("state.json"), "{").unwrap();
    let error = resume(&directory, None, &mut |_: Event<'_>| Control::Continue).unwrap_err().to_string();
    assert!(error.contains("state.json") && error.contains("remove this checkpoint's folder"), "{error}");
    fs::remove_dir_all(&last).unwrap();
    resume(&directory, None, &mut |_: Event<'_>| Control::Continue).unwrap();
    assert!(last.join("model.safetensors").exists());
}

#[test]
fn a_path_without_a_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Policy::open(folder.path(), ChatTemplate::Auto).unwrap_err().to_string();
    assert!(error.contains("neither a checkpoint"), "{error}");
}

#[test]
fn a_prompt_that_leaves_no_room_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let long = recipe(&["sample.max_tokens=4096"]);
    let error = run(&long, &folder.path().join("run")).unwrap_err().to_string();
    assert!(error.contains("4096 positions") && error.contains("begins: \""), "{error}");
}
