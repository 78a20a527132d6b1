//! Multiple-choice letters.

use std::ops::{Range, RangeInclusive};

/// The option letter that `text` states: one letter of [`option_index`], alone or before its option's text. Read are `C`, `c`, `(C)`,
/// `[C]`, `C)`, `C.`, `C:`, `C, because`, `**C**`, `\text{C}`, `Option C`; a capital may also be followed by words
/// (`C is right`). A word such as `Cat` or `carbon` states no letter, nor does a list such as `A or B`.
///
/// Meant for text that is known to state an answer; in a free sentence, `A patient` would read as the letter A.
///
/// ```
/// use plaudit_verify::choice::letter;
/// assert_eq!(letter(r"\text{(B) } 12"), Some("B"));
/// assert_eq!(letter("Banana"), None);
/// ```
pub fn letter(text: &str) -> Option<&str> {
    read(text).map(|place| &text[place])
}

/// The signs of the options in use, first option first, where they are no Latin letters, and the characters among which they are.
const ALPHABETS: [(RangeInclusive<char>, [char; 10]); 9] = [
    ('А'..='К', ['А', 'Б', 'В', 'Г', 'Д', 'Е', 'Ж', 'З', 'И', 'К']),
    ('α'..='κ', ['α', 'β', 'γ', 'δ', 'ε', 'ζ', 'η', 'θ', 'ι', 'κ']),
    ('أ'..='ي', ['أ', 'ب', 'ج', 'د', 'ه', 'و', 'ز', 'ح', 'ط', 'ي']),
    ('क'..='ञ', ['क', 'ख', 'ग', 'घ', 'ङ', 'च', 'छ', 'ज', 'झ', 'ञ']),
    ('①'..='⑩', ['①', '②', '③', '④', '⑤', '⑥', '⑦', '⑧', '⑨', '⑩']),
    ('ア'..='コ', ['ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ']),
    ('ㄱ'..='ㅊ', ['ㄱ', 'ㄴ', 'ㄷ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅅ', 'ㅇ', 'ㅈ', 'ㅊ']),
    ('丁'..='辛', ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸']),
    ('가'..='차', ['가', '나', '다', '라', '마', '바', '사', '아', '자', '차']),
];

/// Whether a letter may name an option: a Latin letter, also of full width, or one of the first ten of another alphabet.
pub(crate) fn is_option(letter: char) -> bool {
    option_index(letter).is_some()
}

/// The place of an option from 0 on: `A`, `a`, `Ａ`, `А`, `أ`, `ア`, `가`, `甲`, `①` are the first ones of their alphabets.
/// Cyrillic `В` is the third option, not the Latin letter that it looks like.
///
/// ```
/// use plaudit_verify::choice::option_index;
/// assert_eq!([option_index('C'), option_index('c'), option_index('丙'), option_index('!')], [Some(2), Some(2), Some(2), None]);
/// ```
pub fn option_index(letter: char) -> Option<usize> {
    let latin = match letter {
        'A'..='Z' => Some('A'),
        'a'..='z' => Some('a'),
        'Ａ'..='Ｚ' => Some('Ａ'),
        'ａ'..='ｚ' => Some('ａ'),
        _ => None,
    };
    match latin {
        Some(first) => Some(letter as usize - first as usize),
        None if letter.is_ascii() => None,
        None => ALPHABETS
            .iter()
            .filter(|(block, _)| block.contains(&letter))
            .find_map(|(_, alphabet)| alphabet.iter().position(|other| *other == letter)),
    }
}

/// The letter and the value of an option that is written out: `(B) 12`, `\textbf{(B)} 12`.
pub(crate) fn option_and_value(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let wrapped = ["\\text{", "\\textbf{", "\\mathrm{", "**"].iter().find_map(|wrapper| text.strip_prefix(wrapper));
    let option = wrapped.unwrap_or(text).trim_start().strip_prefix('(')?;
    let (letter, rest) =
        option.split_once(')').filter(|(letter, _)| ('A'..='J').any(|known| letter.chars().eq([known])))?;
    let value = match wrapped {
        Some(_) => rest.trim_start().strip_prefix(['}', '*']).unwrap_or(rest).trim_start_matches('*'),
        None => rest,
    };
    let is_apart = wrapped.is_some() || value.starts_with(char::is_whitespace) || value.starts_with("\\");
    let value = value.trim_start_matches([' ', ':', '~']);
    let is_value = !value.is_empty() && !value.starts_with(['+', '-', '*', '/', '^', '=', '(', '}']);
    (is_apart && is_value).then_some((letter, value))
}

fn read(text: &str) -> Option<Range<usize>> {
    let whole = text;
    let mut text = text.trim_start();
    for wrapper in ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "Option ", "option ", "**"] {
        text = text.strip_prefix(wrapper).unwrap_or(text).trim_start();
    }
    let enclosed = text.strip_prefix(['(', '[']);
    let text = enclosed.unwrap_or(text);
    let letter = text.chars().next().filter(|letter| is_option(*letter))?;
    let rest = &text[letter.len_utf8()..];
    let states = match rest.chars().next() {
        None | Some(')' | ']' | '}' | '.' | ':' | '*' | '$') => {
            !begins_list(letter, rest, usize::MAX) && !is_joined(rest)
        }
        Some(next) if next.is_whitespace() || matches!(next, ',' | ';') => {
            let alone = rest.trim().is_empty();
            let before_words = !letter.is_lowercase() && !names_a_letter(rest) && !denies(rest);
            enclosed.is_none() && (alone || before_words)
        }
        Some(_) => false,
    };
    let start = whole.len() - text.len();
    states.then(|| start..start + letter.len_utf8())
}

