//! How per-token losses become one number.

use plaudit_core::{PolicyColumns, Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The sizes of the whole batch that a loss averages over, counted once before the batch is cut into chunks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatchTotals {
    /// Unmasked tokens.
    pub tokens: usize,
    /// Samples with at least one unmasked token.
    pub samples: usize,
    /// All samples, also those without an unmasked token; read where [`Numerics::count_empty`] asks for it.
    pub all_samples: usize,
    /// The most tokens a completion may have (`max_tokens` of the recipe), read by [`Aggregation::FixedLength`] alone.
    pub token_limit: usize,
    /// Groups with at least one unmasked token; 0 without `groups`.
    pub groups: usize,
    /// Unmasked tokens of samples labelled correct (a label above 1/2); 0 without `label`.
    pub positive_tokens: usize,
    /// The weights of all pairs together; 0 without `pairs`.
    pub pair_weight: f64,
    /// Unmasked tokens of the chosen sides of all pairs, each times the pair's weight; 0 without `pairs`.
    pub chosen_tokens: f64,
}

impl BatchTotals {
    /// Counts a batch: its tokens cut into `samples`, and which of them take part.
    pub fn count(samples: &Segments, mask: &[bool], token_limit: usize) -> Self {
        let mut totals = Self { all_samples: samples.len(), token_limit, ..Self::default() };
        for range in samples.iter() {
            let tokens = unmasked(&mask[range]);
            totals.tokens += tokens;
            totals.samples += usize::from(tokens > 0);
        }
        totals
    }

    /// Counts a batch with its groups, labels and pairs, where there are any. Reads no log-probabilities, which may be empty.
    pub fn of<R: Real>(columns: &PolicyColumns<'_, R>, token_limit: usize) -> Self {
        let PolicyColumns { samples, mask, .. } = *columns;
        let tokens = |sample: usize| unmasked(&mask[samples.range(sample)]);
        let is_there = |group: std::ops::Range<usize>| group.into_iter().any(|sample| tokens(sample) > 0);
        let pairs = columns.pairs.unwrap_or_default();
        let labels = columns.label.unwrap_or_default().iter().enumerate();
        Self {
            groups: columns.groups.map_or(0, |groups| groups.iter().filter(|group| is_there(group.clone())).count()),
            positive_tokens: labels.filter(|(_, label)| **label > 0.5).map(|(sample, _)| tokens(sample)).sum(),
            pair_weight: pairs.iter().map(|pair| pair.weight).sum(),
            chosen_tokens: pairs.iter().map(|pair| pair.weight * tokens(pair.chosen) as f64).sum(),
            ..Self::count(samples, mask, token_limit)
        }
    }
}

/// 1 / count, of a count that [`BatchTotals::of`] makes and [`BatchTotals::count`] does not.
pub(crate) fn share(count: usize, of: &str) -> f64 {
    assert!(count > 0, "the totals count no {of}, and there are some: use `BatchTotals::of`");
    1.0 / count as f64
}

/// The number of tokens that take part.
#[inline(always)]
pub(crate) fn unmasked(mask: &[bool]) -> usize {
    // Counts of at most 255 are counted in bytes, many side by side.
    mask.chunks(128).map(|tokens| tokens.iter().map(|is_in| u8::from(*is_in)).sum::<u8>() as usize).sum()
}

/// How per-token losses are averaged: whether a long completion counts as much as its tokens or as one sample.
/// With T unmasked tokens in the batch, S samples that have any, and n_i of them in sample i:
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Aggregation {
    /// sum over tokens / T: every token counts alike (DAPO; verl's and TRL's default).
    #[default]
    TokenMean,
    /// mean over samples of (sum over its tokens / n_i): every sample counts alike, so a token of a short one counts more (GRPO).
    SequenceMeanTokenMean,
    /// sum over tokens / S: a sample counts as its number of tokens, whatever the batch's lengths.
    SequenceMeanTokenSum,
    /// sum over tokens / (S * max_tokens of the recipe): a constant divisor, free of length bias (Dr.GRPO).
    FixedLength,
    /// sum over tokens / `divisor` of `numerics` (1 by default).
    TokenSum,
}

/// Details that frameworks treat differently and papers leave open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Numerics {
    /// Bounds a token's log-ratio logp - old_logp to [-bound, bound], with gradient 0 beyond (20 in verl); 0 turns it off (TRL).
    #[schemars(range(min = 0.0))]
    pub log_ratio_bound: f64,
    /// Bounds the log-ratio of a sequence from above, with gradient 0 beyond (10 in verl's GSPO); 0 turns it off (TRL).
    #[schemars(range(min = 0.0))]
    pub sequence_bound: f64,
    /// Whether samples without tokens count among the samples that a loss averages over (yes in TRL, no in verl).
    pub count_empty: bool,
    /// Added to the number of a sample's tokens where the sample's loss is their mean (1e-8 in verl).
    #[schemars(range(min = 0.0))]
    pub epsilon: f64,
    /// What the aggregation "token-sum" divides by.
    #[schemars(range(min = 1e-6))]
    pub divisor: f64,
    /// Whether the entropy bonus is the mean over the tokens that drive the policy, whatever the aggregation of the loss (yes in TRL).
    pub entropy_by_token: bool,
}

