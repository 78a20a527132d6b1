//! Everything but timings is a function of the recipe.

use crate::{recipe, run};
use plaudit_recipe::Recipe;
use plaudit_report::{Phase, RunDirectory};
use plaudit_train::{Control, Event, Outcome, latest_checkpoint, resume, start};
use std::fs;
use std::path::Path;

/// The bytes of everything that must not depend on chance: metrics, rollouts, answers, and the last checkpoint's weights and
/// optimiser. (A stop writes checkpoints of its own, so earlier ones may differ in which steps they hold.)
fn content(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let run = RunDirectory::new(directory);
    let mut paths = vec![run.metrics(), run.samples(), run.recipe()];
    for step in (1..).take_while(|step| run.rollouts(*step).exists()) {
        paths.push(run.rollouts(step));
    }
    let last = latest_checkpoint(directory).unwrap().unwrap();
    paths.extend(fs::read_dir(last).unwrap().map(|file| file.unwrap().path()));
    paths.sort();
    let name = |path: &Path| path.strip_prefix(directory).unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn assert_same(a: &Path, b: &Path) {
    let (a, b) = (content(a), content(b));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<String>>();
    assert_eq!(names(&a), names(&b));
    for ((name, ours), (_, theirs)) in a.iter().zip(&b) {
        assert!(ours == theirs, "{name} differs");
    }
}

/// Stops `recipe` after every single step, resumes, and compares with a run in one piece.
fn assert_interruptions_do_not_matter(recipe: &Recipe) {
    let folder = tempfile::tempdir().unwrap();
    let (whole, pieces) = (folder.path().join("whole"), folder.path().join("pieces"));
    assert_eq!(run(recipe, &whole).unwrap(), Outcome::Finished);
    let stop = &mut |event: Event<'_>| match event {
        Event::Step { .. } => Control::Stop,
        _ => Control::Continue,
    };
    let mut outcome = start(recipe, &pieces, stop).unwrap();
    // The first stop, at step 0, leaves nothing to resume from: without letting a step pass it would begin for ever.
    let mut interruptions = 0;
    while outcome == Outcome::Stopped {
        interruptions += 1;
        assert!(interruptions < 50, "the run does not advance");
        let mut is_beginning = false;
        let stop = &mut |event: Event<'_>| match event {
            Event::Started { resumed_from, .. } => {
                is_beginning = resumed_from.is_none();
                Control::Continue
            }
            Event::Step { metrics, .. } if is_beginning && metrics.step == 0 => Control::Continue,
            Event::Step { .. } => Control::Stop,
            _ => Control::Continue,
        };
        outcome = resume(&pieces, None, stop).unwrap();
    }
    assert!(interruptions > 4, "{interruptions}");
    assert_same(&whole, &pieces);
}

#[test]
fn interruptions_do_not_matter() {
    assert_interruptions_do_not_matter(&recipe(&[]));
}

#[test]
fn interruptions_do_not_matter_with_a_reference_and_several_updates_per_batch() {
    assert_interruptions_do_not_matter(&recipe(&[
        "objective.kl={coefficient=0.05}",
        "objective.entropy_coefficient=0.01",
        "train.epochs=2",
        "train.minibatches=2",
        "optimizer.schedule=cosine",
        "policy.warm_start.epochs=2",
        "policy.warm_start.worked=0.5",
        "eval.samples=2",
        "eval.temperature=1.0",
        "eval.pass_at=[1, 2]",
    ]));
}

#[test]
fn interruptions_do_not_matter_without_a_warm_start() {
    assert_interruptions_do_not_matter(&recipe(&["policy.warm_start.examples=0", "train.steps=6"]));
}

#[test]
fn interruptions_do_not_matter_where_groups_are_seen_whole() {
    assert_interruptions_do_not_matter(&recipe(&["objective={kind=\"real\"}", "train.minibatches=2"]));
}

#[test]
fn interruptions_do_not_matter_with_steps_and_a_baseline_that_runs() {
    let credit = "credit={kind=\"entropy-modulated\", outcome={centre=\"running\"}}";
    let columns = ["steps={kind=\"lines\"}", "baseline={kind=\"running\", decay=0.9}"];
    assert_interruptions_do_not_matter(&recipe(&[credit, columns[0], columns[1]]));
}

#[test]
fn interruptions_do_not_matter_with_a_teacher_and_a_greedy_baseline() {
    assert_interruptions_do_not_matter(&recipe(&[
        "objective={kind=\"distill\"}",
        "teacher={}",
        "policy.warm_start.helped=0.5",
        "credit={kind=\"group\", centre=\"greedy\"}",
        "baseline={kind=\"greedy\"}",
    ]));
}

#[test]
fn interruptions_do_not_matter_with_a_token_head_and_two_qualities() {
    assert_interruptions_do_not_matter(&recipe(&[
        "objective={kind=\"oreal\"}",
        "token_head={steps_alone=1}",
        "sample.keep=one-of-each",
        "policy.warm_start.mixture={expert=0.5}",
    ]));
}

#[test]
fn threads_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let (one, three) = (folder.path().join("1"), folder.path().join("3"));
    let recipe = recipe(&[]);
    for (directory, threads) in [(&one, 1), (&three, 3)] {
        let stop = &mut |event: Event<'_>| match event {
            Event::Step { .. } => Control::Stop,
            _ => Control::Continue,
        };
        start(&recipe, directory, stop).unwrap();
        resume(directory, Some(threads), &mut |_: Event<'_>| Control::Continue).unwrap();
    }
    assert_same(&one, &three);
}

#[test]
fn what_was_written_after_the_last_checkpoint_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    let recipe = recipe(&["train.keep_checkpoints=3"]);
    run(&recipe, &whole).unwrap();
    run(&recipe, &killed).unwrap();
    // As after a kill in RL step 4: rows and rollouts of step 3 and 4, half a line, half a checkpoint.
    let checkpoints = killed.join("checkpoints");
    fs::rename(checkpoints.join("rl-000004"), checkpoints.join(".rl-000004.partial")).unwrap();
    fs::remove_file(checkpoints.join(".rl-000004.partial/state.json")).unwrap();
    let metrics = RunDirectory::new(&killed).metrics();
    let text = fs::read_to_string(&metrics).unwrap();
    fs::write(&metrics, &text[..text.len() - 20]).unwrap();
    let mut from = None;
    let outcome = resume(&killed, None, &mut |event: Event<'_>| {
        if let Event::Started { resumed_from, .. } = event {
            from = resumed_from;
        }
        Control::Continue
    });
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert_eq!(from, Some((Phase::Rl, 2)));
    assert_same(&whole, &killed);
}

#[test]
fn resuming_a_finished_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (once, twice) = (folder.path().join("once"), folder.path().join("twice"));
    let recipe = recipe(&[]);
    run(&recipe, &once).unwrap();
    run(&recipe, &twice).unwrap();
    assert_eq!(resume(&twice, None, &mut |_: Event<'_>| Control::Continue).unwrap(), Outcome::Finished);
    assert_same(&once, &twice);
    assert_eq!(latest_checkpoint(&twice).unwrap(), Some(twice.join("checkpoints/rl-000004")));
}
