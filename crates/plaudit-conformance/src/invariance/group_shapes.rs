//! Groups from which nothing can be learnt by comparison: of one sample, and of equal scores.

use super::{Counterexample, compared};
use crate::{Answer, Difference, Subject, SubjectError};
use plaudit_core::Sample;

/// A group of one sample beside the others: every number is finite.
pub(super) fn singleton(subject: &mut dyn Subject, rows: &[Sample]) -> Result<Option<Counterexample>, SubjectError> {
    let mut changed = rows.to_vec();
    // The next number: programs in other languages may not have the greatest one.
    let group = rows.iter().map(|row| row.group + 1).max().unwrap_or(0);
    changed.extend(rows.first().map(|row| Sample { group, pair: None, ..row.clone() }));
    let answer = subject.answer(&changed)?;
    let place = first_infinite(&answer);
    Ok(place.map(|difference| Counterexample { rows: rows.to_vec(), changed, difference }))
}

/// All members of a group with the score of its first: every advantage is 0.
pub(super) fn equal_scores(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let mut changed = rows.to_vec();
    for row in &mut changed {
        let first = rows.iter().find(|other| other.group == row.group).expect("a row's group has a row");
        row.score = first.score;
        row.sources.clone_from(&first.sources);
    }
    let expected = subject.answer(rows)?.map(|samples| samples.iter().map(|tokens| vec![0.0; tokens.len()]).collect());
    compared(subject, rows, changed, &expected, tolerance)
}

fn first_infinite(answer: &Answer) -> Option<Difference> {
    let zeros = answer.map(|samples| samples.iter().map(|tokens| vec![0.0; tokens.len()]).collect());
    // Finite numbers are no farther than this from 0.
    zeros.difference(&Answer { loss: answer.loss, ..answer.clone() }, f64::MAX)
}
