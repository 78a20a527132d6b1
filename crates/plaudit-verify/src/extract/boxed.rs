//! `\boxed{43}`.

use super::{Place, hedge, retraction};
use memchr::memchr3_iter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which of several boxes are the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Boxes {
    /// The last one.
    Last,
    /// The first one.
    First,
    /// The last one, and those before it from which only "and", "or", a comma or layout separates it, with commas between them.
    Joined,
    /// All, with commas between them.
    All,
}

pub(super) fn find(text: &str, boxes: Boxes, loose: bool) -> Option<Place> {
    let mut found = contents(text, loose);
    found.retain(|content| !PLACEHOLDERS.contains(&text[content.clone()].trim()));
    let (last, count) = (found.last()?.clone(), found.len());
    let joined = |first: usize| {
        let chosen = &found[first..];
        let mut contents: Vec<&str> =
            chosen.iter().map(|range| text[range.clone()].trim()).filter(|content| !content.is_empty()).collect();
        // The same answer may be boxed again and again.
        contents.dedup();
        let reason = format!("{} of {count} boxes, joined", chosen.len());
        Place { range: chosen[0].start..last.end, text: Some(contents.join(", ")), reason: reason.into() }
    };
    let one = |range: Range<usize>, which: &str| match count {
        1 => Place::new(range, "the only box"),
        _ => Place::new(range, format!("the {which} of {count} boxes")),
    };
    Some(match boxes {
        Boxes::First => one(found[0].clone(), "first"),
        Boxes::All if count > 1 => joined(0),
        Boxes::Joined => {
            let apart = |pair: &[Range<usize>]| {
                let gap = &text[pair[0].end..pair[1].start];
                !is_separator(gap) && !without_unit(gap).is_some_and(is_separator)
            };
            match found.windows(2).rposition(apart).map_or(0, |before| before + 1) {
                first if first + 1 == count => one(last, "last"),
                first => joined(first),
            }
        }
        Boxes::Last | Boxes::All => one(last, "last"),
    })
}

/// What a text about boxes has in them.
const PLACEHOLDERS: [&str; 5] = ["answer", "your answer", "final answer", "...", "\\ldots"];

const BOXES: [&str; 2] = ["\\boxed", "\\fbox"];

/// The contents of complete boxes that do not lie in another box, in order.
fn contents(text: &str, loose: bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let names = &BOXES[..if loose { 2 } else { 1 }];
    // One entry per open brace: where the content starts if it belongs to a box.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut next = 0;
    for at in memchr3_iter(b'\\', b'{', b'}', bytes) {
        if at < next {
            continue;
        }
        match bytes[at] {
            b'{' => open.push(None),
            b'}' => {
                if let Some(Some(start)) = open.pop() {
                    // Boxes within this one belong to it.
                    while found.pop_if(|inner| inner.start > start).is_some() {}
                    found.push(start..at);
                }
            }
            _ => {
                // An escaped brace is a character, not a bracket.
                next = at + 2;
                let named = |at: usize| {
                    let name = names.iter().find(|name| bytes[at..].starts_with(name.as_bytes()));
                    name.map(|name| at + name.len())
                };
                // Text that was escaped once too often has two backslashes.
                let escaped = || named(at + 1).filter(|_| loose);
                let Some(after) = named(at).or_else(escaped) else { continue };
                let spaces = text[after..].len() - text[after..].trim_start_matches([' ', '\t']).len();
                if bytes.get(after) == Some(&b'{') || loose && bytes.get(after + spaces) == Some(&b'{') {
                    let spaces = if bytes[after] == b'{' { 0 } else { spaces };
                    next = after + spaces + 1;
                    open.push(Some(next));
                } else if loose && spaces > 0 {
                    found.extend(unbraced(text, after + spaces));
                }
            }
        }
    }
    found
}

/// Whether a completion stands by the box whose content ends at `end`: it neither denies it (`it is not \boxed{7}`) nor takes it back.
pub(super) fn is_asserted(text: &str, content: &Range<usize>) -> bool {
    let start = BOXES.iter().filter_map(|name| text[..content.start].rfind(name)).max().unwrap_or(content.start);
    let after = text[content.end..].trim_start_matches(['}', '$', '\\', ')', ']', '*', ' ']);
    !hedge::is_denied(text, start) && !after.starts_with(['?', '？']) && !retraction::denies(after)
}

