//! Numbers in their notations, roots, complex numbers, functions of integers.

use super::super::term::{
    ABSOLUTE, BINOMIAL, CEILING, CONJUGATE, FACTORIAL, FLOOR, GCD, LCM, MAXIMUM, MINIMUM, PERCENT, REMAINDER, Term,
};
use super::super::write::{decimal, places};
use super::{integer, nonzero, pair, signed, value, varied};
use dashu_int::ops::Gcd;
use dashu_int::{IBig, Sign, UBig};
use plaudit_core::Stream;
use plaudit_verify::Rational;

/// An integer in one of its notations.
fn notation(value: &IBig, stream: &mut Stream) -> Term {
    let sign = if value.sign() == Sign::Negative { "-" } else { "" };
    let digits = value.to_string().trim_start_matches('-').to_owned();
    let grouped = |separator: &str| {
        let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
        groups.join(separator)
    };
    let stripped = digits.trim_end_matches('0');
    let text = match stream.below(8) {
        0 => grouped(","),
        1 => grouped("{,}"),
        2 => grouped("\\,"),
        3 if digits.len() > 1 => {
            let tail = if stripped.len() > 1 { format!(".{}", &stripped[1..]) } else { String::new() };
            format!("{}{tail} \\times 10^{{{}}}", &digits[..1], digits.len() - 1)
        }
        4 if digits.len() > 1 && !stripped.is_empty() => {
            let tail = if stripped.len() > 1 { format!(".{}", &stripped[1..]) } else { String::new() };
            format!("{}{tail}e{}", &digits[..1], digits.len() - 1)
        }
        5 if sign.is_empty() => format!("+{digits}"),
        6 => format!("{digits}.0"),
        _ => digits.clone(),
    };
    Term::Numeral(format!("{sign}{text}"))
}

fn in_notations(value: IBig, stream: &mut Stream, equal: bool) -> [Term; 2] {
    let other = match equal {
        true => value.clone(),
        false => &value + IBig::from(integer(stream, 3)) * IBig::from(10).pow(stream.below(4) as usize),
    };
    let second = match stream.chance(0.4) {
        true => varied(&other.clone().into(), stream, true),
        false => notation(&other, stream),
    };
    [notation(&value, stream), second]
}

pub(crate) fn integers(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let magnitude = 10_i64.pow(stream.between(1, 9) as u32);
    let value = integer(stream, magnitude);
    let value = if stream.chance(0.3) { value / 1000 * 1000 + 1000 } else { value };
    in_notations(value.into(), stream, equal)
}

pub(crate) fn large_integers(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let exponent = stream.between(20, 300);
    let offset = integer(stream, 1_000_000);
    let power = IBig::from(stream.between(2, 12)).pow(exponent as usize);
    if stream.chance(0.5) {
        return in_notations(power + offset, stream, equal);
    }
    let base = stream.between(2, 12);
    let value = IBig::from(base).pow(exponent as usize) + offset;
    pair(Term::from(base).raised(exponent) + offset, value.into(), stream, equal)
}

pub(crate) fn fractions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let value = Rational::from_parts_signed(integer(stream, 5000).into(), stream.between(1, 700).into());
    let part = signed(stream);
    let sum = Term::from(&value - &part) + part;
    pair(value.into(), sum, stream, equal)
}

/// A fraction with its decimals, recurring ones under a bar.
fn expansion(value: &Rational) -> String {
    if let Some(places) = places(value.denominator()) {
        return decimal(value, places);
    }
    let ten = UBig::from(10_u8);
    let below = value.denominator();
    let above = UBig::try_from(value.numerator().clone()).expect("the number is positive");
    let (whole, mut rest) = (&above / below, &above % below);
    // Digits before the period: as many as the factors 2 and 5 of the denominator have.
    let mut seen: Vec<UBig> = Vec::new();
    let mut digits = String::new();
    let start = loop {
        if let Some(start) = seen.iter().position(|other| *other == rest) {
            break start;
        }
        seen.push(rest.clone());
        let scaled = rest * &ten;
        digits.push_str(&(&scaled / below).to_string());
        rest = scaled % below;
    };
    let (first, period) = digits.split_at(start);
    format!("{whole}.{first}\\overline{{{period}}}")
}

fn decimals_of(value: &Rational) -> Term {
    let is_negative = value.sign() == Sign::Negative;
    let text = expansion(&if is_negative { -value } else { value.clone() });
    Term::Numeral(if is_negative { format!("-{text}") } else { text })
}

