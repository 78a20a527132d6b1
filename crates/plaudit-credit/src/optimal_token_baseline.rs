//! Optimal token baseline: a baseline per position, in which an answer weighs as much as its gradient has grown up to there.
//!
//! ```text
//! G_it = sum of the rewards of sample i from token t on              (the returns)
//! w_it = (1 - 2 p_it + sum over the vocabulary of p^2) * rho_it^2    (squared norm of the gradient by the logits)
//! W_it = w_i1 + ... + w_it
//! b_t  = sum_i G_it W_it / (sum_i W_it + eps)                        (over the members of the group that reach position t)
//! A_it = G_it - b_t
//! ```
//!
//! Per token: rewards in any unit (without a column of rewards a sample's score lies on its last written token), p the probability of the
//! token (from `logp`), the sum of squared probabilities (`collision`), rho the ratio of the trainer's to the sampler's probability
//! (`importance`; 1 where absent). Advantages and returns are in units of the reward.
//!
//! Source: The Optimal Token Baseline: Variance Reduction for Long-Horizon LLM-RL (arXiv 2602.07078).
//!
//! Deviations: as verl, the baseline is the group's own mean (the sample itself included), and 0 for the only member of a group.
//!
//! # Example
//!
//! Three answers of one token with scores 3, 0 and 0, each sampled at p = 1/2 from two tokens (collision 1/2): w = 1 - 1 + 1/2 is the same
//! for all, the baseline their mean. At p = 1 the first would have no gradient and no weight.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{CreditConfig, OptimalTokenBaselineConfig};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let half = 0.5_f64.ln();
//! let columns = CreditColumns::<f64> {
//!     logp: Some(&[half; 3]),
//!     collision: Some(&[0.5; 3]),
//!     ..CreditColumns::new(&samples, &groups, &[true; 3], &[3.0, 0.0, 0.0], &[true; 3])
//! };
//! let mut advantage = [0.0; 3];
//! let config = CreditConfig::OptimalTokenBaseline(OptimalTokenBaselineConfig::default());
//! config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! for (found, expected) in advantage.iter().zip([2.0, -1.0, -1.0]) {
//!     assert!((found - expected).abs() < 1e-7);
//! }
//! let certain = CreditColumns { logp: Some(&[0.0, half, half]), collision: Some(&[1.0, 0.5, 0.5]), ..columns };
//! config.credit(&certain, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [3.0, 0.0, 0.0]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! For long answers of very different length, where the variance of the gradient ends in collapse and a value network is not to be had.
//! Costs a column, the sum of squared probabilities, from the forward pass.
//!
//! # Traps
//!
//! - Where one answer alone goes on, its own return is its baseline and it learns nothing: `zero_tail` leaves it without a baseline there.
//! - `positions = "all"` counts tokens of the environment, so positions of different answers meet at different turns; and its tail begins
//!   at the number of written tokens of the second longest answer, not at its end (as in verl). Use it for single turns, or to compare with
//!   verl.
//! - verl leaves returns on masked tokens (`masked = "carried"`); advantages are 0 there in any case.

use crate::rewards::Rewards;
use crate::sweep;
use crate::{CreditError, CreditNeeds, Estimator, Masked};
use plaudit_core::{Advantages, CreditColumns, Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A baseline per position, weighted by how much each answer's gradient has grown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OptimalTokenBaselineConfig {
    /// Which tokens of two answers share a position.
    pub positions: Positions,
    /// Whether the longest answer has no baseline past the length of the second longest.
    pub zero_tail: bool,
    /// Added to the sum of weights.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// What the returns are on the tokens that the policy did not write.
    pub masked: Masked,
}

/// What is counted to find the position of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// Tokens that the policy wrote (`tir_optimal_token_baseline` of verl).
    Written,
    /// All tokens, those of the environment as well (`optimal_token_baseline` of verl).
    All,
}

impl Default for OptimalTokenBaselineConfig {
    fn default() -> Self {
        Self { positions: Positions::Written, zero_tail: true, eps: 1e-8, masked: Masked::Zero }
    }
}

impl<R: Real> Estimator<R> for OptimalTokenBaselineConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { logp: true, collision: true, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let tokens = |group: Range<usize>| group.map(|sample| columns.samples.range(sample).len()).sum();
        let groups = Segments::from_lengths(columns.groups.iter().map(tokens));
        sweep::write(&groups, out, |group, out| {
            self.group(columns, columns.groups.range(group), groups.range(group), out)
        })
    }
}

/// A member of a group.
struct Member {
    sample: usize,
    /// Its number of written tokens.
    written: usize,
    /// The positions from which on it has no baseline.
    reach: usize,
}

/// The weighted sums of a position.
#[derive(Clone, Copy, Default)]
struct Sums {
    returns: f64,
    weight: f64,
}

