//! verl's bypass mode: the policy that sampled is the old one. Tokens and samples too far from it are rejected; then either PPO's clip, or
//! REINFORCE with importance weights.

use super::Case;
use super::compare::{Comparison, ROUNDING, Unmatched, batch, config, loss_and_gradient};
use super::verl_objective::{averaged, policy_settings};
use plaudit_core::Sample;
use plaudit_objective::{ImportanceWeights, Rejection};
use serde_json::{Value, json};

/// verl adds 1e-8 to the counts of the means that it divides weights by.
const NORMALISED: f64 = 1e-7;

pub(super) fn evaluate(case: &Case, samples: &mut [Sample]) -> Result<Vec<Comparison>, Unmatched> {
    let correction = &case.params["rollout_correction"];
    let is_reinforce = match correction["loss_type"].as_str().unwrap_or("ppo_clip") {
        "ppo_clip" => false,
        "reinforce" => true,
        other => return Err(Unmatched::Unknown(format!("the loss_type {other} is not known"))),
    };
    let batch = batch(samples)?;
    let missing = || Unmatched::Failed("no log-probabilities".to_owned());
    let policy = batch.policy().ok_or_else(missing)?;
    let mut kept = batch.mask.clone();
    for rule in rejections(correction)? {
        rule.reject(&batch.samples, &batch.mask, policy.logp, policy.old_logp, &mut kept);
    }
    let importance = importance(correction)?.filter(|_| is_reinforce);
    let mut weights = vec![0.0; kept.len()];
    if let Some(importance) = &importance {
        importance.weights(&batch.samples, &batch.mask, policy.logp, policy.old_logp, &mut weights);
    }
    for (sample, range) in batch.samples.iter().enumerate() {
        let row = &mut samples[batch.row[sample]];
        row.mask = Some(kept[range.clone()].to_vec());
        row.weight = importance.as_ref().map(|_| weights[range].to_vec());
    }
    let name = if is_reinforce { "reinforce" } else { "vanilla" };
    let tolerance = if importance.is_some_and(|importance| importance.normalised) { NORMALISED } else { ROUNDING };
    loss_and_gradient(case, &averaged(case, policy_settings(case, name)?, samples)?, tolerance)
}

/// `rollout_rs`: rules with a comma between them, each with a threshold of its own or all with one.
fn rejections(correction: &Value) -> Result<Vec<Rejection>, Unmatched> {
    let Some(rules) = correction["rollout_rs"].as_str() else { return Ok(Vec::new()) };
    let thresholds = text(&correction["rollout_rs_threshold"]);
    let thresholds: Vec<&str> = thresholds.split(',').map(str::trim).collect();
    let rule = |(place, rule): (usize, &str)| {
        let unknown = || Unmatched::Unknown(format!("the rollout_rs {rule} is not known"));
        let (level, distance) = rule.trim().rsplit_once('_').ok_or_else(unknown)?;
        let (low, high) = bounds(thresholds[place.min(thresholds.len() - 1)])?;
        // Bounds of k1 are ratios, and one alone stands for its reciprocal too.
        let range = if distance == "k1" { [low.unwrap_or(1.0 / high).ln(), high.ln()] } else { [f64::MIN, high] };
        config(
            json!({"level": level.replace('_', "-").replace("seq", "sequence"), "distance": distance, "range": range}),
        )
    };
    rules.split(',').enumerate().map(rule).collect()
}

/// `rollout_is`: an upper bound truncates, two bounds leave out what lies outside.
fn importance(correction: &Value) -> Result<Option<ImportanceWeights>, Unmatched> {
    let level = match correction.get("rollout_is") {
        None => "sequence",
        Some(level) => level.as_str().unwrap_or("none"),
    };
    if level == "none" {
        return Ok(None);
    }
    let threshold = text(&correction["rollout_is_threshold"]);
    let (low, high) = if threshold == "null" { (None, 2.0) } else { bounds(&threshold)? };
    let mode = if low.is_some() { "mask" } else { "truncate" };
    let normalised = correction["rollout_is_batch_normalize"].as_bool().unwrap_or(false);
    let range = [low.unwrap_or(0.0), high];
    config(json!({"level": level, "mode": mode, "range": range, "normalised": normalised})).map(Some)
}

/// A number or a string.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// "2.0", or "0.5_2.0".
fn bounds(threshold: &str) -> Result<(Option<f64>, f64), Unmatched> {
    let number = |text: &str| {
        let failed = |_| Unmatched::Failed(format!("the threshold {threshold} cannot be read"));
        text.trim().parse::<f64>().map_err(failed)
    };
    match threshold.split_once('_') {
        Some((low, high)) => Ok((Some(number(low)?), number(high)?)),
        None => Ok((None, number(threshold)?)),
    }
}
