//! The tables of `docs/verify.md` are those of the sources. With `UPDATE_PAGES=1` this test writes them.

use plaudit_verify::Extraction;
use plaudit_verify::math::{Policy, Preset};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn schema<T: JsonSchema>() -> Value {
    SchemaGenerator::default().into_root_schema_for::<T>().to_value()
}

fn cell(text: &Value) -> String {
    text.as_str().unwrap_or_default().replace('\n', " ").replace('|', "\\|")
}

/// The cases of a schema: name and description of each.
fn cases(schema: &Value) -> Vec<(String, String)> {
    let name = |case: &Value| match case["properties"].as_object() {
        Some(fields) => fields.keys().map(|field| format!("{{{field}=...}}")).collect(),
        None => cell(&case["const"]),
    };
    let one_of = schema["oneOf"].as_array().expect("an enum");
    one_of.iter().map(|case| (name(case), cell(&case["description"]))).collect()
}

/// What a choice may be.
fn values(choice: &Value, definitions: &Value) -> String {
    let reference = choice["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    match reference.map(|name| &definitions[name]) {
        Some(one_of) if one_of.get("oneOf").is_some() => {
            cases(one_of).into_iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        }
        Some(table) => {
            let fields = table["properties"].as_object().expect("a table");
            fields.keys().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ")
        }
        None => "`true`, `false`".to_owned(),
    }
}

fn policies() -> String {
    let schema = schema::<Policy>();
    let of = |preset: Preset| serde_json::to_value(preset.policy()).expect("a policy is JSON");
    let default = of(Preset::Plaudit);
    let others: Vec<Preset> = Preset::ALL.into_iter().filter(|preset| *preset != Preset::Plaudit).collect();
    let mut text = "| choice | what it says | takes | `plaudit` |".to_owned();
    for preset in &others {
        text += &format!(" `{}` |", cell(&serde_json::to_value(preset).expect("a preset is JSON")));
    }
    text += &format!("\n|---|---|---|---|{}\n", "---|".repeat(others.len()));
    for (name, choice) in schema["properties"].as_object().expect("a struct") {
        let shown = |value: &Value| value.to_string().replace('"', "");
        text += &format!(
            "| `{name}` | {} | {} | {} |",
            cell(&choice["description"]),
            values(choice, &schema["$defs"]),
            shown(&default[name])
        );
        for preset in &others {
            let own = &of(*preset)[name];
            text += &if *own == default[name] { " |".to_owned() } else { format!(" {} |", shown(own)) };
        }
        text.push('\n');
    }
    text
}

fn extractions() -> String {
    let mut text = "| name | where it looks |\n|---|---|\n".to_owned();
    for (name, description) in cases(&schema::<Extraction>()) {
        text += &format!("| `{name}` | {description} |\n");
    }
    text
}

/// The page with a table in the place of the one after the title.
fn with_table(page: &str, title: &str, table: &str) -> String {
    let start = page.find(&format!("## {title}")).expect("the page has the section");
    let begin = start + page[start..].find("\n|").expect("the section has a table") + 1;
    let end = begin + page[begin..].find("\n\n").expect("something follows the table") + 1;
    format!("{}{table}{}", &page[..begin], &page[end..])
}

#[test]
fn the_tables_are_those_of_the_sources() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let page_now = with_table(&page, "Policies", &policies());
    let page_now = with_table(&page_now, "Where answers are found", &extractions());
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, &page_now).expect("the page can be written");
    } else {
        assert!(page == page_now, "UPDATE_PAGES=1 cargo test -p plaudit-verify --test documentation");
    }
}
