//! What every task promises, checked for every kind at its defaults and at harder settings.

// The exemption for tests stops at the helper functions of an integration test.
#![allow(clippy::unwrap_used)]

use plaudit_core::{Part, Verdict};
use plaudit_task::{Problem, Split, Task, TaskConfig, TaskError};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

/// Configurations as recipes would write them, besides the defaults: harder, larger, every option used.
const HARDER: [&str; 14] = [
    r#"{"kind": "random-calculation", "operations": [4, 20], "operators": ["+", "-", "*", "/"],
        "operands": ["integer", "fraction", "square", "cube"], "integers": [-100, 100], "bases": [-10, 10]}"#,
    r#"{"kind": "countdown", "numbers": [5, 6], "values": [1, 100], "target": [100, 999]}"#,
    r#"{"kind": "game-of-24", "values": [1, 13], "levels": [2, 3]}"#,
    r#"{"kind": "chain-sum", "terms": [10, 20], "digits": [1, 15]}"#,
    r#"{"kind": "modular-arithmetic", "operations": [5, 20], "values": [0, 1000], "modulus": [2, 1000]}"#,
    r#"{"kind": "base-conversion", "bases": [2, 36], "values": [0, 1000000000]}"#,
    r#"{"kind": "number-sorting", "count": [10, 30], "values": [-1000, 1000]}"#,
    r#"{"kind": "letter-counting", "length": [50, 100], "alphabet": 26}"#,
    r#"{"kind": "parity", "length": [50, 100]}"#,
    r#"{"kind": "maze", "size": [8, 12], "walls": 0.4}"#,
    r#"{"kind": "mini-sudoku", "empty": [8, 10]}"#,
    r#"{"kind": "knights-and-knaves", "people": [4, 6], "compound": 0.9}"#,
    r#"{"kind": "multiple-choice", "operations": [3, 6], "integers": [-50, 50], "options": 8}"#,
    r#"{"kind": "dataset", "answer_kind": "number", "extraction": "tag", "path": "DATA"}"#,
];

/// Every configuration, with a file for the data sets, and the folder that holds it.
fn configurations() -> (tempfile::TempDir, Vec<TaskConfig>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let rows = (0..300).map(|row| format!("{{\"prompt\": \"{row}+{row}=?\\n\", \"answer\": {}}}\n", 2 * row));
    fs::write(&path, rows.collect::<String>()).unwrap();
    let harder = HARDER.map(|text| serde_json::from_str(text).unwrap());
    let mut configurations: Vec<TaskConfig> = TaskConfig::all().into_iter().chain(harder).collect();
    for configuration in &mut configurations {
        if let TaskConfig::Dataset(config) = configuration {
            config.path.clone_from(&path);
        }
    }
    (folder, configurations)
}

fn tasks() -> Vec<Box<dyn Task>> {
    configurations().1.iter().map(|configuration| configuration.build().unwrap()).collect()
}

/// The problems `0..count` of both splits.
fn problems(task: &dyn Task, count: u64) -> Vec<Problem> {
    [Split::Train, Split::HeldOut]
        .into_iter()
        .flat_map(|split| (0..count).map(move |index| task.problem(0, split, index).unwrap()))
        .collect()
}

#[test]
fn the_worked_solution_is_correct() {
    for task in tasks() {
        for problem in problems(&*task, 100) {
            let checked = task.check(&problem, &problem.solution());
            assert_eq!(checked.verdict, Verdict::Correct, "{}: {problem:?}", task.kind());
            assert!(checked.partial.is_none_or(|partial| partial == 1.0), "{}: {problem:?}", task.kind());
            assert_eq!(checked.answer.as_ref(), Some(&problem.answer), "{}: {problem:?}", task.kind());
        }
    }
}

#[test]
fn no_answer_and_garbage_are_told_apart() {
    let missing = Verdict::Unparsed { part: Part::Missing };
    let unreadable = Verdict::Unparsed { part: Part::Answer };
    for task in tasks() {
        for problem in problems(&*task, 10) {
            for text in ["", " \n", "thinking about it", "####", "#### \n7", "\\boxed{}", "<answer></answer>"] {
                let checked = task.check(&problem, text);
                assert_eq!((checked.verdict, checked.answer), (missing.clone(), None), "{}: {text:?}", task.kind());
            }
            let garbage = task.check(&problem, "#### @#!?\n<answer>@#!?</answer>").verdict;
            assert!([&unreadable, &Verdict::Wrong].contains(&&garbage), "{}: {garbage:?}", task.kind());
        }
    }
}

