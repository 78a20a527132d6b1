//! A run in a few sentences and numbers.

use crate::format::{duration, grouped, number, percent, points, quantity};
use crate::run::{Evaluation, Run};
use crate::{Phase, ReportError, RunDirectory, Status, Unit, Warning, warnings};
use plaudit_eval::Estimate;
use std::fmt;
use std::path::Path;

/// The outcome of a run, for a person. Its `Display` is the summary at the end of a run in the terminal.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The recipe's title, where the manifest has it.
    pub title: Option<String>,
    /// The outcome in one sentence, without a full stop.
    pub headline: String,
    /// A sentence or two that qualify the headline.
    pub detail: String,
    /// What became of the held-out accuracy, where there are two evaluations to compare.
    pub change: Option<Change>,
    /// The held-out accuracy at the moments that matter, in order.
    pub milestones: Vec<Milestone>,
    /// Steps, reward, length, time: label and text.
    pub facts: Vec<(&'static str, String)>,
    /// What looks bad, the gravest first.
    pub warnings: Vec<Warning>,
    /// What could not be read or has not happened yet, a sentence each.
    pub missing: Vec<String>,
}

/// What became of the held-out accuracy, by the 95 % interval of the difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Up, beyond noise.
    Rose,
    /// Down, beyond noise.
    Fell,
    /// The interval of the difference contains 0.
    WithinNoise,
}

/// The held-out accuracy at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// When: "before training", "after warm start", "after 150 RL steps".
    pub label: String,
    /// The accuracy (a share) with its 95 % interval.
    pub accuracy: Estimate,
}

/// Reads a run directory and sums it up. Only a directory that cannot be read is an error.
pub fn summary(run_dir: &Path) -> Result<Summary, ReportError> {
    Ok(summarise(&Run::load(&RunDirectory::new(run_dir))?))
}

/// Sums up a run that has been read.
pub(crate) fn summarise(run: &Run) -> Summary {
    let evaluations = run.evaluations();
    let compared = compared(&evaluations);
    let (headline, detail, change) = headline(run, &evaluations, compared);
    let mut milestones: Vec<Milestone> = Vec::new();
    let moments = evaluations.first().copied().into_iter().chain(compared.into_iter().flat_map(|(a, b)| [a, b]));
    let mut previous = None;
    for evaluation in moments {
        if previous != Some((evaluation.phase, evaluation.step)) {
            milestones.push(Milestone { label: moment(run, evaluation), accuracy: evaluation.accuracy });
        }
        previous = Some((evaluation.phase, evaluation.step));
    }
    Summary {
        title: run.manifest.as_ref().map(|manifest| manifest.title.clone()),
        headline,
        detail,
        change,
        milestones,
        facts: facts(run),
        warnings: warnings::check(run),
        missing: missing(run, &evaluations),
    }
}

/// The two evaluations to compare: around RL where it was evaluated, else around warm start.
fn compared(evaluations: &[Evaluation]) -> Option<(Evaluation, Evaluation)> {
    let last = *evaluations.last()?;
    let in_rl = |evaluation: &Evaluation| (evaluation.phase, evaluation.step) > (Phase::Rl, 0);
    let before = if in_rl(&last) {
        // Without an evaluation before RL, its first one is the next best thing.
        evaluations.iter().rev().find(|evaluation| !in_rl(evaluation)).or(evaluations.first())
    } else {
        evaluations.first()
    };
    before.filter(|before| (before.phase, before.step) != (last.phase, last.step)).map(|before| (*before, last))
}

fn headline(
    run: &Run,
    evaluations: &[Evaluation],
    compared: Option<(Evaluation, Evaluation)>,
) -> (String, String, Option<Change>) {
    let Some((before, after)) = compared else {
        return match evaluations.first() {
            Some(only) => (
                format!("Held-out accuracy is {} {}", percent(only.accuracy.value), moment(run, *only)),
                format!("95 % interval {}. There is no second evaluation to compare with.", interval(only.accuracy)),
                None,
            ),
            None if run.metrics.is_empty() => {
                ("Nothing has been measured yet".to_owned(), "The run has not recorded a single step.".to_owned(), None)
            }
            None => (
                "Held-out accuracy was not measured".to_owned(),
                "Only training has been recorded so far.".to_owned(),
                None,
            ),
        };
    };
    let difference = after.accuracy.minus(before.accuracy);
    let change = match difference {
        Estimate { low, .. } if low > 0.0 => Change::Rose,
        Estimate { high, .. } if high < 0.0 => Change::Fell,
        _ => Change::WithinNoise,
    };
    let (from, to) = (percent(before.accuracy.value), percent(after.accuracy.value));
    let headline = match change {
        Change::Rose => format!("Held-out accuracy rose from {from} to {to}"),
        Change::Fell => format!("Held-out accuracy fell from {from} to {to}"),
        Change::WithinNoise if from == to => format!("Held-out accuracy did not change beyond noise: {from}"),
        Change::WithinNoise => format!("Held-out accuracy did not change beyond noise: {from}, then {to}"),
    };
    let period = match (before.phase, after.phase) {
        (_, Phase::WarmStart) => "during warm start",
        (Phase::Rl, Phase::Rl) if before.step > 0 => "between the first and the last evaluation",
        _ => "during RL",
    };
    let detail = format!(
        "{} points {period}, 95 % interval {} to {}.",
        points(difference.value),
        points(difference.low.max(-1.0)),
        points(difference.high.min(1.0))
    );
    (headline, detail, Some(change))
}