impl OptimalTokenBaselineConfig {
    /// Writes a group whose tokens are `tokens` of the batch.
    fn group<R: Real>(
        &self,
        columns: &CreditColumns<'_, R>,
        samples: Range<usize>,
        tokens: Range<usize>,
        out: &mut Advantages<'_, R>,
    ) -> Result<(), CreditError> {
        out.advantage.fill(R::default());
        out.returns.iter_mut().for_each(|returns| returns.fill(R::default()));
        let members = self.members(columns, samples.filter(|&sample| columns.scored[sample]));
        let longest = members.iter().map(|member| columns.samples.range(member.sample).len()).max().unwrap_or(0);
        let mut sums = vec![Sums::default(); longest];
        let mut returns = vec![0.0; tokens.len()];
        for member in &members {
            let range = columns.samples.range(member.sample);
            let rewards = Rewards::of(columns, member.sample);
            let mut to_go = 0.0;
            for token in range.clone().rev() {
                to_go += if columns.mask[token] { rewards.at(token) } else { 0.0 };
                returns[token - tokens.start] = to_go;
            }
            let mut weight = 0.0;
            for (token, position) in self.positions(columns.mask, range.clone()) {
                weight += energy(columns, token);
                sums[position].returns += weight * returns[token - tokens.start];
                sums[position].weight += weight;
            }
            if !(to_go.is_finite() && weight.is_finite()) {
                return Err(broken(columns, &rewards, range));
            }
        }
        for member in &members {
            let range = columns.samples.range(member.sample);
            for (token, position) in self.positions(columns.mask, range.clone()) {
                let Sums { returns: weighted, weight } = sums[position];
                // Where nothing weighs anything, no gradient varies and no baseline matters.
                let has_baseline = position < member.reach && weight != 0.0;
                let baseline = if has_baseline { weighted / (weight + self.eps) } else { 0.0 };
                let own = token - tokens.start;
                let advantage = R::narrow(returns[own] - baseline);
                if !advantage.wide().is_finite() {
                    return Err(CreditError::Overflow { position: token, value: returns[own] - baseline });
                }
                out.advantage[own] = advantage;
            }
            if let Some(column) = &mut out.returns {
                for token in range.filter(|&token| columns.mask[token] || self.masked == Masked::Carried) {
                    column[token - tokens.start] = R::narrow(returns[token - tokens.start]);
                }
            }
        }
        Ok(())
    }

    /// Who takes part in a group's baseline.
    fn members<R: Real>(&self, columns: &CreditColumns<'_, R>, samples: impl Iterator<Item = usize>) -> Vec<Member> {
        let member = |sample| {
            let written = columns.samples.range(sample).filter(|&token| columns.mask[token]).count();
            Member { sample, written, reach: usize::MAX }
        };
        let counts = |member: &Member| member.written > 0 || self.positions == Positions::All;
        let mut members: Vec<Member> = samples.map(member).filter(counts).collect();
        let mut lengths: Vec<usize> = members.iter().map(|member| member.written).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        match lengths[..] {
            [_] => members[0].reach = 0,
            [longest, second, ..] if self.zero_tail && longest > second => {
                members.iter_mut().filter(|member| member.written == longest).for_each(|member| member.reach = second);
            }
            _ => {}
        }
        members
    }

    /// The written tokens of a sample, each with its position.
    fn positions(&self, mask: &[bool], range: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let counts_all = self.positions == Positions::All;
        let start = range.start;
        let written = range.filter(|&token| mask[token]).enumerate();
        written.map(move |(rank, token)| (token, if counts_all { token - start } else { rank }))
    }
}

/// The squared norm of the gradient of a token's log-probability by the logits, times its squared importance.
fn energy<R: Real>(columns: &CreditColumns<'_, R>, token: usize) -> f64 {
    let [logp, collision] = [columns.logp, columns.collision].map(|column| column.map_or(0.0, |c| c[token].wide()));
    let importance = columns.importance.map_or(1.0, |column| column[token].wide());
    (1.0 - 2.0 * logp.exp() + collision) * importance * importance
}

