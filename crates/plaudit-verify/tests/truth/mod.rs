//! Pairs of answers whose equality is known before they are compared: equal by identities, not equal by a difference that is not 0.

mod families;
mod rewrite;
mod term;
mod write;

pub(crate) use families::{FAMILIES, Family};

use plaudit_core::{Stream, Verdict};
use plaudit_verify::math::{Equality, Policy, judge};

/// Two answers as texts.
pub(crate) struct Pair {
    pub gold: String,
    pub answer: String,
    /// The gold answer in other notation.
    pub again: String,
    pub are_equal: bool,
}

/// What comparing a pair came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Right,
    /// A verdict that is false in one notation or the other, or another one where the two change places.
    Wrong,
    Unknown,
    Unparsed,
}

impl Pair {
    /// The pair of a family with a number: the same in every run.
    pub(crate) fn draw(family: &Family, number: u64) -> Self {
        let are_equal = number.is_multiple_of(2);
        let mut stream = Stream::new(1, family.name, 0, number);
        let [gold, answer] = (family.draw)(&mut stream, are_equal);
        let [gold, answer, again] = [&gold, &answer, &gold].map(|term| write::written(term, &mut stream));
        Self { gold, answer, again, are_equal }
    }

    /// Compares the two under the default policy, in both orders and with the gold answer in other notation.
    pub(crate) fn outcome(&self) -> Outcome {
        let policy = Policy::default();
        let judgement = judge(&self.gold, &self.answer, &policy);
        if let Verdict::Unparsed { .. } = judgement.verdict() {
            return Outcome::Unparsed;
        }
        let others = [(&self.answer, &self.gold), (&self.again, &self.answer)]
            .map(|(gold, answer)| judge(gold, answer, &policy).equality);
        let said = |equality: &Equality| match equality {
            Equality::Equal { .. } => Some(true),
            Equality::NotEqual { .. } => Some(false),
            Equality::Unknown { .. } => None,
        };
        let verdict = said(&judgement.equality);
        let is_false = |verdict: Option<bool>| verdict.is_some_and(|said| said != self.are_equal);
        match verdict {
            _ if said(&others[0]) != verdict || is_false(verdict) || is_false(said(&others[1])) => Outcome::Wrong,
            None => Outcome::Unknown,
            Some(_) => Outcome::Right,
        }
    }
}