/// When an evaluation took place.
fn moment(run: &Run, evaluation: Evaluation) -> String {
    let warm_steps = run.last_step(Phase::WarmStart);
    match (evaluation.phase, evaluation.step) {
        (Phase::WarmStart, 0) => "before training".to_owned(),
        (Phase::WarmStart, step) if Some(step) == warm_steps && run.last_step(Phase::Rl).is_some() => {
            "after warm start".to_owned()
        }
        (Phase::WarmStart, step) => format!("after {} of warm start", steps(step)),
        (Phase::Rl, 0) if warm_steps.is_some() => "after warm start".to_owned(),
        (Phase::Rl, 0) => "before training".to_owned(),
        (Phase::Rl, step) => format!("after {} of RL", steps(step)),
    }
}

fn steps(count: u64) -> String {
    format!("{} step{}", grouped(count as f64), if count == 1 { "" } else { "s" })
}

fn interval(estimate: Estimate) -> String {
    format!("{} to {}", percent(estimate.low), percent(estimate.high))
}

fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let done: Vec<String> = [Phase::WarmStart, Phase::Rl]
        .into_iter()
        .filter_map(|phase| Some(format!("{} of {phase}", steps(run.last_step(phase)?))))
        .collect();
    if !done.is_empty() {
        facts.push(("Trained", done.join(", ")));
    }
    let mut from_to = |label, name: &str, unit: Unit| {
        let series = run.series(Phase::Rl, name);
        if let (Some((_, first)), Some((_, last))) = (series.first(), series.last()) {
            facts.push((label, format!("{} → {}", number(*first, unit), quantity(*last, unit))));
        }
    };
    from_to("Reward", "reward/mean", Unit::Plain);
    from_to("Length", "length/mean", Unit::Tokens);
    if let Some(manifest) = &run.manifest {
        facts.push(("Time", duration(manifest.seconds)));
        facts.push(("Seed", manifest.seed.to_string()));
    }
    facts
}

