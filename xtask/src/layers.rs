//! `cargo xtask layers`: which crate may use which, checked against the manifests and against ARCHITECTURE.md.

use crate::cargo::cargo;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each crate, and the crates above it in this list that it may use. ARCHITECTURE.md says why.
const LAYERS: &[(&str, &[&str])] = &[
    ("plaudit-core", &[]),
    ("plaudit-checkpoint", &[]),
    ("plaudit-engine", &["checkpoint", "core"]),
    ("plaudit-verify", &["core"]),
    ("plaudit-task", &["core", "verify"]),
    ("plaudit-signal", &["core"]),
    ("plaudit-credit", &["core"]),
    ("plaudit-objective", &["core"]),
    ("plaudit-eval", &["core"]),
    ("plaudit-conformance", &["core", "credit", "objective"]),
    ("plaudit-report", &["core", "eval"]),
    ("plaudit-recipe", &["core", "credit", "objective", "signal", "task"]),
    ("plaudit-explain", &["conformance", "core", "credit", "objective", "recipe", "report"]),
    (
        "plaudit-train",
        &[
            "checkpoint",
            "core",
            "credit",
            "engine",
            "eval",
            "objective",
            "recipe",
            "report",
            "signal",
            "task",
            "verify",
        ],
    ),
    (
        "plaudit",
        &[
            "checkpoint",
            "conformance",
            "core",
            "engine",
            "eval",
            "explain",
            "recipe",
            "report",
            "task",
            "train",
            "verify",
        ],
    ),
    (
        "plaudit-benchmarks",
        &[
            "checkpoint",
            "core",
            "credit",
            "engine",
            "eval",
            "objective",
            "recipe",
            "report",
            "signal",
            "task",
            "train",
            "verify",
        ],
    ),
    ("xtask", &[]),
];

/// Fails where a crate uses one it must not, is not listed, or is described otherwise in ARCHITECTURE.md.
pub(crate) fn check(root: &Path) -> Result<()> {
    let used = dependencies(root)?;
    let mut problems = violations(&used, LAYERS);
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).context("could not read ARCHITECTURE.md")?;
    problems.extend(misdescribed(&text, LAYERS));
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// Per crate of the workspace: the crates of the workspace that it is built with. Development dependencies are left out: a
/// test may look at a crate from above.
fn dependencies(root: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let output = cargo(root, &arguments).output().context("could not run `cargo metadata`")?;
    ensure!(output.status.success(), "`cargo metadata` failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("could not read what `cargo metadata` says")?;
    Ok(internal(&metadata))
}

fn internal(metadata: &Value) -> BTreeMap<String, Vec<String>> {
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let packages = items(&metadata["packages"]);
    let members: Vec<String> = packages.iter().map(name).collect();
    let uses = |package: &Value| {
        let built_with = items(&package["dependencies"]).into_iter().filter(|dependency| dependency["kind"] != "dev");
        built_with.map(|dependency| name(&dependency)).filter(|name| members.contains(name)).collect()
    };
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

fn violations(used: &BTreeMap<String, Vec<String>>, layers: &[(&str, &[&str])]) -> Vec<String> {
    let mut problems = Vec::new();
    for (member, dependencies) in used {
        let Some((_, allowed)) = layers.iter().find(|(listed, _)| listed == member) else {
            problems.push(format!("{member} has no place yet: add it to xtask/src/layers.rs and ARCHITECTURE.md"));
            continue;
        };
        for dependency in dependencies.iter().filter(|dependency| !allowed.contains(&short(dependency))) {
            problems.push(format!(
                "{member} must not use {dependency} (it may use {}): move the code to where both may know it",
                listed(allowed)
            ));
        }
    }
    let gone = layers.iter().filter(|(listed, _)| !used.contains_key(*listed));
    problems
        .extend(gone.map(|(listed, _)| format!("{listed} is no crate any more: take it out of xtask/src/layers.rs")));
    problems
}

/// Rows of tables in `text` that begin with a crate's name must end with what it may use.
fn misdescribed(text: &str, layers: &[(&str, &[&str])]) -> Vec<String> {
    let wrong = layers.iter().filter(|(name, allowed)| {
        let (start, end) = (format!("| `{name}` |"), format!("| {} |", listed(allowed)));
        !text.lines().any(|line| line.starts_with(&start) && line.ends_with(&end))
    });
    wrong
        .map(|(name, allowed)| {
            format!("ARCHITECTURE.md: the row of `{name}` must end with \"| {} |\"", listed(allowed))
        })
        .collect()
}

fn listed(allowed: &[&str]) -> String {
    if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") }
}

fn short(name: &str) -> &str {
    name.strip_prefix("plaudit-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_has_no_cycles() {
        for (index, (name, allowed)) in LAYERS.iter().enumerate() {
            for dependency in *allowed {
                assert!(LAYERS[..index].iter().any(|(above, _)| short(above) == *dependency), "{name} {dependency}");
            }
        }
    }

    #[test]
    fn dependencies_come_from_the_manifests_alone() {
        let metadata = json!({"packages": [
            {"name": "plaudit-core", "dependencies": [{"name": "serde", "kind": null}]},
            {"name": "plaudit-task", "dependencies": [
                {"name": "plaudit-core", "kind": null},
                {"name": "plaudit-verify", "kind": "build"},
                {"name": "plaudit-train", "kind": "dev"},
            ]},
            {"name": "plaudit-train", "dependencies": []},
            {"name": "plaudit-verify", "dependencies": []},
        ]});
        let found = internal(&metadata);
        assert_eq!(found["plaudit-task"], ["plaudit-core", "plaudit-verify"]);
        assert!(found["plaudit-core"].is_empty());
    }

    #[test]
    fn what_breaks_a_layer_is_named() {
        let layers: &[(&str, &[&str])] = &[("plaudit-core", &[]), ("plaudit-credit", &["core"]), ("gone", &[])];
        let used = [
            ("plaudit-core", vec![]),
            ("plaudit-credit", vec!["plaudit-core", "plaudit-engine"]),
            ("plaudit-engine", vec![]),
        ];
        let used = used.map(|(name, uses)| (name.to_owned(), uses.into_iter().map(str::to_owned).collect())).into();
        let found = violations(&used, layers);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("plaudit-credit must not use plaudit-engine (it may use core)"), "{found:?}");
        assert!(found[1].starts_with("plaudit-engine has no place yet"), "{found:?}");
        assert!(found[2].starts_with("gone is no crate"), "{found:?}");
    }

    #[test]
    fn a_row_of_the_description_must_agree() {
        let layers: &[(&str, &[&str])] = &[("plaudit-core", &[]), ("plaudit-credit", &["core"])];
        let text = "| `plaudit-core` | columns | none |\n| `plaudit-credit` | advantages | core, engine |\n";
        let found = misdescribed(text, layers);
        assert_eq!(found, ["ARCHITECTURE.md: the row of `plaudit-credit` must end with \"| core |\""]);
    }
}
