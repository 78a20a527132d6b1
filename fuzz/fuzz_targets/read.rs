//! Any text is read or refused, and what was read prints to a text that is read or refused. That well-formed expressions are read back as the
//! same is a property test of the crate; what stands for garbage may be printed in another order of reading.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plaudit_verify::math::{Budget, ReadOptions, read};

fuzz_target!(|text: &str| {
    for decimal_comma in [false, true] {
        let options = ReadOptions { decimal_comma, ..ReadOptions::default() };
        if let Ok(expr) = read(text, &options, &mut Budget::new()) {
            let _ = read(&expr.to_string(), &options, &mut Budget::new());
        }
    }
});
