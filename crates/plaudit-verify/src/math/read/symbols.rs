//! Units in symbols: which letters behind a value are its unit, as in `6 kg m/s`, `9.8 m s^{-2}` and `5 \mu\text{m}`, and which are variables.

use super::token::{Bracket, Gap, Kind, Token};
use super::words::{PRODUCTS, tidy_unit};
use crate::math::Function;
use crate::math::units::{is_symbol, is_unit};

/// The longest unit, in tokens.
const MAX_TOKENS: usize = 64;

/// What stands before a possible unit, followed through a text.
#[derive(Default)]
pub(super) struct Before {
    /// How many tokens were seen.
    seen: usize,
    /// How many brackets are open.
    depth: usize,
    /// Whether something else than numbers stands in the term or sum so far.
    has_names: bool,
}

impl Before {
    /// Follows what was added to `tokens`.
    fn follow(&mut self, tokens: &[Token]) {
        for token in &tokens[self.seen..] {
            match token.kind {
                Kind::Open(_) | Kind::Begin(_) => self.depth += 1,
                Kind::Close(_) | Kind::Finish(_) => self.depth = self.depth.saturating_sub(1),
                Kind::Comparison(_) | Kind::Comma | Kind::Semicolon | Kind::And | Kind::Or if self.depth == 0 => {
                    self.has_names = false;
                }
                Kind::Number(_)
                | Kind::Vulgar(..)
                | Kind::Text(_)
                | Kind::Plus
                | Kind::Minus
                | Kind::PlusMinus(_)
                | Kind::Times
                | Kind::Cross
                | Kind::Slash
                | Kind::Caret
                | Kind::Fraction
                | Kind::Root
                | Kind::GroupComma => {}
                _ => self.has_names = true,
            }
        }
        self.seen = tokens.len();
    }
}

/// A unit that was found.
pub(super) struct Found {
    pub(super) token: Token,
    /// How many tokens it was.
    pub(super) count: usize,
}

/// The unit of several tokens, or of one that could be a variable, that `tokens` begin with behind those that are `resolved`. Letters in
/// text and symbols of several letters are a unit, those in upright type where no names stand before them; other single letters are where
/// they make a speed or an acceleration, or where a decimal or a power of ten stands alone before them: `5 m` may be a product.
pub(super) fn find(text: &str, before: &mut Before, resolved: &[Token], tokens: &[Token]) -> Option<Found> {
    let last = &resolved.last()?.kind;
    if !last.ends_value() && !matches!(last, Kind::Text(_)) {
        return None;
    }
    let mut scan = Scan {
        text,
        tokens,
        at: 0,
        unit: String::new(),
        is_upright: true,
        has_text: false,
        has_symbol: false,
        factors: 0,
    };
    scan.unit()?;
    let first = tokens.first()?;
    let is_alone = scan.at == 1 && matches!(first.kind, Kind::Word(_) | Kind::Text(_));
    let behind = &tokens.get(scan.at)?.kind;
    if is_alone || !ends_unit(behind) {
        return None;
    }
    let is_tight = first.gap == Gap::Tight;
    before.follow(resolved);
    let is_unit = if scan.is_upright {
        scan.has_text || !before.has_names
    } else if scan.has_symbol {
        match &first.kind {
            Kind::Word(word) if PRODUCTS.contains(&&**word) => !is_tight && ends_numeral(resolved),
            Kind::Word(_) => !is_tight || matches!(last, Kind::Number(_)),
            _ => !is_tight,
        }
    } else {
        let is_end =
            !matches!(behind, Kind::Plus | Kind::Minus | Kind::PlusMinus(_) | Kind::Times | Kind::Cross | Kind::Slash);
        let is_value = is_end && before.depth == 0;
        let is_numeral = !before.has_names && ends_numeral(resolved);
        // `5 \mu m` and `5 \Omega`, but not `5 \mu m g`, `\frac{1}{2} \mu m` and `5 \Omega^2`.
        let is_single = scan.factors == 1 && !scan.unit.contains('^');
        let has_sign = is_single && scan.unit.contains(['μ', 'Ω']);
        let is_measure = is_value && (has_sign || !is_tight && is_measured(resolved, scan.factors));
        is_numeral && (is_measure || !is_tight && scan.is_motion())
    };
    let end = tokens[scan.at - 1].end;
    is_unit.then(|| Found {
        token: Token { kind: Kind::Text(scan.unit.into()), at: first.at, end, gap: Gap::Wide },
        count: scan.at,
    })
}

