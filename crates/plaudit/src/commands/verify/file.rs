//! Every row of a file.

use super::times::Times;
use super::{Judge, explanation, rule_name};
use crate::arguments::{Misuse, Verify, name};
use crate::commands::rows::{self, Unusable};
use crate::{DONE, output, text};
use anyhow::Context;
use plaudit_core::{Part, Verdict, VerdictCounts};
use plaudit_report::{AtomicFile, Unit, duration, quantity, significant};
use plaudit_task::rows::{Cells, Flaw, text as text_of, texts};
use plaudit_verify::math::Equality;
use plaudit_verify::{Verification, Verifier};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Characters of a text that are shown.
const SHOWN: usize = 60;

/// What became of a usable row.
struct Row {
    gold: String,
    judged: Judged,
    /// Under the second policy, where there is one.
    against: Option<Judged>,
    /// What the first judgement took.
    time: Duration,
}

/// One judgement, as it is written to a file.
#[derive(Serialize)]
struct Judged {
    #[serde(flatten)]
    verdict: Verdict,
    /// The answer that was found.
    extracted: Option<String>,
    /// What found it.
    rule: Option<String>,
    explanation: String,
    result: Option<Equality>,
}

/// A line of the file that is written.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Judged {
        line: u64,
        #[serde(flatten)]
        judged: &'a Judged,
        #[serde(skip_serializing_if = "Option::is_none")]
        against: Option<&'a Judged>,
        #[serde(skip_serializing_if = "Option::is_none")]
        differs: Option<bool>,
    },
    Unusable {
        line: u64,
        error: String,
    },
}

/// A row whose verdicts differ.
#[derive(Serialize)]
struct Differing {
    line: u64,
    gold: String,
    answer: Option<String>,
    verdicts: [&'static str; 2],
    explanations: [String; 2],
}

/// What all rows amount to.
struct Summary {
    rows: u64,
    verdicts: VerdictCounts,
    /// Rows whose gold answer cannot be read: no answer to them can be correct.
    unread_golds: u64,
    unusable: Unusable,
    /// How many rows went from one verdict to another under the second policy, and the first of them.
    changes: BTreeMap<[&'static str; 2], u64>,
    differing: Vec<Differing>,
    times: Times,
    elapsed: Duration,
}

/// Judges every row of a file.
pub(super) fn file(judge: &Judge, path: &Path, arguments: &Verify) -> anyhow::Result<u8> {
    let (gold, answer) = (arguments.gold_column.as_str(), arguments.answer_column.as_str());
    let mut rows = rows::open(path, &[gold, answer])?;
    let against = arguments.against.map(|preset| Verifier { policy: preset.policy(), ..judge.verifier.clone() });
    let mut out = arguments.out.as_deref().map(|out| create(out, path)).transpose()?;

    let mut summary = Summary {
        rows: 0,
        verdicts: VerdictCounts::default(),
        unread_golds: 0,
        unusable: Unusable::new(arguments.show),
        changes: BTreeMap::new(),
        differing: Vec::new(),
        times: Times::new(),
        elapsed: Duration::ZERO,
    };
    let began = Instant::now();
    let work = |cells: Result<Cells, Flaw>| {
        let (golds, completion) = fields(cells?, gold, answer, judge)?;
        Ok(judged(judge, against.as_ref(), &golds, &completion))
    };
    rows::each(&mut rows, arguments.threads, work, |row: Result<Row, Flaw>| {
        summary.rows += 1;
        if let Some(out) = &mut out {
            let line = serde_json::to_string(&as_line(summary.rows, &row))? + "\n";
            out.write_all(line.as_bytes()).with_context(|| cannot_write(arguments))?;
        }
        match row {
            Ok(row) => summary.add(row, arguments.show),
            Err(flaw) => summary.unusable.add(path, summary.rows, &flaw),
        }
        Ok(())
    })?;
    summary.elapsed = began.elapsed();
    summary.unusable.check(summary.rows, &rows)?;
    if let Some(out) = out {
        out.commit()?;
    }
    output::print(&if arguments.json {
        format!("{:#}\n", summary.as_json(judge, arguments, path))
    } else {
        summary.as_text(judge, arguments, path, rows.noun())
    });
    Ok(DONE)
}

fn create(out: &Path, path: &Path) -> anyhow::Result<AtomicFile> {
    let is_input = out.canonicalize().is_ok_and(|out| path.canonicalize().is_ok_and(|path| path == out));
    if is_input {
        return Err(Misuse(format!("--out {} would replace the file that is read", out.display())).into());
    }
    Ok(AtomicFile::create(out)?)
}

fn cannot_write(arguments: &Verify) -> String {
    format!("cannot write {}", arguments.out.as_deref().unwrap_or(Path::new("")).display())
}

/// The gold answers, each found in its text, and the completion. A completion may be empty.
fn fields(cells: Cells, gold: &str, answer: &str, judge: &Judge) -> Result<(Vec<String>, String), Flaw> {
    let mut cells = cells.into_iter();
    let stated = texts(cells.next().flatten(), gold)?;
    let completion = match text_of(cells.next().flatten(), answer, true) {
        Err(Flaw::Empty(_)) => String::new(),
        completion => completion?,
    };
    let find = |text: &String| judge.gold_extraction.find(text).map(|found| found.text.into_owned());
    let golds: Option<Vec<String>> = stated.iter().map(find).collect();
    let found = "a text without an answer where --gold-extraction looks";
    let nothing = || Flaw::WrongType { column: gold.to_owned(), found, expected: "one with an answer" };
    Ok((golds.ok_or_else(nothing)?, completion))
}

fn judged(judge: &Judge, against: Option<&Verifier>, golds: &[String], completion: &str) -> Row {
    let began = Instant::now();
    let verification = judge.verifier.verify_any(golds, completion);
    let time = began.elapsed();
    let described = |verification: Verification<'_>| Judged {
        // Of several gold answers the first is the one that a verdict other than "correct" is about.
        explanation: explanation(&verification, &golds[0], judge.verifier.kind),
        extracted: verification.found.as_ref().map(|found| found.text.to_string()),
        rule: verification.found.as_ref().map(|found| rule_name(&found.rule)),
        result: verification.judgement.map(|judgement| judgement.equality),
        verdict: verification.verdict,
    };
    let second = against.map(|verifier| described(verifier.verify_any(golds, completion)));
    Row { gold: golds.join(" or "), judged: described(verification), against: second, time }
}

fn as_line(line: u64, row: &Result<Row, Flaw>) -> Line<'_> {
    match row {
        Ok(Row { judged, against, .. }) => {
            let differs = against.as_ref().map(|against| against.verdict != judged.verdict);
            Line::Judged { line, judged, against: against.as_ref(), differs }
        }
        Err(flaw) => Line::Unusable { line, error: flaw.to_string() },
    }
}

