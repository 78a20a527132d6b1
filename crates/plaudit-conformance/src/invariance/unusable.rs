//! What cannot be used: NaN, and samples without a score.

use super::Counterexample;
use crate::{Answer, Difference, Subject, SubjectError};
use plaudit_core::Sample;

/// NaN in the score and in a log-probability of a sample: an error or NaN, and no number that looks real.
pub(super) fn not_a_number(subject: &mut dyn Subject, rows: &[Sample]) -> Result<Option<Counterexample>, SubjectError> {
    let mut changed = rows.to_vec();
    if let Some(row) = changed.first_mut() {
        row.score = Some(f64::NAN);
        let written = row.mask.as_ref().and_then(|mask| mask.iter().position(|is_written| *is_written)).unwrap_or(0);
        if let Some(logp) = row.logp.as_mut().and_then(|logp| logp.get_mut(written)) {
            *logp = f64::NAN;
        }
    }
    let Ok(answer) = subject.answer(&changed) else { return Ok(None) };
    if answer.numbers().any(f64::is_nan) {
        return Ok(None);
    }
    let (column, found) = match (answer.loss, answer.columns.first()) {
        (Some(loss), _) => ("loss", loss),
        (None, Some((name, samples))) => (*name, samples.iter().flatten().copied().next().unwrap_or(0.0)),
        (None, None) => ("answer", 0.0),
    };
    let difference = Difference { column, place: None, expected: f64::NAN, found };
    Ok(Some(Counterexample { rows: rows.to_vec(), changed, difference }))
}

/// A sample without a score: 0 for it, and for the others what they get where it is not in the batch.
pub(super) fn unscored(
    subject: &mut dyn Subject,
    rows: &[Sample],
    tolerance: f64,
) -> Result<Option<Counterexample>, SubjectError> {
    // A sample less would leave a pair of one.
    let mut changed: Vec<Sample> = rows.iter().map(|row| Sample { pair: None, ..row.clone() }).collect();
    let Some(last) = changed.pop() else { return Ok(None) };
    let without = if changed.is_empty() { Answer::default() } else { subject.answer(&changed)? };
    let length = last.len();
    let steps = last.steps.map(|steps| steps.into_iter().map(|step| plaudit_core::StepSample { score: None, ..step }));
    let sources = last.sources.into_keys().map(|name| (name, None)).collect();
    changed.push(Sample { score: None, sources, steps: steps.map(Iterator::collect), ..last });
    let found = subject.answer(&changed)?;
    let expected = without.map(|samples| samples.iter().cloned().chain([vec![0.0; length]]).collect());
    let difference = expected.difference(&found, tolerance);
    Ok(difference.map(|difference| Counterexample { rows: rows.to_vec(), changed, difference }))
}
