//! Shaping: from what signals said about steps and completions to the rewards that credit is made of.
//!
//! A shape changes the scores of steps, of completions, or both, in place; several are applied one after another. Every shape is a pure
//! function of [`ShapeColumns`]. A score that a shape cannot compute becomes `None`, unscored, never a number that looks real.
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::shape::{ClipConfig, DeltaConfig, ShapeColumns, ShapeConfig};
//!
//! // One completion of three steps, first clipped, then differenced.
//! let (groups, samples) = (Segments::from_lengths([1]), Segments::from_lengths([3]));
//! let (mut steps, mut outcomes) = ([0.5, 0.875, 0.25].map(Some), [Some(1.0)]);
//! let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
//! ShapeConfig::Clip(ClipConfig { threshold: 0.75 }).apply(&mut columns)?;
//! ShapeConfig::Delta(DeltaConfig { answer_step: false }).apply(&mut columns)?;
//! assert_eq!(steps, [-0.25, 0.5, -0.5].map(Some));
//! # Ok::<(), plaudit_credit::shape::ShapeError>(())
//! ```

mod aggregate;
mod clip;
mod delta;
mod final_outcome;
mod gate;
mod increment;
mod outcome_centred;
mod potential;
mod trust;
mod turning_point;

pub use aggregate::{Aggregate, AggregateConfig};
pub use clip::ClipConfig;
pub use delta::DeltaConfig;
pub use final_outcome::{FinalOutcomeConfig, Placement};
pub use gate::{GateConfig, GateTarget};
pub use increment::{IncrementConfig, Running};
pub use outcome_centred::OutcomeCentredConfig;
pub use potential::{PotentialConfig, Start};
pub use trust::TrustConfig;
pub use turning_point::{FirstStep, TurningPointConfig};

use plaudit_core::{Scores, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The scores that shaping reads and changes.
#[derive(Debug)]
pub struct ShapeColumns<'a> {
    /// The samples cut into groups, one group per prompt.
    pub groups: &'a Segments,
    /// The steps cut into samples.
    pub samples: &'a Segments,
    /// Per step: its score, where it has one.
    pub steps: &'a mut [Option<f64>],
    /// Per sample: the score of the whole completion, where it has one.
    pub outcomes: &'a mut [Option<f64>],
    /// Per sample: the potential before its first step, read by shapes that take differences.
    pub start: Option<&'a [f64]>,
    /// Further scores per sample, the most important first; what each means is said by the shape that reads them.
    pub levels: &'a [Scores],
    /// The training step, from 0, for what is annealed.
    pub update: u64,
}

/// Why scores could not be shaped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// A score is NaN or infinite, as it was given or as it is shaped.
    #[error("`{column}` is {value} at position {position}; a score must be finite or absent")]
    NotFinite {
        /// The column.
        column: &'static str,
        /// The position in the flat column.
        position: usize,
        /// The value found.
        value: f64,
    },
    /// A column that the shape reads is absent.
    #[error("shape `{kind}` reads `{column}`, which this batch does not have")]
    Missing {
        /// The kind of shape.
        kind: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The gate has not one threshold for the outcome and one for each level.
    #[error(
        "the gate has {found} thresholds; it needs {expected}, one for the outcome and one for each level between it and the steps"
    )]
    Thresholds {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
}

/// A change to the scores of steps or completions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ShapeConfig {
    /// Reward no step, only punish those below a threshold.
    Clip(ClipConfig),
    /// Each step's score less the next one's, so that more steps do not earn more.
    Delta(DeltaConfig),
    /// By how much a step changes the minimum (or the product) of the scores so far.
    Increment(IncrementConfig),
    /// Step scores shifted so that their sign is the outcome's.
    OutcomeCentred(OutcomeCentredConfig),
    /// By how much a step changes a potential.
    Potential(PotentialConfig),
    /// Differences of prefix values, where a step that turns the trend is paid for the rest of the way.
    TurningPoint(TurningPointConfig),
    /// Scores of lesser importance count only where the more important ones are good enough.
    Gate(GateConfig),
    /// A learned score of the reasoning, added as far as it agrees with the outcomes, and less as training goes on.
    Trust(TrustConfig),
    /// The outcome made of the step scores.
    Aggregate(AggregateConfig),
    /// The outcome placed on the last step.
    FinalOutcome(FinalOutcomeConfig),
}

impl<'a> ShapeColumns<'a> {
    /// Scores alone, at training step 0.
    pub fn new(
        groups: &'a Segments,
        samples: &'a Segments,
        steps: &'a mut [Option<f64>],
        outcomes: &'a mut [Option<f64>],
    ) -> Self {
        Self { groups, samples, steps, outcomes, start: None, levels: &[], update: 0 }
    }

