//! Scores: what signals say about rollouts.

use serde::{Deserialize, Serialize};

/// What one score is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// One token of a completion.
    Token,
    /// One reasoning step.
    Step,
    /// One turn of an interaction.
    Turn,
    /// A whole completion.
    Outcome,
}

/// One signal's scores for a batch. A position without a score is marked, never filled with a number that looks real.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// The name of the signal, as in the recipe.
    pub source: String,
    /// What each value is about.
    pub level: Level,
    /// One value per item of `level`, in batch order. Where `scored` is false the value is 0 and means nothing.
    pub values: Vec<f64>,
    /// Whether the item has a score; same length as `values`.
    pub scored: Vec<bool>,
}

impl Scores {
    /// Builds scores from optional values; `None` is "unscored".
    pub fn from_options(source: &str, level: Level, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let (values, scored) = values.into_iter().map(|value| (value.unwrap_or(0.0), value.is_some())).unzip();
        Self { source: source.to_owned(), level, values, scored }
    }

    /// The score of item `index`, if it has one.
    pub fn get(&self, index: usize) -> Option<f64> {
        self.scored[index].then(|| self.values[index])
    }

    /// The number of items, scored or not.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The mean over scored items, if there is one.
    pub fn mean(&self) -> Option<f64> {
        let count = self.scored.iter().filter(|scored| **scored).count();
        let sum: f64 = (0..self.len()).filter_map(|index| self.get(index)).sum();
        (count > 0).then(|| sum / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_leaves_unscored_items_out() {
        let scores = Scores::from_options("x", Level::Outcome, [Some(1.0), None, Some(0.0), Some(0.5)]);
        assert_eq!(scores.mean(), Some(0.5));
        assert_eq!(scores.get(1), None);
        assert_eq!(Scores::from_options("x", Level::Outcome, [None]).mean(), None);
    }
}
