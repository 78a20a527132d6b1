//! The page of a replay: one file that needs no network.

use crate::{Replay, Replayed, StepStatistics};
use maud::{Markup, html};
use plaudit_recipe::Learning;
use plaudit_report::{
    Chart, Content, Extent, Line, Look, Phase, StepAxis, StepValue, Unit, document, quantity, significant,
};

/// Classes of the style sheet, a colour each: as many curves as can be told apart.
const COLOURS: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];

/// The page, as HTML.
pub fn replay_page(replay: &Replay) -> String {
    let settings = replay.settings.len();
    let title = format!("{settings} settings on {}", replay.input);
    let content = html! {
        header {
            p.kicker { span.brand { "Plaudit" } span.run-title { "Replay" } }
            h1 { (title) }
            p.detail {
                (replay.samples) " samples with " (replay.tokens) " tokens of " (replay.steps.len())
                @if replay.steps.len() == 1 { " step" } @else { " steps" }
                ", as they were recorded: only what they would have taught differs."
            }
        }
        @if !replay.refused.is_empty() {
            section.notices {
                h2 { "Not replayed" }
                ul.warnings { @for refused in &replay.refused { li { strong { (refused.name) ". " } (with_code(&refused.reason)) "." } } }
            }
        }
        @if settings > 0 {
            (overview(replay))
            (matrix(replay))
            @if replay.steps.len() > 1 { (courses(replay)) }
            (configurations(replay))
        }
    };
    document(&title, &content).into_string()
}

/// Text whose names stand between backticks.
fn with_code(text: &str) -> Markup {
    html! { @for (index, part) in text.split('`').enumerate() { @if index % 2 == 1 { code { (part) } } @else { (part) } } }
}

fn percent(share: f64) -> String {
    quantity(share, Unit::Share)
}

/// A share as a number over a bar.
fn meter(share: f64, colour: &str) -> Markup {
    html! { td class={ "meter " (colour) } { (percent(share)) span.bar { span style=(format!("width:{:.2}%", share * 100.0)) {} } } }
}

fn overview(replay: &Replay) -> Markup {
    let largest = replay.settings.iter().map(|replayed| replayed.mean_weight).fold(0.0, f64::max);
    html! {
        section {
            h2 { "What would each have learnt from?" }
            div.table-frame { table {
                thead { tr {
                    th { "Setting" }
                    th { "Same sign as " (replay.settings[0].setting.name) }
                    th.number { "Cosine" }
                    th { "Effective samples" }
                    th { "Tokens without gradient" }
                    th { "Mean |weight|" }
                    @if !replay.signals.is_empty() { th { "Dominance of signals" } }
                } }
                tbody { @for (index, replayed) in replay.settings.iter().enumerate() {
                    tr {
                        th scope="row" { (replayed.setting.name) code { (replayed.setting.credit.kind()) " + " (replayed.setting.objective.kind()) } }
                        (meter(replay.agreement[0][index], "c1"))
                        td.number { (cosine(replayed.cosine)) }
                        (meter(replayed.effective, "c3"))
                        (meter(replayed.without_gradient, "c5"))
                        td.meter.c4 {
                            (significant(replayed.mean_weight))
                            span.bar { span style=(format!("width:{:.2}%", 100.0 * replayed.mean_weight / largest.max(f64::MIN_POSITIVE))) {} }
                        }
                        @if !replay.signals.is_empty() { td { (dominance(replay, replayed)) } }
                    }
                } }
            } }
            p.lead.after {
                "The weight of a token is dL/dlogp: the force with which its log-probability is pushed, with the policy still where it "
                "sampled; the cosine is that between all weights of a setting and those of the first, 1 where they differ by a factor alone. Effective "
                "samples: as if one learnt from that share of the samples alike. A signal's dominance is its part in what the advantages "
                "would lose if it told nothing within a group."
            }
        }
    }
}

fn cosine(cosine: Option<f64>) -> String {
    cosine.map_or("-".to_owned(), |cosine| format!("{cosine:.3}"))
}

fn dominance(replay: &Replay, replayed: &Replayed) -> String {
    if replayed.dominance.is_empty() {
        let reads = replayed.setting.objective.needs().advantage;
        return if reads { "not known" } else { "reads no advantages" }.to_owned();
    }
    let parts = replay.signals.iter().zip(&replayed.dominance);
    parts.map(|(signal, part)| format!("{signal} {}", percent(*part))).collect::<Vec<String>>().join(", ")
}

