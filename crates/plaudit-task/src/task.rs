//! What the rest of Plaudit sees of a task, and what a synthetic task implements.

use crate::{DatasetReport, Problem, Split, TaskError};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::number::{self, Percent};
use plaudit_verify::{Extraction, answer};
use std::borrow::Cow;

/// A source of problems that can check answers to them.
pub trait Task: Send + Sync {
    /// The kind's name, as in a recipe.
    fn kind(&self) -> &'static str;

    /// Problem `index` of a split: a pure function of the configuration, `seed`, `split` and `index`. A prompt given in one
    /// split is never given in the other, under any seed.
    ///
    /// # Errors
    /// [`TaskError::Exhausted`] or [`TaskError::EmptySplit`] where the split has no problems.
    fn problem(&self, seed: u64, split: Split, index: u64) -> Result<Problem, TaskError>;

    /// Judges a completion of the problem's prompt. Pure, budgeted, and safe on any text.
    fn check(&self, problem: &Problem, completion: &str) -> Checked;

    /// The number of problems in a split where it is finite and known, after which indices repeat them in another order.
    fn size(&self, split: Split) -> Option<u64> {
        let _ = split;
        None
    }

    /// What was found when reading a data file, of a task that reads one.
    fn report(&self) -> Option<&DatasetReport> {
        None
    }
}

/// A synthetic task: how to draw a problem and how to judge an answer. Everything else about a [`Task`] follows.
pub trait Generator: Send + Sync {
    /// The kind's name, as in a recipe.
    fn kind(&self) -> &'static str;

    /// Draws one problem, or nothing where the draws led nowhere (a division by zero, a maze without a way); it is then
    /// asked again with the same stream.
    fn draw(&self, stream: &mut Stream) -> Option<Problem>;

    /// Judges a completion of the problem's prompt. Pure, budgeted, and safe on any text.
    fn check(&self, problem: &Problem, completion: &str) -> Checked;
}

/// How often a generator is asked before the configuration is called empty. With 1 prompt in 8 held out, failing by chance
/// has probability (7/8)^20000; the rest is room for generators that reject most of what they draw.
const MAX_DRAWS: u32 = 20_000;

impl<G: Generator> Task for G {
    fn kind(&self) -> &'static str {
        Generator::kind(self)
    }

    fn problem(&self, seed: u64, split: Split, index: u64) -> Result<Problem, TaskError> {
        let mut stream = Stream::new(seed, split.purpose(), 0, index);
        (0..MAX_DRAWS)
            .find_map(|_| self.draw(&mut stream).filter(|problem| Split::of(&problem.prompt) == split))
            .ok_or(TaskError::Exhausted { kind: Generator::kind(self), split, draws: MAX_DRAWS })
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Generator::check(self, problem, completion)
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// How the check ended.
    pub verdict: Verdict,
    /// The answer as the completion states it, if it states one.
    pub answer: Option<String>,
    /// How close the answer is, in [0, 1] with 1 for a right one, where the task defines closeness and the answer could be
    /// read.
    pub partial: Option<f64>,
}

impl Checked {
    /// Extracts an answer and judges it; a completion without one is [`Part::Missing`].
    pub fn extract(rule: Extraction, completion: &str, judge: impl FnOnce(&str) -> Verdict) -> Self {
        let answer = rule.find(completion).map(|found| found.text);
        let verdict = answer.as_deref().map_or(Verdict::Unparsed { part: Part::Missing }, judge);
        Self { verdict, answer: answer.map(Cow::into_owned), partial: None }
    }

    /// [`Checked::extract`] from where synthetic tasks state their answers: after the last `####`.
    pub(crate) fn marked(completion: &str, judge: impl FnOnce(&str) -> Verdict) -> Self {
        Self::extract(Extraction::Marker, completion, judge)
    }

    /// Judges a marked answer that is one number, exactly.
    pub(crate) fn number(problem: &Problem, completion: &str) -> Self {
        Self::marked(completion, |text| {
            match (number::parse(&problem.answer, Percent::Reject), number::parse(text, Percent::Reject)) {
                (Err(_), _) => Verdict::Unparsed { part: Part::Gold },
                (_, Err(error)) => error.into(),
                (Ok(gold), Ok(value)) => answer::verdict(value == gold),
            }
        })
    }
}
