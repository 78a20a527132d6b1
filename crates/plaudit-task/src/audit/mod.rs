//! What is wrong, or doubtful, with the prompts and reference answers of a data file.
//!
//! [`Auditor::examine`] looks at a row by itself, [`Audit::add`] compares it with the rows before it. What is kept of a row is a hash of
//! its prompt and its reference answers, of those rows alone whose prompt is new.

mod doubt;

use crate::problem::mix;
use crate::rows::{Cells, Flaw, text, texts};
use plaudit_core::{Part, Verdict, stable_hash};
use plaudit_verify::answer::{Checked, check};
use plaudit_verify::math::{Equality, Expr, Judgement, Policy, ReadErrorKind};
use plaudit_verify::{AnswerKind, Extraction};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Characters beyond which a reference answer is called long.
const LONG: usize = 200;

/// Kinds of findings, the gravest first. From `several-boxes` on the answer can be used, but may not mean what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// The row cannot be read, or lacks a prompt or an answer.
    Unusable,
    /// The answer column is empty.
    Empty,
    /// The extraction finds no answer in the answer column.
    NoAnswer,
    /// The answer cannot be read as what it is compared as.
    Unreadable,
    /// The answer is too much work to be read, or to be compared with another one.
    OverBudget,
    /// The answer would not be correct by its own standard.
    NotItself,
    /// The prompt of an earlier row with another answer.
    Conflict,
    /// The prompt of an earlier row with the same answer.
    Duplicate,
    /// Several boxes, of which the extraction chooses.
    SeveralBoxes,
    /// A comma between digits that is read as one between thousands.
    CommaNumber,
    /// A comma between digits that is read as one between items.
    DecimalComma,
    /// Two numbers in brackets: a point, a list or an interval.
    PointOrInterval,
    /// A whole number before a fraction, which is added and not multiplied.
    MixedNumber,
    /// A percentage that the policy takes for either of two numbers.
    Percent,
    /// A unit that the policy leaves out.
    UnitIgnored,
    /// Words among mathematical answers.
    Words,
    /// A multiple-choice letter among other answers.
    ChoiceLetter,
    /// A very long answer.
    Long,
}

impl FindingKind {
    /// All of them, in order.
    pub const ALL: [Self; 18] = [
        Self::Unusable,
        Self::Empty,
        Self::NoAnswer,
        Self::Unreadable,
        Self::OverBudget,
        Self::NotItself,
        Self::Conflict,
        Self::Duplicate,
        Self::SeveralBoxes,
        Self::CommaNumber,
        Self::DecimalComma,
        Self::PointOrInterval,
        Self::MixedNumber,
        Self::Percent,
        Self::UnitIgnored,
        Self::Words,
        Self::ChoiceLetter,
        Self::Long,
    ];

    /// What it is, in a line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unusable => "the row cannot be read, or lacks a prompt or an answer",
            Self::Empty => "the answer is empty",
            Self::NoAnswer => "the extraction finds no answer in the answer column",
            Self::Unreadable => "the answer cannot be read: no completion can be correct",
            Self::OverBudget => "the answer is too much work to be read, or compared with another",
            Self::NotItself => "the answer is not correct by its own standard",
            Self::Conflict => "the prompt of an earlier row with another answer",
            Self::Duplicate => "the prompt of an earlier row with the same answer",
            Self::SeveralBoxes => "several boxes, of which the extraction chooses",
            Self::CommaNumber => "a comma that is read as one between thousands",
            Self::DecimalComma => "a comma between digits that may be a decimal comma",
            Self::PointOrInterval => "two values in brackets: a point, a list or an interval",
            Self::MixedNumber => "a whole number before a fraction, which is added",
            Self::Percent => "a percentage that the policy takes for either of two numbers",
            Self::UnitIgnored => "a unit that the policy leaves out",
            Self::Words => "words among mathematical answers",
            Self::ChoiceLetter => "a multiple-choice letter among other answers",
            Self::Long => "an answer of more than 200 characters",
        }
    }
}

/// As in JSON: `point-or-interval`.
impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line (JSONL) or row (Parquet), counted from 1.
    pub line: u64,
    /// What it is.
    pub kind: FindingKind,
    /// The reference answer that it is about; `None` where there is none.
    pub gold: Option<String>,
    /// What is the matter, for a person.
    pub detail: String,
}

/// How reference answers are found and judged.
#[derive(Clone, Debug)]
pub struct Auditor {
    /// The column with the prompt, a string.
    pub prompt_column: String,
    /// The column with the reference answer: a string, a number, or a list of answers any of which will do.
    pub answer_column: String,
    /// Where to find the answer in the answer column.
    pub gold_extraction: Extraction,
    /// How answers are compared.
    pub kind: AnswerKind,
    /// What mathematical answers may differ in.
    pub policy: Policy,
}

