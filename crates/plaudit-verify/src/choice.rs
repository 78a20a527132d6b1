//! Multiple-choice letters.

/// The option letter that `text` states: one ASCII letter, alone or before its option's text. Read are `C`, `c`, `(C)`,
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
    read(text, true)
}

/// As [`letter`], without the capital before words, which in free text is an article or a pronoun (`A patient`, `I think`).
pub(crate) fn leading_letter(text: &str) -> Option<&str> {
    read(text, false)
}

fn read(text: &str, before_words: bool) -> Option<&str> {
    let mut text = text.trim_start();
    for wrapper in ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "Option ", "option ", "**"] {
        text = text.strip_prefix(wrapper).unwrap_or(text).trim_start();
    }
    let enclosed = text.strip_prefix(['(', '[']);
    let text = enclosed.unwrap_or(text);
    let letter = text.get(..1).filter(|letter| letter.as_bytes()[0].is_ascii_alphabetic())?;
    let rest = &text[1..];
    let states = match rest.chars().next() {
        None | Some(')' | ']' | '}' | '.' | ':' | '*' | '$') => true,
        Some(next) if next.is_whitespace() || matches!(next, ',' | ';') => {
            let alone = rest.trim().is_empty();
            let before_words = before_words && letter.as_bytes()[0].is_ascii_uppercase() && !names_a_letter(rest);
            enclosed.is_none() && (alone || before_words)
        }
        Some(_) => false,
    };
    states.then_some(letter)
}

/// Whether one of the words is a single capital, as in `A or B` and `A, B, C`: a list of options is no choice.
fn names_a_letter(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| word.len() == 1 && word.as_bytes()[0].is_ascii_uppercase())
}

/// The text after the last "answer is", "answer:" or "answer :" (any case, an optional colon after "is"), to the end of
/// its line.
pub(crate) fn stated_answer(completion: &str) -> Option<&str> {
    let bytes = completion.as_bytes();
    let starts = |at: usize, word: &str| {
        bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    let (at, length) = (0..bytes.len()).rev().find_map(|at| {
        ["answer is", "answer:", "answer :"]
            .into_iter()
            .find(|phrase| starts(at, phrase))
            .map(|phrase| (at, phrase.len()))
    })?;
    // The phrase is ASCII, so both ends are character boundaries.
    let rest = completion[at + length..].trim_start_matches([' ', ':']);
    Some(rest.lines().next().unwrap_or_default().trim())
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
        assert_eq!(leading_letter("C) carbon"), Some("C"));
        assert_eq!(leading_letter("I think"), None);
        assert_eq!(letter("c)"), Some("c"));
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
        ] {
            let expected = (text == "(C").then_some("C");
            assert_eq!(letter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_last_statement_counts() {
        assert_eq!(stated_answer("The answer is A. No, the ANSWER IS: (C) 3\nbye"), Some("(C) 3"));
        assert_eq!(stated_answer("Answer: B"), Some("B"));
        assert_eq!(stated_answer("réponse B"), None);
        assert_eq!(stated_answer("answer is"), Some(""));
    }
}
