//! Scores against sacrebleu, scikit-learn and scipy: `vectors/generate.py` wrote `vectors/scores.jsonl`.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use plaudit_verify::check::bleu::Bleu;
use plaudit_verify::check::chrf::Chrf;
use plaudit_verify::check::{order, ranking};
use serde_json::{Value, json};

/// The peers add the same terms in another order.
const TOLERANCE: f64 = 1e-12;

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn score(row: &Value) -> Option<f64> {
    match row["check"].as_str().unwrap() {
        "bleu" => {
            let smoothing = match row["smoothing"].as_str().unwrap() {
                "floor" => json!({"floor": 0.1}),
                name => json!(name),
            };
            let settings = json!({
                "smoothing": smoothing,
                "effective_order": row["effective_order"],
                "lowercase": row["lowercase"],
                "tokenize_13a": row["tokenize_13a"],
            });
            let bleu: Bleu = serde_json::from_value(settings).unwrap();
            let references: Vec<Vec<&str>> = row["references"].as_array().unwrap().iter().map(strings).collect();
            let hypotheses = strings(&row["hypotheses"]);
            let sentences: Vec<(&str, &[&str])> =
                hypotheses.into_iter().zip(references.iter().map(Vec::as_slice)).collect();
            Some(bleu.corpus(&sentences).unwrap())
        }
        "chrf" => {
            let settings = json!({"word_order": row["word_order"], "beta": row["beta"], "lowercase": row["lowercase"]});
            let chrf: Chrf = serde_json::from_value(settings).unwrap();
            Some(chrf.sentence(row["hypothesis"].as_str().unwrap(), &strings(&row["references"])).unwrap())
        }
        "ndcg" => {
            let grades = numbers(&row["grades"]);
            let ranked: Vec<f64> =
                ranking::order(&numbers(&row["scores"])).unwrap().into_iter().map(|item| grades[item]).collect();
            let gain = serde_json::from_value(row["gain"].clone()).unwrap();
            Some(ranking::ndcg(&ranked, gain, row["k"].as_u64().map(|k| k as usize)).unwrap())
        }
        "average-precision" => {
            let relevant = row["relevant"].as_array().unwrap();
            let order = ranking::order(&numbers(&row["scores"])).unwrap();
            let ranked: Vec<bool> = order.into_iter().map(|item| relevant[item].as_bool().unwrap()).collect();
            let total = ranked.iter().filter(|relevant| **relevant).count();
            Some(ranking::average_precision(&ranked, total).unwrap())
        }
        "kendall" => order::kendall(&numbers(&row["a"]), &numbers(&row["b"])).unwrap().tau_b,
        check => panic!("{check}"),
    }
}

#[test]
fn scores_are_those_of_the_peers() {
    let rows = include_str!("vectors/scores.jsonl").lines();
    let mut checked = 0;
    for line in rows {
        let row: Value = serde_json::from_str(line).unwrap();
        let key = if row["check"] == "kendall" { "tau_b" } else { "score" };
        match (score(&row), row[key].as_f64()) {
            (Some(found), Some(expected)) => assert!((found - expected).abs() < TOLERANCE, "{found} {line}"),
            (found, expected) => assert_eq!(found, expected, "{line}"),
        }
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}
