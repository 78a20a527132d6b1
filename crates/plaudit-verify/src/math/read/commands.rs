//! LaTeX's commands: what is dropped, what is one token, and what takes its argument apart.

use super::lexer::Lexer;
use super::token::{Bracket, Gap, Kind};
use super::{ReadError, names, words};
use crate::math::units::is_unit;
use crate::math::{Comparison, Constant};

/// Commands that change how something looks, and commands that only group what follows.
const IGNORED: [&str; 59] = [
    "displaystyle",
    "textstyle",
    "scriptstyle",
    "limits",
    "nolimits",
    "rm",
    "bf",
    "it",
    "mathstrut",
    "hline",
    "noindent",
    "nonumber",
    "centering",
    "left",
    "right",
    "mleft",
    "mright",
    "middle",
    "big",
    "bigl",
    "bigr",
    "bigm",
    "Big",
    "Bigl",
    "Bigr",
    "Bigm",
    "bigg",
    "biggl",
    "biggr",
    "Bigg",
    "Biggl",
    "Biggr",
    "mathbf",
    "mathit",
    "boldsymbol",
    "bm",
    "pmb",
    "mathcal",
    "mathfrak",
    "mathscr",
    "variable",
    "quad",
    "qquad",
    "enspace",
    "thinspace",
    "nobreakspace",
    "medspace",
    "thickspace",
    "hfill",
    "mathnormal",
    "bold",
    "checkmark",
    "therefore",
    "unit",
    "ensuremath",
    "small",
    "large",
    "underline",
    "cancel",
];

/// Commands whose argument is not read.
const SKIPPED: [&str; 7] = ["hspace", "vspace", "label", "tag", "color", "textcolor", "phantom"];

/// Beyond the longest of all commands.
const LONGEST: usize = 20;

/// What a byte of an argument costs beside its reading.
const ARGUMENT_STEPS: usize = 4;

/// What it takes to look up a command.
pub(super) const COMMAND_STEPS: usize = 32;

/// The length of the run of ASCII letters that `text` starts with.
pub(super) fn letters(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphabetic).count()
}

/// Whether a command has a meaning here.
pub(super) fn is_known(name: &str) -> bool {
    IGNORED.contains(&name)
        || SKIPPED.contains(&name)
        || is_text(name)
        || is_roman(name)
        || matches!(name, "mathbb" | "Bbb" | "begin" | "end" | "not")
        || names::command(name).is_some()
}

/// Whether an environment sets equations below each other.
pub(super) fn is_aligned(environment: &str) -> bool {
    matches!(environment, "align" | "aligned" | "gather" | "gathered" | "equation" | "split" | "alignedat" | "eqnarray")
}

/// What upright letters are: a function, a constant, a unit, or a name.
fn upright(name: &str) -> Kind {
    match names::word(name).or_else(|| words::unit_word(name)) {
        Some(kind) => kind,
        None if name.len() > 1 && is_unit(name) => Kind::Text(name.into()),
        None => Kind::Roman(name.into()),
    }
}

fn is_text(name: &str) -> bool {
    matches!(
        name,
        "text"
            | "textrm"
            | "textnormal"
            | "textit"
            | "textbf"
            | "textsf"
            | "texttt"
            | "mbox"
            | "hbox"
            | "emph"
            | "textup"
    )
}

