//! Equations, assignments, inequalities.

use super::verdicts::{All, Any};
use super::{Comparer, Kind, real_set};
use crate::Rational;
use crate::math::{Comparison, Equality, Expr, Function, How, Inequalities, Witness};
use plaudit_core::Limit;
use std::collections::{BTreeMap, BTreeSet};

/// Points at which the factor between two equations is looked for.
const POINTS: [i32; 4] = [3, -7, 11, 2];

/// Twice the values of variables at which comparisons are tried.
const HALVES: [i32; 11] = [1, -1, 4, -4, 5, -7, 15, -15, 61, -81, 0];

/// What a relation gives a value to, and the value.
pub(super) struct Assignment<'a> {
    /// `None` where the value is that of a computation: `2 + 3 = 5`.
    pub(super) name: Option<&'a Expr>,
    value: &'a Expr,
}

/// Whether an expression names something and does not compute it: `x`, `f(2)`, `AB`, `\frac{NO}{BO}`, `(p, q)`.
pub(super) fn is_name(expr: &Expr) -> bool {
    match expr {
        Expr::Symbol(_) | Expr::Apply(..) | Expr::Text(_) => true,
        Expr::Product(parts) | Expr::Ratio(parts) | Expr::Tuple(_, parts) | Expr::List(parts) => {
            parts.iter().all(is_name)
        }
        Expr::Function(Function::Abs | Function::Norm | Function::Det | Function::Conjugate, parts) => {
            parts.iter().all(is_name)
        }
        Expr::Fraction(pair) => pair.iter().all(is_name),
        // P(A|B).
        Expr::Relation(events, comparisons) => *comparisons == [Comparison::Other('∣')] && events.iter().all(is_name),
        Expr::Derivative(derivative) => is_name(&derivative.body),
        _ => false,
    }
}

/// The value that a relation states: the last one that a name is equal to, or the result of a computation.
pub(super) fn assignment<'a>(terms: &'a [Expr], comparisons: &[Comparison]) -> Option<Assignment<'a>> {
    // 2 \pmod 3.
    if let ([value, Expr::Function(Function::Mod, modulus)], [Comparison::Equivalent]) = (terms, comparisons)
        && modulus.len() == 1
    {
        return Some(Assignment { name: None, value });
    }
    // 5 = x.
    if let ([value, name @ (Expr::Symbol(_) | Expr::Apply(..))], [Comparison::Equal]) = (terms, comparisons)
        && value.variables().is_empty()
        && !is_name(value)
    {
        return Some(Assignment { name: Some(name), value });
    }
    let exact = comparisons
        .iter()
        .take_while(|comparison| matches!(comparison, Comparison::Equal | Comparison::Element))
        .count();
    let rest = &comparisons[exact..];
    if rest.iter().any(|comparison| *comparison != Comparison::Approximately) {
        return None;
    }
    // x = 1/3 = ... or, where nothing is exact, x \approx 0.3; what is about equal to a value does not replace it.
    let last = if exact == 0 && is_name(&terms[0]) { terms.len() - 1 } else { exact };
    let (names, value) = (&terms[..last], &terms[last]);
    match (names.first().filter(|term| is_name(term)), names.last().filter(|term| is_name(term))) {
        (Some(name), _) | (None, Some(name)) => Some(Assignment { name: Some(name), value }),
        (None, None) if names.is_empty() || terms.iter().all(|term| term.variables().is_empty()) => {
            Some(Assignment { name: None, value })
        }
        (None, None) => None,
    }
}

/// The value of a function that is asked for and has no name of its own: `\gcd(a, b) = 6`, `\sin\theta = 1/2`. An equation, as `a + b = 0`
/// or `2x = 73`, states none.
fn function_value<'a>(terms: &'a [Expr], comparisons: &[Comparison]) -> Option<&'a Expr> {
    use Function::{Arccos, Arcsin, Arctan, Cos, Cot, Gcd, Lcm, Max, Min, Mod, Sin, Tan};
    let [Expr::Function(function, _), .., value] = terms else { return None };
    let is_known = matches!(function, Sin | Cos | Tan | Cot | Arcsin | Arccos | Arctan | Gcd | Lcm | Max | Min | Mod);
    let is_stated = comparisons.iter().all(|comparison| *comparison == Comparison::Equal);
    (is_known && is_stated && value.variables().is_empty()).then_some(value)
}

