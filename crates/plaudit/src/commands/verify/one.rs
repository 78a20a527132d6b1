//! One answer, with everything that led to its verdict.

use super::{Judge, explanation, rule_name};
use crate::arguments::{Misuse, name};
use crate::{DONE, FAILED, output, text};
use anyhow::Context;
use plaudit_core::Verdict;
use plaudit_verify::math::{Expr, ReadError};
use plaudit_verify::{AnswerKind, Verification};
use serde_json::{Value, json};
use std::io::Read;

/// Characters of a text that are shown.
const SHOWN: usize = 300;

/// Judges one answer and prints how that came about.
pub(super) fn one(judge: &Judge, gold: &str, pred: &str, as_json: bool) -> anyhow::Result<u8> {
    let mut input = String::new();
    let completion = match pred {
        "-" => {
            std::io::stdin().read_to_string(&mut input).context("cannot read the answer from standard input")?;
            &input
        }
        pred => pred,
    };
    let Some(stated) = judge.gold_extraction.find(gold) else {
        let (gold, extraction) = (text::on_one_line(gold, SHOWN), name(&judge.gold_extraction));
        let what = if gold.is_empty() {
            "the gold answer is empty".to_owned()
        } else {
            format!("the gold answer {gold:?} states nothing where --gold-extraction {extraction} looks")
        };
        return Err(Misuse(what).into());
    };
    let verification = judge.verifier.verify(&stated.text, completion);
    output::print(&if as_json {
        format!("{:#}\n", to_json(judge, &stated.text, &verification))
    } else {
        to_text(judge, &stated.text, completion, &verification)
    });
    Ok(if verification.verdict.is_correct() { DONE } else { FAILED })
}

fn to_text(judge: &Judge, gold: &str, completion: &str, verification: &Verification<'_>) -> String {
    let shown = |text: &str| text::on_one_line(text, SHOWN);
    let kind = judge.verifier.kind;
    let line = |label: &str, value: &str| format!("{label:<11} {value}\n");
    let mut text =
        format!("{}: {}\n\n", headline(&verification.verdict), shown(&explanation(verification, gold, kind)));
    let judgement = verification.judgement.as_ref();
    let read = |reading: Option<&Result<Expr, ReadError>>| match reading {
        Some(Ok(expr)) => line("  read as", &shown(&expr.to_string())),
        Some(Err(_)) => line("  read as", "nothing"),
        None => String::new(),
    };
    text += &line("gold", &shown(gold));
    text += &read(judgement.map(|judgement| &judgement.gold));
    match &verification.found {
        None => text += &line("answer", "none"),
        Some(found) => {
            text += &line("answer", &shown(&found.text));
            let place = if found.range.len() == completion.trim().len() {
                "all of it".to_owned()
            } else {
                let [start, end, all] =
                    [found.range.start, found.range.end, completion.len()].map(|at| completion[..at].chars().count());
                format!("characters {} to {end} of {all}", start + 1)
            };
            text +=
                &line("  found", &shown(&format!("{place}, by the rule {}: {}", rule_name(&found.rule), found.reason)));
            text += &read(judgement.map(|judgement| &judgement.answer));
        }
    }
    let compared = match (kind, judgement) {
        (AnswerKind::Auto | AnswerKind::Math, Some(_)) => "as mathematics",
        (AnswerKind::Auto | AnswerKind::Text, _) => "as words",
        (AnswerKind::Math, None) => "as mathematics",
        (AnswerKind::Number, _) => "as numbers",
        (AnswerKind::ExactText, _) => "character by character",
        (AnswerKind::Choice, _) => "as multiple-choice letters",
    };
    text + &line("compared", compared) + &line("settings", &shown(&judge.as_text()))
}

/// The verdict in a word.
fn headline(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Correct => "CORRECT",
        Verdict::Wrong => "WRONG",
        Verdict::Unparsed { .. } => "NOT READ",
        Verdict::OverBudget { .. } => "UNDECIDED",
        Verdict::Failed { .. } => "FAILED",
    }
}

fn to_json(judge: &Judge, gold: &str, verification: &Verification<'_>) -> Value {
    let judgement = verification.judgement.as_ref();
    let read = |text: &str, reading: Option<&Result<Expr, ReadError>>| match reading {
        Some(Ok(expr)) => json!({ "text": text, "read": expr.to_string() }),
        Some(Err(error)) => json!({ "text": text, "error": { "at": error.at, "message": error.in_words(text) } }),
        None => json!({ "text": text }),
    };
    let answer = verification.found.as_ref().map(|found| {
        let mut answer = read(&found.text, judgement.map(|judgement| &judgement.answer));
        answer["rule"] = json!(found.rule);
        answer["reason"] = json!(found.reason);
        answer["bytes"] = json!([found.range.start, found.range.end]);
        answer
    });
    let mut whole = json!({
        "correct": verification.verdict.is_correct(),
        "verdict": verification.verdict,
        "explanation": explanation(verification, gold, judge.verifier.kind),
        "gold": read(gold, judgement.map(|judgement| &judgement.gold)),
        "answer": answer,
        "equality": judgement.map(|judgement| &judgement.equality),
    });
    whole["settings"] = judge.as_json();
    whole
}
