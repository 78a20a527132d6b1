//! Units of measure: their symbols and names, and one normal spelling of what is made of them. Nothing is converted: a kilometre is no 1000 metres.

use std::collections::BTreeMap;

/// Symbols, each with the prefixes that it is used with. Other letters together are rather a product of variables.
const SYMBOLS: [(&str, &str); 60] = [
    ("m", "kcdmμµn"),
    ("g", "kmμµ"),
    ("s", "mμµn"),
    ("h", ""),
    ("L", "mdμµ"),
    ("l", "mdc"),
    ("N", "kM"),
    ("J", "kM"),
    ("W", "kMGm"),
    ("V", "km"),
    ("A", "mμµ"),
    ("K", ""),
    ("C", "μµn"),
    ("F", "μµnp"),
    ("T", "m"),
    ("H", "m"),
    ("Ω", "kM"),
    ("eV", "kMG"),
    ("Pa", "kM"),
    ("Hz", "kMG"),
    ("Wh", "k"),
    ("mol", "mk"),
    ("cal", "k"),
    ("bar", "m"),
    ("atm", ""),
    ("mmHg", ""),
    ("torr", ""),
    ("Torr", ""),
    ("Nm", ""),
    ("amu", ""),
    ("ppm", ""),
    ("rpm", ""),
    ("psi", ""),
    ("dB", ""),
    ("rad", ""),
    ("deg", ""),
    ("min", ""),
    ("mins", ""),
    ("sec", ""),
    ("secs", ""),
    ("hr", ""),
    ("hrs", ""),
    ("in", ""),
    ("ft", ""),
    ("yd", ""),
    ("mi", ""),
    ("lb", ""),
    ("lbs", ""),
    ("oz", ""),
    ("gal", ""),
    ("mph", ""),
    ("kmh", ""),
    ("kph", ""),
    ("kmph", ""),
    ("USD", ""),
    ("EUR", ""),
    ("GBP", ""),
    ("CNY", ""),
    ("RMB", ""),
    ("cents", ""),
];

/// Names in the singular and without a prefix such as "kilo", and their symbols; names without one stand for themselves.
const NAMES: [(&str, &str); 66] = [
    ("meter", "m"),
    ("metre", "m"),
    ("gram", "g"),
    ("second", "s"),
    ("minute", "min"),
    ("hour", "h"),
    ("liter", "L"),
    ("litre", "L"),
    ("newton", "N"),
    ("joule", "J"),
    ("watt", "W"),
    ("volt", "V"),
    ("ampere", "A"),
    ("amp", "A"),
    ("kelvin", "K"),
    ("hertz", "Hz"),
    ("pascal", "Pa"),
    ("ohm", "Ω"),
    ("coulomb", "C"),
    ("farad", "F"),
    ("henry", "H"),
    ("tesla", "T"),
    ("mole", "mol"),
    ("calorie", "cal"),
    ("electronvolt", "eV"),
    ("inch", "in"),
    ("foot", "ft"),
    ("feet", "ft"),
    ("yard", "yd"),
    ("mile", "mi"),
    ("pound", "lb"),
    ("ounce", "oz"),
    ("gallon", "gal"),
    ("radian", "rad"),
    ("degree", "deg"),
    ("cent", "cents"),
    ("day", ""),
    ("week", ""),
    ("month", ""),
    ("year", ""),
    ("decade", ""),
    ("century", ""),
    ("ton", ""),
    ("tonne", ""),
    ("quart", ""),
    ("pint", ""),
    ("cup", ""),
    ("acre", ""),
    ("hectare", ""),
    ("knot", ""),
    ("weber", ""),
    ("byte", ""),
    ("bit", ""),
    ("dollar", ""),
    ("euro", ""),
    ("yuan", ""),
    ("rupee", ""),
    ("penny", ""),
    ("pence", ""),
    ("unit", ""),
    ("celsius", "°C"),
    ("fahrenheit", "°F"),
    ("atmosphere", "atm"),
    ("decibel", "dB"),
    ("molar", "M"),
    ("micron", "μm"),
];

/// Prefixes by their names.
const PREFIXES: [(&str, &str); 8] = [
    ("kilo", "k"),
    ("centi", "c"),
    ("milli", "m"),
    ("micro", "μ"),
    ("nano", "n"),
    ("mega", "M"),
    ("giga", "G"),
    ("deci", "d"),
];

