//! Words: which runs of letters are text, which are units, and which are products of variables.

use super::token::{Bracket, Gap, Kind, Token};
use super::{ReadError, names, symbols};
use crate::math::Comparison;
use crate::math::units::is_unit;

/// Units whose letters are usual variables: written to a number without a space, or behind anything else, they are a product, as in `3mg`.
pub(super) const PRODUCTS: [&str; 17] =
    ["mg", "ms", "ns", "nm", "Pa", "mi", "MW", "mW", "mV", "mA", "mH", "mT", "kN", "kV", "nC", "nF", "pF"];

/// Words that continue a sentence and are no units.
const CONNECTIVES: [&str; 22] = [
    "where",
    "if",
    "for",
    "when",
    "with",
    "such",
    "that",
    "is",
    "are",
    "the",
    "as",
    "then",
    "since",
    "because",
    "otherwise",
    "from",
    "all",
    "any",
    "else",
    "only",
    "given",
    "let",
];

/// The length of the word that `text` starts with, in bytes: letters, an apostrophe and its ending, hyphens inside of words of four letters or more.
pub(super) fn length(text: &str) -> usize {
    let letters = |from: usize| text[from..].find(|sign: char| !is_letter(sign)).unwrap_or(text.len() - from);
    let mut end = letters(0);
    loop {
        let tail = if end < text.len() && text.is_char_boundary(end + 1) { letters(end + 1) } else { 0 };
        match text.as_bytes().get(end) {
            Some(b'\'') if end > 1 && tail == 1 && matches!(text.as_bytes()[end + 1], b's' | b't') => end += 2,
            Some(b'-')
                if (tail > 3 || end > 3 && tail > 1)
                    && names::word(&text[..end]).is_none()
                    && !begins_term(&text[end + 1..end + 1 + tail]) =>
            {
                end += 1 + tail;
            }
            _ => return end,
        }
    }
}

/// Whether a word is the beginning of a term: `x-sqrt(2)`.
fn begins_term(word: &str) -> bool {
    matches!(
        names::word(word),
        Some(
            Kind::Function(_)
                | Kind::Root
                | Kind::CubeRoot
                | Kind::CommonLogarithm
                | Kind::Greek(_)
                | Kind::Constant(_)
        )
    )
}

/// Whether it belongs to a word: a letter of any script that has no meaning of its own in mathematics.
pub(super) fn is_letter(sign: char) -> bool {
    sign.is_ascii_alphabetic() || !sign.is_ascii() && sign.is_alphabetic() && is_bare(sign)
}

fn is_bare(sign: char) -> bool {
    names::character(sign).is_none()
        && names::raised_or_lowered(sign).is_none()
        && !('\u{ff01}'..='\u{ff5e}').contains(&sign)
        && !('\u{1d400}'..='\u{1d6a3}').contains(&sign)
}

/// Whether letters look like a word and not like a product: three or more that are no stretch of the alphabet, as `abc` and `xyz` are.
fn is_word(run: &str) -> bool {
    if !run.is_ascii() {
        return true;
    }
    let is_stretch = run.as_bytes().windows(2).all(|pair| pair[1] == pair[0] + 1);
    run == "no" || run == "No" || run.len() > 2 && !is_stretch
}

/// Whether a word is part of a sentence and no product of variables.
fn is_sentence(word: &str, gap: Gap) -> bool {
    word == "not"
        || is_word(word) && (word.len() > 4 || !word.is_ascii())
        || gap > Gap::Tight && CONNECTIVES.contains(&word)
}

