//! What a policy objective reads and returns.

use crate::{Real, Segments};

/// What a policy objective reads: one value per token, flat, cut into samples by `samples`. Columns that an objective does not need
/// are absent; `PolicyColumns::new` leaves out all that can be left out.
#[derive(Clone, Copy, Debug)]
pub struct PolicyColumns<'a, R> {
    /// The tokens cut into samples.
    pub samples: &'a Segments,
    /// Per token: whether the policy wrote it and it takes part.
    pub mask: &'a [bool],
    /// Per token: log-probability under the policy being trained (natural log).
    pub logp: &'a [R],
    /// Per token: log-probability under the policy that sampled; equal to `logp` on the first update of a batch.
    pub old_logp: &'a [R],
    /// Per token: log-probability under the reference policy (or a teacher), where the recipe has one.
    pub ref_logp: Option<&'a [R]>,
    /// Per token: entropy of the next-token distribution (nats).
    pub entropy: Option<&'a [R]>,
    /// Per token: its advantage.
    pub advantage: Option<&'a [R]>,
    /// Per token: a factor on its loss that carries no gradient: an importance weight of a sampler that differs from the trainer, or how much
    /// the token matters.
    pub weight: Option<&'a [R]>,
    /// The samples cut into groups, one group per prompt.
    pub groups: Option<&'a Segments>,
    /// Per sample: what it is known to be, usually 1 for correct (desirable, chosen) and 0 for not.
    pub label: Option<&'a [f64]>,
    /// Per sample: the share of its whole group that is correct, in [0, 1].
    pub pass_rate: Option<&'a [f64]>,
    /// Which sample is preferred to which.
    pub pairs: Option<&'a [Pair]>,
}

/// A preference between two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Index of the preferred sample.
    pub chosen: usize,
    /// Index of the other one.
    pub rejected: usize,
    /// How much the pair counts; 1 is usual.
    pub weight: f64,
}

/// Where an objective writes the derivatives of its loss; buffers of one value per token, overwritten.
#[derive(Debug)]
pub struct Derivatives<'a, R> {
    /// dL/dlogp.
    pub logp: &'a mut [R],
    /// dL/dentropy, where the objective uses the entropy.
    pub entropy: Option<&'a mut [R]>,
}

/// What an objective returns beside the derivatives: the loss and named metrics for people, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loss {
    /// The loss, to be minimised.
    pub value: f64,
    /// `(name, value)`; sums over the tokens or samples seen, so that parts of a batch add up.
    pub metrics: Vec<(&'static str, f64)>,
}

impl<'a, R: Real> PolicyColumns<'a, R> {
    /// On policy, and with nothing but log-probabilities: `old_logp` is `logp`, everything optional is absent.
    pub fn new(samples: &'a Segments, mask: &'a [bool], logp: &'a [R]) -> Self {
        Self {
            samples,
            mask,
            logp,
            old_logp: logp,
            ref_logp: None,
            entropy: None,
            advantage: None,
            weight: None,
            groups: None,
            label: None,
            pass_rate: None,
            pairs: None,
        }
    }

    /// Panics with the column's name where a column's length is not that of the batch: a mistake of the caller that
    /// would otherwise silently shift rewards onto other tokens.
    pub fn assert_shapes(&self) {
        let (tokens, samples) = (self.samples.total(), self.samples.len());
        assert_eq!(self.mask.len(), tokens, "mask");
        assert_eq!(self.logp.len(), tokens, "logp");
        assert_eq!(self.old_logp.len(), tokens, "old_logp");
        let per_token = [
            (self.ref_logp, "ref_logp"),
            (self.entropy, "entropy"),
            (self.advantage, "advantage"),
            (self.weight, "weight"),
        ];
        for (column, name) in per_token {
            assert!(column.is_none_or(|column| column.len() == tokens), "{name}");
        }
        for (column, name) in [(self.label, "label"), (self.pass_rate, "pass_rate")] {
            assert!(column.is_none_or(|column| column.len() == samples), "{name}");
        }
        assert!(self.groups.is_none_or(|groups| groups.total() == samples), "groups");
        let within = |pair: &Pair| pair.chosen < samples && pair.rejected < samples;
        assert!(self.pairs.is_none_or(|pairs| pairs.iter().all(within)), "pairs");
    }
}
/// Per sample: the share of its group's scored samples that are right; 0 where none has a score.
///
/// ```
/// use plaudit_core::{Segments, pass_rates};
/// // The third sample of the first group has no score, and so counts nowhere.
/// let rates = pass_rates(&Segments::from_lengths([3, 1]), &[true, true, false, false], |sample| sample == 0);
/// assert_eq!(rates, [0.5, 0.5, 0.5, 0.0]);
/// ```
///
/// # Panics
/// Where there is not one flag per sample: a mistake of the caller.
pub fn pass_rates(groups: &Segments, scored: &[bool], is_right: impl Fn(usize) -> bool) -> Vec<f64> {
    assert_eq!(scored.len(), groups.total(), "scored");
    let mut rates = vec![0.0; scored.len()];
    for group in groups.iter() {
        let count = group.clone().filter(|sample| scored[*sample]).count();
        let right = group.clone().filter(|sample| scored[*sample] && is_right(*sample)).count();
        rates[group].fill(right as f64 / count.max(1) as f64);
    }
    rates
}
