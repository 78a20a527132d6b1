//! Where a completion states its answer.
//!
//! A [`Rule`] is one place to look; an [`Extractor`] is an ordered list of rules with fallbacks; an [`Extraction`] is such a list with a
//! name. Every rule is linear in the length of the completion, whatever it says.

mod asides;
mod boxed;
mod choice;
mod code;
mod derivation;
mod equation;
mod formula;
mod hedge;
mod json_field;
mod language;
mod lone_number;
mod marker;
mod markup;
mod math_span;
mod number;
mod phrases;
mod preset;
mod retraction;
mod statement;
mod tag;
mod thinking;
mod turn;

#[cfg(test)]
mod tests;

pub use boxed::Boxes;
pub use code::Fence;
pub use language::Language;
pub use preset::Extraction;

use phrases::Phrases;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// One place where an answer may stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rule {
    /// The text after the last `####`, to the end of its line.
    Marker,
    /// The content of boxes. None where that is denied, asked or taken back right there: `not \boxed{7}`.
    Boxed {
        /// Which of several boxes count.
        boxes: Boxes,
        /// Whether `\fbox{...}`, `\boxed {...}` and `\boxed 7` are boxes too, and not only `\boxed{...}`.
        loose: bool,
    },
    /// The content of the last complete `<NAME>...</NAME>`, of any case and with any attributes.
    Tag {
        /// The name, without angle brackets.
        name: Cow<'static, str>,
    },
    /// What the last "final answer is" or "final answer:" states, in the given languages; a mathematical span right after it without its
    /// dollars, else the rest of the sentence.
    FinalAnswer {
        /// Languages; empty for all.
        languages: Cow<'static, [Language]>,
    },
    /// As `final-answer`, for the last "answer is" or "answer:", where up to some words may stand between the two parts.
    Statement {
        /// Languages; empty for all.
        languages: Cow<'static, [Language]>,
    },
    /// The first value in what `statement` finds, where that is a sentence: its first mathematical span, else what its last equals sign
    /// or its first number says.
    StatedValue {
        /// Languages; empty for all.
        languages: Cow<'static, [Language]>,
    },
    /// The last number in plain notation, with its percent sign but without its unit; a comma may be its decimal comma. None where that is
    /// said not to be the answer: `it is not 7`.
    LastNumber,
    /// As `last-number`, where that is a value of its own: without its unit, with the whole number before a fraction and a factor in words
    /// (`5 million`). None where it is a part of a calculation, a comparison, a range, a time or a name, or one of several.
    LoneNumber,
    /// The last mathematical span, `$..$`, `$$..$$`, `\(..\)` or `\[..\]`, together with those before it from which only "and", "or" or a
    /// comma separates it. A percent sign or word that follows belongs to it.
    MathSpan,
    /// The last equation or inequality in plain text, to the end of its sentence, where that is a formula and no prose.
    Relation,
    /// The whole text, where it is a formula and no prose; or its first line, where that is a number and an explanation follows.
    Formula,
    /// What follows the last equals sign, to the end of the formula, sentence or line.
    RightSide,
    /// The multiple-choice letter in the last `\boxed{...}`, else after the last `####`, else in the last `<answer>...</answer>`, else
    /// after the last "answer is" or "answer:", else at the start of the completion. Where a place has no letter, the text there.
    Choice,
    /// The multiple-choice letter that is stated, in the given languages: first in the places of `choice`, else where one stands alone.
    StatedChoice {
        /// Languages; empty for all.
        languages: Cow<'static, [Language]>,
    },
    /// A fenced block of code.
    Code {
        /// What may stand behind the fence, in lower case (`python`, `py`); empty for any, also nothing.
        languages: Cow<'static, [Cow<'static, str>]>,
        /// Which of several blocks counts.
        fence: Fence,
    },
    /// A value in the last complete JSON object of the text: a string without its quotes, anything else as it is written.
    Json {
        /// Names of fields, and places in arrays from 0 on, from the outside in.
        path: Cow<'static, [Cow<'static, str>]>,
    },
    /// The whole completion, without Markdown emphasis or backquotes around all of it.
    Whole,
}

/// An ordered list of rules with fallbacks: the first step that finds an answer decides; within a step, the place that ends last.
///
/// ```
/// use plaudit_verify::{Extractor, Rule};
/// let extractor = Extractor { steps: vec![vec![Rule::Marker], vec![Rule::LastNumber]], after_thinking: true };
/// assert_eq!(extractor.find("<think>#### 1</think> It is 7.").unwrap().text, "7");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extractor {
    /// The steps.
    pub steps: Vec<Vec<Rule>>,
    /// Whether what stands before the last `</think>` does not count, where something follows it, nor what follows the end of the model's
    /// turn, or the next question after an answer.
    pub after_thinking: bool,
}

/// An answer as a completion states it, and why this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// The answer, trimmed; never empty. Owned only where it was put together from several places or unescaped.
    pub text: Cow<'a, str>,
    /// Where it stands in the completion, in bytes; of several places, from the first to the last.
    pub range: Range<usize>,
    /// The rule that found it.
    pub rule: Rule,
    /// What was chosen from what, for a person: `the last of 3 boxes`.
    pub reason: Cow<'static, str>,
}

