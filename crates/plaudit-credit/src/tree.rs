//! Tree credit: every node of a rollout tree against the node it grew from, and against the root.
//!
//! ```text
//! V(n) = mean outcome of the scored leaves below n
//! A(n) = local * (V(n) - V(parent(n))) + global * (V(n) - V(root))
//! scale = std:  A(n) / (std of A over the tree's nodes + eps)
//! ```
//!
//! A node is a step (with what the environment answered); its advantage lies on its unmasked tokens, so that a prefix which many answers
//! share is trained once. The root is the prompt and gets 0, like nodes without a scored leaf below them. The deviation is that of the
//! other nodes.
//!
//! Source: "TreePS-RAG: Tree-based Process Supervision for Reinforcement Learning in Agentic RAG".
//!
//! Deviations: whether the deviation is the unbiased one and what eps is are not confirmed. Trees do not fit into columns of samples
//! without repeating prefixes, hence a function over columns of nodes instead of a kind of `CreditConfig`.
//!
//! # Example
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_credit::{TreeColumns, TreeConfig, TreeScale};
//!
//! // A root with two children; the first has two leaves below it, the second is a leaf: three answers in all.
//! let columns = TreeColumns {
//!     trees: &Segments::from_lengths([5]),
//!     parents: &[None, Some(0), Some(0), Some(1), Some(1)],
//!     tokens: &Segments::from_lengths([0, 2, 1, 1, 1]),
//!     mask: &[true, false, true, true, true],
//!     outcomes: &[None, None, Some(0.0), Some(1.0), Some(0.5)],
//! };
//! let config = TreeConfig { scale: TreeScale::None, ..Default::default() };
//! let mut advantage = [0.0_f64; 5];
//! config.advantages(&columns, &mut advantage)?;
//! // Values: root 1/2, children 3/4 and 0.
//! assert_eq!(advantage, [0.25, 0.0, -0.5, 0.25, -0.25]);
//! # Ok::<(), plaudit_credit::TreeError>(())
//! ```
//!
//! # When to use
//!
//! With rollouts that branch, and outcomes alone: the tree turns them into step credit without any other label.
//!
//! # Traps
//!
//! The value of a node with few leaves is noisy. Siblings that are near-duplicates make a value look better known than it is. With `global`
//! alone early steps carry the blame of late ones.

use plaudit_core::{Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rollout trees as flat columns, one tree per prompt, a parent before its children.
#[derive(Clone, Copy, Debug)]
pub struct TreeColumns<'a> {
    /// The nodes cut into trees.
    pub trees: &'a Segments,
    /// Per node: its parent's position in the flat column, none for a root, which is the first node of its tree.
    pub parents: &'a [Option<usize>],
    /// The tokens cut into nodes.
    pub tokens: &'a Segments,
    /// Per token: whether the policy wrote it.
    pub mask: &'a [bool],
    /// Per node: the outcome of a leaf, where it has one; none for inner nodes.
    pub outcomes: &'a [Option<f64>],
}

/// Advantages of nodes relative to their parent and to the root. The default is the progress alone, divided by the tree's deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TreeConfig {
    /// Weight of the progress over the parent.
    pub local: f64,
    /// Weight of the standing against the root.
    pub global: f64,
    /// What the advantage is divided by.
    pub scale: TreeScale,
    /// Divisor of the variance is (count - ddof).
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
}

/// What the advantages of a tree are divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TreeScale {
    /// Nothing: they keep the unit of the outcome.
    None,
    /// Their standard deviation over the tree.
    Std,
}

/// Why columns are no trees.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TreeError {
    /// A node's parent is not an earlier node of its tree, or a root is not the first node.
    #[error(
        "node {node} is not placed in its tree: the first node of a tree has no parent, every other one an earlier node as its parent"
    )]
    Parent {
        /// The node.
        node: usize,
    },
    /// An inner node has an outcome.
    #[error("node {node} has an outcome and children; outcomes belong to leaves")]
    InnerOutcome {
        /// The node.
        node: usize,
    },
    /// An outcome is NaN or infinite.
    #[error("the outcome of node {node} is {value}; it must be finite or absent")]
    NotFinite {
        /// The node.
        node: usize,
        /// The value found.
        value: f64,
    },
}

impl Default for TreeConfig {
    fn default() -> Self {
        Self { local: 1.0, global: 0.0, scale: TreeScale::Std, ddof: 1, eps: 1e-6 }
    }
}

