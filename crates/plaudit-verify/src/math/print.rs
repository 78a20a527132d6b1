//! Expressions as canonical LaTeX: what is printed is read back as the same expression.

use super::read::{is_prefix, names};
use super::{Brackets, Comparison, Constant, Expr, Function, Integral, Interval, Matrix, Number, SetOperation};
use crate::Rational;
use dashu_int::ops::DivRem;
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter, Write};

/// How tightly the parts of an expression hang together, from loose to tight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    List,
    Joined,
    Relation,
    Ratio,
    Sets,
    Sum,
    Term,
    Factor,
    Base,
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Self::List(items) = self {
            let has_rows = items.iter().any(|item| matches!(item, Self::List(_)));
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    f.write_str(if has_rows { "; " } else { ", " })?;
                }
                match item {
                    Self::List(inner) => separated(f, inner, ", ", Level::Relation)?,
                    item => at_least(f, item, Level::Relation)?,
                }
            }
            return Ok(());
        }
        bare(f, self)
    }
}

/// The expression, in brackets if it is looser than `level`.
fn at_least(f: &mut Formatter<'_>, expression: &Expr, level: Level) -> fmt::Result {
    if level_of(expression) >= level {
        return bare(f, expression);
    }
    // In round brackets it would be a tuple.
    if let Expr::List(_) = expression {
        return write!(f, r"\boxed{{{expression}}}");
    }
    f.write_char('(')?;
    bare(f, expression)?;
    f.write_char(')')
}

/// What stands behind a minus sign. A remainder's first operand would take the sign for its own.
fn subtracted(f: &mut Formatter<'_>, expression: &Expr) -> fmt::Result {
    let is_remainder = matches!(expression, Expr::Function(Function::Mod, _));
    at_least(f, expression, if is_remainder { Level::Factor } else { Level::Term })
}

/// Between braces of a set, where `:` and `\mid` separate.
fn unambiguous(f: &mut Formatter<'_>, expression: &Expr) -> fmt::Result {
    let is_clear = match expression {
        Expr::Relation(terms, comparisons) => {
            !terms.iter().any(|term| matches!(term, Expr::Ratio(_))) && !comparisons.contains(&Comparison::Other('∣'))
        }
        _ => false,
    };
    at_least(f, expression, if is_clear { Level::Relation } else { Level::Sets })
}

fn separated(f: &mut Formatter<'_>, parts: &[Expr], separator: &str, level: Level) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        at_least(f, part, level)?;
    }
    Ok(())
}

fn level_of(expression: &Expr) -> Level {
    match expression {
        Expr::List(_) => Level::List,
        Expr::And(_) | Expr::Or(_) => Level::Joined,
        Expr::Relation(..) => Level::Relation,
        Expr::Ratio(_) => Level::Ratio,
        Expr::SetOperation(SetOperation::CartesianProduct, _) => Level::Term,
        Expr::SetOperation(..) => Level::Sets,
        Expr::Sum(_) | Expr::PlusMinus(..) | Expr::Negative(_) => Level::Sum,
        Expr::Product(_) | Expr::Mixed(_) | Expr::Quantity(..) | Expr::Limit(_) | Expr::Derivative(_) => Level::Term,
        Expr::Series(_) | Expr::Integral(_) => Level::Term,
        Expr::Function(Function::Mod, arguments) if arguments.len() == 2 => Level::Term,
        Expr::Fraction(_) | Expr::Power(_) | Expr::Percent(_) | Expr::Degrees(_) => Level::Factor,
        Expr::Function(Function::Factorial | Function::DoubleFactorial | Function::Transpose, _) => Level::Factor,
        _ => Level::Base,
    }
}