pub(crate) fn decimals(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let below = *stream.pick(&[3, 6, 7, 9, 11, 12, 13, 8, 16, 25, 40, 125, 99, 27, 37, 64]);
    let value = Rational::from_parts_signed(integer(stream, 900).into(), below.into());
    let other = if equal { value.clone() } else { &value + nonzero(stream) };
    let other = match stream.chance(0.3) && other.denominator() < &UBig::from(100_u8) {
        true => decimals_of(&other),
        false => varied(&other.into(), stream, true),
    };
    [decimals_of(&value), other]
}

pub(crate) fn percents(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let value = Rational::from_parts(stream.between(1, 900).into(), (*stream.pick(&[1_u64, 2, 4, 5, 10])).into());
    let share = &value / Rational::from(100);
    // 7 % is 0.07 or 7, as the policy says.
    let other = match (equal, stream.chance(0.8)) {
        (true, true) => share,
        (true, false) => value.clone(),
        (false, _) => share + Rational::from_parts(1.into(), (10_000 + stream.below(90_000)).into()),
    };
    let text = decimal(&value, 2);
    let left = PERCENT.of([Term::Numeral(text.trim_end_matches('0').trim_end_matches('.').to_owned())]);
    [left, varied(&other.into(), stream, true)]
}

pub(crate) fn mixed_numbers(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let below = stream.between(2, 40);
    let (whole, above) = (stream.between(1, 90), stream.between(1, below - 1));
    let common = (above as u64).gcd(below as u64) as i64;
    let value = Rational::from_parts_signed((whole * below + above).into(), below.into());
    let sign = *stream.pick(&["", "", "-"]);
    let text = match stream.below(3) {
        0 => format!("{sign}{whole}\\frac{{{above}}}{{{below}}}"),
        1 => format!("{sign}{whole} {above}/{below}"),
        _ => format!("{sign}{whole}\\dfrac{{{}}}{{{}}}", above / common, below / common),
    };
    let value = if sign == "-" { -value } else { value };
    [Term::Numeral(text), varied(&value.into(), stream, equal)]
}

pub(crate) fn tiny_differences(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let bits = stream.between(60, 99);
    let tiny = || Term::from(1) / Term::from(2).raised(bits);
    let base = value(stream);
    let left = match stream.below(3) {
        0 => base.clone() + tiny(),
        1 => base.clone() + Term::from(2).raised(-bits),
        _ => base.clone() + Term::ratio(1, 1 << 30) / Term::from(2).raised(bits - 30),
    };
    let right = match (equal, stream.below(3)) {
        (true, 0) => base + (tiny() / 2) * 2,
        (true, _) => base + Rational::from_parts(1.into(), UBig::ONE << bits as usize),
        (false, 0) => base,
        (false, 1) => base - tiny(),
        (false, _) => base + Term::from(1) / Term::from(2).raised(bits - 1),
    };
    [left, varied(&right, stream, true)]
}

pub(crate) fn powers(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let base = Rational::from_parts(stream.between(2, 12).into(), (*stream.pick(&[1_u64, 1, 3, 5])).into());
    let (m, n) = (stream.between(-6, 9), stream.between(2, 5));
    let power = |exponent: i64| Term::from(base.clone()).raised(exponent);
    let [left, right] = match stream.below(4) {
        0 => [power(m) * power(n), power(m + n)],
        1 => [power(m).raised(n), power(m * n)],
        2 => [Term::from(base.clone().pow(n as isize)).raised(Term::ratio(m, n)), power(m)],
        _ => [power(m) / power(n), power(m - n)],
    };
    pair(left, right, stream, equal)
}

pub(crate) fn radicals(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (k, m, l) = (stream.between(2, 12), stream.between(2, 30), stream.between(2, 30));
    let root = |value: i64| Term::from(value).sqrt();
    let [left, right] = match stream.below(4) {
        0 => [root(k * k * m), Term::from(k) * root(m)],
        1 => [root(m) * root(l), root(m * l)],
        2 => [(root(m) + root(l)).squared(), Term::from(m + l) + Term::from(2) * root(m * l)],
        _ => [root(k * k * m) + root(l * l * m), Term::from(k + l) * root(m)],
    };
    pair(left, right, stream, equal)
}

pub(crate) fn denesting(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, b) = (stream.between(1, 30), stream.between(1, 30));
    let sum = Term::from(a).sqrt() + Term::from(b).sqrt();
    let nested = match stream.chance(0.7) {
        true => (Term::from(a + b) + Term::from(2) * Term::from(a * b).sqrt()).sqrt(),
        // (1 + sqrt b)^3 = 1 + 3 b + (3 + b) sqrt b.
        false => {
            let cube = Term::from(1 + 3 * b) + Term::from(3 + b) * Term::from(b).sqrt();
            return pair(cube.root(3), Term::from(1) + Term::from(b).sqrt(), stream, equal);
        }
    };
    pair(nested, sum, stream, equal)
}

