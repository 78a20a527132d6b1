//! "The final answer is 43."

use super::language::Words;
use super::phrases::{Phrases, folded_prefix, is, is_alphabetic};
use super::{Place, asides, boxed, hedge, json_field, lone_number, markup, math_span, number, retraction};
use std::ops::Range;

const STATED: &str = "after the last statement of an answer";

/// A statement of an answer.
struct Stated {
    /// What follows its "is" or colon, to the end of its sentence.
    range: Range<usize>,
    words: &'static Words,
    /// Whether a colon begins it.
    is_colon: bool,
}

/// What the last statement states: mathematical spans at its start, else the rest of its sentence.
pub(super) fn value(text: &str, phrases: &Phrases<'_>) -> Option<Place> {
    let Stated { range, words, is_colon } = stated(text, phrases)?;
    let whole = |range: Range<usize>| Place::new(range, STATED).unboxed(text);
    if let Some((start, end, place)) = first_spans(text, &range).filter(|(start, ..)| *start == range.start) {
        let is_one = hedge::is_asserted(text, &(start..end));
        return Some(if is_one { place } else { Place::new(range, STATED) });
    }
    let range = markup::without_remark(text, range);
    if hedge::is_hedged(&text[range.clone()], words) {
        return Some(Place::new(range, STATED));
    }
    let range = range.start..range.start + hedge::before_other_form(&text[range.clone()]);
    let range = if is_colon { range } else { without_exclamation(text, range) };
    if let Some(length) = after_sign(&text[range.clone()]) {
        let made = format!("-{}", &text[range.start + length..range.end]);
        return Some(Place { range, text: Some(made), reason: STATED.into() });
    }
    Some(whole(range))
}

/// The first value in the sentence that the last statement states: mathematical spans, what follows an equals sign or a word that concludes,
/// a number. None where the sentence names several or a bound, and where it begins a reasoning whose end is further on.
pub(super) fn first_value(text: &str, phrases: &Phrases<'_>) -> Option<Place> {
    let Stated { range, words, is_colon } = stated(text, phrases)?;
    if let Some((start, end, place)) = first_spans(text, &range) {
        return hedge::is_asserted(text, &(start..end)).then_some(place);
    }
    let sentence = &text[range.clone()];
    if hedge::is_hedged(sentence, words) || is_colon && begins_reasoning(text, &range) {
        return None;
    }
    let start = range.start + after_conclusion(sentence);
    let number = shift(number::first(&text[start..range.end])?, start);
    if !hedge::is_affirmed(text, &number) || !lone_number::is_whole(&text[..range.end], &number) {
        return None;
    }
    let reason = "the first number after the last statement of an answer";
    let before = text[..number.start].trim_end();
    let is_negative = SIGNS.iter().any(|sign| hedge::ends_with_word(before, sign.trim_end()));
    let made = is_negative.then(|| format!("-{}", &text[number.clone()]));
    Some(Place { text: made, range: number, reason: reason.into() })
}

/// Statements are looked at from the last one back, so many of them.
pub(super) const MOST_STATEMENTS: usize = 32;

/// The last statement that says what the answer is: no denial or doubt of it, nothing about it, and with a value where one has any. None
/// where it is taken back, as what follows it counts then.
fn stated(text: &str, phrases: &Phrases<'_>) -> Option<Stated> {
    let mut without_value = None;
    let mut end = text.len();
    for _ in 0..MOST_STATEMENTS {
        let Some((phrase, start, words)) = phrases.last_from(&text[..end]) else { break };
        // Without its "is", the statement is not found again.
        end = text[..start].char_indices().next_back().map_or(0, |(at, _)| at).max(phrase);
        let before = hedge::sentence_before(text, phrase);
        if is_denial(text, start, words) || hedge::is_doubted(before) || is_task(before) {
            continue;
        }
        let is_colon = text[..start].ends_with([':', '：']);
        let in_json = ["\":", "':"].iter().any(|end| text[phrase..start].ends_with(end));
        let start = start + skipped(&text[start..]);
        let start = start + usize::from(in_json && text[start..].starts_with('\''));
        let contents = contents(&text[start..], words);
        if contents == Contents::About {
            continue;
        }
        let sentence_length = sentence(&text[start..], words);
        let length =
            if in_json { json_field::value_length(&text[start..start + sentence_length]) } else { sentence_length };
        let stated = &text[start..start + length];
        if hedge::is_question(stated, &text[start + length..]) {
            continue;
        }
        if hedge::offers_another(stated, &text[start + length..])
            || retraction::takes_back(hedge::after_sentence(&text[start + length..]))
        {
            return None;
        }
        let (start, length) = retraction::corrected(stated).map_or((start, length), |at| (start + at, length - at));
        // After a colon a sentence may follow: `Final Answer: The volume is 120`.
        let sentence = start..start + length;
        let range = if is_colon { last_is(text, sentence, words) } else { sentence };
        let range = without_fillers(text, range, words);
        let length = asides::main_clause(&text[range.clone()]);
        let end = range.start + text[range.start..range.start + length].trim_end_matches([' ', ',', ';']).len();
        let found = Stated { range: range.start..end, words, is_colon };
        if contents == Contents::Value {
            return Some(found);
        }
        without_value.get_or_insert(found);
    }
    without_value
}

