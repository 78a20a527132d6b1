//! From characters to tokens: commands, characters and words of LaTeX, Unicode and plain notation become the same tokens.

use super::commands::{COMMAND_STEPS, is_known, letters};
use super::names;
use super::token::{Bracket, Gap, Kind, Token};
use super::{ReadError, ReadOptions, words};
use crate::math::{Budget, Comparison};

/// The longest run of letters, in bytes.
const MAX_WORD: usize = 256;

/// What a token costs, from here until it is part of an expression.
const STEPS_PER_TOKEN: usize = 40;

/// What a byte costs: a literal of 60,000 digits is within the budget, one of 80,000 is not.
const STEPS_PER_BYTE: usize = 5;

pub(super) fn lex(text: &str, options: &ReadOptions, budget: &mut Budget) -> Result<Vec<Token>, ReadError> {
    let mut lexer = Lexer {
        text,
        at: 0,
        gap: Gap::Tight,
        tokens: Vec::new(),
        dollar: dollar(text),
        environments: Vec::new(),
        is_negated: false,
        ahead: 0,
    };
    while let Some(character) = lexer.peek() {
        let (at, count) = (lexer.at, lexer.tokens.len());
        lexer.token(character, options)?;
        let steps = STEPS_PER_TOKEN * (lexer.tokens.len() - count) + STEPS_PER_BYTE * (lexer.at - at) + lexer.ahead;
        lexer.ahead = 0;
        budget.take(steps as u64).map_err(|limit| ReadError::over_budget(limit, at))?;
    }
    lexer.tokens.push(Token { kind: Kind::Stop, at: text.len(), end: text.len(), gap: lexer.gap });
    Ok(lexer.tokens)
}

/// Where the one dollar sign stands that is a currency: signs come in pairs around mathematics, but for one of an odd number beside a digit.
fn dollar(text: &str) -> Option<usize> {
    let mut previous = ' ';
    let mut signs = Vec::new();
    for (at, character) in text.char_indices() {
        if character == '$' && previous != '\\' {
            signs.push((at, previous));
        }
        previous = character;
    }
    let is_before_digit =
        |at: usize| text[at + 1..].trim_start().starts_with(|next: char| next.is_ascii_digit() || next == '.');
    let is_behind_digit = |at: usize| text[..at].trim_end().ends_with(|last: char| last.is_ascii_digit());
    if signs.len() % 2 == 0 {
        return None;
    }
    signs.iter().map(|(at, _)| *at).find(|at| is_before_digit(*at) || is_behind_digit(*at))
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) gap: Gap,
    pub(super) tokens: Vec<Token>,
    dollar: Option<usize>,
    /// The environments that are open: whether ampersands align equations in them, and separate nothing.
    pub(super) environments: Vec<bool>,
    /// Whether `\not` came just before.
    pub(super) is_negated: bool,
    /// What the current token cost beside its own length: bytes of an argument, commands that were looked up.
    pub(super) ahead: usize,
}

/// Signs of several characters.
static PAIRS: [(&str, Kind); 12] = [
    ("**", Kind::Caret),
    ("<=", Kind::Comparison(Comparison::LessOrEqual)),
    (">=", Kind::Comparison(Comparison::GreaterOrEqual)),
    ("&lt;", Kind::Comparison(Comparison::Less)),
    ("&gt;", Kind::Comparison(Comparison::Greater)),
    ("+/-", Kind::PlusMinus(false)),
    ("<>", Kind::Comparison(Comparison::NotEqual)),
    ("==", Kind::Comparison(Comparison::Equal)),
    ("=>", Kind::Comparison(Comparison::Other('⇒'))),
    (":=", Kind::Comparison(Comparison::Equal)),
    ("->", Kind::Comparison(Comparison::Other('→'))),
    ("!=", Kind::Comparison(Comparison::NotEqual)),
];