impl TreeColumns<'_> {
    fn check(&self) -> Result<(), TreeError> {
        let nodes = self.trees.total();
        assert_eq!(self.parents.len(), nodes, "parents");
        assert_eq!(self.tokens.len(), nodes, "tokens");
        assert_eq!(self.mask.len(), self.tokens.total(), "mask");
        assert_eq!(self.outcomes.len(), nodes, "outcomes");
        for tree in self.trees.iter() {
            for node in tree.clone() {
                let is_placed = match self.parents[node] {
                    None => node == tree.start,
                    Some(parent) => (tree.start..node).contains(&parent),
                };
                if !is_placed {
                    return Err(TreeError::Parent { node });
                }
                match self.outcomes[node] {
                    Some(value) if !value.is_finite() => return Err(TreeError::NotFinite { node, value }),
                    _ => {}
                }
                if let Some(parent) = self.parents[node].filter(|parent| self.outcomes[*parent].is_some()) {
                    return Err(TreeError::InnerOutcome { node: parent });
                }
            }
        }
        Ok(())
    }

    /// Per node: the mean outcome of the scored leaves below it, where there are any.
    ///
    /// # Errors
    /// [`TreeError`] where the columns are no trees.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn values(&self) -> Result<Vec<Option<f64>>, TreeError> {
        self.check()?;
        // Children come after their parents: backwards, a node is complete before it is passed up.
        let mut below: Vec<Leaves> = self.outcomes.iter().map(|outcome| Leaves::of(*outcome)).collect();
        for node in (0..below.len()).rev() {
            if let Some(parent) = self.parents[node] {
                below[parent] = below[parent].joined(below[node]);
            }
        }
        Ok(below.into_iter().map(Leaves::mean).collect())
    }
}

/// The outcomes of the scored leaves below a node.
#[derive(Clone, Copy)]
struct Leaves {
    count: u32,
    sum: f64,
    least: f64,
    greatest: f64,
}

impl Leaves {
    fn of(outcome: Option<f64>) -> Self {
        match outcome {
            Some(outcome) => Self { count: 1, sum: outcome, least: outcome, greatest: outcome },
            None => Self { count: 0, sum: 0.0, least: f64::INFINITY, greatest: f64::NEG_INFINITY },
        }
    }

    fn joined(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            least: self.least.min(other.least),
            greatest: self.greatest.max(other.greatest),
        }
    }

    /// Of equal outcomes exactly that outcome: their mean may differ from it by rounding, which nothing may be divided by.
    fn mean(self) -> Option<f64> {
        let mean = if self.least == self.greatest { self.least } else { self.sum / f64::from(self.count) };
        (self.count > 0).then_some(mean)
    }
}

