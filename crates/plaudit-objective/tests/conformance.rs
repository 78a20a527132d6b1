//! What every objective promises, over random batches and parameters.

use plaudit_core::{Derivatives, Loss, PolicyColumns, Segments, Stream};
use plaudit_objective::{
    Aggregation, BatchTotals, Cispo, ClippedPg, CovarianceMethod, CovariancePg, Divergence, Dppo, Dro, Elastic,
    GeometricMean, KlConfig, KlEstimator, Numerics, ObjectiveConfig, RatioLevel, Reinforce, Sapo, Scope, Vespo,
    WeightedLikelihood, accumulate,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
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
    weight: Vec<f64>,
    /// Per sample.
    pass_rate: Vec<f64>,
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
        let weight = column(0.3, 0.0).iter().map(|log_weight| log_weight.exp()).collect();
        let pass_rate = (0..samples.len()).map(|_| stream.uniform()).collect();
        let mask = (0..samples.total()).map(|_| stream.below(6) > 0).collect();
        Self { samples, logp, old_logp, ref_logp, entropy, advantage, weight, pass_rate, mask }
    }

    fn totals(&self) -> BatchTotals {
        BatchTotals::count(&self.samples, &self.mask, TOKEN_LIMIT)
    }

    /// Evaluates a run of samples as a part of the whole batch.
    fn evaluate(&self, objective: &ObjectiveConfig, part: Range<usize>) -> Evaluation {
        let (samples, pass_rate) = (self.samples.slice(part.clone()), &self.pass_rate[part.clone()]);
        let start = if part.is_empty() { 0 } else { self.samples.range(part.start).start };
        let tokens = start..start + samples.total();
        let (mut logp, mut entropy) = (vec![f64::NAN; tokens.len()], vec![f64::NAN; tokens.len()]);
        let columns = PolicyColumns {
            old_logp: &self.old_logp[tokens.clone()],
            ref_logp: Some(&self.ref_logp[tokens.clone()]),
            entropy: Some(&self.entropy[tokens.clone()]),
            advantage: Some(&self.advantage[tokens.clone()]),
            weight: Some(&self.weight[tokens.clone()]),
            pass_rate: Some(pass_rate),
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
            weight: reorder(&self.weight),
            pass_rate: self.pass_rate.iter().rev().copied().collect(),
            mask: order.iter().map(|&token| self.mask[token]).collect(),
        }
    }
}

fn off_or(range: Range<f64>) -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), range]
}

fn aggregations() -> impl Strategy<Value = Aggregation> {
    use Aggregation::{FixedLength, SequenceMeanTokenMean, SequenceMeanTokenSum, TokenMean, TokenSum};
    prop::sample::select(vec![TokenMean, SequenceMeanTokenMean, SequenceMeanTokenSum, FixedLength, TokenSum])
}

fn levels() -> impl Strategy<Value = RatioLevel> {
    use RatioLevel::{Sequence, SequenceSum, SequenceToken, Token};
    prop::sample::select(vec![Token, Token, Sequence, SequenceSum, SequenceToken])
}

/// The settings that all policy-gradient objectives share, without straight-through estimates.
type Shared = (Aggregation, KlConfig, f64, [f64; 2], Numerics);

fn shared() -> impl Strategy<Value = Shared> {
    let estimators = prop::sample::select(vec![KlEstimator::K1, KlEstimator::K2, KlEstimator::K3, KlEstimator::Abs]);
    let kl = (off_or(0.01..1.0), estimators, any::<bool>(), off_or(1.0..3.0)).prop_map(
        |(coefficient, estimator, ratio_weighted, bound)| KlConfig {
            coefficient,
            estimator,
            bound,
            log_ratio_bound: 2.0 * bound,
            ratio_weighted,
        },
    );
    let numerics = (any::<bool>(), any::<bool>(), off_or(1e-8..0.1), off_or(0.5..1.5)).prop_map(
        |(count_empty, entropy_by_token, epsilon, bound)| Numerics {
            count_empty,
            entropy_by_token,
            epsilon,
            log_ratio_bound: bound,
            sequence_bound: bound,
            divisor: 7.0,
        },
    );
    let bands = prop::sample::select(vec![[0.0, 1.0], [0.0, 1.0], [0.6, 1.0], [0.1, 0.7]]);
    (aggregations(), kl, off_or(-0.5..0.5), bands, numerics)
}

