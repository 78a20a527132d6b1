//! A text that is a formula and nothing else.

use super::{Place, hedge, markup, math_span, number, retraction};
use std::ops::Range;

/// What is longer is no single formula.
const LONGEST: usize = 1000;

/// Words of more than three letters that formulas have without a backslash.
const WORDS: [&str; 14] = [
    "sqrt", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "infinity", "infty", "percent", "alpha", "beta",
    "gamma", "theta",
];

/// Commands whose argument is text, or a name.
const TEXTS: [&str; 8] = ["text", "textbf", "textit", "mbox", "mathrm", "operatorname", "begin", "end"];

/// The whole text, where it has no mathematical span and no prose: neither a word of more than three letters that is no function, nor two
/// words of two letters or more in a row.
pub(super) fn whole(text: &str) -> Option<Place> {
    if let Some(range) = leading(text) {
        return Some(Place::new(range, "the first line, which an explanation follows"));
    }
    let range = markup::without_emphasis(text, 0..text.len());
    // The label of question and answer.
    let label = if text[range.clone()].starts_with("A: ") { "A: ".len() } else { 0 };
    let range = markup::without_remark(text, range.start + label..range.end);
    let formula = &text[range.clone()];
    if formula.is_empty() || formula.len() > LONGEST || formula.contains("\n\n") {
        return None;
    }
    // A dollar that opens a formula without end.
    let is_cut =
        formula.match_indices('$').any(|(at, _)| !formula[at + 1..].starts_with(|next: char| next.is_ascii_digit()));
    if is_prose(formula) || is_cut || !math_span::all(formula).is_empty() {
        return None;
    }
    Some(Place::new(range, "the whole text, which is a formula"))
}

/// A first line that is a number, perhaps with its unit, where an explanation in words follows below it.
fn leading(text: &str) -> Option<Range<usize>> {
    let (line, rest) = text.trim_start().split_once("\n\n")?;
    let start = text.len() - text.trim_start().len();
    let value = markup::without_emphasis(text, start..start + line.trim_end_matches(['.', ' ']).len());
    let number = number::first(&text[value.clone()]).filter(|number| number.start == 0)?;
    let unit = text[value.clone()][number.end..].trim_start();
    let is_unit = unit.chars().all(char::is_alphabetic);
    let rest = rest.trim_start_matches(['*', '#', ' ', '\n']);
    let is_explained = rest.starts_with(char::is_alphabetic) && is_prose(rest.lines().next().unwrap_or_default());
    (is_unit && is_explained && !retraction::takes_back(rest)).then_some(value)
}

/// The last sentence that has an equation or inequality, from the term before its first sign on, without its stop.
pub(super) fn last_relation(text: &str) -> Option<Place> {
    let line = text.trim_end().rfind('\n').map_or(0, |at| at + 1)..text.trim_end().len();
    let line = line.start.max(text.floor_char_boundary(line.end.saturating_sub(LONGEST)))..line.end;
    let stop = text[line.clone()].trim_end_matches(['.', '*']).rfind(". ").map_or(line.start, |at| line.start + at + 2);
    let sentence = text[stop..line.end].trim_end_matches(['.', '*', ' ']);
    if sentence.contains(['$', '&'])
        || ["\\(", "\\[", "\\\\", "\\begin", "\\boxed"].iter().any(|sign| sentence.contains(sign))
    {
        return None;
    }
    let Some(sign) = sentence.find(['=', '<', '>', '≤', '≥', '≠', '∈']) else {
        let formula = after_copula(sentence)?;
        return Some(Place::new(stop + formula.start..stop + formula.end, "what the last sentence says"));
    };
    // Back over words that may be of a term.
    let mut start = sign;
    for word in sentence[..sign].split_inclusive([' ', '*', ':']).rev() {
        let name = word.trim_matches([' ', '*', ',']);
        let is_verbal = name.ends_with(':') || SHORT_WORDS.contains(&name) || is_prose(name) || word.ends_with("**");
        if is_verbal && !name.is_empty() {
            break;
        }
        start -= word.len();
    }
    // Emphasis that ends before the equation.
    let start = sentence.len() - sentence[start..].trim_start_matches(['*', ' ']).len();
    let relation = stop + start..stop + sentence.len();
    let is_formula = !text[relation.start..stop + sign].trim().is_empty() && !is_prose(&text[relation.clone()]);
    is_formula.then(|| Place::new(relation, "the last equation in plain text"))
}

/// Words of two or three letters that no formula has.
const SENTENCE_WORDS: [&str; 8] = ["it", "yes", "no", "not", "we", "is", "are", "the"];

/// Words behind which a sentence says what something is.
const COPULAS: [&str; 15] = [
    " is ", " are ", " equals ", " est ", " sont ", " ist ", " sind ", " es ", " son ", " é ", " são ", " è ",
    " sono ", " là ", " adalah ",
];

