//! Format and tag structure: which tagged sections a completion must have, in which order, and whether anything may stand outside.

use memchr::memchr_iter;
use plaudit_core::Verdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The structure of a completion, as data: sections in their order, each at most once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// Whether text may stand outside of them.
    pub outside: bool,
    /// Whether the prompt ends with the opening tag of the first section, so that the completion begins within it.
    pub starts_open: bool,
}

/// A section between `<name>` and `</name>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The name, without angle brackets.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may have nothing but white space in it.
    pub may_be_empty: bool,
}

/// What is wrong with the structure of a completion. Sections are given by their place in [`Format::sections`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A required section is not there.
    Missing(usize),
    /// A section begins a second time.
    Repeated(usize),
    /// A section does not end.
    Unclosed(usize),
    /// A section ends that has not begun.
    Unopened(usize),
    /// A section begins after one that must follow it.
    OutOfOrder(usize),
    /// A section begins within another one.
    Nested(usize),
    /// A section has nothing in it.
    Empty(usize),
    /// Text stands outside of the sections.
    Outside,
}

impl Format {
    /// `<think>...</think><answer>...</answer>` and nothing else.
    pub fn think_answer() -> Self {
        let section = |name: &str| Section { name: name.to_owned(), required: true, may_be_empty: false };
        Self { sections: vec![section("think"), section("answer")], outside: false, starts_open: false }
    }

    /// All flaws, in the order in which they are met; at most one of a kind for each section. Linear in the length of the completion.
    pub fn flaws(&self, completion: &str) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut note = |flaw: Flaw| {
            if !flaws.contains(&flaw) {
                flaws.push(flaw);
            }
        };
        let mut seen = vec![false; self.sections.len()];
        let mut open = None;
        let mut last = 0;
        // Where the section began, or the text outside did.
        let mut from = 0;
        if self.starts_open && !seen.is_empty() {
            (open, seen[0]) = (Some(0), true);
        }
        for at in memchr_iter(b'<', completion.as_bytes()) {
            let Some((index, is_closing, length)) = self.tag(&completion[at..]) else { continue };
            let between = completion[from..at].trim();
            match (open, is_closing) {
                (Some(current), true) if current == index => {
                    if between.is_empty() && !self.sections[index].may_be_empty {
                        note(Flaw::Empty(index));
                    }
                    open = None;
                    from = at + length;
                }
                (_, true) => note(Flaw::Unopened(index)),
                (Some(_), false) => note(Flaw::Nested(index)),
                (None, false) => {
                    if !between.is_empty() && !self.outside {
                        note(Flaw::Outside);
                    }
                    if seen[index] {
                        note(Flaw::Repeated(index));
                    } else if index < last {
                        note(Flaw::OutOfOrder(index));
                    }
                    (open, seen[index], last) = (Some(index), true, index);
                    from = at + length;
                }
            }
        }
        match open {
            Some(index) => note(Flaw::Unclosed(index)),
            None if !self.outside && !completion[from..].trim().is_empty() => note(Flaw::Outside),
            None => {}
        }
        for (index, section) in self.sections.iter().enumerate() {
            if section.required && !seen[index] {
                note(Flaw::Missing(index));
            }
        }
        flaws
    }

    /// The tag of a section at the start of `text`: which, whether it closes, and its length.
    fn tag(&self, text: &str) -> Option<(usize, bool, usize)> {
        let rest = &text[1..];
        let (is_closing, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        self.sections.iter().enumerate().find_map(|(index, section)| {
            let after = rest.strip_prefix(section.name.as_str())?;
            after.starts_with('>').then(|| (index, is_closing, text.len() - after.len() + 1))
        })
    }

    /// Correct where there is no flaw, else wrong.
    ///
    /// ```
    /// use plaudit_core::Verdict;
    /// use plaudit_verify::check::format::{Flaw, Format};
    /// let format = Format::think_answer();
    /// assert_eq!(format.check("<think>2 + 2</think>\n<answer>4</answer>"), Verdict::Correct);
    /// assert_eq!(format.check("<answer>4</answer>"), Verdict::Wrong);
    /// assert_eq!(format.flaws("<answer>4</answer> ok"), [Flaw::Outside, Flaw::Missing(0)]);
    /// ```
    pub fn check(&self, completion: &str) -> Verdict {
        if self.flaws(completion).is_empty() { Verdict::Correct } else { Verdict::Wrong }
    }

    /// The share of conditions that are met, in [0, 1]: one condition for each section, that it has no flaw, and one for the text outside
    /// where none is allowed. 1 exactly where [`Format::check`] says correct; a format without conditions is always met.
    ///
    /// ```
    /// use plaudit_verify::check::format::Format;
    /// // No thinking: of two sections and the outside, two conditions are met.
    /// assert_eq!(Format::think_answer().score("<answer>4</answer>"), 2.0 / 3.0);
    /// ```
    pub fn score(&self, completion: &str) -> f64 {
        let flaws = self.flaws(completion);
        let conditions = self.sections.len() + usize::from(!self.outside);
        let is_met = |index: usize| {
            !flaws.iter().any(|flaw| match flaw {
                Flaw::Outside => index == self.sections.len(),
                Flaw::Missing(of) | Flaw::Repeated(of) | Flaw::Unclosed(of) | Flaw::Unopened(of) => *of == index,
                Flaw::OutOfOrder(of) | Flaw::Nested(of) | Flaw::Empty(of) => *of == index,
            })
        };
        let met = (0..conditions).filter(|index| is_met(*index)).count();
        if conditions == 0 { 1.0 } else { met as f64 / conditions as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_flaw_is_named() {
        let format = Format::think_answer();
        for (completion, flaws) in [
            ("<think>a</think><answer>b</answer>", vec![]),
            (" <think>a</think> \n <answer>b</answer>\n", vec![]),
            ("<think>a</think>b", vec![Flaw::Outside, Flaw::Missing(1)]),
            ("<think>a</think><answer>b", vec![Flaw::Unclosed(1)]),
            ("<answer>b</answer><think>a</think>", vec![Flaw::OutOfOrder(0)]),
            ("<think>a</think><think>a</think><answer>b</answer>", vec![Flaw::Repeated(0)]),
            ("<think>a<answer>b</answer></think>", vec![Flaw::Nested(1), Flaw::Unopened(1), Flaw::Missing(1)]),
            ("<think> </think><answer>b</answer>", vec![Flaw::Empty(0)]),
            ("a</think><answer>b</answer>", vec![Flaw::Unopened(0), Flaw::Outside, Flaw::Missing(0)]),
            ("", vec![Flaw::Missing(0), Flaw::Missing(1)]),
        ] {
            assert_eq!(format.flaws(completion), flaws, "{completion}");
        }
    }

    #[test]
    fn a_prompt_may_open_the_first_section() {
        let format = Format { starts_open: true, ..Format::think_answer() };
        assert_eq!(format.check("a</think><answer>b</answer>"), Verdict::Correct);
        assert_eq!(format.flaws("<think>a</think><answer>b</answer>"), [Flaw::Nested(0)]);
        assert_eq!(format.flaws("a"), [Flaw::Unclosed(0), Flaw::Missing(1)]);
    }

    proptest! {
        #[test]
        fn the_score_is_one_exactly_where_the_check_is_met(text in "(<think>|</think>|<answer>|</answer>|a| |\\PC){0,8}") {
            let format = Format::think_answer();
            let score = format.score(&text);
            prop_assert!((0.0..=1.0).contains(&score));
            prop_assert_eq!(score == 1.0, format.check(&text).is_correct());
        }
    }
}
