//! Credit of samples or steps on tokens: every token that the policy wrote carries the advantage of what it belongs to.

use crate::{CreditError, sweep};
use plaudit_core::{Advantages, CreditColumns, Real, Segments};

/// Writes the advantage of each piece onto its unmasked tokens, and 0 onto the masked ones. `pieces`: the tokens cut into samples or steps;
/// `advantages`: one per piece.
///
/// # Errors
/// [`CreditError::Overflow`].
pub(crate) fn broadcast<R: Real>(
    advantages: &[f64],
    pieces: &Segments,
    mask: &[bool],
    out: &mut Advantages<'_, R>,
) -> Result<(), CreditError> {
    sweep::write(pieces, out, |piece, out| {
        let (advantage, range) = (R::narrow(advantages[piece]), pieces.range(piece));
        let mask = &mask[range.clone()];
        if !advantage.wide().is_finite() && mask.contains(&true) {
            return Err(CreditError::Overflow { position: range.start, value: advantages[piece] });
        }
        for (token, is_written) in out.advantage.iter_mut().zip(mask) {
            *token = if *is_written { advantage } else { R::default() };
        }
        Ok(())
    })
}

/// Per sample: the number of tokens that the policy wrote.
pub(crate) fn written<R: Real>(columns: &CreditColumns<'_, R>) -> Vec<f64> {
    sweep::map(columns.samples, |sample| {
        let mask = &columns.mask[columns.samples.range(sample)];
        mask.iter().filter(|is_written| **is_written).count() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_range_of_a_column_is_an_error_with_its_place() {
        let pieces = Segments::from_lengths([1, 2, 1]);
        let fault = |mask: &[bool]| {
            let mut advantage = [0.0_f32; 4];
            let mut out = Advantages { advantage: &mut advantage, returns: None };
            broadcast(&[1.0, 1e39, 2.0], &pieces, mask, &mut out).map(|()| advantage)
        };
        assert_eq!(fault(&[true; 4]), Err(CreditError::Overflow { position: 1, value: 1e39 }));
        assert_eq!(fault(&[true, false, false, true]), Ok([1.0, 0.0, 0.0, 2.0]));
    }
}
