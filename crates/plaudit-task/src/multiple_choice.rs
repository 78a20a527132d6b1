//! Arithmetic questions with lettered options.
//!
//! Prompt `3+4*2=? A)14 B)11 C)10 D)7`. Worked solution: the expression after each operation, as in random-calculation; then
//! the letter, `#### B`. The letter may also stand in `\boxed{}` or after "the answer is"; the value itself is no answer.
//! Wrong options are different numbers near the right one. Difficulty: the number of operations.
//!
//! Source: the reward of AlphaMed, "Beyond Distillation" (arXiv 2505.17952): 1 for the right option letter, else 0, no term for
//! format or length. Deviation: the questions need no knowledge.

use crate::arithmetic::Node;
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::answer::{self, AnswerKind};
use plaudit_verify::expression::Operator;
use plaudit_verify::math::Policy;
use plaudit_verify::{Extraction, Rational};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Arithmetic questions with lettered options, answered by the letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MultipleChoiceConfig {
    /// Fewest and most operations in the question, 1 to 20.
    pub operations: [u32; 2],
    /// Smallest and largest integer in the question, within a thousand of zero.
    pub integers: [i64; 2],
    /// How many options there are, 2 to 8.
    pub options: u32,
}

impl Default for MultipleChoiceConfig {
    fn default() -> Self {
        Self { operations: [1, 2], integers: [0, 9], options: 4 }
    }
}

const KIND: &str = "multiple-choice";

/// How far a wrong option may lie from the right one.
const SPREAD: i64 = 10;

/// The task.
#[derive(Clone, Debug)]
pub struct MultipleChoice(MultipleChoiceConfig);

impl MultipleChoice {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: MultipleChoiceConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "operations", config.operations, 1, 20)?;
        validate::range(KIND, "integers", config.integers, -1000, 1000)?;
        validate::range(KIND, "options", [config.options; 2], 2, 8)?;
        Ok(Self(config))
    }
}

impl Generator for MultipleChoice {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.operations;
        let operations = stream.between(fewest.into(), most.into()) as u32;
        let [low, high] = self.0.integers;
        let operators = [Operator::Add, Operator::Subtract, Operator::Multiply];
        let node = Node::random(stream, operations, &operators, &mut |stream| Node::integer(stream.between(low, high)));
        let question = node.print();
        let (steps, value) = node.work_out()?;

        let mut offsets: Vec<i64> = (-SPREAD..=SPREAD).filter(|offset| *offset != 0).collect();
        stream.shuffle(&mut offsets);
        offsets.truncate(self.0.options as usize - 1);
        let right = stream.below(self.0.options.into()) as usize;
        offsets.insert(right, 0);
        let mut prompt = format!("{question}=?");
        for (option, offset) in offsets.iter().enumerate() {
            prompt.push_str(&format!(" {}){}", letter(option), &value + Rational::from(*offset)));
        }
        prompt.push('\n');
        Some(Problem::new(prompt, letter(right).to_string(), steps, operations))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::extract(Extraction::Choice, completion, |letter| {
            answer::check(&problem.answer, letter, AnswerKind::Choice, &Policy::default()).verdict
        })
    }
}

fn letter(option: usize) -> char {
    char::from(b'A' + option as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};
    use plaudit_core::{Part, Verdict};

    #[test]
    fn options_differ_and_the_letter_marks_the_value() {
        let task = MultipleChoice::new(MultipleChoiceConfig { options: 5, ..Default::default() }).unwrap();
        let mut letters = [0; 5];
        for index in 0..200 {
            let problem = task.problem(11, Split::Train, index).unwrap();
            let options: Vec<(&str, &str)> =
                problem.prompt.split_whitespace().skip(1).map(|option| option.split_once(')').unwrap()).collect();
            let mut values: Vec<&str> = options.iter().map(|(_, value)| *value).collect();
            let (_, marked) = options.iter().find(|(letter, _)| *letter == problem.answer).unwrap();
            assert_eq!(problem.steps.last().map(String::as_str), Some(*marked), "{}", problem.prompt);
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len(), 5);
            letters[usize::from(problem.answer.as_bytes()[0] - b'A')] += 1;
        }
        // 40 expected each, standard deviation 5.7: five of them either way.
        assert!(letters.iter().all(|count| (12..68).contains(count)), "{letters:?}");
    }

    #[test]
    fn only_the_letter_counts() {
        let task = MultipleChoice::new(MultipleChoiceConfig::default()).unwrap();
        let problem = Problem::new("3+4*2=? A)14 B)11 C)10 D)7\n".into(), "B".into(), vec![], 2);
        let check = |text: &str| Task::check(&task, &problem, text).verdict;
        for text in ["#### B", "\\boxed{B}", "The answer is (B).", "B", "11\n#### b) 11"] {
            assert_eq!(check(text), Verdict::Correct, "{text}");
        }
        for text in ["#### C", "\\boxed{Z}", "#### B\n#### A"] {
            assert_eq!(check(text), Verdict::Wrong, "{text}");
        }
        assert_eq!(check("#### 11"), Verdict::Unparsed { part: Part::Answer });
        assert_eq!(check("#### AB"), Verdict::Unparsed { part: Part::Answer });
        assert_eq!(check("it is eleven"), Verdict::Unparsed { part: Part::Missing });
    }
}
