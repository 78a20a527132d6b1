//! Any text is read or refused; what was read prints to a text that reads back as the same expression.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plaudit_verify::math::{Budget, ReadOptions, read};

fuzz_target!(|text: &str| {
    for decimal_comma in [false, true] {
        let options = ReadOptions { decimal_comma, ..ReadOptions::default() };
        if let Ok(expr) = read(text, &options, &mut Budget::new()) {
            let printed = expr.to_string();
            match read(&printed, &ReadOptions::default(), &mut Budget::new()) {
                Ok(again) => assert_eq!(expr, again, "{text:?} was printed as {printed:?}"),
                Err(error) => panic!("{text:?} was printed as {printed:?}, which does not read: {error:?}"),
            }
        }
    }
});
