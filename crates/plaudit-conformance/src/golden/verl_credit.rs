//! verl's advantage estimators as configurations of credit.

use super::Case;
use super::compare::{Comparison, ROUNDING, Unmatched, credit, group_numbers};
use plaudit_core::Sample;
use serde_json::{Map, Value, json};

/// verl adds eps to a single-precision one where a group has one member.
const LONE_SAMPLE: f64 = 2e-6;
/// Where verl computes in single precision.
const SINGLE_PRECISION: f64 = 1e-5;

pub(super) fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    let name = case.function.strip_prefix("adv:").unwrap_or_default();
    let samples = samples(case)?;
    let groups: Vec<u64> = samples.iter().map(|sample| sample.group).collect();
    let is_alone = |row: usize| groups.iter().filter(|group| **group == groups[row]).count() == 1;
    let tolerance = move |row: usize| match name {
        "grpo_vectorized" | "gdpo" => SINGLE_PRECISION,
        "gpg" => 1e-6,
        "grpo" if is_alone(row) => LONE_SAMPLE,
        _ => ROUNDING,
    };
    credit(case, settings(case, name)?, &samples, tolerance)
}

fn settings(case: &Case, name: &str) -> Result<Value, Unmatched> {
    let eps: f64 = case.param_or("epsilon", 1e-6)?;
    let by_std: bool = case.param_or("norm_adv_by_std_in_grpo", true)?;
    let scale = if by_std { "group-std" } else { "none" };
    let gamma: f64 = case.param_or("gamma", 1.0)?;
    let handle_zero_tail: bool = case.param_or("handle_zero_tail", true)?;
    let f_norm: f64 = case.param_or("f_norm", 1.0)?;
    let lam: f64 = case.param_or("lam", 1.0)?;
    Ok(match name {
        "gae" => json!({"kind": "gae", "gamma": gamma, "lambda": lam}),
        "grpo" | "grpo_vectorized" => json!({"kind": "group", "scale": scale, "eps": eps, "singleton": "raw"}),
        "grpo_passk" => json!({"kind": "pass-at-k", "divide": by_std, "eps": eps}),
        "reinforce_plus_plus_baseline" => {
            json!({"kind": "group", "scale": "none", "singleton": "raw", "whiten": "tokens"})
        }
        "rloo" => json!({"kind": "group", "centre": "leave-one-out", "scale": "none", "singleton": "raw"}),
        "rloo_vectorized" => json!({"kind": "group", "centre": "leave-one-out", "scale": "none", "singleton": "zero"}),
        "opo" => json!({"kind": "group", "centre": "length-weighted", "scale": "none", "singleton": "raw"}),
        "gpg" => json!({"kind": "group", "scale": "nonzero-share", "singleton": "raw", "factor": 1.0 / f_norm}),
        "reinforce_plus_plus" => json!({"kind": "reward-to-go", "gamma": gamma, "whiten": true}),
        "remax" => json!({"kind": "reward-to-go", "baseline": "greedy", "whiten": false}),
        "gdpo" => json!({
            "kind": "gdpo",
            "scale": scale,
            "eps": eps,
            "singleton": "raw",
            "weights": weights(case)?,
            "whiten": "tokens",
        }),
        "optimal_token_baseline" | "tir_optimal_token_baseline" => json!({
            "kind": "optimal-token-baseline",
            "positions": if name.starts_with("tir") { "written" } else { "all" },
            "eps": eps,
            "zero_tail": handle_zero_tail,
        }),
        _ => return Err(Unmatched::Unknown(format!("the estimator {name} is not known"))),
    })
}

/// The weight of each reward, in the order of their names.
fn weights(case: &Case) -> Result<Value, Unmatched> {
    let keys: Vec<String> = case.param_or("gdpo_reward_keys", Vec::new())?;
    let weights: Vec<f64> = case.param_or("gdpo_reward_weights", vec![1.0; keys.len()])?;
    let named: Map<String, Value> = keys.into_iter().zip(weights.into_iter().map(Value::from)).collect();
    Ok(Value::Object(named))
}

fn samples(case: &Case) -> Result<Vec<Sample>, Unmatched> {
    let rewards: Vec<Vec<f64>> = case.input("token_level_rewards")?;
    let groups = group_numbers(&case.input::<Vec<Value>>("index")?);
    let masks = case.mask("response_mask")?;
    let row = |((rewards, group), mask): ((Vec<f64>, u64), Vec<bool>)| Sample {
        group,
        score: Some(rewards.iter().sum()),
        rewards: Some(rewards),
        mask: Some(mask),
        ..Sample::default()
    };
    let mut samples: Vec<Sample> = rewards.into_iter().zip(groups).zip(masks).map(row).collect();
    case.fill("values", &mut samples, |sample| &mut sample.values)?;
    case.fill("old_log_probs", &mut samples, |sample| &mut sample.old_logp)?;
    case.fill("sum_pi_squared", &mut samples, |sample| &mut sample.collision)?;
    case.fill("rollout_is_weights", &mut samples, |sample| &mut sample.importance)?;
    if !case.inputs["reward_baselines"].is_null() {
        let baselines: Vec<f64> = case.input("reward_baselines")?;
        samples.iter_mut().zip(baselines).for_each(|(sample, baseline)| sample.baseline = Some(baseline));
    }
    let components: Map<String, Value> = case.input("reward_components").unwrap_or_default();
    for (name, scores) in components {
        let scores: Vec<f64> = serde_json::from_value(scores).map_err(|error| Unmatched::Failed(error.to_string()))?;
        for (sample, score) in samples.iter_mut().zip(scores) {
            sample.sources.insert(name.clone(), Some(score));
        }
    }
    if case.function == "adv:gdpo" && case.inputs["reward_components"].is_null() {
        // Without components the reward itself is the only one.
        for sample in &mut samples {
            sample.sources.insert("reward".to_owned(), sample.score);
        }
    }
    Ok(samples)
}
