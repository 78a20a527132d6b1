//! Whether a completion stands by a value: nothing denies, doubts, bounds or takes it back, and no other is named beside it.

use super::language::{Language, Words};
use super::phrases::{folded_prefix, is_alphabetic};
use super::{number, retraction};
use std::ops::Range;

/// How far from a value its sentence is read, in bytes.
pub(super) const WINDOW: usize = 160;

/// What denies the value before it: `42 is wrong`, `42ではありません`.
const DENIED: [&str; 27] = [
    "is wrong",
    "is incorrect",
    "is not correct",
    "is not right",
    "is not the",
    "isn't",
    "is false",
    "can't be",
    "cannot be",
    "ist falsch",
    "ist nicht",
    "est faux",
    "n'est pas",
    "ではありません",
    "ではない",
    "ではなく",
    "じゃない",
    "でなく",
    "아닙니다",
    "아니",
    "değil",
    "नहीं",
    "নয়",
    "نیست",
    "కాదు",
    "是错误",
    "неверно",
];

/// What denies the value behind it, beside the words of languages.
const CONTRADICTIONS: [&str; 20] = [
    "might be",
    "may be",
    "could be",
    "anything but",
    "anything except",
    "no longer",
    "by no means",
    "in no way",
    "unlikely",
    "unlikely to",
    "hardly",
    "far from",
    "other than",
    "different from",
    "except",
    "keinesfalls",
    "sicher nicht",
    "ne peut",
    "ne peut être",
    "cualquier cosa menos",
];

/// What makes a sentence before its value one of doubt.
const DOUBTS: [&str; 43] = [
    "if the answer",
    "whether the answer",
    "suppose the answer",
    "suppose that the answer",
    "assume the answer",
    "if it is",
    "if it were",
    "impossible that",
    "impossible for",
    "is false",
    "not true",
    "wrong to",
    "nobody",
    "no one",
    "mistake",
    "claims that",
    "claims the",
    "some say",
    "perhaps",
    "maybe",
    "could the",
    "don't think",
    "don’t think",
    "do not think",
    "don't believe",
    "don’t believe",
    "do not believe",
    "doubt",
    "might think",
    "may think",
    "could think",
    "would think",
    "might guess",
    "might say",
    "ne pense pas",
    "ne crois pas",
    "glaube nicht",
    "denke nicht",
    "no creo",
    "não acho",
    "non credo",
    "не думаю",
    "不认为",
];

/// What makes a number a bound or an end of a range, before it.
const BOUNDS: [&str; 66] = [
    "less than",
    "fewer than",
    "smaller than",
    "lower than",
    "more than",
    "greater than",
    "larger than",
    "bigger than",
    "higher than",
    "at most",
    "at least",
    "under",
    "below",
    "above",
    "between",
    "not exceed",
    "not exceeding",
    "maximum of",
    "minimum of",
    "mehr als",
    "weniger als",
    "größer als",
    "kleiner als",
    "höchstens",
    "mindestens",
    "zwischen",
    "moins de",
    "plus de",
    "au plus",
    "au moins",
    "inférieur à",
    "inférieure à",
    "supérieur à",
    "supérieure à",
    "entre",
    "menos de",
    "más de",
    "como máximo",
    "como mínimo",
    "al menos",
    "menor que",
    "mayor que",
    "mais de",
    "no máximo",
    "no mínimo",
    "pelo menos",
    "maior que",
    "meno di",
    "più di",
    "al massimo",
    "almeno",
    "minore di",
    "maggiore di",
    "minder dan",
    "meer dan",
    "minstens",
    "hoogstens",
    "больше",
    "меньше",
    "более",
    "менее",
    "между",
    "lebih dari",
    "kurang dari",
    "nhỏ hơn",
    "lớn hơn",
];

/// The same for scripts without spaces.
const UNSPACED_BOUNDS: [&str; 10] = ["小于", "大于", "少于", "多于", "超过", "至少", "至多", "最多", "介于", "最少"];

