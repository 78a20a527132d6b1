//! JSON against a schema: a subset of JSON Schema (2020-12) without patterns, references and combinations.
//!
//! Understood: `type` (a name or a list of names), `enum`, `const`, `required`, `properties`, `additionalProperties` (true, false or a
//! schema), `items`, `minItems`, `maxItems`, `minLength`, `maxLength` (in characters), `minimum`, `maximum`, `exclusiveMinimum`,
//! `exclusiveMaximum`.
//! Passed over: `$schema`, `$id`, `$comment`, `title`, `description`, `default`, `examples`.
//! Any other key is refused, so that no demand is silently dropped.

use super::CheckError;
use crate::Rational;
use crate::json::Json;
use plaudit_core::{Part, Verdict};
use std::collections::BTreeMap;

/// A schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    types: Option<Vec<Type>>,
    allowed: Option<Vec<Json>>,
    required: Vec<String>,
    properties: BTreeMap<String, Schema>,
    additional: Additional,
    items: Option<Box<Schema>>,
    item_count: [Option<usize>; 2],
    length: [Option<usize>; 2],
    /// Lower and upper bound; whether the bound itself is excluded.
    bounds: [Option<Bound>; 2],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    value: Rational,
    excluded: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Additional {
    #[default]
    Allowed,
    Refused,
    As(Box<Schema>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// What of a value breaks the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where, as a JSON pointer: `/answers/0`; empty for the whole value.
    pub path: String,
    /// The key of the schema that is broken.
    pub key: &'static str,
}

const NO_SCHEMA: CheckError = CheckError::Unparsed(Part::Gold);

impl Schema {
    /// Reads a schema.
    ///
    /// # Errors
    /// [`CheckError::Unparsed`] of the gold part where the text is no JSON, has keys that are not understood or values of the wrong kind.
    pub fn parse(text: &str) -> Result<Self, CheckError> {
        Self::new(&Json::parse(text).map_err(|_| NO_SCHEMA)?)
    }

    fn new(json: &Json) -> Result<Self, CheckError> {
        let Json::Object(keys) = json else { return Err(NO_SCHEMA) };
        let mut schema = Self::default();
        for (key, value) in keys {
            match (key.as_str(), value) {
                ("type", Json::String(name)) => schema.types = Some(vec![type_named(name)?]),
                ("type", Json::Array(names)) => {
                    let read = |name: &Json| match name {
                        Json::String(name) => type_named(name),
                        _ => Err(NO_SCHEMA),
                    };
                    schema.types = Some(names.iter().map(read).collect::<Result<_, _>>()?);
                }
                ("enum", Json::Array(values)) => schema.allow(values.clone()),
                ("const", value) => schema.allow(vec![value.clone()]),
                ("required", Json::Array(names)) => {
                    let read = |name: &Json| match name {
                        Json::String(name) => Ok(name.clone()),
                        _ => Err(NO_SCHEMA),
                    };
                    schema.required = names.iter().map(read).collect::<Result<_, _>>()?;
                }
                ("properties", Json::Object(properties)) => {
                    let read = |(name, value): (&String, &Json)| Ok((name.clone(), Self::new(value)?));
                    schema.properties = properties.iter().map(read).collect::<Result<_, CheckError>>()?;
                }
                ("additionalProperties", Json::Bool(true)) => schema.additional = Additional::Allowed,
                ("additionalProperties", Json::Bool(false)) => schema.additional = Additional::Refused,
                ("additionalProperties", value) => schema.additional = Additional::As(Box::new(Self::new(value)?)),
                ("items", value) => schema.items = Some(Box::new(Self::new(value)?)),
                ("minItems", value) => schema.item_count[0] = Some(count(value)?),
                ("maxItems", value) => schema.item_count[1] = Some(count(value)?),
                ("minLength", value) => schema.length[0] = Some(count(value)?),
                ("maxLength", value) => schema.length[1] = Some(count(value)?),
                ("minimum", value) => schema.bound(0, value, false)?,
                ("maximum", value) => schema.bound(1, value, false)?,
                ("exclusiveMinimum", value) => schema.bound(0, value, true)?,
                ("exclusiveMaximum", value) => schema.bound(1, value, true)?,
                ("$schema" | "$id" | "$comment" | "title" | "description" | "default" | "examples", _) => {}
                _ => return Err(NO_SCHEMA),
            }
        }
        Ok(schema)
    }

    /// `enum` and `const` both demand.
    fn allow(&mut self, values: Vec<Json>) {
        let both = |before: Vec<Json>| before.into_iter().filter(|value| values.iter().any(|other| same(value, other)));
        self.allowed = Some(match self.allowed.take() {
            Some(before) => both(before).collect(),
            None => values,
        });
    }

    /// The tighter of two bounds holds.
    fn bound(&mut self, side: usize, value: &Json, excluded: bool) -> Result<(), CheckError> {
        let value = value.number().map_err(|_| NO_SCHEMA)?;
        let is_tighter = self.bounds[side].as_ref().is_none_or(|bound| match value == bound.value {
            true => excluded,
            false => (value > bound.value) == (side == 0),
        });
        if is_tighter {
            self.bounds[side] = Some(Bound { value, excluded });
        }
        Ok(())
    }

    /// What of `value` breaks the schema, in a fixed order.
    pub fn violations(&self, value: &Json) -> Vec<Violation> {
        let mut found = Vec::new();
        self.collect(value, &mut String::new(), &mut found);
        found
    }

    fn collect(&self, value: &Json, path: &mut String, found: &mut Vec<Violation>) {
        let mut demand = |holds: bool, key: &'static str| {
            if !holds {
                found.push(Violation { path: path.clone(), key });
            }
        };
        demand(self.types.as_ref().is_none_or(|types| types.iter().any(|kind| kind.includes(value))), "type");
        demand(self.allowed.as_ref().is_none_or(|allowed| allowed.iter().any(|other| same(value, other))), "enum");
        match value {
            Json::Number(_) => {
                let [low, high] = &self.bounds;
                // A number beyond what is read is within no bounds.
                let number = value.number().ok();
                let holds = |bound: &Option<Bound>, is_within: fn(&Rational, &Rational) -> bool| match (bound, &number)
                {
                    (None, _) => true,
                    (Some(_), None) => false,
                    (Some(bound), Some(number)) => {
                        if *number == bound.value {
                            !bound.excluded
                        } else {
                            is_within(number, &bound.value)
                        }
                    }
                };
                demand(holds(low, |number, bound| number > bound), "minimum");
                demand(holds(high, |number, bound| number < bound), "maximum");
            }
            Json::String(text) => {
                let length = text.chars().count();
                demand(self.length[0].is_none_or(|least| length >= least), "minLength");
                demand(self.length[1].is_none_or(|most| length <= most), "maxLength");
            }
            Json::Array(items) => {
                demand(self.item_count[0].is_none_or(|least| items.len() >= least), "minItems");
                demand(self.item_count[1].is_none_or(|most| items.len() <= most), "maxItems");
                for (index, item) in items.iter().enumerate() {
                    if let Some(schema) = &self.items {
                        within(path, &index.to_string(), |path| schema.collect(item, path, found));
                    }
                }
            }
            Json::Object(members) => {
                demand(self.required.iter().all(|name| members.contains_key(name)), "required");
                for (name, member) in members {
                    let schema = match (self.properties.get(name), &self.additional) {
                        (Some(schema), _) => schema,
                        (None, Additional::Allowed) => continue,
                        (None, Additional::As(schema)) => schema,
                        (None, Additional::Refused) => {
                            within(path, name, |path| {
                                found.push(Violation { path: path.clone(), key: "additionalProperties" });
                            });
                            continue;
                        }
                    };
                    within(path, name, |path| schema.collect(member, path, found));
                }
            }
            Json::Null | Json::Bool(_) => {}
        }
    }

    /// Whether the answer is JSON that keeps the schema. `None` is a completion without an answer.
    ///
    /// ```
    /// use plaudit_core::{Part, Verdict};
    /// use plaudit_verify::check::json_schema::Schema;
    /// let schema = r#"{"type": "object", "required": ["x"], "properties": {"x": {"type": "integer", "minimum": 0}}}"#;
    /// let schema = Schema::parse(schema).unwrap();
    /// assert_eq!(schema.check(Some(r#"{"x": 3}"#)), Verdict::Correct);
    /// assert_eq!(schema.check(Some(r#"{"x": -3}"#)), Verdict::Wrong);
    /// assert_eq!(schema.check(Some("x = 3")), Verdict::Unparsed { part: Part::Answer });
    /// ```
    pub fn check(&self, answer: Option<&str>) -> Verdict {
        match answer.map(Json::parse) {
            None => Verdict::Unparsed { part: Part::Missing },
            Some(Err(error)) => error.into(),
            Some(Ok(value)) => crate::answer::verdict(self.violations(&value).is_empty()),
        }
    }
}

