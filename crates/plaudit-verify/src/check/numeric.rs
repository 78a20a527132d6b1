//! Numbers within a tolerance, decided on exact rationals.

use crate::number::{self, Percent};
use crate::{Rational, answer};
use dashu_int::UBig;
use plaudit_core::{Part, Verdict};

/// How far an answer may be from the gold value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// Not at all.
    Exact,
    /// |answer - gold| <= tolerance.
    Absolute(Rational),
    /// |answer - gold| <= tolerance |gold|. Not symmetric: it is the gold value's.
    Relative(Rational),
    /// Half a unit of the gold value's n-th significant digit, n >= 1: with n = 3, from 2.715 to 2.725 for 2.72. Only 0 for 0. More
    /// than 4096 digits are as many.
    SignificantDigits(u32),
}

impl Tolerance {
    /// Whether `answer` is within the tolerance around `gold`, ends included.
    ///
    /// ```
    /// use plaudit_verify::Rational;
    /// use plaudit_verify::check::numeric::Tolerance;
    /// use plaudit_verify::number::{Percent, parse};
    /// let number = |text| parse(text, Percent::Reject).unwrap();
    /// let relative = Tolerance::Relative(number("1/100"));
    /// assert!(relative.allows(&number("200"), &number("202")));
    /// assert!(!relative.allows(&number("200"), &number("202.0000001")));
    /// assert!(Tolerance::SignificantDigits(3).allows(&number("2.718281828"), &number("2.72")));
    /// assert!(!Tolerance::SignificantDigits(4).allows(&number("2.718281828"), &number("2.72")));
    /// ```
    pub fn allows(&self, gold: &Rational, answer: &Rational) -> bool {
        let distance = absolute(answer - gold);
        match self {
            Self::Exact => distance.is_zero(),
            Self::Absolute(tolerance) => distance <= *tolerance,
            Self::Relative(tolerance) => distance <= tolerance * absolute(gold.clone()),
            Self::SignificantDigits(digits) => {
                // Half a unit: 10^(exponent - n + 1) / 2, where 10^exponent <= |gold| < 10^(exponent + 1).
                let exponent =
                    decimal_exponent(gold).map(|exponent| exponent + 1 - i64::from((*digits).clamp(1, 4096)));
                exponent
                    .map_or(distance.is_zero(), |exponent| distance * Rational::from(2_u8) <= power_of_ten(exponent))
            }
        }
    }
}

fn absolute(value: Rational) -> Rational {
    if value < Rational::ZERO { -value } else { value }
}

/// 10^exponent.
fn power_of_ten(exponent: i64) -> Rational {
    let power = Rational::from(UBig::from(10_u8).pow(exponent.unsigned_abs() as usize));
    if exponent < 0 { Rational::ONE / power } else { power }
}

/// The exponent e with 10^e <= |value| < 10^(e + 1); none for 0.
fn decimal_exponent(value: &Rational) -> Option<i64> {
    let value = absolute(value.clone());
    if value.is_zero() {
        return None;
    }
    // Numbers of digits differ by the exponent, or by one more.
    let digits = |integer: &UBig| integer.to_string().len() as i64;
    let estimate = digits(&value.numerator().clone().into_parts().1) - digits(value.denominator());
    Some(if value < power_of_ten(estimate) { estimate - 1 } else { estimate })
}

/// Compares two numbers in plain notation ([`number::parse`]). `None` is a completion without an answer.
///
/// ```
/// use plaudit_core::{Part, Verdict};
/// use plaudit_verify::check::numeric::{Tolerance, check};
/// use plaudit_verify::number::Percent;
/// assert_eq!(check("1/3", Some("0.333"), &Tolerance::SignificantDigits(3), Percent::Reject), Verdict::Correct);
/// assert_eq!(check("1/3", Some("0.333"), &Tolerance::Exact, Percent::Reject), Verdict::Wrong);
/// assert_eq!(check("1/3", Some("third"), &Tolerance::Exact, Percent::Reject), Verdict::Unparsed { part: Part::Answer });
/// ```
pub fn check(gold: &str, answer: Option<&str>, tolerance: &Tolerance, percent: Percent) -> Verdict {
    let Ok(gold) = number::parse(gold, percent) else {
        return Verdict::Unparsed { part: Part::Gold };
    };
    match answer.map(|answer| number::parse(answer, percent)) {
        None => Verdict::Unparsed { part: Part::Missing },
        Some(Err(error)) => error.into(),
        Some(Ok(answer)) => answer::verdict(tolerance.allows(&gold, &answer)),
    }
}

