//! Reading mathematics as models and data sets write it: LaTeX, Unicode and plain notation in one grammar.
//!
//! ```text
//! text --lexer, commands, names--> tokens --spoken, words--> tokens without words --parser--> Expr
//! ```
//!
//! Whatever the notation, from loose to tight:
//!
//! | level | joins | file |
//! |---|---|---|
//! | list | `or`, `and`, `;`, `,`, `\lor`, `\land` | `list.rs` |
//! | relation | `=`, `<`, `\in`, `\equiv`, in chains | `relation.rs` |
//! | ratio, sets | `:`, then `\cup \cap \setminus`, and `\times` between sets | `relation.rs` |
//! | sum | `+ - \pm` | `sum.rs` |
//! | term | `* / \bmod` from left to right | `sum.rs` |
//! | juxtaposition | `2xy`: tighter than `/`, so that `1/2x` is `1/(2x)`; but `1/2 x`, spaced, is `(1/2)x` | `sum.rs` |
//! | power, postfix | `^`, `!`, `%`, degrees | `power.rs` |
//!
//! Where notation is ambiguous:
//!
//! - `f`, `g`, `h`, `F`, `G`, `H` before brackets are functions, other letters only before a single variable in brackets and an equals sign
//!   (`W(n) = ..`), and capitals before a single variable (`P(x)`); every other letter is multiplied.
//! - `1,234` is a thousand and more where all groups have three digits and no spaces; as arguments of a function, and in brackets whose
//!   commas have no space or whose groups do not start with 0, it is a list.
//! - An argument without brackets reaches to the next sign of operation or function: `\sin 2x \cos x` is `sin(2x) cos(x)`.
//! - Letters side by side are a product. Words of three letters or more are text where the whole is words, and a unit behind a value.
//! - Symbols behind a value are its unit where they have two letters or more or are upright. Other single letters are where they make a speed or an
//!   acceleration, or a decimal or a power of ten stands alone before them: `5 m` is a product, `0.5 m` and `5 m/s` are quantities.
//! - `e` is Euler's number and `i` the imaginary unit, unless an index, a subscript or [`ReadOptions`] say otherwise.

mod atom;
mod bracket;
mod calculus;
mod commands;
mod domain;
mod function;
mod lexer;
mod list;
mod matrix;
pub(super) mod names;
mod number;
mod number_set;
mod parser;
mod power;
mod relation;
mod spoken;
mod sum;
mod symbol;
mod symbols;
mod token;
mod unit;
mod words;

use super::{Budget, Comparison, Expr};
use crate::ParseError;
pub(super) use unit::is_prefix;

use parser::Parser;
use plaudit_core::Limit;
use token::Kind;

/// The longest text that is read, in bytes.
pub const MAX_LENGTH: usize = 1 << 18;

/// How ambiguous notation is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Whether `1,5` is 3/2 and `1.000` a thousand.
    pub decimal_comma: bool,
    /// Whether the letter `e` is Euler's number; upright `\mathrm{e}` always is.
    pub euler: bool,
    /// Whether the letter `i` is the imaginary unit; upright `\mathrm{i}` always is.
    pub imaginary: bool,
    /// Whether letters side by side may be words: `odd`, `10 weeks`. Otherwise they are products.
    pub words: bool,
}

impl Default for ReadOptions {
    /// Decimal points, `e` and `i` as constants, words.
    fn default() -> Self {
        Self { decimal_comma: false, euler: true, imaginary: true, words: true }
    }
}

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: expected {message}")]
pub struct ReadError {
    /// Of what kind the failure is.
    pub kind: ReadErrorKind,
    /// Byte offset in the text.
    pub at: usize,
    /// What was expected there.
    pub message: &'static str,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// The text is not in the grammar.
    Syntax,
    /// Reading stopped at a deterministic limit.
    OverBudget(Limit),
}

impl ReadError {
    fn syntax(at: usize, message: &'static str) -> Self {
        Self { kind: ReadErrorKind::Syntax, at, message }
    }

    fn over_budget(limit: Limit, at: usize) -> Self {
        Self { kind: ReadErrorKind::OverBudget(limit), at, message: "a smaller expression" }
    }
}

impl From<ReadError> for ParseError {
    fn from(error: ReadError) -> Self {
        match error.kind {
            ReadErrorKind::Syntax => Self::Syntax,
            ReadErrorKind::OverBudget(limit) => Self::OverBudget(limit),
        }
    }
}

