//! Letters that a sentence says to be right: `B is correct`, `so it is B`.

use super::letter::{Reader, belongs_to_word, word_prefix};
use crate::choice::{begins_list, option_index};
use crate::extract::Place;
use crate::extract::hedge;
use crate::extract::phrases::is_alphabetic;

/// What begins a conclusion.
const CONCLUDING: [&str; 16] = [
    "so",
    "thus",
    "hence",
    "therefore",
    "conclude",
    "only",
    "consequently",
    "donc",
    "daher",
    "luego",
    "por lo tanto",
    "因此",
    "所以",
    "故",
    "したがって",
    "따라서",
];

/// What says behind a letter of a conclusion that it is right.
const HOLDS: [&str; 5] = ["is true", "holds", "works", "fits", "satisfies"];

/// What denies a sentence or makes it a condition.
const DENYING: [&str; 9] = ["if", "whether", "not", "n't", "n’t", "cannot", "never", "suppose", "why"];

/// What else makes a sentence say nothing of what is.
const DOUBTING: [&str; 16] = [
    "could be",
    "might be",
    "may be",
    "except",
    "unless",
    "assume",
    "rule",
    "ruled",
    "exclude",
    "unlikely",
    "neither",
    "nor",
    "none",
    "is it",
    "without",
    "eliminate",
];

/// What stands right before a letter that is the answer.
const CHOOSING: [&str; 56] = [
    "antwort",
    "réponse",
    "risposta",
    "resposta",
    "respuesta",
    "opción",
    "opção",
    "opzione",
    "вариант",
    "seçenek",
    "şık",
    "选项",
    "選項",
    "のは",
    "것은",
    "ข้อ",
    "ตอบ",
    "উত্তর",
    "گزینه",
    "الخيار",
    "so",
    "thus",
    "hence",
    "therefore",
    "then",
    "it's",
    "it’s",
    "leaves",
    "left",
    "matches",
    "matching",
    "select",
    "choose",
    "pick",
    "say",
    "corresponds to",
    "corresponding to",
    "go with",
    "going with",
    "option",
    "choice",
    "letter",
    "answer",
    "alternative",
    "ans",
    "选",
    "選",
    "jibu ni",
    "คือ",
    "হল",
    "হলো",
    "är",
    "είναι",
    "היא",
    "vastaus on",
    "response",
];

/// What stands there where the sentence is about the answer.
const COPULAS: [&str; 15] =
    ["ni", "je", "este", "is", "be", "was", "est", "ist", "es", "é", "è", "to", "jest", "это", "là"];

/// What such a sentence has.
const SUBJECTS: [&str; 22] = [
    "jibu",
    "odpověď",
    "răspuns",
    "it",
    "answer",
    "guess",
    "choice",
    "option",
    "one",
    "correct",
    "right",
    "true",
    "best",
    "remaining",
    "this",
    "corret",
    "richtig",
    "прав",
    "đúng",
    "respuesta",
    "antwort",
    "solution",
];

/// Options beyond these are names of quantities rather than answers, where nothing calls them options.
const MOST_OPTIONS: usize = 10;

/// How much of a sentence before a letter is looked at, and how much of a text's end for a letter that stands alone.
const BEFORE: usize = 80;
const LAST: usize = 2_000;

/// A capital that stands alone: `at..end`.
#[derive(Clone, Copy)]
struct Capital {
    at: usize,
    end: usize,
    letter: char,
}

/// The capitals in `text` from `from` on that name options and stand alone, the last first.
fn capitals(text: &str, from: usize) -> impl Iterator<Item = Capital> {
    let bytes = text.as_bytes();
    let from = text.floor_char_boundary(from);
    // Beside ASCII letters, only a first byte of a longer character can begin an option.
    let beginnings = (from..bytes.len()).rev().filter(|at| bytes[*at].is_ascii_uppercase() || bytes[*at] >= 0xC0);
    let in_word = |at: &usize| bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) && bytes[*at].is_ascii();
    beginnings.filter(move |at| !in_word(at)).filter_map(move |at| {
        let letter = text[at..].chars().next().filter(|letter| !letter.is_lowercase())?;
        let end = at + letter.len_utf8();
        let is_in_word = text[..at].chars().next_back().is_some_and(|before| is_bound(letter, before));
        let is_alone = !is_in_word && !belongs_to_word(letter, &text[end..]);
        let is_option = is_alone && option_index(letter).is_some_and(|index| index < MOST_OPTIONS);
        is_option.then_some(Capital { at, end, letter })
    })
}

