//! Who tells the truth and who lies.
//!
//! Everyone is a knight, who only says true things, or a knave, who only says false things; each says one thing. Prompt
//! `A:B lies or A true;B:A lies`, where `X true` claims that X is a knight and `X lies` that X is a knave. The answer is one
//! letter per person in order, `T` or `L`. Worked solution: the assignments from `TT` on, each with the first person whose
//! statement does not fit (`TT A`), up to the one where all fit (`LT ok`); then `#### LT`. Exactly one assignment fits.
//! Difficulty: the number of people.
//!
//! Source: the knights and knaves of reasoning-gym, at width 2 and depth 2. Deviation: a terse notation.

use crate::{Checked, Generator, Problem, TaskError, validate};
use plaudit_core::{Part, Stream, Verdict};
use plaudit_verify::answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Find out who tells the truth and who lies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KnightsAndKnavesConfig {
    /// Fewest and most people, 2 to 6.
    pub people: [u32; 2],
    /// The probability that a statement joins two claims with "and" or "or", 0 to 1.
    pub compound: f64,
}

impl Default for KnightsAndKnavesConfig {
    fn default() -> Self {
        Self { people: [2, 3], compound: 0.5 }
    }
}

const KIND: &str = "knights-and-knaves";

/// The task.
#[derive(Clone, Debug)]
pub struct KnightsAndKnaves(KnightsAndKnavesConfig);

impl KnightsAndKnaves {
    /// Checks the configuration.
    ///
    /// # Errors
    /// [`TaskError::Config`] names the field.
    pub fn new(config: KnightsAndKnavesConfig) -> Result<Self, TaskError> {
        validate::range(KIND, "people", config.people, 2, 6)?;
        validate::range(KIND, "compound", [config.compound; 2], 0.1, 1.0)?;
        Ok(Self(config))
    }

    fn statement(&self, stream: &mut Stream, speaker: usize, people: usize) -> Statement {
        // Someone other than `not`.
        let other = |stream: &mut Stream, not: usize| {
            let person = stream.below(people as u64 - 1) as usize;
            person + usize::from(person >= not)
        };
        if stream.chance(self.0.compound) {
            let person = stream.below(people as u64) as usize;
            let first = Claim { person, is_knight: stream.chance(0.5) };
            let second = Claim { person: other(stream, person), is_knight: stream.chance(0.5) };
            if stream.chance(0.5) { Statement::Both(first, second) } else { Statement::Either(first, second) }
        } else {
            Statement::Plain(Claim { person: other(stream, speaker), is_knight: stream.chance(0.5) })
        }
    }
}

impl Generator for KnightsAndKnaves {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn draw(&self, stream: &mut Stream) -> Option<Problem> {
        let [fewest, most] = self.0.people;
        let people = stream.between(fewest.into(), most.into()) as usize;
        let statements: Vec<Statement> = (0..people).map(|speaker| self.statement(stream, speaker, people)).collect();
        let mut solutions = assignments(people).filter(|roles| first_misfit(&statements, roles).is_none());
        let solution = solutions.next().filter(|_| solutions.next().is_none())?;

        let tried = assignments(people).take_while(|roles| *roles != solution);
        let mut steps: Vec<String> = tried
            .filter_map(|roles| Some(format!("{} {}", letters(&roles), name(first_misfit(&statements, &roles)?))))
            .collect();
        steps.push(format!("{} ok", letters(&solution)));
        let said: Vec<String> = statements
            .iter()
            .enumerate()
            .map(|(speaker, statement)| format!("{}:{statement}", name(speaker)))
            .collect();
        Some(Problem::new(format!("{}\n", said.join(";")), letters(&solution), steps, people as u32))
    }

    fn check(&self, problem: &Problem, completion: &str) -> Checked {
        Checked::marked(completion, |text| {
            let roles: String = text.split([' ', ',']).collect();
            if roles.len() != problem.answer.len() || !roles.bytes().all(|role| matches!(role, b'T' | b'L')) {
                return Verdict::Unparsed { part: Part::Answer };
            }
            answer::verdict(roles == problem.answer)
        })
    }
}

/// That someone is a knight, or that they are not.
#[derive(Clone, Copy, Debug)]
struct Claim {
    person: usize,
    is_knight: bool,
}

impl Claim {
    fn holds(self, roles: &[bool]) -> bool {
        roles[self.person] == self.is_knight
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", name(self.person), if self.is_knight { "true" } else { "lies" })
    }
}

