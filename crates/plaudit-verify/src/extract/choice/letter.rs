//! What the words right after "the answer is" say of a letter.

use super::vocabulary::{Vocabulary, WORDS};
use crate::choice::{is_option, option_index};
use crate::extract::Language;
use crate::extract::phrases::{folded_prefix, is_alphabetic};
use std::ops::Range;

/// What a text states.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// One letter, and where it is.
    Letter(Range<usize>),
    /// A letter that is denied or asked about.
    Denied,
    /// Several letters.
    Several,
    /// No letter.
    Nothing,
}

/// The languages in which letters are read.
pub(super) struct Reader<'a> {
    languages: &'a [Language],
}

/// What says more than this behind a statement is no longer part of it.
const LONGEST: usize = 300;

/// A letter that takes the place of a denied one is no further away.
const NEAR: usize = 80;

/// The start of `text`, of at most `length` bytes.
pub(super) fn clipped(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

/// The length of `phrase` at the start of `text`, in any case, where it is not a part of a longer word. A phrase of one letter is in lower
/// case, so that it is no option.
pub(super) fn word_prefix(text: &str, phrase: &str) -> Option<usize> {
    if phrase.len() == 1 && !text.starts_with(phrase) {
        return None;
    }
    let length = folded_prefix(text, phrase)?;
    let goes_on = |next: char| next.is_alphanumeric();
    let is_whole =
        !is_alphabetic(phrase) || !phrase.ends_with(char::is_alphabetic) || !text[length..].starts_with(goes_on);
    is_whole.then_some(length)
}

/// What may stand before a letter and encloses it.
const OPENINGS: [&str; 35] = [
    "\\text{",
    "\\textbf{",
    "\\mathrm{",
    "\\mathbf{",
    "\\boxed{",
    "\\(",
    "\\[",
    "**",
    "*",
    "__",
    "_",
    "(",
    "[",
    "{",
    "<",
    "（",
    "【",
    "「",
    "『",
    "“",
    "‘",
    "«",
    "\"",
    "'",
    "`",
    "$$",
    "$",
    ":",
    "：",
    "#",
    "\\{",
    ">",
    "→",
    "✅",
    "👉",
];

/// What may stand behind it.
const CLOSINGS: [char; 19] =
    [')', ']', '}', '）', '】', '」', '』', '*', '_', '$', '`', '"', '”', '’', '\'', '»', '>', '\\', '#'];

/// Words between "the answer is" and the letter.
const BEFORE: [&str; 29] = [
    "clearly",
    "most likely",
    "likely",
    "probably",
    "actually",
    "definitely",
    "certainly",
    "indeed",
    "in fact",
    "therefore",
    "thus",
    "then",
    "simply",
    "just",
    "obviously",
    "surely",
    "still",
    "of course",
    "to be",
    "only",
    "donc",
    "entonces",
    "então",
    "quindi",
    "also",
    "somit",
    "therefore,",
    "hence",
    "the",
];

/// What makes a letter at the start the subject of a sentence: `A) is too small`.
const VERBS: [&str; 7] = ["is", "are", "est", "ist", "es", "é", "è"];

/// How many of all these, one after the other.
const MOST_BEFORE: usize = 8;

/// What joins two letters as equals, beside "or" and "and".
const BESIDE: [&str; 14] = [
    "possibly",
    "maybe",
    "perhaps",
    "also",
    "as well as",
    "plus",
    "nor",
    "else",
    "then",
    "\\text{or",
    "\\text{and",
    "\\text{ or",
    "\\text{ and",
    "vs",
];

/// What takes a letter back for another one.
const RETRACTING: [&str; 14] = [
    "no",
    "wait",
    "actually",
    "it is",
    "it's",
    "correction",
    "hmm",
    "sorry",
    "i mean",
    "rather",
    "the answer is",
    "let me correct",
    "on second thought",
    "scratch that",
];

/// What takes a letter back for something that is still to come.
const TAKING_BACK: [&str; 15] = [
    "that is wrong",
    "that is incorrect",
    "that's wrong",
    "that is not",
    "this is wrong",
    "this is incorrect",
    "wait",
    "no, ",
    "no: ",
    "no.",
    "hmm",
    "correction",
    "sorry",
    "on second thought",
    "scratch that",
];

/// Signs between two letters in mathematics.
const MATH_SEPARATORS: [&str; 12] =
    ["\\quad", "\\qquad", "\\text{", "\\to", "\\vee", "\\lor", "\\land", "\\wedge", "\\,", "\\;", "\\ ", "\\\\"];

/// Another letter that follows a first one.
enum Another {
    Beside,
    Instead(Range<usize>),
}

impl<'a> Reader<'a> {
    pub(super) fn new(languages: &'a [Language]) -> Self {
        Self { languages }
    }

    /// The length of a word of one kind at the start of `text`.
    fn prefix(&self, text: &str, kind: &Vocabulary) -> Option<usize> {
        kind.prefix(text, self.languages)
    }

    pub(super) fn is_right(&self, text: &str) -> bool {
        self.prefix(text, &WORDS.right).is_some() && !self.is_wrong(text)
    }

    pub(super) fn is_wrong(&self, text: &str) -> bool {
        self.prefix(text, &WORDS.wrong).is_some()
    }

    /// What the start of `text` states. `is_stated`: a letter is expected there, so that a capital counts before words too.
    pub(super) fn read(&self, text: &str, is_stated: bool) -> Reading {
        let text = clipped(text, LONGEST);
        let start = self.before(text, is_stated);
        let rest = &text[start..];
        if is_stated && let Some(length) = self.prefix(rest, &WORDS.not) {
            return self.instead(text, start + length);
        }
        let Some(letter) = rest.chars().next().filter(|letter| is_option(*letter)) else { return Reading::Nothing };
        let place = start..start + letter.len_utf8();
        let after = &text[place.end..];
        let is_alone = !belongs_to_word(letter, after);
        let line = after.split('\n').next().unwrap_or_default();
        let is_before_words = line.starts_with(char::is_whitespace) && !line.trim().is_empty();
        let is_dashed = ["- ", "– ", "— "].iter().any(|dash| line.trim_start().starts_with(dash));
        let counts = !is_before_words || is_dashed || is_stated && !letter.is_lowercase();
        if !is_alone || !counts || self.is_article(letter, after) {
            return Reading::Nothing;
        }
        let (closed, named) = self.behind(after);
        let is_subject = !is_stated && VERBS.iter().any(|verb| word_prefix(named, verb).is_some());
        if self.is_wrong(named) || is_subject && !self.is_right(named) {
            return self.instead(text, place.end);
        }
        match self.another(text, letter, place.end) {
            Some(Another::Beside) => Reading::Several,
            Some(Another::Instead(place)) => Reading::Letter(place),
            None if closed.starts_with(['?', '？']) => Reading::Denied,
            None => Reading::Letter(place),
        }
    }

    /// What follows a letter without the signs that enclose it; and without a word that names an option, which in Chinese stands behind it.
    pub(super) fn behind<'t>(&self, after: &'t str) -> (&'t str, &'t str) {
        let closed = after.trim_start_matches(CLOSINGS);
        let named = closed.trim_start_matches([' ', '.']);
        let option = Some(named).filter(|named| !named.starts_with(|next: char| next.is_ascii()));
        let option = option.and_then(|named| self.prefix(named, &WORDS.option));
        (closed, option.map_or(named, |length| named[length..].trim_start()))
    }

    /// The length of what stands before the letter.
    fn before(&self, text: &str, is_stated: bool) -> usize {
        let mut rest = text.trim_start();
        for _ in 0..MOST_BEFORE {
            let opening = OPENINGS.iter().find_map(|opening| folded_prefix(rest, opening));
            let word = || {
                let option = self.prefix(rest, &WORDS.option);
                let filler = || BEFORE.iter().filter_map(|word| word_prefix(rest, word)).max();
                option.or_else(|| filler().filter(|_| is_stated)).or_else(|| article(rest).filter(|_| is_stated))
            };
            let Some(length) = opening.or_else(word) else { break };
            rest = rest[length..].trim_start();
        }
        text.len() - rest.len()
    }

    /// The letter that takes the place of one that is denied: `not A but B`.
    fn instead(&self, text: &str, from: usize) -> Reading {
        let mut places = clipped(&text[from..], NEAR).char_indices().map(|(at, _)| from + at);
        let after = places.find_map(|at| {
            // The letter may be set off by a comma.
            let gap = |rest: &str| rest.len() - rest.trim_start_matches([' ', ',', '、', '，']).len();
            let is_start =
                !text[..at].ends_with(char::is_alphanumeric) || !text[at..].starts_with(|next: char| next < '\u{2E80}');
            let length = Some(&text[at..]).filter(|_| is_start).and_then(|rest| self.prefix(rest, &WORDS.instead))?;
            Some(at + length + gap(&text[at + length..]))
        });
        match after.map(|after| (after, self.read(&text[after..], true))) {
            Some((after, Reading::Letter(place))) => Reading::Letter(place.start + after..place.end + after),
            Some((_, Reading::Several)) => Reading::Several,
            _ => Reading::Denied,
        }
    }

    /// As [`Reader::read`], for what follows a letter that is denied.
    pub(super) fn read_instead(&self, text: &str) -> Reading {
        self.instead(text, 0)
    }

    /// Whether what follows a letter takes it back, without another letter right there: `A. Wait, let me check`.
    pub(super) fn is_taken_back(&self, after: &str) -> bool {
        let next = after.trim_start_matches(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '(' | '['));
        let is_apart = next.len() < after.len();
        is_apart && TAKING_BACK.iter().any(|word| folded_prefix(next, word).is_some())
    }

    /// Whether a capital is an article or a pronoun: `A patient`, `I think`, but not `A is right` and `A because`.
    pub(super) fn is_article(&self, letter: char, after: &str) -> bool {
        let Some(next) = after.strip_prefix(' ').filter(|_| matches!(letter, 'A' | 'E' | 'I' | 'O' | 'Y' | 'U')) else {
            return false;
        };
        let is_option = self.is_right(next)
            || self.is_wrong(next)
            || self.prefix(next, &WORDS.because).is_some() && word_prefix(next, "car").is_none()
            || self.prefix(next, &WORDS.instead).is_some()
            || self.prefix(next, &WORDS.or).is_some()
            || self.prefix(next, &WORDS.not).is_some()
            || ["over", "instead", "rather", "with", "non", "nicht", "maybe", "possibly", "else", "nor", "plus", "no"]
                .iter()
                .any(|word| word_prefix(next, word).is_some());
        let is_word = next.starts_with(|next: char| next.is_lowercase() && next < '\u{2E80}');
        is_word && (!is_option || letter == 'I' && self.prefix(next, &WORDS.because).is_none())
    }

    /// Another letter right after a first one, from which only separators and words such as "or" and "no, wait" separate it.
    fn another(&self, text: &str, first: char, from: usize) -> Option<Another> {
        /// How many separators and words.
        const MOST: usize = 16;
        let is_separator = |sign: char| {
            CLOSINGS.contains(&sign) && sign != '\\'
                || matches!(
                    sign,
                    ' ' | '\t' | ',' | ';' | '/' | '|' | '&' | '+' | '-' | '–' | '—' | '→' | '、' | '，' | '；'
                )
        };
        let (mut is_stopped, mut is_joined, mut is_retracted, mut lines) = (false, false, false, 0);
        let mut rest = &text[from..];
        for _ in 0..MOST {
            rest = rest.trim_start_matches(is_separator);
            let joining = |rest: &str| {
                let is_no =
                    |length: usize| length != "no".len() || rest[length..].starts_with([',', ':', '.', '!', '—', '…']);
                let retracting =
                    RETRACTING.iter().filter_map(|word| word_prefix(rest, word)).max().filter(|length| is_no(*length));
                let beside = || BESIDE.iter().filter_map(|word| word_prefix(rest, word)).max();
                let or = || self.prefix(rest, &WORDS.or);
                retracting.map(|length| (length, true)).or_else(|| beside().or_else(or).map(|length| (length, false)))
            };
            if let Some(after) = MATH_SEPARATORS.iter().find_map(|sign| rest.strip_prefix(sign)) {
                rest = after;
            } else if rest.starts_with('\n') {
                lines += 1;
                rest = rest.trim_start();
            } else if rest.starts_with(['.', '?', '!', '…', '。', '？']) || rest.starts_with([':', '：']) && is_joined
            {
                is_stopped = true;
                rest = rest.trim_start_matches(['.', '?', '!', '…', '。', '？', ':', '：']);
            } else if let Some((length, retracts)) = joining(rest.strip_prefix('(').unwrap_or(rest)) {
                rest = &rest.strip_prefix('(').unwrap_or(rest)[length..];
                is_joined = true;
                is_retracted |= retracts;
            } else {
                break;
            }
        }
        let opening = ["**", "(", "*", "$", "\\(", "["].iter().find_map(|opening| rest.strip_prefix(opening));
        let inner = opening.unwrap_or(rest);
        let letter = inner.chars().next().filter(|letter| is_option(*letter) && !letter.is_lowercase())?;
        let after = &inner[letter.len_utf8()..];
        let (closed, named) = self.behind(after);
        let is_enclosed = opening.is_none() || after.starts_with([')', '*', '$', ']', '\\']);
        let is_alone = !belongs_to_word(letter, after) && !self.is_article(letter, after) && is_enclosed;
        let is_own_line =
            lines > 0 && closed.split('\n').next().is_some_and(|line| line.trim_matches(['.', ' ']).is_empty());
        let is_near = is_joined || !is_stopped && (lines == 0 || is_own_line);
        let is_list = self.prefix(named, &WORDS.or).is_some();
        let is_verbal = !is_joined && !is_list && named.starts_with(char::is_lowercase);
        let is_formula =
            closed.trim_start().starts_with(['=', '+', '<', '>', '^', '≈', '*']) && !closed.starts_with(['<', '>']);
        if !is_alone
            || !is_near
            || is_verbal
            || is_formula
            || self.is_wrong(named)
            || option_index(letter) == option_index(first)
        {
            return None;
        }
        let start = text.len() - inner.len();
        Some(if is_retracted { Another::Instead(start..start + letter.len_utf8()) } else { Another::Beside })
    }
}

