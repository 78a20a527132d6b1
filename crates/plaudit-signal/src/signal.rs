//! One `[[signal]]` of a recipe, and the reward that several add up to.
//!
//! A signal's table holds its name and weight beside the keys of its kind. The kinds' structs do not repeat those two; this
//! file takes them out before a kind is read and puts them back when it is written.

use crate::{Checks, SignalConfig};
use plaudit_core::{Level, Scores};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A named signal and its weight in the reward.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// The name under which metrics and rollouts show the scores.
    pub name: String,
    /// The factor of its scores in the reward; 0 records the scores without learning from them.
    pub weight: f64,
    /// What scores.
    pub config: SignalConfig,
}

impl Signal {
    /// Scores a batch: one value per sample, some of them perhaps unscored.
    ///
    /// # Panics
    /// Where the columns of `checks` differ in length: a mistake of the caller.
    pub fn score(&self, checks: &Checks<'_>) -> Scores {
        assert_eq!(checks.verdicts.len(), checks.partial.len(), "partial");
        let build =
            |scores: &mut dyn Iterator<Item = Option<f64>>| Scores::from_options(&self.name, Level::Outcome, scores);
        match &self.config {
            SignalConfig::Verify(verify) => build(&mut verify.scores(checks)),
            SignalConfig::Random(random) => build(&mut random.scores(&self.name, checks)),
            SignalConfig::Constant(constant) => build(&mut constant.scores(checks)),
        }
    }
}

/// The reward of every sample: the weighted sum of its signals' scores, named "reward". A sample that any signal of nonzero weight
/// leaves unscored has no reward: a sum over the remaining signals would not be comparable with the other samples'.
///
/// # Panics
/// Where `scores` does not hold one outcome-level entry of equal length per signal: a mistake of the caller.
pub fn reward(signals: &[Signal], scores: &[Scores]) -> Scores {
    assert_eq!(signals.len(), scores.len(), "one column of scores per signal");
    let samples = scores.first().map_or(0, Scores::len);
    assert!(scores.iter().all(|column| column.len() == samples && column.level == Level::Outcome), "outcome scores");
    let weighed = || signals.iter().zip(scores).filter(|(signal, _)| signal.weight != 0.0);
    let total = |sample| {
        weighed().map(|(signal, column)| column.get(sample).map(|score| signal.weight * score)).sum::<Option<f64>>()
    };
    Scores::from_options("reward", Level::Outcome, (0..samples).map(total))
}

const DEFAULT_WEIGHT: f64 = 1.0;

impl<'de> Deserialize<'de> for Signal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = Map::deserialize(deserializer)?;
        let name = match table.remove("name") {
            Some(name) => serde_json::from_value(name).map_err(D::Error::custom)?,
            None => return Err(D::Error::missing_field("name")),
        };
        let weight = match table.remove("weight") {
            Some(weight) => serde_json::from_value(weight).map_err(D::Error::custom)?,
            None => DEFAULT_WEIGHT,
        };
        let config = serde_json::from_value(Value::Object(table)).map_err(D::Error::custom)?;
        Ok(Self { name, weight, config })
    }
}

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Value::Object(kind) = serde_json::to_value(&self.config).map_err(S::Error::custom)? else {
            return Err(S::Error::custom("a signal's kind is not a table"));
        };
        let mut table = serializer.serialize_map(Some(kind.len() + 2))?;
        table.serialize_entry("name", &self.name)?;
        table.serialize_entry("kind", &kind["kind"])?;
        table.serialize_entry("weight", &self.weight)?;
        for (key, value) in kind.iter().filter(|(key, _)| *key != "kind") {
            table.serialize_entry(key, value)?;
        }
        table.end()
    }
}

impl JsonSchema for Signal {
    fn schema_name() -> Cow<'static, str> {
        "Signal".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = json_schema!({
            "description": "The name under which metrics and rollouts show the scores.", "type": "string", "minLength": 1,
        });
        let weight = json_schema!({
            "description": "The factor of its scores in the reward; 0 records the scores without learning from them.",
            "type": "number", "format": "double", "default": DEFAULT_WEIGHT,
        });
        let mut schema = SignalConfig::json_schema(generator);
        let kinds = schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        for kind in kinds.filter_map(Value::as_object_mut) {
            if let Some(properties) = kind.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert("name".into(), name.clone().to_value());
                properties.insert("weight".into(), weight.clone().to_value());
            }
            if let Some(required) = kind.get_mut("required").and_then(Value::as_array_mut) {
                required.push("name".into());
            }
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConstantConfig, VerifyConfig, Worth};
    use plaudit_core::Verdict;

    fn signal(name: &str, weight: f64, config: SignalConfig) -> Signal {
        Signal { name: name.into(), weight, config }
    }

    #[test]
    fn the_reward_is_the_weighted_sum() {
        let verify = VerifyConfig { wrong: Worth::Score(-1.0), ..VerifyConfig::default() };
        let strict = VerifyConfig { missing: Worth::Drop, ..VerifyConfig::default() };
        let signals = [
            signal("outcome", 2.0, SignalConfig::Verify(verify)),
            signal("offset", 0.5, SignalConfig::Constant(ConstantConfig::default())),
            signal("watched", 0.0, SignalConfig::Verify(strict)),
        ];
        let missing = Verdict::Unparsed { part: plaudit_core::Part::Missing };
        let failed = Verdict::Failed { cause: "?".into() };
        let verdicts = [Verdict::Correct, Verdict::Wrong, missing, failed];
        let checks = Checks { verdicts: &verdicts, partial: &[None; 4], seed: 0, step: 0 };
        let scores: Vec<Scores> = signals.iter().map(|signal| signal.score(&checks)).collect();
        assert_eq!(scores[2].source, "watched");
        assert_eq!(scores[2].get(2), None);
        let total = reward(&signals, &scores);
        // The watched signal drops the third sample without taking its reward away.
        assert_eq!((0..4).map(|i| total.get(i)).collect::<Vec<_>>(), [Some(2.5), Some(-1.5), Some(0.5), None]);
        assert_eq!((total.source.as_str(), total.level), ("reward", Level::Outcome));
    }

    #[test]
    fn a_table_is_read_and_written_whole() {
        let text = r#"{"name":"outcome","weight":0.5,"kind":"constant","value":2.0}"#;
        let read: Signal = serde_json::from_str(text).unwrap();
        assert_eq!(read, signal("outcome", 0.5, SignalConfig::Constant(ConstantConfig { value: 2.0 })));
        assert_eq!(serde_json::from_str::<Signal>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
        let bare: Signal = serde_json::from_str(r#"{"name":"x","kind":"verify"}"#).unwrap();
        assert_eq!(bare.weight, 1.0);
        for wrong in [r#"{"kind":"verify"}"#, r#"{"name":"x"}"#, r#"{"name":"x","kind":"verify","p":1}"#] {
            assert!(serde_json::from_str::<Signal>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_schema_of_every_kind_has_a_name_and_a_weight() {
        let schema = schemars::schema_for!(Signal).to_value();
        let kinds = schema["oneOf"].as_array().unwrap();
        assert_eq!(kinds.len(), 3);
        for kind in kinds {
            assert_eq!(kind["properties"]["weight"]["default"], 1.0, "{kind}");
            assert!(kind["required"].as_array().unwrap().contains(&"name".into()), "{kind}");
            assert_eq!(kind["additionalProperties"], false, "{kind}");
        }
    }
}