#[derive(Clone, Copy, Debug)]
enum Statement {
    Plain(Claim),
    Both(Claim, Claim),
    Either(Claim, Claim),
}

impl Statement {
    fn holds(self, roles: &[bool]) -> bool {
        match self {
            Self::Plain(claim) => claim.holds(roles),
            Self::Both(first, second) => first.holds(roles) && second.holds(roles),
            Self::Either(first, second) => first.holds(roles) || second.holds(roles),
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(claim) => claim.fmt(f),
            Self::Both(first, second) => write!(f, "{first} and {second}"),
            Self::Either(first, second) => write!(f, "{first} or {second}"),
        }
    }
}

/// Every way to make people knights (true) or knaves, all knights first, the last person changing fastest.
fn assignments(people: usize) -> impl Iterator<Item = Vec<bool>> {
    (0..1_u32 << people).map(move |bits| (0..people).rev().map(|person| bits >> person & 1 == 0).collect())
}

/// The first person whose statement does not fit their role.
fn first_misfit(statements: &[Statement], roles: &[bool]) -> Option<usize> {
    (0..roles.len()).find(|person| statements[*person].holds(roles) != roles[*person])
}

fn name(person: usize) -> char {
    char::from(b'A' + person as u8)
}

fn letters(roles: &[bool]) -> String {
    roles.iter().map(|is_knight| if *is_knight { 'T' } else { 'L' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Split, Task};

    #[test]
    fn a_liar_cannot_say_that_he_lies() {
        let claim = |person, is_knight| Claim { person, is_knight };
        // A says that both lie: then A lies, so not both do, so B is a knight, which B's own statement says.
        let statements = [Statement::Both(claim(0, false), claim(1, false)), Statement::Plain(claim(0, false))];
        assert_eq!(statements[0].to_string(), "A lies and B lies");
        let misfits: Vec<_> =
            assignments(2).map(|roles| (letters(&roles), first_misfit(&statements, &roles))).collect();
        let expected = [("TT", Some(0)), ("TL", Some(0)), ("LT", None), ("LL", Some(0))];
        assert_eq!(misfits, expected.map(|(roles, misfit)| (roles.to_owned(), misfit)));
    }

    /// Reads a prompt back and counts the assignments that fit, independently of how it was made.
    fn solutions(prompt: &str) -> Vec<String> {
        let said: Vec<&str> = prompt.trim_end().split(';').map(|part| &part[2..]).collect();
        let claim = |text: &str, roles: &[u8]| {
            let (person, role) = text.split_once(' ').unwrap();
            (roles[usize::from(person.as_bytes()[0] - b'A')] == b'T') == (role == "true")
        };
        let holds = |text: &str, roles: &[u8]| match (text.split_once(" and "), text.split_once(" or ")) {
            (Some((a, b)), _) => claim(a, roles) && claim(b, roles),
            (_, Some((a, b))) => claim(a, roles) || claim(b, roles),
            _ => claim(text, roles),
        };
        (0..1_usize << said.len())
            .map(|bits| {
                (0..said.len()).map(|person| if bits >> person & 1 == 1 { b'T' } else { b'L' }).collect::<Vec<_>>()
            })
            .filter(|roles| said.iter().zip(roles).all(|(text, role)| holds(text, roles) == (*role == b'T')))
            .map(|roles| String::from_utf8(roles).unwrap())
            .collect()
    }

    #[test]
    fn exactly_one_assignment_fits() {
        let task = KnightsAndKnaves::new(KnightsAndKnavesConfig { people: [2, 5], compound: 0.7 }).unwrap();
        for index in 0..100 {
            let problem = task.problem(10, Split::Train, index).unwrap();
            assert_eq!(solutions(&problem.prompt), [problem.answer.as_str()], "{}", problem.prompt);
        }
    }

    #[test]
    fn an_answer_has_a_letter_for_everyone() {
        let task = KnightsAndKnaves::new(KnightsAndKnavesConfig::default()).unwrap();
        let problem = Problem::new("A:A lies and B lies;B:A lies\n".into(), "LT".into(), vec![], 2);
        let check = |text: &str| Task::check(&task, &problem, &format!("#### {text}")).verdict;
        assert_eq!(check("L, T"), Verdict::Correct);
        assert_eq!(check("TL"), Verdict::Wrong);
        for text in ["T", "LTT", "lt", "A lies"] {
            assert_eq!(check(text), Verdict::Unparsed { part: Part::Answer }, "{text}");
        }
    }
}
