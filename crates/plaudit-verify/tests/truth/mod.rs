//! Pairs of answers whose equality is known before they are compared: equal by identities, not equal by a difference that is not 0.

mod families;
mod rewrite;
mod term;
mod write;

pub use families::{FAMILIES, Family};

use plaudit_core::{Stream, Verdict};
use plaudit_verify::math::{Equality, Policy, judge};

/// Two answers as texts.
pub struct Pair {
    pub gold: String,
    pub answer: String,
    /// The gold answer in other notation.
    pub again: String,
    pub are_equal: bool,
}

/// What comparing a pair came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Right,
    /// A verdict that is false, or another one where the two change places.
    Wrong,
    Unknown,
    Unparsed,
}

impl Pair {
    /// The pair of a family with a number: the same in every run.
    pub fn draw(family: &Family, number: u64) -> Self {
        let are_equal = number % 2 == 0;
        let mut stream = Stream::new(1, family.name, 0, number);
        let [gold, answer] = (family.draw)(&mut stream, are_equal);
        let [gold, answer, again] = [&gold, &answer, &gold].map(|term| write::written(term, &mut stream));
        Self { gold, answer, again, are_equal }
    }

    /// Compares the two in both orders under the default policy.
    pub fn outcome(&self) -> Outcome {
        let policy = Policy::default();
        let judgement = judge(&self.gold, &self.answer, &policy);
        let flipped = judge(&self.answer, &self.gold, &policy).equality;
        if let Verdict::Unparsed { .. } = judgement.verdict() {
            return Outcome::Unparsed;
        }
        let said = |equality: &Equality| match equality {
            Equality::Equal { .. } => Some(true),
            Equality::NotEqual { .. } => Some(false),
            Equality::Unknown { .. } => None,
        };
        match (said(&judgement.equality), said(&flipped)) {
            (one, other) if one != other => Outcome::Wrong,
            (None, _) => Outcome::Unknown,
            (Some(said), _) if said == self.are_equal => Outcome::Right,
            _ => Outcome::Wrong,
        }
    }
}
