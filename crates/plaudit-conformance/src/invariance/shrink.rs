//! Makes a counterexample as small as it goes.

use super::Counterexample;
use super::masking::per_token;
use plaudit_core::Sample;

/// Takes samples (a pair at a time) and tokens away for as long as what is left is still a counterexample.
pub(super) fn smallest(
    broken: Counterexample,
    still: &mut dyn FnMut(&[Sample]) -> Option<Counterexample>,
) -> Counterexample {
    let mut best = broken;
    while let Some(smaller) = candidates(&best.rows).iter().find_map(|rows| still(rows)) {
        best = smaller;
    }
    best
}

fn candidates(rows: &[Sample]) -> Vec<Vec<Sample>> {
    let mut smaller = Vec::new();
    for row in rows {
        let is_kept = |other: &&Sample| row.pair.is_none_or(|pair| other.pair != Some(pair)) && *other != row;
        smaller.push(rows.iter().filter(is_kept).cloned().collect::<Vec<_>>());
    }
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.len() > 1) {
        for token in 0..row.len() {
            let mut fewer = rows.to_vec();
            remove_token(&mut fewer[place], token);
            smaller.push(fewer);
        }
    }
    smaller.retain(|rows| !rows.is_empty());
    smaller
}

fn remove_token(row: &mut Sample, token: usize) {
    for list in per_token(row) {
        list.remove(token);
    }
    if let Some(mask) = &mut row.mask {
        mask.remove(token);
    }
    if let Some(steps) = &mut row.steps {
        let mut end = 0;
        let holder = steps.iter_mut().find(|step| {
            end += step.tokens;
            token < end
        });
        if let Some(step) = holder {
            step.tokens -= 1;
        }
        steps.retain(|step| step.tokens > 0);
    }
}