fn minus(left: &Expr, right: &Expr) -> Expr {
    Expr::Sum(vec![left.clone(), Expr::Negative(Box::new(right.clone()))])
}

fn flipped(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        other => other,
    }
}

impl Comparer<'_> {
    pub(super) fn relation_and_other(
        &mut self,
        relation: &Expr,
        other: &Expr,
        is_relation_gold: bool,
    ) -> Result<Equality, Limit> {
        let Expr::Relation(terms, comparisons) = relation else {
            unreachable!("called with a relation");
        };
        if let Some(congruence) = Congruence::of(relation)
            && Kind::of(other) == Kind::Scalar
            && let Some(equality) = self.congruence_and_family(&congruence, other)?
        {
            return Ok(equality);
        }
        // x \in [1, 2] is no list of 1 and 2.
        if let ([Expr::Symbol(_), Expr::Tuple(..)], [Comparison::Element], Expr::List(items)) =
            (terms.as_slice(), comparisons.as_slice(), other)
            && !items.iter().any(|item| matches!(item, Expr::Relation(..)))
        {
            return Ok(self.of_other_kinds(relation, other));
        }
        if let (true, Some(Assignment { value, .. })) = (self.policy.assignments, assignment(terms, comparisons)) {
            return self.compare(value, other);
        }
        if let (true, Some(value)) = (self.policy.assignments, function_value(terms, comparisons)) {
            return self.compare(value, other);
        }
        let is_set = matches!(Kind::of(other), Kind::RealSet | Kind::Collection);
        if is_set && self.takes_inequality(is_relation_gold) {
            return self.real_sets(relation, other);
        }
        Ok(self.of_other_kinds(relation, other))
    }

    /// Whether it is inequalities that may not be an answer to a set.
    pub(super) fn is_untaken(&self, expr: &Expr, is_gold: bool) -> bool {
        real_set::is_condition(expr) && !self.takes_inequality(is_gold)
    }

    /// `(-1, 1)` and `x > -1 \text{ and } x < 1`.
    pub(super) fn are_interval_and_conditions(&self, gold: &Expr, answer: &Expr) -> bool {
        real_set::is_interval(gold) && real_set::is_condition(answer) && self.takes_inequality(false)
            || real_set::is_condition(gold) && real_set::is_interval(answer) && self.takes_inequality(true)
    }

    /// Whether an inequality that is the gold answer, or is not, and a set may be answers to each other.
    fn takes_inequality(&self, is_gold: bool) -> bool {
        match self.policy.inequalities_as_intervals {
            Inequalities::Either => true,
            Inequalities::OfGold => is_gold,
            Inequalities::Neither => false,
        }
    }

    pub(super) fn relations(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        let (Expr::Relation(left, left_comparisons), Expr::Relation(right, right_comparisons)) = (gold, answer) else {
            unreachable!("called with two relations");
        };
        if let (Some(left), Some(right)) = (Congruence::of(gold), Congruence::of(answer))
            && let Some(equality) = self.congruences(&left, &right)?
        {
            return Ok(equality);
        }
        for (congruence, family) in [(gold, answer), (answer, gold)] {
            if let Some(congruence) = Congruence::of(congruence)
                && let Expr::Relation(terms, comparisons) = family
                && let ([name, family], [Comparison::Equal]) = (terms.as_slice(), comparisons.as_slice())
                && name == congruence.value
                && let Some(equality) = self.congruence_and_family(&congruence, family)?
            {
                return Ok(equality);
            }
        }
        if let (Some(left), Some(right)) = (residue_class(gold), residue_class(answer))
            && let Some(equality) = self.residue_classes(left, right)?
        {
            return Ok(equality);
        }
        let mut any = Any::default();
        if left_comparisons == right_comparisons && any.add(self.in_order(left, right)?) {
            return Ok(any.equality());
        }
        // a = b = c is c = a = b.
        let is_chain = left.len() > 2 && left_comparisons.iter().all(|comparison| *comparison == Comparison::Equal);
        if is_chain && left_comparisons == right_comparisons && any.add(self.in_any_order(left, right)?) {
            return Ok(any.equality());
        }
        if let (Some(gold), Some(answer)) = (assignment(left, left_comparisons), assignment(right, right_comparisons)) {
            let names = match (self.policy.names, gold.name, answer.name) {
                (true, Some(gold), Some(answer)) => self.compare(gold, answer)?,
                _ => Equality::Equal { how: How::Same },
            };
            let has_names = names.is_equal();
            let value = if has_names { self.compare(gold.value, answer.value)? } else { names };
            if any.add(value) {
                return Ok(any.equality());
            }
        }
        let (left, right) = (singles(left, left_comparisons), singles(right, right_comparisons));
        if let (Some(left), Some(right)) = (&left, &right)
            && left.len() == right.len()
        {
            let mut all = All::default();
            for (index, left) in left.iter().enumerate() {
                let mut partner = Any::default();
                for right in right {
                    if partner.add(self.single_relations(left, right)?) {
                        break;
                    }
                }
                all.add(index, partner.equality());
            }
            if any.add(all.equality()) {
                return Ok(any.equality());
            }
        }
        // x \in (1, 2) states a set, 1 < x < 2 an inequality.
        let is_set = [left_comparisons, right_comparisons].map(|chain| chain.contains(&Comparison::Element));
        let is_comparable = is_set[0] == is_set[1] || self.takes_inequality(is_set[1]);
        if is_comparable && real_set::is_condition(gold) && real_set::is_condition(answer) {
            any.add(self.real_sets(gold, answer)?);
        }
        let equality = if any.is_empty() { self.of_other_kinds(gold, answer) } else { any.equality() };
        match (&equality, left, right) {
            (Equality::Unknown { .. }, Some(left), Some(right)) => {
                Ok(self.told_apart_at_a_point(&left, &right)?.unwrap_or(equality))
            }
            _ => Ok(equality),
        }
    }

    /// Not equal where one chain of comparisons holds for values of its variables for which the other does not.
    fn told_apart_at_a_point(&mut self, left: &[Single<'_>], right: &[Single<'_>]) -> Result<Option<Equality>, Limit> {
        let names = |chain: &[Single<'_>]| -> BTreeSet<String> {
            chain.iter().flat_map(Single::variables).map(str::to_owned).collect()
        };
        let variables = names(left);
        if variables.is_empty() || variables != names(right) {
            return Ok(None);
        }
        for first in 0..HALVES.len() {
            let half = |place: usize| HALVES[(first * (place + 1) + 2 * place) % HALVES.len()];
            let values = variables
                .iter()
                .enumerate()
                .map(|(place, name)| (name.as_str(), Rational::from_parts_signed(half(place).into(), 2.into())));
            let values: BTreeMap<&str, Rational> = values.collect();
            let holds = [self.holds(left, &values)?, self.holds(right, &values)?];
            if let [Some(left), Some(right)] = holds
                && left != right
            {
                let at: Vec<_> = values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let [left, right] = [left, right].map(|holds| if holds { "true" } else { "false" }.to_owned());
                return Ok(Some(Equality::NotEqual { witness: Witness::Values { at: at.join(", "), left, right } }));
            }
        }
        Ok(None)
    }

    /// Whether all comparisons of a chain hold at a point; `None` where that is not found.
    fn holds(&mut self, chain: &[Single<'_>], values: &BTreeMap<&str, Rational>) -> Result<Option<bool>, Limit> {
        let mut all = true;
        for Single { left, comparison, right } in chain {
            let [left, right] =
                [left, right].map(|side| side.with(&|name| values.get(name).cloned().map(Expr::number)));
            let Some(order) = self.order(&left, &right)? else { return Ok(None) };
            all &= match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::NotEqual => order.is_ne(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
                _ => return Ok(None),
            };
        }
        Ok(Some(all))
    }

    /// `n \equiv 3 \pmod 7` and the `7k + 3` of `n = 7k + 3`: equal where the step is the modulus and the first value has the residue. `None` where
    /// it is no family of integers.
    fn congruence_and_family(&mut self, congruence: &Congruence<'_>, family: &Expr) -> Result<Option<Equality>, Limit> {
        let parameters = family.variables();
        let is_named = parameters.len() == 1 && matches!(congruence.value, Expr::Symbol(_));
        if !is_named || parameters.iter().any(|name| congruence.value.variables().contains(name)) {
            return Ok(None);
        }
        let mut value = |parameter: i32| self.rational(&family.with(&|_| Some(Expr::number(parameter))));
        let values = [value(0)?, value(1)?, value(2)?];
        let [Some(first), Some(second), Some(third)] = values else { return Ok(None) };
        let [Some(residue), Some(modulus)] = [self.rational(congruence.residue)?, self.rational(congruence.modulus)?]
        else {
            return Ok(None);
        };
        let step = &second - &first;
        if &third - &second != step || !step.is_int() || !first.is_int() || modulus.is_zero() {
            return Ok(None);
        }
        let is_same = (step == modulus || step == -modulus.clone()) && ((first - residue) / modulus).is_int();
        Ok(Some(match is_same {
            true => Equality::Equal { how: How::Exact },
            false => Equality::NotEqual { witness: Witness::Exact },
        }))
    }

    /// Equal where what both say to be a multiple of one modulus differs by a multiple of it, or is the opposite. Not equal where both say which
    /// residue one variable has. `None` for what else there is.
    fn congruences(&mut self, left: &Congruence<'_>, right: &Congruence<'_>) -> Result<Option<Equality>, Limit> {
        let moduli = [self.rational(left.modulus)?, self.rational(right.modulus)?];
        let [Some(modulus), Some(other)] = moduli else { return Ok(None) };
        if !modulus.is_int() || !other.is_int() || modulus.is_zero() || other.is_zero() {
            return Ok(None);
        }
        if modulus == other || modulus == -other.clone() {
            let (first, second) = (minus(left.value, left.residue), minus(right.value, right.residue));
            for difference in [minus(&first, &second), Expr::Sum(vec![first, second])] {
                let multiple = Expr::Fraction(Box::new([difference, Expr::number(modulus.clone())]));
                if self.rational(&multiple)?.is_some_and(|multiple| multiple.is_int()) {
                    return Ok(Some(Equality::Equal { how: How::Exact }));
                }
            }
        }
        let is_residue = |residue: Option<Rational>| residue.is_some_and(|residue| residue.is_int());
        let are_residues = matches!(left.value, Expr::Symbol(_))
            && left.value == right.value
            && is_residue(self.rational(left.residue)?)
            && is_residue(self.rational(right.residue)?);
        Ok(are_residues.then_some(Equality::NotEqual { witness: Witness::Exact }))
    }

    /// `3 \pmod 5` and `8 \pmod 5`, where numbers decide.
    fn residue_classes(&mut self, left: [&Expr; 2], right: [&Expr; 2]) -> Result<Option<Equality>, Limit> {
        let moduli = [self.rational(left[1])?, self.rational(right[1])?];
        let residues = [self.rational(left[0])?, self.rational(right[0])?];
        let ([Some(modulus), Some(other)], [Some(residue), Some(another)]) = (moduli, residues) else {
            return Ok(None);
        };
        if modulus.is_zero() {
            return Ok(None);
        }
        let is_same = modulus == other && ((residue - another) / modulus).is_int();
        Ok(Some(match is_same {
            true => Equality::Equal { how: How::Exact },
            false => Equality::NotEqual { witness: Witness::Exact },
        }))
    }

    /// Both as a difference compared with 0; equal where one is a multiple of the other (a positive one for an inequality).
    fn single_relations(&mut self, left: &Single<'_>, right: &Single<'_>) -> Result<Equality, Limit> {
        let unlike = |left: Comparison, right: Comparison| Equality::NotEqual {
            witness: Witness::Kind { left: format!("{left:?}"), right: format!("{right:?}") },
        };
        let is_equation = |comparison| matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let ordered = matches!(
            left.comparison,
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual
        );
        if !is_equation(left.comparison) && !ordered {
            return if left.comparison == right.comparison {
                self.in_order(&[left.left.clone(), left.right.clone()], &[right.left.clone(), right.right.clone()])
            } else {
                Ok(unlike(left.comparison, right.comparison))
            };
        }
        let is_same = left.comparison == right.comparison;
        let is_opposite = ordered && flipped(left.comparison) == right.comparison;
        if !is_same && !is_opposite {
            return Ok(unlike(left.comparison, right.comparison));
        }
        let [right_low, right_high] = if is_same { [right.left, right.right] } else { [right.right, right.left] };
        let mut sides = All::default();
        sides.add(0, self.compare(left.left, right_low)?);
        sides.add(1, self.compare(left.right, right_high)?);
        let sides = sides.equality();
        if sides.is_equal() {
            return Ok(sides);
        }
        let [left_side, right_side] =
            [minus(left.left, left.right), minus(right.left, right.right)].map(|side| with_names(&side));
        if left_side.variables().is_empty() && right_side.variables().is_empty() {
            return Ok(sides);
        }
        // The factor c of left = c * right, read off at a point where neither is 0.
        for shift in POINTS {
            let at = |expr: &Expr| expr.with(&|name| Some(Expr::number(point(name, shift))));
            let values = [at(&left_side), at(&right_side)];
            let rationals = [self.rational(&values[0])?, self.rational(&values[1])?];
            if rationals.iter().flatten().any(Rational::is_zero) {
                continue;
            }
            let is_positive = match &rationals {
                [Some(left), Some(right)] => Some((left > &Rational::ZERO) == (right > &Rational::ZERO)),
                _ => match (self.order(&values[0], &Expr::number(0))?, self.order(&values[1], &Expr::number(0))?) {
                    (Some(left), Some(right)) => Some(left == right),
                    _ => None,
                },
            };
            if ordered && is_positive != Some(is_same) {
                return Ok(unlike(left.comparison, right.comparison));
            }
            let [left_value, right_value] = values;
            let cross = [Expr::Product(vec![left_side, right_value]), Expr::Product(vec![right_side, left_value])];
            return self.scalars(&cross[0], &cross[1]);
        }
        self.scalars(&left_side, &right_side)
    }
}

