//! Reference answers that have more readings than one.

use super::FindingKind;
use plaudit_verify::math::{Brackets, Expr, Percent, Policy, Units};

/// Adds what is doubtful about an answer and its parts, each kind once.
pub(super) fn collect(text: &str, expr: &Expr, policy: &Policy, findings: &mut Vec<(FindingKind, String)>) {
    for part in parts(expr) {
        if let Some((kind, detail)) = of_part(part, policy)
            && findings.iter().all(|(known, _)| *known != kind)
        {
            findings.push((kind, detail));
        }
    }
    match expr {
        Expr::List(items) if items.iter().all(is_number) && is_one_comma(text) => {
            findings.push((FindingKind::DecimalComma, format!("read as the two values {expr}")));
        }
        Expr::Number(_) if policy.decimal_comma && is_one_comma(text) && !has_digit_comma(text, 3) => {
            findings.push((FindingKind::DecimalComma, format!("read as {expr}")));
        }
        _ if has_digit_comma(text, 3) && parts(expr).iter().any(|part| is_number(part)) => {
            findings.push((FindingKind::CommaNumber, format!("read as {expr}")));
        }
        _ => {}
    }
}

/// The answer, the items where it is several, the sides where it is a relation, the value where it has a unit.
fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut found = vec![expr];
    let mut next = 0;
    while next < found.len() {
        match found[next] {
            Expr::List(items) | Expr::Set(items) | Expr::Or(items) | Expr::And(items) | Expr::Relation(items, _) => {
                found.extend(items);
            }
            Expr::Quantity(value, _) | Expr::Negative(value) | Expr::Percent(value) => found.push(value),
            _ => {}
        }
        next += 1;
    }
    found
}

fn of_part(expr: &Expr, policy: &Policy) -> Option<(FindingKind, String)> {
    match expr {
        Expr::Tuple(brackets @ (Brackets::Round | Brackets::Square), items) if items.len() == 2 => {
            let (one, other) = match brackets {
                Brackets::Round => ("a point", "an open interval"),
                _ => ("a list of two", "a closed interval"),
            };
            Some((FindingKind::PointOrInterval, format!("{one} or {other}, whichever a completion has")))
        }
        Expr::Percent(value) if policy.percent == Percent::Either => {
            Some((FindingKind::Percent, format!("both {value} and a hundredth of it are accepted")))
        }
        Expr::Quantity(value, unit) if policy.units == Units::Ignored => {
            Some((FindingKind::UnitIgnored, format!("{value} with any unit is accepted, not only with {unit}")))
        }
        Expr::Mixed(parts) => {
            let [whole, fraction] = &**parts;
            Some((FindingKind::MixedNumber, format!("read as {whole} + {fraction}")))
        }
        _ => None,
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Number(_))
}

/// Whether a text is digits around a comma.
fn is_one_comma(text: &str) -> bool {
    let text =
        text.trim_matches(|letter: char| letter.is_whitespace() || matches!(letter, '$' | '-' | '+' | '\u{2212}'));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(',').is_some_and(|(whole, fraction)| is_digits(whole) && is_digits(fraction))
}

/// Whether a comma stands between a digit and just so many.
fn has_digit_comma(text: &str, count: usize) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.match_indices(',').any(|(at, _)| at > 0 && bytes[at - 1].is_ascii_digit() && digits(at + 1) == count)
}
