//! Runs, and what is done with them afterwards.

use crate::{output, plaudit, printed, refused};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A short version of the nano recipe.
const SHORT: [&str; 16] = [
    "--set",
    "policy.warm_start.examples=400",
    "--set",
    "policy.warm_start.checkpoint_every=10",
    "--set",
    "sample.group=4",
    "--set",
    "train.steps=6",
    "--set",
    "train.prompts=4",
    "--set",
    "train.checkpoint_every=2",
    "--set",
    "eval.prompts=20",
    "--set",
    "eval.every=3",
];

fn run(directory: &Path, more: &[&str]) -> String {
    let arguments: Vec<&str> = ["run", "grpo-nano"].iter().chain(&SHORT).chain(more).copied().collect();
    printed(directory, &arguments)
}

#[test]
fn a_run_from_beginning_to_end_and_what_follows() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let text = run(here, &[]);
    for expected in [
        "warm start step 25/25",
        "RL step 6/6",
        "held-out accuracy",
        "Held-out accuracy ",
        "runs/grpo-nano-1/report.html",
    ] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
    assert!(text.lines().count() < 60 && !text.contains('\u{1b}'), "{text}");
    let report = fs::read_to_string(here.join("runs/grpo-nano-1/report.html")).unwrap();
    assert!(report.contains("<svg") && !report.contains("<script src") && !report.contains("http://"));

    // The same command again takes the next name, and gives the same run.
    run(here, &["--threads", "1"]);
    let metrics = |name: &str| fs::read(here.join("runs").join(name).join("metrics.jsonl")).unwrap();
    assert_eq!(metrics("grpo-nano-1"), metrics("grpo-nano-2"));
    run(here, &["--seed", "1", "--output", "elsewhere"]);
    assert_ne!(metrics("grpo-nano-1"), fs::read(here.join("elsewhere/metrics.jsonl")).unwrap());

    let text = printed(here, &["eval", "runs/grpo-nano-1", "--samples", "4", "--pass-at", "4", "--show", "1"]);
    assert!(text.contains("accuracy") && text.contains("pass@4") && text.contains("95 % interval"), "{text}");
    let json = printed(here, &["eval", "runs/grpo-nano-1", "--task", "countdown", "--prompts", "10", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["prompts"], 10);
    // A bare checkpoint needs a task; with it, it is measured as in the run.
    let checkpoint = "runs/grpo-nano-1/checkpoints/rl-000006";
    assert!(refused(here, &["eval", checkpoint], 2).contains("--task"));
    printed(here, &["eval", checkpoint, "--task", "random-calculation", "--prompts", "10", "--max-tokens", "8"]);

    let text = printed(here, &["sample", "runs/grpo-nano-1", "1+1=?\n", "--samples", "2"]);
    assert!(text.contains("sample 2 of 2") && text.contains("probability"), "{text}");
    let json = printed(here, &["sample", checkpoint, "1+1=?\n", "--json", "--temperature", "0", "--max-tokens", "5"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["tokens"].as_array().unwrap().iter().all(|token| token["rank"] == 0));
    let three = printed(here, &["sample", "runs/grpo-nano-1", "--prompts", "3"]);
    assert_eq!(three.matches("log-probability").count(), 3);
    let third = printed(here, &["sample", "runs/grpo-nano-1", "--prompts", "1", "--index", "2"]);
    assert!(three.contains(third.lines().next().unwrap()), "{three}\n{third}");

    recorded_rollouts_explain_themselves(here, "runs/grpo-nano-1");
    fs::remove_file(here.join("runs/grpo-nano-1/report.html")).unwrap();
    printed(here, &["report", "runs/grpo-nano-1"]);
    assert_eq!(fs::read_to_string(here.join("runs/grpo-nano-1/report.html")).unwrap(), report);
    // A finished run has nothing to continue; that is no error.
    printed(here, &["resume", "runs/grpo-nano-1"]);
    assert_eq!(metrics("grpo-nano-1"), metrics("grpo-nano-2"));
    assert!(refused(here, &["run", "grpo-nano", "--output", "elsewhere"], 1).contains("not empty"));
}

/// `why`, `credit`, `diff` and `replay` on a run of 6 steps with 16 samples each.
fn recorded_rollouts_explain_themselves(here: &Path, run: &str) {
    for sample in 0..16 {
        let sample = sample.to_string();
        let arguments = ["why", run, "--step", "3", "--sample", &sample, "--token", "0", "--json"];
        let trace: serde_json::Value = serde_json::from_str(&printed(here, &arguments)).unwrap();
        assert_eq!(trace["reproduced"], true, "{trace:#}");
    }
    let text = printed(here, &["why", run, "--step", "3", "--sample", "1", "--token", "1"]);
    assert!(text.contains("Every number was computed again and is as recorded."), "{text}");
    assert!(refused(here, &["why", run, "--step", "7", "--sample", "0", "--token", "0"], 2).contains("steps, 1 to 6"));
    assert!(
        refused(here, &["why", run, "--step", "3", "--sample", "16", "--token", "0"], 2).contains("samples 0 to 15")
    );

    let rollouts = format!("{run}/rollouts/step-000003.parquet");
    let credit = |input: &str, more: &[&str]| {
        let arguments: Vec<&str> =
            ["credit", "--in", input, "--kind", "group", "--json"].iter().chain(more).copied().collect();
        serde_json::from_str::<serde_json::Value>(&printed(here, &arguments)).unwrap()["groups"].take()
    };
    let groups = credit(run, &["--step", "3"]);
    assert_eq!(groups, credit(&rollouts, &["--out", "again.parquet"]));
    assert_eq!(groups, credit("again.parquet", &[]));
    let same = printed(here, &["diff", "grpo-nano", "grpo-nano", "--in", run, "--step", "3"]);
    assert!(same.contains("They are the same setting."), "{same}");
    let text =
        printed(here, &["replay", run, "--recipes", "grpo-nano,grpo@trl-1.16,alphamed,random-calculation-random"]);
    assert!(text.contains("6 steps") && text.contains("`ref_logp`") && text.contains("`score/coin`"), "{text}");
    assert!(fs::read_to_string(here.join(run).join("replay.html")).unwrap().contains("<svg"));
}

/// The recipes whose credit or objective reads more than scores, each with a word of what `why` says about it.
const READING_MORE: [(&str, &str); 7] = [
    ("prl", "of policy to reference from token"),
    ("etr", "the bounds are"),
    ("oreal", "the token head"),
    ("sdpo", "with help"),
    ("real", "nats"),
    ("pacs", "nats"),
    ("alphamed", "reference"),
];

#[test]
fn every_recipe_is_traced_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (recipe, word) in READING_MORE {
        let mut arguments = vec!["run", recipe, "--output", recipe];
        // A coin judges, so that groups disagree before the policy has learnt anything; large updates make it move.
        let settings = [
            "policy.model=nano",
            "policy.warm_start.examples=32",
            "sample.group=4",
            "sample.max_tokens=8",
            "signal=[{name=\"outcome\", kind=\"random\", p=0.5}]",
            "optimizer.learning_rate=1e-2",
            "optimizer.warmup_steps=0",
            "train.steps=2",
            "train.prompts=4",
            "eval.prompts=4",
        ];
        arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
        if recipe == "oreal" {
            arguments.extend(["--set", "token_head.steps_alone=1"]);
        }
        printed(here, &arguments);
        let (mut taken, mut said) = (0, false);
        for sample in 0..16 {
            let sample = sample.to_string();
            let arguments = ["why", recipe, "--step", "2", "--sample", &sample, "--token", "0"];
            let trace = printed(here, &[&arguments[..], &["--json"]].concat());
            let trace: serde_json::Value = serde_json::from_str(&trace).unwrap();
            assert!(trace["reproduced"] == true && trace["notes"].as_array().unwrap().is_empty(), "{recipe} {trace:#}");
            taken += usize::from(trace["takes_part"] == "yes" && trace["recorded"] != 0.0);
            said |= printed(here, &arguments).contains(word);
        }
        assert!(taken > 0 && said, "{recipe}: {taken} of 16 samples are learnt from; {word:?} was said: {said}");
        let recipes = format!("grpo-nano,{recipe}");
        let replay = printed(here, &["replay", recipe, "--recipes", &recipes]);
        assert!(!replay.contains("cannot be replayed"), "{replay}");
    }
    let absent = printed(here, &["replay", "etr", "--recipes", "etr,prl,oreal,sdpo,c-rlft"]);
    for expected in [
        "`kl-process` credit reads `ref_logp`, which",
        "`oreal` reads `ref_logp` and `token_weight`, which",
        "`distill` reads `teacher_logp`, which",
        "the recipe learns from solutions alone",
    ] {
        assert!(absent.contains(expected), "{absent}");
    }
}

