//! What every estimator promises for any batch: order, masked tokens, padding, unscored samples, precision and threads change nothing.

use plaudit_core::{Advantages, Batch, CreditColumns, Sample, Segments};
use plaudit_credit::{
    Baseline, Centre, Constant, CreditConfig, CreditError, GaeConfig, GdpoConfig, GroupConfig, Masked,
    OptimalTokenBaselineConfig, PairwiseConfig, PassAtKConfig, Positions, RewardToGoConfig, Scale, SecondBest,
    Singleton, Whiten,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn configs() -> Vec<CreditConfig> {
    let group = GroupConfig::default;
    let mut configs = Vec::new();
    for centre in [
        Centre::GroupMean,
        Centre::LeaveOneOut,
        Centre::BatchMean,
        Centre::LengthWeighted,
        Centre::Greedy,
        Centre::Running,
        Centre::None,
    ] {
        for scale in [Scale::None, Scale::GroupStd, Scale::BatchStd, Scale::LeaveOneOutStd, Scale::NonzeroShare] {
            configs.push(CreditConfig::Group(GroupConfig { centre, scale, ..group() }));
        }
    }
    configs.extend([
        CreditConfig::Group(GroupConfig { by_role: true, singleton: Singleton::Raw, ..group() }),
        CreditConfig::Group(GroupConfig { scale: Scale::None, whiten: Whiten::Tokens, factor: 2.0, ..group() }),
        CreditConfig::Group(GroupConfig { constant: Constant::Divided, whiten: Whiten::Samples, ..group() }),
        CreditConfig::Gae(GaeConfig::default()),
        CreditConfig::Gae(GaeConfig { gamma: 0.9, whiten: false, ..GaeConfig::default() }),
        CreditConfig::RewardToGo(RewardToGoConfig { gamma: 0.9, ..RewardToGoConfig::default() }),
        CreditConfig::RewardToGo(RewardToGoConfig { baseline: Baseline::Greedy, whiten: false, ..Default::default() }),
        CreditConfig::OptimalTokenBaseline(OptimalTokenBaselineConfig::default()),
        CreditConfig::PassAtK(PassAtKConfig { singleton: SecondBest::Zero, ..PassAtKConfig::default() }),
        CreditConfig::Gdpo(GdpoConfig::default()),
        CreditConfig::Gdpo(GdpoConfig { whiten: Whiten::Tokens, ..GdpoConfig::default() }),
        CreditConfig::Pairwise(PairwiseConfig::default()),
    ]);
    configs
}

/// Advantages and returns of each row, or why there are none. The score doubles as what answers are compared by.
fn credit(config: &CreditConfig, rows: &[Sample]) -> Result<Vec<[Vec<f64>; 2]>, CreditError> {
    let batch = Batch::from_samples(rows).expect("the rows have lists of equal length");
    let mut pairwise = Vec::new();
    for group in batch.groups.iter() {
        let score = |sample: usize| batch.scores[sample];
        pairwise.extend(group.clone().flat_map(|i| group.clone().map(move |j| score(i).powi(3) - score(j).powi(3))));
    }
    let columns = CreditColumns { pairwise: Some(&pairwise), ..batch.credit() };
    let (mut advantage, mut returns) = (vec![0.0; batch.mask.len()], vec![0.0; batch.mask.len()]);
    config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: Some(&mut returns) })?;
    let mut found = vec![[Vec::new(), Vec::new()]; rows.len()];
    for (range, row) in batch.samples.iter().zip(&batch.row) {
        found[*row] = [advantage[range.clone()].to_vec(), returns[range].to_vec()];
    }
    Ok(found)
}

/// A sample of 0 to 4 tokens. Scores and rewards are coarse, so that there are ties, and none nearly.
fn row() -> impl Strategy<Value = Sample> {
    let token = (prop::bool::weighted(0.8), 0..3_i32, -1.0..1.0_f64, -3.0..0.0_f64, 0.1..0.9_f64, 0.5..2.0_f64);
    let score = prop::option::weighted(0.9, (-1..3_i32).prop_map(f64::from));
    let whole = (0..3_u64, score, 0..2_u32, -1.0..1.0_f64);
    (whole, prop::collection::vec(token, 0..5)).prop_map(|((group, score, role, baseline), tokens)| Sample {
        group,
        score,
        mask: Some(tokens.iter().map(|token| token.0).collect()),
        rewards: Some(tokens.iter().map(|token| f64::from(token.1) / 2.0).collect()),
        values: Some(tokens.iter().map(|token| token.2).collect()),
        logp: Some(tokens.iter().map(|token| token.3).collect()),
        collision: Some(tokens.iter().map(|token| token.4).collect()),
        importance: Some(tokens.iter().map(|token| token.5).collect()),
        role: Some(role),
        baseline: Some(baseline),
        sources: BTreeMap::from([("length".to_owned(), Some(tokens.len() as f64)), ("reward".to_owned(), score)]),
        ..Sample::default()
    })
}

fn rows() -> impl Strategy<Value = Vec<Sample>> {
    prop::collection::vec(row(), 1..12)
}

fn lists(row: &mut Sample) -> [&mut Vec<f64>; 5] {
    [&mut row.rewards, &mut row.values, &mut row.logp, &mut row.collision, &mut row.importance]
        .map(|list| list.as_mut().expect("every row has all lists"))
}

/// Rounding of sums in another order, at most over a deviation of 1e-4.
fn close(found: &[[Vec<f64>; 2]], expected: &[[Vec<f64>; 2]]) -> bool {
    let flat = |all: &[[Vec<f64>; 2]]| all.iter().flatten().flatten().copied().collect::<Vec<_>>();
    let (found, expected) = (flat(found), flat(expected));
    found.len() == expected.len() && found.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-9 * (1.0 + b.abs()))
}

