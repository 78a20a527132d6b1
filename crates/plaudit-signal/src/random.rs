//! A random reward: 1 with probability p, else 0, whatever the completion says.
//!
//! A control (arXiv 2507.10532, arXiv 2506.10947): a policy that gets better under it was helped by something else than the
//! reward, such as contamination or a clipping bias. Draws are keyed by (seed, signal, step, sample), so a resumed run repeats them.

use crate::Checks;
use plaudit_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A coin flip per completion: score 1 with probability `p`, else 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RandomConfig {
    /// Probability of a score of 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p: f64,
}

impl Default for RandomConfig {
    fn default() -> Self {
        Self { p: 0.5 }
    }
}

impl RandomConfig {
    /// One score per sample. Signals of different names draw independently.
    pub(crate) fn scores<'a>(&'a self, name: &str, checks: &'a Checks<'_>) -> impl Iterator<Item = Option<f64>> + 'a {
        let purpose = format!("signal/{name}");
        (0..checks.verdicts.len() as u64).map(move |sample| {
            let heads = Stream::new(checks.seed, &purpose, checks.step, sample).chance(self.p);
            Some(f64::from(u8::from(heads)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Verdict;

    fn draws(name: &str, seed: u64, step: u64, p: f64) -> Vec<f64> {
        let checks = Checks { verdicts: &vec![Verdict::Wrong; 2000], partial: &[None; 2000], seed, step };
        RandomConfig { p }.scores(name, &checks).map(Option::unwrap).collect()
    }

    #[test]
    fn draws_follow_the_key_and_the_probability() {
        let base = draws("coin", 0, 0, 0.5);
        assert_eq!(base, draws("coin", 0, 0, 0.5));
        for other in [draws("other", 0, 0, 0.5), draws("coin", 1, 0, 0.5), draws("coin", 0, 1, 0.5)] {
            assert_ne!(base, other);
        }
        // Standard error 0.0103 at p = 0.3: five of them.
        let mean = draws("coin", 0, 0, 0.3).iter().sum::<f64>() / 2000.0;
        assert!((mean - 0.3).abs() < 0.052, "{mean}");
        assert!(draws("coin", 0, 0, 0.0).iter().all(|score| *score == 0.0));
        assert!(draws("coin", 0, 0, 1.0).iter().all(|score| *score == 1.0));
    }
}
