//! The game of 24: make 24 with four numbers, each used once.
//!
//! Prompt `4 7 8 8=24`, the numbers ascending, so that one puzzle has one prompt. Worked solution: one operation per line
//! with its result (`8/8=1`, `7-1=6`, `4*6=24`); then the whole expression. Any expression of + - * / and parentheses is
//! right that uses each number exactly once and equals 24 exactly. Difficulty: the least of 1 (+ - * suffice), 2 (division
//! without remainder) and 3 (fractions) at which there is a solution; the worked solution stays at that level.
//!
//! Source: the game of 24 of "Tree of Thoughts" (arXiv 2305.10601). Deviations: puzzles are drawn and solved here instead
//! of read from a list, and difficulty is by the arithmetic needed instead of by human solving times.

use crate::number_game::{self, Move};
use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use plaudit_verify::expression::Operator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Make 24 from four numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GameOf24Config {
    /// Smallest and largest given number, 1 to 99.
    pub values: [i64; 2],
    /// Easiest and hardest puzzles: 1 needs no division, 2 needs a division that leaves no rest, 3 needs fractions.
    pub levels: [u32; 2],
}

impl Default for GameOf24Config {
    fn default() -> Self {
        Self { values: [1, 10], levels: [1, 3] }
    }
}

const KIND: &str = "game-of-24";
const TARGET: i64 = 24;

/// The task.
#[derive(Clone, Debug)]
pub struct GameOf24(GameOf24Config);

impl GameOf24 {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: GameOf24Config) -> Result<Self, TaskError> {
        validate::range(KIND, "values", config.values, 1, 99)?;
        validate::range(KIND, "levels", config.levels, 1, 3)?;
        Ok(Self(config))
    }
}

impl Generator for GameOf24 {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [low, high] = self.0.values;
        let mut numbers = [0; 4].map(|_| stream.between(low, high));
        numbers.sort_unstable();
        let [easiest, hardest] = self.0.levels;
        let (level, moves) = (1..=hardest).find_map(|level| Some((level, solve(&numbers, level)?)))?;
        (level >= easiest).then(|| number_game::problem(&numbers, TARGET, &moves, level))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        number_game::check(problem, completion)
    }
}

/// A non-negative fraction. Four numbers up to 99 keep both parts below 10^8, so products of two fit easily.
type Fraction = (i64, i64);

/// The first way to 24 in a fixed order, with the operations of `level`.
fn solve(numbers: &[i64; 4], level: u32) -> Option<Vec<Move>> {
    let pool: Vec<Fraction> = numbers.iter().map(|number| (*number, 1)).collect();
    let mut moves = Vec::new();
    search(&pool, level, &mut moves).then_some(moves)
}

/// Tries every pair with every operation. Only larger minus smaller is tried: a solution through negative numbers has a
/// twin without them, made by swapping the operands of subtractions.
fn search(pool: &[Fraction], level: u32, moves: &mut Vec<Move>) -> bool {
    if let [(numerator, denominator)] = pool {
        return *numerator == TARGET * denominator;
    }
    for right in 1..pool.len() {
        for left in 0..right {
            let larger_first = is_larger(pool[left], pool[right]);
            let (large, small) = if larger_first { (left, right) } else { (right, left) };
            for (left, operator, right) in [
                (large, Operator::Add, small),
                (large, Operator::Subtract, small),
                (large, Operator::Multiply, small),
                (large, Operator::Divide, small),
                (small, Operator::Divide, large),
            ] {
                let Some(result) = apply(pool[left], operator, pool[right], level) else { continue };
                let mut next = pool.to_vec();
                number_game::take_pair(&mut next, left, right);
                next.push(result);
                moves.push(Move { left, operator, right });
                if search(&next, level, moves) {
                    return true;
                }
                moves.pop();
            }
        }
    }
    false
}

fn is_larger(a: Fraction, b: Fraction) -> bool {
    a.0 * b.1 > b.0 * a.1
}

fn apply(a: Fraction, operator: Operator, b: Fraction, level: u32) -> Option<Fraction> {
    match operator {
        Operator::Add => Some((a.0 * b.1 + b.0 * a.1, a.1 * b.1)),
        Operator::Subtract => Some((a.0 * b.1 - b.0 * a.1, a.1 * b.1)),
        Operator::Multiply => Some((a.0 * b.0, a.1 * b.1)),
        Operator::Divide if b.0 == 0 || level == 1 => None,
        // Up to level 2 all values are integers with denominator 1.
        Operator::Divide if level == 2 => (a.0 % b.0 == 0).then(|| (a.0 / b.0, 1)),
        Operator::Divide => Some((a.0 * b.1, a.1 * b.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Split;
    use crate::Task;
    use plaudit_core::Verdict;

    #[test]
    fn of_the_1820_hands_of_cards_1362_have_a_solution() {
        let mut solved = [0; 3];
        let mut hands = 0;
        for a in 1..=13 {
            for b in a..=13 {
                for c in b..=13 {
                    for d in c..=13 {
                        hands += 1;
                        if let Some(level) = (1..=3).find(|level| solve(&[a, b, c, d], *level).is_some()) {
                            solved[level as usize - 1] += 1;
                        }
                    }
                }
            }
        }
        assert_eq!((hands, solved.iter().sum::<i32>()), (1820, 1362));
        assert!(solved.iter().all(|count| *count > 0), "{solved:?}");
    }

    #[test]
    fn the_classic_that_needs_fractions() {
        assert_eq!(solve(&[3, 3, 8, 8], 2), None);
        let moves = solve(&[3, 3, 8, 8], 3).unwrap();
        let problem = number_game::problem(&[3, 3, 8, 8], TARGET, &moves, 3);
        assert_eq!(problem.solution(), "8/3=8/3\n3-(8/3)=1/3\n8/(1/3)=24\n#### 8/(3-8/3)");
    }

    #[test]
    fn levels_choose_the_puzzles() {
        for level in 1..=3 {
            let task = GameOf24::new(GameOf24Config { values: [1, 9], levels: [level, level] }).unwrap();
            let problem = task.problem(7, Split::Train, 0).unwrap();
            assert_eq!(problem.difficulty, level);
            assert_eq!(problem.solution().contains('/'), level > 1, "{}", problem.solution());
        }
    }

    #[test]
    fn peers_defects_do_not_pay() {
        let task = GameOf24::new(GameOf24Config::default()).unwrap();
        let moves = solve(&[3, 4, 8, 9], 3).unwrap();
        let problem = number_game::problem(&[3, 4, 8, 9], TARGET, &moves, 1);
        // Other numbers than the given ones, and 24.5 cut to 24.
        for text in ["6*4*1*1", "9*5/2+2", "24", "3*8"] {
            assert_eq!(Task::check(&task, &problem, &format!("#### {text}")).verdict, Verdict::Wrong, "{text}");
        }
    }
}