/// Reads the whole of `text` as one answer: an expression, a statement, a list of them, or words.
///
/// # Errors
/// [`ReadErrorKind::Syntax`] where the text is not in the grammar, with the place; [`ReadErrorKind::OverBudget`] beyond [`MAX_LENGTH`]
/// bytes, [`super::MAX_DEPTH`] levels, the steps of `budget`, or decimal exponents over 1000.
///
/// ```
/// use plaudit_verify::math::{Budget, ReadOptions, read};
/// let read = |text| read(text, &ReadOptions::default(), &mut Budget::new()).unwrap();
/// assert_eq!(read(r"\frac12 + x^2"), read("1/2 + x**2"));
/// assert_eq!(read(r"\dfrac{1}{2}").to_string(), r"\frac{1}{2}");
/// ```
pub fn read(text: &str, options: &ReadOptions, budget: &mut Budget) -> Result<Expr, ReadError> {
    if text.len() > MAX_LENGTH {
        return Err(ReadError::over_budget(Limit::Length, MAX_LENGTH));
    }
    let text = unquoted(text);
    match unescaped(text, budget)? {
        Some(text) => read_tokens(&text, options, budget),
        None => read_tokens(text, options, budget),
    }
}

fn read_tokens(text: &str, options: &ReadOptions, budget: &mut Budget) -> Result<Expr, ReadError> {
    let mut tokens = words::resolve(text, spoken::signs(lexer::lex(text, options, budget)?))?;
    // `= 5`, `\approx 5` and `\Rightarrow 5`, cut from a calculation.
    let is_cut = |kind: &Kind| {
        matches!(kind, Kind::Comparison(Comparison::Equal | Comparison::Approximately | Comparison::Other('⇒')))
    };
    if is_cut(&tokens[0].kind) {
        tokens.remove(0);
    }
    // The punctuation of the sentence that the answer stood in.
    let is_punctuation = |kind: &Kind| matches!(kind, Kind::Period | Kind::Comma | Kind::Semicolon | Kind::Row);
    while tokens.len() > 1 && is_punctuation(&tokens[tokens.len() - 2].kind) {
        tokens.remove(tokens.len() - 2);
    }
    Ok(separated(Parser::new(&tokens, *options, budget).whole()?))
}

/// `\text{Ann and Bob}` as the words without `\text` are read: one text between each two separators.
fn separated(expr: Expr) -> Expr {
    let Expr::Text(words) = &expr else { return expr };
    let mut items = vec![String::new()];
    for word in words.split(' ') {
        let is_joint = matches!(word, "and" | "or");
        if is_joint && items.last().is_some_and(String::is_empty) && items.len() > 1 {
            continue;
        }
        let last = items.last_mut().expect("it begins with one");
        let bare = word.trim_end_matches([',', ';']);
        if !is_joint {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(bare);
        }
        if is_joint || bare != word {
            items.push(String::new());
        }
    }
    if items.len() == 1 || items.iter().any(String::is_empty) {
        return expr;
    }
    Expr::List(items.into_iter().map(|item| Expr::Text(item.into())).collect())
}

/// The text without a pair of quotation marks, or of what makes Markdown bold, around all of it.
fn unquoted(text: &str) -> &str {
    let inside = |(open, close): (&str, &str)| text.trim().strip_prefix(open)?.strip_suffix(close);
    let inner = [("\"", "\""), ("“", "”"), ("`", "`"), ("**", "**")].into_iter().find_map(inside);
    inner.filter(|inner| !inner.contains(['"', '“', '”', '`']) && !inner.contains("**")).unwrap_or(text)
}

/// The text with one backslash for every two, where all were escaped twice: none stands alone and one begins a known command.
fn unescaped(text: &str, budget: &mut Budget) -> Result<Option<String>, ReadError> {
    if !text.contains("\\\\") {
        return Ok(None);
    }
    let mut has_command = false;
    let mut rest = text;
    while let Some(start) = rest.find('\\') {
        let run = &rest[start..];
        let behind = run.trim_start_matches('\\');
        if (run.len() - behind.len()) % 2 == 1 {
            return Ok(None);
        }
        let at = text.len() - rest.len();
        budget.take(commands::COMMAND_STEPS as u64).map_err(|limit| ReadError::over_budget(limit, at))?;
        has_command = has_command || commands::is_known(&behind[..commands::letters(behind)]);
        rest = behind;
    }
    Ok(has_command.then(|| text.replace("\\\\", "\\")))
}
