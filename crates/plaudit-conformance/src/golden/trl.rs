//! TRL's losses and advantages as objectives and credit.

use super::Case;
use super::compare::{Comparison, Evaluated, ROUNDING, Unmatched, credit, loss_and_gradient, objective};
use plaudit_core::{Sample, Segments};
use plaudit_objective::{BatchTotals, mask_off_policy};
use serde_json::{Map, Value, json};
use std::num::NonZeroUsize;

/// The alpha-divergence is computed in single precision.
const SINGLE_PRECISION: f64 = 1e-5;
/// EXO's smoothing is a number in single precision.
const SINGLE_SMOOTHING: f64 = 1e-6;
/// Deviations are corrected for their number of samples in single precision.
const SINGLE_COUNTS: f64 = 1e-6;
pub(super) fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    let (family, name) = case.function.split_once(':').unwrap_or((&case.function, ""));
    match family {
        "grpo_loss" => policy_loss(case, name),
        "rloo_loss" => policy_loss(case, "rloo"),
        "dpo_loss" => preference_loss(case, name),
        "kto_loss" => kto_loss(case, name),
        "adv" => advantages(case, name),
        _ => Err(Unmatched::Unknown(format!("the function {} is not known", case.function))),
    }
}

fn policy_loss(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let mut samples = completions(case)?;
    for (sample, advantage) in samples.iter_mut().zip(per_token_or_row(case, "advantages")?) {
        sample.advantage = Some(spread(advantage, sample.len()));
    }
    case.fill("old_per_token_logps", &mut samples, |sample| &mut sample.old_logp)?;
    case.fill("ref_per_token_logps", &mut samples, |sample| &mut sample.ref_logp)?;
    case.fill("entropies", &mut samples, |sample| &mut sample.entropy)?;
    if !case.inputs["importance_sampling_ratio"].is_null() {
        for (sample, ratio) in samples.iter_mut().zip(per_token_or_row(case, "importance_sampling_ratio")?) {
            sample.weight = Some(spread(ratio, sample.len()));
        }
    }
    leave_out_off_policy(case, &mut samples)?;
    let settings = policy_settings(case, name)?;
    let token_limit = case.count_or("max_completion_length", 1)?;
    let found = objective(case, settings, &samples, |batch| Ok(BatchTotals::of(batch, token_limit)))?;
    let is_averaged_here = !matches!(name, "dapo" | "cispo" | "vespo" | "rloo");
    let accumulated: f64 = if is_averaged_here { case.param_or("gradient_accumulation_steps", 1.0)? } else { 1.0 };
    loss_and_gradient(case, &found.times(1.0 / accumulated), ROUNDING)
}

/// An input of one number per token, or of one per sample: then a list of one.
fn per_token_or_row(case: &Case, name: &str) -> Result<Vec<Vec<f64>>, Unmatched> {
    if case.inputs[name][0].is_array() {
        return case.input(name);
    }
    Ok(case.input::<Vec<f64>>(name)?.into_iter().map(|value| vec![value]).collect())
}

fn spread(values: Vec<f64>, tokens: usize) -> Vec<f64> {
    if values.len() == 1 { vec![values[0]; tokens] } else { values }
}

/// The off-policy sequence mask: what it leaves out is as good as without an advantage.
fn leave_out_off_policy(case: &Case, samples: &mut [Sample]) -> Result<(), Unmatched> {
    let Some(threshold) = case.param_or::<Option<f64>>("off_policy_mask_threshold", None)? else { return Ok(()) };
    let sampler: Vec<Vec<f64>> = match &case.inputs["sampling_per_token_logps"] {
        Value::Null => samples.iter().map(|sample| sample.old_logp.clone().unwrap_or_default()).collect(),
        _ => case.input("sampling_per_token_logps")?,
    };
    for (sample, sampler) in samples.iter_mut().zip(&sampler) {
        let one = Segments::from_lengths([sample.len()]);
        let (mask, logp) = (sample.mask.clone().unwrap_or_default(), sample.logp.clone().unwrap_or_default());
        let sampler = if sampler.is_empty() { &logp } else { sampler };
        let advantage = sample.advantage.get_or_insert_default();
        let mut kept = vec![1.0; mask.len()];
        mask_off_policy(threshold, &one, &mask, &logp, sampler, advantage, &mut kept);
        advantage.iter_mut().zip(kept).for_each(|(advantage, kept)| *advantage *= kept);
    }
    Ok(())
}