/// What a row that can be read is, by itself.
#[derive(Clone, Debug)]
pub struct Examined {
    /// A hash of the prompt up to white space.
    prompt: u128,
    /// Or the answer column in which no answer was found.
    golds: Result<Vec<Gold>, String>,
}

/// One reference answer.
#[derive(Clone, Debug)]
struct Gold {
    text: String,
    sort: Sort,
    findings: Vec<(FindingKind, String)>,
}

/// What a reference answer looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Mathematics,
    Words,
    /// A letter from A to J by itself, also in brackets.
    Choice,
}

impl Auditor {
    /// Looks at one row, whose cells are prompt and answer.
    ///
    /// # Errors
    /// Why the row cannot be read.
    pub fn examine(&self, cells: Result<Cells, Flaw>) -> Result<Examined, Flaw> {
        let mut cells = cells?.into_iter();
        let prompt = text(cells.next().flatten(), &self.prompt_column, false)?;
        let stated = texts(cells.next().flatten(), &self.answer_column)?;
        let golds = stated.iter().map(|stated| self.found(stated).ok_or_else(|| stated.clone())).collect();
        Ok(Examined { prompt: hash(&prompt), golds })
    }

    /// The answer in a text.
    fn found(&self, stated: &str) -> Option<Gold> {
        let found = self.gold_extraction.find(stated)?;
        let mut gold = self.gold(&found.text);
        let boxes = stated.matches(r"\boxed").count();
        if boxes > 1 {
            gold.findings.push((FindingKind::SeveralBoxes, format!("{boxes} boxes; {} was chosen", found.reason)));
        }
        Some(gold)
    }

    fn gold(&self, text: &str) -> Gold {
        let Checked { verdict, judgement } = check(text, text, self.kind, &self.policy);
        let mut findings = self.fault(text, &verdict, judgement.as_ref()).into_iter().collect();
        let expr = judgement.as_ref().and_then(|judgement| judgement.gold.as_ref().ok());
        if let Some(expr) = expr {
            doubt::collect(text, expr, &self.policy, &mut findings);
        }
        if text.chars().count() > LONG {
            findings.push((FindingKind::Long, format!("{} characters", text.chars().count())));
        }
        let is_mathematical = matches!(self.kind, AnswerKind::Auto | AnswerKind::Math);
        let sort = match expr {
            _ if is_choice(text) => Sort::Choice,
            Some(Expr::Text(_)) => Sort::Words,
            None if is_mathematical && judgement.is_none() => Sort::Words,
            _ => Sort::Mathematics,
        };
        Gold { text: text.to_owned(), sort, findings }
    }

    /// Why no completion could be correct, or none be found wrong.
    fn fault(&self, text: &str, verdict: &Verdict, judgement: Option<&Judgement>) -> Option<(FindingKind, String)> {
        if let Some(Judgement { gold: Err(error), .. }) = judgement {
            let kind = match error.kind {
                ReadErrorKind::Syntax => FindingKind::Unreadable,
                ReadErrorKind::OverBudget(_) => FindingKind::OverBudget,
            };
            return Some((kind, error.in_words(text)));
        }
        match verdict {
            Verdict::Correct => {}
            Verdict::Unparsed { part: Part::Gold } => return Some((FindingKind::Unreadable, self.expected())),
            Verdict::OverBudget { .. } => return Some((FindingKind::OverBudget, said(judgement, verdict))),
            _ => return Some((FindingKind::NotItself, said(judgement, verdict))),
        }
        // Equal to itself it is as it stands; against any other answer it has to be computed.
        judgement?;
        let other = check(text, "1", self.kind, &self.policy).judgement?;
        match &other.equality {
            Equality::Unknown { reason } => Some((FindingKind::OverBudget, format!("against the answer 1: {reason}"))),
            _ => None,
        }
    }

    fn expected(&self) -> String {
        match self.kind {
            AnswerKind::Choice => "no multiple-choice letter".to_owned(),
            _ => "not a number in plain notation".to_owned(),
        }
    }

    /// Whether one of the golds is an answer to one of the others.
    fn agree(&self, golds: &[String], others: &[String]) -> bool {
        let pairs = golds.iter().flat_map(|gold| others.iter().map(move |other| (gold, other)));
        pairs.into_iter().any(|(gold, other)| check(gold, other, self.kind, &self.policy).verdict.is_correct())
    }
}

fn said(judgement: Option<&Judgement>, verdict: &Verdict) -> String {
    judgement.map_or_else(|| verdict.to_string(), |judgement| judgement.equality.to_string())
}

