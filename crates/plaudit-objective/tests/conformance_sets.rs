//! What every objective over pairs, groups and labels promises, over random batches and parameters.

use plaudit_core::{Derivatives, Loss, Pair, PolicyColumns, Segments, Stream};
use plaudit_objective::{
    Aggregation, BatchTotals, Cpo, CpoLoss, Distill, Dpo, DpoDivergence, DpoLoss, Kto, KtoKl, ObjectiveConfig, Oreal,
    Orpo, Pacs, PacsCentre, PacsScore, PacsWeights, RewardsAsLabels, RewardsAsLabelsForm, Scope, WeightedDpoLoss,
    WeightedLikelihood, accumulate,
};
use proptest::prelude::*;
use std::ops::Range;

/// Owned columns of a batch of groups of three samples, each with two pairs.
#[derive(Clone)]
struct Batch {
    samples: Segments,
    mask: Vec<bool>,
    logp: Vec<f64>,
    old_logp: Vec<f64>,
    ref_logp: Vec<f64>,
    advantage: Vec<f64>,
    weight: Vec<f64>,
    label: Vec<f64>,
    pairs: Vec<Pair>,
}

#[derive(Debug)]
struct Evaluation {
    loss: Loss,
    logp: Vec<f64>,
}

impl Batch {
    /// One to four groups; samples of up to 5 tokens, the first of which is never masked.
    fn random(seed: u64) -> Self {
        let mut stream = Stream::new(seed, "batch", 0, 0);
        let groups = 1 + stream.below(4) as usize;
        let samples = Segments::from_lengths((0..3 * groups).map(|_| 1 + stream.below(5) as usize).collect::<Vec<_>>());
        let mut column = |scale: f64, offset: f64| -> Vec<f64> {
            (0..samples.total()).map(|_| offset + scale * stream.normal()).collect()
        };
        let logp: Vec<f64> = column(0.5, 0.0).iter().map(|noise| -0.05 - 2.0 * noise.abs()).collect();
        let old_logp = column(0.3, 0.0).iter().zip(&logp).map(|(noise, logp)| logp + noise).collect();
        let ref_logp = column(0.5, 0.0).iter().zip(&logp).map(|(noise, logp)| logp + noise).collect();
        let (advantage, weight) = (column(1.0, 0.0), column(0.3, 0.0).iter().map(|noise| noise.exp()).collect());
        let first: Vec<usize> = samples.iter().map(|range| range.start).collect();
        let mask = (0..samples.total()).map(|token| first.contains(&token) || stream.below(4) > 0).collect();
        let label = (0..3 * groups).map(|_| stream.below(3) as f64 - 1.0).collect();
        let pairs = (0..groups).flat_map(|group| {
            let at = 3 * group;
            let (a, b) = (0.5 + stream.uniform(), 0.5 + stream.uniform());
            [Pair { chosen: at, rejected: at + 1, weight: a }, Pair { chosen: at + 2, rejected: at, weight: b }]
        });
        let pairs = pairs.collect();
        Self { samples, mask, logp, old_logp, ref_logp, advantage, weight, label, pairs }
    }

    fn groups(&self) -> Segments {
        Segments::from_lengths(vec![3; self.samples.len() / 3])
    }

    fn totals(&self) -> BatchTotals {
        let groups = self.groups();
        let columns = PolicyColumns {
            groups: Some(&groups),
            label: Some(&self.label),
            pairs: Some(&self.pairs),
            ..PolicyColumns::new(&self.samples, &self.mask, &self.logp)
        };
        BatchTotals::of(&columns, 8)
    }

    /// Evaluates a run of groups as a part of the whole batch.
    fn evaluate(&self, objective: &ObjectiveConfig, part: Range<usize>) -> Evaluation {
        let members = 3 * part.start..3 * part.end;
        let samples = self.samples.slice(members.clone());
        let groups = Segments::from_lengths(vec![3; part.len()]);
        let start = if part.is_empty() { 0 } else { self.samples.range(members.start).start };
        let tokens = start..start + samples.total();
        let within = self.pairs.iter().filter(|pair| members.contains(&pair.chosen));
        let pairs: Vec<Pair> = within
            .map(|pair| Pair { chosen: pair.chosen - members.start, rejected: pair.rejected - members.start, ..*pair })
            .collect();
        let mut logp = vec![f64::NAN; tokens.len()];
        let columns = PolicyColumns {
            old_logp: &self.old_logp[tokens.clone()],
            ref_logp: Some(&self.ref_logp[tokens.clone()]),
            advantage: Some(&self.advantage[tokens.clone()]),
            weight: Some(&self.weight[tokens.clone()]),
            groups: Some(&groups),
            label: Some(&self.label[members]),
            pairs: Some(&pairs),
            ..PolicyColumns::new(&samples, &self.mask[tokens.clone()], &self.logp[tokens])
        };
        let loss = objective.evaluate(&columns, &self.totals(), &mut Derivatives { logp: &mut logp, entropy: None });
        Evaluation { loss, logp }
    }