/// Texts that were paid by other verifiers, or hung or crashed them.
fn cheats() -> Vec<String> {
    let mut cheats: Vec<String> = [
        "__import__('os').system('touch f')",
        "6*4*1*1",
        "9*5/2+2",
        "24.5",
        "99**98**97",
        "9//2",
        "1.5*16",
        "-~23",
        "--24",
        "++24",
        "4!",
        "lambda: 24",
        "True",
        "1e999",
        "-1e999",
        "1e99999999999",
        "1/0",
        "0/0",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "None",
        "null",
        "[]",
        "{}",
        "()",
        "\0",
        "\u{202e}42",
        "\u{ff14}\u{ff12}",
        "\u{664}\u{662}",
        "0 1 2 3 4 5 6 7 8 9",
        "A B C D E F G H",
        "any of them",
        "\\boxed{",
        "</answer>",
    ]
    .map(str::to_owned)
    .into();
    for piece in ["(", ")", "[", "{", "9", "-", "1+", "1,", "1/", "U", "T", "1 ", "#", "x", "\\boxed{", "\u{e9}"] {
        cheats.push(piece.repeat(100_000 / piece.len()));
    }
    cheats.push(format!("{}1{}", "(".repeat(50_000), ")".repeat(50_000)));
    cheats
}

#[test]
fn cheats_do_not_pay_and_end_quickly() {
    let cheats = cheats();
    for task in tasks() {
        for problem in problems(&*task, 2) {
            for cheat in &cheats {
                for text in [
                    cheat.clone(),
                    format!("#### {cheat}"),
                    format!("<answer>{cheat}</answer>"),
                    format!("\\boxed{{{cheat}}}"),
                ] {
                    let start = Instant::now();
                    let checked = task.check(&problem, &text);
                    let shown: String = text.chars().take(40).collect();
                    assert_ne!(checked.verdict, Verdict::Correct, "{}: {shown:?}", task.kind());
                    assert!(checked.partial.is_none_or(|partial| partial < 1.0), "{}: {shown:?}", task.kind());
                    // Microseconds are usual; the bound leaves room for a busy machine and none for a blow-up.
                    assert!(start.elapsed() < Duration::from_secs(1), "{}: {shown:?}", task.kind());
                }
            }
        }
    }
}

#[test]
fn no_answer_fits_every_problem() {
    for task in tasks() {
        let problems = problems(&*task, 20);
        let solved = problems.iter().map(|problem| task.check(problem, &problems[0].solution()).verdict.is_correct());
        // Parity has two answers, so about 20 of 40 by chance.
        assert!(solved.filter(|correct| *correct).count() < 30, "{}", task.kind());
    }
}

#[test]
fn the_splits_never_overlap() {
    for task in tasks() {
        let prompts = |split| -> BTreeSet<String> {
            (0..4)
                .flat_map(|seed| (0..40).map(move |index| (seed, index)))
                .map(|(seed, index)| task.problem(seed, split, index).unwrap().prompt)
                .collect()
        };
        let (train, held_out) = (prompts(Split::Train), prompts(Split::HeldOut));
        assert!(train.is_disjoint(&held_out), "{}", task.kind());
        assert!(train.len() > 20 && held_out.len() > 5, "{}: {} {}", task.kind(), train.len(), held_out.len());
    }
}

#[test]
fn problems_are_functions_of_seed_split_and_index() {
    for task in tasks() {
        let problem = |seed, index| task.problem(seed, Split::Train, index).unwrap();
        assert_eq!(problem(1, 7), problem(1, 7), "{}", task.kind());
        let other = |a: u64, b: u64| (0..10).any(|index| problem(a, index) != problem(a + b, index + 1 - b));
        assert!(other(1, 0) && other(1, 1), "{}", task.kind());
    }
}

#[test]
fn prompts_are_short_ascii_lines() {
    let defaults = TaskConfig::all().len();
    for (number, task) in tasks().iter().enumerate() {
        let longest = if number < defaults { 160 } else { 6000 };
        for problem in problems(&**task, 100) {
            let text = format!("{}{}", problem.prompt, problem.solution());
            assert!(text.is_ascii() && problem.prompt.ends_with('\n'), "{}: {text:?}", task.kind());
            assert!(text.len() <= longest, "{}: {} characters: {text}", task.kind(), text.len());
        }
    }
}

#[test]
fn prompts_are_the_same_on_every_platform_and_in_every_version() {
    // Written down from the first run: a change here changes every recorded run and moves held-out prompts.
    let expected: BTreeMap<&str, (&str, &str)> =
        PINNED.into_iter().map(|(kind, train, held)| (kind, (train, held))).collect();
    let (_folder, configurations) = configurations();
    for configuration in &configurations[..TaskConfig::all().len()] {
        let task = configuration.build().unwrap();
        let prompt = |split| task.problem(0, split, 0).unwrap().prompt;
        let found = (prompt(Split::Train), prompt(Split::HeldOut));
        assert_eq!(expected.get(task.kind()), Some(&(found.0.as_str(), found.1.as_str())), "{}", task.kind());
    }
}

