//! Two expressions under a policy: what they are decides how they are compared.

mod collection;
mod continued;
mod dress;
mod matrix;
mod pairs;
mod parameter;
mod reading;
mod real_set;
mod relation;
mod scalar;
#[cfg(test)]
mod tests;
mod text;
mod vector;
mod verdicts;

use super::{Brackets, Budget, Equality, Expr, Form, Function, How, Policy, Reason, Variables, Witness, exact};
use plaudit_core::Limit;
use reading::Reading;
pub(crate) use text::are_of_one_sort;

/// Compares an answer with the gold one. Symmetric, but for `policy.form`, tolerances relative to gold, and inequalities that only gold may be.
///
/// ```
/// use plaudit_verify::math::{Budget, Policy, ReadOptions, compare, read};
/// let mut budget = Budget::new();
/// let gold = read(r"\frac{1}{2}", &ReadOptions::default(), &mut budget)?;
/// let answer = read("x = 0.5", &ReadOptions::default(), &mut budget)?;
/// assert!(compare(&gold, &answer, &Policy::default(), &mut budget).is_equal());
/// # Ok::<(), plaudit_verify::math::ReadError>(())
/// ```
pub fn compare(gold: &Expr, answer: &Expr, policy: &Policy, budget: &mut Budget) -> Equality {
    let renamed = match policy.variables {
        Variables::ByName => None,
        Variables::ByPlace => renamed(answer, gold),
    };
    let answer = renamed.as_ref().unwrap_or(answer);
    let equality = match compare_readings(gold, answer, policy, budget) {
        Ok(equality) => equality,
        Err(limit) => Equality::Unknown { reason: Reason::Budget { limit } },
    };
    let has_form = match policy.form {
        Form::Any => true,
        Form::Simplified => match exact::is_reduced(answer, budget) {
            Ok(is_reduced) => is_reduced,
            Err(limit) => return Equality::Unknown { reason: Reason::Budget { limit } },
        },
        Form::AsWritten => dress::bare(gold, policy) == dress::bare(answer, policy),
    };
    if equality.is_equal() && !has_form {
        let demanded = match policy.form {
            Form::AsWritten => "written as the gold answer is",
            _ => "simplified",
        };
        return Equality::NotEqual { witness: Witness::Form { demanded: demanded.to_owned() } };
    }
    equality
}

/// Equal where one meaning of the notation makes them equal.
fn compare_readings(gold: &Expr, answer: &Expr, policy: &Policy, budget: &mut Budget) -> Result<Equality, Limit> {
    let matched = parameter::matched([gold, answer]);
    let [gold, answer] = matched.as_ref().map_or([gold, answer], |[gold, answer]| [gold, answer]);
    let told_apart = [gold, answer].map(reading::told_apart);
    let [gold, answer] = [told_apart[0].as_ref().unwrap_or(gold), told_apart[1].as_ref().unwrap_or(answer)];
    let unindexed = reading::without_indices([gold, answer]);
    let [gold, answer] = unindexed.as_ref().map_or([gold, answer], |[gold, answer]| [gold, answer]);
    let mut any = verdicts::Any::default();
    for Reading { policy, are_degrees_bare } in &reading::readings(policy, [gold, answer]) {
        let mut comparer = Comparer { policy, budget, are_degrees_bare: *are_degrees_bare };
        if any.add(comparer.compare(gold, answer)?) {
            break;
        }
    }
    Ok(any.equality())
}

/// An expression with the variables of another one, where it has as many.
fn renamed(expr: &Expr, like: &Expr) -> Option<Expr> {
    let (names, others) = (expr.variables(), like.variables());
    let rename = |name: &str| {
        let place = names.iter().position(|known| *known == name)?;
        others.iter().nth(place).map(|other| Expr::Symbol((*other).into()))
    };
    (names.len() == others.len()).then(|| expr.with(&rename))
}

/// What a comparison takes beside the work on values.
const COMPARISON_STEPS: u64 = 64;

