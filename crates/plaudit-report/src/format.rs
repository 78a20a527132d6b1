//! Numbers for people.

use crate::Unit;

/// What stands in for a number that is not finite.
const NOT_A_NUMBER: &str = "not a number";

/// A metric with its unit: "41 %", "31.4 tokens", "0.0003".
pub fn quantity(value: f64, unit: Unit) -> String {
    let number = number(value, unit);
    match unit.label() {
        "" => number,
        _ if !value.is_finite() => number,
        label => format!("{number} {label}"),
    }
}

/// A metric without its unit; shares in percent.
pub(crate) fn number(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return NOT_A_NUMBER.to_owned();
    }
    match unit {
        Unit::Share => percent_number(value),
        Unit::Count => grouped(value.round()),
        Unit::Tokens | Unit::TokensPerSecond if value.abs() >= 100.0 => grouped(value.round()),
        _ => significant(value),
    }
}

/// A share as "41 %". One digit behind the point below 10 % and near 100 %, where whole percents would hide too much.
pub(crate) fn percent(share: f64) -> String {
    quantity(share, Unit::Share)
}

fn percent_number(share: f64) -> String {
    let percent = share * 100.0;
    let fine = percent.abs() < 9.95 || (percent - 100.0).abs() < 1.5;
    let text = if fine { trim_zeros(&format!("{percent:.1}")) } else { format!("{percent:.0}") };
    minus(&text)
}

/// A difference of shares in points, with its sign: "+37", "−4".
pub(crate) fn points(difference: f64) -> String {
    if !difference.is_finite() {
        return NOT_A_NUMBER.to_owned();
    }
    let points = difference * 100.0;
    let text = if points != 0.0 && points.abs() < 1.5 { format!("{points:+.1}") } else { format!("{points:+.0}") };
    minus(if text == "-0" { "+0" } else { &text })
}

/// A duration: "0.8 s", "41 s", "2 min 41 s", "3 h 05 min".
pub fn duration(seconds: f64) -> String {
    if !(0.0..1e12).contains(&seconds) {
        return NOT_A_NUMBER.to_owned();
    }
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A whole number with its thousands apart: "12,345".
pub(crate) fn grouped(value: f64) -> String {
    if value.abs() >= 1e15 {
        return significant(value);
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 { format!("−{text}") } else { text }
}

/// Three significant digits, without trailing zeros: "0.25", "31.4", "3e-4", "12,345".
pub fn significant(value: f64) -> String {
    let size = value.abs();
    let text = if size == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e15).contains(&size) {
        if size >= 999.5 {
            return grouped(value.round());
        }
        // 0.999.. rounds up to 1.00, 9.99.. to 10.0: take the digits after rounding.
        let decimals = (2.0 - size.log10().floor()).max(0.0) as usize;
        trim_zeros(&format!("{value:.decimals$}"))
    } else {
        let text = format!("{value:.2e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{exponent}", trim_zeros(mantissa))
    };
    minus(&text)
}

/// The label of an axis tick at a multiple of `step`, as many digits as tell the ticks apart.
pub(crate) fn tick(value: f64, step: f64, unit: Unit) -> String {
    let (value, step) = if unit == Unit::Share { (value * 100.0, step * 100.0) } else { (value, step) };
    let largest = value.abs().max(step);
    if !(1e-4..1e15).contains(&largest) || step < 1e-7 {
        return if value == 0.0 { "0".to_owned() } else { significant(value) };
    }
    let text = if step >= 1000.0 {
        let thousands = trim_zeros(&format!("{:.1}", value / 1000.0));
        if value == 0.0 { thousands } else { format!("{thousands}k") }
    } else if step >= 1.0 && step.fract() == 0.0 {
        grouped(value)
    } else {
        // 2.5 needs one digit more than 2 or 5.
        let decimals =
            (0..8).find(|d| (step * 10_f64.powi(*d)).fract().min(1.0 - (step * 10_f64.powi(*d)).fract()) < 1e-6);
        format!("{value:.*}", decimals.unwrap_or(8) as usize)
    };
    let text = if text.trim_matches(['-', '0', '.']).is_empty() { "0".to_owned() } else { minus(&text) };
    if unit == Unit::Share { format!("{text} %") } else { text }
}

/// Keeps percentages on one line of a page.
pub(crate) fn unbroken(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}

fn trim_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// A typographic minus in front of the digits; an exponent keeps its hyphen.
fn minus(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(digits) => format!("−{digits}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_keep_their_distance_from_the_ends() {
        let cases = [
            (0.413, "41 %"),
            (0.0, "0 %"),
            (1.0, "100 %"),
            (0.996, "99.6 %"),
            (0.004, "0.4 %"),
            (0.02, "2 %"),
            (0.0234, "2.3 %"),
            (0.0999, "10 %"),
        ];
        for (share, text) in cases {
            assert_eq!(percent(share), text);
        }
        assert_eq!(percent(f64::NAN), "not a number");
        assert_eq!(
            (points(0.37), points(-0.04), points(0.0), points(0.012)),
            ("+37".into(), "−4".into(), "+0".into(), "+1.2".into())
        );
    }

    #[test]
    fn significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.25, "0.25"),
            (31.42, "31.4"),
            (-0.1234, "−0.123"),
            (0.0003, "3e-4"),
            (999.6, "1,000"),
            (12_345.6, "12,346"),
            (1.0, "1"),
            (1e20, "1e20"),
        ];
        for (value, text) in cases {
            assert_eq!(significant(value), text);
        }
        assert_eq!(quantity(31.42, Unit::Tokens), "31.4 tokens");
        assert_eq!(quantity(4210.4, Unit::TokensPerSecond), "4,210 tokens/s");
        assert_eq!(quantity(f64::INFINITY, Unit::Tokens), "not a number");
        assert_eq!(quantity(-1234.0, Unit::Count), "−1,234");
    }

    #[test]
    fn durations() {
        let cases =
            [(0.84, "0.8 s"), (41.2, "41 s"), (59.7, "1 min 00 s"), (161.0, "2 min 41 s"), (11_100.0, "3 h 05 min")];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
        assert_eq!(duration(f64::NAN), "not a number");
    }

    #[test]
    fn ticks_have_the_digits_they_need() {
        assert_eq!(tick(0.25, 0.25, Unit::Share), "25 %");
        assert_eq!(tick(0.005, 0.005, Unit::Share), "0.5 %");
        assert_eq!(tick(2.5, 2.5, Unit::Plain), "2.5");
        assert_eq!(tick(5.0, 2.5, Unit::Plain), "5.0");
        assert_eq!(tick(0.30000000000000004, 0.1, Unit::Plain), "0.3");
        assert_eq!(tick(-1e-17, 0.1, Unit::Plain), "0");
        assert_eq!(tick(4000.0, 2000.0, Unit::Plain), "4k");
        assert_eq!(tick(2500.0, 2500.0, Unit::Plain), "2.5k");
        assert_eq!(tick(1_500.0, 500.0, Unit::Plain), "1,500");
        assert_eq!(tick(3e-6, 1e-6, Unit::Plain), "3e-6");
        assert_eq!(tick(0.0, 1e-6, Unit::Plain), "0");
    }
}
