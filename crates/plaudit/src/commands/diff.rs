//! `plaudit diff`: two settings on one batch.

use super::credit::of_credit;
use crate::arguments::Diff;
use crate::{DONE, output};
use plaudit_conformance::{Dialect, dialects};
use plaudit_explain::{Difference, Gap, Origin, Parameter, Record, Setting, Share, generated};
use plaudit_report::{Unit, quantity, significant};
use serde_json::Value;

/// Compares two settings, or lists the dialects.
pub(crate) fn diff(arguments: &Diff) -> anyhow::Result<u8> {
    let (false, Some(a), Some(b)) = (arguments.list, &arguments.a, &arguments.b) else {
        output::print(&list());
        return Ok(DONE);
    };
    let a = Setting::named(a, &of_credit(&arguments.set_a))?;
    let b = Setting::named(b, &of_credit(&arguments.set_b))?;
    let record = match &arguments.input {
        Some(path) => Record::load(path, arguments.step)?,
        None => generated(arguments.seed),
    };
    let difference = Difference::between(&a, &b, &record)?;
    output::print(&if arguments.json {
        format!("{:#}\n", serde_json::to_value(&difference)?)
    } else {
        as_text(&difference)
    });
    Ok(DONE)
}

fn list() -> String {
    let dialects = dialects();
    let width = dialects.iter().map(|dialect| dialect.name.len()).max().unwrap_or(0);
    let line = |dialect: &Dialect| format!("{:<width$}  {}\n", dialect.name, dialect.note);
    dialects.iter().map(line).collect::<String>() + "\nCompare two with `plaudit diff A B`.\n"
}

/// The values of a table as `key value, key value`; what a `kind` is comes first and bare.
pub(super) fn in_one_line(table: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(word) => word.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), plain),
        Value::Object(_) => format!("({})", in_one_line(value)),
        other => other.to_string(),
    };
    let Value::Object(keys) = table else { return text(table) };
    let kind = keys.get("kind").map(&text);
    let others = keys.iter().filter(|(key, _)| *key != "kind").map(|(key, value)| format!("{key} {}", text(value)));
    match kind {
        Some(kind) => std::iter::once(kind).chain(others).collect::<Vec<String>>().join(", "),
        None => others.collect::<Vec<String>>().join(", "),
    }
}

/// A parameter's number as people write it.
fn plain(number: f64) -> String {
    let is_long = number != 0.0 && !(1e-3..1e6).contains(&number.abs());
    if is_long { format!("{number:e}") } else { number.to_string() }
}

fn as_text(difference: &Difference) -> String {
    let Difference { a, b, .. } = difference;
    let mut text = format!("A  {}\nB  {}\non {}\n", described(a), described(b), difference.input);
    text += "\n             differ by  tokens that differ  opposite  silenced   cosine  length of B / A\n";
    text += &gap_line("advantages", &difference.advantage);
    match (&difference.gradient, &difference.no_gradient) {
        (Some(gap), _) => text += &gap_line("gradients", gap),
        (None, reason) => {
            text += &format!("gradients   cannot be compared: {}\n", reason.as_deref().unwrap_or_default())
        }
    }
    text += &verdict(difference);
    text += &explained(&difference.parameters, difference.gradient.is_some());
    if !difference.worst_tokens.is_empty() {
        let what = if difference.gradient.is_some() { "dL/dlogp" } else { "advantage" };
        let samples = difference.worst_samples.iter().map(|(row, sum)| format!("{row} ({})", significant(*sum)));
        text += &format!(
            "\nSamples that differ most (row, sum of differences of {what}): {}\n",
            samples.collect::<Vec<_>>().join(", ")
        );
        text += "\nTokens that differ most\nprompt   row  token   advantage A           B    dL/dlogp A           B\n";
    }
    for token in &difference.worst_tokens {
        let [of_a, of_b] = token.advantage.map(significant);
        let [first, second] = token.gradient.map_or([String::new(), String::new()], |both| both.map(significant));
        text += &format!(
            "{:>6} {:>5} {:>6}  {of_a:>12} {of_b:>11}  {first:>12} {second:>11}\n",
            token.group, token.row, token.token
        );
    }
    text
}

fn described(setting: &Setting) -> String {
    match &setting.origin {
        Origin::Dialect { note, source } => format!("{}: {note} ({source})", setting.name),
        Origin::Recipe { title } => format!("{}: the recipe \"{title}\"", setting.name),
        Origin::Credit => format!("{}: credit, with objective {}", setting.name, setting.objective.kind()),
        Origin::Objective => format!("{}: objective, with credit {}", setting.name, setting.credit.kind()),
    }
}

