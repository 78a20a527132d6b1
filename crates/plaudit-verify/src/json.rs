//! JSON, read strictly and with deterministic limits. Numbers keep their digits, so that nothing is rounded.

use crate::{ParseError, Rational, number};
use plaudit_core::Limit;
use std::collections::BTreeMap;
use std::ops::Range;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 128;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is written; [`Json::number`] is its value.
    Number(Box<str>),
    /// A string without quotes and escapes.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object; no name occurs twice.
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads the whole of `text`, but for white space around it, as one value of RFC 8259.
    ///
    /// # Errors
    /// [`ParseError::Syntax`] where it is none, also where an object has a name twice or a string half a surrogate pair;
    /// [`ParseError::OverBudget`] beyond [`MAX_DEPTH`].
    ///
    /// ```
    /// use plaudit_verify::json::Json;
    /// assert_eq!(Json::parse("[1.50]"), Ok(Json::Array(vec![Json::Number("1.50".into())])));
    /// assert!(Json::parse("{'a': 1}").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut reader = Reader::new(text, 0);
        reader.skip_space();
        let value = reader.value::<true>()?;
        reader.skip_space();
        if reader.at == text.len() { Ok(value) } else { Err(ParseError::Syntax) }
    }

    /// The exact value of a number.
    ///
    /// # Errors
    /// [`ParseError::Syntax`] for any other kind, [`ParseError::OverBudget`] beyond the limits of [`number`].
    pub fn number(&self) -> Result<Rational, ParseError> {
        match self {
            Self::Number(digits) => number::parse(digits, number::Percent::Reject),
            _ => Err(ParseError::Syntax),
        }
    }
}

/// Where the last complete object of `text` lies that is in no other one.
pub(crate) fn last_object(text: &str) -> Option<Range<usize>> {
    let mut reader = Reader::new(text, 0);
    while let Some(start) = memchr::memchr(b'{', &text.as_bytes()[reader.at..]) {
        reader.at += start;
        let from = reader.at;
        // What was read in vain is not read again: objects within it that are complete have been noted.
        if reader.value::<false>().is_err() {
            reader.at = reader.at.max(from + 1);
            reader.depth = 0;
        }
    }
    reader.last_object
}

/// The value that `path` leads to from the value at `range`: where it is, and its text if it is a string.
pub(crate) fn at_path<'a>(
    text: &str,
    range: Range<usize>,
    path: impl Iterator<Item = &'a str>,
) -> Option<(Range<usize>, Option<String>)> {
    let mut range = range;
    for name in path {
        let mut reader = Reader::new(text, range.start);
        let mut found = None;
        match reader.peek() {
            Some(b'{') => reader.members(|reader| {
                let key = reader.string()?;
                reader.colon()?;
                let start = reader.at;
                reader.value::<false>()?;
                if key == name {
                    found = Some(start..reader.at);
                }
                Ok(())
            }),
            Some(b'[') => {
                let mut index = 0_usize;
                reader.members(|reader| {
                    let start = reader.at;
                    reader.value::<false>()?;
                    if name.parse() == Ok(index) {
                        found = Some(start..reader.at);
                    }
                    index += 1;
                    Ok(())
                })
            }
            _ => return None,
        }
        .ok()?;
        range = found?;
    }
    let mut reader = Reader::new(text, range.start);
    let string = if reader.peek() == Some(b'"') { Some(reader.string().ok()?) } else { None };
    Some((range, string))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The object that ended last.
    last_object: Option<Range<usize>>,
}

type Read<T> = Result<T, ParseError>;

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, depth: 0, last_object: None }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, literal: &str) -> Read<()> {
        if !self.text.as_bytes()[self.at..].starts_with(literal.as_bytes()) {
            return Err(ParseError::Syntax);
        }
        self.at += literal.len();
        Ok(())
    }

    fn colon(&mut self) -> Read<()> {
        self.skip_space();
        self.expect(":")?;
        self.skip_space();
        Ok(())
    }

    /// The value at this place. Where it is not built, it is only checked, and [`Json::Null`] stands for it.
    fn value<const BUILD: bool>(&mut self) -> Read<Json> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => {
                let mut object = BTreeMap::new();
                self.members(|reader| {
                    let from = reader.at;
                    reader.string_end()?;
                    let key = from..reader.at;
                    reader.colon()?;
                    let value = reader.value::<BUILD>()?;
                    let is_repeated = BUILD && object.insert(unescape(&reader.text[key])?, value).is_some();
                    if is_repeated { Err(ParseError::Syntax) } else { Ok(()) }
                })?;
                self.last_object = Some(start..self.at);
                Ok(Json::Object(object))
            }
            Some(b'[') => {
                let mut array = Vec::new();
                self.members(|reader| {
                    let value = reader.value::<BUILD>()?;
                    if BUILD {
                        array.push(value);
                    }
                    Ok(())
                })?;
                Ok(Json::Array(array))
            }
            Some(b'"') if BUILD => Ok(Json::String(self.string()?)),
            Some(b'"') => self.string_end().map(|()| Json::Null),
            Some(b't') => self.expect("true").map(|()| Json::Bool(true)),
            Some(b'f') => self.expect("false").map(|()| Json::Bool(false)),
            Some(b'n') => self.expect("null").map(|()| Json::Null),
            _ => {
                self.number_end()?;
                Ok(if BUILD { Json::Number(self.text[start..self.at].into()) } else { Json::Null })
            }
        }
    }

    /// An opening bracket, members as `read` reads them with commas between, and the closing one.
    fn members(&mut self, mut read: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        if self.depth == MAX_DEPTH {
            return Err(ParseError::OverBudget(Limit::Depth));
        }
        // In ASCII a closing bracket comes two after its opening one.
        let close = self.text.as_bytes()[self.at] + 2;
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let mut is_first = true;
        while self.peek() != Some(close) || !is_first {
            read(self)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => break,
                _ => return Err(ParseError::Syntax),
            }
            self.skip_space();
            is_first = false;
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    fn string(&mut self) -> Read<String> {
        let start = self.at;
        self.string_end()?;
        unescape(&self.text[start..self.at])
    }

    /// Goes to the end of a string with quotes. Only quotes, escapes and control characters are looked at.
    fn string_end(&mut self) -> Read<()> {
        self.expect("\"")?;
        loop {
            match self.peek() {
                Some(b'"') => break self.at += 1,
                Some(b'\\') if self.text.as_bytes().get(self.at + 1).is_some_and(u8::is_ascii) => self.at += 2,
                Some(b'\\' | ..=0x1f) | None => return Err(ParseError::Syntax),
                Some(_) => self.at += 1,
            }
        }
        Ok(())
    }

    fn number_end(&mut self) -> Read<()> {
        let digits = |reader: &mut Self| {
            let start = reader.at;
            while reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                reader.at += 1;
            }
            if reader.at == start { Err(ParseError::Syntax) } else { Ok(()) }
        };
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => digits(self)?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'-' | b'+')));
            digits(self)?;
        }
        Ok(())
    }
}

