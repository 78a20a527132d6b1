//! Random arithmetic of a chosen number of operations, with exact answers that no model can have seen.
//!
//! Prompt `7+3*12=?`. Worked solution: the expression after each operation, leftmost first (`7+36`, `43`), which a small
//! model can copy and change locally; then `#### 43`. An expression of k operations joins two shorter ones.
//! Difficulty: the number of operations.
//!
//! Source: "Reasoning or Memorization? Unreliable Results of Reinforcement Learning Due to Data Contamination"
//! (arXiv 2507.10532), RandomCalculation. Deviations: answers are exact rationals instead of rounded decimals; operands are
//! smaller by default and division is off, so that a tiny model can learn the task.

use crate::arithmetic::Node;
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::Rational;
use plaudit_verify::check::numeric::closeness;
use plaudit_verify::expression::Operator;
use plaudit_verify::number::{self, Percent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Operand {
    /// An integer from `integers`.
    Integer,
    /// A fraction between 0 and 1, such as `(2/3)`, with a denominator from `denominators`.
    Fraction,
    /// The square of an integer from `bases`, written `7^2`.
    Square,
    /// The cube of an integer from `bases`, written `4^3`.
    Cube,
}

/// Random arithmetic expressions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RandomCalculationConfig {
    /// Fewest and most operations in an expression, 1 to 20. Every number between is equally likely.
    pub operations: [u32; 2],
    /// The operators to draw from: "+", "-", "*", "/". A division by zero is drawn again.
    pub operators: Vec<Operator>,
    /// The kinds of operands to draw from, equally likely: "integer", "fraction", "square", "cube".
    pub operands: Vec<Operand>,
    /// Smallest and largest integer operand, within a million of zero.
    pub integers: [i64; 2],
    /// Smallest and largest denominator of a fraction, 2 to 99.
    pub denominators: [i64; 2],
    /// Smallest and largest integer to square or cube, -99 to 99.
    pub bases: [i64; 2],
}

impl Default for RandomCalculationConfig {
    fn default() -> Self {
        Self {
            operations: [1, 3],
            operators: vec![Operator::Add, Operator::Subtract, Operator::Multiply],
            operands: vec![Operand::Integer],
            integers: [0, 20],
            denominators: [2, 9],
            bases: [0, 10],
        }
    }
}

const KIND: &str = "random-calculation";

/// The task.
#[derive(Clone, Debug)]
pub struct RandomCalculation(RandomCalculationConfig);

impl RandomCalculation {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: RandomCalculationConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "operations", config.operations, 1, 20)?;
        validate::not_empty(KIND, "operators", &config.operators)?;
        validate::not_empty(KIND, "operands", &config.operands)?;
        validate::range(KIND, "integers", config.integers, -1_000_000, 1_000_000)?;
        validate::range(KIND, "denominators", config.denominators, 2, 99)?;
        validate::range(KIND, "bases", config.bases, -99, 99)?;
        Ok(Self(config))
    }

    fn operand(&self, stream: &mut Stream) -> Node {
        let kind = *stream.pick(&self.0.operands);
        let mut between = |[low, high]: [i64; 2]| stream.between(low, high);
        match kind {
            Operand::Integer => Node::integer(between(self.0.integers)),
            Operand::Fraction => {
                let denominator = between(self.0.denominators);
                let numerator = between([1, denominator - 1]);
                Node::Number(Rational::from_parts_signed(numerator.into(), denominator.into()))
            }
            Operand::Square => Node::Power(between(self.0.bases), 2),
            Operand::Cube => Node::Power(between(self.0.bases), 3),
        }
    }
}

impl Generator for RandomCalculation {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.operations;
        let operations = stream.between(fewest.into(), most.into()) as u32;
        let node = Node::random(stream, operations, &self.0.operators, &mut |stream| self.operand(stream));
        let prompt = format!("{}=?\n", node.print());
        let (steps, value) = node.work_out()?;
        Some(Problem::new(prompt, value.to_string(), steps, operations))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        let checked = Checked::number(problem, completion);
        let read = |text: &str| number::parse(text, Percent::Reject).ok();
        let answer = checked.answer.as_deref().and_then(read);
        let partial = answer.zip(read(&problem.answer)).map(|(answer, gold)| closeness(&gold, &answer));
        Checked { partial, ..checked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};
    use plaudit_core::{Part, Verdict};

    #[test]
    fn an_answer_is_judged_exactly_and_graded() {
        let task = RandomCalculation::new(RandomCalculationConfig::default()).unwrap();
        let problem = Problem::new("5+5=?\n".into(), "10".into(), vec!["10".into()], 1);
        let check = |text: &str| Task::check(&task, &problem, text);
        assert_eq!(check("10\n#### 10").partial, Some(1.0));
        let close = check("#### 10.5");
        assert_eq!((close.verdict, close.answer.as_deref()), (Verdict::Wrong, Some("10.5")));
        assert!((close.partial.unwrap() - 0.725).abs() < 1e-9);
        assert_eq!(check("#### ten").partial, None);
        assert_eq!(check("10").verdict, Verdict::Unparsed { part: Part::Missing });
        assert_eq!(check("#### 5+5").verdict, Verdict::Unparsed { part: Part::Answer });
    }

    #[test]
    fn the_catalogue_s_operands_and_operators_all_appear() {
        let config = RandomCalculationConfig {
            operations: [4, 4],
            operators: vec![Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide],
            operands: vec![Operand::Integer, Operand::Fraction, Operand::Square, Operand::Cube],
            integers: [0, 100],
            ..Default::default()
        };
        let task = RandomCalculation::new(config).unwrap();
        let prompts: String = (0..50).map(|index| task.problem(0, Split::Train, index).unwrap().prompt).collect();
        for part in ["+", "-", "*", "/", "^2", "^3", "(1/"] {
            assert!(prompts.contains(part), "{part}");
        }
    }

    #[test]
    fn a_configuration_that_only_divides_by_zero_is_exhausted() {
        let config =
            RandomCalculationConfig { operators: vec![Operator::Divide], integers: [0, 0], ..Default::default() };
        let error = RandomCalculation::new(config).unwrap().problem(0, Split::Train, 0).unwrap_err();
        assert!(error.to_string().contains("widen the ranges"), "{error}");
    }
}
