//! Partners for the items of two collections.

use super::Comparer;
use crate::math::{Equality, Expr};
use plaudit_core::Limit;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What it takes to try a column.
const PAIR_STEPS: u64 = 8;

/// How the items of one collection (rows) compare with as many of another one (columns), as far as it was asked.
pub(super) struct Pairs<'a, 'b> {
    comparer: &'a mut Comparer<'b>,
    rows: Vec<&'a Expr>,
    columns: Vec<&'a Expr>,
    known: BTreeMap<(usize, usize), Equality>,
}

impl<'a, 'b> Pairs<'a, 'b> {
    /// As many rows as columns, none of them compared.
    pub(super) fn new(comparer: &'a mut Comparer<'b>, rows: Vec<&'a Expr>, columns: Vec<&'a Expr>) -> Self {
        debug_assert_eq!(rows.len(), columns.len());
        Self { comparer, rows, columns, known: BTreeMap::new() }
    }

    /// How one row compares with one column.
    pub(super) fn get(&mut self, row: usize, column: usize) -> Result<&Equality, Limit> {
        match self.known.entry((row, column)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(self.comparer.compare(self.rows[row], self.columns[column])?)),
        }
    }

    /// The partner's column for each row, or a row that is left over. Kuhn's algorithm; columns in turn from the one at the row's own place,
    /// as most lists have one order, so that the result is always the same one.
    pub(super) fn matching(
        &mut self,
        is_possible: impl Fn(&Equality) -> bool,
    ) -> Result<Result<Vec<usize>, usize>, Limit> {
        let count = self.rows.len();
        let mut row_of = vec![None; count];
        for row in 0..count {
            let mut seen = BTreeSet::new();
            // Rows whose partner is looked for, each with how many columns were tried.
            let mut path = vec![(row, 0)];
            loop {
                let Some((last, tried)) = path.last_mut() else {
                    return Ok(Err(row));
                };
                if *tried == count {
                    path.pop();
                    continue;
                }
                let (this, column) = (*last, (*last + *tried) % count);
                *tried += 1;
                self.comparer.budget.take(PAIR_STEPS)?;
                if seen.contains(&column) || !is_possible(self.get(this, column)?) {
                    continue;
                }
                seen.insert(column);
                match row_of[column] {
                    Some(other) => path.push((other, 0)),
                    None => break,
                }
            }
            for (row, tried) in path {
                row_of[(row + tried - 1) % count] = Some(row);
            }
        }
        let mut partners = vec![0; count];
        for (column, row) in row_of.into_iter().enumerate() {
            partners[row.expect("as many columns as rows, and each row has one")] = column;
        }
        Ok(Ok(partners))
    }

    /// The first pair that is neither equal nor different: there is one where pairs that may be equal have partners, and equal ones have not.
    pub(super) fn doubt(&self) -> Equality {
        let doubts = self.known.values().find(|pair| matches!(pair, Equality::Unknown { .. }));
        doubts.cloned().expect("without a doubt, what is possible is equal")
    }
}
