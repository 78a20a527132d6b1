//! Operands: numbers, constants, variables, fractions, roots, and what opens with a bracket.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Kind};
use crate::math::{Comparison, Constant, Expr, Function};

/// The letter that a factor is.
fn letter(factor: &Expr) -> Option<&str> {
    match factor {
        Expr::Symbol(name) if name.len() == 1 => Some(name),
        Expr::Constant(constant) => constant.letter(),
        _ => None,
    }
}

/// Whether it is no words whose letters were multiplied.
fn is_of_formula(expr: &Expr) -> bool {
    let is_letter = |part: &Expr| letter(part).is_some();
    match expr {
        Expr::Text(_) => false,
        Expr::Product(parts) => parts.windows(3).all(|three| !three.iter().all(is_letter)),
        other => other.parts().all(is_of_formula),
    }
}

impl Parser<'_> {
    /// One operand without what stands behind it.
    pub(super) fn atom(&mut self) -> Result<Expr, ReadError> {
        match *self.peek() {
            Kind::Number(_) => self.numeral(),
            Kind::Vulgar(numerator, denominator) => {
                self.advance();
                let parts = [Expr::number(numerator), Expr::number(denominator)];
                Ok(Expr::Fraction(Box::new(parts)))
            }
            Kind::Letter(_) | Kind::Greek(_) | Kind::Roman(_) => self.deeper(Self::symbol),
            Kind::Constant(constant) => {
                self.advance();
                Ok(Expr::Constant(constant))
            }
            Kind::Text(_) => self.text(),
            Kind::Dots => {
                self.advance();
                Ok(Expr::Text("...".into()))
            }
            Kind::Function(function) => self.deeper(|parser| parser.function(function)),
            Kind::Cis => self.deeper(Self::cis),
            Kind::CommonLogarithm => self.deeper(Self::common_logarithm),
            Kind::Fraction => self.deeper(Self::fraction),
            Kind::Binomial => {
                self.advance();
                let [n, k] = self.two_arguments()?;
                Ok(super::function::binomial(n, k))
            }
            Kind::Root => self.deeper(Self::root),
            Kind::CubeRoot => {
                self.advance();
                let radicand = self.argument()?;
                Ok(Expr::Root(Box::new([radicand, Expr::number(3)])))
            }
            Kind::Series(is_product) => self.deeper(|parser| parser.series(is_product)),
            Kind::Limit => self.deeper(Self::limit),
            Kind::Integral => self.deeper(Self::integral),
            Kind::Overline => {
                self.advance();
                let inner = self.argument()?;
                self.accented(inner, |inner| Ok(Expr::Function(Function::Conjugate, vec![inner])))
            }
            Kind::Accent(name) => self.accent(name),
            Kind::Arrow => self.arrow(),
            Kind::Figure(name) => self.figure(name),
            Kind::Currency(sign) => {
                self.advance();
                let minus = self.signs()?;
                let value = self.deeper(Self::factor)?;
                Ok(Expr::Quantity(Box::new(super::sum::negative(value, minus)), sign.into()))
            }
            Kind::Begin(_) => self.deeper(Self::environment),
            Kind::Open(Bracket::Brace) => self.group(),
            Kind::Open(bracket) => self.bracketed(bracket),
            Kind::Close(Bracket::Square) => self.reversed_interval(),
            Kind::Comparison(Comparison::Less) => self.angle(),
            Kind::Bar => self.bars(&Kind::Bar, Function::Abs),
            Kind::DoubleBar => self.bars(&Kind::DoubleBar, Function::Norm),
            // `\mid x \mid`, as bars are written by mistake.
            Kind::Mid => self.bars(&Kind::Mid, Function::Abs),
            Kind::Frame => self.frame(),
            Kind::Underscore | Kind::Caret => self.combination(),
            _ => Err(self.expected("an operand")),
        }
    }

    /// Words; what is but a formula in `\text{..}` is that formula.
    fn text(&mut self) -> Result<Expr, ReadError> {
        let is_first = self.position() == 0;
        let mut words = String::new();
        while let Kind::Text(more) = self.peek() {
            words.push_str(if words.is_empty() { "" } else { " " });
            words.push_str(more);
            self.advance();
        }
        let is_formula = words.contains(|sign: char| sign.is_ascii_digit() || matches!(sign, '=' | '<' | '>'));
        // Without commands there are no words in words, so that this goes no deeper.
        if is_first
            && is_formula
            && !words.contains('\\')
            && *self.peek() == Kind::Stop
            && let Ok(formula) = super::read_tokens(&words, &self.options, self.budget)
            && is_of_formula(&formula)
        {
            return Ok(formula);
        }
        Ok(Expr::Text(words.into()))
    }

    /// `\frac{a}{b}`, `\frac12`, `\frac{d}{dx} y`.
    fn fraction(&mut self) -> Result<Expr, ReadError> {
        if let Some(derivative) = self.derivative()? {
            return Ok(derivative);
        }
        self.advance();
        Ok(Expr::Fraction(Box::new(self.two_arguments()?)))
    }

    /// Two arguments of a command; two digits without braces are two arguments.
    fn two_arguments(&mut self) -> Result<[Expr; 2], ReadError> {
        if let Kind::Number(digits) = self.peek() {
            let mut characters = digits.chars();
            match (
                characters.next().and_then(|first| first.to_digit(10)),
                characters.next().and_then(|second| second.to_digit(10)),
                characters.next(),
            ) {
                (Some(first), Some(second), None) => {
                    self.advance();
                    return Ok([Expr::number(first), Expr::number(second)]);
                }
                (Some(_), None, None) => {}
                _ => return Err(self.expected("one digit or braces")),
            }
        }
        Ok([self.argument()?, self.argument()?])
    }

    /// `\sqrt[3]{x}`, `\sqrt2`, `sqrt(x)`.
    fn root(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        let index = if *self.peek() == Kind::Open(Bracket::Square) {
            self.advance();
            let index = self.inside(Default::default(), Self::sum)?;
            self.expect(&Kind::Close(Bracket::Square), "a closing bracket behind the index")?;
            index
        } else {
            Expr::number(2)
        };
        let radicand = self.argument()?;
        Ok(Expr::Root(Box::new([radicand, index])))
    }

    /// A variable with a sign above. A subscript behind it belongs to the variable.
    fn accented(&mut self, inner: Expr, wrap: impl FnOnce(Expr) -> Result<Expr, ReadError>) -> Result<Expr, ReadError> {
        match inner {
            Expr::Symbol(name) => {
                let name = self.scripted(name.into())?;
                wrap(Expr::Symbol(name.into()))
            }
            inner => wrap(inner),
        }
    }

    /// `\hat{p}`: a variable of its own.
    fn accent(&mut self, accent: &str) -> Result<Expr, ReadError> {
        self.advance();
        let outer = std::mem::replace(&mut self.options.imaginary, false);
        let inner = self.argument();
        self.options.imaginary = outer;
        let name = match inner? {
            Expr::Symbol(name) => name.into(),
            // `\hat{\imath}`.
            Expr::Constant(Constant::I) => "i".to_owned(),
            Expr::Product(letters) => letters.iter().map(letter).collect::<Option<String>>().unwrap_or_default(),
            _ => String::new(),
        };
        if name.is_empty() {
            return Err(self.expected("a variable below an accent"));
        }
        let name = self.scripted(format!("{accent}{name}"))?;
        Ok(Expr::Symbol(name.into()))
    }

    /// `\vec{v}`, `\overrightarrow{AB}`: the name of a vector.
    fn arrow(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        let is_braced = self.eat(&Kind::Open(Bracket::Brace));
        let name = self.letters();
        if name.is_empty() {
            return Err(self.expected("the name of a vector"));
        }
        // A vector is no constant, and no unit.
        let is_taken = super::names::word(&name).is_some() || name.len() > 1 && crate::math::units::is_unit(&name);
        let name = if is_taken || matches!(name.as_str(), "e" | "i") { format!("vec{name}") } else { name };
        let name = self.scripted(name)?;
        if is_braced {
            self.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
        }
        let name = self.scripted(name)?;
        Ok(Expr::Symbol(name.into()))
    }

    /// `\angle ABC`: the name of a figure.
    fn figure(&mut self, figure: &str) -> Result<Expr, ReadError> {
        self.advance();
        let letters = self.letters();
        if letters.is_empty() {
            return Err(self.expected("the letters of a figure"));
        }
        Ok(Expr::Symbol(format!("{figure}{letters}").into()))
    }

    /// `{..}`: what groups, a set without backslashes, or one of TeX's infix operators.
    fn group(&mut self) -> Result<Expr, ReadError> {
        let start = self.position();
        let group = self.bracketed(Bracket::Brace)?;
        self.group = Some((start, self.position()));
        // `{x}_1`, as bold letters leave it.
        match group {
            Expr::Symbol(name) if *self.peek() == Kind::Underscore && !name.contains('_') => {
                Ok(Expr::Symbol(self.scripted(name.into())?.into()))
            }
            group => Ok(group),
        }
    }

    /// `\boxed{..}`; the brace that closes it may be missing at the end of a text.
    fn frame(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        if *self.peek() != Kind::Open(Bracket::Brace) {
            return self.deeper(Self::atom);
        }
        self.inside(Default::default(), |parser| {
            parser.advance();
            let content = parser.list()?;
            if *parser.peek() != Kind::Stop {
                parser.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
            }
            parser.check_depth(&content)?;
            Ok(content)
        })
    }

    /// A list, or what TeX's infix operators make of two: `10 \choose 3`.
    pub(super) fn list_or_infix(&mut self) -> Result<Expr, ReadError> {
        let left = self.list()?;
        match self.peek() {
            Kind::Over | Kind::Choose => self.infix(left),
            _ => Ok(left),
        }
    }

    /// `{a \over b}`, `{n \choose k}` behind their first operand.
    pub(super) fn infix(&mut self, left: Expr) -> Result<Expr, ReadError> {
        let is_fraction = *self.peek() == Kind::Over;
        self.advance();
        let right = self.list()?;
        Ok(if is_fraction { Expr::Fraction(Box::new([left, right])) } else { super::function::binomial(left, right) })
    }
}
