//! Predicted tool calls against reference ones, whatever their order.
//!
//! ```text
//! S(predicted, gold) = 0 where the names differ, else (1 + A) / 2, A the score of the arguments as JSON with partial credit
//! score = greatest total S of a one-to-one matching / the number of calls of the longer list
//! ```
//! In [0, 1], higher is better, symmetric, 1 for the same calls in any order.

use super::CheckError;
use super::json_reference::{self, Items};
use crate::json::Json;
use plaudit_core::{Limit, assignment};

/// A tool call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolCall {
    /// The tool.
    pub name: String,
    /// Its arguments.
    pub arguments: Json,
}

/// How the calls of two lists stand for each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// The score of the lists.
    pub score: f64,
    /// Per predicted call, the reference call it stands for and their similarity, where they share the name.
    pub pairs: Vec<Option<(usize, f64)>>,
}

/// Matches predicted calls with reference ones. Two empty lists score 1.
///
/// # Errors
/// [`CheckError::OverBudget`] for more than [`assignment::MAX_SIZE`] calls in a list, or arguments that are too large.
///
/// ```
/// use plaudit_verify::check::tool_calls::{ToolCall, matched};
/// use plaudit_verify::json::Json;
/// let call = |name: &str, arguments| ToolCall { name: name.into(), arguments: Json::parse(arguments).unwrap() };
/// let gold = [call("search", r#"{"query": "rust"}"#), call("open", r#"{"page": 1}"#)];
/// let predicted = [call("open", r#"{"page": 2}"#), call("search", r#"{"query": "rust"}"#)];
/// let matched = matched(&gold, &predicted).unwrap();
/// // The second is right; the first has the right name and a wrong value: (1/2 + 1) / 2.
/// assert_eq!((matched.score, matched.pairs), (0.75, vec![Some((1, 0.5)), Some((0, 1.0))]));
/// ```
pub fn matched(gold: &[ToolCall], predicted: &[ToolCall]) -> Result<Matched, CheckError> {
    let longest = gold.len().max(predicted.len());
    if longest > assignment::MAX_SIZE {
        return Err(CheckError::OverBudget(Limit::Steps));
    }
    let similarity = |predicted: &ToolCall, gold: &ToolCall| match predicted.name == gold.name {
        true => Ok((1.0 + json_reference::score(&gold.arguments, &predicted.arguments, Items::Ordered)?) / 2.0),
        false => Ok(0.0),
    };
    let row = |call: &ToolCall| gold.iter().map(|gold| similarity(call, gold)).collect::<Result<Vec<f64>, _>>();
    let similarities = predicted.iter().map(row).collect::<Result<Vec<_>, CheckError>>()?;
    let columns = assignment::greatest_total(&similarities);
    let pair = |(row, column): (&Vec<f64>, Option<usize>)| {
        column.map(|column| (column, row[column])).filter(|(_, similarity)| *similarity > 0.0)
    };
    let pairs: Vec<Option<(usize, f64)>> = similarities.iter().zip(columns).map(pair).collect();
    let total: f64 = pairs.iter().flatten().map(|(_, similarity)| similarity).sum();
    Ok(Matched { score: if longest == 0 { 1.0 } else { total / longest as f64 }, pairs })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn superfluous_and_missing_calls_cost() {
        let call = ToolCall { name: "f".into(), arguments: Json::Null };
        let score = |gold: usize, predicted: usize| {
            matched(&vec![call.clone(); gold], &vec![call.clone(); predicted]).map(|matched| matched.score)
        };
        assert_eq!([score(1, 2), score(2, 1), score(0, 0), score(0, 1)], [Ok(0.5), Ok(0.5), Ok(1.0), Ok(0.0)]);
        assert_eq!(score(1, assignment::MAX_SIZE + 1), Err(CheckError::OverBudget(Limit::Steps)));
    }

    proptest! {
        #[test]
        fn order_does_not_matter(
            gold in prop::collection::vec((0..2_u8, 0..2_u8), 0..5), mut predicted in prop::collection::vec((0..2_u8, 0..2_u8), 0..5),
        ) {
            let calls = |calls: &[(u8, u8)]| -> Vec<ToolCall> {
                let call = |(name, value): &(u8, u8)| {
                    ToolCall { name: name.to_string(), arguments: Json::Number(value.to_string().into()) }
                };
                calls.iter().map(call).collect()
            };
            let score = |gold: &[(u8, u8)], predicted: &[(u8, u8)]| matched(&calls(gold), &calls(predicted)).unwrap().score;
            let found = score(&gold, &predicted);
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert_eq!(found, score(&predicted, &gold));
            predicted.reverse();
            prop_assert_eq!(found, score(&gold, &predicted));
            prop_assert_eq!(score(&gold, &gold), 1.0);
        }
    }
}
