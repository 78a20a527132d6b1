//! Losses of value heads, reward models and distributions: derivatives against finite differences, and what they promise.

use plaudit_core::{Loss, Pair, Segments, Stream};
use plaudit_objective::{
    Aggregation, BatchTotals, Bins, BinsTarget, BradleyTerry, ClippedMse, Expectile, OutcomeBce, SoftTargetColumns,
    SoftTargets, Tail, ValueColumns, ValueConfig,
};
use proptest::prelude::*;

const STEP: f64 = 1e-5;

fn aggregations() -> impl Strategy<Value = Aggregation> {
    use Aggregation::{FixedLength, SequenceMeanTokenMean, SequenceMeanTokenSum, TokenMean};
    prop::sample::select(vec![TokenMean, SequenceMeanTokenMean, SequenceMeanTokenSum, FixedLength])
}

/// Up to four samples of up to three tokens, one in four masked.
fn shape(stream: &mut Stream) -> (Segments, Vec<bool>) {
    let count = 1 + stream.below(4);
    let samples = Segments::from_lengths((0..count).map(|_| stream.below(4) as usize).collect::<Vec<_>>());
    let mask = (0..samples.total()).map(|_| stream.below(4) > 0).collect();
    (samples, mask)
}

fn normals(stream: &mut Stream, count: usize) -> Vec<f64> {
    (0..count).map(|_| stream.normal()).collect()
}

/// Compares derivatives with central differences, except at kinks.
fn check(inputs: &[f64], slopes: &[f64], value: impl Fn(&[f64]) -> f64) -> Result<(), TestCaseError> {
    let here = value(inputs);
    let mut moved = inputs.to_vec();
    for (index, slope) in slopes.iter().enumerate() {
        let mut at = |amount: f64| {
            moved[index] = inputs[index] + amount;
            let found = value(&moved);
            moved[index] = inputs[index];
            found
        };
        let (below, above) = ((here - at(-STEP)) / STEP, (at(STEP) - here) / STEP);
        let difference = (below + above) / 2.0;
        let is_kink = (below - above).abs() > 1e-3 * (1.0 + below.abs());
        prop_assert!(is_kink || (difference - slope).abs() < 1e-7 * (1.0 + slope.abs()), "{difference} {slope}");
    }
    Ok(())
}

struct Values {
    samples: Segments,
    mask: Vec<bool>,
    prediction: Vec<f64>,
    target: Vec<f64>,
    old_value: Vec<f64>,
}

impl Values {
    fn random(seed: u64, width: usize) -> Self {
        let mut stream = Stream::new(seed, "values", 0, 0);
        let (samples, mask) = shape(&mut stream);
        let tokens = samples.total();
        Self {
            prediction: normals(&mut stream, tokens * width),
            target: normals(&mut stream, tokens),
            old_value: normals(&mut stream, tokens),
            samples,
            mask,
        }
    }

    fn evaluate(&self, objective: &ValueConfig, prediction: &[f64]) -> (Loss, Vec<f64>) {
        let mut slopes = vec![f64::NAN; prediction.len()];
        let columns = ValueColumns {
            samples: &self.samples,
            mask: &self.mask,
            prediction,
            target: &self.target,
            old_value: &self.old_value,
        };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&self.samples, &self.mask, 8), &mut slopes);
        (loss, slopes)
    }
}

fn value_losses() -> impl Strategy<Value = ValueConfig> {
    let clipped = (prop_oneof![Just(0.0), 0.1..1.0_f64], aggregations(), 0.0..0.1_f64)
        .prop_map(|(clip, aggregation, epsilon)| ValueConfig::ClippedMse(ClippedMse { clip, aggregation, epsilon }));
    let expectile = (0.05..0.95_f64, aggregations())
        .prop_map(|(tau, aggregation)| ValueConfig::Expectile(Expectile { tau, aggregation }));
    let targets = prop::sample::select(vec![BinsTarget::TwoHot, BinsTarget::Gauss]);
    let bins = (2..9_usize, targets, 0.3..1.5_f64, aggregations()).prop_map(|(count, target, sigma, aggregation)| {
        ValueConfig::Bins(Bins { min: -1.5, max: 2.0, count, target, sigma, aggregation })
    });
    prop_oneof![clipped, expectile, bins]
}

struct Targets {
    samples: Segments,
    mask: Vec<bool>,
    named: Segments,
    student: Vec<f64>,
    teacher: Vec<f64>,
    weight: Vec<f64>,
}

