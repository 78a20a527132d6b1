//! What counts as equal beyond mathematics: a policy, every choice of which has a name.

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// What a comparison forgives. The default forgives notation and nothing that changes a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// How far numbers may lie apart.
    pub tolerance: Tolerance,
    /// Which numbers the tolerance is for.
    pub tolerated: Tolerated,
    /// What counts in a list without brackets. Tuples always have an order, sets never.
    pub lists: Lists,
    /// What `10 \%` is worth.
    pub percent: Percent,
    /// What becomes of units and currency signs.
    pub units: Units,
    /// Whether `x = 5` is an answer to `5`, and `p = 5, q = 2` to `(5, 2)`.
    pub assignments: bool,
    /// Whether the names in assignments have to agree where both have one: `x = 5` and `y = 5`.
    pub names: bool,
    /// Whether the case of letters counts in mathematics: `C` and `c`. Otherwise texts that are the same but for it are equal.
    pub case: bool,
    /// Whether `x + 1` is an answer to `y + 1`.
    pub variables: Variables,
    /// Whether `-1 < x < 2` is an answer to `(-1, 2)`, and the other way round.
    pub inequalities_as_intervals: Inequalities,
    /// What `\log` without a base means.
    pub logarithm: Logarithm,
    /// Whether a comma may be a decimal comma: `2,5` is `2.5`, or two numbers, whichever the other side is.
    pub decimal_comma: bool,
    /// The form that an answer must have.
    pub form: Form,
    /// How words are compared.
    pub text: Text,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tolerance: Tolerance::None,
            tolerated: Tolerated::Decimals,
            lists: Lists::AnyOrder,
            percent: Percent::Either,
            units: Units::Ignored,
            assignments: true,
            names: true,
            case: true,
            variables: Variables::ByName,
            inequalities_as_intervals: Inequalities::Either,
            logarithm: Logarithm::Either,
            decimal_comma: false,
            form: Form::Any,
            text: Text::default(),
        }
    }
}

/// How far apart equal numbers may lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tolerance {
    /// Not at all.
    #[default]
    None,
    /// They agree when rounded to so many digits behind the point (half to even).
    Decimals(u32),
    /// They agree when rounded to so many significant digits (half to even).
    SignificantDigits(u32),
    /// The one with fewer digits behind the point is the other one, rounded or cut off to as many, at least so many of them.
    AsWritten(u32),
    /// |a - b| is at most this.
    Absolute(f64),
    /// |a - b| is at most this times |gold|.
    Relative(f64),
}

/// Which numbers a tolerance is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tolerated {
    /// Two of which at least one is written with a decimal point.
    #[default]
    Decimals,
    /// All: also whole numbers and fractions.
    All,
}

/// What a variable is known by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Variables {
    /// Its name.
    #[default]
    ByName,
    /// Its place among the variables of its side in the order of the alphabet, where both sides have as many.
    ByPlace,
}

/// Whether an inequality and a set of numbers are answers to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Inequalities {
    /// Either may be the gold answer.
    #[default]
    Either,
    /// Only the inequality may be the gold answer: a set is to be answered with a set.
    OfGold,
    /// Neither.
    Neither,
}

/// What counts in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lists {
    /// Which items there are, and how often each.
    #[default]
    AnyOrder,
    /// Which items there are.
    AsSets,
    /// Which items there are, and in which order.
    InOrder,
}

/// What `10 \%` is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Percent {
    /// 0.1 or 10, whichever the other side is.
    #[default]
    Either,
    /// 0.1.
    Hundredths,
    /// 10: the sign is a unit.
    Unit,
}

/// What becomes of units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Units {
    /// They are left out.
    #[default]
    Ignored,
    /// They have to agree where both sides have one.
    Compared,
    /// They have to agree, and both sides have one or neither.
    Required,
}

/// The base of `\log` where none is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Logarithm {
    /// 10 or e, the same on both sides, whichever makes them equal.
    #[default]
    Either,
    /// 10.
    Ten,
    /// e.
    Natural,
}

/// The form that is demanded of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// None.
    #[default]
    Any,
    /// Fractions in lowest terms, no root in a denominator, nothing left to compute with numbers.
    Simplified,
    /// Written as the gold answer is, up to white space, brackets that change nothing, and what the policy leaves out: units, signs of
    /// percent and degrees, the letter in `x = 5`. Numerals are known by their value and their decimals: `4.2E5` is `420000`.
    AsWritten,
}

/// How words are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    /// Whether capitals count.
    pub case: bool,
    /// Whether "a", "an" and "the" count.
    pub articles: bool,
    /// Whether punctuation counts.
    pub punctuation: bool,
}

impl Default for Text {
    fn default() -> Self {
        Self { case: false, articles: true, punctuation: false }
    }
}

/// Policies that make the choices of well-known graders. They reproduce what a grader means to do, not its faults: none of them calls
/// 1/2^99 and 1/2^98 equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// [`Policy::default`].
    Plaudit,
    /// math-verify 0.9.0 (Hugging Face): six decimals, names ignored, lists as sets.
    #[serde(rename = "math-verify-0.9")]
    MathVerify,
    /// `is_equiv` of the MATH data set (Hendrycks et al.): written alike after its clean-up of notation; order counts.
    Hendrycks,
    /// Minerva's grader as in lm-evaluation-harness: equal values, units and text left out.
    Minerva,
    /// PRIME's and Qwen2.5-Math's grader: relative tolerance 1e-4, a percentage may be either.
    Qwen,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Plaudit, Self::MathVerify, Self::Hendrycks, Self::Minerva, Self::Qwen];

    /// Its choices.
    pub fn policy(self) -> Policy {
        let base = Policy::default();
        match self {
            Self::Plaudit => base,
            Self::MathVerify => Policy {
                tolerance: Tolerance::Decimals(6),
                lists: Lists::AsSets,
                names: false,
                inequalities_as_intervals: Inequalities::OfGold,
                decimal_comma: true,
                ..base
            },
            Self::Hendrycks => Policy {
                lists: Lists::InOrder,
                names: false,
                percent: Percent::Unit,
                inequalities_as_intervals: Inequalities::Neither,
                form: Form::AsWritten,
                text: Text { case: true, ..Text::default() },
                ..base
            },
            Self::Minerva => Policy { percent: Percent::Unit, names: false, lists: Lists::InOrder, ..base },
            Self::Qwen => Policy {
                tolerance: Tolerance::Relative(1e-4),
                case: false,
                names: false,
                lists: Lists::InOrder,
                ..base
            },
        }
    }
}

/// Reads a policy as recipes write it: the name of a preset, or a table of choices in which absent ones are those of [`Policy::default`].
/// For `#[serde(deserialize_with)]`.
///
/// # Errors
/// Those of the deserializer for anything else, an unknown name or an unknown choice.
pub fn preset_or_choices<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Policy, D::Error> {
    struct PresetOrChoices;

    impl<'de> Visitor<'de> for PresetOrChoices {
        type Value = Policy;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the name of a policy, or a table of its choices")
        }

        fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Policy, E> {
            Ok(Preset::deserialize(StrDeserializer::new(name))?.policy())
        }

        fn visit_map<A: MapAccess<'de>>(self, choices: A) -> Result<Policy, A::Error> {
            Policy::deserialize(MapAccessDeserializer::new(choices))
        }
    }

    deserializer.deserialize_any(PresetOrChoices)
}

/// What [`preset_or_choices`] reads, for schemas.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum PresetOrChoices {
    /// A preset by its name.
    Preset(Preset),
    /// Choices one by one.
    Choices(Policy),
}
