//! Words.

use super::Comparer;
use crate::math::{Constant, Equality, Expr, How, Witness};
use crate::text::fold;

/// Words of numbers up to twenty.
const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// What letters an expression spells, where it is but letters: names of options and short words are read as variables.
fn spelt(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Text(words) => Some(words.to_string()),
        Expr::Symbol(name) => Some(name.to_string()),
        Expr::Constant(constant) => constant.letter().map(str::to_owned),
        Expr::Product(parts) => parts.iter().map(spelt).collect(),
        Expr::Tuple(_, parts) if parts.len() == 1 => spelt(&parts[0]),
        // `x\text{-axis}`.
        Expr::Quantity(value, words) if matches!(**value, Expr::Symbol(_)) => Some(spelt(value)? + words),
        Expr::Number(number) if number.decimals.is_none() => Some(number.value.to_string()),
        _ => None,
    }
}

/// Phrases that say the same: the one they are compared as, and the others.
const SYNONYMS: [(&str, &[&str]); 6] = [
    (
        "no solution",
        &[
            "no solutions",
            "no real solution",
            "no real solutions",
            "none",
            "empty set",
            "the empty set",
            "no such number",
        ],
    ),
    (
        "all real numbers",
        &[
            "all reals",
            "all real number",
            "any real number",
            "every real number",
            "the set of all real numbers",
            "the real numbers",
            "real numbers",
            "all real values",
        ],
    ),
    (
        "infinitely many",
        &["infinitely many solutions", "infinite", "infinite solutions", "an infinite number of solutions"],
    ),
    ("diverges", &["divergent", "the series diverges", "the integral diverges"]),
    ("converges", &["convergent", "the series converges", "the integral converges"]),
    ("does not exist", &["dne", "limit does not exist", "the limit does not exist"]),
];

/// The set that words name.
pub(super) fn set(words: &str) -> Option<Constant> {
    /// What is longer names none.
    const LONGEST: usize = 100;
    if words.len() > LONGEST {
        return None;
    }
    match canonical(&fold(words)) {
        Some("no solution") => Some(Constant::EmptySet),
        Some("all real numbers") => Some(Constant::Reals),
        _ => None,
    }
}

/// Whether an answer is of the sort of the gold one: both words, or both mathematics. Names of numbers and sets are mathematics; letters may be
/// either, `\text{B}` an option or `odd` a word.
pub(crate) fn are_of_one_sort(gold: &Expr, answer: &Expr) -> bool {
    fn words(expr: &Expr) -> Option<&str> {
        match expr {
            Expr::Text(words) if !names_mathematics(words) => Some(words),
            _ => None,
        }
    }
    let is_spelt = |expr| spelt(expr).is_some_and(|letters| letters.contains(char::is_alphabetic));
    match (words(gold), words(answer)) {
        (Some(_), Some(_)) | (None, None) => true,
        (Some(_), None) => is_spelt(answer),
        (None, Some(words)) => !words.contains(' ') && is_spelt(gold),
    }
}

fn names_mathematics(words: &str) -> bool {
    /// What may come of a question for a value.
    const OUTCOMES: [&str; 9] = [
        "undefined",
        "impossible",
        "not possible",
        "indeterminate",
        "divergent",
        "diverges",
        "cannot be determined",
        "not enough information",
        "none of the above",
    ];
    let words = fold(words);
    canonical(&words).is_some() || NUMBERS.contains(&words.as_str()) || OUTCOMES.contains(&words.as_str())
}

fn canonical(words: &str) -> Option<&'static str> {
    let words = words.trim_end_matches(['.', '!']);
    SYNONYMS.iter().find(|(name, others)| *name == words || others.contains(&words)).map(|(name, _)| *name)
}

