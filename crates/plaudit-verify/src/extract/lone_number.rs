//! The last number of a text, where it is a value of its own.

use super::{Place, number};
use crate::math::is_unit;
use std::ops::Range;

/// What may stand before a number in its word, and behind it.
const OPENING: [char; 17] = ['(', '[', '\\', '"', '\'', '“', '‘', '«', '*', '_', '`', '$', '€', '£', '¥', '₹', '≈'];
const CLOSING: [char; 20] =
    [')', ']', '"', '\'', '”', '’', '»', '*', '_', '`', '.', ',', ';', ':', '!', '?', '。', '，', '$', '€'];

/// Signs between the parts of a calculation or a comparison.
const OPERATORS: [char; 15] = ['+', '×', '÷', '·', '/', '^', '√', '±', '<', '>', '≤', '≥', '≠', '=', '\u{2212}'];

/// Words between the parts of a calculation, or that change the number beside them.
const OPERATIONS: [&str; 12] =
    ["plus", "minus", "times", "over", "negative", "squared", "cubed", "factorial", "moins", "menos", "минус", "负"];

/// Words between several numbers; what may be one in one language and something else in another is left out.
const ALTERNATIVES: [&str; 8] = ["or", "and", "oder", "und", "ou", "et", "или", "и"];

/// Words behind a number that belong to it.
const SCALES: [&str; 7] = ["hundred", "thousand", "million", "billion", "trillion", "dozen", "percent"];

/// The last number: without its unit and currency, with the whole number before a fraction (`1 2/3`) and with a factor in words (`5 million`). None
/// where it is a part of a calculation, a comparison, a range, a time or a name, or one of several: `5 + 3`, `> 3`, `3-4`, `5:30`, `f(3)`, `5x`,
/// `6 or 7`.
pub(super) fn last(text: &str) -> Option<Place> {
    let mut end = text.len();
    loop {
        let word = last_word(&text[..end])?;
        end = word.start;
        let content = &text[word.clone()];
        if !content.bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // Behind a number stands its unit, perhaps with a power: `7 cm^2`.
        if content.starts_with(char::is_alphabetic) && is_unit(content.trim_matches(CLOSING)) {
            continue;
        }
        let Some(number) = number::last_in(text, word.clone()) else { continue };
        // A percent sign may stand behind a space.
        let word = word.start..word.end.max(number.end);
        let stands_alone = is_beginning(&text[word.start..number.start])
            && is_end(&text[number.end..word.end])
            && !leads_on(&text[..word.start])
            && !goes_on(&text[word.end..]);
        return stands_alone.then(|| Place::new(with_words(text, number), "the last number, a value of its own"));
    }
}

/// The last run without white space.
fn last_word(text: &str) -> Option<Range<usize>> {
    let text = text.trim_end();
    let space = text.char_indices().rev().find(|(_, letter)| letter.is_whitespace());
    (!text.is_empty()).then(|| space.map_or(0, |(at, space)| at + space.len_utf8())..text.len())
}

/// Whether a number may begin behind this part of its word: brackets and the like, `x=`, `Answer:`, words of scripts without spaces.
fn is_beginning(prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches(OPENING);
    match prefix.chars().next_back() {
        None | Some('=' | '：') => true,
        Some(':') => prefix.trim_end_matches(':').ends_with(char::is_alphabetic),
        // No function: `f(3)`.
        Some(last) => last.is_alphabetic() && !last.is_ascii(),
    }
}

/// Whether a number may end before this part of its word: punctuation, units, words of scripts without spaces.
fn is_end(suffix: &str) -> bool {
    let suffix = suffix.trim_end_matches(CLOSING);
    let is_word_of_other_script =
        suffix.starts_with(|first: char| first.is_alphabetic() && !first.is_ascii() && first != 'π');
    suffix.is_empty()
        || matches!(suffix, "st" | "nd" | "rd" | "th")
        || suffix.starts_with('°')
        || is_unit(suffix)
        || is_word_of_other_script
}

