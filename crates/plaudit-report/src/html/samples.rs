//! The same prompts answered before, between and after training, side by side.

use crate::{Sample, When};
use maud::{Markup, html};

/// Prompts shown at once; the others unfold.
const SHOWN: usize = 6;

pub(super) fn section(samples: &[Sample]) -> Markup {
    let mut prompts: Vec<(&str, &str)> = Vec::new();
    for sample in samples {
        let prompt = (sample.prompt.as_str(), sample.answer.as_str());
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
        }
    }
    let moments: Vec<When> = When::ALL.into_iter().filter(|when| samples.iter().any(|s| s.when == *when)).collect();
    let (shown, folded) = prompts.split_at(prompts.len().min(SHOWN));
    html! {
        section {
            h2 { "What did it answer?" }
            @if prompts.is_empty() {
                p.empty { "No samples were recorded." }
            } @else {
                p.lead { "The same held-out prompts, answered at different moments of the run." }
            }
            @for prompt in shown { (exchange(*prompt, samples, &moments)) }
            @if !folded.is_empty() {
                details {
                    summary { (folded.len()) " more" }
                    @for prompt in folded { (exchange(*prompt, samples, &moments)) }
                }
            }
        }
    }
}

/// One prompt with its answers, a column for each moment.
fn exchange((prompt, answer): (&str, &str), samples: &[Sample], moments: &[When]) -> Markup {
    let of = |when: When| samples.iter().filter(move |s| s.when == when && s.prompt == prompt && s.answer == answer);
    html! {
        article.exchange {
            div.prompt {
                pre { (prompt) }
                p.gold { "right answer: " code { (answer) } }
            }
            div.answers {
                @for when in moments {
                    div {
                        h4 { (when) }
                        @for sample in of(*when) { (completion(sample)) }
                        @if of(*when).next().is_none() { p.empty { "not sampled" } }
                    }
                }
            }
        }
    }
}

fn completion(sample: &Sample) -> Markup {
    html! {
        div.completion {
            p.badges {
                span class={ "badge verdict-" (sample.verdict.kind()) } title=(sample.verdict) { (sample.verdict.kind()) }
                @if let Some(extracted) = &sample.extracted { span.read-as { "read as " code { (extracted) } } }
            }
            @if sample.completion.is_empty() { p.empty { "(nothing)" } } @else { pre { (sample.completion) } }
        }
    }
}
