//! One row of a data file: what was found in its columns, and what makes it usable.

use super::DatasetConfig;
use plaudit_core::{Part, Verdict};
use plaudit_verify::{Extraction, Rule};

/// What a file has at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    /// A number as it is written.
    Number(String),
    InvalidUtf8,
    /// Anything else, described.
    Other(&'static str),
}

/// What a file has in the columns that the configuration names; `None` where the row lacks the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) prompt: Option<Cell>,
    pub(super) answer: Option<Cell>,
    /// Asked for only where the configuration names a solution column.
    pub(super) solution: Option<Cell>,
}

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error("the line is empty")]
    EmptyLine,
    #[error("not valid UTF-8")]
    InvalidUtf8,
    #[error("not valid JSON, at column {0}")]
    InvalidJson(usize),
    #[error("not a JSON object")]
    NotAnObject,
    #[error("no column `{0}`")]
    MissingColumn(String),
    #[error("column `{column}` is {found}, not {expected}")]
    WrongType { column: String, found: &'static str, expected: &'static str },
    #[error("column `{0}` is empty")]
    Empty(String),
    #[error("column `{column}` states no answer where `gold_extraction` looks ({rule:?})")]
    NoAnswer { column: String, rule: Extraction },
    #[error("the reference answer {0:?} cannot be compared as `answer_kind` says")]
    UnreadableAnswer(String),
    #[error("the reference answer {0:?} cannot be stated so that `extraction` finds it again")]
    UnstatableAnswer(String),
    #[error("the prompt is also in the held-out file")]
    HeldOut,
}

/// A usable row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) prompt: String,
    pub(super) answer: String,
    /// The worked solution without its answer line.
    pub(super) steps: Vec<String>,
}

impl Row {
    /// Checks everything that could later fail: types, emptiness, and that the reference answer, stated as the task wants it,
    /// is found and judged correct.
    pub(super) fn new(cells: Cells, config: &DatasetConfig) -> Result<Self, Flaw> {
        let prompt = text(cells.prompt, &config.prompt_column, false)?;
        let column = &config.answer_column;
        let stated = text(cells.answer, column, true)?;
        let answer = config
            .gold_extraction
            .find(&stated)
            .ok_or_else(|| Flaw::NoAnswer { column: column.clone(), rule: config.gold_extraction })?
            .text
            .into_owned();
        let steps = match &config.solution_column {
            Some(column) => steps(&text(cells.solution, column, false)?, config),
            None => Vec::new(),
        };
        match config.verifier().verify(&answer, &config.extraction.frame(&answer)).verdict {
            Verdict::Correct => Ok(Self { prompt, answer, steps }),
            Verdict::Unparsed { part: Part::Gold } | Verdict::OverBudget { .. } => Err(Flaw::UnreadableAnswer(answer)),
            _ => Err(Flaw::UnstatableAnswer(answer)),
        }
    }
}

fn text(cell: Option<Cell>, column: &str, may_be_number: bool) -> Result<String, Flaw> {
    let expected = if may_be_number { "a string or a number" } else { "a string" };
    let wrong = |found| Flaw::WrongType { column: column.to_owned(), found, expected };
    match cell {
        None => Err(Flaw::MissingColumn(column.to_owned())),
        Some(Cell::Text(text)) if text.trim().is_empty() => Err(Flaw::Empty(column.to_owned())),
        Some(Cell::Text(text)) => Ok(text),
        Some(Cell::Number(text)) if may_be_number => Ok(text),
        Some(Cell::Number(_)) => Err(wrong("a number")),
        Some(Cell::InvalidUtf8) => Err(Flaw::InvalidUtf8),
        Some(Cell::Other(found)) => Err(wrong(found)),
    }
}

/// The lines of a worked solution, without a last line that states the answer after `####`, in a box, in a tag or after "final answer": the
/// problem's conclusion states it again.
fn steps(solution: &str, config: &DatasetConfig) -> Vec<String> {
    let mut lines: Vec<String> = solution.trim_end().lines().map(|line| line.trim_end().to_owned()).collect();
    let rules =
        [config.extraction, config.gold_extraction].into_iter().flat_map(|rules| rules.extractor().steps).flatten();
    let marks =
        |rule: &Rule| matches!(rule, Rule::Marker | Rule::Boxed { .. } | Rule::Tag { .. } | Rule::FinalAnswer { .. });
    let rules: Vec<Rule> = rules.filter(marks).collect();
    let states_answer = |line: &String| rules.iter().any(|rule| rule.find(line).is_some());
    lines.pop_if(|last| states_answer(last));
    while lines.pop_if(|last| last.is_empty()).is_some() {}
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_verify::AnswerKind;

    fn row(prompt: &str, answer: &str, config: &DatasetConfig) -> Result<Row, Flaw> {
        let text = |text: &str| Some(Cell::Text(text.to_owned()));
        Row::new(Cells { prompt: text(prompt), answer: text(answer), solution: text("2 + 2\n= 4\n\n#### 4\n") }, config)
    }

    #[test]
    fn a_solution_loses_the_line_that_states_the_answer() {
        let config = DatasetConfig { solution_column: Some("solution".into()), ..Default::default() };
        assert_eq!(row("2+2?", "4", &config).unwrap().steps, ["2 + 2", "= 4"]);
        let config = DatasetConfig { extraction: Extraction::Boxed, ..config };
        assert_eq!(row("2+2?", "4", &config).unwrap().steps, ["2 + 2", "= 4", "", "#### 4"]);
    }

    #[test]
    fn the_reference_answer_is_found_in_its_column() {
        let config = DatasetConfig { gold_extraction: Extraction::Marker, ..Default::default() };
        assert_eq!(row("2+2?", "two and two\n#### 4", &config).unwrap().answer, "4");
        assert!(matches!(row("2+2?", "4", &config), Err(Flaw::NoAnswer { .. })));
    }

    #[test]
    fn an_answer_that_could_never_be_right_is_a_flaw() {
        let config = DatasetConfig { answer_kind: AnswerKind::Number, ..Default::default() };
        assert_eq!(row("2+2?", "four", &config), Err(Flaw::UnreadableAnswer("four".into())));
        // The marker reads to the end of its line.
        let config = DatasetConfig::default();
        assert_eq!(row("2+2?", "four\nor so", &config), Err(Flaw::UnstatableAnswer("four\nor so".into())));
        assert_eq!(row(" \n", "4", &config), Err(Flaw::Empty("prompt".into())));
    }
}
