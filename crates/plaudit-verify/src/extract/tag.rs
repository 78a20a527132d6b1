//! `<answer>43</answer>`.

use super::Place;
use memchr::memrchr_iter;

/// The content of the last complete element of this name. The names compare without case; the opening tag may have attributes.
pub(super) fn last(text: &str, name: &str) -> Option<Place> {
    let bytes = text.as_bytes();
    let named =
        |at: usize| bytes.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    // Where the tag that begins at `at` ends, if it is the one looked for.
    let closing = |at: usize| (bytes.get(at + 1) == Some(&b'/') && named(at + 2)).then_some(at + 2 + name.len());
    let opening = |at: usize| named(at + 1).then_some(at + 1 + name.len());
    let mut end = None;
    for at in memrchr_iter(b'<', bytes) {
        match end {
            None => end = closing(at).filter(|after| bytes.get(*after) == Some(&b'>')).map(|_| at),
            Some(end) => {
                let Some(after) = opening(at) else { continue };
                let is_tag = matches!(bytes.get(after), Some(b'>' | b' ' | b'\t' | b'\n' | b'/'));
                let Some(attributes) = bytes.get(after..end) else { continue };
                // Attributes are short: no angle bracket and no more than this.
                let close = attributes.iter().take(MOST_ATTRIBUTES).position(|byte| matches!(byte, b'>' | b'<'));
                match close.filter(|close| is_tag && attributes[*close] == b'>') {
                    Some(close) => return Some(Place::new(after + close + 1..end, format!("in the last <{name}>"))),
                    None => continue,
                }
            }
        }
    }
    None
}

/// The longest list of attributes, in bytes.
const MOST_ATTRIBUTES: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        last(text, name).map(|place| text[place.range].trim())
    }

    #[test]
    fn tags_must_close() {
        assert_eq!(find("<answer>1</answer><answer> 2 </answer>", "answer"), Some("2"));
        assert_eq!(find("<answer>1</answer> <answer>2", "answer"), Some("1"));
        assert_eq!(find("</answer><answer>", "answer"), None);
        assert_eq!(find("<answer>1</answer", "answer"), None);
        assert_eq!(find("<answers>1</answer>", "answer"), None);
        assert_eq!(find("<answer", "answer"), None);
    }

    #[test]
    fn case_and_attributes_do_not_matter() {
        assert_eq!(find("<ANSWER>1</Answer>", "answer"), Some("1"));
        assert_eq!(find("<answer type=\"int\">1 < 2</answer>", "answer"), Some("1 < 2"));
        assert_eq!(find("<result>1</result><answer>2</answer>", "result"), Some("1"));
    }
}
