//! The right side of the last equation.

use super::Place;
use memchr::memrchr_iter;

/// What follows the last equals sign that anything follows, to the end of the formula, sentence or line.
pub(super) fn last_right_side(text: &str) -> Option<Place> {
    let bytes = text.as_bytes();
    let mut end = text.len();
    for at in memrchr_iter(b'=', bytes) {
        let start = at + 1;
        let side = start..start + right_side(&text[start..end]);
        if !text[side.clone()].trim_matches([' ', '\t', '&']).is_empty() {
            return Some(Place::new(trim_alignment(text, side), "the right side of the last equation"));
        }
        end = at;
    }
    None
}

/// The length of the right side that `text` begins with.
fn right_side(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_i32;
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1);
        match bytes[at] {
            b'\n' | b'$' => return at,
            b'\\' if matches!(next, Some(b')' | b']' | b'\\')) => return at,
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return at,
            b'}' => depth -= 1,
            b'.' | b';' if next.is_none_or(u8::is_ascii_whitespace) => return at,
            _ => {}
        }
        at += 1;
    }
    at.min(bytes.len())
}

/// The range without white space and alignment signs at its start.
fn trim_alignment(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let rest = text[range.clone()].trim_start_matches([' ', '\t', '&']);
    range.end - rest.len()..range.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_side_ends_with_its_formula() {
        let find = |text| last_right_side(text).map(|place| text[place.range].trim());
        assert_eq!(find("x = 1, so y = 2x + 3."), Some("2x + 3"));
        assert_eq!(find("$x = 0.5$ is it"), Some("0.5"));
        assert_eq!(find(r"\(x = \frac{1}{2}\)"), Some(r"\frac{1}{2}"));
        assert_eq!(find(r"a &= b \\ &= c \\ \end{align}"), Some("c"));
        assert_eq!(find(r"\boxed{x = 5} holds"), Some("5"));
        assert_eq!(find("x = 5\ny ="), Some("5"));
        assert_eq!(find("地块面积 = 72000 / 18 = 4000千克"), Some("4000千克"));
        assert_eq!(find("= = ="), None);
        assert_eq!(find("none"), None);
    }
}
