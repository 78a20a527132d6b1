//! Numbers that papers and the catalogue of methods state, and terms that are held constant, worked out by hand.

use plaudit_core::{Derivatives, Pair, PolicyColumns, Segments};
use plaudit_objective::{
    Aggregation, BatchTotals, Distill, Dpo, DpoLoss, Kto, KtoKl, Objective, Oreal, Pacs, PacsCentre, RewardsAsLabels,
    RewardsAsLabelsForm, SoftTargetColumns, SoftTargets, Tail, WeightedDpoLoss, WeightedLikelihood,
};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}

/// One token per sample, old log-probability -1, one group.
fn group<O: Objective<f64>>(objective: &O, log_ratios: &[f64], labels: &[f64]) -> (f64, Vec<f64>) {
    let count = labels.len();
    let (samples, groups) = (Segments::from_lengths(vec![1; count]), Segments::from_lengths([count]));
    let (mask, old) = (vec![true; count], vec![-1.0; count]);
    let logp: Vec<f64> = log_ratios.iter().map(|ratio| ratio - 1.0).collect();
    let columns = PolicyColumns {
        old_logp: &old,
        ref_logp: Some(&old),
        label: Some(labels),
        groups: Some(&groups),
        ..PolicyColumns::new(&samples, &mask, &logp)
    };
    let mut slopes = vec![f64::NAN; count];
    let totals = BatchTotals::of(&columns, 1);
    let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
    (loss.value, slopes)
}

#[test]
fn rewards_as_labels() {
    let set = RewardsAsLabels::default();
    close(group(&set, &[0.1, 0.2, -0.1], &[1.0, 0.0, 0.0]).0, 1.795_255);
    let (_, slopes) = group(&set, &[0.0; 3], &[1.0, 0.0, 0.0]);
    // 1/tau of a single correct answer, halved by the anchor; two incorrect ones share 2/3 of it.
    for (found, expected) in slopes.iter().zip([-1.0, 2.0 / 3.0, 2.0 / 3.0]) {
        close(*found, expected);
    }
    // ln(1 + exp(-0.2)), and the mean of ln(1 + exp(0.4)) and ln(1 + exp(-0.2)).
    let bce = RewardsAsLabels { form: RewardsAsLabelsForm::Bce, ..RewardsAsLabels::default() };
    let softplus = |x: f64| x.exp().ln_1p();
    let expected = softplus(-0.2) + (softplus(0.4) + softplus(-0.2)) / 2.0;
    close(group(&bce, &[0.1, 0.2, -0.1], &[1.0, 0.0, 0.0]).0, expected);
    // The worst ranked answer gets the most, and never more than 1/tau.
    let (value, slopes) = group(&set, &[-9.0, 1.0, 50.0], &[1.0, 0.0, 0.0]);
    assert!(value.is_finite() && slopes[2] > slopes[1] && slopes[2] <= 2.0 && slopes[0] >= -2.0);
}

#[test]
fn pacs() {
    let pacs = Pacs::default();
    close(group(&pacs, &[0.2, -0.2], &[1.0, 0.0]).0, 0.513_015);
    let (value, slopes) = group(&pacs, &[0.0, 0.0], &[1.0, 0.0]);
    close(value, 2.0_f64.ln());
    // dL/dz = [-1/4, 1/4]; z_1 = s_1 - s_2, so both reach both.
    close(slopes[0], -0.5);
    close(slopes[1], 0.5);
    // Weights 2 and 2/3, on policy: -2 * 1/2 / 4 of the correct one, 1/12 of each other, each less the mean of the others.
    let (_, slopes) = group(&pacs, &[0.0; 4], &[1.0, 0.0, 0.0, 0.0]);
    close(slopes[0], -0.25 - 1.0 / 12.0);
    close(slopes[1], 1.0 / 12.0 - (-0.25 + 2.0 / 12.0) / 3.0);
    // Scores 1 and -1: mean 0, deviation sqrt(2).
    let centred = |centre, log_ratios: &[f64]| group(&Pacs { centre, ..Pacs::default() }, log_ratios, &[1.0, 0.0]).0;
    close(centred(PacsCentre::LeaveOneOut, &[1.0, -1.0]), (-2.0_f64).exp().ln_1p());
    close(centred(PacsCentre::Mean, &[1.0, -1.0]), (-1.0_f64).exp().ln_1p());
    close(centred(PacsCentre::ZScore, &[1.0, -1.0]), (-0.5_f64.sqrt()).exp().ln_1p());
    close(centred(PacsCentre::None, &[3.0_f64.ln(), 0.0]), (-(0.75_f64.ln()) + 2.0_f64.ln()) / 2.0);
    // One label alone weighs 1; an answer alone keeps its score.
    close(group(&pacs, &[0.0, 0.0], &[1.0, 1.0]).0, 2.0_f64.ln());
    close(group(&pacs, &[3.0_f64.ln()], &[1.0]).0, -(0.75_f64.ln()));
}