/// What a rule found in a text: a range of it, or another text made from it.
struct Place {
    range: Range<usize>,
    text: Option<String>,
    reason: Cow<'static, str>,
}

impl Place {
    fn new(range: Range<usize>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { range, text: None, reason: reason.into() }
    }
}

impl Place {
    /// The content of the boxes in this place, where there are any.
    fn unboxed(self, text: &str) -> Self {
        let start = self.range.start;
        match boxed::find(&text[self.range.clone()], Boxes::Joined, true) {
            Some(Place { range, text, .. }) => {
                Self { range: range.start + start..range.end + start, text, reason: self.reason }
            }
            None => self,
        }
    }
}

impl Rule {
    fn place(&self, text: &str) -> Option<Place> {
        let is_affirmed = |place: &Place| hedge::is_affirmed(text, &place.range);
        let is_asserted = |place: &Place| hedge::is_asserted(text, &place.range);
        match self {
            Self::Marker => marker::last(text).map(|place| markup::plain(text, place)),
            Self::Boxed { boxes, loose } => boxed::find(text, *boxes, *loose)
                .filter(|place| boxed::is_asserted(text, &place.range))
                .map(|place| markup::without_label(text, place)),
            Self::Tag { name } => tag::last(text, name).map(|place| markup::plain(text, place)),
            Self::FinalAnswer { languages } => statement::value(text, &Phrases::of_final_answer(languages)),
            Self::Statement { languages } => statement::value(text, &Phrases::of_answer(languages)),
            Self::StatedValue { languages } => statement::first_value(text, &Phrases::of_answer(languages)),
            Self::LastNumber => number::last(text).filter(is_affirmed),
            Self::LoneNumber => lone_number::last(asides::without(text)).filter(is_asserted),
            Self::MathSpan => {
                math_span::last(asides::without(text)).filter(is_asserted).map(|place| derivation::result(text, place))
            }
            Self::Relation => formula::last_relation(asides::without(text))
                .filter(is_asserted)
                .map(|place| derivation::result(text, place)),
            Self::Formula => formula::whole(text).map(|place| derivation::result(text, place)),
            Self::RightSide => equation::last_right_side(text),
            Self::Choice => choice::in_places(text),
            Self::StatedChoice { languages } => choice::stated(text, languages),
            Self::Code { languages, fence } => code::find(text, languages, *fence),
            Self::Json { path } => json_field::find(text, path),
            Self::Whole => Some(Place::new(markup::without_emphasis(text, 0..text.len()), "the whole text")),
        }
    }

    /// The answer that this rule finds in the whole of `text`.
    pub fn find<'a>(&self, text: &'a str) -> Option<Found<'a>> {
        let Place { range, text: made, reason } = self.place(text)?;
        let (text, range) = match made {
            Some(made) => (Cow::Owned(made.trim().to_owned()), range),
            None => {
                let stated = &text[range.clone()];
                let trimmed = stated.trim();
                let start = range.start + (stated.len() - stated.trim_start().len());
                (Cow::Borrowed(trimmed), start..start + trimmed.len())
            }
        };
        (!text.is_empty()).then(|| Found { text, range, rule: self.clone(), reason })
    }
}

/// The number of a sentence that has no other, for an answer in words.
pub(crate) fn number_of_sentence(text: &str) -> Option<Found<'_>> {
    /// Fewer words are a name: `Room 12`.
    const FEWEST_WORDS: usize = 4;
    let is_sentence =
        (text.contains(": ") || text.split_whitespace().nth(FEWEST_WORDS - 1).is_some()) && number::is_only(text);
    Rule::LoneNumber.find(text).filter(|_| is_sentence)
}

/// Where a completion answers: in its own turn, after any thinking, before any other question.
fn answer_section(completion: &str) -> Range<usize> {
    let section = thinking::answer_section(&completion[..turn::length(completion)]);
    section.start..section.start + turn::before_next_question(&completion[section])
}

impl Extractor {
    /// The answer, or `None` where the completion states none.
    pub fn find<'a>(&self, completion: &'a str) -> Option<Found<'a>> {
        self.candidates(completion).next()
    }

    /// The answers of all rules, in the order of preference: for a reader that cannot make sense of the first.
    pub fn candidates<'a>(&self, completion: &'a str) -> impl Iterator<Item = Found<'a>> {
        let section = if self.after_thinking { answer_section(completion) } else { 0..completion.len() };
        let (text, start) = (&completion[section.clone()], section.start);
        self.steps.iter().flat_map(move |step| {
            let mut found: Vec<Found<'a>> = step.iter().filter_map(|rule| rule.find(text)).collect();
            // Of places that end together, the first rule's.
            found.sort_by_key(|found| std::cmp::Reverse(found.range.end));
            found.into_iter().map(move |found| {
                let range = found.range.start + start..found.range.end + start;
                Found { range, ..found }
            })
        })
    }
}
