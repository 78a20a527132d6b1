//! verl's losses and KL estimators as objectives.

use super::Case;
use super::compare::{
    Comparison, Evaluated, ROUNDING, Unmatched, batch, config, loss_and_gradient, objective, per_token,
};
use super::{verl_bypass, verl_clip_cov};
use plaudit_core::{Loss, Sample};
use plaudit_objective::{BatchTotals, ValueColumns, ValueConfig};
use serde_json::{Value, json};

/// verl's bounds of the ratio, unless they are set: those of its configuration, whatever `clip_ratio` is.
const CLIP: f64 = 0.2;

pub(super) fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    if let Some(kind) = case.function.strip_prefix("kl:") {
        return divergence(case, kind);
    }
    match case.function.as_str() {
        "value_loss" => value_loss(case),
        "entropy_loss" => entropy_loss(case),
        name => policy_loss(case, name.strip_prefix("loss:").unwrap_or(name)),
    }
}

fn policy_loss(case: &Case, name: &str) -> Result<Vec<Comparison>, Unmatched> {
    let mut samples = masked(case)?;
    case.fill("old_log_prob", &mut samples, |sample| &mut sample.old_logp)?;
    case.fill("log_prob", &mut samples, |sample| &mut sample.logp)?;
    case.fill("advantages", &mut samples, |sample| &mut sample.advantage)?;
    case.fill("rollout_is_weights", &mut samples, |sample| &mut sample.weight)?;
    match name {
        "clip_cov" => verl_clip_cov::evaluate(case, &mut samples),
        "bypass_mode" => verl_bypass::evaluate(case, &mut samples),
        _ => loss_and_gradient(case, &averaged(case, policy_settings(case, name)?, &samples)?, ROUNDING),
    }
}

pub(super) fn policy_settings(case: &Case, name: &str) -> Result<Value, Unmatched> {
    let aggregation = aggregation(case)?;
    let numerics = json!({"epsilon": 1e-8});
    let unbounded = json!({"epsilon": 1e-8, "log_ratio_bound": 0.0});
    let clip = [clip_bound(case, "clip_ratio_low")?, clip_bound(case, "clip_ratio_high")?];
    let dual_clip: f64 = case.param_or("clip_ratio_c", 3.0)?;
    let cov = |key: &str, default: f64| case.param_or(key, default);
    Ok(match name {
        "vanilla" => {
            json!({"kind": "clipped-pg", "clip": clip, "dual_clip": dual_clip, "aggregation": aggregation, "numerics": numerics})
        }
        "gspo" => {
            json!({"kind": "clipped-pg", "clip": clip, "ratio": "sequence-token", "aggregation": aggregation, "numerics": numerics})
        }
        "sapo" => json!({
            "kind": "sapo",
            "tau_positive": case.param_or("tau_pos", 1.0)?,
            "tau_negative": case.param_or("tau_neg", 1.05)?,
            "aggregation": "sequence-mean-token-mean",
            "numerics": numerics,
        }),
        "gpg" | "reinforce" => json!({"kind": "reinforce", "aggregation": aggregation, "numerics": numerics}),
        "cispo" => json!({
            "kind": "cispo",
            "ratio_range": [1.0 - clip[0], 1.0 + clip[1]],
            "aggregation": aggregation,
            "numerics": numerics,
        }),
        "geo_mean" => {
            json!({"kind": "geometric-mean", "clip": clip, "numerics": {"count_empty": true, "epsilon": 1e-8}})
        }
        "dppo_tv" | "dppo_kl" => json!({
            "kind": "dppo",
            "divergence": name.strip_prefix("dppo_"),
            "threshold": clip,
            "truncation": dual_clip,
            "aggregation": aggregation,
            "numerics": numerics,
        }),
        "kl_cov" => json!({
            "kind": "covariance-pg",
            "method": "penalty",
            "share": cov("kl_cov_ratio", 0.0002)?,
            "penalty": cov("ppo_kl_coef", 0.1)?,
            "aggregation": aggregation,
            "numerics": unbounded,
        }),
        "clip_cov" => json!({
            "kind": "covariance-pg",
            "method": "leave-out",
            "clip": clip,
            "share": cov("clip_cov_ratio", 0.0002)?,
            "covariance_range": [cov("clip_cov_lb", 1.0)?, cov("clip_cov_ub", 5.0)?],
            "aggregation": aggregation,
            "numerics": unbounded,
        }),
        "dro" => json!({
            "kind": "dro",
            "beta": cov("dro_beta", 0.1)?,
            "aggregation": aggregation,
            "numerics": unbounded,
        }),
        _ => return Err(Unmatched::Unknown(format!("the loss {name} is not known"))),
    })
}

