//! The last number of a text.

use super::Place;

/// The last maximal run that reads as a number: digits with thousands groups, a decimal part, a fraction, an exponent. A
/// sign belongs to it only where it cannot be an operator or a hyphen, that is not after a digit, a letter or a bracket.
pub(super) fn last(text: &str) -> Option<Place> {
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
    last.map(|range| Place::new(range, "the last number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_is_whole() {
        let find = |text| last(text).map(|place| &text[place.range]);
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
}
