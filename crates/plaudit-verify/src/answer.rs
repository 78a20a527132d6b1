//! One answer against one reference.

use crate::math::{Budget, Expr, Judgement, Lists, Policy, ReadErrorKind, ReadOptions, judge, read};
use crate::number::{self, Percent};
use crate::{calendar, choice, text};
use plaudit_core::{Part, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an answer is compared with its reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// As `text`, or as words of mathematics such as `no solution`, where the reference is words (letters, spaces and punctuation, no sign of
    /// mathematics) or words with a number such as `March 14`; else as `math`.
    #[default]
    Auto,
    /// Mathematically equal, in LaTeX or plain notation, as far as the policy says.
    Math,
    /// Exactly equal numbers in plain notation: integers, decimals, fractions, thousands separators, scientific notation. `50%` equals
    /// both 50 and 0.5, as data sets write either. Anything else cannot be read.
    Number,
    /// Equal up to case and white space.
    Text,
    /// Equal character by character.
    ExactText,
    /// The same multiple-choice letter, in either case.
    Choice,
}

impl AnswerKind {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Auto, Self::Math, Self::Number, Self::Text, Self::ExactText, Self::Choice];
}

/// The verdict on one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// How the check ended.
    pub verdict: Verdict,
    /// How the two compared, where they were compared as mathematics.
    pub judgement: Option<Judgement>,
}

/// Compares an answer, without what surrounds it in a completion, with the reference `gold`. The policy is for mathematics.
///
/// An answer that cannot be read is `Unparsed { Answer }` or, past a budget, `OverBudget`; a reference that cannot be read is
/// `Unparsed { Gold }`, an error of the data.
///
/// ```
/// use plaudit_verify::answer::{AnswerKind, check};
/// use plaudit_verify::math::Policy;
/// let is_right = |gold, answer| check(gold, answer, AnswerKind::Auto, &Policy::default()).verdict.is_correct();
/// assert!(is_right("1200", "1,200.0"));
/// assert!(is_right(r"\frac{\sqrt 2}{2}", "1/sqrt(2)"));
/// assert!(!is_right("Paris", "Lyon"));
/// ```
pub fn check(gold: &str, answer: &str, kind: AnswerKind, policy: &Policy) -> Checked {
    let without_judgement = |verdict| Checked { verdict, judgement: None };
    // The first option is A, a, А or ア.
    let index = |letter: &str| letter.chars().next().and_then(choice::option_index);
    let is_same = || same_words(gold, answer, policy.text.case);
    match kind {
        AnswerKind::Auto if is_words(gold) && is_same() => without_judgement(Verdict::Correct),
        // `no` is no product, and `on` not the same.
        AnswerKind::Auto if is_words(gold) && lists_words(gold) => {
            // Names in a row may be a ranking.
            let judgement = judge(gold, answer, &Policy { lists: Lists::InOrder, ..policy.clone() });
            Checked { verdict: judgement.verdict(), judgement: Some(judgement) }
        }
        AnswerKind::Auto if is_words(gold) && !reads_as_words(gold) => without_judgement(Verdict::Wrong),
        AnswerKind::Auto if is_label(gold) => {
            without_judgement(verdict(is_same() || calendar::are_same(gold, answer) == Some(true)))
        }
        AnswerKind::Auto | AnswerKind::Math => {
            let judgement = judge(gold, answer, policy);
            Checked { verdict: judgement.verdict(), judgement: Some(judgement) }
        }
        AnswerKind::Number => without_judgement(same_number(gold, answer)),
        AnswerKind::Text => without_judgement(verdict(same_words(gold, answer, false))),
        AnswerKind::ExactText => without_judgement(verdict(gold == answer)),
        AnswerKind::Choice => without_judgement(match (choice::letter(gold), choice::letter(answer)) {
            (None, _) => Verdict::Unparsed { part: Part::Gold },
            (_, None) => Verdict::Unparsed { part: Part::Answer },
            (Some(gold), Some(answer)) => verdict(index(gold) == index(answer)),
        }),
    }
}

/// Correct or wrong.
pub fn verdict(is_correct: bool) -> Verdict {
    if is_correct { Verdict::Correct } else { Verdict::Wrong }
}