/// The length of an article before a letter: `a B` in Portuguese.
fn article(text: &str) -> Option<usize> {
    let letter = text.strip_prefix("a ")?;
    let mut letters = letter.chars();
    let is_capital = letters.next().is_some_and(|letter| letter.is_ascii_uppercase());
    (is_capital && !letters.next().is_some_and(char::is_alphanumeric)).then_some(2)
}

/// Whether what follows a letter makes it a part of a word or a formula. Words of other scripts may follow a Latin letter without a space.
pub(super) fn belongs_to_word(letter: char, after: &str) -> bool {
    let mut letters = after.chars();
    let Some(next) = letters.next() else { return false };
    let second = letters.next();
    let is_latin = letter.is_ascii() || ('Ａ'..='ｚ').contains(&letter);
    match next {
        // `A's` and `I'm`, but not `B'dir` and `'B'`.
        '\'' | '’' => letter == 'I' && second.is_some_and(char::is_alphabetic) || matches!(second, Some('s' | 'S')),
        '_' | '°' => second.is_some_and(char::is_alphanumeric),
        '<' => !matches!(second, Some('/' | '|')),
        // `B(12)`, but not `f(x)`.
        '(' => !letter.is_uppercase() || !second.is_some_and(|second| second.is_ascii_digit()),
        '-' | '=' | '^' | '+' => true,
        _ => next.is_alphanumeric() && (!is_latin || next < '\u{2E80}' || ('Ａ'..='ｚ').contains(&next)),
    }
}
