//! Keys, types and ranges: the tree of a recipe against the schema, with every mistake at its place.

use crate::Problem;
use crate::nearest::nearest;
use crate::problem::Place;
use crate::schema::View;
use crate::tree::{Entry, Node, Tree};
use serde_json::Value;
use std::collections::BTreeMap;

/// All mistakes in a recipe that one can see without knowing what the keys mean.
pub(crate) fn validate(root: &Node, schema: &Value) -> Vec<Problem> {
    let mut walker = Walker { schema: View::new(schema), problems: Vec::new() };
    walker.check(root, walker.schema, "");
    walker.problems
}

struct Walker<'a> {
    schema: View<'a>,
    problems: Vec<Problem>,
}

impl Walker<'_> {
    /// Checks a value; `path` is its dotted path, list items by position.
    fn check(&mut self, node: &Node, schema: View<'_>, path: &str) {
        let Some(variants) = schema.variants() else {
            return self.check_plain(node, schema, path);
        };
        match &node.tree {
            Tree::Table(entries) if variants.iter().all(|variant| variant.kind().is_some()) => {
                self.check_kind(node, entries, &variants, path);
            }
            Tree::Table(entries) if variants.iter().filter(|variant| accepts(**variant, &node.tree)).count() > 1 => {
                self.check_tagged(node, entries, &variants, path);
            }
            _ => match variants.iter().find(|variant| accepts(**variant, &node.tree)) {
                // Alternatives of the same type are the words of an enum; `words` knows all of them.
                Some(_) if matches!(node.tree, Tree::Text(_)) && !schema.words().is_empty() => {
                    self.check_word(node, schema, path);
                }
                Some(variant) => self.check(node, *variant, path),
                None => self.wrong_type(node, schema, path),
            },
        }
    }

    fn check_plain(&mut self, node: &Node, schema: View<'_>, path: &str) {
        if !accepts(schema, &node.tree) {
            return self.wrong_type(node, schema, path);
        }
        match &node.tree {
            Tree::Table(entries) => self.check_table(node, entries, schema, path),
            Tree::List(items) => self.check_list(node, items, schema, path),
            Tree::Integer(number) => self.check_number(node, *number as f64, schema, path),
            Tree::Float(number) => self.check_number(node, *number, schema, path),
            Tree::Text(text) => {
                if !schema.words().is_empty() {
                    self.check_word(node, schema, path);
                } else if text.is_empty() && schema.number("minLength").is_some_and(|least| least > 0.0) {
                    self.add(node, format!("`{path}` must not be empty"));
                }
            }
            Tree::Boolean(_) | Tree::Date => {}
        }
    }

    /// A table whose `kind` says which keys it has.
    fn check_kind(&mut self, node: &Node, entries: &BTreeMap<String, Entry>, variants: &[View<'_>], path: &str) {
        let kinds: Vec<&str> = variants.iter().filter_map(|variant| variant.kind()).collect();
        let Some(entry) = entries.get("kind") else {
            return self.add_with_help(&node.place, format!("missing `kind` in {}", table_name(path)), one_of(&kinds));
        };
        let Tree::Text(kind) = &entry.value.tree else {
            return self
                .add(&entry.value, format!("`{path}.kind` must be a string, found {}", found(&entry.value.tree)));
        };
        match variants.iter().find(|variant| variant.kind() == Some(kind)) {
            Some(variant) => self.check_table(node, entries, *variant, path),
            None => {
                let message = format!("unknown kind `{kind}` in {}", table_name(path));
                self.add_with_help(&entry.value.place, message, suggest(kind, &kinds));
            }
        }
    }

    /// A table whose only key says which alternative it is.
    fn check_tagged(&mut self, node: &Node, entries: &BTreeMap<String, Entry>, variants: &[View<'_>], path: &str) {
        let tables = || variants.iter().filter(|variant| accepts(**variant, &node.tree));
        if let Some(variant) = tables().find(|variant| entries.keys().all(|key| variant.property(key).is_some())) {
            return self.check(node, *variant, path);
        }
        let keys: Vec<&str> = tables().flat_map(|variant| variant.keys()).collect();
        match entries.iter().find(|(key, _)| !keys.contains(&key.as_str())) {
            Some((key, entry)) => {
                let message = format!("unknown key `{key}` in {}", table_name(path));
                self.add_with_help(&entry.key, message, suggest(key, &keys));
            }
            None => self.add(node, format!("{} must have one key of {}", table_name(path), quote(&keys))),
        }
    }

    fn check_table(&mut self, node: &Node, entries: &BTreeMap<String, Entry>, schema: View<'_>, path: &str) {
        for (key, entry) in entries {
            match schema.property(key) {
                Some((_, inner)) => self.check(&entry.value, inner, &join(path, key)),
                None => {
                    let message = format!("unknown key `{key}` in {}", table_name(path));
                    let help = self.help_with_key(key, schema);
                    self.add_with_help(&entry.key, message, help);
                }
            }
        }
        for key in schema.required().filter(|key| !entries.contains_key(*key)) {
            let Some((_, inner)) = schema.property(key) else { continue };
            let (message, table) = match inner.items() {
                _ if inner.types() == ["object"] => (format!("missing table [{key}]"), inner),
                Some(items) if items.types() == ["object"] => (format!("missing table [[{key}]]"), items),
                _ => (format!("missing `{key}` in {}", table_name(path)), inner),
            };
            let kinds: Vec<&str> = table.variants().unwrap_or_default().into_iter().filter_map(View::kind).collect();
            let problem = Problem::new(message, node.place.clone());
            self.problems.push(match kinds.is_empty() {
                true => problem,
                false => problem.with_help(format!("it has a `kind`: {}", quote(&kinds))),
            });
        }
    }

    /// The nearest key of this table, else where else in a recipe the key belongs, else the keys there are.
    fn help_with_key(&self, key: &str, schema: View<'_>) -> String {
        if let Some(near) = nearest(key, schema.keys()) {
            return format!("did you mean `{near}`?");
        }
        let mut homes = Vec::new();
        find_homes(self.schema, key, "", &mut homes);
        let depth = |home: &String| home.matches('.').count();
        let nearest = homes.iter().map(depth).min();
        homes.retain(|home| Some(depth(home)) == nearest);
        match homes.is_empty() {
            true => format!("the keys are {}", schema.keys().collect::<Vec<_>>().join(", ")),
            false => format!("`{key}` is a key of {}", homes.join(" and ")),
        }
    }

    fn check_list(&mut self, node: &Node, items: &[Node], schema: View<'_>, path: &str) {
        let (least, most) = (schema.number("minItems"), schema.number("maxItems"));
        let count = items.len() as f64;
        if least.is_some_and(|least| count < least) || most.is_some_and(|most| count > most) {
            let expected = match (least, most) {
                (Some(least), Some(most)) if least == most => format!("exactly {least}"),
                (Some(least), _) if count < least => format!("at least {least}"),
                (_, most) => format!("at most {}", most.unwrap_or_default()),
            };
            self.add(node, format!("`{path}` must have {expected} values, found {count}"));
        }
        if let Some(inner) = schema.items() {
            for (index, item) in items.iter().enumerate() {
                self.check(item, inner, &join(path, &index.to_string()));
            }
        }
    }

    fn check_number(&mut self, node: &Node, number: f64, schema: View<'_>, path: &str) {
        let largest = schema.number("maximum").or_else(|| match schema.get("format").and_then(Value::as_str)? {
            "uint8" => Some(f64::from(u8::MAX)),
            "uint16" => Some(f64::from(u16::MAX)),
            "uint32" => Some(f64::from(u32::MAX)),
            "int32" => Some(f64::from(i32::MAX)),
            _ => None,
        });
        let rules = [
            (schema.number("minimum"), "at least", number >= schema.number("minimum").unwrap_or(f64::MIN)),
            (largest, "at most", number <= largest.unwrap_or(f64::MAX)),
            (
                schema.number("exclusiveMinimum"),
                "greater than",
                number > schema.number("exclusiveMinimum").unwrap_or(f64::NEG_INFINITY),
            ),
            (
                schema.number("exclusiveMaximum"),
                "less than",
                number < schema.number("exclusiveMaximum").unwrap_or(f64::INFINITY),
            ),
        ];
        if !number.is_finite() {
            return self.add(node, format!("`{path}` must be a finite number, found {number}"));
        }
        for (bound, relation, holds) in rules {
            if let (Some(bound), false) = (bound, holds) {
                self.add(node, format!("`{path}` must be {relation} {bound}, found {number}"));
            }
        }
    }

    fn check_word(&mut self, node: &Node, schema: View<'_>, path: &str) {
        let (words, Tree::Text(text)) = (schema.words(), &node.tree) else { return };
        if !words.contains(&text.as_str()) {
            let message = format!("`{path}` cannot be \"{text}\"");
            let help = match schema.types()[..] {
                ["string"] => suggest(text, &words),
                _ => format!("it must be {}", expected(schema)),
            };
            self.add_with_help(&node.place, message, help);
        }
    }

    fn wrong_type(&mut self, node: &Node, schema: View<'_>, path: &str) {
        let message = format!("`{path}` must be {}, found {}", expected(schema), found(&node.tree));
        self.add(node, message);
    }

    fn add(&mut self, node: &Node, message: String) {
        self.problems.push(Problem::new(message, node.place.clone()));
    }

    fn add_with_help(&mut self, place: &Place, message: String, help: String) {
        self.problems.push(Problem::new(message, place.clone()).with_help(help));
    }
}

/// The names of the tables of a recipe that have `key`.
fn find_homes(schema: View<'_>, key: &str, path: &str, homes: &mut Vec<String>) {
    for variant in schema.variants().unwrap_or_else(|| vec![schema]) {
        if variant.property(key).is_some() {
            let kind = variant.kind().map(|kind| format!(" of kind \"{kind}\"")).unwrap_or_default();
            homes.push(table_name(path) + &kind);
        }
        for inner in variant.keys() {
            if let Some((_, schema)) = variant.property(inner) {
                let path = join(path, inner);
                match schema.items() {
                    Some(items) => find_homes(items, key, &join(&path, "0"), homes),
                    None => find_homes(schema, key, &path, homes),
                }
            }
        }
    }
}

fn accepts(schema: View<'_>, tree: &Tree) -> bool {
    let types = schema.types();
    let is = |name| types.contains(&name);
    match tree {
        Tree::Boolean(_) => is("boolean"),
        Tree::Integer(_) => is("integer") || is("number"),
        Tree::Float(_) => is("number"),
        Tree::Text(_) => is("string"),
        Tree::Date => false,
        Tree::List(_) => is("array"),
        Tree::Table(_) => is("object"),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// How a recipe writes the header of the table at a path.
fn table_name(path: &str) -> String {
    match path.rsplit_once('.') {
        _ if path.is_empty() => "the top level".to_owned(),
        Some((list, index)) if index.bytes().all(|digit| digit.is_ascii_digit()) => format!("[[{list}]]"),
        _ => format!("[{path}]"),
    }
}

fn expected(schema: View<'_>) -> String {
    let words = schema.words();
    let names = schema.types().into_iter().map(|name| match name {
        "boolean" => "true or false".to_owned(),
        "integer" => "an integer".to_owned(),
        "number" => "a number".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a table".to_owned(),
        _ if words.is_empty() => "a string".to_owned(),
        _ => quote(&words),
    });
    names.collect::<Vec<_>>().join(" or ")
}

fn found(tree: &Tree) -> String {
    match tree {
        Tree::Boolean(value) => value.to_string(),
        Tree::Integer(_) => "an integer".to_owned(),
        Tree::Float(value) => format!("the number {value:?}"),
        Tree::Text(_) => "a string".to_owned(),
        Tree::Date => "a date".to_owned(),
        Tree::List(_) => "a list".to_owned(),
        Tree::Table(_) => "a table".to_owned(),
    }
}

fn quote(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

fn one_of(words: &[&str]) -> String {
    match words {
        [word] => format!("it must be \"{word}\""),
        _ => format!("it is one of {}", quote(words)),
    }
}

fn suggest(word: &str, words: &[&str]) -> String {
    match nearest(word, words.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"? {}", one_of(words)),
        None => one_of(words),
    }
}
