//! Where a model stops thinking.

use memchr::memrchr3_iter;
use std::ops::Range;

/// What ends a thinking section, or begins the answer after it, in any case.
const ENDS: [&str; 10] = [
    "</think>",
    "</thinking>",
    "</reasoning>",
    "</thought>",
    "</analysis>",
    "</seed:think>",
    "<|end_of_thought|>",
    "<|channel|>final<|message|>",
    "[/think]",
    "◁/think▷",
];

/// The text after the last end of a thinking section; the text before that end where nothing but white space follows it; else all of it.
pub(super) fn answer_section(text: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let end = memrchr3_iter(b'<', b'[', "◁".as_bytes()[0], bytes).find_map(|at| {
        let is_here =
            |end: &str| bytes[at..].get(..end.len()).is_some_and(|found| found.eq_ignore_ascii_case(end.as_bytes()));
        ENDS.iter().find(|end| is_here(end)).map(|end| at..at + end.len())
    });
    match end {
        Some(end) if text[end.end..].trim().is_empty() => 0..end.start,
        Some(end) => end.end..text.len(),
        None => 0..text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_the_last_end_counts() {
        let section = |text: &'static str| &text[answer_section(text)];
        assert_eq!(section("<think>1</think>2"), "2");
        assert_eq!(section("<think>1</think>2</think>3"), "3");
        assert_eq!(section("1</thinking> 2"), " 2");
        assert_eq!(section("<think>1</think> \n"), "<think>1");
        assert_eq!(section("<think>1"), "<think>1");
        assert_eq!(section(""), "");
    }

    #[test]
    fn the_marks_of_models_count_in_any_case() {
        let section = |text: &'static str| &text[answer_section(text)];
        for text in [
            "<THINK>1</THINK>2",
            "[THINK]1[/THINK]2",
            "◁think▷1◁/think▷2",
            "<seed:think>1</seed:think>2",
            "<thought>1</thought>2",
            "<analysis>1</Analysis>2",
            "<|channel|>analysis<|message|>1<|end|><|start|>assistant<|channel|>final<|message|>2",
        ] {
            assert_eq!(section(text), "2", "{text}");
        }
        assert_eq!(section("1 < 2 [3]"), "1 < 2 [3]");
    }
}
