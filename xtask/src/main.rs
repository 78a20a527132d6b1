//! Developer commands, run as `cargo xtask COMMAND`.
//!
//! **Owns** what must hold for a change to land: the checks, their order, the layers between crates.
//! **Must not know** what the crates do; it depends on none of them, so that it builds in seconds and works when they do not.
//! **Start at** `validate.rs` (the list of checks) and `layers.rs` (which crate may use which).

// A command line talks to a person.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod cargo;
mod layers;
mod lengths;
mod test;
mod validate;

use std::env;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  validate  everything that must hold for a change to land, cheapest check first
  test      all tests, examples in the documentation included
  layers    no crate uses one that it must not know
  lengths   no source file is too long";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root of the workspace");
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["validate"] => validate::validate(root),
        ["test"] => test::test(root),
        ["layers"] => layers::check(root),
        ["lengths"] => lengths::check(root),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
