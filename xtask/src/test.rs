//! `cargo xtask test`: every test of the workspace, examples in the documentation included.

use crate::cargo::{has_subcommand, run};
use anyhow::Result;
use std::path::Path;

/// Runs all tests. nextest starts each test in a process of its own and runs those of all crates at once; it leaves out the
/// examples in the documentation, which cargo runs.
pub(crate) fn test(root: &Path) -> Result<()> {
    if has_subcommand(root, "nextest") {
        run(root, &["nextest", "run", "--workspace"])?;
        run(root, &["test", "--workspace", "--doc"])
    } else {
        run(root, &["test", "--workspace"])
    }
}
