//! One row of a data file: what makes it usable.

use super::DatasetConfig;
use crate::rows::{self, Cells, text};
use plaudit_core::{Part, Verdict};
use plaudit_verify::{Extraction, Rule};

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Flaw {
    #[error(transparent)]
    Unreadable(#[from] rows::Flaw),
    #[error("column `{column}` states no answer where `gold_extraction` looks ({rule:?})")]
    NoAnswer { column: String, rule: Extraction },
    #[error("the reference answer {0:?} cannot be compared as `answer_kind` says")]
    UnreadableAnswer(String),
    #[error("the reference answer {0:?} cannot be stated so that `extraction` finds it again")]
    UnstatableAnswer(String),
    #[error("the prompt is also in the held-out file")]
    HeldOut,
}

impl Flaw {
    /// The column that the row lacks.
    pub(super) fn missing_column(&self) -> Option<&str> {
        match self {
            Self::Unreadable(rows::Flaw::MissingColumn(column)) => Some(column),
            _ => None,
        }
    }
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
    ///
    /// `cells` are those of [`DatasetConfig::columns`].
    pub(super) fn new(cells: Cells, config: &DatasetConfig) -> Result<Self, Flaw> {
        let mut cells = cells.into_iter();
        let mut next = || cells.next().flatten();
        let prompt = text(next(), &config.prompt_column, false)?;
        let column = &config.answer_column;
        let stated = text(next(), column, true)?;
        let answer = config
            .gold_extraction
            .find(&stated)
            .ok_or_else(|| Flaw::NoAnswer { column: column.clone(), rule: config.gold_extraction })?
            .text
            .into_owned();
        let steps = match &config.solution_column {
            Some(column) => steps(&text(next(), column, false)?, config),
            None => Vec::new(),
        };
        match config.verifier().verify(&answer, &config.extraction.frame(&answer)).verdict {
            Verdict::Correct => Ok(Self { prompt, answer, steps }),
            Verdict::Unparsed { part: Part::Gold } | Verdict::OverBudget { .. } => Err(Flaw::UnreadableAnswer(answer)),
            _ => Err(Flaw::UnstatableAnswer(answer)),
        }
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
    use crate::rows::Cell;
    use plaudit_verify::AnswerKind;

    fn row(prompt: &str, answer: &str, config: &DatasetConfig) -> Result<Row, Flaw> {
        let text = |text: &str| Some(Cell::Text(text.to_owned()));
        Row::new(vec![text(prompt), text(answer), text("2 + 2\n= 4\n\n#### 4\n")], config)
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
        assert_eq!(row(" \n", "4", &config), Err(rows::Flaw::Empty("prompt".into()).into()));
    }
}