/// With a name in the place of each value of an unknown function.
fn with_names(expr: &Expr) -> Expr {
    if matches!(expr, Expr::Apply(..)) { Expr::Symbol(expr.to_string().into()) } else { expr.map(with_names) }
}

/// One comparison of a chain.
struct Single<'a> {
    left: &'a Expr,
    comparison: Comparison,
    right: &'a Expr,
}

impl<'a> Single<'a> {
    fn variables(&self) -> impl Iterator<Item = &'a str> {
        self.left.variables().into_iter().chain(self.right.variables())
    }
}

/// The comparisons of a chain one by one.
fn singles<'a>(terms: &'a [Expr], comparisons: &[Comparison]) -> Option<Vec<Single<'a>>> {
    let pairs = terms.windows(2).zip(comparisons);
    let single = |(pair, comparison): (&'a [Expr], &Comparison)| {
        let [left, right] = pair else { unreachable!("windows of two") };
        Single { left, comparison: *comparison, right }
    };
    (terms.len() == comparisons.len() + 1).then(|| pairs.map(single).collect())
}

/// The residue and the modulus of `residue \pmod{modulus}`.
fn residue_class(relation: &Expr) -> Option<[&Expr; 2]> {
    let Expr::Relation(terms, comparisons) = relation else { return None };
    match (terms.as_slice(), comparisons.as_slice()) {
        ([residue, Expr::Function(Function::Mod, modulus)], [Comparison::Equivalent]) => {
            modulus.first().filter(|_| modulus.len() == 1).map(|modulus| [residue, modulus])
        }
        _ => None,
    }
}

/// `value \equiv residue \pmod{modulus}`.
struct Congruence<'a> {
    value: &'a Expr,
    residue: &'a Expr,
    modulus: &'a Expr,
}

impl<'a> Congruence<'a> {
    fn of(relation: &'a Expr) -> Option<Self> {
        let Expr::Relation(terms, comparisons) = relation else { return None };
        let [value, residue, Expr::Function(Function::Mod, modulus)] = terms.as_slice() else { return None };
        match (comparisons.as_slice(), modulus.as_slice()) {
            ([Comparison::Equivalent, Comparison::Equivalent], [modulus]) => Some(Self { value, residue, modulus }),
            _ => None,
        }
    }
}

/// A value for a variable: different ones for different names.
fn point(name: &str, shift: i32) -> Rational {
    let sum = name.bytes().fold(0_i32, |sum, byte| (sum * 31 + i32::from(byte)) % 997);
    // Not on one line for all shifts, or an equation of that line would be 0 at all of them.
    Rational::from((sum + shift) * shift) / Rational::from(7)
}
