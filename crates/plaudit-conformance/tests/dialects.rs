//! The table of dialects is readable, and what it says of golden vectors is so.

use plaudit_conformance::{Status, dialect, dialects, run_golden};
use std::path::Path;

#[test]
fn names_are_unique_and_found() {
    for (index, one) in dialects().iter().enumerate() {
        assert!(dialects()[..index].iter().all(|other| other.name != one.name), "{}", one.name);
        assert!(one.name.contains('@'), "{}", one.name);
        assert_eq!(dialect(&one.name), Some(one));
    }
    assert_eq!(dialect("grpo@nowhere"), None);
}

#[test]
fn a_dialect_is_pinned_by_vectors_or_says_that_it_was_derived() {
    let reports = run_golden(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")).unwrap().reports;
    for one in dialects() {
        if !one.has_vectors() {
            assert!(one.note.starts_with("Derived"), "{}: {}", one.name, one.note);
        }
        for function in &one.functions {
            let pins = |library: &str, name: &str| library.starts_with(&one.library) && name == function;
            let pinned = reports.iter().find(|report| pins(&report.library, &report.function));
            let status = pinned.map(|report| &report.status);
            assert_eq!(status, Some(&Status::Agrees), "{}: {function}", one.name);
        }
    }
}

/// The function of a case of `dialects.jsonl`, and the dialect that it pins.
#[derive(serde::Deserialize)]
struct Pin {
    #[serde(rename = "fn")]
    function: String,
    dialect: String,
}

/// That the cases agree is tested with all others, in `golden.rs`.
#[test]
fn a_dialect_is_pinned_with_its_own_settings_by_what_the_system_computes_by_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/dialects.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let pins: Vec<Pin> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(pins.iter().all(|pin| dialect(&pin.dialect).is_some_and(|one| one.functions.contains(&pin.function))));
    for one in dialects() {
        for is_credit in [true, false] {
            let of_kind = |function: &str| function.starts_with("adv:") == is_credit;
            let is_expected = one.functions.iter().any(|function| of_kind(function));
            let count = pins.iter().filter(|pin| pin.dialect == one.name && of_kind(&pin.function)).count();
            assert_eq!(count, if is_expected { 2 } else { 0 }, "{}, credit: {is_credit}", one.name);
        }
    }
}

#[test]
fn systems_differ_where_the_table_says_so() {
    let credit = |name: &str| &dialect(name).unwrap().credit;
    assert_ne!(credit("grpo@verl-0.9"), credit("grpo@trl-1.16"));
    assert_ne!(credit("grpo@nemo-rl"), credit("grpo@openrlhf-0.11"));
    assert_eq!(credit("grpo@prime-rl"), credit("grpo@open-instruct"));
}
