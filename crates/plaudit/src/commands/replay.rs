//! `plaudit replay`: recorded rollouts through other recipes.

use crate::arguments::Replay as Arguments;
use crate::{DONE, FAILED, output};
use plaudit_explain::{Record, Replay, Replayed, Setting, replay_page, run_steps};
use plaudit_report::{Unit, quantity, significant, write_atomically};
use std::path::{Path, PathBuf};

/// More settings than this have their matrix in the page only.
const WIDEST_MATRIX: usize = 8;

/// Replays a run, one of its steps, or a batch.
pub(crate) fn replay(arguments: &Arguments) -> anyhow::Result<u8> {
    let settings = arguments.recipes.iter().map(|name| Setting::named(name, &[])).collect::<Result<Vec<_>, _>>()?;
    let input = &arguments.input;
    let records = if input.is_dir() && arguments.step.is_none() {
        run_steps(input)?.into_iter().map(|step| Record::load(input, Some(step))).collect::<Result<Vec<_>, _>>()?
    } else {
        vec![Record::load(input, arguments.step)?]
    };
    let replay = Replay::of(&records, &settings)?;
    let page = arguments.page.clone().unwrap_or_else(|| default_page(&records));
    write_atomically(&page, replay_page(&replay).as_bytes())?;
    output::print(&if arguments.json {
        format!("{:#}\n", serde_json::to_value(&replay)?)
    } else {
        as_text(&replay, &page)
    });
    Ok(if replay.settings.is_empty() { FAILED } else { DONE })
}

fn default_page(records: &[Record]) -> PathBuf {
    let run = records.first().and_then(|record| record.run.as_deref()).unwrap_or(Path::new(""));
    run.join("replay.html")
}

fn percent(share: f64) -> String {
    quantity(share, Unit::Share)
}

fn as_text(replay: &Replay, page: &Path) -> String {
    let steps = if replay.steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", replay.steps.len()) };
    let mut text = format!("{}: {steps}, {} samples, {} tokens\n", replay.input, replay.samples, replay.tokens);
    let names = replay.settings.iter().map(|replayed| replayed.setting.name.as_str());
    let refused = replay.refused.iter().map(|refused| refused.name.as_str());
    let width = names.chain(refused).map(|name| name.chars().count()).max().unwrap_or(0);
    if !replay.settings.is_empty() {
        let signals = if replay.signals.is_empty() { "" } else { "   dominance" };
        text += &format!("\n{:<width$}  same sign  cosine  effective  without   mean |weight|{signals}\n", "");
        text += &format!("{:<width$}   as first            samples  gradient\n", "");
    }
    for (replayed, agreement) in replay.settings.iter().zip(replay.agreement.first().into_iter().flatten()) {
        let line = format!(
            "{:<width$}  {:>9}  {:>6}  {:>9}  {:>8}  {:>14}   {}",
            replayed.setting.name,
            percent(*agreement),
            replayed.cosine.map_or("-".to_owned(), |cosine| format!("{cosine:.3}")),
            percent(replayed.effective),
            percent(replayed.without_gradient),
            significant(replayed.mean_weight),
            dominance(replay, replayed)
        );
        text += line.trim_end();
        text.push('\n');
    }
    for refused in &replay.refused {
        text += &format!("{:<width$}  cannot be replayed: {}\n", refused.name, refused.reason);
    }
    text += &matrix(replay, width);
    text + &format!("\nPage  {}\n", page.display())
}

fn dominance(replay: &Replay, replayed: &Replayed) -> String {
    if !replay.signals.is_empty() && replayed.dominance.is_empty() {
        let reads = replayed.setting.objective.needs().advantage;
        return if reads { "not known" } else { "reads no advantages" }.to_owned();
    }
    let parts = replay.signals.iter().zip(&replayed.dominance);
    let shown: Vec<String> = parts.map(|(signal, part)| format!("{signal} {}", percent(*part))).collect();
    shown.join(", ")
}

fn matrix(replay: &Replay, width: usize) -> String {
    let count = replay.settings.len();
    if !(3..=WIDEST_MATRIX).contains(&count) {
        return String::new();
    }
    let numbers: String = (1..=count).map(|number| format!("{number:>8}")).collect();
    let mut text = format!("\nTokens with the same sign of dL/dlogp\n{:<width$}     {numbers}\n", "");
    for (index, (replayed, row)) in replay.settings.iter().zip(&replay.agreement).enumerate() {
        let shares: String = row.iter().map(|share| format!("{:>8}", percent(*share))).collect();
        text += &format!("{:<width$}  {:>2} {shares}\n", replayed.setting.name, index + 1);
    }
    text
}
