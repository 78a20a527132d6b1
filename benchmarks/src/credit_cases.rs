//! Advantages and losses on 1,024 completions of 2,048 tokens in groups of 8, f32: the same work as `peers_credit.py`.

use crate::cases::Case;
use plaudit_core::{Advantages, CreditColumns, Derivatives, PolicyColumns, Segments, Stream};
use plaudit_credit::{Centre, CreditConfig, GaeConfig, GroupConfig, RewardToGoConfig, Scale};
use plaudit_objective::{Aggregation, BatchTotals, Cispo, ClippedPg, Numerics, ObjectiveConfig, RatioLevel, Sapo};
use rayon::prelude::*;
use serde_json::{Value, json};

const SAMPLES: usize = 1024;
const TOKENS: usize = 2048;
const GROUP: usize = 8;

pub(crate) fn find(name: &str) -> Option<Case> {
    let rloo = || GroupConfig { centre: Centre::LeaveOneOut, scale: Scale::None, ..GroupConfig::default() };
    let clip = || ClippedPg { dual_clip: 3.0, ..ClippedPg::default() };
    Some(match name {
        "credit-grpo" | "credit-grpo-vectorized" => credit(CreditConfig::Group(GroupConfig::default())),
        "credit-rloo" | "credit-rloo-vectorized" => credit(CreditConfig::Group(rloo())),
        "credit-gae" => credit(CreditConfig::Gae(GaeConfig::default())),
        "credit-reinforce-plus-plus" => credit(CreditConfig::RewardToGo(RewardToGoConfig::default())),
        "loss-clip" => loss(ObjectiveConfig::ClippedPg(clip())),
        "loss-gspo" => {
            loss(ObjectiveConfig::ClippedPg(ClippedPg { ratio: RatioLevel::SequenceToken, ..ClippedPg::default() }))
        }
        "loss-cispo" => loss(ObjectiveConfig::Cispo(Cispo { ratio_range: [0.8, 1.2], ..Cispo::default() })),
        "trl-grpo" => loss(clipped(Aggregation::SequenceMeanTokenMean)),
        "trl-bnpo" => loss(clipped(Aggregation::TokenMean)),
        "trl-dr-grpo" => loss(clipped(Aggregation::FixedLength)),
        "trl-dapo" => loss(clipped(Aggregation::TokenSum)),
        "trl-cispo" => loss(ObjectiveConfig::Cispo(Cispo {
            aggregation: Aggregation::TokenSum,
            numerics: as_in_trl(),
            ..Cispo::default()
        })),
        "trl-sapo" => loss(ObjectiveConfig::Sapo(Sapo { numerics: as_in_trl(), ..Sapo::default() })),
        _ => return None,
    })
}

/// Details of TRL: no bounds, and sums over tokens divided by the number of all tokens.
fn as_in_trl() -> Numerics {
    Numerics {
        log_ratio_bound: 0.0,
        sequence_bound: 0.0,
        count_empty: true,
        divisor: (SAMPLES * TOKENS) as f64,
        ..Numerics::default()
    }
}

/// TRL's GRPO and what differs from it in the average alone.
fn clipped(aggregation: Aggregation) -> ObjectiveConfig {
    ObjectiveConfig::ClippedPg(ClippedPg { aggregation, numerics: as_in_trl(), ..ClippedPg::default() })
}

fn column(item: u64, scale: f64, offset: f64) -> Vec<f32> {
    let mut stream = Stream::new(0, "benchmark/columns", 0, item);
    (0..SAMPLES * TOKENS).map(|_| (offset + scale * stream.normal()) as f32).collect()
}

/// An estimator, from the rewards of tokens to the advantages of tokens; like verl's it adds the rewards up where it compares completions.
fn credit(config: CreditConfig) -> Case {
    let samples = Segments::from_lengths(vec![TOKENS; SAMPLES]);
    let groups = Segments::from_lengths(vec![GROUP; SAMPLES / GROUP]);
    let (mask, scored) = (vec![true; SAMPLES * TOKENS], vec![true; SAMPLES]);
    let mut rewards = vec![0.0; SAMPLES * TOKENS];
    let mut stream = Stream::new(0, "benchmark/outcomes", 0, 0);
    rewards.iter_mut().skip(TOKENS - 1).step_by(TOKENS).for_each(|reward| *reward = stream.below(2) as f32);
    let values = config.needs().values.then(|| column(0, 1.0, 0.0));
    let mut advantage = Vec::new();
    let mut returns = Vec::new();
    Box::new(move |_| {
        let scores: Vec<f64> = rewards.par_chunks(TOKENS).with_min_len(16).map(sum).collect();
        let columns = CreditColumns {
            rewards: Some(&rewards),
            values: values.as_deref(),
            ..CreditColumns::new(&samples, &groups, &mask, &scores, &scored)
        };
        advantage.resize(rewards.len(), 0.0);
        let has_returns = !matches!(config, CreditConfig::Group(_));
        returns.resize(if has_returns { rewards.len() } else { 0 }, 0.0);
        let mut out = Advantages { advantage: &mut advantage, returns: has_returns.then_some(&mut returns[..]) };
        config.credit(&columns, &mut out).expect("the rewards are finite");
        Value::Null
    })
}

/// The sum of the rewards of one completion, in 16 interleaved sums.
fn sum(rewards: &[f32]) -> f64 {
    let mut sums = [0.0; 16];
    for chunk in rewards.chunks_exact(sums.len()) {
        sums.iter_mut().zip(chunk).for_each(|(sum, reward)| *sum += f64::from(*reward));
    }
    let rest = rewards.chunks_exact(sums.len()).remainder();
    sums.iter().sum::<f64>() + rest.iter().map(|reward| f64::from(*reward)).sum::<f64>()
}

/// A loss with its derivative.
fn loss(objective: ObjectiveConfig) -> Case {
    let samples = Segments::from_lengths(vec![TOKENS; SAMPLES]);
    let mask = vec![true; SAMPLES * TOKENS];
    let logp = column(0, 0.5, -2.0);
    let old_logp: Vec<f32> = logp.iter().zip(column(1, 0.1, 0.0)).map(|(logp, noise)| logp + noise).collect();
    let advantage = column(2, 1.0, 0.0);
    let mut slopes = Vec::new();
    Box::new(move |_| {
        slopes.resize(logp.len(), 0.0);
        let columns = PolicyColumns {
            old_logp: &old_logp,
            advantage: Some(&advantage),
            ..PolicyColumns::new(&samples, &mask, &logp)
        };
        let totals = BatchTotals::count(&samples, &mask, TOKENS);
        let loss = objective.evaluate(&columns, &totals, &mut Derivatives { logp: &mut slopes, entropy: None });
        json!({ "loss": loss.value })
    })
}
