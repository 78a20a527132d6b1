//! What every objective promises, over random batches and parameters.

use plaudit_core::{Derivatives, Loss, PolicyColumns, Segments, Stream};
use plaudit_objective::{
    Aggregation, BatchTotals, ClippedPg, KlConfig, KlEstimator, ObjectiveConfig, WeightedLikelihood, accumulate,
};
use proptest::prelude::*;
use std::ops::Range;

const TOKEN_LIMIT: usize = 8;

/// Owned columns of a batch.
#[derive(Clone)]
struct Batch {
    samples: Segments,
    logp: Vec<f64>,
    old_logp: Vec<f64>,
    ref_logp: Vec<f64>,
    entropy: Vec<f64>,
    advantage: Vec<f64>,
    mask: Vec<bool>,
}

struct Evaluation {
    loss: Loss,
    logp: Vec<f64>,
    entropy: Vec<f64>,
}

impl Batch {
    /// Up to 6 samples of up to 5 tokens, ratios within exp(+-1.5) or so, one token in six masked.
    fn random(seed: u64) -> Self {
        let mut stream = Stream::new(seed, "batch", 0, 0);
        let samples =
            Segments::from_lengths((0..1 + stream.below(6)).map(|_| stream.below(6) as usize).collect::<Vec<_>>());
        let mut column = |scale: f64, offset: f64| -> Vec<f64> {
            (0..samples.total()).map(|_| offset + scale * stream.normal()).collect()
        };
        let logp = column(0.5, -2.0);
        let old_logp = column(0.3, 0.0).iter().zip(&logp).map(|(noise, logp)| logp + noise).collect();
        let ref_logp = column(0.5, 0.0).iter().zip(&logp).map(|(noise, logp)| logp + noise).collect();
        let (entropy, advantage) = (column(0.3, 1.0), column(1.0, 0.0));
        let mask = (0..samples.total()).map(|_| stream.below(6) > 0).collect();
        Self { samples, logp, old_logp, ref_logp, entropy, advantage, mask }
    }

    fn totals(&self) -> BatchTotals {
        BatchTotals::count(&self.samples, &self.mask, TOKEN_LIMIT)
    }

    /// Evaluates a run of samples as a part of the whole batch.
    fn evaluate(&self, objective: &ObjectiveConfig, part: Range<usize>) -> Evaluation {
        let samples = self.samples.slice(part.clone());
        let start = if part.is_empty() { 0 } else { self.samples.range(part.start).start };
        let tokens = start..start + samples.total();
        let (mut logp, mut entropy) = (vec![f64::NAN; tokens.len()], vec![f64::NAN; tokens.len()]);
        let columns = PolicyColumns {
            old_logp: &self.old_logp[tokens.clone()],
            ref_logp: Some(&self.ref_logp[tokens.clone()]),
            entropy: Some(&self.entropy[tokens.clone()]),
            advantage: Some(&self.advantage[tokens.clone()]),
            ..PolicyColumns::new(&samples, &self.mask[tokens.clone()], &self.logp[tokens])
        };
        let mut out = Derivatives { logp: &mut logp, entropy: Some(&mut entropy) };
        let loss = objective.evaluate(&columns, &self.totals(), &mut out);
        Evaluation { loss, logp, entropy }
    }

    fn whole(&self, objective: &ObjectiveConfig) -> Evaluation {
        self.evaluate(objective, 0..self.samples.len())
    }

    /// The same batch with its samples in reverse order.
    fn reversed(&self) -> Self {
        let order: Vec<usize> = (0..self.samples.len()).rev().flat_map(|sample| self.samples.range(sample)).collect();
        let reorder = |column: &[f64]| order.iter().map(|&token| column[token]).collect();
        Self {
            samples: Segments::from_lengths(
                (0..self.samples.len()).rev().map(|sample| self.samples.range(sample).len()),
            ),
            logp: reorder(&self.logp),
            old_logp: reorder(&self.old_logp),
            ref_logp: reorder(&self.ref_logp),
            entropy: reorder(&self.entropy),
            advantage: reorder(&self.advantage),
            mask: order.iter().map(|&token| self.mask[token]).collect(),
        }
    }
}

