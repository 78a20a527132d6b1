//! BLEU, as sacrebleu 2.6 defines it, divided by 100.
//!
//! ```text
//! BLEU = BP * exp(mean over n = 1..4 of ln p_n)
//! p_n = matched n-grams / n-grams of the hypothesis, a match counts at most as often as in the reference that has it most often
//! BP  = 1 where the hypothesis is longer than the reference (of several, the one closest in length, of two the shorter), else
//!       exp(1 - reference length / hypothesis length)
//! ```
//! In [0, 1], higher is better; 1 for the same text of four tokens or more.
//!
//! Source: Papineni et al., "BLEU" (2002); Post, "A Call for Clarity in Reporting BLEU Scores" (2018).

use super::CheckError;
use super::ngrams::{bounded, counts, merged, shared};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const ORDERS: usize = 4;

/// How an order without a match counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Smoothing {
    /// As it is: the score is 0.
    None,
    /// As the given number of matches, at least 0; sacrebleu's default is 0.1.
    Floor(f64),
    /// The first such order as half a match, the next as a quarter and so on: what sacrebleu does unless told otherwise.
    Exponential,
}

/// The settings of BLEU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bleu {
    /// How an order without a match counts.
    pub smoothing: Smoothing,
    /// Whether only orders count that the hypothesis is long enough for. For single sentences.
    pub effective_order: bool,
    /// Whether case is ignored.
    pub lowercase: bool,
    /// Whether to split at punctuation as mteval-v13a does, and not only at white space.
    pub tokenize_13a: bool,
}

impl Default for Bleu {
    /// As sacrebleu scores a corpus.
    fn default() -> Self {
        Self { smoothing: Smoothing::Exponential, effective_order: false, lowercase: false, tokenize_13a: true }
    }
}

/// Counts of a corpus, or of one sentence.
#[derive(Clone, Copy, Debug, Default)]
struct Statistics {
    matches: [usize; ORDERS],
    totals: [usize; ORDERS],
    hypothesis: usize,
    reference: usize,
}

impl Bleu {
    /// The score of one sentence against its references.
    ///
    /// # Errors
    /// [`CheckError::Undefined`] without references; [`CheckError::OverBudget`] for texts of more than 2^13 tokens; [`CheckError::Input`]
    /// for a floor that is negative or not finite.
    ///
    /// ```
    /// use plaudit_verify::check::bleu::Bleu;
    /// let bleu = Bleu { effective_order: true, ..Bleu::default() };
    /// assert_eq!(bleu.sentence("the cat sat down", &["the cat sat down"]), Ok(1.0));
    /// // 5/6, 3/5 and 1/4 of the n-grams match, and none of 3, which counts as half a match: the fourth root of 1/48.
    /// let score = bleu.sentence("the cat is on the mat", &["the cat sat on the mat"]).unwrap();
    /// assert!((score - (1.0_f64 / 48.0).powf(0.25)).abs() < 1e-12);
    /// ```
    pub fn sentence(&self, hypothesis: &str, references: &[&str]) -> Result<f64, CheckError> {
        self.corpus(&[(hypothesis, references)])
    }

    /// The score of a corpus: counts are added up before they are divided, so it is no mean of sentences.
    ///
    /// # Errors
    /// As [`Bleu::sentence`], for any of the sentences.
    pub fn corpus(&self, sentences: &[(&str, &[&str])]) -> Result<f64, CheckError> {
        if matches!(self.smoothing, Smoothing::Floor(floor) if !(floor >= 0.0 && floor.is_finite())) {
            return Err(CheckError::Input("a floor that is negative or not finite"));
        }
        let mut sum = Statistics::default();
        for (hypothesis, references) in sentences {
            let sentence = self.statistics(hypothesis, references)?;
            for order in 0..ORDERS {
                sum.matches[order] += sentence.matches[order];
                sum.totals[order] += sentence.totals[order];
            }
            sum.hypothesis += sentence.hypothesis;
            sum.reference += sentence.reference;
        }
        Ok(self.score(&sum))
    }

    fn statistics(&self, hypothesis: &str, references: &[&str]) -> Result<Statistics, CheckError> {
        let prepare = |text: &str| {
            let text = text.trim_end();
            let text = if self.lowercase { text.to_lowercase() } else { text.to_owned() };
            if self.tokenize_13a { tokenize_13a(&text) } else { text }
        };
        let (hypothesis, references) =
            (prepare(hypothesis), references.iter().map(|text| prepare(text)).collect::<Vec<_>>());
        let hypothesis: Vec<&str> = hypothesis.split_whitespace().collect();
        let references: Vec<Vec<&str>> = references.iter().map(|text| text.split_whitespace().collect()).collect();
        bounded(references.iter().map(Vec::len).sum::<usize>().max(hypothesis.len()))?;
        let distance = |length: usize| (length.abs_diff(hypothesis.len()), length);
        let closest = references.iter().map(Vec::len).min_by_key(|length| distance(*length));
        let mut statistics = Statistics {
            hypothesis: hypothesis.len(),
            reference: closest.ok_or(CheckError::Undefined("no reference"))?,
            ..Statistics::default()
        };
        for order in 0..ORDERS {
            let n = order + 1;
            let most =
                references.iter().fold(Vec::new(), |most, reference| merged(&most, &counts(reference, n), usize::max));
            statistics.matches[order] = shared(&counts(&hypothesis, n), &most);
            statistics.totals[order] = (hypothesis.len() + 1).saturating_sub(n);
        }
        Ok(statistics)
    }

