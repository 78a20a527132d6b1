//! Clip-Cov and KL-Cov: the few tokens that cost the most entropy are left out, or held back.
//!
//! ```text
//! c_t = (A_t - mean A) * (logp_t - mean logp)                         means over the unmasked tokens of the batch
//! leave-out: l_t = -min(r_t A_t, clip(r_t, 1 - low, 1 + high) A_t), and 0 for max(1, share * T) of the T tokens, drawn at random among
//!            those with c_t in the range that the clip does not hold
//! penalty:   l_t = -r_t A_t, and + penalty * |logp_t - old_logp_t| for the max(1, share * T) tokens with the largest c_t
//! L   = aggregate_t( weight_t * l_t + beta * KL_t - alpha * H_t )
//! ```
//!
//! Columns are flat, one value per token: logp and old_logp in nats, A_t the advantage (any unit), c_t in their product. The whole batch
//! has to be seen at once.
//!
//! Source: The Entropy Mechanism of Reinforcement Learning (arXiv 2505.22617), as in verl.
//!
//! Deviations: tokens are drawn by keys made of the seed and of each token's old_logp and advantage, so that neither the order of samples
//! nor the number of threads changes the draw (verl draws from torch's global generator). The log-ratio is bounded by `numerics`; verl has
//! no bound here. Tokens of equal covariance are taken in the order of C++'s `nth_element`, as verl does on the CPU for shares above 1/64.
//!
//! # Example
//!
//! Three samples of one token: the third has the largest covariance and pays for its distance.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, CovarianceMethod, CovariancePg, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let (logp, old_logp, mask) = ([-1.2, -1.0, -0.5], [-1.2, -1.0, -1.0], [true; 3]);
//! let columns = PolicyColumns {
//!     old_logp: &old_logp,
//!     advantage: Some(&[-1.0, 0.0, 1.0]),
//!     ..PolicyColumns::new(&samples, &mask, &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let objective = CovariancePg { method: CovarianceMethod::Penalty, ..CovariancePg::default() };
//! let totals = BatchTotals::count(&samples, &mask, 8);
//! let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
//! let ratio = 0.5_f64.exp();
//! assert!((loss.value - (1.0 - ratio + 0.5) / 3.0).abs() < 1e-12);
//! assert!((slopes[2] - (1.0 - ratio) / 3.0).abs() < 1e-12);
//! ```
//!
//! # When to use
//!
//! Where the entropy of the policy collapses early and an entropy bonus is too blunt.
//!
//! # Traps
//!
//! The shares are tiny (0.0002): in a small batch the least of one token already is a large share. The range of c_t depends on the scale
//! of the advantages.

use crate::clipped_pg::Region;
use crate::surrogate::{self, Shared, Surrogate, Term, Token, shared};
use crate::{Aggregation, BatchTotals, ClippedPg, KlConfig, Needs, Numerics, Objective, Scope, entropy_band};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Clip-Cov and KL-Cov: tokens whose log-probability and advantage vary together lose entropy; a small share of them is left out or held
/// back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CovariancePg {
    /// What happens to the chosen tokens.
    pub method: CovarianceMethod,
    /// The share of all tokens that is chosen, at least one.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// leave-out: the covariances that tokens are drawn from, without the bounds.
    pub covariance_range: [f64; 2],
    /// leave-out: how far the probability ratio may move below and above 1: [low, high].
    #[schemars(inner(range(min = 0.0)))]
    pub clip: [f64; 2],
    /// penalty: weight of the distance to the policy that sampled (per nat).
    #[schemars(range(min = 0.0))]
    pub penalty: f64,
    /// leave-out: chooses the draws.
    pub seed: u64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
    /// Penalty on the distance from the reference policy.
    pub kl: KlConfig,
    /// Weight of the entropy bonus (per nat), which keeps the policy exploring; 0 turns it off.
    pub entropy_coefficient: f64,
    /// Only tokens whose entropy lies between these two quantiles of the batch's drive the policy: [0.8, 1] is the fifth with the highest.
    #[schemars(inner(range(min = 0.0, max = 1.0)))]
    pub entropy_band: [f64; 2],
    /// Details that frameworks treat differently.
    pub numerics: Numerics,
}

/// What happens to tokens of high covariance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CovarianceMethod {
    /// They are left out (Clip-Cov).
    LeaveOut,
    /// Their distance to the policy that sampled is penalised (KL-Cov).
    Penalty,
}

