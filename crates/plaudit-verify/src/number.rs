//! Exact numbers from plain notation.
//!
//! Grammar, after trimming white space: `number = decimal [ "/" decimal ] [ "%" ]`,
//! `decimal = [sign] digits [ "." digits ] [ "e" [sign] digits ]`, where one of the two digit runs around the point may be
//! empty and the first may be grouped in thousands (`1,234,567`). `sign` is `+`, `-` or the typographic minus. Nothing is
//! rounded: values are rationals of any size within the budget, so 1/2^99 and 1/2^98 differ and 0.1 is 1/10.

use crate::ParseError;
use dashu_int::{IBig, UBig};
pub use dashu_ratio::RBig as Rational;
use plaudit_core::Limit;

/// The longest text read, in bytes. Longer texts are over budget.
pub const MAX_LENGTH: usize = 1000;

/// The largest absolute decimal exponent read. Larger ones are over budget (in bits), as writing them out would be.
pub const MAX_EXPONENT: i32 = 1000;

/// What a percent sign after a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percent {
    /// It is a syntax error.
    Reject,
    /// It is a unit and changes nothing: `50%` is 50.
    Ignore,
    /// It divides by 100: `50%` is 1/2.
    Hundredths,
}

/// Reads the whole of `text` as one number.
///
/// # Errors
/// [`ParseError::Syntax`] outside the module's grammar (`nan`, `inf`, `1.2.3`, `12,34`), [`ParseError::DivisionByZero`]
/// for `1/0`, and [`ParseError::OverBudget`] beyond [`MAX_LENGTH`] or [`MAX_EXPONENT`].
///
/// ```
/// use plaudit_verify::number::{Percent, parse};
/// assert_eq!(parse("1.50", Percent::Reject), parse("3/2", Percent::Reject));
/// assert_eq!(parse("1,200", Percent::Reject).unwrap().to_string(), "1200");
/// ```
pub fn parse(text: &str, percent: Percent) -> Result<Rational, ParseError> {
    if text.len() > MAX_LENGTH {
        return Err(ParseError::OverBudget(Limit::Length));
    }
    let text = text.trim();
    let (text, divisor) = match (text.strip_suffix('%'), percent) {
        (None, _) => (text, 1_u8),
        (Some(_), Percent::Reject) => return Err(ParseError::Syntax),
        (Some(rest), Percent::Ignore) => (rest.trim_end(), 1),
        (Some(rest), Percent::Hundredths) => (rest.trim_end(), 100),
    };
    let value = match text.split_once('/') {
        None => decimal(text)?,
        Some((numerator, denominator)) => divide(decimal(numerator.trim_end())?, &decimal(denominator.trim_start())?)?,
    };
    Ok(value / Rational::from(divisor))
}

/// `left / right`, where a zero divisor is an error instead of a panic.
pub(crate) fn divide(left: Rational, right: &Rational) -> Result<Rational, ParseError> {
    if right.is_zero() { Err(ParseError::DivisionByZero) } else { Ok(left / right) }
}

fn decimal(text: &str) -> Result<Rational, ParseError> {
    let (negative, text) = sign(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = ungrouped(whole)?;
    digits.push_str(fraction);
    if digits.is_empty() || !all_digits(fraction) {
        return Err(ParseError::Syntax);
    }
    let digits = IBig::from_str_radix(&digits, 10).expect("only ASCII digits, and at least one");
    // The fraction is at most MAX_LENGTH digits, so this fits easily.
    let exponent = exponent - fraction.len() as i32;
    let power = UBig::from(10_u8).pow(exponent.unsigned_abs() as usize);
    let value = match exponent < 0 {
        true => Rational::from_parts(digits, power),
        false => Rational::from(digits * power),
    };
    Ok(if negative { -value } else { value })
}

/// Whether the text starts with a minus sign, and the text after its optional sign.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn parse_exponent(text: &str) -> Result<i32, ParseError> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !all_digits(digits) {
        return Err(ParseError::Syntax);
    }
    match digits.parse::<i32>() {
        Ok(value) if value <= MAX_EXPONENT => Ok(if negative { -value } else { value }),
        _ => Err(ParseError::OverBudget(Limit::Bits)),
    }
}

