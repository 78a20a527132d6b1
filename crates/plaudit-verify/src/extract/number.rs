//! The last number of a text.

use super::Place;
use std::ops::Range;

/// The last number: a maximal run of digits with thousands groups, a decimal part behind a point or a comma, a fraction, an exponent, a
/// percent sign. A sign belongs to it only where it cannot be an operator or a hyphen, that is not after a digit, a letter or a bracket.
/// Digits right behind a letter are part of a name, as in `B12`.
pub(super) fn last(text: &str) -> Option<Place> {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    // From the end, one run without white space after the other: none of the parts of a number has any before it.
    while let Some(digit) = bytes[..end].iter().rposition(u8::is_ascii_digit) {
        let run = bytes[..digit].iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1);
        if let Some(range) = last_in(text, run..digit + 1) {
            return Some(Place::new(range, "the last number"));
        }
        end = run;
    }
    None
}

/// The last number that begins within a run without white space.
pub(super) fn last_in(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let within = |from: usize| next(text, from..run.end);
    std::iter::successors(within(run.start), |number| within(number.end)).last()
}

/// The first number of a text.
pub(super) fn first(text: &str) -> Option<Range<usize>> {
    next(text, 0..text.len())
}

/// Whether a text has one number, and no second.
pub(super) fn is_only(text: &str) -> bool {
    first(text).is_some_and(|number| first(&text[number.end..]).is_none())
}

/// The first number whose digits begin within a range; it may end behind it.
fn next(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let from = within.start;
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits_after = |at: usize, sign: &[u8]| match bytes.get(at) {
        Some(byte) if sign.contains(byte) && at + 1 < bytes.len() => digits(at + 1),
        _ => 0,
    };
    let mut at = from;
    loop {
        at += bytes.get(at..within.end)?.iter().position(u8::is_ascii_digit)?;
        if at == 0 || !bytes[at - 1].is_ascii_alphabetic() {
            break;
        }
        at += digits(at);
    }
    let mut start = at;
    if start > from && bytes[start - 1] == b'.' {
        start -= 1;
    }
    let is_operator =
        |at: usize| at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b')' | b']' | b'}'));
    let sign = ["-", "\u{2212}"].into_iter().find(|sign| text[from..start].ends_with(sign)).map_or(0, str::len);
    if !is_operator(start - sign) {
        start -= sign;
    }
    let first_group = digits(at);
    at += first_group;
    let whole = at;
    if first_group <= 3 {
        while digits_after(at, b",") == 3 {
            at += 4;
        }
    }
    let comma = digits_after(at, b",");
    let is_list = at > whole || start > 0 && bytes[start - 1] == b',' || digits_after(at + 1 + comma, b",") > 0;
    for part in [b".", b",", b"/"] {
        let length = digits_after(at, part);
        if part != b"," || !is_list && at == whole {
            at += if length > 0 { length + 1 } else { 0 };
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        let length = bytes.get(at + 1 + signed..).map_or(0, |_| digits(at + 1 + signed));
        at += if length > 0 { 1 + signed + length } else { 0 };
    }
    let percent = ["%", "\\%", " %"].into_iter().find(|sign| text[at..].starts_with(sign));
    Some(start..at + percent.map_or(0, str::len))
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
            ("12345,678", "12345,678"),
            ("il fait 2,75 francs", "2,75"),
            ("the point (4,9)", "4,9"),
            ("4,9,13", "13"),
            ("1,234,5", "5"),
            ("room 7 of block B12", "7"),
            ("72kg", "72"),
            ("about 3/4", "3/4"),
            ("6.02e23 or 1e", "1"),
            ("1.5e-3", "1.5e-3"),
            ("50%", "50%"),
            ("of 50 %.", "50 %"),
            ("=.5", ".5"),
            ("= -.5", "-.5"),
            ("= \u{2212}5", "\u{2212}5"),
            ("3\u{2212}5", "5"),
            ("5.", "5"),
            ("1e+", "1"),
        ] {
            assert_eq!(find(text), Some(number), "{text}");
        }
        assert_eq!(find("none"), None);
        assert_eq!(find("QX7Z"), None);
    }
}
