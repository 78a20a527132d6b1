//! Call matching: every tool call is paid for the gold call it stands for, and each gold call pays once.
//!
//! ```text
//! S(predicted, gold) = 0 where names differ, else (1 + J + E) / (2 + number of gold parameters)
//! J: multiset Jaccard of the parameters' names,   E: number of gold parameters predicted with their value
//!
//! hard: one-to-one matching of greatest total S;  matched calls get S, others `unmatched`
//! soft: transport T of entropy-regularised cost -S, uniform marginals;  call i gets sum_j T_ij * S_ij
//! ```
//!
//! S lies in [0, 1] and is 1 for the same call. Soft rewards sum to at most 1 over the predicted calls.
//!
//! Source: "MatchTIR: Fine-Grained Supervision for Tool-Integrated Reasoning via Bipartite Matching".
//!
//! Deviations: the released code calls greedy matching Hungarian (`greedy` here; `optimal` is the paper's) and ignores the case of names. A
//! pair of similarity 0 is no match in either. Soft matching runs in the log domain.
//!
//! # Example
//!
//! ```
//! use plaudit_credit::process::{Call, CallMatch, call_similarity};
//!
//! // Three calls where one was asked for: the right one twice, then another tool.
//! let search = Call { name: "search", arguments: &[("query", "rust")] };
//! let open = Call { name: "open", arguments: &[] };
//! let rewards = CallMatch::default().rewards(&[search, search, open], &[search]);
//! assert_eq!(rewards, [1.0, 0.0, 0.0]);
//! ```
//!
//! # When to use
//!
//! For interactions with tools whose right calls are known, so that a repeated right call is not paid again.
//!
//! # Traps
//!
//! Soft matching pays a superfluous call too. Values are compared as text: bring numbers and lists to one form first.

use plaudit_core::assignment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tool call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// The tool.
    pub name: &'a str,
    /// Names and values of its parameters, values in a canonical form.
    pub arguments: &'a [(&'a str, &'a str)],
}

/// How predicted calls are matched with gold ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CallMatch {
    /// The kind of matching.
    pub matching: Matching,
    /// What a call gets that stands for no gold call; not read by soft matching.
    pub unmatched: f64,
    /// Weight of the entropy in soft matching: large values pay all calls alike.
    #[schemars(range(min = 1e-3))]
    pub entropy: f64,
}

/// The kind of matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Matching {
    /// One to one, of the greatest total similarity.
    Optimal,
    /// One to one, the most similar pair first.
    Greedy,
    /// Entropy-regularised transport.
    Soft,
}

impl Default for CallMatch {
    fn default() -> Self {
        Self { matching: Matching::Optimal, unmatched: 0.0, entropy: 0.1 }
    }
}

/// The similarity of a predicted call to a gold one, in [0, 1].
pub fn call_similarity(predicted: &Call<'_>, gold: &Call<'_>) -> f64 {
    if predicted.name != gold.name {
        return 0.0;
    }
    let count = |call: &Call<'_>, name: &str| call.arguments.iter().filter(|(other, _)| *other == name).count();
    // Each occurrence of a name counts 1/(occurrences) of what the two calls share of it.
    let shared: f64 = gold
        .arguments
        .iter()
        .map(|(name, _)| count(predicted, name).min(count(gold, name)) as f64 / count(gold, name) as f64)
        .sum();
    let united = (predicted.arguments.len() + gold.arguments.len()) as f64 - shared;
    let names = if united == 0.0 { 1.0 } else { shared / united };
    let values = gold.arguments.iter().filter(|argument| predicted.arguments.contains(argument)).count();
    (1.0 + names + values as f64) / (2.0 + gold.arguments.len() as f64)
}

impl CallMatch {
    /// One reward per predicted call.
    pub fn rewards(&self, predicted: &[Call<'_>], gold: &[Call<'_>]) -> Vec<f64> {
        let row = |call: &Call<'_>| gold.iter().map(|gold| call_similarity(call, gold)).collect::<Vec<_>>();
        let similarity: Vec<Vec<f64>> = predicted.iter().map(row).collect();
        let matched = match self.matching {
            _ if gold.is_empty() => vec![None; predicted.len()],
            Matching::Optimal => assignment::greatest_total(&similarity),
            Matching::Greedy => greedy(&similarity),
            Matching::Soft => return soft(&similarity, self.entropy),
        };
        let reward = |(row, gold): (&Vec<f64>, Option<usize>)| {
            gold.map(|gold| row[gold]).filter(|score| *score > 0.0).unwrap_or(self.unmatched)
        };
        similarity.iter().zip(matched).map(reward).collect()
    }
}

/// Pairs off the most similar first; of equals the earlier call, then the earlier gold call.
fn greedy(similarity: &[Vec<f64>]) -> Vec<Option<usize>> {
    let columns = similarity.first().map_or(0, Vec::len);
    let mut pairs: Vec<(usize, usize)> =
        (0..similarity.len()).flat_map(|row| (0..columns).map(move |column| (row, column))).collect();
    pairs.sort_by(|a, b| similarity[b.0][b.1].total_cmp(&similarity[a.0][a.1]));
    let (mut matched, mut taken) = (vec![None; similarity.len()], vec![false; columns]);
    for (row, column) in pairs {
        if matched[row].is_none() && !taken[column] {
            (matched[row], taken[column]) = (Some(column), true);
        }
    }
    matched
}

/// Sinkhorn's iterations stop when the marginals are met this closely, or after so many rounds.
const MARGINAL_ERROR: f64 = 1e-12;
const MOST_ROUNDS: usize = 10_000;

