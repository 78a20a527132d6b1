//! Arithmetic modulo a small number.
//!
//! Prompt `(7+8*5)%9=?`. Worked solution: the expression after each operation, and after each number that leaves 0..m is
//! brought back (`(7+40)%9`, `(7+4)%9`, `11%9`, `2`); then `#### 2`. The answer is the residue in 0..m, also of negative
//! values (-3 modulo 9 is 6). Difficulty: the number of operations.
//!
//! Source: a standard synthetic task; the format is our own.

use crate::arithmetic::Node;
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::Rational;
use plaudit_verify::expression::Operator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Arithmetic modulo a small number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModularArithmeticConfig {
    /// Fewest and most operations in an expression, 1 to 20.
    pub operations: [u32; 2],
    /// Smallest and largest operand, 0 to 1000.
    pub values: [i64; 2],
    /// Smallest and largest modulus, 2 to 1000.
    pub modulus: [i64; 2],
}

impl Default for ModularArithmeticConfig {
    fn default() -> Self {
        Self { operations: [1, 2], values: [0, 9], modulus: [2, 9] }
    }
}

const KIND: &str = "modular-arithmetic";

/// The task.
#[derive(Clone, Debug)]
pub struct ModularArithmetic(ModularArithmeticConfig);

impl ModularArithmetic {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: ModularArithmeticConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "operations", config.operations, 1, 20)?;
        validate::range(KIND, "values", config.values, 0, 1000)?;
        validate::range(KIND, "modulus", config.modulus, 2, 1000)?;
        Ok(Self(config))
    }
}

impl Generator for ModularArithmetic {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [least, greatest] = self.0.modulus;
        let modulus = Rational::from(stream.between(least, greatest));
        let [fewest, most] = self.0.operations;
        let operations = stream.between(fewest.into(), most.into()) as u32;
        let [low, high] = self.0.values;
        let operators = [Operator::Add, Operator::Subtract, Operator::Multiply];
        let mut node =
            Node::random(stream, operations, &operators, &mut |stream| Node::integer(stream.between(low, high)));
        let mut lines = vec![line(&node, &modulus)];
        while node.value().is_none_or(|value| *value != residue(value, &modulus)) {
            // One thing a line: bring the first number outside the range back, else do the next operation.
            if !wrap_first(&mut node, &modulus) {
                node.reduce();
            }
            lines.push(line(&node, &modulus));
        }
        let prompt = format!("{}=?\n", lines.remove(0));
        Some(Problem::new(prompt, node.print(), lines, operations))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::number(problem, completion)
    }
}

/// The value modulo `modulus`, in 0..modulus.
fn residue(value: &Rational, modulus: &Rational) -> Rational {
    value - modulus * Rational::from((value / modulus).floor())
}

/// Replaces the leftmost number outside 0..modulus by its residue; false where there is none.
fn wrap_first(node: &mut Node, modulus: &Rational) -> bool {
    match node {
        Node::Number(value) => {
            let wrapped = residue(value, modulus);
            let changed = wrapped != *value;
            *value = wrapped;
            changed
        }
        Node::Power(..) => false,
        Node::Operation(left, _, right) => wrap_first(left, modulus) || wrap_first(right, modulus),
    }
}

/// `(expression)%m`, `number%m`, or the number alone once it is a residue.
fn line(node: &Node, modulus: &Rational) -> String {
    match node.value() {
        None => format!("({})%{modulus}", node.print()),
        Some(value) if *value == residue(value, modulus) => value.to_string(),
        Some(value) => format!("{value}%{modulus}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};
    use plaudit_verify::expression::evaluate;

    #[test]
    fn residues_are_never_negative() {
        let number = |value: i64| Rational::from(value);
        assert_eq!(residue(&number(-3), &number(9)), number(6));
        assert_eq!(residue(&number(-9), &number(9)), number(0));
        assert_eq!(residue(&number(40), &number(9)), number(4));
    }

    #[test]
    fn every_line_keeps_the_residue() {
        let config = ModularArithmeticConfig { operations: [1, 5], values: [0, 30], modulus: [2, 20] };
        let task = ModularArithmetic::new(config).unwrap();
        for index in 0..200 {
            let problem = task.problem(2, Split::Train, index).unwrap();
            let (_, modulus) = problem.prompt.trim_end_matches("=?\n").split_once('%').unwrap();
            let modulus = evaluate(modulus).unwrap().value;
            for line in problem.steps.iter().map(String::as_str).chain([problem.prompt.trim_end_matches("=?\n")]) {
                let expression = line.split('%').next().unwrap();
                let value = evaluate(expression).unwrap().value;
                assert_eq!(residue(&value, &modulus).to_string(), problem.answer, "{line}");
            }
            assert_eq!(problem.steps.last(), Some(&problem.answer));
        }
    }
}