/// Whether what stands before a letter binds it into a word or a formula.
fn is_bound(letter: char, before: char) -> bool {
    matches!(before, '\'' | '’' | '-' | '=' | '^' | '+' | '<' | '°' | '\\') && before != '\''
        || before.is_alphanumeric() && (before < '\u{2E80}' || !letter.is_ascii())
}

/// What stands before `at`, in lower case, from the last of `ends` on.
fn clause(text: &str, at: usize, ends: &[char]) -> String {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(BEFORE))..at];
    let start = before.rfind(ends).map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
    before[start..].to_lowercase()
}

const SENTENCE: [char; 7] = ['.', '\n', '。', '!', '?', ';', '；'];
const CLAUSE: [char; 11] = ['.', '\n', '。', '!', '?', ';', '；', ',', '，', ':', '：'];

fn is_doubted(clause: &str) -> bool {
    [&DENYING[..], &DOUBTING].iter().any(|words| has_word(clause, words))
}

fn has_word(clause: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let is_part = word.contains(['\'', '’']) || !is_alphabetic(word);
        clause.match_indices(word).any(|(at, found)| {
            let starts = is_part || !clause[..at].ends_with(char::is_alphanumeric);
            starts && (is_part || !clause[at + found.len()..].starts_with(char::is_alphanumeric))
        })
    })
}

/// What else makes a statement of an answer none before it in its clause: `one might think the answer is B`.
const SUPPOSING: [&str; 15] = [
    "nobody",
    "no one",
    "wrong",
    "some say",
    "some may",
    "some might",
    "might think",
    "may think",
    "claims",
    "mistake",
    "misconception",
    "perhaps",
    "doubt",
    "不可能",
    "не",
];

/// Whether the statement that ends at `at` is only supposed, or denied as a whole.
pub(super) fn is_doubted_statement(text: &str, at: usize) -> bool {
    let clause = clause(text, at, &CLAUSE);
    let concluded = CONCLUDING.iter().filter_map(|word| clause.rfind(&format!("{word} "))).max().unwrap_or(0);
    [&DENYING[..], &SUPPOSING].iter().any(|words| has_word(&clause[concluded..], words))
}

/// The letter that is said to be right: the last in a conclusion, else one of which alone this is said.
pub(super) fn affirmed(text: &str, from: usize, reader: &Reader) -> Option<Place> {
    let mut found: Option<Capital> = None;
    let mut several = false;
    for capital in capitals(text, from) {
        let (_, behind) = reader.behind(&text[capital.end..]);
        let is_right =
            || reader.is_right(behind) || bold_option(text, capital).is_some_and(|after| reader.is_right(after));
        let holds = || HOLDS.iter().any(|word| word_prefix(behind, word).is_some());
        let sentence = || clause(text, capital.at, &SENTENCE);
        let (right, concluded) = match is_right() {
            true => (true, has_word(&sentence(), &CONCLUDING)),
            false => (false, holds() && has_word(&sentence(), &CONCLUDING)),
        };
        if !(right || concluded) || is_doubted(&clause(text, capital.at, &CLAUSE)) {
            continue;
        }
        if concluded && !several {
            let place = found.filter(|other| other.letter == capital.letter).unwrap_or(capital);
            return Some(Place::new(place.at..place.end, "the last letter that is said to be right"));
        }
        several |= found.is_some_and(|other| other.letter != capital.letter);
        found.get_or_insert(capital);
    }
    let only = found.filter(|_| !several)?;
    Some(Place::new(only.at..only.end, "the letter that is said to be right"))
}

/// What follows an option that is set in bold: `**C. 12 m/s** is right`.
fn bold_option(text: &str, capital: Capital) -> Option<&str> {
    let is_bold = text[..capital.at].ends_with("**") || text[..capital.at].ends_with("**(");
    let after = super::letter::clipped(&text[capital.end..], BEFORE);
    let (_, behind) = after.split('\n').next().filter(|_| is_bold)?.split_once("**")?;
    Some(behind.trim_start())
}

