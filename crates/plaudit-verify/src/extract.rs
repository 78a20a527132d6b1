//! Where a completion states its answer.

use crate::choice;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where to find the answer in a completion. Each rule takes the last place that fits and returns it trimmed; an empty
/// place counts as no answer. Every rule is linear in the length of the completion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extraction {
    /// The text after the last `####`, to the end of its line.
    #[default]
    Marker,
    /// The content of the last complete `\boxed{...}`, nested braces included.
    Boxed,
    /// The content of the last complete `<answer>...</answer>`.
    Tag,
    /// The last number in plain notation, without its unit or percent sign.
    LastNumber,
    /// The whole completion.
    Whole,
    /// The multiple-choice letter in the last `\boxed{...}`, else after the last `####`, else in the last
    /// `<answer>...</answer>`, else after the last "answer is" or "answer:", else at the start of the completion.
    Choice,
}

impl Extraction {
    /// The answer as the completion writes it, or `None` where it states none.
    ///
    /// ```
    /// use plaudit_verify::Extraction;
    /// assert_eq!(Extraction::Marker.find("7+36\n43\n#### 43"), Some("43"));
    /// assert_eq!(Extraction::Boxed.find(r"so \boxed{\frac{1}{2}}."), Some(r"\frac{1}{2}"));
    /// assert_eq!(Extraction::Tag.find("no answer here"), None);
    /// ```
    pub fn find(self, completion: &str) -> Option<&str> {
        let found = match self {
            Self::Marker => after_marker(completion),
            Self::Boxed => last_boxed(completion),
            Self::Tag => last_tag(completion),
            Self::LastNumber => last_number(completion),
            Self::Whole => Some(completion),
            Self::Choice => stated_choice(completion),
        };
        found.map(str::trim).filter(|answer| !answer.is_empty())
    }

    /// Writes `answer` so that this rule finds it: the last line of a worked solution.
    pub fn frame(self, answer: &str) -> String {
        match self {
            Self::Marker => format!("#### {answer}"),
            Self::Boxed | Self::Choice => format!("\\boxed{{{answer}}}"),
            Self::Tag => format!("<answer>{answer}</answer>"),
            Self::LastNumber | Self::Whole => answer.to_owned(),
        }
    }
}

fn after_marker(text: &str) -> Option<&str> {
    let (_, rest) = text.rsplit_once("####")?;
    Some(rest.lines().next().unwrap_or_default())
}

fn last_boxed(text: &str) -> Option<&str> {
    const BOXED: &str = "\\boxed{";
    // One entry per open brace: where the content starts if it belongs to a box.
    let mut open = Vec::new();
    let mut last = None;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        match rest[0] {
            b'\\' if rest.starts_with(BOXED.as_bytes()) => {
                at += BOXED.len();
                open.push(Some(at));
                continue;
            }
            // An escaped brace is a character, not a bracket.
            b'\\' => at += 1,
            b'{' => open.push(None),
            b'}' => {
                if let Some(Some(start)) = open.pop() {
                    last = Some(start..at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    last.map(|range| &text[range])
}

fn last_tag(text: &str) -> Option<&str> {
    let (before, _) = text.rsplit_once("</answer>")?;
    before.rsplit_once("<answer>").map(|(_, answer)| answer)
}

/// The last maximal run that reads as a number: digits with thousands groups, a decimal part, a fraction, an exponent. A
/// sign belongs to it only where it cannot be an operator or a hyphen, that is not after a digit, a letter or a bracket.
fn last_number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits_after = |at: usize, sign: &[u8]| match bytes.get(at) {
        Some(byte) if sign.contains(byte) && at + 1 < bytes.len() => digits(at + 1),
        _ => 0,
    };
    let mut last = None;
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        if start > 0 && bytes[start - 1] == b'.' {
            start -= 1;
        }
        let is_operator = |at: usize| {
            at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b')' | b']' | b'}'))
        };
        if start > 0 && bytes[start - 1] == b'-' && !is_operator(start - 1) {
            start -= 1;
        }
        let first_group = digits(at);
        at += first_group;
        if first_group <= 3 {
            while digits_after(at, b",") == 3 {
                at += 4;
            }
        }
        for part in [b".", b"/"] {
            let length = digits_after(at, part);
            at += if length > 0 { length + 1 } else { 0 };
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
            let length = bytes.get(at + 1 + signed..).map_or(0, |_| digits(at + 1 + signed));
            at += if length > 0 { 1 + signed + length } else { 0 };
        }
        last = Some(start..at);
    }
    last.map(|range| &text[range])
}

