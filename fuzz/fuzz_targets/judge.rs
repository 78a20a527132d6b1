//! The two sides of a line break are compared: in both orders alike, and each is not unlike itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plaudit_verify::math::{Equality, Policy, Preset, judge};

fuzz_target!(|text: &str| {
    let (gold, answer) = text.split_once('\n').unwrap_or((text, text));
    let policy = Policy::default();
    let (there, back) = (judge(gold, answer, &policy).equality, judge(answer, gold, &policy).equality);
    assert_eq!(there.is_equal(), back.is_equal(), "{gold:?} {answer:?}: {there:?}, {back:?}");
    for side in [gold, answer] {
        let own = judge(side, side, &policy);
        let is_other = matches!(own.equality, Equality::NotEqual { .. });
        assert!(own.gold.is_err() || !is_other, "{side:?} is not itself: {:?}", own.equality);
    }
    for preset in Preset::ALL {
        judge(gold, answer, &preset.policy());
    }
});