/// A bound on the ratio: where it is absent that of the configuration, where it is null `clip_ratio`.
fn clip_bound(case: &Case, name: &str) -> Result<f64, Unmatched> {
    match case.params.get(name) {
        None => Ok(CLIP),
        Some(_) => case.param_or(name, case.param_or("clip_ratio", CLIP)?),
    }
}

/// The loss of `k` is the estimate itself where nothing else is lost: advantages of 0 and a coefficient of 1, summed over tokens.
fn divergence(case: &Case, kind: &str) -> Result<Vec<Comparison>, Unmatched> {
    let estimator = kind.replace('_', "-");
    let logps: Vec<Vec<f64>> = case.input("logprob")?;
    let references: Vec<Vec<f64>> = case.input("ref_logprob")?;
    let expected: Vec<Vec<f64>> = case.output("value")?;
    let settings =
        json!({"kind": "clipped-pg", "aggregation": "token-sum", "kl": {"coefficient": 1.0, "estimator": estimator}});
    let mut comparisons = Vec::new();
    let mut value = Comparison { output: "value", numbers: Vec::new() };
    let mut rows = Vec::new();
    for ((logps, references), expected) in logps.iter().zip(&references).zip(&expected) {
        for ((logp, reference), expected) in logps.iter().zip(references).zip(expected) {
            let token = one_token(*logp, *reference);
            let found = objective(case, settings.clone(), &[token], |batch| Ok(BatchTotals::of(batch, 1)))?;
            value.numbers.push((*expected, found.loss, ROUNDING));
        }
        rows.push(Sample {
            ref_logp: Some(references.clone()),
            advantage: Some(vec![0.0; logps.len()]),
            ..Sample { logp: Some(logps.clone()), ..Sample::default() }
        });
    }
    let found = objective(case, settings, &rows, |batch| Ok(BatchTotals::of(batch, 1)))?;
    comparisons.push(value);
    comparisons.push(per_token(case, "grad", &found.batch, &found.gradient, &|_| ROUNDING)?);
    Ok(comparisons)
}

fn one_token(logp: f64, reference: f64) -> Sample {
    let (logp, ref_logp, advantage) = (Some(vec![logp]), Some(vec![reference]), Some(vec![0.0]));
    Sample { logp, ref_logp, advantage, ..Sample::default() }
}

fn value_loss(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    let clip: f64 = case.param("cliprange_value")?;
    let settings = json!({
        "kind": "clipped-mse",
        // Ours is off at 0, where a value of verl's may not move at all.
        "clip": clip.max(f64::MIN_POSITIVE),
        "aggregation": aggregation(case)?,
        "epsilon": 1e-8,
    });
    let value: ValueConfig = config(settings)?;
    let batch = batch(&masked(case)?)?;
    let column = |name: &str| {
        let flat = case.input::<Vec<Vec<f64>>>(name)?.concat();
        let tokens = batch.samples.total();
        let fits = flat.len() == tokens;
        let apart = || Unmatched::Failed(format!("`{name}` has {} numbers for {tokens} tokens", flat.len()));
        if fits { Ok(flat) } else { Err(apart()) }
    };
    let (prediction, target, old_value) = (column("vpreds")?, column("returns")?, column("values")?);
    let columns = ValueColumns {
        samples: &batch.samples,
        mask: &batch.mask,
        prediction: &prediction,
        target: &target,
        old_value: &old_value,
    };
    let width = batch.samples.iter().next().map_or(0, |first| first.len());
    let totals = sizes(case, BatchTotals::count(&batch.samples, &batch.mask, width))?;
    let mut gradient = vec![f64::NAN; batch.mask.len()];
    let Loss { value: loss, metrics } = value.evaluate(&columns, &totals, &mut gradient);
    let workers: f64 = case.param_or("dp_size", 1.0)?;
    gradient.iter_mut().for_each(|slope| *slope *= workers);
    let mut comparisons = vec![
        Comparison::one("loss", case.output("loss")?, loss * workers, ROUNDING),
        per_token(case, "grad", &batch, &gradient, &|_| ROUNDING)?,
    ];
    if !case.outputs["clipfrac"].is_null() {
        let of = |name| metrics.iter().find(|metric| metric.0 == name).map_or(f64::NAN, |metric| metric.1);
        // Counted in single precision.
        comparisons.push(Comparison::one("clipfrac", case.output("clipfrac")?, of("clip_value") / of("tokens"), 1e-6));
    }
    Ok(comparisons)
}

