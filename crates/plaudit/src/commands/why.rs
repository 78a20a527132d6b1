//! `plaudit why`: one token's weight, traced back.

use super::diff::in_one_line;
use crate::arguments::Why;
use crate::{DONE, output, text};
use plaudit_checkpoint::Tokenizer;
use plaudit_explain::{Contribution, Counts, Readings, Record, Setting, TakesPart, Trace};
use plaudit_report::{Unit, quantity, significant};
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
    if let Some(baseline) = trace.readings.baseline {
        lines += &line(
            "baseline",
            &format!("rewards are compared with {}, which [baseline] of the recipe makes", significant(baseline)),
        );
    }
    let of = |setting: Setting| serde_json::to_value(setting.credit).unwrap_or_default();
    let name = format!("credit.{}", trace.credit.kind());
    lines += &line("credit", &settings_of(serde_json::to_value(&trace.credit).unwrap_or_default(), &name, of));
    lines += &credit(trace);
    let of = |setting: Setting| serde_json::to_value(setting.objective).unwrap_or_default();
    let name = format!("objective.{}", trace.objective.kind());
    lines += &line("objective", &settings_of(serde_json::to_value(&trace.objective).unwrap_or_default(), &name, of));
    lines += &match (trace.takes_part, &trace.derivative) {
        (TakesPart::Yes, Some(derivative)) => chain(trace, derivative),
        (TakesPart::Yes, None) => {
            line("dL/dlogp", &format!("recorded {}; it cannot be computed again", significant(trace.recorded)))
        }
        (absent, _) => line("learnt", &format!("no: {}", why_not(absent))) + &line("dL/dlogp", &ended(trace, 0.0)),
    };
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

/// Members of a group that are listed.
const SHOWN: usize = 16;

fn group(trace: &Trace) -> String {
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

/// How the advantage comes about.
fn credit(trace: &Trace) -> String {
    let Readings { step, entropy, kl_process, .. } = &trace.readings;
    let rule = if kl_process.is_some() { format!("outcome: {}", trace.rule) } else { trace.rule.to_string() };
    let mut lines = line("", &rule);
    if let Some(entropy) = entropy {
        lines += &line("entropy", &format!("{} nats when the step began", significant(*entropy)));
    }
    if let Some(step) = step {
        let ([place, of], [first, last]) = (step.place, step.tokens);
        let tokens = if first == last { format!("token {first}") } else { format!("tokens {first} to {last}") };
        lines += &line("step", &format!("{place} of {of} in the sample: {tokens}"));
    }
    let sum = match (kl_process, step) {
        (Some(parts), Some(step)) => {
            let from = step.tokens[1];
            lines += &line(
                "log-ratio",
                &format!(
                    "{} nats, of policy to reference from token {from} to the end; eta divides it by {}",
                    significant(parts.log_ratio),
                    significant(parts.eta)
                ),
            );
            format!("{}{} = ", significant(parts.outcome), added(-parts.log_ratio / parts.eta))
        }
        _ => String::new(),
    };
    let advantage = match trace.advantage_again {
        Some(again) => format!("{}, {}", significant(again), compared(trace.advantage, again)),
        None => format!("{}, as recorded; it cannot be computed again", significant(trace.advantage)),
    };
    let reads = trace.objective.needs().advantage;
    let unread = if reads { "" } else { "; the objective does not read it" };
    lines + &line("advantage", &(sum + &advantage + unread))
}

/// A further term of a sum.
fn added(term: f64) -> String {
    let sign = if term < 0.0 { "−" } else { "+" };
    format!(" {sign} {}", significant(term.abs()))
}

/// A factor, in brackets where it is negative.
fn factor(value: f64) -> String {
    let shown = significant(value);
    if shown.starts_with('−') { format!("({shown})") } else { shown }
}

fn why_not(absent: TakesPart) -> &'static str {
    match absent {
        TakesPart::Yes => "it takes part",
        TakesPart::NoReward => "the sample has no reward",
        TakesPart::HeadAlone => "the token head learns alone in the first steps",
        TakesPart::NoHelp => "there was no help for the sample, so that it has no teacher",
        TakesPart::NotSelected => "the recipe keeps other samples of its group, or none",
    }
}

