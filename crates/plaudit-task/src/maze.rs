//! A shortest path through a small grid.
//!
//! The prompt is the grid, one line per row: `S` start, `G` goal, `#` wall, `.` free. The answer is the moves, `R`ight,
//! `D`own, `L`eft, `U`p, as in `RRD`; every shortest path is right. Worked solution: one move per line with the row and column
//! it leads to, counted from 1 (`R 1,2`); then `#### RRD`. Start and goal are at least two moves apart.
//! Difficulty: the length of a shortest path.
//!
//! Source: the mazes of reasoning-gym, which ask for the length only. Deviation: the path is asked for, as a length can be
//! guessed and says nothing about which step went wrong.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Find a shortest path through a small grid with walls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MazeConfig {
    /// Fewest and most rows and columns (the grid is square), 2 to 12.
    pub size: [u32; 2],
    /// The probability that a cell is a wall, 0 to 0.6.
    pub walls: f64,
}

impl Default for MazeConfig {
    fn default() -> Self {
        Self { size: [3, 4], walls: 0.25 }
    }
}

const KIND: &str = "maze";

/// The moves in the order in which worked solutions prefer them: letter, rows down, columns right.
const MOVES: [(char, isize, isize); 4] = [('R', 0, 1), ('D', 1, 0), ('L', 0, -1), ('U', -1, 0)];

/// The task.
#[derive(Clone, Debug)]
pub struct Maze(MazeConfig);

impl Maze {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: MazeConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "size", config.size, 2, 12)?;
        validate::range(KIND, "walls", [config.walls; 2], 0.0, 0.6)?;
        Ok(Self(config))
    }
}

impl Generator for Maze {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [smallest, largest] = self.0.size;
        let size = stream.between(smallest.into(), largest.into()) as usize;
        let mut cells: Vec<u8> =
            (0..size * size).map(|_| if stream.chance(self.0.walls) { b'#' } else { b'.' }).collect();
        let start = stream.below((size * size) as u64) as usize;
        let goal = stream.below((size * size) as u64) as usize;
        if start == goal {
            return None;
        }
        cells[start] = b'S';
        cells[goal] = b'G';
        let grid = Grid { cells, size };
        let distance = grid.distances(goal);
        let length = distance[start].filter(|length| *length >= 2)?;

        let (mut at, mut path, mut steps) = (start, String::new(), Vec::new());
        for left in (0..length).rev() {
            let (letter, next) = MOVES
                .iter()
                .find_map(|(letter, down, right)| {
                    let next = grid.step(at, *down, *right)?;
                    (distance[next] == Some(left)).then_some((*letter, next))
                })
                .expect("a cell at distance d > 0 has a neighbour at distance d - 1");
            steps.push(format!("{letter} {},{}", next / size + 1, next % size + 1));
            path.push(letter);
            at = next;
        }
        Some(Problem::new(grid.print(), path, steps, length))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::marked(completion, |text| {
            let Some((grid, start, goal)) = Grid::read(&problem.prompt) else {
                return Verdict::Failed { cause: "the problem's prompt is not a maze".to_owned() };
            };
            if !text.chars().all(|letter| MOVES.iter().any(|(known, ..)| *known == letter)) {
                return Verdict::Unparsed { part: Part::Answer };
            }
            if text.len() != problem.answer.len() {
                return Verdict::Wrong;
            }
            let end = text.chars().try_fold(start, |at, letter| {
                let (_, down, right) = MOVES.iter().find(|(known, ..)| *known == letter)?;
                grid.step(at, *down, *right)
            });
            answer::verdict(end == Some(goal))
        })
    }
}

struct Grid {
    /// Row by row.
    cells: Vec<u8>,
    size: usize,
}

