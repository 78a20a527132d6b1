//! Reward to go: every token is worth the rewards from it on, less a baseline of its sample.
//!
//! ```text
//! G_t = r_t + gamma * G_next                    (the returns)
//! A_t = G_t - b
//! A  <- (A - mean A) / sqrt(var A + 1e-8)       (whiten = true; over all tokens that the policy wrote)
//! ```
//!
//! Per token: rewards r, in any unit; A in the same, or in deviations where it is whitened. Per sample: the baseline b. `next` is the next
//! token that the policy wrote: tokens of the environment are skipped without a discount. Without a column of rewards a sample's score lies
//! on its last written token.
//!
//! | method | gamma | baseline | whiten |
//! |---|---|---|---|
//! | REINFORCE++ (arXiv 2501.03262) | 1 | none | true |
//! | ReMax (arXiv 2310.10505) | 1 | greedy | false |
//!
//! Source: Hu et al., REINFORCE++ (arXiv 2501.03262); Li et al., ReMax (arXiv 2310.10505).
//!
//! Deviations: the KL penalty that REINFORCE++ puts into the rewards is the caller's, who fills the column `rewards`. Whitening as in verl.
//!
//! # Example
//!
//! Three samples, the first with rewards 1 and 2 on its two tokens: at gamma = 0.5 they are worth 1 + 0.5 * 2 = 2 and 2.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{Baseline, CreditConfig, RewardToGoConfig};
//!
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64> {
//!     rewards: Some(&[1.0, 2.0, 0.0, 3.0]),
//!     baseline: Some(&[0.5, 0.5, 0.5]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 4], &[3.0, 0.0, 3.0], &[true; 3])
//! };
//! let (mut advantage, mut returns) = ([0.0; 4], [0.0; 4]);
//! let config = RewardToGoConfig { gamma: 0.5, baseline: Baseline::Greedy, whiten: false, ..RewardToGoConfig::default() };
//! let out = &mut Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
//! CreditConfig::RewardToGo(config).credit(&columns, out)?;
//! assert_eq!(returns, [2.0, 2.0, 0.0, 3.0]);
//! assert_eq!(advantage, [1.5, 1.5, -0.5, 2.5]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! With one answer per prompt and no value network: whitening over a large batch takes the place of a group. With rewards on tokens or
//! turns, where a token should be paid for what follows it only.
//!
//! # Traps
//!
//! - Whitened over the batch, an easy prompt's answers all get positive advantages and a hard prompt's all negative ones: no baseline knows
//!   the prompt.
//! - A token-weighted mean follows long answers. Where wrong answers are long, short ones look good.
//! - Without a column `rewards` and at gamma = 1 all tokens of a sample get the same; the estimator `group` does that for less.
//! - verl's ReMax leaves the reward to go on masked tokens (`masked = "carried"`).

use crate::backward::{Backward, Masked};
use crate::{CreditError, CreditNeeds, Estimator};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The reward to go of each token less a baseline. The defaults are REINFORCE++; `baseline = "greedy"` with `whiten = false` is ReMax.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RewardToGoConfig {
    /// The discount per token that the policy wrote.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub gamma: f64,
    /// What is subtracted from the reward to go.
    pub baseline: Baseline,
    /// Whether advantages are whitened over all tokens that the policy wrote.
    pub whiten: bool,
    /// What lies on the tokens that the policy did not write.
    pub masked: Masked,
}

/// The baseline of a sample's reward to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Baseline {
    /// No baseline.
    None,
    /// The score of the greedy completion to the same prompt (ReMax): read from the column `baseline`.
    Greedy,
    /// A running mean of earlier scores (see `RunningBaseline`): read from the column `baseline`.
    Running,
}

impl Default for RewardToGoConfig {
    fn default() -> Self {
        Self { gamma: 1.0, baseline: Baseline::None, whiten: true, masked: Masked::Zero }
    }
}

impl<R: Real> Estimator<R> for RewardToGoConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { baseline: self.baseline != Baseline::None, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let Self { gamma, baseline, whiten, masked } = *self;
        let baseline = columns.baseline.filter(|_| baseline != Baseline::None);
        Backward { gamma, lambda: 1.0, whiten, masked, values: None, baseline }.run(columns, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    fn credit(config: &RewardToGoConfig, columns: &CreditColumns<'_, f64>) -> Result<[Vec<f64>; 2], CreditError> {
        let (mut advantage, mut returns) = (vec![9.0; columns.samples.total()], vec![9.0; columns.samples.total()]);
        let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
        CreditConfig::RewardToGo(config.clone()).credit(columns, &mut out)?;
        Ok([advantage, returns])
    }

    #[test]
    fn remax_subtracts_the_greedy_score_from_written_tokens_alone() {
        let (samples, groups) = (Segments::from_lengths([3, 2]), Segments::from_lengths([1, 1]));
        let columns = CreditColumns {
            baseline: Some(&[0.25, f64::NAN]),
            ..CreditColumns::new(&samples, &groups, &[true, false, true, true, true], &[1.0, 1.0], &[true, false])
        };
        let remax = RewardToGoConfig { baseline: Baseline::Greedy, whiten: false, ..RewardToGoConfig::default() };
        assert_eq!(credit(&remax, &columns).unwrap(), [vec![0.75, 0.0, 0.75, 0.0, 0.0], vec![1.0, 0.0, 1.0, 0.0, 0.0]]);
        let verl = RewardToGoConfig { masked: Masked::Carried, ..remax.clone() };
        assert_eq!(credit(&verl, &columns).unwrap(), [vec![0.75, 1.0, 0.75, 0.0, 0.0], vec![1.0, 1.0, 1.0, 0.0, 0.0]]);
        let broken = credit(&remax, &CreditColumns { scored: &[true; 2], ..columns });
        assert!(matches!(broken, Err(CreditError::NotFiniteColumn { column: "baseline", position: 1, .. })));
    }

    #[test]
    fn whitening_sees_the_baseline() {
        // Less the baseline: -0.5 on one token, 1 on three; mean 0.625, squares 1.6875, variance 0.5625.
        let (samples, groups) = (Segments::from_lengths([1, 3]), Segments::from_lengths([2]));
        let columns = CreditColumns {
            baseline: Some(&[0.5, 1.0]),
            ..CreditColumns::new(&samples, &groups, &[true; 4], &[0.0, 2.0], &[true; 2])
        };
        let config = RewardToGoConfig { baseline: Baseline::Running, ..RewardToGoConfig::default() };
        let [advantage, _] = credit(&config, &columns).unwrap();
        for (found, expected) in advantage.iter().zip([-1.5, 0.5, 0.5, 0.5]) {
            assert!((found - expected).abs() < 1e-7, "{found} is not {expected}");
        }
    }

    #[test]
    fn one_token_cannot_be_whitened() {
        let (samples, groups) = (Segments::from_lengths([1]), Segments::from_lengths([1]));
        let columns = CreditColumns::new(&samples, &groups, &[true], &[1.0], &[true]);
        assert_eq!(credit(&RewardToGoConfig::default(), &columns), Err(CreditError::OneToken));
    }
}
