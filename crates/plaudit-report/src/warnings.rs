//! What looks bad in a run, said plainly. Each check looks at one thing and knows its threshold.

use crate::format::{grouped, number, percent, points, significant};
use crate::run::{Evaluation, Run};
use crate::{Phase, Unit};
use plaudit_core::Verdict;

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What is the case, in a few words.
    pub title: String,
    /// The numbers behind it, and what it usually means or what to do.
    pub detail: String,
}

/// All checks, the gravest first.
pub(crate) const CHECKS: [fn(&Run) -> Option<Warning>; 15] = [
    not_finite,
    accuracy_fell,
    accuracy_peaked,
    reward_without_accuracy,
    checks_broke,
    entropy_collapsed,
    entropy_grew,
    cut_off,
    unreadable,
    unscored,
    no_signal,
    far_from_reference,
    much_clipped,
    gradient_spike,
    evaluation_too_small,
];

/// The warnings of a run, the gravest first.
pub(crate) fn check(run: &Run) -> Vec<Warning> {
    CHECKS.iter().filter_map(|check| check(run)).collect()
}

fn warning(title: impl Into<String>, detail: impl Into<String>) -> Option<Warning> {
    Some(Warning { title: title.into(), detail: detail.into() })
}

/// The mean of the finite values among `values`, if there is one.
fn mean(values: &[(u64, f64)]) -> Option<f64> {
    let finite = values.iter().map(|(_, value)| *value).filter(|value| value.is_finite());
    let (sum, count) = finite.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// A metric of RL averaged over its first and over its last steps: a fifth of them each, at most ten.
fn first_and_last(run: &Run, name: &str) -> Option<(f64, f64)> {
    let series = run.series(Phase::Rl, name);
    let window = (series.len() / 5).clamp(1, 10).min(series.len());
    Some((mean(&series[..window])?, mean(&series[series.len() - window..])?))
}

fn last(run: &Run, name: &str) -> Option<f64> {
    first_and_last(run, name).map(|(_, last)| last)
}

fn not_finite(run: &Run) -> Option<Warning> {
    for phase in [Phase::WarmStart, Phase::Rl] {
        for name in ["loss", "gradient_norm"] {
            if let Some((step, _)) = run.series(phase, name).into_iter().find(|(_, value)| !value.is_finite()) {
                return warning(
                    format!("The {} is not a number", name.replace('_', " ")),
                    format!(
                        "First in step {} of {phase}. The weights after that step are worthless; lower the learning rate \
                         and continue from an earlier checkpoint.",
                        grouped(step as f64)
                    ),
                );
            }
        }
    }
    None
}

/// The last evaluation before RL, and those after RL steps.
fn around_rl(run: &Run) -> (Option<Evaluation>, Vec<Evaluation>) {
    let (before, during): (Vec<_>, Vec<_>) =
        run.evaluations().into_iter().partition(|evaluation| (evaluation.phase, evaluation.step) <= (Phase::Rl, 0));
    (before.last().copied(), during)
}

fn accuracy_fell(run: &Run) -> Option<Warning> {
    let (before, during) = around_rl(run);
    let (before, after) = (before?, during.last()?);
    let change = after.accuracy.minus(before.accuracy);
    if change.high >= 0.0 {
        return None;
    }
    warning(
        "RL made the model worse",
        format!(
            "Held-out accuracy fell by {} points, beyond noise. Usual causes: too high a learning rate, or a reward that \
             pays for something other than right answers.",
            points(-change.value).trim_start_matches('+')
        ),
    )
}

fn accuracy_peaked(run: &Run) -> Option<Warning> {
    let (_, during) = around_rl(run);
    let last = during.last()?;
    let best = during.iter().max_by(|a, b| a.accuracy.value.total_cmp(&b.accuracy.value))?;
    // A model that ended below its start is a graver matter, and already said.
    if last.accuracy.minus(best.accuracy).high >= 0.0 || accuracy_fell(run).is_some() {
        return None;
    }
    warning(
        "The best model was an earlier one",
        format!(
            "Held-out accuracy peaked at {} in step {} and has fallen to {} since, beyond noise. Prefer the checkpoint near the \
             peak, or train for fewer steps.",
            percent(best.accuracy.value),
            grouped(best.step as f64),
            percent(last.accuracy.value)
        ),
    )
}

fn reward_without_accuracy(run: &Run) -> Option<Warning> {
    let (before, during) = around_rl(run);
    let change = during.last()?.accuracy.minus(before?.accuracy);
    let (first, last) = first_and_last(run, "reward/mean")?;
    let spread = run.series(Phase::Rl, "reward/std").first().map_or(1.0, |(_, std)| *std);
    // A quarter of the spread between samples is more than a batch's mean wanders by chance.
    if change.low > 0.0 || last - first <= 0.25 * spread || !spread.is_finite() {
        return None;
    }
    warning(
        "Reward rose, held-out accuracy did not",
        format!(
            "Training reward went from {} to {}, while the change in accuracy ({} points) is within noise or negative. The \
             policy may be exploiting the reward, or learning the training prompts by heart.",
            significant(first),
            significant(last),
            points(change.value)
        ),
    )
}

/// The share of the last steps' checks that ended in one of `kinds`.
fn verdict_share(run: &Run, kinds: &[&str]) -> Option<f64> {
    let count = |kind: &str| last(run, &format!("verdict/{kind}")).unwrap_or(0.0);
    let total: f64 = Verdict::KINDS.iter().map(|kind| count(kind)).sum();
    (total > 0.0).then(|| kinds.iter().map(|kind| count(kind)).sum::<f64>() / total)
}

fn checks_broke(run: &Run) -> Option<Warning> {
    let share = verdict_share(run, &["over-budget", "failed"]).filter(|share| *share > 0.01)?;
    warning(
        "Checks break",
        format!(
            "In the last steps {} of the checks failed or ran over their budget. That says nothing about the answers; what \
             the recipe makes of it shapes the training. The rollout files name the causes.",
            percent(share)
        ),
    )
}

fn entropy_collapsed(run: &Run) -> Option<Warning> {
    let (first, last) = first_and_last(run, "entropy")?;
    // A policy that is right nearly always has nothing left to be unsure about.
    let solved = around_rl(run).1.last().is_some_and(|evaluation| evaluation.accuracy.value > 0.9);
    if solved || last > 0.1 * first {
        return None;
    }
    warning(
        "Entropy collapsed",
        format!(
            "It fell from {} to {} nats per token: the policy repeats itself and can no longer find better answers. Raise the \
             upper clip bound, add an entropy or KL term, or stop earlier.",
            significant(first),
            significant(last)
        ),
    )
}

fn entropy_grew(run: &Run) -> Option<Warning> {
    let (first, last) = first_and_last(run, "entropy")?;
    if last < 2.0 * first || last < 0.5 {
        return None;
    }
    warning(
        "Entropy grows",
        format!(
            "It rose from {} to {} nats per token: the policy drifts towards noise. Lower the learning rate.",
            significant(first),
            significant(last)
        ),
    )
}

fn cut_off(run: &Run) -> Option<Warning> {
    let share = last(run, "finish/length").filter(|share| *share > 0.1)?;
    warning(
        "Completions are cut off",
        format!(
            "In the last steps {} of them reached the token limit before they ended, and could not state an answer. Raise \
             sample.max_tokens in the recipe, or check that the policy ends its answers.",
            percent(share)
        ),
    )
}

fn unreadable(run: &Run) -> Option<Warning> {
    let share = verdict_share(run, &["missing", "unparsed"]).filter(|share| *share > 0.1)?;
    warning(
        "Answers cannot be read",
        format!(
            "In the last steps {} of the completions stated no answer or an unreadable one. Look at the samples below: the \
             answer format may be unknown to the policy or to the verifier.",
            percent(share)
        ),
    )
}

fn unscored(run: &Run) -> Option<Warning> {
    let names = run.names(Phase::Rl);
    let shares = names.into_iter().filter(|name| name.ends_with("/unscored"));
    let (name, share) = shares
        .filter_map(|name| Some((name, last(run, name)?)))
        .filter(|(_, share)| *share > 0.05)
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let source = name.trim_end_matches("/unscored").trim_start_matches("signal/");
    warning(
        "Samples go unscored",
        format!(
            "In the last steps {} of the samples got no score ({source}). They take no part in the update, and what is left may \
             be a biased choice.",
            percent(share)
        ),
    )
}

fn no_signal(run: &Run) -> Option<Warning> {
    let share = last(run, "group/zero_variance").filter(|share| *share > 0.75)?;
    let correct = verdict_share(run, &["correct"]);
    let cause = match correct {
        Some(correct) if correct > 0.5 => "Most prompts are always solved: use harder ones, or stop.",
        Some(_) => "Most prompts are never solved: use easier ones, a longer warm start, or more samples per prompt.",
        None => "The prompts are too easy, too hard, or the reward does not tell answers apart.",
    };
    warning(
        "Most groups teach nothing",
        format!("In the last steps {} of the prompts gave all their samples the same reward. {cause}", percent(share)),
    )
}

fn far_from_reference(run: &Run) -> Option<Warning> {
    let divergence = last(run, "kl/reference").filter(|divergence| *divergence > 1.0)?;
    warning(
        "Far from the reference",
        format!(
            "The policy is {} nats per token away from where it started. What it could do before may be lost; raise the weight of \
             the KL term if that matters.",
            significant(divergence)
        ),
    )
}

fn much_clipped(run: &Run) -> Option<Warning> {
    let share = last(run, "clip/low").unwrap_or(0.0) + last(run, "clip/high").unwrap_or(0.0);
    if share <= 0.3 {
        return None;
    }
    warning(
        "Most of the update is clipped",
        format!(
            "In the last steps {} of the tokens were outside the clip bounds. Use fewer updates per batch or a lower learning \
             rate.",
            percent(share)
        ),
    )
}

fn gradient_spike(run: &Run) -> Option<Warning> {
    let mut series = run.series(Phase::Rl, "gradient_norm");
    series.retain(|(_, value)| value.is_finite());
    let highest = series.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    series.sort_by(|a, b| a.1.total_cmp(&b.1));
    let median = series[series.len() / 2].1;
    if series.len() < 10 || highest.1 <= 20.0 * median {
        return None;
    }
    warning(
        "The gradient spikes",
        format!(
            "Its norm reached {} in step {}, {} times the median. If rewards suffered there, clip the gradient harder or lower \
             the learning rate.",
            significant(highest.1),
            grouped(highest.0 as f64),
            if median > 0.0 { grouped((highest.1 / median).round()) } else { "many".to_owned() }
        ),
    )
}

fn evaluation_too_small(run: &Run) -> Option<Warning> {
    let accuracy = run.evaluations().last()?.accuracy;
    if accuracy.high - accuracy.low <= 0.2 {
        return None;
    }
    warning(
        "The evaluation is too small",
        format!(
            "The accuracy is only known to lie between {} and {} %. Evaluate on more held-out prompts to see smaller changes.",
            number(accuracy.low, Unit::Share),
            number(accuracy.high, Unit::Share)
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    /// A run of `steps` RL steps, where `values(progress)` gives the metrics at progress 0 to 1.
    fn run(steps: u64, values: impl Fn(f64) -> Vec<(&'static str, f64)>) -> Run {
        let row = |step: u64| {
            let mut row = Row::new(Phase::Rl, step);
            for (name, value) in values(step as f64 / steps as f64) {
                row.set(name, value);
            }
            row
        };
        Run { metrics: (0..=steps).map(row).collect(), ..Run::default() }
    }

    fn titles(run: &Run) -> Vec<String> {
        check(run).into_iter().map(|warning| warning.title).collect()
    }

    fn evaluation(accuracy: f64) -> Vec<(&'static str, f64)> {
        vec![
            ("eval/accuracy", accuracy),
            ("eval/accuracy/low", accuracy - 0.03),
            ("eval/accuracy/high", accuracy + 0.03),
        ]
    }

    #[test]
    fn an_empty_run_and_a_good_one_give_no_warnings() {
        assert_eq!(check(&Run::default()), []);
        let good = run(50, |t| {
            let mut values = evaluation(0.4 + 0.4 * t);
            values.extend([
                ("reward/mean", 0.4 + 0.4 * t),
                ("reward/std", 0.5),
                ("entropy", 0.6 - 0.3 * t),
                ("finish/length", 0.02),
                ("verdict/correct", 100.0 + 100.0 * t),
                ("verdict/wrong", 150.0 - 100.0 * t),
                ("verdict/missing", 6.0),
                ("group/zero_variance", 0.3),
                ("kl/reference", 0.1 * t),
                ("clip/high", 0.02),
                ("loss", -0.01),
                ("gradient_norm", 0.5),
            ]);
            values
        });
        assert_eq!(check(&good), []);
    }

    #[test]
    fn each_check_speaks_up() {
        type Case = (&'static str, fn(f64) -> Vec<(&'static str, f64)>);
        let cases: [Case; 14] = [
            ("The loss is not a number", |t| vec![("loss", if t > 0.5 { f64::NAN } else { 1.0 })]),
            ("The gradient norm is not a number", |t| vec![("gradient_norm", 1.0 / (1.0 - t).floor())]),
            ("RL made the model worse", |t| evaluation(0.6 - 0.2 * t)),
            ("Checks break", |_| vec![("verdict/correct", 90.0), ("verdict/failed", 10.0)]),
            ("Entropy collapsed", |t| vec![("entropy", 0.5 * (1.0 - t))]),
            ("Entropy grows", |t| vec![("entropy", 0.5 + 3.0 * t)]),
            ("Completions are cut off", |t| vec![("finish/length", 0.3 * t)]),
            ("Answers cannot be read", |_| vec![("verdict/wrong", 80.0), ("verdict/unparsed", 20.0)]),
            ("Samples go unscored", |_| vec![("signal/judge/unscored", 0.2)]),
            ("Most groups teach nothing", |_| vec![("group/zero_variance", 0.9), ("verdict/wrong", 10.0)]),
            ("Far from the reference", |t| vec![("kl/reference", 3.0 * t)]),
            ("Most of the update is clipped", |_| vec![("clip/low", 0.2), ("clip/high", 0.2)]),
            ("The gradient spikes", |t| vec![("gradient_norm", if t == 0.5 { 50.0 } else { 0.5 })]),
            ("The evaluation is too small", |_| {
                vec![("eval/accuracy", 0.5), ("eval/accuracy/low", 0.3), ("eval/accuracy/high", 0.7)]
            }),
        ];
        for (title, values) in cases {
            assert_eq!(titles(&run(50, values)), [title]);
        }
        let peaked = run(50, |t| evaluation(0.4 + if t < 0.6 { t } else { 1.2 - t }));
        assert_eq!(titles(&peaked), ["The best model was an earlier one"]);
        let hacked = run(50, |t| {
            let mut values = evaluation(0.4);
            values.extend([("reward/mean", 0.2 + 0.7 * t), ("reward/std", 0.4)]);
            values
        });
        assert_eq!(titles(&hacked), ["Reward rose, held-out accuracy did not"]);
    }

    #[test]
    fn a_solved_task_may_be_certain() {
        let solved = run(50, |t| {
            let mut values = evaluation(0.5 + 0.45 * t);
            values.push(("entropy", 0.5 * (1.0 - t)));
            values
        });
        assert_eq!(titles(&solved), Vec::<String>::new());
    }
}
