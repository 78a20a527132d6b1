//! Whether a completion takes back what it has said, and what it puts in its place.

use super::hedge::WINDOW;
use super::number;
use super::phrases::{folded_prefix, is_alphabetic};

/// What takes back the sentence before it.
const RETRACTIONS: [&str; 42] = [
    "no,",
    "no:",
    "no.",
    "no wait",
    "wait, no",
    "wait no",
    "oh no",
    "oops",
    "moment, nein",
    "correction",
    "scratch that",
    "that is incorrect",
    "that is wrong",
    "that is not right",
    "that is not correct",
    "that is not the answer",
    "that's incorrect",
    "that's wrong",
    "that's not right",
    "that's not correct",
    "that's not the answer",
    "this is incorrect",
    "this is wrong",
    "this is not right",
    "this is not correct",
    "this is not the answer",
    "but that is wrong",
    "but this is wrong",
    "nein",
    "das ist falsch",
    "non,",
    "non :",
    "c'est faux",
    "eso es incorrecto",
    "não,",
    "нет",
    "это неверно",
    "不对",
    "不,",
    "不，",
    "いいえ",
    "아니",
];

/// What takes back the sentence before it where a number follows.
const RECONSIDERATIONS: [&str; 19] = [
    "wait",
    "sorry",
    "pardon",
    "perdón",
    "perdona",
    "desculpe",
    "scusa",
    "entschuldigung",
    "actually",
    "hmm",
    "hold on",
    "let me correct",
    "i made",
    "i mean",
    "or rather",
    "make that",
    "eigentlich",
    "anzi",
    "на самом деле",
];

/// Whether the text behind a sentence takes it back, or goes on to another number.
pub(super) fn takes_back(after: &str) -> bool {
    let after = beginning(after);
    let reconsiders = || RECONSIDERATIONS.iter().any(|word| behind(after, word).is_some());
    denies(after) || reconsiders() && after.contains(|digit: char| digit.is_ascii_digit())
}

/// Whether the text behind an answer says that it is wrong: `No`, `Wait, that's wrong`, `Actually, I made a mistake`.
pub(super) fn denies(after: &str) -> bool {
    let after = beginning(after);
    let begins = |text: &str| RETRACTIONS.iter().any(|word| behind(text, word).is_some());
    let is_wrong = |rest: &str| begins(rest) || MISTAKES.iter().any(|word| behind(rest, word).is_some());
    begins(after) || RECONSIDERATIONS.iter().filter_map(|word| behind(after, word)).any(is_wrong)
}

/// What admits an error.
const MISTAKES: [&str; 4] = ["i made a mistake", "i made an error", "a mistake", "an error"];

fn beginning(after: &str) -> &str {
    words(&after[..after.floor_char_boundary(WINDOW)])
}

fn words(text: &str) -> &str {
    text.trim_start_matches(|sign: char| !sign.is_alphanumeric())
}

/// What follows a word at the start of `text`.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = &text[folded_prefix(text, word)?..];
    (!is_word_part(word) || !rest.starts_with(char::is_alphabetic)).then(|| words(rest))
}

/// Whether a letter behind `word` would make it another word.
fn is_word_part(word: &str) -> bool {
    word.ends_with(char::is_alphabetic) && is_alphabetic(word)
}

/// Where the value begins that a sentence puts in the place of an earlier one: `42, I mean 43`, `42 -- no, 43`.
pub(super) fn corrected(sentence: &str) -> Option<usize> {
    let sentence = &sentence[..sentence.floor_char_boundary(2 * WINDOW)];
    let pauses = sentence.match_indices([',', '-', '–', '—', ';', '…', '.']).map(|(at, pause)| at + pause.len());
    let corrections = pauses.take(MOST_PAUSES).filter(|at| {
        let rest = &sentence[*at..];
        rest.starts_with(' ') && number::first(&sentence[..*at]).is_some() && takes_back(rest)
    });
    let start = corrections.last()?;
    let value = number::first(&sentence[start..])?.start + start;
    // A dollar belongs to it.
    Some(value - usize::from(sentence[..value].ends_with('$')))
}

/// So many signs of a sentence are looked at.
const MOST_PAUSES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts() {
        for (sentence, value) in [
            ("42, I mean 43", "43"),
            ("42, I mean, 43", "43"),
            ("42, no wait, $43$", "$43$"),
            ("42 -- no, 43", "43"),
            ("42, or rather 43 cm", "43 cm"),
            ("42, sorry, 43", "43"),
            ("42, pardon, 43", "43"),
            ("42, no, 43, no, 44", "44"),
        ] {
            assert_eq!(corrected(sentence).map(|at| &sentence[at..]), Some(value), "{sentence}");
        }
        for sentence in ["42", "42, 43", "42, not 43", "no, 42", "42, no matter what", "3 - 4", ""] {
            assert_eq!(corrected(sentence), None, "{sentence}");
        }
    }
}