/// What makes a number a bound behind it.
const BOUNDS_BEHIND: [&str; 14] = [
    "or more",
    "or less",
    "or fewer",
    "or greater",
    "or above",
    "or higher",
    "at most",
    "at least",
    "以上",
    "以下",
    "未満",
    "이상",
    "이하",
    "미만",
];

/// Words between two numbers either of which may be meant.
const ALTERNATIVES: [&str; 15] =
    ["or", "either", "oder", "ou", "или", "lub", "veya", "hoặc", "atau", "أو", "या", "หรือ", "অথবা", "یا", "లేదా"];

/// Words that join two numbers both of which are meant.
const JOINED: [&str; 7] = ["and", "und", "et", "и", "ve", "và", "dan"];

/// The same where a word is no run between spaces.
const UNSPACED_ALTERNATIVES: [&str; 9] = ["或", "还是", "または", "か", "、", "和", "と", "또는", "혹은"];

/// Words between a number and another that takes its place.
const DOUBTFUL: [&str; 14] = [
    "possibly",
    "maybe",
    "perhaps",
    "alternatively",
    "wait",
    "no",
    "actually",
    "rather",
    "sorry",
    "hmm",
    "vielleicht",
    "peut-être",
    "quizás",
    "возможно",
];

/// Words before another form of the same number: `7/9, or about 0.78`.
const APPROXIMATE: [&str; 7] = ["about", "approximately", "roughly", "around", "simply", "equivalently", "≈"];

/// Whether the number or formula at `range`, found wherever it stands, is neither denied nor doubted, bounded or taken back.
pub(super) fn is_affirmed(text: &str, range: &Range<usize>) -> bool {
    let before = sentence_before(text, range.start);
    let after = window_after(text, range.end);
    let clause = clause(after);
    let is_added = begins_with_alternative(before) && tokens(before).count() <= MOST_WORDS_BEFORE;
    let is_question = after[clause.len()..].starts_with(['?', '？']) || clause.trim_end().ends_with(['?', '？', '؟']);
    !is_denied(text, range.start)
        && !is_added
        && !is_question
        && !is_doubted(before)
        && !is_denied_behind(clause)
        && !is_bounded(before, clause)
        && !retraction::takes_back(after_sentence(after))
        && !ends_range(before)
}

/// Whether a sentence ends with the beginning of a range: `between 41 and`.
fn ends_range(before: &str) -> bool {
    number::last(before).is_some_and(|place| {
        let joins = |word: &str| JOINED.contains(&word) || matches!(word, "y" | "e");
        tokens(&before[place.range.end..]).next().is_some_and(joins) && is_bounded(&before[..place.range.start], "")
    })
}

/// Whether words name another value: `or 43`, `possibly 43`.
pub(super) fn names_another(words: &str) -> bool {
    tokens(words).any(|word| ALTERNATIVES.contains(&word) || DOUBTFUL.contains(&word))
}

/// Whether it is that, and no other is named beside it.
pub(super) fn is_asserted(text: &str, range: &Range<usize>) -> bool {
    let before = sentence_before(text, range.start);
    let clause = clause(window_after(text, range.end));
    let value = &text[range.clone()];
    let is_second = number::last(before)
        .is_some_and(|place| is_alternative(&before[place.range.clone()], &before[place.range.end..], value, None));
    let is_first = number::first(clause)
        .is_some_and(|next| is_alternative(value, &clause[..next.start], &clause[next.start..], None));
    is_affirmed(text, range) && !is_second && !is_first && !offers_another(value, &text[range.end..])
}

/// As in `Or maybe 43`.
const MOST_WORDS_BEFORE: usize = 3;

/// Whether the sentence behind that of a value names another that may be meant: `The answer is 42. Or 43.`
pub(super) fn offers_another(value: &str, after: &str) -> bool {
    let next = clause(after_sentence(&after[..after.floor_char_boundary(WINDOW)]));
    let number = number::first(next).filter(|_| begins_with_alternative(next));
    number.is_some_and(|number| is_alternative(value, &next[..number.start], &next[number.start..], None))
}

