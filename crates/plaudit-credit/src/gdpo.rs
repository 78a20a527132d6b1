//! GDPO: each signal is compared within the group by itself, so that none drowns the others, and the comparisons are added up.
//!
//! ```text
//! A_i = whiten( sum_k w_k * (R_ik - mean_k) / (std_k + eps) )
//! ```
//!
//! R_ik: the score that signal k gave sample i (any unit, each its own); `mean_k` and `std_k` are taken over the scored members of the
//! group; w_k: the weight of the signal (no unit). A lies on every token of the sample that the policy wrote.
//!
//! Source: GDPO, Group reward-Decoupled Normalization Policy Optimization (arXiv 2601.05242).
//!
//! Deviations: a signal that gave a sample no score adds nothing to its sum (as in TRL); a sample without a score of any signal stays out.
//! The defaults whiten over samples, as the paper and TRL do; verl whitens over tokens.
//!
//! # Example
//!
//! Three answers, judged by `right` (1, 0, 0) and by `short` (0, 0, 2): both have deviation (0.577 and 1.155), so a right answer counts as
//! much as a short one, though `short` pays twice as much.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Level, Scores, Segments};
//! use plaudit_credit::{CreditConfig, GdpoConfig, Whiten};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let sources = [
//!     Scores::from_options("right", Level::Outcome, [Some(1.0), Some(0.0), Some(0.0)]),
//!     Scores::from_options("short", Level::Outcome, [Some(0.0), Some(0.0), Some(2.0)]),
//! ];
//! let columns = CreditColumns::<f64> {
//!     sources: &sources,
//!     ..CreditColumns::new(&samples, &groups, &[true; 3], &[1.0, 0.0, 2.0], &[true; 3])
//! };
//! let mut advantage = [0.0; 3];
//! let config = GdpoConfig { eps: 0.0, whiten: Whiten::None, ..GdpoConfig::default() };
//! CreditConfig::Gdpo(config).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! // (2/3 - 1/3) / 0.577, twice -0.577, and as the first.
//! for (found, expected) in advantage.iter().zip([0.577350, -1.154701, 0.577350]) {
//!     assert!((found - expected).abs() < 1e-6);
//! }
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! With several signals of different ranges or rates: added up before the comparison, combinations of different kinds get the same sum and
//! the one that varies most decides. Weights then say what a signal is worth, whatever its unit.
//!
//! # Traps
//!
//! - A signal that hardly varies in a group is blown up: one format error among 16 answers gets an advantage of -3.75.
//! - Scores given by no signal are not 0: a sample that only some signals scored is compared by those alone.
//! - `weights` that name some sources leave out the others.

use crate::broadcast::{broadcast, written};
use crate::normalise::{Cells, Items};
use crate::{Centre, Constant, CreditError, CreditNeeds, Estimator, Normalisation, Scale, Singleton, Whiten};
use plaudit_core::{Advantages, CreditColumns, Level, Real, Scores};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Each signal compared within the group by itself, then summed by weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GdpoConfig {
    /// What each signal counts, by its name; those not named are left out. Without any, all count 1.
    pub weights: BTreeMap<String, f64>,
    /// What the centred score of a signal is divided by.
    pub scale: Scale,
    /// Divisor of the variance is (count - ddof): 1 gives the unbiased estimate, 0 the population's.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation. In units of the score, and of the sum where that is whitened over samples.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// What a signal gives the only member of a group that it scored.
    pub singleton: Singleton,
    /// What a signal gives a group in which all its scores are equal.
    pub constant: Constant,
    /// Whether the sums of the batch are whitened in the end.
    pub whiten: Whiten,
}

impl Default for GdpoConfig {
    fn default() -> Self {
        let Normalisation { scale, ddof, eps, singleton, constant, .. } = Normalisation::default();
        Self { weights: BTreeMap::new(), scale, ddof, eps, singleton, constant, whiten: Whiten::Samples }
    }
}

impl<R: Real> Estimator<R> for GdpoConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds { sources: true, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let Self { scale, ddof, eps, singleton, constant, .. } = *self;
        let rules = Normalisation { centre: Centre::GroupMean, scale, ddof, eps, singleton, constant };
        let cells = Cells::runs(columns.groups);
        let samples = columns.samples.len();
        let (mut sums, mut own) = (vec![0.0; samples], vec![0.0; samples]);
        let mut takes_part = vec![false; samples];
        for (source, weight) in self.weighted(columns.sources)? {
            let both = columns.scored.iter().zip(&source.scored);
            let scored: Vec<bool> = both.map(|(sample, source)| *sample && *source).collect();
            let values = &source.values[..];
            if let Some(position) = (0..samples).find(|&sample| scored[sample] && !values[sample].is_finite()) {
                let value = values[position];
                return Err(CreditError::NotFiniteColumn { column: "sources", position, value });
            }
            rules.apply(&Items { values, scored: &scored, weights: &[], baseline: &[] }, &cells, &mut own)?;
            for sample in 0..samples {
                sums[sample] += weight * own[sample];
                takes_part[sample] |= scored[sample];
            }
        }
        let lengths = if self.whiten == Whiten::Tokens { written(columns) } else { Vec::new() };
        self.whiten.apply(&mut sums, &takes_part, &lengths, &rules)?;
        broadcast(&sums, columns.samples, columns.mask, out)
    }
}

