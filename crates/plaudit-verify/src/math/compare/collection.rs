//! Several values: tuples, lists, sets, statements joined by words.

use super::pairs::Pairs;
use super::reading::subjects;
use super::verdicts::All;
use super::{Comparer, Kind, dress, real_set};
use crate::math::{Brackets, Comparison, Constant, Equality, Expr, Lists, Percent, Policy, Units, Witness, exact};
use plaudit_core::Limit;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What it takes to look for an item among others, for each of its nodes.
const ITEM_STEPS: u64 = 32;

/// The items of a collection; another expression is its only item.
fn items(expr: &Expr) -> &[Expr] {
    match expr {
        Expr::Tuple(_, items) | Expr::List(items) | Expr::Set(items) | Expr::And(items) | Expr::Or(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// The element of a set of one beside what is no set; an element that is a set itself is not taken out.
pub(super) fn only_elements<'a>([gold, answer]: [&'a Expr; 2]) -> Option<[&'a Expr; 2]> {
    let is_set = |expr: &Expr| matches!(expr, Expr::Set(_) | Expr::Constant(Constant::EmptySet));
    let element = |expr: &'a Expr| match expr {
        Expr::Set(items) | Expr::Tuple(_, items) => items.first().filter(|item| items.len() == 1 && !is_set(item)),
        _ => None,
    };
    match (element(gold), element(answer)) {
        (Some(element), None) if !is_set(answer) => Some([element, answer]),
        (None, Some(element)) if !is_set(gold) => Some([gold, element]),
        _ => None,
    }
}

/// The items of a list beside a tuple: `y = 1, x = 2` is the point (2, 1).
fn coordinates(items: &[Expr]) -> Cow<'_, [Expr]> {
    let name = |item: &Expr| match item {
        Expr::Relation(terms, comparisons) if comparisons.as_slice() == [Comparison::Equal] => match &terms[0] {
            Expr::Symbol(name) if matches!(&**name, "x" | "y" | "z") => Some(name.clone()),
            _ => None,
        },
        _ => None,
    };
    if items.iter().any(|item| name(item).is_none()) {
        return Cow::Borrowed(items);
    }
    let mut items = items.to_vec();
    items.sort_by_key(|item| name(item));
    Cow::Owned(items)
}

/// Whether all are values of the same names, so that "and" says no more than "or": `x = 1 and x = 2`. An index makes no other name.
fn are_of_one_name(items: &[Expr]) -> bool {
    let letter = |name: Cow<'_, str>| name.split('_').next().unwrap_or_default().to_owned();
    let letters = |item| subjects(item).into_iter().map(letter).collect::<BTreeSet<_>>();
    let is_value = |item| !real_set::is_condition(item) && !subjects(item).is_empty();
    items.iter().all(is_value) && items.windows(2).all(|pair| letters(&pair[0]) == letters(&pair[1]))
}

/// Whether all are values of one unknown, and so no coordinates: `x = 5, x = -5`.
fn are_alternatives(items: &[Expr]) -> bool {
    let mut all_subjects = items.iter().map(subjects);
    let Some(first) = all_subjects.next() else { return false };
    items.len() > 1
        && first.len() == 1
        && items.iter().all(|item| matches!(item, Expr::Relation(..)))
        && all_subjects.all(|others| others == first)
}

/// Whether the items answer several questions one by one, so that their order counts.
fn is_of_answers(items: &[Expr]) -> bool {
    let is_answer = |item: &Expr| match item {
        Expr::Text(words) => matches!(words.to_lowercase().as_str(), "yes" | "no" | "true" | "false"),
        _ => false,
    };
    items.iter().all(is_answer)
}

/// Whether the items are quantities, not all of one unit.
fn are_of_units(items: &[Expr]) -> bool {
    let units: Option<BTreeSet<_>> = items.iter().map(dress::unit_of).collect();
    units.is_some_and(|units| units.len() > 1)
}

/// Whether each item has a name of its own, or a unit of its own.
fn are_told_apart(items: &[Expr]) -> bool {
    let name = |item: &Expr| match item {
        Expr::Relation(terms, comparisons) if *comparisons == [Comparison::Equal] => match &terms[0] {
            Expr::Symbol(name) => Some(name.split('_').next().unwrap_or_default().to_owned()),
            _ => None,
        },
        _ => dress::unit_of(item).map(|unit| format!("{unit:?}")),
    };
    let names: Option<BTreeSet<String>> = items.iter().map(name).collect();
    names.is_some_and(|names| names.len() == items.len())
}

