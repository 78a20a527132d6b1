//! The last number of a text, where it is a value of its own.

use super::phrases::folded_prefix;
use super::{Place, hedge, number};
use crate::math::is_unit;
use std::ops::Range;

/// What may stand before a number in its word, and behind it.
const OPENING: [char; 17] = ['(', '[', '\\', '"', '\'', '“', '‘', '«', '*', '_', '`', '$', '€', '£', '¥', '₹', '≈'];
const CLOSING: [char; 23] = [
    ')', ']', '"', '\'', '”', '’', '»', '*', '_', '`', '.', ',', ';', ':', '!', '?', '。', '，', '।', '۔', '、', '$',
    '€',
];

/// Signs between the parts of a calculation or a comparison.
const OPERATORS: [char; 15] = ['+', '×', '÷', '·', '/', '^', '√', '±', '<', '>', '≤', '≥', '≠', '=', '\u{2212}'];

/// Words between the parts of a calculation, or that change the number beside them.
const OPERATIONS: [&str; 12] =
    ["plus", "minus", "times", "over", "negative", "squared", "cubed", "factorial", "moins", "menos", "минус", "负"];

/// Words before a number, or before "of" and a number, that make another of it.
const FUNCTIONS: [&str; 17] = [
    "half", "twice", "double", "triple", "thrice", "third", "thirds", "quarter", "quarters", "square", "cube", "root",
    "multiple", "factor", "power", "percent", "fraction",
];

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
        let digit = text.as_bytes()[..end].iter().rposition(u8::is_ascii_digit)?;
        let behind = text[digit..end].find(char::is_whitespace).map_or(end, |length| digit + length);
        let word = last_word(&text[..behind])?;
        end = word.start;
        let content = &text[word.clone()];
        // Behind a number stands its unit, perhaps with a power: `7 cm^2`.
        if content.starts_with(char::is_alphabetic) && is_unit(content.trim_matches(CLOSING)) {
            continue;
        }
        // `[1]` behind a sentence refers to a source.
        if is_reference(content) && last_word(&text[..word.start]).is_some() {
            continue;
        }
        let Some(number) = number::last_in(text, word.clone()) else { continue };
        if !is_alone(text, &number) || is_one_of_several_lines(text, &number) {
            return None;
        }
        let number = with_words(text, number);
        // Behind a preposition stands a circumstance, where the sentence has another number: `42 apples in 6 boxes`.
        if let Some((preposition, before)) = behind_preposition(&text[..number.start]) {
            // Behind an equation, of its right side.
            if before.contains('=') {
                end = preposition;
                continue;
            }
            if before.contains(|digit: char| digit.is_ascii_digit()) {
                return None;
            }
        }
        return Some(Place::new(number, "the last number, a value of its own"));
    }
}

/// Whether a number is no part of a calculation, a comparison, a range or a name, and no other is named before it.
fn is_alone(text: &str, number: &Range<usize>) -> bool {
    is_whole(text, number) && !leads_on(&text[..word_start(text, number.start)])
}

/// Whether a number is no part of a longer word, and no operator follows it.
pub(super) fn is_whole(text: &str, number: &Range<usize>) -> bool {
    let start = word_start(text, number.start);
    // A percent sign may stand behind a space.
    let end = text[number.start..].find(char::is_whitespace).map_or(text.len(), |at| number.start + at).max(number.end);
    let (prefix, suffix) = (&text[start..number.start], &text[number.end..end]);
    // `(4,` and `9)` are parts of a pair.
    let opens = prefix.contains(['(', '[', '{']) && !suffix.contains([')', ']', '}']) && suffix.ends_with([',', ';']);
    let closes = !prefix.contains(['(', '[', '{']) && suffix.starts_with([')', ']', '}']);
    let is_part = opens || closes && text[..start].trim_end().ends_with([',', ';']);
    is_beginning(prefix) && is_end(suffix) && !is_part && !goes_on(&text[end..])
}