/// Whether a reference has nothing that mathematics has: `no` and `on` are not two products of the same letters.
fn is_words(gold: &str) -> bool {
    let is_of_words = |letter: char| {
        letter.is_alphabetic()
            || letter.is_whitespace()
            || matches!(letter, '\'' | '"' | '.' | ',' | ';' | ':' | '!' | '?' | '-' | '&')
    };
    let is_math_letter = |letter: char| matches!(letter, 'π' | '∞' | '∅' | '√');
    !gold.contains(" - ")
        && gold.chars().all(|letter| is_of_words(letter) && !is_math_letter(letter))
        && gold.split(|letter: char| !letter.is_alphabetic()).any(|word| word.chars().nth(1).is_some())
}

/// Whether a reference is words with a number that are no mathematics: `March 14` and `Room 12`, but neither `12 apples` nor `sin 30`.
fn is_label(gold: &str) -> bool {
    let is_of_label =
        |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '.' | ',' | ':' | '-' | '\'' | '&');
    let is_long = |word: &str| word.chars().nth(2).is_some() && word.chars().all(char::is_alphabetic);
    let is_spelt = |part: &Expr| matches!(part, Expr::Symbol(_) | Expr::Constant(_) | Expr::Number(_));
    gold.chars().all(is_of_label)
        && gold.contains(|letter: char| letter.is_ascii_digit())
        && gold.split_whitespace().any(is_long)
        && match read(gold, &ReadOptions::default(), &mut Budget::new()) {
            Ok(Expr::Product(parts)) => parts.iter().all(is_spelt),
            Ok(_) => false,
            Err(error) => error.kind == ReadErrorKind::Syntax,
        }
}

/// Whether mathematics has words for it: `all real numbers`, but not `ab`.
fn reads_as_words(gold: &str) -> bool {
    matches!(read(gold, &ReadOptions::default(), &mut Budget::new()), Ok(Expr::Text(_) | Expr::Constant(_)))
}

/// Whether a reference lists words or letters: `Ann and Bob`, `A, C, D`.
fn lists_words(gold: &str) -> bool {
    let is_word = |item: &Expr| matches!(item, Expr::Text(_) | Expr::Symbol(_) | Expr::Constant(_));
    match read(gold, &ReadOptions::default(), &mut Budget::new()) {
        Ok(Expr::List(items)) => items.iter().all(is_word),
        _ => false,
    }
}

/// Up to white space, and up to the case of letters where that does not count.
pub(crate) fn same_words(gold: &str, answer: &str, case: bool) -> bool {
    if case { gold.split_whitespace().eq(answer.split_whitespace()) } else { text::fold(gold) == text::fold(answer) }
}