impl Default for CovariancePg {
    fn default() -> Self {
        Self {
            method: CovarianceMethod::LeaveOut,
            share: 0.0002,
            covariance_range: [1.0, 5.0],
            clip: [0.2, 0.2],
            penalty: 1.0,
            seed: 0,
            aggregation: Aggregation::default(),
            kl: KlConfig::default(),
            entropy_coefficient: 0.0,
            entropy_band: entropy_band::ALL,
            numerics: Numerics::default(),
        }
    }
}

/// A token that may be chosen: what it is ranked by, largest first, and its place.
type Candidate = (f64, usize);

/// The objective once the tokens are chosen.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    config: &'a CovariancePg,
    region: Region,
    /// Per token of the batch.
    is_chosen: &'a [bool],
}

impl<R: Real> Objective<R> for CovariancePg {
    fn needs(&self) -> Needs {
        self.shared().needs()
    }

    fn scope(&self) -> Scope {
        Scope::Batch
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        crate::assert_columns(Objective::<R>::needs(self), columns, out);
        let mut is_chosen = vec![false; columns.mask.len()];
        for token in self.choose(columns) {
            is_chosen[token] = true;
        }
        let region = ClippedPg { clip: self.clip, ..ClippedPg::default() }.region(1.0);
        surrogate::evaluate(&Chosen { config: self, region, is_chosen: &is_chosen }, columns, totals, out)
    }
}

impl CovariancePg {
    shared!();

    /// The places of the chosen tokens.
    fn choose<R: Real>(&self, columns: &PolicyColumns<'_, R>) -> Vec<usize> {
        let advantage = columns.advantage.unwrap_or_default();
        let unmasked = || (0..columns.mask.len()).filter(|&token| columns.mask[token]);
        let tokens = unmasked().count();
        let mean = |column: &[R]| unmasked().map(|token| column[token].wide()).sum::<f64>() / tokens as f64;
        let (mean_advantage, mean_logp) = (mean(advantage), mean(columns.logp));
        let covariance =
            |token: usize| (advantage[token].wide() - mean_advantage) * (columns.logp[token].wide() - mean_logp);
        let limit = ((self.share * tokens as f64) as usize).max(1);
        let mut candidates: Vec<Candidate> = match self.method {
            CovarianceMethod::Penalty => unmasked().map(|token| (covariance(token), token)).collect(),
            CovarianceMethod::LeaveOut => {
                let [low, high] = self.covariance_range;
                let drawn = unmasked().filter(|&token| {
                    let covariance = covariance(token);
                    covariance > low && covariance < high && !self.is_clipped(columns, token)
                });
                drawn.map(|token| (self.key(columns.old_logp[token].wide(), advantage[token].wide()), token)).collect()
            }
        };
        take_largest(&mut candidates, limit);
        candidates.into_iter().map(|(_, token)| token).collect()
    }

    fn is_clipped<R: Real>(&self, columns: &PolicyColumns<'_, R>, token: usize) -> bool {
        let ratio = (columns.logp[token].wide() - columns.old_logp[token].wide()).exp();
        let advantage = columns.advantage.unwrap_or_default()[token].wide();
        let [low, high] = self.clip;
        (advantage > 0.0 && ratio > 1.0 + high) || (advantage < 0.0 && ratio < 1.0 - low)
    }

    /// Uniform in [0, 1), a function of what does not change while the batch is learnt.
    fn key(&self, old_logp: f64, advantage: f64) -> f64 {
        Stream::new(self.seed, "objective/covariance-pg", old_logp.to_bits(), advantage.to_bits()).uniform()
    }
}

impl<'a> Surrogate for Chosen<'a> {
    type Context = Chosen<'a>;
    const CLIPS: &'static [&'static str] = &["clip_low", "clip_high", "clip_covariance"];

    fn shared(&self) -> Shared<'_> {
        self.config.shared()
    }

    #[inline(always)]
    fn context(&self, _: [f64; 2]) -> Self {
        *self
    }

    #[inline(always)]
    fn term(chosen: Self, token: Token) -> Term {
        let is_chosen = chosen.is_chosen[token.index];
        match chosen.config.method {
            CovarianceMethod::LeaveOut => {
                let Term { loss, slope, clips } = ClippedPg::term(chosen.region, token);
                // NaN stays visible.
                let (loss, slope) = if is_chosen && !loss.is_nan() { (0.0, 0.0) } else { (loss, slope) };
                Term { loss, slope, clips: [clips[0], clips[1], is_chosen] }
            }
            CovarianceMethod::Penalty => {
                let plain = -token.advantage * token.ratio;
                let penalty = if is_chosen { chosen.config.penalty } else { 0.0 };
                let sign = if token.log_ratio == 0.0 { 0.0 } else { token.log_ratio.signum() };
                let slope = if token.is_held { 0.0 } else { plain + penalty * sign };
                Term { loss: plain + penalty * token.log_ratio.abs(), slope, clips: [false, false, is_chosen] }
            }
        }
    }
}

