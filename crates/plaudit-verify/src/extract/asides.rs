//! What stands behind a result and is no part of it: a check, a remark, a reason, a condition, a question, an offer of help.

use super::phrases::folded_prefix;
use super::{Language, markup, number};
use memchr::memrchr2;
use std::ops::Range;

/// Words that begin a sentence, or a section, which says nothing new.
const APPENDICES: [&str; 20] = [
    "check:",
    "check that",
    "checking",
    "verification",
    "verify",
    "to verify",
    "to check",
    "note:",
    "note that",
    "confidence",
    "references",
    "sources",
    "let me know",
    "feel free",
    "would you like",
    "if you have",
    "if you need",
    "i hope",
    "vérification",
    "probe:",
];

/// Words behind a value that begin a reason or a contrast, to the end of the sentence.
const REASONS: [&str; 7] = ["because", "since", "whereas", "rather than", "instead of", "compared to", "given that"];

/// Words behind a value that begin a circumstance of one value.
const CIRCUMSTANCES: [&str; 12] = [
    "when",
    "where",
    "if",
    "after",
    "attained at",
    "attained for",
    "achieved at",
    "occurring at",
    "for all",
    "and not",
    "but not",
    "excluding",
];

/// Words before a value that is none of the results.
const REJECTIONS: [&str; 4] = ["reject", "rejecting", "discard", "discarding"];

/// Words before a relation of a variable (`for n = 7`) that make it the condition of the value before them.
const CONDITIONS: [&str; 4] = ["for", "when", "where", "if"];

/// The same, where they stand right behind the value.
const CLOSE_CONDITIONS: [&str; 3] = ["at", "as", "with"];

/// What is said of an equation that holds under a condition, which then is the result: `it holds for $x = 7$`.
const HOLDING: [&str; 8] = ["holds", "hold", "occurs", "true", "vanishes", "satisfied", "zero", "only"];

/// Words behind which a sentence comes back to its result, or names another.
const CONCLUSIONS: [&str; 14] = [
    "so",
    "thus",
    "therefore",
    "hence",
    "then",
    "gives",
    "get",
    "have",
    "leaves",
    "donc",
    "also",
    "and",
    "or",
    "otherwise",
];

/// How far sentences are read, in bytes.
const WINDOW: usize = 400;

/// How many sentences at the end may be asides.
const MOST_SENTENCES: usize = 8;

/// The text without what stands behind its result; nothing where the text breaks off within a sentence.
pub(super) fn without(text: &str) -> &str {
    if breaks_off(text) || gives_up(text) {
        return "";
    }
    let mut text = before_appendix(text);
    for _ in 0..MOST_SENTENCES {
        let Some(sentence) = last_sentence(text) else { return text };
        let content = &text[sentence.clone()];
        let repeats = begins_appendix(content) && has_value(&text[..sentence.start]);
        let length = if asks(content) || repeats { 0 } else { main_clause(content) };
        if length == content.len() {
            return text;
        }
        text = &text[..sentence.start + length];
        if has_value(&content[..length]) {
            return text;
        }
    }
    text
}

/// Whether a text has a digit, or a sign that mathematics is written with.
fn has_value(text: &str) -> bool {
    last_of_value(text.as_bytes()).is_some()
}

fn last_of_value(text: &[u8]) -> Option<usize> {
    let sign = memrchr2(b'$', b'\\', text);
    let from = sign.unwrap_or(0);
    text[from..].iter().rposition(u8::is_ascii_digit).map(|at| from + at).or(sign)
}

/// The last sentence with a value, with the sign that ends it.
fn last_sentence(text: &str) -> Option<Range<usize>> {
    let value = last_of_value(text.as_bytes())?;
    let from = text.ceil_char_boundary(value.saturating_sub(WINDOW));
    let stops = ["\n", ". ", "! ", "? ", "。", "？", "؟"];
    let start = stops.iter().filter_map(|stop| text[from..value].rfind(stop).map(|at| from + at + stop.len())).max();
    let rest = &text[value..text.floor_char_boundary(value + WINDOW)];
    let end = stops.iter().filter_map(|stop| rest.find(stop).map(|at| value + at + stop.trim_end().len())).min();
    Some(start.unwrap_or(from)..end.unwrap_or(value + rest.len()))
}

fn asks(sentence: &str) -> bool {
    let is_closing = |sign: char| sign.is_whitespace() || matches!(sign, '*' | '"' | '”' | ')' | '_');
    sentence.trim_end_matches(is_closing).ends_with(['?', '？', '؟'])
}

