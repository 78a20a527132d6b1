//! A field of the last JSON object.

use super::Place;
use crate::json;
use std::borrow::Cow;

/// The value at `path` in the last complete JSON object of `text`.
pub(super) fn find(text: &str, path: &[Cow<'static, str>]) -> Option<Place> {
    let object = json::last_object(text)?;
    let (range, text) = json::at_path(text, object, path.iter().map(AsRef::as_ref))?;
    let text = text.map(|text| text.trim().to_owned());
    Some(Place { range, text, reason: "in the last JSON object".into() })
}

/// The length of the value of a field that `text` begins with, behind its opening quotation mark and without the closing one.
pub(super) fn value_length(text: &str) -> usize {
    let end = ["\",", ", \"", ",\"", "',", ", '"].iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
    text[..end].trim_end_matches(['}', '"', '\'', ' ', ',']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_before_the_next_field() {
        for (text, value) in [
            ("7, \"n\": 2}", "7"),
            ("7 cm\", \"n\": 2}", "7 cm"),
            ("7 cm', 'n': 2}", "7 cm"),
            ("7}", "7"),
            ("7, 8]}", "7, 8]"),
            ("", ""),
        ] {
            assert_eq!(&text[..value_length(text)], value, "{text}");
        }
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let text = "```json\n{\"answers\": [{\"value\": \"4\\u0032\"}, 1.50], \"why\": {}}\n```\nDone {sic}.";
        let find = |path: &[&'static str]| {
            let path: Vec<Cow<'static, str>> = path.iter().map(|name| Cow::Borrowed(*name)).collect();
            find(text, &path).map(|place| place.text.unwrap_or_else(|| text[place.range].to_owned()))
        };
        assert_eq!(find(&["answers", "0", "value"]).as_deref(), Some("42"));
        assert_eq!(find(&["answers", "1"]).as_deref(), Some("1.50"));
        assert_eq!(find(&["why"]).as_deref(), Some("{}"));
        assert_eq!(find(&["answers", "2"]), None);
        assert_eq!(find(&["none"]), None);
    }
}