/// The content of a box without braces: to the end of the formula on this line, else one word, and not into another box.
fn unbraced(text: &str, start: usize) -> Option<Range<usize>> {
    /// What is further away is no longer the box's.
    const LONGEST: usize = 200;
    let window = &text.as_bytes()[start..text.len().min(start + LONGEST)];
    let line = &window[..memchr::memchr2(b'\n', b'\r', window).unwrap_or(window.len())];
    let word = || line.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(line.len());
    let other_box = BOXES.iter().filter_map(|name| memchr::memmem::find(line, name.as_bytes())).min();
    let length = memchr::memchr(b'$', line).unwrap_or_else(word).min(other_box.unwrap_or(line.len()));
    let ends_well = text.is_char_boundary(start + length);
    let content = ends_well.then(|| text[start..start + length].trim_end_matches(['.', ',', ';', ' ']))?;
    (!content.is_empty()).then(|| start..start + content.len())
}

/// What may stand between boxes, or mathematical spans, that are one answer.
const SEPARATORS: [&str; 18] = [
    "\\text{and}",
    "\\text{ and }",
    "\\text{or}",
    "\\text{ or }",
    "\\quad",
    "\\qquad",
    "\\[",
    "\\]",
    "\\(",
    "\\)",
    "\\\\",
    "\\,",
    "\\;",
    "\\:",
    "and",
    "or",
    "\\ ",
    "&",
];

/// Whether `gap`, from the end of one content to the start of the next, has nothing but separators.
pub(super) fn is_separator(gap: &str) -> bool {
    /// What is longer is no separator.
    const LONGEST: usize = 100;
    if gap.len() > LONGEST {
        return false;
    }
    let mut rest = gap;
    loop {
        rest = rest.trim_start_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, ',' | ';' | '.' | '$' | '}' | '{' | '~')
        });
        let opened = BOXES.iter().chain(&SEPARATORS).find_map(|separator| rest.strip_prefix(separator));
        match opened.or_else(|| after_name(rest)).or_else(|| after_part(rest)) {
            Some(after) => rest = after,
            None => return rest.is_empty(),
        }
    }
}

/// What follows `y =` or `x_{2} =` at the start of `text`: the name of the next value.
fn after_name(text: &str) -> Option<&str> {
    let (name, after) = text.split_once('=')?;
    let (letter, subscript) = name.trim_end().split_at_checked(1)?;
    let is_subscript = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '{' | '}');
    let is_name = letter.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && (subscript.is_empty() || subscript.strip_prefix('_').is_some_and(|below| below.chars().all(is_subscript)));
    is_name.then_some(after)
}

/// What follows `(b)` at the start of `text`: the label of the next part of an answer.
fn after_part(text: &str) -> Option<&str> {
    let (label, after) = text.strip_prefix('(')?.split_once(')')?;
    let is_label = matches!(label.as_bytes(), [b'b'..=b'h']) || matches!(label, "ii" | "iii" | "iv");
    is_label.then_some(after)
}

/// Words that say of a box more than what it counts.
const VERBAL: [&str; 16] = [
    "is", "are", "was", "not", "but", "no", "wait", "so", "hence", "thus", "then", "instead", "if", "for", "when",
    "which",
];

