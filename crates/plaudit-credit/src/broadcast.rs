//! Outcome credit on tokens: every token of a sample carries the sample's advantage.

use plaudit_core::{Real, Segments};

/// Writes the advantage of each sample onto all its tokens. `advantages`: one per sample; `samples`: the tokens cut into
/// samples; `out`: one per token.
///
/// Tokens that the policy did not write get the value too; the objective's mask leaves them out.
///
/// # Panics
/// Where the lengths differ: a mistake of the caller.
///
/// ```
/// let samples = plaudit_core::Segments::from_lengths([2, 0, 1]);
/// let mut tokens = [0.0_f32; 3];
/// plaudit_credit::broadcast(&[0.5, 9.0, -1.0], &samples, &mut tokens);
/// assert_eq!(tokens, [0.5, 0.5, -1.0]);
/// ```
pub fn broadcast<R: Real>(advantages: &[f64], samples: &Segments, out: &mut [R]) {
    assert_eq!(advantages.len(), samples.len(), "advantages");
    assert_eq!(out.len(), samples.total(), "out");
    for (range, advantage) in samples.iter().zip(advantages) {
        out[range].fill(R::narrow(*advantage));
    }
}