#[test]
fn kto_measures_from_the_estimate() {
    let kto = |kl| Kto { beta: 1.0, kl, ..Kto::default() };
    let ln3 = 3.0_f64.ln();
    // The mean of 2 ln 3, 0 and ln 3 is ln 3: distances ln 3, -ln 3 and 0.
    let (value, slopes) = group(&kto(KtoKl::Batch), &[2.0 * ln3, 0.0, ln3], &[1.0, 0.0, 1.0]);
    close(value, (0.25 + 0.25 + 0.5) / 3.0);
    close(slopes[0], -0.1875 / 3.0);
    // Of a mismatched sample at ln 3; it counts for nothing else.
    let (value, slopes) = group(&kto(KtoKl::Mismatched), &[2.0 * ln3, 0.0, ln3], &[1.0, 0.0, -1.0]);
    close(value, (0.25 + 0.25) / 2.0);
    assert_eq!(slopes[2], 0.0);
    // A negative estimate is 0.
    close(group(&kto(KtoKl::Mismatched), &[0.0, -ln3], &[1.0, -1.0]).0, 0.5);
    assert!(group(&kto(KtoKl::Mismatched), &[0.0], &[1.0]).0.is_nan());
}

/// Two pairs of one-token samples: log-ratios of chosen `c` and rejected `r`, the reference being at -1.
fn pairs(dpo: &Dpo, [c0, r0, c1, r1]: [f64; 4], weight: Option<&[f64]>) -> (f64, [f64; 4]) {
    let samples = Segments::from_lengths([1; 4]);
    let logp = [c0 - 1.0, r0 - 1.0, c1 - 1.0, r1 - 1.0];
    let pairs = [(0, 1), (2, 3)].map(|(chosen, rejected)| Pair { chosen, rejected, weight: 1.0 });
    let columns = PolicyColumns {
        ref_logp: Some(&[-1.0; 4]),
        pairs: Some(&pairs),
        weight,
        ..PolicyColumns::new(&samples, &[true; 4], &logp)
    };
    let mut slopes = [f64::NAN; 4];
    let out = &mut Derivatives { logp: &mut slopes, entropy: None };
    (dpo.evaluate(&columns, &BatchTotals::of(&columns, 1), out).value, slopes)
}

fn dpo(loss: DpoLoss, beta: f64) -> Dpo {
    Dpo { losses: vec![WeightedDpoLoss { loss, weight: 1.0 }], beta, ..Dpo::default() }
}

#[test]
fn dpo_losses() {
    let (ln2, ln3) = (2.0_f64.ln(), 3.0_f64.ln());
    let of = |loss| pairs(&dpo(loss, 1.0), [ln2, -(1.5_f64.ln()), 0.0, 0.0], None).0;
    // z is ln 3 and 0; sigmoids of c are 2/3 and 1/2, of r 2/5 and 1/2.
    let ls = |p: f64| -p.ln();
    close(of(DpoLoss::Sigmoid), (ls(0.75) + ln2) / 2.0);
    close(of(DpoLoss::Hinge), 0.5);
    close(of(DpoLoss::Ipo), ((ln3 - 0.5).powi(2) + 0.25) / 2.0);
    let nca = |c: f64, r: f64| ls(c) + 0.5 * ls(1.0 - c) + 0.5 * ls(1.0 - r);
    close(of(DpoLoss::NcaPair), (nca(2.0 / 3.0, 0.4) + nca(0.5, 0.5)) / 2.0);
    close(of(DpoLoss::BcoPair), (ls(2.0 / 3.0) + ls(0.6) + 2.0 * ln2) / 2.0);
    close(of(DpoLoss::SppoHard), ((ln2 - 0.5).powi(2) + (0.5 - 1.5_f64.ln()).powi(2) + 0.5) / 2.0);
    close(of(DpoLoss::ApoZero), (1.0 / 3.0 + 0.4 + 1.0) / 2.0);
    close(of(DpoLoss::ApoDown), (2.0 / 3.0 + 0.25 + 1.0) / 2.0);
    close(of(DpoLoss::SigmoidNorm), of(DpoLoss::Sigmoid));
    // -logp of the chosen ones: 1 - ln 2 and 1.
    close(of(DpoLoss::Sft), (2.0 - ln2) / 2.0);
    let with = |loss, label_smoothing| {
        pairs(&Dpo { label_smoothing, ..dpo(loss, 1.0) }, [ln2, -(1.5_f64.ln()), 0.0, 0.0], None).0
    };
    close(with(DpoLoss::Sigmoid, 0.1), (0.9 * ls(0.75) + 0.1 * ls(0.25) + ln2) / 2.0);
    close(with(DpoLoss::Robust, 0.1), ((0.9 * ls(0.75) - 0.1 * ls(0.25)) / 0.8 + ln2) / 2.0);
    let kl = |q: f64| q * (q / 0.9).ln() + (1.0 - q) * ((1.0 - q) / 0.1).ln();
    close(with(DpoLoss::ExoPair, 0.1), (kl(0.75) + kl(0.5)) / 2.0);
    // At temperature 1 the switch is the sigmoid itself.
    let discopop = Dpo { discopop_temperature: 1.0, ..dpo(DpoLoss::Discopop, 1.0) };
    let value = pairs(&discopop, [ln2, -(1.5_f64.ln()), 0.0, 0.0], None).0;
    close(value, (0.25 * ls(0.75) + 0.75 / 3.0 + 0.5 * ln2 + 0.5) / 2.0);
}