/// A formula behind the last "is" of a sentence, which is the rest of it, but no number with its unit.
fn after_copula(sentence: &str) -> Option<Range<usize>> {
    let at = COPULAS.iter().filter_map(|word| sentence.rfind(word).map(|at| at + word.len())).max()?;
    let rest = &sentence[at..];
    let number = number::first(rest).filter(|number| number.start == 0).map_or(0, |number| number.end);
    let unit = rest[number..].strip_prefix(' ').filter(|_| number > 0).and_then(|rest| rest.split(' ').next());
    let has_unit = unit.is_some_and(|unit| unit.starts_with(char::is_alphabetic) && !matches!(unit, "and" | "or"));
    let has_value = rest.contains(|sign: char| sign.is_ascii_digit() || matches!(sign, '\\' | 'π'));
    (has_value && !has_unit && !is_prose(rest) && !rest.contains(char::is_control))
        .then(|| at..at + hedge::before_other_form(rest))
}

/// Words of up to three letters that stand before an equation.
const SHORT_WORDS: [&str; 23] = [
    "at", "so", "So", "we", "We", "is", "are", "get", "the", "The", "let", "Let", "or", "and", "for", "if", "If",
    "has", "it", "to", "end", "all", "by",
];

fn is_prose(formula: &str) -> bool {
    let mut rest = formula;
    // Whether nothing but spaces stands between this place and a word of two letters or more.
    let mut after_word = false;
    while let Some(letter) = rest.chars().next() {
        let tail = &rest[letter.len_utf8()..];
        if letter == '\\' {
            let name = &tail[..tail.bytes().take_while(u8::is_ascii_alphabetic).count()];
            rest = &tail[name.len()..];
            let argument = rest.strip_prefix('{').filter(|_| TEXTS.contains(&name));
            if let Some(end) = argument.and_then(|argument| argument.find('}')) {
                rest = &rest[end + 2..];
            }
            after_word = false;
        } else if letter.is_ascii_alphabetic() {
            let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            let word = &rest[..length];
            let is_known = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
            if after_word && length > 1 || length > 3 && !is_known(&WORDS) || is_known(&SENTENCE_WORDS) {
                return true;
            }
            (rest, after_word) = (&rest[length..], length > 1);
        } else {
            if letter.is_alphabetic() && !('α'..='ω').contains(&letter) && !('Α'..='Ω').contains(&letter) {
                return true;
            }
            after_word &= letter == ' ';
            rest = tail;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_prose() {
        for text in [
            "1000,99",
            r"-\frac{10}{9}",
            "x = 1, y = 2",
            r"10\text{ square cm}^2",
            "28 percent",
            "sqrt(2)/2",
            "f'",
            "λ + 1",
            r"\sec x",
            r"\begin{pmatrix} 4 \\ 9 \end{pmatrix}",
            " 7 ",
        ] {
            assert!(whole(text).is_some(), "{text}");
        }
        for (text, value) in [
            ("A: 42", "42"),
            ("42 (6 x 7)", "42"),
            ("42 cats\n\nHere is why.", "42 cats"),
            ("**42**\n\nThere are 6 boxes of 7.", "42"),
        ] {
            assert_eq!(whole(text).map(|place| &text[place.range]), Some(value), "{text}");
        }
        for text in ["So $x = 4", "It is 4", "42\n\nNo, 43 of them", "42\n\n43"] {
            assert!(whole(text).is_none(), "{text}");
        }
        for text in ["", "hello world", "it is 7", "so 7 weeks", "72000千克", "print(1)", "1\n\n2", "The answer", "$7$"]
        {
            assert!(whole(text).is_none(), "{text}");
        }
        assert!(whole(&"1+".repeat(600)).is_none());
    }

    #[test]
    fn relations_in_plain_text() {
        let find = |text| last_relation(text).map(|place| text[place.range].trim());
        assert_eq!(find("Thus y = 4 or y = 9."), Some("y = 4 or y = 9"));
        assert_eq!(find("It is hard. We get a + b > 2c."), Some("a + b > 2c"));
        assert_eq!(find("**Result:** x = -1"), Some("x = -1"));
        assert_eq!(find("Hence x = 4\n"), Some("x = 4"));
        assert_eq!(find("He has 4 + 5 = 9 pears."), None);
        assert_eq!(find("so $x = 4$"), None);
        assert_eq!(find("The area is 12π."), Some("12π"));
        assert_eq!(find(r"so the chance is \frac{3}{4}."), Some(r"\frac{3}{4}"));
        assert_eq!(find("The roots are 4 and 9."), Some("4 and 9"));
        assert_eq!(find("The chance is 0.75 or 75%."), Some("0.75"));
        assert_eq!(find("The volume is 4 m^3."), None);
        assert_eq!(find("It is not 4."), None);
        assert_eq!(find("There are 4 cats."), None);
        assert_eq!(find("no relation, 4"), None);
        assert_eq!(find(""), None);
    }
}