/// Symbols that others stand for.
const SPELLINGS: [(&str, &str); 16] = [
    ("hr", "h"),
    ("hrs", "h"),
    ("sec", "s"),
    ("secs", "s"),
    ("mins", "min"),
    ("lbs", "lb"),
    ("l", "L"),
    ("ml", "mL"),
    ("dl", "dL"),
    ("cl", "cL"),
    ("Torr", "torr"),
    ("mph", "mi/h"),
    ("kmh", "km/h"),
    ("kph", "km/h"),
    ("kmph", "km/h"),
    ("Nm", "N*m"),
];

/// Whether letters are the symbol of a unit, perhaps with a prefix: `kJ`.
pub(super) fn is_symbol(word: &str) -> bool {
    let is_prefixed = |prefix: &str, known: &str| prefix.chars().count() < 2 && known.contains(prefix);
    SYMBOLS.iter().any(|(symbol, known)| word.strip_suffix(symbol).is_some_and(|prefix| is_prefixed(prefix, known)))
}

/// Whether it is made of symbols: `cm`, `m/s^2`, `J/(mol K)`.
pub(crate) fn is_unit(text: &str) -> bool {
    let is_part =
        |part: &str| {
            let bare = part.trim_matches(|sign: char| sign.is_whitespace() || matches!(sign, '(' | ')'));
            is_symbol(bare.trim_end_matches(|sign: char| {
                sign.is_ascii_digit() || matches!(sign, '^' | '-' | '²' | '³' | '⁻' | '¹')
            }))
        };
    text.split(['/', '·', '*', ' ']).filter(|part| !part.is_empty()).all(is_part) && !text.is_empty()
}

/// The symbol of a unit by its name, in whatever number and with or without a prefix: `kilometres`.
pub(super) fn named(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let find = |word: &str| {
        let singulars = [Some(word), word.strip_suffix('s'), word.strip_suffix("es"), irregular(word)];
        NAMES.iter().find(|(name, _)| singulars.contains(&Some(*name)))
    };
    let symbol =
        |(name, symbol): &(&str, &str)| if symbol.is_empty() { (*name).to_owned() } else { (*symbol).to_owned() };
    find(&word).map(symbol).or_else(|| {
        let prefixed = PREFIXES.iter().find_map(|(name, prefix)| Some((*prefix, word.strip_prefix(name)?)));
        prefixed.and_then(|(prefix, rest)| Some(prefix.to_owned() + &symbol(find(rest)?)))
    })
}

/// The singular of names that have no regular plural.
fn irregular(word: &str) -> Option<&'static str> {
    match word {
        "centuries" => Some("century"),
        "henries" => Some("henry"),
        "pennies" => Some("penny"),
        _ => None,
    }
}

/// A unit as powers of symbols and words.
pub(super) type Powers = BTreeMap<String, i32>;

/// One spelling for all ways to write a unit: `m s^{-2}`, `m/s²` and `metres per second squared`. What stands behind a slash or "per" is divided by,
/// to the end: `J/mol K` is `J/(mol K)`.
pub(super) fn normal(unit: &str) -> Powers {
    let mut powers = Powers::new();
    // The last unit and its power so far, and the power that "square" gives to the next one.
    let mut last: Option<String> = None;
    let mut next_power = 1;
    let mut sign = 1;
    let mut rest = unit.trim_start();
    let is_raised = |sign: char| digit(sign).is_some() || sign == '⁻';
    while let Some(first) = rest.chars().next() {
        let is_digit = |sign: char| digit(sign).is_some() || matches!(sign, '-' | '⁻');
        let is_of_word = |sign: char| !is_digit(sign) && !sign.is_whitespace() && !"/·*⋅()^.,\\".contains(sign);
        let length = match first {
            '^' => 1 + end(&rest[1..], is_digit),
            _ if is_raised(first) => end(rest, is_digit),
            _ if is_of_word(first) => end(rest, is_of_word),
            _ => first.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        rest = behind.trim_start();
        if first == '/' || part == "per" {
            sign = -1;
        } else if is_of_word(first) {
            match part.to_lowercase().as_str() {
                "square" | "sq" => next_power = 2,
                "cubic" | "cu" => next_power = 3,
                "squared" => raise(&mut powers, last.as_deref(), sign, 2),
                "cubed" => raise(&mut powers, last.as_deref(), sign, 3),
                _ => {
                    let symbol = symbol(part);
                    add(&mut powers, &symbol, sign * next_power);
                    last = Some(symbol);
                    next_power = 1;
                }
            }
        } else if first == '^' || is_raised(first) {
            raise(&mut powers, last.as_deref(), sign, exponent(part));
        }
    }
    split_products(powers)
}

fn end(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|sign| !is_part(sign)).unwrap_or(text.len())
}

