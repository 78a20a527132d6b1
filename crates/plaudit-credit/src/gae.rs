//! Generalised advantage estimation: a value network says what was to be expected, and its errors are summed over the tokens to come.
//!
//! ```text
//! delta_t = r_t + gamma * V_next - V_t
//! A_t     = delta_t + gamma * lambda * A_next
//! G_t     = A_t + V_t                           (the returns, what V_t should have been)
//! A      <- (A - mean A) / sqrt(var A + 1e-8)   (whiten = true; over all tokens that the policy wrote)
//! ```
//!
//! Per token: rewards r and values V, in units of the reward; A in units of its deviation where it is whitened. `next` is the next token
//! that the policy wrote: tokens of the environment are skipped without a discount. Without a column of rewards a sample's score lies on
//! its last written token. Returns are taken before whitening.
//!
//! Source: Schulman et al., High-Dimensional Continuous Control Using Generalized Advantage Estimation (arXiv 1506.02438).
//!
//! Deviations: tokens of the environment do not count as steps (as in verl). `whiten` follows verl's `masked_whiten`: unbiased variance,
//! 1e-8 added to the count of the means and to the variance.
//!
//! # Example
//!
//! Three samples; the first has two tokens, at gamma = 1 and lambda = 0.5: its last token has delta = 1 - 0.5 = 0.5, its first
//! delta = 0 + 0.5 - 0.25 = 0.25, so A = 0.25 + 0.5 * 0.5 = 0.5. The others have one token each: 0 - 0.5 and 1 - 0.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, GaeConfig};
//!
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64> {
//!     values: Some(&[0.25, 0.5, 0.5, 0.0]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, 0.0, 1.0], &[true; 3])
//! };
//! let (mut advantage, mut returns) = ([0.0; 4], [0.0; 4]);
//! let gae = CreditConfig::Gae(GaeConfig { lambda: 0.5, whiten: false, ..GaeConfig::default() });
//! gae.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: Some(&mut returns) })?;
//! assert_eq!(advantage, [0.5, 0.5, -0.5, 1.0]);
//! assert_eq!(returns, [0.75, 1.0, 0.0, 1.0]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Where a value network is trained along and answers are long, or rewards come at every token or turn: it is the only estimator here that
//! tells the tokens of one sample apart by what was expected at each. lambda trades bias (0: trust the next value) for variance (1: trust
//! the rewards); reasoning with one reward at the end is usually trained at gamma = lambda = 1, or lambda = 0.95.
//!
//! # Traps
//!
//! - At gamma < 1 a reward at the end of a long answer all but vanishes at its beginning.
//! - A value network that has not been warmed up makes the advantages of the first steps noise.
//! - verl leaves whitened numbers on masked tokens (`masked = "carried"`): harmless to a loss with a mask, not to a mean without one.
//! - Whitened advantages have no unit: a batch in which nothing was learnt is blown up to deviation 1.

use crate::backward::{Backward, Masked};
use crate::{CreditError, CreditNeeds, Estimator};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Generalised advantage estimation over the values of a value network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GaeConfig {
    /// The discount per token that the policy wrote.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub gamma: f64,
    /// How far errors of the value network reach back: 0 is the error of the next step alone, 1 the whole return.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub lambda: f64,
    /// Whether advantages are whitened over all tokens that the policy wrote.
    pub whiten: bool,
    /// What lies on the tokens that the policy did not write.
    pub masked: Masked,
}

impl Default for GaeConfig {
    fn default() -> Self {
        Self { gamma: 1.0, lambda: 0.95, whiten: true, masked: Masked::Zero }
    }
}

impl<R: Real> Estimator<R> for GaeConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { values: true, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let Self { gamma, lambda, whiten, masked } = *self;
        Backward { gamma, lambda, whiten, masked, values: columns.values, baseline: None }.run(columns, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    fn credit(config: GaeConfig, columns: &CreditColumns<'_, f64>) -> Result<[Vec<f64>; 2], CreditError> {
        let (mut advantage, mut returns) = (vec![9.0; columns.samples.total()], vec![9.0; columns.samples.total()]);
        let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
        CreditConfig::Gae(config).credit(columns, &mut out)?;
        Ok([advantage, returns])
    }

    /// gamma = lambda = 1/2, one sample: written, environment, written, environment.
    const HALVES: GaeConfig = GaeConfig { gamma: 0.5, lambda: 0.5, whiten: false, masked: Masked::Zero };
    const MASK: [bool; 4] = [true, false, true, false];

    #[test]
    fn tokens_of_the_environment_are_skipped() {
        let (samples, groups) = (Segments::from_lengths([4]), Segments::from_lengths([1]));
        let columns = CreditColumns {
            values: Some(&[1.0, f64::NAN, 2.0, 100.0]),
            rewards: Some(&[0.5, 7.0, 4.0, f64::NAN]),
            ..CreditColumns::new(&samples, &groups, &MASK, &[0.0], &[true])
        };
        // Last: 4 - 2 = 2. First: 0.5 + 0.5 * 2 - 1 = 0.5, and a quarter of 2.
        let [advantage, returns] = credit(HALVES, &columns).unwrap();
        assert_eq!((advantage, returns), (vec![1.0, 0.0, 2.0, 0.0], vec![2.0, 0.0, 4.0, 0.0]));
        let [advantage, returns] = credit(GaeConfig { masked: Masked::Carried, ..HALVES }, &columns).unwrap();
        assert_eq!((advantage, returns[3]), (vec![1.0, 2.0, 2.0, 0.0], 100.0));
    }

    #[test]
    fn a_score_lies_on_the_last_written_token() {
        let (samples, groups) = (Segments::from_lengths([4, 0]), Segments::from_lengths([2]));
        let columns = CreditColumns {
            values: Some(&[0.0; 4]),
            ..CreditColumns::new(&samples, &groups, &MASK, &[4.0, 1.0], &[true; 2])
        };
        assert_eq!(credit(HALVES, &columns).unwrap()[0], [1.0, 0.0, 4.0, 0.0]);
    }

    #[test]
    fn whitening_leaves_out_what_is_masked_or_unscored() {
        let (samples, groups) = (Segments::from_lengths([4, 2]), Segments::from_lengths([2]));
        let mask = [true, false, true, false, true, true];
        let columns = CreditColumns {
            values: Some(&[0.0; 6]),
            ..CreditColumns::new(&samples, &groups, &mask, &[4.0, f64::NAN], &[true, false])
        };
        // 1 and 4: mean 2.5, variance 4.5.
        let [advantage, returns] = credit(GaeConfig { whiten: true, ..HALVES }, &columns).unwrap();
        let unit = 1.5 / (4.5_f64 + 1e-8).sqrt();
        for (found, expected) in advantage.iter().zip([-unit, 0.0, unit, 0.0, 0.0, 0.0]) {
            assert!((found - expected).abs() < 1e-8, "{found} is not {expected}");
        }
        assert_eq!(returns, [1.0, 0.0, 4.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn numbers_that_are_none_are_named() {
        let (samples, groups) = (Segments::from_lengths([4]), Segments::from_lengths([1]));
        let columns = CreditColumns {
            values: Some(&[0.0, f64::NAN, f64::INFINITY, f64::NAN]),
            ..CreditColumns::new(&samples, &groups, &MASK, &[1.0], &[true])
        };
        let error = CreditError::NotFiniteColumn { column: "values", position: 2, value: f64::INFINITY };
        assert_eq!(credit(HALVES, &columns), Err(error.clone()));
        assert_eq!(credit(GaeConfig { whiten: true, gamma: 0.0, ..HALVES }, &columns), Err(error));
        let without = credit(HALVES, &CreditColumns { values: None, ..columns });
        assert_eq!(without, Err(CreditError::Missing { kind: "gae", column: "values" }));
        let huge = CreditColumns { values: Some(&[-1e308, 0.0, 0.0, 0.0]), scores: &[1.7e308], ..columns };
        let sum = credit(GaeConfig { gamma: 1.0, lambda: 1.0, ..HALVES }, &huge).unwrap_err();
        assert!(matches!(sum, CreditError::Overflow { position: 0, .. }));
    }
}
