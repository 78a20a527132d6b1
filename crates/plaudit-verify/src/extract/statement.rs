//! "The final answer is 43."

use super::language::{Language, Words};
use super::{Place, boxed, math_span, number};
use std::ops::Range;

/// What a statement begins with, and how it goes on.
pub(super) struct Phrases {
    /// The words that begin a statement, with those of their language; longer ones first, so that "jawabannya" is not read as "jawaban".
    starts: Vec<(&'static str, &'static Words)>,
    /// Which hashes the first bytes of all, of long and of short starts have, in any case: what rules out nearly all places of a text.
    all: Beginnings<3>,
    long: Beginnings<6>,
    short: Beginnings<3>,
    /// How many bytes may stand between the start and its "is".
    gap: usize,
    /// Whether an "is" or a colon must follow.
    is_needed: bool,
}

/// Hashes of the first N bytes of some words.
struct Beginnings<const N: usize> {
    has: Box<[bool; 1 << HASH_BITS]>,
    is_empty: bool,
}

const HASH_BITS: u32 = 14;

impl<const N: usize> Beginnings<N> {
    /// The same for ASCII letters of either case.
    fn hash(bytes: &[u8; N]) -> usize {
        let mut padded = [0; 8];
        padded[..N].copy_from_slice(bytes);
        let key = u64::from_le_bytes(padded) | 0x2020_2020_2020_2020;
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - HASH_BITS)) as usize
    }

    /// Of words of N bytes or more.
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut beginnings = Self { has: Box::new([false; 1 << HASH_BITS]), is_empty: true };
        for word in words {
            let mut spellings = vec![String::new()];
            for letter in word.chars().take(N) {
                let upper = letter.to_uppercase().next().filter(|_| !letter.is_ascii());
                let cases = [Some(letter), upper.filter(|upper| *upper != letter)];
                let with = |case: char| spellings.iter().map(move |spelling| format!("{spelling}{case}"));
                spellings = cases.into_iter().flatten().flat_map(with).collect();
                if spellings[0].len() >= N {
                    break;
                }
            }
            for spelling in spellings {
                if let Some(first) = spelling.as_bytes().first_chunk() {
                    beginnings.has[Self::hash(first)] = true;
                    beginnings.is_empty = false;
                }
            }
        }
        beginnings
    }

    /// Whether one of the words may begin `bytes`.
    fn may_begin(&self, bytes: &[u8]) -> bool {
        !self.is_empty && bytes.first_chunk().is_some_and(|first| self.has_hash_of(first))
    }

    fn has_hash_of(&self, first: &[u8; N]) -> bool {
        self.has[Self::hash(first)]
    }
}

/// The first letter of scripts whose words take prefixes without a space.
const ARABIC: char = '\u{600}';

/// As in "The answer to the question of how many there are is 7".
const GAP: usize = 100;

impl Phrases {
    /// "final answer ... is", "final answer:"; no language means all.
    pub(super) fn of_final_answer(languages: &[Language]) -> Self {
        Self::new(languages, GAP, |words| words.final_answer)
    }

    /// "answer ... is", "answer:"; no language means all.
    pub(super) fn of_answer(languages: &[Language]) -> Self {
        Self::new(languages, GAP, |words| words.answer)
    }

    /// "answer is", "answer:", with nothing between the two parts.
    pub(super) fn of_answer_in_english() -> Self {
        Self::new(&[Language::English], 0, |_| &["answer"])
    }

    /// "I choose", which nothing follows but the choice; no language means all.
    pub(super) fn of_choice(languages: &[Language]) -> Self {
        Self { is_needed: false, ..Self::new(languages, 0, |words| words.choose) }
    }

