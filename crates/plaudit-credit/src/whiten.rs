//! Whitening: advantages of a batch shifted to mean 0 and scaled to deviation 1.

use crate::normalise::{Cells, Items};
use crate::{Centre, CreditError, Normalisation, Scale};
use plaudit_core::Segments;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the advantages of a batch are whitened in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Whiten {
    /// They stay as they are.
    None,
    /// To mean 0 and unbiased deviation 1 over all tokens that the policy wrote, so a long sample weighs more (REINFORCE++, GDPO in verl).
    Tokens,
    /// To mean 0 and deviation 1 over samples, with `ddof` and `eps` (RLOO and GDPO in TRL).
    Samples,
}

impl Whiten {
    /// Whitens one advantage per sample. `written`: the number of tokens of each that the policy wrote.
    ///
    /// # Errors
    /// [`CreditError::OneToken`], [`CreditError::TooFarApart`].
    pub(crate) fn apply(
        self,
        advantages: &mut [f64],
        scored: &[bool],
        written: &[f64],
        rules: &Normalisation,
    ) -> Result<(), CreditError> {
        match self {
            Self::None => Ok(()),
            Self::Tokens => {
                let samples = || (0..advantages.len()).filter(|&sample| scored[sample]);
                let moments = samples().map(|sample| TokenMoments::equal(advantages[sample], written[sample]));
                let whitening = Whitening::over(moments)?;
                for sample in (0..advantages.len()).filter(|&sample| scored[sample]) {
                    advantages[sample] = whitening.apply(advantages[sample]);
                }
                Ok(())
            }
            Self::Samples => {
                let values = advantages.to_vec();
                let rules = Normalisation { centre: Centre::BatchMean, scale: Scale::BatchStd, ..rules.clone() };
                let cells = Cells::runs(&Segments::from_lengths([values.len()]));
                rules.apply(&Items { values: &values, scored, weights: &[], baseline: &[] }, &cells, advantages)
            }
        }
    }
}

/// Number, mean and sum of squared deviations of the values of some tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenMoments {
    pub(crate) count: f64,
    pub(crate) mean: f64,
    pub(crate) squares: f64,
}

impl TokenMoments {
    /// Of `count` tokens that all carry `value`.
    fn equal(value: f64, count: f64) -> Self {
        Self { count, mean: value, squares: 0.0 }
    }

    /// Of both together.
    fn merged(self, other: Self) -> Self {
        if other.count == 0.0 {
            return self;
        }
        let count = self.count + other.count;
        let apart = other.mean - self.mean;
        Self {
            count,
            mean: self.mean + apart * other.count / count,
            squares: self.squares + other.squares + apart * apart * self.count * other.count / count,
        }
    }
}

/// x -> (x - mean) * factor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whitening {
    mean: f64,
    factor: f64,
}

impl Whitening {
    /// Nothing is changed.
    pub(crate) const IDENTITY: Self = Self { mean: 0.0, factor: 1.0 };

    /// To mean 0 and deviation 1 over the tokens of all samples; of a batch without tokens the identity. As in verl, mean and variance have
    /// 1e-8 added to the number of tokens, and the variance under the root once more.
    ///
    /// # Errors
    /// [`CreditError::OneToken`], which has no deviation; [`CreditError::TooFarApart`], where it is infinite.
    pub(crate) fn over(samples: impl IntoIterator<Item = TokenMoments>) -> Result<Self, CreditError> {
        let all = samples.into_iter().fold(TokenMoments::default(), TokenMoments::merged);
        if all.count == 0.0 {
            return Ok(Self::IDENTITY);
        }
        if all.count == 1.0 {
            return Err(CreditError::OneToken);
        }
        let count = all.count + 1e-8;
        let mean = all.mean * all.count / count;
        let squares = all.squares + all.count * (all.mean - mean).powi(2);
        let variance = squares / count * all.count / (all.count - 1.0);
        if !variance.is_finite() {
            return Err(CreditError::TooFarApart);
        }
        Ok(Self { mean, factor: 1.0 / (variance + 1e-8).sqrt() })
    }

    #[inline(always)]
    pub(crate) fn apply(&self, value: f64) -> f64 {
        (value - self.mean) * self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_weigh_by_their_number() {
        // Tokens 3, 0, 0, 0 in two samples, and a sample that does not take part: mean 0.75, squares 6.75, variance 2.25.
        let mut advantages = [3.0, 0.0, 7.0];
        let rules = Normalisation::default();
        Whiten::Tokens.apply(&mut advantages, &[true, true, false], &[1.0, 3.0, 5.0], &rules).unwrap();
        assert!((advantages[0] - 1.5).abs() < 1e-7 && (advantages[1] + 0.5).abs() < 1e-7);
        assert_eq!(advantages[2], 7.0);
    }

    #[test]
    fn samples_weigh_alike() {
        let mut advantages = [3.0, 0.0, 0.0];
        let rules = Normalisation { eps: 0.0, ..Normalisation::default() };
        Whiten::Samples.apply(&mut advantages, &[true; 3], &[1.0, 100.0, 0.0], &rules).unwrap();
        assert!((advantages[0] - 2.0 / 3.0_f64.sqrt()).abs() < 1e-12, "{advantages:?}");
    }

    #[test]
    fn one_token_has_no_deviation_and_none_needs_none() {
        let rules = Normalisation::default();
        assert_eq!(Whiten::Tokens.apply(&mut [1.0], &[true], &[1.0], &rules), Err(CreditError::OneToken));
        assert_eq!(Whiten::Tokens.apply(&mut [1.0], &[true], &[0.0], &rules), Ok(()));
        let far = &mut [1e200, -1e200];
        assert_eq!(Whiten::Tokens.apply(far, &[true; 2], &[1.0; 2], &rules), Err(CreditError::TooFarApart));
    }
}
