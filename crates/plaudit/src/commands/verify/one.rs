//! One answer, with everything that led to its verdict.

use super::{Judge, explanation, rule_name};
use crate::arguments::{Misuse, name};
use crate::{DONE, FAILED, output, text};
use plaudit_core::Verdict;
use plaudit_verify::math::{Expr, ReadError};
use plaudit_verify::{AnswerKind, Found, Verification};
use serde_json::{Value, json};
use std::io::Read;

/// Characters of a text that are shown.
const SHOWN: usize = 300;

/// Judges one answer and prints how that came about.
pub(super) fn one(judge: &Judge, gold: &str, pred: &str, as_json: bool) -> anyhow::Result<u8> {
    let mut input = String::new();
    let completion = match pred {
        "-" => {
            // Not an error of its own, whose exit code would be that of a wrong answer.
            let misuse = |error| Misuse(format!("cannot read the answer from standard input: {error}"));
            std::io::stdin().read_to_string(&mut input).map_err(misuse)?;
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
        format!("{:#}\n", to_json(judge, &stated.text, &verification)?)
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
            let by = format!("by the rule {}: {}", rule_name(&found.rule), found.reason);
            text += &line("  found", &shown(&(place(completion, found) + &by)));
            text += &read(judgement.map(|judgement| &judgement.answer));
        }
    }
    if verification.found.is_some() {
        text += &line("compared", compared_as(kind, judgement.is_some()));
    }
    text + &line("settings", &shown(&judge.as_text()))
}

/// Where an answer stands in its completion, where it is not all of it.
fn place(completion: &str, found: &Found<'_>) -> String {
    if found.range.len() == completion.trim().len() {
        return String::new();
    }
    let [before, end, all] =
        [found.range.start, found.range.end, completion.len()].map(|at| completion[..at].chars().count());
    match end - before {
        1 => format!("character {end} of {all}, "),
        _ => format!("characters {} to {end} of {all}, ", before + 1),
    }
}

fn compared_as(kind: AnswerKind, is_judged: bool) -> &'static str {
    match kind {
        AnswerKind::Auto if !is_judged => "as words",
        AnswerKind::Auto | AnswerKind::Math => "as mathematics",
        AnswerKind::Number => "as numbers",
        AnswerKind::Text => "as words",
        AnswerKind::ExactText => "character by character",
        AnswerKind::Choice => "as multiple-choice letters",
    }
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

fn to_json(judge: &Judge, gold: &str, verification: &Verification<'_>) -> anyhow::Result<Value> {
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
    let verdict = &verification.verdict;
    let mut whole = json!({
        "correct": verdict.is_correct(),
        "explanation": explanation(verification, gold, judge.verifier.kind),
        "gold": read(gold, judgement.map(|judgement| &judgement.gold)),
        "answer": answer,
        "equality": judgement.map(|judgement| &judgement.equality),
        "settings": judge.as_json(),
    });
    // Its name under "verdict", and beside it what it is about.
    let Value::Object(verdict) = serde_json::to_value(verdict)? else { return Ok(whole) };
    for (key, value) in verdict {
        whole[key] = value;
    }
    Ok(whole)
}
