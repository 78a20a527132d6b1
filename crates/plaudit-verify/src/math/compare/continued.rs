//! Sets and lists with dots: `\{1, 2, \ldots, 10\}`.

use crate::math::{Constant, Expr};

/// The most items that are written out.
const MAX_ITEMS: i64 = 1000;

/// Sets and lists with dots in one way of writing them, where one of them has dots that go on with a progression of integers.
pub(super) fn written_out([gold, answer]: [&Expr; 2]) -> Option<[Expr; 2]> {
    let both = [gold, answer].map(one);
    let is_changed = both.iter().any(Option::is_some);
    let [left, right] = both;
    is_changed.then(|| [left.unwrap_or_else(|| gold.clone()), right.unwrap_or_else(|| answer.clone())])
}

/// All items where the last one is an integer; otherwise no more than two before the dots. `None` where that changes nothing.
fn one(expr: &Expr) -> Option<Expr> {
    let (Expr::Set(items) | Expr::List(items)) = expr else { return None };
    let place = items.iter().position(is_dots)?;
    let (before, behind) = (&items[..place], &items[place + 1..]);
    let numbers: Vec<i64> = before.iter().map(integer).collect::<Option<_>>()?;
    let with = |items: Vec<Expr>| if matches!(expr, Expr::Set(_)) { Expr::Set(items) } else { Expr::List(items) };
    if let [last] = behind
        && let Some(last) = integer(last)
    {
        return Some(with(progression(&numbers, last)?.map(Expr::number).collect()));
    }
    let [first, second, ..] = numbers[..] else { return None };
    step(&numbers)?;
    if behind.is_empty() && matches!(expr, Expr::Set(_)) && [first, second] == [1, 2] {
        return Some(Expr::Constant(Constant::Naturals));
    }
    (numbers.len() > 2).then(|| with(before[..2].iter().chain(&items[place..]).cloned().collect()))
}

/// The numbers from the first to the last; `None` where the first ones leave open which.
fn progression(first: &[i64], last: i64) -> Option<impl Iterator<Item = i64>> {
    let step = match first {
        [only] if *only < last => 1,
        _ => step(first)?,
    };
    let (start, end) = (*first.first()?, *first.last()?);
    let distance = last.checked_sub(start)?;
    let count = distance.checked_div(step)?;
    let is_beyond = (last > end) == (step > 0) && last != end;
    // `2, 4, \ldots, 64` may be powers.
    let is_open = matches!(first, [one, two] if step.unsigned_abs() > 1 && is_power(*one, *two, last));
    let is_reached = count.checked_mul(step) == Some(distance) && is_beyond && count < MAX_ITEMS && !is_open;
    is_reached.then(|| (0..=count).map(move |index| start + index * step))
}

/// What each number is more than the one before.
fn step(numbers: &[i64]) -> Option<i64> {
    let [first, second, ..] = numbers else { return None };
    let step = second.checked_sub(*first).filter(|step| *step != 0)?;
    numbers.windows(2).all(|pair| pair[1].checked_sub(pair[0]) == Some(step)).then_some(step)
}

/// Whether a geometric progression that begins with two numbers has a third one.
fn is_power(first: i64, second: i64, third: i64) -> bool {
    let Some(ratio) = second.checked_div(first).filter(|ratio| ratio.checked_mul(first) == Some(second)) else {
        return false;
    };
    let mut value = second;
    while ratio.unsigned_abs() > 1 && value.unsigned_abs() < third.unsigned_abs() {
        value = value.saturating_mul(ratio);
    }
    value == third
}

fn is_dots(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(text) if &**text == "...")
}

fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Number(number) if number.value.is_int() => i64::try_from(number.value.numerator()).ok(),
        Expr::Negative(part) => integer(part)?.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_64_bits_overflow_nothing() {
        assert!(progression(&[i64::MAX, -1], 5).is_none());
        assert!(progression(&[i64::MIN, -1], i64::MAX).is_none());
        assert!(progression(&[-1, i64::MIN], i64::MIN).is_none());
        assert!(is_power(1, -2, i64::MIN) && is_power(2, 4, 64) && !is_power(2, 4, 62));
        assert!(!is_power(-1, i64::MIN, 3) && !is_power(0, 1, 2));
    }
}