/// The letter where one is stated; else the text that should have stated it, so that an unreadable answer is told apart
/// from none.
fn stated_choice(text: &str) -> Option<&str> {
    let stated = last_boxed(text)
        .or_else(|| after_marker(text))
        .or_else(|| last_tag(text))
        .or_else(|| choice::stated_answer(text));
    match stated {
        Some(answer) => Some(choice::letter(answer).unwrap_or(answer)),
        None => choice::leading_letter(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_last_marker_counts_to_the_end_of_its_line() {
        let find = |text| Extraction::Marker.find(text);
        assert_eq!(find("#### 1\nno: #### 2 \nmore"), Some("2"));
        assert_eq!(find("####7"), Some("7"));
        assert_eq!(find("#### "), None);
        assert_eq!(find("####\n7"), None);
        assert_eq!(find("### 7"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn boxes_nest_and_must_close() {
        let find = |text| Extraction::Boxed.find(text);
        assert_eq!(find(r"\boxed{1} then \boxed{\frac{1}{2}}"), Some(r"\frac{1}{2}"));
        assert_eq!(find(r"\boxed{7} and \boxed{8"), Some("7"));
        assert_eq!(find(r"{ \boxed{7}"), Some("7"));
        assert_eq!(find(r"\boxed{\{1, 2\}}"), Some(r"\{1, 2\}"));
        assert_eq!(find(r"\boxed{}"), None);
        assert_eq!(find("}}}{{{"), None);
        assert_eq!(find("\\"), None);
    }

    #[test]
    fn tags_must_close() {
        let find = |text| Extraction::Tag.find(text);
        assert_eq!(find("<answer>1</answer><answer> 2 </answer>"), Some("2"));
        assert_eq!(find("<answer>1</answer> <answer>2"), Some("1"));
        assert_eq!(find("</answer><answer>"), None);
    }

    #[test]
    fn the_last_number_is_whole() {
        let find = |text| Extraction::LastNumber.find(text);
        for (text, number) in [
            ("x = -4.5 apples.", "-4.5"),
            ("from 3-4", "4"),
            ("f(2)-4", "4"),
            ("it costs $1,234,567.89!", "1,234,567.89"),
            ("1,2,3", "3"),
            ("1,234", "1,234"),
            ("12345,678", "678"),
            ("about 3/4", "3/4"),
            ("6.02e23 or 1e", "1"),
            ("1.5e-3", "1.5e-3"),
            ("50%", "50"),
            ("=.5", ".5"),
            ("= -.5", "-.5"),
            ("5.", "5"),
            ("1e+", "1"),
        ] {
            assert_eq!(find(text), Some(number), "{text}");
        }
        assert_eq!(find("none"), None);
    }

    #[test]
    fn a_choice_is_found_where_it_is_stated() {
        let find = |text| Extraction::Choice.find(text);
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
            assert_eq!(find(text), Some("C"), "{text}");
        }
        assert_eq!(find("#### 12"), Some("12"));
        assert_eq!(find("I do not know"), None);
        assert_eq!(find("no idea"), None);
        assert_eq!(find(""), None);
    }

    const ALL: [Extraction; 6] = [
        Extraction::Marker,
        Extraction::Boxed,
        Extraction::Tag,
        Extraction::LastNumber,
        Extraction::Whole,
        Extraction::Choice,
    ];

    #[test]
    fn what_is_framed_is_found() {
        for rule in ALL {
            let answer = if rule == Extraction::Choice { "B" } else { "-3/4" };
            let framed = format!("some steps 12\n{}", rule.frame(answer));
            let text = if rule == Extraction::Whole { rule.frame(answer) } else { framed };
            assert_eq!(rule.find(&text), Some(answer), "{rule:?}");
        }
    }

    #[test]
    fn long_hostile_text_takes_linear_time() {
        for piece in ["\\boxed{", "{", "<answer>", "</answer>", "####", "1,", "1.", "1e", "answer is ", "-"] {
            let text = piece.repeat(1_000_000 / piece.len());
            for rule in ALL {
                let _ = rule.find(&text);
            }
        }
    }

    proptest! {
        #[test]
        fn an_answer_is_a_trimmed_part_of_any_text(
            text in "(\\PC|\\\\boxed\\{|\\}|####|<answer>|</answer>|answer is |[0-9.,/e-]|\n){0,40}",
        ) {
            for rule in ALL {
                if let Some(answer) = rule.find(&text) {
                    prop_assert!(text.contains(answer) && answer.trim() == answer && !answer.is_empty());
                }
            }
        }
    }
}