/// The entropy bonus alone: advantages of 0, and a coefficient of -1, as a loss subtracts the bonus.
fn entropy_loss(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    let logits: Vec<Vec<Vec<f64>>> = case.input("logits")?;
    let mut samples = masked(case)?;
    for (sample, rows) in samples.iter_mut().zip(logits) {
        sample.advantage = Some(vec![0.0; rows.len()]);
        sample.logp = sample.advantage.clone();
        sample.entropy = Some(rows.iter().map(|logits| entropy(logits)).collect());
    }
    let settings = json!({
        "kind": "clipped-pg",
        "entropy_coefficient": -1.0,
        "aggregation": aggregation(case)?,
        "numerics": {"epsilon": 1e-8},
    });
    let found = averaged(case, settings, &samples)?;
    Ok(vec![Comparison::one("loss", case.output("loss")?, found.loss, ROUNDING)])
}

/// Of softmax(logits), nats.
fn entropy(logits: &[f64]) -> f64 {
    let highest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    let log_sum = highest + sum.ln();
    logits.iter().map(|logit| (logit - log_sum).exp() * (log_sum - logit)).sum()
}

fn masked(case: &Case) -> Result<Vec<Sample>, Unmatched> {
    let row = |mask| Sample { mask: Some(mask), ..Sample::default() };
    Ok(case.mask("response_mask")?.into_iter().map(row).collect())
}

fn aggregation(case: &Case) -> Result<&'static str, Unmatched> {
    let default = match case.function.as_str() {
        "loss:gspo" | "loss:sapo" => "seq-mean-token-mean",
        "loss:reinforce" => "seq-mean-token-sum",
        _ => "token-mean",
    };
    let mode: String = case.param_or("loss_agg_mode", default.to_owned())?;
    Ok(match mode.as_str() {
        "token-mean" => "token-mean",
        "token-sum" => "token-sum",
        "seq-mean-token-sum" => "sequence-mean-token-sum",
        "seq-mean-token-sum-norm" => "fixed-length",
        "seq-mean-token-mean" => "sequence-mean-token-mean",
        _ => return Err(Unmatched::Unknown(format!("the aggregation {mode} is not known"))),
    })
}

/// Evaluates with the sizes of the whole batch, where the case states them. verl multiplies by the number of workers, over which it then
/// averages gradients; its geo_mean reads neither.
pub(super) fn averaged(case: &Case, settings: Value, samples: &[Sample]) -> Result<Evaluated, Unmatched> {
    let width = samples.first().map_or(0, Sample::len);
    let found = objective(case, settings, samples, |batch| sizes(case, BatchTotals::of(batch, width)))?;
    let workers: f64 = if case.function == "loss:geo_mean" { 1.0 } else { case.param_or("dp_size", 1.0)? };
    Ok(found.times(workers))
}

fn sizes(case: &Case, counted: BatchTotals) -> Result<BatchTotals, Unmatched> {
    Ok(BatchTotals {
        tokens: case.count_or("batch_num_tokens", counted.tokens)?,
        samples: case.count_or("global_batch_size", counted.samples)?,
        token_limit: case.count_or("loss_scale_factor", counted.token_limit)?,
        ..counted
    })
}