fn begins_with_alternative(sentence: &str) -> bool {
    let first = tokens(sentence).next().map(str::to_lowercase);
    first.is_some_and(|first| ALTERNATIVES.contains(&&*first) || matches!(&*first, "maybe" | "perhaps" | "possibly"))
}

/// The length of a sentence before another form of its number: `3/4, or 75%`.
pub(super) fn before_other_form(sentence: &str) -> usize {
    let number = number::first(sentence).filter(|number| number.start == 0);
    let other = number.and_then(|number| {
        let next = number::first(&sentence[number.end..])?;
        let gap = &sentence[number.end..number.end + next.start];
        let is_joined = tokens(gap).any(|word| word == "or") && tokens(gap).count() <= 2;
        (is_joined && is_other_form(&sentence[number.clone()], gap, &sentence[number.end + next.start..]))
            .then_some(number.end)
    });
    other.unwrap_or(sentence.len())
}

/// The words between two numbers.
fn tokens(gap: &str) -> impl Iterator<Item = &str> {
    gap.split(|sign: char| !sign.is_alphabetic() && !matches!(sign, '-' | '≈')).filter(|word| !word.is_empty())
}

/// Whether the number that `next` begins with is the value as a percentage, as a decimal fraction, or about.
fn is_other_form(value: &str, gap: &str, next: &str) -> bool {
    let number = number::first(next).map_or(0, |number| number.end);
    let is_share =
        next[..number].ends_with('%') || next[number..].trim_start_matches(['\\', ' ']).starts_with(['%', '％']);
    let is_fraction = value.contains('/') || value.contains("frac");
    is_share || is_fraction && next[..number].contains('.') || tokens(gap).any(|word| APPROXIMATE.contains(&word))
}

/// Whether a sentence names several values or a bound, in a language whose words are given.
pub(super) fn is_hedged(sentence: &str, words: &Words) -> bool {
    let sentence = &sentence[..sentence.floor_char_boundary(WINDOW)];
    let Some(mut number) = number::first(sentence) else { return false };
    if is_bounded(&sentence[..number.start], &sentence[number.end..]) {
        return true;
    }
    while let Some(next) = number::first(&sentence[number.end..]) {
        let next = next.start + number.end..next.end + number.end;
        let gap = number.end..next.start;
        if is_alternative(&sentence[number], &sentence[gap], &sentence[next.start..], Some(words)) {
            return true;
        }
        number = next;
    }
    false
}

/// Whether `next`, behind `gap`, begins with another value that may be meant in place of `value`.
fn is_alternative(value: &str, gap: &str, next: &str, words: Option<&Words>) -> bool {
    /// Between more words, the numbers belong to different things.
    const MOST_WORDS: usize = 6;
    let has = |list: &[&str]| tokens(gap).any(|word| list.contains(&word.to_lowercase().as_str()));
    // "And" joins values only in what is a statement; elsewhere it may begin another sentence.
    let is_joined = words.is_some_and(|words| has(words.or) || has(&JOINED)) || has(&ALTERNATIVES);
    let is_or = is_joined || UNSPACED_ALTERNATIVES.iter().any(|or| gap.contains(or));
    tokens(gap).count() <= MOST_WORDS && (has(&DOUBTFUL) || is_or && !is_other_form(value, gap, next))
}

/// Whether a sentence asks for its value; another sentence may follow in the same quotation or line.
pub(super) fn is_question(sentence: &str, after: &str) -> bool {
    let is_mark = |sign: char| matches!(sign, '?' | '？' | '؟');
    match sentence.find(is_mark) {
        Some(at) => !sentence[..at].contains(['"', '!']),
        None => after.trim_start_matches(['*', ' ']).starts_with(is_mark),
    }
}

