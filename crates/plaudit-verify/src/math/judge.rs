//! Two answers as texts.

use super::{
    Budget, Equality, Expr, How, MAX_LENGTH, Policy, ReadError, ReadErrorKind, ReadOptions, Reason, Witness, compare,
    read,
};
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
    let options = |text: &str| ReadOptions {
        decimal_comma: policy.decimal_comma && is_decimal_comma(text),
        ..ReadOptions::default()
    };
    let gold_expr = read(gold, &options(gold), &mut budget);
    // Long answers are only read once where they are the same.
    let answer_expr = if answer == gold { gold_expr.clone() } else { read(answer, &options(answer), &mut budget) };
    let equality = match (&gold_expr, &answer_expr) {
        (Ok(gold), Ok(answer)) => compare(gold, answer, policy, &mut budget),
        _ if are_same_text(gold, answer) => Equality::Equal { how: How::Text },
        (Err(error), _) | (_, Err(error)) => match error.kind {
            ReadErrorKind::OverBudget(limit) => Equality::Unknown { reason: Reason::Budget { limit } },
            ReadErrorKind::Syntax => Equality::NotEqual { witness: Witness::Text },
        },
    };
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

/// Whether a text is one number with a comma in the place of its point: `2,75`, but neither `1,234` nor `1, 2`.
fn is_decimal_comma(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+', '\u{2212}']);
    let Some((whole, fraction)) = text.split_once(',') else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && (fraction.len() != 3 || whole.len() > 3 || whole.starts_with('0'))
}
