//! The letter of a multiple-choice answer.

use super::boxed::{self, Boxes};
use super::phrases::{Phrases, folded_prefix, is_alphabetic};
use super::statement;
use super::{Language, Place, marker, tag};
use crate::choice;

/// The letter where one is stated; else the text that should have stated it, so that an unreadable answer is told apart
/// from none.
pub(super) fn in_places(text: &str) -> Option<Place> {
    let stated =
        boxed::find(text, Boxes::Last, false).or_else(|| marker::last(text)).or_else(|| tag::last(text, "answer"));
    match stated.or_else(|| stated_line(text)) {
        Some(place) => Some(match choice::letter_at(&text[place.range.clone()]) {
            Some(at) => Place::new(place.range.start + at.start..place.range.start + at.end, place.reason),
            None => place,
        }),
        None => choice::leading_letter_at(text).map(|at| Place::new(at, "at the start")),
    }
}

/// The line after the last "answer is" or "answer:".
fn stated_line(text: &str) -> Option<Place> {
    let (start, _) = Phrases::of_answer_in_english().last(text)?;
    let start = text.len() - text[start..].trim_start_matches([' ', ':']).len();
    let line = text[start..].lines().next().unwrap_or_default();
    Some(Place::new(start..start + line.len(), "after the last statement of an answer"))
}

/// The letter that is stated in one of `languages` (empty for all).
pub(super) fn stated(text: &str, languages: &[Language]) -> Option<Place> {
    let languages = if languages.is_empty() { &Language::ALL } else { languages };
    let in_place = |place: Place| {
        let content = &text[place.range.clone()];
        first(content, languages, true)
            .map(|(at, length)| Place::new(place.range.start + at..place.range.start + at + length, place.reason))
    };
    boxed::find(text, Boxes::Last, true)
        .and_then(in_place)
        .or_else(|| marker::last(text).and_then(in_place))
        .or_else(|| tag::last(text, "answer").and_then(in_place))
        .or_else(|| in_statements(text, languages))
}

/// The letter of a statement, of words that choose, at the start, or the last one alone.
fn in_statements(text: &str, languages: &[Language]) -> Option<Place> {
    let mut read_to = 0;
    if let Some(place) = after_statement(text, languages) {
        read_to = place.range.end;
        if let Some((at, length)) = first(&text[place.range.clone()], languages, true) {
            let start = place.range.start + at;
            return Some(Place::new(start..start + length, place.reason));
        }
    }
    // A letter in a statement that states none is not the answer: `The answer is not A`.
    chosen(text, languages)
        .or_else(|| first(text, languages, false).map(|(at, length)| Place::new(at..at + length, "at the start")))
        .or_else(|| last_alone(text, languages).filter(|place| place.range.start >= read_to))
}

/// The line that follows the last statement.
fn after_statement(text: &str, languages: &[Language]) -> Option<Place> {
    let (start, words) = Phrases::of_answer(languages).last(text)?;
    let start = start + statement::skipped(&text[start..]);
    let line = text[start..].lines().next().unwrap_or_default();
    let stated = statement::without_fillers(text, start..start + line.len(), words);
    Some(Place::new(stated, "after the last statement of an answer"))
}

/// The letter right after the last word that chooses it.
fn chosen(text: &str, languages: &[Language]) -> Option<Place> {
    let (start, _) = Phrases::of_choice(languages).last(text)?;
    let start = start + statement::skipped(&text[start..]);
    let line = text[start..].lines().next().unwrap_or_default();
    let (at, length) = first(line, languages, true)?;
    Some(Place::new(start + at..start + at + length, "after the last words that choose"))
}

/// What may stand before a letter.
const BEFORE: [&str; 18] = [
    "\\text{",
    "\\textbf{",
    "\\mathrm{",
    "\\mathbf{",
    "\\(",
    "\\[",
    "option ",
    "choice ",
    "**",
    "(",
    "[",
    "（",
    "【",
    "「",
    "“",
    "\"",
    "'",
    "$",
];

