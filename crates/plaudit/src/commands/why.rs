//! `plaudit why`: one token's weight, traced back.

use super::diff::in_one_line;
use crate::arguments::Why;
use crate::{DONE, output, text};
use plaudit_checkpoint::Tokenizer;
use plaudit_explain::{Contribution, Record, Setting, Trace};
use plaudit_report::significant;
use plaudit_train::latest_checkpoint;
use serde_json::{Value, json};
use std::path::Path;

/// Follows a token.
pub(crate) fn why(arguments: &Why) -> anyhow::Result<u8> {
    let record = Record::load(&arguments.run, Some(arguments.step))?;
    let trace = Trace::of(&record, arguments.sample, arguments.token)?;
    output::print(&if arguments.json {
        let mut value = serde_json::to_value(&trace)?;
        value["reproduced"] = json!(trace.is_reproduced());
        format!("{value:#}\n")
    } else {
        as_text(&trace, token_text(&arguments.run, trace.token_id).as_deref())
    });
    Ok(DONE)
}

/// The token as text, where the run still has a tokenizer.
fn token_text(run: &Path, id: u32) -> Option<String> {
    let checkpoint = latest_checkpoint(run).ok().flatten()?;
    Some(Tokenizer::from_directory(&checkpoint).ok()?.token_text(id))
}

/// A line of the chain: what it is about, and what there is to say.
fn line(name: &str, content: &str) -> String {
    format!("{name:<11} {content}\n")
}

/// "as recorded", or by how much not.
fn compared(recorded: f64, again: f64) -> String {
    if Trace::agrees(recorded, again) {
        "as recorded".to_owned()
    } else {
        format!("recorded {}, {} away", significant(recorded), significant((recorded - again).abs()))
    }
}

fn as_text(trace: &Trace, token: Option<&str>) -> String {
    let [place, of] = trace.token;
    let spelled = token.map_or(String::new(), |token| format!(" \"{}\"", text::spelled_out(token)));
    let mut lines = format!(
        "Token {place} of {of}{spelled} (id {}) of sample {}, step {}\n\n",
        trace.token_id, trace.sample, trace.step
    );
    lines += &line("prompt", &text::on_one_line(&trace.prompt, 90));
    lines += &line("completion", &text::on_one_line(&trace.completion, 90));
    lines += &line("answer", &text::on_one_line(trace.answer.as_deref().unwrap_or("none"), 90));
    lines.push('\n');
    lines += &line("verdict", trace.verdict.as_deref().unwrap_or("not checked"));
    for signal in &trace.signals {
        let score = signal.score.map_or("no score".to_owned(), significant);
        lines += &line(
            "score",
            &format!(
                "{} gives {score}, times its weight of {}",
                text::on_one_line(&signal.name, 40),
                significant(signal.weight)
            ),
        );
    }
    lines += &line("reward", &reward(trace));
    lines += &line("group", &group(trace));
    lines += &line("credit", &in_one_line(&serde_json::to_value(&trace.credit).unwrap_or_default()));
    lines += &line("", &trace.rule.to_string());
    lines += &line("advantage", &advantage(trace));
    lines += &line("objective", &objective(trace));
    match &trace.derivative {
        Some(derivative) => lines += &chain(trace, derivative),
        None => {
            lines +=
                &line("dL/dlogp", &format!("recorded {}; it cannot be computed again", significant(trace.recorded)))
        }
    }
    for note in &trace.notes {
        lines += &line("note", note);
    }
    lines + "\n" + &conclusion(trace)
}

fn reward(trace: &Trace) -> String {
    match (trace.reward, trace.reward_again) {
        (Some(recorded), Some(again)) => format!("{}, {}", significant(again), compared(recorded, again)),
        (None, None) => "none: a signal of the reward gave no score, so the sample takes no part".to_owned(),
        (recorded, again) => {
            let shown = |reward: Option<f64>| reward.map_or("none".to_owned(), significant);
            format!("{}, but {} was recorded", shown(again), shown(recorded))
        }
    }
}

fn group(trace: &Trace) -> String {
    const SHOWN: usize = 16;
    let shown = trace.group.iter().enumerate().take(SHOWN).map(|(place, reward)| {
        let reward = reward.map_or("none".to_owned(), significant);
        if place == trace.place { format!("[{reward}]") } else { reward }
    });
    let more = if trace.group.len() > SHOWN { " ..." } else { "" };
    let rewards: Vec<f64> = trace.group.iter().copied().flatten().collect();
    let count = rewards.len() as f64;
    let mean = rewards.iter().sum::<f64>() / count.max(1.0);
    let squares: f64 = rewards.iter().map(|reward| (reward - mean).powi(2)).sum();
    let std = (squares / (count - 1.0).max(1.0)).sqrt();
    format!(
        "rewards {}{more}: mean {}, standard deviation {}",
        shown.collect::<Vec<String>>().join(" "),
        significant(mean),
        significant(std)
    )
}