fn policy_settings(case: &Case, name: &str) -> Result<Value, Unmatched> {
    let low: f64 = case.param("epsilon_low")?;
    let high: f64 = case.param_or("epsilon_high", low)?;
    let level: String = case.param_or("importance_sampling_level", "token".to_owned())?;
    let vespo = case.param_or("vespo", [2.0, 3.0, 3.0, 2.0])?.map(single);
    let top: f64 = case.param_or("top_entropy_quantile", 1.0)?;
    let mut settings = match name {
        "grpo" | "bnpo" | "dr_grpo" | "dapo" | "luspo" => json!({
            "kind": "clipped-pg",
            "clip": [low, high],
            "delta": case.param_or("delta", 0.0)?,
            "ratio": level,
        }),
        "rloo" => json!({"kind": "clipped-pg", "clip": [low, high], "ratio": "sequence-sum"}),
        "cispo" => json!({"kind": "cispo", "ratio_range": [0.0, high], "ratio": level}),
        "sapo" => json!({
            "kind": "sapo",
            "tau_positive": single(case.param_or("sapo_temperature_pos", 1.0)?),
            "tau_negative": single(case.param_or("sapo_temperature_neg", 1.05)?),
            "ratio": level,
        }),
        "vespo" => json!({"kind": "vespo", "positive": vespo[..2], "negative": vespo[2..]}),
        _ => return Err(Unmatched::Unknown(format!("the loss {name} is not known"))),
    };
    let accumulated: f64 = case.param_or("gradient_accumulation_steps", 1.0)?;
    let (aggregation, divisor) = match name {
        "grpo" | "sapo" | "rloo" => ("sequence-mean-token-mean", 1.0),
        "luspo" => ("sequence-mean-token-sum", 1.0),
        "dr_grpo" => ("fixed-length", 1.0),
        "bnpo" => ("token-mean", 1.0),
        _ => {
            let items: f64 = case.param("num_items_in_batch")?;
            ("token-sum", items.max(1.0) * accumulated / case.param_or("steps_per_generation", 1.0)?)
        }
    };
    settings["aggregation"] = json!(aggregation);
    settings["numerics"] = json!({"log_ratio_bound": 0.0, "sequence_bound": 0.0, "count_empty": true, "divisor": divisor, "entropy_by_token": true});
    settings["kl"] = json!({
        "coefficient": case.param_or("beta", 0.0)?,
        "log_ratio_bound": 0.0,
        "bound": 0.0,
        "ratio_weighted": case.param_or("use_bias_correction_kl", false)?,
    });
    let bonus: f64 = case.param_or("entropy_coef", 0.0)?;
    settings["entropy_coefficient"] = json!(if aggregation == "token-sum" { bonus / accumulated } else { bonus });
    if top < 1.0 {
        settings["entropy_band"] = json!([1.0 - top, 1.0]);
    }
    Ok(settings)
}

/// Settings chosen by the advantage's sign become numbers in single precision there.
fn single(setting: f64) -> f64 {
    f64::from(setting as f32)
}

