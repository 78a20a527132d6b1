//! Golden vectors: what the functions of other libraries return, against what our configurations of the same name do.
//!
//! A file of vectors has one case a line, `{"id", "lib", "fn", "inputs", "params", "outputs"}`. Inputs and outputs are matrices of one row per
//! sample, padded to the longest; only places that the case's mask marks as written are compared. Functions that no configuration of
//! ours stands for are reported as such. A case that names a `dialect` was made with that system's own defaults, and is evaluated with the
//! dialect's settings instead of those that `params` say.

mod compare;
mod frameworks;
mod trl;
mod verl_bypass;
mod verl_clip_cov;
mod verl_credit;
mod verl_objective;

use compare::{Comparison, Unmatched};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// One call of a function of another library.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    id: String,
    lib: String,
    #[serde(rename = "fn")]
    function: String,
    inputs: Value,
    params: Value,
    outputs: Value,
    /// The dialect that the case pins: it is evaluated with the dialect's own settings.
    #[serde(default)]
    dialect: Option<String>,
}

/// All cases of one function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionReport {
    /// The library and its version.
    pub library: String,
    /// The function.
    pub function: String,
    /// The number of its cases.
    pub cases: usize,
    /// The largest deviation over all compared numbers, absolute below 1 and relative above.
    pub deviation: f64,
    /// Whether it agrees.
    pub status: Status,
}

/// Whether a function of another library and ours agree.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Every number of every case lies within its tolerance.
    Agrees,
    /// These cases do not agree; each with its file and the number that deviates most for its tolerance.
    Differs(Vec<String>),
    /// No configuration of ours stands for some of the cases: how many, and why the first.
    Unknown(usize, String),
}

/// Why vectors could not be read.
#[derive(Debug, thiserror::Error)]
pub enum GoldenError {
    /// A file or directory could not be read.
    #[error("could not read {}: {cause}", path.display())]
    Read {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A line is not a case.
    #[error("{}, line {line}: not a case of golden vectors: {cause}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// There is nothing to run.
    #[error("{} holds no golden vectors: no .jsonl file whose lines name a library in `lib`", path.display())]
    Empty {
        /// The file or directory.
        path: PathBuf,
    },
}

/// What a run of vectors found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoldenRun {
    /// One report per library and function, in the order of their names.
    pub reports: Vec<FunctionReport>,
    /// Files of the directory that hold something else: their first line names no library.
    pub others: Vec<PathBuf>,
}

/// Runs every case of a `.jsonl` file, or of all such files of a directory.
///
/// # Errors
/// [`GoldenError`], where files cannot be read or hold no vectors.
pub fn run_golden(path: &Path) -> Result<GoldenRun, GoldenError> {
    let mut functions: BTreeMap<(String, String), FunctionReport> = BTreeMap::new();
    let (mut others, mut files) = (Vec::new(), 0);
    for path in files_of(path)? {
        let text = fs::read_to_string(&path).map_err(failed(&path))?;
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
        if lines.peek().is_some_and(|(_, line)| names_no_library(line)) {
            others.push(path);
            continue;
        }
        files += 1;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        for (index, line) in lines {
            let at = |cause| GoldenError::Line { path: path.clone(), line: index + 1, cause };
            let case: Case = serde_json::from_str(line).map_err(at)?;
            let key = (case.lib.clone(), case.function.clone());
            functions.entry(key).or_insert_with(|| FunctionReport::new(&case)).add(&case, &file);
        }
    }
    if files == 0 {
        return Err(GoldenError::Empty { path: path.to_owned() });
    }
    Ok(GoldenRun { reports: functions.into_values().collect(), others })
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> GoldenError {
    let path = path.to_owned();
    move |cause| GoldenError::Read { path, cause }
}

/// The file itself, or the `.jsonl` files of a directory by name.
fn files_of(path: &Path) -> Result<Vec<PathBuf>, GoldenError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path).map_err(failed(path))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(failed(path))?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    Ok(paths)
}

/// Whether a line is JSON of another form. What is no JSON at all is a damaged case.
fn names_no_library(line: &str) -> bool {
    serde_json::from_str::<Value>(line).is_ok_and(|value| value.get("lib").is_none())
}

/// What our configuration of the same name says, beside what the case says.
fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    match (case.lib.split('-').next().unwrap_or_default(), case.function.starts_with("adv:")) {
        ("verl", true) => verl_credit::evaluate(case),
        ("verl", false) => verl_objective::evaluate(case),
        ("trl", _) => trl::evaluate(case),
        ("openrlhf" | "nemo" | "slime" | "areal", _) => frameworks::evaluate(case),
        _ => Err(Unmatched::Unknown(format!("the library {} is not known", case.lib))),
    }
}

impl FunctionReport {
    fn new(case: &Case) -> Self {
        let (library, function) = (case.lib.clone(), case.function.clone());
        Self { library, function, cases: 0, deviation: 0.0, status: Status::Agrees }
    }

    fn add(&mut self, case: &Case, file: &str) {
        self.cases += 1;
        match evaluate(case) {
            Ok(comparisons) => {
                let worst = comparisons.iter().map(Comparison::deviation).fold(0.0, f64::max);
                self.deviation = self.deviation.max(worst);
                if let Some(apart) = comparisons.iter().find_map(Comparison::fault) {
                    self.differs(format!("{} in {file}: {apart}", case.id));
                }
            }
            Err(Unmatched::Failed(reason)) => self.differs(format!("{} in {file}: {reason}", case.id)),
            Err(Unmatched::Unknown(reason)) => match &mut self.status {
                Status::Agrees => self.status = Status::Unknown(1, reason),
                Status::Unknown(cases, _) => *cases += 1,
                // That some agree less than they should is the worse news.
                Status::Differs(_) => {}
            },
        }
    }

    fn differs(&mut self, fault: String) {
        match &mut self.status {
            Status::Differs(faults) => faults.push(fault),
            Status::Agrees | Status::Unknown(..) => self.status = Status::Differs(vec![fault]),
        }
    }
}

impl fmt::Display for FunctionReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { library, function, cases, deviation, status } = self;
        write!(formatter, "{library:<14} {function:<36} {cases:>4} cases  {deviation:>8.1e}  ")?;
        match status {
            Status::Agrees => formatter.write_str("agrees"),
            Status::Differs(faults) => write!(formatter, "{} differ, the first: {}", faults.len(), faults[0]),
            Status::Unknown(unknown, reason) => write!(formatter, "{unknown} unknown: {reason}"),
        }
    }
}