/// The last letter that a sentence near the end chooses, or that is a sentence of its own.
pub(super) fn alone(text: &str, from: usize, reader: &Reader) -> Option<Place> {
    let from = from.max(text.len().saturating_sub(LAST));
    let is_chosen = |capital: &Capital| {
        let before =
            text[..capital.at].trim_end_matches(['(', '[', '*', '$', '`', '"', '“', '\'', '（', '【', '\\', '_']);
        let is_spaced = before.len() < capital.at
            || before.ends_with(char::is_whitespace)
            || before.ends_with(|sign: char| !sign.is_ascii())
            || before.is_empty();
        let before = before.trim_end_matches([' ', '\t']);
        let after = &text[capital.end..];
        is_spaced
            && is_chosen_by(before, text, capital.at)
            && ends(before, after, capital.letter)
            && !is_doubted(&clause(text, capital.at, &CLAUSE))
            && !is_listed(before)
            && !hedge::is_denied(text, capital.at)
            && !is_doubted_statement(text, capital.at)
            && matches!(reader.read(&text[capital.at..], true), super::Reading::Letter(at) if at.start == 0)
    };
    let capital = capitals(text, from).find(is_chosen)?;
    Some(Place::new(capital.at..capital.end, "the last letter that stands alone"))
}

/// Whether the words before a letter choose it, or there are none.
fn is_chosen_by(before: &str, text: &str, at: usize) -> bool {
    let sentence = clause(text, at, &SENTENCE);
    let last = sentence.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    let ends_with = |words: &[&str]| {
        words.iter().any(|word| {
            last.strip_suffix(word).is_some_and(|rest| !word.is_ascii() || !rest.ends_with(char::is_alphanumeric))
        })
    };
    before.is_empty()
        || before.ends_with(['\n', ',', ':', '：', '.', '!', ';', '，', '。', '→', '—', '?'])
        || ends_with(&CHOOSING)
        || ends_with(&COPULAS) && has_subject(&clause(text, at, &CLAUSE))
}

fn has_subject(sentence: &str) -> bool {
    SUBJECTS.iter().any(|subject| match subject.len() {
        2..=4 if subject.is_ascii() => has_word(sentence, &[subject]),
        _ => sentence.contains(subject),
    })
}

/// Whether a letter ends its clause, or begins an option that is written out.
fn ends(before: &str, after: &str, letter: char) -> bool {
    let closed = after.trim_start_matches([')', ']', '*', '$', '`', '"', '”', '\'', '）', '】', '_', '}']);
    let line = after.split('\n').next().unwrap_or_default();
    let begins_line = before.is_empty() || before.ends_with('\n');
    let is_sentence = closed.trim_start_matches(['.', '!', '。', ' ']).is_empty() || closed.starts_with('\n');
    let rest = closed.trim_start();
    let goes_on = ["because", "since", "as", "not", "over", "rather", "instead", "with", "it is", "here"];
    if begins_line {
        return line.trim_matches(|sign: char| !sign.is_alphanumeric()).is_empty() && !closed.starts_with('?');
    }
    let is_label = closed.starts_with(':') || closed.len() < after.len() && rest.starts_with(char::is_alphanumeric);
    is_sentence
        || closed.starts_with(['.', ',', ';', '!', '。', '，', '；', '<', '—', '।'])
        || ["です", "である", "입니다", "이다"].iter().any(|is| closed.starts_with(is))
        || goes_on.iter().any(|word| word_prefix(rest, word).is_some())
        || is_label && !begins_list(letter, after, usize::MAX) && !before.ends_with([',', '.', ';', ':', '!', '?'])
}

/// Whether another letter stands right before: `A, B` and a column of letters.
fn is_listed(before: &str) -> bool {
    let listed = before.trim_end_matches([',', '\n', ' ', ')', '.', ';', '(', '/']);
    let mut letters = listed.chars().rev();
    listed.len() < before.len()
        && letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && letters.next().is_none_or(|before| !before.is_alphanumeric())
}
