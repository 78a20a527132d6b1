//! What is worn over a value: signs that stand for two values, units, percent and degree signs.

mod wording;

use super::Comparer;
use crate::math::units::{self, Powers};
use crate::math::{Comparison, Constant, Equality, Expr, Percent, Policy, Units, Witness};
use plaudit_core::Limit;
use std::borrow::Cow;
use wording::{Wording, is_radians, is_shape};

/// Alternatives of signs written out, at most.
const SIGNS: usize = 6;

/// The values of both sides with every +- written out, where there is one; the items of a list become more items.
pub(super) fn signs(both: [&Expr; 2]) -> Option<Result<[Vec<Expr>; 2], Limit>> {
    if !both.iter().any(|expr| has_signs(expr)) {
        return None;
    }
    let expanded = both.map(|expr| {
        let items = match expr {
            Expr::List(items) | Expr::Set(items) | Expr::And(items) | Expr::Or(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut list = Vec::with_capacity(items.len());
        for item in items {
            expand(item, &mut list)?;
        }
        Ok(list)
    });
    let [left, right] = expanded;
    Some(left.and_then(|left| Ok([left, right?])))
}

fn has_signs(expr: &Expr) -> bool {
    matches!(expr, Expr::PlusMinus(..)) || expr.parts().any(has_signs)
}

/// All signs of one item are the same or, for `\mp`, opposite.
fn expand(item: &Expr, list: &mut Vec<Expr>) -> Result<(), Limit> {
    if !has_signs(item) {
        list.push(item.clone());
        return Ok(());
    }
    if list.len() >= 1 << SIGNS {
        return Err(Limit::Steps);
    }
    for is_minus in [false, true] {
        list.push(with_sign(item, is_minus));
    }
    Ok(())
}

fn with_sign(expr: &Expr, is_minus: bool) -> Expr {
    match expr.map(|part| with_sign(part, is_minus)) {
        Expr::PlusMinus(pair, is_flipped) => {
            let [left, right] = *pair;
            let right = if is_minus == is_flipped { right } else { Expr::Negative(Box::new(right)) };
            Expr::Sum(vec![left, right])
        }
        other => other,
    }
}

/// The value of a quantity, and its unit.
fn undressed(expr: &Expr) -> (Cow<'_, Expr>, Option<&str>) {
    match expr {
        Expr::Quantity(value, unit) => (undressed(value).0, Some(unit)),
        // -$5.
        Expr::Negative(part) => match undressed(part) {
            (value, Some(unit)) => (Cow::Owned(Expr::Negative(Box::new(value.into_owned()))), Some(unit)),
            _ => (Cow::Borrowed(expr), None),
        },
        other => (Cow::Borrowed(other), None),
    }
}

/// Whether it says which half of the day a time is in, which is a part of the value.
fn is_half_of_day(unit: &str) -> bool {
    matches!(unit, "am" | "pm")
}

/// A value as it is written, without what a policy leaves out around it.
pub(super) fn bare(expr: &Expr, policy: &Policy) -> Expr {
    match expr {
        Expr::Quantity(value, _) | Expr::Degrees(value) if policy.units == Units::Ignored => bare(value, policy),
        Expr::Percent(value) if policy.percent == Percent::Unit => bare(value, policy),
        Expr::Negative(value) => Expr::Negative(Box::new(bare(value, policy))),
        Expr::Relation(terms, comparisons) if policy.assignments => match (terms.as_slice(), comparisons.as_slice()) {
            ([Expr::Symbol(name), value], [Comparison::Equal]) if name.chars().count() == 1 => bare(value, policy),
            _ => expr.clone(),
        },
        other => other.clone(),
    }
}

/// A quantity as the product of its value and the letters of its unit, where the other side has just these letters as variables.
fn spelt_out(value: &Expr, unit: Option<&str>, other: &Expr) -> Option<Expr> {
    let mut product = vec![value.clone()];
    for (symbol, power) in units::normal(unit?) {
        let mut letters: Vec<Expr> = symbol.chars().map(letter).collect();
        let last = letters.pop()?;
        product.extend(letters);
        product.push(Expr::Power(Box::new([last, Expr::number(power)])));
    }
    let product = Expr::Product(product);
    let variables = other.variables();
    (variables != value.variables() && product.variables() == variables).then_some(product)
}

/// A letter of a unit as a variable.
fn letter(letter: char) -> Expr {
    match letter {
        'e' => Expr::Constant(Constant::E),
        'μ' => Expr::Symbol("mu".into()),
        'Ω' => Expr::Symbol("Omega".into()),
        letter => Expr::Symbol(letter.to_string().into()),
    }
}

/// The unit of a quantity, in one way of writing it.
pub(super) fn unit_of(expr: &Expr) -> Option<Powers> {
    undressed(expr).1.map(units::normal)
}

impl Comparer<'_> {
    /// Values that may wear units, percent and degree signs.
    pub(super) fn dressed(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        let ((gold, gold_unit), (answer, answer_unit)) = (undressed(gold), undressed(answer));
        // `3mg` is a product, and `3 mg` the same one where the other side says so.
        if let Some(product) = spelt_out(&gold, gold_unit, &answer) {
            return self.scalars(&product, &answer);
        }
        if let Some(product) = spelt_out(&answer, answer_unit, &gold) {
            return self.scalars(&gold, &product);
        }
        if !Wording::of(&gold, gold_unit).agrees(&Wording::of(&answer, answer_unit)) {
            return Ok(Equality::NotEqual { witness: Witness::Unit });
        }
        if let (true, true, Expr::Product(left), Expr::Product(right)) =
            (is_shape(gold_unit), is_shape(answer_unit), gold.as_ref(), answer.as_ref())
        {
            return self.in_order(left, right);
        }
        let agree = match (self.policy.units, gold_unit, answer_unit) {
            (Units::Ignored, Some(gold), Some(answer)) if [gold, answer].into_iter().all(is_half_of_day) => {
                gold == answer
            }
            (Units::Ignored, ..) | (Units::Compared | Units::Required, None, None) => true,
            (Units::Compared, None, _) | (Units::Compared, _, None) => true,
            (_, Some(gold), Some(answer)) => units::normal(gold) == units::normal(answer),
            (Units::Required, ..) => false,
        };
        if !agree {
            return Ok(Equality::NotEqual { witness: Witness::Unit });
        }
        let is_bare = match (gold.as_ref(), answer.as_ref()) {
            (Expr::Percent(_), Expr::Percent(_)) | (Expr::Degrees(_), Expr::Degrees(_)) => true,
            (Expr::Percent(_), _) | (_, Expr::Percent(_)) => self.policy.percent == Percent::Unit,
            (Expr::Degrees(_), _) if is_radians(answer_unit) => false,
            (_, Expr::Degrees(_)) if is_radians(gold_unit) => false,
            (Expr::Degrees(_), _) | (_, Expr::Degrees(_)) => {
                self.are_degrees_bare && self.policy.units != Units::Required
            }
            _ => false,
        };
        if is_bare { self.scalars(without_sign(&gold), without_sign(&answer)) } else { self.scalars(&gold, &answer) }
    }
}

/// A value without its sign of percent or degrees.
fn without_sign(expr: &Expr) -> &Expr {
    match expr {
        Expr::Percent(value) | Expr::Degrees(value) => value,
        other => other,
    }
}