/// How many of them, one within the other.
const MOST_BEFORE: usize = 8;

/// Place and length of the letter that `text` begins with, after brackets and the like. `before_words`: a capital counts before words too.
fn first(text: &str, languages: &[Language], before_words: bool) -> Option<(usize, usize)> {
    let mut rest = text.trim_start();
    for _ in 0..MOST_BEFORE {
        let Some(length) = BEFORE.iter().find_map(|before| folded_prefix(rest, before)) else { break };
        rest = rest[length..].trim_start();
    }
    let letter = rest.chars().next().filter(|letter| choice::is_option(*letter))?;
    let after = &rest[letter.len_utf8()..];
    let next = after.chars().next();
    let is_alone = next.is_none_or(|next| !belongs_to_word(letter, next));
    let has_space = next.is_some_and(char::is_whitespace);
    let counts = !has_space || after.trim().is_empty() || before_words && !letter.is_lowercase();
    (is_alone && counts && !is_one_of_several(after, languages)).then_some((text.len() - rest.len(), letter.len_utf8()))
}

/// Whether `next` makes the letter before it a part of a word. Words of other scripts may follow a Latin letter without a space.
fn belongs_to_word(letter: char, next: char) -> bool {
    let is_latin = letter.is_ascii() || ('Ａ'..='ｚ').contains(&letter);
    // Apostrophes, hyphens and operators too: `A's`, `x = 1`.
    let binds = matches!(next, '\'' | '’' | '_' | '-' | '=' | '^' | '+' | '<' | '>' | '(');
    binds || next.is_alphanumeric() && (!is_latin || next < '\u{2E80}' || ('Ａ'..='ｚ').contains(&next))
}

/// Whether nothing follows that an option says: `So it is (B).` and `(B) is right`, but not `(B) 12`.
fn ends_statement(after: &str, languages: &[Language]) -> bool {
    let after = after.trim_start_matches([' ', '*', '$']);
    let is = languages.iter().flat_map(|language| language.words().is);
    after.is_empty()
        || after.starts_with(['.', ',', ';', '!', '\n', '。', '，'])
        || is.into_iter().any(|is| folded_prefix(after, is).is_some_and(|length| !is_alphabetic(&after[length..])))
}

/// Whether another letter follows after "or", "and" or a comma.
fn is_one_of_several(after: &str, languages: &[Language]) -> bool {
    let closed = after.trim_start_matches([')', ']', '）', '】', '*', '}', '$']).trim_start();
    let ors = languages.iter().flat_map(|language| language.words().or);
    let joined = ors.chain(&[",", "/", "&", "+"]).filter_map(|or| {
        let rest = &closed[folded_prefix(closed, or)?..];
        (!is_alphabetic(or) || rest.starts_with(|next: char| !next.is_alphanumeric())).then_some(rest)
    });
    joined.into_iter().any(|rest| {
        let mut letters = rest.trim_start_matches([' ', '(', '[', '（', '*', '$']).chars();
        let is_letter = letters.next().is_some_and(|letter| choice::is_option(letter) && !letter.is_lowercase());
        is_letter && letters.next().is_none_or(|next| !next.is_alphanumeric())
    })
}