const PINNED: [(&str, &str, &str); 14] = [
    ("random-calculation", "6+12-20=?\n", "19-(2*11+16)=?\n"),
    ("countdown", "6 9 10=84\n", "5 7 7 19=61\n"),
    ("game-of-24", "6 6 9 10=24\n", "3 6 8 8=24\n"),
    ("chain-sum", "65+6+7=?\n", "70-59+63+84=?\n"),
    ("modular-arithmetic", "(0-2*7)%3=?\n", "(4+6)%4=?\n"),
    ("base-conversion", "1102 base 3 to 10\n", "110 base 2 to 10\n"),
    ("number-sorting", "sort 65 5 68 90\n", "sort 13 81 32 72\n"),
    ("letter-counting", "count b in baccabab\n", "count c in cbbcbaab\n"),
    ("parity", "parity 11000001\n", "parity 010111011\n"),
    ("maze", ".#..\n..#.\nS..G\n#..#\n", "....\n.S#.\n...#\nG..#\n"),
    ("mini-sudoku", "32..\n4.32\n2314\n1.23\n", "423.\n.1.2\n.3.4\n24.3\n"),
    ("knights-and-knaves", "A:C true;B:A true;C:A lies and C true\n", "A:C lies;B:C lies;C:B true and C true\n"),
    ("multiple-choice", "6+0-2=? A)-6 B)5 C)4 D)0\n", "3*1-3=? A)-6 B)8 C)6 D)0\n"),
    ("dataset", "247+247=?\n", "271+271=?\n"),
];

#[test]
fn settings_outside_their_range_are_named() {
    for (text, field) in [
        (r#"{"kind": "random-calculation", "operations": [3, 1]}"#, "operations"),
        (r#"{"kind": "random-calculation", "operators": []}"#, "operators"),
        (r#"{"kind": "random-calculation", "operands": []}"#, "operands"),
        (r#"{"kind": "random-calculation", "denominators": [1, 3]}"#, "denominators"),
        (r#"{"kind": "countdown", "numbers": [1, 3]}"#, "numbers"),
        (r#"{"kind": "game-of-24", "levels": [0, 1]}"#, "levels"),
        (r#"{"kind": "chain-sum", "terms": [1, 2]}"#, "terms"),
        (r#"{"kind": "modular-arithmetic", "modulus": [1, 9]}"#, "modulus"),
        (r#"{"kind": "base-conversion", "bases": [7, 7]}"#, "bases"),
        (r#"{"kind": "number-sorting", "count": [2, 31]}"#, "count"),
        (r#"{"kind": "letter-counting", "alphabet": 27}"#, "alphabet"),
        (r#"{"kind": "parity", "length": [0, 3]}"#, "length"),
        (r#"{"kind": "maze", "walls": 0.9}"#, "walls"),
        (r#"{"kind": "mini-sudoku", "empty": [5, 13]}"#, "empty"),
        (r#"{"kind": "knights-and-knaves", "compound": 0.0}"#, "compound"),
        (r#"{"kind": "multiple-choice", "options": 1}"#, "options"),
        (r#"{"kind": "dataset"}"#, "path"),
    ] {
        let config: TaskConfig = serde_json::from_str(text).unwrap();
        match config.build().err() {
            Some(TaskError::Config { kind, field: named, .. }) => assert_eq!((kind, named), (config.kind(), field)),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn the_registry_is_complete_and_documented() {
    for config in TaskConfig::all() {
        let value = serde_json::to_value(&config).unwrap();
        assert_eq!(value["kind"], config.kind());
        assert_eq!(serde_json::from_value::<TaskConfig>(value.clone()).unwrap(), config);
        let mut unknown = value;
        unknown["opperations"] = 3.into();
        assert!(serde_json::from_value::<TaskConfig>(unknown).is_err(), "{}", config.kind());
        let minimal = serde_json::json!({ "kind": config.kind() });
        assert_eq!(serde_json::from_value::<TaskConfig>(minimal).unwrap(), config);
    }
    let schema = serde_json::to_value(schemars::schema_for!(TaskConfig)).unwrap();
    let variants = schema["oneOf"].as_array().unwrap();
    let kinds: Vec<&str> =
        variants.iter().map(|variant| variant["properties"]["kind"]["const"].as_str().unwrap()).collect();
    assert_eq!(kinds, TaskConfig::all().iter().map(TaskConfig::kind).collect::<Vec<_>>());
    for variant in variants {
        assert!(!variant["description"].as_str().unwrap().contains('\n'), "one line: {variant:#}");
        for (name, field) in variant["properties"].as_object().unwrap() {
            assert!(name == "kind" || field["description"].is_string(), "{name} of {}", variant["properties"]["kind"]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_completion_is_judged_without_panic_and_always_alike(text in "(#### ?)?(\\PC|[-+*/().0-9, A-Z]|\n){0,40}") {
        for task in tasks() {
            let problem = task.problem(0, Split::Train, 0).unwrap();
            let checked = task.check(&problem, &text);
            prop_assert_eq!(&checked, &task.check(&problem, &text));
            prop_assert!(checked.partial.is_none_or(|partial| (0.0..=1.0).contains(&partial)));
            prop_assert_eq!(checked.answer.is_none(), checked.verdict == Verdict::Unparsed { part: Part::Missing });
        }
    }
}