/// Whether no item has a name or a unit.
fn are_bare(items: &[Expr]) -> bool {
    !items.iter().any(|item| matches!(item, Expr::Relation(..) | Expr::Quantity(..)))
}

impl Comparer<'_> {
    /// Two expressions one of which has several values.
    pub(super) fn collections(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        let [left, right] = [items(gold), items(answer)];
        if let (Expr::Tuple(left, ends), Expr::Tuple(right, _)) = (gold, answer) {
            // Of two elements, brackets say whether the ends of an interval belong to it.
            let is_interval = |brackets: &Brackets| matches!(brackets, Brackets::Round | Brackets::Square);
            if ends.len() == 2 && left != right && is_interval(left) && is_interval(right) {
                return Ok(self.of_other_brackets(*left, *right));
            }
        }
        match (gold, answer) {
            (Expr::Set(left), Expr::Set(right)) => self.same_set(left, right),
            (Expr::Set(_), Expr::Tuple(..)) | (Expr::Tuple(..), Expr::Set(_)) => Ok(self.of_other_kinds(gold, answer)),
            (Expr::Tuple(..), _) if are_alternatives(right) => Ok(self.of_other_kinds(gold, answer)),
            (_, Expr::Tuple(..)) if are_alternatives(left) => Ok(self.of_other_kinds(gold, answer)),
            (Expr::Tuple(..), _) | (_, Expr::Tuple(..)) => self.in_order(&coordinates(left), &coordinates(right)),
            // Answers to several questions.
            (Expr::List(_), Expr::List(_)) if is_of_answers(left) || is_of_answers(right) => self.in_order(left, right),
            (Expr::And(_), Expr::Or(_)) | (Expr::Or(_), Expr::And(_)) if !are_of_one_name(left) => {
                self.joined_otherwise(gold, answer)
            }
            (Expr::List(_), Expr::List(_)) if self.policy.lists == Lists::InOrder => self.in_order(left, right),
            _ if self.policy.lists == Lists::AsSets => self.same_set(left, right),
            (Expr::List(_), Expr::List(_)) if are_told_apart(left) && are_bare(right) => {
                self.in_order(&coordinates(left), right)
            }
            (Expr::List(_), Expr::List(_)) if are_bare(left) && are_told_apart(right) => {
                self.in_order(left, &coordinates(right))
            }
            // `3 hours and 20 minutes`: every item with its own unit.
            (Expr::List(_), Expr::List(_))
                if self.policy.units == Units::Ignored && are_of_units(left) && are_of_units(right) =>
            {
                let policy = Policy { units: Units::Compared, ..self.policy.clone() };
                let are_degrees_bare = self.are_degrees_bare;
                Comparer { policy: &policy, budget: self.budget, are_degrees_bare }.in_any_order(left, right)
            }
            _ => self.in_any_order(left, right),
        }
    }

    /// "and" beside "or": equal only where both state the same numbers.
    fn joined_otherwise(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        let is_said = [gold, answer].into_iter().all(|expr| real_set::is_condition(expr) && subjects(expr).len() == 1);
        if is_said { self.real_sets(gold, answer) } else { Ok(self.joined_by_other_words(gold)) }
    }

    fn joined_by_other_words(&self, gold: &Expr) -> Equality {
        let [and, or] = ["all of several".to_owned(), "one of several".to_owned()];
        let (left, right) = if matches!(gold, Expr::And(_)) { (and, or) } else { (or, and) };
        Equality::NotEqual { witness: Witness::Kind { left, right } }
    }

    fn of_other_brackets(&self, left: Brackets, right: Brackets) -> Equality {
        let name = |brackets| match brackets {
            Brackets::Round => "an open interval or a point".to_owned(),
            Brackets::Square => "a closed interval".to_owned(),
            Brackets::Angle => "a vector".to_owned(),
        };
        Equality::NotEqual { witness: Witness::Kind { left: name(left), right: name(right) } }
    }

    pub(super) fn in_order(&mut self, left: &[Expr], right: &[Expr]) -> Result<Equality, Limit> {
        if left.len() != right.len() {
            return Ok(Equality::NotEqual { witness: Witness::Count { left: left.len(), right: right.len() } });
        }
        let mut all = All::default();
        for (index, (left, right)) in left.iter().zip(right).enumerate() {
            let part = self.compare(left, right)?;
            let is_over = matches!(part, Equality::NotEqual { .. });
            all.add(index, part);
            if is_over {
                break;
            }
        }
        Ok(all.equality())
    }

    /// Every item has a partner of its own.
    pub(super) fn in_any_order<'a>(&mut self, left: &'a [Expr], right: &'a [Expr]) -> Result<Equality, Limit> {
        if left.len() != right.len() {
            return Ok(Equality::NotEqual { witness: Witness::Count { left: left.len(), right: right.len() } });
        }
        let (left_rest, right_rest) = self.without_identical(left, right)?;
        let rest = |items: &'a [Expr], places: &[usize]| places.iter().map(|place| &items[*place]).collect();
        let mut pairs = Pairs::new(self, rest(left, &left_rest), rest(right, &right_rest));
        match pairs.matching(Equality::is_equal)? {
            Ok(partners) => {
                let mut all = All::default();
                for (row, column) in partners.into_iter().enumerate() {
                    all.add(left_rest[row], pairs.get(row, column)?.clone());
                }
                Ok(all.equality())
            }
            // Could doubts be equalities, would there be partners?
            Err(_) => match pairs.matching(|pair| !matches!(pair, Equality::NotEqual { .. }))? {
                Ok(_) => Ok(pairs.doubt()),
                Err(row) => Ok(Equality::NotEqual { witness: Witness::Part { index: left_rest[row], inner: None } }),
            },
        }
    }

    /// The places of items on both sides that are left over when those are paired that are written alike, or are the same rational number.
    fn without_identical(&mut self, left: &[Expr], right: &[Expr]) -> Result<(Vec<usize>, Vec<usize>), Limit> {
        let mut places: BTreeMap<Expr, Vec<usize>> = BTreeMap::new();
        for (index, item) in right.iter().enumerate().rev() {
            places.entry(self.plain(item)?).or_default().push(index);
        }
        let mut left_rest = Vec::new();
        let mut is_left_over = vec![true; right.len()];
        for (index, item) in left.iter().enumerate() {
            match places.get_mut(&self.plain(item)?).and_then(Vec::pop) {
                Some(other) => is_left_over[other] = false,
                None => left_rest.push(index),
            }
        }
        Ok((left_rest, (0..right.len()).filter(|index| is_left_over[*index]).collect()))
    }

    /// An item as it is looked for among others.
    fn plain(&mut self, item: &Expr) -> Result<Expr, Limit> {
        self.budget.take(ITEM_STEPS * item.nodes() as u64)?;
        if self.policy.percent == Percent::Unit && matches!(item, Expr::Percent(_)) {
            return Ok(item.clone());
        }
        let value = exact::arithmetic(item, self.budget)?;
        Ok(value.map_or_else(|| item.clone(), Expr::number))
    }

    /// Each item of one is an item of the other; how often does not count.
    pub(super) fn same_set(&mut self, left: &[Expr], right: &[Expr]) -> Result<Equality, Limit> {
        let mut all = All::default();
        for (items, others) in [(left, right), (right, left)] {
            let known = others.iter().map(|other| self.plain(other)).collect::<Result<BTreeSet<_>, _>>()?;
            for (index, item) in items.iter().enumerate() {
                if !known.contains(&self.plain(item)?) {
                    all.add(index, self.element(index, item, others)?);
                }
            }
        }
        Ok(all.equality())
    }

    /// Whether one of several items equals this one; one equality decides, then one doubt.
    fn element(&mut self, index: usize, item: &Expr, others: &[Expr]) -> Result<Equality, Limit> {
        let mut best = Equality::NotEqual { witness: Witness::Part { index, inner: None } };
        for other in others {
            // 1 is no {1}, wherever both are elements.
            if matches!(item, Expr::Set(_)) != matches!(other, Expr::Set(_)) && Kind::of(item) != Kind::of(other) {
                continue;
            }
            match self.compare(item, other)? {
                equal @ Equality::Equal { .. } => return Ok(equal),
                doubt @ Equality::Unknown { .. } => best = doubt,
                Equality::NotEqual { .. } => {}
            }
        }
        Ok(best)
    }
}
