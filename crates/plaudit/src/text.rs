//! Text that others wrote (a model, a data file), shown in a terminal: nothing in it may move the cursor or change colours.

use std::iter::once;

/// One line of at most `length` characters: line ends become `⏎`, what cannot be printed a dot.
pub(crate) fn on_one_line(text: &str, length: usize) -> String {
    let flat = text.trim_end().chars().map(|character| if character == '\n' { '⏎' } else { printable(character) });
    let cut: String = flat.clone().take(length).collect();
    if flat.count() > length { cut + "…" } else { cut }
}

/// Running text: line ends are kept, what cannot be printed is a dot.
pub(crate) fn in_lines(text: &str) -> String {
    text.chars().map(|character| if character == '\n' { '\n' } else { printable(character) }).collect()
}

/// A token in running text: its line ends both seen and kept.
pub(crate) fn in_lines_marked(text: &str) -> String {
    in_lines(text).replace('\n', "⏎\n")
}

/// A token in a table: its spaces and line ends seen.
pub(crate) fn spelled_out(text: &str) -> String {
    let spell = |character: char| match character {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        ' ' => "␣".to_owned(),
        character => once(printable(character)).collect(),
    };
    text.chars().map(spell).collect()
}

/// The character, or a dot where it is a control character, has no width, reorders its neighbours, is for private use, or stands for bytes
/// that are no text.
fn printable(character: char) -> char {
    let is_formatting = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{f0000}'..);
    if character.is_control() || is_formatting || character == char::REPLACEMENT_CHARACTER { '·' } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_on_one_line() {
        assert_eq!(on_one_line("1+1\n2\n#### 2\n", 20), "1+1⏎2⏎#### 2");
        assert_eq!(on_one_line("a\u{7}\u{fffd}\u{f00da}b", 20), "a···b");
        assert_eq!(on_one_line("abcdef", 3), "abc…");
    }

    #[test]
    fn tokens_are_seen() {
        assert_eq!(spelled_out(" a\n\t\u{1b}"), "␣a\\n\\t·");
        assert_eq!(in_lines_marked("a\n"), "a⏎\n");
    }

    #[test]
    fn nothing_controls_the_terminal() {
        let hostile = "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\u{8}";
        for shown in [on_one_line(hostile, 99), in_lines(hostile), in_lines_marked(hostile), spelled_out(hostile)] {
            assert!(!shown.chars().any(|character| character.is_control() || character == '\u{202e}'), "{shown:?}");
        }
    }
}
