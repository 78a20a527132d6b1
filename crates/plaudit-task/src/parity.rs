//! Whether a string of bits has an odd number of ones.
//!
//! Prompt `parity 0110`. The answer is 1 for an odd number of ones and 0 for an even one. Worked solution: each bit with the
//! parity so far (`00`, `11`, `10`, `00`); then `#### 0`. Difficulty: the number of bits.
//!
//! Source: a standard synthetic task; the format is our own. A guess is right half of the time.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Say whether a string of bits has an odd number of ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParityConfig {
    /// Fewest and most bits, 1 to 200.
    pub length: [u32; 2],
}

impl Default for ParityConfig {
    fn default() -> Self {
        Self { length: [4, 10] }
    }
}

const KIND: &str = "parity";

/// The task.
#[derive(Clone, Debug)]
pub struct Parity(ParityConfig);

impl Parity {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: ParityConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "length", config.length, 1, 200)?;
        Ok(Self(config))
    }
}

impl Generator for Parity {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.length;
        let length = stream.between(fewest.into(), most.into()) as u32;
        let bits: Vec<u64> = (0..length).map(|_| stream.below(2)).collect();
        let mut parity = 0;
        let steps = bits
            .iter()
            .map(|bit| {
                parity ^= bit;
                format!("{bit}{parity}")
            })
            .collect();
        let text: String = bits.iter().map(u64::to_string).collect();
        Some(Problem::new(format!("parity {text}\n"), parity.to_string(), steps, length))
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
    fn both_splits_have_both_parities() {
        let task = Parity::new(ParityConfig::default()).unwrap();
        for split in [Split::Train, Split::HeldOut] {
            let mut odd = 0;
            for index in 0..200 {
                let problem = task.problem(5, split, index).unwrap();
                let ones = problem.prompt.matches('1').count();
                assert_eq!(problem.answer, (ones % 2).to_string());
                odd += ones % 2;
            }
            // Prompts of a small space repeat, so this is wider than six standard deviations of a coin.
            assert!((50..150).contains(&odd), "{split}: {odd}");
        }
    }
}