/// Whether a unit may end before it.
fn ends_unit(kind: &Kind) -> bool {
    kind.ends_operand()
        || matches!(
            kind,
            Kind::Plus
                | Kind::Minus
                | Kind::PlusMinus(_)
                | Kind::Times
                | Kind::Cross
                | Kind::Slash
                | Kind::Colon
                | Kind::Period
                | Kind::Row
                | Kind::Ampersand
                | Kind::Finish(_)
                | Kind::Text(_)
        )
        || matches!(kind, Kind::Word(word) if word.len() > 2)
}

/// Whether the last token is a number of its own, or a power of ten: no exponent, and no part of `\frac12`.
pub(super) fn ends_numeral(resolved: &[Token]) -> bool {
    let is_argument = |kind: &Kind| matches!(kind, Kind::Fraction | Kind::Root | Kind::Caret | Kind::Underscore);
    let mut last = resolved.iter().rev().map(|token| &token.kind);
    let is_number = matches!(last.next(), Some(Kind::Number(_) | Kind::Vulgar(..) | Kind::Scale(_)));
    is_number && !last.next().is_some_and(is_argument) || is_power_of_ten(resolved)
}

/// Whether the value is a measured one: a decimal before a single symbol, or a power of ten.
fn is_measured(resolved: &[Token], factors: usize) -> bool {
    match resolved.last().map(|token| &token.kind) {
        Some(Kind::Number(digits)) if ends_numeral(resolved) => {
            digits.contains('e') || is_power_of_ten(resolved) || digits.contains('.') && factors == 1
        }
        _ => is_power_of_ten(resolved),
    }
}

/// Whether `10^{-3}`, `10^-3` or `10^3` comes last.
fn is_power_of_ten(resolved: &[Token]) -> bool {
    let mut kinds = resolved.iter().rev().map(|token| &token.kind).peekable();
    let is_braced = kinds.next_if(|kind| **kind == Kind::Close(Bracket::Brace)).is_some();
    let is_exponent = matches!(kinds.next(), Some(Kind::Number(_)));
    kinds.next_if(|kind| **kind == Kind::Minus);
    let is_opened = !is_braced || kinds.next() == Some(&Kind::Open(Bracket::Brace));
    is_exponent
        && is_opened
        && kinds.next() == Some(&Kind::Caret)
        && matches!(kinds.next(), Some(Kind::Number(base)) if &**base == "10")
}

/// A unit that is being read from tokens.
struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    unit: String,
    /// Whether all letters are in text or upright type.
    is_upright: bool,
    /// Whether some are in text.
    has_text: bool,
    /// Whether a symbol of several letters is among them.
    has_symbol: bool,
    /// How many factors its numerator has.
    factors: usize,
}

