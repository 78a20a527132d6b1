//! What losses over preferences share: pairs as sums over tokens, and the way back to the tokens.

use crate::BatchTotals;
use crate::sequence::clear;
use plaudit_core::{Derivatives, Loss, Pair, PolicyColumns, Real};

/// One side of a pair. Sums run over unmasked tokens, in nats; all but `nll` count tokens beyond `shared` with the batch's tail weight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    /// Unmasked tokens.
    pub(crate) tokens: usize,
    /// log-probability under the policy.
    pub(crate) logp: f64,
    /// log-probability under the reference; 0 without one.
    pub(crate) reference: f64,
    /// Negative log-probability under the policy, every token counted in full.
    nll: f64,
    /// Mean over tokens of ln(weight); 0 without the column.
    pub(crate) log_weight: f64,
}

impl Side {
    pub(crate) fn log_ratio(&self) -> f64 {
        self.logp - self.reference
    }

    /// 1 / number of tokens, 1 where there are none.
    pub(crate) fn per_token(&self) -> f64 {
        1.0 / (self.tokens as f64).max(1.0)
    }
}

/// The pairs of a batch, or of a part of it, while a loss over them is summed up. A pair of weight 0 is not there.
pub(crate) struct PairBatch<'a, R> {
    columns: &'a PolicyColumns<'a, R>,
    totals: &'a BatchTotals,
    tail: f64,
    /// What each pair counts in the batch's mean.
    shares: Vec<f64>,
    pairs: Vec<Pair>,
    /// Chosen and rejected.
    pub(crate) sides: Vec<[Side; 2]>,
    /// dL/d logp of chosen and rejected.
    slopes: Vec<[f64; 2]>,
    value: f64,
    nll_coefficient: f64,
}

impl<'a, R: Real> PairBatch<'a, R> {
    /// Sums up each side. Tokens beyond the length of the shorter side count `tail`.
    pub(crate) fn new(
        columns: &'a PolicyColumns<'a, R>,
        reference: Option<&'a [R]>,
        totals: &'a BatchTotals,
        tail: f64,
    ) -> Self {
        let pairs: Vec<Pair> =
            columns.pairs.unwrap_or_default().iter().copied().filter(|pair| pair.weight != 0.0).collect();
        assert!(
            pairs.is_empty() || totals.pair_weight != 0.0,
            "the totals count no pairs, and there are some: use `BatchTotals::of`"
        );
        let mut batch = Self {
            columns,
            totals,
            tail,
            shares: pairs.iter().map(|pair| pair.weight / totals.pair_weight).collect(),
            sides: Vec::with_capacity(pairs.len()),
            slopes: vec![[0.0; 2]; pairs.len()],
            pairs,
            value: 0.0,
            nll_coefficient: 0.0,
        };
        for index in 0..batch.pairs.len() {
            let shared = batch.shared(index);
            let Pair { chosen, rejected, .. } = batch.pairs[index];
            let side = |sample| side(columns, reference, sample, shared, tail);
            batch.sides.push([side(chosen), side(rejected)]);
        }
        batch
    }

    /// Unmasked tokens of the shorter side.
    fn shared(&self, pair: usize) -> usize {
        let Pair { chosen, rejected, .. } = self.pairs[pair];
        let tokens = |sample: usize| {
            self.columns.mask[self.columns.samples.range(sample)].iter().filter(|there| **there).count()
        };
        tokens(chosen).min(tokens(rejected))
    }

    /// Adds a loss with its derivatives by the log-probabilities of chosen and rejected. The two may belong to different pairs, of which
    /// the chosen one's has the weight.
    pub(crate) fn add(&mut self, pairs: [usize; 2], value: f64, slopes: [f64; 2]) {
        let share = self.shares[pairs[0]];
        self.value += share * value;
        for side in 0..2 {
            self.slopes[pairs[side]][side] += share * slopes[side];
        }
    }

    /// Adds `coefficient` times the negative log-likelihood of the chosen side, averaged over its tokens in the whole batch.
    pub(crate) fn add_nll(&mut self, coefficient: f64) {
        if self.totals.chosen_tokens > 0.0 && coefficient != 0.0 {
            self.nll_coefficient += coefficient / self.totals.chosen_tokens;
            let nll: f64 = self.pairs.iter().zip(&self.sides).map(|(pair, [chosen, _])| pair.weight * chosen.nll).sum();
            self.value += coefficient * nll / self.totals.chosen_tokens;
        }
    }

    /// Writes the derivatives. `reward` is what people read a side's log-probabilities as.
    pub(crate) fn finish(self, out: &mut Derivatives<'_, R>, reward: impl Fn(&Side) -> f64) -> Loss {
        clear(out);
        let PolicyColumns { samples, mask, .. } = *self.columns;
        let mut tokens = vec![0.0; mask.len()];
        for (index, pair) in self.pairs.iter().enumerate() {
            let shared = self.shared(index);
            for (side, sample) in [pair.chosen, pair.rejected].into_iter().enumerate() {
                let nll = if side == 0 { pair.weight * self.nll_coefficient } else { 0.0 };
                let slope = self.slopes[index][side];
                for (place, token) in samples.range(sample).filter(|&token| mask[token]).enumerate() {
                    tokens[token] += if place < shared { slope } else { self.tail * slope } - nll;
                }
            }
        }
        let (mut seen, mut zero_gradient) = (0.0, 0.0);
        for token in (0..mask.len()).filter(|&token| mask[token]) {
            out.logp[token] = R::narrow(tokens[token]);
            seen += 1.0;
            zero_gradient += f64::from(u8::from(tokens[token] == 0.0));
        }
        let (mut weight, mut accuracy) = (0.0, 0.0);
        let (mut rewards, mut log_ratios) = ([0.0; 2], [0.0; 2]);
        for (pair, sides) in self.pairs.iter().zip(&self.sides) {
            let both = sides.map(|side| reward(&side));
            weight += pair.weight;
            accuracy += pair.weight * f64::from(u8::from(both[0] > both[1]));
            for side in 0..2 {
                rewards[side] += pair.weight * both[side];
                log_ratios[side] += pair.weight * sides[side].log_ratio();
            }
        }
        let metrics = vec![
            ("tokens", seen),
            ("zero_gradient", zero_gradient),
            ("pairs", weight),
            ("pair_accuracy", accuracy),
            ("reward_margin", rewards[0] - rewards[1]),
            ("reward_chosen", rewards[0]),
            ("reward_rejected", rewards[1]),
            ("log_ratio_chosen", log_ratios[0]),
            ("log_ratio_rejected", log_ratios[1]),
        ];
        Loss { value: self.value, metrics }
    }
}

fn side<R: Real>(
    columns: &PolicyColumns<'_, R>,
    reference: Option<&[R]>,
    sample: usize,
    shared: usize,
    tail: f64,
) -> Side {
    let mut side = Side { tokens: 0, logp: 0.0, reference: 0.0, nll: 0.0, log_weight: 0.0 };
    for token in columns.samples.range(sample).filter(|&token| columns.mask[token]) {
        let factor = if side.tokens < shared { 1.0 } else { tail };
        let logp = columns.logp[token].wide();
        // A tail of weight 0 is not read, or an infinite token of it would be NaN.
        if factor != 0.0 {
            side.logp += factor * logp;
            side.reference += reference.map_or(0.0, |reference| factor * reference[token].wide());
        }
        side.nll -= logp;
        side.log_weight += columns.weight.map_or(0.0, |weight| weight[token].wide().ln());
        side.tokens += 1;
    }
    side.log_weight *= side.per_token();
    side
}
