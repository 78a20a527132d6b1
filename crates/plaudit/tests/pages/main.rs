//! The pages of `docs/`: one per credit estimator and objective, generated from the head comment of its file (formula, source, worked example,
//! when to use it, traps) and from the schema of its settings. This test fails where a committed page is not what it generates; with
//! `UPDATE_PAGES=1` it writes them.

use plaudit_conformance::{Dialect, dialects};
use plaudit_recipe::{FieldInfo, PartInfo, parts};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The stages that have pages, and the sources of their parts.
const STAGES: [(&str, &str, &str); 2] = [
    ("credit", "crates/plaudit-credit/src", "Credit: from scores to the advantage of every token"),
    ("objective", "crates/plaudit-objective/src", "Objectives: from log-probabilities to a loss and its derivatives"),
];

#[test]
fn the_committed_pages_are_those_of_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let update = std::env::var_os("UPDATE_PAGES").is_some();
    let mut stale = Vec::new();
    for (stage, sources, title) in STAGES {
        let parts: Vec<PartInfo> = parts().into_iter().filter(|part| part.stage == stage).collect();
        let mut pages = vec![(PathBuf::from("README.md"), index(title, &parts))];
        for part in &parts {
            let name = format!("{}.rs", part.kind.replace('-', "_"));
            let path = find(&root.join(sources), &name).unwrap_or_else(|| panic!("no {name} in {sources}"));
            let source = fs::read_to_string(path).expect("a source file is text");
            pages.push((PathBuf::from(format!("{}.md", part.kind)), page(part, &source)));
        }
        let folder = root.join("docs").join(stage);
        fs::create_dir_all(&folder).expect("docs can be written");
        for (name, text) in &pages {
            let path = folder.join(name);
            if update {
                fs::write(&path, text).expect("a page can be written");
            } else if fs::read_to_string(&path).ok().as_deref() != Some(text) {
                stale.push(format!("docs/{stage}/{}", name.display()));
            }
        }
        for entry in fs::read_dir(&folder).expect("docs can be listed") {
            let name = PathBuf::from(entry.expect("an entry").file_name());
            if !pages.iter().any(|(page, _)| *page == name) {
                stale.push(format!("docs/{stage}/{} (no such part; remove it)", name.display()));
            }
        }
    }
    assert!(stale.is_empty(), "UPDATE_PAGES=1 cargo test -p plaudit --test pages\n{}", stale.join("\n"));
}

/// The file called `name` below `folder`.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| path.is_dir());
    let here = files.into_iter().find(|path| path.file_name().is_some_and(|other| other == name));
    here.or_else(|| folders.iter().find_map(|folder| find(folder, name)))
}

fn index(title: &str, parts: &[PartInfo]) -> String {
    let mut text =
        format!("# {title}\n\nGenerated from the sources. `plaudit parts KIND` prints the settings of one.\n\n");
    text += "| kind | what it is |\n|---|---|\n";
    for part in parts {
        writeln!(text, "| [`{0}`]({0}.md) | {1} |", part.kind, cell(&part.summary)).expect("a string takes text");
    }
    text
}

fn page(part: &PartInfo, source: &str) -> String {
    let mut text = format!("# `{}`\n\n{}\n", part.kind, head(source));
    text += "\n## Settings\n\n";
    if part.fields.is_empty() {
        text += "None.\n";
    } else {
        text += "| key | takes | default | what it does |\n|---|---|---|---|\n";
        part.fields.iter().for_each(|field| text += &row(field));
    }
    let dialects: String = dialects().iter().filter_map(|dialect| dialect_row(part, dialect)).collect();
    if !dialects.is_empty() {
        text += "\n## Dialects\n\nWhat systems compute under shared names, as settings of this part; what is not named is as above.\n\n";
        text += "| dialect | settings | vectors | particular to it |\n|---|---|---|---|\n";
        text += &dialects;
    }
    text
}

/// The settings of a dialect that uses the part, as far as they are not the defaults.
fn dialect_row(part: &PartInfo, dialect: &Dialect) -> Option<String> {
    let chosen = match part.stage {
        "credit" => serde_json::to_value(&dialect.credit),
        _ => serde_json::to_value(&dialect.objective),
    };
    let chosen = chosen.expect("a setting is JSON");
    if chosen["kind"] != part.kind {
        return None;
    }
    let mut settings = Vec::new();
    collect(part, "", &chosen, &mut settings);
    let settings = if settings.is_empty() { "the defaults".to_owned() } else { settings.join(", ") };
    let vectors = if dialect.has_vectors() { "yes" } else { "no" };
    Some(format!("| `{}` | {} | {vectors} | {} |\n", dialect.name, cell(&settings), cell(dialect.note.trim())))
}

fn collect(part: &PartInfo, prefix: &str, table: &Value, settings: &mut Vec<String>) {
    for (key, value) in table.as_object().into_iter().flatten().filter(|(key, _)| *key != "kind") {
        let name = format!("{prefix}{key}");
        if value.is_object() {
            collect(part, &format!("{name}."), value, settings);
            continue;
        }
        let default = part.fields.iter().find(|field| field.name == name).and_then(|field| field.default.as_deref());
        let default: Option<Value> = default.and_then(|text| serde_json::from_str(text).ok());
        let is_default = match (default.as_ref().and_then(Value::as_f64), value.as_f64()) {
            (Some(default), Some(value)) => default == value,
            _ => default.as_ref() == Some(value),
        };
        if !is_default {
            settings.push(format!("`{name} = {value}`"));
        }
    }
}

fn row(field: &FieldInfo) -> String {
    let default = match (&field.default, field.required) {
        (Some(default), _) => format!("`{}`", cell(default)),
        (None, true) => "required".to_owned(),
        (None, false) => String::new(),
    };
    format!("| `{}` | {} | {default} | {} |\n", field.name, cell(&field.takes), cell(&field.summary))
}

/// Text that a cell of a table can hold.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The head comment as a page: headings a level down, code marked as Rust, lines that only the compiler needs left out.
fn head(source: &str) -> String {
    let lines =
        source.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let (mut text, mut in_code, mut is_rust) = (String::new(), false, false);
    for line in lines {
        if let Some(language) = line.strip_prefix("```") {
            in_code = !in_code;
            is_rust = in_code && language.is_empty();
            text += if is_rust { "```rust" } else { line };
        } else if in_code && is_rust && (line == "#" || line.starts_with("# ")) {
            continue;
        } else if !in_code && line.starts_with('#') {
            text += &format!("#{line}");
        } else if in_code {
            text += line;
        } else {
            // Links between items lead nowhere outside the documentation of the crate.
            text += &line.replace("[`", "`").replace("`]", "`");
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

#[test]
fn a_head_comment_becomes_a_page() {
    let source = "//! What it is; see [`Other`].\n//!\n//! ```text\n//! A = 1\n//! ```\n//!\n//! # Example\n//!\n//! ```\n//! # use x;\n//! f();\n//! ```\n\nuse y;\n";
    let expected = "What it is; see `Other`.\n\n```text\nA = 1\n```\n\n## Example\n\n```rust\nf();\n```";
    assert_eq!(head(source), expected);
}