fn advantage(trace: &Trace) -> String {
    match trace.advantage_again {
        Some(again) => format!("{}, {}", significant(again), compared(trace.advantage, again)),
        None => format!("{}, as recorded", significant(trace.advantage)),
    }
}

/// The kind of the objective, and what is not as by default; objectives have many keys.
fn objective(trace: &Trace) -> String {
    let mut set = serde_json::to_value(&trace.objective).unwrap_or_default();
    let default = Setting::named(&format!("objective.{}", trace.objective.kind()), &[]);
    let default = default.map(|setting| serde_json::to_value(setting.objective).unwrap_or_default());
    if let (Ok(default), Value::Object(keys)) = (default, &mut set) {
        keys.retain(|key, value| key == "kind" || default.get(key) != Some(value));
    }
    let others = if set.as_object().is_some_and(|keys| keys.len() > 1) { "all else" } else { "all" };
    format!("{}; {others} as by default", in_one_line(&set))
}

/// The links from the advantage to the derivative.
fn chain(trace: &Trace, derivative: &Contribution) -> String {
    let mut lines = String::new();
    let [tokens, samples, own] = trace.counts;
    let [part, parts] = trace.part;
    let where_ = if parts > 1 { format!("part {part} of the step's {parts}") } else { "the step".to_owned() };
    if let Some(share) = derivative.share {
        let divisor = if share > 0.0 { format!("1/{}", significant(1.0 / share)) } else { "0".to_owned() };
        let counted = format!("{where_} has {tokens} tokens in {samples} samples, this sample {own}");
        lines += &line("average", &format!("a token's loss counts {divisor}: {counted}"));
    }
    if let Some(factor) = derivative.factor {
        let bounds = match clip(&serde_json::to_value(&trace.objective).unwrap_or_default()) {
            Some([low, high]) => format!("; the bounds are {} and {}", significant(1.0 - low), significant(1.0 + high)),
            None => String::new(),
        };
        lines += &line(
            "ratio",
            &match derivative.implied {
                Some(0.0) => format!("out of bounds and held: times 0 (read off what was recorded{bounds})"),
                Some(implied) => format!("times {} (read off what was recorded{bounds})", significant(implied)),
                None => format!("times {} (the policy is the one that sampled{bounds})", significant(factor)),
            },
        );
    }
    if derivative.rest != 0.0 {
        lines += &line("rest", &format!("{} that no advantage is part of", significant(derivative.rest)));
    }
    let sum = match (derivative.share, derivative.implied.or(derivative.factor)) {
        (Some(share), Some(factor)) => {
            let rest =
                if derivative.rest == 0.0 { String::new() } else { format!(" + {}", significant(derivative.rest)) };
            format!("{} x {} x {}{rest} = ", significant(-share), significant(trace.advantage), significant(factor))
        }
        _ => String::new(),
    };
    let ended = match derivative.implied {
        Some(_) => {
            format!("{}; with ratio 1 it would be {}", significant(trace.recorded), significant(derivative.total))
        }
        None => format!("{}, {}", significant(derivative.total), compared(trace.recorded, derivative.total)),
    };
    lines + &line("dL/dlogp", &(sum + &ended))
}

/// The clip range of an objective that has one.
fn clip(objective: &Value) -> Option<[f64; 2]> {
    let clip = objective.get("clip")?.as_array()?;
    Some([clip.first()?.as_f64()?, clip.get(1)?.as_f64()?])
}

fn conclusion(trace: &Trace) -> String {
    let push = match trace.recorded {
        weight if weight < 0.0 => "The token was made more probable",
        weight if weight > 0.0 => "The token was made less probable",
        _ => "The token was left alone",
    };
    let reads_advantages = trace.derivative.is_none_or(|derivative| derivative.share.is_some());
    let because = match (trace.reward, trace.advantage) {
        (Some(_), _) if !reads_advantages => "the objective weighs it by its label and its likelihood",
        (None, _) => "its sample has no reward",
        (_, advantage) if advantage != 0.0 && trace.recorded == 0.0 => "its ratio had left the bounds",
        (_, advantage) if advantage > 0.0 => "its sample did better than what it was compared with",
        (_, advantage) if advantage < 0.0 => "its sample did worse than what it was compared with",
        _ => "its sample did as well as what it was compared with",
    };
    let check = if trace.is_reproduced() {
        "Every number was computed again and is as recorded.".to_owned()
    } else {
        match trace.derivative {
            Some(Contribution { implied: Some(_), .. }) => {
                "The ratio was read off the recorded weight, which can therefore not be checked.".to_owned()
            }
            Some(derivative) => format!(
                "Not every number could be computed again: the recorded weight is {}, the chain gives {}.",
                significant(trace.recorded),
                significant(derivative.total)
            ),
            None => format!("The recorded weight of {} could not be computed again.", significant(trace.recorded)),
        }
    };
    format!("{push}, because {because}. {check}\n")
}