    fn whole(&self, objective: &ObjectiveConfig) -> Evaluation {
        self.evaluate(objective, 0..self.samples.len() / 3)
    }

    /// The same batch with samples, groups and pairs in reverse order.
    fn reversed(&self) -> Self {
        let count = self.samples.len();
        let order: Vec<usize> = (0..count).rev().flat_map(|sample| self.samples.range(sample)).collect();
        let reorder = |column: &[f64]| order.iter().map(|&token| column[token]).collect();
        let pairs = self.pairs.iter().rev().map(|pair| Pair {
            chosen: count - 1 - pair.chosen,
            rejected: count - 1 - pair.rejected,
            ..*pair
        });
        Self {
            samples: Segments::from_lengths((0..count).rev().map(|sample| self.samples.range(sample).len())),
            mask: order.iter().map(|&token| self.mask[token]).collect(),
            logp: reorder(&self.logp),
            old_logp: reorder(&self.old_logp),
            ref_logp: reorder(&self.ref_logp),
            advantage: reorder(&self.advantage),
            weight: reorder(&self.weight),
            label: self.label.iter().rev().copied().collect(),
            pairs: pairs.collect(),
        }
    }
}

const DPO_LOSSES: [DpoLoss; 15] = [
    DpoLoss::Sigmoid,
    DpoLoss::Hinge,
    DpoLoss::Ipo,
    DpoLoss::ExoPair,
    DpoLoss::NcaPair,
    DpoLoss::Robust,
    DpoLoss::BcoPair,
    DpoLoss::SppoHard,
    DpoLoss::Aot,
    DpoLoss::AotUnpaired,
    DpoLoss::ApoZero,
    DpoLoss::ApoDown,
    DpoLoss::Discopop,
    DpoLoss::Sft,
    DpoLoss::SigmoidNorm,
];

fn aggregations() -> impl Strategy<Value = Aggregation> {
    use Aggregation::{FixedLength, SequenceMeanTokenMean, SequenceMeanTokenSum, TokenMean};
    prop::sample::select(vec![TokenMean, SequenceMeanTokenMean, SequenceMeanTokenSum, FixedLength])
}

fn dpo() -> impl Strategy<Value = ObjectiveConfig> {
    use DpoDivergence::{Alpha, ForwardKl, Js, ReverseKl};
    let losses = prop::collection::vec((prop::sample::select(DPO_LOSSES.to_vec()), 0.2..2.0_f64), 1..4);
    let divergence = (prop::sample::select(vec![ReverseKl, ForwardKl, Js, Alpha]), -0.5..1.5_f64);
    let rest = (prop::sample::select(vec![1.0, 0.3]), any::<bool>(), any::<bool>(), 0.05..2.0_f64);
    (losses, 0.05..1.0_f64, 0.01..0.4_f64, divergence, rest).prop_map(
        |(losses, beta, label_smoothing, (divergence, divergence_alpha), rest)| {
            ObjectiveConfig::Dpo(Dpo {
                losses: losses.into_iter().map(|(loss, weight)| WeightedDpoLoss { loss, weight }).collect(),
                beta,
                label_smoothing,
                divergence,
                divergence_alpha,
                ld_alpha: rest.0,
                weighting: rest.1,
                reference_free: rest.2,
                discopop_temperature: rest.3,
            })
        },
    )
}