/// Whether a sentence or a section checks, repeats or offers something.
fn begins_appendix(sentence: &str) -> bool {
    let start = sentence.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    APPENDICES.iter().any(|words| {
        let rest = folded_prefix(start, words).map(|length| &start[length..]);
        rest.is_some_and(|rest| words.ends_with(':') || !rest.starts_with(char::is_alphabetic))
    })
}

/// The text before a last section such as `Check:`, where a value stands before it.
fn before_appendix(text: &str) -> &str {
    /// How long such a section may be.
    const LONGEST: usize = 1500;
    let from = text.ceil_char_boundary(text.len().saturating_sub(LONGEST));
    let lines = text[from..].match_indices('\n').map(|(at, _)| from + at + 1);
    let appendix = lines.into_iter().find(|line| begins_appendix(text[*line..].lines().next().unwrap_or_default()));
    appendix.map(|start| &text[..start]).filter(|before| has_value(before)).unwrap_or(text)
}

/// The length of a sentence before a reason, a circumstance or a remark in brackets behind its value.
pub(super) fn main_clause(sentence: &str) -> usize {
    // Columns and cases have words of their own, and what is longer is no sentence.
    if sentence.len() > 2 * WINDOW || sentence.contains(['&', '|']) || sentence.contains("\\text") {
        return sentence.len();
    }
    let mut is_open = false;
    let mut previous = ' ';
    for (at, letter) in sentence.char_indices() {
        is_open ^= letter == '$';
        let is_start = previous == ' ' && (letter.is_alphabetic() || letter == '(');
        if is_start && !is_open && begins_aside(&sentence[..at], &sentence[at..]) {
            return at;
        }
        previous = letter;
    }
    sentence.len()
}

/// Whether `rest` is an aside of the value in `before`.
fn begins_aside(before: &str, rest: &str) -> bool {
    if rest.starts_with('(') {
        let remark = rest.trim_end_matches(['.', ' ', '*', '\n']);
        return remark.ends_with(')') && has_value(before) && markup::explains(remark);
    }
    let behind = |word: &&str| {
        let after = &rest[folded_prefix(rest, word)?..];
        after.strip_prefix(' ').filter(|after| !after.starts_with("which") && !concludes(after))
    };
    if REJECTIONS.iter().filter_map(behind).any(number::is_only) {
        return true;
    }
    if !has_value(before) {
        return false;
    }
    let before = before.trim_end();
    let follows_comma = before.ends_with([',', ';']);
    let is_close = follows_comma || before.ends_with(|sign: char| sign.is_ascii_digit() || matches!(sign, '$' | ')'));
    let is_result = HOLDING.iter().any(|word| before.contains(word)) || before.contains("= 0");
    let conditions = CONDITIONS.iter().chain(CLOSE_CONDITIONS.iter().filter(|_| is_close));
    let is_condition = !is_result && conditions.filter_map(behind).any(begins_with_relation);
    let is_circumstance = !is_result && CIRCUMSTANCES.iter().filter_map(behind).any(number::is_only);
    let is_contrast = follows_comma && behind(&"not").is_some_and(number::is_only);
    let reasons = Language::ALL.iter().flat_map(|language| language.words().because).filter(|_| follows_comma);
    is_condition || is_circumstance || is_contrast || REASONS.iter().chain(reasons).filter_map(behind).next().is_some()
}

/// Whether a text begins with a relation of one letter, and has no equation beside.
fn begins_with_relation(text: &str) -> bool {
    let relation = text.trim_start_matches(['$', '\\', '(', ' ']);
    let mut letters = relation.chars();
    text.matches('=').count() <= 1
        && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.as_str().trim_start().starts_with(['=', '<', '>', '≤', '≥'])
}

/// Whether words come back to a result.
fn concludes(words: &str) -> bool {
    words.split(|sign: char| !sign.is_alphabetic()).any(|word| CONCLUSIONS.contains(&word)) || words.contains('⇒')
}

/// Whether the last sentences say that there is no answer.
fn gives_up(text: &str) -> bool {
    const REFUSALS: [&str; 12] = [
        "i don't know",
        "i don’t know",
        "i do not know",
        "i can't solve",
        "i cannot solve",
        "not enough information",
        "insufficient information",
        "cannot be determined",
        "can't be determined",
        "cannot determine",
        "can't determine",
        "none of the",
    ];
    let end = text[text.ceil_char_boundary(text.len().saturating_sub(SHORT_WINDOW))..].to_lowercase();
    let behind = |words: &str| end.rfind(words).map(|at| &end[at + words.len()..]);
    let is_last_word = |rest: &str| !concludes(rest) && !rest.contains("but ");
    REFUSALS.iter().filter_map(|words| behind(words)).any(is_last_word)
        || behind("contradiction").is_some_and(|rest| !has_value(rest))
}