pub(crate) fn conjugate_denominators(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, b, m) = (integer(stream, 12), stream.between(1, 9), *stream.pick(&[2, 3, 5, 6, 7, 10, 11]));
    let root = || Term::from(m).sqrt();
    let (left, right) = match stream.below(3) {
        0 => (Term::from(a) / (Term::from(b) * root()), Term::ratio(a, b * m) * root()),
        // a^2 - b^2 m is not 0, as m is no square.
        1 => {
            let norm = a * a - b * b * m;
            (Term::from(1) / (Term::from(a) + Term::from(b) * root()), (Term::from(a) - Term::from(b) * root()) / norm)
        }
        _ => (
            (root() + Term::from(b).sqrt()).raised(-1),
            if b == m { root() / (2 * m) } else { (root() - Term::from(b).sqrt()) / (m - b) },
        ),
    };
    pair(left, right, stream, equal)
}

pub(crate) fn cube_roots(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (k, m, n) = (stream.between(2, 7), stream.between(2, 20), stream.between(3, 5) as u32);
    let root = |value: i64| Term::from(value).root(n);
    let [left, right] = match stream.below(4) {
        0 => [root(k.pow(n) * m), Term::from(k) * root(m)],
        1 => [root(m) * root(k), root(m * k)],
        // 1 / (a - 1) of a^3 = m is (a^2 + a + 1) / (m - 1).
        2 => {
            let a = || Term::from(m).root(3);
            [Term::from(1) / (a() - 1), (a().squared() + a() + 1) / (m - 1)]
        }
        _ => [Term::from(m).sqrt().root(n), Term::from(m).root(2 * n)],
    };
    pair(left, right, stream, equal)
}

pub(crate) fn complex_numbers(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let [a, b, c, d] = [(); 4].map(|()| integer(stream, 9));
    let complex = |re: i64, im: i64| Term::from(re) + Term::from(im) * "i";
    let (left, right) = match stream.below(5) {
        0 => (complex(a, b) * complex(c, d), complex(a * c - b * d, a * d + b * c)),
        1 => {
            let norm = c * c + d * d;
            (complex(a, b) / complex(c, d), Term::ratio(a * c + b * d, norm) + Term::ratio(b * c - a * d, norm) * "i")
        }
        2 => (complex(a, b).squared(), complex(a * a - b * b, 2 * a * b)),
        3 => (ABSOLUTE.of([complex(a, b)]), Term::from(a * a + b * b).sqrt()),
        _ => (CONJUGATE.of([complex(a, b)]), complex(a, -b)),
    };
    // The other part is changed too.
    let right = if !equal && stream.chance(0.3) { right + Term::from(nonzero(stream)) * "i" } else { right };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn integer_functions(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let (a, b, c) = (stream.between(1, 400), stream.between(1, 400), stream.between(1, 30));
    let common = (a as u64).gcd(b as u64) as i64;
    let ratio = Rational::from_parts(a.into(), (c as u64).into());
    let (left, right) = match stream.below(6) {
        0 => (GCD.of([(a * c).into(), (b * c).into()]), Term::from(common * c)),
        1 => (LCM.of([a.into(), b.into()]), Term::from(a / common * b)),
        2 => (FLOOR.of([ratio.clone().into()]), Term::from(a / c)),
        3 => (CEILING.of([ratio.into()]), Term::from((a + c - 1) / c)),
        4 => (REMAINDER.of([a.into(), c.into()]), Term::from(a % c)),
        _ => (MAXIMUM.of([a.into(), b.into()]) + MINIMUM.of([a.into(), b.into()]), Term::from(a + b)),
    };
    [left, varied(&right, stream, equal)]
}

pub(crate) fn combinatorics(stream: &mut Stream, equal: bool) -> [Term; 2] {
    let n = stream.between(2, 40);
    let k = stream.between(1, n);
    let choose = |n: i64, k: i64| BINOMIAL.of([n.into(), k.into()]);
    let factorial = |n: i64| FACTORIAL.of([n.into()]);
    let [left, right] = match stream.below(4) {
        0 => [choose(n, k), factorial(n) / (factorial(k) * factorial(n - k))],
        1 => [choose(n, k), choose(n - 1, k - 1) + if k < n { choose(n - 1, k) } else { 0.into() }],
        2 => [factorial(n) / factorial(n - 1), n.into()],
        _ => {
            let value = (n - k + 1..=n).fold(IBig::ONE, |product, factor| product * factor);
            [factorial(n) / factorial(n - k), value.into()]
        }
    };
    [left, varied(&right, stream, equal)]
}
