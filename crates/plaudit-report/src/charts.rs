//! Which charts a report shows, and the sentence under each.

use crate::plot::{Chart, Content, Extent, Layer, Line, Look, StepAxis, StepValue};
use crate::run::Run;
use crate::{Phase, Unit, metric_info, metric_title};
use maud::Markup;
use plaudit_core::Verdict;

/// Charts under one heading.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// How many charts lie beside each other where there is room: a class of the style sheet.
    pub(crate) columns: &'static str,
    pub(crate) charts: Vec<Markup>,
}

/// All sections that have something to show.
pub(crate) fn sections(run: &Run) -> Vec<Section> {
    let sections = [
        ("Did it learn?", vec![accuracy(run), reward(run), verdicts(run)]),
        ("What does it write?", vec![length(run), cut_off(run), entropy(run)]),
        (
            "Is the training healthy?",
            vec![groups(run), divergence(run), clipping(run), gradient_norm(run), loss(run), warm_start_loss(run)],
        ),
        ("How fast is it?", vec![speed(run), time(run)]),
    ];
    let sections = sections.into_iter().map(|(title, charts)| {
        let drawn: Vec<(bool, Markup)> =
            charts.into_iter().flatten().filter_map(|chart| Some((chart.wide, chart.render()?))).collect();
        let narrow = drawn.iter().filter(|(wide, _)| !wide).count();
        // Three beside each other where that leaves no hole.
        let columns = if narrow > 0 && narrow.is_multiple_of(3) { "three" } else { "two" };
        Section { title, columns, charts: drawn.into_iter().map(|(_, chart)| chart).collect() }
    });
    sections.filter(|section| !section.charts.is_empty()).collect()
}

const RL: &[Phase] = &[Phase::Rl];
const BOTH: &[Phase] = &[Phase::WarmStart, Phase::Rl];

/// The values of one metric over some phases, in order.
fn values(run: &Run, phases: &[Phase], name: &str) -> Vec<StepValue> {
    let of_phase = |phase: &Phase| {
        let phase = *phase;
        run.series(phase, name).into_iter().map(move |(step, value)| StepValue { phase, step, value })
    };
    phases.iter().flat_map(of_phase).collect()
}

/// A line of one metric; without values, nothing.
fn line(run: &Run, phases: &[Phase], name: &str, colour: &'static str, look: Look) -> Option<Line> {
    let points = values(run, phases, name);
    (!points.is_empty()).then(|| Line { label: metric_title(name), colour, look, points, band: Vec::new() })
}

/// A chart of lines over the phases that have begun; without lines, nothing.
fn chart(
    run: &Run,
    title: &str,
    explanation: &'static str,
    unit: Unit,
    extent: Extent,
    lines: impl IntoIterator<Item = Option<Line>>,
) -> Option<Chart> {
    let lines: Vec<Line> = lines.into_iter().flatten().collect();
    let shown = |phase: Phase| lines.iter().any(|line| line.points.iter().any(|point| point.phase == phase));
    let axis = axis(run, BOTH.iter().copied().filter(|phase| shown(*phase)));
    (!lines.is_empty()).then(|| Chart {
        title: title.to_owned(),
        explanation,
        unit,
        axis,
        extent,
        content: Content::Lines(lines),
        wide: false,
    })
}

fn axis(run: &Run, phases: impl Iterator<Item = Phase>) -> StepAxis {
    let phases: Vec<(Phase, u64)> = phases.map(|phase| (phase, run.last_step(phase).unwrap_or(0))).collect();
    StepAxis::new(&phases)
}

const COLOURS: [&str; 4] = ["c1", "c2", "c3", "c4"];

