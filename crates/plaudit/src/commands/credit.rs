//! `plaudit credit`: advantages of recorded samples.

use crate::arguments::{Credit, Misuse};
use crate::{DONE, output};
use anyhow::Context;
use plaudit_explain::{CreditGroup, CreditTable, Origin, Record, Setting};
use plaudit_report::{significant, write_atomically};
use std::path::Path;

/// Credits a batch.
pub(crate) fn credit(arguments: &Credit) -> anyhow::Result<u8> {
    let setting = Setting::named(&arguments.kind, &of_credit(&arguments.set))?;
    if setting.origin == Origin::Objective {
        let kind = &arguments.kind;
        let refusal =
            format!("`{kind}` is an objective, which makes no advantages; `plaudit parts credit` lists what does");
        return Err(Misuse(refusal).into());
    }
    let record = Record::load(&arguments.input, arguments.step)?;
    let table = CreditTable::of(&setting, &record)?;
    if let Some(path) = &arguments.out {
        store(&table, &record, path)?;
    }
    output::print(&if arguments.json {
        format!("{:#}\n", serde_json::to_value(&table)?)
    } else {
        as_text(&table, arguments)
    });
    Ok(DONE)
}

/// Settings typed without their table are those of the estimator.
pub(super) fn of_credit(set: &[String]) -> Vec<String> {
    let is_whole = |text: &str| text.trim_start().starts_with("credit.") || text.trim_start().starts_with("objective.");
    set.iter().map(|text| if is_whole(text) { text.clone() } else { format!("credit.{text}") }).collect()
}

fn store(table: &CreditTable, record: &Record, path: &Path) -> anyhow::Result<()> {
    if path.extension().is_some_and(|ending| ending == "parquet") {
        let rollouts = table.table(record).ok_or_else(|| {
            let shown = path.display();
            Misuse(format!(
                "{shown}: only a run's rollouts are written as Parquet; name a .jsonl file for other batches"
            ))
        })?;
        return Ok(rollouts.write_file(path)?);
    }
    let mut text = String::new();
    for row in table.rows(record) {
        text += &serde_json::to_string(&row)?;
        text.push('\n');
    }
    write_atomically(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

fn as_text(table: &CreditTable, arguments: &Credit) -> String {
    let samples: usize = table.groups.iter().map(|group| group.samples.len()).sum();
    let credit = super::diff::in_one_line(&serde_json::to_value(&table.credit).unwrap_or_default());
    let (samples, groups) = (counted(samples, "sample"), counted(table.groups.len(), "group"));
    let mut text = format!("{}: {samples} in {groups}\ncredit {credit}\n", table.input);
    let shown = if arguments.show == 0 { table.groups.len() } else { arguments.show.min(table.groups.len()) };
    text += "\nprompt   row    score  advantage  spread\n";
    for group in &table.groups[..shown] {
        text += &rows(group);
        if arguments.explain {
            text += &format!("       {}\n\n", group.rule);
        }
    }
    if shown < table.groups.len() {
        text += &format!("... and {} more; --show 0 prints all\n", counted(table.groups.len() - shown, "group"));
    }
    if let Some(path) = &arguments.out {
        text += &format!("\nadvantages of every token: {}\n", path.display());
    }
    text
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn rows(group: &CreditGroup) -> String {
    let row = |sample: &plaudit_explain::CreditSample| {
        let score = sample.score.map_or("none".to_owned(), significant);
        let [low, high] = sample.range;
        let spread = match (sample.tokens, low == high) {
            (0, _) => "none take part".to_owned(),
            (1, _) => "1 token".to_owned(),
            (tokens, true) => format!("{tokens} tokens alike"),
            (tokens, false) => format!("{tokens} tokens from {} to {}", significant(low), significant(high)),
        };
        format!("{:>6} {:>5} {score:>8} {:>10}  {spread}\n", group.group, sample.row, significant(sample.advantage))
    };
    group.samples.iter().map(row).collect()
}
