//! Numerals: grouped digits, decimals that recur, decimal exponents, other bases, mixed numbers.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Gap, Kind};
use crate::Rational;
use crate::math::{Expr, Number};
use dashu_int::{IBig, UBig};
use plaudit_core::Limit;

/// The largest absolute decimal exponent that is read.
const MAX_EXPONENT: usize = 1000;

/// The most runs of letters and digits in a numeral of a base above ten.
const MAX_LETTERS: usize = 32;

/// The most digits behind a decimal point.
const MAX_DECIMALS: usize = 4096;

impl Parser<'_> {
    /// A numeral, with the fraction of a mixed number.
    pub(super) fn numeral(&mut self) -> Result<Expr, ReadError> {
        let start = self.position();
        let digits = self.grouped()?;
        if let Some(numeral) = self.based(&digits)? {
            return Ok(numeral);
        }
        let whole = match self.recurring(&digits)? {
            Some(number) => return Ok(number),
            None => plain(&digits).ok_or_else(|| self.over_budget(Limit::Bits))?,
        };
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        let fraction = if is_whole { self.fraction_behind(self.position() == start + 1)? } else { None };
        Ok(match fraction {
            Some(fraction) => Expr::Mixed(Box::new([whole, fraction])),
            None => whole,
        })
    }

    /// The digits of one number, without what groups them.
    fn grouped(&mut self) -> Result<String, ReadError> {
        let Kind::Number(first) = self.peek() else { return Err(self.expected("a number")) };
        let mut digits = first.to_string();
        if let Some((grouped, length)) = self.european(first) {
            self.skip(length);
            return Ok(grouped);
        }
        self.advance();
        // `2{,}75`: not three digits, so no thousands.
        if let (Kind::GroupComma, Kind::Number(decimals)) = (self.peek(), &self.ahead(1).kind)
            && (decimals.len() != 3 || first.len() > 3 || first.starts_with('0'))
            && all_digits(first)
            && all_digits(decimals)
            && self.ahead(2).kind != Kind::GroupComma
        {
            digits = format!("{first}.{decimals}");
            self.skip(2);
            return Ok(digits);
        }
        if !(1..=3).contains(&first.len()) || first.starts_with('0') || !all_digits(first) {
            return Ok(digits);
        }
        // The separator of the first two groups separates all; the last group may have decimals.
        let mut end = 0;
        let mut separator = None;
        loop {
            let token = self.ahead(end);
            let (kind, number) = match (&token.kind, token.gap) {
                (Kind::GroupComma, _) => (Kind::GroupComma, self.ahead(end + 1)),
                (Kind::Comma, Gap::Tight) if !self.context.lists && self.ahead(end + 1).gap == Gap::Tight => {
                    (Kind::Comma, self.ahead(end + 1))
                }
                (Kind::Number(_), Gap::Thin | Gap::Wide) => (Kind::Stop, token),
                _ => break,
            };
            let Kind::Number(group) = &number.kind else { break };
            let (whole, is_last) = group.split_once('.').map_or((&**group, false), |(whole, _)| (whole, true));
            if whole.len() != 3 || !all_digits(whole) || separator.as_ref().is_some_and(|known| *known != kind) {
                // `1,234,5` is a list.
                if end > 0 && kind != Kind::GroupComma {
                    return Ok(digits);
                }
                break;
            }
            end += if kind == Kind::Stop { 1 } else { 2 };
            separator = Some(kind);
            if is_last {
                break;
            }
        }
        // `1 000/3` would be a mixed number.
        let is_mixed = separator == Some(Kind::Stop) && self.ahead(end).kind == Kind::Slash;
        if end > 0 && !is_mixed {
            for offset in 0..end {
                if let Kind::Number(group) = &self.ahead(offset).kind {
                    digits.push_str(group);
                }
            }
            self.skip(end);
        }
        Ok(digits)
    }

    /// With decimal commas: `1,5`, `1.234,5`, `1.234`. The digits with a decimal point, and the number of tokens.
    fn european(&self, first: &str) -> Option<(String, usize)> {
        if !self.options.decimal_comma {
            return None;
        }
        let (whole, group) = first.split_once('.').unwrap_or((first, ""));
        let is_grouped = group.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        if !all_digits(whole) || !all_digits(group) || !(group.is_empty() || is_grouped) {
            return None;
        }
        let (comma, fraction) = (self.ahead(1), self.ahead(2));
        match &fraction.kind {
            Kind::Number(decimals)
                if comma.kind == Kind::Comma && comma.gap == Gap::Tight && fraction.gap == Gap::Tight =>
            {
                all_digits(decimals).then(|| (format!("{whole}{group}.{decimals}"), 3))
            }
            _ => is_grouped.then(|| (format!("{whole}{group}"), 1)),
        }
    }

    /// `204_5`, `1101_{two}`, `2B_{16}`: digits in another base.
    fn based(&mut self, digits: &str) -> Result<Option<Expr>, ReadError> {
        // Letters are digits only right behind digits, and before a base.
        let mut numeral = digits.to_owned();
        let mut end = 0;
        loop {
            let token = self.ahead(end);
            match &token.kind {
                Kind::Letter(letter @ 'A'..='Z') if token.gap == Gap::Tight => numeral.push(*letter),
                Kind::Number(more) if end > 0 && token.gap == Gap::Tight && all_digits(more) => numeral.push_str(more),
                Kind::Underscore => break,
                _ => return Ok(None),
            }
            end += 1;
            if end > MAX_LETTERS {
                return Ok(None);
            }
        }
        let has_letters = end > 0;
        let base_at = end + 1;
        let brackets = [Kind::Open(Bracket::Brace), Kind::Open(Bracket::Round)];
        let opened = (0..2).take_while(|depth| brackets.contains(&self.ahead(base_at + depth).kind)).count();
        let mut length = 1;
        let base = match &self.ahead(base_at + opened).kind {
            Kind::Number(base) => base.parse().ok(),
            Kind::Text(word) | Kind::Roman(word) => base_word(word),
            Kind::Letter(_) => {
                let letter = |offset| match self.ahead(base_at + opened + offset).kind {
                    Kind::Letter(letter) => Some(letter),
                    _ => None,
                };
                let word: String = (0..10).map_while(letter).collect();
                length = word.len();
                base_word(&word)
            }
            _ => None,
        };
        let Some(base) = base.filter(|base: &u32| (2..=36).contains(base)) else { return Ok(None) };
        let is_numeral = numeral.chars().all(|digit| digit.is_digit(base));
        if !is_numeral {
            return if has_letters { Ok(None) } else { Err(self.expected("digits of the base")) };
        }
        self.skip(base_at + opened + length);
        for _ in 0..opened {
            match self.peek() {
                Kind::Close(Bracket::Brace | Bracket::Round) => self.advance(),
                _ => return Err(self.expected("a closing bracket behind the base")),
            }
        }
        Ok(Some(Expr::Numeral(numeral.into(), base)))
    }

    /// `0.1\overline{6}`, `0.\bar3\bar6`, `0.1(6)`, `0.1\dot{6}`, `0.333...`.
    fn recurring(&mut self, digits: &str) -> Result<Option<Expr>, ReadError> {
        let Some((_, decimals)) = digits.split_once('.').filter(|(_, decimals)| all_digits(decimals)) else {
            return Ok(None);
        };
        let in_braces = |parser: &Self, from: usize, open: Bracket| match (
            &parser.ahead(from).kind,
            &parser.ahead(from + 1).kind,
            &parser.ahead(from + 2).kind,
        ) {
            (Kind::Open(left), Kind::Number(period), Kind::Close(right))
                if *left == open && *right == open && all_digits(period) =>
            {
                Some(period.to_string())
            }
            _ => None,
        };
        let bare = |parser: &Self, from: usize| match &parser.ahead(from).kind {
            Kind::Number(period) if all_digits(period) => Some(period.to_string()),
            _ => None,
        };
        let (period, length) = match self.peek() {
            // One bar over all digits, or one over each.
            Kind::Overline => {
                let (mut period, mut length) = (String::new(), 0);
                while self.ahead(length).kind == Kind::Overline {
                    let part = match in_braces(self, length + 1, Bracket::Brace) {
                        Some(part) => Some((part, 4)),
                        None => bare(self, length + 1).map(|part| (part, 2)),
                    };
                    let Some((part, tokens)) = part else { return Ok(None) };
                    period.push_str(&part);
                    length += tokens;
                }
                (period, length)
            }
            Kind::Accent("dot") => match self.dotted()? {
                Some(found) => found,
                None => return Ok(None),
            },
            Kind::Open(Bracket::Round) if self.is_tight() => match in_braces(self, 0, Bracket::Round) {
                Some(period) if ends_number(&self.ahead(3).kind) => (period, 3),
                _ => return Ok(None),
            },
            Kind::Dots => {
                let number = match repeated(decimals) {
                    Some((start, period)) => {
                        let shown = digits.len() - decimals.len() + start;
                        recurrence(&digits[..shown], &decimals[start..start + period])
                    }
                    // `3.14159...`: what is shown of an irrational number.
                    None => plain(digits),
                };
                self.advance();
                return number.map(Some).ok_or_else(|| self.over_budget(Limit::Bits));
            }
            _ => return Ok(None),
        };
        self.skip(length);
        recurrence(digits, &period).map(Some).ok_or_else(|| self.over_budget(Limit::Bits))
    }

    /// Dots over the first and the last digit of a period: the period, and the number of tokens.
    fn dotted(&self) -> Result<Option<(String, usize)>, ReadError> {
        let mut period = String::new();
        let mut length = 0;
        let mut dots = 0;
        loop {
            match (&self.ahead(length).kind, &self.ahead(length + 1).kind) {
                (Kind::Accent("dot"), Kind::Open(Bracket::Brace)) if dots < 2 => {
                    let Kind::Number(digit) = &self.ahead(length + 2).kind else { return Ok(None) };
                    if digit.len() != 1 || self.ahead(length + 3).kind != Kind::Close(Bracket::Brace) {
                        return Ok(None);
                    }
                    period.push_str(digit);
                    (length, dots) = (length + 4, dots + 1);
                }
                (Kind::Accent("dot"), Kind::Number(digit)) if dots < 2 && digit.len() == 1 => {
                    period.push_str(digit);
                    (length, dots) = (length + 2, dots + 1);
                }
                (Kind::Number(digits), Kind::Accent("dot")) if dots == 1 && all_digits(digits) => {
                    period.push_str(digits);
                    length += 1;
                }
                _ => return Ok((dots > 0).then_some((period, length))),
            }
        }
    }

    /// The fraction of a mixed number: `\frac12` or `½` behind a whole number, `1/2` with a space before it. It is below one.
    fn fraction_behind(&mut self, is_single: bool) -> Result<Option<Expr>, ReadError> {
        let (numerator, denominator, length) = match (self.peek(), &self.ahead(1).kind, &self.ahead(2).kind) {
            (Kind::Vulgar(numerator, denominator), ..) => (numerator.to_string(), denominator.to_string(), 1),
            (Kind::Number(numerator), Kind::Slash, Kind::Number(denominator))
                if is_single && self.ahead(1).gap == Gap::Tight && self.ahead(2).gap == Gap::Tight =>
            {
                (numerator.to_string(), denominator.to_string(), 3)
            }
            (Kind::Fraction, ..) => {
                let mut length = 1;
                match (self.fraction_part(&mut length), self.fraction_part(&mut length)) {
                    (Some(both), None) if both.len() == 2 && all_digits(&both) => {
                        (both[..1].to_owned(), both[1..].to_owned(), length)
                    }
                    (Some(numerator), Some(denominator)) => (numerator, denominator, length),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        if !all_digits(&numerator) || !all_digits(&denominator) {
            return Ok(None);
        }
        let parts = [plain(&numerator), plain(&denominator)];
        let [Some(Expr::Number(numerator)), Some(Expr::Number(denominator))] = parts else { return Ok(None) };
        if numerator.value >= denominator.value {
            return Ok(None);
        }
        self.skip(length);
        Ok(Some(Expr::Fraction(Box::new([Expr::Number(numerator), Expr::Number(denominator)]))))
    }

    /// The digits of a part of a fraction that so many tokens lie before, in braces or not.
    fn fraction_part(&self, before: &mut usize) -> Option<String> {
        match (&self.ahead(*before).kind, &self.ahead(*before + 1).kind, &self.ahead(*before + 2).kind) {
            (Kind::Number(digits), ..) => {
                *before += 1;
                Some(digits.to_string())
            }
            (Kind::Open(Bracket::Brace), Kind::Number(digits), Kind::Close(Bracket::Brace)) => {
                *before += 3;
                Some(digits.to_string())
            }
            _ => None,
        }
    }
}

/// Whether a number may end before it: nothing multiplies it there.
fn ends_number(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Stop
            | Kind::Comma
            | Kind::Semicolon
            | Kind::Close(_)
            | Kind::Comparison(_)
            | Kind::Percent
            | Kind::Text(_)
            | Kind::And
            | Kind::Or
            | Kind::Wedge
            | Kind::Vee
    )
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn base_word(word: &str) -> Option<u32> {
    const WORDS: [&str; 15] = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen",
    ];
    WORDS.iter().position(|known| *known == word).map(|place| place as u32 + 2)
}

/// The shortest period that the end of the decimals shows often enough, three times a digit, twice all of them or more digits: where it
/// begins, and its length.
fn repeated(decimals: &str) -> Option<(usize, usize)> {
    let digits = decimals.as_bytes();
    (1..=(digits.len() / 2).min(64)).find_map(|period| {
        let backwards = digits.iter().rev();
        let same = backwards.clone().zip(backwards.skip(period)).take_while(|(one, other)| one == other).count();
        let shown = same + period;
        let is_all = shown == digits.len();
        (shown >= 2 * period && (shown > 2 || is_all)).then(|| (digits.len() - shown, period))
    })
}

/// A decimal followed by a period for ever.
fn recurrence(digits: &str, period: &str) -> Option<Expr> {
    let Some(Expr::Number(shown)) = plain(digits) else { return None };
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals + period.len() > MAX_DECIMALS {
        return None;
    }
    let nines = UBig::from(10_u8).pow(period.len()) - UBig::ONE;
    let tail = Rational::from_parts(integer(period), nines * UBig::from(10_u8).pow(decimals));
    Some(Expr::number(shown.value + tail))
}

fn integer(digits: &str) -> IBig {
    if digits.is_empty() {
        IBig::ZERO
    } else {
        IBig::from_str_radix(digits, 10).expect("only ASCII digits, and at least one")
    }
}

/// Digits with at most one point and exponent; nothing where the exponent or the number of decimals is too large.
pub(super) fn plain(digits: &str) -> Option<Expr> {
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (is_small, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => (true, exponent),
        None => (false, exponent.trim_start_matches('+')),
    };
    let exponent = exponent.parse::<usize>().ok().filter(|exponent| *exponent <= MAX_EXPONENT)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (decimals, zeros) = match is_small {
        true => (fraction.len() + exponent, 0),
        false => (fraction.len().saturating_sub(exponent), exponent.saturating_sub(fraction.len())),
    };
    if decimals > MAX_DECIMALS {
        return None;
    }
    let ten = UBig::from(10_u8);
    let numerator = integer(&format!("{whole}{fraction}")) * ten.pow(zeros);
    let value =
        if decimals > 0 { Rational::from_parts(numerator, ten.pow(decimals)) } else { Rational::from(numerator) };
    Some(Expr::Number(Number { value, decimals: u32::try_from(decimals).ok().filter(|decimals| *decimals > 0) }))
}