proptest! {
    #[test]
    fn order_changes_nothing(rows in rows()) {
        let backwards: Vec<Sample> = rows.iter().rev().cloned().collect();
        for config in configs() {
            let Ok(expected) = credit(&config, &rows) else { continue };
            let mut found = credit(&config, &backwards).unwrap();
            found.reverse();
            prop_assert!(close(&found, &expected), "{config:?}: {found:?} is not {expected:?}");
        }
    }

    #[test]
    fn masked_tokens_are_not_read_and_get_nothing(rows in rows()) {
        let mut other = rows.clone();
        for row in &mut other {
            let masked: Vec<usize> = (0..row.len()).filter(|&token| !row.mask.as_ref().unwrap()[token]).collect();
            lists(row).into_iter().for_each(|list| masked.iter().for_each(|&token| list[token] = f64::NAN));
        }
        for config in configs() {
            let expected = credit(&config, &rows);
            prop_assert_eq!(&credit(&config, &other), &expected, "{:?}", config);
            for (row, found) in rows.iter().zip(expected.unwrap_or_default()) {
                let masked = |values: &Vec<f64>| {
                    values.iter().zip(row.mask.as_ref().unwrap()).all(|(value, is_written)| *is_written || *value == 0.0)
                };
                prop_assert!(found.iter().all(masked), "{:?}", config);
            }
        }
    }

    #[test]
    fn padding_before_and_after_changes_nothing(rows in rows(), before in 0..3_usize, after in 0..3_usize) {
        let mut padded = rows.clone();
        for row in &mut padded {
            let mask = row.mask.as_mut().unwrap();
            *mask = [vec![false; before], mask.clone(), vec![false; after]].concat();
            for list in lists(row) {
                *list = [vec![7.0; before], list.clone(), vec![7.0; after]].concat();
            }
        }
        for config in configs() {
            let Ok(expected) = credit(&config, &rows) else { continue };
            let mut found = credit(&config, &padded).unwrap();
            found.iter_mut().flatten().for_each(|values| *values = values[before..values.len() - after].to_vec());
            prop_assert_eq!(&found, &expected, "{:?}", config);
        }
    }

    #[test]
    fn a_sample_without_a_score_is_as_good_as_absent(rows in rows()) {
        let rest: Vec<Sample> = rows.iter().filter(|row| row.score.is_some()).cloned().collect();
        prop_assume!(!rest.is_empty());
        for config in configs() {
            let Ok(all) = credit(&config, &rows) else { continue };
            let scored = rows.iter().zip(all).filter(|(row, _)| row.score.is_some());
            let expected: Vec<_> = scored.map(|(_, found)| found).collect();
            let found = credit(&config, &rest).unwrap();
            prop_assert!(close(&found, &expected), "{config:?}: {found:?} is not {expected:?}");
        }
    }

    #[test]
    fn single_precision_agrees(rows in rows()) {
        let batch = Batch::from_samples(&rows).unwrap();
        let narrow = |list: &Option<Vec<f64>>| list.as_ref().map(|list| list.iter().map(|x| *x as f32).collect::<Vec<_>>());
        let [rewards, values] = [&batch.rewards, &batch.values].map(narrow);
        let columns = CreditColumns {
            rewards: rewards.as_deref(),
            values: values.as_deref(),
            ..CreditColumns::new(&batch.samples, &batch.groups, &batch.mask, &batch.scores, &batch.scored)
        };
        let config = CreditConfig::Gae(GaeConfig { whiten: false, ..GaeConfig::default() });
        let mut advantage = vec![0.0_f32; batch.mask.len()];
        config.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None }).unwrap();
        let expected = credit(&config, &rows).unwrap();
        for (range, row) in batch.samples.iter().zip(&batch.row) {
            for (found, expected) in advantage[range].iter().zip(&expected[*row][0]) {
                prop_assert!((f64::from(*found) - expected).abs() < 1e-5);
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let lengths = (0..300).map(|sample| sample * 37 % 1000);
    let (samples, groups) = (Segments::from_lengths(lengths), Segments::from_lengths([4; 75]));
    let wave = |scale: f32| (0..samples.total()).map(|token| (token as f32 * scale).sin()).collect::<Vec<f32>>();
    let mask: Vec<bool> = (0..samples.total()).map(|token| token % 11 != 3).collect();
    let scores: Vec<f64> = (0..300).map(|sample| f64::from(sample * 7 % 5)).collect();
    let (values, rewards) = (wave(0.1), wave(0.7));
    let logp: Vec<f32> = wave(0.3).iter().map(|x| x - 1.0).collect();
    let columns = CreditColumns {
        values: Some(&values),
        rewards: Some(&rewards),
        logp: Some(&logp),
        collision: Some(&rewards),
        ..CreditColumns::new(&samples, &groups, &mask, &scores, &[true; 300])
    };
    for config in [
        CreditConfig::Group(GroupConfig { whiten: Whiten::Tokens, ..GroupConfig::default() }),
        CreditConfig::Gae(GaeConfig { masked: Masked::Carried, ..GaeConfig::default() }),
        CreditConfig::OptimalTokenBaseline(OptimalTokenBaselineConfig {
            positions: Positions::All,
            ..OptimalTokenBaselineConfig::default()
        }),
    ] {
        let with = |threads| {
            let mut advantage = vec![0.0_f32; samples.total()];
            let mut returns = vec![0.0_f32; samples.total()];
            let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| config.credit(&columns, &mut out)).unwrap();
            (advantage, returns)
        };
        assert_eq!(with(1), with(3), "{config:?}");
    }
}
