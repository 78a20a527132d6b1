//! What group-relative advantages promise for any scores.

use plaudit_core::{Advantages, CreditColumns, Segments};
use plaudit_credit::{Centre, Constant, CreditConfig, GroupConfig, Scale, Singleton, Whiten};
use proptest::prelude::*;

/// The advantages of samples of one token each.
fn advantages(config: &GroupConfig, scores: &[f64], scored: &[bool], sizes: &[usize]) -> Vec<f64> {
    let (samples, groups) =
        (Segments::from_lengths(scores.iter().map(|_| 1)), Segments::from_lengths(sizes.iter().copied()));
    let mask = vec![true; scores.len()];
    let columns = CreditColumns::new(&samples, &groups, &mask, scores, scored);
    let mut advantage = vec![f64::NAN; scores.len()];
    let mut out = Advantages { advantage: &mut advantage, returns: None };
    CreditConfig::Group(config.clone()).credit(&columns, &mut out).expect("the scores are finite");
    advantage
}

fn configs() -> impl Strategy<Value = GroupConfig> {
    let centres = vec![Centre::GroupMean, Centre::LeaveOneOut, Centre::BatchMean, Centre::LengthWeighted, Centre::None];
    let scales = vec![Scale::None, Scale::GroupStd, Scale::BatchStd, Scale::LeaveOneOutStd];
    let singletons = prop::sample::select(vec![Singleton::Zero, Singleton::Raw]);
    let constants = prop::sample::select(vec![Constant::Zero, Constant::Undivided]);
    let whitenings = prop::sample::select(vec![Whiten::None, Whiten::None, Whiten::Samples]);
    (prop::sample::select(centres), prop::sample::select(scales), 0..2_u8, singletons, constants, whitenings).prop_map(
        |(centre, scale, ddof, singleton, constant, whiten)| GroupConfig {
            centre,
            scale,
            ddof,
            singleton,
            constant,
            whiten,
            ..GroupConfig::default()
        },
    )
}

/// Groups of 0 to 5 samples with a score each (small integers make ties likely) and a scored mark.
fn batches() -> impl Strategy<Value = (Vec<usize>, Vec<f64>, Vec<bool>)> {
    prop::collection::vec(0..6_usize, 1..5).prop_flat_map(|sizes| {
        let total = sizes.iter().sum::<usize>();
        let score = prop_oneof![(0..3_i32).prop_map(f64::from), -2.0..2.0_f64];
        (Just(sizes), prop::collection::vec(score, total), prop::collection::vec(prop::bool::weighted(0.9), total))
    })
}

/// Rounding of sums of a few numbers near 1, divided by a deviation that may be as small as 1e-2.
fn close(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + a.abs()))
}

proptest! {
    #[test]
    fn the_order_within_a_group_does_not_matter((sizes, scores, scored) in batches(), config in configs()) {
        let found = advantages(&config, &scores, &scored, &sizes);
        let groups = Segments::from_lengths(sizes.iter().copied());
        let order: Vec<usize> = groups.iter().flat_map(|range| range.rev()).collect();
        let reordered: Vec<f64> = order.iter().map(|&sample| scores[sample]).collect();
        let marks: Vec<bool> = order.iter().map(|&sample| scored[sample]).collect();
        let back: Vec<f64> = order.iter().map(|&sample| found[sample]).collect();
        prop_assert!(close(&advantages(&config, &reordered, &marks, &sizes), &back));
    }

    #[test]
    fn a_constant_added_to_every_score_changes_nothing(
        (sizes, scores, scored) in batches(), config in configs(), shift in -5.0..5.0_f64,
    ) {
        prop_assume!(config.centre != Centre::None && config.singleton == Singleton::Zero);
        // Close but unequal scores would magnify the rounding of the shift.
        let coarse: Vec<f64> = scores.iter().map(|score| (score * 8.0).round() / 8.0).collect();
        let shift = (shift * 8.0).round() / 8.0;
        let shifted: Vec<f64> = coarse.iter().map(|score| score + shift).collect();
        let found = advantages(&config, &coarse, &scored, &sizes);
        prop_assert!(close(&advantages(&config, &shifted, &scored, &sizes), &found));
    }

    #[test]
    fn a_normalised_advantage_ignores_the_unit(
        (sizes, scores, scored) in batches(), config in configs(), unit in 0.1..100.0_f64,
    ) {
        let scale = if config.scale == Scale::None { Scale::GroupStd } else { config.scale };
        let exact = GroupConfig { eps: 0.0, singleton: Singleton::Zero, constant: Constant::Zero, ..config };
        let config = GroupConfig { scale, ..exact };
        let scaled: Vec<f64> = scores.iter().map(|score| score * unit).collect();
        let found = advantages(&config, &scores, &scored, &sizes);
        prop_assert!(close(&advantages(&config, &scaled, &scored, &sizes), &found), "{found:?}");
    }

    #[test]
    fn a_group_around_its_own_mean_sums_to_zero((sizes, scores, scored) in batches(), config in configs()) {
        let centre = if config.centre == Centre::LeaveOneOut { config.centre } else { Centre::GroupMean };
        let scale = if config.scale == Scale::LeaveOneOutStd { Scale::GroupStd } else { config.scale };
        let config = GroupConfig { centre, scale, singleton: Singleton::Zero, ..config };
        let found = advantages(&config, &scores, &scored, &sizes);
        for range in Segments::from_lengths(sizes).iter() {
            let size: f64 = found[range.clone()].iter().map(|advantage| advantage.abs()).sum();
            prop_assert!(found[range].iter().sum::<f64>().abs() <= 1e-9 * (1.0 + size));
        }
    }

    #[test]
    fn an_unscored_sample_is_as_good_as_absent((sizes, scores, scored) in batches(), config in configs()) {
        let found = advantages(&config, &scores, &scored, &sizes);
        let groups = Segments::from_lengths(sizes);
        let rest: Vec<f64> = (0..scores.len()).filter(|&i| scored[i]).map(|i| scores[i]).collect();
        let kept: Vec<f64> = (0..scores.len()).filter(|&i| scored[i]).map(|i| found[i]).collect();
        let smaller: Vec<usize> = groups.iter().map(|range| range.filter(|&i| scored[i]).count()).collect();
        prop_assert_eq!(advantages(&config, &rest, &vec![true; rest.len()], &smaller), kept);
        prop_assert!((0..scores.len()).filter(|&i| !scored[i]).all(|i| found[i] == 0.0));
    }
}