fn matrix(replay: &Replay) -> Markup {
    let shade =
        |share: f64| format!("background:color-mix(in srgb, var(--c1) {:.0}%, transparent)", 60.0 * share * share);
    html! {
        section {
            h2 { "Do they push the same way?" }
            p.lead { "The share of tokens that two settings push in the same direction, or both leave alone." }
            div.table-frame { table.matrix {
                thead { tr { th {} @for number in 1..=replay.settings.len() { th.number { (number) } } } }
                tbody { @for (index, (replayed, row)) in replay.settings.iter().zip(&replay.agreement).enumerate() {
                    tr { th scope="row" { (index + 1) " " (replayed.setting.name) } @for share in row { td.number style=(shade(*share)) { (percent(*share)) } } }
                } }
            } }
        }
    }
}

/// A statistic of a step.
type Statistic = fn(&StepStatistics) -> f64;

fn courses(replay: &Replay) -> Markup {
    let charts: [(&str, &str, Unit, Extent, Statistic); 4] = [
        (
            "Same sign as the first",
            "The share of tokens pushed the same way as by the first setting.",
            Unit::Share,
            Extent::Whole,
            |step| step.agreement,
        ),
        (
            "Effective samples",
            "How evenly the update is spread over samples: 100 % is all alike.",
            Unit::Share,
            Extent::FromZero,
            |step| step.effective,
        ),
        (
            "Tokens without gradient",
            "What teaches nothing: answers like all others to the prompt, and whatever is clipped.",
            Unit::Share,
            Extent::FromZero,
            |step| step.without_gradient,
        ),
        (
            "Mean |weight|",
            "The size of dL/dlogp. A constant factor between settings is one of the learning rate.",
            Unit::Plain,
            Extent::FromZero,
            |step| step.mean_weight,
        ),
    ];
    html! {
        section {
            h2 { "How does it go over the run?" }
            @if replay.settings.len() > COLOURS.len() { p.lead { "The first " (COLOURS.len()) " settings." } }
            div.charts.two { @for (title, explanation, unit, extent, statistic) in charts {
                @if let Some(chart) = chart(replay, title, explanation, unit, extent, statistic).render() { (chart) }
            } }
        }
    }
}

fn chart(replay: &Replay, title: &str, explanation: &'static str, unit: Unit, extent: Extent, of: Statistic) -> Chart {
    let line = |(replayed, colour): (&Replayed, &&'static str)| Line {
        label: replayed.setting.name.clone(),
        colour,
        look: Look::Smoothed,
        points: replayed
            .steps
            .iter()
            .map(|step| StepValue { phase: Phase::Rl, step: step.step, value: of(step) })
            .collect(),
        band: Vec::new(),
    };
    Chart {
        title: title.to_owned(),
        explanation,
        unit,
        axis: StepAxis::new(&[(Phase::Rl, replay.steps.last().copied().unwrap_or(1))]),
        extent,
        content: Content::Lines(replay.settings.iter().zip(&COLOURS).map(line).collect()),
        wide: false,
    }
}

fn configurations(replay: &Replay) -> Markup {
    html! {
        section {
            h2 { "What are they?" }
            @for Replayed { setting, .. } in &replay.settings {
                details {
                    summary { (setting.name) }
                    pre { code { (Learning { credit: setting.credit.clone(), objective: setting.objective.clone() }.to_toml()) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Setting, generated};

    #[test]
    fn the_page_holds_everything_and_loads_nothing() {
        let settings: Vec<Setting> =
            ["group", "grpo@trl-1.16", "grpo-nano"].iter().map(|name| Setting::named(name, &[]).unwrap()).collect();
        let page = replay_page(&Replay::of(&[generated(0), generated(1)], &settings).unwrap());
        for expected in
            ["grpo@trl-1.16", "Not replayed", "score/outcome", "<svg", "Dominance", "kind = &quot;group&quot;"]
        {
            assert!(page.contains(expected), "{expected}");
        }
        assert!(!page.contains("NaN") && !page.contains("http://") && !page.contains("<script src"));
    }
}
