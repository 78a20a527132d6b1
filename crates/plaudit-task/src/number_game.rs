//! What countdown and the game of 24 share: numbers joined two at a time until one is left, and the check of an expression.

use crate::arithmetic::Node;
use crate::{Checked, Problem};
use plaudit_core::Verdict;
use plaudit_verify::expression::{Operator, evaluate};
use plaudit_verify::{Rational, answer};

/// Joins the numbers at two places of a pool; both leave it and the result goes to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// The place of the left operand.
    pub(crate) left: usize,
    /// How they are joined.
    pub(crate) operator: Operator,
    /// The place of the right operand.
    pub(crate) right: usize,
}

/// Takes the items at two different places out of a pool.
pub(crate) fn take_pair<T>(pool: &mut Vec<T>, left: usize, right: usize) -> (T, T) {
    // Removing the later one first leaves the earlier one's place as it is.
    if left < right {
        let second = pool.remove(right);
        (pool.remove(left), second)
    } else {
        let first = pool.remove(left);
        (first, pool.remove(right))
    }
}

/// The problem of reaching `target` from `numbers` with its solution `moves`. The prompt is `2 3 8=26`, each step one
/// operation with its result (`3*8=24`), the answer the whole expression.
///
/// # Panics
/// Where `moves` do not lead to one number, or divide by zero: a mistake of the calling task.
pub(crate) fn problem(numbers: &[i64], target: i64, moves: &[Move], difficulty: u32) -> Problem {
    let mut pool: Vec<(Node, Rational)> =
        numbers.iter().map(|number| (Node::integer(*number), Rational::from(*number))).collect();
    let mut steps = Vec::new();
    for Move { left, operator, right } in moves {
        let ((left, left_value), (right, right_value)) = take_pair(&mut pool, *left, *right);
        let value = operator.apply(&left_value, &right_value).expect("a solution does not divide by zero");
        let step = Node::join(Node::Number(left_value), *operator, Node::Number(right_value));
        steps.push(format!("{}={value}", step.print()));
        pool.push((Node::join(left, *operator, right), value));
    }
    let [(solution, value)] = &pool[..] else { panic!("a solution uses every number") };
    assert_eq!(*value, Rational::from(target), "a solution reaches the target");
    let question = format!("{}={target}", join(numbers));
    let mut problem = Problem::new(format!("{question}\n"), solution.print(), steps, difficulty);
    problem.spec = question;
    problem
}

fn join(numbers: &[i64]) -> String {
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

/// Any expression is right that uses exactly the given numbers, each as often as it is given, and equals the target
/// exactly. Unary minus is allowed: towards a positive target it reaches nothing that subtraction does not.
pub(crate) fn check(problem: &Problem, completion: &str) -> Checked {
    Checked::marked(completion, |text| {
        let Some((numbers, target)) = read(&problem.spec) else {
            return Verdict::Failed { cause: format!("the problem's spec {:?} is not a number game", problem.spec) };
        };
        match evaluate(text) {
            Ok(found) => answer::verdict(found.integers == numbers && found.value == Rational::from(target)),
            Err(error) => error.into(),
        }
    })
}

/// The numbers, ascending, and the target of a spec.
fn read(spec: &str) -> Option<(Vec<u64>, u64)> {
    let (numbers, target) = spec.split_once('=')?;
    let mut numbers: Vec<u64> = numbers.split(' ').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    numbers.sort_unstable();
    Some((numbers, target.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Part;

    fn eight_three_two() -> Problem {
        let moves = [
            Move { left: 2, operator: Operator::Multiply, right: 1 },
            Move { left: 1, operator: Operator::Add, right: 0 },
        ];
        problem(&[2, 3, 8], 26, &moves, 3)
    }

    #[test]
    fn the_solution_shows_each_operation() {
        let problem = eight_three_two();
        assert_eq!(problem.prompt, "2 3 8=26\n");
        assert_eq!(problem.solution(), "8*3=24\n24+2=26\n#### 8*3+2");
    }

    #[test]
    fn any_expression_of_exactly_the_numbers_counts() {
        let problem = eight_three_two();
        let verdict = |text: &str| check(&problem, &format!("#### {text}")).verdict;
        for text in ["8*3+2", "2 + 3 * 8", "(3*(8))+2", "2--3*8", "-(-2-3*8)"] {
            assert_eq!(verdict(text), Verdict::Correct, "{text}");
        }
        // Not the numbers, not all of them, one twice, another value, digits glued together.
        for text in ["26", "13*2", "8*3+1+1", "24+2", "8*3+2+2-2", "8+3*2", "28-2", "38-8-2*2", "8*3+2/1"] {
            assert_eq!(verdict(text), Verdict::Wrong, "{text}");
        }
        assert_eq!(verdict("8*3+2=26"), Verdict::Unparsed { part: Part::Answer });
    }

    #[test]
    fn a_broken_spec_is_a_failure_and_not_a_wrong_answer() {
        let problem = Problem { spec: "2 3 x=26".into(), ..eight_three_two() };
        assert!(matches!(check(&problem, "#### 8*3+2").verdict, Verdict::Failed { .. }));
    }
}
