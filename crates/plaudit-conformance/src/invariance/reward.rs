//! The reward's zero and unit, which are conventions.

use super::{Counterexample, compared};
use crate::{Subject, SubjectError};
use plaudit_core::Sample;

const SHIFT: f64 = 3.0;
const FACTOR: f64 = 4.0;

/// A constant added to every score.
pub(super) fn shift(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let expected = subject.answer(rows)?;
    compared(subject, rows, rescored(rows, |score| score + SHIFT), &expected, tolerance)
}

/// Every score multiplied, the same advantages.
pub(super) fn scale(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let expected = subject.answer(rows)?;
    compared(subject, rows, rescored(rows, |score| score * FACTOR), &expected, tolerance)
}

/// Every score multiplied, and the advantages with it.
pub(super) fn unit(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let multiplied = |tokens: &Vec<f64>| tokens.iter().map(|token| token * FACTOR).collect();
    let expected = subject.answer(rows)?.map(|samples| samples.iter().map(multiplied).collect());
    compared(subject, rows, rescored(rows, |score| score * FACTOR), &expected, tolerance)
}

/// The rows with other scores, of the whole and of the signals one by one.
fn rescored(rows: &[Sample], change: impl Fn(f64) -> f64) -> Vec<Sample> {
    let mut changed = rows.to_vec();
    for row in &mut changed {
        row.score = row.score.map(&change);
        row.sources.values_mut().flatten().for_each(|score| *score = change(*score));
    }
    changed
}