/// What a statement says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// A number, a formula, or few words.
    Value,
    /// Nothing, or a sentence without any number.
    Words,
    /// Something of the answer that is not its value: how it is found, whether it is right.
    About,
}

/// Words behind "is" that speak about the answer, where more follow.
const ABOUT: [&str; 34] = [
    "obtained",
    "found",
    "calculated",
    "computed",
    "derived",
    "determined",
    "given",
    "reached",
    "based",
    "explained",
    "shown",
    "verified",
    "confirmed",
    "checked",
    "rounded",
    "consistent",
    "reasonable",
    "correct",
    "incorrect",
    "wrong",
    "right",
    "expressed",
    "written",
    "supposed",
    "expected",
    "obtenue",
    "obtenu",
    "calculée",
    "trouvée",
    "obtenida",
    "calculada",
    "berechnet",
    "получен",
    "найден",
];

/// Words that begin a sentence of reasoning.
const OPENERS: [&str; 9] = ["let's", "let’s", "let", "we", "i", "first", "first,", "to", "there"];

fn contents(stated: &str, words: &Words) -> Contents {
    /// What is further on is no answer.
    const WINDOW: usize = 300;
    /// More words without a number are a sentence.
    const MOST_WORDS: usize = 6;
    let stated = &stated[..stated.floor_char_boundary(WINDOW)];
    let stated = &stated[..sentence(stated, words)];
    let stated = &stated[without_fillers(stated, 0..stated.len(), words)];
    let first = stated.split_whitespace().next().unwrap_or_default().to_lowercase();
    let is_alone = stated.len() <= first.len() + 1;
    if ABOUT.contains(&&*first) && !is_alone {
        return Contents::About;
    }
    let has_value = stated.contains(|sign: char| sign.is_numeric() || matches!(sign, '\\' | '$' | '='));
    let is_short = !first.is_empty() && stated.split_whitespace().count() <= MOST_WORDS;
    if has_value || is_short && (is_alone || !OPENERS.contains(&&*first)) { Contents::Value } else { Contents::Words }
}

/// Whether the words before "answer" make it the object of a task: `To check the answer: 18 / 3 = 6`.
fn is_task(before: &str) -> bool {
    const TASKS: [&str; 15] = [
        "suppose",
        "supposing",
        "assume",
        "assuming",
        "check",
        "checking",
        "verify",
        "verifying",
        "confirm",
        "confirming",
        "explain",
        "justify",
        "double-check",
        "if",
        "whether",
    ];
    let mut words = before.trim_end_matches([' ', '*']).rsplit(' ').map(str::to_lowercase);
    let is_article = |word: &String| matches!(word.as_str(), "the" | "our" | "my" | "your" | "this" | "final" | "that");
    words.by_ref().take(3).find(|word| !is_article(word)).is_some_and(|word| TASKS.contains(&&*word))
}

/// Words behind which a sentence says its result.
const CONCLUSIONS: [&str; 20] = [
    "so",
    "thus",
    "therefore",
    "hence",
    "makes",
    "gives",
    "total",
    "altogether",
    "donc",
    "daher",
    "somit",
    "insgesamt",
    "entonces",
    "luego",
    "portanto",
    "quindi",
    "итого",
    "значит",
    "поэтому",
    "всего",
];

/// Where the part of a sentence begins that its last equals sign or word of conclusion leads to, if a number follows.
fn after_conclusion(sentence: &str) -> usize {
    let equals = sentence.rfind('=').map_or(0, |at| at + 1);
    let mut last = equals;
    for (at, _) in sentence.match_indices(' ') {
        let after = CONCLUSIONS.iter().find_map(|word| {
            let length = folded_prefix(&sentence[at + 1..], word)?;
            sentence[at + 1 + length..].starts_with([' ', ',']).then_some(at + 1 + length)
        });
        last = last.max(after.unwrap_or(0));
    }
    if number::first(&sentence[last..]).is_some() { last } else { equals }
}