/// The last capital that stands alone and is no word of a sentence, as `A` before a word in lower case and `I` are, and none of several.
fn last_alone(text: &str, languages: &[Language]) -> Option<Place> {
    let bytes = text.as_bytes();
    // Beside ASCII letters, only a first byte of a longer character can begin an option.
    let beginnings = (0..bytes.len()).rev().filter(|at| bytes[*at].is_ascii_uppercase() || bytes[*at] >= 0xC0);
    let in_word = |at: &usize| bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) && bytes[*at].is_ascii();
    let capitals = beginnings.filter(|at| !in_word(at)).filter_map(|at| {
        let letter = text[at..].chars().next()?;
        (choice::is_option(letter) && !letter.is_lowercase()).then_some((at, letter))
    });
    let mut alone = capitals.filter(|(at, letter)| {
        let before = &text[..*at];
        let after = &text[at + letter.len_utf8()..];
        let is_word = match (before.strip_suffix('('), after.strip_prefix(')')) {
            (Some(before), Some(after)) => before.ends_with(char::is_alphanumeric) || !ends_statement(after, languages),
            _ => before
                .chars()
                .next_back()
                .into_iter()
                .chain(after.chars().next())
                .any(|by| belongs_to_word(*letter, by)),
        };
        let mut next = after.chars();
        let is_article = matches!(letter, 'A' | 'O' | 'E')
            && next.next().is_some_and(char::is_whitespace)
            && next.next().is_some_and(char::is_lowercase)
            && !is_one_of_several(after, languages);
        !is_word && !is_article && *letter != 'I'
    });
    let (at, letter) = alone.next()?;
    let is_listed =
        alone.next().is_some_and(|(at, letter)| is_one_of_several(&text[at + letter.len_utf8()..], languages));
    (!is_listed).then(|| Place::new(at..at + letter.len_utf8(), "the last letter that stands alone"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Extraction;

    #[test]
    fn a_choice_is_found_where_it_is_stated() {
        let find = |text| Extraction::Choice.find(text).map(|found| found.text);
        for text in [
            "A and B are out. \\boxed{C}",
            "\\boxed{\\text{C. aspirin}}",
            "14\n#### C",
            "<answer>(C)</answer>",
            "So the answer is (C) 12.",
            "Answer: C",
            "C",
            "(C) aspirin",
        ] {
            assert_eq!(find(text).as_deref(), Some("C"), "{text}");
        }
        assert_eq!(find("#### 12").as_deref(), Some("12"));
        assert_eq!(find("I do not know"), None);
        assert_eq!(find("no idea"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn a_letter_is_stated_in_many_languages() {
        for (text, letter) in [
            ("thinking about it I think the correct answer is C", "C"),
            ("The answer is\nC Cecile", "C"),
            ("D. it can't be A or B", "D"),
            ("(D) Alina", "D"),
            ("réponse est C non A", "C"),
            ("La bonne réponse est donc (C).", "C"),
            ("Die richtige Antwort ist B, weil A falsch ist.", "B"),
            ("La respuesta correcta es la opción B.", "B"),
            ("A resposta correta é C.", "C"),
            ("La risposta corretta è: D", "D"),
            ("Правильный ответ: Б", "Б"),
            ("Ответ — C", "C"),
            ("B。不是 A", "B"),
            ("B不是 A", "B"),
            ("因此，正确答案是（C）。", "C"),
            ("故选D。", "D"),
            ("答えはCです。", "C"),
            ("正解：B", "B"),
            ("정답은 C입니다.", "C"),
            ("الإجابة الصحيحة هي ب", "ب"),
            ("सही उत्तर B है", "B"),
            ("Doğru cevap B.", "B"),
            ("Đáp án đúng là C.", "C"),
            ("Jawaban yang benar adalah B.", "B"),
            ("Prawidłowa odpowiedź to C.", "C"),
            ("Ａ", "Ａ"),
            ("It must be C", "C"),
            ("So it is option (C).", "C"),
            ("Therefore, (C) is right", "C"),
            ("so **C**", "C"),
            ("The answer is \\(C\\).", "C"),
        ] {
            let found = stated(text, &[]).map(|place| &text[place.range]);
            assert_eq!(found, Some(letter), "{text}");
        }
    }

    #[test]
    fn what_states_no_letter() {
        for text in [
            "",
            "I do not know",
            "A patient came",
            "The answer is A or B",
            "Réponse : A ou B",
            "答案是A或B",
            "no",
            "The answer is not A.",
            "x = 1",
            "vitamin B12",
            "x-C",
            "They are (A) 12 (B) 13 (C) 14",
            "It is f(C).",
        ] {
            assert_eq!(stated(text, &[]).map(|place| &text[place.range]), None, "{text}");
        }
    }
}
