//! The binary, as it is used.

#![allow(clippy::unwrap_used, reason = "tests")]

mod checked;
mod explained;
mod printed;
mod runs;

use std::path::Path;
use std::process::{Command, Output};

/// The binary, to be run in `directory`.
pub(crate) fn plaudit(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plaudit"));
    command.current_dir(directory).args(arguments).env("NO_COLOR", "1");
    command
}

/// Runs it and returns what it printed.
pub(crate) fn output(directory: &Path, arguments: &[&str]) -> Output {
    plaudit(directory, arguments).output().unwrap()
}

/// Runs it, expects success, and returns standard output.
pub(crate) fn printed(directory: &Path, arguments: &[&str]) -> String {
    let output = output(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs it, expects the exit code, and returns standard error.
pub(crate) fn refused(directory: &Path, arguments: &[&str], code: i32) -> String {
    let output = output(directory, arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).unwrap()
}