/// Both readings of a percent sign, of either side.
fn same_number(gold: &str, answer: &str) -> Verdict {
    let read = |text, percent| number::parse(text, percent);
    let (Ok(plain), Ok(hundredths)) = (read(gold, Percent::Ignore), read(gold, Percent::Hundredths)) else {
        return Verdict::Unparsed { part: Part::Gold };
    };
    match (read(answer, Percent::Ignore), read(answer, Percent::Hundredths)) {
        (Ok(answer), Ok(share)) => verdict(plain == answer || hundredths == share),
        (Err(error), _) | (_, Err(error)) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Limit;

    fn check(gold: &str, answer: &str, kind: AnswerKind) -> Verdict {
        super::check(gold, answer, kind, &Policy::default()).verdict
    }

    const UNREADABLE: Verdict = Verdict::Unparsed { part: Part::Answer };

    #[test]
    fn numbers_are_compared_exactly() {
        for (gold, candidate, expected) in [
            ("72", "72.0", Verdict::Correct),
            ("1/2", "0.5", Verdict::Correct),
            ("1,000", "1e3", Verdict::Correct),
            ("1/3", "0.3333333333", Verdict::Wrong),
            ("24", "24.5", Verdict::Wrong),
            ("72", "1/0", Verdict::Wrong),
            ("72", "seventy-two", UNREADABLE),
            ("72", "nan", UNREADABLE),
            ("72", "1e9999", Verdict::OverBudget { limit: Limit::Bits }),
            ("50%", "50%", Verdict::Correct),
            ("50%", "50", Verdict::Correct),
            ("50", "50%", Verdict::Correct),
            ("0.5", "50%", Verdict::Correct),
            ("50%", "0.5", Verdict::Correct),
            ("50", "0.5", Verdict::Wrong),
        ] {
            assert_eq!(
                check(gold, candidate, AnswerKind::Auto).is_correct(),
                expected.is_correct(),
                "{gold} {candidate}"
            );
            assert_eq!(check(gold, candidate, AnswerKind::Number), expected, "{gold} {candidate}");
        }
    }

    #[test]
    fn text_is_folded_or_exact() {
        assert_eq!(check("New York", "new  york", AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check("New York", "new york", AnswerKind::ExactText), Verdict::Wrong);
        assert_eq!(check("New York", "York", AnswerKind::Text), Verdict::Wrong);
        assert_eq!(check("07", "7", AnswerKind::Text), Verdict::Wrong);
    }

    #[test]
    fn words_are_no_products_of_letters() {
        assert_eq!(check("no", "on", AnswerKind::Auto), Verdict::Wrong);
        assert_eq!(check("no", "No", AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check("ab", "ba", AnswerKind::Math), Verdict::Correct);
        assert_eq!(check("a+b", "b+a", AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check("x", "$x$", AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check(r"\frac{1}{2}", "0.5", AnswerKind::Auto), Verdict::Correct);
        assert_eq!(check("x-ray", "ray-x", AnswerKind::Auto), Verdict::Wrong);
        assert_eq!(check("ad - bc", "ad - cb", AnswerKind::Auto), Verdict::Correct);
        let hendrycks = crate::math::Preset::Hendrycks.policy();
        let with_case = |answer| super::check("ab cd", answer, AnswerKind::Auto, &hendrycks).verdict;
        assert_eq!([with_case("ab  cd"), with_case("AB cd")], [Verdict::Correct, Verdict::Wrong]);
    }

    #[test]
    fn lists_of_words_have_an_order() {
        for answer in ["A, C, D", "A,C,D", r"\text{A, C, D}", "(A), (C), (D)"] {
            assert_eq!(check("A, C, and D", answer, AnswerKind::Auto), Verdict::Correct, "{answer}");
        }
        assert_eq!(check("Ann and Bob", "Ann, Bob", AnswerKind::Auto), Verdict::Correct);
        for (gold, answer) in
            [("Cara, Ann, Bob", "Ann, Bob, Cara"), ("A, C, and D", "A, C"), ("Ann and Bob", "Ann and Bill")]
        {
            assert_eq!(check(gold, answer, AnswerKind::Auto), Verdict::Wrong, "{gold} {answer}");
        }
    }

    #[test]
    fn words_with_a_number_are_words() {
        for (gold, answer) in
            [("March 14", "march  14"), ("Room 12", "Room 12"), ("Monday 5 pm", "monday 5 pm"), ("Type 2", "type 2")]
        {
            assert_eq!(check(gold, answer, AnswerKind::Auto), Verdict::Correct, "{gold}");
        }
        for (gold, answer) in
            [("March 14", "March 15"), ("March 14", "14"), ("Room 12", "moor 12"), ("Team A wins 3-2", "3-2")]
        {
            assert_eq!(check(gold, answer, AnswerKind::Auto), Verdict::Wrong, "{gold}");
        }
        for (gold, answer) in
            [("12 apples", "12"), ("sin 30", "sin(30)"), ("log 100", "2"), ("2 and 3", "3, 2"), ("1 1/2", "1.5")]
        {
            assert_eq!(check(gold, answer, AnswerKind::Auto), Verdict::Correct, "{gold}");
        }
    }

    #[test]
    fn letters_are_compared_as_choices() {
        assert_eq!(check("C", "(c)", AnswerKind::Choice), Verdict::Correct);
        assert_eq!(check("C", "B", AnswerKind::Choice), Verdict::Wrong);
        assert_eq!(check("C", "aspirin", AnswerKind::Choice), UNREADABLE);
    }

    #[test]
    fn a_bad_reference_is_an_error_of_the_data() {
        assert_eq!(check("seven", "7", AnswerKind::Number), Verdict::Unparsed { part: Part::Gold });
        assert_eq!(check("12", "A", AnswerKind::Choice), Verdict::Unparsed { part: Part::Gold });
    }
}
