//! `cargo xtask lengths`: a file that has grown too long to read in one go wants to be two.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// Lines a source file may have, its unit tests included.
const MOST_LINES: usize = 500;

/// Files that may be longer: path from the root, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Where the workspace's sources lie. Integration tests (folders called `tests`) may be long: they are lists of cases.
const FOLDERS: [&str; 3] = ["benchmarks", "crates", "xtask"];

/// Fails where a source file is too long, or an exception is no longer one.
pub(crate) fn check(root: &Path) -> Result<()> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(root, folder, &mut files)?;
    }
    let problems = problems(&files, EXCEPTIONS);
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// Adds the path from the root and the number of lines of every Rust file in `folder`.
fn collect(root: &Path, folder: &str, files: &mut Vec<(String, usize)>) -> Result<()> {
    let entries = fs::read_dir(root.join(folder)).with_context(|| format!("could not list {folder}"))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not list {folder}"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            if name != "tests" && name != "target" {
                collect(root, &path, files)?;
            }
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).with_context(|| format!("could not read {path}"))?;
            files.push((path, text.lines().count()));
        }
    }
    Ok(())
}

fn problems(files: &[(String, usize)], exceptions: &[(&str, &str)]) -> Vec<String> {
    let excepted = |path: &str| exceptions.iter().any(|(excepted, _)| *excepted == path);
    let too_long = files.iter().filter(|(path, lines)| *lines > MOST_LINES && !excepted(path)).map(|(path, lines)| {
        format!(
            "{path} has {lines} lines, more than {MOST_LINES}: split it, or list it with a reason in xtask/src/lengths.rs"
        )
    });
    let stale = exceptions
        .iter()
        .filter(|(excepted, _)| !files.iter().any(|(path, lines)| path == excepted && *lines > MOST_LINES))
        .map(|(excepted, _)| format!("{excepted} is not a long file any more: take it out of xtask/src/lengths.rs"));
    let mut problems: Vec<String> = too_long.chain(stale).collect();
    problems.sort();
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_stale_exceptions_are_named() {
        let files = [("a.rs".to_owned(), 500), ("b.rs".to_owned(), 501), ("c.rs".to_owned(), 900)];
        let found = problems(&files, &[("c.rs", "a table"), ("d.rs", "gone")]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("b.rs has 501 lines"), "{found:?}");
        assert!(found[1].starts_with("d.rs is not a long file"), "{found:?}");
    }
}
