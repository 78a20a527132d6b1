//! Value regression: what a value head is trained with.
//!
//! Start at [`ValueObjective`]; [`ValueConfig`] lists the losses.

mod bins;
mod clipped_mse;
mod expectile;

pub use bins::{Bins, BinsTarget};
pub use clipped_mse::ClippedMse;
pub use expectile::Expectile;

use crate::BatchTotals;
use crate::totals::unmasked;
use plaudit_core::{Loss, Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a value loss reads, one value per token unless said otherwise.
#[derive(Clone, Copy, Debug)]
pub struct ValueColumns<'a, R> {
    /// The tokens cut into samples.
    pub samples: &'a Segments,
    /// Whether a token takes part.
    pub mask: &'a [bool],
    /// What the head says: per token [`ValueObjective::width`] numbers, one after another.
    pub prediction: &'a [R],
    /// The return that it should have said.
    pub target: &'a [R],
    /// The value it said when the batch was sampled; `target` will do for losses that do not read it.
    pub old_value: &'a [R],
}

/// A loss of a value head.
pub trait ValueObjective<R: Real> {
    /// Numbers per token that the head outputs.
    fn width(&self) -> usize;

    /// Writes dL/dprediction (0 on masked tokens) and returns these samples' share of the batch's loss and metrics; `totals` are the whole
    /// batch's. Masked tokens are never read; NaN in an unmasked one makes the loss NaN.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    fn evaluate(&self, columns: &ValueColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss;
}

/// What a value head is trained with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ValueConfig {
    /// Squared error, held where the value has moved too far: PPO.
    ClippedMse(ClippedMse),
    /// Squared error that weighs values below the return more than those above: IQL.
    Expectile(Expectile),
    /// Classification of the return into bins.
    Bins(Bins),
}

impl ValueConfig {
    /// The name that recipes choose it by.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ClippedMse(_) => "clipped-mse",
            Self::Expectile(_) => "expectile",
            Self::Bins(_) => "bins",
        }
    }

    /// Numbers per token that the head outputs.
    pub fn width(&self) -> usize {
        self.objective::<f64>().width()
    }

    /// Evaluates samples; see [`ValueObjective::evaluate`].
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn evaluate<R: Real>(&self, columns: &ValueColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss {
        self.objective().evaluate(columns, totals, out)
    }

    fn objective<R: Real>(&self) -> &dyn ValueObjective<R> {
        match self {
            Self::ClippedMse(objective) => objective,
            Self::Expectile(objective) => objective,
            Self::Bins(objective) => objective,
        }
    }
}

/// Adds up the losses of tokens. `weight`: of each token of a sample with so many unmasked ones. `token_loss` returns the loss of a token
/// and what people are told beside it, one metric; it writes the derivatives into its buffer of `width` numbers.
fn aggregate<R: Real>(
    weight: impl Fn(usize) -> f64,
    width: usize,
    columns: &ValueColumns<'_, R>,
    out: &mut [R],
    metric: &'static str,
    mut token_loss: impl FnMut(usize, &mut [f64]) -> (f64, f64),
) -> Loss {
    let tokens = columns.samples.total();
    assert_eq!(columns.mask.len(), tokens, "mask");
    assert_eq!(columns.prediction.len(), tokens * width, "prediction");
    assert_eq!(columns.target.len(), tokens, "target");
    assert_eq!(columns.old_value.len(), tokens, "old_value");
    assert_eq!(out.len(), tokens * width, "dL/dprediction");
    out.fill(R::default());
    let mut slopes = vec![0.0; width];
    let (mut value, mut seen, mut noted) = (0.0, 0.0, 0.0);
    for range in columns.samples.iter() {
        let count = unmasked(&columns.mask[range.clone()]);
        if count == 0 {
            continue;
        }
        let weight = weight(count);
        let mut sample_loss = 0.0;
        for token in range.filter(|&token| columns.mask[token]) {
            let (loss, note) = token_loss(token, &mut slopes);
            sample_loss += loss;
            noted += note;
            for (slope, out) in slopes.iter().zip(&mut out[token * width..]) {
                *out = R::narrow(weight * slope);
            }
        }
        seen += count as f64;
        value += weight * sample_loss;
    }
    Loss { value, metrics: vec![("tokens", seen), (metric, noted)] }
}
