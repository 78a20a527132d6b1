//! Plain lines: for logs, pipes and terminals that cannot be drawn on.

use super::progress::{Progress, clock};
use crate::{output, text};
use plaudit_report::{Phase, Unit, quantity};
use plaudit_train::Event;

/// Lines per phase, besides measurements.
const LINES_PER_PHASE: u64 = 10;

/// Prints what an event has to say.
pub(crate) fn show(event: &Event<'_>, progress: &Progress) {
    if let Some(line) = line(event, progress) {
        output::print(&format!("{line}\n"));
    }
}

fn line(event: &Event<'_>, progress: &Progress) -> Option<String> {
    match event {
        Event::Started { resumed_from, .. } => {
            let from =
                resumed_from.map_or(String::new(), |(phase, step)| format!("\ncontinuing after {phase} step {step}"));
            Some(format!("{}\n{}{from}", progress.title, progress.setting))
        }
        Event::Note(note) => Some(text::on_one_line(note, usize::MAX)),
        Event::Step { metrics, .. } => {
            let is_measured = metrics.values.contains_key("eval/accuracy");
            let is_due = (metrics.step * LINES_PER_PHASE) % progress.steps().max(1) < LINES_PER_PHASE;
            (is_measured || is_due).then(|| step(progress, is_measured))
        }
        Event::Busy(_) | Event::Checkpoint(_) => None,
    }
}

fn step(progress: &Progress, is_measured: bool) -> String {
    let mut parts = vec![format!("{} step {}/{}", progress.phase, progress.step, progress.steps())];
    let number = |name: &str, unit| progress.get(name).map(|value| quantity(value, unit));
    let mut add = |label: &str, value: Option<String>| parts.extend(value.map(|value| format!("{label} {value}")));
    if progress.step > 0 {
        match progress.phase {
            Phase::WarmStart => add("loss", number("loss", Unit::Nats)),
            Phase::Rl => {
                add("reward", number("reward/mean", Unit::Plain));
                add("length", number("length/mean", Unit::Tokens));
                add("entropy", number("entropy", Unit::Nats));
            }
        }
    }
    if is_measured {
        add("held-out accuracy", progress.accuracy());
    }
    let left = progress.left().map_or(String::new(), |left| format!(", {} left", clock(left)));
    parts.push(format!("{} elapsed{left}", clock(progress.elapsed())));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::super::progress::tests::example;
    use super::*;
    use plaudit_report::Row;

    #[test]
    fn a_line_says_what_matters() {
        let progress = example();
        insta::assert_snapshot!(format!("{}\n{}", step(&progress, true), step(&progress, false)));
    }

    #[test]
    fn a_phase_takes_about_ten_lines() {
        let mut progress = example();
        let mut lines = 0;
        for number in 1..=100 {
            let row = Row::new(Phase::Rl, number);
            let event = Event::Step { metrics: &row, timings: &row };
            progress.update(&event);
            lines += u32::from(line(&event, &progress).is_some());
        }
        assert_eq!(lines, 10);
    }
}
