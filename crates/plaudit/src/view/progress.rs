//! What there is to say about a run at a moment.

use plaudit_core::Verdict;
use plaudit_report::{Phase, Row, RunDirectory, Unit, quantity, read_rows};
use plaudit_train::{Event, Plan};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// The state of a run, as far as events have told.
pub(crate) struct Progress {
    pub(crate) title: String,
    /// Model, parameters, threads, directory.
    pub(crate) setting: String,
    pub(crate) plan: Plan,
    pub(crate) phase: Phase,
    pub(crate) step: u64,
    /// What it does now, where that is not a step.
    pub(crate) busy: Option<&'static str>,
    /// The latest value of every metric.
    latest: BTreeMap<String, f64>,
    /// All values of the metrics that are drawn, in order.
    history: BTreeMap<&'static str, Vec<f64>>,
    began: Instant,
    /// When the first step of the phase in this process was done, and which it was.
    pace: Option<(Instant, u64)>,
    /// When the latest step was done.
    last: Instant,
}

/// The metrics that are drawn as they develop.
const DRAWN: [&str; 5] = ["eval/accuracy", "reward/mean", "entropy", "loss", "length/mean"];

/// One line of the view: a label, the value in words, and its development.
pub(crate) struct Fact<'a> {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) history: &'a [f64],
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            title: String::new(),
            setting: String::new(),
            plan: Plan { warm_start: 0, rl: 0 },
            phase: Phase::WarmStart,
            step: 0,
            busy: Some("reading the recipe"),
            latest: BTreeMap::new(),
            history: BTreeMap::new(),
            began: Instant::now(),
            pace: None,
            last: Instant::now(),
        }
    }

    pub(crate) fn update(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { directory, recipe, parameters, threads, resumed_from } => {
                self.title.clone_from(&recipe.title);
                let plural = if *threads == 1 { "" } else { "s" };
                let count = compact(*parameters as f64);
                self.setting = format!(
                    "{}, {count} parameters, {threads} thread{plural}, {}",
                    recipe.policy.model,
                    directory.display()
                );
                self.plan = Plan::of(recipe);
                let first = if self.plan.warm_start > 0 { Phase::WarmStart } else { Phase::Rl };
                if resumed_from.is_some() {
                    self.recall(&RunDirectory::new(*directory).metrics());
                }
                (self.phase, self.step) = resumed_from.unwrap_or((first, 0));
            }
            Event::Busy(what) => self.busy = Some(what),
            Event::Step { metrics, timings } => self.step(metrics, timings),
            Event::Note(_) | Event::Checkpoint(_) => self.busy = None,
        }
    }

    /// Takes in what happened before the run was interrupted. Nothing if it cannot be read: it is only shown.
    fn recall(&mut self, metrics: &Path) {
        for row in read_rows(metrics).map(|lines| lines.rows).unwrap_or_default() {
            self.step(&row, &Row::new(row.phase, row.step));
        }
        self.pace = None;
    }

    fn step(&mut self, metrics: &Row, timings: &Row) {
        self.busy = None;
        self.last = Instant::now();
        if self.pace.is_none() || self.phase != metrics.phase {
            self.pace = Some((self.last, metrics.step));
        }
        if self.phase != metrics.phase {
            // Another phase, other meanings.
            self.history.remove("loss");
            self.history.remove("entropy");
            self.latest.remove("loss");
        }
        (self.phase, self.step) = (metrics.phase, metrics.step);
        for (name, value) in metrics.values.iter().chain(&timings.values) {
            self.latest.insert(name.clone(), *value);
            if let Some(drawn) = DRAWN.iter().find(|drawn| *drawn == name) {
                self.history.entry(drawn).or_default().push(*value);
            }
        }
    }

    /// The steps of the phase.
    pub(crate) fn steps(&self) -> u64 {
        match self.phase {
            Phase::WarmStart => self.plan.warm_start,
            Phase::Rl => self.plan.rl,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The time until the phase ends, at the pace so far; unknown until a few steps are done.
    pub(crate) fn left(&self) -> Option<Duration> {
        let (since, first) = self.pace?;
        let done = self.step.checked_sub(first).filter(|done| *done >= 2)?;
        if self.step >= self.steps() {
            return None;
        }
        let per_step = (self.last - since).as_secs_f64() / done as f64;
        Some(Duration::from_secs_f64(per_step * self.steps().saturating_sub(self.step) as f64))
    }

    pub(crate) fn get(&self, metric: &str) -> Option<f64> {
        self.latest.get(metric).copied()
    }

    fn history(&self, metric: &str) -> &[f64] {
        self.history.get(metric).map_or(&[], Vec::as_slice)
    }

    /// The held-out accuracy measured last, with its interval.
    pub(crate) fn accuracy(&self) -> Option<String> {
        let share = |name| self.get(name).map(|value| quantity(value, Unit::Share));
        let value = share("eval/accuracy")?;
        match (share("eval/accuracy/low"), share("eval/accuracy/high")) {
            (Some(low), Some(high)) => Some(format!("{value}  ({low} to {high})")),
            _ => Some(value),
        }
    }

    /// How the checks of the latest step ended, or those of the latest measurement before reinforcement learning.
    pub(crate) fn verdicts(&self) -> String {
        let prefix = if self.phase == Phase::Rl && self.get("verdict/correct").is_some() { "" } else { "eval/" };
        let words = Verdict::KINDS.iter().filter_map(|kind| {
            let count = self.get(&format!("{prefix}verdict/{kind}")).filter(|count| *count > 0.0)?;
            Some(format!("{kind} {count}"))
        });
        words.collect::<Vec<String>>().join("  ")
    }

    /// What matters at this moment.
    pub(crate) fn facts(&self) -> Vec<Fact<'_>> {
        let mut facts = Vec::new();
        let mut fact = |label, value: Option<String>, history| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                facts.push(Fact { label, value, history });
            }
        };
        let number = |name: &str, unit| self.get(name).map(|value| quantity(value, unit));
        fact("held-out accuracy", self.accuracy(), self.history("eval/accuracy"));
        match self.phase {
            Phase::WarmStart => fact("loss", number("loss", Unit::Nats), self.history("loss")),
            Phase::Rl => fact("reward", number("reward/mean", Unit::Plain), self.history("reward/mean")),
        }
        fact("answers", Some(self.verdicts()), &[]);
        if self.phase == Phase::Rl {
            let cut_off = number("finish/length", Unit::Share);
            let length = number("length/mean", Unit::Tokens);
            let both = length.zip(cut_off).map(|(length, cut_off)| format!("{length}, {cut_off} cut off"));
            fact("length", both, self.history("length/mean"));
        }
        fact("entropy", number("entropy", Unit::Nats), self.history("entropy"));
        fact("KL from the start", number("kl/reference", Unit::Nats), &[]);
        let generated = number("tokens_per_second/generate", Unit::TokensPerSecond);
        let trained = number("tokens_per_second/train", Unit::TokensPerSecond).map(|speed| format!("{speed} trained"));
        let speed: Vec<String> = generated.map(|speed| format!("{speed} written")).into_iter().chain(trained).collect();
        fact("speed", Some(speed.join(", ")), &[]);
        facts
    }
}