/// Losses whose value has the derivative that they return.
fn smooth() -> impl Strategy<Value = ObjectiveConfig> {
    let losses = prop::sample::select(vec![CpoLoss::Sigmoid, CpoLoss::Hinge, CpoLoss::Ipo]);
    let cpo = (losses, 0.05..2.0_f64, any::<bool>(), (0.0..1.0_f64, -0.3..0.3_f64, 0.0..0.4_f64, 0.0..1.0_f64))
        .prop_map(|(loss, beta, length_normalised, (gamma, alpha, label_smoothing, nll))| {
            ObjectiveConfig::Cpo(Cpo { loss, beta, length_normalised, gamma, alpha, label_smoothing, nll })
        });
    let orpo = (0.05..2.0_f64).prop_map(|beta| ObjectiveConfig::Orpo(Orpo { beta }));
    let kto = (0.05..2.0_f64, 0.5..2.0_f64, 0.5..2.0_f64).prop_map(|(beta, desirable_weight, undesirable_weight)| {
        ObjectiveConfig::Kto(Kto { beta, desirable_weight, undesirable_weight, kl: KtoKl::None })
    });
    let forms = prop::sample::select(vec![RewardsAsLabelsForm::Set, RewardsAsLabelsForm::Bce]);
    let real = (0.2..2.0_f64, forms)
        .prop_map(|(temperature, form)| ObjectiveConfig::RewardsAsLabels(RewardsAsLabels { temperature, form }));
    let scores = prop::sample::select(vec![PacsScore::SumLogRatio, PacsScore::MeanLogRatio, PacsScore::MeanLogp]);
    let centres =
        prop::sample::select(vec![PacsCentre::LeaveOneOut, PacsCentre::Mean, PacsCentre::ZScore, PacsCentre::None]);
    let weights = prop::sample::select(vec![
        PacsWeights::Balanced,
        PacsWeights::Equal,
        PacsWeights::OnlyPositive,
        PacsWeights::OnlyNegative,
    ]);
    let pacs = (0.2..2.0_f64, scores, centres, weights)
        .prop_map(|(beta, score, centre, weights)| ObjectiveConfig::Pacs(Pacs { beta, score, centre, weights }));
    let oreal = (0.01..1.0_f64)
        .prop_map(|kl_coefficient| ObjectiveConfig::Oreal(Oreal { negative_coefficient: 0.0, kl_coefficient }));
    let likelihood = (aggregations(), prop_oneof![Just(0.0), 0.3..2.0_f64], 1.0..3.0_f64, any::<bool>()).prop_map(
        |(aggregation, temperature, cap, weighted_mean)| {
            // A weighted mean of weights of both signs may divide by almost nothing.
            let weighted_mean = weighted_mean && temperature > 0.0;
            ObjectiveConfig::WeightedLikelihood(WeightedLikelihood { aggregation, temperature, cap, weighted_mean })
        },
    );
    prop_oneof![6 => dpo(), 2 => cpo, 1 => orpo, 1 => kto, 1 => real, 2 => pacs, 1 => oreal, 1 => likelihood]
}

/// Those whose derivative is not that of their value, as some of it is held constant.
fn held() -> impl Strategy<Value = ObjectiveConfig> {
    let kl = prop::sample::select(vec![KtoKl::Batch, KtoKl::Mismatched]);
    let kto = kl.prop_map(|kl| ObjectiveConfig::Kto(Kto { kl, ..Kto::default() }));
    let oreal =
        (0.1..1.0_f64, prop_oneof![Just(0.0), 0.01..1.0_f64]).prop_map(|(negative_coefficient, kl_coefficient)| {
            ObjectiveConfig::Oreal(Oreal { negative_coefficient, kl_coefficient })
        });
    let distill = (prop_oneof![Just(0.0), 0.5..2.0_f64], aggregations())
        .prop_map(|(ratio_cap, aggregation)| ObjectiveConfig::Distill(Distill { ratio_cap, aggregation }));
    prop_oneof![kto, oreal, distill]
}

fn objectives() -> impl Strategy<Value = ObjectiveConfig> {
    prop_oneof![3 => smooth(), 1 => held()]
}

/// Rounding of sums of a few dozen numbers.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-11 * (1.0 + a.abs()) || a == b || (a.is_nan() && b.is_nan())
}

fn all_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