/// What an expression is, as far as it decides how it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scalar,
    Words,
    Matrix,
    Ratio,
    Relation,
    /// Several values, in an order or without one.
    Collection,
    /// An interval, a union of intervals, a set with a name.
    RealSet,
}

impl Kind {
    fn of(expr: &Expr) -> Self {
        match expr {
            Expr::Text(_) => Self::Words,
            Expr::Matrix(matrix) if !matrix.is_determinant => Self::Matrix,
            Expr::Sum(_) | Expr::Product(_) | Expr::Negative(_) | Expr::Power(_) if matrix::is_matrix(expr) => {
                Self::Matrix
            }
            Expr::Ratio(_) => Self::Ratio,
            Expr::Relation(..) => Self::Relation,
            Expr::Tuple(..) | Expr::List(_) | Expr::Set(_) | Expr::And(_) | Expr::Or(_) => Self::Collection,
            Expr::HalfOpen(_) | Expr::SetOperation(..) | Expr::SetBuilder(_) => Self::RealSet,
            Expr::Constant(constant) if real_set::is_set(*constant) => Self::RealSet,
            _ => Self::Scalar,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Scalar => "a value",
            Self::Words => "words",
            Self::Matrix => "a matrix",
            Self::Ratio => "a ratio",
            Self::Relation => "a relation",
            Self::Collection => "several values",
            Self::RealSet => "a set",
        }
        .to_owned()
    }
}

/// The set that words name: `all real numbers`.
fn named_set(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Text(words) => text::set(words).map(Expr::Constant),
        _ => None,
    }
}

/// The coordinates of `A(3, 1)`.
fn named_point(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Apply(name, coordinates)
            if coordinates.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase()) =>
        {
            Some(Expr::Tuple(Brackets::Round, coordinates.clone()))
        }
        _ => None,
    }
}

/// Whether a value has `C(5, 2)` in it and is compared with another value, not with a point.
fn is_of_choices(gold: &Expr, answer: &Expr) -> bool {
    let are_points = [gold, answer].into_iter().all(|expr| choice(expr).is_some());
    !are_points && [gold, answer].into_iter().any(has_choice)
}

/// `C(5, 2)` and `P(5, 2)` as numbers of combinations and permutations.
fn choice(expr: &Expr) -> Option<Function> {
    match expr {
        Expr::Apply(name, numbers)
            if numbers.len() == 2 && numbers.iter().all(|number| matches!(number, Expr::Number(_))) =>
        {
            match &**name {
                "C" => Some(Function::Binomial),
                "P" => Some(Function::Permutations),
                _ => None,
            }
        }
        _ => None,
    }
}

fn has_choice(expr: &Expr) -> bool {
    choice(expr).is_some() || expr.parts().any(has_choice)
}

fn counted(expr: &Expr) -> Expr {
    match (choice(expr), expr) {
        (Some(function), Expr::Apply(_, numbers)) => Expr::Function(function, numbers.clone()),
        _ => expr.map(counted),
    }
}

/// One comparison under way.
struct Comparer<'a> {
    policy: &'a Policy,
    budget: &'a mut Budget,
    /// Whether a value beside one with a degree sign is in degrees.
    are_degrees_bare: bool,
}

