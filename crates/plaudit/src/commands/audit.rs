//! `plaudit audit`: what is wrong or doubtful in a data set.

use super::rows::{self, Unusable};
use super::verify::{policy, policy_in_words};
use crate::arguments::{Audit as Arguments, name};
use crate::{DONE, FAILED, output, text};
use plaudit_report::{Unit, quantity};
use plaudit_task::audit::{Audit, AuditReport, Auditor, Finding, FindingKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Characters of a gold answer, and of what is said about it, that are shown.
const GOLD: usize = 40;
const DETAIL: usize = 100;

/// Looks at every row of a data set.
pub(crate) fn audit(arguments: &Arguments) -> anyhow::Result<u8> {
    let judging = &arguments.judging;
    let auditor = Auditor {
        prompt_column: arguments.prompt_column.clone(),
        answer_column: arguments.answer_column.clone(),
        gold_extraction: judging.gold_extraction,
        kind: judging.kind,
        policy: policy(judging)?,
    };
    let mut file = rows::open(&arguments.data, &[&arguments.prompt_column, &arguments.answer_column])?;
    let (mut audit, mut unusable, mut count) = (Audit::new(auditor.clone()), Unusable::new(1), 0);
    rows::each(
        &mut file,
        arguments.threads,
        |cells| auditor.examine(cells),
        |row| {
            count += 1;
            if let Err(flaw) = &row {
                unusable.add(&arguments.data, count, flaw);
            }
            audit.add(row);
            Ok(())
        },
    )?;
    unusable.check(count, &file)?;
    let report = audit.report();
    output::print(&if arguments.json {
        format!("{:#}\n", as_json(&report, arguments)?)
    } else {
        as_text(&report, arguments, file.noun())
    });
    Ok(if arguments.strict && !report.findings.is_empty() { FAILED } else { DONE })
}

/// How many findings there are of every kind that occurs.
fn counts(report: &AuditReport) -> BTreeMap<FindingKind, u64> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.kind).or_default() += 1;
    }
    counts
}

fn as_text(report: &AuditReport, arguments: &Arguments, noun: &str) -> String {
    let count = |count: u64| quantity(count as f64, Unit::Count);
    let judging = &arguments.judging;
    let mut text = format!(
        "{}: {} rows, {} usable, {} prompts\npolicy {}, kind {}, extraction of gold answers {}\n",
        arguments.data.display(),
        count(report.rows),
        count(report.usable),
        count(report.prompts),
        policy_in_words(judging),
        name(&judging.kind),
        name(&judging.gold_extraction),
    );
    if report.findings.is_empty() {
        return text + "\nNothing was found.\n";
    }
    let counts = counts(report);
    text += "\nfinding                 rows  meaning\n";
    for (kind, number) in &counts {
        text += &format!("{:<18} {:>9}  {}\n", kind.to_string(), count(*number), kind.meaning());
    }
    for (kind, number) in &counts {
        text += &format!("\n{kind}\n");
        for finding in report.findings.iter().filter(|finding| finding.kind == *kind).take(arguments.show) {
            text += &example(finding, noun);
        }
        let left = number.saturating_sub(arguments.show as u64);
        if left > 0 {
            text += &format!("  ... and {} more; --show N lists more of them, --json all\n", count(left));
        }
    }
    text
}

fn example(finding: &Finding, noun: &str) -> String {
    let detail = text::on_one_line(&finding.detail, DETAIL);
    match &finding.gold {
        Some(gold) => format!("  {noun} {:<7} {}  ({detail})\n", finding.line, text::on_one_line(gold, GOLD)),
        None => format!("  {noun} {:<7} {detail}\n", finding.line),
    }
}

fn as_json(report: &AuditReport, arguments: &Arguments) -> anyhow::Result<Value> {
    let judging = &arguments.judging;
    let counts: BTreeMap<String, u64> =
        counts(report).into_iter().map(|(kind, count)| (kind.to_string(), count)).collect();
    Ok(json!({
        "file": arguments.data.display().to_string(),
        "rows": report.rows,
        "usable": report.usable,
        "prompts": report.prompts,
        "counts": counts,
        "findings": report.findings,
        "settings": {
            "policy": { "name": policy_in_words(judging), "choices": policy(judging)? },
            "kind": judging.kind,
            "gold_extraction": judging.gold_extraction,
        },
    }))
}
