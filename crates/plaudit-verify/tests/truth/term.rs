//! Mathematics before it is written down: what identities are applied to.

use dashu_int::IBig;
use plaudit_verify::Rational;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An expression or a statement.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// A number, in whatever notation.
    Number(Rational),
    /// A numeral as it is to be written: a sign in front makes it a sum, else it is one token.
    Numeral(String),
    /// A variable or a constant with a letter.
    Symbol(&'static str),
    Sum(Vec<Term>),
    Product(Vec<Term>),
    Negative(Box<Term>),
    Fraction(Box<[Term; 2]>),
    Power(Box<[Term; 2]>),
    Root(u32, Box<Term>),
    /// A function of one argument by the name that it has in both notations, but for a backslash.
    Function(&'static str, Box<Term>),
    /// A notation of its own, with its arguments.
    Form(&'static Form, Vec<Term>),
    /// What opens, what separates, what closes.
    Items([&'static str; 3], Vec<Term>),
}

/// A notation: `#1` is the first argument, `@1` the same in brackets where it is more than one token.
#[derive(Debug)]
pub(crate) struct Form {
    pub latex: &'static str,
    pub plain: &'static str,
    /// Whether it is one token whatever stands beside it.
    pub is_closed: bool,
}

impl Form {
    pub(crate) const fn closed(latex: &'static str, plain: &'static str) -> Self {
        Self { latex, plain, is_closed: true }
    }

    pub(crate) const fn open(latex: &'static str, plain: &'static str) -> Self {
        Self { latex, plain, is_closed: false }
    }

    pub(crate) fn of<const N: usize>(&'static self, arguments: [Term; N]) -> Term {
        Term::Form(self, arguments.to_vec())
    }
}

pub(crate) static PI: Form = Form::closed("\\pi", "pi");
pub(crate) static BINOMIAL: Form = Form::closed("\\binom{#1}{#2}", "binomial(#1, #2)");
pub(crate) static FACTORIAL: Form = Form::closed("(@1!)", "(@1!)");
pub(crate) static ABSOLUTE: Form = Form::closed("\\left|#1\\right|", "abs(#1)");
pub(crate) static LOGARITHM: Form = Form::closed("\\log_{#1}(#2)", "log_{#1}(#2)");
pub(crate) static FLOOR: Form = Form::closed("\\lfloor #1 \\rfloor", "floor(#1)");
pub(crate) static CEILING: Form = Form::closed("\\lceil #1 \\rceil", "ceil(#1)");
pub(crate) static GCD: Form = Form::closed("\\gcd(#1, #2)", "gcd(#1, #2)");
pub(crate) static LCM: Form = Form::closed("\\operatorname{lcm}(#1, #2)", "lcm(#1, #2)");
pub(crate) static MAXIMUM: Form = Form::closed("\\max(#1, #2)", "max(#1, #2)");
pub(crate) static MINIMUM: Form = Form::closed("\\min(#1, #2)", "min(#1, #2)");
pub(crate) static REMAINDER: Form = Form::open("@1 \\bmod @2", "@1 \\bmod @2");
pub(crate) static CONGRUENCE: Form = Form::open("#1 \\equiv #2 \\pmod{#3}", "#1 \\equiv #2 \\pmod{#3}");
pub(crate) static CONJUGATE: Form = Form::closed("\\overline{#1}", "\\overline{#1}");
pub(crate) static DEGREES: Form = Form::closed("@1^\\circ", "@1^\\circ");
pub(crate) static PERCENT: Form = Form::closed("@1\\%", "@1%");
pub(crate) static SUM: Form = Form::open("\\sum_{k=#1}^{#2} @3", "\\sum_{k=#1}^{#2} @3");
pub(crate) static PRODUCT: Form = Form::open("\\prod_{k=#1}^{#2} @3", "\\prod_{k=#1}^{#2} @3");
pub(crate) static INTEGRAL: Form = Form::open("\\int_{#1}^{#2} @3 \\, dx", "\\int_{#1}^{#2} @3 dx");
pub(crate) static DERIVATIVE: Form = Form::open("\\frac{d}{dx}(#1)", "\\frac{d}{dx}(#1)");
pub(crate) static LIMIT: Form = Form::open("\\lim_{x \\to #1} @2", "\\lim_{x \\to #1} @2");
pub(crate) static INFINITY: Form = Form::closed("\\infty", "\\infty");
pub(crate) static SECOND_DERIVATIVE: Form = Form::open("\\frac{d^2}{dx^2}(#1)", "\\frac{d^2}{dx^2}(#1)");
pub(crate) static DOUBLE_SUM: Form =
    Form::open("\\sum_{j=1}^{#1} \\sum_{k=1}^{#2} @3", "\\sum_{j=1}^{#1} \\sum_{k=1}^{#2} @3");
pub(crate) static DETERMINANT: Form = Form::closed(
    "\\begin{vmatrix} #1 & #2 \\\\ #3 & #4 \\end{vmatrix}",
    "\\begin{vmatrix} #1 & #2 \\\\ #3 & #4 \\end{vmatrix}",
);

impl Term {
    /// above / below as one number.
    pub(crate) fn ratio(above: i64, below: i64) -> Self {
        Self::Number(Rational::from_parts_signed(above.into(), below.into()))
    }

    pub(crate) fn pi() -> Self {
        PI.of([])
    }

    pub(crate) fn raised(self, exponent: impl Into<Self>) -> Self {
        Self::Power(Box::new([self, exponent.into()]))
    }

    pub(crate) fn squared(self) -> Self {
        self.raised(2)
    }

    pub(crate) fn root(self, index: u32) -> Self {
        Self::Root(index, Box::new(self))
    }

    pub(crate) fn sqrt(self) -> Self {
        self.root(2)
    }

    pub(crate) fn function(self, name: &'static str) -> Self {
        Self::Function(name, Box::new(self))
    }

    pub(crate) fn sin(self) -> Self {
        self.function("sin")
    }

    pub(crate) fn cos(self) -> Self {
        self.function("cos")
    }

    pub(crate) fn ln(self) -> Self {
        self.function("ln")
    }

    /// e to this power.
    pub(crate) fn exp(self) -> Self {
        Self::Symbol("e").raised(self)
    }

    /// How many nodes there are.
    pub(crate) fn size(&self) -> usize {
        1 + self.parts().into_iter().map(Self::size).sum::<usize>()
    }

    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Numeral(_) | Self::Symbol(_) => Vec::new(),
            Self::Sum(parts) | Self::Product(parts) | Self::Form(_, parts) | Self::Items(_, parts) => {
                parts.iter().collect()
            }
            Self::Negative(part) | Self::Root(_, part) | Self::Function(_, part) => vec![part],
            Self::Fraction(pair) | Self::Power(pair) => pair.iter().collect(),
        }
    }

    pub(crate) fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Number(_) | Self::Numeral(_) | Self::Symbol(_) => Vec::new(),
            Self::Sum(parts) | Self::Product(parts) | Self::Form(_, parts) | Self::Items(_, parts) => {
                parts.iter_mut().collect()
            }
            Self::Negative(part) | Self::Root(_, part) | Self::Function(_, part) => vec![part],
            Self::Fraction(pair) | Self::Power(pair) => pair.iter_mut().collect(),
        }
    }
}