/// The gap without what the box before it counts, where "and" follows: `3 \boxed{..} red balls and \boxed{..}`.
fn without_unit(gap: &str) -> Option<&str> {
    /// How many words a unit has.
    const MOST_WORDS: usize = 2;
    let rest = gap.trim_start_matches(|sign: char| sign.is_whitespace() || matches!(sign, '}' | '$' | ')' | '\\'));
    let unit = &rest[..rest.find(" and ")?];
    let words = || unit.split_whitespace();
    let is_unit = words().all(|word| word.chars().all(char::is_alphabetic) && !VERBAL.contains(&word));
    (is_unit && words().count() <= MOST_WORDS).then(|| &rest[unit.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, boxes: Boxes, loose: bool) -> Option<String> {
        find(text, boxes, loose).map(|place| place.text.unwrap_or_else(|| text[place.range].trim().to_owned()))
    }

    #[test]
    fn boxes_nest_and_must_close() {
        let find = |input: &str| text(input, Boxes::Last, false);
        assert_eq!(find(r"\boxed{1} then \boxed{\frac{1}{2}}").as_deref(), Some(r"\frac{1}{2}"));
        assert_eq!(find(r"\boxed{7} and \boxed{8").as_deref(), Some("7"));
        assert_eq!(find(r"{ \boxed{7}").as_deref(), Some("7"));
        assert_eq!(find(r"\boxed{\{1, 2\}}").as_deref(), Some(r"\{1, 2\}"));
        assert_eq!(find(r"\boxed{\boxed{7} + 1}").as_deref(), Some(r"\boxed{7} + 1"));
        assert_eq!(find(r"\boxed{1 \boxed{2}").as_deref(), Some("2"));
        assert_eq!(find(r"\boxed {7}"), None);
        assert_eq!(find("}}}{{{"), None);
        assert_eq!(find("\\"), None);
    }

    #[test]
    fn several_boxes_follow_the_policy() {
        let solutions = r"\boxed{1} no. So $\boxed{(1, 2)}$, $\boxed{(2, 1)} \quad \text{and} \quad \boxed{3}$";
        assert_eq!(text(solutions, Boxes::Last, false).as_deref(), Some("3"));
        assert_eq!(text(solutions, Boxes::First, false).as_deref(), Some("1"));
        assert_eq!(text(solutions, Boxes::Joined, false).as_deref(), Some("(1, 2), (2, 1), 3"));
        assert_eq!(text(solutions, Boxes::All, false).as_deref(), Some("1, (1, 2), (2, 1), 3"));
        assert_eq!(text(r"\boxed{1} then \boxed{2}", Boxes::Joined, false).as_deref(), Some("2"));
        assert_eq!(text(r"\boxed{1} \boxed{2}", Boxes::Joined, false).as_deref(), Some("1, 2"));
        assert_eq!(text(r"\boxed{4} cats and \boxed{9} big dogs", Boxes::Joined, false).as_deref(), Some("4, 9"));
        assert_eq!(text(r"\boxed{4} is wrong and \boxed{9}", Boxes::Joined, false).as_deref(), Some("9"));
        assert_eq!(text(r"$a = \boxed{4}$ and $b_{1} = \boxed{9}$", Boxes::Joined, false).as_deref(), Some("4, 9"));
        assert_eq!(text(r"$a = \boxed{4}$, $2b = \boxed{9}$", Boxes::Joined, false).as_deref(), Some("9"));
        let place = find(solutions, Boxes::Joined, false).unwrap();
        assert_eq!(place.reason, "3 of 4 boxes, joined");
        assert_eq!(&solutions[place.range], r"(1, 2)}$, $\boxed{(2, 1)} \quad \text{and} \quad \boxed{3");
    }

    #[test]
    fn repeated_boxes_parts_and_placeholders() {
        assert_eq!(text("\\boxed{7}\n\\boxed{7}", Boxes::Joined, false).as_deref(), Some("7"));
        assert_eq!(text(r"(a) \boxed{7} (b) \boxed{8}", Boxes::Joined, false).as_deref(), Some("7, 8"));
        assert_eq!(text(r"I put it in \boxed{answer}.", Boxes::Joined, false), None);
    }

    #[test]
    fn a_box_may_be_denied() {
        for (text, asserted) in [
            (r"It is \boxed{7}.", true),
            (r"$\boxed{7}$. No other will do.", true),
            ("\\boxed{7}\n\nThis is not 8.", true),
            ("\\boxed{7}. Wait, let me check: 3 + 4 = 7.", true),
            (r"It is not \boxed{7}.", false),
            (r"Is it $\boxed{7}$?", false),
            (r"\boxed{7}. That is wrong.", false),
            (r"$\boxed{7}$. Wait, that's wrong.", false),
            (r"\boxed{7}. Actually, I made a mistake.", false),
        ] {
            let place = find(text, Boxes::Last, false).unwrap();
            assert_eq!(is_asserted(text, &place.range), asserted, "{text}");
        }
    }

    #[test]
    fn loose_boxes_are_frames_and_words() {
        let find = |input: &str| text(input, Boxes::Last, true);
        assert_eq!(find(r"\fbox{7}").as_deref(), Some("7"));
        assert_eq!(find(r"\boxed {7}").as_deref(), Some("7"));
        assert_eq!(find(r"so $\boxed 3x + 2$.").as_deref(), Some("3x + 2"));
        assert_eq!(find(r"so \boxed 7.").as_deref(), Some("7"));
        assert_eq!(find(r"\\boxed{7}").as_deref(), Some("7"));
        assert_eq!(find(r"\boxed"), None);
        assert_eq!(find("\\"), None);
        assert_eq!(find(r"\boxedx"), None);
        assert_eq!(find(r"\boxed \boxed{12}").as_deref(), Some("12"));
        assert_eq!(text(r"\boxed 5\boxed 6$ \fbox 7", Boxes::Joined, true).as_deref(), Some("5, 6, 7"));
    }
}