    fn new(languages: &[Language], gap: usize, starts_of: impl Fn(&'static Words) -> &'static [&'static str]) -> Self {
        let languages = if languages.is_empty() { &Language::ALL } else { languages };
        let words = languages.iter().map(|language| language.words());
        let mut starts: Vec<_> =
            words.flat_map(|words| starts_of(words).iter().map(move |start| (*start, words))).collect();
        starts.sort_by_key(|(start, _)| std::cmp::Reverse(start.len()));
        let of_length = |is_long: bool| {
            let starts = starts.iter().map(|(start, _)| *start);
            starts.filter(move |start| (start.len() >= 6) == is_long)
        };
        let (long, short) = (Beginnings::new(of_length(true)), Beginnings::new(of_length(false)));
        let all = Beginnings::new(starts.iter().map(|(start, _)| *start));
        Self { starts, all, long, short, gap, is_needed: true }
    }

    /// Where the text after the last statement's "is" or colon begins, and the words of its language.
    pub(super) fn last(&self, text: &str) -> Option<(usize, &'static Words)> {
        let bytes = text.as_bytes();
        // What follows a start that was looked at before was searched from there: so every letter is searched once for each language.
        let mut searched = text.len();
        let begins_like_one = bytes.array_windows().enumerate().rev().filter(|(_, three)| self.all.has_hash_of(three));
        let may_begin = |at: &usize| self.long.may_begin(&bytes[*at..]) || self.short.may_begin(&bytes[*at..]);
        for at in begins_like_one.map(|(at, _)| at).filter(may_begin) {
            if !text.is_char_boundary(at) {
                continue;
            }
            let mut reached = searched;
            for (start, words) in &self.starts {
                let Some(length) = folded_prefix(&text[at..], start) else { continue };
                if is_alphabetic(start)
                    && text[..at].ends_with(|before: char| before.is_alphabetic() && before < ARABIC)
                {
                    continue;
                }
                if !self.is_needed {
                    return Some((at + length, words));
                }
                if let Some(stated) = self.is(&text[..searched.max(at + length)], at + length, words) {
                    return Some((stated, words));
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

/// The length of a colon, or of a word "is" that stands alone, at the start of `rest`; `previous` is the letter before it.
fn is(rest: &str, previous: Option<char>, words: &Words) -> Option<usize> {
    if let Some(colon) = rest.chars().next().filter(|letter| matches!(letter, ':' | '：')) {
        return Some(colon.len_utf8());
    }
    // Within a word, quickly: only words of scripts without spaces may begin there, and they are not ASCII.
    if previous.is_some_and(char::is_alphanumeric) && rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    words.is.iter().find_map(|word| {
        let length = folded_prefix(rest, word)?;
        let stands_alone = !is_alphabetic(word)
            || !previous.is_some_and(char::is_alphanumeric)
                && !rest[length..].starts_with(|next: char| next.is_alphanumeric() || next == '\'');
        stands_alone.then_some(length)
    })
}

/// Whether a word is written with spaces around it: not Chinese, Japanese or Korean, and no sign.
pub(super) fn is_alphabetic(word: &str) -> bool {
    word.chars().next().is_some_and(|letter| letter.is_alphabetic() && letter < '\u{2E80}')
}

/// The length of the start of `text` that is `phrase` in any case; `phrase` is in lower case.
pub(super) fn folded_prefix(text: &str, phrase: &str) -> Option<usize> {
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

const STATED: &str = "after the last statement of an answer";

/// What the last statement states: mathematical spans at its start, else the rest of its sentence.
pub(super) fn value(text: &str, phrases: &Phrases) -> Option<Place> {
    let stated = stated(text, phrases)?;
    match first_spans(text, &stated) {
        Some((start, place)) if start == stated.start => Some(place),
        _ => Some(Place::new(stated, STATED).unboxed(text)),
    }
}

/// The first value in the sentence that the last statement states: mathematical spans, what follows an equals sign, a number.
pub(super) fn first_value(text: &str, phrases: &Phrases) -> Option<Place> {
    let stated = stated(text, phrases)?;
    if let Some((_, place)) = first_spans(text, &stated) {
        return Some(place);
    }
    let start = text[stated.clone()].rfind('=').map_or(stated.start, |at| stated.start + at + 1);
    let number = number::first(&text[start..stated.end])?;
    Some(Place::new(shift(number, start), "the first number after the last statement of an answer"))
}

/// What follows the last statement's "is" or colon, to the end of its sentence.
fn stated(text: &str, phrases: &Phrases) -> Option<Range<usize>> {
    let (start, words) = last_affirmed(text, phrases)?;
    let is_colon = text[..start].ends_with([':', '：']);
    let start = start + skipped(&text[start..]);
    let sentence = start..start + sentence(&text[start..], words);
    // After a colon a whole sentence may follow: `Final Answer: The volume is 120`.
    let stated = if is_colon { last_is(text, sentence, words) } else { sentence };
    Some(without_fillers(text, stated, words))
}

/// Where the text after the last statement begins that does not say what the answer is not, and the words of its language.
fn last_affirmed(text: &str, phrases: &Phrases) -> Option<(usize, &'static Words)> {
    let mut end = text.len();
    loop {
        let (start, words) = phrases.last(&text[..end])?;
        if !is_denial(text, start, words) {
            return Some((start, words));
        }
        // Without its "is", the statement is not found again.
        end = (0..start).rev().find(|at| text.is_char_boundary(*at))?;
    }
}

/// Whether a negation stands around the "is" that ends at `stated`, and a value follows: `is not 7`, but not `is not possible`.
fn is_denial(text: &str, stated: usize, words: &Words) -> bool {
    let rest = &text[stated..];
    let rest = &rest[skipped(rest)..];
    let before = text[..stated].trim_end();
    words.not.iter().any(|not| ends_with_word(before, not) || begins_with_denied_value(rest, not))
}

/// Whether `text` is a negation and a value behind it.
fn begins_with_denied_value(text: &str, not: &str) -> bool {
    let Some(length) = folded_prefix(text, not) else { return false };
    let value = text[length..].trim_start_matches([' ', '*', '(', '"']);
    let mut letters = value.chars();
    let Some(first) = letters.next().filter(|_| value.len() < text.len() - length || !is_alphabetic(not)) else {
        return false;
    };
    !(first.is_alphabetic() && letters.next().is_some_and(char::is_alphabetic))
}

/// Whether `text` ends with a word, in any case.
fn ends_with_word(text: &str, word: &str) -> bool {
    let Some((at, _)) = text.char_indices().rev().nth(word.chars().count() - 1) else { return false };
    let stands_alone = !is_alphabetic(word) || !text[..at].ends_with(char::is_alphanumeric);
    stands_alone && folded_prefix(&text[at..], word).is_some()
}

/// Whether the value at `start` is said not to be the answer, in whatever language: `it is not 7`, `x cannot be 7`.
pub(super) fn is_denied(text: &str, start: usize) -> bool {
    let space = |sign: char| sign.is_whitespace() || matches!(sign, '*' | '$' | '`' | '\\' | '(' | '[');
    let mut before = text[..start].trim_end_matches(space);
    for word in ["to", "equal", "be"] {
        if ends_with_word(before, word) {
            before = before[..before.len() - word.len()].trim_end_matches(space);
        }
    }
    let negations = Language::ALL.iter().flat_map(|language| language.words().not);
    let is_contracted = ["n't", "n’t", "cannot"].iter().any(|not| before.ends_with(not));
    is_contracted || negations.into_iter().any(|not| ends_with_word(before, not))
}

/// The first mathematical spans within a range, those next to each other joined, and where they start.
fn first_spans(text: &str, stated: &Range<usize>) -> Option<(usize, Place)> {
    let spans: Vec<math_span::Span> = math_span::all(&text[stated.clone()])
        .into_iter()
        .map(|span| math_span::Span { outer: shift(span.outer, stated.start), inner: shift(span.inner, stated.start) })
        .collect();
    let first = spans.first()?;
    let near = |pair: &[math_span::Span]| boxed::is_separator(&text[pair[0].outer.end..pair[1].outer.start]);
    let count = 1 + spans.windows(2).take_while(|pair| near(pair)).count();
    let place = math_span::joined(text, &spans[..count])?;
    Some((first.outer.start, Place { reason: STATED.into(), ..place }))
}

fn shift(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The length of white space, colons, stars and quotation marks before what is stated.
pub(super) fn skipped(text: &str) -> usize {
    let skip = |letter: char| letter.is_whitespace() || matches!(letter, ':' | '：' | '*' | '`' | '"' | '“' | '「');
    let rest = text.trim_start_matches(skip);
    // A quotation mark may have been escaped.
    let rest = rest.strip_prefix("\\\"").map_or(rest, |rest| rest.trim_start_matches(skip));
    text.len() - rest.len()
}

/// The length of the sentence that `text` begins with, without its stop: to the end of the line, a stop before white space, or a special
/// token. A formula at the start, which may have several lines, belongs to it.
fn sentence(text: &str, words: &Words) -> usize {
    let formula = [("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$")].into_iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?;
        inner.find(close).map(|length| open.len() + length + close.len())
    });
    let from = formula.unwrap_or(0);
    let bytes = text.as_bytes();
    let end = (from..bytes.len()).find(|&at| match bytes[at] {
        b'\n' | b'\r' => true,
        b'.' | b';' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        b'<' => bytes.get(at + 1) == Some(&b'|'),
        // The first byte of 。
        0xE3 => bytes[at..].starts_with("。".as_bytes()),
        _ => false,
    });
    let stated = &text[..end.unwrap_or(bytes.len())];
    let stated = &stated[..before_reason(stated, words)];
    stated.trim_end_matches(['*', '`', '"', '”', '」', ' ', '.', ',']).len()
}

/// The length of what stands before a word that begins a reason: `7, because 3 + 4 = 7`.
fn before_reason(stated: &str, words: &Words) -> usize {
    let starts_reason = |at: usize| {
        words.because.iter().any(|because| {
            let after = folded_prefix(&stated[at..], because).map(|length| &stated[at + length..]);
            after.is_some_and(|after| after.starts_with(' '))
        })
    };
    let spaces = stated.match_indices(' ').map(|(at, _)| at);
    spaces.take(MOST_WORDS).find(|at| starts_reason(at + 1)).unwrap_or(stated.len())
}

/// A reason is looked for within so many words.
const MOST_WORDS: usize = 100;

/// The range without words at its start that do not belong to the answer.
pub(super) fn without_fillers(text: &str, range: Range<usize>, words: &Words) -> Range<usize> {
    let stated = &text[range.clone()];
    let after = words.fillers.iter().find_map(|filler| {
        let after = &stated[folded_prefix(stated, filler)?..];
        after.starts_with([' ', ',']).then(|| after.trim_start_matches([' ', ',', ':']))
    });
    match after {
        Some(after) if !after.is_empty() => range.end - after.len()..range.end,
        _ => range,
    }
}

/// What follows the last "is" in a sentence, or all of it: `The volume is 120` after `Final Answer:`.
fn last_is(text: &str, sentence: Range<usize>, words: &Words) -> Range<usize> {
    /// What is longer is no sentence.
    const LONGEST: usize = 300;
    let stated = &text[sentence.clone()];
    if stated.len() > LONGEST {
        return sentence;
    }
    let mut previous = None;
    let mut start = 0;
    for (at, letter) in stated.char_indices() {
        // Only words: an equals sign belongs to the answer.
        if let Some(length) = is(&stated[at..], previous, words).filter(|_| letter.is_alphabetic()) {
            let after = at + length + skipped(&stated[at + length..]);
            start = if after < stated.len() { after } else { start };
        }
        previous = Some(letter);
    }
    sentence.start + start..sentence.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, phrases: &Phrases) -> Option<String> {
        value(text, phrases).map(|place| place.text.unwrap_or_else(|| text[place.range].trim().to_owned()))
    }

    #[test]
    fn final_answers() {
        let find = |text| find(text, &Phrases::of_final_answer(&[Language::English]));
        assert_eq!(
            find("Final Answer: The final answer is $\\frac{1}{2}$. I hope it is correct.").as_deref(),
            Some("\\frac{1}{2}")
        );
        assert_eq!(find("Final Answer: The volume of $ABCD$ is 120. I hope it is correct.").as_deref(), Some("120"));
        assert_eq!(find("final answer: **42**").as_deref(), Some("42"));
        assert_eq!(find("**Final Answer:**\n\n\\[\n 7 \\]").as_deref(), Some("7"));
        assert_eq!(find("The answer is 7").as_deref(), None);
    }

    #[test]
    fn statements() {
        let find = |text| find(text, &Phrases::of_answer(&[Language::English]));
        assert_eq!(find("The answer is 3.5 metres. Next.").as_deref(), Some("3.5 metres"));
        assert_eq!(find("Answer: x = 5").as_deref(), Some("x = 5"));
        assert_eq!(find("the answer to all of this is $x=1$ and $x=2$.").as_deref(), Some("x=1, x=2"));
        assert_eq!(find("The answer is 7 because 3 + 4 = 7.").as_deref(), Some("7"));
        assert_eq!(find("The answer is $7$, since it is prime.").as_deref(), Some("7"));
        assert_eq!(find("The answer is 7, not 8.").as_deref(), Some("7"));
        assert_eq!(find("The answer is therefore 12 m/s.").as_deref(), Some("12 m/s"));
        assert_eq!(find("Answer: `42`").as_deref(), Some("42"));
        assert_eq!(find("Answer:\n```\n42\n```").as_deref(), Some("42"));
        assert_eq!(find("The answer isn't clear.").as_deref(), None);
        assert_eq!(find("The answer is 7.<|im_end|>").as_deref(), Some("7"));
        assert_eq!(find("The answer is $28$ percent.").as_deref(), Some("28\\%"));
        assert_eq!(find("The answer is \\boxed{7} apples").as_deref(), Some("7"));
        assert_eq!(find("An answer.\n\nIt is 7").as_deref(), None);
    }

    #[test]
    fn statements_in_other_languages() {
        let find = |text| find(text, &Phrases::of_answer(&[]));
        for text in [
            "La réponse est 42.",
            "La réponse correcte est 42",
            "Die Antwort lautet 42.",
            "La respuesta es: 42",
            "A resposta é 42.",
            "La risposta è 42.",
            "Het antwoord is 42.",
            "Odpowiedź: 42",
            "Cevap: 42",
            "Đáp án là 42",
            "Jawabannya adalah 42.",
            "Ответ: 42",
            "ОТВЕТ — 42.",
            "答案是42。",
            "正确答案为：42",
            "答えは42。",
            "정답은 42",
            "الإجابة هي 42",
            "उत्तर: 42",
        ] {
            assert_eq!(find(text).as_deref(), Some("42"), "{text}");
        }
    }

    #[test]
    fn the_last_statement_counts() {
        let last =
            |text: &'static str| Phrases::of_answer_in_english().last(text).map(|(start, _)| text[start..].trim());
        assert_eq!(last("The answer is A. No, the ANSWER IS: (C) 3"), Some(": (C) 3"));
        assert_eq!(last("Answer : B"), Some("B"));
        assert_eq!(last("answer to it is B"), None);
        assert_eq!(last("réponse B"), None);
        assert_eq!(last("answer is"), Some(""));
    }
}
