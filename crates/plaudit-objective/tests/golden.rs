//! Losses and gradients against verl 0.9.1; see `golden/README.md`.

use plaudit_core::{Derivatives, PolicyColumns, Segments};
use plaudit_objective::{Aggregation, BatchTotals, ClippedPg, KlConfig, KlEstimator, Numerics, Objective, per_token};
use serde_json::Value;

/// float64 on both sides.
const TOLERANCE: f64 = 1e-9;
/// verl adds 1e-8 to the number of tokens that a metric averages over, which is at least 1.
const METRIC_TOLERANCE: f64 = 1.1e-8;

fn rows(value: &Value) -> Vec<f64> {
    let rows = value.as_array().expect("a matrix");
    rows.iter().flat_map(|row| row.as_array().expect("a row")).map(|cell| cell.as_f64().expect("a number")).collect()
}

fn cases(prefix: &str) -> Vec<Value> {
    let cases = include_str!("golden/verl.jsonl").lines().map(|line| serde_json::from_str(line).expect("a case"));
    cases.filter(|case: &Value| case["fn"].as_str().is_some_and(|name| name.starts_with(prefix))).collect()
}

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, place: &str) {
    assert_eq!(found.len(), expected.len(), "{place}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(error < tolerance, "{place} at {index}: {found} is not {expected}");
    }
}

#[test]
fn clipped_pg_agrees_with_verl() {
    let cases = cases("loss:vanilla");
    assert_eq!(cases.len(), 19);
    for case in cases {
        let (id, inputs, params) = (case["id"].to_string(), &case["inputs"], &case["params"]);
        let width = inputs["log_prob"][0].as_array().expect("a row").len();
        let (logp, old_logp) = (rows(&inputs["log_prob"]), rows(&inputs["old_log_prob"]));
        let (advantage, mask) = (rows(&inputs["advantages"]), rows(&inputs["response_mask"]));
        let mask: Vec<bool> = mask.iter().map(|&weight| weight > 0.0).collect();
        let samples = Segments::from_lengths(vec![width; logp.len() / width]);
        let number = |name: &str| params[name].as_f64().expect("a parameter");
        let objective = ClippedPg {
            clip: [number("clip_ratio_low"), number("clip_ratio_high")],
            dual_clip: number("clip_ratio_c"),
            aggregation: match params["loss_agg_mode"].as_str().expect("a mode") {
                "token-mean" => Aggregation::TokenMean,
                "seq-mean-token-mean" => Aggregation::SequenceMeanTokenMean,
                "seq-mean-token-sum" => Aggregation::SequenceMeanTokenSum,
                "seq-mean-token-sum-norm" => Aggregation::FixedLength,
                other => panic!("unknown mode {other}"),
            },
            numerics: Numerics { epsilon: 1e-8, ..Numerics::default() },
            ..ClippedPg::default()
        };
        let columns = PolicyColumns {
            old_logp: &old_logp,
            advantage: Some(&advantage),
            ..PolicyColumns::new(&samples, &mask, &logp)
        };
        let mut slopes = vec![f64::NAN; logp.len()];
        let mut out = Derivatives { logp: &mut slopes, entropy: None };
        let loss = objective.evaluate(&columns, &BatchTotals::count(&samples, &mask, width), &mut out);
        assert_close(&[loss.value], &[case["outputs"]["loss"].as_f64().expect("a loss")], TOLERANCE, &id);
        assert_close(&slopes, &rows(&case["outputs"]["grad_log_prob"]), TOLERANCE, &id);

        let share = |name: &str| per_token(&loss).find(|(other, _)| *other == name).expect("a metric").1;
        let theirs = |name: &str| case["metrics"][name].as_f64().expect("a metric");
        assert_close(&[share("clip_low") + share("clip_high")], &[theirs("actor/pg_clipfrac")], METRIC_TOLERANCE, &id);
        assert_close(&[share("clip_dual")], &[theirs("actor/pg_clipfrac_lower")], METRIC_TOLERANCE, &id);
    }
}

#[test]
fn kl_estimators_agree_with_verl() {
    let cases = cases("kl:");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let (logp, ref_logp) = (rows(&case["inputs"]["logprob"]), rows(&case["inputs"]["ref_logprob"]));
        let estimator = match case["fn"].as_str().expect("a name") {
            "kl:k1" => KlEstimator::K1,
            "kl:k2" => KlEstimator::K2,
            "kl:k3" => KlEstimator::K3,
            other => panic!("unknown estimator {other}"),
        };
        // With zero advantages and one-token samples, the loss is the sum of the estimates and its gradient theirs.
        let objective = ClippedPg {
            aggregation: Aggregation::SequenceMeanTokenSum,
            kl: KlConfig { coefficient: 1.0, estimator, ..KlConfig::default() },
            ..ClippedPg::default()
        };
        let totals = BatchTotals { tokens: 1, samples: 1, all_samples: 1, token_limit: 1, ..BatchTotals::default() };
        let (values, slopes): (Vec<f64>, Vec<f64>) = (0..logp.len())
            .map(|token| {
                let one = Segments::from_lengths([1]);
                let columns = PolicyColumns {
                    ref_logp: Some(&ref_logp[token..=token]),
                    advantage: Some(&[0.0]),
                    ..PolicyColumns::new(&one, &[true], &logp[token..=token])
                };
                let mut slope = [f64::NAN];
                let mut out = Derivatives { logp: &mut slope, entropy: None };
                (objective.evaluate(&columns, &totals, &mut out).value, slope[0])
            })
            .unzip();
        assert_close(&values, &rows(&case["outputs"]["value"]), TOLERANCE, &case["id"].to_string());
        assert_close(&slopes, &rows(&case["outputs"]["grad"]), TOLERANCE, &case["id"].to_string());
    }
}