/// 830000 as "0.83 M".
fn compact(count: f64) -> String {
    match count {
        1e9.. => format!("{:.2} B", count / 1e9),
        1e5.. => format!("{:.2} M", count / 1e6),
        _ => format!("{count}"),
    }
}

/// A duration as "1:05" or "1:00:05".
pub(crate) fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A run in the middle of reinforcement learning.
    pub(crate) fn example() -> Progress {
        let recipe = plaudit_recipe::Recipe::load("grpo", &[]).unwrap();
        let mut progress = Progress::new();
        let directory = std::path::Path::new("runs/grpo-1");
        progress.update(&Event::Started {
            directory,
            recipe: &recipe,
            parameters: 826_000,
            threads: 2,
            resumed_from: None,
        });
        let mut measured = Row::new(Phase::WarmStart, 6250);
        for (name, value) in [("eval/accuracy", 0.41), ("eval/accuracy/low", 0.36), ("eval/accuracy/high", 0.46)] {
            measured.set(name, value);
        }
        measured.set("loss", 0.31);
        progress.update(&Event::Step { metrics: &measured, timings: &Row::new(Phase::WarmStart, 6250) });
        for step in 1..=37_u32 {
            let mut row = Row::new(Phase::Rl, step.into());
            let mut timings = Row::new(Phase::Rl, step.into());
            row.set("reward/mean", 0.4 + 0.01 * f64::from(step));
            row.set("entropy", 0.5 - 0.01 * f64::from(step));
            row.set("length/mean", 8.0 + 0.1 * f64::from(step));
            row.set("finish/length", 0.0);
            row.set("verdict/correct", 380.0);
            row.set("verdict/wrong", 120.0);
            row.set("verdict/missing", 12.0);
            if step % 10 == 0 {
                let accuracy = 0.4 + 0.01 * f64::from(step);
                row.set("eval/accuracy", accuracy);
                row.set("eval/accuracy/low", accuracy - 0.05);
                row.set("eval/accuracy/high", accuracy + 0.05);
                row.set("kl/reference", 0.02);
            }
            timings.set("tokens_per_second/generate", 23_456.0);
            timings.set("tokens_per_second/train", 31_000.0);
            progress.update(&Event::Step { metrics: &row, timings: &timings });
        }
        progress
    }

    #[test]
    fn a_resumed_run_remembers_what_was_measured() {
        let folder = tempfile::tempdir().unwrap();
        let mut row = Row::new(Phase::Rl, 5);
        row.set("eval/accuracy", 0.25);
        let line = serde_json::to_string(&row).unwrap() + "\n";
        std::fs::write(RunDirectory::new(folder.path()).metrics(), line).unwrap();
        let recipe = plaudit_recipe::Recipe::load("grpo", &[]).unwrap();
        let mut progress = Progress::new();
        progress.update(&Event::Started {
            directory: folder.path(),
            recipe: &recipe,
            parameters: 1,
            threads: 1,
            resumed_from: Some((Phase::Rl, 5)),
        });
        assert_eq!((progress.phase, progress.step), (Phase::Rl, 5));
        assert_eq!(progress.accuracy().as_deref(), Some("25 %"));
        assert_eq!(progress.left(), None);
    }

    #[test]
    fn durations_read_like_clocks() {
        assert_eq!(clock(Duration::from_secs(65)), "1:05");
        assert_eq!(clock(Duration::from_secs(3605)), "1:00:05");
    }

    #[test]
    fn the_pace_is_known_after_a_few_steps_of_a_phase() {
        let mut progress = Progress::new();
        progress.plan = Plan { warm_start: 4, rl: 0 };
        assert_eq!(progress.left(), None);
        for step in 1..=3 {
            let row = Row::new(Phase::WarmStart, step);
            progress.update(&Event::Step { metrics: &row, timings: &row });
            assert_eq!(progress.left().is_some(), step == 3, "{step}");
        }
        let row = Row::new(Phase::Rl, 1);
        progress.update(&Event::Step { metrics: &row, timings: &row });
        assert_eq!(progress.left(), None);
    }
}