impl Targets {
    /// Up to four named tokens per position; `all` leaves nothing for others.
    fn random(seed: u64, all: bool) -> Self {
        let mut stream = Stream::new(seed, "targets", 0, 0);
        let (samples, mask) = shape(&mut stream);
        let named =
            Segments::from_lengths((0..samples.total()).map(|_| 1 + stream.below(4) as usize).collect::<Vec<_>>());
        let mut distribution = || -> Vec<f64> {
            let mut column = Vec::new();
            for range in named.iter() {
                // A small bucket bends the loss more than a finite difference can follow.
                let logits: Vec<f64> = normals(&mut stream, range.len()).iter().map(|logit| 0.5 * logit).collect();
                let rest = if all { 0.0 } else { 1.0 };
                let sum = logits.iter().map(|logit| logit.exp()).sum::<f64>() + rest;
                column.extend(logits.iter().map(|logit| logit - sum.ln()));
            }
            column
        };
        let (student, teacher) = (distribution(), distribution());
        let weight = normals(&mut stream, samples.total()).iter().map(|weight| weight.exp()).collect();
        Self { samples, mask, named, student, teacher, weight }
    }

    fn evaluate(&self, divergence: &SoftTargets, student: &[f64]) -> (Loss, Vec<f64>) {
        let mut slopes = vec![f64::NAN; student.len()];
        let columns = SoftTargetColumns {
            samples: &self.samples,
            mask: &self.mask,
            named: &self.named,
            student,
            teacher: &self.teacher,
            weight: Some(&self.weight),
        };
        let loss = divergence.evaluate(&columns, &BatchTotals::count(&self.samples, &self.mask, 8), &mut slopes);
        (loss, slopes)
    }
}

fn divergences() -> impl Strategy<Value = SoftTargets> {
    let tails = prop::sample::select(vec![Tail::Bucket, Tail::Renormalise, Tail::None]);
    (prop_oneof![Just(0.0), Just(1.0), 0.05..0.95_f64], tails, aggregations())
        .prop_map(|(alpha, tail, aggregation)| SoftTargets { alpha, tail, aggregation })
}

