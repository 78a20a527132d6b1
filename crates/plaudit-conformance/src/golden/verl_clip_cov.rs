//! verl's Clip-Cov, which draws the tokens that it leaves out. Where there are no more candidates than places, nothing is drawn and all
//! numbers are compared. Elsewhere the case says which tokens were drawn: they must be candidates, and as many as ours would leave out;
//! with these tokens left out, loss and gradient are compared.

use super::Case;
use super::compare::{Comparison, Evaluated, ROUNDING, Unmatched, loss_and_gradient};
use super::verl_objective::{averaged, policy_settings};
use plaudit_core::Sample;
use serde_json::{Value, json};

pub(super) fn evaluate(case: &Case, samples: &mut [Sample]) -> Result<Vec<Comparison>, Unmatched> {
    let settings = policy_settings(case, "clip_cov")?;
    let all = averaged(case, with(&settings, "share", json!(1.0)), samples)?;
    let (candidates, tokens) = (metric(&all, "clip_covariance"), metric(&all, "tokens"));
    let share: f64 = settings["share"].as_f64().unwrap_or(f64::NAN);
    let places = (share * tokens).floor().max(1.0);
    if candidates <= places {
        return loss_and_gradient(case, &averaged(case, settings, samples)?, ROUNDING);
    }
    // No covariance lies in an empty range: nothing is left out.
    let none = with(&settings, "covariance_range", json!([0.0, 0.0]));
    let whole = averaged(case, none.clone(), samples)?;
    let given: Vec<Vec<f64>> = case.output("grad_log_prob")?;
    let (mut drawn, mut seen) = (0.0_f64, 0.0);
    for (sample, range) in whole.batch.samples.iter().enumerate() {
        let row = whole.batch.row[sample];
        let weight = samples[row].weight.get_or_insert_with(|| vec![1.0; range.len()]);
        for (offset, token) in range.enumerate() {
            // A token with gradient 0 anyway may be a candidate too, unseen.
            if whole.gradient[token] == 0.0 || all.gradient[token] != 0.0 {
                continue;
            }
            seen += 1.0;
            if given[row][offset] == 0.0 {
                drawn += 1.0;
                weight[offset] = 0.0;
            }
        }
    }
    let mut comparisons = loss_and_gradient(case, &averaged(case, none, samples)?, ROUNDING)?;
    let unseen = candidates - seen;
    comparisons.push(Comparison::one("drawn", places, drawn.max(places.min(drawn + unseen)), 0.5));
    Ok(comparisons)
}

fn with(settings: &Value, key: &str, value: Value) -> Value {
    let mut changed = settings.clone();
    changed[key] = value;
    changed
}

fn metric(found: &Evaluated, name: &str) -> f64 {
    found.metrics.iter().find(|metric| metric.0 == name).map_or(f64::NAN, |metric| metric.1)
}