/// The text of a string with quotes.
fn unescape(quoted: &str) -> Read<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut rest = &quoted[1..quoted.len() - 1];
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let escape = after.bytes().next().ok_or(ParseError::Syntax)?;
        rest = after.get(1..).ok_or(ParseError::Syntax)?;
        text.push(match escape {
            b'"' | b'\\' | b'/' => char::from(escape),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = hexadecimal(rest)?;
                rest = &rest[4..];
                if let (0xD800..0xDC00, Some(low)) = (unit, rest.strip_prefix("\\u")) {
                    let low = hexadecimal(low)?;
                    if (0xDC00..0xE000).contains(&low) {
                        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                        rest = &rest[6..];
                    }
                }
                char::from_u32(unit).ok_or(ParseError::Syntax)?
            }
            _ => return Err(ParseError::Syntax),
        });
    }
    text.push_str(rest);
    Ok(text)
}

fn hexadecimal(text: &str) -> Read<u32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(ParseError::Syntax)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_of_all_kinds() {
        let object = Json::parse(r#" {"a": [1, -2.5e+3, true, null], "b\n\u00e9\ud83d\ude00": {}, "c": ""} "#).unwrap();
        let Json::Object(members) = object else { panic!("an object") };
        let numbers = [Json::Number("1".into()), Json::Number("-2.5e+3".into()), Json::Bool(true), Json::Null];
        assert_eq!(members["a"], Json::Array(numbers.into()));
        assert_eq!(members["b\né😀"], Json::Object(BTreeMap::new()));
        assert_eq!(Json::parse("1.50").unwrap().number(), Json::parse("15e-1").unwrap().number());
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "[,]",
            "{\"a\":1,}",
            "{a:1}",
            "'a'",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "NaN",
            "nul",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "1 2",
            "{\"a\":1,\"a\":2}",
            "[1}",
            "\"\\é\"",
        ] {
            assert_eq!(Json::parse(text), Err(ParseError::Syntax), "{text}");
        }
        assert_eq!(Json::parse(&"[".repeat(MAX_DEPTH + 1)), Err(ParseError::OverBudget(Limit::Depth)));
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(Json::parse(&deep).is_ok());
    }

    #[test]
    fn the_last_object_is_found_in_prose() {
        let find = |text| last_object(text).map(|range| &text[range]);
        assert_eq!(find(r#"x {1} {"a": 1} then {"b": {"c": 2}} and {no"#), Some(r#"{"b": {"c": 2}}"#));
        assert_eq!(find(r#"{"a": {"b": 1}, oops"#), Some(r#"{"b": 1}"#));
        assert_eq!(find("{ {}"), Some("{}"));
        assert_eq!(find("none"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "([\\[\\]{}:,\"0-9a-z\\\\ .é-]|\\PC){0,40}") {
            let _ = Json::parse(&text);
            if let Some(range) = last_object(&text) {
                // An object may have a name twice and is then refused; its structure holds.
                prop_assert_eq!(text.as_bytes()[range.start], b'{');
            }
        }

        #[test]
        fn as_another_reader_reads(text in "[\\[\\]{}:,\"01a .e-]{0,12}") {
            let other: Result<serde_json::Value, _> = serde_json::from_str(&text);
            let repeats = matches!((&other, Json::parse(&text)), (Ok(_), Err(ParseError::Syntax)));
            // The other reader lets names occur twice.
            prop_assert!(other.is_ok() == Json::parse(&text).is_ok() || repeats && text.matches(':').count() > 1, "{}", text);
        }
    }
}
