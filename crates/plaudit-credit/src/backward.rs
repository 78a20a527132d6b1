//! The recursion from the last token to the first that GAE and the reward to go share: a reward to go is GAE without values at lambda = 1.
//!
//! ```text
//! delta_t = r_t + gamma * V_next - V_t
//! A_t     = delta_t + gamma * lambda * A_next
//! G_t     = A_t + V_t
//! ```
//!
//! `next` is the next token that the policy wrote: tokens of the environment in between are skipped, at no discount. Past the last one both
//! are 0.

use crate::CreditError;
use crate::rewards::Rewards;
use crate::sweep;
use crate::whiten::{TokenMoments, Whitening};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What lies on the tokens that the policy did not write. Objectives do not read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Masked {
    /// 0.
    Zero,
    /// What is carried over them from the next token that the policy wrote, as verl leaves it there.
    Carried,
}

/// The parameters of the recursion.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward<'a, R> {
    pub(crate) gamma: f64,
    pub(crate) lambda: f64,
    pub(crate) whiten: bool,
    pub(crate) masked: Masked,
    /// Per token: V; 0 where absent.
    pub(crate) values: Option<&'a [R]>,
    /// Per sample: subtracted from the advantage of written tokens; 0 where absent.
    pub(crate) baseline: Option<&'a [f64]>,
}

impl<R: Real> Backward<'_, R> {
    /// Writes advantages and returns. A batch to be whitened is gone through twice, first for the statistics: nothing is kept per token.
    ///
    /// # Errors
    /// [`CreditError::NotFiniteColumn`], [`CreditError::Overflow`], [`CreditError::OneToken`].
    pub(crate) fn run(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let mut whitening = Whitening::IDENTITY;
        if self.whiten {
            let moments = sweep::map(columns.samples, |sample| self.moments(columns, sample));
            whitening = Whitening::over(moments.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        }
        sweep::write(columns.samples, out, |sample, out| self.write(columns, sample, whitening, out))
    }

    fn write(
        &self,
        columns: &CreditColumns<'_, R>,
        sample: usize,
        whitening: Whitening,
        out: &mut Advantages<'_, R>,
    ) -> Result<(), CreditError> {
        let range = columns.samples.range(sample);
        let baseline = self.baseline(sample);
        let visit = |token: usize, is_written: bool, advantage: f64| {
            let is_kept = is_written || self.masked == Masked::Carried;
            let own = if is_written { advantage - baseline } else { advantage };
            let kept = |value: f64| R::narrow(if is_kept { value } else { 0.0 });
            out.advantage[token - range.start] = kept(whitening.apply(own));
            if let Some(returns) = &mut out.returns {
                returns[token - range.start] = kept(advantage + self.value(token));
            }
        };
        if columns.scored[sample] {
            return self.visit(columns, sample, visit);
        }
        out.advantage.fill(R::default());
        out.returns.iter_mut().for_each(|returns| returns.fill(R::default()));
        Ok(())
    }

    /// The moments of the advantages of a sample's written tokens, from sums around the first one seen.
    fn moments(&self, columns: &CreditColumns<'_, R>, sample: usize) -> Result<TokenMoments, CreditError> {
        if !columns.scored[sample] {
            return Ok(TokenMoments::default());
        }
        let (mut count, mut shift, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
        self.visit(columns, sample, |_, is_written, advantage| {
            if is_written {
                if count == 0.0 {
                    shift = advantage;
                }
                count += 1.0;
                sum += advantage - shift;
                squares += (advantage - shift) * (advantage - shift);
            }
        })?;
        let mean = if count == 0.0 { 0.0 } else { sum / count };
        Ok(TokenMoments { count, mean: mean + shift - self.baseline(sample), squares: squares - sum * mean })
    }

    /// Tells the position, whether the policy wrote it, and A (before the baseline) of every token of a sample, from the last to the first.
    #[inline(always)]
    fn visit(
        &self,
        columns: &CreditColumns<'_, R>,
        sample: usize,
        mut visit: impl FnMut(usize, bool, f64),
    ) -> Result<(), CreditError> {
        let rewards = Rewards::of(columns, sample);
        let decay = self.gamma * self.lambda;
        let (mut next_value, mut advantage) = (0.0, 0.0);
        for token in columns.samples.range(sample).rev() {
            let is_written = columns.mask[token];
            if is_written {
                let value = self.value(token);
                advantage = rewards.at(token) + self.gamma * next_value - value + decay * advantage;
                next_value = value;
            }
            visit(token, is_written, advantage);
        }
        // A number that is not finite reaches the first token, whatever the discounts: 0 times it is NaN.
        if R::narrow(advantage).wide().is_finite() { Ok(()) } else { Err(self.broken(columns, sample, advantage)) }
    }

    #[inline(always)]
    fn value(&self, token: usize) -> f64 {
        self.values.map_or(0.0, |values| values[token].wide())
    }

    fn baseline(&self, sample: usize) -> f64 {
        self.baseline.map_or(0.0, |baseline| baseline[sample])
    }

    /// Which number is not finite; where all of them are, it is the sum that left the range.
    #[cold]
    fn broken(&self, columns: &CreditColumns<'_, R>, sample: usize, advantage: f64) -> CreditError {
        let range = columns.samples.range(sample);
        let rewards = Rewards::of(columns, sample);
        for position in range.clone().filter(|&token| columns.mask[token]) {
            for (column, value) in [("rewards", rewards.at(position)), ("values", self.value(position))] {
                if !value.is_finite() {
                    return CreditError::NotFiniteColumn { column, position, value };
                }
            }
        }
        CreditError::Overflow { position: range.start, value: advantage }
    }
}
