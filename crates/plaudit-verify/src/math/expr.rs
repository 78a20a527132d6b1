//! Mathematics as it was written.
//!
//! Nothing is computed here: `2/4` is not `1/2`, and `x + x` is not `2x`. So an expression can be printed as it was read, and a policy may ask
//! whether a fraction was in lowest terms. What an expression means is said by the modules that compare.

use crate::Rational;

/// An expression or a statement. The depth of the tree is bounded when it is read ([`super::MAX_DEPTH`]), so functions may
/// recurse over it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expr {
    /// A numeral, exactly.
    Number(Number),
    /// A numeral in another base: the digits as they were written, and the base.
    Numeral(Box<str>, u32),
    /// A number or a set that has a name.
    Constant(Constant),
    /// A variable, with its subscript and primes: `x`, `alpha`, `a_{12}`, `f'`. Latin letters and Greek names without a backslash.
    Symbol(Box<str>),
    /// Two or more terms. `a - b` is `Sum([a, Negative(b)])`.
    Sum(Vec<Expr>),
    /// Two or more factors, of whatever sign of multiplication, or none.
    Product(Vec<Expr>),
    /// `-a`.
    Negative(Box<Expr>),
    /// `a / b`, `\frac{a}{b}`, `a \div b`.
    Fraction(Box<[Expr; 2]>),
    /// A mixed number: the whole part and the fraction, which are added.
    Mixed(Box<[Expr; 2]>),
    /// Base and exponent.
    Power(Box<[Expr; 2]>),
    /// Radicand and index; the index of a square root is the number 2.
    Root(Box<[Expr; 2]>),
    /// `a \pm b`, or `\pm b` with 0 before it. `true`: `\mp`, whose signs are opposite to those of `\pm` in the same expression.
    PlusMinus(Box<[Expr; 2]>, bool),
    /// A known function and its arguments, in the order of [`Function`]'s documentation.
    Function(Function, Vec<Expr>),
    /// A function without a meaning of its own: `f(x)`.
    Apply(Box<str>, Vec<Expr>),
    /// A sum or product over an index.
    Series(Box<Series>),
    /// A limit.
    Limit(Box<Limit>),
    /// An integral, with bounds or without.
    Integral(Box<Integral>),
    /// A derivative.
    Derivative(Box<Derivative>),
    /// `a \%`.
    Percent(Box<Expr>),
    /// `a^\circ`, degrees of an angle.
    Degrees(Box<Expr>),
    /// A value with its unit or currency, as it was written: `cm^2`, `dollars`, `$`.
    Quantity(Box<Expr>, Box<str>),
    /// `a : b : c`, two or more.
    Ratio(Vec<Expr>),
    /// Elements in brackets whose order counts: a point, a vector, an open interval.
    Tuple(Brackets, Vec<Expr>),
    /// Elements with separators and no brackets around them.
    List(Vec<Expr>),
    /// `\{a, b\}`; also braces without a backslash around more than one element.
    Set(Vec<Expr>),
    /// `\{x : condition\}` or `\{x \mid condition\}`: element and condition.
    SetBuilder(Box<[Expr; 2]>),
    /// An interval one end of which is closed and the other open. `(a, b)` and `[a, b]` are [`Expr::Tuple`], which may be an interval.
    HalfOpen(Box<Interval>),
    /// Two or more sets under one operation.
    SetOperation(SetOperation, Vec<Expr>),
    /// A matrix, row by row; a column vector has one column.
    Matrix(Matrix),
    /// A chain `a < b <= c`: one term more than comparisons.
    Relation(Vec<Expr>, Vec<Comparison>),
    /// Statements joined by "and".
    And(Vec<Expr>),
    /// Statements joined by "or".
    Or(Vec<Expr>),
    /// Words, trimmed, white space folded.
    Text(Box<str>),
}

impl Expr {
    /// A numeral without a decimal point.
    pub(crate) fn number(value: impl Into<Rational>) -> Self {
        Self::Number(Number { value: value.into(), decimals: None })
    }
}

/// A numeral.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// Its exact value; recurring decimals too.
    pub value: Rational,
    /// The number of digits behind the decimal point where there is one, and it does not recur: `2.50` has 2. What a policy that
    /// compares by tolerance needs to know.
    pub decimals: Option<u32>,
}

/// Numbers and sets with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constant {
    /// The ratio of a circle's circumference to its diameter.
    Pi,
    /// The base of natural logarithms.
    E,
    /// The imaginary unit.
    I,
    /// Positive infinity.
    Infinity,
    /// The set without elements.
    EmptySet,
    /// 1, 2, 3, ...
    Naturals,
    /// All integers.
    Integers,
    /// All rational numbers.
    Rationals,
    /// All real numbers.
    Reals,
    /// All complex numbers.
    Complexes,
}

impl Constant {
    /// The letter that stands for it, where it is a Latin one.
    pub fn letter(self) -> Option<&'static str> {
        match self {
            Self::E => Some("e"),
            Self::I => Some("i"),
            _ => None,
        }
    }
}