impl TreeConfig {
    /// Writes the advantage of every token into `out` (overwriting it; 0 on masked ones, on roots and on nodes without a scored leaf).
    ///
    /// # Errors
    /// [`TreeError`] where the columns are no trees.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn advantages<R: Real>(&self, columns: &TreeColumns<'_>, out: &mut [R]) -> Result<(), TreeError> {
        assert_eq!(out.len(), columns.tokens.total(), "out");
        let values = columns.values()?;
        out.fill(R::default());
        for tree in columns.trees.iter() {
            let root = values.get(tree.start).copied().flatten();
            let advantages = tree.filter_map(|node| {
                let (value, parent) = (values[node]?, columns.parents[node]?);
                // What is below a node is below its parent and the root too.
                Some((node, self.local * (value - values[parent]?) + self.global * (value - root?)))
            });
            let advantages: Vec<(usize, f64)> = advantages.collect();
            let divisor = match self.scale {
                TreeScale::None => 1.0,
                TreeScale::Std => self.deviation(&advantages),
            };
            for (node, advantage) in advantages {
                // Where all nodes are worth the same there is nothing to divide by.
                let advantage = if advantage == 0.0 { 0.0 } else { advantage / divisor };
                for token in columns.tokens.range(node).filter(|&token| columns.mask[token]) {
                    out[token] = R::narrow(advantage);
                }
            }
        }
        Ok(())
    }

    fn deviation(&self, advantages: &[(usize, f64)]) -> f64 {
        let count = advantages.len();
        let mean = advantages.iter().map(|(_, advantage)| advantage).sum::<f64>() / count as f64;
        let squares: f64 = advantages.iter().map(|(_, advantage)| (advantage - mean).powi(2)).sum();
        (squares / count.saturating_sub(usize::from(self.ddof)).max(1) as f64).sqrt() + self.eps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn advantages(
        config: &TreeConfig,
        parents: &[Option<usize>],
        outcomes: &[Option<f64>],
    ) -> Result<Vec<f64>, TreeError> {
        let (trees, tokens) = (Segments::from_lengths([parents.len()]), Segments::from_lengths(vec![1; parents.len()]));
        let mask = vec![true; parents.len()];
        let mut out = vec![f64::NAN; parents.len()];
        config.advantages(&TreeColumns { trees: &trees, parents, tokens: &tokens, mask: &mask, outcomes }, &mut out)?;
        Ok(out)
    }

    const LOCAL: TreeConfig = TreeConfig { local: 1.0, global: 0.0, scale: TreeScale::None, ddof: 1, eps: 0.0 };
    /// A root, its children a and b, three leaves of a, three of b.
    const PARENTS: [Option<usize>; 9] = [None, Some(0), Some(0), Some(1), Some(1), Some(1), Some(2), Some(2), Some(2)];

    fn outcomes() -> Vec<Option<f64>> {
        let leaves = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0].map(Some);
        [vec![None; 3], leaves.to_vec()].concat()
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn treeps_rag_local_advantages() {
        let third = 1.0 / 3.0;
        let found = advantages(&LOCAL, &PARENTS, &outcomes()).unwrap();
        close(&found, &[0.0, third, -third, third, third, -2.0 * third, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn global_and_scale_by_hand() {
        let third = 1.0 / 3.0;
        let both = TreeConfig { global: 1.0, ..LOCAL };
        let found = advantages(&both, &PARENTS, &outcomes()).unwrap();
        close(&found[1..6], &[2.0 * third, -2.0 * third, 3.0 * third, 3.0 * third, -3.0 * third]);
        // Local advantages in thirds: 1, -1, 1, 1, -2, 0, 0, 0: mean 0, squares 8, population variance 1/9.
        let scaled = TreeConfig { scale: TreeScale::Std, ddof: 0, ..LOCAL };
        let found = advantages(&scaled, &PARENTS, &outcomes()).unwrap();
        close(&found, &[0.0, 1.0, -1.0, 1.0, 1.0, -2.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn nodes_without_a_scored_leaf_stay_out() {
        let parents = [None, Some(0), Some(0), Some(2)];
        let found = advantages(&LOCAL, &parents, &[None, Some(1.0), None, None]).unwrap();
        assert_eq!(found, [0.0; 4]);
        assert_eq!(advantages(&TreeConfig::default(), &parents, &[None; 4]).unwrap(), [0.0; 4]);
    }

    #[test]
    fn equal_outcomes_give_exactly_zero() {
        // (0.1 + 0.1 + 0.1) / 3 is not 0.1, and without eps the difference would be divided by itself.
        let parents = [None, Some(0), Some(0), Some(1), Some(1)];
        let outcomes = [None, None, Some(0.1), Some(0.1), Some(0.1)];
        let exact = TreeConfig { eps: 0.0, ..TreeConfig::default() };
        assert_eq!(advantages(&exact, &parents, &outcomes).unwrap(), [0.0; 5]);
    }

    #[test]
    fn what_is_no_tree_is_named() {
        let fault = |parents: &[_], outcomes: &[_]| advantages(&LOCAL, parents, outcomes).unwrap_err();
        assert_eq!(fault(&[None, None], &[None; 2]), TreeError::Parent { node: 1 });
        assert_eq!(fault(&[None, Some(1)], &[None; 2]), TreeError::Parent { node: 1 });
        assert_eq!(fault(&[None, Some(0)], &[Some(1.0), None]), TreeError::InnerOutcome { node: 0 });
        assert!(matches!(fault(&[None], &[Some(f64::NAN)]), TreeError::NotFinite { node: 0, .. }));
    }

    proptest! {
        #[test]
        fn local_advantages_telescope_to_the_global_one(
            draws in prop::collection::vec((0..100_usize, 0.0..1.0_f64), 1..20),
        ) {
            let parents: Vec<_> = (0..draws.len()).map(|node| node.checked_sub(1).map(|_| draws[node].0 % node)).collect();
            let is_leaf = |node: usize| parents.iter().all(|parent| *parent != Some(node));
            let outcomes: Vec<_> = (0..draws.len()).map(|node| is_leaf(node).then_some(draws[node].1)).collect();
            let local = advantages(&LOCAL, &parents, &outcomes).unwrap();
            let global = advantages(&TreeConfig { local: 0.0, global: 1.0, ..LOCAL }, &parents, &outcomes).unwrap();
            for node in 0..draws.len() {
                let path = std::iter::successors(Some(node), |node| parents[*node]);
                let sum: f64 = path.map(|node| local[node]).sum();
                prop_assert!((sum - global[node]).abs() < 1e-12);
            }
        }
    }
}
