//! Credit of samples on tokens: every token that the policy wrote carries the advantage of its sample.

use crate::sweep;
use plaudit_core::{Advantages, CreditColumns, Real};
use std::convert::Infallible;

/// Writes the advantage of each sample onto its unmasked tokens, and 0 onto the masked ones. `advantages`: one per sample.
pub(crate) fn broadcast<R: Real>(advantages: &[f64], columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) {
    let Ok(()) = sweep::write(columns.samples, out, |sample, out| {
        let advantage = R::narrow(advantages[sample]);
        let mask = &columns.mask[columns.samples.range(sample)];
        for (token, is_written) in out.advantage.iter_mut().zip(mask) {
            *token = if *is_written { advantage } else { R::default() };
        }
        Ok::<(), Infallible>(())
    });
}

/// Per sample: the number of tokens that the policy wrote.
pub(crate) fn written<R: Real>(columns: &CreditColumns<'_, R>) -> Vec<f64> {
    sweep::map(columns.samples, |sample| {
        let mask = &columns.mask[columns.samples.range(sample)];
        mask.iter().filter(|is_written| **is_written).count() as f64
    })
}
