//! Conditions in words that say which values a letter takes, as what they say: `\text{ where } k \text{ is an integer}` is `, k \in \mathbb{Z}`.

use super::token::{Bracket, Gap, Kind, Token};
use crate::math::{Comparison, Constant};

/// The most words of a condition.
const MAX_WORDS: usize = 12;

/// How many tokens before a condition are looked at for mathematics: words are not taken apart.
const MAX_STATEMENT: usize = 32;

/// Words that begin a condition.
const OPENERS: [&str; 3] = ["for", "where", "forall"];

/// Words that do not say which values.
const FILLERS: [&str; 10] = ["all", "any", "every", "each", "some", "a", "an", "arbitrary", "number", "numbers"];

/// What values a letter takes.
#[derive(Clone, Copy)]
enum Domain {
    Anything,
    Set(Constant),
    /// 0, 1, 2, ...
    FromZero,
}

/// Puts a comma, the letter and its set in the place of the condition that `tokens` begin with, if they do. Returns how many tokens that took.
pub(super) fn domain(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let last = &signs.last()?.kind;
    let is_apart = matches!(last, Kind::Comma | Kind::Open(Bracket::Round));
    // Two letters without a space are a product here.
    let is_behind_product = matches!(last, Kind::Word(letters) if letters.len() == 2);
    let is_opened = match &tokens[0].kind {
        Kind::Word(word) | Kind::Text(word) | Kind::Roman(word) => {
            word.split([' ', ',']).next().is_some_and(|first| OPENERS.contains(&first))
        }
        _ => false,
    };
    // `, k \text{ is an integer}`.
    let may_begin = match is_opened {
        true => is_apart || is_behind_product || last.ends_value(),
        false => is_apart && matches!(tokens.get(1)?.kind, Kind::Word(_) | Kind::Text(_)),
    };
    if !may_begin {
        return None;
    }
    let mut words = Vec::new();
    let mut count = 0;
    while words.len() < MAX_WORDS {
        match &tokens.get(count)?.kind {
            Kind::Word(word) | Kind::Text(word) => words.extend(word.split(' ').map(|word| word.trim_end_matches(','))),
            Kind::Roman(word) if words.is_empty() => words.push(&**word),
            Kind::Letter(letter) if letter.is_ascii() => words.push(letter_name(*letter)?),
            _ => break,
        }
        count += 1;
    }
    let words = &words[usize::from(is_opened)..];
    let (name, domain, is_said) = match words {
        [name, "is" | "are", rest @ ..] if is_opened || is_apart => (name, described(rest)?, true),
        [rest @ .., name] if is_opened => (name, described(rest)?, false),
        _ => return None,
    };
    let mut letters = name.chars();
    let letter = letters.next().filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())?;
    let mut statement = signs.iter().rev().take(MAX_STATEMENT).map(|token| &token.kind);
    if !statement.clone().any(is_mathematics) {
        return None;
    }
    let is_named = statement.any(|kind| match kind {
        Kind::Letter(known) => *known == letter,
        Kind::Word(letters) => letters.contains(letter),
        _ => false,
    });
    let next = &tokens.get(count)?.kind;
    let sign = |kind| Token { kind, gap: Gap::Wide, ..tokens[0] };
    let letter = sign(Kind::Letter(letter));
    let comma = (!is_apart).then(|| sign(Kind::Comma));
    let said = match domain {
        // `for k >= 0`: the rest stands there in signs.
        Domain::Anything if !is_said && begins_condition(next) => {
            signs.extend(comma);
            signs.push(letter);
            return Some(count);
        }
        _ if !next.ends_operand() && *next != Kind::Period => return None,
        // A condition on what does not occur says something else.
        Domain::Anything if !is_named || matches!(signs.last()?.kind, Kind::Open(_)) => return None,
        Domain::Anything => return Some(count),
        Domain::Set(set) => [Kind::Comparison(Comparison::Element), Kind::Constant(set)],
        Domain::FromZero => [Kind::Comparison(Comparison::GreaterOrEqual), Kind::Number("0".into())],
    };
    signs.extend(comma);
    signs.push(letter);
    signs.extend(said.map(sign));
    Some(count)
}

/// What words say about values; `None` where it is something else, as "odd".
fn described(words: &[&str]) -> Option<Domain> {
    let kept: Vec<&str> = words.iter().copied().filter(|word| !FILLERS.contains(word)).collect();
    Some(match kept[..] {
        [] | ["constant" | "constants"] => Domain::Anything,
        ["real" | "reals"] => Domain::Set(Constant::Reals),
        ["integer" | "integers"] => Domain::Set(Constant::Integers),
        ["natural"] | ["positive", "integer" | "integers"] => Domain::Set(Constant::Naturals),
        ["nonnegative" | "non-negative", "integer" | "integers"] => Domain::FromZero,
        _ => return None,
    })
}

/// Whether it is not found in words alone.
fn is_mathematics(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Number(_)
            | Kind::Greek(_)
            | Kind::Constant(_)
            | Kind::Caret
            | Kind::Plus
            | Kind::Times
            | Kind::Slash
            | Kind::Fraction
            | Kind::Root
            | Kind::Comparison(_)
    )
}

fn begins_condition(kind: &Kind) -> bool {
    use Comparison::{Element, Greater, GreaterOrEqual, Less, LessOrEqual};
    matches!(kind, Kind::Comparison(Element | Less | LessOrEqual | Greater | GreaterOrEqual))
}

/// A letter as a word.
fn letter_name(letter: char) -> Option<&'static str> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    LETTERS.find(letter).map(|at| &LETTERS[at..=at])
}
