//! JSON against a reference, with partial credit.
//!
//! ```text
//! scalars   1 where they are the same, numbers by their exact value, else 0
//! objects   mean over the names of either of the score of their values; 0 for a name that only one has
//! arrays    the sum of the scores of matched items over the length of the longer one: place by place, or in any order by the matching of
//!           greatest total
//! ```
//! Values of different kinds score 0, two empty objects or arrays 1. In [0, 1], higher is better, symmetric, 1 for the same value.

use super::CheckError;
use super::json_schema::same;
use crate::json::Json;
use plaudit_core::{Limit, assignment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the order of items in arrays counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Items {
    /// Items are compared place by place.
    Ordered,
    /// Items are matched with each other so that the score is greatest.
    AnyOrder,
}

/// The score of `answer` against `gold`.
///
/// # Errors
/// [`CheckError::OverBudget`] where arrays of more than [`assignment::MAX_SIZE`] items are to be matched in any order, or more than a
/// few million pairs of values would be compared.
///
/// ```
/// use plaudit_verify::check::json_reference::{Items, score};
/// use plaudit_verify::json::Json;
/// let json = |text| Json::parse(text).unwrap();
/// let gold = json(r#"{"name": "Ann", "tags": ["a", "b"]}"#);
/// // The name is right, one of two tags, and there is a third name: (1 + 1/2 + 0) / 3.
/// let answer = json(r#"{"name": "Ann", "tags": ["a", "c"], "age": 3}"#);
/// assert_eq!(score(&gold, &answer, Items::Ordered), Ok(0.5));
/// assert_eq!(score(&json("[1, 2]"), &json("[2, 1.0]"), Items::AnyOrder), Ok(1.0));
/// ```
pub fn score(gold: &Json, answer: &Json, items: Items) -> Result<f64, CheckError> {
    let mut left = STEPS;
    compare(gold, answer, items, &mut left)
}

/// The most steps, of about 10 ns each.
const STEPS: usize = 1 << 20;

fn take(left: &mut usize, steps: usize) -> Result<(), CheckError> {
    *left = left.checked_sub(steps).ok_or(CheckError::OverBudget(Limit::Steps))?;
    Ok(())
}

fn compare(gold: &Json, answer: &Json, items: Items, left: &mut usize) -> Result<f64, CheckError> {
    take(left, 4)?;
    match (gold, answer) {
        (Json::Object(gold), Json::Object(answer)) => {
            let mut sum = 0.0;
            let mut shared = 0;
            for (name, value) in gold {
                if let Some(other) = answer.get(name) {
                    sum += compare(value, other, items, left)?;
                    shared += 1;
                }
            }
            Ok(share(sum, gold.len() + answer.len() - shared))
        }
        (Json::Array(gold), Json::Array(answer)) => {
            let longest = gold.len().max(answer.len());
            let mut sum = 0.0;
            match items {
                Items::Ordered => {
                    for (gold, answer) in gold.iter().zip(answer) {
                        sum += compare(gold, answer, items, left)?;
                    }
                }
                Items::AnyOrder => {
                    if longest > assignment::MAX_SIZE {
                        return Err(CheckError::OverBudget(Limit::Steps));
                    }
                    take(left, 32 + longest.pow(3) / 8)?;
                    let mut scores = Vec::with_capacity(gold.len());
                    for gold in gold {
                        let row = answer.iter().map(|answer| compare(gold, answer, items, left));
                        scores.push(row.collect::<Result<Vec<f64>, _>>()?);
                    }
                    let matched = assignment::greatest_total(&scores);
                    sum =
                        matched.iter().zip(&scores).filter_map(|(column, row)| column.map(|column| row[column])).sum();
                }
            }
            Ok(share(sum, longest))
        }
        _ => {
            let length = |json: &Json| match json {
                Json::Number(digits) => digits.len(),
                Json::String(text) => text.len() / 32,
                _ => 0,
            };
            take(left, length(gold) + length(answer))?;
            Ok(f64::from(u8::from(same(gold, answer))))
        }
    }
}

/// `sum / of`; everything of nothing is right.
fn share(sum: f64, of: usize) -> f64 {
    if of == 0 { 1.0 } else { sum / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(gold: &str, answer: &str, items: Items) -> f64 {
        score(&Json::parse(gold).unwrap(), &Json::parse(answer).unwrap(), items).unwrap()
    }

    #[test]
    fn parts_are_credited() {
        assert_eq!(of("{}", "{}", Items::Ordered), 1.0);
        assert_eq!(of("{}", "[]", Items::Ordered), 0.0);
        assert_eq!(of("[1, 2, 3]", "[1, 3]", Items::Ordered), 1.0 / 3.0);
        assert_eq!(of("[1, 2, 3]", "[3, 1]", Items::AnyOrder), 2.0 / 3.0);
        assert_eq!(of("0.1", "1e-1", Items::Ordered), 1.0);
        assert_eq!(of("\"a\"", "\"A\"", Items::Ordered), 0.0);
        // The matching looks at all pairs: greedily, the first would take the second's.
        assert_eq!(of(r#"[{"a":1},{"a":1,"b":2}]"#, r#"[{"a":1,"b":2},{"b":2,"a":1}]"#, Items::AnyOrder), 0.75);
    }

    #[test]
    fn hostile_sizes_end() {
        let long = Json::Array(vec![Json::Null; assignment::MAX_SIZE + 1]);
        assert_eq!(score(&long, &long, Items::AnyOrder), Err(CheckError::OverBudget(Limit::Steps)));
        assert_eq!(score(&long, &long, Items::Ordered), Ok(1.0));
        // Arrays in arrays multiply.
        let nested = (0..3).fold(Json::Null, |inner, _| Json::Array(vec![inner; 40]));
        assert_eq!(score(&nested, &nested, Items::AnyOrder), Err(CheckError::OverBudget(Limit::Steps)));
    }

    fn json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![Just(Json::Null), (0..3_u8).prop_map(|digit| Json::Number(digit.to_string().into()))];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::Array),
                prop::collection::btree_map("[ab]", inner, 0..3).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn scores_are_bounded_symmetric_and_one_for_the_same(a in json(), b in json()) {
            for items in [Items::Ordered, Items::AnyOrder] {
                let ab = score(&a, &b, items).unwrap();
                prop_assert!((0.0..=1.0 + 1e-12).contains(&ab));
                // Sums of the same terms in another order.
                prop_assert!((ab - score(&b, &a, items).unwrap()).abs() < 1e-12);
                prop_assert!((score(&a, &a, items).unwrap() - 1.0).abs() < 1e-12);
            }
            prop_assert!(score(&a, &b, Items::AnyOrder).unwrap() >= score(&a, &b, Items::Ordered).unwrap() - 1e-12);
        }
    }
}
