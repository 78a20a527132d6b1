//! The parts a recipe is made of, for people: read off the schema.

use crate::schema::{View, describe, schema};
use serde_json::Value;

/// The stages whose part a recipe chooses by `kind`, in the order in which a signal flows.
const STAGES: [&str; 4] = ["task", "signal", "credit", "objective"];

/// One part: a kind of task, signal, credit or objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartInfo {
    /// The stage, which is also the table it is chosen in.
    pub stage: &'static str,
    /// The value of `kind`.
    pub kind: String,
    /// What it is, in a line.
    pub summary: String,
    /// Its keys besides `kind`, in alphabetical order.
    pub fields: Vec<FieldInfo>,
}

/// One key of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The key; `kl.coefficient` is a key of an inner table.
    pub name: String,
    /// What it takes, in words: "an integer", "one of ...".
    pub takes: String,
    /// Whether it must be given.
    pub required: bool,
    /// The default as TOML; nothing where the key is required, or has no effect unless given.
    pub default: Option<String>,
    /// What it does, in a line.
    pub summary: String,
}

/// Every part there is, stage by stage.
pub fn parts() -> Vec<PartInfo> {
    let schema = schema();
    let root = View::new(&schema);
    let mut parts = Vec::new();
    for stage in STAGES {
        let Some((_, table)) = root.property(stage) else { continue };
        for variant in table.items().unwrap_or(table).variants().unwrap_or_default() {
            let mut fields = Vec::new();
            list_fields(variant, "", &mut fields);
            parts.push(PartInfo {
                stage,
                kind: variant.kind().unwrap_or_default().to_owned(),
                summary: variant.summary(),
                fields,
            });
        }
    }
    parts
}

fn list_fields(table: View<'_>, prefix: &str, fields: &mut Vec<FieldInfo>) {
    for key in table.keys().filter(|key| *key != "kind") {
        let Some((written, schema)) = table.property(key) else { continue };
        let name = format!("{prefix}{key}");
        if schema.types() == ["object"] {
            list_fields(schema, &format!("{name}."), fields);
            continue;
        }
        fields.push(FieldInfo {
            name,
            takes: takes(schema),
            required: table.required().any(|required| required == key),
            default: written.get("default").filter(|default| !default.is_null()).map(value_text),
            summary: describe(written),
        });
    }
}

fn takes(schema: View<'_>) -> String {
    let words = schema.words().iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ");
    let names = schema.types().into_iter().map(|name| match name {
        "boolean" => "true | false".to_owned(),
        "array" => {
            let (least, most) = (schema.number("minItems"), schema.number("maxItems"));
            let item = schema.items().map(takes).unwrap_or_default();
            match (least, most) {
                (Some(least), Some(most)) if least == most => format!("list of {least} ({item})"),
                _ => format!("list of ({item})"),
            }
        }
        "string" if !words.is_empty() => words.clone(),
        other => other.to_owned(),
    });
    names.collect::<Vec<_>>().join(" | ")
}

/// A JSON value in TOML's notation, which is the same but for spaces.
fn value_text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(value_text).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
