//! Words: normalised strings, exact match, and the F1 of words of SQuAD.
//!
//! Source: Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (2016), and its evaluation script.

use super::sets;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What does not count when two strings are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// The case of letters.
    pub case: bool,
    /// ASCII punctuation.
    pub punctuation: bool,
    /// The words "a", "an" and "the".
    pub articles: bool,
    /// White space around, and how much of it is between words.
    pub white_space: bool,
}

impl Normalisation {
    /// Every character counts.
    pub const NONE: Self = Self { case: false, punctuation: false, articles: false, white_space: false };
    /// What the evaluation script of SQuAD ignores: everything.
    pub const SQUAD: Self = Self { case: true, punctuation: true, articles: true, white_space: true };

    /// `text` without what does not count. Articles are words between white space.
    ///
    /// ```
    /// use plaudit_verify::check::words::Normalisation;
    /// assert_eq!(Normalisation::SQUAD.apply(" The  Eiffel Tower. "), "eiffel tower");
    /// ```
    pub fn apply(self, text: &str) -> String {
        let mut text = if self.case { text.to_lowercase() } else { text.to_owned() };
        if self.punctuation {
            text.retain(|letter| !letter.is_ascii_punctuation());
        }
        if self.articles {
            let is_article = |word: &str| ["a", "an", "the"].iter().any(|article| word.eq_ignore_ascii_case(article));
            let words = text.split_inclusive(char::is_whitespace);
            text = words.filter(|word| !is_article(word.trim_end())).collect();
        }
        if self.white_space {
            text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        text
    }
}

/// Whether two strings are the same but for what does not count.
///
/// ```
/// use plaudit_verify::check::words::{Normalisation, exact_match};
/// assert!(exact_match("Eiffel Tower", "the Eiffel tower!", Normalisation::SQUAD));
/// assert!(!exact_match("Eiffel Tower", "the Eiffel tower!", Normalisation::NONE));
/// ```
pub fn exact_match(gold: &str, answer: &str, normalisation: Normalisation) -> bool {
    normalisation.apply(gold) == normalisation.apply(answer)
}

/// The F1 of the words of two normalised strings, each word as often as it occurs, in [0, 1]; 1 for two strings without words, 0 where only
/// one has none. Symmetric.
///
/// ```
/// use plaudit_verify::check::words::{Normalisation, f1};
/// // Three of four words, all of three: P = 3/4, R = 1.
/// assert_eq!(f1("cat sat down", "The cat sat down there", Normalisation::SQUAD), 6.0 / 7.0);
/// ```
pub fn f1(gold: &str, answer: &str, normalisation: Normalisation) -> f64 {
    let (gold, answer) = (normalisation.apply(gold), normalisation.apply(answer));
    let [gold, answer] = [&gold, &answer].map(|text| text.split_whitespace().collect::<Vec<_>>());
    sets::bags(&gold, &answer).f1
}

/// The best F1 against any of several references, as SQuAD scores. `None` without references.
pub fn best_f1(golds: &[&str], answer: &str, normalisation: Normalisation) -> Option<f64> {
    golds.iter().map(|gold| f1(gold, answer, normalisation)).max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_part_of_the_normalisation() {
        let none = Normalisation::NONE;
        let text = " The Cat's  hat";
        assert_eq!(none.apply(text), text);
        assert_eq!(Normalisation { case: true, ..none }.apply(text), " the cat's  hat");
        assert_eq!(Normalisation { punctuation: true, ..none }.apply(text), " The Cats  hat");
        assert_eq!(Normalisation { articles: true, ..none }.apply(text), " Cat's  hat");
        assert_eq!(Normalisation { white_space: true, ..none }.apply(text), "The Cat's hat");
    }

    #[test]
    fn words_count_as_often_as_they_occur() {
        let squad = Normalisation::SQUAD;
        // One of two, one of three.
        assert_eq!(f1("x y z", "x x", squad), 0.4);
        assert_eq!(f1("", "the", squad), 1.0);
        assert_eq!(f1("", "cat", squad), 0.0);
        assert_eq!(best_f1(&["dog", "black cat"], "cat", squad), Some(2.0 / 3.0));
        assert_eq!(best_f1(&[], "cat", squad), None);
    }

    proptest! {
        #[test]
        fn f1_is_symmetric_and_one_for_the_same(a in "[a-d ]{0,12}", b in "[a-d ]{0,12}") {
            let (ab, ba) = (f1(&a, &b, Normalisation::SQUAD), f1(&b, &a, Normalisation::SQUAD));
            prop_assert_eq!(ab, ba);
            prop_assert!((0.0..=1.0).contains(&ab));
            prop_assert_eq!(f1(&a, &a, Normalisation::SQUAD), 1.0);
        }
    }
}
