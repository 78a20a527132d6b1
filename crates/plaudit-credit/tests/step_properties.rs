//! What every estimator of steps promises for any batch.

use plaudit_core::{Advantages, Batch, CreditColumns, Sample, StepSample};
use plaudit_credit::{
    CreditConfig, CreditError, EntropyModulatedConfig, ImplicitProcessConfig, KlOrder, KlProcessConfig,
    StepPotentialConfig, StepScope, StepsConfig, TrajectoryGraphConfig,
};
use proptest::prelude::*;

/// One configuration of each kind, and those of another form.
fn configs() -> Vec<CreditConfig> {
    let mut by_index = StepsConfig::default();
    by_index.step.scope = StepScope::Index;
    vec![
        CreditConfig::Steps(StepsConfig::default()),
        CreditConfig::Steps(by_index),
        CreditConfig::EntropyModulated(EntropyModulatedConfig::default()),
        CreditConfig::TrajectoryGraph(TrajectoryGraphConfig::default()),
        CreditConfig::StepPotential(StepPotentialConfig::default()),
        CreditConfig::KlProcess(KlProcessConfig { step_tokens: 2, ..KlProcessConfig::default() }),
        CreditConfig::KlProcess(KlProcessConfig {
            step_tokens: 0,
            order: KlOrder::Before,
            ..KlProcessConfig::default()
        }),
        CreditConfig::ImplicitProcess(ImplicitProcessConfig::default()),
        CreditConfig::ImplicitProcess(ImplicitProcessConfig { whiten: false, ..ImplicitProcessConfig::default() }),
    ]
}

/// Multiples of 1/8: close but unequal scores would magnify rounding.
fn eighths(range: std::ops::RangeInclusive<i32>) -> impl Strategy<Value = f64> {
    range.prop_map(|eighths| f64::from(eighths) / 8.0)
}

fn samples() -> impl Strategy<Value = Sample> {
    let token = (prop::bool::weighted(0.8), eighths(-8..=8), eighths(0..=16), eighths(-16..=0), eighths(-16..=0));
    let step = (prop::collection::vec(token, 1..4), prop::option::weighted(0.9, eighths(-8..=8)), 0..3_u64);
    (0..3_u64, prop::option::weighted(0.9, eighths(0..=8)), prop::collection::vec(step, 1..4)).prop_map(
        |(group, score, steps)| {
            let tokens = || steps.iter().flat_map(|step| &step.0);
            let of_step = |step: &(Vec<_>, Option<f64>, u64)| StepSample {
                tokens: step.0.len(),
                score: step.1,
                key: Some(step.2),
            };
            Sample {
                group,
                score,
                mask: Some(tokens().map(|token| token.0).collect()),
                rewards: Some(tokens().map(|token| token.1).collect()),
                entropy: Some(tokens().map(|token| token.2).collect()),
                logp: Some(tokens().map(|token| token.3).collect()),
                ref_logp: Some(tokens().map(|token| token.4).collect()),
                steps: Some(steps.iter().map(of_step).collect()),
                ..Sample::default()
            }
        },
    )
}

/// Advantages per row, or none where the batch is too small to be whitened.
fn credit(config: &CreditConfig, rows: &[Sample]) -> Option<Vec<Vec<f64>>> {
    let batch = Batch::from_samples(rows).expect("the rows fit");
    let mut advantage = vec![f64::NAN; batch.samples.total()];
    let out = config.credit(&batch.credit(), &mut Advantages { advantage: &mut advantage, returns: None });
    assert!(matches!(out, Ok(()) | Err(CreditError::OneToken)), "{out:?}");
    out.ok()?;
    let mut found = vec![Vec::new(); rows.len()];
    for (range, row) in batch.samples.iter().zip(&batch.row) {
        found[*row] = advantage[range].to_vec();
    }
    Some(found)
}

fn close(a: &[Vec<f64>], b: &[Vec<f64>]) -> bool {
    let (a, b) = (a.concat(), b.concat());
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 1e-8 * (1.0 + a.abs()))
}

/// The rows with every per-token list changed.
fn edited(rows: &[Sample], edit: impl Fn(&Sample, &[f64]) -> Vec<f64>) -> Vec<Sample> {
    let list = |row: &Sample, list: &Option<Vec<f64>>| list.as_ref().map(|list| edit(row, list));
    rows.iter()
        .map(|row| Sample {
            rewards: list(row, &row.rewards),
            entropy: list(row, &row.entropy),
            logp: list(row, &row.logp),
            ref_logp: list(row, &row.ref_logp),
            ..row.clone()
        })
        .collect()
}

