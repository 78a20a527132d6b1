//! What a program printed against what it should have printed, line by line.

use crate::Rational;
use crate::check::numeric::Tolerance;
use crate::number::{self, Percent};
use plaudit_core::Verdict;

/// What does not count when outputs are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPolicy {
    /// White space: `true` compares words, `false` characters (without line ends).
    pub by_words: bool,
    /// The case of letters.
    pub ignore_case: bool,
    /// Blank lines at the end.
    pub ignore_blank_end: bool,
    /// How far words that are decimals with a point or an exponent on either side may be from each other, both ways that competitions use:
    /// within the tolerance absolutely, or relative to the expected one. Only by words.
    pub decimals: Option<Rational>,
}

impl OutputPolicy {
    /// As most judges compare: by words, blank lines at the end do not count, decimals are text.
    pub const WORDS: Self = Self { by_words: true, ignore_case: false, ignore_blank_end: true, decimals: None };
    /// Character by character.
    pub const EXACT: Self = Self { by_words: false, ignore_case: false, ignore_blank_end: false, decimals: None };
}

/// How two outputs compare.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputComparison {
    /// Correct where all lines agree.
    pub verdict: Verdict,
    /// The first line that differs, from 1 on; one past the shorter output where one is longer.
    pub first_difference: Option<usize>,
    /// The share of lines that agree, place by place, of the longer output, in [0, 1]; 1 where there are none.
    pub share: f64,
}

/// Compares the output of a program with the expected one. Linear in their lengths.
///
/// ```
/// use plaudit_core::Verdict;
/// use plaudit_verify::check::output::{OutputPolicy, compare};
/// let comparison = compare("1 2\nyes\n", "1  2 \nno", &OutputPolicy::WORDS);
/// assert_eq!((comparison.verdict, comparison.first_difference, comparison.share), (Verdict::Wrong, Some(2), 0.5));
/// ```
pub fn compare(expected: &str, actual: &str, policy: &OutputPolicy) -> OutputComparison {
    let [expected, actual] = [expected, actual].map(|text| lines(text, policy));
    let longest = expected.len().max(actual.len());
    let mut first_difference = (expected.len() != actual.len()).then_some(expected.len().min(actual.len()) + 1);
    let mut agree = 0;
    for (line, (expected, actual)) in expected.iter().zip(&actual).enumerate() {
        if same_line(expected, actual, policy) {
            agree += 1;
        } else {
            first_difference = first_difference.map(|first| first.min(line + 1)).or(Some(line + 1));
        }
    }
    OutputComparison {
        verdict: crate::answer::verdict(first_difference.is_none()),
        first_difference,
        share: if longest == 0 { 1.0 } else { f64::from(agree) / longest as f64 },
    }
}

fn lines<'a>(text: &'a str, policy: &OutputPolicy) -> Vec<&'a str> {
    let mut lines: Vec<&str> = text.lines().collect();
    if policy.ignore_blank_end {
        while lines.pop_if(|line| line.trim().is_empty()).is_some() {}
    }
    lines
}

fn same_line(expected: &str, actual: &str, policy: &OutputPolicy) -> bool {
    if !policy.by_words {
        return same_text(expected, actual, policy);
    }
    let (mut expected, mut actual) = (expected.split_whitespace(), actual.split_whitespace());
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(expected), Some(actual)) if same_word(expected, actual, policy) => {}
            _ => return false,
        }
    }
}

fn same_text(expected: &str, actual: &str, policy: &OutputPolicy) -> bool {
    expected == actual || policy.ignore_case && expected.to_lowercase() == actual.to_lowercase()
}

fn same_word(expected: &str, actual: &str, policy: &OutputPolicy) -> bool {
    if same_text(expected, actual, policy) {
        return true;
    }
    let is_decimal = |word: &str| word.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    // Grouped thousands and fractions are text in an output.
    let read = |word: &str| if word.contains([',', '/']) { None } else { number::parse(word, Percent::Reject).ok() };
    let Some(tolerance) = policy.decimals.as_ref().filter(|_| is_decimal(expected) || is_decimal(actual)) else {
        return false;
    };
    let Some((expected, actual)) = read(expected).zip(read(actual)) else { return false };
    let within = |tolerance: Tolerance| tolerance.allows(&expected, &actual);
    within(Tolerance::Absolute(tolerance.clone())) || within(Tolerance::Relative(tolerance.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_policy_ignores_what_it_says() {
        let agrees = |expected, actual, policy: &OutputPolicy| compare(expected, actual, policy).verdict.is_correct();
        let words = OutputPolicy::WORDS;
        let decimals = OutputPolicy { decimals: number::parse("1e-6", Percent::Reject).ok(), ..words.clone() };
        for (expected, actual, policy, is_same) in [
            ("a b\n", "a  b\n\n", &words, true),
            ("a b\n", "a  b\n", &OutputPolicy::EXACT, false),
            ("a\r\n", "a\n", &OutputPolicy::EXACT, true),
            ("a\n", "a\n\n", &OutputPolicy::EXACT, false),
            ("a\n\nb", "a\nb", &words, false),
            ("Yes", "YES", &words, false),
            ("Yes", "YES", &OutputPolicy { ignore_case: true, ..words.clone() }, true),
            ("0.5", "0.50", &words, false),
            ("0.5", "0.50", &decimals, true),
            ("1000000.0", "1000001.0", &decimals, true),
            ("1000000.0", "1000001.1", &decimals, false),
            ("0.0", "0.000001", &decimals, true),
            ("1000000", "1000001", &decimals, false),
            ("nan", "nan", &decimals, true),
            ("1.0", "nan", &decimals, false),
            ("1e400", "1e401", &decimals, false),
        ] {
            assert_eq!(agrees(expected, actual, policy), is_same, "{expected:?} {actual:?} {policy:?}");
        }
    }

    #[test]
    fn a_longer_output_differs_where_the_shorter_ends() {
        let comparison = compare("1\n2", "1\n2\n3\n4", &OutputPolicy::WORDS);
        assert_eq!((comparison.first_difference, comparison.share), (Some(3), 0.5));
        assert_eq!(compare("", "\n", &OutputPolicy::WORDS).share, 1.0);
    }

    proptest! {
        #[test]
        fn without_decimals_comparison_is_symmetric(a in "[ab \n]{0,12}", b in "[ab \n]{0,12}") {
            for policy in [OutputPolicy::WORDS, OutputPolicy::EXACT] {
                let (ab, ba) = (compare(&a, &b, &policy), compare(&b, &a, &policy));
                prop_assert!((0.0..=1.0).contains(&ab.share));
                prop_assert_eq!(&ab, &ba);
                prop_assert_eq!(ab.share == 1.0, ab.verdict.is_correct());
                prop_assert!(compare(&a, &a, &policy).verdict.is_correct());
            }
        }
    }
}
