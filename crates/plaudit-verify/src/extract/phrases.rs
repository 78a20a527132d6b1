//! Where a statement of an answer begins: "the final answer is".

use super::language::{Language, Words};
use std::sync::LazyLock;

/// What a statement begins with, and how it goes on.
pub(super) struct Phrases<'a> {
    starts: &'static Starts,
    /// Those that count; none means all.
    languages: &'a [Language],
    /// How many bytes may stand between the start and its "is".
    gap: usize,
    /// Whether an "is" or a colon must follow.
    is_needed: bool,
}

/// The words of all languages that begin a statement.
struct Starts {
    /// Lists of those whose first four bytes have one hash.
    starts: Vec<Start>,
    /// For every hash, the place in `starts` where its list begins: what rules out nearly all places of a text.
    first: Box<[u16; 1 << HASH_BITS]>,
}

/// Words that begin a statement.
struct Start {
    phrase: &'static str,
    language: Language,
    /// The place of the next one of the list; [`END`] behind the last.
    next: u16,
}

/// The end of a list.
const END: u16 = u16::MAX;

const HASH_BITS: u32 = 12;

/// Of four bytes, the first one lowest: the same for ASCII letters of either case.
fn hash(bytes: u32) -> usize {
    let key = bytes | 0x2020_2020;
    (key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

/// The first four bytes of a phrase, with letters of its own case and of the other; of one that is shorter, with all bytes that may follow.
fn beginnings(phrase: &str) -> Vec<[u8; 4]> {
    let mut spellings = vec![Vec::new()];
    for letter in phrase.chars() {
        if spellings[0].len() >= 4 {
            break;
        }
        let upper = letter.to_uppercase().next().filter(|upper| !letter.is_ascii() && *upper != letter);
        let cases: Vec<String> = [Some(letter), upper].into_iter().flatten().map(String::from).collect();
        let with = |case: &String| spellings.iter().map(|spelling| [spelling, case.as_bytes()].concat()).collect();
        spellings = cases.iter().flat_map::<Vec<_>, _>(with).collect();
    }
    let with_more = |spelling: Vec<u8>| match spelling.first_chunk() {
        Some(first) => vec![*first],
        None => (0..=255).filter_map(|next| [&spelling[..], &[next]].concat().first_chunk().copied()).collect(),
    };
    spellings.into_iter().flat_map(with_more).collect()
}

/// The first letter of scripts whose words take prefixes without a space.
const ARABIC: char = '\u{600}';

/// As in "The answer to the question of how many there are is 7".
const GAP: usize = 100;

impl Starts {
    fn new(starts_of: impl Fn(Language) -> &'static [&'static str]) -> Self {
        let of_language = |language| starts_of(language).iter().map(move |phrase| (*phrase, language));
        let mut phrases: Vec<_> = Language::ALL.into_iter().flat_map(of_language).collect();
        // Longer ones come first in their list, so that "jawabannya" is not read as "jawaban".
        phrases.sort_by_key(|(phrase, _)| phrase.len());
        let mut first = Box::new([END; 1 << HASH_BITS]);
        let mut starts = Vec::new();
        for (phrase, language) in phrases {
            for beginning in beginnings(phrase) {
                let head = &mut first[hash(u32::from_le_bytes(beginning))];
                let place = starts.len() as u16;
                starts.push(Start { phrase, language, next: std::mem::replace(head, place) });
            }
        }
        Self { starts, first }
    }

    /// The starts of one list.
    fn list(&self, head: u16) -> impl Iterator<Item = &Start> {
        std::iter::successors(self.starts.get(usize::from(head)), |start| self.starts.get(usize::from(start.next)))
    }
}

impl<'a> Phrases<'a> {
    /// "final answer ... is", "final answer:"; no language means all.
    pub(super) fn of_final_answer(languages: &'a [Language]) -> Self {
        static STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(|language| language.words().final_answer));
        Self { starts: &STARTS, languages, gap: GAP, is_needed: true }
    }

    /// "answer ... is", "answer:"; no language means all.
    pub(super) fn of_answer(languages: &'a [Language]) -> Self {
        static STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(|language| language.words().answer));
        Self { starts: &STARTS, languages, gap: GAP, is_needed: true }
    }

    /// "answer is", "answer:", with nothing between the two parts.
    pub(super) fn of_answer_in_english() -> Self {
        static STARTS: LazyLock<Starts> =
            LazyLock::new(|| Starts::new(|language| if language == Language::English { &["answer"] } else { &[] }));
        Self { starts: &STARTS, languages: &[], gap: 0, is_needed: true }
    }

    /// "I choose", which nothing follows but the choice; no language means all.
    pub(super) fn of_choice(languages: &'a [Language]) -> Self {
        static STARTS: LazyLock<Starts> = LazyLock::new(|| Starts::new(|language| language.words().choose));
        Self { starts: &STARTS, languages, gap: 0, is_needed: false }
    }

    /// Where the text after the last statement's "is" or colon begins, and the words of its language.
    pub(super) fn last(&self, text: &str) -> Option<(usize, &'static Words)> {
        self.last_from(text).map(|(_, stated, words)| (stated, words))
    }

    /// The same, with the place where the statement itself begins before it.
    pub(super) fn last_from(&self, text: &str) -> Option<(usize, usize, &'static Words)> {
        // What follows a start that was looked at before was searched from there: so every letter is searched once for each language.
        let mut searched = text.len();
        let mut four = 0;
        for (at, byte) in text.bytes().enumerate().rev() {
            four = four << 8 | u32::from(byte);
            let head = self.starts.first[hash(four)];
            if head == END || !text.is_char_boundary(at) {
                continue;
            }
            let mut reached = searched;
            for Start { phrase, language, .. } in self.starts.list(head) {
                if !self.languages.is_empty() && !self.languages.contains(language) {
                    continue;
                }
                let Some(length) = folded_prefix(&text[at..], phrase) else { continue };
                let is_part = phrase.len() <= SHORTEST && text[at + length..].starts_with(char::is_alphabetic);
                if is_part && phrase.is_ascii() {
                    continue;
                }
                if is_alphabetic(phrase)
                    && text[..at].ends_with(|before: char| before.is_alphabetic() && before < ARABIC)
                {
                    continue;
                }
                let words = language.words();
                if !self.is_needed {
                    return Some((at, at + length, words));
                }
                let found = self.is(&text[..searched.max(at + length)], at + length, words);
                if let Some(stated) = found.filter(|stated| !is_heading(text, phrase, *stated)) {
                    return Some((at, stated, words));
                }
                reached = at;
            }
            searched = reached;
        }
        None
    }

    /// Where the text after the first "is" or colon begins that follows `after` within the gap and the sentence.
    fn is(&self, text: &str, after: usize, words: &Words) -> Option<usize> {
        let rest = &text[after..];
        let mut previous = None;
        for (at, letter) in rest.char_indices() {
            let ends = letter == '\n' || previous == Some('.') && letter.is_whitespace();
            let is_space = letter.is_whitespace() || letter == '*';
            // Everything before `at` must be white space where there is no gap.
            if ends || at > self.gap.max(MOST_SPACES) {
                return None;
            }
            if let Some(length) = is(&rest[at..], previous, words) {
                return Some(after + at + length);
            }
            // Where "is" stands behind the value or nowhere, the value follows the word itself.
            if words.is_last && previous == Some(' ') && letter.is_numeric() && rest[..at].trim().is_empty() {
                return Some(after + at);
            }
            if self.gap == 0 && !is_space {
                return None;
            }
            previous = Some(letter);
        }
        None
    }
}

