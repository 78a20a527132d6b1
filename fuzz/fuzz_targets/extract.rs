//! Every extractor finds a trimmed answer at a place within any text, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plaudit_verify::Extraction;

fuzz_target!(|text: &str| {
    for extraction in Extraction::ALL {
        for found in extraction.extractor().candidates(text) {
            assert!(text.get(found.range.clone()).is_some(), "{extraction:?} says {:?}", found.range);
            assert!(!found.text.is_empty() && found.text.trim() == found.text, "{extraction:?} found {:?}", found.text);
        }
    }
});
