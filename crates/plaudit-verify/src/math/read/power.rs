//! Powers and what stands behind an operand: factorials, percent, degrees.

use super::ReadError;
use super::parser::{Context, Parser};
use super::symbol::with_subscript;
use super::token::{Bracket, Gap, Kind};
use crate::math::{Expr, Function};

impl Parser<'_> {
    /// An operand with all that stands behind it.
    pub(super) fn factor(&mut self) -> Result<Expr, ReadError> {
        let base = self.atom()?;
        self.postfix(base)
    }

    pub(super) fn postfix(&mut self, mut base: Expr) -> Result<Expr, ReadError> {
        let mut length = 0;
        loop {
            base = match self.peek() {
                Kind::Caret | Kind::Underscore if let Some(set) = self.part_of_numbers(&base) => set,
                Kind::Caret if self.is_raised_degree() => self.degrees(base),
                Kind::Caret => self.power(base)?,
                Kind::Underscore if is_bare_power(&base) => self.power_with_subscript(base)?,
                Kind::Bang => {
                    self.advance();
                    let is_double =
                        *self.peek() == Kind::Bang && self.token().gap == Gap::Tight && self.eat(&Kind::Bang);
                    let function = if is_double { Function::DoubleFactorial } else { Function::Factorial };
                    Expr::Function(function, vec![base])
                }
                Kind::Percent => {
                    self.advance();
                    Expr::Percent(Box::new(base))
                }
                Kind::Degree => self.degrees(base),
                Kind::Prime if matches!(base, Expr::Matrix(_)) => {
                    self.advance();
                    Expr::Function(Function::Transpose, vec![base])
                }
                _ => return Ok(base),
            };
            self.check_chain(&mut length)?;
        }
    }

    fn power(&mut self, base: Expr) -> Result<Expr, ReadError> {
        self.advance();
        let is_matrix = matches!(base, Expr::Matrix(_));
        let transposes = |kind: &Kind| *kind == Kind::Transpose || is_matrix && *kind == Kind::Letter('T');
        let is_in_braces = *self.peek() == Kind::Open(Bracket::Brace);
        let (sign, length) = if is_in_braces { (&self.ahead(1).kind, 3) } else { (self.peek(), 1) };
        if transposes(sign) && (!is_in_braces || self.ahead(2).kind == Kind::Close(Bracket::Brace)) {
            self.skip(length);
            return Ok(Expr::Function(Function::Transpose, vec![base]));
        }
        let exponent = self.deeper(Self::exponent)?;
        Ok(Expr::Power(Box::new([base, exponent])))
    }

    /// `^{..}`, `^2`, `**-2`; towers of powers group to the right.
    pub(super) fn exponent(&mut self) -> Result<Expr, ReadError> {
        let minus = self.signs()?;
        let exponent = self.script()?;
        let exponent = match self.peek() {
            Kind::Caret if !self.is_raised_degree() => {
                self.advance();
                let upper = self.deeper(Self::exponent)?;
                Expr::Power(Box::new([exponent, upper]))
            }
            _ => exponent,
        };
        Ok(super::sum::negative(exponent, minus))
    }

    /// `x^2_1`: the subscript belongs to the variable.
    fn power_with_subscript(&mut self, power: Expr) -> Result<Expr, ReadError> {
        self.advance();
        let subscript = self.subscript()?;
        let Expr::Power(mut parts) = power else { return Err(self.expected("an operator")) };
        let base = match &mut parts[0] {
            Expr::Function(Function::Conjugate, arguments) => &mut arguments[0],
            base => base,
        };
        if let Expr::Symbol(name) = base {
            *name = with_subscript(name, &subscript);
        }
        Ok(Expr::Power(parts))
    }

    /// Whether a degree sign comes.
    pub(super) fn is_degree(&self) -> bool {
        *self.peek() == Kind::Degree || *self.peek() == Kind::Caret && self.is_raised_degree()
    }

    /// Whether `^\circ` or `^{\circ}` comes.
    fn is_raised_degree(&self) -> bool {
        // `60^o`: a letter in the place of the sign.
        let is_behind_number = self.previous().is_some_and(|last| matches!(last.kind, Kind::Number(_)));
        let is_sign = |kind: &Kind| match kind {
            Kind::Degree | Kind::Circle => true,
            Kind::Letter('o') => is_behind_number,
            _ => false,
        };
        match self.ahead(1).kind {
            Kind::Open(Bracket::Brace) => {
                is_sign(&self.ahead(2).kind) && self.ahead(3).kind == Kind::Close(Bracket::Brace)
            }
            ref kind => is_sign(kind),
        }
    }

    /// Degrees of an angle, or of temperature where the scale's letter follows.
    pub(super) fn degrees(&mut self, value: Expr) -> Expr {
        self.skip(match (self.peek(), &self.ahead(1).kind) {
            (Kind::Degree, _) => 1,
            (_, Kind::Open(Bracket::Brace)) => 4,
            _ => 2,
        });
        match self.peek() {
            Kind::Letter(scale @ ('C' | 'F')) => {
                self.advance();
                Expr::Quantity(Box::new(value), format!("°{scale}").into())
            }
            _ => Expr::Degrees(Box::new(self.minutes(value))),
        }
    }

    /// `30^\circ 15' 20''`: minutes and seconds of arc are added to the degrees.
    fn minutes(&mut self, degrees: Expr) -> Expr {
        let mut parts = vec![degrees];
        for (primes, denominator) in [(1, 60), (2, 3600)] {
            let Kind::Number(digits) = self.peek() else { break };
            let is_marked = (1..=2).map(|distance| self.ahead(distance).kind == Kind::Prime).take_while(|prime| *prime);
            let Some(value) = super::number::plain(digits).filter(|_| is_marked.count() == primes) else { continue };
            self.skip(1 + primes);
            parts.push(Expr::Fraction(Box::new([value, Expr::number(denominator)])));
        }
        if parts.len() == 1 { parts.remove(0) } else { Expr::Sum(parts) }
    }

    /// An exponent or a bound: an argument, where a letter without braces leaves a subscript behind it to the base.
    pub(super) fn script(&mut self) -> Result<Expr, ReadError> {
        match *self.peek() {
            Kind::Letter(letter) if self.ahead(1).kind == Kind::Underscore => {
                self.advance();
                Ok(Expr::Symbol(letter.to_string().into()))
            }
            _ => self.argument(),
        }
    }

    /// An argument of a command: what stands in braces, or the next sign alone (`\sqrt2`).
    pub(super) fn argument(&mut self) -> Result<Expr, ReadError> {
        self.inside(Context::default(), |parser| {
            if parser.eat(&Kind::Open(Bracket::Brace)) {
                let expression = parser.list_or_infix()?;
                parser.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
                parser.check_depth(&expression)?;
                return Ok(expression);
            }
            match parser.peek() {
                Kind::Number(digits) => {
                    let number =
                        super::number::plain(digits).ok_or_else(|| parser.over_budget(plaudit_core::Limit::Bits))?;
                    parser.advance();
                    Ok(number)
                }
                _ => parser.atom(),
            }
        })
    }
}

/// Whether a subscript may still follow: `x^2_1`.
fn is_bare_power(expression: &Expr) -> bool {
    let is_bare = |base: &Expr| matches!(base, Expr::Symbol(name) if !name.contains('_'));
    match expression {
        Expr::Power(parts) => match &parts[0] {
            Expr::Function(Function::Conjugate, arguments) => is_bare(&arguments[0]),
            base => is_bare(base),
        },
        _ => false,
    }
}
