//! The state of reading: the next token, the depth, and what surrounds it.

use super::token::{Gap, Kind, Token};
use super::{ReadError, ReadOptions};
use crate::math::{Budget, Expr, MAX_DEPTH};
use plaudit_core::Limit;

/// Reads tokens. Every method reads what its name says from the front of what is left.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    pub(super) options: ReadOptions,
    pub(super) budget: &'a mut Budget,
    depth: usize,
    pub(super) context: Context,
    /// Names that a sum, a product or a limit binds: `i` is no imaginary unit there.
    pub(super) bound: Vec<Box<str>>,
    /// The variable of the integral that is being read, once its differential was met.
    pub(super) differential: Option<Box<str>>,
    /// How many integrals are being read.
    pub(super) integrals: usize,
    /// The first token of the last group in braces, and the one behind it.
    pub(super) group: Option<(usize, usize)>,
}

/// What the innermost bracket changes.
#[derive(Clone, Copy, Default)]
pub(super) struct Context {
    /// How many bars are open.
    pub(super) bars: usize,
    /// Whether commas between digits always separate.
    pub(super) lists: bool,
    /// Whether `|`, `\mid` and `:` separate an element from its condition.
    pub(super) builds_set: bool,
    /// Whether `>` closes.
    pub(super) closes_angle: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(tokens: &'a [Token], options: ReadOptions, budget: &'a mut Budget) -> Self {
        let context = Context::default();
        Self {
            tokens,
            at: 0,
            options,
            budget,
            depth: 0,
            context,
            bound: Vec::new(),
            differential: None,
            integrals: 0,
            group: None,
        }
    }

    /// All tokens.
    pub(super) fn whole(mut self) -> Result<Expr, ReadError> {
        let expression = self.list_or_infix()?;
        if *self.peek() != Kind::Stop {
            return Err(self.expected("an operator, a separator or the end"));
        }
        self.check_depth(&expression)?;
        Ok(expression)
    }

    pub(super) fn token(&self) -> &'a Token {
        &self.tokens[self.at]
    }

    pub(super) fn peek(&self) -> &'a Kind {
        &self.token().kind
    }

    /// The token so many behind the next one; the last one where there are not so many.
    pub(super) fn ahead(&self, distance: usize) -> &'a Token {
        &self.tokens[(self.at + distance).min(self.tokens.len() - 1)]
    }

    pub(super) fn token_at(&self, position: usize) -> &'a Token {
        &self.tokens[position]
    }

    /// Where the next token stands among all.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The token before the next one.
    pub(super) fn previous(&self) -> Option<&'a Token> {
        self.at.checked_sub(1).map(|at| &self.tokens[at])
    }

    pub(super) fn advance(&mut self) {
        self.skip(1);
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.tokens.len() - 1);
    }

    /// Whether the next token was this one, and is taken.
    pub(super) fn eat(&mut self, kind: &Kind) -> bool {
        let is_next = self.peek() == kind;
        if is_next {
            self.advance();
        }
        is_next
    }

    pub(super) fn expect(&mut self, kind: &Kind, message: &'static str) -> Result<(), ReadError> {
        if self.eat(kind) { Ok(()) } else { Err(self.expected(message)) }
    }

    pub(super) fn expected(&self, message: &'static str) -> ReadError {
        ReadError::syntax(self.token().at, message)
    }

    pub(super) fn over_budget(&self, limit: Limit) -> ReadError {
        ReadError::over_budget(limit, self.token().at)
    }

    /// Whether the next token stands right behind the previous one.
    pub(super) fn is_tight(&self) -> bool {
        self.token().gap == Gap::Tight
    }

    /// Reads something one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, ReadError>) -> Result<T, ReadError> {
        if self.depth == MAX_DEPTH {
            return Err(self.over_budget(Limit::Depth));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads what stands inside of brackets or is an argument: bars, separators and differentials outside of it do not count.
    pub(super) fn inside<T>(
        &mut self,
        context: Context,
        read: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let outer = std::mem::replace(&mut self.context, context);
        let differential = self.differential.take();
        let result = self.deeper(read);
        self.context = outer;
        self.differential = differential.or(self.differential.take());
        result
    }

    /// Refuses what has grown deeper than an expression may be. Called wherever a bracket closes, so that nothing ever grows much deeper.
    pub(super) fn check_depth(&mut self, expression: &Expr) -> Result<(), ReadError> {
        let nodes = nodes_within(expression, MAX_DEPTH).ok_or_else(|| self.over_budget(Limit::Depth))?;
        self.take(nodes)
    }

    pub(super) fn take(&mut self, steps: u64) -> Result<(), ReadError> {
        self.budget.take(steps).map_err(|limit| self.over_budget(limit))
    }

    /// Counts another operator that nests what stands before it.
    pub(super) fn check_chain(&self, length: &mut usize) -> Result<(), ReadError> {
        *length += 1;
        if *length > MAX_DEPTH { Err(self.over_budget(Limit::Depth)) } else { Ok(()) }
    }
}

/// The number of nodes, if none lies deeper than `depth` levels below the first.
fn nodes_within(expression: &Expr, depth: usize) -> Option<u64> {
    expression.parts().try_fold(1, |nodes, part| Some(nodes + nodes_within(part, depth.checked_sub(1)?)?))
}