/// Functions with a known meaning, with one argument where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// Sine of radians, or of [`Expr::Degrees`]; the other trigonometric functions too.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Cotangent.
    Cot,
    /// Secant.
    Sec,
    /// Cosecant.
    Csc,
    /// Inverse sine, in [-pi/2, pi/2].
    Arcsin,
    /// Inverse cosine, in [0, pi].
    Arccos,
    /// Inverse tangent, in (-pi/2, pi/2).
    Arctan,
    /// Inverse cotangent, in (0, pi).
    Arccot,
    /// Inverse secant, arccos(1/x).
    Arcsec,
    /// Inverse cosecant, arcsin(1/x).
    Arccsc,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Hyperbolic cotangent.
    Coth,
    /// Inverse hyperbolic sine.
    Arsinh,
    /// Inverse hyperbolic cosine.
    Arcosh,
    /// Inverse hyperbolic tangent.
    Artanh,
    /// e to the power of the argument.
    Exp,
    /// Natural logarithm.
    Ln,
    /// Logarithm: `[x]` without a base (10 or e, as the policy says) or `[base, x]`.
    Log,
    /// Absolute value of a number, determinant of a matrix, number of elements of a set.
    Abs,
    /// Euclidean norm.
    Norm,
    /// The greatest integer not above the argument.
    Floor,
    /// The least integer not below the argument.
    Ceiling,
    /// n!.
    Factorial,
    /// n!!: the product of every second number.
    DoubleFactorial,
    /// `[n, k]`: n over k.
    Binomial,
    /// `[n, k]`: n! / (n - k)!.
    Permutations,
    /// Greatest common divisor of one or more.
    Gcd,
    /// Least common multiple of one or more.
    Lcm,
    /// The largest of one or more.
    Max,
    /// The least of one or more.
    Min,
    /// `[a, m]`: the remainder of a by m, with the sign of m.
    Mod,
    /// -1, 0 or 1.
    Sign,
    /// Real part.
    Re,
    /// Imaginary part.
    Im,
    /// Complex conjugate (also a bar over digits that are no recurring decimal).
    Conjugate,
    /// Argument of a complex number, in (-pi, pi].
    Arg,
    /// Gamma function.
    Gamma,
    /// Determinant.
    Det,
    /// Transposed matrix.
    Transpose,
}

/// The sum or product of `body` for `index` from `from` to `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// Whether factors are multiplied and not terms added.
    pub is_product: bool,
    /// The variable that is bound.
    pub index: Box<str>,
    /// The first value.
    pub from: Expr,
    /// The last value; infinity for a series.
    pub to: Expr,
    /// The term.
    pub body: Expr,
}

/// A limit of `body` where `variable` goes to `target`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit {
    /// The variable that is bound.
    pub variable: Box<str>,
    /// Where it goes.
    pub target: Expr,
    /// From above (`Greater`), from below (`Less`), or from both sides.
    pub side: Option<std::cmp::Ordering>,
    /// What the limit is of.
    pub body: Expr,
}

/// The integral of `body` over `variable`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Integral {
    /// The variable that is bound.
    pub variable: Box<str>,
    /// From and to.
    pub bounds: Option<[Expr; 2]>,
    /// The integrand.
    pub body: Expr,
}

/// The derivative of `body` by `variable`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Derivative {
    /// By what.
    pub variable: Box<str>,
    /// How often.
    pub order: u32,
    /// Of what.
    pub body: Expr,
}

/// What stands around a tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Brackets {
    /// `(a, b)`.
    Round,
    /// `[a, b]`.
    Square,
    /// `\langle a, b \rangle`.
    Angle,
}

/// An interval.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Lower and upper end.
    pub ends: [Expr; 2],
    /// Whether each end belongs to it.
    pub is_closed: [bool; 2],
}

/// What joins sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetOperation {
    /// `\cup`.
    Union,
    /// `\cap`.
    Intersection,
    /// `\setminus`: the first without the others.
    Difference,
    /// `\times` between sets.
    CartesianProduct,
}

/// A matrix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matrix {
    /// The length of a row.
    pub columns: usize,
    /// Row by row.
    pub entries: Vec<Expr>,
    /// Whether it stands between single bars and so means its determinant.
    pub is_determinant: bool,
}

/// How the two sides of a relation are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `=`.
    Equal,
    /// `\neq`.
    NotEqual,
    /// `<`.
    Less,
    /// `\leq`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `\geq`.
    GreaterOrEqual,
    /// `\approx`.
    Approximately,
    /// `\equiv`; the modulus, where there is one, is a [`Function::Mod`] with one argument on the right.
    Equivalent,
    /// `\in`.
    Element,
    /// `\notin`.
    NotElement,
    /// `\subset` and `\subseteq`.
    Subset,
    /// `\propto`, `\sim`, `\parallel`, `\perp` and others that are only compared as they are.
    Other(char),
}
