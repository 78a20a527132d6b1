//! Questions about how an expression is written, for policies that demand a form.

use super::bounded;
use crate::math::{Budget, Expr, Function};
use dashu_int::ops::Gcd;
use plaudit_core::Limit;

/// Whether everything that can be computed with numbers alone was computed: fractions of integers in lowest terms and with a denominator
/// above 1, no root in a denominator, no square factor under a square root, no sum, product or power of numbers that is a number
/// itself, no double sign. Factors of a polynomial need not be multiplied out.
///
/// # Errors
/// [`Limit::Steps`] where the budget ends.
pub fn is_reduced(expr: &Expr, budget: &mut Budget) -> Result<bool, Limit> {
    budget.take(1)?;
    let is_reduced_here = match expr {
        Expr::Sum(terms) => terms.iter().filter(|term| is_number(term)).count() <= 1,
        Expr::Product(factors) => {
            let is_root = |factor: &Expr| matches!(factor, Expr::Root(pair) if is_number(&pair[0]));
            count_factors(factors, &is_number) <= 1 && count_factors(factors, &is_root) <= 1
        }
        Expr::Negative(part) => !matches!(**part, Expr::Negative(_)),
        Expr::Fraction(pair) => is_in_lowest_terms(&pair[0], &pair[1]) && !has_root(&pair[1], budget)?,
        Expr::Mixed(pair) => {
            matches!(&pair[1], Expr::Fraction(fraction) if is_in_lowest_terms(&fraction[0], &fraction[1]))
        }
        Expr::Power(pair) => !(is_number(&pair[0]) && is_integer(&pair[1])),
        Expr::Root(pair) => is_reduced_root(&pair[0], &pair[1], budget)?,
        Expr::Function(function, parts) => !(is_arithmetic(*function) && parts.iter().all(is_number)),
        _ => true,
    };
    if !is_reduced_here {
        return Ok(false);
    }
    for part in expr.parts() {
        if !is_reduced(part, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many factors are of a kind, those of factors included.
fn count_factors(factors: &[Expr], is_counted: &dyn Fn(&Expr) -> bool) -> usize {
    let count = |factor: &Expr| match factor {
        Expr::Product(inner) => count_factors(inner, is_counted),
        other => usize::from(is_counted(other)),
    };
    factors.iter().map(count).sum()
}

/// Whether it is a numeral, a fraction of numerals, or one with a sign.
fn is_number(expr: &Expr) -> bool {
    match expr {
        Expr::Number(_) | Expr::Mixed(_) => true,
        Expr::Negative(part) => is_number(part),
        Expr::Fraction(pair) => pair.iter().all(is_number),
        _ => false,
    }
}

fn is_integer(expr: &Expr) -> bool {
    match expr {
        Expr::Number(number) => number.value.is_int(),
        Expr::Negative(part) => is_integer(part),
        _ => false,
    }
}

/// Whether no integer above 1 divides both, as far as both are integers or have an integer factor in front.
fn is_in_lowest_terms(above: &Expr, below: &Expr) -> bool {
    let (Some(above), Some(below)) = (integer_factor(above), integer_factor(below)) else { return true };
    if matches!(above, Expr::Number(_)) && !is_integer(above) || !is_integer(below) {
        // A decimal point inside a fraction.
        return false;
    }
    let (Expr::Number(above), Expr::Number(below)) = (above, below) else { return true };
    if below.value.is_one() || below.value.is_zero() {
        return false;
    }
    above.value.numerator().gcd(below.value.numerator()).is_one()
}

/// The numeral that it is, or that is its first factor.
fn integer_factor(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Number(_) => Some(expr),
        Expr::Negative(part) => integer_factor(part),
        Expr::Product(factors) => factors.first().and_then(integer_factor),
        _ => None,
    }
}

/// Whether a root of a number is among its parts.
fn has_root(expr: &Expr, budget: &mut Budget) -> Result<bool, Limit> {
    budget.take(1)?;
    if matches!(expr, Expr::Root(pair) if is_number(&pair[0])) {
        return Ok(true);
    }
    for part in expr.parts() {
        if has_root(part, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether nothing can be taken out of a root of a number.
fn is_reduced_root(radicand: &Expr, index: &Expr, budget: &mut Budget) -> Result<bool, Limit> {
    let (Expr::Number(radicand), Expr::Number(index)) = (radicand, index) else { return Ok(!is_number(radicand)) };
    let Ok(index) = i64::try_from(index.value.numerator()) else { return Ok(true) };
    let value = super::power::absolute(&radicand.value);
    if !value.is_int() || value.is_zero() || value.is_one() || bounded::bits(&value) > Budget::BITS {
        return Ok(false);
    }
    let (_, magnitude) = value.numerator().clone().into_parts();
    let factors = super::factor::factors(&magnitude, budget)?;
    Ok(factors.iter().all(|factor| factor.count < index))
}

/// Whether the function of numbers is to be computed.
fn is_arithmetic(function: Function) -> bool {
    matches!(
        function,
        Function::Abs
            | Function::Floor
            | Function::Ceiling
            | Function::Factorial
            | Function::DoubleFactorial
            | Function::Binomial
            | Function::Permutations
            | Function::Gcd
            | Function::Lcm
            | Function::Max
            | Function::Min
            | Function::Mod
            | Function::Sign
    )
}

#[cfg(test)]
mod tests {
    use super::is_reduced;
    use crate::math::Budget;
    use crate::math::exact::tests::notation::expr;

    #[test]
    fn forms_by_hand() {
        let holds = |text: &str| is_reduced(&expr(text), &mut Budget::new()).unwrap();
        for text in [
            "3",
            "-3/4",
            "2.5",
            "x/2",
            "2*sqrt(3)",
            "sqrt(6)/3",
            "(x+1)*(x-2)",
            "x^2+1",
            "2^x",
            "1+sqrt(2)",
            "3*pi/4",
            "root(3, 4)",
            "1/x",
            "sqrt(x)/x",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "2/4",
            "6/3",
            "4/1",
            "1+2",
            "2*3",
            "sqrt(2)*sqrt(3)",
            "2*x*3",
            "2^3",
            "sqrt(12)",
            "sqrt(4)",
            "1/sqrt(2)",
            "sqrt(1/2)",
            "2*sqrt(3)/4",
            "5!",
            "--3",
            "x+1+2",
            "3/(1+sqrt(2))",
            "root(3, 16)",
            "0.5/2",
        ] {
            assert!(!holds(text), "{text}");
        }
    }
}