fn bare(f: &mut Formatter<'_>, expression: &Expr) -> fmt::Result {
    match expression {
        Expr::Number(number) => write_number(f, number),
        Expr::Numeral(digits, base) => write!(f, "{digits}_{{{base}}}"),
        Expr::Constant(constant) => f.write_str(constant_name(*constant)),
        Expr::Symbol(name) => write_symbol(f, name),
        Expr::Sum(terms) => write_sum(f, terms),
        Expr::Product(factors) => separated(f, factors, r" \cdot ", Level::Factor),
        Expr::Negative(inner) => {
            f.write_char('-')?;
            subtracted(f, inner)
        }
        Expr::Fraction(parts) => write!(f, r"\frac{{{}}}{{{}}}", parts[0], parts[1]),
        Expr::Mixed(parts) => write!(f, "{} {}", parts[0], parts[1]),
        Expr::Power(parts) => {
            at_least(f, &parts[0], Level::Base)?;
            write!(f, "^{{{}}}", parts[1])
        }
        Expr::Root(parts) => match &parts[1] {
            Expr::Number(Number { value, decimals: None }) if *value == Rational::from(2_u8) => {
                write!(f, r"\sqrt{{{}}}", parts[0])
            }
            index => {
                f.write_str(r"\sqrt[")?;
                at_least(f, index, Level::Sum)?;
                write!(f, "]{{{}}}", parts[0])
            }
        },
        Expr::PlusMinus(parts, is_swapped) => {
            let is_zero = matches!(&parts[0], Expr::Number(Number { value, decimals: None }) if value.is_zero());
            if !is_zero {
                at_least(f, &parts[0], Level::Sum)?;
                f.write_char(' ')?;
            }
            f.write_str(if *is_swapped { r"\mp " } else { r"\pm " })?;
            at_least(f, &parts[1], Level::Term)
        }
        Expr::Function(function, arguments) => write_function(f, *function, arguments),
        Expr::Apply(name, arguments) => {
            let (bare, is_inverse) = match name.strip_suffix("^{-1}") {
                Some(bare) => (bare, true),
                None => (&**name, false),
            };
            let is_letter = matches!(bare.trim_end_matches('\''), "f" | "g" | "h" | "F" | "G" | "H");
            if is_letter {
                f.write_str(bare)?
            } else {
                write_operator(f, bare)?
            }
            if is_inverse {
                f.write_str("^{-1}")?;
            }
            f.write_char('(')?;
            separated(f, arguments, ", ", Level::Relation)?;
            f.write_char(')')
        }
        Expr::Series(series) => {
            f.write_str(if series.is_product { r"\prod_{" } else { r"\sum_{" })?;
            write_symbol(f, &series.index)?;
            f.write_char('=')?;
            at_least(f, &series.from, Level::Sum)?;
            write!(f, "}}^{{{}}} ", series.to)?;
            at_least(f, &series.body, Level::Term)
        }
        Expr::Limit(limit) => {
            f.write_str(r"\lim_{")?;
            write_symbol(f, &limit.variable)?;
            f.write_str(r" \to ")?;
            at_least(f, &limit.target, Level::Base)?;
            f.write_str(match limit.side {
                Some(Ordering::Greater) => "^{+}} ",
                Some(_) => "^{-}} ",
                None => "} ",
            })?;
            at_least(f, &limit.body, Level::Term)
        }
        Expr::Integral(integral) => write_integral(f, integral),
        Expr::Derivative(derivative) => {
            let order = if derivative.order == 1 { String::new() } else { format!("^{{{}}}", derivative.order) };
            write!(f, r"\frac{{d{order}}}{{d")?;
            write_symbol(f, &derivative.variable)?;
            write!(f, "{order}}} ")?;
            at_least(f, &derivative.body, Level::Factor)
        }
        Expr::Percent(inner) => {
            at_least(f, inner, Level::Factor)?;
            f.write_str(r"\%")
        }
        Expr::Degrees(inner) => {
            // A sign of degrees behind a sine is its argument's.
            match &**inner {
                Expr::Function(..) => write!(f, "({inner})")?,
                inner => at_least(f, inner, Level::Base)?,
            }
            f.write_str(r"^{\circ}")
        }
        Expr::Quantity(value, unit) => write_quantity(f, value, unit),
        Expr::Ratio(parts) => separated(f, parts, " : ", Level::Sets),
        Expr::Tuple(brackets, elements) => {
            let (open, close, level) = match brackets {
                Brackets::Round => ("(", ")", Level::Relation),
                Brackets::Square => ("[", "]", Level::Relation),
                Brackets::Angle => (r"\langle ", r" \rangle", Level::Ratio),
            };
            f.write_str(open)?;
            separated(f, elements, ", ", level)?;
            f.write_str(close)
        }
        Expr::List(items) => separated(f, items, ", ", Level::Relation),
        Expr::Set(elements) => {
            for (index, element) in elements.iter().enumerate() {
                f.write_str(if index == 0 { r"\{" } else { ", " })?;
                unambiguous(f, element)?;
            }
            f.write_str(r"\}")
        }
        Expr::SetBuilder(parts) => {
            f.write_str(r"\{")?;
            unambiguous(f, &parts[0])?;
            write!(f, r" \mid {}\}}", parts[1])
        }
        Expr::HalfOpen(interval) => write_interval(f, interval),
        Expr::SetOperation(operation, sets) => {
            let (sign, level) = match operation {
                SetOperation::Union => (r" \cup ", Level::Sum),
                SetOperation::Intersection => (r" \cap ", Level::Sum),
                SetOperation::Difference => (r" \setminus ", Level::Sum),
                SetOperation::CartesianProduct => (r" \times ", Level::Factor),
            };
            separated(f, sets, sign, level)
        }
        Expr::Matrix(matrix) => write_matrix(f, matrix),
        Expr::Relation(terms, comparisons) => write_relation(f, terms, comparisons),
        Expr::And(statements) if are_statements(statements) => {
            separated(f, statements, r" \text{ and } ", Level::Relation)
        }
        Expr::Or(statements) if are_statements(statements) => {
            separated(f, statements, r" \text{ or } ", Level::Relation)
        }
        Expr::And(statements) => separated(f, statements, r" \land ", Level::Relation),
        Expr::Or(statements) => separated(f, statements, r" \lor ", Level::Relation),
        Expr::Text(text) if &**text == "..." => f.write_str(r"\ldots"),
        Expr::Text(text) => write!(f, r"\text{{{text}}}"),
    }
}

