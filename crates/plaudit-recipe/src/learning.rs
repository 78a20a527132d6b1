//! The two parts of a recipe that turn scores into derivatives, without the rest: what tools set that compare them.

use crate::recipe::read;
use crate::{Problem, Problems};
use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// `[credit]` and `[objective]` alone, checked as in a recipe, but for what contradicts other sections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// How scores become advantages.
    pub credit: CreditConfig,
    /// What is minimised.
    pub objective: ObjectiveConfig,
}

impl Learning {
    /// Reads and validates the two tables. `origin` is what problems call the text; overrides as in [`crate::Recipe::load`].
    ///
    /// # Errors
    /// All problems found: of the syntax, else of keys, types and ranges.
    pub fn parse(origin: &str, text: &str, overrides: &[String]) -> Result<Self, Problems> {
        checked(origin, text, overrides)
    }

    /// Both tables as TOML with every default written out.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("tables with string keys and finite numbers are TOML")
    }
}

/// Settings of any kind with some of them changed. Each override is `key=value` as in [`crate::Recipe::load`].
///
/// # Errors
/// All problems found in the overrides: keys, types and ranges.
///
/// # Panics
/// Where the settings cannot be written as TOML: they must be a table with string keys, without empty options in lists.
pub fn with_overrides<T>(settings: &T, overrides: &[String]) -> Result<T, Problems>
where
    T: Serialize + DeserializeOwned + JsonSchema,
{
    let text = toml::to_string(settings).expect("the caller's settings are a table with string keys");
    checked("the settings", &text, overrides)
}

fn checked<T: DeserializeOwned + JsonSchema>(origin: &str, text: &str, overrides: &[String]) -> Result<T, Problems> {
    let schema = schemars::schema_for!(T).to_value();
    let root = read(origin, text, overrides, &schema)?;
    serde_json::from_value(root.to_json())
        .map_err(|error| Problems::new(vec![Problem::new(error.to_string(), root.place.clone())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[credit]\nkind = \"group\"\n[objective]\nkind = \"clipped-pg\"\n";

    #[test]
    fn overrides_are_checked_with_their_place() {
        let set = |text: &str| Learning::parse("here", TEXT, &[text.to_owned()]);
        let credit = serde_json::to_value(set("credit.eps=1e-4").unwrap().credit).unwrap();
        assert_eq!(credit["eps"], 1e-4);
        let error = set("credit.epps=1e-4").unwrap_err().to_string();
        assert!(error.contains("unknown key `epps` in [credit]") && error.contains("did you mean `eps`?"), "{error}");
        assert!(set("train.steps=1").unwrap_err().to_string().contains("unknown key `train`"));
    }

    /// Settings with a choice that is a word or a table.
    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        strict: bool,
        tolerance: Tolerance,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Tolerance {
        None,
        Digits(u32),
        Relative(f64),
    }

    #[test]
    fn settings_of_any_kind_are_changed() {
        let settings = Settings { strict: false, tolerance: Tolerance::None };
        let set = |text: &str| with_overrides(&settings, &[text.to_owned()]);
        assert!(set("strict=true").unwrap().strict);
        assert_eq!(set("tolerance={digits=3}").unwrap().tolerance, Tolerance::Digits(3));
        assert_eq!(set("tolerance={relative=1e-4}").unwrap().tolerance, Tolerance::Relative(1e-4));
        let refused = |text: &str| set(text).unwrap_err().to_string();
        assert!(refused("strikt=true").contains("did you mean `strict`?"));
        assert!(refused("strict=1").contains("`strict` must be true or false, found an integer"));
        assert!(refused("tolerance={relativ=1}").contains("did you mean \"relative\"?"));
        assert!(refused("tolerance={relative=1, digits=2}").contains("one key of \"digits\", \"relative\""));
    }

    #[test]
    fn written_and_read_again_it_is_the_same() {
        let learning = Learning::parse("here", TEXT, &[]).unwrap();
        assert_eq!(Learning::parse("there", &learning.to_toml(), &[]).unwrap(), learning);
    }
}