macro_rules! with_shared {
    ($kind:ident, $shared:expr, { $($field:ident $(: $value:expr)?),* }) => {{
        let (aggregation, kl, entropy_coefficient, entropy_band, numerics) = $shared;
        ObjectiveConfig::$kind($kind {
            $($field $(: $value)?,)* aggregation, kl, entropy_coefficient, entropy_band, numerics
        })
    }};
}

fn objectives() -> impl Strategy<Value = ObjectiveConfig> {
    let pair = |low: Range<f64>, high: Range<f64>| (low, high).prop_map(|(low, high)| [low, high]);
    let narrow = move || pair(0.05..0.5, 0.05..0.5);
    let elastic = (off_or(0.1..1.0), 0.5..3.0_f64, off_or(0.1..1.0), any::<bool>()).prop_map(
        |(advantage, advantage_limit, variance, upper_only)| Elastic {
            advantage,
            advantage_limit,
            variance,
            upper_only,
        },
    );
    let clipped = (narrow(), off_or(2.2..4.0), off_or(2.2..4.0), levels(), elastic, shared()).prop_map(
        |(clip, dual_clip, delta, ratio, elastic, shared)| {
            with_shared!(ClippedPg, shared, { clip, dual_clip, delta, ratio, elastic })
        },
    );
    let cispo = (pair(0.0..0.9, 1.1..3.0), levels(), shared())
        .prop_map(|(ratio_range, ratio, shared)| with_shared!(Cispo, shared, { ratio_range, ratio }));
    let sapo = (0.5..3.0_f64, 0.5..3.0_f64, levels(), shared()).prop_map(
        |(tau_positive, tau_negative, ratio, shared)| with_shared!(Sapo, shared, { tau_positive, tau_negative, ratio }),
    );
    let vespo = (pair(0.5..3.0, 0.5..3.0), pair(0.5..3.0, 0.5..3.0), shared())
        .prop_map(|(positive, negative, shared)| with_shared!(Vespo, shared, { positive, negative }));
    let geometric = (narrow(), shared()).prop_map(|(clip, (_, kl, entropy_coefficient, _, numerics))| {
        ObjectiveConfig::GeometricMean(GeometricMean { clip, kl, entropy_coefficient, numerics })
    });
    let divergences = prop::sample::select(vec![Divergence::Tv, Divergence::Kl]);
    let dppo = (divergences, pair(0.01..0.2, 0.01..0.2), 1.1..3.0_f64, shared()).prop_map(
        |(divergence, threshold, truncation, shared)| with_shared!(Dppo, shared, { divergence, threshold, truncation }),
    );
    let methods = prop::sample::select(vec![CovarianceMethod::LeaveOut, CovarianceMethod::Penalty]);
    let covariance = (methods, 0.0..0.6_f64, narrow(), 0.1..1.0_f64, any::<u64>(), shared()).prop_map(
        |(method, share, clip, penalty, seed, shared)| {
            let covariance_range = [0.0, 1.0];
            with_shared!(CovariancePg, shared, { method, share, covariance_range, clip, penalty, seed })
        },
    );
    let dro = (0.0..1.0_f64, shared()).prop_map(|(beta, shared)| with_shared!(Dro, shared, { beta }));
    let reinforce = shared().prop_map(|shared| with_shared!(Reinforce, shared, {}));
    let likelihood = aggregations().prop_map(|aggregation| {
        ObjectiveConfig::WeightedLikelihood(WeightedLikelihood { aggregation, ..WeightedLikelihood::default() })
    });
    prop_oneof![
        3 => clipped, 1 => cispo, 1 => sapo, 1 => vespo, 1 => geometric, 1 => dppo, 1 => covariance, 1 => dro, 1 => reinforce,
        1 => likelihood,
    ]
}

/// What changes when the log-probability of a token is moved.
#[derive(Clone, Copy, PartialEq)]
enum Moved {
    /// The policy.
    Policy,
    /// The policy and the sampler alike: ratios, which carry no gradient here, stay.
    Both,
}

