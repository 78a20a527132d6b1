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
    let reports = run_golden(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")).unwrap();
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

#[test]
fn systems_differ_where_the_table_says_so() {
    let credit = |name: &str| &dialect(name).unwrap().credit;
    assert_ne!(credit("grpo@verl-0.9"), credit("grpo@trl-1.16"));
    assert_ne!(credit("grpo@nemo-rl"), credit("grpo@openrlhf-0.11"));
    assert_eq!(credit("grpo@prime-rl"), credit("grpo@open-instruct"));
}
