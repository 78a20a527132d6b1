//! Two answers as texts.

use super::{
    Budget, Equality, Expr, Form, How, MAX_LENGTH, Policy, ReadError, ReadErrorKind, ReadOptions, Reason, Witness,
    compare, read,
};
use crate::calendar;
use crate::choice::option_and_value;
use crate::text::fold;
use plaudit_core::{Limit, Part, Verdict};

/// How an answer compares with the gold one, and what both were read as.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The gold answer as it was read; an error where the data is at fault.
    pub gold: Result<Expr, ReadError>,
    /// The answer as it was read.
    pub answer: Result<Expr, ReadError>,
    /// The result.
    pub equality: Equality,
}

/// Compares an answer with the gold one, both as they are written, without what surrounds them in a completion
/// ([`crate::Extraction`] finds them there).
///
/// What neither reads as mathematics nor as words may still be the same text.
///
/// ```
/// use plaudit_verify::math::{Policy, judge};
/// assert!(judge(r"\frac{\sqrt{2}}{2}", r"1/\sqrt 2", &Policy::default()).equality.is_equal());
/// assert!(!judge("1/2^{99}", "1/2^{98}", &Policy::default()).equality.is_equal());
/// ```
pub fn judge(gold: &str, answer: &str, policy: &Policy) -> Judgement {
    let mut budget = Budget::new();
    let judgement = judge_whole(gold, answer, policy, &mut budget);
    if judgement.equality.is_equal() {
        return judgement;
    }
    // `(B) 12` says B to who asks for a letter, and 12 to who asks for a value.
    let (gold, answer) = match (option_and_value(gold), option_and_value(answer)) {
        (None, Some((letter, value))) => (gold, if is_option(gold) { letter } else { value }),
        (Some((letter, value)), None) => (if is_option(answer) { letter } else { value }, answer),
        _ => return judgement,
    };
    judge_whole(gold, answer, policy, &mut budget)
}

/// Whether a text is one letter.
fn is_option(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', '.']);
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn judge_whole(gold: &str, answer: &str, policy: &Policy, budget: &mut Budget) -> Judgement {
    let gold_expr = read(gold, &ReadOptions::default(), budget);
    // Long answers are only read once where they are the same.
    let answer_expr = if answer == gold { gold_expr.clone() } else { read(answer, &ReadOptions::default(), budget) };
    let mut equality = match (&gold_expr, &answer_expr) {
        _ if (gold_expr.is_err() || answer_expr.is_err() || !policy.case) && are_same_text(gold, answer) => {
            Equality::Equal { how: How::Text }
        }
        _ if let Some(is_same) = calendar::are_same(gold, answer) => match is_same {
            true => Equality::Equal { how: How::Text },
            false => Equality::NotEqual { witness: Witness::Text },
        },
        (Err(_), _) | (_, Err(_)) if policy.form != Form::AsWritten && are_same_option(gold, answer) => {
            Equality::Equal { how: How::Text }
        }
        (Ok(gold), Ok(answer)) => compare(gold, answer, policy, budget),
        (Err(error), _) | (_, Err(error)) => match error.kind {
            ReadErrorKind::OverBudget(limit) => Equality::Unknown { reason: Reason::Budget { limit } },
            ReadErrorKind::Syntax => Equality::NotEqual { witness: Witness::Text },
        },
    };
    // `2,5` is a list or a decimal, whichever the other side is.
    if policy.decimal_comma && !equality.is_equal() && (is_decimal_comma(gold) || is_decimal_comma(answer)) {
        let options = |text| ReadOptions { decimal_comma: is_decimal_comma(text), ..ReadOptions::default() };
        let decimals = [gold, answer].map(|text| read(text, &options(text), budget));
        if let [Ok(gold), Ok(answer)] = &decimals
            && let equal @ Equality::Equal { .. } = compare(gold, answer, policy, budget)
        {
            equality = equal;
        }
    }
    Judgement { gold: gold_expr, answer: answer_expr, equality }
}

impl Judgement {
    /// What it means for the answer. An answer that does not read is unparsed, one whose equality was neither shown nor refuted is over budget:
    /// never right, and never wrong.
    pub fn verdict(&self) -> Verdict {
        let is_syntax =
            |read: &Result<Expr, ReadError>| matches!(read, Err(ReadError { kind: ReadErrorKind::Syntax, .. }));
        match &self.equality {
            Equality::Equal { .. } => Verdict::Correct,
            _ if is_syntax(&self.gold) => Verdict::Unparsed { part: Part::Gold },
            _ if is_syntax(&self.answer) => Verdict::Unparsed { part: Part::Answer },
            Equality::NotEqual { .. } => Verdict::Wrong,
            Equality::Unknown { reason: Reason::Budget { limit } } => Verdict::OverBudget { limit: *limit },
            Equality::Unknown { reason: Reason::Undecided { .. } } => Verdict::OverBudget { limit: Limit::Precision },
        }
    }
}

/// Whether two texts are the same up to capitals and white space; of texts that are too long to be read, exactly.
fn are_same_text(gold: &str, answer: &str) -> bool {
    let is_short = gold.len().max(answer.len()) <= MAX_LENGTH;
    !gold.trim().is_empty() && (gold == answer || is_short && fold(gold) == fold(answer))
}

/// Whether two texts are the letter of one option: `A` and `A)`.
fn are_same_option(gold: &str, answer: &str) -> bool {
    let letter = |text: &'_ str| -> Option<char> {
        let mut letters = text.trim().trim_matches(['(', ')', '.']).chars();
        letters.next().filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())
    };
    letter(gold).is_some_and(|gold| letter(answer) == Some(gold))
}

/// Whether a text is one number with a comma in the place of its point: `2,75`, but neither `1,234` nor `1, 2`.
fn is_decimal_comma(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+', '\u{2212}']);
    let Some((whole, fraction)) = text.split_once(',') else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && (fraction.len() != 3 || whole.len() > 3 || whole.starts_with('0'))
}