/// A part's kind, and what is not as by default; parts have many keys. `name` is that of the kind, `of` picks the part of a setting.
fn settings_of(mut set: Value, name: &str, of: impl Fn(Setting) -> Value) -> String {
    if let (Ok(default), Value::Object(keys)) = (Setting::named(name, &[]).map(of), &mut set) {
        keys.retain(|key, value| key == "kind" || default.get(key) != Some(value));
    }
    let others = if set.as_object().is_some_and(|keys| keys.len() > 1) { "all else" } else { "all" };
    format!("{}; {others} as by default", in_one_line(&set))
}

/// The links from the advantage to the derivative.
fn chain(trace: &Trace, derivative: &Contribution) -> String {
    let mut lines = average(trace, derivative);
    let readings = &trace.readings;
    let logp = readings.update_logp.unwrap_or(readings.old_logp);
    let is_taught = readings.teacher_logp.is_some();
    if let Some(teacher) = readings.teacher_logp {
        let difference = teacher - logp;
        let likelier = if difference < 0.0 { "less likely" } else { "likelier" };
        lines += &line(
            "teacher",
            &format!(
                "log-probability {}, and {} of the policy: {} nats {likelier} with help",
                significant(teacher),
                significant(logp),
                significant(difference.abs())
            ),
        );
    }
    if let Some(head) = &readings.token_head {
        let side = if readings.is_right { "right" } else { "wrong" };
        lines += &line(
            "token head",
            &format!(
                "its logit is {}, and by now the answer is right with probability {};",
                significant(head.score),
                significant(head.running)
            ),
        );
        lines += &line(
            "",
            &format!(
                "a token of a {side} answer counts {} then, {}",
                significant(head.weight_again),
                compared(head.weight, head.weight_again)
            ),
        );
    }
    lines += &ratio(trace, derivative);
    if let Some([nats, below]) = readings.update_entropy {
        let slope = derivative.entropy.filter(|slope| *slope != 0.0);
        let slope = slope.map_or(String::new(), |slope| format!("; dL/dentropy is {}", significant(slope)));
        lines += &line(
            "entropy",
            &format!("{} nats, above those of {} of the tokens{slope}", significant(nats), percent(below)),
        );
    }
    if let Some(reference) = readings.ref_logp.filter(|_| !is_taught && reads_reference(trace)) {
        lines += &line(
            "reference",
            &format!(
                "log-probability {}, and {} of the policy: the distance between them adds {} to dL/dlogp",
                significant(reference),
                significant(logp),
                significant(derivative.rest)
            ),
        );
    } else if derivative.rest != 0.0 {
        lines += &line("rest", &format!("{} that no advantage is part of", significant(derivative.rest)));
    }
    let sum = match (derivative.share, derivative.implied.or(derivative.factor)) {
        (Some(share), Some(ratio)) => {
            let weight = derivative.weight.map_or(String::new(), |weight| format!(" x {}", factor(weight)));
            let rest = if derivative.rest == 0.0 { String::new() } else { added(derivative.rest) };
            format!("{}{weight} x {} x {}{rest} = ", significant(-share), factor(derivative.drive), factor(ratio))
        }
        _ => String::new(),
    };
    let ended = match derivative.implied {
        Some(_) => {
            format!("{}; with ratio 1 it would be {}", significant(trace.recorded), significant(derivative.total))
        }
        None => ended(trace, derivative.total),
    };
    lines + &line("dL/dlogp", &(sum + &ended))
}

/// Whether the objective, and not only credit, compares with a reference.
fn reads_reference(trace: &Trace) -> bool {
    trace.objective.needs().reference
}

fn ended(trace: &Trace, total: f64) -> String {
    format!("{}, {}", significant(total), compared(trace.recorded, total))
}

/// How much a token counts in the loss.
fn average(trace: &Trace, derivative: &Contribution) -> String {
    let Counts { part: [part, parts], tokens, right_tokens, samples, groups, own_tokens } = trace.counts;
    let here = if parts > 1 { format!("part {part} of the step's {parts}") } else { "the step".to_owned() };
    let Some(share) = derivative.share else {
        return line(
            "average",
            &format!("{here} has {samples} samples in {groups} groups, this sample {own_tokens} tokens"),
        );
    };
    // What counts right and wrong answers apart divides by the tokens of either.
    let own_kind = if trace.readings.is_right { right_tokens } else { tokens - right_tokens };
    let counted = match share {
        share if share <= 0.0 => "0".to_owned(),
        share if trace.readings.token_head.is_some() => {
            format!("{}/{}", significant(share * own_kind as f64), significant(own_kind as f64))
        }
        share => format!("1/{}", significant(1.0 / share)),
    };
    let of_kind = match trace.readings.token_head {
        Some(_) => format!(", {right_tokens} of them in right answers and {} in wrong ones", tokens - right_tokens),
        None => format!(" in {samples} samples"),
    };
    line(
        "average",
        &format!("a token's loss counts {counted}: {here} has {tokens} tokens{of_kind}, this sample {own_tokens}"),
    )
}