/// The beginning of a text.
fn start(text: &str) -> String {
    const SHOWN: usize = 60;
    let cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

fn is_choice(text: &str) -> bool {
    let letter = text.trim().trim_start_matches('(').trim_end_matches([')', '.']);
    matches!(letter.as_bytes(), [b'A'..=b'J'])
}

/// Two independent hashes of the words: of a billion prompts no two will share one.
fn hash(prompt: &str) -> u128 {
    let mut words = prompt.split_whitespace().flat_map(|word| [word, " "]).collect::<String>();
    let first = mix(stable_hash(words.as_bytes()));
    words.push('#');
    let second: String = words.chars().rev().collect();
    u128::from(first) << 64 | u128::from(mix(stable_hash(second.as_bytes())))
}

/// The findings so far.
#[derive(Clone, Debug)]
pub struct Audit {
    auditor: Auditor,
    rows: u64,
    usable: u64,
    findings: Vec<Finding>,
    /// By prompt: the first row that has it, and its answers.
    prompts: BTreeMap<u128, (u64, Vec<String>)>,
    /// How many answers there are of every sort, and those that are words or letters: a finding where they are few.
    mathematics: u64,
    words: Vec<(u64, String)>,
    choices: Vec<(u64, String)>,
}

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub struct AuditReport {
    /// How many rows there are.
    pub rows: u64,
    /// How many of them have a prompt and an answer.
    pub usable: u64,
    /// How many prompts differ.
    pub prompts: u64,
    /// By kind, then by line.
    pub findings: Vec<Finding>,
}

impl Audit {
    /// An audit of no rows yet.
    pub fn new(auditor: Auditor) -> Self {
        let (findings, prompts, words, choices) = (Vec::new(), BTreeMap::new(), Vec::new(), Vec::new());
        Self { auditor, rows: 0, usable: 0, findings, prompts, mathematics: 0, words, choices }
    }

    /// Takes in the next row of the file.
    pub fn add(&mut self, row: Result<Examined, Flaw>) {
        self.rows += 1;
        let line = self.rows;
        let mut without_gold = |kind, detail| self.findings.push(Finding { line, kind, gold: None, detail });
        let (prompt, golds) = match row {
            Ok(Examined { prompt, golds: Ok(golds) }) => (prompt, golds),
            Ok(Examined { golds: Err(stated), .. }) => {
                return without_gold(FindingKind::NoAnswer, format!("in {:?}", start(&stated)));
            }
            Err(flaw) if flaw == Flaw::Empty(self.auditor.answer_column.clone()) => {
                return without_gold(FindingKind::Empty, flaw.to_string());
            }
            Err(flaw) => return without_gold(FindingKind::Unusable, flaw.to_string()),
        };
        self.usable += 1;
        for Gold { text, sort, findings } in &golds {
            let finding = |(kind, detail): &(FindingKind, String)| Finding {
                line,
                kind: *kind,
                gold: Some(text.clone()),
                detail: detail.clone(),
            };
            self.findings.extend(findings.iter().map(finding));
            match sort {
                Sort::Mathematics => self.mathematics += 1,
                Sort::Words => self.words.push((line, text.clone())),
                Sort::Choice => self.choices.push((line, text.clone())),
            }
        }
        let golds: Vec<String> = golds.into_iter().map(|gold| gold.text).collect();
        match self.prompts.get(&prompt) {
            None => {
                self.prompts.insert(prompt, (line, golds));
            }
            Some((first, others)) => {
                let (kind, detail) = match golds == *others || self.auditor.agree(others, &golds) {
                    true => (FindingKind::Duplicate, format!("as in row {first}")),
                    false => (FindingKind::Conflict, format!("row {first} has {}", others.join(" or "))),
                };
                self.findings.push(Finding { line, kind, gold: Some(golds.join(" or ")), detail });
            }
        }
    }

    /// All findings. Words and letters are findings where other answers are the rule.
    pub fn report(self) -> AuditReport {
        let mut findings = self.findings;
        let [words, choices] = [&self.words, &self.choices].map(|odd| odd.len() as u64);
        if words < self.mathematics && matches!(self.auditor.kind, AnswerKind::Auto | AnswerKind::Math) {
            let detail = format!("{words} of {} answers are words", words + choices + self.mathematics);
            findings.extend(self.words.into_iter().map(|(line, gold)| Finding {
                line,
                kind: FindingKind::Words,
                gold: Some(gold),
                detail: detail.clone(),
            }));
        }
        if choices < words + self.mathematics && self.auditor.kind != AnswerKind::Choice {
            let detail = format!("{choices} of {} answers are letters", words + choices + self.mathematics);
            findings.extend(self.choices.into_iter().map(|(line, gold)| Finding {
                line,
                kind: FindingKind::ChoiceLetter,
                gold: Some(gold),
                detail: detail.clone(),
            }));
        }
        findings.sort_by_key(|finding| (finding.kind, finding.line));
        AuditReport { rows: self.rows, usable: self.usable, prompts: self.prompts.len() as u64, findings }
    }
}

#[cfg(test)]
mod tests;
