//! What a credit estimator reads and writes.

use crate::{Real, Scores, Segments};

/// What a credit estimator reads: the scores of a batch and whatever else it spreads them by. Per-token columns are flat and cut into
/// samples by `samples`; columns that an estimator does not need are absent.
#[derive(Clone, Copy, Debug)]
pub struct CreditColumns<'a, R> {
    /// The tokens cut into samples.
    pub samples: &'a Segments,
    /// The samples cut into groups, one group per prompt.
    pub groups: &'a Segments,
    /// Per token: whether the policy wrote it. Tokens of the environment (a tool's answer) get advantage 0.
    pub mask: &'a [bool],
    /// Per sample: the score of the whole completion (the reward). Meaningless where `scored` is false.
    pub scores: &'a [f64],
    /// Per sample: whether it has a score. A sample without one stays out of every statistic and gets advantage 0.
    pub scored: &'a [bool],
    /// Per token: dense rewards. Where absent, a sample's score lies on its last unmasked token.
    pub rewards: Option<&'a [R]>,
    /// Per token: the value head's estimate of the return from here on.
    pub values: Option<&'a [R]>,
    /// Per token: log-probability under the policy that sampled (natural log).
    pub logp: Option<&'a [R]>,
    /// Per token: log-probability under the reference policy (natural log).
    pub ref_logp: Option<&'a [R]>,
    /// Per token: entropy of the next-token distribution (nats).
    pub entropy: Option<&'a [R]>,
    /// Per token: sum over the vocabulary of the squared next-token probabilities.
    pub collision: Option<&'a [R]>,
    /// Per token: ratio of the trainer's to the sampler's probability.
    pub importance: Option<&'a [R]>,
    /// Per sample: a baseline made elsewhere (the greedy completion's score, a running mean).
    pub baseline: Option<&'a [f64]>,
    /// Per sample: the role it was written in (a seat of a game, an agent of a team).
    pub role: Option<&'a [u32]>,
    /// The signals one by one, each with its level.
    pub sources: &'a [Scores],
    /// The steps or turns that samples consist of.
    pub steps: Option<Steps<'a>>,
    /// Per group, one after another: the square matrix of pairwise comparisons of its members, row by row;
    /// entry (i, j) says how much better i is than j.
    pub pairwise: Option<&'a [f64]>,
}

/// The steps (or turns) of a batch: runs of tokens that samples consist of.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    /// The tokens cut into steps; no step crosses the border of a sample, every token belongs to one.
    pub tokens: &'a Segments,
    /// The steps cut into samples.
    pub samples: &'a Segments,
    /// Per step: its score. Meaningless where `scored` is false.
    pub scores: &'a [f64],
    /// Per step: whether it has a score.
    pub scored: &'a [bool],
    /// Per step: a name of what was done and seen (a hash of action and observation), equal for equal steps.
    pub key: Option<&'a [u64]>,
}

/// Where an estimator writes; one value per token, overwritten.
#[derive(Debug)]
pub struct Advantages<'a, R> {
    /// The advantage of each token.
    pub advantage: &'a mut [R],
    /// What a value head should have said (the return from each token on), where the estimator makes one and the caller wants it.
    pub returns: Option<&'a mut [R]>,
}

impl<'a, R: Real> CreditColumns<'a, R> {
    /// With nothing but scores: everything optional is absent.
    pub fn new(
        samples: &'a Segments,
        groups: &'a Segments,
        mask: &'a [bool],
        scores: &'a [f64],
        scored: &'a [bool],
    ) -> Self {
        Self {
            samples,
            groups,
            mask,
            scores,
            scored,
            rewards: None,
            values: None,
            logp: None,
            ref_logp: None,
            entropy: None,
            collision: None,
            importance: None,
            baseline: None,
            role: None,
            sources: &[],
            steps: None,
            pairwise: None,
        }
    }

    /// Panics with the column's name where a column's length is not that of the batch: a mistake of the caller that
    /// would otherwise silently shift rewards onto other tokens.
    pub fn assert_shapes(&self) {
        let (tokens, samples) = (self.samples.total(), self.samples.len());
        assert_eq!(self.groups.total(), samples, "groups");
        assert_eq!(self.mask.len(), tokens, "mask");
        assert_eq!(self.scores.len(), samples, "scores");
        assert_eq!(self.scored.len(), samples, "scored");
        let per_token = [
            (self.rewards, "rewards"),
            (self.values, "values"),
            (self.logp, "logp"),
            (self.ref_logp, "ref_logp"),
            (self.entropy, "entropy"),
            (self.collision, "collision"),
            (self.importance, "importance"),
        ];
        for (column, name) in per_token {
            assert!(column.is_none_or(|column| column.len() == tokens), "{name}");
        }
        assert!(self.baseline.is_none_or(|column| column.len() == samples), "baseline");
        assert!(self.role.is_none_or(|column| column.len() == samples), "role");
        if let Some(steps) = self.steps {
            assert_eq!(steps.tokens.total(), tokens, "tokens of the steps");
            assert_eq!(steps.samples.len(), samples, "samples of the steps");
            assert_eq!(steps.samples.total(), steps.tokens.len(), "steps of the samples");
            assert_eq!(steps.scores.len(), steps.tokens.len(), "scores of the steps");
            assert_eq!(steps.scored.len(), steps.tokens.len(), "scored steps");
            assert!(steps.key.is_none_or(|key| key.len() == steps.tokens.len()), "keys of the steps");
            for (sample, range) in steps.samples.iter().enumerate() {
                let covered: usize = range.map(|step| steps.tokens.range(step).len()).sum();
                assert_eq!(covered, self.samples.range(sample).len(), "the steps of sample {sample} cover its tokens");
            }
        }
        let squares: usize = self.groups.iter().map(|group| group.len() * group.len()).sum();
        assert!(self.pairwise.is_none_or(|column| column.len() == squares), "pairwise");
    }
}