fn write_number(f: &mut Formatter<'_>, number: &Number) -> fmt::Result {
    let (numerator, denominator) = (number.value.numerator(), number.value.denominator());
    let Some(decimals) = number.decimals else {
        return if *denominator == UBig::ONE {
            write!(f, "{numerator}")
        } else {
            write_recurring(f, numerator, denominator)
        };
    };
    let shifted = number.value.clone() * UBig::from(10_u8).pow(decimals as usize);
    let digits = format!("{:0>width$}", shifted.numerator().to_string(), width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    write!(f, "{whole}.{fraction}")
}

/// A decimal that recurs, by long division. Its period is as short as the one that was read.
fn write_recurring(f: &mut Formatter<'_>, numerator: &IBig, denominator: &UBig) -> fmt::Result {
    let ten = UBig::from(10_u8);
    let (whole, rest) = numerator.clone().into_parts().1.div_rem(denominator);
    write!(f, "{whole}.")?;
    let mut shift = UBig::ONE;
    // The part that does not recur is as long as the highest power of 2 or 5 in the denominator.
    let (mut twos, mut fives, mut odd) = (0_usize, 0_usize, denominator.clone());
    for (prime, count) in [(2_u8, &mut twos), (5, &mut fives)] {
        loop {
            let (quotient, remainder) = odd.clone().div_rem(&UBig::from(prime));
            if !remainder.is_zero() {
                break;
            }
            odd = quotient;
            *count += 1;
        }
    }
    let before = twos.max(fives);
    shift *= ten.pow(before);
    let (digits, rest) = (rest * shift).div_rem(denominator);
    if before > 0 {
        write!(f, "{:0>before$}", digits.to_string())?;
    }
    let mut period = String::new();
    let mut remainder = rest.clone();
    loop {
        let (digit, next) = (remainder * &ten).div_rem(denominator);
        write!(period, "{digit}")?;
        remainder = next;
        if remainder == rest {
            break;
        }
    }
    write!(f, r"\overline{{{period}}}")
}

fn constant_name(constant: Constant) -> &'static str {
    match constant {
        Constant::Pi => r"\pi",
        Constant::E => r"\mathrm{e}",
        Constant::I => r"\mathrm{i}",
        Constant::Infinity => r"\infty",
        Constant::EmptySet => r"\emptyset",
        Constant::Naturals => r"\mathbb{N}",
        Constant::Integers => r"\mathbb{Z}",
        Constant::Rationals => r"\mathbb{Q}",
        Constant::Reals => r"\mathbb{R}",
        Constant::Complexes => r"\mathbb{C}",
    }
}