fn missing(run: &Run, evaluations: &[Evaluation]) -> Vec<String> {
    let mut missing = run.missing.clone();
    match run.manifest.as_ref().map(|manifest| &manifest.status) {
        Some(Status::Running) => missing.push(
            "The run is not finished: it is still going, or it was killed and \"plaudit resume\" continues it."
                .to_owned(),
        ),
        Some(Status::Stopped { reason }) => missing.push(format!("The run stopped before its end: {reason}.")),
        Some(Status::Finished) | None => {}
    }
    if run.last_step(Phase::Rl).is_none() && !run.metrics.is_empty() {
        missing.push("There is no RL step yet.".to_owned());
    }
    if evaluations.is_empty() && !run.metrics.is_empty() {
        missing.push("There is no evaluation on held-out prompts, so nothing is known about accuracy.".to_owned());
    }
    missing
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}.", self.headline)?;
        writeln!(f, "{}", self.detail)?;
        if !self.milestones.is_empty() {
            writeln!(f)?;
        }
        let width = self.milestones.iter().map(|milestone| milestone.label.chars().count()).max().unwrap_or(0);
        for Milestone { label, accuracy } in &self.milestones {
            writeln!(f, "  {label:<width$}  {:>6}   {}", percent(accuracy.value), interval(*accuracy))?;
        }
        if !self.facts.is_empty() {
            writeln!(f)?;
        }
        for (label, text) in &self.facts {
            writeln!(f, "  {label:<8} {text}")?;
        }
        for Warning { title, detail } in &self.warnings {
            writeln!(f, "\n! {title}. {detail}")?;
        }
        if !self.missing.is_empty() {
            writeln!(f)?;
        }
        for sentence in &self.missing {
            writeln!(f, "- {sentence}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    fn run(evaluations: &[(Phase, u64, f64)]) -> Run {
        let row = |(phase, step, accuracy): &(Phase, u64, f64)| {
            let mut row = Row::new(*phase, *step);
            row.set("eval/accuracy", *accuracy);
            row.set("eval/accuracy/low", accuracy - 0.04);
            row.set("eval/accuracy/high", accuracy + 0.04);
            row
        };
        Run { metrics: evaluations.iter().map(row).collect(), ..Run::default() }
    }

    #[test]
    fn rises_falls_and_noise_are_told_apart() {
        let told = |after: f64| {
            let summary =
                summarise(&run(&[(Phase::WarmStart, 0, 0.02), (Phase::WarmStart, 250, 0.41), (Phase::Rl, 150, after)]));
            (summary.headline, summary.change.unwrap())
        };
        assert_eq!(told(0.78), ("Held-out accuracy rose from 41 % to 78 %".into(), Change::Rose));
        assert_eq!(told(0.20), ("Held-out accuracy fell from 41 % to 20 %".into(), Change::Fell));
        assert_eq!(
            told(0.44),
            ("Held-out accuracy did not change beyond noise: 41 %, then 44 %".into(), Change::WithinNoise)
        );
        assert_eq!(told(0.41).0, "Held-out accuracy did not change beyond noise: 41 %");
    }

    #[test]
    fn the_detail_has_the_interval_of_the_difference() {
        let summary = summarise(&run(&[(Phase::Rl, 0, 0.41), (Phase::Rl, 150, 0.78)]));
        // 0.37 -+ sqrt(0.04^2 + 0.04^2) = 0.37 -+ 0.0566.
        assert_eq!(summary.detail, "+37 points during RL, 95 % interval +31 to +43.");
    }

    #[test]
    fn milestones_are_first_before_and_last() {
        let labels = |evaluations: &[(Phase, u64, f64)]| -> Vec<String> {
            summarise(&run(evaluations)).milestones.into_iter().map(|milestone| milestone.label).collect()
        };
        use Phase::{Rl, WarmStart};
        assert_eq!(
            labels(&[(WarmStart, 0, 0.1), (WarmStart, 50, 0.3), (Rl, 5, 0.4), (Rl, 10, 0.5)]),
            ["before training", "after warm start", "after 10 steps of RL"]
        );
        assert_eq!(labels(&[(Rl, 0, 0.1), (Rl, 1, 0.3)]), ["before training", "after 1 step of RL"]);
        assert_eq!(labels(&[(Rl, 5, 0.1), (Rl, 10, 0.3)]), ["after 5 steps of RL", "after 10 steps of RL"]);
        assert_eq!(
            labels(&[(WarmStart, 0, 0.1), (WarmStart, 9, 0.3)]),
            ["before training", "after 9 steps of warm start"]
        );
        assert_eq!(labels(&[(Rl, 0, 0.1)]), ["before training"]);
        assert!(labels(&[]).is_empty());
    }

    #[test]
    fn half_runs_say_what_is_missing() {
        let nothing = summarise(&Run::default());
        assert_eq!(nothing.headline, "Nothing has been measured yet");
        let mut training = run(&[]);
        training.metrics.push(Row::new(Phase::WarmStart, 1));
        let training = summarise(&training);
        assert_eq!(training.headline, "Held-out accuracy was not measured");
        assert_eq!(training.missing.len(), 2, "{:?}", training.missing);
        let once = summarise(&run(&[(Phase::Rl, 0, 0.5)]));
        assert_eq!(once.headline, "Held-out accuracy is 50 % before training");
        assert!(once.detail.starts_with("95 % interval 46 % to 54 %."), "{}", once.detail);
    }

    #[test]
    fn the_terminal_text_is_readable() {
        let text =
            summarise(&run(&[(Phase::WarmStart, 0, 0.05), (Phase::WarmStart, 250, 0.41), (Phase::Rl, 150, 0.78)]))
                .to_string();
        assert_eq!(
            text,
            "Held-out accuracy rose from 41 % to 78 %.\n\
             +37 points during RL, 95 % interval +31 to +43.\n\
             \n\
             \x20 before training           5 %   1 % to 9 %\n\
             \x20 after warm start         41 %   37 % to 45 %\n\
             \x20 after 150 steps of RL    78 %   74 % to 82 %\n\
             \n\
             \x20 Trained  250 steps of warm start, 150 steps of RL\n"
        );
    }
}
