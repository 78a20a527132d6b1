//! What is timed of verification.

use crate::cases::Case;
use plaudit_verify::math::Policy;
use plaudit_verify::{AnswerKind, Extraction, Verifier};
use serde::Deserialize;
use serde_json::json;
use std::time::Instant;

/// A line of `answers.jsonl`.
#[derive(Deserialize)]
struct Pair {
    gold: String,
    answer: String,
    equal: bool,
}

/// The case of a name.
pub(crate) fn find(name: &str) -> Option<Case> {
    (name == "verify-answers").then(answers)
}

/// Reads every reference and every answer out of a box, and compares the two, as math-verify's `parse` and `verify` do.
fn answers() -> Case {
    let read = |line| serde_json::from_str::<Pair>(line).expect("answers.py wrote it");
    let boxed = |pair: Pair| Pair {
        gold: format!("\\boxed{{{}}}", pair.gold),
        answer: format!("The answer is \\boxed{{{}}}.", pair.answer),
        ..pair
    };
    let pairs: Vec<Pair> = include_str!("../answers.jsonl").lines().map(read).map(boxed).collect();
    let extractor = Extraction::MathVerify.extractor();
    let verifier = Verifier { extractor: extractor.clone(), kind: AnswerKind::Math, policy: Policy::default() };
    let mut seconds = Vec::with_capacity(pairs.len());
    Box::new(move |_| {
        seconds.clear();
        let mut agreeing = 0;
        for pair in &pairs {
            let start = Instant::now();
            let gold = extractor.find(&pair.gold).expect("it is boxed");
            let is_right = verifier.verify(&gold.text, &pair.answer).verdict.is_correct();
            seconds.push(start.elapsed().as_secs_f64());
            agreeing += usize::from(is_right == pair.equal);
        }
        seconds.sort_by(f64::total_cmp);
        let quantile = |share: f64| seconds[((seconds.len() - 1) as f64 * share) as usize];
        json!({
            "answers": pairs.len(), "agreeing": agreeing, "median_seconds": quantile(0.5), "p999_seconds": quantile(0.999),
            "slowest_seconds": quantile(1.0),
        })
    })
}