/// White space and stars that may stand before "is" in any case.
const MOST_SPACES: usize = 8;

/// A phrase of ASCII letters up to this length is no beginning of a longer word.
const SHORTEST: usize = 4;

/// Words for the answer that are headings of the working too.
const HEADINGS: [&str; 5] = ["solution", "lösung", "解答", "回答", "답변"];

/// Whether a colon makes a statement a heading: it counts only with one value behind it, which ends the text.
fn is_heading(text: &str, phrase: &str, stated: usize) -> bool {
    /// What is longer is more than a value.
    const LONGEST: usize = 40;
    if !HEADINGS.contains(&phrase) || !text[..stated].ends_with([':', '：']) {
        return false;
    }
    let value = text[stated..].trim_matches(|sign: char| sign.is_whitespace() || sign == '*');
    let is_value = value.len() <= 4 || value.starts_with(|first: char| !first.is_alphabetic());
    text[..stated].ends_with("):") || value.len() > LONGEST || value.contains('\n') || !is_value
}

/// The length of a colon, or of a word "is" that stands alone, at the start of `rest`; `previous` is the letter before it.
pub(super) fn is(rest: &str, previous: Option<char>, words: &Words) -> Option<usize> {
    if let Some(colon) = rest.chars().next().filter(|letter| matches!(letter, ':' | '：')) {
        return Some(colon.len_utf8());
    }
    words.is.iter().find_map(|word| {
        let length = folded_prefix(rest, word)?;
        let stands_alone = !is_alphabetic(word)
            || !previous.is_some_and(char::is_alphanumeric)
                && !rest[length..].starts_with(|next: char| next.is_alphanumeric() || next == '\'');
        stands_alone.then_some(length)
    })
}

