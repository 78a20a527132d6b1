//! Implicit process reward: leave-one-out outcomes plus leave-one-out returns of token rewards, whitened over the batch.
//!
//! ```text
//! outcome:  A_i = R_i - mean of the others
//! process:  r'_{i,t} = r_{i,t} * K/(K - 1) - sum_j m_j / (K - 1),   m_j = mean token reward of sample j
//!           G_{i,t} = r'_{i,t} + gamma * G_{i,t+1}
//! A_{i,t} = outcome_weight * A_i + process_weight * G_{i,t}, then (A - mean) / sqrt(var + 1e-8) over the batch's tokens
//! ```
//!
//! r are the token rewards of the batch, such as beta * (log-ratio of a reward model to its reference); K is the number of scored members
//! of the group. Means over tokens count unmasked ones, the environment's are passed over. The variance is the unbiased one.
//!
//! Source: "Process Reinforcement through Implicit Rewards" (PRIME, arXiv 2502.01456) and its code in verl, whose weights are both 5.
//!
//! Deviations: a group with one scored member gets 0 and takes no part in whitening (verl divides by zero); the outcome
//! is not discounted.
//!
//! # Example
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, ImplicitProcessConfig};
//!
//! // Three answers of two, one and one tokens; no whitening.
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64> {
//!     rewards: Some(&[0.5, 0.0, 0.25, -0.5]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, 0.0, 0.5], &[true; 3])
//! };
//! let config = ImplicitProcessConfig { whiten: false, ..Default::default() };
//! let mut advantage = [0.0; 4];
//! CreditConfig::ImplicitProcess(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! // Outcomes [3/4, -3/4, 0]; the mean rewards 1/4, 1/4, -1/2 sum to 0, so that rewards are scaled by 3/2.
//! assert_eq!(advantage, [1.5, 0.75, -0.375, -0.75]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! With dense token rewards of a model that is trained along with the policy, beside a checked outcome.
//!
//! # Traps
//!
//! The process part grows with the number of tokens left, and so does its share of the whole: long answers are whitened down. Whitening
//! makes a token's advantage depend on the whole batch.

use crate::step_columns::check_finite;
use crate::whiten::{TokenMoments, Whitening};
use crate::{Centre, CreditError, CreditNeeds, Estimator, GroupConfig, Scale};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Leave-one-out outcomes plus leave-one-out returns of token rewards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImplicitProcessConfig {
    /// Weight of the outcome's advantage.
    pub outcome_weight: f64,
    /// Weight of the returns of token rewards.
    pub process_weight: f64,
    /// Discount of those returns per token that the policy wrote.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub gamma: f64,
    /// Whether the sum is brought to mean 0 and variance 1 over the batch's tokens.
    pub whiten: bool,
}

impl Default for ImplicitProcessConfig {
    fn default() -> Self {
        Self { outcome_weight: 1.0, process_weight: 1.0, gamma: 1.0, whiten: true }
    }
}

impl<R: Real> Estimator<R> for ImplicitProcessConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { rewards: true, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let rewards = columns.rewards.expect("needs have been checked");
        check_finite("rewards", rewards, columns.mask)?;
        let rloo = GroupConfig { centre: Centre::LeaveOneOut, scale: Scale::None, ..GroupConfig::default() };
        let outcomes = rloo.per_sample(columns)?;
        let written = |sample: usize| columns.samples.range(sample).filter(|&token| columns.mask[token]);
        let counted = |sample: &usize| columns.scored[*sample] && written(*sample).next().is_some();
        let mean = |sample: usize| {
            let sum: f64 = written(sample).map(|token| rewards[token].wide()).sum();
            sum / written(sample).count() as f64
        };
        let mut advantages = vec![0.0; columns.samples.total()];
        for group in columns.groups.iter() {
            let count = group.clone().filter(counted).count() as f64;
            // Alone, a sample has nothing to be compared with.
            let others = if count > 1.0 { 1.0 / (count - 1.0) } else { 0.0 };
            let baseline = others * group.clone().filter(counted).map(mean).sum::<f64>();
            for sample in group.filter(counted) {
                let mut rest = 0.0;
                for token in written(sample).rev() {
                    rest = rewards[token].wide() * count * others - baseline + self.gamma * rest;
                    advantages[token] = self.outcome_weight * outcomes[sample] + self.process_weight * rest;
                }
            }
        }
        if self.whiten {
            // What has no score, or was compared with nothing, takes no part.
            let scored = |group: Range<usize>| group.filter(|&sample| columns.scored[sample]);
            let compared = || columns.groups.iter().map(scored).filter(|group| group.clone().count() > 1);
            let tokens = || compared().flatten().flat_map(written);
            let one = |token: usize| TokenMoments { count: 1.0, mean: advantages[token], squares: 0.0 };
            let whitening = Whitening::over(tokens().map(one))?;
            tokens().for_each(|token| advantages[token] = whitening.apply(advantages[token]));
        }
        for (position, (out, value)) in out.advantage.iter_mut().zip(advantages).enumerate() {
            *out = R::narrow(value);
            if !out.wide().is_finite() {
                return Err(CreditError::Overflow { position, value });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use crate::step_columns::tests::close;
    use plaudit_core::Segments;
    use proptest::prelude::*;

    fn advantages(
        config: ImplicitProcessConfig,
        scores: &[Option<f64>],
        rewards: &[&[f64]],
        mask: Option<&[bool]>,
    ) -> Vec<f64> {
        let samples = Segments::from_lengths(rewards.iter().map(|rewards| rewards.len()));
        let groups = Segments::from_lengths([rewards.len()]);
        let scored: Vec<bool> = scores.iter().map(Option::is_some).collect();
        let scores: Vec<f64> = scores.iter().map(|score| score.unwrap_or(f64::NAN)).collect();
        let rewards = rewards.concat();
        let mask = mask.map_or(vec![true; rewards.len()], <[bool]>::to_vec);
        let mut columns = CreditColumns::new(&samples, &groups, &mask, &scores, &scored);
        columns.rewards = Some(&rewards);
        let mut advantage = vec![f64::NAN; rewards.len()];
        let mut out = Advantages { advantage: &mut advantage, returns: None };
        CreditConfig::ImplicitProcess(config).credit(&columns, &mut out).unwrap();
        advantage
    }

    fn plain() -> ImplicitProcessConfig {
        ImplicitProcessConfig { whiten: false, ..ImplicitProcessConfig::default() }
    }

    #[test]
    fn prime_by_the_paper() {
        let scores = [Some(1.0), Some(0.0)];
        let rewards: [&[f64]; 2] = [&[0.2, 0.0], &[-0.1, -0.1]];
        close(&advantages(plain(), &scores, &rewards, None), &[1.4, 1.0, -1.4, -1.2]);
        let process = ImplicitProcessConfig { outcome_weight: 0.0, ..plain() };
        close(&advantages(process.clone(), &scores, &rewards, None), &[0.4, 0.0, -0.4, -0.2]);
        let discounted = ImplicitProcessConfig { gamma: 0.5, ..process };
        close(&advantages(discounted, &scores, &rewards, None), &[0.4, 0.0, -0.3, -0.2]);
    }

    #[test]
    fn masked_tokens_and_unscored_samples_take_no_part() {
        let scores = [Some(1.0), Some(0.0), None];
        let rewards: [&[f64]; 3] = [&[0.2, f64::NAN, 0.0], &[-0.1, -0.1], &[9.0]];
        let mask = [true, false, true, true, true, true];
        close(&advantages(plain(), &scores, &rewards, Some(&mask)), &[1.4, 0.0, 1.0, -1.4, -1.2, 0.0]);
        // One scored member: nothing to compare with.
        let lone: [&[f64]; 2] = [&[0.5], &[0.5]];
        assert_eq!(advantages(plain(), &[Some(1.0), None], &lone, None), [0.0, 0.0]);
        assert_eq!(advantages(ImplicitProcessConfig::default(), &[Some(1.0), None], &lone, None), [0.0, 0.0]);
    }

    #[test]
    fn rewards_are_needed() {
        let (samples, groups) = (Segments::from_lengths([1]), Segments::from_lengths([1]));
        let columns = CreditColumns::<f64>::new(&samples, &groups, &[true], &[1.0], &[true]);
        let mut out = Advantages { advantage: &mut [0.0], returns: None };
        let error = CreditConfig::ImplicitProcess(plain()).credit(&columns, &mut out).unwrap_err();
        assert_eq!(error, CreditError::Missing { kind: "implicit-process", column: "rewards" });
    }

    proptest! {
        #[test]
        fn whitened_tokens_have_mean_zero_and_variance_one(
            rewards in prop::collection::vec(prop::collection::vec(-1.0..1.0_f64, 1..6), 2..5),
        ) {
            let scores: Vec<_> = (0..rewards.len()).map(|sample| Some(f64::from(u8::from(sample == 0)))).collect();
            let rows: Vec<_> = rewards.iter().map(Vec::as_slice).collect();
            let found = advantages(ImplicitProcessConfig::default(), &scores, &rows, None);
            let count = found.len() as f64;
            let variance = |values: &[f64]| {
                let mean = values.iter().sum::<f64>() / count;
                values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0)
            };
            // As in verl, 1e-8 is added to the number of tokens and to the variance, which shows where that is small.
            prop_assume!(variance(&advantages(plain(), &scores, &rows, None)) > 0.1);
            let variance = variance(&found);
            prop_assert!(found.iter().sum::<f64>().abs() < 1e-6 * count);
            prop_assert!((variance - 1.0).abs() < 1e-6, "{variance}");
        }
    }
}