/// Per row: its similarities weighted by the transport of uniform rows to uniform columns.
fn soft(similarity: &[Vec<f64>], entropy: f64) -> Vec<f64> {
    let (rows, columns) = (similarity.len(), similarity.first().map_or(0, Vec::len));
    let (row_mass, column_mass) = (-(rows as f64).ln(), -(columns as f64).ln());
    let (mut of_row, mut of_column) = (vec![0.0; rows], vec![0.0; columns]);
    let exponent = |row: usize, column: usize| similarity[row][column] / entropy;
    for _ in 0..MOST_ROUNDS {
        for column in 0..columns {
            of_column[column] = column_mass - log_sum_exp((0..rows).map(|row| exponent(row, column) + of_row[row]));
        }
        let mut error = 0.0_f64;
        for row in 0..rows {
            let potential =
                row_mass - log_sum_exp((0..columns).map(|column| exponent(row, column) + of_column[column]));
            error = error.max((potential - of_row[row]).abs());
            of_row[row] = potential;
        }
        if error < MARGINAL_ERROR {
            break;
        }
    }
    let transport = |row: usize, column: usize| (exponent(row, column) + of_row[row] + of_column[column]).exp();
    (0..rows).map(|row| (0..columns).map(|column| transport(row, column) * similarity[row][column]).sum()).collect()
}

fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let greatest = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    greatest + terms.map(|term| (term - greatest).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOLD: Call<'_> = Call { name: "f", arguments: &[("a", "1"), ("b", "2")] };

    #[test]
    fn matchtir_similarity() {
        let near = Call { name: "f", arguments: &[("a", "1"), ("c", "3")] };
        assert!((call_similarity(&near, &GOLD) - 0.583333).abs() < 1e-6);
        assert_eq!(call_similarity(&Call { name: "g", ..GOLD }, &GOLD), 0.0);
        assert_eq!(call_similarity(&GOLD, &GOLD), 1.0);
        let empty = Call { name: "f", arguments: &[] };
        assert_eq!(call_similarity(&empty, &empty), 1.0);
        // The name twice against once: Jaccard 1/2, one value: (1 + 1/2 + 1)/3.
        let (twice, once) =
            (Call { name: "f", arguments: &[("a", "1"), ("a", "2")] }, Call { name: "f", arguments: &[("a", "1")] });
        assert!((call_similarity(&twice, &once) - 2.5 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_repeated_call_is_paid_once() {
        for matching in [Matching::Optimal, Matching::Greedy] {
            let config = CallMatch { matching, ..CallMatch::default() };
            assert_eq!(config.rewards(&[GOLD, GOLD], &[GOLD]), [1.0, 0.0]);
            let penalty = CallMatch { unmatched: -0.5, ..config };
            assert_eq!(penalty.rewards(&[GOLD, Call { name: "g", ..GOLD }], &[GOLD, GOLD]), [1.0, -0.5]);
            assert_eq!(penalty.rewards(&[GOLD], &[]), [-0.5]);
            assert!(penalty.rewards(&[], &[GOLD]).is_empty());
        }
    }

    #[test]
    fn greedy_is_not_optimal() {
        let similarity = [vec![0.9, 0.8], vec![0.8, 0.0]];
        assert_eq!(greedy(&similarity), [Some(0), Some(1)]);
        assert_eq!(assignment::greatest_total(&similarity), [Some(1), Some(0)]);
    }

    #[test]
    fn soft_matching_shares() {
        let config = CallMatch { matching: Matching::Soft, ..CallMatch::default() };
        let close = |found: &[f64], expected: &[f64]| {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}")
        };
        close(&config.rewards(&[GOLD, GOLD], &[GOLD]), &[0.5, 0.5]);
        // Two by two, similarities 1 on the diagonal: T_11 = x/2 with x/(1 - x) = exp(1/reg) by symmetry.
        let other = Call { name: "g", arguments: &[] };
        let share = 1.0 / (1.0 + (-10.0_f64).exp());
        close(&config.rewards(&[GOLD, other], &[GOLD, other]), &[share / 2.0, share / 2.0]);
        assert!(config.rewards(&[], &[GOLD]).is_empty());
        assert_eq!(config.rewards(&[GOLD], &[]), [0.0]);
    }

    proptest! {
        #[test]
        fn greedy_is_at_most_optimal(
            rows in 1..5_usize, columns in 1..5_usize, draws in prop::collection::vec(0.0..1.0_f64, 16),
        ) {
            let similarity: Vec<Vec<f64>> = (0..rows).map(|row| draws[4 * row..4 * row + columns].to_vec()).collect();
            let total = |matched: &[Option<usize>]| {
                matched.iter().enumerate().filter_map(|(row, column)| column.map(|column| similarity[row][column])).sum::<f64>()
            };
            prop_assert!(total(&greedy(&similarity)) <= total(&assignment::greatest_total(&similarity)) + 1e-12);
        }

        #[test]
        fn transport_meets_its_marginals(rows in 1..5_usize, columns in 1..5_usize, draws in prop::collection::vec(0.0..1.0_f64, 16)) {
            // With constant similarity 1 added, the rewards grow by each row's mass, 1/rows.
            let similarity: Vec<Vec<f64>> = (0..rows).map(|row| draws[4 * row..4 * row + columns].to_vec()).collect();
            let shifted: Vec<Vec<f64>> = similarity.iter().map(|row| row.iter().map(|score| score + 1.0).collect()).collect();
            for (a, b) in soft(&similarity, 0.1).iter().zip(soft(&shifted, 0.1)) {
                prop_assert!((b - a - 1.0 / rows as f64).abs() < 1e-6, "{a} {b}");
            }
        }
    }
}