fn preference_loss(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let mut samples = completions(case)?;
    case.fill("ref_per_token_logps", &mut samples, |sample| &mut sample.ref_logp)?;
    let pairs = samples.len() / 2;
    if pairs == 0 || samples.len() % 2 == 1 {
        return Err(Unmatched::Failed(format!("{} completions are not pairs", samples.len())));
    }
    for (row, sample) in samples.iter_mut().enumerate() {
        sample.group = (row % pairs) as u64;
        sample.pair = Some(sample.group);
        sample.label = Some(f64::from(u8::from(row < pairs)));
    }
    let is_weighted = !case.inputs["log_sum_sq_probs"].is_null();
    case.fill("log_sum_sq_probs", &mut samples, |sample| &mut sample.weight)?;
    for sample in samples.iter_mut().filter(|_| is_weighted) {
        let logps = sample.logp.iter().flatten();
        let ratios = logps.zip(sample.weight.iter().flatten()).map(|(logp, squares)| (logp - squares).exp()).collect();
        sample.weight = Some(ratios);
    }
    let divergence: String = case.param("f_divergence")?;
    let names: Vec<String> = case.param_or("loss_types", vec![name.to_owned()])?;
    let weights: Vec<f64> = case.param_or("loss_weights", vec![1.0; names.len()])?;
    let tolerance = match name {
        _ if divergence == "alpha_divergence" => SINGLE_PRECISION,
        _ if names.iter().any(|name| name == "exo_pair") => SINGLE_SMOOTHING,
        _ => ROUNDING,
    };
    // One by one, as each reads other settings.
    let mut sum: Option<Evaluated> = None;
    for (name, weight) in names.iter().zip(weights) {
        let settings = preference_settings(case, name, weight, &divergence, is_weighted)?;
        let one = objective(case, settings, &samples, |batch| Ok(BatchTotals::of(batch, 1)))?;
        sum = Some(sum.map_or_else(|| one.clone(), |sum| sum.plus(&one)));
    }
    let sum = sum.ok_or_else(|| Unmatched::Failed("a mixture of no losses".to_owned()))?;
    loss_and_gradient(case, &sum, tolerance)
}

fn preference_settings(
    case: &Case,
    name: &str,
    weight: f64,
    divergence: &str,
    is_weighted: bool,
) -> Result<Value, Unmatched> {
    // Its other losses do not read the setting.
    let smooths = matches!(name, "exo_pair" | "robust" | "aot" | "aot_unpaired");
    Ok(json!({
        "kind": "dpo",
        "losses": [{"loss": name.replace('_', "-"), "weight": weight}],
        "beta": case.param_or("beta", 0.1)?,
        "label_smoothing": if smooths { case.param_or("label_smoothing", 0.0)? } else { 0.0 },
        "divergence": divergence.strip_suffix("_divergence").unwrap_or(divergence).replace('_', "-"),
        "divergence_alpha": case.param_or("f_alpha_divergence_coef", 0.5)?,
        "ld_alpha": case.param_or("ld_alpha", 1.0)?,
        "discopop_temperature": case.param_or("discopop_tau", 0.05)?,
        "weighting": is_weighted,
    }))
}

fn kto_loss(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let mut samples = completions(case)?;
    case.fill("ref_per_token_logps", &mut samples, |sample| &mut sample.ref_logp)?;
    let labels: Vec<f64> = case.input("label")?;
    samples.iter_mut().zip(labels).for_each(|(sample, label)| sample.label = Some(label));
    let is_kto = name == "kto";
    // Answers to other prompts, by which the distance to the reference is estimated.
    let (policy, reference): (Vec<f64>, Vec<f64>) = (case.input("kl_logps")?, case.input("ref_kl_logps")?);
    let mismatched = policy.into_iter().zip(reference).filter(|_| is_kto).map(|(logp, ref_logp)| Sample {
        logp: Some(vec![logp]),
        ref_logp: Some(vec![ref_logp]),
        label: Some(-1.0),
        ..Sample::default()
    });
    let answers = samples.len();
    samples.extend(mismatched);
    let settings = json!({
        "kind": "kto",
        "beta": case.param_or("beta", 0.1)?,
        "desirable_weight": case.param_or("desirable_weight", 1.0)?,
        "undesirable_weight": case.param_or("undesirable_weight", 1.0)?,
        "kl": if is_kto { "mismatched" } else { "none" },
    });
    let mut found = objective(case, settings, &samples, |batch| Ok(BatchTotals::of(batch, 1)))?;
    // All in one group, in the order of the rows.
    found.batch.samples = found.batch.samples.slice(0..answers);
    loss_and_gradient(case, &found, ROUNDING)
}

