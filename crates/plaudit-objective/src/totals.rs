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
        let mut totals = Self { token_limit, ..Self::default() };
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

/// The number of tokens that take part.
pub(crate) fn unmasked(mask: &[bool]) -> usize {
    mask.iter().filter(|taking_part| **taking_part).count()
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
}

impl Aggregation {
    /// The weight of each token of a sample with `tokens` > 0 unmasked ones.
    pub(crate) fn token_weight(self, totals: &BatchTotals, tokens: usize) -> f64 {
        let divisor = match self {
            Self::TokenMean => totals.tokens as f64,
            Self::SequenceMeanTokenMean => totals.samples as f64 * tokens as f64,
            Self::SequenceMeanTokenSum => totals.samples as f64,
            Self::FixedLength => totals.samples as f64 * totals.token_limit as f64,
        };
        1.0 / divisor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_by_hand() {
        // Three samples of 3 tokens (one masked), 2 masked ones, and 1.
        let samples = Segments::from_lengths([3, 2, 1]);
        let totals = BatchTotals::count(&samples, &[true, false, true, false, false, true], 10);
        assert_eq!(totals, BatchTotals { tokens: 3, samples: 2, token_limit: 10, ..BatchTotals::default() });
        let weight = |aggregation: Aggregation| aggregation.token_weight(&totals, 2);
        assert_eq!(weight(Aggregation::TokenMean), 1.0 / 3.0);
        assert_eq!(weight(Aggregation::SequenceMeanTokenMean), 0.25);
        assert_eq!(weight(Aggregation::SequenceMeanTokenSum), 0.5);
        assert_eq!(weight(Aggregation::FixedLength), 0.05);
    }
}