    fn check(&self) -> Result<(), ShapeError> {
        let samples = self.samples.len();
        assert_eq!(self.groups.total(), samples, "groups");
        assert_eq!(self.samples.total(), self.steps.len(), "steps");
        assert_eq!(self.outcomes.len(), samples, "outcomes");
        assert!(self.start.is_none_or(|start| start.len() == samples), "start");
        assert!(self.levels.iter().all(|level| level.len() == samples), "levels");
        finite("steps", self.steps.iter().copied())?;
        finite("outcomes", self.outcomes.iter().copied())?;
        finite("start", self.start.unwrap_or_default().iter().copied().map(Some))?;
        self.levels.iter().try_for_each(|level| finite("levels", (0..samples).map(|sample| level.get(sample))))
    }
}

fn finite(column: &'static str, values: impl Iterator<Item = Option<f64>>) -> Result<(), ShapeError> {
    for (position, value) in values.enumerate() {
        match value {
            Some(value) if !value.is_finite() => return Err(ShapeError::NotFinite { column, position, value }),
            _ => {}
        }
    }
    Ok(())
}

impl ShapeConfig {
    /// The name that recipes choose it by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Clip(_) => "clip",
            Self::Delta(_) => "delta",
            Self::Increment(_) => "increment",
            Self::OutcomeCentred(_) => "outcome-centred",
            Self::Potential(_) => "potential",
            Self::TurningPoint(_) => "turning-point",
            Self::Gate(_) => "gate",
            Self::Trust(_) => "trust",
            Self::Aggregate(_) => "aggregate",
            Self::FinalOutcome(_) => "final-outcome",
        }
    }

    /// Changes the scores in place.
    ///
    /// # Errors
    /// [`ShapeError`] where a score is NaN or infinite, before or after, a column is absent that the shape reads, or its settings do not fit the batch.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn apply(&self, columns: &mut ShapeColumns<'_>) -> Result<(), ShapeError> {
        columns.check()?;
        match self {
            Self::Clip(shape) => shape.apply(columns),
            Self::Delta(shape) => shape.apply(columns),
            Self::Increment(shape) => shape.apply(columns),
            Self::OutcomeCentred(shape) => shape.apply(columns),
            Self::Potential(shape) => shape.apply(columns)?,
            Self::TurningPoint(shape) => shape.apply(columns)?,
            Self::Gate(shape) => shape.apply(columns)?,
            Self::Trust(shape) => shape.apply(columns)?,
            Self::Aggregate(shape) => shape.apply(columns),
            Self::FinalOutcome(shape) => shape.apply(columns),
        }
        // Sums, products and settings may be too large for a number.
        columns.check()
    }
}

/// The positions of a sample's scored steps.
fn scored(steps: &[Option<f64>], range: std::ops::Range<usize>) -> impl DoubleEndedIterator<Item = (usize, f64)> + '_ {
    range.filter_map(|step| steps[step].map(|score| (step, score)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shapes the steps of one sample with an outcome; returns both.
    pub(super) fn one(shape: &ShapeConfig, steps: &[Option<f64>], outcome: f64) -> (Vec<Option<f64>>, Option<f64>) {
        let (groups, samples) = (Segments::from_lengths([1]), Segments::from_lengths([steps.len()]));
        let (mut steps, mut outcomes) = (steps.to_vec(), [Some(outcome)]);
        shape.apply(&mut ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes)).unwrap();
        (steps, outcomes[0])
    }

    pub(super) fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    pub(super) fn close(found: &[Option<f64>], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            let found = found.expect("a scored step");
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_score_that_is_no_number_is_an_error_with_its_place() {
        let (groups, samples) = (Segments::from_lengths([1]), Segments::from_lengths([2]));
        let (mut steps, mut outcomes) = ([None, Some(f64::INFINITY)], [Some(1.0)]);
        let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
        let error = ShapeConfig::Clip(ClipConfig::default()).apply(&mut columns).unwrap_err();
        assert_eq!(error, ShapeError::NotFinite { column: "steps", position: 1, value: f64::INFINITY });
        let (mut steps, mut outcomes) = ([Some(1e308), Some(1e308)], [Some(1.0)]);
        let mut columns = ShapeColumns::new(&groups, &samples, &mut steps, &mut outcomes);
        let sum = ShapeConfig::Aggregate(AggregateConfig { of: Aggregate::Sum, ..Default::default() });
        let error = sum.apply(&mut columns).unwrap_err();
        assert_eq!(error, ShapeError::NotFinite { column: "outcomes", position: 0, value: f64::INFINITY });
    }

    #[test]
    fn the_configuration_reads_and_writes_its_names() {
        let text = r#"{"kind":"outcome-centred","centre":0.25}"#;
        let config: ShapeConfig = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&config).unwrap(), text);
        assert_eq!(config.kind(), "outcome-centred");
        assert!(serde_json::from_str::<ShapeConfig>(r#"{"kind":"clip","eta":1}"#).is_err());
    }
}
