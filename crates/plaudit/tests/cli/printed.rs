//! What is printed without a run.

use crate::{printed, refused};
use std::fs;
use std::io::Read;
use std::process::Stdio;

fn here() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn help_teaches() {
    let folder = here();
    let commands = [
        "",
        "run",
        "resume",
        "report",
        "eval",
        "sample",
        "credit",
        "diff",
        "why",
        "replay",
        "verify",
        "audit",
        "conformance",
        "recipes",
        "parts",
        "schema",
        "completions",
    ];
    for command in commands {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let name = if command.is_empty() { "help" } else { command };
        insta::assert_snapshot!(format!("help_{name}"), printed(folder.path(), &arguments));
    }
}

#[test]
fn recipes_and_parts_are_listed() {
    let folder = here();
    insta::assert_snapshot!("recipes", printed(folder.path(), &["recipes"]));
    insta::assert_snapshot!("parts", printed(folder.path(), &["parts"]));
    insta::assert_snapshot!("parts_stage", printed(folder.path(), &["parts", "signal"]));
    insta::assert_snapshot!("parts_verify", printed(folder.path(), &["parts", "verify"]));
}

#[test]
fn a_printed_recipe_is_one_that_runs() {
    let folder = here();
    let text = printed(folder.path(), &["recipes", "grpo-nano"]);
    fs::write(folder.path().join("my.toml"), &text).unwrap();
    // Checked as far as the first mistake, which is the one made here.
    let error = refused(folder.path(), &["run", "my.toml", "--set", "train.stepz=1"], 2);
    assert!(error.contains("stepz") && !error.contains("my.toml"), "{error}");
}

#[test]
fn the_schema_is_json() {
    let schema: serde_json::Value = serde_json::from_str(&printed(here().path(), &["schema"])).unwrap();
    assert!(schema["properties"]["task"].is_object());
}

#[test]
fn completions_are_printed() {
    assert!(printed(here().path(), &["completions", "bash"]).contains("_plaudit"));
}

#[test]
fn a_mistake_in_a_recipe_is_shown_where_it_is() {
    let folder = here();
    let text = printed(folder.path(), &["recipes", "grpo-nano"]);
    let text = text
        .replace("max_tokens = 24", "max_token = 24")
        .replace("clip", "klip")
        .replace("steps = 60", "steps = \"60\"");
    fs::write(folder.path().join("my.toml"), text).unwrap();
    insta::assert_snapshot!("mistakes", refused(folder.path(), &["run", "my.toml"], 2));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a recipe with mistakes leaves nothing behind");
}

#[test]
fn what_does_not_exist_is_said_to() {
    let folder = here();
    let errors = [
        refused(folder.path(), &["run", "gpro"], 2),
        refused(folder.path(), &["run", "./gone.toml"], 2),
        refused(folder.path(), &["resume", "runs/gone"], 1),
        refused(folder.path(), &["report", "runs/gone"], 1),
        refused(folder.path(), &["eval", "runs/gone"], 1),
        refused(folder.path(), &["eval", "runs/gone", "--task", "countdwn"], 2),
        refused(folder.path(), &["sample", "runs/gone", "1+1=?"], 1),
        refused(folder.path(), &["parts", "verfy"], 2),
        refused(folder.path(), &["recipes", "gpro"], 2),
    ];
    insta::assert_snapshot!("missing", errors.join("\n"));
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let mut child =
        crate::plaudit(here().path(), &["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}
