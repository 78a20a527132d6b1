//! Variables, their subscripts and primes, and the functions without a meaning of their own.

use super::ReadError;
use super::parser::{Context, Parser};
use super::token::{Bracket, Gap, Kind};
use crate::math::{Comparison, Constant, Expr, Function};

/// Letters that are functions wherever brackets follow.
const FUNCTIONS: [&str; 6] = ["f", "g", "h", "F", "G", "H"];

/// Greek letters that are functions wherever brackets follow.
const GREEK_FUNCTIONS: [&str; 4] = ["phi", "psi", "zeta", "Gamma"];

/// The longest name of a variable, in bytes.
const MAX_NAME: usize = 256;

/// What stands above or below a letter.
#[derive(Clone, Copy)]
enum Script {
    Number(u32),
    Letter,
    /// `2n`, `n + 1`.
    Term,
}

impl Parser<'_> {
    /// A letter or a name, with what belongs to it.
    pub(super) fn symbol(&mut self) -> Result<Expr, ReadError> {
        let (mut name, is_upright) = match self.peek() {
            Kind::Letter(letter) => (letter.to_string(), false),
            Kind::Greek(name) => ((*name).to_owned(), false),
            Kind::Roman(name) => (name.to_string(), true),
            _ => return Err(self.expected("a variable")),
        };
        self.advance();
        let is_bare = !matches!(self.peek(), Kind::Underscore | Kind::Prime);
        let is_bound = self.bound.iter().any(|bound| **bound == *name);
        match name.as_str() {
            "e" if is_bare && !is_bound && self.options.euler => return Ok(Expr::Constant(Constant::E)),
            "i" if is_bare && !is_bound && self.options.imaginary => return Ok(Expr::Constant(Constant::I)),
            _ => {}
        }
        if let Some(chosen) = self.chosen(&name)? {
            return Ok(chosen);
        }
        let letter = name.clone();
        name = self.scripted(name)?;
        // `f \circ g`: the name of a function.
        while let (Kind::Circle, Kind::Letter(inner)) = (self.peek(), &self.ahead(1).kind) {
            name = format!("{name}\\circ {inner}");
            self.skip(2);
        }
        if name.len() > MAX_NAME {
            return Err(self.expected("a shorter name"));
        }
        let is_function = is_upright
            || FUNCTIONS.contains(&letter.as_str())
            || GREEK_FUNCTIONS.contains(&letter.as_str())
            || name.ends_with('\'')
            || name.contains("\\circ")
            || self.is_defined_here(&letter)
            || self.is_point(&letter)?;
        if is_function && self.is_inverse() {
            name.push_str("^{-1}");
            self.skip(5);
        }
        if is_function && *self.peek() == Kind::Open(Bracket::Round) {
            let arguments = self.arguments()?;
            if name == "Gamma" && arguments.len() == 1 {
                return Ok(Expr::Function(Function::Gamma, arguments));
            }
            return Ok(Expr::Apply(name.into(), arguments));
        }
        Ok(Expr::Symbol(name.into()))
    }

    /// `C_5^2`, `C^2_5`, `C_{2n}^n`: a binomial coefficient, in the notation of combinations. `C_n^2` is the square of a constant.
    fn chosen(&mut self, name: &str) -> Result<Option<Expr>, ReadError> {
        let first = self.peek();
        if name != "C" || !matches!(first, Kind::Underscore | Kind::Caret) {
            return Ok(None);
        }
        let Some((one, length)) = self.script_ahead(1) else { return Ok(None) };
        let second = &self.ahead(1 + length).kind;
        let Some((other, _)) = self.script_ahead(2 + length) else { return Ok(None) };
        let (below, above) = match (first, second) {
            (Kind::Underscore, Kind::Caret) => (one, other),
            (Kind::Caret, Kind::Underscore) => (other, one),
            _ => return Ok(None),
        };
        let is_choice = match (below, above) {
            (Script::Number(all), Script::Number(some)) => some <= all,
            (Script::Number(_), _) | (Script::Letter, Script::Number(_)) => false,
            (Script::Letter | Script::Term, _) => true,
        };
        if !is_choice {
            return Ok(None);
        }
        let is_below_first = *first == Kind::Underscore;
        self.advance();
        let one = self.argument()?;
        self.advance();
        let other = self.argument()?;
        let [all, some] = if is_below_first { [one, other] } else { [other, one] };
        Ok(Some(super::function::binomial(all, some)))
    }

    /// What stands above or below a letter so many tokens ahead, and its length.
    fn script_ahead(&self, from: usize) -> Option<(Script, usize)> {
        /// The longest term, in tokens.
        const LONGEST: usize = 8;
        match &self.ahead(from).kind {
            Kind::Number(digits) => Some((Script::Number(digits.parse().ok()?), 1)),
            Kind::Letter(_) => Some((Script::Letter, 1)),
            Kind::Open(Bracket::Brace) => {
                let is_part = |distance: &usize| {
                    let kind = &self.ahead(from + distance).kind;
                    matches!(kind, Kind::Number(_) | Kind::Letter(_) | Kind::Plus | Kind::Minus | Kind::Times)
                };
                let length = (1..=LONGEST).take_while(is_part).count();
                let is_closed = self.ahead(from + 1 + length).kind == Kind::Close(Bracket::Brace);
                let script = match length {
                    0 => return None,
                    // No brace, so that this goes no deeper.
                    1 => self.script_ahead(from + 1)?.0,
                    _ => Script::Term,
                };
                is_closed.then_some((script, length + 2))
            }
            _ => None,
        }
    }

    /// `_5C_2`, `^5P_2`: combinations and permutations.
    pub(super) fn combination(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        let all = self.argument()?;
        let function = match self.peek() {
            Kind::Letter('C') => Function::Binomial,
            Kind::Letter('P') => Function::Permutations,
            _ => return Err(self.expected("an operand")),
        };
        self.advance();
        self.expect(&Kind::Underscore, "how many are chosen")?;
        Ok(Expr::Function(function, vec![all, self.argument()?]))
    }

    /// The name with the subscripts and primes that follow.
    pub(super) fn scripted(&mut self, name: String) -> Result<String, ReadError> {
        let mut name = name;
        let mut primes = 0;
        loop {
            if *self.peek() == Kind::Underscore && !name.contains('_') {
                self.advance();
                let subscript = self.subscript()?;
                name = with_subscript(&name, &subscript).into();
            } else if self.eat(&Kind::Prime) {
                primes += 1;
            } else if *self.peek() == Kind::Caret && self.ahead(1).kind == Kind::Prime {
                self.skip(2);
                primes += 1;
            } else if *self.peek() == Kind::Caret
                && self.ahead(1).kind == Kind::Open(Bracket::Brace)
                && self.ahead(2).kind == Kind::Prime
            {
                self.skip(2);
                while self.eat(&Kind::Prime) {
                    primes += 1;
                }
                self.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
            } else {
                return Ok(name + &"'".repeat(primes));
            }
        }
    }

    /// What stands below, as it is written, without spaces.
    pub(super) fn subscript(&mut self) -> Result<String, ReadError> {
        let mut subscript = String::new();
        if *self.peek() != Kind::Open(Bracket::Brace) {
            subscript.push_str(&self.spelled()?);
            self.advance();
            return Ok(subscript);
        }
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Kind::Open(Bracket::Brace) => depth += 1,
                Kind::Close(Bracket::Brace) => depth -= 1,
                _ => {}
            }
            let is_outer =
                depth == 0 || subscript.is_empty() && depth == 1 && *self.peek() == Kind::Open(Bracket::Brace);
            if !is_outer {
                subscript.push_str(&self.spelled()?);
            }
            self.advance();
            if depth == 0 {
                break;
            }
        }
        if subscript.is_empty() {
            return Err(self.expected("a subscript"));
        }
        Ok(subscript)
    }

    /// The next token in a subscript.
    fn spelled(&self) -> Result<String, ReadError> {
        let sign = match self.peek() {
            Kind::Number(text) | Kind::Roman(text) => text.to_string(),
            Kind::Text(text) => text.chars().filter(|sign| sign.is_alphanumeric()).collect(),
            Kind::Letter(letter) => letter.to_string(),
            Kind::Greek(name) => (*name).to_owned(),
            Kind::Constant(Constant::Pi) => "pi".to_owned(),
            Kind::Constant(Constant::Infinity) => "infty".to_owned(),
            Kind::Constant(Constant::E) => "e".to_owned(),
            Kind::Constant(Constant::I) => "i".to_owned(),
            Kind::Function(function) => super::names::function_name(*function).to_owned(),
            Kind::And => "and".to_owned(),
            Kind::Or => "or".to_owned(),
            Kind::Plus => "+".to_owned(),
            Kind::Minus => "-".to_owned(),
            Kind::Times | Kind::Cross => "*".to_owned(),
            Kind::Slash => "/".to_owned(),
            Kind::Caret => "^".to_owned(),
            Kind::Underscore => "_".to_owned(),
            Kind::Comma | Kind::GroupComma => ",".to_owned(),
            Kind::Prime => "'".to_owned(),
            Kind::Open(Bracket::Brace) => "{".to_owned(),
            Kind::Close(Bracket::Brace) => "}".to_owned(),
            Kind::Open(Bracket::Round) => "(".to_owned(),
            Kind::Close(Bracket::Round) => ")".to_owned(),
            Kind::Comparison(Comparison::Equal) => "=".to_owned(),
            _ => return Err(self.expected("a subscript")),
        };
        Ok(sign)
    }

    /// Whether brackets with a single variable make a letter a function here: `P(x)`, `y(t) = ..`.
    fn is_defined_here(&self, letter: &str) -> bool {
        let is_variable = matches!(self.ahead(1).kind, Kind::Letter(_) | Kind::Greek(_));
        let is_bracketed = *self.peek() == Kind::Open(Bracket::Round)
            && self.is_tight()
            && is_variable
            && self.ahead(2).kind == Kind::Close(Bracket::Round);
        let is_capital = letter.starts_with(|first: char| first.is_ascii_uppercase());
        is_bracketed && (is_capital || self.ahead(3).kind == Kind::Comparison(Comparison::Equal))
    }

    /// Whether brackets with a comma follow a capital: `A(1, 2)`, `C(5, 2)`.
    fn is_point(&mut self, letter: &str) -> Result<bool, ReadError> {
        let is_capital = letter.starts_with(|first: char| first.is_ascii_uppercase());
        if !is_capital || *self.peek() != Kind::Open(Bracket::Round) || !self.is_tight() {
            return Ok(false);
        }
        let mut depth = 0_usize;
        let mut distance = 0;
        let has_comma = loop {
            match self.ahead(distance).kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                Kind::Comma if depth == 1 => break true,
                _ => {}
            }
            if depth == 0 || self.ahead(distance).kind == Kind::Stop {
                break false;
            }
            distance += 1;
        };
        self.take(distance as u64)?;
        Ok(has_comma)
    }

    /// Whether `^{-1}` comes, with brackets behind it.
    fn is_inverse(&self) -> bool {
        let expected = [
            Kind::Caret,
            Kind::Open(Bracket::Brace),
            Kind::Minus,
            Kind::Number("1".into()),
            Kind::Close(Bracket::Brace),
            Kind::Open(Bracket::Round),
        ];
        expected.iter().enumerate().all(|(distance, kind)| self.ahead(distance).kind == *kind)
    }

    /// Arguments in round brackets.
    pub(super) fn arguments(&mut self) -> Result<Vec<Expr>, ReadError> {
        let lists = self.has_list_commas()?;
        self.expect(&Kind::Open(Bracket::Round), "an opening bracket")?;
        self.inside(Context { lists, ..Context::default() }, |parser| {
            let arguments = parser.elements()?;
            parser.expect(&Kind::Close(Bracket::Round), "a closing bracket")?;
            for argument in &arguments {
                parser.check_depth(argument)?;
            }
            Ok(arguments)
        })
    }

    /// Letters that stand side by side without a space: what names a figure.
    pub(super) fn letters(&mut self) -> String {
        let mut letters = String::new();
        while let Kind::Letter(letter) = self.peek() {
            if !letters.is_empty() && self.token().gap > Gap::Tight || letters.len() > 8 {
                break;
            }
            letters.push(*letter);
            self.advance();
        }
        letters
    }
}

/// The name of a variable with a subscript: `x_1`, `x_{12}`; before its primes.
pub(super) fn with_subscript(name: &str, subscript: &str) -> Box<str> {
    let bare = name.trim_end_matches('\'');
    let primes = &name[bare.len()..];
    match subscript.chars().count() {
        1 => format!("{bare}_{subscript}{primes}").into(),
        _ => format!("{bare}_{{{subscript}}}{primes}").into(),
    }
}
