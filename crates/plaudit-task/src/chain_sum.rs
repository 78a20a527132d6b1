//! Additions and subtractions in a row.
//!
//! Prompt `12+7-30=?`. Worked solution: the chain after each operation, from the left (`19-30`, `-11`); then `#### -11`.
//! Difficulty: the number of terms.
//!
//! Source: the chain sums of reasoning-gym. Deviation: an answer is compared as an exact number, so `-11.0` is right too, and
//! a wrong answer that contains the right digits earns nothing.

use crate::arithmetic::Node;
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::expression::Operator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sums and differences of several numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChainSumConfig {
    /// Fewest and most numbers in the chain, 2 to 50.
    pub terms: [u32; 2],
    /// Fewest and most digits of a number, 1 to 15.
    pub digits: [u32; 2],
}

impl Default for ChainSumConfig {
    fn default() -> Self {
        Self { terms: [2, 4], digits: [1, 2] }
    }
}

const KIND: &str = "chain-sum";

/// The task.
#[derive(Clone, Debug)]
pub struct ChainSum(ChainSumConfig);

impl ChainSum {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: ChainSumConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "terms", config.terms, 2, 50)?;
        validate::range(KIND, "digits", config.digits, 1, 15)?;
        Ok(Self(config))
    }

    fn term(&self, stream: &mut Stream) -> Node {
        let [fewest, most] = self.0.digits;
        let digits = stream.between(fewest.into(), most.into()) as u32;
        let least = if digits == 1 { 0 } else { 10_i64.pow(digits - 1) };
        Node::integer(stream.between(least, 10_i64.pow(digits) - 1))
    }
}

impl Generator for ChainSum {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.terms;
        let terms = stream.between(fewest.into(), most.into()) as u32;
        let mut node = self.term(stream);
        for _ in 1..terms {
            let operator = *stream.pick(&[Operator::Add, Operator::Subtract]);
            node = Node::join(node, operator, self.term(stream));
        }
        let prompt = format!("{}=?\n", node.print());
        let (steps, value) = node.work_out()?;
        Some(Problem::new(prompt, value.to_string(), steps, terms))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::number(problem, completion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    #[test]
    fn the_answer_is_the_sum_of_the_signed_terms() {
        let task = ChainSum::new(ChainSumConfig { terms: [2, 6], digits: [1, 4] }).unwrap();
        for index in 0..200 {
            let problem = task.problem(1, Split::Train, index).unwrap();
            let chain = problem.prompt.trim_end_matches("=?\n").replace('-', "+-");
            let terms: Vec<i64> = chain.split('+').map(|term| term.parse().unwrap()).collect();
            assert_eq!(problem.answer, terms.iter().sum::<i64>().to_string(), "{chain}");
            assert_eq!((terms.len(), problem.steps.len()), (problem.difficulty as usize, terms.len() - 1));
        }
    }

    #[test]
    fn digits_bound_the_terms() {
        let task = ChainSum::new(ChainSumConfig { terms: [2, 2], digits: [3, 3] }).unwrap();
        let problem = task.problem(0, Split::HeldOut, 0).unwrap();
        assert_eq!(problem.prompt.len(), "123+456=?\n".len());
    }
}