/// The change that the derivative by logp describes; none where no change of the columns does.
fn moved(objective: &ObjectiveConfig) -> Option<Moved> {
    // The gradient of the token's own term alone is no gradient of the loss.
    let own = |ratio: RatioLevel| ratio == RatioLevel::SequenceToken;
    let weighted = |kl: &KlConfig| kl.ratio_weighted && kl.coefficient != 0.0;
    match objective {
        ObjectiveConfig::ClippedPg(ClippedPg { ratio, .. }) | ObjectiveConfig::Sapo(Sapo { ratio, .. })
            if own(*ratio) =>
        {
            None
        }
        // One factor with and one without gradient: no single change leaves the second alone.
        ObjectiveConfig::Cispo(Cispo { kl, .. })
        | ObjectiveConfig::Vespo(Vespo { kl, .. })
        | ObjectiveConfig::Dppo(Dppo { kl, .. })
            if weighted(kl) =>
        {
            None
        }
        ObjectiveConfig::Cispo(_) | ObjectiveConfig::Vespo(_) | ObjectiveConfig::Dppo(_) => Some(Moved::Both),
        _ => Some(Moved::Policy),
    }
}

/// Rounding of sums of a few dozen numbers near 1.
fn close(a: f64, b: f64) -> bool {
    // Extremes of no tokens are infinite.
    a == b || (a - b).abs() <= 1e-12 * (1.0 + a.abs())
}

/// The derivative of `value` at 0 by central differences; `None` where it has a kink or jumps, and a difference means nothing.
fn derivative(value: impl Fn(f64) -> f64) -> Option<f64> {
    // Of a smooth function with h = 1e-5: error h^2 plus rounding 1e-16 / h, both about 1e-10; its two sides differ by h.
    let step = 1e-5;
    let (below, here, above) = (value(-step), value(0.0), value(step));
    let is_smooth = ((above - here) - (here - below)).abs() < 1e-3 * step;
    is_smooth.then(|| (above - below) / (2.0 * step))
}

/// The derivative of the loss by what `change` changes.
fn difference(batch: &Batch, objective: &ObjectiveConfig, change: impl Fn(&mut Batch, f64)) -> Option<f64> {
    derivative(|amount| {
        let mut moved = batch.clone();
        change(&mut moved, amount);
        moved.whole(objective).loss.value
    })
}

/// What dL/dlogp of a token should be, where differences say.
fn difference_by_logp(batch: &Batch, objective: &ObjectiveConfig, token: usize) -> Option<f64> {
    let moved = moved(objective)?;
    difference(batch, objective, |batch, amount| {
        batch.logp[token] += amount;
        if moved == Moved::Both {
            batch.old_logp[token] += amount;
        }
    })
}

#[test]
fn differences_say_something_about_every_kind() {
    let mut runner = TestRunner::deterministic();
    let (mut taken, mut all) = (BTreeMap::new(), BTreeMap::new());
    for seed in 0..600 {
        let objective = objectives().new_tree(&mut runner).expect("nothing is rejected").current();
        let batch = Batch::random(seed);
        for token in (0..batch.samples.total()).filter(|&token| batch.mask[token]) {
            *all.entry(objective.kind()).or_insert(0) += 1;
            *taken.entry(objective.kind()).or_insert(0) +=
                usize::from(difference_by_logp(&batch, &objective, token).is_some());
        }
    }
    assert_eq!(all.len(), 10, "{all:?}");
    // The rest is ratios of sequences without a gradient of their own, factors without gradient, and kinks.
    assert!(all.iter().all(|(kind, all)| taken[kind] * 2 > *all), "{taken:?} of {all:?}");
}