#[test]
fn sorted_dpo_losses() {
    let (ln2, ln3) = (2.0_f64.ln(), 3.0_f64.ln());
    // Chosen ln 3 and 0, rejected 0 and -ln 2: sorted, 0 against -ln 2 and ln 3 against 0.
    let (value, slopes) = pairs(&dpo(DpoLoss::AotUnpaired, 1.0), [ln3, 0.0, 0.0, -ln2], None);
    close(value, -((2.0 / 3.0_f64).ln() + 0.75_f64.ln()) / 2.0);
    for (found, expected) in slopes.iter().zip([-0.25, 0.25, -1.0 / 3.0, 1.0 / 3.0]) {
        close(*found, expected / 2.0);
    }
    // The reference is flat, so pairs keep their own margins.
    let (value, _) = pairs(&dpo(DpoLoss::Aot, 1.0), [ln3, 0.0, 0.0, -ln2], None);
    close(value, -((2.0 / 3.0_f64).ln() + 0.75_f64.ln()) / 2.0);
}

#[test]
fn weights_and_mixtures_of_dpo() {
    // The first pair's answers are 1/2 and 1/4 as likely as an average one, the second's 1.
    let wpo = Dpo { weighting: true, ..dpo(DpoLoss::Sigmoid, 1.0) };
    let (value, slopes) = pairs(&wpo, [0.0; 4], Some(&[0.5, 0.25, 1.0, 1.0]));
    close(value, (0.125 + 1.0) * 2.0_f64.ln() / 2.0);
    close(slopes[0], -0.125 * 0.5 / 2.0);
    let losses = [(DpoLoss::Sigmoid, 0.8), (DpoLoss::BcoPair, 0.2), (DpoLoss::Sft, 1.0)];
    let mpo = Dpo { losses: losses.map(|(loss, weight)| WeightedDpoLoss { loss, weight }).to_vec(), ..wpo };
    let (value, _) = pairs(&Dpo { weighting: false, ..mpo }, [0.0; 4], None);
    close(value, (0.8 + 0.4) * 2.0_f64.ln() + 1.0);
}

#[test]
fn length_desensitised_dpo_counts_the_tail_less() {
    // Three tokens against one: tokens 2 and 3 count half.
    let samples = Segments::from_lengths([3, 1]);
    let pairs = [Pair { chosen: 0, rejected: 1, weight: 1.0 }];
    let columns = PolicyColumns {
        ref_logp: Some(&[-1.0; 4]),
        pairs: Some(&pairs),
        ..PolicyColumns::new(&samples, &[true; 4], &[-0.5, -0.4, -1.6, -0.5])
    };
    let mut slopes = [f64::NAN; 4];
    let out = &mut Derivatives { logp: &mut slopes, entropy: None };
    let objective = Dpo { ld_alpha: 0.5, ..dpo(DpoLoss::Sigmoid, 1.0) };
    let loss = objective.evaluate(&columns, &BatchTotals::of(&columns, 3), out);
    // Chosen 0.5 + (0.6 - 0.6) / 2, rejected 0.5.
    close(loss.value, 2.0_f64.ln());
    for (found, expected) in slopes.iter().zip([-0.5, -0.25, -0.25, 0.5]) {
        close(*found, expected);
    }
}