impl From<i64> for Term {
    fn from(value: i64) -> Self {
        Self::Number(value.into())
    }
}

impl From<Rational> for Term {
    fn from(value: Rational) -> Self {
        Self::Number(value)
    }
}

impl From<IBig> for Term {
    fn from(value: IBig) -> Self {
        Self::Number(value.into())
    }
}

impl From<&'static str> for Term {
    fn from(name: &'static str) -> Self {
        Self::Symbol(name)
    }
}

impl<T: Into<Term>> Add<T> for Term {
    type Output = Term;
    fn add(self, other: T) -> Term {
        match self {
            Term::Sum(mut terms) => {
                terms.push(other.into());
                Term::Sum(terms)
            }
            first => Term::Sum(vec![first, other.into()]),
        }
    }
}

impl<T: Into<Term>> Sub<T> for Term {
    type Output = Term;
    fn sub(self, other: T) -> Term {
        self + -other.into()
    }
}

impl<T: Into<Term>> Mul<T> for Term {
    type Output = Term;
    fn mul(self, other: T) -> Term {
        Term::Product(vec![self, other.into()])
    }
}

impl<T: Into<Term>> Div<T> for Term {
    type Output = Term;
    fn div(self, other: T) -> Term {
        Term::Fraction(Box::new([self, other.into()]))
    }
}

impl Neg for Term {
    type Output = Term;
    fn neg(self) -> Term {
        Term::Negative(Box::new(self))
    }
}
