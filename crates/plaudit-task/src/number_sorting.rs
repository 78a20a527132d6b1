//! Sorting integers in ascending order.
//!
//! Prompt `sort 5 3 9`. Worked solution: selection sort, one line per number taken (`3|5 9`, `3 5|9`), what is sorted before
//! the bar and what is left, in its old order, after it; then `#### 3 5 9`. Difficulty: how many numbers there are.
//!
//! Source: the number sorting of reasoning-gym. Deviations: integers, ascending only; numbers in an answer may be separated
//! by spaces or commas.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sort integers in ascending order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumberSortingConfig {
    /// Fewest and most numbers, 2 to 30.
    pub count: [u32; 2],
    /// Smallest and largest number, within a million of zero.
    pub values: [i64; 2],
}

impl Default for NumberSortingConfig {
    fn default() -> Self {
        Self { count: [3, 5], values: [0, 99] }
    }
}

const KIND: &str = "number-sorting";

/// The task.
#[derive(Clone, Debug)]
pub struct NumberSorting(NumberSortingConfig);

impl NumberSorting {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: NumberSortingConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "count", config.count, 2, 30)?;
        validate::range(KIND, "values", config.values, -1_000_000, 1_000_000)?;
        Ok(Self(config))
    }
}

impl Generator for NumberSorting {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.count;
        let count = stream.between(fewest.into(), most.into()) as u32;
        let [low, high] = self.0.values;
        let numbers: Vec<i64> = (0..count).map(|_| stream.between(low, high)).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        let mut rest = numbers.clone();
        let mut steps = Vec::new();
        for taken in 1..sorted.len() {
            let next = rest.iter().position(|number| *number == sorted[taken - 1]).expect("sorted is a permutation");
            rest.remove(next);
            steps.push(format!("{}|{}", join(&sorted[..taken]), join(&rest)));
        }
        Some(Problem::new(format!("sort {}\n", join(&numbers)), join(&sorted), steps, count))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::marked(completion, |text| match (read(&problem.answer), read(text)) {
            (None, _) => Verdict::Unparsed { part: Part::Gold },
            (_, None) => Verdict::Unparsed { part: Part::Answer },
            (Some(gold), Some(numbers)) => answer::verdict(numbers == gold),
        })
    }
}

fn join(numbers: &[i64]) -> String {
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

fn read(text: &str) -> Option<Vec<i64>> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Task;

    #[test]
    fn the_worked_solution_sorts_by_selection() {
        let task = NumberSorting::new(NumberSortingConfig { count: [4, 4], values: [-3, 3] }).unwrap();
        let problem = task.draw(&mut Stream::new(5, "test", 0, 0)).unwrap();
        assert_eq!(problem.prompt, "sort 2 -3 0 -1\n");
        assert_eq!(problem.solution(), "-3|2 0 -1\n-3 -1|2 0\n-3 -1 0|2\n#### -3 -1 0 2");
    }

    #[test]
    fn an_answer_is_the_whole_list() {
        let task = NumberSorting::new(NumberSortingConfig::default()).unwrap();
        let problem = Problem::new("sort 5 3 5\n".into(), "3 5 5".into(), vec![], 3);
        let check = |text: &str| Task::check(&task, &problem, &format!("#### {text}")).verdict;
        assert_eq!(check("3, 5, 5"), Verdict::Correct);
        for text in ["3 5", "5 5 3", "3 5 5 5", "355"] {
            assert_eq!(check(text), Verdict::Wrong, "{text}");
        }
        for text in ["three", "3 5 5.0", "[3,5,5]", "3 5 99999999999999999999"] {
            assert_eq!(check(text), Verdict::Unparsed { part: Part::Answer }, "{text}");
        }
    }
}
