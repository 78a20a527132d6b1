//! Signs that are written as words or as space: ordinals, powers of ten, times of day, ratios, binomials, currencies, the space between two
//! statements.

use super::domain::domain;
use super::token::{Bracket, Gap, Kind, Token};

/// What makes a number an ordinal.
const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

/// Words that multiply the value before them.
const SCALES: [(&str, u64); 28] = [
    ("dozen", 12),
    ("hundred", 100),
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("trillion", 1_000_000_000_000),
    ("lakh", 100_000),
    ("crore", 10_000_000),
    ("tausend", 1_000),
    ("millionen", 1_000_000),
    ("milliarde", 1_000_000_000),
    ("milliarden", 1_000_000_000),
    ("mil", 1_000),
    ("millone", 1_000_000),
    ("milhõe", 1_000_000),
    ("milliard", 1_000_000_000),
    ("тысяч", 1_000),
    ("тысячи", 1_000),
    ("миллион", 1_000_000),
    ("миллиона", 1_000_000),
    ("миллионов", 1_000_000),
    ("triệu", 1_000_000),
    ("nghìn", 1_000),
    ("juta", 1_000_000),
    ("ribu", 1_000),
    ("लाख", 100_000),
    ("करोड़", 10_000_000),
    ("हज़ार", 1_000),
];

/// Those that a unit follows without a space: `5万円`.
const UNSPACED_SCALES: [(&str, u64); 6] =
    [("万", 10_000), ("萬", 10_000), ("亿", 100_000_000), ("億", 100_000_000), ("만", 10_000), ("억", 100_000_000)];

/// Currencies that stand before their value as words.
const CURRENCIES: [&str; 8] = ["Rs", "INR", "USD", "EUR", "GBP", "CAD", "AUD", "RM"];

/// Words before a value that say what `\approx` says, and the one before several.
const INTRODUCTIONS: [&str; 7] = ["about", "approximately", "approx", "roughly", "around", "Approximately", "either"];

/// What begins the condition of a case.
const CONDITIONS: [&str; 6] = ["if", "for", "when", "where", "as", "If"];

