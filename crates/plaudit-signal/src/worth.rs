//! What a verdict is worth.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A score, or `"drop"`: leave the sample without a score, so that it takes no part in learning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Worth {
    /// A finite score.
    Score(f64),
    /// No score.
    Drop,
}

impl Worth {
    /// The score, unless dropped.
    pub fn score(self) -> Option<f64> {
        match self {
            Self::Score(score) => Some(score),
            Self::Drop => None,
        }
    }
}

impl Serialize for Worth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Score(score) => serializer.serialize_f64(*score),
            Self::Drop => serializer.serialize_str("drop"),
        }
    }
}

impl<'de> Deserialize<'de> for Worth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WorthVisitor)
    }
}

struct WorthVisitor;

impl Visitor<'_> for WorthVisitor {
    type Value = Worth;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or \"drop\"")
    }

    fn visit_f64<E: de::Error>(self, score: f64) -> Result<Worth, E> {
        Ok(Worth::Score(score))
    }

    fn visit_i64<E: de::Error>(self, score: i64) -> Result<Worth, E> {
        Ok(Worth::Score(score as f64))
    }

    fn visit_u64<E: de::Error>(self, score: u64) -> Result<Worth, E> {
        Ok(Worth::Score(score as f64))
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Worth, E> {
        if word == "drop" { Ok(Worth::Drop) } else { Err(E::invalid_value(de::Unexpected::Str(word), &self)) }
    }
}

impl JsonSchema for Worth {
    fn schema_name() -> Cow<'static, str> {
        "Worth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A score, or \"drop\": leave the sample without a score, so that it takes no part in learning.",
            "oneOf": [{ "type": "number", "format": "double" }, { "type": "string", "const": "drop" }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_the_word() {
        let read = |text: &str| serde_json::from_str::<Worth>(text).ok();
        assert_eq!(read("0.5"), Some(Worth::Score(0.5)));
        assert_eq!(read("-1"), Some(Worth::Score(-1.0)));
        assert_eq!(read("\"drop\""), Some(Worth::Drop));
        assert_eq!(read("\"dropped\""), None);
        assert_eq!(read("true"), None);
        assert_eq!(serde_json::to_string(&[Worth::Score(1.0), Worth::Drop]).unwrap(), "[1.0,\"drop\"]");
    }
}