fn gap_line(name: &str, gap: &Gap) -> String {
    let angle = gap.cosine.map_or("-".to_owned(), |cosine| format!("{cosine:.4}"));
    let length = gap.length.map_or("-".to_owned(), significant);
    format!(
        "{name:<12} {:>8}  {:>8} of {:>7} {:>9} {:>9} {angle:>8}  {length:>15}\n",
        percent(gap.relative),
        gap.differing,
        gap.tokens,
        gap.opposite,
        gap.silenced
    )
}

/// A share in percent; one too small for a digit is not called 0.
fn percent(share: f64) -> String {
    match share {
        0.0 => "0 %".to_owned(),
        share if share.abs() < 5e-4 => format!("{} %", significant(share * 100.0)),
        share => quantity(share, Unit::Share),
    }
}

/// Parameters that explain no more than this are named without numbers.
const UNFELT: f64 = 1e-6;

/// What the numbers amount to, in a sentence.
fn verdict(difference: &Difference) -> String {
    let gap = difference.gradient.as_ref().unwrap_or(&difference.advantage);
    let what = if difference.gradient.is_some() { "gradients" } else { "advantages" };
    let sentence = match (gap.cosine, gap.length) {
        _ if gap.is_equal() => format!("Their {what} are the same."),
        (Some(cosine), Some(length)) if cosine > 0.9999 && (length - 1.0).abs() > 1e-3 => {
            format!(
                "Their {what} point the same way; B's are {} times as long, like another learning rate.",
                significant(length)
            )
        }
        (Some(cosine), _) if cosine > 0.9999 => format!("Their {what} are all but the same."),
        _ if gap.opposite > 0 => format!("Their {what} push {} tokens in opposite directions.", gap.opposite),
        _ => format!("Their {what} weigh tokens differently, none in opposite directions."),
    };
    format!("\n{sentence}\n")
}

fn explained(parameters: &[Parameter], has_gradients: bool) -> String {
    if parameters.is_empty() {
        return "\nThey are the same setting.\n".to_owned();
    }
    // Of parts of different kinds, all the parameters differ.
    let value = |value: &Value| value.get("kind").map_or_else(|| in_one_line(value), in_one_line);
    let change = |parameter: &Parameter| format!("{} -> {}", value(&parameter.a), value(&parameter.b));
    let is_felt = |parameter: &&Parameter| {
        let felt = |share: Option<Share>| share.is_some_and(|share| share.explains.abs() > UNFELT);
        !parameter.is_separable || felt(parameter.advantage) || felt(parameter.gradient)
    };
    let (parameters, unfelt): (Vec<&Parameter>, Vec<&Parameter>) = parameters.iter().partition(is_felt);
    let width = parameters.iter().map(|parameter| parameter.name.len()).max().unwrap_or(0);
    let wide = parameters.iter().map(|parameter| change(parameter).chars().count()).max().unwrap_or(0).min(60);
    let mut text = "\nWhat explains it\n".to_owned();
    if !parameters.is_empty() {
        text += &format!("{:<width$}  {:<wide$}", "", "");
        text +=
            if has_gradients { "  advantages   gradients   alone    last\n" } else { "  advantages   alone    last\n" };
    }
    for parameter in &parameters {
        let whole = |share: Option<Share>| share.map_or("-".to_owned(), |share| percent(share.explains));
        let last = if has_gradients { parameter.gradient } else { parameter.advantage };
        let [alone, last] =
            last.map_or(["-".to_owned(), "-".to_owned()], |share| [share.alone, share.last].map(percent));
        let gradients = if has_gradients { format!("{:>12}", whole(parameter.gradient)) } else { String::new() };
        text += &format!(
            "{:<width$}  {:<wide$}  {:>10}{gradients} {alone:>7} {last:>7}\n",
            parameter.name,
            change(parameter),
            whole(parameter.advantage)
        );
    }
    let inseparable: Vec<&str> =
        parameters.iter().filter(|parameter| !parameter.is_separable).map(|parameter| &*parameter.name).collect();
    if !inseparable.is_empty() {
        text += &format!("not a setting by itself on this batch: {}\n", inseparable.join(", "));
    }
    if !unfelt.is_empty() {
        let names: Vec<String> =
            unfelt.iter().map(|parameter| format!("{} {}", parameter.name, change(parameter))).collect();
        text += &format!("without effect on this batch: {}\n", names.join(", "));
    }
    text
}