impl Default for Numerics {
    fn default() -> Self {
        Self {
            log_ratio_bound: 20.0,
            sequence_bound: 10.0,
            count_empty: false,
            epsilon: 0.0,
            divisor: 1.0,
            entropy_by_token: false,
        }
    }
}

impl Numerics {
    /// The largest log-ratio of a token; infinite where there is no bound.
    #[inline(always)]
    pub(crate) fn log_ratio_limit(&self) -> f64 {
        if self.log_ratio_bound > 0.0 { self.log_ratio_bound } else { f64::INFINITY }
    }
}

impl Aggregation {
    /// The weight of each token of a sample with `tokens` > 0 unmasked ones, with the details of [`Numerics::default`].
    pub(crate) fn token_weight(self, totals: &BatchTotals, tokens: usize) -> f64 {
        self.token_weight_with(totals, tokens, &Numerics::default())
    }

    /// The weight of each token of a sample with `tokens` > 0 unmasked ones.
    pub(crate) fn token_weight_with(self, totals: &BatchTotals, tokens: usize, numerics: &Numerics) -> f64 {
        let samples = if numerics.count_empty { totals.all_samples } else { totals.samples } as f64;
        let divisor = match self {
            Self::TokenMean => totals.tokens as f64,
            Self::SequenceMeanTokenMean => samples * (tokens as f64 + numerics.epsilon),
            Self::SequenceMeanTokenSum => samples,
            Self::FixedLength => samples * totals.token_limit as f64,
            Self::TokenSum => numerics.divisor,
        };
        1.0 / divisor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_labels_and_pairs_are_counted() {
        // Samples of 2, 1 (masked) and 3 tokens; the second group has no token.
        let (samples, groups) = (Segments::from_lengths([2, 1, 3]), Segments::from_lengths([1, 1, 1]));
        let pair = |chosen, rejected, weight| plaudit_core::Pair { chosen, rejected, weight };
        let columns = PolicyColumns {
            groups: Some(&groups),
            label: Some(&[1.0, 1.0, 0.0]),
            pairs: Some(&[pair(0, 2, 1.0), pair(2, 1, 0.5)]),
            ..PolicyColumns::<f64>::new(&samples, &[true, true, false, true, true, true], &[])
        };
        let expected = BatchTotals {
            groups: 2,
            positive_tokens: 2,
            pair_weight: 1.5,
            chosen_tokens: 3.5,
            ..BatchTotals::count(&samples, columns.mask, 10)
        };
        assert_eq!(BatchTotals::of(&columns, 10), expected);
    }

    #[test]
    fn weights_by_hand() {
        // Three samples of 3 tokens (one masked), 2 masked ones, and 1.
        let samples = Segments::from_lengths([3, 2, 1]);
        let totals = BatchTotals::count(&samples, &[true, false, true, false, false, true], 10);
        assert_eq!(
            totals,
            BatchTotals { tokens: 3, samples: 2, all_samples: 3, token_limit: 10, ..BatchTotals::default() }
        );
        let weight = |aggregation: Aggregation| aggregation.token_weight(&totals, 2);
        assert_eq!(weight(Aggregation::TokenMean), 1.0 / 3.0);
        assert_eq!(weight(Aggregation::SequenceMeanTokenMean), 0.25);
        assert_eq!(weight(Aggregation::SequenceMeanTokenSum), 0.5);
        assert_eq!(weight(Aggregation::FixedLength), 0.05);
        assert_eq!(weight(Aggregation::TokenSum), 1.0);
        let numerics = Numerics { count_empty: true, epsilon: 2.0, divisor: 4.0, ..Numerics::default() };
        let weight = |aggregation: Aggregation| aggregation.token_weight_with(&totals, 2, &numerics);
        assert_eq!(weight(Aggregation::TokenMean), 1.0 / 3.0);
        assert_eq!(weight(Aggregation::SequenceMeanTokenMean), 1.0 / 12.0);
        assert_eq!(weight(Aggregation::SequenceMeanTokenSum), 1.0 / 3.0);
        assert_eq!(weight(Aggregation::FixedLength), 1.0 / 30.0);
        assert_eq!(weight(Aggregation::TokenSum), 0.25);
    }
}