impl<'a> Lexer<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn starts(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    /// Adds a token that ends `length` bytes from here.
    pub(super) fn push(&mut self, kind: Kind, length: usize) {
        let end = self.at + length;
        self.tokens.push(Token { kind, at: self.at, end, gap: self.gap });
        self.gap = Gap::Tight;
        self.at = end;
    }

    pub(super) fn space(&mut self, gap: Gap, length: usize) {
        self.gap = self.gap.max(gap);
        self.at += length;
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn token(&mut self, character: char, options: &ReadOptions) -> Result<(), ReadError> {
        let length = character.len_utf8();
        match character {
            '\\' => return self.backslash(),
            '0'..='9' => self.number(),
            '.' if self.starts("...") => {
                let dots = self.rest().len() - self.rest().trim_start_matches('.').len();
                self.push(Kind::Dots, dots);
            }
            '.' if self.rest()[1..].starts_with(|next: char| next.is_ascii_digit()) => self.number(),
            _ if words::is_letter(character) => {
                if words::length(self.rest()) > MAX_WORD {
                    return Err(ReadError::syntax(self.at, "a shorter word"));
                }
                self.word(options);
            }
            '$' if self.dollar == Some(self.at) => self.push(Kind::Currency("$"), 1),
            '$' => self.space(Gap::Wide, 1),
            '&' if self.environments.last() == Some(&true) => self.space(Gap::Wide, 1),
            '~' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\u{200a}' => self.space(Gap::Thin, length),
            '\u{200b}' | '\u{feff}' | '\u{2061}' | '\u{2062}' => self.at += length,
            _ if character.is_whitespace() => self.space(Gap::Wide, length),
            '″' => {
                self.push(Kind::Prime, 0);
                self.push(Kind::Prime, length);
            }
            // Letters and digits in mathematical styles: the alphabets follow each other.
            '\u{1d400}'..='\u{1d6a3}' => {
                let place = (character as u32 - 0x1d400) % 52;
                let letter = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[place as usize];
                self.push(Kind::Letter(char::from(letter)), length);
            }
            // Full-width signs of East Asian typography are ASCII's, moved.
            _ if digit(character).is_some() => self.foreign_number(),
            '\u{ff01}'..='\u{ff5e}' => {
                let plain = char::from_u32(character as u32 - 0xfee0).expect("the block mirrors ASCII");
                let kind = match plain {
                    'a'..='z' | 'A'..='Z' => Kind::Letter(plain),
                    _ => names::character(plain).ok_or_else(|| self.unknown())?,
                };
                self.push(kind, length);
            }
            '{' if self.starts("{,}") => self.push(Kind::GroupComma, 3),
            // Braces around a sign take away its space.
            '{' if self.starts("{:}") => self.push(Kind::Colon, 3),
            '{' if self.starts("{=}") => self.push(Kind::Comparison(Comparison::Equal), 3),
            _ => match names::raised_or_lowered(character) {
                Some((_, raised)) => self.raised(raised)?,
                None => self.sign(character)?,
            },
        }
        Ok(())
    }

    pub(super) fn unknown(&self) -> ReadError {
        ReadError::syntax(self.at, "a mathematical sign")
    }

    /// A sign of one character, or of two that are one sign.
    fn sign(&mut self, character: char) -> Result<(), ReadError> {
        for (pair, kind) in &PAIRS {
            if !self.starts(pair) {
                continue;
            }
            // `5!=120` is a factorial: only what has a space before it, or a variable, is "not equal".
            let is_factorial = *pair == "!="
                && self.gap == Gap::Tight
                && self.tokens.last().is_some_and(|last| matches!(last.kind, Kind::Number(_) | Kind::Close(_)));
            if !is_factorial {
                self.push(kind.clone(), pair.len());
                return Ok(());
            }
        }
        // `+-5`, where nothing stands before it that 5 could be taken from.
        let is_first = self.tokens.last().is_none_or(|last| {
            matches!(
                last.kind,
                Kind::Comparison(Comparison::Equal) | Kind::Comma | Kind::Open(_) | Kind::And | Kind::Or
            )
        });
        if is_first && self.starts("+-") {
            self.push(Kind::PlusMinus(false), 2);
            return Ok(());
        }
        let mut kind = names::character(character).ok_or_else(|| self.unknown())?;
        if let Kind::Comparison(comparison) = kind
            && std::mem::take(&mut self.is_negated)
        {
            kind = Kind::Comparison(names::negated(comparison).ok_or_else(|| self.unknown())?);
        }
        self.push(kind, character.len_utf8());
        Ok(())
    }

    /// Digits, a point, digits, an exponent. The point may be first, and last only before what recurs.
    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = digits(0);
        let mut length = whole;
        let mut skipped = 0;
        if bytes.get(length) == Some(&b'.') {
            let fraction = digits(length + 1);
            let behind = &self.rest()[length + 1..];
            if fraction > 0 || ["\\overline", "\\dot", "\\bar", "("].iter().any(|start| behind.starts_with(start)) {
                length += 1 + fraction;
            } else if !behind.starts_with('.') {
                skipped = 1;
            }
        }
        if skipped == 0 && matches!(bytes.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            let exponent = bytes.get(length + 1 + sign..).map_or(0, |_| digits(length + 1 + sign));
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let number = self.rest()[..length].into();
        // Its digits become a binary number in more than linear time.
        self.ahead += (length / 256).pow(2);
        self.push(Kind::Number(number), length);
        self.at += skipped;
    }

    /// A number in the digits of another script.
    fn foreign_number(&mut self) {
        let mut number = String::new();
        let mut length = 0;
        for character in self.rest().chars() {
            match (digit(character), character) {
                (Some(digit), _) => number.push(digit),
                (None, '．' | '٫' | '.') if !number.contains('.') => number.push('.'),
                _ => break,
            }
            length += character.len_utf8();
        }
        self.push(Kind::Number(number.trim_end_matches('.').into()), length);
    }

    /// Raised or lowered characters: an exponent or a subscript.
    fn raised(&mut self, is_raised: bool) -> Result<(), ReadError> {
        let mut plain = String::new();
        let mut length = 0;
        for character in self.rest().chars() {
            match names::raised_or_lowered(character) {
                Some((sign, raised)) if raised == is_raised => plain.push(sign),
                _ => break,
            }
            length += character.len_utf8();
        }
        self.push(if is_raised { Kind::Caret } else { Kind::Underscore }, 0);
        self.push(Kind::Open(Bracket::Brace), 0);
        let mut rest = plain.as_str();
        while let Some(first) = rest.chars().next() {
            let digits = rest.len() - rest.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
            let kind = match first {
                _ if digits > 0 => Kind::Number(rest[..digits].into()),
                'a'..='z' => Kind::Letter(first),
                _ => names::character(first).ok_or_else(|| self.unknown())?,
            };
            self.push(kind, 0);
            rest = &rest[digits.max(1)..];
        }
        self.push(Kind::Close(Bracket::Brace), length);
        Ok(())
    }

    /// A run of letters, with hyphens and apostrophes inside of words.
    fn word(&mut self, options: &ReadOptions) {
        let length = words::length(self.rest());
        let run = &self.rest()[..length];
        let behind_value = self.gap == Gap::Tight && self.tokens.last().is_some_and(|last| last.kind.ends_value());
        let next = self.rest()[length..].chars().next();
        if length == 1 {
            return self.push(Kind::Letter(char::from(run.as_bytes()[0])), 1);
        }
        if let Some(kind) = names::word(run) {
            return self.push(kind, length);
        }
        for name in ["arcsin", "arccos", "arctan", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "log", "exp", "ln"]
        {
            let function = || names::word(name).expect("the list has names of the table");
            // `xsin(x)`, and `sinx` where the rest is a usual variable.
            if let Some(before) =
                run.strip_suffix(name).filter(|before| before.is_ascii() && before.len() <= 2 && next == Some('('))
            {
                before.chars().for_each(|letter| self.push(Kind::Letter(letter), 1));
                return self.push(function(), name.len());
            }
            if run.strip_prefix(name).is_some_and(|behind| ["x", "y"].contains(&behind)) {
                return self.push(function(), name.len());
            }
        }
        // `x=1orx=2`, without spaces.
        for (name, kind) in [("and", Kind::And), ("or", Kind::Or)] {
            if behind_value && run.strip_prefix(name).is_some_and(|behind| behind.len() == 1) {
                return self.push(kind, name.len());
            }
        }
        if !options.words && run.is_ascii() {
            for letter in run.chars() {
                self.push(Kind::Letter(letter), letter.len_utf8());
            }
            return;
        }
        self.push(Kind::Word(run.into()), length);
    }

    fn backslash(&mut self) -> Result<(), ReadError> {
        let rest = &self.rest()[1..];
        let Some(next) = rest.chars().next() else {
            self.at += 1;
            return Ok(());
        };
        match next {
            ',' | ';' | ':' | '>' | '/' => self.space(Gap::Thin, 2),
            '!' => {
                self.at += 2;
                self.skip_space();
                let is_group = self.peek().is_some_and(|next| next.is_ascii_digit());
                if let Some(last) = self.tokens.last_mut().filter(|last| is_group && last.kind == Kind::Comma) {
                    last.kind = Kind::GroupComma;
                }
            }
            '%' => self.push(Kind::Percent, 2),
            '&' => self.push(Kind::And, 2),
            '$' => self.push(Kind::Currency("$"), 2),
            '{' => self.push(Kind::Open(Bracket::Set), 2),
            '}' => self.push(Kind::Close(Bracket::Set), 2),
            '|' => self.push(Kind::DoubleBar, 2),
            '_' => self.push(Kind::Underscore, 2),
            '(' | ')' | '[' | ']' | ' ' => self.space(Gap::Wide, 2),
            '\\' => {
                let command = letters(&rest[1..]);
                self.ahead += COMMAND_STEPS;
                // Outside of a table, a doubled backslash before a command is one that was escaped twice.
                if command > 0 && self.environments.is_empty() && is_known(&rest[1..=command]) {
                    self.at += 1;
                    return Ok(());
                }
                self.push(Kind::Row, 2);
                // `\\[2pt]` asks for space.
                let inside = self.rest().strip_prefix('[').unwrap_or_default();
                if let Some(end) = inside.bytes().take(10).position(|byte| byte == b']')
                    && ["pt", "em", "ex", "mm", "cm"].iter().any(|unit| inside[..end].ends_with(unit))
                {
                    self.at += end + 2;
                }
            }
            _ if next.is_whitespace() => self.space(Gap::Wide, 1 + next.len_utf8()),
            _ if next.is_ascii_alphabetic() => return self.command(),
            _ => return Err(self.unknown()),
        }
        Ok(())
    }
}

/// The zeros of scripts with digits of their own: full width, Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROS: [char; 6] = ['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];

/// The digit that a character of another script is.
fn digit(character: char) -> Option<char> {
    let value =
        ZEROS.iter().find_map(|zero| (character as u32).checked_sub(*zero as u32).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}