/// Whether the words before a number go on with it.
fn leads_on(before: &str) -> bool {
    let Some(word) = last_word(before) else { return false };
    let (rest, word) = (before[..word.start].trim_end(), &before[word]);
    // A dash may be punctuation.
    let is_difference =
        matches!(word, "-" | "–") && rest.ends_with(|last: char| last.is_ascii_digit() || matches!(last, ')' | '='));
    let is_operator = word.ends_with(OPERATORS) && !word.ends_with('=') || word == "*";
    is_difference || is_operator || is_operation(word) || ALTERNATIVES.contains(&&*word.to_lowercase())
}

/// Whether the text behind a number goes on with it.
fn goes_on(after: &str) -> bool {
    let line = after.lines().next().unwrap_or_default().trim_start();
    let mut words = line.split_whitespace();
    let Some(word) = words.next() else { return false };
    let is_difference = matches!(word, "-" | "–")
        && words.next().is_some_and(|next| next.starts_with(|first: char| first.is_ascii_digit()));
    word.starts_with(OPERATORS) || word == "*" || is_difference || is_operation(word)
}

fn is_operation(word: &str) -> bool {
    OPERATIONS.iter().any(|operation| word.trim_end_matches(CLOSING).eq_ignore_ascii_case(operation))
}

/// With a whole number before a fraction, and a factor behind the number.
fn with_words(text: &str, number: Range<usize>) -> Range<usize> {
    let is_whole = |word: &Range<usize>| {
        word.end + 1 == number.start && text[word.clone()].bytes().all(|byte| byte.is_ascii_digit())
    };
    let whole = last_word(&text[..number.start]).filter(|word| text[number.clone()].contains('/') && is_whole(word));
    let behind = text[number.end..].strip_prefix(' ').unwrap_or_default();
    let factor = behind.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let is_scale = SCALES.iter().any(|scale| factor.eq_ignore_ascii_case(scale));
    whole.map_or(number.start, |whole| whole.start)..number.end + if is_scale { 1 + factor.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_its_own() {
        for (text, number) in [
            ("It is -4.", "-4"),
            ("It is \u{2212}4.", "\u{2212}4"),
            ("x=-4.5 apples", "-4.5"),
            ("it costs $1,234.50!", "1,234.50"),
            ("**72**", "72"),
            ("It is 72 cm^2.", "72"),
            ("It is 72 m2.", "72"),
            ("It is 72kg.", "72"),
            ("5+3=8", "8"),
            ("5 + 3 = 8", "8"),
            ("the 3rd", "3"),
            ("1 2/3 of it", "1 2/3"),
            ("3/4", "3/4"),
            ("It is 5 million.", "5 million"),
            ("of 50 percent", "50 percent"),
            ("of 50%.", "50%"),
            ("of 50 %.", "50 %"),
            ("of 50 %steps.", "50 %"),
            ("Total - 42", "42"),
            ("42 - that is it", "42"),
            ("- 42", "42"),
            ("答案是42。", "42"),
            ("每份是17千克。", "17"),
            ("Total:42", "42"),
            ("Is it (42)?", "42"),
            ("It is 5!", "5"),
            ("In B12 there are 7 of B13", "7"),
        ] {
            assert_eq!(last(text).map(|place| &text[place.range]), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_value() {
        for text in [
            "It is 5+3",
            "It is 5 + 3",
            "It is 5 - 3",
            "3 * 4",
            "2^3",
            "\u{221a}3",
            "f(3)",
            "5x",
            "5:30",
            "3-4",
            "x > 3",
            "6 or 7",
            "6 oder 7",
            "minus 4",
            "12\u{bd}",
            "3 squared",
            "\\frac{1}{3}",
            "-$5",
            "x_3",
            "3 \u{d7} 4",
            "5k",
            "1.2.3",
            "none",
            "",
        ] {
            assert_eq!(last(text).map(|place| &text[place.range]), None, "{text}");
        }
    }
}
