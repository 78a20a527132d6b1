//! What answers and data sets are asked: `verify` and `audit`.

use crate::{output, plaudit, printed, refused};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

/// A folder with answers of every kind, two rows that cannot be used among them.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        r#"{"gold": "1/2", "answer": "Half of it, so \\boxed{0.5}."}"#,
        r#"{"gold": 42, "answer": "The answer is 41."}"#,
        r#"{"gold": ["3", "x = 3"], "answer": 3.0}"#,
        r#"{"gold": "1, 2", "answer": "\\boxed{2, 1}"}"#,
        r#"{"gold": "2/4", "answer": "\\frac{1}{2}"}"#,
        r#"{"gold": "7", "answer": ""}"#,
        r#"{"gold": "7", "answer": "#,
        r#"{"gold": null, "answer": "7"}"#,
        r#"{"gold": "\\frac{1}{", "answer": "1"}"#,
        r#"{"gold": "9", "answer": "\u001b[31m\u202e\\boxed{\\frac{9}{}"}"#,
    ];
    fs::write(folder.path().join("rows.jsonl"), rows.join("\n") + "\n").unwrap();
    folder
}

/// The text without what the clock says.
fn timeless(text: &str) -> String {
    let is_timed = |line: &&str| line.starts_with("time per row: ");
    text.lines().map(|line| if is_timed(&line) { "time per row: ..." } else { line }.to_owned() + "\n").collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn one_verdict_is_explained() {
    let folder = folder();
    let here = folder.path();
    let explain = |arguments: &[&str], code: i32| {
        let done = output(here, &[&["verify"], arguments].concat());
        assert_eq!(done.status.code(), Some(code), "{}", String::from_utf8_lossy(&done.stderr));
        format!("$ verify {arguments:?}\n{}\n", String::from_utf8(done.stdout).unwrap())
    };
    let texts = [
        explain(&[r"\frac{1}{2}", "0.5"], 0),
        explain(&["42", "Six times seven, so the final answer is $x = 42$. I hope it is correct."], 0),
        explain(&["-1", "-x", "--set", "assignments=false"], 1),
        explain(&["1, 2", "2, 1", "--policy", "hendrycks"], 1),
        explain(&["3.14", "3.1416", "--set", "tolerance={decimals=2}"], 0),
        explain(&["(0, 1)", r"\frac{1}{"], 1),
        explain(&["Paris", "It is Lyon."], 1),
        explain(&["B", "The answer is (B).", "--kind", "choice"], 0),
        explain(&["7", ""], 1),
        explain(&["He has 3.\n#### 3", "3", "--gold-extraction", "marker", "--kind", "number"], 0),
        explain(&["7", "\u{1b}[31m\u{202e}\u{7} seven\r\nor so", "--kind", "exact-text", "--extraction", "whole"], 1),
    ];
    insta::assert_snapshot!("verify_one", texts.concat());

    let verdict = json(&printed(here, &["verify", "1/3", "0.(3)", "--json"]));
    assert_eq!((&verdict["correct"], &verdict["equality"]["how"]["how"]), (&Value::from(true), &Value::from("exact")));
    assert_eq!(verdict["settings"]["policy"]["choices"]["lists"], "any-order");
}

#[test]
fn a_completion_is_read_from_standard_input() {
    let folder = folder();
    let mut child =
        plaudit(folder.path(), &["verify", "42", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"<think>7</think> So it is \\boxed{42}").unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success() && String::from_utf8(done.stdout).unwrap().contains("the only box"));
}

#[test]
fn a_file_is_judged_row_by_row() {
    let folder = folder();
    let here = folder.path();
    let arguments = ["verify", "--in", "rows.jsonl", "--against", "hendrycks", "--out", "verdicts.jsonl"];
    insta::assert_snapshot!("verify_file", timeless(&printed(here, &arguments)));
    let verdicts = fs::read_to_string(here.join("verdicts.jsonl")).unwrap();
    let lines: Vec<Value> = verdicts.lines().map(json).collect();
    let expected = ["correct", "wrong", "correct", "correct", "correct", "unparsed", "", "", "unparsed", "unparsed"];
    for (index, (line, expected)) in lines.iter().zip(expected).enumerate() {
        assert_eq!(line["line"], index + 1);
        assert_eq!(line["verdict"].as_str().unwrap_or_default(), expected, "{line}");
    }
    assert_eq!(lines.len(), expected.len());
    assert_eq!(lines[6]["error"], "not valid JSON, at column 24");
    assert_eq!((&lines[3]["differs"], &lines[3]["against"]["verdict"]), (&Value::from(true), &Value::from("wrong")));

    let summary = json(&printed(here, &["verify", "--in", "rows.jsonl", "--json"]));
    assert_eq!(
        (&summary["rows"], &summary["usable"], &summary["verdicts"]["correct"]),
        (&10.into(), &8.into(), &4.into())
    );
    assert!(summary["microseconds_per_row"]["p99.9"].as_f64().unwrap() > 0.0);
}

/// Many rows, so that they come in several chunks.
fn many(path: &Path) {
    let row = |index: u64| match index % 1000 {
        999 => "broken\n".to_owned(),
        _ => format!(
            "{{\"gold\": \"{}/7\", \"answer\": \"so \\\\boxed{{\\\\frac{{{}}}{{7}}}}\"}}\n",
            index,
            index - index % 3 / 2
        ),
    };
    fs::write(path, (0..9000).map(row).collect::<String>()).unwrap();
}

#[test]
fn threads_change_nothing() {
    let folder = folder();
    let here = folder.path();
    many(&here.join("many.jsonl"));
    let verdicts = ["1", "2", "7"].map(|threads| {
        let arguments =
            ["verify", "--in", "many.jsonl", "--out", "out.jsonl", "--against", "qwen", "--threads", threads];
        (timeless(&printed(here, &arguments)), fs::read(here.join("out.jsonl")).unwrap())
    });
    assert!(verdicts[0] == verdicts[1] && verdicts[1] == verdicts[2]);
    assert!(verdicts[0].0.contains("9,000 rows, 8,991 usable"), "{}", verdicts[0].0);
    assert_eq!(verdicts[0].1.iter().filter(|byte| **byte == b'\n').count(), 9000);
    let audits = ["1", "3"].map(|threads| {
        let columns = ["--prompt-column", "gold", "--gold-extraction", "boxed", "--threads", threads, "--json"];
        printed(here, &[&["audit", "many.jsonl"], &columns[..]].concat())
    });
    assert_eq!(audits[0], audits[1]);
}

#[test]
fn a_data_set_is_audited() {
    let folder = folder();
    let here = folder.path();
    let rows = [
        ("Half of 1?", "1/2"),
        ("Half  of 1?", "0.5"),
        ("Half of 1?", "2"),
        ("How many?", "1,234"),
        ("Where?", "(1, 2)"),
        ("How much?", r"40\%"),
        ("How long?", r"5 \text{ cm}"),
        ("What?", "2,5"),
        ("Which?", "B"),
        ("Who?", "Ada"),
        ("Broken?", r"\frac{1}{"),
        ("Escaped?", "\u{1b}[31m+*\u{202e}"),
        ("Empty?", " "),
    ];
    let line =
        |(prompt, answer): &(&str, &str)| serde_json::json!({ "prompt": prompt, "answer": answer }).to_string() + "\n";
    fs::write(here.join("data.jsonl"), rows.iter().map(line).collect::<String>() + "{\"prompt\": \n").unwrap();
    insta::assert_snapshot!("audit", printed(here, &["audit", "data.jsonl"]));
    let report = json(&printed(here, &["audit", "data.jsonl", "--json", "--set", "percent=unit"]));
    assert_eq!(
        (&report["rows"], &report["counts"]["conflict"], &report["counts"]["percent"]),
        (&14.into(), &1.into(), &Value::Null)
    );
    assert_eq!(output(here, &["audit", "data.jsonl", "--strict"]).status.code(), Some(1));
    fs::write(here.join("clean.jsonl"), line(&("1+1?", "2"))).unwrap();
    assert!(printed(here, &["audit", "clean.jsonl", "--strict"]).contains("Nothing was found."));
}

#[test]
fn mistakes_name_the_place_and_the_way_out() {
    let folder = folder();
    let here = folder.path();
    fs::write(here.join("empty.jsonl"), "").unwrap();
    fs::write(here.join("bad.jsonl"), "oops\n[1]\n").unwrap();
    fs::write(here.join("fake.parquet"), "{}").unwrap();
    let errors = [
        refused(here, &["verify", "1"], 2),
        refused(here, &["verify", "1", "1", "--policy", "hendryks"], 2),
        refused(here, &["verify", "1", "1", "--set", "list=in-order"], 2),
        refused(here, &["verify", "1", "1", "--set", "lists=ordered"], 2),
        refused(here, &["verify", "1", "1", "--kind", "maths"], 2),
        refused(here, &["verify", "", "1"], 2),
        refused(here, &["verify", "one", "1", "--gold-extraction", "boxed"], 2),
        refused(here, &["verify", "1", "1", "--in", "rows.jsonl"], 2),
        refused(here, &["verify", "1", "1", "--out", "x.jsonl"], 2),
        refused(here, &["verify", "--in", "gone.jsonl"], 1),
        refused(here, &["verify", "--in", "empty.jsonl"], 1),
        refused(here, &["verify", "--in", "bad.jsonl", "--out", "never.jsonl"], 1),
        refused(here, &["verify", "--in", "fake.parquet"], 1),
        refused(here, &["verify", "--in", "rows.jsonl", "--answer-column", "anser"], 2),
        refused(here, &["verify", "--in", "rows.jsonl", "--out", "rows.jsonl"], 2),
        refused(here, &["verify", "--in", "rows.jsonl", "--out", "no/where.jsonl"], 1),
        refused(here, &["audit", "gone.jsonl"], 1),
        refused(here, &["audit", "empty.jsonl"], 1),
        refused(here, &["audit", "bad.jsonl"], 1),
        refused(here, &["audit", "rows.jsonl"], 2),
    ];
    insta::assert_snapshot!("checking_mistakes", errors.join("\n"));
    assert!(!here.join("never.jsonl").exists() && !here.join("never.jsonl.tmp").exists());
}