/// Text without what only typesets it: white space folded, no braces, backslashes and dollar signs.
pub(super) fn folded(text: &str) -> String {
    let plain: String =
        text.chars().map(|sign| if matches!(sign, '{' | '}' | '\\' | '$' | '~') { ' ' } else { sign }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that stand for a sign behind a value.
pub(super) fn unit_word(word: &str) -> Option<Kind> {
    match word {
        "percent" | "pct" | "percentage" => Some(Kind::Percent),
        "degrees" | "degree" => Some(Kind::Degree),
        _ => None,
    }
}

/// Decides what every word is: text where nothing but words was written, a unit behind a value, and letters side by side otherwise.
///
/// # Errors
/// A sentence with mathematics in it.
pub(super) fn resolve(text: &str, tokens: Vec<Token>) -> Result<Vec<Token>, ReadError> {
    if is_prose(&tokens) {
        return prose(text, tokens);
    }
    let mut resolved: Vec<Token> = Vec::with_capacity(tokens.len());
    // How many braces of a subscript are open: words in it are names.
    let mut below = 0_usize;
    let mut before = symbols::Before::default();
    let mut rest = tokens.into_iter();
    loop {
        if below == 0
            && let Some(found) = symbols::find(text, &mut before, &resolved, rest.as_slice())
        {
            resolved.push(found.token);
            rest.by_ref().take(found.count).for_each(drop);
            continue;
        }
        let Some(token) = rest.next() else { break };
        let last = resolved.last().map(|last| &last.kind);
        let is_behind_value = last.is_some_and(Kind::ends_value);
        let is_behind_number = matches!(last, Some(Kind::Number(_)));
        let is_behind_text = matches!(last, Some(Kind::Text(_)));
        let next = rest.as_slice().first().map(|next| &next.kind);
        match &token.kind {
            Kind::Open(Bracket::Brace) if below > 0 || last == Some(&Kind::Underscore) => {
                below += 1;
                resolved.push(token);
            }
            Kind::Close(Bracket::Brace) if below > 0 => {
                below -= 1;
                resolved.push(token);
            }
            Kind::Word(word) if below > 0 || last == Some(&Kind::Underscore) => explode(&mut resolved, &token, word),
            Kind::Word(word) if &**word == "in" && matches!(last, Some(Kind::Letter(_))) => {
                resolved.push(Token { kind: Kind::Comparison(Comparison::Element), ..token });
            }
            Kind::Word(word) => {
                let is_apart = token.gap > Gap::Tight;
                let may_be_unit = match PRODUCTS.contains(&&**word) {
                    true => is_apart && symbols::ends_numeral(&resolved),
                    false => is_behind_number || is_apart && (is_behind_value || is_behind_text),
                };
                let is_abbreviation = (is_unit(word) || !word.is_ascii()) && may_be_unit;
                let is_long = is_word(word) && is_apart && (is_behind_value || is_behind_text);
                let is_label = is_word(word)
                    && matches!(next, Some(Kind::Comparison(_)))
                    && matches!(last, None | Some(Kind::Comma | Kind::Semicolon | Kind::And | Kind::Or));
                if is_abbreviation || is_long && !CONNECTIVES.contains(&&**word) || is_label {
                    resolved.push(Token { kind: Kind::Text(word.clone()), ..token });
                } else if is_sentence(word, token.gap) {
                    return Err(ReadError::syntax(token.at, "mathematics or words, not both"));
                } else {
                    explode(&mut resolved, &token, word);
                }
            }
            // `5 min` and `10 sec`, whose names are functions too.
            Kind::Function(_)
                if is_behind_number && matches!(&text[token.at..token.end], "min" | "sec") && !begins_operand(next) =>
            {
                resolved.push(Token { kind: Kind::Text(text[token.at..token.end].into()), ..token });
            }
            // `24 square m`.
            Kind::Letter(letter)
                if matches!(last, Some(Kind::Text(word)) if matches!(&**word, "square" | "cubic"))
                    && is_unit(letter.encode_utf8(&mut [0; 4])) =>
            {
                resolved.push(Token { kind: Kind::Text(letter.to_string().into()), ..token });
            }
            // Upright, but no unit.
            Kind::Roman(name) if name.len() == 1 => explode(&mut resolved, &token, name),
            _ => resolved.push(token),
        }
    }
    Ok(resolved)
}

fn begins_operand(kind: Option<&Kind>) -> bool {
    matches!(kind, Some(Kind::Open(_) | Kind::Number(_) | Kind::Letter(_) | Kind::Caret | Kind::Greek(_)))
}

fn explode(tokens: &mut Vec<Token>, token: &Token, word: &str) {
    let mut gap = token.gap;
    for (offset, letter) in word.char_indices() {
        let kind = match letter {
            '-' => Kind::Minus,
            '\'' => Kind::Prime,
            _ => Kind::Letter(letter),
        };
        let at = token.at + offset;
        tokens.push(Token { kind, at, end: at + letter.len_utf8(), gap });
        gap = Gap::Tight;
    }
}

/// Whether there are words and no mathematics.
fn is_prose(tokens: &[Token]) -> bool {
    let is_verbal = |token: &Token| {
        matches!(
            token.kind,
            Kind::Word(_)
                | Kind::Letter(_)
                | Kind::Text(_)
                | Kind::Function(_)
                | Kind::And
                | Kind::Or
                | Kind::Mod
                | Kind::Comma
                | Kind::Semicolon
                | Kind::Colon
                | Kind::Period
                | Kind::Prime
                | Kind::Bang
                | Kind::Open(Bracket::Round)
                | Kind::Close(Bracket::Round)
                | Kind::Degree
                | Kind::Percent
                | Kind::SetOperation(_)
                | Kind::Stop
        )
    };
    tokens.iter().any(|token| matches!(&token.kind, Kind::Word(word) if is_word(word))) && tokens.iter().all(is_verbal)
}

/// A text between each two separators.
fn prose(source: &str, tokens: Vec<Token>) -> Result<Vec<Token>, ReadError> {
    let mut result = Vec::new();
    let mut words = String::new();
    let mut first: Option<Token> = None;
    for token in tokens {
        match &token.kind {
            Kind::Comma | Kind::Semicolon | Kind::And | Kind::Or | Kind::Stop => {
                if let Some(first) = first.take() {
                    if !words.contains(char::is_alphabetic) {
                        return Err(ReadError::syntax(first.at, "a word"));
                    }
                    result.push(Token { kind: Kind::Text(std::mem::take(&mut words).into()), end: token.at, ..first });
                }
                result.push(token);
            }
            Kind::Period => {}
            kind => {
                if token.gap > Gap::Tight && !words.is_empty() {
                    words.push(' ');
                }
                match kind {
                    Kind::Text(text) => words.push_str(text),
                    _ => words.push_str(&folded(&source[token.at..token.end])),
                }
                first.get_or_insert(token);
            }
        }
    }
    Ok(result)
}

/// Whether a text begins with a word that continues a sentence.
pub(super) fn is_connective(text: &str) -> bool {
    text.split(' ').next().is_some_and(|first| CONNECTIVES.contains(&first))
}

/// A unit without spaces around its signs, and with plain powers.
pub(super) fn tidy_unit(unit: &str) -> String {
    let plain = unit.replace('²', "^2").replace('³', "^3").replace('·', "*").replace(" /", "/").replace("/ ", "/");
    plain.replace(" ^", "^").replace("^ ", "^").replace(" *", "*").replace("* ", "*")
}

/// Words without the "and" or "or" at their end, and what that joins.
pub(super) fn without_joint(words: &str) -> (&str, Option<Kind>) {
    for (ending, kind) in [(" and", Kind::And), (" or", Kind::Or)] {
        if let Some(before) = words.strip_suffix(ending) {
            return (before.trim_end_matches([',', ' ']), Some(kind));
        }
    }
    (words, None)
}