#[test]
#[expect(clippy::approx_constant, reason = "the digits of the worked example")]
fn conditioned_rlft() {
    // Mean losses 2 and 4 with weights 1 and 0.1, whatever the lengths; exp(reward) as weights with a temperature of 1.
    let samples = Segments::from_lengths([2, 1]);
    let columns = PolicyColumns {
        advantage: Some(&[1.0, 1.0, 0.1]),
        ..PolicyColumns::new(&samples, &[true; 3], &[-1.0, -3.0, -4.0])
    };
    let evaluate = |temperature| {
        let aggregation = Aggregation::SequenceMeanTokenMean;
        let objective = WeightedLikelihood { aggregation, temperature, weighted_mean: true, ..Default::default() };
        let out = &mut Derivatives { logp: &mut [0.0; 3], entropy: None };
        objective.evaluate(&columns, &BatchTotals::of(&columns, 2), out).value
    };
    assert!((evaluate(0.0) - 2.1818).abs() < 5e-5);
    close(evaluate(0.0), 2.4 / 1.1);
    close(evaluate(1.0), (2.0 * 2.459_603 + 4.0) / 3.459_603);
    // Undivided, a token's derivative is its weight: exp(1), exp(1) and exp(0.1).
    let sum = WeightedLikelihood { aggregation: Aggregation::TokenSum, temperature: 1.0, ..Default::default() };
    let mut slopes = [f64::NAN; 3];
    sum.evaluate(&columns, &BatchTotals::of(&columns, 2), &mut Derivatives { logp: &mut slopes, entropy: None });
    for (slope, weight) in slopes.iter().zip([2.71828, 2.71828, 1.10517]) {
        assert!((slope + weight).abs() < 5e-6, "{slope}");
    }
}

#[test]
fn self_distillation_between_two_tokens() {
    // p = (0.5, 0.5), q = (0.8, 0.2), m halfway between.
    let divergence = |alpha: f64, student: [f64; 2], teacher: [f64; 2]| {
        let (one, two) = (Segments::from_lengths([1]), Segments::from_lengths([2]));
        let [student, teacher] = [student, teacher].map(|probabilities| probabilities.map(f64::ln));
        let columns = SoftTargetColumns {
            samples: &one,
            mask: &[true],
            named: &two,
            student: &student,
            teacher: &teacher,
            weight: None,
        };
        let objective = SoftTargets { alpha, tail: Tail::None, ..SoftTargets::default() };
        objective.evaluate(&columns, &BatchTotals::count(&one, &[true], 1), &mut [0.0; 2]).value
    };
    let (p, q, m) = ([0.5, 0.5], [0.8, 0.2], [0.65, 0.35]);
    close(divergence(0.5, p, q), 0.050_672);
    close(divergence(1.0, p, q), 0.223_144);
    close(divergence(0.0, p, q), 0.192_745);
    // Its two halves: KL(q || m) forward from a student at m, KL(p || m) in reverse to a teacher at m.
    close(divergence(0.0, m, q), 0.054_188);
    close(divergence(1.0, p, m), 0.047_155);
}

#[test]
fn held_factors_of_oreal_and_distillation() {
    let samples = Segments::from_lengths([1, 1, 1]);
    let columns = PolicyColumns {
        old_logp: &[-1.0, -1.0 - 4.0_f64.ln(), -1.0 + 2.0_f64.ln()],
        ref_logp: Some(&[-0.5, -1.5, -1.5]),
        advantage: Some(&[2.0 / 3.0, -2.0 / 3.0, -2.0 / 3.0]),
        label: Some(&[1.0, 0.0, 0.0]),
        ..PolicyColumns::new(&samples, &[true; 3], &[-1.0; 3])
    };
    let totals = BatchTotals::of(&columns, 1);
    let evaluate = |objective: &dyn Objective<f64>| {
        let mut slopes = [f64::NAN; 3];
        let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
        (loss.value, slopes)
    };
    // 2/3 * 1 of the correct token; 1/2 * 2/3 of each incorrect one, over two tokens.
    let (value, slopes) = evaluate(&Oreal { kl_coefficient: 0.0, ..Oreal::default() });
    close(value, 1.0);
    for (found, expected) in slopes.iter().zip([-2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
        close(*found, expected);
    }
    // Ratios 1, 4 (held at 2) and 1/2; log-ratios to the teacher -1/2, 1/2 and 1/2.
    let (value, slopes) = evaluate(&Distill { ratio_cap: 2.0, ..Distill::default() });
    for (found, expected) in slopes.iter().zip([-0.5, 1.0, 0.25]) {
        close(*found, expected / 3.0);
    }
    close(value, -0.75 / 3.0);
}