/// Keeps the `limit` largest candidates. Which of equal ones stay is decided as in C++'s `nth_element`: the median of three is the pivot,
/// and both sides swap what lies on the wrong one, equal values included.
fn take_largest(candidates: &mut Vec<Candidate>, limit: usize) {
    let comes_first = |a: Candidate, b: Candidate| (a.0.is_nan() && !b.0.is_nan()) || a.0 > b.0;
    if limit >= candidates.len() {
        return;
    }
    let (mut first, mut last) = (0, candidates.len());
    while last - first > 3 {
        let middle = first + (last - first) / 2;
        let (a, b, c) = (candidates[first + 1], candidates[middle], candidates[last - 1]);
        let median = if comes_first(a, b) {
            if comes_first(b, c) {
                middle
            } else if comes_first(a, c) {
                last - 1
            } else {
                first + 1
            }
        } else if comes_first(a, c) {
            first + 1
        } else if comes_first(b, c) {
            last - 1
        } else {
            middle
        };
        candidates.swap(first, median);
        let pivot = candidates[first];
        let (mut left, mut right) = (first + 1, last);
        let cut = loop {
            while comes_first(candidates[left], pivot) {
                left += 1;
            }
            right -= 1;
            while comes_first(pivot, candidates[right]) {
                right -= 1;
            }
            if left >= right {
                break left;
            }
            candidates.swap(left, right);
            left += 1;
        };
        if cut < limit { first = cut } else { last = cut }
    }
    // Insertion keeps equal ones in their order.
    for next in first + 1..last {
        let mut place = next;
        while place > first && comes_first(candidates[place], candidates[place - 1]) {
            candidates.swap(place, place - 1);
            place -= 1;
        }
    }
    candidates.truncate(limit);
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    #[test]
    fn the_largest_are_taken() {
        let mut stream = Stream::new(3, "candidates", 0, 0);
        for _ in 0..200 {
            let mut candidates: Vec<Candidate> =
                (0..1 + stream.below(60) as usize).map(|place| (stream.below(20) as f64, place)).collect();
            let limit = 1 + stream.below(20) as usize;
            let mut sorted: Vec<f64> = candidates.iter().map(|candidate| candidate.0).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            sorted.truncate(limit);
            take_largest(&mut candidates, limit);
            let mut found: Vec<f64> = candidates.iter().map(|candidate| candidate.0).collect();
            found.sort_by(|a, b| b.total_cmp(a));
            assert_eq!(found, sorted);
        }
    }

    #[test]
    fn equal_ones_are_taken_as_by_torch() {
        // torch.topk(torch.zeros(26), 5) on the CPU.
        let mut candidates: Vec<Candidate> = (0..26).map(|place| (0.0, place)).collect();
        take_largest(&mut candidates, 5);
        let mut places: Vec<usize> = candidates.into_iter().map(|candidate| candidate.1).collect();
        places.sort_unstable();
        assert_eq!(places, [16, 17, 18, 19, 20]);
    }

    #[test]
    fn leaving_out_by_hand() {
        // Means 0 and -2; covariances 2, 2, 0 and 0 (ratio 1 everywhere): one of the first two is left out, whatever the order of samples.
        let samples = Segments::from_lengths([1, 1, 1, 1]);
        let objective = CovariancePg { share: 0.25, ..CovariancePg::default() };
        let evaluate = |logp: [f64; 4], advantage: [f64; 4]| {
            let columns =
                PolicyColumns { advantage: Some(&advantage), ..PolicyColumns::new(&samples, &[true; 4], &logp) };
            let mut slopes = [f64::NAN; 4];
            let mut out = Derivatives { logp: &mut slopes, entropy: None };
            let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &[true; 4], 8), &mut out);
            assert_eq!(
                loss.metrics.iter().find(|metric| metric.0 == "clip_covariance"),
                Some(&("clip_covariance", 1.0))
            );
            slopes
        };
        let slopes = evaluate([-1.0, -3.0, -2.0, -2.0], [2.0, -2.0, 1.0, -1.0]);
        assert_eq!(slopes[2..], [-0.25, 0.25]);
        assert!(slopes[..2] == [0.0, 0.5] || slopes[..2] == [-0.5, 0.0]);
        let swapped = evaluate([-3.0, -1.0, -2.0, -2.0], [-2.0, 2.0, 1.0, -1.0]);
        assert_eq!(swapped[..2], [slopes[1], slopes[0]]);
    }
}
