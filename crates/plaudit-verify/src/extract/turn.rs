//! Where a model's turn ends: what follows is another's turn, or the next question that a base model goes on with.

use super::boxed::{self, Boxes};
use super::phrases::{Phrases, folded_prefix};
use super::{Language, formula, marker, statement, tag};
use memchr::{memchr_iter, memmem};

/// What chat templates put behind a turn or before the next one.
const ENDS: [&str; 13] = [
    "<|im_end|>",
    "<|im_start|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "<|return|>",
    "<|eom_id|>",
    "</s>",
    "<eos>",
    "<end_of_turn>",
    "<start_of_turn>",
    "<｜end▁of▁sentence｜>",
];

/// Ends a turn or, before another message of the same model, a part of one.
const END_OF_MESSAGE: &str = "<|end|>";

/// The length of the first turn that says anything.
pub(super) fn length(text: &str) -> usize {
    let ends = |at: usize| {
        let rest = &text[at..];
        let is_last_message = || {
            rest.strip_prefix(END_OF_MESSAGE).is_some_and(|next| !next.trim_start().starts_with("<|start|>assistant"))
        };
        (ENDS.iter().any(|end| rest.starts_with(end)) || is_last_message()) && !text[..at].trim_start().is_empty()
    };
    memchr_iter(b'<', text.as_bytes()).find(|at| ends(*at)).unwrap_or(text.len())
}

/// The length of what stands before the first line that asks a question, where an answer was stated before it.
pub(super) fn before_next_question(text: &str) -> usize {
    // Every part between two questions is searched for an answer once.
    let mut part = 0;
    for line in memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1) {
        if asks(&text[line..]) {
            if states_an_answer(&text[part..line]) {
                return line;
            }
            part = line;
        }
    }
    text.len()
}

/// Whether a text begins with a label such as `Question:`, `**Problem 2:**` or `### Instruction`.
fn asks(text: &str) -> bool {
    /// A label is no longer than this.
    const LONGEST: usize = 60;
    let is_heading = text.starts_with('#');
    if !is_heading && !text[..text.floor_char_boundary(LONGEST)].contains([':', '：']) {
        return false;
    }
    let is_mark = |sign: char| matches!(sign, ' ' | '*' | '#' | '_');
    let label = text.trim_start_matches(is_mark);
    let words = || Language::ALL.iter().flat_map(|language| language.words().question);
    words().filter_map(|word| folded_prefix(label, word)).any(|length| {
        let is_numeral = |sign: char| sign.is_ascii_digit() || sign == '.';
        let rest = label[length..].trim_start_matches(' ').trim_start_matches(is_numeral).trim_start_matches(is_mark);
        rest.starts_with([':', '：']) || is_heading && rest.starts_with('\n')
    })
}

fn states_an_answer(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"####").is_some() && marker::last(text).is_some()
        || boxed::find(text, Boxes::Last, true).is_some()
        || tag::last(text, "answer").is_some()
        || statement::value(text, &Phrases::of_answer(&[])).is_some()
        || text.trim_end().lines().next_back().is_some_and(|line| formula::whole(line).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_with_its_sign() {
        for text in [
            "It is 7.<|im_end|>\n<|im_start|>user\nAnd 8?",
            "It is 7.</s>",
            "It is 7.<|endoftext|>It is 8.",
            "It is 7.<|end|>\n<|user|>",
        ] {
            assert_eq!(&text[..length(text)], "It is 7.", "{text}");
        }
        for text in
            ["<|im_start|>assistant\nIt is 7.", "8?<|end|><|start|>assistant<|channel|>final<|message|>7", "1 < 2", ""]
        {
            assert_eq!(length(text), text.len(), "{text}");
        }
    }

    #[test]
    fn another_question_follows_an_answer() {
        for (text, before) in [
            ("The answer is 7.\n\nQ: And 8?\nA: The answer is 9.", "The answer is 7.\n\n"),
            ("7\n\nQuestion: And 8?\nAnswer: 9", "7\n\n"),
            ("### Response:\n7\n\n### Instruction:\nAnd 8?", "### Response:\n7\n\n"),
            ("So 7.\n#### 7\n\n**Problem 2:** And 8?", "So 7.\n#### 7\n\n"),
            ("\\boxed{7}\n\n### Instruction\nAnd 8?", "\\boxed{7}\n\n"),
            ("Die Antwort ist 7.\n\nFrage: Und 8?", "Die Antwort ist 7.\n\n"),
            ("答案是7。\n\n问题：那么8呢？", "答案是7。\n\n"),
            ("Question: What is 3 + 4?\nAnswer: 7\nQuestion: And 8?", "Question: What is 3 + 4?\nAnswer: 7\n"),
        ] {
            assert_eq!(&text[..before_next_question(text)], before, "{text}");
        }
        for text in [
            "We have 3 and 4.\n\n**Question:** What is the sum?\n\nThe answer is 7.",
            "Question: What is 3 + 4?\nAnswer: 7",
            "The answer is 7.\nProblems like this one: many.",
            "",
        ] {
            assert_eq!(before_next_question(text), text.len(), "{text}");
        }
    }
}