/// Which number of a sample is not finite; where all of them are, it is a sum that left the range.
#[cold]
fn broken<R: Real>(columns: &CreditColumns<'_, R>, rewards: &Rewards<'_, R>, range: Range<usize>) -> CreditError {
    for position in range.clone().filter(|&token| columns.mask[token]) {
        let of = |column: Option<&[R]>| column.map_or(0.0, |column| column[position].wide());
        let numbers = [
            ("rewards", rewards.at(position)),
            // A probability may be 0.
            ("logp", if of(columns.logp) == f64::NEG_INFINITY { 0.0 } else { of(columns.logp) }),
            ("collision", of(columns.collision)),
            ("importance", of(columns.importance)),
        ];
        if let Some(&(column, value)) = numbers.iter().find(|(_, value)| !value.is_finite()) {
            return CreditError::NotFiniteColumn { column, position, value };
        }
    }
    CreditError::Overflow { position: range.start, value: f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;

    type Config = OptimalTokenBaselineConfig;

    fn credit(config: &Config, columns: &CreditColumns<'_, f64>) -> Result<[Vec<f64>; 2], CreditError> {
        let (mut advantage, mut returns) = (vec![9.0; columns.samples.total()], vec![9.0; columns.samples.total()]);
        let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
        CreditConfig::OptimalTokenBaseline(config.clone()).credit(columns, &mut out)?;
        Ok([advantage, returns])
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    /// Samples of 3, 2 and 1 tokens in a group and one of 1 token alone; the second token of the first is the environment's. With p = 1 the
    /// energy is the sum of squares less 1.
    const MASK: [bool; 7] = [true, false, true, true, true, true, true];
    const SCORES: [f64; 4] = [4.0, 1.0, 0.0, 2.0];
    const ENERGY: [f64; 7] = [2.0, f64::NAN, 3.0, 3.0, 3.0, 2.0, 2.0];

    fn exact(positions: Positions) -> Config {
        Config { positions, zero_tail: false, eps: 0.0, masked: Masked::Zero }
    }

    fn with(config: &Config, importance: Option<&[f64]>) -> [Vec<f64>; 2] {
        let (samples, groups) = (Segments::from_lengths([3, 2, 1, 1]), Segments::from_lengths([3, 1]));
        let columns = CreditColumns {
            logp: Some(&[0.0; 7]),
            collision: Some(&ENERGY),
            importance,
            ..CreditColumns::new(&samples, &groups, &MASK, &SCORES, &[true; 4])
        };
        credit(config, &columns).unwrap()
    }

    #[test]
    fn weights_accumulate_by_position() {
        // w: (1, 2), (2, 2), (1); W: (1, 3), (2, 4), (1). First position: (4 + 2)/4; second: (12 + 4)/7.
        let [advantage, returns] = with(&exact(Positions::Written), None);
        let second = 16.0 / 7.0;
        close(&advantage, &[2.5, 0.0, 4.0 - second, -0.5, 1.0 - second, -1.5, 2.0]);
        close(&returns, &[4.0, 0.0, 4.0, 1.0, 1.0, 0.0, 2.0]);
        // Counting all tokens, the first goes on alone at the third position.
        let [advantage, _] = with(&exact(Positions::All), None);
        close(&advantage, &[2.5, 0.0, 0.0, -0.5, 0.0, -1.5, 2.0]);
    }

    #[test]
    fn the_longest_has_no_baseline_past_the_second() {
        // Two written tokens each: no one is longest. Counted with the environment it is the same, as lengths are written tokens.
        let tail = Config { zero_tail: true, ..exact(Positions::Written) };
        assert_eq!(with(&tail, None), with(&exact(Positions::Written), None));
        let (samples, groups) = (Segments::from_lengths([2, 1]), Segments::from_lengths([2]));
        let columns = CreditColumns {
            logp: Some(&[0.0; 3]),
            collision: Some(&[2.0; 3]),
            ..CreditColumns::new(&samples, &groups, &[true; 3], &[2.0, 0.0], &[true; 2])
        };
        close(&credit(&tail, &columns).unwrap()[0], &[1.0, 2.0, -1.0]);
        close(&credit(&exact(Positions::Written), &columns).unwrap()[0], &[1.0, 0.0, -1.0]);
    }

    #[test]
    fn importance_weighs_by_its_square() {
        // Energies of the first sample times 4: W (4, 12), (2, 4), (1).
        let [advantage, _] = with(&exact(Positions::Written), Some(&[2.0, f64::NAN, 2.0, 1.0, 1.0, 1.0, 1.0]));
        let (first, second) = (18.0 / 7.0, 52.0 / 16.0);
        close(&advantage, &[4.0 - first, 0.0, 4.0 - second, 1.0 - first, 1.0 - second, -first, 2.0]);
    }

    #[test]
    fn returns_may_be_left_on_masked_tokens() {
        let [advantage, returns] = with(&Config { masked: Masked::Carried, ..exact(Positions::Written) }, None);
        assert_eq!((advantage[1], returns[1]), (0.0, 4.0));
    }

    #[test]
    fn numbers_that_are_none_are_named() {
        let (samples, groups) = (Segments::from_lengths([2]), Segments::from_lengths([1]));
        let columns = CreditColumns {
            logp: Some(&[f64::NEG_INFINITY, 0.0]),
            collision: Some(&[0.5, f64::NAN]),
            ..CreditColumns::new(&samples, &groups, &[true; 2], &[1.0], &[true])
        };
        let error = credit(&Config::default(), &columns).unwrap_err();
        assert!(matches!(error, CreditError::NotFiniteColumn { column: "collision", position: 1, .. }));
        let unknown = CreditColumns { logp: Some(&[0.0, f64::NAN]), collision: Some(&[0.5; 2]), ..columns };
        let error = credit(&Config::default(), &unknown).unwrap_err();
        assert!(matches!(error, CreditError::NotFiniteColumn { column: "logp", position: 1, .. }), "{error}");
        let without = credit(&Config::default(), &CreditColumns { collision: None, ..columns });
        assert_eq!(without, Err(CreditError::Missing { kind: "optimal-token-baseline", column: "collision" }));
        let masked = CreditColumns { mask: &[true, false], ..columns };
        assert_eq!(credit(&Config::default(), &masked).unwrap()[0], [1.0, 0.0]);
    }
}
