//! "The final answer is 43."

use super::language::{Language, Words};
use super::phrases::{Phrases, folded_prefix, is, is_alphabetic};
use super::{Place, boxed, math_span, number};
use std::ops::Range;

const STATED: &str = "after the last statement of an answer";

/// What the last statement states: mathematical spans at its start, else the rest of its sentence.
pub(super) fn value(text: &str, phrases: &Phrases<'_>) -> Option<Place> {
    let stated = stated(text, phrases)?;
    match first_spans(text, &stated) {
        Some((start, place)) if start == stated.start => Some(place),
        _ => Some(Place::new(stated, STATED).unboxed(text)),
    }
}

/// The first value in the sentence that the last statement states: mathematical spans, what follows an equals sign, a number.
pub(super) fn first_value(text: &str, phrases: &Phrases<'_>) -> Option<Place> {
    let stated = stated(text, phrases)?;
    if let Some((_, place)) = first_spans(text, &stated) {
        return Some(place);
    }
    let start = text[stated.clone()].rfind('=').map_or(stated.start, |at| stated.start + at + 1);
    let number = number::first(&text[start..stated.end])?;
    Some(Place::new(shift(number, start), "the first number after the last statement of an answer"))
}

/// What follows the last statement's "is" or colon, to the end of its sentence.
fn stated(text: &str, phrases: &Phrases<'_>) -> Option<Range<usize>> {
    let (start, words) = last_affirmed(text, phrases)?;
    let is_colon = text[..start].ends_with([':', '：']);
    let start = start + skipped(&text[start..]);
    let sentence = start..start + sentence(&text[start..], words);
    // After a colon a whole sentence may follow: `Final Answer: The volume is 120`.
    let stated = if is_colon { last_is(text, sentence, words) } else { sentence };
    Some(without_fillers(text, stated, words))
}

/// Where the text after the last statement begins that does not say what the answer is not, and the words of its language.
fn last_affirmed(text: &str, phrases: &Phrases<'_>) -> Option<(usize, &'static Words)> {
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

    fn find(text: &str, phrases: &Phrases<'_>) -> Option<String> {
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
