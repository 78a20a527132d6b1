//! Masked tokens: however many there are and whatever stands in their place, nothing changes.

use super::{Counterexample, compared};
use crate::{Subject, SubjectError};
use plaudit_core::Sample;

const PADDING: usize = 2;

/// Masked tokens at the end of every sample.
pub(super) fn padding(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let expected = subject.answer(rows)?.map(|samples| {
        let padded = |tokens: &Vec<f64>| tokens.iter().copied().chain([0.0; PADDING]).collect();
        samples.iter().map(padded).collect()
    });
    let mut changed = rows.to_vec();
    for row in &mut changed {
        let length = row.len();
        row.mask.get_or_insert_with(|| vec![true; length]).extend([false; PADDING]);
        for list in per_token(row) {
            list.extend([0.5; PADDING]);
        }
        if let Some(step) = row.steps.as_mut().and_then(|steps| steps.last_mut()) {
            step.tokens += PADDING;
        }
    }
    compared(subject, rows, changed, &expected, tolerance)
}

/// What must not be read, in the place of every masked token.
pub(super) fn masked_tokens(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let expected = subject.answer(rows)?;
    let poison = subject.poison();
    let mut changed = rows.to_vec();
    for row in &mut changed {
        let Some(mask) = row.mask.clone() else { continue };
        for list in per_token(row) {
            list.iter_mut().zip(&mask).filter(|(_, is_written)| !**is_written).for_each(|(value, _)| *value = poison);
        }
    }
    compared(subject, rows, changed, &expected, tolerance)
}

/// The per-token lists of numbers that a row has.
pub(super) fn per_token(row: &mut Sample) -> impl Iterator<Item = &mut Vec<f64>> {
    let lists = [
        &mut row.logp,
        &mut row.old_logp,
        &mut row.ref_logp,
        &mut row.entropy,
        &mut row.advantage,
        &mut row.weight,
        &mut row.rewards,
        &mut row.values,
        &mut row.collision,
        &mut row.importance,
    ];
    lists.into_iter().flatten()
}
