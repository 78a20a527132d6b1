//! All committed vectors: every function of the other libraries agrees with ours.

use plaudit_conformance::{Status, run_golden};
use std::path::Path;

#[test]
fn every_function_agrees() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let reports = run_golden(&directory).unwrap();
    reports.iter().for_each(|report| println!("{report}"));
    let apart: Vec<_> = reports.iter().filter(|report| report.status != Status::Agrees).collect();
    assert!(apart.is_empty(), "{} functions do not agree", apart.len());
}
