//! Words.

use super::Comparer;
use crate::math::{Equality, Expr, How, Witness};
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
        Expr::Number(number) if number.decimals.is_none() => Some(number.value.to_string()),
        _ => None,
    }
}

impl Comparer<'_> {
    /// Two expressions one of which is words.
    pub(super) fn words(&self, gold: &Expr, answer: &Expr) -> Equality {
        let folded = [gold, answer].map(|expr| spelt(expr).map(|words| self.folded(&words)));
        match folded {
            [Some(left), Some(right)] if left == right => Equality::Equal { how: How::Text },
            [Some(_), Some(_)] => Equality::NotEqual { witness: Witness::Text },
            _ => self.of_other_kinds(gold, answer),
        }
    }

    /// What is left of words that do not count.
    fn folded(&self, words: &str) -> String {
        let policy = self.policy.text;
        let words = if policy.case { words.split_whitespace().collect::<Vec<_>>().join(" ") } else { fold(words) };
        let kept: String = if policy.punctuation {
            words
        } else {
            words.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ').collect()
        };
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