/// Starts a run and waits until its metrics have `rows` rows.
fn start_and_wait(here: &Path, name: &str, rows: usize) -> (std::process::Child, PathBuf) {
    let arguments: Vec<&str> =
        ["run", "grpo-nano"].iter().chain(&SHORT).chain(&["--output", name, "--threads", "1"]).copied().collect();
    let child = plaudit(here, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let metrics = here.join(name).join("metrics.jsonl");
    let began = Instant::now();
    while fs::read_to_string(&metrics).unwrap_or_default().lines().count() < rows {
        assert!(began.elapsed() < Duration::from_secs(60), "the run does not advance");
        std::thread::sleep(Duration::from_millis(1));
    }
    (child, metrics)
}

#[test]
fn a_killed_run_continues_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    run(here, &["--output", "whole"]);
    // In the warm start before and after its first checkpoint, and in reinforcement learning.
    for (name, rows) in [("early", 3), ("warm", 18), ("late", 30)] {
        let (mut child, metrics) = start_and_wait(here, name, rows);
        // SIGKILL on Unix: nothing can be tidied up.
        child.kill().unwrap();
        child.wait().unwrap();
        printed(here, &["resume", name]);
        assert_eq!(fs::read(&metrics).unwrap(), fs::read(here.join("whole/metrics.jsonl")).unwrap(), "{name}");
        let weights = "checkpoints/rl-000006/model.safetensors";
        assert_eq!(
            fs::read(here.join(name).join(weights)).unwrap(),
            fs::read(here.join("whole").join(weights)).unwrap()
        );
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let arguments: Vec<&str> = ["run", "grpo-nano"].iter().chain(&SHORT).chain(&["--output", "run"]).copied().collect();
    let arguments: Vec<&str> =
        arguments.into_iter().map(|text| if text == "train.steps=6" { "train.steps=100000" } else { text }).collect();
    let child = plaudit(here, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !here.join("run/checkpoints").join("warm-start").exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "the run does not advance");
        std::thread::sleep(Duration::from_millis(5));
    }
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    let text = String::from_utf8(ended.stdout).unwrap();
    assert!(text.contains("`plaudit resume run` continues"), "{text}");
    assert!(here.join("run/report.html").exists());
    let manifest = fs::read_to_string(here.join("run/manifest.json")).unwrap();
    assert!(manifest.contains("it was asked to"), "{manifest}");
}