fn objectives() -> impl Strategy<Value = ObjectiveConfig> {
    use Aggregation::{FixedLength, SequenceMeanTokenMean, SequenceMeanTokenSum, TokenMean};
    let aggregations =
        || prop::sample::select(vec![TokenMean, SequenceMeanTokenMean, SequenceMeanTokenSum, FixedLength]);
    let estimators = prop::sample::select(vec![KlEstimator::K1, KlEstimator::K2, KlEstimator::K3]);
    let off_or = |range: Range<f64>| prop_oneof![Just(0.0), range];
    let clipped = (
        (0.05..0.5_f64, 0.05..0.5_f64),
        off_or(1.6..4.0),
        aggregations(),
        (off_or(0.01..1.0), estimators),
        off_or(-0.5..0.5),
    )
        .prop_map(|((low, high), dual_clip, aggregation, (coefficient, estimator), entropy_coefficient)| {
            ObjectiveConfig::ClippedPg(ClippedPg {
                clip: [low, high],
                dual_clip,
                aggregation,
                kl: KlConfig { coefficient, estimator },
                entropy_coefficient,
            })
        });
    let likelihood = aggregations().prop_map(|aggregation| {
        ObjectiveConfig::WeightedLikelihood(WeightedLikelihood { aggregation, ..WeightedLikelihood::default() })
    });
    prop_oneof![3 => clipped, 1 => likelihood]
}

/// Rounding of sums of a few dozen numbers near 1.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + a.abs())
}

/// Whether the loss has a kink near this token, where a finite difference means nothing.
fn near_a_kink(batch: &Batch, objective: &ObjectiveConfig, token: usize) -> bool {
    let ObjectiveConfig::ClippedPg(clipped) = objective else { return false };
    let ratio = (batch.logp[token] - batch.old_logp[token]).exp();
    [1.0 - clipped.clip[0], 1.0 + clipped.clip[1], clipped.dual_clip].iter().any(|kink| (ratio - kink).abs() < 1e-4)
}

