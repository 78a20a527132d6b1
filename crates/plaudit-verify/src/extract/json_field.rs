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

#[cfg(test)]
mod tests {
    use super::*;

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