impl<'a> Scan<'a> {
    fn kind(&self, ahead: usize) -> &'a Kind {
        self.tokens.get(self.at + ahead).map_or(&Kind::Stop, |token| &token.kind)
    }

    /// Takes the next token where it is this one.
    fn eat(&mut self, kind: &Kind) -> Option<()> {
        (self.kind(0) == kind).then(|| self.at += 1)
    }

    /// Factors, or a fraction of them.
    fn unit(&mut self) -> Option<()> {
        if self.eat(&Kind::Fraction).is_none() {
            return self.factors();
        }
        self.eat(&Kind::Open(Bracket::Brace))?;
        self.factors()?;
        self.eat(&Kind::Close(Bracket::Brace))?;
        self.eat(&Kind::Open(Bracket::Brace))?;
        self.unit.push_str("/(");
        self.product()?;
        self.unit.push(')');
        self.eat(&Kind::Close(Bracket::Brace))
    }

    /// `kg m/s^2`, `J/(mol K)`.
    fn factors(&mut self) -> Option<()> {
        self.factors = self.product()?;
        while *self.kind(0) == Kind::Slash {
            let (at, length) = (self.at, self.unit.len());
            self.at += 1;
            self.unit.push('/');
            let is_bracketed = self.eat(&Kind::Open(Bracket::Round)).is_some();
            let divisor = match is_bracketed {
                true => {
                    self.unit.push('(');
                    self.product().and_then(|_| self.eat(&Kind::Close(Bracket::Round)))
                }
                false => self.factor(),
            };
            if divisor.is_none() {
                self.at = at;
                self.unit.truncate(length);
                break;
            }
            self.unit.push_str(if is_bracketed { ")" } else { "" });
        }
        Some(())
    }

    /// Factors side by side or with a sign between them, and how many.
    fn product(&mut self) -> Option<usize> {
        self.factor()?;
        let mut count = 1;
        loop {
            let (at, length) = (self.at, self.unit.len());
            self.unit.push('*');
            let _ = self.eat(&Kind::Times);
            if self.factor().is_none() {
                self.at = at;
                self.unit.truncate(length);
                return Some(count);
            }
            count += 1;
        }
    }

    /// A symbol with its power, or what stands in braces.
    fn factor(&mut self) -> Option<()> {
        if self.at > MAX_TOKENS {
            return None;
        }
        if self.eat(&Kind::Open(Bracket::Brace)).is_some() {
            self.factors()?;
            self.eat(&Kind::Close(Bracket::Brace))?;
        } else {
            self.symbol()?;
        }
        self.power();
        Some(())
    }

    fn symbol(&mut self) -> Option<()> {
        let mut letter = [0; 4];
        let (name, is_upright) = match self.kind(0) {
            Kind::Word(word) => (&**word, false),
            Kind::Letter(sign) => (&*sign.encode_utf8(&mut letter), false),
            Kind::Roman(name) | Kind::Text(name) => (&**name, true),
            Kind::Greek("mu") => return self.micro(),
            Kind::Greek("Omega") => ("", false),
            // `L/min`, `m/sec`: functions elsewhere.
            Kind::Function(Function::Min | Function::Sec) if self.at > 0 => {
                let token = &self.tokens[self.at];
                (self.text.get(token.at..token.end).filter(|name| !name.starts_with('\\'))?, false)
            }
            _ => return None,
        };
        let is_before_ohm = name.is_empty() || matches!(name, "k" | "M") && *self.kind(1) == Kind::Greek("Omega");
        if is_before_ohm {
            self.unit.push_str(name);
            self.unit.push('Ω');
            self.at += 1 + usize::from(!name.is_empty());
            self.is_upright = false;
            return Some(());
        }
        // M, moles per litre, is also a million where it stands alone.
        if !is_unit(name) && name != "M" {
            return None;
        }
        self.unit.push_str(&tidy_unit(name));
        self.at += 1;
        self.is_upright &= is_upright;
        self.has_text |= matches!(self.tokens[self.at - 1].kind, Kind::Text(_));
        self.has_symbol |= is_upright || name.len() > 1 && (self.at == 1 || !PRODUCTS.contains(&name));
        Some(())
    }

    /// `\mu m`, but no product with a force, a mass or an acceleration as friction has it: `\mu N`, `\mu g`.
    fn micro(&mut self) -> Option<()> {
        let mut letter = [0; 4];
        let (name, is_upright) = match self.kind(1) {
            Kind::Letter('N' | 'W' | 'g') => return None,
            Kind::Letter(sign) => (&*sign.encode_utf8(&mut letter), false),
            Kind::Roman(name) | Kind::Text(name) => (&**name, true),
            _ => return None,
        };
        let symbol = format!("μ{name}");
        if !is_symbol(&symbol) {
            return None;
        }
        self.unit.push_str(&symbol);
        self.at += 2;
        self.is_upright &= is_upright;
        self.has_text |= is_upright;
        self.has_symbol |= is_upright;
        Some(())
    }

    /// `^2`, `^{-1}`, where there is one.
    fn power(&mut self) {
        let at = self.at;
        let mut digits = || {
            self.eat(&Kind::Caret)?;
            let is_braced = self.eat(&Kind::Open(Bracket::Brace)).is_some();
            let sign = if self.eat(&Kind::Minus).is_some() { "-" } else { "" };
            let Kind::Number(digits) = self.kind(0) else { return None };
            self.at += 1;
            if is_braced {
                self.eat(&Kind::Close(Bracket::Brace))?;
            }
            Some(format!("^{sign}{digits}"))
        };
        match digits() {
            Some(power) => self.unit.push_str(&power),
            None => self.at = at,
        }
    }

    /// Whether it is metres per second or per second squared.
    fn is_motion(&self) -> bool {
        matches!(&*self.unit, "m/s" | "m/s^2" | "m*s^-1" | "m*s^-2" | "m/(s)" | "m/(s^2)")
    }
}