/// A variable: a letter, a Greek letter, or an upright name, and what hangs on it.
fn write_symbol(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let base = &name[..name.find(['_', '\'']).unwrap_or(name.len())];
    if names::greek(base) == Some(base) {
        write!(f, r"\{base}")?
    } else {
        write_upright(f, base)?
    }
    write_scripts(f, &name[base.len()..])
}

/// The name of a function.
fn write_operator(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let base = &name[..name.find(['_', '\'']).unwrap_or(name.len())];
    if names::greek(base) == Some(base) {
        write!(f, r"\{base}")?
    } else {
        match base.contains(r"\circ") {
            true => f.write_str(base)?,
            false => write!(f, r"\operatorname{{{base}}}")?,
        }
    }
    write_scripts(f, &name[base.len()..])
}

fn write_upright(f: &mut Formatter<'_>, base: &str) -> fmt::Result {
    let is_plain = base.chars().count() == 1 || base.contains(r"\circ");
    if is_plain { f.write_str(base) } else { write!(f, r"\mathrm{{{base}}}") }
}

/// Subscript and primes, as [`Expr::Symbol`] holds them.
fn write_scripts(f: &mut Formatter<'_>, scripts: &str) -> fmt::Result {
    f.write_str(scripts)
}

fn write_sum(f: &mut Formatter<'_>, terms: &[Expr]) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        match (term, index) {
            (Expr::Negative(inner), 0) => {
                f.write_char('-')?;
                subtracted(f, inner)?;
            }
            (Expr::Negative(inner), _) => {
                f.write_str(" - ")?;
                subtracted(f, inner)?;
            }
            (term, 0) => at_least(f, term, Level::Term)?,
            (term, _) => {
                f.write_str(" + ")?;
                at_least(f, term, Level::Term)?;
            }
        }
    }
    Ok(())
}

