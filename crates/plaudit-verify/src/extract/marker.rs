//! `#### 43`, as in GSM8K.

use super::Place;

/// The text after the last `####`, to the end of its line.
pub(super) fn last(text: &str) -> Option<Place> {
    const MARKER: &str = "####";
    let start = text.rfind(MARKER)? + MARKER.len();
    let line = text[start..].lines().next().unwrap_or_default();
    Some(Place::new(start..start + line.len(), "after the last ####"))
}

#[cfg(test)]
mod tests {
    use crate::Extraction;

    #[test]
    fn the_last_marker_counts_to_the_end_of_its_line() {
        let find = |text| Extraction::Marker.find(text).map(|found| found.text);
        assert_eq!(find("#### 1\nno: #### 2 \nmore").as_deref(), Some("2"));
        assert_eq!(find("####7").as_deref(), Some("7"));
        assert_eq!(find("#### "), None);
        assert_eq!(find("####\n7"), None);
        assert_eq!(find("### 7"), None);
        assert_eq!(find(""), None);
    }
}