/// How close `answer` is to `gold`, in [0, 1]: with d = |answer - gold|, 1 - 0.5 min(d, 1) - 0.5 min(d / (|gold| + eps), 1),
/// where eps = 1e-9. Computed exactly up to the last division.
///
/// Source: the continuous reward of RandomCalculation, "Reasoning or Memorization?" (arXiv 2507.10532).
///
/// ```
/// use plaudit_verify::check::numeric::closeness;
/// use plaudit_verify::number::{Percent, parse};
/// let number = |text| parse(text, Percent::Reject).unwrap();
/// // d = 0.5, relative 0.05: 1 - 0.25 - 0.025, but for eps.
/// assert!((closeness(&number("10"), &number("10.5")) - 0.725).abs() < 1e-9);
/// ```
pub fn closeness(gold: &Rational, answer: &Rational) -> f64 {
    let magnitude = |value: Rational| value.to_f64().value().abs();
    let distance = magnitude(answer - gold);
    let relative = distance / (magnitude(gold.clone()) + 1e-9);
    1.0 - 0.5 * distance.min(1.0) - 0.5 * relative.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Rational {
        number::parse(text, Percent::Reject).unwrap()
    }

    #[test]
    fn tolerances_are_exact_at_their_ends() {
        let absolute = Tolerance::Absolute(number("0.1"));
        assert!(absolute.allows(&number("0.2"), &number("0.3")));
        assert!(!absolute.allows(&number("0.2"), &number("0.3000000000000000000001")));
        let relative = Tolerance::Relative(number("0.05"));
        assert!(relative.allows(&number("-100"), &number("-105")));
        assert!(!relative.allows(&number("0"), &number("1e-900")));
        // 2^-99 against 2^-98.
        let (a, b) = ("1/633825300114114700748351602688", "1/316912650057057350374175801344");
        assert!(!Tolerance::Exact.allows(&number(a), &number(b)));
        assert!(!Tolerance::SignificantDigits(1).allows(&number(a), &number(b)));
    }

    #[test]
    fn significant_digits_are_the_gold_values() {
        let allows = |digits, gold, answer| Tolerance::SignificantDigits(digits).allows(&number(gold), &number(answer));
        assert!(allows(3, "1000", "1005") && !allows(3, "1000", "1005.1"));
        assert!(allows(3, "999", "999.5") && !allows(3, "999", "999.6"));
        assert!(allows(2, "-0.0123", "-0.0128") && !allows(2, "-0.0123", "-0.0129"));
        assert!(allows(5, "0", "0") && !allows(5, "0", "1e-9"));
        assert_eq!(decimal_exponent(&number("1/3")), Some(-1));
        assert_eq!(decimal_exponent(&number("1e-5")), Some(-5));
        assert_eq!(decimal_exponent(&number("99999")), Some(4));
    }

    #[test]
    fn closeness_has_the_values_of_the_catalogue() {
        for (answer, gold, expected) in [
            ("10.5", "10", 0.725),
            ("10", "10", 1.0),
            ("30", "10", 0.0),
            ("0", "0", 1.0),
            ("1", "0", 0.0),
            ("-10", "10", 0.0),
        ] {
            // eps moves the relative term by a factor of 1e-10.
            let close = closeness(&number(gold), &number(answer));
            assert!((close - expected).abs() < 1e-9, "{answer} {gold}: {close}");
        }
        assert_eq!(closeness(&number("1"), &number("1e999")), 0.0);
    }

    proptest! {
        #[test]
        fn a_value_is_within_every_tolerance_of_itself(
            numerator in any::<i64>(), denominator in 1..i64::MAX, digits in prop_oneof![0..30_u32, Just(u32::MAX)],
        ) {
            let value = Rational::from_parts_signed(numerator.into(), denominator.into());
            let zero = Rational::ZERO;
            for tolerance in [
                Tolerance::Exact,
                Tolerance::Absolute(zero.clone()),
                Tolerance::Relative(zero),
                Tolerance::SignificantDigits(digits),
            ] {
                prop_assert!(tolerance.allows(&value, &value));
            }
            prop_assert_eq!(closeness(&value, &value), 1.0);
            if let Some(exponent) = decimal_exponent(&value) {
                let value = absolute(value);
                prop_assert!(power_of_ten(exponent) <= value && value < power_of_ten(exponent + 1));
            }
        }

        #[test]
        fn closeness_is_bounded(a in -1e6..1e6_f64, b in -1e6..1e6_f64) {
            let close = closeness(&number(&a.to_string()), &number(&b.to_string()));
            prop_assert!((0.0..=1.0).contains(&close));
        }
    }
}
