//! `report.html`: one file that shows a run, needs no network and works without its script.

mod samples;
mod table;

use crate::format::{duration, percent, unbroken};
use crate::run::Run;
use crate::summary::{Change, Milestone, Summary, summarise};
use crate::{Manifest, ReportError, RunDirectory, Status, charts, warnings, write_atomically};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::path::{Path, PathBuf};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/read_out.js");
/// The browser itself refuses whatever is not in the file.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// Draws the report of a run directory and returns its path, `report.html` in that directory. Whatever is missing or damaged is
/// named in the report; only a directory that cannot be read, or a report that cannot be written, is an error.
pub fn write_report(run_dir: &Path) -> Result<PathBuf, ReportError> {
    let directory = RunDirectory::new(run_dir);
    let run = Run::load(&directory)?;
    write_atomically(&directory.report(), page(&run).into_string().as_bytes())?;
    Ok(directory.report())
}

/// A whole page around `content`, in the style of the report: one file that needs no network.
pub fn document(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) " · Plaudit" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (content) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn page(run: &Run) -> Markup {
    let summary = summarise(run);
    let title = summary.title.as_deref().unwrap_or("Untitled run");
    let content = html! {
        (header(run, &summary, title))
        (notices(&summary))
        @for section in charts::sections(run) {
            section {
                h2 { (section.title) }
                div class={ "charts " (section.columns) } { @for chart in section.charts { (chart) } }
            }
        }
        (samples::section(&run.samples))
        (table::section(run))
        (origin(run))
    };
    document(title, &content)
}

fn header(run: &Run, summary: &Summary, title: &str) -> Markup {
    let outcome = match summary.change {
        Some(Change::Rose) => "rose",
        Some(Change::Fell) => "fell",
        Some(Change::WithinNoise) | None => "even",
    };
    html! {
        header {
            p.kicker {
                span.brand { "Plaudit" } span.run-title { (title) }
                @if let Some(manifest) = &run.manifest { (state(manifest)) }
            }
            h1 { (unbroken(&summary.headline)) "." }
            p.detail { (unbroken(&summary.detail)) }
            @if !summary.milestones.is_empty() {
                ol class={ "milestones " (outcome) } { @for milestone in &summary.milestones { (self::milestone(milestone)) } }
            }
            @if !summary.facts.is_empty() {
                dl.facts { @for (label, text) in &summary.facts { div { dt { (label) } dd { (unbroken(text)) } } } }
            }
        }
    }
}

fn state(manifest: &Manifest) -> Markup {
    let (class, text) = match manifest.status {
        Status::Running => ("open", "not finished"),
        Status::Finished => ("done", "finished"),
        Status::Stopped { .. } => ("open", "stopped early"),
    };
    html! { span class={ "state " (class) } { (text) } }
}

fn milestone(milestone: &Milestone) -> Markup {
    let accuracy = milestone.accuracy;
    let left = accuracy.low * 100.0;
    let width = (accuracy.high - accuracy.low) * 100.0;
    html! {
        li {
            span.when { (milestone.label) }
            strong { (unbroken(&percent(accuracy.value))) }
            span.gauge aria-hidden="true" {
                span.interval style=(format!("left:{left:.2}%;width:{width:.2}%")) {}
                span.value style=(format!("left:{:.2}%", accuracy.value * 100.0)) {}
            }
            span.range { "95\u{a0}% interval " (unbroken(&percent(accuracy.low))) " to " (unbroken(&percent(accuracy.high))) }
        }
    }
}

fn notices(summary: &Summary) -> Markup {
    html! {
        section.notices {
            h2 { "Warnings" }
            @if summary.warnings.is_empty() {
                p.fine { "None of the " (warnings::CHECKS.len()) " checks found anything wrong." }
            } @else {
                ul.warnings {
                    @for warning in &summary.warnings {
                        li { strong { (warning.title) ". " } (unbroken(&warning.detail)) }
                    }
                }
            }
            @if !summary.missing.is_empty() {
                h3 { "Missing" }
                ul.missing { @for sentence in &summary.missing { li { (sentence) } } }
            }
        }
    }
}

/// The recipe and the manifest.
fn origin(run: &Run) -> Markup {
    html! {
        section {
            h2 { "How was it made?" }
            @if let Some(manifest) = &run.manifest {
                dl.manifest {
                    @for (label, text) in manifest_lines(manifest) { div { dt { (label) } dd { (text) } } }
                }
            }
            @if let Some(recipe) = &run.recipe {
                details { summary { "The recipe, every default written out" } pre { code { (recipe) } } }
            }
        }
    }
}

fn manifest_lines(manifest: &Manifest) -> Vec<(&'static str, String)> {
    let status = match &manifest.status {
        Status::Running => "not finished".to_owned(),
        Status::Finished => "finished".to_owned(),
        Status::Stopped { reason } => format!("stopped: {reason}"),
    };
    let mut lines = vec![
        ("Version", format!("Plaudit {}", manifest.version)),
        ("Status", status),
        ("Started", manifest.created.clone()),
        ("Time spent", duration(manifest.seconds)),
        ("Seed", manifest.seed.to_string()),
        ("Host", manifest.host.clone()),
        ("Recipe hash", manifest.recipe_hash.clone()),
    ];
    if !manifest.features.is_empty() {
        lines.push(("Features", manifest.features.join(", ")));
    }
    if !manifest.resumed.is_empty() {
        lines.push(("Resumed", manifest.resumed.join(", ")));
    }
    lines
}
