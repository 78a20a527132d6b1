//! Advantages and losses of OpenRLHF, NeMo-RL, slime and AReaL as configurations.

use super::Case;
use super::compare::{Comparison, ROUNDING, Unmatched, credit, loss_and_gradient, objective};
use plaudit_core::Sample;
use plaudit_objective::BatchTotals;
use serde_json::{Value, json};

/// slime and AReaL keep advantages in single precision.
const SINGLE_PRECISION: f64 = 1e-5;
/// NeMo-RL takes the difference of squares in single precision.
const SINGLE_SQUARES: f64 = 1e-4;

pub(super) fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    match case.function.split_once(':') {
        Some(("adv", name)) => advantages(case, name),
        Some(("loss", name)) => loss(case, name),
        _ => Err(unknown(case)),
    }
}

fn unknown(case: &Case) -> Unmatched {
    Unmatched::Unknown(format!("the function {} is not known", case.function))
}

fn library(case: &Case) -> &str {
    case.lib.split('-').next().unwrap_or_default()
}

fn advantages(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let scores: Vec<f64> = case.input("scores")?;
    let groups: Vec<u64> = case.input("index")?;
    let masks = case.mask("response_mask")?;
    let row = |((score, group), mask)| Sample { group, score: Some(score), mask: Some(mask), ..Sample::default() };
    let samples: Vec<Sample> = scores.into_iter().zip(groups).zip(masks).map(row).collect();
    let (settings, tolerance) = match (library(case), name) {
        ("openrlhf", "group_norm") => (json!({"kind": "group", "eps": 1e-9}), ROUNDING),
        ("openrlhf", "dr_grpo") => (json!({"kind": "group", "scale": "none"}), ROUNDING),
        ("openrlhf", "rloo") => (json!({"kind": "group", "centre": "leave-one-out", "scale": "none"}), ROUNDING),
        ("nemo", "grpo") => (leave_one_out(case)?, SINGLE_SQUARES),
        ("slime", "grpo") => {
            let scale = if case.param("grpo_std_normalization")? { "group-std" } else { "none" };
            (json!({"kind": "group", "scale": scale}), SINGLE_PRECISION)
        }
        ("slime", "reinforce_plus_plus_baseline") => (json!({"kind": "group", "scale": "none"}), SINGLE_PRECISION),
        ("areal", "normalization") => (levels(case)?, SINGLE_PRECISION),
        _ => return Err(unknown(case)),
    };
    credit(case, settings, &samples, |_| tolerance)
}

fn leave_one_out(case: &Case) -> Result<Value, Unmatched> {
    let (centre, deviation) = match case.param("use_leave_one_out_baseline")? {
        true => ("leave-one-out", "leave-one-out-std"),
        false => ("group-mean", "group-std"),
    };
    let scale = if case.param("normalize_rewards")? { deviation } else { "none" };
    Ok(json!({"kind": "group", "centre": centre, "scale": scale, "constant": "undivided"}))
}

fn levels(case: &Case) -> Result<Value, Unmatched> {
    let (mean, std): (String, Option<String>) = (case.param("mean_level")?, case.param("std_level")?);
    let leaves_out: bool = case.param("mean_leave1out")?;
    let centre = if leaves_out { "leave-one-out".to_owned() } else { format!("{mean}-mean") };
    let scale = std.map_or_else(|| "none".to_owned(), |level| format!("{level}-std"));
    let (ddof, eps) = (u8::from(case.param::<bool>("std_unbiased")?), case.param::<f64>("eps")?);
    Ok(json!({"kind": "group", "centre": centre, "scale": scale, "ddof": ddof, "eps": eps}))
}

fn loss(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let row = |mask| Sample { mask: Some(mask), ..Sample::default() };
    let mut samples: Vec<Sample> = case.mask("action_mask")?.into_iter().map(row).collect();
    case.fill("log_probs", &mut samples, |sample| &mut sample.logp)?;
    case.fill("old_log_probs", &mut samples, |sample| &mut sample.old_logp)?;
    case.fill("advantages", &mut samples, |sample| &mut sample.advantage)?;
    let found = objective(case, settings(case, name)?, &samples, |batch| Ok(BatchTotals::of(batch, 1)))?;
    loss_and_gradient(case, &found, ROUNDING)
}

fn settings(case: &Case, name: &str) -> Result<Value, Unmatched> {
    let unbounded = json!({"log_ratio_bound": 0.0, "sequence_bound": 0.0});
    Ok(match (library(case), name) {
        ("openrlhf", "ppo" | "gspo") => {
            let (low, high): (f64, f64) = (case.param("clip_eps_low")?, case.param("clip_eps_high")?);
            let by_token = name == "ppo" && case.param("token_level_loss")?;
            json!({
                "kind": "clipped-pg",
                "clip": [low, high],
                "dual_clip": case.param_or("dual_clip", 0.0)?,
                "ratio": if name == "gspo" { "sequence" } else { "token" },
                "aggregation": if by_token { "token-mean" } else { "sequence-mean-token-mean" },
                "numerics": {"epsilon": 1e-8, "sequence_bound": 0.0},
            })
        }
        ("slime", "policy") => {
            let (low, high): (f64, f64) = (case.param("eps_clip")?, case.param("eps_clip_high")?);
            json!({
                "kind": "clipped-pg",
                "clip": [low, high],
                "dual_clip": case.param_or("eps_clip_c", 0.0)?,
                "aggregation": "sequence-mean-token-mean",
                "numerics": unbounded,
            })
        }
        ("slime", "cispo") => {
            let (low, high): (f64, f64) = (case.param("eps_clip")?, case.param("eps_clip_high")?);
            json!({
                "kind": "cispo",
                "ratio_range": [1.0 - low, 1.0 + high],
                "aggregation": "sequence-mean-token-mean",
                "numerics": unbounded,
            })
        }
        ("areal", "ppo_actor") => {
            let low: f64 = case.param("eps_clip")?;
            let high: f64 = case.param_or("eps_clip_higher", low)?;
            json!({
                "kind": "clipped-pg",
                "clip": [low, high],
                "dual_clip": case.param_or("c_clip", 0.0)?,
                "aggregation": "token-mean",
                "numerics": unbounded,
            })
        }
        _ => return Err(unknown(case)),
    })
}