proptest! {
    #[test]
    fn derivatives_agree_with_finite_differences(seed: u64, objective in smooth()) {
        let step = 1e-5;
        let batch = Batch::random(seed);
        let found = batch.whole(&objective);
        for token in 0..batch.samples.total() {
            let value = |amount: f64| {
                let mut moved = batch.clone();
                moved.logp[token] += amount;
                moved.whole(&objective).loss.value
            };
            let (below, above) = ((found.loss.value - value(-step)) / step, (value(step) - found.loss.value) / step);
            // A kink, or two that change places in an order, between the three points: the difference means nothing.
            if (below - above).abs() > 2e-4 * (1.0 + below.abs()) {
                continue;
            }
            // Error step^2 of a smooth loss plus rounding 1e-16 / step, both 1e-10 or so of the size of the loss.
            let (difference, slope) = ((below + above) / 2.0, found.logp[token]);
            let tolerance = 1e-7 * (1.0 + slope.abs() + 1e-3 * found.loss.value.abs());
            prop_assert!((difference - slope).abs() < tolerance, "{difference} {slope} at {token}");
        }
    }

    #[test]
    fn groups_add_up_to_the_batch(seed: u64, objective in objectives(), cut in 0..5_usize, next in 0..5_usize) {
        if objective.scope() == Scope::Batch {
            return Ok(());
        }
        let batch = Batch::random(seed);
        let whole = batch.whole(&objective);
        let count = batch.samples.len() / 3;
        let (first, second) = (cut.min(next).min(count), cut.max(next).min(count));
        let (mut total, mut logp) = (Loss::default(), Vec::new());
        for part in [0..first, first..second, second..count] {
            let chunk = batch.evaluate(&objective, part);
            accumulate(&mut total, &chunk.loss);
            logp.extend(chunk.logp);
        }
        // Bit for bit: chunking must not change the model.
        prop_assert_eq!(logp, whole.logp);
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
                &mut poisoned.logp, &mut poisoned.old_logp, &mut poisoned.ref_logp, &mut poisoned.advantage,
                &mut poisoned.weight,
            ];
            columns.into_iter().for_each(|column| column[token] = f64::NAN);
        }
        let (clean, found) = (batch.whole(&objective), poisoned.whole(&objective));
        prop_assert_eq!(format!("{:?}", clean), format!("{:?}", found));
        let masked = (0..batch.samples.total()).filter(|&token| !batch.mask[token]);
        prop_assert!(masked.into_iter().all(|token| found.logp[token] == 0.0));
    }

    #[test]
    fn the_order_of_samples_and_pairs_does_not_matter(seed: u64, objective in objectives()) {
        let batch = Batch::random(seed);
        let (found, reversed) = (batch.whole(&objective), batch.reversed().whole(&objective));
        prop_assert!(close(found.loss.value, reversed.loss.value));
        let order = (0..batch.samples.len()).rev().flat_map(|sample| batch.samples.range(sample));
        let back: Vec<f64> = order.map(|token| found.logp[token]).collect();
        prop_assert!(all_close(&back, &reversed.logp));
    }

    #[test]
    fn a_nan_makes_the_loss_nan(seed: u64, objective in objectives()) {
        let mut batch = Batch::random(seed);
        // Of a sample that is chosen and rejected, correct or not by turns.
        let token = batch.samples.range(0).start;
        batch.label[0] = (seed % 2) as f64;
        batch.logp[token] = f64::NAN;
        prop_assert!(batch.whole(&objective).loss.value.is_nan());
    }

    #[test]
    fn a_nan_label_makes_the_loss_nan(seed: u64, objective in objectives()) {
        let mut batch = Batch::random(seed);
        batch.label[0] = f64::NAN;
        prop_assert!(!objective.needs().label || batch.whole(&objective).loss.value.is_nan());
    }

    #[test]
    fn extreme_log_ratios_are_finite_or_honestly_infinite(seed: u64, objective in objectives(), which in 0..3_usize) {
        let mut batch = Batch::random(seed);
        batch.label.iter_mut().for_each(|label| *label = label.abs());
        let mut stream = Stream::new(seed, "extreme", 0, 0);
        let column = [&mut batch.logp, &mut batch.ref_logp, &mut batch.old_logp][which].iter_mut();
        for value in column {
            *value = [-1e4, -300.0, -1e-12][stream.below(3) as usize];
        }
        let kl = ObjectiveConfig::Kto(Kto { kl: KtoKl::Batch, ..Kto::default() });
        let is_mismatched = matches!(&objective, ObjectiveConfig::Kto(kto) if kto.kl == KtoKl::Mismatched);
        let found = batch.whole(if is_mismatched { &kl } else { &objective });
        prop_assert!(!found.loss.value.is_nan(), "{found:?}");
        // A sample that one pair pulls up without bound and another down has no derivative; then the loss is infinite.
        let is_infinite = found.loss.value.is_infinite();
        prop_assert!(is_infinite || found.logp.iter().all(|slope| slope.is_finite()), "{found:?}");
    }

    #[test]
    fn a_pair_twice_is_a_pair_of_twice_the_weight(seed: u64, objective in smooth()) {
        let is_paired = objective.needs().pairs && objective.scope() != Scope::Batch;
        let mut batch = Batch::random(seed);
        let mut twice = batch.clone();
        twice.pairs.push(twice.pairs[0]);
        batch.pairs[0].weight *= 2.0;
        batch.pairs.push(Pair { chosen: 0, rejected: 1, weight: 0.0 });
        let (heavy, doubled) = (batch.whole(&objective), twice.whole(&objective));
        if is_paired {
            prop_assert!(close(heavy.loss.value, doubled.loss.value) && all_close(&heavy.logp, &doubled.logp));
        }
    }

    #[test]
    fn one_loss_is_a_setting_of_another(seed: u64, beta in 0.05..1.0_f64) {
        let mut batch = Batch::random(seed);
        // Every sample in one pair at most: chosen 0 against rejected 1 of each group.
        batch.pairs.retain(|pair| pair.chosen < pair.rejected);
        batch.pairs.iter_mut().for_each(|pair| pair.weight = 1.0);
        for sample in 0..batch.samples.len() {
            batch.label[sample] = f64::from(u8::from(sample % 3 == 0));
            if sample % 3 == 2 {
                batch.samples.range(sample).for_each(|token| batch.mask[token] = false);
            }
        }
        let of = |loss, change: &dyn Fn(&mut Dpo)| {
            let mut dpo = Dpo { losses: vec![WeightedDpoLoss { loss, weight: 1.0 }], beta, ..Dpo::default() };
            change(&mut dpo);
            batch.whole(&ObjectiveConfig::Dpo(dpo))
        };
        let free = |dpo: &mut Dpo| dpo.reference_free = true;
        let alpha = |divergence_alpha: f64| {
            move |dpo: &mut Dpo| (dpo.divergence, dpo.divergence_alpha) = (DpoDivergence::Alpha, divergence_alpha)
        };
        let cpo = |change: &dyn Fn(&mut Cpo)| {
            let mut cpo = Cpo { beta, nll: 0.0, ..Cpo::default() };
            change(&mut cpo);
            batch.whole(&ObjectiveConfig::Cpo(cpo))
        };
        let kto = Kto { beta, desirable_weight: 2.0, undesirable_weight: 2.0, kl: KtoKl::None };
        let equal = [
            (of(DpoLoss::Robust, &|_| ()), of(DpoLoss::Sigmoid, &|_| ())),
            (of(DpoLoss::Sigmoid, &alpha(1.0)), of(DpoLoss::Sigmoid, &|_| ())),
            (of(DpoLoss::Sigmoid, &alpha(0.0)), of(DpoLoss::Sigmoid, &|dpo| dpo.divergence = DpoDivergence::ForwardKl)),
            (cpo(&|_| ()), of(DpoLoss::Sigmoid, &free)),
            (cpo(&|cpo| cpo.loss = CpoLoss::Hinge), of(DpoLoss::Hinge, &free)),
            (cpo(&|cpo| cpo.length_normalised = true), of(DpoLoss::SigmoidNorm, &free)),
            (
                cpo(&|cpo| (cpo.loss, cpo.length_normalised) = (CpoLoss::Ipo, true)),
                of(DpoLoss::Ipo, &free),
            ),
            (batch.whole(&ObjectiveConfig::Kto(kto)), of(DpoLoss::ApoZero, &|_| ())),
        ];
        for (case, (found, expected)) in equal.iter().enumerate() {
            prop_assert!(close(found.loss.value, expected.loss.value), "{case}");
            prop_assert!(all_close(&found.logp, &expected.logp), "{case}");
        }
    }
}

