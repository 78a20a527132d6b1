//! `#### 43`, as in GSM8K.

use super::Place;
use super::phrases::folded_prefix;
use std::ops::Range;

/// The text after the last `####` that is no heading, to the end of its line.
pub(super) fn last(text: &str) -> Option<Place> {
    const MARKER: &str = "####";
    let places = text.rmatch_indices(MARKER).map(|(at, _)| {
        let start = at + MARKER.len();
        let line = text[start..].lines().next().unwrap_or_default();
        start..start + line.len()
    });
    let is_value = |line: &Range<usize>| !is_heading(&text[line.clone()]) || text[line.end..].trim().is_empty();
    places.take(MOST_MARKERS).find(is_value).map(|line| Place::new(line, "after the last ####"))
}

/// Markers are looked at from the last one back, so many of them.
const MOST_MARKERS: usize = 100;

/// Words that begin a heading, where text follows below it.
const HEADINGS: [&str; 16] = [
    "step",
    "part",
    "case",
    "solution",
    "explanation",
    "answer",
    "final answer",
    "conclusion",
    "method",
    "analysis",
    "problem",
    "question",
    "example",
    "étape",
    "schritt",
    "paso",
];

/// Whether a line is a heading: it begins with a word such as "Step", or with a number of its own, as `2.1 Sum`.
fn is_heading(line: &str) -> bool {
    let line = line.trim_matches(|sign: char| sign.is_whitespace() || matches!(sign, '*' | '_' | ':'));
    let begins_with_word = HEADINGS.iter().any(|word| {
        let rest = folded_prefix(line, word).map(|length| line[length..].trim_start());
        let is_label = matches!(*word, "answer" | "final answer");
        // `Answer: 18` is no heading.
        rest.is_some_and(|rest| rest.is_empty() || !is_label && !rest.starts_with(char::is_alphabetic))
    });
    let name = line.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ')'));
    let numbering = &line[..line.len() - name.len()];
    let is_numbered = numbering.contains(['.', ')'])
        && numbering.starts_with(|first: char| first.is_ascii_digit())
        && name.starts_with(' ')
        && name.trim_start().starts_with(char::is_uppercase);
    begins_with_word || is_numbered || is_word_with_numeral(line)
}

/// `第1步`.
fn is_word_with_numeral(line: &str) -> bool {
    line.starts_with('第') && line.contains('步') || line.starts_with("步骤")
}

#[cfg(test)]
mod tests {
    use crate::Extraction;

    #[test]
    fn the_last_marker_counts_to_the_end_of_its_line() {
        let find = |text| Extraction::Marker.find(text).map(|found| found.text);
        assert_eq!(find("#### 1\nno: #### 2 \nmore").as_deref(), Some("2"));
        assert_eq!(find("####7").as_deref(), Some("7"));
        assert_eq!(find("#### "), None);
        assert_eq!(find("####\n7"), None);
        assert_eq!(find("### 7"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn headings_are_no_markers() {
        let find = |text| Extraction::Marker.find(text).map(|found| found.text);
        for text in [
            "#### Step 2\nIt is so.",
            "#### Step 2: 5\nIt is so.",
            "#### Part 2\nIt",
            "#### 2.1 Sum\nIt",
            "#### 2. Sum\nIt",
            "#### **Answer**\n8",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
        assert_eq!(find("#### 7\n#### Step 2\nmore").as_deref(), Some("7"));
        assert_eq!(find("#### 2.5 km\nmore").as_deref(), Some("2.5 km"));
        assert_eq!(find("#### Step 2").as_deref(), Some("Step 2"));
    }

    #[test]
    fn the_line_is_without_what_surrounds_the_answer() {
        let find = |text| Extraction::Marker.find(text).map(|found| found.text);
        for text in [
            "#### **18**",
            "#### **18**.",
            "#### `18`",
            "#### Answer: 18",
            "#### **Answer:** 18",
            "#### $\\boxed{18}$",
            "#### 18 (9 * 2)",
            "#### The answer is 18.",
        ] {
            assert_eq!(find(text).as_deref(), Some("18"), "{text}");
        }
        assert_eq!(find("#### 2 (x + 1)").as_deref(), Some("2 (x + 1)"));
    }
}
