//! The invariance kit: what every estimator and loss must keep whatever it computes, tried on batches from the smallest up.

mod group_shapes;
mod masking;
mod order;
mod parts;
mod reward;
mod shrink;
mod unusable;

use crate::batches::batches;
use crate::{Difference, Subject, SubjectError};
use plaudit_core::Sample;
use std::fmt;

/// Something that must not change an answer, or must change it in a known way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// The samples of a group in another order: the same answers in that order.
    SampleOrder,
    /// The groups in another order: the same answers in that order.
    GroupOrder,
    /// Masked tokens appended to every sample: nothing for them, the same for the others.
    Padding,
    /// Other numbers, NaN where the subject can be told so, in masked tokens: the same answer.
    MaskedTokens,
    /// The batch group by group instead of at once: the same answers, and losses that add up.
    MicroBatch,
    /// A constant added to every score: the same advantages.
    RewardShift,
    /// Every score multiplied by a constant: the same advantages.
    RewardScale,
    /// Every score multiplied by a constant: advantages multiplied by it.
    RewardUnit,
    /// A group of one sample in the batch: every number is finite.
    Singleton,
    /// Groups in which all scores are equal: nothing to learn, so every advantage is 0.
    EqualScores,
    /// NaN in a score and in a log-probability: an error, or NaN in the answer, and never a number that looks real.
    NotANumber,
    /// A sample without a score: nothing for it, and for the others what they get without it.
    Unscored,
}

/// What became of an invariant.
#[derive(Debug)]
pub enum Outcome {
    /// It held on that many batches.
    Held(usize),
    /// It was broken.
    Broken(Box<Counterexample>),
    /// The subject does not keep it, and that is why.
    NotPromised(&'static str),
    /// The subject gave no answer.
    Failed(SubjectError),
}

/// The smallest batch found on which an invariant is broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// The batch.
    pub rows: Vec<Sample>,
    /// The batch as it was changed.
    pub changed: Vec<Sample>,
    /// What the subject says of the changed batch, against what it should.
    pub difference: Difference,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::SampleOrder,
        Self::GroupOrder,
        Self::Padding,
        Self::MaskedTokens,
        Self::MicroBatch,
        Self::RewardShift,
        Self::RewardScale,
        Self::RewardUnit,
        Self::Singleton,
        Self::EqualScores,
        Self::NotANumber,
        Self::Unscored,
    ];

    fn probe(
        self,
        subject: &mut dyn Subject,
        rows: &[Sample],
        tolerance: f64,
    ) -> Result<Option<Counterexample>, SubjectError> {
        match self {
            Self::SampleOrder => order::samples(subject, rows, tolerance),
            Self::GroupOrder => order::groups(subject, rows, tolerance),
            Self::Padding => masking::padding(subject, rows, tolerance),
            Self::MaskedTokens => masking::masked_tokens(subject, rows, tolerance),
            Self::MicroBatch => parts::group_by_group(subject, rows, tolerance),
            Self::RewardShift => reward::shift(subject, rows, tolerance),
            Self::RewardScale => reward::scale(subject, rows, tolerance),
            Self::RewardUnit => reward::unit(subject, rows, tolerance),
            Self::Singleton => group_shapes::singleton(subject, rows),
            Self::EqualScores => group_shapes::equal_scores(subject, rows, tolerance),
            Self::NotANumber => unusable::not_a_number(subject, rows),
            Self::Unscored => unusable::unscored(subject, rows, tolerance),
        }
    }
}

/// Tries every invariant. `tolerance` is for rounding: absolute for numbers below 1, relative above.
pub fn check(subject: &mut dyn Subject, tolerance: f64) -> Vec<(Invariant, Outcome)> {
    Invariant::ALL.into_iter().map(|invariant| (invariant, outcome(invariant, subject, tolerance))).collect()
}

fn outcome(invariant: Invariant, subject: &mut dyn Subject, tolerance: f64) -> Outcome {
    let tolerance = match subject.promise(invariant) {
        Ok(allowed) => tolerance + allowed,
        Err(reason) => return Outcome::NotPromised(reason),
    };
    let batches = batches();
    for rows in &batches {
        match invariant.probe(subject, rows, tolerance) {
            Ok(None) => {}
            Ok(Some(broken)) => {
                let mut still = |rows: &[Sample]| invariant.probe(subject, rows, tolerance).ok().flatten();
                return Outcome::Broken(Box::new(shrink::smallest(broken, &mut still)));
            }
            Err(error) => return Outcome::Failed(error),
        }
    }
    Outcome::Held(batches.len())
}

/// Asks for the answer to `changed` and compares it with what it should be.
fn compared(
    subject: &mut dyn Subject,
    rows: &[Sample],
    changed: Vec<Sample>,
    expected: &crate::Answer,
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let found = subject.answer(&changed)?;
    let difference = expected.difference(&found, tolerance);
    Ok(difference.map(|difference| Counterexample { rows: rows.to_vec(), changed, difference }))
}

impl fmt::Display for Invariant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::SampleOrder => "order of samples",
            Self::GroupOrder => "order of groups",
            Self::Padding => "padding",
            Self::MaskedTokens => "masked tokens",
            Self::MicroBatch => "micro-batches",
            Self::RewardShift => "reward shift",
            Self::RewardScale => "reward scale",
            Self::RewardUnit => "reward unit",
            Self::Singleton => "group of one",
            Self::EqualScores => "equal scores",
            Self::NotANumber => "not a number",
            Self::Unscored => "unscored sample",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(batches) => write!(formatter, "held on {batches} batches"),
            Self::Broken(broken) => {
                let tokens: usize = broken.rows.iter().map(Sample::len).sum();
                write!(formatter, "broken by {} samples of {tokens} tokens: {}", broken.rows.len(), broken.difference)
            }
            Self::NotPromised(reason) => write!(formatter, "not promised: {reason}"),
            Self::Failed(error) => write!(formatter, "no answer: {error}"),
        }
    }
}