fn accuracy(run: &Run) -> Option<Chart> {
    let is_estimate = |name: &&str| metric_info(name).is_some_and(|info| info.name == "eval/pass@K");
    let mut names = vec!["eval/accuracy"];
    let found = BOTH.iter().flat_map(|phase| run.names(*phase)).filter(is_estimate);
    for name in found {
        if !names.contains(&name) && names.len() < COLOURS.len() {
            names.push(name);
        }
    }
    let lines = names.iter().zip(COLOURS).map(|(name, colour)| {
        let mut line = line(run, BOTH, name, colour, Look::Dots)?;
        let (low, high) = (values(run, BOTH, &format!("{name}/low")), values(run, BOTH, &format!("{name}/high")));
        if low.len() == line.points.len() && high.len() == line.points.len() {
            line.band = low.iter().zip(&high).map(|(low, high)| (low.value, high.value)).collect();
        }
        Some(line)
    });
    let explanation = "Share of right answers on prompts that are never trained on. The band is the 95 % interval: \
                       a change within it may be luck.";
    let chart = chart(run, "Held-out accuracy", explanation, Unit::Share, Extent::Whole, lines.collect::<Vec<_>>())?;
    Some(Chart { wide: true, ..chart })
}

fn reward(run: &Run) -> Option<Chart> {
    let reward = line(run, RL, "reward/mean", "c1", Look::Smoothed);
    let names = run.names(Phase::Rl);
    let is_mean = |name: &&str| metric_info(name).is_some_and(|info| info.name == "signal/NAME/mean");
    let signals: Vec<&str> = names.into_iter().filter(is_mean).collect();
    // A single signal is the reward in other words.
    let signals = if signals.len() > 1 { signals } else { Vec::new() };
    let lines = signals.iter().zip(&COLOURS[1..]).map(|(name, colour)| line(run, RL, name, colour, Look::Smoothed));
    let explanation = "What RL pushes up: the mean over each step's training samples. Faint lines are single steps, strong ones \
                       their moving average.";
    let lines = std::iter::once(reward).chain(lines).collect::<Vec<_>>();
    chart(run, "Reward", explanation, Unit::Plain, Extent::FromZero, lines)
}

fn verdicts(run: &Run) -> Option<Chart> {
    let counts: Vec<Vec<StepValue>> =
        Verdict::KINDS.iter().map(|kind| values(run, RL, &format!("verdict/{kind}"))).collect();
    let steps: Vec<StepValue> = counts.iter().max_by_key(|points| points.len())?.clone();
    let count = |points: &[StepValue], step: u64| -> f64 {
        // A kind that a step does not mention did not occur in it.
        let found = points.binary_search_by_key(&step, |point| point.step);
        found.map_or(0.0, |index| points[index].value).max(0.0)
    };
    let total = |step: u64| counts.iter().map(|points| count(points, step)).sum::<f64>();
    let layers = Verdict::KINDS.iter().zip(&counts).filter(|(_, points)| points.iter().any(|point| point.value > 0.0));
    let layers: Vec<Layer> = layers
        .map(|(kind, points)| Layer {
            label: (*kind).to_owned(),
            colour: format!("verdict-{kind}"),
            points: steps
                .iter()
                .map(|at| StepValue { value: count(points, at.step) / total(at.step), ..*at })
                .collect(),
        })
        .collect();
    stack(
        run,
        "Verdicts",
        "How the checks of the training samples ended, as shares of each step.",
        Unit::Share,
        Extent::Whole,
        layers,
    )
}

fn stack(
    run: &Run,
    title: &str,
    explanation: &'static str,
    unit: Unit,
    extent: Extent,
    layers: Vec<Layer>,
) -> Option<Chart> {
    (!layers.is_empty()).then(|| Chart {
        title: title.to_owned(),
        explanation,
        unit,
        axis: axis(run, RL.iter().copied()),
        extent,
        content: Content::Stack(layers),
        wide: false,
    })
}

fn length(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "length/mean", "c1", Look::Smoothed), line(run, RL, "length/max", "c5", Look::Faint)];
    let explanation =
        "How long the completions are. Growing length can be reasoning or rambling: compare with accuracy.";
    chart(run, "Completion length (tokens)", explanation, Unit::Tokens, Extent::FromZero, lines)
}

