//! Order: where a sample stands among its siblings, and its group among the groups, says nothing about it.

use super::{Counterexample, compared};
use crate::{Subject, SubjectError};
use plaudit_core::Sample;

/// The members of every group the other way round.
pub(super) fn samples(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let mut order: Vec<usize> = (0..rows.len()).rev().collect();
    order.sort_by_key(|row| rows[*row].group);
    reordered(subject, rows, &order, tolerance)
}

/// The groups the other way round.
pub(super) fn groups(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| std::cmp::Reverse(rows[*row].group));
    reordered(subject, rows, &order, tolerance)
}

fn reordered(
    subject: &mut dyn Subject,
    rows: &[Sample],
    order: &[usize],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let expected = subject.answer(rows)?.reordered(order);
    let changed = order.iter().map(|row| rows[*row].clone()).collect();
    compared(subject, rows, changed, &expected, tolerance)
}
