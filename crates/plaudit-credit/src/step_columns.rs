//! What the estimators of steps share: checks, and the step's share of what its sample has.

use crate::CreditError;
use plaudit_core::{CreditColumns, Real, Segments, Steps};

/// The steps of a batch, of which `CreditNeeds` has been checked, with finite scores.
pub(crate) fn checked_steps<'a, R: Real>(columns: &CreditColumns<'a, R>) -> Result<Steps<'a>, CreditError> {
    let steps = columns.steps.expect("estimators of steps need the column, and needs have been checked");
    match (0..steps.scores.len()).find(|&step| steps.scored[step] && !steps.scores[step].is_finite()) {
        Some(position) => {
            let (column, value) = ("scores of the steps", steps.scores[position]);
            Err(CreditError::NotFiniteColumn { column, position, value })
        }
        None => Ok(steps),
    }
}

/// Checks that a per-token column is finite where the policy wrote.
pub(crate) fn check_finite<R: Real>(column: &'static str, values: &[R], mask: &[bool]) -> Result<(), CreditError> {
    match (0..values.len()).find(|&token| mask[token] && !values[token].wide().is_finite()) {
        Some(position) => Err(CreditError::NotFiniteColumn { column, position, value: values[position].wide() }),
        None => Ok(()),
    }
}

/// A value per sample on each of its steps. `samples`: the steps cut into samples.
pub(crate) fn per_step<T: Copy>(samples: &Segments, values: &[T]) -> Vec<T> {
    samples.iter().zip(values).flat_map(|(range, value)| range.map(|_| *value)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::{CreditConfig, CreditError};
    use plaudit_core::{Advantages, CreditColumns, Segments, Steps};

    /// Samples of steps of one token each, in one group; returns one advantage per step.
    pub(crate) fn credit(
        config: &CreditConfig,
        outcomes: &[Option<f64>],
        steps: &[&[Option<f64>]],
        entropy: Option<&[f64]>,
        key: Option<&[u64]>,
    ) -> Result<Vec<f64>, CreditError> {
        let samples = Segments::from_lengths(steps.iter().map(|steps| steps.len()));
        let tokens = Segments::from_lengths(vec![1; samples.total()]);
        let groups = Segments::from_lengths([outcomes.len()]);
        let flat: Vec<Option<f64>> = steps.concat();
        let scores: Vec<f64> = flat.iter().map(|score| score.unwrap_or(f64::NAN)).collect();
        let scored: Vec<bool> = flat.iter().map(Option::is_some).collect();
        let rewards: Vec<f64> = outcomes.iter().map(|score| score.unwrap_or(f64::NAN)).collect();
        let marks: Vec<bool> = outcomes.iter().map(Option::is_some).collect();
        let mask = vec![true; samples.total()];
        let steps = Steps { tokens: &tokens, samples: &samples, scores: &scores, scored: &scored, key };
        let mut columns = CreditColumns::new(&samples, &groups, &mask, &rewards, &marks);
        columns.steps = Some(steps);
        columns.entropy = entropy;
        let mut advantage = vec![f64::NAN; samples.total()];
        config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
        Ok(advantage)
    }

    pub(crate) fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    pub(crate) fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }
}