    fn score(&self, statistics: &Statistics) -> f64 {
        let Statistics { matches, totals, hypothesis, reference } = *statistics;
        if matches.iter().all(|matches| *matches == 0) {
            return 0.0;
        }
        let mut logarithms = 0.0;
        let mut orders = ORDERS;
        let mut halvings = 1.0;
        for order in 0..ORDERS {
            if totals[order] == 0 {
                // Without effective orders, those that are missing count as no match at all.
                if !self.effective_order {
                    return 0.0;
                }
                orders = order;
                break;
            }
            let matched = match (matches[order], self.smoothing) {
                (0, Smoothing::None) => 0.0,
                (0, Smoothing::Floor(floor)) => floor,
                (0, Smoothing::Exponential) => {
                    halvings *= 2.0;
                    1.0 / halvings
                }
                (matched, _) => matched as f64,
            };
            logarithms += (matched / totals[order] as f64).ln();
        }
        let brevity = if hypothesis < reference { (1.0 - reference as f64 / hypothesis as f64).exp() } else { 1.0 };
        // A floor above the number of n-grams must not lead out of the range.
        (brevity * (logarithms / orders as f64).exp()).min(1.0)
    }
}

/// The tokens of mteval-v13a with single spaces between them, but for its handling of segments.
fn tokenize_13a(text: &str) -> String {
    let text = text.replace("<skipped>", "").replace("-\n", "").replace('\n', " ");
    let text = text.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let is_sign = |letter: char| letter.is_ascii_punctuation() && !matches!(letter, '\'' | ',' | '-' | '.');
    let mut spaced = String::with_capacity(2 * text.len() + 2);
    spaced.push(' ');
    for letter in text.chars() {
        if is_sign(letter) {
            spaced.extend([' ', letter, ' ']);
        } else {
            spaced.push(letter);
        }
    }
    spaced.push(' ');
    let is_stop = |letter: char| matches!(letter, '.' | ',');
    // Points and commas that no digit precedes, then those that no digit follows, then dashes after a digit.
    let spaced = split_pairs(&spaced, |a, b| !a.is_ascii_digit() && is_stop(b), |a, b| [a, ' ', b, ' ']);
    let spaced = split_pairs(&spaced, |a, b| is_stop(a) && !b.is_ascii_digit(), |a, b| [' ', a, ' ', b]);
    split_pairs(&spaced, |a, b| a.is_ascii_digit() && b == '-', |a, b| [a, ' ', b, ' '])
}

/// Replaces pairs of neighbouring letters from left to right; a letter belongs to one pair at most.
fn split_pairs(text: &str, is_pair: impl Fn(char, char) -> bool, replaced: impl Fn(char, char) -> [char; 4]) -> String {
    let mut result = String::with_capacity(text.len() + text.len() / 4);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.next_if(|next| is_pair(letter, *next)) {
            Some(next) => result.extend(replaced(letter, next)),
            None => result.push(letter),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_of_mteval() {
        let tokens = |text| tokenize_13a(text).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(tokens("Hello, world!"), "Hello , world !");
        assert_eq!(tokens("It's 1,000.5 (or 2-3)..."), "It's 1,000.5 ( or 2 - 3 ) . . .");
        assert_eq!(tokens("well-\nknown a&lt;b"), "wellknown a < b");
    }

    #[test]
    fn the_worked_example() {
        let bleu = Bleu::default();
        let score = bleu.sentence("the cat is on the mat", &["the cat sat on the mat"]).unwrap();
        let expected = (5.0_f64 / 6.0 * 3.0 / 5.0 * 1.0 / 4.0 * 0.5 / 3.0).powf(0.25);
        assert!((score - expected).abs() < 1e-12, "{score}");
        let none = Bleu { smoothing: Smoothing::None, ..bleu };
        assert_eq!(none.sentence("the cat is on the mat", &["the cat sat on the mat"]), Ok(0.0));
        // Two of four words: the brevity penalty is exp(1 - 4/2).
        let short = Bleu { effective_order: true, ..bleu };
        assert!((short.sentence("a b", &["a b c d"]).unwrap() - (-1.0_f64).exp()).abs() < 1e-12);
    }

    #[test]
    fn what_has_no_score() {
        let bleu = Bleu::default();
        assert_eq!(bleu.sentence("", &["a"]), Ok(0.0));
        assert!(matches!(bleu.sentence("a", &[]), Err(CheckError::Undefined(_))));
        assert!(matches!(bleu.sentence(&"a ".repeat(10_000), &["a"]), Err(CheckError::OverBudget(_))));
        let floor = Bleu { smoothing: Smoothing::Floor(f64::NAN), ..bleu };
        assert!(matches!(floor.sentence("a", &["a"]), Err(CheckError::Input(_))));
    }

    proptest! {
        #[test]
        fn scores_are_bounded_and_one_for_the_same(a in "[a-c.]( [a-c.]{1,2}){3,8}", b in "[a-c ]{0,12}", c in "[a-c ]{0,12}") {
            for smoothing in [Smoothing::None, Smoothing::Floor(0.1), Smoothing::Exponential] {
                let bleu = Bleu { smoothing, ..Bleu::default() };
                prop_assert!((bleu.sentence(&a, &[&a]).unwrap() - 1.0).abs() < 1e-12);
                let score = bleu.sentence(&b, &[&a, &c]).unwrap();
                prop_assert!((0.0..=1.0).contains(&score));
                prop_assert_eq!(score, bleu.sentence(&b, &[&c, &a]).unwrap());
            }
        }
    }
}
