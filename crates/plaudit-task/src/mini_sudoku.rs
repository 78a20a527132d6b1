//! A 4x4 sudoku with exactly one solution.
//!
//! The prompt is the grid, one line per row, `.` for an empty cell; rows, columns and the four 2x2 boxes hold 1 to 4 once
//! each. Worked solution: one filled cell per line, row and column and digit (`23=4` is row 2, column 3), in an order in which
//! each digit follows from the ones before; then the rows, `#### 1234 3412 2143 4321`. Difficulty: how many cells are empty.
//!
//! Source: the mini sudokus of reasoning-gym. Deviation: only puzzles that yield to singles (a cell with one possible digit, or
//! a digit with one possible cell in a row, column or box), which implies one solution and gives steps without guessing.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Complete a 4x4 sudoku with exactly one solution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MiniSudokuConfig {
    /// Fewest and most empty cells, 1 to 10.
    pub empty: [u32; 2],
}

impl Default for MiniSudokuConfig {
    fn default() -> Self {
        Self { empty: [3, 6] }
    }
}

const KIND: &str = "mini-sudoku";

/// 16 cells row by row; 0 is empty.
type Grid = [u8; 16];

/// The task.
#[derive(Clone, Debug)]
pub struct MiniSudoku(MiniSudokuConfig);

impl MiniSudoku {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: MiniSudokuConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "empty", config.empty, 1, 10)?;
        Ok(Self(config))
    }
}

impl Generator for MiniSudoku {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.empty;
        let empty = stream.between(fewest.into(), most.into()) as u32;
        let mut solution = [0; 16];
        fill(&mut solution, stream);
        let mut order: Vec<usize> = (0..16).collect();
        stream.shuffle(&mut order);
        let mut puzzle = solution;
        let mut removed = 0;
        for cell in order {
            let mut harder = puzzle;
            harder[cell] = 0;
            if removed < empty && solve_by_singles(&harder).is_some() {
                puzzle = harder;
                removed += 1;
            }
        }
        let steps = solve_by_singles(&puzzle).filter(|_| removed == empty)?;
        let steps = steps.iter().map(|(cell, digit)| format!("{}{}={digit}", cell / 4 + 1, cell % 4 + 1)).collect();
        let prompt = format!("{}\n", print(&puzzle, '\n'));
        Some(Problem::new(prompt, print(&solution, ' '), steps, empty))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::marked(completion, |text| {
            let digits: String = text.split_whitespace().collect();
            if digits.len() != 16 || !digits.bytes().all(|digit| (b'1'..=b'4').contains(&digit)) {
                return Verdict::Unparsed { part: Part::Answer };
            }
            // There is one solution, so equality is the whole check.
            answer::verdict(problem.answer.split(' ').collect::<String>() == digits)
        })
    }
}

/// The rows, with `separator` between them.
fn print(grid: &Grid, separator: char) -> String {
    let mut text = String::new();
    for (cell, digit) in grid.iter().enumerate() {
        if cell > 0 && cell % 4 == 0 {
            text.push(separator);
        }
        text.push(if *digit == 0 { '.' } else { char::from(b'0' + digit) });
    }
    text
}

/// Whether two cells share a row, a column or a box.
fn sees(a: usize, b: usize) -> bool {
    let square = |cell: usize| (cell / 8, cell % 4 / 2);
    a / 4 == b / 4 || a % 4 == b % 4 || square(a) == square(b)
}

/// Whether `digit` can stand in an empty cell as far as the filled cells say.
fn fits(grid: &Grid, cell: usize, digit: u8) -> bool {
    grid[cell] == 0 && (0..16).all(|other| grid[other] != digit || !sees(cell, other))
}

/// Fills a grid at random, cell by cell, going back where nothing fits.
fn fill(grid: &mut Grid, stream: &mut Stream) -> bool {
    let Some(cell) = grid.iter().position(|digit| *digit == 0) else {
        return true;
    };
    let mut digits = [1, 2, 3, 4];
    stream.shuffle(&mut digits);
    for digit in digits {
        if fits(grid, cell, digit) {
            grid[cell] = digit;
            if fill(grid, stream) {
                return true;
            }
            grid[cell] = 0;
        }
    }
    false
}