impl GdpoConfig {
    /// The signals that judge whole completions, each with its weight, in the order of the batch.
    fn weighted<'a>(&self, sources: &'a [Scores]) -> Result<Vec<(&'a Scores, f64)>, CreditError> {
        let outcomes = || sources.iter().filter(|source| source.level == Level::Outcome);
        if let Some(name) = self.weights.keys().find(|name| outcomes().all(|source| source.source != **name)) {
            return Err(CreditError::UnknownSource { name: name.clone() });
        }
        let weight = |source: &Scores| match self.weights.is_empty() {
            true => Some(1.0),
            false => self.weights.get(&source.source).copied(),
        };
        Ok(outcomes().filter_map(|source| Some((source, weight(source)?))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    fn credit(config: &GdpoConfig, scored: &[bool], sources: &[Scores]) -> Result<Vec<f64>, CreditError> {
        let (samples, groups) = (Segments::from_lengths([1, 2, 1, 1]), Segments::from_lengths([3, 1]));
        let columns = CreditColumns { sources, ..CreditColumns::new(&samples, &groups, &[true; 5], &[0.0; 4], scored) };
        let mut advantage = vec![f64::NAN; 5];
        let mut out = Advantages { advantage: &mut advantage, returns: None };
        CreditConfig::Gdpo(config.clone()).credit(&columns, &mut out)?;
        Ok(advantage)
    }

    fn sources() -> [Scores; 2] {
        [
            Scores::from_options("a", Level::Outcome, [Some(2.0), Some(0.0), None, Some(5.0)]),
            Scores::from_options("b", Level::Outcome, [Some(0.0), Some(0.0), Some(3.0), None]),
        ]
    }

    fn close(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-7, "{found} is not {expected}");
        }
    }

    const PLAIN: GdpoConfig = GdpoConfig {
        weights: BTreeMap::new(),
        scale: Scale::None,
        ddof: 1,
        eps: 0.0,
        singleton: Singleton::Zero,
        constant: Constant::Zero,
        whiten: Whiten::None,
    };

    #[test]
    fn a_signal_is_compared_where_it_scored() {
        // a: 1, -1 around 1, nothing, alone; b: -1, -1, 2 around 1.
        close(&credit(&PLAIN, &[true; 4], &sources()).unwrap(), &[0.0, -2.0, -2.0, 2.0, 0.0]);
        let raw = GdpoConfig { singleton: Singleton::Raw, ..PLAIN };
        close(&credit(&raw, &[true; 4], &sources()).unwrap(), &[0.0, -2.0, -2.0, 2.0, 5.0]);
        // Without the first sample: a is alone in 0; b is -1.5 and 1.5.
        close(&credit(&PLAIN, &[false, true, true, true], &sources()).unwrap(), &[0.0, -1.5, -1.5, 1.5, 0.0]);
    }

    #[test]
    fn weights_go_by_name() {
        let weights = BTreeMap::from([("b".to_owned(), 0.5)]);
        let found = credit(&GdpoConfig { weights, ..PLAIN }, &[true; 4], &sources()).unwrap();
        close(&found, &[-0.5, -0.5, -0.5, 1.0, 0.0]);
        let weights = BTreeMap::from([("c".to_owned(), 1.0)]);
        let error = credit(&GdpoConfig { weights, ..PLAIN }, &[true; 4], &sources()).unwrap_err();
        assert_eq!(error, CreditError::UnknownSource { name: "c".to_owned() });
        assert_eq!(credit(&PLAIN, &[true; 4], &[]), Err(CreditError::Missing { kind: "gdpo", column: "sources" }));
    }

    #[test]
    fn sums_are_whitened_over_samples_or_tokens() {
        // Sums 0, -2, 2, 0 over samples: variance 8/3; over tokens 0, -2, -2, 2, 0: mean -0.4, squares 12 - 0.8, over 4.
        let unit = (8.0_f64 / 3.0).sqrt();
        let samples = GdpoConfig { whiten: Whiten::Samples, ..PLAIN };
        let expected = [0.0, -2.0 / unit, -2.0 / unit, 2.0 / unit, 0.0];
        close(&credit(&samples, &[true; 4], &sources()).unwrap(), &expected);
        let unit = 2.8_f64.sqrt();
        let tokens = GdpoConfig { whiten: Whiten::Tokens, ..PLAIN };
        let expected = [0.4 / unit, -1.6 / unit, -1.6 / unit, 2.4 / unit, 0.4 / unit];
        close(&credit(&tokens, &[true; 4], &sources()).unwrap(), &expected);
    }

    #[test]
    fn a_score_that_is_no_number_is_named() {
        let broken = [Scores::from_options("a", Level::Outcome, [Some(1.0), Some(f64::NAN), None, None])];
        let error = credit(&PLAIN, &[true; 4], &broken).unwrap_err();
        assert!(matches!(error, CreditError::NotFiniteColumn { column: "sources", position: 1, .. }));
    }
}
