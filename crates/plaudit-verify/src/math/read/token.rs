//! The signs that mathematics is made of, whatever notation they were written in.

use crate::math::{Comparison, Constant, Function, SetOperation};

/// A sign, where it stands, and the space before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Byte offset in the text.
    pub(super) at: usize,
    /// Byte offset behind it.
    pub(super) end: usize,
    pub(super) gap: Gap,
}

/// The space before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Tight,
    /// `\,`, `~`, a thin or unbreakable space: what separates thousands.
    Thin,
    Wide,
    /// `\quad`: what separates statements.
    Quad,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII digits, at most one point among them, perhaps a decimal exponent: `12`, `.5`, `0.`, `1.5e-3`.
    Number(Box<str>),
    /// A fraction that is one character: `½`.
    Vulgar(u8, u8),
    /// A Latin letter.
    Letter(char),
    /// A Greek letter by its name.
    Greek(&'static str),
    /// Two letters or more without a space. What they are is decided when all tokens are known: no parser sees them.
    Word(Box<str>),
    /// What `\text{..}` holds: trimmed, white space folded, without braces, backslashes and dollar signs.
    Text(Box<str>),
    /// The name in `\mathrm{..}` or `\operatorname{..}`.
    Roman(Box<str>),
    Constant(Constant),
    Function(Function),
    /// `\lg`: a logarithm to base ten.
    CommonLogarithm,
    Plus,
    Minus,
    /// `\pm`; `true`: `\mp`.
    PlusMinus(bool),
    Times,
    /// `\times`, which also makes pairs of sets.
    Cross,
    Slash,
    /// Between two operands: `\bmod`, `mod`.
    Mod,
    /// Before its operand: `\pmod`.
    Modulus,
    Caret,
    Underscore,
    Bang,
    Prime,
    Percent,
    /// A word that multiplies what stands before it: `million`.
    Scale(u64),
    /// `cis`: the point of the unit circle at an angle.
    Cis,
    /// `°`, or the word.
    Degree,
    /// `\circ`: degrees behind a caret.
    Circle,
    Transpose,
    Comma,
    /// A comma that can only group digits: `{,}`, `,\!`.
    GroupComma,
    Semicolon,
    Colon,
    Period,
    Dots,
    And,
    Or,
    /// `\land`: "and" between statements, which may be letters.
    Wedge,
    /// `\lor`.
    Vee,
    /// `|`, which opens or closes.
    Bar,
    /// `\|`, which opens or closes.
    DoubleBar,
    /// `\mid`.
    Mid,
    Open(Bracket),
    Close(Bracket),
    Comparison(Comparison),
    SetOperation(SetOperation),
    Currency(&'static str),
    Fraction,
    Binomial,
    /// Between two operands in braces: `\choose`.
    Choose,
    /// Between two operands in braces: `\over`.
    Over,
    Root,
    CubeRoot,
    /// `\sum`; `true`: `\prod`.
    Series(bool),
    Limit,
    Integral,
    Partial,
    /// `\bar`, `\overline`.
    Overline,
    /// `\hat`, `\tilde`, `\dot`.
    Accent(&'static str),
    /// `\vec`, `\overrightarrow`: an arrow above.
    Arrow,
    /// `\angle`, `\triangle`: before the letters that name a figure.
    Figure(&'static str),
    /// `\boxed`.
    Frame,
    /// `\begin{..}`.
    Begin(Box<str>),
    /// `\end{..}`.
    Finish(Box<str>),
    Ampersand,
    /// `\\`.
    Row,
    /// The end of the text.
    Stop,
}

/// What stands around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Round,
    Square,
    /// `{`: LaTeX's own grouping.
    Brace,
    /// `\{`.
    Set,
    Angle,
    Floor,
    Ceiling,
    /// `\left|`, `\lvert`.
    Bar,
    /// `\left\|`, `\lVert`.
    DoubleBar,
}

impl Kind {
    /// Whether a value may end with it.
    pub(super) fn ends_value(&self) -> bool {
        matches!(
            self,
            Self::Number(_)
                | Self::Vulgar(..)
                | Self::Letter(_)
                | Self::Greek(_)
                | Self::Constant(_)
                | Self::Percent
                | Self::Scale(_)
                | Self::Degree
                | Self::Bang
                | Self::Prime
                | Self::Close(_)
        )
    }

    /// Whether no operand begins with it.
    pub(super) fn ends_operand(&self) -> bool {
        matches!(
            self,
            Self::Stop
                | Self::Close(_)
                | Self::SetOperation(_)
                | Self::Comparison(_)
                | Self::Comma
                | Self::Semicolon
                | Self::And
                | Self::Or
                | Self::Wedge
                | Self::Vee
        )
    }
}