/// Whether a word in lower case is written with spaces around it: not Chinese, Japanese, Korean or Thai, and no sign.
pub(super) fn is_alphabetic(word: &str) -> bool {
    word.starts_with(|first| matches!(first, 'a'..='z' | '\u{C0}'..='\u{DFF}' | '\u{E80}'..='\u{1FFF}'))
}

/// The length of the start of `text` that is `phrase` in any case; `phrase` is in lower case.
#[inline]
pub(super) fn folded_prefix(text: &str, phrase: &str) -> Option<usize> {
    let (first, expected) = (text.as_bytes().first()?, phrase.as_bytes().first()?);
    if folded_byte(*first) == folded_byte(*expected) { folded_prefix_by_letters(text, phrase) } else { None }
}

/// The first byte of a letter, the same one for both cases: in UTF-8 they differ in no other bits.
pub(super) fn folded_byte(first: u8) -> u8 {
    const OF_CASE: u8 = 0x21;
    first & !OF_CASE
}

fn folded_prefix_by_letters(text: &str, phrase: &str) -> Option<usize> {
    let mut length = 0;
    let mut letters = text.chars();
    for expected in phrase.chars() {
        let letter = letters.next()?;
        let is_same = match letter.is_ascii() {
            true => letter.to_ascii_lowercase() == expected,
            false => letter == expected || letter.to_lowercase().next() == Some(expected),
        };
        if !is_same {
            return None;
        }
        length += letter.len_utf8();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_begin_in_either_case() {
        for words in Language::ALL.map(Language::words) {
            let phrases = [
                words.answer,
                words.final_answer,
                words.is,
                words.choose,
                words.or,
                words.fillers,
                words.because,
                words.not,
                words.question,
            ];
            for phrase in phrases.into_iter().flatten() {
                assert_eq!(*phrase, phrase.to_lowercase());
                assert_eq!(folded_prefix(&format!("{phrase} 7"), phrase), Some(phrase.len()));
                let (first, rest) = phrase.split_at(phrase.chars().next().unwrap().len_utf8());
                let capitalized = first.to_uppercase() + rest;
                assert_eq!(folded_prefix(&capitalized, phrase), Some(capitalized.len()), "{phrase}");
                assert_eq!(folded_prefix("7", phrase), None);
            }
        }
    }

    #[test]
    fn the_last_statement_is_found() {
        let found = |text: &str| Phrases::of_answer(&[]).last(text).map(|(at, _)| text[at..].to_owned());
        assert_eq!(found("The answer is 7, no: the ANSWER is 8"), Some(" 8".to_owned()));
        assert_eq!(found("ОТВЕТ: 8"), Some(" 8".to_owned()));
        assert_eq!(found("답은 8"), Some(" 8".to_owned()));
        assert_eq!(found("Jawabannya adalah 8"), Some(" 8".to_owned()));
        assert_eq!(found("답"), None);
        assert_eq!(found("unanswered: 8"), None);
    }
}
