//! Linear assignment: who stands for whom, one to one.

/// The most rows or columns for which [`greatest_total`] takes a few milliseconds. Its time grows with the cube of the size.
pub const MAX_SIZE: usize = 256;

/// The one-to-one matching of rows with columns of greatest total similarity, by shortest augmenting paths (the Hungarian method): per row its
/// column, or `None` where there are more rows than columns. `similarity` has a row of finite numbers of the same length for each row; below 0
/// they count as they are, as every row or every column is matched. Of matchings that are equally good, the same one is always found.
///
/// Source: Kuhn (1955); Jonker & Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems" (1987).
///
/// ```
/// use plaudit_core::assignment::greatest_total;
/// // 0.8 + 0.8 and not 0.9 + 0.
/// assert_eq!(greatest_total(&[vec![0.9, 0.8], vec![0.8, 0.0]]), [Some(1), Some(0)]);
/// ```
pub fn greatest_total(similarity: &[Vec<f64>]) -> Vec<Option<usize>> {
    let columns = similarity.first().map_or(0, Vec::len);
    // A square problem, padded with similarity 0.
    let size = similarity.len().max(columns);
    let cost =
        |row: usize, column: usize| similarity.get(row).and_then(|row| row.get(column)).map_or(0.0, |score| -score);
    // Potentials of rows and columns; `holder[column]` is the row matched with it. Column `size` stands for the row being placed.
    let (mut of_row, mut of_column, mut holder) = (vec![0.0; size], vec![0.0; size + 1], vec![usize::MAX; size + 1]);
    for placed in 0..size {
        holder[size] = placed;
        let (mut column, mut nearest) = (size, vec![f64::INFINITY; size]);
        let (mut previous, mut visited) = (vec![size; size], vec![false; size + 1]);
        while holder[column] != usize::MAX {
            visited[column] = true;
            let row = holder[column];
            let mut next = size;
            for other in (0..size).filter(|&other| !visited[other]) {
                let slack = cost(row, other) - of_row[row] - of_column[other];
                if slack < nearest[other] {
                    (nearest[other], previous[other]) = (slack, column);
                }
                if next == size || nearest[other] < nearest[next] {
                    next = other;
                }
            }
            let step = nearest[next];
            for other in 0..=size {
                if visited[other] {
                    of_row[holder[other]] += step;
                    of_column[other] -= step;
                } else {
                    nearest[other] -= step;
                }
            }
            column = next;
        }
        while column != size {
            holder[column] = holder[previous[column]];
            column = previous[column];
        }
    }
    let mut matched = vec![None; similarity.len()];
    for (column, &row) in holder[..columns].iter().enumerate().filter(|(_, row)| **row < similarity.len()) {
        matched[row] = Some(column);
    }
    matched
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The greatest total similarity, by trying everything.
    fn best(similarity: &[Vec<f64>], row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == similarity.len() {
            return 0.0;
        }
        let mut value = best(similarity, row + 1, taken);
        for column in 0..taken.len() {
            if !taken[column] {
                taken[column] = true;
                value = value.max(similarity[row][column] + best(similarity, row + 1, taken));
                taken[column] = false;
            }
        }
        value
    }

    #[test]
    fn empty_sides() {
        assert!(greatest_total(&[]).is_empty());
        assert_eq!(greatest_total(&[vec![], vec![]]), [None, None]);
        assert_eq!(greatest_total(&[vec![1.0], vec![1.0]]), [Some(0), None]);
    }

    proptest! {
        #[test]
        fn the_matching_is_the_best_of_all(
            rows in 1..5_usize, columns in 1..5_usize, draws in prop::collection::vec(0.0..1.0_f64, 16),
        ) {
            let similarity: Vec<Vec<f64>> = (0..rows).map(|row| draws[4 * row..4 * row + columns].to_vec()).collect();
            let found = greatest_total(&similarity);
            let mut used: Vec<usize> = found.iter().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), rows.min(columns));
            let total: f64 = found.iter().enumerate().filter_map(|(row, column)| column.map(|column| similarity[row][column])).sum();
            // Sums of the same terms in another order.
            prop_assert!((total - best(&similarity, 0, &mut vec![false; columns])).abs() < 1e-12);
        }
    }
}