/// Whether a sentence begins as one that its speaker does not hold.
pub(super) fn is_doubted(before: &str) -> bool {
    let before = before.to_lowercase();
    // A contrast ends the doubt: `One might think 42, but the answer is 43`.
    let contrast =
        [", but ", ", aber ", ", mais ", ", pero ", ", mas ", ", ma "].iter().filter_map(|but| before.rfind(but)).max();
    let before = &before[contrast.unwrap_or(0)..];
    DOUBTS.iter().any(|doubt| before.contains(doubt))
}

/// Whether the clause behind a value denies it.
pub(super) fn is_denied_behind(clause: &str) -> bool {
    let end = number::first(clause).map_or(clause.len(), |next| next.start);
    let clause = &clause[..end];
    DENIED.iter().any(|denied| clause.contains(denied))
}

/// Whether the value at `start` is said not to be the answer, in whatever language: `it is not 7`, `x cannot be 7`.
pub(super) fn is_denied(text: &str, start: usize) -> bool {
    let space = |sign: char| sign.is_whitespace() || matches!(sign, '*' | '$' | '`' | '\\' | '(' | '[');
    let whole = text[..start].trim_end_matches(space);
    let mut before = whole;
    for word in ["to", "equal", "be", "have", "это"] {
        if ends_with_word(before, word) {
            before = before[..before.len() - word.len()].trim_end_matches(space);
        }
    }
    let is_contradicted = CONTRADICTIONS.iter().any(|not| ends_with_word(before, not) || ends_with_word(whole, not));
    let is_struck = text[..start].ends_with("~~");
    let negations = Language::ALL.iter().flat_map(|language| language.words().not);
    let is_contracted = ["n't", "n’t", "cannot"].iter().any(|not| before.ends_with(not));
    is_contracted || is_contradicted || is_struck || negations.into_iter().any(|not| ends_with_word(before, not))
}

/// Whether what stands before a number, or right behind it, makes it a bound.
fn is_bounded(before: &str, after: &str) -> bool {
    let before =
        before.trim_end_matches(|sign: char| sign.is_whitespace() || matches!(sign, '$' | '*' | '\\' | '(' | '`'));
    let after = after.trim_start_matches([' ', '$', '*', '\\', ')']);
    BOUNDS.iter().chain(&UNSPACED_BOUNDS).any(|bound| ends_with_word(before, bound))
        || BOUNDS_BEHIND.iter().any(|bound| after.starts_with(bound))
}

/// Whether `text` ends with a word, in any case.
pub(super) fn ends_with_word(text: &str, word: &str) -> bool {
    let Some((at, _)) = text.char_indices().rev().nth(word.chars().count() - 1) else { return false };
    let stands_alone = !is_alphabetic(word) || !text[..at].ends_with(char::is_alphanumeric);
    stands_alone && folded_prefix(&text[at..], word).is_some()
}

/// The sentence before a place, or its last [`WINDOW`] bytes.
pub(super) fn sentence_before(text: &str, end: usize) -> &str {
    let text = &text[text.ceil_char_boundary(end.saturating_sub(WINDOW))..end];
    let stops = ["\n", ". ", "! ", "? ", "。"];
    let start = stops.iter().filter_map(|stop| text.rfind(stop).map(|at| at + stop.len())).max();
    &text[start.unwrap_or(0)..]
}

/// The next [`WINDOW`] bytes.
fn window_after(text: &str, start: usize) -> &str {
    &text[start..text.floor_char_boundary(start + WINDOW)]
}

/// The rest of a sentence.
fn clause(after: &str) -> &str {
    &after[..stop(after).map_or(after.len(), |(at, _)| at)]
}

/// What follows the sentence that `after` is in.
pub(super) fn after_sentence(after: &str) -> &str {
    &after[stop(after).map_or(after.len(), |(at, length)| at + length)..]
}

/// Where a sentence ends, and the length of what ends it.
fn stop(after: &str) -> Option<(usize, usize)> {
    let stops = ["\n", ". ", "! ", "? ", ".\n", "。", "... "];
    stops.iter().filter_map(|stop| after.find(stop).map(|at| (at, stop.len()))).min()
}