/// The digits of a whole part without its thousands separators. A leading zero before a comma (`0,125`) is a decimal
/// comma more often than a group, so it is not read.
fn ungrouped(text: &str) -> Result<String, ParseError> {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return Err(ParseError::Syntax);
        }
        grouped = true;
        digits.push_str(group);
    }
    let first_group_is_plausible = (1..=3).contains(&first.len()) && !first.starts_with('0');
    if !all_digits(&digits) || (grouped && !first_group_is_plausible) {
        return Err(ParseError::Syntax);
    }
    Ok(digits)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, ParseError> {
        parse(text, Percent::Reject).map(|value| value.to_string())
    }

    #[test]
    fn plain_notations_have_exact_values() {
        for (text, value) in [
            ("7", "7"),
            (" 007 ", "7"),
            ("+7", "7"),
            ("-7", "-7"),
            ("\u{2212}7", "-7"),
            ("-0", "0"),
            ("2.50", "5/2"),
            (".5", "1/2"),
            ("5.", "5"),
            ("0.1", "1/10"),
            ("6/4", "3/2"),
            ("1 / -2", "-1/2"),
            ("-1/-2", "1/2"),
            ("0.5/0.25", "2"),
            ("1,234,567.5", "2469135/2"),
            ("1.5e3", "1500"),
            ("12E-1", "6/5"),
            ("340282366920938463463374607431768211457", "340282366920938463463374607431768211457"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn everything_else_is_an_error() {
        for text in [
            "",
            " ",
            "-",
            "+",
            ".",
            "e5",
            "1e",
            "1e+",
            "--1",
            "+-1",
            "1.2.3",
            "1/2/3",
            "/2",
            "1/",
            "12,34",
            "1,2345",
            ",123",
            "0,125",
            "1,,234",
            "nan",
            "NaN",
            "inf",
            "-Infinity",
            "0x10",
            "1_000",
            "5%",
            "1 2",
            "x",
            "\u{663}",
            "1.5e2.5",
        ] {
            assert_eq!(read(text), Err(ParseError::Syntax), "{text:?}");
        }
        assert_eq!(read("1/0"), Err(ParseError::DivisionByZero));
        assert_eq!(read("0/0.0"), Err(ParseError::DivisionByZero));
    }

    #[test]
    fn budgets_end_hostile_numbers() {
        assert_eq!(read("1e999").map(|digits| digits.len()), Ok(1000));
        for text in ["1e1001", "1e-99999999999999999999", "0e99999"] {
            assert_eq!(read(text), Err(ParseError::OverBudget(Limit::Bits)), "{text}");
        }
        assert_eq!(read(&"9".repeat(100_000)), Err(ParseError::OverBudget(Limit::Length)));
        assert!(read(&"9".repeat(MAX_LENGTH)).is_ok());
    }

    #[test]
    fn tiny_differences_count() {
        // 2^99 and 2^98: doubles of the reciprocals differ by less than any usual tolerance.
        assert_ne!(read("1/633825300114114700748351602688"), read("1/316912650057057350374175801344"));
        assert_ne!(read("0.3333333333333333"), read("1/3"));
    }

    #[test]
    fn a_percent_sign_follows_the_policy() {
        assert_eq!(parse("50 %", Percent::Ignore).unwrap().to_string(), "50");
        assert_eq!(parse("50%", Percent::Hundredths).unwrap().to_string(), "1/2");
        assert_eq!(parse("50", Percent::Hundredths).unwrap().to_string(), "50");
        assert_eq!(parse("50%%", Percent::Ignore), Err(ParseError::Syntax));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*") {
            let _ = parse(&text, Percent::Hundredths);
        }

        #[test]
        fn number_like_text_is_read_without_panic(text in "[-+0-9.,/eE% ]{0,12}") {
            let _ = parse(&text, Percent::Hundredths);
        }

        #[test]
        fn what_is_written_is_read_back(numerator in any::<i64>(), denominator in 1..i64::MAX) {
            let value = Rational::from_parts_signed(numerator.into(), denominator.into());
            prop_assert_eq!(parse(&value.to_string(), Percent::Reject), Ok(value));
        }
    }
}