/// The cells to fill with their digits in an order in which each follows from what is there: the first cell that takes only
/// one digit, else the first cell that is the only place for a digit in its row, column or box. `None` where neither exists.
fn solve_by_singles(puzzle: &Grid) -> Option<Vec<(usize, u8)>> {
    let mut grid = *puzzle;
    let mut found = Vec::new();
    while grid.contains(&0) {
        let (cell, digit) = naked_single(&grid).or_else(|| hidden_single(&grid))?;
        grid[cell] = digit;
        found.push((cell, digit));
    }
    Some(found)
}

fn naked_single(grid: &Grid) -> Option<(usize, u8)> {
    (0..16).find_map(|cell| {
        let mut candidates = (1..=4).filter(|digit| fits(grid, cell, *digit));
        let first = candidates.next()?;
        candidates.next().is_none().then_some((cell, first))
    })
}

fn hidden_single(grid: &Grid) -> Option<(usize, u8)> {
    let row = |cell: usize| cell / 4;
    let column = |cell: usize| cell % 4;
    let square = |cell: usize| cell / 8 * 2 + cell % 4 / 2;
    let is_only = |cell: usize, digit: u8, unit: &dyn Fn(usize) -> usize| {
        (0..16).all(|other| other == cell || unit(other) != unit(cell) || !fits(grid, other, digit))
    };
    (0..16).find_map(|cell| {
        (1..=4)
            .filter(|digit| fits(grid, cell, *digit))
            .find(|digit| {
                is_only(cell, *digit, &row) || is_only(cell, *digit, &column) || is_only(cell, *digit, &square)
            })
            .map(|digit| (cell, digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    fn read(text: &str) -> Grid {
        let digits: Vec<u8> = text
            .chars()
            .filter_map(|cell| if cell == '.' { Some(0) } else { cell.to_digit(10).map(|d| d as u8) })
            .collect();
        digits.try_into().unwrap()
    }

    fn count_solutions(grid: &mut Grid) -> u32 {
        let Some(cell) = grid.iter().position(|digit| *digit == 0) else { return 1 };
        let mut count = 0;
        for digit in 1..=4 {
            if fits(grid, cell, digit) {
                grid[cell] = digit;
                count += count_solutions(grid);
                grid[cell] = 0;
            }
        }
        count
    }

    #[test]
    fn a_puzzle_has_one_solution_and_the_steps_reach_it() {
        assert_eq!(count_solutions(&mut [0; 16]), 288, "the number of 4x4 sudoku grids");
        let task = MiniSudoku::new(MiniSudokuConfig { empty: [1, 10] }).unwrap();
        for index in 0..100 {
            let problem = task.problem(9, Split::Train, index).unwrap();
            let mut grid = read(&problem.prompt);
            assert_eq!(count_solutions(&mut grid), 1, "{}", problem.prompt);
            for step in &problem.steps {
                let numbers = step.replace('=', "").parse::<usize>().unwrap();
                let (row, column, digit) = (numbers / 100, numbers / 10 % 10, numbers % 10);
                let cell = (row - 1) * 4 + column - 1;
                assert!(fits(&grid, cell, digit as u8), "{step}");
                grid[cell] = digit as u8;
            }
            assert_eq!(print(&grid, ' '), problem.answer);
            assert_eq!(problem.steps.len(), problem.difficulty as usize);
        }
    }

    #[test]
    fn an_answer_is_sixteen_digits() {
        let task = MiniSudoku::new(MiniSudokuConfig::default()).unwrap();
        let problem = Problem::new("12.4\n3412\n2143\n4321\n".into(), "1234 3412 2143 4321".into(), vec![], 1);
        let check = |text: &str| Task::check(&task, &problem, &format!("#### {text}")).verdict;
        assert_eq!(check("1234341221434321"), Verdict::Correct);
        assert_eq!(check("1234 3412 2143 4312"), Verdict::Wrong);
        for text in ["1234", "12.4 3412 2143 4321", "1234 3412 2143 4325", "1234 3412 2143 4321 1"] {
            assert_eq!(check(text), Verdict::Unparsed { part: Part::Answer }, "{text}");
        }
    }
}
