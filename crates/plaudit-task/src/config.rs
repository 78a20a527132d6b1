//! The registry of tasks: what a recipe's `[task]` table may say.

use crate::base_conversion::{BaseConversion, BaseConversionConfig};
use crate::chain_sum::{ChainSum, ChainSumConfig};
use crate::countdown::{Countdown, CountdownConfig};
use crate::dataset::{Dataset, DatasetConfig};
use crate::game_of_24::{GameOf24, GameOf24Config};
use crate::knights_and_knaves::{KnightsAndKnaves, KnightsAndKnavesConfig};
use crate::letter_counting::{LetterCounting, LetterCountingConfig};
use crate::maze::{Maze, MazeConfig};
use crate::mini_sudoku::{MiniSudoku, MiniSudokuConfig};
use crate::modular_arithmetic::{ModularArithmetic, ModularArithmeticConfig};
use crate::multiple_choice::{MultipleChoice, MultipleChoiceConfig};
use crate::number_sorting::{NumberSorting, NumberSortingConfig};
use crate::parity::{Parity, ParityConfig};
use crate::random_calculation::{RandomCalculation, RandomCalculationConfig};
use crate::{Task, TaskError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A task and its settings, chosen by `kind`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TaskConfig {
    /// Arithmetic expressions of a chosen number of operations: `7+3*12=?`.
    RandomCalculation(RandomCalculationConfig),
    /// Reach a target with all of the given numbers: `3 8 2=26`.
    Countdown(CountdownConfig),
    /// Make 24 with four numbers, each used once: `4 7 8 8=24`.
    #[serde(rename = "game-of-24")]
    GameOf24(GameOf24Config),
    /// Additions and subtractions in a row: `12+7-30=?`.
    ChainSum(ChainSumConfig),
    /// Arithmetic modulo a small number: `(7+8*5)%9=?`.
    ModularArithmetic(ModularArithmeticConfig),
    /// Write a number in another base: `1101 base 2 to 7`.
    BaseConversion(BaseConversionConfig),
    /// Sort integers: `sort 5 3 9`.
    NumberSorting(NumberSortingConfig),
    /// Count a letter in a word: `count a in bacab`.
    LetterCounting(LetterCountingConfig),
    /// Whether a bit string has an odd number of ones: `parity 0110`.
    Parity(ParityConfig),
    /// A shortest path from S to G in a small grid with walls.
    Maze(MazeConfig),
    /// A 4x4 sudoku with one solution.
    MiniSudoku(MiniSudokuConfig),
    /// Who tells the truth and who lies, from what each says.
    KnightsAndKnaves(KnightsAndKnavesConfig),
    /// Arithmetic questions answered by the letter of an option.
    MultipleChoice(MultipleChoiceConfig),
    /// Prompts and answers from your own JSONL or Parquet file.
    Dataset(DatasetConfig),
}

impl Default for TaskConfig {
    fn default() -> Self {
        Self::RandomCalculation(RandomCalculationConfig::default())
    }
}

impl TaskConfig {
    /// One of each kind with its defaults, in the order of documentation. A dataset's `path` is empty and must be set.
    pub fn all() -> Vec<Self> {
        vec![
            Self::RandomCalculation(RandomCalculationConfig::default()),
            Self::Countdown(CountdownConfig::default()),
            Self::GameOf24(GameOf24Config::default()),
            Self::ChainSum(ChainSumConfig::default()),
            Self::ModularArithmetic(ModularArithmeticConfig::default()),
            Self::BaseConversion(BaseConversionConfig::default()),
            Self::NumberSorting(NumberSortingConfig::default()),
            Self::LetterCounting(LetterCountingConfig::default()),
            Self::Parity(ParityConfig::default()),
            Self::Maze(MazeConfig::default()),
            Self::MiniSudoku(MiniSudokuConfig::default()),
            Self::KnightsAndKnaves(KnightsAndKnavesConfig::default()),
            Self::MultipleChoice(MultipleChoiceConfig::default()),
            Self::Dataset(DatasetConfig::default()),
        ]
    }

    /// The kind's name, as in a recipe.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RandomCalculation(_) => "random-calculation",
            Self::Countdown(_) => "countdown",
            Self::GameOf24(_) => "game-of-24",
            Self::ChainSum(_) => "chain-sum",
            Self::ModularArithmetic(_) => "modular-arithmetic",
            Self::BaseConversion(_) => "base-conversion",
            Self::NumberSorting(_) => "number-sorting",
            Self::LetterCounting(_) => "letter-counting",
            Self::Parity(_) => "parity",
            Self::Maze(_) => "maze",
            Self::MiniSudoku(_) => "mini-sudoku",
            Self::KnightsAndKnaves(_) => "knights-and-knaves",
            Self::MultipleChoice(_) => "multiple-choice",
            Self::Dataset(_) => "dataset",
        }
    }

    /// The task, after checking every setting (and reading the file, of a dataset).
    ///
    /// ```
    /// use plaudit_task::{Split, TaskConfig};
    /// let task = TaskConfig::default().build()?;
    /// let problem = task.problem(0, Split::Train, 0)?;
    /// assert!(task.check(&problem, &problem.solution()).verdict.is_correct());
    /// # Ok::<(), plaudit_task::TaskError>(())
    /// ```
    ///
    /// # Errors
    /// [`TaskError::Config`] names a bad field; a dataset's errors name its file.
    pub fn build(&self) -> Result<Box<dyn Task>, TaskError> {
        match self {
            Self::RandomCalculation(config) => Ok(Box::new(RandomCalculation::new(config.clone())?)),
            Self::Countdown(config) => Ok(Box::new(Countdown::new(config.clone())?)),
            Self::GameOf24(config) => Ok(Box::new(GameOf24::new(config.clone())?)),
            Self::ChainSum(config) => Ok(Box::new(ChainSum::new(config.clone())?)),
            Self::ModularArithmetic(config) => Ok(Box::new(ModularArithmetic::new(config.clone())?)),
            Self::BaseConversion(config) => Ok(Box::new(BaseConversion::new(config.clone())?)),
            Self::NumberSorting(config) => Ok(Box::new(NumberSorting::new(config.clone())?)),
            Self::LetterCounting(config) => Ok(Box::new(LetterCounting::new(config.clone())?)),
            Self::Parity(config) => Ok(Box::new(Parity::new(config.clone())?)),
            Self::Maze(config) => Ok(Box::new(Maze::new(config.clone())?)),
            Self::MiniSudoku(config) => Ok(Box::new(MiniSudoku::new(config.clone())?)),
            Self::KnightsAndKnaves(config) => Ok(Box::new(KnightsAndKnaves::new(config.clone())?)),
            Self::MultipleChoice(config) => Ok(Box::new(MultipleChoice::new(config.clone())?)),
            Self::Dataset(config) => Ok(Box::new(Dataset::new(config.clone())?)),
        }
    }
}