fn word_start(text: &str, at: usize) -> usize {
    let space = text[..at].char_indices().rev().find(|(_, letter)| letter.is_whitespace());
    space.map_or(0, |(at, space)| at + space.len_utf8())
}

/// Whether a word is nothing but a number in square brackets.
fn is_reference(word: &str) -> bool {
    let inner = word.trim_end_matches(['.', ',', ';']).strip_prefix('[').and_then(|word| word.strip_suffix(']'));
    inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Words before a number that is a circumstance of another.
const PREPOSITIONS: [&str; 17] = [
    "in",
    "by",
    "from",
    "within",
    "during",
    "per",
    "every",
    "after",
    "before",
    "dans",
    "en",
    "nach",
    "em",
    "из",
    "в",
    "за",
    "через",
];

/// Words before a number that make it a part or an end of the one right before them: `3 out of 4`, `3 to 4`.
const SHARES: [&str; 8] = ["of", "out of", "to", "sur", "von", "bis", "из", "до"];

/// Words before a preposition with which it says a result: `It results in 42`, `it increases by 42`.
const RESULTS: [&str; 16] = [
    "results",
    "resulting",
    "increase",
    "increases",
    "increased",
    "decrease",
    "decreases",
    "decreased",
    "grows",
    "grew",
    "rises",
    "rose",
    "falls",
    "fell",
    "drops",
    "dropped",
];

/// Where a preposition at the end of `before` begins, which makes the number behind it a circumstance of another in its sentence; an article
/// may follow it.
fn behind_preposition(before: &str) -> Option<(usize, &str)> {
    const ARTICLES: [&str; 12] =
        ["the", "all", "these", "those", "his", "her", "their", "les", "den", "los", "las", "about"];
    let signs = [' ', '$', '*', '(', '\\', '€', '£'];
    let mut rest = before.trim_end_matches(signs);
    if let Some(article) = ARTICLES.iter().find(|article| hedge::ends_with_word(rest, article)) {
        rest = rest[..rest.len() - article.len()].trim_end_matches(signs);
    }
    let ends_with = |words: &[&str]| {
        words.iter().rev().find(|word| hedge::ends_with_word(rest, word)).map(|word| rest.len() - word.len())
    };
    let is_share = |at: &usize| rest[..*at].trim_end_matches(signs).ends_with(|digit: char| digit.is_ascii_digit());
    let is_result = |at: &usize| RESULTS.iter().any(|word| hedge::ends_with_word(rest[..*at].trim_end(), word));
    let of_equation = |at: &usize| hedge::sentence_before(rest, *at).contains('=');
    let at = ends_with(&SHARES)
        .filter(is_share)
        .or_else(|| ends_with(&PREPOSITIONS).filter(|at| !is_result(at)))
        .or_else(|| ends_with(&["for"]).filter(of_equation))?;
    Some((at, hedge::sentence_before(rest, at)))
}

/// Whether a number and that of the line before are lines of their own, items of one list: `1. 42` and `2. 43`, `Part (a): 42` and
/// `Part (b): 43`.
fn is_one_of_several_lines(text: &str, number: &Range<usize>) -> bool {
    let line_start = text[..number.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[number.end..].find('\n').map_or(text.len(), |at| number.end + at);
    let before = text[..line_start].trim_end();
    let previous = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    is_item(&text[line_start..line_end]) && is_item(previous)
}

/// Whether a line is a number, with nothing before it but the sign or label of an item.
fn is_item(line: &str) -> bool {
    /// What is longer is no item.
    const LONGEST: usize = 60;
    let line = line.trim();
    if line.len() > LONGEST {
        return false;
    }
    let label = |word: &str| folded_prefix(line, word).map(|length| line[length..].trim_start());
    let line = ["part", "question"].iter().find_map(|word| label(word)).unwrap_or(line);
    let is_label = |label: &str| {
        let inner = label.trim_matches(['(', '*', '#']);
        !inner.is_empty() && inner.len() <= 2 && inner.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let labelled = line
        .split_once([')', ':', '.'])
        .filter(|(label, rest)| is_label(label) && !rest.starts_with(|next: char| next.is_ascii_digit()));
    let value = labelled.map_or(line, |(_, rest)| rest).trim_start_matches([' ', '-', '*', '•', ':', ')', '$']);
    number::first(value)
        .is_some_and(|number| number.start == 0 && value[number.end..].trim_matches(CLOSING).trim().is_empty())
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
        // A tag, or a calculation between angle brackets.
        Some('>') => prefix.starts_with('<') || prefix.ends_with(">>"),
        Some(':') => prefix.trim_end_matches(':').ends_with(char::is_alphabetic),
        // No function: `f(3)`.
        Some(last) => last.is_alphabetic() && !last.is_ascii(),
    }
}

/// Whether a number may end before this part of its word: punctuation, units, words of scripts without spaces.
fn is_end(suffix: &str) -> bool {
    let suffix = suffix.trim_end_matches(char::is_control).trim_end_matches(CLOSING);
    let is_word_of_other_script =
        suffix.starts_with(|first: char| first.is_alphabetic() && !first.is_ascii() && first != 'π');
    suffix.is_empty()
        || matches!(suffix, "st" | "nd" | "rd" | "th")
        || suffix.starts_with(['°', '\'', '’'])
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
    // `Half of 42`, `twice 42`.
    let is_function = FUNCTIONS.contains(&&*word.to_lowercase())
        || word == "of" && last_word(rest).is_some_and(|function| FUNCTIONS.contains(&&*rest[function].to_lowercase()));
    let is_operator = word.ends_with(OPERATORS) && !word.ends_with('=') || word == "*";
    // `5 feet 6 inches`.
    let is_lesser_unit = is_unit(word) && rest.ends_with(|last: char| last.is_ascii_digit());
    is_difference
        || is_operator
        || is_function
        || is_lesser_unit
        || is_operation(word)
        || ALTERNATIVES.contains(&&*word.to_lowercase())
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

/// With a whole number before a fraction, groups of thousands before spaces, and a factor behind the number.
fn with_words(text: &str, number: Range<usize>) -> Range<usize> {
    let mut start = number.start;
    let digits = |range: Range<usize>| text[range].bytes().take_while(u8::is_ascii_digit).count();
    let is_fraction = text[number.clone()].contains('/');
    while let Some(word) = last_word(&text[..start]) {
        let is_near = text[word.end..start].chars().count() == 1 && !text[word.end..start].contains('\n');
        let is_group = digits(start..number.end) == 3 && word.len() <= 3;
        if !is_near || digits(word.clone()) != word.len() || !(is_fraction || is_group) {
            break;
        }
        start = word.start;
        if is_fraction {
            break;
        }
    }
    let behind = text[number.end..].strip_prefix(' ').unwrap_or_default();
    let factor = behind.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let is_scale = SCALES.iter().any(|scale| factor.eq_ignore_ascii_case(scale));
    start..number.end + if is_scale { 1 + factor.len() } else { 0 }
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
            ("1 234 567 km", "1 234 567"),
            ("In 1999 100 came", "100"),
            ("It is 42 [1]", "42"),
            ("In 6 boxes there are 42 apples", "42"),
            ("So 6 * 7 = 42 apples in 6 boxes", "42"),
            ("6 times 7 results in 42", "42"),
            ("It comes to a total of 42", "42"),
            ("- Red: 6\n- Total: 42", "42"),
            ("1. Take 6.\n2. Get 42", "42"),
            ("2.5\nTotal: 42", "42"),
            ("<answer>42", "42"),
            ("it makes $6*7=$<<6*7=42>>42", "42"),
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
            "half of 42",
            "the square root of 42",
            "twice 42",
            "42 apples in 6 boxes",
            "in [4, 9)",
            "3 out of 4",
            "the odds are 3 to 4",
            "1. 42\n2. 43",
            "Part (a): 42\nPart (b): 43",
            "42\n43",
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
