//! Points that are never drawn by chance: where a function has a kink or a jump or ends, next to there, and where a power is 0^0.
//!
//! Two functions that are made of pieces may agree almost everywhere, as floor x + 1 and ceil x do, or on one side of a kink that lies far away, as
//! |x + 10^9| and x + 10^9 do. A kink is where what stands under the bars is 0, found on the line through two values of it: exactly
//! where it is linear in a variable. The constants of both expressions are candidates too.

use super::evaluator::Evaluator;
use super::point::{Point, Range};
use crate::Rational;
use crate::math::{Budget, Conventions, Expr, Function, exact};
use plaudit_core::Limit;
use std::collections::BTreeSet;

/// The most values that are tried for a variable.
const VALUES: usize = 40;
/// Points drawn for the other variables.
const OTHERS: u64 = 2;
/// Bits of a value, enough for the nodes to be exact.
const BITS: usize = 64;

/// Special points of two expressions in a range; none where both are smooth.
pub(super) fn points(
    both: [&Expr; 2],
    names: &BTreeSet<&str>,
    range: Range,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<Vec<Point>, Limit> {
    let mut kinks = Vec::new();
    both.iter().for_each(|expr| collect_kinks(expr, &mut kinks));
    if kinks.is_empty() {
        return Ok(Vec::new());
    }
    let mut constants: BTreeSet<Rational> = [0, 1, -1, 2].map(Rational::from).into();
    for expr in both {
        collect_constants(expr, &mut constants, budget)?;
    }
    let is_in_range = |value: &Rational| match range {
        Range::All => true,
        Range::Positive => *value > Rational::ZERO,
        Range::Integers => *value > Rational::ZERO && value.is_int(),
    };
    let mut points = Vec::new();
    for index in 0..OTHERS {
        let base = Point::new(index, names, range);
        for name in names {
            let mut values = Vec::new();
            for kink in &kinks {
                values.extend(places(kink, name, &base, conventions, budget)?);
            }
            for constant in &constants {
                values.extend([constant.clone(), -constant.clone(), constant.clone() + Rational::ONE]);
            }
            values.retain(is_in_range);
            values.truncate(VALUES);
            points.extend(values.into_iter().map(|value| base.with(name, value)));
        }
    }
    Ok(points)
}

/// What is 0 at a kink, or an integer at a jump.
struct Kink {
    argument: Expr,
    is_jump: bool,
}

fn collect_kinks(expr: &Expr, kinks: &mut Vec<Kink>) {
    let mut add = |argument: Expr, is_jump| kinks.push(Kink { argument, is_jump });
    match expr {
        Expr::Function(Function::Abs | Function::Norm | Function::Sign, parts) => {
            parts.iter().for_each(|part| add(part.clone(), false));
        }
        Expr::Function(Function::Floor | Function::Ceiling, parts) => {
            parts.iter().for_each(|part| add(part.clone(), true));
        }
        Expr::Function(Function::Mod, parts) if parts.len() == 2 => {
            add(Expr::Fraction(Box::new([parts[0].clone(), parts[1].clone()])), true);
        }
        Expr::Function(Function::Max | Function::Min, parts) => {
            for pair in parts.windows(2) {
                add(Expr::Sum(vec![pair[0].clone(), Expr::Negative(Box::new(pair[1].clone()))]), false);
            }
        }
        // 0^x; what has no variable is 0 nowhere else.
        Expr::Power(pair) if !pair[1].variables().is_empty() && may_be_zero(&pair[0]) => {
            add(pair[0].clone(), false);
            add(pair[1].clone(), false);
        }
        // Where real values end: ln(x - 1) and |ln(x - 1)| only differ between 1 and 2.
        Expr::Root(pair) => factors(&pair[0]).for_each(|factor| add(factor.clone(), false)),
        Expr::Function(Function::Ln | Function::Log, parts) => {
            parts.iter().flat_map(factors).for_each(|factor| add(factor.clone(), false));
        }
        Expr::Power(pair) if matches!(&pair[1], Expr::Fraction(_)) => {
            factors(&pair[0]).for_each(|factor| add(factor.clone(), false));
        }
        _ => {}
    }
    expr.parts().for_each(|part| collect_kinks(part, kinks));
}

/// What is 0 where a product is; of a power its base.
fn factors(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let factors = match expr {
        Expr::Product(factors) => factors.as_slice(),
        other => std::slice::from_ref(other),
    };
    fn base(factor: &Expr) -> &Expr {
        if let Expr::Power(pair) = factor { &pair[0] } else { factor }
    }
    factors.iter().map(base).filter(|factor| !factor.variables().is_empty())
}

fn may_be_zero(base: &Expr) -> bool {
    match base {
        Expr::Number(number) => number.value.is_zero(),
        base => !base.variables().is_empty(),
    }
}

fn collect_constants(expr: &Expr, constants: &mut BTreeSet<Rational>, budget: &mut Budget) -> Result<(), Limit> {
    budget.take(1)?;
    if expr.variables().is_empty() {
        constants.extend(exact::arithmetic(expr, budget)?);
        return Ok(());
    }
    expr.parts().try_for_each(|part| collect_constants(part, constants, budget))
}

/// Values of a variable at a kink or at jumps, and on both sides.
fn places(
    kink: &Kink,
    name: &str,
    base: &Point,
    conventions: &Conventions,
    budget: &mut Budget,
) -> Result<Vec<Rational>, Limit> {
    let mut at = |value: Rational| {
        let point = base.with(name, value);
        let mut evaluator = Evaluator::new(BITS, conventions, Some(&point), budget);
        let value = evaluator.value(&kink.argument).ok();
        value.and_then(|value| value.real().and_then(|real| real.exact().cloned()))
    };
    let (Some(first), Some(second)) = (at(Rational::ZERO), at(Rational::ONE)) else { return Ok(Vec::new()) };
    let slope = second - first.clone();
    if slope.is_zero() {
        return Ok(Vec::new());
    }
    let targets: &[i32] = if kink.is_jump { &[0, 1, -1, 2] } else { &[0] };
    let mut places = Vec::new();
    for target in targets {
        let place = (Rational::from(*target) - first.clone()) / slope.clone();
        let step = Rational::ONE / Rational::from(1009);
        places.extend([
            place.clone(),
            place.clone() - Rational::ONE,
            place.clone() + Rational::ONE,
            place.clone() - step.clone(),
            place.clone() + step,
            place * Rational::from(2),
        ]);
    }
    Ok(places)
}
