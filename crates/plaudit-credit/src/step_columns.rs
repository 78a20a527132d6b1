//! What the estimators of steps share: the check of step scores, comparison within cells, and how step credit lies on tokens.

use crate::{CreditError, GroupConfig, OutcomeColumns};
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

/// The outcome part of step credit: one advantage per sample, 0 where it has no score.
pub(crate) fn outcome_advantages<R: Real>(
    compare: &GroupConfig,
    columns: &CreditColumns<'_, R>,
) -> Result<Vec<f64>, CreditError> {
    let mut advantages = vec![0.0; columns.samples.len()];
    compare.advantages(&OutcomeColumns::of(columns), &mut advantages)?;
    Ok(advantages)
}

/// Per step: whether its sample is scored.
pub(crate) fn in_scored_sample<R: Real>(columns: &CreditColumns<'_, R>, samples: &Segments) -> Vec<bool> {
    samples.iter().zip(columns.scored).flat_map(|(range, scored)| range.map(|_| *scored)).collect()
}

/// Checks that a per-token column is finite where the policy wrote.
pub(crate) fn check_finite<R: Real>(column: &'static str, values: &[R], mask: &[bool]) -> Result<(), CreditError> {
    match (0..values.len()).find(|&token| mask[token] && !values[token].wide().is_finite()) {
        Some(position) => Err(CreditError::NotFiniteColumn { column, position, value: values[position].wide() }),
        None => Ok(()),
    }
}

/// Compares values with those of the same cell: `config` with cells in place of groups. `cells` has the cell of each value, below
/// the number of values; unscored values get 0 and are in no statistic.
pub(crate) fn compare_within(
    config: &GroupConfig,
    values: &[f64],
    scored: &[bool],
    cells: &[usize],
) -> Result<Vec<f64>, CreditError> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&at| cells[at]);
    let mut sizes = vec![0; values.len()];
    cells.iter().for_each(|&cell| sizes[cell] += 1);
    let ordered: Vec<f64> = order.iter().map(|&at| values[at]).collect();
    let marks: Vec<bool> = order.iter().map(|&at| scored[at]).collect();
    let groups = Segments::from_lengths(sizes);
    let mut compared = vec![0.0; values.len()];
    config.advantages(&OutcomeColumns { scores: &ordered, scored: &marks, groups: &groups }, &mut compared)?;
    let mut out = vec![0.0; values.len()];
    order.iter().zip(compared).for_each(|(&at, advantage)| out[at] = advantage);
    Ok(out)
}

/// Writes one advantage per step onto its unmasked tokens, and 0 onto the masked ones.
pub(crate) fn broadcast_steps<R: Real>(advantages: &[f64], tokens: &Segments, mask: &[bool], out: &mut [R]) {
    for (range, advantage) in tokens.iter().zip(advantages) {
        let advantage = R::narrow(*advantage);
        for (token, is_written) in out[range.clone()].iter_mut().zip(&mask[range]) {
            *token = if *is_written { advantage } else { R::default() };
        }
    }
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