/// Whether a sentence of words goes on with others of its paragraph that say the result.
fn begins_reasoning(text: &str, sentence: &Range<usize>) -> bool {
    /// The longest paragraph that is read.
    const LONGEST: usize = 4000;
    let stated = &text[sentence.clone()];
    if !stated.starts_with(char::is_alphabetic) && !stated.contains(|letter: char| letter.is_alphabetic()) {
        return false;
    }
    let rest = &text[sentence.end..text.floor_char_boundary(sentence.end + LONGEST)];
    let rest = rest.trim_start_matches(['*', '.', '`', ' ']);
    let paragraph = &rest[..rest.find("\n\n").unwrap_or(rest.len())];
    if paragraph.starts_with("I hope") || !paragraph.contains(|digit: char| digit.is_ascii_digit()) {
        return false;
    }
    let several = number::first(stated).is_some_and(|first| number::first(&stated[first.end..]).is_some());
    let folded = paragraph.to_lowercase();
    let concludes = |word: &&str| folded.contains(*word);
    several || paragraph.contains('=') || CONCLUSIONS.iter().any(concludes)
}

/// Words for the sign of the number behind them.
const SIGNS: [&str; 2] = ["negative ", "minus "];

/// Where the number behind such a word begins.
fn after_sign(stated: &str) -> Option<usize> {
    let length = SIGNS.iter().find_map(|word| folded_prefix(stated, word))?;
    stated[length..].starts_with(|digit: char| digit.is_ascii_digit()).then_some(length)
}

/// The range without an exclamation mark that ends a sentence: `The answer is 8!`.
fn without_exclamation(text: &str, range: Range<usize>) -> Range<usize> {
    let ends = text[range.end..].trim_start_matches(['*', '"', '”', '`']).starts_with(char::is_whitespace);
    let is_last = ends || text[range.end..].is_empty();
    let trimmed = text[range.clone()].strip_suffix('!').filter(|_| is_last);
    trimmed.map_or(range.clone(), |trimmed| range.start..range.start + trimmed.len())
}

/// Whether a negation stands around the "is" that ends at `stated`, and a value follows: `is not 7`, but not `is not possible`.
fn is_denial(text: &str, stated: usize, words: &Words) -> bool {
    /// What is further on belongs to another value.
    const WINDOW: usize = 160;
    let rest = &text[stated..];
    let rest = &rest[skipped(rest)..];
    let rest = &rest[..rest.floor_char_boundary(WINDOW)];
    let rest = &rest[without_fillers(rest, 0..rest.len(), words)];
    let before = text[..stated].trim_end();
    let clause = &rest[..sentence(rest, words)];
    let is_denied_behind = number::first(clause).is_some_and(|number| hedge::is_denied_behind(&clause[number.end..]));
    let is_denied = |not: &&str| hedge::ends_with_word(before, not) || begins_with_denied_value(rest, not);
    is_denied_behind || words.not.iter().any(is_denied)
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

/// The first mathematical spans within a range, those next to each other joined, and where they start and end.
fn first_spans(text: &str, stated: &Range<usize>) -> Option<(usize, usize, Place)> {
    let spans: Vec<math_span::Span> = math_span::all(&text[stated.clone()])
        .into_iter()
        .map(|span| math_span::Span { outer: shift(span.outer, stated.start), inner: shift(span.inner, stated.start) })
        .collect();
    let first = spans.first()?;
    let near = |pair: &[math_span::Span]| boxed::is_separator(&text[pair[0].outer.end..pair[1].outer.start]);
    let count = 1 + spans.windows(2).take_while(|pair| near(pair)).count();
    let place = math_span::joined(text, &spans[..count])?;
    Some((first.outer.start, spans[count - 1].outer.end, Place { reason: STATED.into(), ..place }))
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
    use crate::extract::Language;

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
        assert_eq!(find("The answer is 7 rather than 8.").as_deref(), Some("7"));
        assert_eq!(find("The answer is 7 when x = 8.").as_deref(), Some("7"));
        assert_eq!(find("The answer is 7, I mean 8.").as_deref(), Some("8"));
        assert_eq!(find("The answer is the interval [7, 8).").as_deref(), Some("[7, 8)"));
        assert_eq!(
            find("The answer is 2 if n is even and 3 if n is odd").as_deref(),
            Some("2 if n is even and 3 if n is odd")
        );
        assert_eq!(find("Is the answer = 7?").as_deref(), None);
        assert_eq!(find("{\"answer\": 7, \"why\": \"Why? 3 + 4\"}").as_deref(), Some("7"));
        assert_eq!(find("{'answer': '7 cm', 'n': 2}").as_deref(), Some("7 cm"));
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
