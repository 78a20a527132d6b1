//! The letter of a multiple-choice answer.

mod claim;
mod letter;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

use super::boxed::{self, Boxes};
use super::phrases::Phrases;
use super::{Language, Place, marker, tag};
use super::{hedge, statement};
use crate::choice::{self, begins_list};
use letter::{Reader, Reading, clipped};
use std::ops::Range;

const STATED: &str = "after the last statement of an answer";

/// The letter where one is stated in English; else the text that should have stated it, so that an unreadable answer is told apart
/// from none.
pub(super) fn in_places(text: &str) -> Option<Place> {
    let languages = &[Language::English];
    let reader = Reader::new(languages);
    if let Some(place) = places(text, false).next() {
        return match in_place(text, &place, &reader) {
            Ok(letter) => Some(letter),
            Err(_) => unreadable(text, place),
        };
    }
    match in_statements(text, &reader, languages) {
        Stated::Letter(place) => Some(place),
        Stated::Not { after } => claim::affirmed(text, after, &reader),
        Stated::Nothing => claim::affirmed(text, 0, &reader)
            .or_else(|| leading(text, &reader))
            .or_else(|| stated_line(text).and_then(|line| unreadable(text, line))),
    }
}

/// A place without a letter, unless a reader of letters would find one there.
fn unreadable(text: &str, place: Place) -> Option<Place> {
    let content = place.text.as_deref().unwrap_or(&text[place.range.clone()]);
    choice::letter(content.trim()).is_none().then_some(place)
}

/// The line after the last "answer is" or "answer:".
fn stated_line(text: &str) -> Option<Place> {
    let (start, _) = Phrases::of_answer_in_english().last(text)?;
    let start = start + statement::skipped(&text[start..]);
    let line = text[start..].lines().next().unwrap_or_default();
    Some(Place::new(start..start + line.len(), STATED))
}

/// The letter that is stated in one of `languages` (empty for all).
pub(super) fn stated(text: &str, languages: &[Language]) -> Option<Place> {
    let languages = if languages.is_empty() { &Language::ALL } else { languages };
    let reader = Reader::new(languages);
    for place in places(text, true) {
        match in_place(text, &place, &reader) {
            Ok(letter) => return Some(letter),
            Err(Reading::Nothing) => {}
            Err(_) => return unreadable(text, place),
        }
    }
    match in_statements(text, &reader, languages) {
        Stated::Letter(place) => Some(place),
        Stated::Not { after } => claim::affirmed(text, after, &reader).or_else(|| claim::alone(text, after, &reader)),
        Stated::Nothing => claim::affirmed(text, 0, &reader)
            .or_else(|| leading(text, &reader))
            .or_else(|| claim::alone(text, 0, &reader)),
    }
}

/// The places that are made for an answer, first the one that counts most.
fn places(text: &str, loose: bool) -> impl Iterator<Item = Place> {
    let find: [&dyn Fn() -> Option<Place>; 3] =
        [&|| boxed::find(text, Boxes::Joined, loose), &|| marker::last(text), &|| tag::last(text, "answer")];
    find.map(|find| find()).into_iter().flatten()
}

/// The letter in a place.
fn in_place(text: &str, place: &Place, reader: &Reader) -> Result<Place, Reading> {
    let content = &text[place.range.clone()];
    // Of several boxes together, all must state the same letter.
    let whole = place.text.as_deref().unwrap_or(content);
    match reader.read(whole, true) {
        Reading::Letter(at) if is_list(whole, at.clone(), usize::MAX) => Err(Reading::Several),
        Reading::Letter(_) => match reader.read(content, true) {
            Reading::Letter(at) => {
                Ok(Place::new(place.range.start + at.start..place.range.start + at.end, place.reason.clone()))
            }
            other => Err(other),
        },
        Reading::Nothing => match after_statement(content, &Phrases::of_answer(&[]), reader) {
            Stated::Letter(at) => {
                let range = place.range.start + at.range.start..place.range.start + at.range.end;
                Ok(Place::new(range, place.reason.clone()))
            }
            _ => Err(Reading::Nothing),
        },
        other => Err(other),
    }
}

/// Whether the option at `at` is the first of a list.
fn is_list(text: &str, at: Range<usize>, lines: usize) -> bool {
    text[at.clone()].chars().next().is_some_and(|letter| begins_list(letter, &text[at.end..], lines))
}

/// What the statements of a text say.
enum Stated {
    Letter(Place),
    /// Several letters, or one that is taken back; what counts comes after it.
    Not {
        after: usize,
    },
    Nothing,
}

/// The letter of the last statement that states one, else of the last words that choose.
fn in_statements(text: &str, reader: &Reader, languages: &[Language]) -> Stated {
    match after_statement(text, &Phrases::of_answer(languages), reader) {
        Stated::Nothing => after_statement(text, &Phrases::of_choice(languages), reader),
        stated => stated,
    }
}

/// How much of a statement is looked at.
const LONGEST: usize = 400;

/// The letter right after the last of the phrases that has one.
fn after_statement(text: &str, phrases: &Phrases<'_>, reader: &Reader) -> Stated {
    let mut end = text.len();
    for _ in 0..statement::MOST_STATEMENTS {
        let Some((start, _)) = phrases.last(&text[..end]) else { break };
        let at = start + statement::skipped(&text[start..]);
        let line = clipped(&text[at..], LONGEST);
        match reader.read(line, true) {
            Reading::Letter(letter) => {
                let letter = at + letter.start..at + letter.end;
                let is_denied = hedge::is_denied(text, letter.start);
                let instead = || reader.read_instead(clipped(&text[letter.end..], LONGEST));
                match is_denied.then(instead) {
                    Some(Reading::Letter(other)) => {
                        let range = letter.end + other.start..letter.end + other.end;
                        return Stated::Letter(Place::new(range, STATED));
                    }
                    Some(_) => {}
                    None if claim::is_doubted_statement(text, at) => {}
                    None if is_list(clipped(text, letter.end + LONGEST), letter.clone(), 1) => {}
                    None if reader.is_taken_back(&text[letter.end..]) => return Stated::Not { after: letter.end },
                    None => return Stated::Letter(Place::new(letter, STATED)),
                }
            }
            Reading::Several => return Stated::Not { after: at + line.split('\n').next().map_or(0, str::len) },
            Reading::Denied | Reading::Nothing => {}
        }
        // Without its end, the statement is not found again.
        end = text.floor_char_boundary(start - 1);
    }
    Stated::Nothing
}

/// The letter that the text begins with.
fn leading(text: &str, reader: &Reader) -> Option<Place> {
    match reader.read(text, false) {
        Reading::Letter(at) if !is_list(text, at.clone(), usize::MAX) && !reader.is_taken_back(&text[at.end..]) => {
            Some(Place::new(at, "at the start"))
        }
        _ => None,
    }
}