proptest! {
    #[test]
    fn derivatives_agree_with_finite_differences(seed: u64, objective in objectives()) {
        let batch = Batch::random(seed);
        let found = batch.whole(&objective);
        let agrees = |difference: Option<f64>, found: f64| {
            difference.is_none_or(|difference| (difference - found).abs() < 1e-7 * (1.0 + found.abs()))
        };
        for token in 0..batch.samples.total() {
            let by_logp = difference_by_logp(&batch, &objective, token);
            prop_assert!(agrees(by_logp, found.logp[token]), "{by_logp:?} {}", found.logp[token]);
            let by_entropy = difference(&batch, &objective, |batch, amount| batch.entropy[token] += amount);
            prop_assert!(agrees(by_entropy, found.entropy[token]), "{by_entropy:?} {}", found.entropy[token]);
        }
    }

    #[test]
    fn a_ratio_of_a_sequence_has_the_gradient_of_its_tokens(seed: u64, clip in 0.05..0.5_f64, is_gate: bool) {
        // Where all tokens of a sample have one advantage, the gradient through the sequence is the one on each token.
        let mut batch = Batch::random(seed);
        batch.weight.fill(1.0);
        for range in batch.samples.iter() {
            let advantage = batch.advantage.get(range.start).copied().unwrap_or_default();
            batch.advantage[range].fill(advantage);
        }
        let slopes = |ratio| {
            let objective = match is_gate {
                true => ObjectiveConfig::Sapo(Sapo { ratio, ..Sapo::default() }),
                false => ObjectiveConfig::ClippedPg(ClippedPg { clip: [clip; 2], ratio, ..ClippedPg::default() }),
            };
            batch.whole(&objective).logp
        };
        let (whole, own) = (slopes(RatioLevel::Sequence), slopes(RatioLevel::SequenceToken));
        prop_assert!(whole.iter().zip(&own).all(|(a, b)| close(*a, *b)));
    }

    #[test]
    fn chunks_of_samples_add_up_to_the_batch(seed: u64, objective in objectives(), cut in 0..7_usize, next in 0..7_usize) {
        let batch = Batch::random(seed);
        let whole = batch.whole(&objective);
        let count = batch.samples.len();
        let (cut, next) = if objective.scope() == Scope::Batch { (0, count) } else { (cut, next) };
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
                &mut poisoned.advantage, &mut poisoned.weight,
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
        // Two tokens have one covariance, and of equal ones the first is taken.
        let counted = batch.mask.iter().filter(|counts| **counts).count();
        prop_assume!(counted != 2 || !matches!(objective, ObjectiveConfig::CovariancePg(_)));
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
    let (logp, old_logp) = (narrow(&batch.logp), narrow(&batch.old_logp));
    let (advantage, weight) = (narrow(&batch.advantage), narrow(&batch.weight));
    let columns = PolicyColumns {
        old_logp: &old_logp,
        advantage: Some(&advantage),
        weight: Some(&weight),
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

#[test]
fn threads_change_no_bit() {
    // Large enough to be shared out among threads, with a hole in each sample's mask.
    let samples = Segments::from_lengths(vec![700; 100]);
    let mut stream = Stream::new(11, "large batch", 0, 0);
    let logp: Vec<f32> = (0..samples.total()).map(|_| -3.0 * stream.uniform() as f32).collect();
    let old_logp: Vec<f32> = logp.iter().map(|logp| logp + 0.3 * stream.normal() as f32).collect();
    let advantage: Vec<f32> = (0..samples.total()).map(|_| stream.normal() as f32).collect();
    let mask: Vec<bool> = (0..samples.total()).map(|token| !(100..140).contains(&(token % 700))).collect();
    let totals = BatchTotals::count(&samples, &mask, 700);
    let objective = ObjectiveConfig::ClippedPg(ClippedPg { ratio: RatioLevel::Sequence, ..ClippedPg::default() });
    let evaluate = |part: Range<usize>| {
        let (own, start) = (samples.slice(part.clone()), samples.range(part.start).start);
        let tokens = start..start + own.total();
        let columns = PolicyColumns {
            old_logp: &old_logp[tokens.clone()],
            advantage: Some(&advantage[tokens.clone()]),
            ..PolicyColumns::new(&own, &mask[tokens.clone()], &logp[tokens.clone()])
        };
        let mut slopes = vec![f32::NAN; tokens.len()];
        let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
        (loss, slopes)
    };
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("threads");
        pool.install(|| evaluate(0..samples.len()))
    };
    let (loss, slopes) = with_threads(1);
    assert_eq!(with_threads(3), (loss.clone(), slopes.clone()));
    let parts = [evaluate(0..33), evaluate(33..100)];
    assert_eq!([&parts[0].1[..], &parts[1].1[..]].concat(), slopes);
    assert!(close(parts[0].0.value + parts[1].0.value, loss.value));
    assert!(slopes.iter().zip(&mask).all(|(slope, is_in)| (*slope != 0.0) == *is_in));
}