impl Comparer<'_> {
    fn compare(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        self.budget.take(COMPARISON_STEPS)?;
        if gold == answer {
            return Ok(Equality::Equal { how: How::Same });
        }
        if let Some(signs) = dress::signs([gold, answer]) {
            let [gold, answer] = signs?;
            return self.same_set(&gold, &answer);
        }
        if let Some([gold, answer]) = continued::written_out([gold, answer]) {
            self.budget.take((gold.nodes() + answer.nodes()) as u64)?;
            return self.compare(&gold, &answer);
        }
        if let Some([gold, answer]) = collection::only_elements([gold, answer]) {
            return self.compare(gold, answer);
        }
        let kinds = [Kind::of(gold), Kind::of(answer)];
        if kinds.contains(&Kind::Scalar)
            && let Some([gold, answer]) = vector::coordinates([gold, answer])
        {
            return self.in_order(&gold, &answer);
        }
        match kinds {
            [Kind::Words, Kind::Words] => Ok(self.words(gold, answer)),
            [Kind::Words, _] if let Some(set) = named_set(gold) => self.compare(&set, answer),
            [_, Kind::Words] if let Some(set) = named_set(answer) => self.compare(gold, &set),
            [Kind::Scalar, Kind::Collection] if let Some(point) = named_point(gold) => self.compare(&point, answer),
            [Kind::Collection, Kind::Scalar] if let Some(point) = named_point(answer) => self.compare(gold, &point),
            [Kind::Relation, Kind::Relation] => self.relations(gold, answer),
            [Kind::Relation, _] => self.relation_and_other(gold, answer, true),
            [_, Kind::Relation] => Ok(self.relation_and_other(answer, gold, false)?.flipped()),
            [Kind::RealSet, Kind::Collection] if self.is_untaken(answer, false) => {
                Ok(self.of_other_kinds(gold, answer))
            }
            [Kind::Collection, Kind::RealSet] if self.is_untaken(gold, true) => Ok(self.of_other_kinds(gold, answer)),
            [Kind::RealSet, _] | [_, Kind::RealSet] => self.real_sets(gold, answer),
            [Kind::Collection, Kind::Collection] if self.are_interval_and_conditions(gold, answer) => {
                self.real_sets(gold, answer)
            }
            [Kind::Matrix, _] | [_, Kind::Matrix] => self.matrices(gold, answer),
            [Kind::Collection, _] | [_, Kind::Collection] => self.collections(gold, answer),
            [Kind::Words, _] | [_, Kind::Words] => Ok(self.words(gold, answer)),
            [Kind::Ratio, _] | [_, Kind::Ratio] => self.ratios(gold, answer),
            [Kind::Scalar, Kind::Scalar] if is_of_choices(gold, answer) => {
                self.dressed(&counted(gold), &counted(answer))
            }
            [Kind::Scalar, Kind::Scalar] => self.dressed(gold, answer),
        }
    }

    /// `a : b` is `a / b`, but for more than two parts, and where a part is 0.
    fn ratios(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        if let (Expr::Ratio(left), Expr::Ratio(right)) = (gold, answer) {
            if left.len() != right.len() {
                return Ok(Equality::NotEqual { witness: Witness::Count { left: left.len(), right: right.len() } });
            }
            // A time, which has a part of 0 as 12:00 or a half of the day, is compared as it is.
            let is_of_time = |part: &Expr| match part {
                Expr::Number(number) => number.value.is_zero(),
                Expr::Quantity(..) => true,
                _ => false,
            };
            if left.iter().chain(right).any(is_of_time) {
                return self.in_order(left, right);
            }
            // Proportional: a_i b_0 = b_i a_0 for all i.
            let mut all = verdicts::All::default();
            for index in 1..left.len() {
                let cross = [[&left[index], &right[0]], [&right[index], &left[0]]]
                    .map(|pair| Expr::Product(pair.map(Clone::clone).to_vec()));
                all.add(index, self.scalars(&cross[0], &cross[1])?);
            }
            return Ok(all.equality());
        }
        let quotient = |expr: &Expr| match expr {
            Expr::Ratio(parts) if parts.len() == 2 => {
                Some(Expr::Fraction(Box::new([parts[0].clone(), parts[1].clone()])))
            }
            Expr::Ratio(_) => None,
            other => Some(other.clone()),
        };
        match (quotient(gold), quotient(answer)) {
            (Some(gold), Some(answer)) => self.dressed(&gold, &answer),
            _ => Ok(self.of_other_kinds(gold, answer)),
        }
    }

    fn of_other_kinds(&self, gold: &Expr, answer: &Expr) -> Equality {
        let [left, right] = [gold, answer].map(|expr| Kind::of(expr).name());
        Equality::NotEqual { witness: Witness::Kind { left, right } }
    }
}