proptest! {
    #[test]
    fn masked_tokens_are_not_read_and_get_nothing(rows in prop::collection::vec(samples(), 1..8)) {
        let spoilt = edited(&rows, |row, list| {
            let mask = row.mask.as_ref().expect("rows have a mask");
            list.iter().zip(mask).map(|(value, is_written)| if *is_written { *value } else { f64::NAN }).collect()
        });
        for config in configs() {
            let found = credit(&config, &rows);
            prop_assert_eq!(&found, &credit(&config, &spoilt), "{}", config.kind());
            for (advantages, row) in found.iter().flatten().zip(&rows) {
                let masked = advantages.iter().zip(row.mask.iter().flatten()).filter(|(_, is_written)| !**is_written);
                prop_assert!(masked.map(|(advantage, _)| *advantage).all(|advantage| advantage == 0.0));
            }
        }
    }

    #[test]
    fn the_order_of_groups_and_samples_does_not_matter(rows in prop::collection::vec(samples(), 1..8)) {
        let reversed: Vec<Sample> = rows.iter().rev().cloned().collect();
        for config in configs() {
            let (Some(found), Some(mut other)) = (credit(&config, &rows), credit(&config, &reversed)) else { continue };
            other.reverse();
            prop_assert!(close(&found, &other), "{}: {found:?} {other:?}", config.kind());
        }
    }

    #[test]
    fn an_unscored_sample_is_as_good_as_absent(rows in prop::collection::vec(samples(), 1..8)) {
        let scored: Vec<Sample> = rows.iter().filter(|row| row.score.is_some()).cloned().collect();
        // A batch without rows has no columns.
        prop_assume!(!scored.is_empty());
        for config in configs() {
            let (Some(found), Some(rest)) = (credit(&config, &rows), credit(&config, &scored)) else { continue };
            let (kept, left): (Vec<_>, Vec<_>) = found.into_iter().zip(&rows).partition(|(_, row)| row.score.is_some());
            prop_assert!(left.iter().flat_map(|(advantages, _)| advantages).all(|advantage| *advantage == 0.0));
            let kept: Vec<Vec<f64>> = kept.into_iter().map(|(advantages, _)| advantages).collect();
            prop_assert!(close(&kept, &rest), "{}: {kept:?} {rest:?}", config.kind());
        }
    }

    #[test]
    fn padding_changes_nothing(rows in prop::collection::vec(samples(), 1..8)) {
        let mut padded = edited(&rows, |_, list| [list, &[f64::NAN; 2]].concat());
        for row in &mut padded {
            row.mask.as_mut().expect("rows have a mask").extend([false; 2]);
            row.steps.as_mut().expect("rows have steps").last_mut().expect("one step at least").tokens += 2;
        }
        for config in configs() {
            let (Some(found), Some(mut other)) = (credit(&config, &rows), credit(&config, &padded)) else { continue };
            other.iter_mut().for_each(|advantages| advantages.truncate(advantages.len() - 2));
            prop_assert_eq!(found, other, "{}", config.kind());
        }
    }

    #[test]
    fn single_precision_rounds_the_same_numbers(rows in prop::collection::vec(samples(), 1..8)) {
        let batch = Batch::from_samples(&rows).expect("the rows fit");
        let wide = batch.credit();
        let narrow = |column: Option<&[f64]>| column.map(|column| column.iter().map(|value| *value as f32).collect::<Vec<_>>());
        let [rewards, entropy, logp, ref_logp] = [wide.rewards, wide.entropy, wide.logp, wide.ref_logp].map(narrow);
        let columns = CreditColumns::<f32> {
            rewards: rewards.as_deref(),
            entropy: entropy.as_deref(),
            logp: logp.as_deref(),
            ref_logp: ref_logp.as_deref(),
            steps: wide.steps,
            ..CreditColumns::new(wide.samples, wide.groups, wide.mask, wide.scores, wide.scored)
        };
        for config in configs() {
            let (mut single, mut double) = (vec![0.0_f32; wide.mask.len()], vec![0.0; wide.mask.len()]);
            let of_single = config.credit(&columns, &mut Advantages { advantage: &mut single, returns: None });
            let of_double = config.credit(&wide, &mut Advantages { advantage: &mut double, returns: None });
            prop_assert_eq!(of_single, of_double);
            // Eighths are exact in single precision, so that only the result is rounded.
            prop_assert!(single.iter().zip(&double).all(|(single, double)| *single == *double as f32), "{}", config.kind());
        }
    }
}