fn advantages(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let rewards: Vec<Vec<Option<f64>>> = case.input("rewards_per_func")?;
    let weights: Vec<f64> = case.param("reward_weights")?;
    let lengths: Vec<usize> = case.input("lengths")?;
    let size = case.param::<NonZeroUsize>("num_generations")?.get();
    let mut samples = Vec::new();
    for (row, (rewards, length)) in rewards.iter().zip(&lengths).enumerate() {
        let given = || rewards.iter().zip(&weights).filter_map(|(reward, weight)| reward.map(|reward| reward * weight));
        let sources = rewards.iter().enumerate().map(|(source, reward)| (source.to_string(), *reward)).collect();
        samples.push(Sample {
            group: (row / size) as u64,
            tokens: Some(*length),
            score: given().next().map(|_| given().sum()),
            sources,
            ..Sample::default()
        });
    }
    penalise(case, &mut samples)?;
    let settings = match name {
        "grpo" if case.params["multi_objective_aggregation"] == "normalize_then_sum" => {
            let named = weights.iter().enumerate().map(|(source, weight)| (source.to_string(), json!(weight)));
            let weights: Map<String, Value> = named.collect();
            json!({"kind": "gdpo", "eps": 1e-4, "weights": weights, "whiten": "samples"})
        }
        "grpo" => {
            let scale: String = case.param("scale_rewards")?;
            let scale = if scale == "none" { scale } else { format!("{scale}-std") };
            json!({"kind": "group", "scale": scale, "eps": 1e-4})
        }
        "rloo" => {
            let whiten = if case.param("normalize_advantages")? { "samples" } else { "none" };
            json!({"kind": "group", "centre": "leave-one-out", "scale": "none", "whiten": whiten, "eps": 1e-4})
        }
        _ => return Err(Unmatched::Unknown(format!("the estimator {name} is not known"))),
    };
    credit(case, settings, &samples, |_| SINGLE_COUNTS)
}

/// What RLOO does to scores before it compares them: bounds them, and takes off the distance to the reference.
fn penalise(case: &Case, samples: &mut [Sample]) -> Result<(), Unmatched> {
    if let Some([low, high]) = case.param::<Option<[f64; 2]>>("reward_clip_range")? {
        if low > high {
            return Err(Unmatched::Failed(format!("`reward_clip_range` ends at {high}, before it begins at {low}")));
        }
        for sample in samples.iter_mut() {
            sample.score = sample.score.map(|score| score.clamp(low, high));
        }
    }
    let beta: f64 = case.param_or("beta", 0.0)?;
    if beta != 0.0 {
        let policy: Vec<Vec<f64>> = case.input("old_per_token_logps")?;
        let reference: Vec<Vec<f64>> = case.input("ref_per_token_logps")?;
        for ((sample, policy), reference) in samples.iter_mut().zip(&policy).zip(&reference) {
            let tokens = policy.iter().zip(reference).take(sample.len());
            let distance: f64 = tokens.map(|(logp, ref_logp)| logp - ref_logp).sum();
            sample.score = sample.score.map(|score| score - beta * distance);
        }
    }
    Ok(())
}

/// One row per completion: its mask and its log-probabilities.
fn completions(case: &Case) -> Result<Vec<Sample>, Unmatched> {
    let masks = case.mask("completion_mask")?.into_iter();
    let mut samples: Vec<Sample> = masks.map(|mask| Sample { mask: Some(mask), ..Sample::default() }).collect();
    if !case.inputs["tool_mask"].is_null() {
        for (sample, written) in samples.iter_mut().zip(case.mask("tool_mask")?) {
            sample.mask.iter_mut().flatten().zip(written).for_each(|(mask, written)| *mask &= written);
        }
    }
    case.fill("per_token_logps", &mut samples, |sample| &mut sample.logp)?;
    Ok(samples)
}
