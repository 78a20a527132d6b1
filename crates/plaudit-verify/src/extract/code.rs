//! Fenced blocks of code.

use super::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// Which of several blocks counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fence {
    /// The last one.
    Last,
    /// The first one.
    First,
}

/// The content of a fenced block in one of `languages`. A block must close, with at least as many of the same sign as it was opened with.
pub(super) fn find(text: &str, languages: &[Cow<'static, str>], fence: Fence) -> Option<Place> {
    let fits = |block: &&Block<'_>| {
        languages.is_empty() || languages.iter().any(|name| name.eq_ignore_ascii_case(block.language))
    };
    let blocks = blocks(text);
    let count = blocks.iter().filter(fits).count();
    let (block, which) = match fence {
        Fence::Last => (blocks.iter().rfind(fits)?, "last"),
        Fence::First => (blocks.iter().find(fits)?, "first"),
    };
    let reason =
        if count == 1 { "the only block of code".into() } else { format!("the {which} of {count} blocks of code") };
    Some(Place::new(block.content.clone(), reason))
}

struct Block<'a> {
    /// The first word behind the opening fence.
    language: &'a str,
    content: Range<usize>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // Sign and length of the opening fence, the language, and where the content begins.
    let mut open: Option<(u8, usize, &str, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let after = start + line.len();
        let content = line.trim();
        let sign = content.bytes().next().unwrap_or_default();
        let length = content.bytes().take_while(|byte| *byte == sign && matches!(sign, b'`' | b'~')).count();
        let info = content[length..].trim();
        match open {
            Some((opened, least, language, from)) if sign == opened && length >= least && info.is_empty() => {
                blocks.push(Block { language, content: from..start });
                open = None;
            }
            // `info` has a backtick where the line is code in itself.
            None if length >= 3 && !info.contains('`') => {
                let language = info.split([' ', '\t', '{', ',']).next().unwrap_or_default();
                open = Some((sign, length, language, after));
            }
            _ => {}
        }
        start = after;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "See\n```python\nprint(1)\n```\nand\n  ````rust\n```\n  ````\n~~~\nplain\n~~~\n\
```Python\nprint(2)\n```\nopen\n```python\nno";

    #[test]
    fn blocks_are_chosen_by_language_and_place() {
        let find = |languages: &[&'static str], fence| {
            let languages: Vec<Cow<'static, str>> = languages.iter().map(|name| Cow::Borrowed(*name)).collect();
            find(TEXT, &languages, fence).map(|place| (TEXT[place.range].trim(), place.reason))
        };
        assert_eq!(find(&["python", "py"], Fence::Last), Some(("print(2)", "the last of 2 blocks of code".into())));
        assert_eq!(find(&["python"], Fence::First), Some(("print(1)", "the first of 2 blocks of code".into())));
        assert_eq!(find(&["rust"], Fence::Last), Some(("```", "the only block of code".into())));
        assert_eq!(find(&[""], Fence::Last), Some(("plain", "the only block of code".into())));
        assert_eq!(find(&[], Fence::Last).unwrap().0, "print(2)");
        assert_eq!(find(&["c"], Fence::Last), None);
    }
}
