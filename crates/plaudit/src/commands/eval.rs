//! `plaudit eval`.

use super::subject::Subject;
use crate::arguments::Eval;
use crate::{DONE, output, text};
use plaudit_core::VerdictCounts;
use plaudit_eval::Estimate;
use plaudit_report::{Unit, quantity};
use plaudit_train::{Evaluation, evaluate, in_pool};
use serde_json::{Map, Value, json};
use std::io::{IsTerminal, stderr};

/// Measures a model on held-out prompts.
pub(crate) fn eval(arguments: &Eval) -> anyhow::Result<u8> {
    let Subject { mut policy, recipe } = Subject::open(&arguments.model, &arguments.task, &overrides(arguments))?;
    let task = recipe.task.build()?;
    if stderr().is_terminal() {
        output::complain(&format!("measuring on {} held-out prompts", recipe.eval.prompts));
    }
    let (settings, max_tokens, seed) = (&recipe.eval, recipe.sample.max_tokens, recipe.train.seed);
    let evaluation = in_pool(arguments.task.threads, || evaluate(&mut policy, &*task, settings, max_tokens, seed))??;
    output::print(&if arguments.json {
        as_json(&evaluation, arguments.show)
    } else {
        as_text(&evaluation, arguments.show)
    });
    Ok(DONE)
}

/// The recipe's settings that the options stand for.
fn overrides(arguments: &Eval) -> Vec<String> {
    let mut overrides = Vec::new();
    overrides.extend(arguments.prompts.map(|prompts| format!("eval.prompts={prompts}")));
    let samples = arguments.samples.or(arguments.pass_at.iter().max().copied());
    overrides.extend(samples.map(|samples| format!("eval.samples={samples}")));
    overrides.extend(arguments.temperature.map(|temperature| format!("eval.temperature={temperature:?}")));
    if !arguments.pass_at.is_empty() {
        overrides.push(format!("eval.pass_at={:?}", arguments.pass_at));
    }
    overrides
}

fn as_text(evaluation: &Evaluation, show: usize) -> String {
    let summary = &evaluation.summary;
    let share = |value| quantity(value, Unit::Share);
    let line = |name: &str, Estimate { value, low, high }: Estimate| {
        format!("{name:<10} {:>6}   95 % interval {} to {}\n", share(value), share(low), share(high))
    };
    let mut lines = line("accuracy", summary.accuracy);
    for (k, estimate) in summary.pass_at.iter().filter(|(k, _)| **k != 1) {
        lines += &line(&format!("pass@{k}"), *estimate);
    }
    lines += &format!("prompts    {:>6}   {} samples\n", summary.prompts, summary.samples);
    lines += &format!("length     {:>6.1}   tokens on average\n", evaluation.mean_length);
    lines += &format!("verdicts   {}\n", counts(&evaluation.verdicts));
    for answer in evaluation.answers.iter().take(show) {
        let verdict = &answer.checked.verdict;
        lines += &format!(
            "\n{}\n{}\n-> {verdict}; the answer is {}\n",
            text::in_lines(answer.prompt.trim_end()),
            text::in_lines(&answer.completion),
            text::in_lines(&answer.answer)
        );
    }
    lines
}

/// The verdicts that occurred, with their numbers.
fn counts(verdicts: &VerdictCounts) -> String {
    let counted = verdicts.iter().filter(|(_, count)| *count > 0);
    counted.map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<String>>().join(", ")
}

fn as_json(evaluation: &Evaluation, show: usize) -> String {
    let summary = &evaluation.summary;
    let estimate = |Estimate { value, low, high }: Estimate| json!({"value": value, "low": low, "high": high});
    let pass_at: Map<String, Value> =
        summary.pass_at.iter().map(|(k, value)| (k.to_string(), estimate(*value))).collect();
    let verdicts: Map<String, Value> =
        evaluation.verdicts.iter().map(|(kind, count)| (kind.to_owned(), json!(count))).collect();
    let answers = evaluation.answers.iter().take(show).map(|answer| {
        json!({
            "prompt": answer.prompt,
            "answer": answer.answer,
            "completion": answer.completion,
            "verdict": answer.checked.verdict,
            "extracted": answer.checked.answer,
        })
    });
    let whole = json!({
        "accuracy": estimate(summary.accuracy),
        "pass_at": pass_at,
        "confidence": 0.95,
        "prompts": summary.prompts,
        "samples": summary.samples,
        "mean_length": evaluation.mean_length,
        "verdicts": verdicts,
        "answers": answers.collect::<Vec<Value>>(),
    });
    format!("{whole:#}\n")
}