#[test]
fn own_data_with_bad_rows_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let mut lines: Vec<String> = (0..60)
        .map(|a| format!("{{\"q\": \"{a}+1=?\\n\", \"a\": \"{}\", \"s\": \"#### {}\"}}", a + 1, a + 1))
        .collect();
    lines.insert(7, "{\"q\": 5}".to_owned());
    fs::write(here.join("data.jsonl"), lines.join("\n")).unwrap();
    let recipe = printed(here, &["recipes", "grpo-nano"]);
    let (head, rest) = recipe.split_once("[task]").unwrap();
    let (_, rest) = rest.split_once("[policy]").unwrap();
    let task = "[task]\nkind = \"dataset\"\npath = \"data.jsonl\"\nprompt_column = \"q\"\nanswer_column = \"a\"\n\
                solution_column = \"s\"\nextraction = \"marker\"\n";
    fs::write(here.join("my.toml"), format!("{head}{task}\n[policy]{rest}")).unwrap();
    let arguments: Vec<&str> = ["run", "my.toml"].iter().chain(&SHORT).copied().collect();
    let done = output(here, &arguments);
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(text.contains("1 of 61 rows cannot be used") && text.contains("line 8"), "{text}");
    assert_eq!(fs::read_to_string(here.join("runs/my-1/malformed.jsonl")).unwrap().lines().count(), 1);
}
