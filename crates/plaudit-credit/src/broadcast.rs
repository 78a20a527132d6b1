//! Credit of samples on tokens: every token that the policy wrote carries the advantage of its sample.

use plaudit_core::{CreditColumns, Real};

/// Writes the advantage of each sample onto its unmasked tokens, and 0 onto the masked ones. `advantages`: one per sample; `out`: one
/// per token.
pub(crate) fn broadcast<R: Real>(advantages: &[f64], columns: &CreditColumns<'_, R>, out: &mut [R]) {
    for (range, advantage) in columns.samples.iter().zip(advantages) {
        let advantage = R::narrow(*advantage);
        for (token, is_written) in out[range.clone()].iter_mut().zip(&columns.mask[range]) {
            *token = if *is_written { advantage } else { R::default() };
        }
    }
}
