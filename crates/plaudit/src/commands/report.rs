//! `plaudit report`, and the last words of a run.

use crate::{DONE, output, text};
use plaudit_report::{RunDirectory, Sample, read_samples, summary, write_report};
use std::fmt::Write;
use std::path::Path;

/// Draws the report of a run again, and prints the summary.
pub(crate) fn report(run: &Path) -> anyhow::Result<u8> {
    write_report(run)?;
    output::print(&conclusion(run)?);
    Ok(DONE)
}

/// The summary of a run, answers before and after, and where to look next.
pub(crate) fn conclusion(run: &Path) -> anyhow::Result<String> {
    let mut text = summary(run)?.to_string();
    let samples = RunDirectory::new(run).samples();
    if samples.exists() {
        text += &answers(&read_samples(&samples)?.rows);
    }
    let shown = run.display();
    writeln!(text, "\nReport      {}", RunDirectory::new(run).report().display())?;
    writeln!(
        text,
        "Try next    plaudit sample {shown}\n            plaudit eval {shown} --samples 8 --pass-at 8 --temperature 1"
    )?;
    Ok(text)
}

/// The prompts that are shown with the answers to them.
const PROMPTS_SHOWN: usize = 2;

/// The same prompts answered at different moments.
fn answers(samples: &[Sample]) -> String {
    let mut prompts: Vec<&str> = Vec::new();
    for sample in samples {
        if !prompts.contains(&sample.prompt.as_str()) && prompts.len() < PROMPTS_SHOWN {
            prompts.push(&sample.prompt);
        }
    }
    let width = samples.iter().map(|sample| sample.when.to_string().len()).max().unwrap_or(0);
    let mut text = String::new();
    for prompt in prompts {
        let answers: Vec<&Sample> = samples.iter().filter(|sample| sample.prompt == prompt).collect();
        let reference = answers.first().map_or("", |sample| &sample.answer);
        text += &format!("\n  {}   (answer: {reference})\n", text::on_one_line(prompt, 90));
        for sample in answers {
            let when = sample.when.to_string();
            text += &format!(
                "    {when:<width$}  {:<9} {}\n",
                sample.verdict.kind(),
                text::on_one_line(&sample.completion, 70)
            );
        }
    }
    text
}