proptest! {
    #[test]
    fn values_agree_with_finite_differences(seed: u64, objective in value_losses()) {
        let batch = Values::random(seed, objective.width());
        let (_, slopes) = batch.evaluate(&objective, &batch.prediction);
        check(&batch.prediction, &slopes, |prediction| batch.evaluate(&objective, prediction).0.value)?;
    }

    #[test]
    fn values_of_masked_tokens_are_never_read(seed: u64, objective in value_losses()) {
        let width = objective.width();
        let batch = Values::random(seed, width);
        let (clean, slopes) = batch.evaluate(&objective, &batch.prediction);
        let mut poisoned = Values::random(seed, width);
        for token in (0..batch.mask.len()).filter(|&token| !batch.mask[token]) {
            poisoned.prediction[token * width..(token + 1) * width].fill(f64::NAN);
            (poisoned.target[token], poisoned.old_value[token]) = (f64::NAN, f64::NAN);
            prop_assert!(slopes[token * width..(token + 1) * width].iter().all(|slope| *slope == 0.0));
        }
        prop_assert_eq!((clean, slopes), poisoned.evaluate(&objective, &poisoned.prediction));
    }

    #[test]
    fn a_nan_value_makes_the_loss_nan(seed: u64, objective in value_losses(), of_target: bool) {
        let mut batch = Values::random(seed, objective.width());
        let Some(token) = batch.mask.iter().position(|there| *there) else { return Ok(()) };
        if of_target {
            batch.target[token] = f64::NAN;
        } else {
            batch.prediction[token * objective.width()] = f64::NAN;
        }
        prop_assert!(batch.evaluate(&objective, &batch.prediction).0.value.is_nan());
    }

    #[test]
    fn distributions_agree_with_finite_differences(seed: u64, divergence in divergences()) {
        let batch = Targets::random(seed, divergence.tail == Tail::None);
        let (loss, slopes) = batch.evaluate(&divergence, &batch.student);
        prop_assert!(loss.value > -1e-12);
        check(&batch.student, &slopes, |student| batch.evaluate(&divergence, student).0.value)?;
        let masked = (0..batch.mask.len()).filter(|&token| !batch.mask[token]);
        prop_assert!(masked.flat_map(|token| batch.named.range(token)).all(|entry| slopes[entry] == 0.0));
    }

    #[test]
    fn equal_distributions_are_at_rest(seed: u64, divergence in divergences()) {
        let mut batch = Targets::random(seed, divergence.tail == Tail::None);
        batch.teacher.clone_from(&batch.student);
        let (loss, slopes) = batch.evaluate(&divergence, &batch.student);
        prop_assert!(loss.value.abs() < 1e-12);
        // With a fixed sum the derivatives by log-probabilities are the probabilities times a constant; without a tail that constant shows.
        let is_fixed = divergence.tail == Tail::None && (divergence.alpha == 0.0 || divergence.alpha == 1.0);
        prop_assert!(is_fixed || slopes.iter().all(|slope| slope.abs() < 1e-12), "{slopes:?}");
    }

    #[test]
    fn rewards_agree_with_finite_differences(seed: u64, centre in 0.0..0.5_f64, positive_weight in 0.5..2.0_f64) {
        let mut stream = Stream::new(seed, "rewards", 0, 0);
        let rewards = normals(&mut stream, 5);
        let pairs = [(0, 1), (0, 2), (3, 4), (2, 0)]
            .map(|(chosen, rejected)| Pair { chosen, rejected, weight: stream.below(3) as f64 });
        let margins = normals(&mut stream, 4);
        let bradley_terry = |rewards: &[f64]| {
            let mut slopes = vec![f64::NAN; 5];
            let loss = BradleyTerry { centre }.evaluate(rewards, &pairs, Some(&margins), &mut slopes);
            (loss.value, slopes)
        };
        check(&rewards, &bradley_terry(&rewards).1, |rewards| bradley_terry(rewards).0)?;
        let labels = [Some(1.0), Some(0.0), None, Some(0.3), Some(1.0)];
        let outcome = |logits: &[f64]| {
            let mut slopes = vec![f64::NAN; 5];
            let loss = OutcomeBce { positive_weight }.evaluate(logits, &labels, &mut slopes);
            (loss.value, slopes)
        };
        check(&rewards, &outcome(&rewards).1, |logits| outcome(logits).0)?;
        prop_assert_eq!(outcome(&rewards).1[2], 0.0);
    }
}

#[test]
fn rewards_far_apart_and_nan() {
    let pairs = [Pair { chosen: 0, rejected: 1, weight: 1.0 }];
    let loss = |rewards: [f64; 2]| BradleyTerry::default().evaluate(&rewards, &pairs, None, &mut [0.0; 2]).value;
    assert_eq!((loss([1e4, -1e4]), loss([-1e4, 1e4]), loss([f64::INFINITY, 0.0])), (0.0, 2e4, 0.0));
    assert!(loss([f64::NAN, 0.0]).is_nan());
    let outcome = |logit: f64| OutcomeBce::default().evaluate(&[logit], &[Some(0.0)], &mut [0.0]).value;
    assert_eq!((outcome(1e4), outcome(-1e4)), (1e4, 0.0));
    assert!(outcome(f64::NAN).is_nan());
}

#[test]
fn a_token_that_one_side_excludes() {
    // Student (1, 0), teacher (1/2, 1/2): reverse KL is ln 2, forward KL infinite, the mixture in between finite.
    let (samples, named) = (Segments::from_lengths([1]), Segments::from_lengths([2]));
    let (student, teacher) = ([0.0, f64::NEG_INFINITY], [0.5_f64.ln(); 2]);
    let value = |alpha: f64, student: &[f64], teacher: &[f64]| {
        let mask = [true];
        let columns =
            SoftTargetColumns { samples: &samples, mask: &mask, named: &named, student, teacher, weight: None };
        let divergence = SoftTargets { alpha, tail: Tail::None, ..SoftTargets::default() };
        divergence.evaluate(&columns, &BatchTotals::count(&samples, &mask, 1), &mut [0.0; 2]).value
    };
    assert!((value(1.0, &student, &teacher) - 2.0_f64.ln()).abs() < 1e-15);
    assert_eq!(value(0.0, &student, &teacher), f64::INFINITY);
    assert!(value(0.5, &student, &teacher) < 2.0_f64.ln());
    assert_eq!(value(1.0, &teacher, &student), f64::INFINITY);
    assert!(value(0.5, &[f64::NAN, 0.0], &teacher).is_nan());
}