fn cut_off(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "finish/length", "c2", Look::Smoothed)];
    let explanation = "Share of completions that reached the token limit before they ended. It should be near 0.";
    chart(run, "Cut off at the token limit", explanation, Unit::Share, Extent::FromZero, lines)
}

fn entropy(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "entropy", "c3", Look::Smoothed)];
    let explanation =
        "How unsure the policy is about its next token. It falls as it learns; near 0 it has stopped exploring.";
    chart(run, "Entropy (nats per token)", explanation, Unit::Nats, Extent::FromZero, lines)
}

fn groups(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "group/zero_variance", "c4", Look::Smoothed)];
    let explanation =
        "Share of prompts whose samples all got the same reward. They teach nothing; near 100 % training stands still.";
    chart(run, "Groups without a signal", explanation, Unit::Share, Extent::FromZero, lines)
}

fn divergence(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "kl/reference", "c1", Look::Smoothed), line(run, RL, "kl/old", "c2", Look::Smoothed)];
    let explanation =
        "How far the policy has moved: from where it started, and from the policy that wrote the samples.";
    chart(run, "KL divergence (nats per token)", explanation, Unit::Nats, Extent::FromZero, lines)
}

fn clipping(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "clip/high", "c1", Look::Smoothed), line(run, RL, "clip/low", "c2", Look::Smoothed)];
    let explanation =
        "Share of tokens whose update was stopped because it had gone far enough. A few percent is usual.";
    chart(run, "Clipped tokens", explanation, Unit::Share, Extent::FromZero, lines)
}

fn gradient_norm(run: &Run) -> Option<Chart> {
    let lines = [line(run, BOTH, "gradient_norm", "c3", Look::Smoothed)];
    let explanation = "Length of the gradient before clipping. Spikes are updates to look at.";
    chart(run, "Gradient norm", explanation, Unit::Plain, Extent::FromZero, lines)
}

fn loss(run: &Run) -> Option<Chart> {
    let lines = [line(run, RL, "loss", "c5", Look::Smoothed)];
    let explanation =
        "What the optimiser minimises in RL. It says little about learning; look at reward and accuracy instead.";
    chart(run, "RL loss", explanation, Unit::Plain, Extent::Data, lines)
}

fn warm_start_loss(run: &Run) -> Option<Chart> {
    let lines = [line(run, &[Phase::WarmStart], "loss", "c1", Look::Smoothed)];
    let explanation = "How badly the policy predicts the worked solutions it imitates. It should fall and flatten.";
    chart(run, "Warm-start loss (nats per token)", explanation, Unit::Nats, Extent::FromZero, lines)
}

fn speed(run: &Run) -> Option<Chart> {
    let lines = [
        line(run, RL, "tokens_per_second/generate", "c1", Look::Smoothed),
        line(run, RL, "tokens_per_second/train", "c2", Look::Smoothed),
    ];
    chart(
        run,
        "Tokens per second",
        "Throughput of writing and of training.",
        Unit::TokensPerSecond,
        Extent::FromZero,
        lines,
    )
}

fn time(run: &Run) -> Option<Chart> {
    let parts =
        [("seconds/rollout", "sampling", "c1"), ("seconds/score", "scoring", "c4"), ("seconds/update", "update", "c2")];
    let columns: Vec<Vec<StepValue>> = parts.iter().map(|(name, ..)| values(run, RL, name)).collect();
    // Layers need the same steps; a killed run may have lost a part of its last one.
    let steps = columns.iter().filter(|column| !column.is_empty()).map(Vec::len).min()?;
    let layers = parts.into_iter().zip(columns).filter(|(_, column)| !column.is_empty());
    let layers = layers
        .map(|((_, label, colour), mut points)| {
            points.truncate(steps);
            Layer { label: label.to_owned(), colour: colour.to_owned(), points }
        })
        .collect();
    stack(run, "Seconds per step", "Where the time of a step goes.", Unit::Seconds, Extent::FromZero, layers)
}