/// What the policy's move since sampling makes of the push.
fn ratio(trace: &Trace, derivative: &Contribution) -> String {
    let Readings { old_logp, update_logp, .. } = &trace.readings;
    if derivative.share.is_none() {
        return log_ratios_of_group(trace);
    }
    let Some(times) = derivative.factor else { return String::new() };
    let bounds = derivative.bounds.map_or(String::new(), |[low, high]| {
        format!("; the bounds are {} and {}", significant(low), significant(high))
    });
    // In the first part of a step the policy is still the one that sampled.
    let moved = update_logp.filter(|_| trace.counts.part[0] > 1);
    line(
        "ratio",
        &match (derivative.implied, moved) {
            (Some(0.0), _) => format!("out of bounds and held: times 0 (read off what was recorded{bounds})"),
            (Some(implied), _) => format!("times {} (read off what was recorded{bounds})", significant(implied)),
            (None, Some(logp)) => format!(
                "log-probability {}, and {} when it was sampled: exp({}) = {}{bounds}: {}times {}",
                significant(logp),
                significant(*old_logp),
                significant(logp - old_logp),
                significant((logp - old_logp).exp()),
                if times == 0.0 { "held, " } else { "" },
                significant(times)
            ),
            (None, None) => format!("times {} (the policy is the one that sampled{bounds})", significant(times)),
        },
    )
}

/// How much likelier the policy has made the answers of a group, which is what objectives without advantages compare.
fn log_ratios_of_group(trace: &Trace) -> String {
    let members = &trace.readings.log_ratios;
    if trace.counts.part[0] == 1 {
        return line("log-ratio", "0 nats in the whole group: the policy is the one that sampled");
    }
    let is_mean = trace.objective.kind() == "real";
    let of = |right: bool| {
        let side = || members.iter().filter(|(is_right, _)| *is_right == right);
        let shown: Vec<String> =
            side().take(SHOWN).map(|(_, [sum, mean])| significant(if is_mean { *mean } else { *sum })).collect();
        let more = if side().count() > SHOWN { " ..." } else { "" };
        if shown.is_empty() { "none".to_owned() } else { shown.join(" ") + more }
    };
    let unit = if is_mean { "nats per token" } else { "nats" };
    line("log-ratio", &format!("{unit} by which answers have become likelier: right {}; wrong {}", of(true), of(false)))
}

fn percent(share: f64) -> String {
    quantity(share, Unit::Share)
}

fn conclusion(trace: &Trace) -> String {
    let push = match trace.recorded {
        weight if weight < 0.0 => "The token was made more probable",
        weight if weight > 0.0 => "The token was made less probable",
        _ => "The token was left alone",
    };
    let because = because(trace);
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

fn because(trace: &Trace) -> &'static str {
    let contribution = trace.derivative.unwrap_or_default();
    let drive = contribution.drive;
    match trace.takes_part {
        TakesPart::Yes => {}
        absent => return why_not(absent),
    }
    let is_taught = trace.readings.teacher_logp.is_some();
    match trace.advantage {
        _ if is_taught && drive > 0.0 => "the policy finds it likelier when it reads help",
        _ if is_taught && drive < 0.0 => "the policy finds it less likely when it reads help",
        _ if is_taught => "help makes no difference to it",
        _ if trace.derivative.is_some() && contribution.share.is_none() => {
            "the objective weighs it by its label and its likelihood"
        }
        _ if contribution.weight == Some(0.0) && contribution.rest != 0.0 => {
            "the token head does not see it decide, and the reference policy pulls it back"
        }
        _ if contribution.weight == Some(0.0) => "the token head does not see it decide",
        _ if contribution.share == Some(0.0) => "its entropy lies outside the band that drives the policy",
        advantage if advantage != 0.0 && trace.recorded == 0.0 => "its ratio had left the bounds",
        advantage if advantage * trace.recorded > 0.0 => "the reference policy pulls it back",
        0.0 if trace.recorded != 0.0 => "the reference policy pulls it back",
        advantage if advantage > 0.0 => "its sample did better than what it was compared with",
        advantage if advantage < 0.0 => "its sample did worse than what it was compared with",
        _ => "its sample did as well as what it was compared with",
    }
}
