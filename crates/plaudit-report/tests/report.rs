//! The report and the summary of whole run directories.

#![expect(clippy::unwrap_used, reason = "helpers fail a test as its own lines do")]

mod synthetic;

use plaudit_report::{
    Manifest, MetricsLog, Phase, RolloutTable, Row, RunDirectory, summary, write_atomically, write_report,
};
use std::fs;
use std::path::Path;
use synthetic::{Course, write_run};
use tempfile::{TempDir, tempdir};

fn run(course: Course) -> TempDir {
    let folder = tempdir().unwrap();
    write_run(folder.path(), course).unwrap();
    folder
}

fn report(run: &Path) -> String {
    fs::read_to_string(write_report(run).unwrap()).unwrap()
}

/// The texts of all elements of one kind, tags inside them left out.
fn texts(html: &str, tag: &str) -> Vec<String> {
    let (start, end) = (format!("<{tag}>"), format!("</{tag}>"));
    let parts = html.split(&start).skip(1);
    parts.map(|part| part.split(&end).next().unwrap().replace('\u{a0}', " ")).collect()
}

#[test]
fn a_good_run_tells_its_story_in_order() {
    let folder = run(Course::Good);
    let html = report(folder.path());
    assert_eq!(texts(&html, "h1"), ["Held-out accuracy rose from 42 % to 76 %."]);
    assert_eq!(
        texts(&html, "h2"),
        [
            "Warnings",
            "Did it learn?",
            "What does it write?",
            "Is the training healthy?",
            "How fast is it?",
            "What did it answer?",
            "All numbers",
            "How was it made?",
        ]
    );
    assert_eq!(
        texts(&html, "h3"),
        [
            "Held-out accuracy",
            "Reward",
            "Verdicts",
            "Completion length (tokens)",
            "Cut off at the token limit",
            "Entropy (nats per token)",
            "Groups without a signal",
            "KL divergence (nats per token)",
            "Clipped tokens",
            "Gradient norm",
            "RL loss",
            "Warm-start loss (nats per token)",
            "Tokens per second",
            "Seconds per step",
        ]
    );
    assert!(html.contains("checks found anything wrong"));
}

#[test]
fn the_report_is_one_file_that_asks_nothing_of_the_network() {
    let html = report(run(Course::Good).path());
    for reference in ["http:", "https:", "src=", "href=", "@import", "url("] {
        assert!(!html.contains(reference), "{reference}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn no_element_has_an_attribute_twice() {
    let html = report(run(Course::Bad).path());
    // Text is escaped, so every "<" outside of style and script begins a tag.
    let body = html.split("<body>").nth(1).unwrap().split("<script>").next().unwrap();
    for tag in body.split('<').map(|rest| rest.split('>').next().unwrap()) {
        for attribute in [" class=", " style="] {
            assert!(tag.matches(attribute).count() <= 1, "{tag}");
        }
    }
}

#[test]
fn the_same_run_gives_the_same_report() {
    let folder = run(Course::Killed);
    assert_eq!(report(folder.path()), report(folder.path()));
}

#[test]
fn a_bad_run_is_not_praised() {
    let folder = run(Course::Bad);
    let summary = summary(folder.path()).unwrap();
    assert!(summary.headline.starts_with("Held-out accuracy did not change beyond noise"), "{}", summary.headline);
    let titles: Vec<&str> = summary.warnings.iter().map(|warning| warning.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Reward rose, held-out accuracy did not",
            "Entropy collapsed",
            "Completions are cut off",
            "Answers cannot be read"
        ]
    );
    let html = report(folder.path());
    assert!(titles.iter().all(|title| html.contains(title)));
}

#[test]
fn a_killed_run_says_so() {
    let folder = run(Course::Killed);
    // The kill came in the middle of a line.
    let metrics = RunDirectory::new(folder.path()).metrics();
    let text = fs::read(&metrics).unwrap();
    fs::write(&metrics, &text[..text.len() - 30]).unwrap();
    let summary = summary(folder.path()).unwrap();
    assert_eq!(summary.milestones.last().unwrap().label, "after 45 steps of RL");
    assert_eq!(summary.missing.len(), 2, "{:?}", summary.missing);
    assert!(summary.missing[0].contains("Line 291 of metrics.jsonl, the last, breaks off"));
    assert!(summary.missing[1].contains("not finished"));
    assert!(report(folder.path()).contains("breaks off"));
}

#[test]
fn missing_pieces_are_named_and_the_rest_is_shown() {
    let folder = tempdir().unwrap();
    let html = report(folder.path());
    assert_eq!(texts(&html, "h1"), ["Nothing has been measured yet."]);
    for file in ["manifest.json", "recipe.toml", "metrics.jsonl", "timings.jsonl", "samples.jsonl"] {
        assert!(html.contains(&format!("There is no {file}.")), "{file}");
    }
    let directory = RunDirectory::new(folder.path());
    let mut log = MetricsLog::open(&directory.metrics()).unwrap();
    for step in 1..=3 {
        let mut row = Row::new(Phase::WarmStart, step);
        row.set("loss", 1.0 / step as f64);
        log.append(&row).unwrap();
    }
    let html = report(folder.path());
    assert_eq!(texts(&html, "h1"), ["Held-out accuracy was not measured."]);
    assert_eq!(texts(&html, "h3"), ["Missing", "Warm-start loss (nats per token)"]);
    assert!(html.contains("There is no RL step yet."));
}

#[test]
fn damaged_pieces_are_named_and_the_rest_is_shown() {
    let folder = run(Course::Good);
    let directory = RunDirectory::new(folder.path());
    fs::write(directory.metrics(), "not a row\n{}\n").unwrap();
    fs::write(directory.manifest(), "{}").unwrap();
    fs::write(directory.recipe(), b"title = \"\xff\"").unwrap();
    let html = report(folder.path());
    assert!(html.contains("metrics.jsonl, line 1: expected ident (column 2)."), "{:?}", texts(&html, "li"));
    assert!(html.contains("manifest.json cannot be used"));
    assert!(html.contains("right answer"));
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let folder = tempdir().unwrap();
    for result in [write_report(&folder.path().join("none")).err(), summary(&folder.path().join("none")).err()] {
        assert!(result.unwrap().to_string().starts_with("cannot read the run directory"));
    }
}

#[test]
fn text_from_outside_is_never_markup() {
    let folder = run(Course::Good);
    let directory = RunDirectory::new(folder.path());
    let evil = "\"'></pre></title><script>alert(1)</script>";
    let mut row = Row::new(Phase::Rl, 151);
    for name in [format!("signal/{evil}/mean"), evil.to_owned()] {
        row.set(name, 1.0);
    }
    MetricsLog::open(&directory.metrics()).unwrap().append(&row).unwrap();
    write_atomically(&directory.recipe(), evil.as_bytes()).unwrap();
    let mut manifest = Manifest::read_file(&directory.manifest()).unwrap();
    manifest.title = evil.into();
    manifest.host = evil.into();
    manifest.write_file(&directory.manifest()).unwrap();
    let html = report(folder.path());
    // The page's own script, and nothing from the recipe, the manifest, the metrics or the samples.
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</title>").count(), 1);
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("&lt;script&gt;alert('no')"));
}

#[test]
fn the_rollouts_of_a_run_can_be_read_back() {
    let folder = run(Course::Good);
    let table = RolloutTable::read_file(&RunDirectory::new(folder.path()).rollouts(150)).unwrap();
    assert_eq!((table.len(), table.tokens.len()), (3, 5));
}