/// The digits in `(mod 7)`.
fn modulus(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("(mod ")?.strip_suffix(')')?.trim();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The sign of mathematics that a text is, and that is no letter: `-`, `π`.
fn only_sign(text: &str) -> Option<Kind> {
    let mut signs = text.chars();
    signs.next().filter(|_| signs.next().is_none()).and_then(names::character)
}

fn is_roman(name: &str) -> bool {
    matches!(name, "mathrm" | "operatorname" | "mathop" | "mathsf" | "mathtt" | "rm")
}

impl<'a> Lexer<'a> {
    /// A backslash and letters.
    pub(super) fn command(&mut self) -> Result<(), ReadError> {
        let run = &self.rest()[1..];
        let mut name = &run[..letters(run)];
        if !is_known(name) {
            // `\\lvertx`: a command that lacks the space behind it.
            self.ahead += COMMAND_STEPS * name.len().min(LONGEST);
            name = (3..name.len().min(LONGEST))
                .rev()
                .map(|length| &name[..length])
                .find(|prefix| is_known(prefix))
                .unwrap_or(name);
        }
        let length = 1 + name.len();
        match name {
            "left" | "right" | "mleft" | "mright" | "middle" => self.delimiter(name, length),
            "quad" | "qquad" => self.space(Gap::Quad, length),
            "enspace" | "hfill" => self.space(Gap::Wide, length),
            "thinspace" | "medspace" | "thickspace" | "nobreakspace" => self.space(Gap::Thin, length),
            "not" => {
                self.at += length;
                self.is_negated = true;
            }
            "mathbb" | "Bbb" => {
                let (argument, end) = self.argument(length)?;
                let letter = argument.chars().next().filter(|letter| letter.is_alphabetic());
                let letter = letter.ok_or_else(|| self.unknown())?;
                let kind = names::blackboard(letter).map_or(Kind::Letter(letter), Kind::Constant);
                self.push(kind, end);
            }
            "begin" | "end" => self.environment(name == "begin", length)?,
            _ if SKIPPED.contains(&name) => {
                let (_, end) = self.argument(length)?;
                self.space(Gap::Wide, end);
            }
            _ if is_text(name) => self.text_argument(length)?,
            _ if is_roman(name) && self.rest()[length..].trim_start_matches(['*', ' ']).starts_with('{') => {
                self.roman_argument(length)?
            }
            _ if IGNORED.contains(&name) || is_roman(name) => self.at += length,
            _ => match names::command(name) {
                Some(Kind::Comparison(comparison)) => self.comparison(comparison, length)?,
                Some(kind) => self.push(kind, length),
                None if self.rest()[length..].trim_start().starts_with('{') => {
                    return Err(ReadError::syntax(self.at, "a known command"));
                }
                None => self.push(upright(name), length),
            },
        }
        Ok(())
    }

    fn comparison(&mut self, comparison: Comparison, length: usize) -> Result<(), ReadError> {
        let kind = match std::mem::take(&mut self.is_negated) {
            true => names::negated(comparison).ok_or_else(|| self.unknown())?,
            false => comparison,
        };
        self.push(Kind::Comparison(kind), length);
        Ok(())
    }

    /// `\left`, `\right`: bars behind them say on which side they stand; a point stands for no delimiter.
    fn delimiter(&mut self, name: &str, length: usize) {
        self.at += length;
        self.skip_space();
        let (bracket, length) = match self.rest() {
            rest if rest.starts_with('.') => return self.at += 1,
            rest if rest.starts_with("\\|") => (Bracket::DoubleBar, 2),
            rest if rest.starts_with("\\Vert") => (Bracket::DoubleBar, 5),
            rest if rest.starts_with("\\vert") => (Bracket::Bar, 5),
            rest if rest.starts_with('|') => (Bracket::Bar, 1),
            rest if rest.starts_with(['<', '>']) => (Bracket::Angle, 1),
            _ => return,
        };
        let kind = match name {
            "left" | "mleft" => Kind::Open(bracket),
            "middle" => Kind::Mid,
            _ => Kind::Close(bracket),
        };
        self.push(kind, length);
    }

    /// What stands in braces behind `from` bytes from here, or the one letter there, and where it ends, from here.
    fn argument(&mut self, from: usize) -> Result<(&'a str, usize), ReadError> {
        let expected = || ReadError::syntax(self.at + from, "an argument in braces");
        let rest = &self.rest()[from..];
        let open = from + rest.len() - rest.trim_start_matches(['*', ' ']).len();
        let inside = &self.rest()[open..];
        if !inside.starts_with('{') {
            let letter = inside.chars().next().filter(|letter| letter.is_alphanumeric()).ok_or_else(expected)?;
            return Ok((&inside[..letter.len_utf8()], open + letter.len_utf8()));
        }
        let mut depth = 0_usize;
        let mut is_escaped = false;
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' if !is_escaped => depth += 1,
                b'}' if !is_escaped => depth -= 1,
                _ => {}
            }
            is_escaped = byte == b'\\' && !is_escaped;
            if depth == 0 {
                self.ahead += ARGUMENT_STEPS * at;
                return Ok((&inside[1..at], open + at + 1));
            }
        }
        Err(ReadError::syntax(self.at + open, "a closing brace"))
    }

    fn environment(&mut self, begins: bool, length: usize) -> Result<(), ReadError> {
        let (name, end) = self.argument(length)?;
        let name = name.trim().trim_end_matches('*');
        if !begins {
            self.environments.pop();
            self.push(Kind::Finish(name.into()), end);
            return Ok(());
        }
        self.environments.push(is_aligned(name));
        self.push(Kind::Begin(name.into()), end);
        if matches!(name, "array" | "tabular") {
            // How columns are aligned.
            let (_, end) = self.argument(0)?;
            self.at += end;
        }
        Ok(())
    }

    /// `\text{..}`: words; "and" and "or" join; what has no letters is mathematics.
    fn text_argument(&mut self, length: usize) -> Result<(), ReadError> {
        let (argument, end) = self.argument(length)?;
        let text = words::folded(argument);
        let bare = text.trim_matches([',', ';', '.', ' ']);
        match bare {
            "" if text == "," => self.push(Kind::Comma, end),
            "" => self.space(Gap::Wide, end),
            "and" | "And" | "&" | "且" | "和" => self.push(Kind::And, end),
            "or" | "Or" | "或" | "或者" => self.push(Kind::Or, end),
            "mod" => self.push(Kind::Mod, end),
            "(mod" => {
                self.push(Kind::Open(Bracket::Round), 0);
                self.push(Kind::Mod, end);
            }
            _ if let Some(modulus) = modulus(bare) => {
                self.push(Kind::Modulus, 0);
                self.push(Kind::Number(modulus.into()), end);
            }
            _ if let Some(sign) = only_sign(bare) => self.push(sign, end),
            _ if !bare.contains(char::is_alphabetic) || argument.contains('$') => self.at += length,
            _ if let Some(kind) = self.sign_in_words(bare, end) => self.push(kind, end),
            _ => {
                let (words, joint) = words::without_joint(bare);
                let kind = words::unit_word(words).unwrap_or_else(|| Kind::Text(words.into()));
                self.push(kind, end);
                if let Some(joint) = joint {
                    self.push(joint, 0);
                }
            }
        }
        Ok(())
    }

    /// `\mathrm{..}` and `\operatorname{..}`: a function, a constant, a name, a unit, or upright mathematics.
    fn roman_argument(&mut self, length: usize) -> Result<(), ReadError> {
        let (argument, end) = self.argument(length)?;
        let text = words::folded(argument);
        let kind = match text.as_str() {
            "e" => Kind::Constant(Constant::E),
            "i" => Kind::Constant(Constant::I),
            // The infimum; only the word alone is infinity.
            "inf" => Kind::Roman("inf".into()),
            // An upright letter behind a value may be its unit; with a space before it, it is.
            name if name.len() == 1 && letters(name) == 1 && self.is_behind_value() => {
                match argument.starts_with(['~', ' ']) && is_unit(name) {
                    true => Kind::Text(name.into()),
                    false => Kind::Roman(name.into()),
                }
            }
            // `min` behind a number, without arguments.
            name if is_unit(name)
                && self.is_behind_number()
                && name.len() > 1
                && !self.rest()[end..].trim_start().starts_with(['(', '{', '\\']) =>
            {
                Kind::Text(name.into())
            }
            name if name.len() == 1 && letters(name) == 1 => Kind::Letter(char::from(name.as_bytes()[0])),
            name if letters(name) == name.len() && !name.is_empty() => upright(name),
            _ => match plain_unit(argument) {
                Some(unit) => Kind::Text(unit.into()),
                None => {
                    self.at += length;
                    return Ok(());
                }
            },
        };
        self.push(kind, end);
        Ok(())
    }

    /// What the words of `\text{..}` are where they stand for mathematics, as far as what stands beside them says so: `\text{arctan}(2)`,
    /// `\text{infinity}`, `x^2 + \text{C}`.
    fn sign_in_words(&self, words: &str, end: usize) -> Option<Kind> {
        let behind = self.rest()[end..].trim_start();
        let begins_argument = behind.starts_with(|first: char| first.is_ascii_alphanumeric())
            || ["(", "{", "^", "\\left(", "\\frac", "\\sqrt", "\\theta", "\\alpha", "\\pi"]
                .iter()
                .any(|sign| behind.starts_with(sign));
        let is_term = self.tokens.last().is_some_and(|last| matches!(last.kind, Kind::Plus | Kind::Minus));
        match names::word(words) {
            Some(kind @ Kind::Function(_)) if begins_argument && !self.is_behind_number() => Some(kind),
            Some(kind @ Kind::Constant(_)) => Some(kind),
            None if is_term && matches!(words, "constant" | "const") => Some(Kind::Letter('C')),
            None if is_term && words.len() == 1 => words.chars().next().map(Kind::Letter),
            _ => None,
        }
    }

    fn is_behind_number(&self) -> bool {
        self.tokens.last().is_some_and(|last| matches!(last.kind, Kind::Number(_)))
    }

    /// Whether a number or a bracket is last, and no name.
    fn is_behind_value(&self) -> bool {
        let is_name = |kind: &Kind| matches!(kind, Kind::Letter(_) | Kind::Greek(_));
        self.tokens.last().is_some_and(|last| last.kind.ends_value() && !is_name(&last.kind))
    }
}

/// A unit without LaTeX: `kg \cdot m^{2}` is `kg*m^2`. `None` for what is none; letters with space between them may be points.
fn plain_unit(argument: &str) -> Option<String> {
    /// What is longer is no unit.
    const LONGEST: usize = 100;
    if argument.len() > LONGEST {
        return None;
    }
    let signs = [("\\cdot", "*"), ("\\mu", "μ"), ("\\Omega", "Ω"), ("\\,", " "), ("\\ ", " "), ("~", " ")];
    let plain = signs.iter().fold(argument.to_owned(), |unit, (command, sign)| unit.replace(command, sign));
    let unit = words::tidy_unit(&words::folded(&plain.replace(['{', '}'], "")));
    let is_symbol = |part: &str| part.len() > 1 && !words::PRODUCTS.contains(&part);
    let is_marked = unit.contains(['*', '/', '^', 'μ', 'Ω']) || unit.split(' ').any(is_symbol);
    (is_marked && is_unit(&unit)).then_some(unit)
}
