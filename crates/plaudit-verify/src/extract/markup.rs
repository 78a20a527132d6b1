//! What stands around an answer in its place and does not belong to it: emphasis, backquotes, a statement, a remark in brackets.

use super::phrases::Phrases;
use super::{Place, hedge, number, statement};
use std::ops::Range;

/// Marks of emphasis, the longer ones first, and backquotes.
const MARKS: [&str; 6] = ["**", "__", "`", "*", "_", "~~"];

/// How many of them, one within the other.
const MOST_MARKS: usize = 4;

/// The place without emphasis, a statement (`Answer: 18`), a box or a remark, as it is in what holds an answer.
pub(super) fn plain(text: &str, place: Place) -> Place {
    let range = without_emphasis(text, place.range.clone());
    let place = Place { range, ..place }.unboxed(text);
    if place.text.is_some() {
        return place;
    }
    let (start, content) = (place.range.start, &text[place.range.clone()]);
    if let Some(stated) = statement::value(content, &Phrases::of_answer(&[])) {
        let range = stated.range.start + start..stated.range.end + start;
        let range = if stated.text.is_none() { without_emphasis(text, range) } else { range };
        return Place { range, text: stated.text, reason: place.reason };
    }
    let range = without_emphasis(text, without_remark(text, place.range.clone()));
    Place { range, ..place }
}

/// The range without marks around all of it, nor white space.
pub(super) fn without_emphasis(text: &str, range: Range<usize>) -> Range<usize> {
    let mut range = trimmed(text, range);
    for _ in 0..MOST_MARKS {
        let content = &text[range.clone()];
        let inner = MARKS.iter().find_map(|mark| {
            let opened = content.strip_prefix(mark)?;
            // A stop may stand behind the closing mark.
            let inner = opened.strip_suffix(mark).or_else(|| opened.strip_suffix('.')?.strip_suffix(mark))?;
            (!inner.trim().is_empty() && !inner.contains(mark)).then_some(mark.len()..mark.len() + inner.len())
        });
        match inner {
            Some(inner) => range = trimmed(text, range.start + inner.start..range.start + inner.end),
            None => break,
        }
    }
    range
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let content = &text[range.clone()];
    let start = range.start + (content.len() - content.trim_start().len());
    start..start + content.trim().len()
}

/// The range without a remark in brackets behind a number: `18 (3 x 6)`, but neither `2 (x + 1)` nor `(1) (2)`.
pub(super) fn without_remark(text: &str, range: Range<usize>) -> Range<usize> {
    let content = text[range.clone()].trim_end_matches(['.', ' ']);
    let open = match content.chars().next_back() {
        Some(')') => content.find(" ("),
        Some('）') => content.find('（'),
        _ => None,
    };
    let Some(open) = open else { return range };
    let (value, remark) = (content[..open].trim_end(), &content[open..]);
    let is_number = number::first(value).is_some_and(|number| {
        let sign = value[..number.start].trim_matches(['$', '€', '£', '-', ' ', '*']);
        let unit = &value[number.end..];
        sign.is_empty()
            && unit.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '%' | '$' | '°' | '*'))
    });
    if is_number && explains(remark) { range.start..range.start + value.len() } else { range }
}

/// Whether brackets hold words, a calculation of numbers, or the number in another form.
pub(super) fn explains(remark: &str) -> bool {
    let inner = remark.trim_matches([' ', '(', ')', '（', '）']);
    let begins_as_value = inner
        .starts_with(|first: char| first.is_ascii_alphanumeric() || !first.is_ascii() || matches!(first, '$' | '.'));
    let words = || inner.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let has_word = words().any(|word| word.chars().nth(1).is_some() || !word.is_ascii());
    let is_of_numbers = words().all(|word| word == "x");
    let is_list = inner.contains(',');
    if hedge::names_another(inner) || inner.starts_with("mod ") {
        return false;
    }
    begins_as_value && (has_word || is_of_numbers && !is_list && !inner.contains("x +") && !inner.contains("x -"))
}

/// The place without a label that the box holds too: `\text{Answer: }18`.
pub(super) fn without_label(text: &str, place: Place) -> Place {
    let content = &text[place.range.clone()];
    let labelled =
        ["\\text{", "\\textbf{", "\\mathrm{"].iter().find_map(|command| content.trim_start().strip_prefix(command));
    let value = labelled.filter(|_| place.text.is_none()).and_then(|labelled| {
        let (label, value) = labelled.split_once('}')?;
        let is_label = label.trim_end().ends_with([':', '：']) || label.trim_end().ends_with(" is");
        (is_label && !value.trim().is_empty()).then_some(value)
    });
    let stated = if place.text.is_none() && value.is_none() {
        statement::value(content, &Phrases::of_answer(&[]))
    } else {
        None
    };
    if let Some(Place { range, text: None, .. }) = stated {
        let range = range.start + place.range.start..range.end + place.range.start;
        return Place { range: without_emphasis(text, range), ..place };
    }
    let start = value.map_or(place.range.start, |value| place.range.end - value.len());
    Place { range: without_emphasis(text, start..place.range.end), ..place }
}
