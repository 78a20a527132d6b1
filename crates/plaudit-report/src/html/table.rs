//! Every metric with its course, its last value and its meaning.

use crate::format::quantity;
use crate::plot::sparkline;
use crate::run::Run;
use crate::{METRICS, Phase, Unit, metric_info, metric_title};
use maud::{Markup, html};

pub(super) fn section(run: &Run) -> Markup {
    let phases = [Phase::Rl, Phase::WarmStart].map(|phase| (phase, names(run, phase)));
    if phases.iter().all(|(_, names)| names.is_empty()) {
        return html! {};
    }
    html! {
        section {
            h2 { "All numbers" }
            @for (phase, names) in phases.iter().filter(|(_, names)| !names.is_empty()) {
                details {
                    summary { (heading(*phase)) ": " (names.len()) " metrics" }
                    div.table-frame {
                        table {
                            thead { tr { th { "Metric" } th { "Course" } th.number { "First" } th.number { "Last" } th.meaning { "Meaning" } } }
                            tbody { @for name in names { (row(run, *phase, name)) } }
                        }
                    }
                }
            }
        }
    }
}

fn heading(phase: Phase) -> &'static str {
    match phase {
        Phase::WarmStart => "Warm start",
        Phase::Rl => "Reinforcement learning",
    }
}

/// The names to list: in the order of [`METRICS`], unknown ones last; the ends of intervals are part of what they belong to.
fn names(run: &Run, phase: Phase) -> Vec<&str> {
    let mut names = run.names(phase);
    names.retain(|name| !(name.starts_with("eval/") && (name.ends_with("/low") || name.ends_with("/high"))));
    let place = |name: &str| {
        let info = metric_info(name)?;
        METRICS.iter().position(|other| other == info)
    };
    // The sort is stable and the names come sorted, so members of a family stay in alphabetical order.
    names.sort_by_key(|name| place(name).unwrap_or(METRICS.len()));
    names
}

fn row(run: &Run, phase: Phase, name: &str) -> Markup {
    let info = metric_info(name);
    let unit = info.map_or(Unit::Plain, |info| info.unit);
    let values: Vec<f64> = run.series(phase, name).into_iter().map(|(_, value)| value).collect();
    let shown = |value: Option<&f64>| value.map(|value| quantity(*value, unit)).unwrap_or_default();
    html! {
        tr {
            th scope="row" { (metric_title(name)) code { (name) } }
            td { @if let Some(curve) = sparkline(&values) { (curve) } }
            td.number { (shown(values.first())) }
            td.number { (shown(values.last())) }
            td.meaning { (info.map_or("", |info| info.meaning)) }
        }
    }
}
