//! The JSON schema of recipes, and the few questions the rest of this crate asks it.
//!
//! Validation, the list of parts and the published schema all read this one description, which is derived from the structs that
//! the parts are configured with: nothing about a key is written down twice.

use crate::Recipe;
use serde_json::{Map, Value};

/// The schema of a recipe (JSON Schema, draft 2020-12), for editors and other tools.
pub fn schema() -> Value {
    schemars::schema_for!(Recipe).to_value()
}

/// A schema and the document its references lead into.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    root: &'a Value,
    node: &'a Value,
}

impl<'a> View<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, node: root }
    }

    fn at(self, node: &'a Value) -> Self {
        let target =
            node.get("$ref").and_then(Value::as_str).and_then(|path| self.root.pointer(path.strip_prefix('#')?));
        Self { root: self.root, node: target.unwrap_or(node) }
    }

    pub(crate) fn get(self, key: &str) -> Option<&'a Value> {
        self.node.get(key)
    }

    pub(crate) fn number(self, key: &str) -> Option<f64> {
        self.get(key).and_then(Value::as_f64)
    }

    /// The keys of a table, in alphabetical order.
    pub(crate) fn keys(self) -> impl Iterator<Item = &'a str> {
        self.properties().into_iter().flat_map(Map::keys).map(String::as_str)
    }

    fn properties(self) -> Option<&'a Map<String, Value>> {
        self.get("properties").and_then(Value::as_object)
    }

    /// The schema of a table's key, as it is written there and as what it refers to: descriptions and defaults stand beside the
    /// reference.
    pub(crate) fn property(self, key: &str) -> Option<(&'a Value, Self)> {
        let written = self.properties()?.get(key)?;
        Some((written, self.at(written)))
    }

    /// The schema of a list's items.
    pub(crate) fn items(self) -> Option<Self> {
        self.get("items").map(|items| self.at(items))
    }

    pub(crate) fn required(self) -> impl Iterator<Item = &'a str> {
        self.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// The alternatives, where there are any.
    pub(crate) fn variants(self) -> Option<Vec<Self>> {
        let variants = self.get("oneOf").or_else(|| self.get("anyOf"))?.as_array()?;
        Some(variants.iter().map(|variant| self.at(variant)).collect())
    }

    /// The word that chooses this alternative of a table with a `kind`.
    pub(crate) fn kind(self) -> Option<&'a str> {
        self.property("kind")?.0.get("const")?.as_str()
    }

    /// The words that a string is limited to, in the order of the enum; none where it is free or no string.
    pub(crate) fn words(self) -> Vec<&'a str> {
        match self.variants() {
            Some(variants) => variants.into_iter().flat_map(Self::words).collect(),
            None => {
                let listed = self.get("enum").and_then(Value::as_array).into_iter().flatten();
                listed.chain(self.get("const")).filter_map(Value::as_str).collect()
            }
        }
    }

    /// The JSON types it takes, without null: a key that may be null is one that may be left out.
    pub(crate) fn types(self) -> Vec<&'a str> {
        let types = match self.variants() {
            Some(variants) => variants.into_iter().flat_map(Self::types).collect(),
            None => match self.get("type") {
                Some(Value::String(name)) => vec![name.as_str()],
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            },
        };
        let mut distinct = Vec::new();
        for name in types {
            if name != "null" && !distinct.contains(&name) {
                distinct.push(name);
            }
        }
        distinct
    }

    /// The description in one line.
    pub(crate) fn summary(self) -> String {
        describe(self.node)
    }
}

/// The first paragraph of a description, in one line.
pub(crate) fn describe(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
