//! Dialects: what other systems compute under a shared name, as settings of our parts.

use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
use serde::Deserialize;
use std::sync::LazyLock;

/// One system's version of a method.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// METHOD@SYSTEM-VERSION, as it is asked for: `grpo@verl-0.9`.
    pub name: String,
    /// The system.
    pub library: String,
    /// Its version or commit, or the paper's number.
    pub version: String,
    /// The file that was read.
    pub source: String,
    /// How scores become advantages.
    pub credit: CreditConfig,
    /// What is minimised.
    pub objective: ObjectiveConfig,
    /// The functions of the golden vectors that pin it. Where there are none, it was derived by reading, and `note` says so.
    #[serde(default)]
    pub functions: Vec<String>,
    /// What is particular to it, and what the settings do not reach.
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize)]
struct File {
    dialect: Vec<Dialect>,
}

static DIALECTS: LazyLock<Vec<Dialect>> = LazyLock::new(|| {
    let file: File =
        toml::from_str(include_str!("../dialects.toml")).expect("a test reads the file that is compiled in");
    file.dialect
});

impl Dialect {
    /// Whether numbers of the system itself pin it.
    pub fn has_vectors(&self) -> bool {
        !self.functions.is_empty()
    }
}

/// All dialects, in the order of the file.
pub fn dialects() -> &'static [Dialect] {
    &DIALECTS
}

/// The dialect of a name.
pub fn dialect(name: &str) -> Option<&'static Dialect> {
    dialects().iter().find(|dialect| dialect.name == name)
}
