//! Dialects: what frameworks and papers call by a shared name, as settings of our parts.

use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
use serde::Deserialize;

/// What one framework or paper means by a name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// METHOD@FRAMEWORK-VERSION, or METHOD@PAPER.
    pub name: String,
    /// What is particular to it.
    pub note: String,
    /// Where it is written.
    pub source: String,
    /// From scores to advantages.
    pub credit: CreditConfig,
    /// From advantages to derivatives.
    pub objective: ObjectiveConfig,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    dialect: Vec<Dialect>,
}

/// All dialects, in the order of the list.
pub fn dialects() -> Vec<Dialect> {
    let list: List = toml::from_str(include_str!("dialects.toml")).expect("a test reads the list");
    list.dialect
}
