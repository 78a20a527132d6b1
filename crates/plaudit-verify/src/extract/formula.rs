//! A text that is a formula and nothing else.

use super::{Place, markup, math_span};

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
    let range = markup::without_emphasis(text, 0..text.len());
    let formula = &text[range.clone()];
    if formula.is_empty() || formula.len() > LONGEST || formula.contains("\n\n") {
        return None;
    }
    if is_prose(formula) || !math_span::all(formula).is_empty() {
        return None;
    }
    Some(Place::new(range, "the whole text, which is a formula"))
}

/// The last sentence that has an equation or inequality, from the term before its first sign on, without its stop.
pub(super) fn last_relation(text: &str) -> Option<Place> {
    let line = text.trim_end().rfind('\n').map_or(0, |at| at + 1)..text.trim_end().len();
    let line = line.start.max(text.floor_char_boundary(line.end.saturating_sub(LONGEST)))..line.end;
    let stop = text[line.clone()].trim_end_matches(['.', '*']).rfind(". ").map_or(line.start, |at| line.start + at + 2);
    let sentence = text[stop..line.end].trim_end_matches(['.', '*', ' ']);
    let sign = sentence.find(['=', '<', '>', '≤', '≥', '≠', '∈'])?;
    if sentence.contains(['$', '\\']) {
        return None;
    }
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

/// Words of up to three letters that stand before an equation.
const SHORT_WORDS: [&str; 22] = [
    "so", "So", "we", "We", "is", "are", "get", "the", "The", "let", "Let", "or", "and", "for", "if", "If", "has",
    "it", "to", "end", "all", "by",
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
            if after_word && length > 1 || length > 3 && !WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)) {
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
        assert_eq!(find("no relation, 4"), None);
        assert_eq!(find(""), None);
    }
}
