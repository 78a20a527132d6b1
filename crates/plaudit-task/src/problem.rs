//! One problem, and which split it belongs to.

use crate::TaskError;
use plaudit_core::{Stream, stable_hash};
use plaudit_verify::Extraction;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A problem with its oracle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What the policy reads. Of a synthetic task: ASCII, ending in a newline.
    pub prompt: String,
    /// The oracle's answer in canonical form; other forms and other solutions may be right too.
    pub answer: String,
    /// The worked solution, one line per step, without the line that states the answer.
    pub steps: Vec<String>,
    /// The line that states the answer the way the task looks for it, such as `#### 43`.
    pub conclusion: String,
    /// How hard the problem is, in the unit its task documents (operations, digits, moves, ...).
    pub difficulty: u32,
    /// What the task needs to check an answer beyond `answer`, in a compact form that only the task writes and reads.
    pub spec: String,
}

impl Problem {
    /// A problem whose answer is stated after `####` and checked against `answer` alone.
    pub fn new(prompt: String, answer: String, steps: Vec<String>, difficulty: u32) -> Self {
        let conclusion = Extraction::Marker.frame(&answer);
        Self { prompt, answer, steps, conclusion, difficulty, spec: String::new() }
    }

    /// The text a warm start learns: the steps and the conclusion, one per line, without a final newline.
    pub fn solution(&self) -> String {
        let lines: Vec<&str> = self.steps.iter().chain([&self.conclusion]).map(String::as_str).collect();
        lines.join("\n")
    }
}

impl Problem {
    /// The problem with a solution that is wrong: one digit of the conclusion is another, and one of a step, where there are any.
    ///
    /// # Errors
    /// [`TaskError::NoDigit`] where the conclusion has no digit to change.
    pub fn corrupted(&self, stream: &mut Stream) -> Result<Self, TaskError> {
        let mut wrong = self.clone();
        let no_digit = || TaskError::NoDigit { conclusion: self.conclusion.clone() };
        wrong.conclusion = change_digit(&self.conclusion, stream).ok_or_else(no_digit)?;
        if !wrong.steps.is_empty() {
            let step = stream.below(wrong.steps.len() as u64) as usize;
            if let Some(changed) = change_digit(&wrong.steps[step], stream) {
                wrong.steps[step] = changed;
            }
        }
        Ok(wrong)
    }
}

/// The text with one of its ASCII digits replaced by another; nothing where it has none.
fn change_digit(text: &str, stream: &mut Stream) -> Option<String> {
    let places: Vec<usize> =
        text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at).collect();
    if places.is_empty() {
        return None;
    }
    let at = *stream.pick(&places);
    let digit = u64::from(text.as_bytes()[at] - b'0');
    let other = (digit + 1 + stream.below(9)) % 10;
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

/// Which problems may be trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Problems to learn from: 7 prompts in 8.
    Train,
    /// Problems to measure with: 1 prompt in 8, never trained on under any seed.
    HeldOut,
}

impl Split {
    /// The split of a prompt: a property of its text alone, so that no seed, range or epoch can move it.
    ///
    /// The low bits of the hash are no more than a sum over the characters' low bits (one is the parity of a bit string),
    /// so they are mixed before use.
    pub fn of(prompt: &str) -> Self {
        if mix(stable_hash(prompt.as_bytes())).is_multiple_of(8) { Self::HeldOut } else { Self::Train }
    }

    /// The purpose that keys this split's random streams.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Self::Train => "task/train",
            Self::HeldOut => "task/held-out",
        }
    }
}

/// Spreads every bit of `hash` over all 64: the finaliser of MurmurHash3, a bijection.
pub(crate) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::HeldOut => "held-out",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solution_is_its_steps_and_its_conclusion() {
        let problem = Problem::new("7+3*12=?\n".into(), "43".into(), vec!["7+36".into(), "43".into()], 2);
        assert_eq!(problem.solution(), "7+36\n43\n#### 43");
        let direct = Problem { steps: Vec::new(), ..problem };
        assert_eq!(direct.solution(), "#### 43");
    }

    #[test]
    fn a_corrupted_solution_differs_in_a_digit_of_a_step_and_of_the_conclusion() {
        let problem = Problem::new("7+3*12=?\n".into(), "43".into(), vec!["7+36".into(), "43".into()], 2);
        let differing = |a: &str, b: &str| a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
        for item in 0..100 {
            let wrong = problem.corrupted(&mut Stream::new(0, "test", 0, item)).unwrap();
            assert_eq!((wrong.prompt.as_str(), wrong.answer.as_str()), ("7+3*12=?\n", "43"));
            assert_eq!(differing(&problem.conclusion, &wrong.conclusion), 1);
            assert_eq!(differing(&problem.steps.concat(), &wrong.steps.concat()), 1);
        }
        let word = Problem { conclusion: "#### even".into(), ..problem };
        assert!(word.corrupted(&mut Stream::new(0, "test", 0, 0)).is_err());
    }

    #[test]
    fn one_prompt_in_eight_is_held_out_whatever_its_letters_sum_to() {
        let mut held_out = [0, 0];
        for number in 0..8192_u32 {
            let prompt = format!("{number:013b}");
            held_out[(number.count_ones() % 2) as usize] += u32::from(Split::of(&prompt) == Split::HeldOut);
        }
        // 512 expected of each parity, standard deviation 21: five of them either way.
        assert!(held_out.iter().all(|count| (407..617).contains(count)), "{held_out:?}");
    }
}