impl Grid {
    fn read(text: &str) -> Option<(Self, usize, usize)> {
        let cells: Vec<u8> = text.bytes().filter(|byte| *byte != b'\n').collect();
        let size = text.lines().count();
        let find = |wanted: u8| cells.iter().position(|cell| *cell == wanted);
        let (start, goal) = (find(b'S')?, find(b'G')?);
        (cells.len() == size * size).then_some((Self { cells, size }, start, goal))
    }

    fn print(&self) -> String {
        let mut text = String::new();
        for row in self.cells.chunks(self.size) {
            text.extend(row.iter().map(|cell| char::from(*cell)));
            text.push('\n');
        }
        text
    }

    /// The cell one move away, unless that leaves the grid or hits a wall.
    fn step(&self, at: usize, down: isize, right: isize) -> Option<usize> {
        let row = (at / self.size).checked_add_signed(down).filter(|row| *row < self.size)?;
        let column = (at % self.size).checked_add_signed(right).filter(|column| *column < self.size)?;
        Some(row * self.size + column).filter(|next| self.cells[*next] != b'#')
    }

    /// Moves from each cell to `goal`, breadth first; `None` where there is no way.
    fn distances(&self, goal: usize) -> Vec<Option<u32>> {
        let mut distances = vec![None; self.cells.len()];
        distances[goal] = Some(0);
        let mut queue = VecDeque::from([(goal, 0)]);
        while let Some((at, distance)) = queue.pop_front() {
            for (_, down, right) in MOVES {
                if let Some(next) = self.step(at, down, right).filter(|next| distances[*next].is_none()) {
                    distances[next] = Some(distance + 1);
                    queue.push_back((next, distance + 1));
                }
            }
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    fn maze() -> (Maze, Problem) {
        let prompt = "S..\n.#.\n..G\n";
        (Maze::new(MazeConfig::default()).unwrap(), Problem::new(prompt.into(), "RRDD".into(), vec![], 4))
    }

    #[test]
    fn every_shortest_path_is_right_and_nothing_else() {
        let (task, problem) = maze();
        let check = |text: &str| Task::check(&task, &problem, &format!("#### {text}")).verdict;
        assert_eq!(check("RRDD"), Verdict::Correct);
        assert_eq!(check("DDRR"), Verdict::Correct);
        // Through the wall, out of the grid, a detour, too short, somewhere else.
        for text in ["RDRD", "ULRRDD", "RLRRDD", "RR", "DDRU", "LLLL"] {
            assert_eq!(check(text), Verdict::Wrong, "{text}");
        }
        for text in ["rrdd", "4", "R R D D", "RRDD!"] {
            assert_eq!(check(text), Verdict::Unparsed { part: Part::Answer }, "{text}");
        }
    }

    #[test]
    fn a_prompt_that_is_no_maze_is_a_failure() {
        let (task, problem) = maze();
        for prompt in ["", "S..\n", "S.\n.G.\n", "...\n...\n...\n"] {
            let problem = Problem { prompt: prompt.into(), ..problem.clone() };
            assert!(matches!(Task::check(&task, &problem, "#### RRDD").verdict, Verdict::Failed { .. }), "{prompt:?}");
        }
    }

    #[test]
    fn the_oracle_s_path_is_as_short_as_an_exhaustive_search_says() {
        let task = Maze::new(MazeConfig { size: [3, 5], walls: 0.4 }).unwrap();
        for index in 0..100 {
            let problem = task.problem(8, Split::Train, index).unwrap();
            let (grid, start, goal) = Grid::read(&problem.prompt).unwrap();
            // Every cell reachable in exactly n moves, for growing n.
            let mut reached = vec![start];
            let mut moves = 0;
            while !reached.contains(&goal) {
                let next = |at: &usize| MOVES.map(|(_, down, right)| grid.step(*at, down, right));
                reached = reached.iter().flat_map(next).flatten().collect();
                reached.sort_unstable();
                reached.dedup();
                moves += 1;
            }
            assert_eq!((moves, problem.answer.len()), (problem.difficulty, moves as usize), "{}", problem.prompt);
        }
    }
}