/// Whether an option that is followed by `after` begins a list of options: the next one stands in its line or, after the first option of
/// all, begins one of the next `lines` lines that are not empty.
pub(crate) fn begins_list(letter: char, after: &str, lines: usize) -> bool {
    let Some(index) = option_index(letter).filter(|_| after.starts_with(LABELLING)) else { return false };
    let is_next = |text: &str| {
        let text = text.trim_start_matches(['*', '(']);
        let next = text.chars().next().filter(|next| option_index(*next) == Some(index + 1) && !next.is_lowercase());
        next.is_some_and(|next| text[next.len_utf8()..].starts_with(LABELLING))
    };
    let mut rest = after.split('\n');
    let in_line = |line: &str| line.match_indices([' ', '\t', ',']).any(|(at, _)| is_next(&line[at + 1..]));
    rest.next().is_some_and(in_line)
        || index == 0 && rest.map(str::trim_start).filter(|line| !line.is_empty()).take(lines).any(is_next)
}

/// What stands between an option and what it says.
const LABELLING: [char; 7] = [')', '.', ':', ']', '：', '、', '．'];

/// Whether another letter in brackets follows right after a first one: `(A)(B)`, `\text{A}, \text{B}`.
fn is_joined(after: &str) -> bool {
    let rest = after.trim_start_matches([')', ']', '}', '*', '$', ' ', ',', ';', '/', '|', '\n']);
    let opened = ["\\text{", "\\textbf{", "(", "[", "**", "$"].iter().find_map(|opening| rest.strip_prefix(opening));
    let mut letters = opened.unwrap_or_default().chars();
    letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && matches!(letters.next(), Some(')' | ']' | '}' | '*' | '$'))
}

/// Whether what follows a letter says that it is not the answer.
fn denies(after: &str) -> bool {
    ["is wrong", "is incorrect", "is not", "isn't", "is false"]
        .iter()
        .any(|words| after.trim_start().starts_with(words))
}

/// Whether one of the words is a single capital, as in `A or B` and `A, B, C`: a list of options is no choice.
fn names_a_letter(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_found_in_their_usual_dress() {
        for text in [
            "C",
            " C ",
            "(C)",
            "[C]",
            "C)",
            "C.",
            "C: aspirin",
            "C, because",
            "**C**",
            "\\text{C}",
            "\\textbf{C}",
            "Option C",
            "C is right",
            "C)12",
            "(C) carbon",
            "$C$".trim_start_matches('$'),
        ] {
            assert_eq!(letter(text), Some("C"), "{text:?}");
        }
        assert_eq!(letter("c"), Some("c"));
        assert_eq!(letter("ب) ماء"), Some("ب"));
        assert_eq!(letter("c)"), Some("c"));
    }

    #[test]
    fn options_have_values() {
        assert_eq!(option_and_value("(B) 12"), Some(("B", "12")));
        assert_eq!(option_and_value(r"\textbf{(B)} \frac12"), Some(("B", r"\frac12")));
        assert_eq!(option_and_value(r"\text{(B) } 12"), Some(("B", "12")));
        for text in ["(B)", "(x) 12", "(B)12", "(B) + 12", "B 12", "(B) (C)"] {
            assert_eq!(option_and_value(text), None, "{text}");
        }
    }

    #[test]
    fn words_and_numbers_state_no_letter() {
        for text in [
            "",
            " ",
            "Cat",
            "carbon",
            "a patient",
            "12",
            "C12",
            "(C",
            "é",
            "-C",
            "(C 12)",
            "Cé",
            "A or B",
            "A, B",
            "A B C",
            "A;B",
            "A|B",
            "(A)(B)",
            "(A), (B)",
            "\\text{A}, \\text{B}",
            "A. 10 B. 12",
            "A) 10\nB) 12",
            "A is wrong",
        ] {
            let expected = (text == "(C").then_some("C");
            assert_eq!(letter(text), expected, "{text:?}");
        }
    }
}