impl Summary {
    fn add(&mut self, row: Row, most: usize) {
        let Row { gold, judged, against, time } = row;
        self.verdicts.add(&judged.verdict);
        self.unread_golds += u64::from(judged.verdict == Verdict::Unparsed { part: Part::Gold });
        self.times.add(time, self.rows);
        let Some(against) = against.filter(|against| against.verdict != judged.verdict) else { return };
        let verdicts = [judged.verdict.kind(), against.verdict.kind()];
        *self.changes.entry(verdicts).or_default() += 1;
        if self.differing.len() < most {
            let explanations = [judged.explanation, against.explanation];
            self.differing.push(Differing { line: self.rows, gold, answer: judged.extracted, verdicts, explanations });
        }
    }

    fn as_text(&self, judge: &Judge, arguments: &Verify, path: &Path, noun: &str) -> String {
        let count = |count: u64| quantity(count as f64, Unit::Count);
        let usable = self.rows - self.unusable.count;
        let mut text = format!("{}: {} rows, {} usable\n", path.display(), count(self.rows), count(usable));
        text += &format!("{}\n\nverdict            rows   share\n", judge.as_text());
        for (kind, number) in self.verdicts.iter().filter(|(_, number)| *number > 0) {
            let share = quantity(number as f64 / usable as f64, Unit::Share);
            text += &format!("{kind:<12} {:>10}  {share:>6}\n", count(number));
        }
        if self.unread_golds > 0 {
            let number = count(self.unread_golds);
            text += &format!("{number} of these for a gold answer that cannot be read; `plaudit audit` names them\n");
        }
        let [median, late] = [0.5, 0.999].map(|share| short(self.times.quantile(share)));
        let (slowest, line) = self.times.slowest;
        text += &format!(
            "\ntime per row: median {median}, p99.9 {late}, slowest {} ({noun} {line}); {} in all\n",
            short(slowest),
            duration(self.elapsed.as_secs_f64())
        );
        if self.unusable.count > 0 {
            text += &format!("\n{} rows cannot be used\n", count(self.unusable.count));
            for row in &self.unusable.first {
                text += &format!("  {noun} {:<8} {}\n", row.line, text::on_one_line(&row.reason, 2 * SHOWN));
            }
            text += &more(self.unusable.count, self.unusable.first.len(), arguments);
        }
        if let Some(preset) = &arguments.against {
            text += &self.differences_as_text(judge, arguments, &name(preset), noun);
        }
        if let Some(out) = &arguments.out {
            text += &format!("\nverdicts of every row: {}\n", out.display());
        }
        text
    }

