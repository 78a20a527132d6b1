//! Micro-batches: a batch that arrives group by group is still one batch.

use super::Counterexample;
use crate::{Subject, SubjectError};
use plaudit_core::Sample;

/// Every group by itself.
pub(super) fn group_by_group(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    let parts: Vec<Vec<Sample>> = rows.chunk_by(|a, b| a.group == b.group).map(<[Sample]>::to_vec).collect();
    let (whole, parts) = (subject.answer(rows)?, subject.answer_parts(&parts)?);
    let difference = whole.difference(&parts, tolerance);
    Ok(difference.map(|difference| Counterexample { rows: rows.to_vec(), changed: rows.to_vec(), difference }))
}