fn write_function(f: &mut Formatter<'_>, function: Function, arguments: &[Expr]) -> fmt::Result {
    let delimited = |f: &mut Formatter<'_>, open: &str, close: &str| {
        f.write_str(open)?;
        separated(f, arguments, ", ", Level::Relation)?;
        f.write_str(close)
    };
    match (function, arguments) {
        (Function::Factorial, [n]) => {
            at_least(f, n, Level::Base)?;
            f.write_char('!')
        }
        (Function::DoubleFactorial, [n]) => {
            at_least(f, n, Level::Base)?;
            f.write_str("!!")
        }
        (Function::Abs, [Expr::Matrix(_)]) | (Function::Abs, _) => delimited(f, r"\left|", r"\right|"),
        (Function::Norm, _) => delimited(f, r"\left\|", r"\right\|"),
        (Function::Floor, _) => delimited(f, r"\lfloor ", r" \rfloor"),
        (Function::Ceiling, _) => delimited(f, r"\lceil ", r" \rceil"),
        (Function::Binomial, [n, k]) => write!(f, r"\binom{{{n}}}{{{k}}}"),
        (Function::Mod, [value, modulus]) => {
            at_least(f, value, Level::Factor)?;
            f.write_str(r" \bmod ")?;
            at_least(f, modulus, Level::Factor)
        }
        (Function::Mod, [modulus]) => write!(f, r"\pmod{{{modulus}}}"),
        (Function::Conjugate, [value]) => write!(f, r"\overline{{{value}}}"),
        (Function::Transpose, [value]) => {
            at_least(f, value, Level::Base)?;
            f.write_str(r"^{\top}")
        }
        (Function::Log, [base, value]) => {
            write!(f, r"\log_{{{base}}}")?;
            f.write_char('(')?;
            at_least(f, value, Level::Relation)?;
            f.write_char(')')
        }
        (Function::Gamma, _) => delimited(f, r"\Gamma(", ")"),
        (function, _) => {
            write!(f, r"\operatorname{{{}}}", names::function_name(function))?;
            delimited(f, "(", ")")
        }
    }
}

fn write_integral(f: &mut Formatter<'_>, integral: &Integral) -> fmt::Result {
    f.write_str(r"\int")?;
    if let Some([from, to]) = &integral.bounds {
        write!(f, "_{{{from}}}^{{{to}}}")?;
    }
    f.write_char(' ')?;
    at_least(f, &integral.body, Level::Factor)?;
    f.write_str(r" \, d")?;
    write_symbol(f, &integral.variable)
}

fn write_quantity(f: &mut Formatter<'_>, value: &Expr, unit: &str) -> fmt::Result {
    if is_prefix(unit) {
        f.write_str(if unit == "$" { r"\$" } else { unit })?;
        return at_least(f, value, Level::Base);
    }
    match value {
        // Texts side by side are one.
        Expr::Text(_) => write!(f, "({value})")?,
        // A sign of degrees behind a sine is its argument's.
        Expr::Function(..) if unit.starts_with('°') => write!(f, "({value})")?,
        value => at_least(f, value, Level::Factor)?,
    }
    match unit.strip_prefix('°') {
        Some(scale) => write!(f, r"^{{\circ}}{scale}"),
        None => write!(f, r"\text{{ {unit}}}"),
    }
}

fn write_interval(f: &mut Formatter<'_>, interval: &Interval) -> fmt::Result {
    f.write_char(if interval.is_closed[0] { '[' } else { '(' })?;
    separated(f, &interval.ends, ", ", Level::Relation)?;
    f.write_char(if interval.is_closed[1] { ']' } else { ')' })
}

/// Whether "and" and "or" between them join statements, and do not list values.
fn are_statements(parts: &[Expr]) -> bool {
    parts.iter().all(|part| matches!(part, Expr::Relation(..) | Expr::And(_) | Expr::Or(_)))
}

fn write_matrix(f: &mut Formatter<'_>, matrix: &Matrix) -> fmt::Result {
    let name = if matrix.is_determinant { "vmatrix" } else { "pmatrix" };
    write!(f, r"\begin{{{name}}}")?;
    for (index, row) in matrix.entries.chunks(matrix.columns.max(1)).enumerate() {
        if index > 0 {
            f.write_str(r" \\ ")?;
        }
        separated(f, row, " & ", Level::Relation)?;
    }
    write!(f, r"\end{{{name}}}")
}

fn write_relation(f: &mut Formatter<'_>, terms: &[Expr], comparisons: &[Comparison]) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            let is_modulus = matches!(term, Expr::Function(Function::Mod, arguments) if arguments.len() == 1);
            match comparisons[index - 1] {
                Comparison::Equivalent if is_modulus => f.write_char(' ')?,
                comparison => write!(f, " {} ", names::comparison_name(comparison))?,
            }
        }
        at_least(f, term, Level::Ratio)?;
    }
    Ok(())
}
