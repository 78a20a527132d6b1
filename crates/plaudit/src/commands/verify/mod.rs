//! `plaudit verify`: one answer explained, or every row of a file.

mod file;
mod one;
mod times;

use crate::arguments::{Judging, Misuse, Verify, name};
use plaudit_core::{Part, Verdict};
use plaudit_recipe::{RecipeError, with_overrides};
use plaudit_verify::math::Policy;
use plaudit_verify::{AnswerKind, Extraction, Rule, Verification, Verifier};
use serde_json::Value;

/// Judges one answer, or a file of them.
pub(crate) fn verify(arguments: &Verify) -> anyhow::Result<u8> {
    if arguments.input.is_none() && (arguments.out.is_some() || arguments.against.is_some()) {
        return Err(Misuse("--out and --against are for files; give one by --in".to_owned()).into());
    }
    let judge = Judge::of(arguments)?;
    match (&arguments.input, &arguments.gold, &arguments.pred) {
        (Some(path), ..) => file::file(&judge, path, arguments),
        (None, Some(gold), Some(pred)) => one::one(&judge, gold, pred, arguments.json),
        _ => Err(Misuse("give a gold answer and an answer, or a file by --in".to_owned()).into()),
    }
}

/// How answers are found and compared, with the names by which it was asked for.
struct Judge {
    verifier: Verifier,
    extraction: Extraction,
    gold_extraction: Extraction,
    /// `plaudit`, or `plaudit with lists=in-order`.
    policy: String,
}

impl Judge {
    fn of(arguments: &Verify) -> anyhow::Result<Self> {
        let judging = &arguments.judging;
        let (kind, policy) = (judging.kind, policy(judging)?);
        let extraction = arguments.extraction.unwrap_or(match kind {
            AnswerKind::Choice => Extraction::MultilingualChoice,
            _ => Extraction::Anywhere,
        });
        let verifier = Verifier { extractor: extraction.extractor(), kind, policy };
        Ok(Self { verifier, extraction, gold_extraction: judging.gold_extraction, policy: policy_in_words(judging) })
    }

    fn as_json(&self) -> Value {
        serde_json::json!({
            "policy": { "name": self.policy, "choices": self.verifier.policy },
            "kind": self.verifier.kind,
            "extraction": self.extraction,
            "gold_extraction": self.gold_extraction,
        })
    }

    /// In a line.
    fn as_text(&self) -> String {
        let (kind, extraction) = (name(&self.verifier.kind), name(&self.extraction));
        format!("policy {}, kind {kind}, extraction {extraction}", self.policy)
    }
}

/// The policy that was asked for.
pub(super) fn policy(judging: &Judging) -> anyhow::Result<Policy> {
    Ok(with_overrides(&judging.policy.policy(), &judging.set).map_err(RecipeError::Invalid)?)
}

pub(super) fn policy_in_words(judging: &Judging) -> String {
    let preset = name(&judging.policy);
    if judging.set.is_empty() { preset } else { format!("{preset} with {}", judging.set.join(", ")) }
}

/// A rule's name, without what is set in it.
fn rule_name(rule: &Rule) -> String {
    match serde_json::to_value(rule) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(rule)) => rule.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// Why a verdict is as it is, in a sentence.
fn explanation(verification: &Verification<'_>, gold: &str, kind: AnswerKind) -> String {
    let answer = verification.found.as_ref().map_or("", |found| &found.text);
    if let Some(judgement) = &verification.judgement {
        return match (&judgement.gold, &judgement.answer) {
            _ if judgement.equality.is_equal() => judgement.equality.to_string(),
            (Err(error), _) => format!("the gold answer cannot be read: {}", error.in_words(gold)),
            (_, Err(error)) => format!("the answer cannot be read: {}", error.in_words(answer)),
            _ => judgement.equality.to_string(),
        };
    }
    let (same, other) = match kind {
        AnswerKind::Number => ("both are the same number", "they are different numbers"),
        AnswerKind::ExactText => ("both are the same, character by character", "they differ in some character"),
        AnswerKind::Choice => ("both are the same letter", "they are different letters"),
        _ => ("both are the same words, up to case and spaces", "their words differ"),
    };
    let expected = if kind == AnswerKind::Choice { "a multiple-choice letter" } else { "a number in plain notation" };
    match &verification.verdict {
        Verdict::Correct => same.to_owned(),
        Verdict::Wrong => other.to_owned(),
        Verdict::Unparsed { part: Part::Missing } => "the completion states no answer".to_owned(),
        Verdict::Unparsed { part: Part::Answer } => format!("the answer is not {expected}"),
        Verdict::Unparsed { part: Part::Gold } => format!("the gold answer is not {expected}"),
        verdict => verdict.to_string(),
    }
}