proptest! {
    #[test]
    fn derivatives_agree_with_finite_differences(seed: u64, objective in objectives()) {
        // Central differences of a smooth loss with h = 1e-5: error h^2 plus rounding 1e-16 / h, both about 1e-10.
        let (step, tolerance) = (1e-5, 1e-8);
        let batch = Batch::random(seed);
        let found = batch.whole(&objective);
        for token in 0..batch.samples.total() {
            if near_a_kink(&batch, &objective, token) {
                continue;
            }
            let difference = |change: fn(&mut Batch, usize, f64)| {
                let value = |amount| {
                    let mut moved = batch.clone();
                    change(&mut moved, token, amount);
                    moved.whole(&objective).loss.value
                };
                (value(step) - value(-step)) / (2.0 * step)
            };
            let by_logp = difference(|batch, token, amount| batch.logp[token] += amount);
            prop_assert!((by_logp - found.logp[token]).abs() < tolerance, "{by_logp} {}", found.logp[token]);
            let by_entropy = difference(|batch, token, amount| batch.entropy[token] += amount);
            prop_assert!((by_entropy - found.entropy[token]).abs() < tolerance);
        }
    }

    #[test]
    fn chunks_of_samples_add_up_to_the_batch(seed: u64, objective in objectives(), cut in 0..7_usize, next in 0..7_usize) {
        let batch = Batch::random(seed);
        let whole = batch.whole(&objective);
        let count = batch.samples.len();
        let (first, second) = (cut.min(next).min(count), cut.max(next).min(count));
        let (mut total, mut logp, mut entropy) = (Loss::default(), Vec::new(), Vec::new());
        for part in [0..first, first..second, second..count] {
            let chunk = batch.evaluate(&objective, part);
            accumulate(&mut total, &chunk.loss);
            logp.extend(chunk.logp);
            entropy.extend(chunk.entropy);
        }
        // Bit for bit: chunking must not change the model.
        prop_assert_eq!(logp, whole.logp);
        prop_assert_eq!(entropy, whole.entropy);
        prop_assert!(close(total.value, whole.loss.value));
        for ((name, sum), (expected, value)) in total.metrics.iter().zip(&whole.loss.metrics) {
            prop_assert_eq!(name, expected);
            prop_assert!(close(*sum, *value), "{} {} {}", name, sum, value);
        }
    }

    #[test]
    fn masked_tokens_are_never_read(seed: u64, objective in objectives()) {
        let batch = Batch::random(seed);
        let mut poisoned = batch.clone();
        for token in (0..batch.samples.total()).filter(|&token| !batch.mask[token]) {
            let columns = [
                &mut poisoned.logp, &mut poisoned.old_logp, &mut poisoned.ref_logp, &mut poisoned.entropy,
                &mut poisoned.advantage,
            ];
            columns.into_iter().for_each(|column| column[token] = f64::NAN);
        }
        let (clean, found) = (batch.whole(&objective), poisoned.whole(&objective));
        prop_assert_eq!(&clean.loss, &found.loss);
        prop_assert_eq!(&clean.logp, &found.logp);
        let masked = (0..batch.samples.total()).filter(|&token| !batch.mask[token]);
        prop_assert!(masked.into_iter().all(|token| found.logp[token] == 0.0 && found.entropy[token] == 0.0));
    }

    #[test]
    fn the_order_of_samples_does_not_matter(seed: u64, objective in objectives()) {
        let batch = Batch::random(seed);
        let (found, reversed) = (batch.whole(&objective), batch.reversed().whole(&objective));
        prop_assert!(close(found.loss.value, reversed.loss.value));
        let order = (0..batch.samples.len()).rev().flat_map(|sample| batch.samples.range(sample));
        let back: Vec<f64> = order.map(|token| found.logp[token]).collect();
        prop_assert_eq!(back, reversed.logp);
    }

    #[test]
    fn a_nan_makes_the_loss_nan(seed: u64, objective in objectives(), which in 0..2_usize) {
        let mut batch = Batch::random(seed);
        let Some(token) = (0..batch.samples.total()).find(|&token| batch.mask[token]) else { return Ok(()) };
        [&mut batch.logp, &mut batch.advantage][which][token] = f64::NAN;
        prop_assert!(batch.whole(&objective).loss.value.is_nan());
    }
}

#[test]
fn single_precision_differs_by_rounding_only() {
    let batch = Batch::random(7);
    let objective = ObjectiveConfig::ClippedPg(ClippedPg::default());
    let narrow = |column: &[f64]| column.iter().map(|&value| value as f32).collect::<Vec<f32>>();
    let (logp, old_logp, advantage) = (narrow(&batch.logp), narrow(&batch.old_logp), narrow(&batch.advantage));
    let columns = PolicyColumns {
        old_logp: &old_logp,
        advantage: Some(&advantage),
        ..PolicyColumns::new(&batch.samples, &batch.mask, &logp)
    };
    let mut slopes = vec![f32::NAN; logp.len()];
    let mut out = Derivatives { logp: &mut slopes, entropy: None };
    let loss = objective.evaluate(&columns, &batch.totals(), &mut out);
    let wide = batch.whole(&objective);
    // Inputs are rounded to 24 bits: 6e-8 relative, on values up to about 3.
    assert!((loss.value - wide.loss.value).abs() < 1e-6);
    assert!(slopes.iter().zip(&wide.logp).all(|(narrow, wide)| (f64::from(*narrow) - wide).abs() < 1e-6));
}
