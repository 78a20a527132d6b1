//! A parsed recipe whose every key and value knows its place in the text, which serde's data model has no room for.

use crate::Problem;
use crate::problem::{Place, Source};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) tree: Tree,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// TOML has dates; no key of a recipe takes one.
    Date,
    List(Vec<Node>),
    Table(BTreeMap<String, Entry>),
}

/// A key's place and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Place,
    pub(crate) value: Node,
}

impl Node {
    /// The value without places. Numbers that JSON has no notation for become null; validation has refused them before.
    pub(crate) fn to_json(&self) -> Value {
        match &self.tree {
            Tree::Boolean(value) => Value::from(*value),
            Tree::Integer(value) => Value::from(*value),
            Tree::Float(value) => Value::from(*value),
            Tree::Text(value) => Value::from(value.as_str()),
            Tree::Date => Value::Null,
            Tree::List(items) => items.iter().map(Self::to_json).collect(),
            Tree::Table(entries) => entries.iter().map(|(key, entry)| (key.clone(), entry.value.to_json())).collect(),
        }
    }

    /// The place of the value at a dotted path (list items by position), or of the nearest table around where it would be.
    pub(crate) fn place_of(&self, path: &str) -> &Place {
        let mut node = self;
        for segment in path.split('.') {
            let inner = match &node.tree {
                Tree::Table(entries) => entries.get(segment).map(|entry| &entry.value),
                Tree::List(items) => segment.parse().ok().and_then(|index: usize| items.get(index)),
                _ => None,
            };
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        &node.place
    }
}

/// Parses a TOML document. With problems, the tree is not complete.
pub(crate) fn parse(source: &Arc<Source>) -> (Node, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let mut builder = Builder { source: source.clone(), shift: 0, problems: Vec::new() };
    for error in errors {
        let place = Place { source: source.clone(), span: error.span() };
        builder.problems.push(Problem::new(error.message(), place));
    }
    let root = builder.table(table.get_ref());
    let place = Place { source: source.clone(), span: None };
    (Node { tree: root, place }, builder.problems)
}

/// Parses the TOML value at a span of the source; nothing where it is not one.
pub(crate) fn parse_value(source: &Arc<Source>, span: Range<usize>) -> Option<Node> {
    let value = DeValue::parse(&source.text[span.clone()]).ok()?;
    let mut builder = Builder { source: source.clone(), shift: span.start, problems: Vec::new() };
    let node = builder.node(&value);
    builder.problems.is_empty().then_some(node)
}

struct Builder {
    source: Arc<Source>,
    /// Added to every position.
    shift: usize,
    problems: Vec<Problem>,
}

impl Builder {
    fn place(&self, span: Range<usize>) -> Place {
        Place { source: self.source.clone(), span: Some(span.start + self.shift..span.end + self.shift) }
    }

    fn table(&mut self, table: &DeTable<'_>) -> Tree {
        let entries = table.iter().map(|(key, value)| {
            let entry = Entry { key: self.place(key.span()), value: self.node(value) };
            (key.get_ref().clone().into_owned(), entry)
        });
        Tree::Table(entries.collect())
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>) -> Node {
        let place = self.place(value.span());
        let tree = match value.get_ref() {
            DeValue::Boolean(value) => Tree::Boolean(*value),
            DeValue::String(value) => Tree::Text(value.clone().into_owned()),
            DeValue::Datetime(_) => Tree::Date,
            DeValue::Integer(value) => match i64::from_str_radix(value.as_str(), value.radix()) {
                Ok(value) => Tree::Integer(value),
                Err(_) => {
                    self.problems
                        .push(Problem::new(format!("the integer {value} does not fit 64 bits"), place.clone()));
                    Tree::Integer(0)
                }
            },
            // TOML's numbers are numbers to Rust; anything else becomes NaN, which validation refuses.
            DeValue::Float(value) => Tree::Float(value.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Array(items) => Tree::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => self.table(table),
        };
        Node { tree, place }
    }
}