fn digit(sign: char) -> Option<i32> {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|raised| raised == sign);
    sign.to_digit(10).map(|digit| digit as i32).or(raised.map(|digit| digit as i32))
}

fn exponent(signs: &str) -> i32 {
    let value =
        signs.chars().filter_map(digit).fold(0_i32, |value, digit| value.saturating_mul(10).saturating_add(digit));
    if signs.contains(['-', '⁻']) { -value } else { value }
}

fn add(powers: &mut Powers, symbol: &str, power: i32) {
    let known = powers.entry(symbol.to_owned()).or_default();
    *known = known.saturating_add(power);
}

/// Gives the last unit, which stands there once, a power.
fn raise(powers: &mut Powers, last: Option<&str>, sign: i32, power: i32) {
    if let Some(last) = last {
        add(powers, last, sign.saturating_mul(power.saturating_sub(1)));
    }
}

/// The symbol that a word stands for; another word in lower case and the singular.
fn symbol(word: &str) -> String {
    // The case of a single letter counts: M is no metre.
    if is_symbol(word) || word.starts_with('°') || word.chars().count() == 1 {
        return word.replace('µ', "μ");
    }
    let lower = word.to_lowercase();
    if is_symbol(&lower) {
        return lower;
    }
    // A plural of a word; not of a symbol such as s.
    let singular = || lower.strip_suffix('s').filter(|singular| singular.len() > 2).map(str::to_owned);
    named(&lower).or_else(singular).unwrap_or(lower)
}

/// Symbols that are spelt in two ways in one of them, those of two units as both, `ms^{-1}` as metres per second.
fn split_products(powers: Powers) -> Powers {
    let mut split = Powers::new();
    for (symbol, power) in powers {
        let spelt = match SPELLINGS.iter().find(|(name, _)| *name == symbol) {
            Some((_, spelt)) => spelt,
            None if symbol == "ms" && power < 0 => {
                add(&mut split, "m", 1);
                "s"
            }
            None => symbol.as_str(),
        };
        match (spelt.split_once('/'), spelt.split_once('*')) {
            (Some((above, below)), _) => {
                add(&mut split, above, power);
                add(&mut split, below, power.saturating_neg());
            }
            (None, Some((first, second))) => {
                add(&mut split, first, 1);
                add(&mut split, second, power);
            }
            (None, None) => add(&mut split, spelt, power),
        }
    }
    split.retain(|_, power| *power != 0);
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_has_one_spelling() {
        for spellings in [
            &["m/s^2", "m s^-2", "m·s⁻²", "meters per second squared", "ms^-2", "m/s²"][..],
            &["J/(mol K)", "J mol^-1 K^-1", "J/mol K", "J/(K*mol)"],
            &["square cm", "cm^2", "cm²", "square centimetres", "sq cm"],
            &["N m", "N·m", "Nm", "newton meters", "m N"],
            &["km/h", "kilometers per hour", "kmh"],
            &["μm", "µm", "micrometres", "micron"],
            &["apples", "apple", "Apples"],
            &["kg", "Kg", "kilograms"],
        ] {
            for spelling in spellings {
                assert_eq!(normal(spelling), normal(spellings[0]), "{spelling}");
            }
        }
        for (one, other) in [
            ("mW", "MW"),
            ("K", "k"),
            ("m", "M"),
            ("N m", "N/m"),
            ("m/s", "s/m"),
            ("cm^2", "cm^3"),
            ("km", "m"),
            ("ms", "m s"),
            ("kJ/mol", "kJ"),
            ("", "m"),
        ] {
            assert_ne!(normal(one), normal(other), "{one} {other}");
        }
    }

    #[test]
    fn symbols_have_their_usual_prefixes() {
        assert!(["kJ", "MeV", "mmol", "kΩ", "μF", "hr", "m"].into_iter().all(is_symbol));
        assert!(["kT", "xm", "kkg", "q", "", "k", "GM"].into_iter().all(|word| !is_symbol(word)));
        assert!(is_unit("J/(mol K)") && is_unit("m/s^2") && !is_unit("m/x") && !is_unit(""));
    }
}