/// The tokens with signs in the place of words and space.
pub(super) fn signs(tokens: Vec<Token>) -> Vec<Token> {
    let mut signs: Vec<Token> = Vec::with_capacity(tokens.len());
    // How many brackets and environments are open.
    let mut depth = 0_usize;
    let mut rest = tokens.into_iter();
    while let [token, ..] = rest.as_slice() {
        match token.kind {
            Kind::Open(_) | Kind::Begin(_) => depth += 1,
            Kind::Close(_) | Kind::Finish(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if token.gap == Gap::Quad && depth == 0 && is_end(signs.last()) && begins_statement(&token.kind) {
            signs.push(Token { kind: Kind::Comma, end: token.at, ..*token });
        }
        let behind = rest.as_slice();
        let taken = ordinal(&mut signs, behind)
            .or_else(|| scale(&mut signs, behind))
            .or_else(|| cis(&mut signs, behind))
            .or_else(|| meridiem(&mut signs, behind))
            .or_else(|| between_operands(&mut signs, behind))
            .or_else(|| before_operand(&mut signs, behind))
            .or_else(|| condition(&mut signs, behind))
            .or_else(|| domain(&mut signs, behind))
            .or_else(|| in_table(&mut signs, behind));
        match taken {
            Some(count) => rest.by_ref().take(count).for_each(drop),
            None => signs.extend(rest.next()),
        }
    }
    signs
}

fn kind(tokens: &[Token], at: usize) -> Option<&Kind> {
    tokens.get(at).map(|token| &token.kind)
}

fn is_end(token: Option<&Token>) -> bool {
    token.is_some_and(|token| token.kind.ends_value())
}

fn is_number(token: Option<&Token>) -> bool {
    token.is_some_and(|token| matches!(token.kind, Kind::Number(_)))
}

fn begins_statement(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Number(_)
            | Kind::Letter(_)
            | Kind::Greek(_)
            | Kind::Constant(_)
            | Kind::Fraction
            | Kind::Root
            | Kind::Open(Bracket::Set)
    )
}

/// The letters of a word, upright text or name.
fn word(kind: Option<&Kind>) -> Option<&str> {
    match kind? {
        Kind::Word(word) | Kind::Text(word) | Kind::Roman(word) => Some(word),
        _ => None,
    }
}

/// `5th`, `5^{th}`, `n^{\text{th}}`: the number alone. All of these return how many tokens they took.
fn ordinal(signs: &mut [Token], tokens: &[Token]) -> Option<usize> {
    let last = signs.last();
    let is_ordinal = |at| word(kind(tokens, at)).is_some_and(|word| ORDINALS.contains(&word));
    match kind(tokens, 0)? {
        Kind::Word(_) if is_ordinal(0) && tokens[0].gap == Gap::Tight && is_number(last) => Some(1),
        Kind::Caret => {
            let braced = kind(tokens, 1) == Some(&Kind::Open(Bracket::Brace));
            let (inside, count) = if braced { (2, 4) } else { (1, 2) };
            let is_closed = !braced || kind(tokens, 3) == Some(&Kind::Close(Bracket::Brace));
            let is_text = matches!(kind(tokens, inside), Some(Kind::Text(_)));
            (is_ordinal(inside) && is_closed && (is_text || is_number(last))).then_some(count)
        }
        _ => None,
    }
}

/// `5 million`, `3 \text{ thousand dollars}`: a factor, and the unit behind it.
fn scale(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let words = word(kind(tokens, 0)).filter(|_| is_end(signs.last()))?;
    let unspaced =
        UNSPACED_SCALES.iter().find_map(|(name, factor)| Some((*factor, words.strip_prefix(name)?.trim_start())));
    let spaced = || {
        let (first, unit) = words.split_once(' ').unwrap_or((words, ""));
        let singular = first.strip_suffix('s').unwrap_or(first).to_lowercase();
        SCALES.iter().find(|(name, _)| *name == singular).map(|(_, factor)| (*factor, unit))
    };
    let (factor, unit) = unspaced.or_else(spaced)?;
    signs.push(Token { kind: Kind::Scale(factor), ..tokens[0] });
    if !unit.is_empty() {
        let unit = super::words::unit_word(unit).unwrap_or_else(|| Kind::Text(unit.into()));
        signs.push(Token { kind: unit, at: tokens[0].end, gap: Gap::Wide, ..tokens[0] });
    }
    Some(1)
}

/// `2 \text{cis } 90^\circ`: a function.
fn cis(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let begins_angle = matches!(
        kind(tokens, 1)?,
        Kind::Number(_)
            | Kind::Letter(_)
            | Kind::Greek(_)
            | Kind::Constant(_)
            | Kind::Fraction
            | Kind::Minus
            | Kind::Caret
            | Kind::Open(_)
    );
    (word(kind(tokens, 0))? == "cis" && begins_angle).then(|| signs.push(Token { kind: Kind::Cis, ..tokens[0] }))?;
    Some(1)
}

/// `3:45 PM`, `3 p.m.`: a unit.
fn meridiem(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    if !is_number(signs.last()) {
        return None;
    }
    let is_time =
        tokens[0].gap > Gap::Tight || signs.iter().rev().nth(1).is_some_and(|token| token.kind == Kind::Colon);
    let (name, count) = match (kind(tokens, 0)?, kind(tokens, 1), kind(tokens, 2)) {
        (Kind::Word(word) | Kind::Text(word), ..) => (word.to_lowercase().replace('.', ""), 1),
        (Kind::Letter(half), Some(Kind::Period), Some(Kind::Letter('m' | 'M'))) => {
            (format!("{}m", half.to_ascii_lowercase()), 3 + usize::from(kind(tokens, 3) == Some(&Kind::Period)))
        }
        _ => return None,
    };
    if !is_time || !matches!(name.as_str(), "am" | "pm") {
        return None;
    }
    let end = tokens[count - 1].end;
    signs.push(Token { kind: Kind::Text(name.into()), end, ..tokens[0] });
    Some(count)
}

/// `5 choose 2`, `3 to 4`, `1.2 x 10^5`.
fn between_operands(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let next = kind(tokens, 1)?;
    let is_numeral = is_number(signs.last()) && matches!(next, Kind::Number(_));
    let sign = match kind(tokens, 0)? {
        Kind::Word(word) | Kind::Text(word) if &**word == "to" && is_numeral => Kind::Colon,
        Kind::Letter('x') if is_numeral => {
            let is_power = *next == Kind::Number("10".into()) && kind(tokens, 2) == Some(&Kind::Caret);
            let is_spaced = tokens[0].gap > Gap::Tight && tokens[1].gap > Gap::Tight;
            (is_power || is_spaced).then_some(Kind::Times)?
        }
        Kind::Word(word) | Kind::Text(word)
            if &**word == "choose" && matches!(next, Kind::Number(_) | Kind::Letter(_)) =>
        {
            let first = signs.pop_if(|last| matches!(last.kind, Kind::Number(_) | Kind::Letter(_)))?;
            let brace = |kind, at| Token { kind, at, end: at, gap: Gap::Tight };
            signs.push(Token { kind: Kind::Binomial, end: first.at, ..first });
            signs.push(brace(Kind::Open(Bracket::Brace), first.at));
            let end = first.end;
            signs.push(first);
            signs.push(brace(Kind::Close(Bracket::Brace), end));
            signs.push(brace(Kind::Open(Bracket::Brace), end));
            signs.push(tokens[1].clone());
            signs.push(brace(Kind::Close(Bracket::Brace), tokens[1].end));
            return Some(2);
        }
        _ => return None,
    };
    signs.push(Token { kind: sign, ..tokens[0] });
    Some(1)
}

/// `Rs. 500`, `US$5`, `about 5`; `{}` before an index; `(101)_2` without its brackets.
fn before_operand(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let first = kind(tokens, 0)?;
    if *first == Kind::Open(Bracket::Brace) && kind(tokens, 1) == Some(&Kind::Close(Bracket::Brace)) {
        return matches!(kind(tokens, 2), Some(Kind::Underscore | Kind::Caret)).then_some(2);
    }
    if let [open, digits, close, below, ..] = tokens
        && [&open.kind, &close.kind, &below.kind]
            == [&Kind::Open(Bracket::Round), &Kind::Close(Bracket::Round), &Kind::Underscore]
        && matches!(digits.kind, Kind::Number(_))
        && !is_end(signs.last())
    {
        signs.push(digits.clone());
        return Some(3);
    }
    let name = word(Some(first))?;
    if name == "US" && kind(tokens, 1) == Some(&Kind::Currency("$")) {
        return Some(1);
    }
    if signs.is_empty()
        && INTRODUCTIONS.contains(&name)
        && matches!(kind(tokens, 1), Some(Kind::Number(_) | Kind::Currency(_)))
    {
        return Some(1);
    }
    let sign = *CURRENCIES.iter().find(|sign| **sign == name)?;
    let count = 1 + usize::from(kind(tokens, 1) == Some(&Kind::Period));
    let is_before = !is_end(signs.last()) && matches!(kind(tokens, count), Some(Kind::Number(_)));
    is_before.then(|| signs.push(Token { kind: Kind::Currency(sign), ..tokens[0] }))?;
    Some(count)
}

/// `P(A|B)`: a bar between two events.
fn condition(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let [.., name, open, event] = signs.as_slice() else { return None };
    let is_probability = matches!(name.kind, Kind::Letter('P' | 'E')) && open.kind == Kind::Open(Bracket::Round);
    let is_event = |kind: Option<&Kind>| matches!(kind, Some(Kind::Letter(_)));
    let is_closed = kind(tokens, 2) == Some(&Kind::Close(Bracket::Round));
    let is_condition = kind(tokens, 0) == Some(&Kind::Bar) && is_event(Some(&event.kind)) && is_event(kind(tokens, 1));
    (is_probability && is_condition && is_closed).then(|| signs.push(Token { kind: Kind::Mid, ..tokens[0] }))?;
    Some(1)
}

/// In aligned equations, a row that goes on with the chain of the one before. In a table of cases, the punctuation before the condition, and
/// the word that begins it.
fn in_table(signs: &mut Vec<Token>, tokens: &[Token]) -> Option<usize> {
    let first = kind(tokens, 0)?;
    let is_comparison = |at| matches!(kind(tokens, at), Some(Kind::Comparison(_)));
    match first {
        Kind::Row | Kind::Ampersand if is_comparison(1) => return Some(1),
        Kind::Row if kind(tokens, 1) == Some(&Kind::Ampersand) && is_comparison(2) => return Some(2),
        _ => {}
    }
    let is_punctuation = matches!(first, Kind::Comma | Kind::Semicolon | Kind::Period);
    if is_punctuation && kind(tokens, 1) == Some(&Kind::Ampersand) {
        return Some(1);
    }
    let is_condition = signs.last().is_some_and(|last| last.kind == Kind::Ampersand);
    match word(Some(first))? {
        name if is_condition && CONDITIONS.contains(&name) => Some(1),
        name if is_condition && matches!(name, "otherwise" | "else") => {
            signs.push(Token { kind: Kind::Text("otherwise".into()), ..tokens[0] });
            Some(1)
        }
        _ => None,
    }
}
