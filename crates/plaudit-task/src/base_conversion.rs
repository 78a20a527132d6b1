//! Numbers in other bases.
//!
//! Prompt `1101 base 2 to 7`. Digits beyond 9 are lower-case letters. Worked solution: to ten by Horner's rule (`1`,
//! `1*2+1=3`, `3*2+0=6`, `6*2+1=13`) unless the source is base ten, then from ten by divisions with remainder (`13=1*7+6`,
//! `1=0*7+1`), whose remainders read upwards are the answer, unless the target is base ten; then `#### 16`.
//! Difficulty: the digits of the question and the answer together.
//!
//! Source: the base conversion of reasoning-gym. Deviation: the answer may have leading zeros and capital letters.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rewrite a number in another base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BaseConversionConfig {
    /// Smallest and largest base, 2 to 36; the two bases of a problem differ.
    pub bases: [u32; 2],
    /// Smallest and largest number to convert, 0 to 1000000000.
    pub values: [i64; 2],
}

impl Default for BaseConversionConfig {
    fn default() -> Self {
        Self { bases: [2, 10], values: [1, 63] }
    }
}

const KIND: &str = "base-conversion";

/// The task.
#[derive(Clone, Debug)]
pub struct BaseConversion(BaseConversionConfig);

impl BaseConversion {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: BaseConversionConfig) -> Result<Self, TaskError> {
        let [smallest, largest] = config.bases;
        validate::range(KIND, "bases", config.bases, 2, 36)?;
        if smallest == largest {
            let reason = format!("is [{smallest}, {largest}]; two different bases are needed");
            return Err(TaskError::Config { kind: KIND, field: "bases", reason });
        }
        validate::range(KIND, "values", config.values, 0, 1_000_000_000)?;
        Ok(Self(config))
    }
}

impl Generator for BaseConversion {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [smallest, largest] = self.0.bases.map(i64::from);
        let source = stream.between(smallest, largest);
        // One of the other bases: the largest stands in for the source.
        let target = Some(stream.between(smallest, largest - 1)).filter(|base| *base != source).unwrap_or(largest);
        let [low, high] = self.0.values;
        let value = stream.between(low, high);
        let (given, wanted) = (digits(value, source), digits(value, target));
        let mut steps = Vec::new();
        if source != 10 {
            let mut sum = given[0];
            steps.push(sum.to_string());
            for digit in &given[1..] {
                let next = sum * source + digit;
                steps.push(format!("{sum}*{source}+{digit}={next}"));
                sum = next;
            }
        }
        if target != 10 {
            let mut rest = value;
            for digit in wanted.iter().rev() {
                let quotient = rest / target;
                steps.push(format!("{rest}={quotient}*{target}+{digit}"));
                rest = quotient;
            }
        }
        let prompt = format!("{} base {source} to {target}\n", write(&given));
        let mut problem = Problem::new(prompt, write(&wanted), steps, (given.len() + wanted.len()) as u32);
        problem.spec = target.to_string();
        Some(problem)
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::marked(completion, |text| {
            let Some(base) = problem.spec.parse().ok().filter(|base| (2..=36).contains(base)) else {
                return Verdict::Failed { cause: format!("the problem's spec {:?} is not a base", problem.spec) };
            };
            if !text.chars().all(|digit| digit.is_digit(base)) {
                return Verdict::Unparsed { part: Part::Answer };
            }
            let significant = |text: &str| text.trim_start_matches('0').to_ascii_lowercase();
            answer::verdict(significant(text) == significant(&problem.answer))
        })
    }
}

/// The digits of a number that is not negative, most significant first; at least one.
fn digits(mut value: i64, base: i64) -> Vec<i64> {
    let mut digits = vec![value % base];
    while value >= base {
        value /= base;
        digits.push(value % base);
    }
    digits.reverse();
    digits
}

fn write(digits: &[i64]) -> String {
    digits.iter().map(|digit| char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[*digit as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    #[test]
    fn both_sides_are_the_same_number() {
        let task = BaseConversion::new(BaseConversionConfig { bases: [2, 36], values: [0, 5000] }).unwrap();
        for index in 0..300 {
            let problem = task.problem(3, Split::Train, index).unwrap();
            let words: Vec<&str> = problem.prompt.split_whitespace().collect();
            let (source, target) = (words[2].parse().unwrap(), words[4].parse().unwrap());
            assert_ne!(source, target);
            let given = i64::from_str_radix(words[0], source).unwrap();
            assert_eq!(i64::from_str_radix(&problem.answer, target), Ok(given), "{}", problem.prompt);
        }
    }

    #[test]
    fn digits_of_the_worked_example() {
        assert_eq!(digits(13, 2), [1, 1, 0, 1]);
        assert_eq!(write(&digits(13, 7)), "16");
        assert_eq!(write(&digits(0, 7)), "0");
        assert_eq!(write(&digits(35, 36)), "z");
    }

    #[test]
    fn an_answer_is_a_digit_string_of_the_target_base() {
        let task = BaseConversion::new(BaseConversionConfig::default()).unwrap();
        let mut problem = Problem::new("27 base 10 to 16\n".into(), "1b".into(), vec![], 4);
        problem.spec = "16".into();
        let check = |text: &str| Task::check(&task, &problem, &format!("#### {text}")).verdict;
        assert_eq!(check("1b"), Verdict::Correct);
        assert_eq!(check("01B"), Verdict::Correct);
        assert_eq!(check("1c"), Verdict::Wrong);
        for text in ["27g", "0x1b", "+1b", "-1b", "1b.0", "1 b"] {
            assert_eq!(check(text), Verdict::Unparsed { part: Part::Answer }, "{text}");
        }
        problem.spec = "many".into();
        assert!(matches!(Task::check(&task, &problem, "#### 1b").verdict, Verdict::Failed { .. }));
    }
}
