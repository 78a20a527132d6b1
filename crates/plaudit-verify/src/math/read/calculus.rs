//! Sums and products over an index, limits, integrals and derivatives.

use super::ReadError;
use super::parser::{Context, Parser};
use super::sum::product;
use super::token::{Bracket, Gap, Kind};
use crate::math::{Comparison, Derivative, Expr, Integral, Limit, Series};
use std::cmp::Ordering;

impl Parser<'_> {
    /// `\sum_{k=1}^{n} a_k`. The body is one term.
    pub(super) fn series(&mut self, is_product: bool) -> Result<Expr, ReadError> {
        self.advance();
        let mut lower = None;
        let mut to = None;
        loop {
            match self.peek() {
                Kind::Underscore if lower.is_none() => {
                    self.advance();
                    lower = Some(self.index()?);
                }
                Kind::Caret if to.is_none() => {
                    self.advance();
                    to = Some(self.script()?);
                }
                _ => break,
            }
        }
        let (Some((index, from)), Some(to)) = (lower, to) else {
            return Err(self.expected("an index with both bounds"));
        };
        let body = self.binding(&index, |parser| parser.body())?;
        Ok(Expr::Series(Box::new(Series { is_product, index, from, to, body })))
    }

    /// `{k = 1}`.
    fn index(&mut self) -> Result<(Box<str>, Expr), ReadError> {
        self.expect(&Kind::Open(Bracket::Brace), "braces around the index")?;
        self.inside(Context::default(), |parser| {
            let index = parser.variable()?;
            parser.expect(&Kind::Comparison(Comparison::Equal), "an equals sign behind the index")?;
            let from = parser.sum()?;
            parser.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
            Ok((index, from))
        })
    }

    /// The name of a variable that is bound.
    fn variable(&mut self) -> Result<Box<str>, ReadError> {
        let name = match self.peek() {
            Kind::Letter(letter) => letter.to_string(),
            Kind::Greek(name) => (*name).to_owned(),
            Kind::Roman(name) => name.to_string(),
            _ => return Err(self.expected("a variable")),
        };
        self.advance();
        Ok(self.scripted(name)?.into())
    }

    fn binding<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Result<T, ReadError>) -> Result<T, ReadError> {
        self.bound.push(name.into());
        let result = read(self);
        self.bound.pop();
        result
    }

    /// One term with its sign: what a sum or a limit is of.
    fn body(&mut self) -> Result<Expr, ReadError> {
        let minus = self.signs()?;
        let body = self.deeper(|parser| parser.term(minus))?;
        self.check_depth(&body)?;
        Ok(body)
    }

    /// `\lim_{x \to 0^+} f(x)`.
    pub(super) fn limit(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        self.expect(&Kind::Underscore, "where the variable goes")?;
        self.expect(&Kind::Open(Bracket::Brace), "braces around where the variable goes")?;
        let (variable, target, side) = self.inside(Context::default(), |parser| {
            let variable = parser.variable()?;
            match parser.peek() {
                Kind::Comparison(Comparison::Other('→' | '⇒')) => parser.advance(),
                _ => return Err(parser.expected("an arrow")),
            }
            let (target, side) = parser.target()?;
            parser.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
            Ok((variable, target, side))
        })?;
        let body = self.binding(&variable, Self::body)?;
        Ok(Expr::Limit(Box::new(Limit { variable, target, side, body })))
    }

    /// A value, with `^+`, `^{-}` or a bare sign behind it for the side.
    fn target(&mut self) -> Result<(Expr, Option<Ordering>), ReadError> {
        let minus = self.signs()?;
        let mut factors = Vec::new();
        let mut side;
        loop {
            let base = self.atom()?;
            side = self.side();
            factors.push(if side.is_some() { base } else { self.postfix(base)? });
            side = side.or_else(|| self.side());
            if side.is_some() || !self.starts_factor() {
                break;
            }
        }
        let mut target = super::sum::negative(product(factors), minus);
        if *self.peek() == Kind::Slash {
            self.advance();
            target = Expr::Fraction(Box::new([target, self.factor()?]));
            side = side.or_else(|| self.side());
        }
        while matches!(self.peek(), Kind::Plus | Kind::Minus) && side.is_none() {
            let is_minus = *self.peek() == Kind::Minus;
            self.advance();
            let term = self.term(usize::from(is_minus))?;
            target = Expr::Sum(vec![target, term]);
        }
        Ok((target, side))
    }

    fn side(&mut self) -> Option<Ordering> {
        let side = |kind: &Kind| match kind {
            Kind::Plus => Some(Ordering::Greater),
            Kind::Minus => Some(Ordering::Less),
            _ => None,
        };
        let closes = |kind: &Kind| *kind == Kind::Close(Bracket::Brace);
        let (found, length) = match self.peek() {
            Kind::Caret => match &self.ahead(1).kind {
                Kind::Open(Bracket::Brace) if closes(&self.ahead(3).kind) => (side(&self.ahead(2).kind), 4),
                sign if closes(&self.ahead(2).kind) => (side(sign), 2),
                _ => (None, 0),
            },
            sign if closes(&self.ahead(1).kind) => (side(sign), 1),
            _ => (None, 0),
        };
        if found.is_some() {
            self.skip(length);
        }
        found
    }

    /// `\int_a^b f(x) dx`. The body reaches to its differential; without one, the variable is `x` or the only one.
    pub(super) fn integral(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        let mut from = None;
        let mut to = None;
        loop {
            let bound = match self.peek() {
                Kind::Underscore if from.is_none() => &mut from,
                Kind::Caret if to.is_none() => &mut to,
                _ => break,
            };
            self.advance();
            let is_empty =
                *self.peek() == Kind::Open(Bracket::Brace) && self.ahead(1).kind == Kind::Close(Bracket::Brace);
            if is_empty {
                self.skip(2);
            }
            *bound = Some(if is_empty { None } else { Some(self.script()?) });
        }
        let bounds = match (from.flatten(), to.flatten()) {
            (Some(from), Some(to)) => Some([from, to]),
            (None, None) => None,
            _ => return Err(self.expected("both bounds of an integral, or none")),
        };
        let outer = self.differential.take();
        self.integrals += 1;
        let body = self.deeper(Self::sum);
        self.integrals -= 1;
        let mut body = body?;
        self.check_depth(&body)?;
        // `\int \{x dx\}`: braces that group, as the differential is inside.
        let is_inside = self.previous().is_some_and(|last| matches!(last.kind, Kind::Close(_)));
        if let Expr::Set(elements) = &mut body
            && elements.len() == 1
            && is_inside
        {
            body = elements.remove(0);
        }
        let differential = std::mem::replace(&mut self.differential, outer);
        let variable = match differential {
            Some(variable) => variable,
            None => only_variable(&body).ok_or_else(|| self.expected("a differential"))?,
        };
        Ok(Expr::Integral(Box::new(Integral { variable, bounds, body })))
    }

    /// The variable of a differential that comes, which is taken.
    pub(super) fn differential_here(&mut self) -> Result<Option<Box<str>>, ReadError> {
        let Some((name, length)) = self.differential_ahead() else { return Ok(None) };
        self.skip(length);
        Ok(Some(self.scripted(name.into())?.into()))
    }

    /// The variable of a differential that comes, and its number of tokens.
    pub(super) fn differential_ahead(&self) -> Option<(Box<str>, usize)> {
        if self.integrals == 0 {
            return None;
        }
        // `dm` is no unit there.
        if let Kind::Text(word) = self.peek() {
            let mut letters = word.strip_prefix('d')?.chars();
            let variable = letters.next().filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())?;
            return Some((variable.to_string().into(), 1));
        }
        if *self.peek() != Kind::Letter('d') {
            return None;
        }
        match &self.ahead(1).kind {
            Kind::Letter(letter) if self.ahead(1).gap == Gap::Tight => Some((letter.to_string().into(), 2)),
            Kind::Greek(name) => Some(((*name).into(), 2)),
            Kind::Roman(name) if self.ahead(1).gap == Gap::Tight => Some((name.clone(), 2)),
            _ => None,
        }
    }

    /// `\frac{d}{dx} y`, `\frac{d^2 y}{dx^2}`, `\frac{\partial f}{\partial x}`; nothing where it is another fraction.
    pub(super) fn derivative(&mut self) -> Result<Option<Expr>, ReadError> {
        let is_d = |kind: &Kind| matches!(kind, Kind::Letter('d') | Kind::Partial);
        let brace = Kind::Open(Bracket::Brace);
        if self.ahead(1).kind != brace || !is_d(&self.ahead(2).kind) {
            return Ok(None);
        }
        let Some((order, mut at)) = self.order_at(3) else { return Ok(None) };
        // What is derived, if it stands above.
        let body_at = at;
        let mut depth = 1_usize;
        while depth > 0 {
            match &self.ahead(at).kind {
                Kind::Open(Bracket::Brace) => depth += 1,
                Kind::Close(Bracket::Brace) => depth -= 1,
                Kind::Stop => return Ok(None),
                _ => {}
            }
            at += 1;
        }
        self.take(at as u64)?;
        if self.ahead(at).kind != brace || !is_d(&self.ahead(at + 1).kind) {
            return Ok(None);
        }
        let variable: Box<str> = match &self.ahead(at + 2).kind {
            Kind::Letter(letter) => letter.to_string().into(),
            Kind::Greek(name) => (*name).into(),
            Kind::Roman(name) => name.clone(),
            _ => return Ok(None),
        };
        let Some((order_below, end)) = self.order_at(at + 3) else { return Ok(None) };
        if order_below != order || self.ahead(end).kind != Kind::Close(Bracket::Brace) {
            return Ok(None);
        }
        let is_body_above = at - 1 > body_at;
        let behind = self.position() + end + 1;
        let body = if is_body_above {
            self.skip(body_at);
            let body = self.inside(Context::default(), Self::sum)?;
            self.expect(&Kind::Close(Bracket::Brace), "a closing brace")?;
            self.skip(behind - self.position());
            body
        } else {
            self.skip(end + 1);
            let minus = self.signs()?;
            let factors = self.factors()?;
            super::sum::negative(product(factors), minus)
        };
        self.check_depth(&body)?;
        Ok(Some(Expr::Derivative(Box::new(Derivative { variable, order, body }))))
    }

    /// The order behind a `d`, 1 if there is none, and where what follows begins.
    fn order_at(&self, at: usize) -> Option<(u32, usize)> {
        if self.ahead(at).kind != Kind::Caret {
            return Some((1, at));
        }
        let (number, end) = match &self.ahead(at + 1).kind {
            Kind::Open(Bracket::Brace) if self.ahead(at + 3).kind == Kind::Close(Bracket::Brace) => {
                (&self.ahead(at + 2).kind, at + 4)
            }
            number => (number, at + 2),
        };
        match number {
            Kind::Number(order) => order.parse().ok().filter(|order| *order > 0).map(|order| (order, end)),
            _ => None,
        }
    }
}

/// `x` if it occurs, or the only variable.
fn only_variable(expression: &Expr) -> Option<Box<str>> {
    let names = expression.variables();
    match (names.first(), names.len()) {
        (Some(name), 1) => Some((*name).into()),
        _ => names.contains("x").then(|| "x".into()),
    }
}
