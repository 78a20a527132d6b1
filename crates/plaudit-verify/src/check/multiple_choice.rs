//! Multiple choice: the same option, in whatever alphabet it is named.

use crate::choice;
use plaudit_core::{Part, Verdict};

/// The place of the option that `text` states, from 0 on: a letter in its usual dress ([`choice::letter`]), or the sign of an option in
/// another alphabet ([`choice::option_index`]) alone or in brackets.
pub fn option(text: &str) -> Option<usize> {
    let letter = choice::letter(text).and_then(|letter| letter.chars().next());
    let alone = || {
        let brackets = |letter: char| letter.is_whitespace() || "()[]（）【】.。:：*".contains(letter);
        let mut letters = text.trim_matches(brackets).chars();
        letters.next().filter(|_| letters.next().is_none())
    };
    choice::option_index(letter.or_else(alone)?)
}

/// Whether `answer` names the option that `gold` names. `None` is a completion without an answer; an option from `options` on is none of
/// the options and cannot be read.
///
/// ```
/// use plaudit_core::{Part, Verdict};
/// use plaudit_verify::check::multiple_choice::check;
/// assert_eq!(check("B", Some("(b) 12"), 4), Verdict::Correct);
/// assert_eq!(check("B", Some("乙"), 4), Verdict::Correct);
/// assert_eq!(check("B", Some("C"), 4), Verdict::Wrong);
/// assert_eq!(check("B", Some("E"), 4), Verdict::Unparsed { part: Part::Answer });
/// ```
pub fn check(gold: &str, answer: Option<&str>, options: usize) -> Verdict {
    let read = |text: &str| option(text).filter(|option| *option < options);
    match (read(gold), answer.map(read)) {
        (None, _) => Verdict::Unparsed { part: Part::Gold },
        (_, None) => Verdict::Unparsed { part: Part::Missing },
        (_, Some(None)) => Verdict::Unparsed { part: Part::Answer },
        (Some(gold), Some(Some(answer))) => crate::answer::verdict(gold == answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_many_alphabets() {
        for text in ["C", "(c)", "\\text{C. aspirin}", "Ｃ", "（丙）", "③", "В.", "ج", "ウ", "다", "γ"] {
            assert_eq!(option(text), Some(2), "{text}");
        }
        for text in ["", "cat", "12", "A or B", "丙丁"] {
            assert_eq!(option(text), None, "{text}");
        }
        assert_eq!(check("B", None, 4), Verdict::Unparsed { part: Part::Missing });
        assert_eq!(check("7", Some("A"), 4), Verdict::Unparsed { part: Part::Gold });
    }
}
