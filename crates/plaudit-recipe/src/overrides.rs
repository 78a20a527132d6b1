//! `--set key.path=value`: changing a recipe from the command line.

use crate::Problem;
use crate::nearest::nearest;
use crate::problem::{Place, Source};
use crate::tree::{self, Entry, Node, Tree};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Writes one override into the tree: dotted keys, then a TOML value; what is not a TOML value is a string. Tables on the way are
/// made where they are missing; items of a list are addressed by position or by their `name`.
pub(crate) fn apply(root: &mut Node, source: &Arc<Source>) -> Result<(), Problem> {
    let place = |span: Range<usize>| Place { source: source.clone(), span: Some(span) };
    let text = source.text.as_str();
    let Some(equals) = text.find('=') else {
        return Err(Problem::new("an override without a value", place(0..text.len()))
            .with_help("write key.path=value, such as train.steps=50"));
    };
    let value = value_at(source, equals + 1);

    let mut node = root;
    let mut start = 0;
    let path = &text[..equals];
    for segment in path.split('.') {
        let indent = segment.len() - segment.trim_start().len();
        let key = segment.trim();
        let at = place(start + indent..start + indent + key.len());
        start += segment.len() + 1;
        if key.is_empty() {
            return Err(Problem::new("an empty key in an override", at).with_help("write key.path=value"));
        }
        node = match &mut node.tree {
            Tree::Table(entries) => {
                let missing = || {
                    let tree = Tree::Table(BTreeMap::new());
                    Entry { key: at.clone(), value: Node { tree, place: at.clone() } }
                };
                let entry = entries.entry(key.to_owned()).or_insert_with(missing);
                if start > path.len() {
                    // The last key: from now on its problems are problems of the override.
                    entry.key = at;
                }
                &mut entry.value
            }
            Tree::List(items) => item(items, key, at)?,
            _ => return Err(Problem::new(format!("`{key}` is inside a value that is not a table"), at)),
        };
    }
    *node = value;
    Ok(())
}

/// The value behind the equals sign that ends at `offset`.
fn value_at(source: &Arc<Source>, offset: usize) -> Node {
    let text = &source.text[offset..];
    let word = text.trim();
    let start = offset + text.len() - text.trim_start().len();
    let span = start..start + word.len();
    tree::parse_value(source, span.clone()).unwrap_or_else(|| {
        let place = Place { source: source.clone(), span: Some(span) };
        Node { tree: Tree::Text(word.to_owned()), place }
    })
}

/// The item of a list at a position, or with a name.
fn item<'a>(items: &'a mut [Node], key: &str, place: Place) -> Result<&'a mut Node, Problem> {
    let names: Vec<Option<String>> = items.iter().map(name_of).collect();
    let found = match key.parse::<usize>() {
        Ok(index) => Some(index).filter(|&index| index < items.len()),
        Err(_) => names.iter().position(|name| name.as_deref() == Some(key)),
    };
    match found {
        Some(index) => Ok(&mut items[index]),
        None => {
            let names: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
            let problem = Problem::new(format!("the list has no item `{key}`"), place);
            Err(match (nearest(key, names.iter().copied()), items.len()) {
                (Some(name), _) => problem.with_help(format!("did you mean `{name}`?")),
                (None, 0) => problem,
                (None, count) if names.is_empty() => {
                    problem.with_help(format!("items are numbered 0 to {}", count - 1))
                }
                (None, count) => {
                    problem.with_help(format!("items are numbered 0 to {}, or named {}", count - 1, names.join(", ")))
                }
            })
        }
    }
}

fn name_of(node: &Node) -> Option<String> {
    let Tree::Table(entries) = &node.tree else { return None };
    match &entries.get("name")?.value.tree {
        Tree::Text(name) => Some(name.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, overrides: &[&str]) -> Result<String, String> {
        let (mut root, problems) = tree::parse(&Source::file("r.toml", text));
        assert!(problems.is_empty());
        for change in overrides {
            apply(&mut root, &Source::set(change, 1)).map_err(|problem| problem.message)?;
        }
        Ok(root.to_json().to_string())
    }

    #[test]
    fn values_are_toml_or_bare_words() {
        let text = "[train]\nsteps = 1\n";
        let found = |change| set(text, &[change]);
        assert_eq!(found("train.steps=50").unwrap(), r#"{"train":{"steps":50}}"#);
        assert_eq!(found("train.steps = 5e-1").unwrap(), r#"{"train":{"steps":0.5}}"#);
        assert_eq!(found("policy.model=nano").unwrap(), r#"{"policy":{"model":"nano"},"train":{"steps":1}}"#);
        assert_eq!(found("policy.model=./a=b").unwrap(), r#"{"policy":{"model":"./a=b"},"train":{"steps":1}}"#);
        assert_eq!(found("train={ steps = [1, 2] }").unwrap(), r#"{"train":{"steps":[1,2]}}"#);
        assert_eq!(found("train.steps=").unwrap(), r#"{"train":{"steps":""}}"#);
    }

    #[test]
    fn signals_are_found_by_name_and_position() {
        let text = "[[signal]]\nname = \"a\"\n[[signal]]\nname = \"b\"\n";
        let expected = r#"{"signal":[{"name":"a"},{"name":"b","weight":2}]}"#;
        assert_eq!(set(text, &["signal.b.weight=2"]).unwrap(), expected);
        assert_eq!(set(text, &["signal.1.weight=2"]).unwrap(), expected);
        assert_eq!(set(text, &["signal.c.weight=2"]).unwrap_err(), "the list has no item `c`");
        assert_eq!(set(text, &["signal.2.weight=2"]).unwrap_err(), "the list has no item `2`");
    }

    #[test]
    fn malformed_overrides_say_so() {
        assert_eq!(set("", &["train.steps"]).unwrap_err(), "an override without a value");
        assert_eq!(set("", &["train..steps=1"]).unwrap_err(), "an empty key in an override");
        assert_eq!(set("x = 1", &["x.y=1"]).unwrap_err(), "`y` is inside a value that is not a table");
    }
}
