//! Brackets: grouping, tuples, intervals, sets, bars, floors and ceilings.

use super::ReadError;
use super::parser::{Context, Parser};
use super::token::{Bracket, Gap, Kind};
use crate::math::{Brackets, Comparison, Constant, Expr, Function, Interval};

impl Parser<'_> {
    /// What an opening bracket begins.
    pub(super) fn bracketed(&mut self, bracket: Bracket) -> Result<Expr, ReadError> {
        match bracket {
            Bracket::Round | Bracket::Square => self.tuple(bracket),
            Bracket::Brace | Bracket::Set => self.set(bracket),
            Bracket::Angle => self.angle(),
            Bracket::Floor => self.bars(&Kind::Close(Bracket::Floor), Function::Floor),
            Bracket::Ceiling => self.bars(&Kind::Close(Bracket::Ceiling), Function::Ceiling),
            Bracket::Bar => self.bars(&Kind::Close(Bracket::Bar), Function::Abs),
            Bracket::DoubleBar => self.bars(&Kind::Close(Bracket::DoubleBar), Function::Norm),
        }
    }

    /// Elements between brackets, as many as there are.
    fn elements_inside(&mut self, context: Context) -> Result<Vec<Expr>, ReadError> {
        let lists = self.has_list_commas()?;
        self.advance();
        self.inside(Context { lists, ..context }, |parser| {
            let elements = parser.elements()?;
            for element in &elements {
                parser.check_depth(element)?;
            }
            Ok(elements)
        })
    }

    /// `(x)`, `[x]`, a tuple, or an interval.
    fn tuple(&mut self, bracket: Bracket) -> Result<Expr, ReadError> {
        let mut elements = self.elements_inside(Context::default())?;
        let is_closed = [bracket == Bracket::Square, *self.peek() == Kind::Close(Bracket::Square)];
        match self.peek() {
            Kind::Close(Bracket::Round | Bracket::Square) => {}
            // `[a, b[`.
            Kind::Open(Bracket::Square) if bracket == Bracket::Square => {}
            _ => return Err(self.expected("a closing bracket")),
        }
        self.advance();
        match (is_closed, elements.len()) {
            ([false, false], 1) | ([true, true], 1) => Ok(elements.remove(0)),
            ([false, false], _) => Ok(Expr::Tuple(Brackets::Round, elements)),
            ([true, true], _) => Ok(Expr::Tuple(Brackets::Square, elements)),
            _ => self.half_open(elements, is_closed),
        }
    }

    fn half_open(&self, elements: Vec<Expr>, is_closed: [bool; 2]) -> Result<Expr, ReadError> {
        let ends: [Expr; 2] = elements.try_into().map_err(|_| self.expected("two ends of an interval"))?;
        Ok(Expr::HalfOpen(Box::new(Interval { ends, is_closed })))
    }

    /// `]a, b[`, `]a, b]`.
    pub(super) fn reversed_interval(&mut self) -> Result<Expr, ReadError> {
        let elements = self.elements_inside(Context::default())?;
        let is_closed = *self.peek() == Kind::Close(Bracket::Square);
        if !is_closed && *self.peek() != Kind::Open(Bracket::Square) {
            return Err(self.expected("a closing bracket"));
        }
        self.advance();
        if is_closed {
            return self.half_open(elements, [false, true]);
        }
        match elements.len() {
            2 => Ok(Expr::Tuple(Brackets::Round, elements)),
            _ => Err(self.expected("two ends of an interval")),
        }
    }

    /// `\{a, b\}`, `\{x \mid x > 0\}`; `{x}` and `{a, b}`, which only group in LaTeX: several values, which may be meant as a set or as a point.
    fn set(&mut self, bracket: Bracket) -> Result<Expr, ReadError> {
        if bracket == Bracket::Set {
            if self.ahead(1).kind == Kind::Close(bracket) {
                self.skip(2);
                return Ok(Expr::Constant(Constant::EmptySet));
            }
            // `\left\{ \begin{array}..\end{array} \right.`: cases.
            if matches!(&self.ahead(1).kind, Kind::Begin(name) if !name.ends_with("matrix")) {
                self.advance();
                let cases = self.deeper(Self::environment)?;
                let is_set = self.eat(&Kind::Close(bracket));
                return Ok(if is_set { Expr::Set(vec![cases]) } else { cases });
            }
        }
        let builds_set = true;
        let lists = self.has_list_commas()?;
        self.advance();
        let (mut elements, is_whole) = self.inside(Context { builds_set, lists, ..Context::default() }, |parser| {
            let mut elements = parser.elements()?;
            let mut is_whole = false;
            match parser.peek() {
                Kind::Bar | Kind::Mid | Kind::Colon => {
                    is_whole = true;
                    parser.advance();
                    let element = if elements.len() == 1 { elements.remove(0) } else { Expr::List(elements) };
                    parser.context.builds_set = false;
                    let condition = parser.list()?;
                    elements = vec![Expr::SetBuilder(Box::new([element, condition]))];
                }
                Kind::Over | Kind::Choose if elements.len() == 1 => {
                    let left = elements.remove(0);
                    elements.push(parser.infix(left)?);
                }
                _ => {}
            }
            for element in &elements {
                parser.check_depth(element)?;
            }
            Ok((elements, is_whole))
        })?;
        self.expect(&Kind::Close(bracket), "a closing brace")?;
        let groups = bracket == Bracket::Brace;
        Ok(match elements.len() {
            1 if is_whole || groups => elements.remove(0),
            _ if groups => Expr::List(elements),
            _ => Expr::Set(elements),
        })
    }

    /// `\langle a, b \rangle`, `<a, b>`.
    pub(super) fn angle(&mut self) -> Result<Expr, ReadError> {
        let elements = self.elements_inside(Context { closes_angle: true, ..Context::default() })?;
        match self.peek() {
            Kind::Close(Bracket::Angle) | Kind::Comparison(Comparison::Greater) => self.advance(),
            _ => return Err(self.expected("a closing angle bracket")),
        }
        Ok(Expr::Tuple(Brackets::Angle, elements))
    }

    /// One expression between bars or the like.
    pub(super) fn bars(&mut self, close: &Kind, function: Function) -> Result<Expr, ReadError> {
        self.advance();
        let is_plain = matches!(close, Kind::Bar | Kind::DoubleBar | Kind::Mid);
        let bars = if is_plain { self.context.bars + 1 } else { 0 };
        let inner = self.inside(Context { bars, ..Context::default() }, |parser| {
            let inner = parser.list()?;
            parser.check_depth(&inner)?;
            Ok(inner)
        })?;
        let closes = match close {
            // `\left| x |`.
            Kind::Close(Bracket::Bar) => self.eat(&Kind::Close(Bracket::Bar)) || self.eat(&Kind::Bar),
            Kind::Bar => self.eat(&Kind::Bar) || self.eat(&Kind::Close(Bracket::Bar)),
            close => self.eat(close),
        };
        if !closes {
            return Err(self.expected("what closes the value"));
        }
        Ok(Expr::Function(function, vec![inner]))
    }

    /// Whether commas between digits separate, in the brackets that open here: where no comma has a space behind it, and no group of digits
    /// begins with 0 as `(1,000)` does.
    pub(super) fn has_list_commas(&mut self) -> Result<bool, ReadError> {
        let mut depth = 0_usize;
        let mut distance = 0;
        let mut lists = true;
        loop {
            let token = self.ahead(distance);
            match &token.kind {
                Kind::Open(_) => depth += 1,
                Kind::Close(_) if depth <= 1 && distance > 0 => break,
                Kind::Close(_) => depth = depth.saturating_sub(1),
                Kind::Stop => break,
                Kind::Comma if depth <= 1 => {
                    let next = self.ahead(distance + 1);
                    let is_group = matches!(&next.kind, Kind::Number(digits) if digits.len() >= 3 && digits.starts_with('0') && !digits.starts_with("0."));
                    if next.gap > Gap::Tight || is_group {
                        lists = false;
                        break;
                    }
                }
                _ => {}
            }
            distance += 1;
        }
        self.take(distance as u64)?;
        Ok(lists)
    }
}
