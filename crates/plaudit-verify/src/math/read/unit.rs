//! Units and currencies behind a value.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Kind};

/// The longest unit, in bytes.
const MAX_UNIT: usize = 256;

/// Whether it stands before its value: `$`.
pub(crate) fn is_prefix(unit: &str) -> bool {
    matches!(unit, "$" | "€" | "£" | "¥" | "₹")
}

impl Parser<'_> {
    /// The unit that comes: words with powers, products and quotients of them, as `cm^2`, `m/s^2`, `miles per hour`. Nothing where the next
    /// words are no unit.
    pub(super) fn unit(&mut self) -> Result<Option<Box<str>>, ReadError> {
        if let Kind::Currency(sign) = *self.peek() {
            self.advance();
            return Ok(Some(sign.into()));
        }
        let mut unit = String::new();
        loop {
            match self.peek() {
                Kind::Text(word) => {
                    if super::words::is_connective(word) {
                        break;
                    }
                    let is_joined = unit.is_empty() || unit.ends_with(['/', '*']) || word.starts_with(['/', '^']);
                    if !is_joined {
                        unit.push(' ');
                    }
                    unit.push_str(&super::words::tidy_unit(word));
                    self.advance();
                }
                Kind::Letter(letter) if unit.ends_with('/') => {
                    unit.push(*letter);
                    self.advance();
                }
                Kind::Slash if !unit.is_empty() && matches!(self.ahead(1).kind, Kind::Text(_) | Kind::Letter(_)) => {
                    unit.push('/');
                    self.advance();
                }
                Kind::Times | Kind::Cross if !unit.is_empty() && matches!(self.ahead(1).kind, Kind::Text(_)) => {
                    unit.push('*');
                    self.advance();
                }
                Kind::Caret if !unit.is_empty() => {
                    let Some((power, length)) = self.unit_power() else { break };
                    unit.push('^');
                    unit.push_str(&power);
                    self.skip(length);
                }
                _ => break,
            }
            if unit.len() > MAX_UNIT {
                return Err(self.expected("a shorter unit"));
            }
        }
        Ok((!unit.is_empty()).then(|| unit.into()))
    }

    /// `^2`, `^{-1}`: the power and its number of tokens.
    fn unit_power(&self) -> Option<(String, usize)> {
        let braced = self.ahead(1).kind == Kind::Open(Bracket::Brace);
        let mut at = if braced { 2 } else { 1 };
        let mut power = String::new();
        if self.ahead(at).kind == Kind::Minus {
            power.push('-');
            at += 1;
        }
        let Kind::Number(digits) = &self.ahead(at).kind else { return None };
        power.push_str(digits);
        at += 1;
        if braced && self.ahead(at).kind != Kind::Close(Bracket::Brace) {
            return None;
        }
        Some((power, at + usize::from(braced)))
    }
}