/// Runs `read` with a step of the pointer added.
fn within(path: &mut String, step: &str, read: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&step.replace('~', "~0").replace('/', "~1"));
    read(path);
    path.truncate(length);
}

fn type_named(name: &str) -> Result<Type, CheckError> {
    Ok(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "number" => Type::Number,
        "string" => Type::String,
        "array" => Type::Array,
        "object" => Type::Object,
        _ => return Err(NO_SCHEMA),
    })
}

impl Type {
    fn includes(self, value: &Json) -> bool {
        match (self, value) {
            (Self::Null, Json::Null)
            | (Self::Boolean, Json::Bool(_))
            | (Self::Number, Json::Number(_))
            | (Self::String, Json::String(_))
            | (Self::Array, Json::Array(_))
            | (Self::Object, Json::Object(_)) => true,
            (Self::Integer, Json::Number(_)) => value.number().is_ok_and(|number| number.is_int()),
            _ => false,
        }
    }
}

fn count(value: &Json) -> Result<usize, CheckError> {
    match value {
        Json::Number(digits) => digits.parse().map_err(|_| NO_SCHEMA),
        _ => Err(NO_SCHEMA),
    }
}

/// Whether two values are the same, numbers by their value: `1.0` is `1`.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(left), Json::Number(right)) => {
            left == right || matches!((a.number(), b.number()), (Ok(a), Ok(b)) if a == b)
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((name, a), (other, b))| name == other && same(a, b))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(schema: &str, value: &str) -> Vec<String> {
        let violations = Schema::parse(schema).unwrap().violations(&Json::parse(value).unwrap());
        violations.into_iter().map(|violation| format!("{}: {}", violation.path, violation.key)).collect()
    }

    #[test]
    fn each_key_demands() {
        for (schema, good, bad, key) in [
            (r#"{"type":"integer"}"#, "2.0", "2.5", ": type"),
            (r#"{"type":["null","string"]}"#, "null", "1", ": type"),
            (r#"{"enum":[1,"a"]}"#, "1.0", "2", ": enum"),
            (r#"{"const":{"a":[1]}}"#, r#"{"a":[1.0]}"#, r#"{"a":[2]}"#, ": enum"),
            (r#"{"required":["a"]}"#, r#"{"a":1}"#, r#"{"b":1}"#, ": required"),
            (r#"{"properties":{"a":{"type":"string"}}}"#, r#"{"b":1}"#, r#"{"a":1}"#, "/a: type"),
            (r#"{"additionalProperties":false}"#, "{}", r#"{"a/b":1}"#, "/a~1b: additionalProperties"),
            (r#"{"additionalProperties":{"type":"null"}}"#, r#"{"a":null}"#, r#"{"a":1}"#, "/a: type"),
            (r#"{"items":{"type":"boolean"}}"#, "[true]", "[true,1]", "/1: type"),
            (r#"{"minItems":1}"#, "[1]", "[]", ": minItems"),
            (r#"{"maxItems":1}"#, "[1]", "[1,2]", ": maxItems"),
            (r#"{"minLength":2}"#, "\"éé\"", "\"é\"", ": minLength"),
            (r#"{"maxLength":2}"#, "\"éé\"", "\"ééé\"", ": maxLength"),
            (r#"{"minimum":0.1}"#, "0.10", "0.09999999999999999999999", ": minimum"),
            (r#"{"maximum":3}"#, "3", "3.00000000000000000000001", ": maximum"),
            (r#"{"exclusiveMinimum":0}"#, "1e-30", "0", ": minimum"),
            (r#"{"maximum":3,"exclusiveMaximum":3}"#, "2", "3", ": maximum"),
        ] {
            assert_eq!(broken(schema, good), [] as [&str; 0], "{schema} {good}");
            assert_eq!(broken(schema, bad), [key], "{schema} {bad}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            r#"{"pattern":"a"}"#,
            r#"{"$ref":"x"}"#,
            r#"{"type":"float"}"#,
            r#"{"minItems":-1}"#,
            "[]",
            "{",
            r#"{"items":[{}]}"#,
        ] {
            assert_eq!(Schema::parse(text), Err(NO_SCHEMA), "{text}");
        }
        assert!(Schema::parse(r#"{"title":"x","description":"y"}"#).is_ok());
    }
}
