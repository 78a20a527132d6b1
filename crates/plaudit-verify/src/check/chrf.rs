//! chrF and chrF++, as sacrebleu 2.6 defines them, divided by 100.
//!
//! ```text
//! P, R = means, over the orders n that both texts are long enough for, of shared n-grams / n-grams of hypothesis, of reference
//! chrF = (1 + beta^2) P R / (beta^2 P + R)
//! ```
//! n-grams of characters without white space, n = 1..6, and of words, n = 1..`word_order`. In [0, 1], higher is better, 1 for the same
//! text.
//!
//! Source: Popović, "chrF" (2015) and "chrF++" (2017); Post (2018).

use super::CheckError;
use super::ngrams::{bounded, counts, shared};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const CHARACTER_ORDERS: usize = 6;

/// The settings of chrF.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chrf {
    /// The highest order of word n-grams: 0 for chrF, 2 for chrF++.
    pub word_order: usize,
    /// How much more recall counts than precision.
    pub beta: f64,
    /// Whether case is ignored.
    pub lowercase: bool,
}

impl Default for Chrf {
    /// chrF2.
    fn default() -> Self {
        Self { word_order: 0, beta: 2.0, lowercase: false }
    }
}

impl Chrf {
    /// The score of one sentence: of several references, the best.
    ///
    /// # Errors
    /// [`CheckError::Undefined`] without references; [`CheckError::OverBudget`] for texts of more than 2^13 characters;
    /// [`CheckError::Input`] for a beta that is negative or not finite, or a word order above 6.
    ///
    /// ```
    /// use plaudit_verify::check::chrf::Chrf;
    /// assert_eq!(Chrf::default().sentence("the cat", &["the cat"]), Ok(1.0));
    /// // Orders 1 and 2: (2/3 + 1/2)/2 of either text; no trigram, which is an order too: P = R = 7/18.
    /// assert!((Chrf::default().sentence("abc", &["abd"]).unwrap() - 7.0 / 18.0).abs() < 1e-12);
    /// ```
    pub fn sentence(&self, hypothesis: &str, references: &[&str]) -> Result<f64, CheckError> {
        if !(self.beta >= 0.0 && self.beta.is_finite()) || self.word_order > CHARACTER_ORDERS {
            return Err(CheckError::Input("a beta that is negative or not finite, or a word order above 6"));
        }
        let scores = references.iter().map(|reference| self.one(hypothesis, reference));
        let scores = scores.collect::<Result<Vec<f64>, _>>()?;
        scores.into_iter().max_by(f64::total_cmp).ok_or(CheckError::Undefined("no reference"))
    }

    fn one(&self, hypothesis: &str, reference: &str) -> Result<f64, CheckError> {
        let prepare = |text: &str| if self.lowercase { text.to_lowercase() } else { text.to_owned() };
        let texts = [prepare(hypothesis), prepare(reference)];
        let characters =
            texts.each_ref().map(|text| text.chars().filter(|letter| !letter.is_whitespace()).collect::<Vec<char>>());
        let words = texts.each_ref().map(|text| words(text));
        bounded(characters[0].len().max(characters[1].len()))?;
        let mut orders: Vec<[usize; 3]> = (1..=CHARACTER_ORDERS).map(|n| statistics(&characters, n)).collect();
        orders.extend((1..=self.word_order).map(|n| statistics(&words, n)));
        orders.retain(|[hypothesis, reference, _]| *hypothesis > 0 && *reference > 0);
        let mean = |of: usize| {
            let sum: f64 = orders.iter().map(|counts| counts[2] as f64 / counts[of] as f64).sum();
            if orders.is_empty() { 0.0 } else { sum / orders.len() as f64 }
        };
        let (precision, recall) = (mean(0), mean(1));
        let factor = self.beta * self.beta;
        Ok(match precision + recall > 0.0 {
            true => ((1.0 + factor) * precision * recall / (factor * precision + recall)).min(1.0),
            false => 0.0,
        })
    }
}

/// Numbers of n-grams of hypothesis and reference, and how many they share.
fn statistics<T: Ord>(texts: &[Vec<T>; 2], n: usize) -> [usize; 3] {
    let grams = |text: &Vec<T>| (text.len() + 1).saturating_sub(n);
    [grams(&texts[0]), grams(&texts[1]), shared(&counts(&texts[0], n), &counts(&texts[1], n))]
}

/// Words, with a sign of punctuation at the end, else one at the start, as a word of its own.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let is_sign = |letter: char| letter.is_ascii_punctuation();
        match (word.strip_suffix(is_sign), word.strip_prefix(is_sign)) {
            (Some(rest), _) if !rest.is_empty() => words.extend([rest, &word[rest.len()..]]),
            (None, Some(rest)) if !rest.is_empty() => words.extend([&word[..1], rest]),
            _ => words.push(word),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_lose_their_punctuation() {
        assert_eq!(words("(hi) \"so. . yes"), ["(hi", ")", "\"so", ".", ".", "yes"]);
    }

    #[test]
    fn recall_counts_more() {
        let chrf = Chrf::default();
        let (long, short) = (chrf.sentence("abcdef", &["abc"]).unwrap(), chrf.sentence("abc", &["abcdef"]).unwrap());
        assert!(long > short);
        let even = Chrf { beta: 1.0, ..chrf };
        assert!(
            (even.sentence("abcdef", &["abc"]).unwrap() - even.sentence("abc", &["abcdef"]).unwrap()).abs() < 1e-12
        );
        assert_eq!(chrf.sentence("abc", &["xyz", "abc"]), Ok(1.0));
        assert_eq!(chrf.sentence("", &["abc"]), Ok(0.0));
        assert!(matches!(chrf.sentence("a", &[]), Err(CheckError::Undefined(_))));
        assert!(matches!(chrf.sentence(&"a".repeat(10_000), &["a"]), Err(CheckError::OverBudget(_))));
        assert!(matches!(Chrf { beta: f64::NAN, ..chrf }.sentence("a", &["a"]), Err(CheckError::Input(_))));
    }

    proptest! {
        #[test]
        fn scores_are_bounded_and_one_for_the_same(a in "[a-c.]{1,3}( [a-c.]{1,3}){0,3}", b in "[a-c ]{0,12}") {
            for word_order in [0, 2] {
                let chrf = Chrf { word_order, ..Chrf::default() };
                prop_assert!((chrf.sentence(&a, &[&a]).unwrap() - 1.0).abs() < 1e-12);
                prop_assert!((0.0..=1.0).contains(&chrf.sentence(&b, &[&a]).unwrap()));
            }
        }
    }
}
