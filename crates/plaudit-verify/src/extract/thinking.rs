//! Where a model stops thinking.

use std::ops::Range;

/// What ends a thinking section.
const ENDS: [&str; 4] = ["</think>", "</thinking>", "</reasoning>", "<|end_of_thought|>"];

/// The text after the last end of a thinking section; the text before that end where nothing but white space follows it; else all of it.
pub(super) fn answer_section(text: &str) -> Range<usize> {
    let ends = ENDS.iter().filter_map(|end| text.rfind(end).map(|at| at..at + end.len()));
    match ends.max_by_key(|end| end.end) {
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
}
