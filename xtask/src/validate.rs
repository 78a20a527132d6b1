//! `cargo xtask validate`: everything that must hold for a change to land, the cheapest check first.

use crate::cargo::{cargo, has_subcommand};
use anyhow::{Context, Result, bail};
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// One check: a cargo command, which is also what a person repeats it with.
struct Check {
    name: &'static str,
    /// What follows `cargo`.
    arguments: &'static [&'static str],
    /// An environment variable and its value.
    environment: Option<(&'static str, &'static str)>,
    /// The cargo subcommand that has to be installed first, if it is not part of Rust, and how.
    needs: Option<(&'static str, &'static str)>,
}

const fn check(name: &'static str, arguments: &'static [&'static str]) -> Check {
    Check { name, arguments, environment: None, needs: None }
}

const CHECKS: &[Check] = &[
    check("formatting", &["fmt", "--all", "--check"]),
    check("layers", &["xtask", "layers"]),
    check("file lengths", &["xtask", "lengths"]),
    // Advisories are left to `cargo deny check advisories`: they need the network, and a new one would stop a change that has
    // nothing to do with it.
    Check {
        needs: Some(("deny", "cargo install --locked cargo-deny")),
        ..check("dependencies", &["deny", "check", "bans", "licenses", "sources"])
    },
    check("lints", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    Check {
        environment: Some(("RUSTDOCFLAGS", "-D warnings")),
        ..check("documentation", &["doc", "--workspace", "--no-deps"])
    },
    check("tests", &["xtask", "test"]),
];

/// Runs every check, one line each, and stops at the first that fails.
pub(crate) fn validate(root: &Path) -> Result<()> {
    let width = CHECKS.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for check in CHECKS {
        print!("{:width$}  ", check.name);
        io::stdout().flush().context("could not write to the terminal")?;
        if let Some((subcommand, install)) = check.needs
            && !has_subcommand(root, subcommand)
        {
            println!("left out: cargo {subcommand} is not installed ({install})");
            continue;
        }
        let start = Instant::now();
        let output = check.command(root).output().with_context(|| format!("could not run `{}`", check.shown()))?;
        let seconds = start.elapsed().as_secs_f64();
        if !output.status.success() {
            println!("failed after {seconds:.1} s");
            io::stderr().write_all(&output.stdout).context("could not write to the terminal")?;
            io::stderr().write_all(&output.stderr).context("could not write to the terminal")?;
            bail!("\nThe check of {} failed. Repeat it with: {}", check.name, check.shown());
        }
        println!("{seconds:.1} s");
    }
    Ok(())
}

impl Check {
    fn command(&self, root: &Path) -> Command {
        let mut command = cargo(root, self.arguments);
        command.envs(self.environment);
        command
    }

    /// The command as a person types it.
    fn shown(&self) -> String {
        let environment = self.environment.map(|(name, value)| format!("{name}=\"{value}\" ")).unwrap_or_default();
        format!("{environment}cargo {}", self.arguments.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_shown_as_it_is_typed() {
        let documentation = CHECKS.iter().find(|check| check.name == "documentation").expect("it is listed");
        assert_eq!(documentation.shown(), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps");
    }
}
