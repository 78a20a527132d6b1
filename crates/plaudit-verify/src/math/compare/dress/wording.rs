//! Words behind a value: units of measure, nouns that say what is counted, and words that qualify the value.

use crate::math::Expr;
use crate::math::units;
use std::collections::BTreeSet;

/// Words that neither measure nor qualify.
const FILLERS: [&str; 20] = [
    "per",
    "of",
    "the",
    "a",
    "an",
    "in",
    "each",
    "total",
    "about",
    "approximately",
    "is",
    "are",
    "squared",
    "cubed",
    "sq",
    "cu",
    "square",
    "cubic",
    "every",
    "altogether",
];

/// Words that make another statement of the value, whatever else stands there.
const LIMITS: [&str; 13] =
    ["or", "and", "not", "no", "most", "least", "exist", "exists", "over", "under", "above", "below", "otherwise"];

/// Words that qualify the value itself where no noun stands with them: `10 \% increase`, but not `2 real roots`.
const QUALIFIERS: [&str; 54] = [
    "even",
    "odd",
    "prime",
    "composite",
    "positive",
    "negative",
    "nonnegative",
    "nonzero",
    "real",
    "complex",
    "imaginary",
    "rational",
    "irrational",
    "integer",
    "increase",
    "decrease",
    "increased",
    "decreased",
    "increasing",
    "decreasing",
    "profit",
    "loss",
    "gain",
    "lost",
    "gained",
    "up",
    "down",
    "upward",
    "downward",
    "upwards",
    "downwards",
    "left",
    "right",
    "east",
    "west",
    "north",
    "south",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "max",
    "min",
    "maximum",
    "minimum",
    "more",
    "fewer",
    "less",
    "parallel",
    "perpendicular",
    "clockwise",
    "counterclockwise",
    "anticlockwise",
    "defined",
];

/// What words behind a value say beside its unit of measure.
#[derive(Debug, Default)]
pub(super) struct Wording {
    /// Words that have to be on both sides.
    qualifiers: BTreeSet<String>,
    /// Words that may be left out.
    others: BTreeSet<String>,
}

impl Wording {
    /// Of the unit of a value; degrees may be those of a compass.
    pub(super) fn of(value: &Expr, unit: Option<&str>) -> Self {
        let words: Vec<String> = unit
            .unwrap_or_default()
            .split(|sign: char| !sign.is_alphabetic() && sign != '\'')
            .filter_map(|word| match word {
                "N" | "S" | "E" | "W" if matches!(value, Expr::Degrees(_)) => Some(compass(word).to_owned()),
                _ if word.is_empty() || !word.is_ascii() || is_measure(word) => None,
                _ => Some(word.to_lowercase()).filter(|word| !FILLERS.contains(&word.as_str())),
            })
            .collect();
        let is_of = |table: &[&str], word: &String| table.contains(&word.as_str());
        let has_noun = words.iter().any(|word| !is_of(&LIMITS, word) && !is_of(&QUALIFIERS, word));
        let mut wording = Self::default();
        for word in words {
            let counts = is_of(&LIMITS, &word) || is_of(&QUALIFIERS, &word) && !has_noun;
            let known = if counts { &mut wording.qualifiers } else { &mut wording.others };
            known.insert(singular(&word).to_owned());
        }
        wording
    }

    /// Whether two values are qualified alike, and one says no other noun than the other.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let is_covered = self.others.is_subset(&other.others) || other.others.is_subset(&self.others);
        self.qualifiers == other.qualifiers && is_covered
    }
}

/// Whether a unit is that of an angle beside degrees.
pub(super) fn is_radians(unit: Option<&str>) -> bool {
    matches!(unit, Some("rad" | "rads" | "radian" | "radians"))
}

/// Whether words name a shape whose two sides have an order: `2 \times 3 \text{ matrix}`.
pub(super) fn is_shape(unit: Option<&str>) -> bool {
    unit.is_some_and(|unit| unit.split(' ').any(|word| matches!(word, "matrix" | "matrices")))
}

fn compass(letter: &str) -> &'static str {
    match letter {
        "N" => "north",
        "S" => "south",
        "E" => "east",
        _ => "west",
    }
}

fn is_measure(word: &str) -> bool {
    word.len() == 1 || units::is_unit(word) || units::named(word).is_some()
}

/// A noun without the ending of its plural, the same one for both numbers.
fn singular(word: &str) -> &str {
    match word {
        "people" => "person",
        "children" => "child",
        "men" => "man",
        "women" => "woman",
        _ if word.len() > 4 => word.trim_end_matches(['s', 'e', 'i', 'y']),
        _ if word.ends_with("ss") => word,
        _ => word.strip_suffix('s').unwrap_or(word),
    }
}
