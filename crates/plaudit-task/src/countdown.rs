//! Countdown: reach a target with all of the given numbers.
//!
//! Prompt `2 3 8=26`, the numbers ascending, so that one puzzle has one prompt. Worked solution: one operation per line with
//! its result (`8*3=24`, `24+2=26`); then the whole expression, `#### 8*3+2`. Any expression of + - * / and parentheses
//! is right that uses each number exactly once and equals the target exactly. Difficulty: how many numbers there are.
//!
//! Source: the Countdown task of TinyZero. Deviations: every puzzle has a solution, as it is made by playing random moves
//! whose results are positive integers; the value is exact instead of within 1e-5; `**`, `//` and decimals do not parse;
//! a wrong answer earns nothing for its format.

use crate::number_game::{self, Move};
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::expression::Operator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Reach a target from given numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CountdownConfig {
    /// Fewest and most given numbers, 2 to 6.
    pub numbers: [u32; 2],
    /// Smallest and largest given number, 1 to 1000.
    pub values: [i64; 2],
    /// Smallest and largest target, 1 to 1000000.
    pub target: [i64; 2],
}

impl Default for CountdownConfig {
    fn default() -> Self {
        Self { numbers: [3, 4], values: [1, 20], target: [1, 100] }
    }
}

const KIND: &str = "countdown";

/// The task.
#[derive(Clone, Debug)]
pub struct Countdown(CountdownConfig);

impl Countdown {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: CountdownConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "numbers", config.numbers, 2, 6)?;
        validate::range(KIND, "values", config.values, 1, 1000)?;
        validate::range(KIND, "target", config.target, 1, 1_000_000)?;
        Ok(Self(config))
    }
}

impl Generator for Countdown {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.numbers;
        let count = stream.between(fewest.into(), most.into()) as u32;
        let [low, high] = self.0.values;
        let mut numbers: Vec<i64> = (0..count).map(|_| stream.between(low, high)).collect();
        numbers.sort_unstable();
        let mut pool = numbers.clone();
        let mut moves = Vec::new();
        while pool.len() > 1 {
            let left = stream.below(pool.len() as u64) as usize;
            let right = stream.below(pool.len() as u64 - 1) as usize;
            let right = right + usize::from(right >= left);
            let operators = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide];
            let operator = *stream.pick(&operators);
            let (first, second) = number_game::take_pair(&mut pool, left, right);
            pool.push(play(first, operator, second)?);
            moves.push(Move { left, operator, right });
        }
        let target = pool[0];
        let [least, greatest] = self.0.target;
        (least..=greatest).contains(&target).then(|| number_game::problem(&numbers, target, &moves, count))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        number_game::check(problem, completion)
    }
}

/// The result of a move, where it is a positive integer and no multiplication or division by one.
fn play(left: i64, operator: Operator, right: i64) -> Option<i64> {
    match operator {
        Operator::Add => Some(left + right),
        Operator::Subtract => (left > right).then(|| left - right),
        // Six numbers up to 1000 stay below 10^18.
        Operator::Multiply => (left > 1 && right > 1).then(|| left * right),
        Operator::Divide => (right > 1 && left % right == 0).then(|| left / right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    #[test]
    fn puzzles_follow_the_configuration() {
        let config = CountdownConfig { numbers: [4, 6], values: [5, 60], target: [100, 999] };
        let task = Countdown::new(config).unwrap();
        for index in 0..50 {
            let problem = task.problem(6, Split::Train, index).unwrap();
            let (numbers, target) = problem.prompt.trim_end().split_once('=').unwrap();
            let numbers: Vec<i64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
            assert!(numbers.is_sorted() && numbers.iter().all(|number| (5..=60).contains(number)));
            assert!((100..=999).contains(&target.parse::<i64>().unwrap()));
            assert_eq!(numbers.len(), problem.difficulty as usize);
        }
    }

    #[test]
    fn moves_have_positive_integer_results() {
        assert_eq!(play(7, Operator::Subtract, 7), None);
        assert_eq!(play(7, Operator::Divide, 2), None);
        assert_eq!(play(7, Operator::Multiply, 1), None);
        assert_eq!(play(8, Operator::Divide, 2), Some(4));
    }
}
