//! Counting how often a letter occurs.
//!
//! Prompt `count a in bacab`. Worked solution: each letter of the word with the count so far (`b0`, `a1`, `c1`, `a2`, `b2`);
//! then `#### 2`. Difficulty: the length of the word.
//!
//! Source: the letter counting of reasoning-gym. Deviation: words are random letters instead of running text, so that
//! nothing but counting helps.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Count how often a letter occurs in a word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LetterCountingConfig {
    /// Fewest and most letters in the word, 1 to 200.
    pub length: [u32; 2],
    /// How many different letters there are to draw from, counted from `a`, 2 to 26.
    pub alphabet: u32,
}

impl Default for LetterCountingConfig {
    fn default() -> Self {
        Self { length: [4, 8], alphabet: 3 }
    }
}

const KIND: &str = "letter-counting";

/// The task.
#[derive(Clone, Debug)]
pub struct LetterCounting(LetterCountingConfig);

impl LetterCounting {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: LetterCountingConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "length", config.length, 1, 200)?;
        validate::range(KIND, "alphabet", [config.alphabet; 2], 2, 26)?;
        Ok(Self(config))
    }
}

impl Generator for LetterCounting {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.length;
        let length = stream.between(fewest.into(), most.into()) as u32;
        let alphabet = u64::from(self.0.alphabet);
        let mut letter = || char::from(b'a' + stream.below(alphabet) as u8);
        let wanted = letter();
        let word: String = (0..length).map(|_| letter()).collect();
        let mut count = 0;
        let steps = word
            .chars()
            .map(|letter| {
                count += u32::from(letter == wanted);
                format!("{letter}{count}")
            })
            .collect();
        Some(Problem::new(format!("count {wanted} in {word}\n"), count.to_string(), steps, length))
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
    fn the_answer_counts_the_letter() {
        let task = LetterCounting::new(LetterCountingConfig { length: [1, 12], alphabet: 2 }).unwrap();
        for index in 0..100 {
            let problem = task.problem(4, Split::Train, index).unwrap();
            let words: Vec<&str> = problem.prompt.split_whitespace().collect();
            assert_eq!(problem.answer, words[3].matches(words[1]).count().to_string());
            let spelled: String = problem.steps.iter().map(|step| &step[..1]).collect();
            assert_eq!(spelled, words[3]);
        }
    }
}
