//! `plaudit conformance`: what every estimator and loss must keep, and what others compute.

use crate::arguments::{Conformance, Misuse};
use crate::{DONE, FAILED, output};
use plaudit_conformance::{External, FunctionReport, Invariant, Outcome, Status, Subject, check, run_golden};
use plaudit_explain::{Origin, Setting};
use plaudit_recipe::parts;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// What is tested, with a name.
struct Named {
    name: String,
    subject: Box<dyn Subject>,
}

/// Runs golden vectors, a program of the user's, or the parts that are asked for.
pub(crate) fn conformance(arguments: &Conformance) -> anyhow::Result<u8> {
    if let Some(directory) = &arguments.golden {
        return golden(directory, arguments.json);
    }
    let mut subjects = Vec::new();
    if let Some(program) = &arguments.program {
        let limit = Duration::from_secs_f64(arguments.time_limit);
        let words: Vec<&str> = program.split_whitespace().collect();
        let [program_name, rest @ ..] = words.as_slice() else {
            return Err(Misuse("--program needs a command, such as \"python3 my.py\"".to_owned()).into());
        };
        let external = External::start(program_name, rest, limit)?;
        subjects.push(Named { name: program.clone(), subject: Box::new(external) });
    } else if arguments.names.is_empty() {
        for part in parts().into_iter().filter(|part| matches!(part.stage, "credit" | "objective")) {
            subjects.extend(named(&format!("{}.{}", part.stage, part.kind))?);
        }
    } else {
        for name in &arguments.names {
            subjects.extend(named(name)?);
        }
    }
    invariants(subjects, arguments)
}

/// The estimator of a name, the loss, or both where it is a dialect or a recipe.
fn named(name: &str) -> anyhow::Result<Vec<Named>> {
    let setting = Setting::named(name, &[])?;
    let (credit, objective): (Box<dyn Subject>, Box<dyn Subject>) =
        (Box::new(setting.credit), Box::new(setting.objective));
    let both = |part: &str| format!("{name}, {part}");
    Ok(match setting.origin {
        Origin::Credit => vec![Named { name: name.to_owned(), subject: credit }],
        Origin::Objective => vec![Named { name: name.to_owned(), subject: objective }],
        _ => {
            vec![Named { name: both("credit"), subject: credit }, Named { name: both("objective"), subject: objective }]
        }
    })
}

fn invariants(subjects: Vec<Named>, arguments: &Conformance) -> anyhow::Result<u8> {
    let (mut failed, mut records) = (0, Vec::new());
    for Named { name, mut subject } in subjects {
        let outcomes = check(subject.as_mut(), arguments.tolerance);
        let bad = |(_, outcome): &&(Invariant, Outcome)| matches!(outcome, Outcome::Broken(_) | Outcome::Failed(_));
        let broken = outcomes.iter().filter(bad).count();
        failed += usize::from(broken > 0);
        if arguments.json {
            let outcomes = outcomes.iter().map(|(invariant, outcome)| outcome_as_json(*invariant, outcome));
            records.push(json!({ "name": name, "invariants": outcomes.collect::<Vec<_>>() }));
        } else {
            output::print(&outcomes_as_text(&name, &outcomes, arguments.verbose));
        }
    }
    if arguments.json {
        output::print(&format!("{:#}\n", Value::from(records)));
    } else if failed > 0 {
        output::print(&format!("\n{failed} broken\n"));
    }
    Ok(if failed == 0 { DONE } else { FAILED })
}

/// A line per subject where all is well, and one per invariant where it is not, or where everything was asked for.
fn outcomes_as_text(name: &str, outcomes: &[(Invariant, Outcome)], verbose: bool) -> String {
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, outcome)| is(outcome)).count();
    let held = count(|outcome| matches!(outcome, Outcome::Held(_)));
    let exempt = count(|outcome| matches!(outcome, Outcome::NotPromised(_)));
    let broken = outcomes.len() - held - exempt;
    let mut text = format!("{name:<36} {held:>2} held, {exempt:>2} not promised, {broken} broken\n");
    for (invariant, outcome) in outcomes {
        match outcome {
            Outcome::Broken(counterexample) => {
                text += &format!("  {invariant}: {outcome}\n");
                for (title, rows) in [("batch", &counterexample.rows), ("changed", &counterexample.changed)] {
                    let rows = rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default());
                    text += &rows.map(|row| format!("    {title:<8} {row}\n")).collect::<String>();
                }
            }
            Outcome::Failed(_) => text += &format!("  {invariant}: {outcome}\n"),
            Outcome::Held(_) | Outcome::NotPromised(_) if verbose => text += &format!("  {invariant}: {outcome}\n"),
            Outcome::Held(_) | Outcome::NotPromised(_) => {}
        }
    }
    text
}

fn outcome_as_json(invariant: Invariant, outcome: &Outcome) -> Value {
    let kind = match outcome {
        Outcome::Held(_) => "held",
        Outcome::Broken(_) => "broken",
        Outcome::NotPromised(_) => "not-promised",
        Outcome::Failed(_) => "failed",
    };
    let mut record = json!({ "invariant": invariant.to_string(), "outcome": kind, "detail": outcome.to_string() });
    if let Outcome::Broken(counterexample) = outcome {
        record["batch"] = json!(counterexample.rows);
        record["changed"] = json!(counterexample.changed);
    }
    record
}

/// A line per function, with the largest deviation.
fn golden(directory: &Path, as_json: bool) -> anyhow::Result<u8> {
    let reports = run_golden(directory)?;
    let agreeing = reports.iter().filter(|report| report.status == Status::Agrees).count();
    if as_json {
        let records: Vec<Value> = reports.iter().map(report_as_json).collect();
        output::print(&format!("{:#}\n", Value::from(records)));
    } else {
        let cases: usize = reports.iter().map(|report| report.cases).sum();
        let lines: String = reports.iter().map(|report| format!("{report}\n")).collect();
        output::print(&format!("{lines}\n{agreeing} of {} functions agree, {cases} cases\n", reports.len()));
    }
    Ok(if agreeing == reports.len() { DONE } else { FAILED })
}

fn report_as_json(report: &FunctionReport) -> Value {
    let FunctionReport { library, function, cases, deviation, status } = report;
    let (status, detail) = match status {
        Status::Agrees => ("agrees", Value::Null),
        Status::Differs(faults) => ("differs", json!(faults)),
        Status::Unknown(cases, reason) => ("unknown", json!({ "cases": cases, "reason": reason })),
    };
    json!({ "library": library, "function": function, "cases": cases, "deviation": deviation, "status": status, "detail": detail })
}