    fn differences_as_text(&self, judge: &Judge, arguments: &Verify, against: &str, noun: &str) -> String {
        let differing: u64 = self.changes.values().sum();
        let policy = &judge.policy;
        if differing == 0 {
            return format!("\nNo verdict differs between {policy} and {against}.\n");
        }
        let plural = if differing == 1 { " differs" } else { "s differ" };
        let mut text =
            format!("\n{} verdict{plural} between {policy} and {against}\n", quantity(differing as f64, Unit::Count));
        for ([from, to], count) in &self.changes {
            text += &format!("  {from} -> {to}: {}\n", quantity(*count as f64, Unit::Count));
        }
        let width = policy.chars().count().max(against.chars().count());
        for row in &self.differing {
            let shown = |text: &str| text::on_one_line(text, SHOWN);
            let answer = row.answer.as_deref().map_or("no answer".to_owned(), shown);
            text += &format!("\n{noun} {}: gold {}, answer {answer}\n", row.line, shown(&row.gold));
            for (index, policy) in [policy.as_str(), against].into_iter().enumerate() {
                let explanation = text::on_one_line(&row.explanations[index], 2 * SHOWN);
                text += &format!("  {policy:<width$}  {}: {explanation}\n", row.verdicts[index]);
            }
        }
        text + &more(differing, self.differing.len(), arguments)
    }

    fn as_json(&self, judge: &Judge, arguments: &Verify, path: &Path) -> Value {
        let verdicts: BTreeMap<&str, u64> = self.verdicts.iter().collect();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let unusable = self.unusable.first.iter().map(|row| json!({ "line": row.line, "reason": row.reason }));
        let changes = self.changes.iter().map(|([from, to], rows)| json!({ "from": from, "to": to, "rows": rows }));
        let against = arguments.against.map(|preset| {
            json!({
                "policy": { "name": name(&preset), "choices": preset.policy() },
                "rows": self.changes.values().sum::<u64>(),
                "changes": changes.collect::<Vec<Value>>(),
                "first": self.differing,
            })
        });
        json!({
            "file": path.display().to_string(),
            "rows": self.rows,
            "usable": self.rows - self.unusable.count,
            "verdicts": verdicts,
            "unread_golds": self.unread_golds,
            "unusable": { "rows": self.unusable.count, "first": unusable.collect::<Vec<Value>>() },
            "against": against,
            "settings": judge.as_json(),
            "microseconds_per_row": {
                "median": micros(self.times.quantile(0.5)),
                "p99.9": micros(self.times.quantile(0.999)),
                "slowest": micros(self.times.slowest.0),
                "slowest_line": self.times.slowest.1,
            },
            "seconds": self.elapsed.as_secs_f64(),
        })
    }
}

/// What a list leaves out.
fn more(all: u64, shown: usize, arguments: &Verify) -> String {
    let left = all - shown as u64;
    match (left, &arguments.out) {
        (0, _) => String::new(),
        (left, Some(out)) => format!("... and {left} more, in {}\n", out.display()),
        (left, None) => format!("... and {left} more; --show N lists more of them, --out FILE writes all\n"),
    }
}

/// A time in the unit that suits it.
fn short(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.0..1e-3 => format!("{} µs", significant(seconds * 1e6)),
        1e-3..1.0 => format!("{} ms", significant(seconds * 1e3)),
        _ => format!("{} s", significant(seconds)),
    }
}