#[test]
fn single_precision_differs_by_rounding_only() {
    let batch = Batch::random(7);
    let narrow = |column: &[f64]| column.iter().map(|&value| value as f32).collect::<Vec<f32>>();
    let (logp, old_logp, ref_logp) = (narrow(&batch.logp), narrow(&batch.old_logp), narrow(&batch.ref_logp));
    let groups = batch.groups();
    for objective in [
        ObjectiveConfig::Dpo(Dpo::default()),
        ObjectiveConfig::Orpo(Orpo::default()),
        ObjectiveConfig::Kto(Kto::default()),
        ObjectiveConfig::RewardsAsLabels(RewardsAsLabels::default()),
        ObjectiveConfig::Pacs(Pacs::default()),
    ] {
        let columns = PolicyColumns {
            old_logp: &old_logp,
            ref_logp: Some(&ref_logp),
            groups: Some(&groups),
            label: Some(&batch.label),
            pairs: Some(&batch.pairs),
            ..PolicyColumns::new(&batch.samples, &batch.mask, &logp)
        };
        let mut slopes = vec![f32::NAN; logp.len()];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let loss = objective.evaluate(&columns, &batch.totals(), &mut out);
        let wide = batch.whole(&objective);
        // Inputs are rounded to 24 bits: 6e-8 relative, on sums up to about 10.
        assert!((loss.value - wide.loss.value).abs() < 3e-6, "{}", objective.kind());
        assert!(slopes.iter().zip(&wide.logp).all(|(narrow, wide)| (f64::from(*narrow) - wide).abs() < 3e-6));
    }
}