/// How far from its end a text is searched for a refusal, in bytes.
const SHORT_WINDOW: usize = 120;

/// Whether the last sentence lacks its end.
fn breaks_off(text: &str) -> bool {
    /// Words that no sentence ends with.
    const OPEN: [&str; 31] = [
        "the", "an", "to", "of", "and", "or", "but", "by", "with", "for", "from", "is", "are", "was", "be", "we", "he",
        "she", "then", "that", "which", "if", "because", "than", "into", "add", "subtract", "multiply", "divide",
        "let", "let's",
    ];
    let text = text.trim_end();
    // A dollar that opens a formula and no price.
    let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    let is_odd = line.bytes().filter(|byte| *byte == b'$').count() % 2 == 1;
    let opens = |at: usize| line[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '\\');
    if is_odd && line.rfind('$').is_some_and(opens) {
        return true;
    }
    let ends_open = text.ends_with(['=', '+', '×', ',']);
    let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    ends_open || OPEN.iter().any(|word| last.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_result_is_left_out() {
        for (text, result) in [
            ("So $x = 42$. Check: $42 / 6 = 7$.", "So $x = 42$. "),
            ("So $x = 42$.\n\nCheck:\n$42 - 2 = 40$ and so on.", "So $x = 42$.\n\n"),
            ("So 42. Let me know if you want the 3 steps!", "So 42. "),
            ("So 42. Does it divide 84?", "So 42. "),
            ("So $n$ is $42$, since $41$ is prime.", "So $n$ is $42$, "),
            ("So $42$ is it because $41$ is prime.", "So $42$ is it "),
            ("C'est 42, car 6 et 7 le donnent.", "C'est 42, "),
            ("So $x = 42$ for $n = 7$.", "So $x = 42$ "),
            ("So it is $42$ at $x = 7$.", "So it is $42$ "),
            ("The maximum is $42$, attained at $x = 7$.", "The maximum is $42$, "),
            ("It has 42 apples after giving away 8.", "It has 42 apples "),
            ("So $x = 42$ (discarding $x = -7$).", "So $x = 42$ "),
            ("It is 42 (6 x 7).", "It is 42 "),
            ("x = 42 or x = -7. We reject x = -7.", "x = 42 or x = -7. We "),
            ("It is 43, not 42.", "It is 43, "),
            ("It is 43 rather than 42.", "It is 43 "),
        ] {
            assert_eq!(without(text), result, "{text}");
        }
    }

    #[test]
    fn a_result_stays() {
        for text in [
            "Since 6 x 7 = 42, there are 42.",
            "When $n = 7$, $x = 42$.",
            "There are 6, and after 36 more came he has 42.",
            "It is hard because 6 and 7 are small, so it is 42.",
            "From 2x = 84 we arrive at x = 42.",
            "$f'(x) = 0$ when $x = 42$.",
            "The equation $f = 1$ holds for $x = 42$.",
            "As $x = -7$ is no length, we discard $x = -7$, so $x = 42$.",
            "The point is (4, 9).",
            "$f(x) = 2 (x + 1)$",
            r"\[\begin{cases} 1 & x > 0 \\ 2 & \text{ if } x = 0 \end{cases}\]",
            "For the other x, and for x = 5 we have y = 11.",
            "It is 2 if n is even and 3 if n is odd.",
            "That is a contradiction, so $x = 42$.",
            "I don't know the name of this, but it is 42.",
            "Check: 42",
            "Note that 6 * 7 = 42.",
            "42",
            "",
        ] {
            assert_eq!(without(text), text, "{text}");
        }
    }

    #[test]
    fn what_asks_or_breaks_off_says_nothing() {
        for text in [
            "Is it 42?",
            "Why 42? ",
            "答案是42吗？",
            "There are 6 boxes with 7. To find the",
            "6 x 7 = 42, then add",
            "So $x = 4",
            "x =",
            "There are 42 cats. I don't know the answer.",
            "If it is 42, then 42 / 7 = 6, a contradiction.",
        ] {
            assert!(!has_value(without(text)), "{text}");
        }
    }
}