/// Words without their punctuation. What stands beside a digit or between two terms is none: `2.5`, `A-`, `x > 5`, `f(x)`.
fn without_punctuation(words: &str) -> String {
    let signs: Vec<char> = words.chars().collect();
    let mut kept = String::with_capacity(words.len());
    // Whether each bracket that is open was kept.
    let mut brackets = Vec::new();
    let last_close = signs.iter().rposition(|sign| matches!(sign, ')' | ']'));
    for (at, sign) in signs.iter().enumerate() {
        let before = kept.trim_end().chars().next_back().unwrap_or(' ');
        let behind = &signs[at + 1..];
        let next = behind.first().copied().unwrap_or(' ');
        let letters = behind.iter().take(2).take_while(|letter| letter.is_alphabetic()).count();
        let digits = behind.iter().take(4).take_while(|digit| digit.is_ascii_digit()).count();
        match sign {
            '"' | '\u{201c}' | '\u{201d}' | '`' | '?' | '#' | '&' | '@' | '~' => {}
            '\'' | '\u{2018}' | '\u{2019}' if !matches!(next, '(' | '=') => {}
            '.' if digits == 0 => {}
            ',' if before.is_ascii_digit() && digits == 3 => {}
            // One space for several, so that the sign before is near.
            ' ' | ',' | ';' | '\u{2014}' if kept.ends_with(' ') => {}
            ',' | ';' | '\u{2014}' => kept.push(' '),
            ':' if next == ' ' && at > 0 && signs[at - 1] != ' ' || behind.is_empty() => {}
            '!' if next != '=' && !before.is_ascii_digit() => {}
            '-' | '\u{2010}' | '\u{2011}' if before.is_alphabetic() && letters == 2 => {}
            '*' if !before.is_alphanumeric() || !next.is_alphanumeric() => {}
            '(' | '[' => {
                let mut inside = behind.iter().take_while(|sign| !matches!(sign, ')' | ']'));
                let is_tight = at > 0 && signs[at - 1].is_alphanumeric();
                // `between [4, 7)` is two items: each has one of the brackets.
                let is_alone = *sign == '[' && last_close.is_none_or(|close| close < at);
                let is_kept = is_tight || is_alone || inside.any(|sign| !sign.is_alphanumeric() && *sign != ' ');
                brackets.push(is_kept);
                kept.extend(is_kept.then_some(*sign));
            }
            ')' | ']' => kept.extend(brackets.pop().unwrap_or(*sign == ']').then_some(*sign)),
            ' ' if !before.is_alphanumeric() => {}
            sign if sign.is_alphanumeric() || *sign == ' ' || *sign == '.' => kept.push(*sign),
            sign => {
                kept.truncate(kept.trim_end().len());
                kept.push(if matches!(sign, '\u{2212}' | '\u{2013}') { '-' } else { *sign });
            }
        }
    }
    kept
}

impl Comparer<'_> {
    /// Two expressions one of which is words.
    pub(super) fn words(&self, gold: &Expr, answer: &Expr) -> Equality {
        let folded = [gold, answer].map(|expr| spelt(expr).map(|words| self.folded(&words)));
        match folded {
            [Some(left), Some(right)] if left == right => Equality::Equal { how: How::Text },
            // `June 20`, read as a product, has lost its space.
            [Some(left), Some(right)]
                if [gold, answer].iter().any(|expr| matches!(expr, Expr::Product(_)))
                    && left.replace(' ', "") == right.replace(' ', "") =>
            {
                Equality::Equal { how: How::Text }
            }
            [Some(_), Some(_)] => Equality::NotEqual { witness: Witness::Text },
            _ => self.of_other_kinds(gold, answer),
        }
    }

    /// What is left of words that do not count.
    fn folded(&self, words: &str) -> String {
        let policy = self.policy.text;
        let folded = fold(words);
        if let Some(name) = canonical(&folded) {
            return name.to_owned();
        }
        let words = if policy.case { words.split_whitespace().collect::<Vec<_>>().join(" ") } else { folded };
        let kept: String = if policy.punctuation { words } else { without_punctuation(&words) };
        let articles = ["a", "an", "the"];
        let kept = kept.split(' ').filter(|word| !word.is_empty());
        let words: Vec<&str> = kept.filter(|word| policy.articles || !articles.contains(word)).collect();
        if let [word] = words[..]
            && let Some(number) = NUMBERS.iter().position(|name| name.eq_ignore_ascii_case(word))
        {
            return number.to_string();
        }
        words.join(" ")
    }
}
