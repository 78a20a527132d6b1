//! Linear assignment: who stands for whom, one to one.

/// The most rows or columns that callers should ask for: random similarities take well under a millisecond then, the worst ones some ten.
/// Time grows with the cube of the size.
pub const MAX_SIZE: usize = 200;

/// The one-to-one matching of rows with columns of greatest total similarity, by shortest augmenting paths: per row its
/// column, or `None` where there are more rows than columns. `similarity` has a row of finite numbers of the same length for each row;
/// below 0 they count as they are, as every row or every column is matched. Of matchings that are equally good, the same one is always
/// found.
///
/// Source: Jonker & Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems" (1987), in the form
/// of Crouse, "On implementing 2D rectangular assignment algorithms" (2016).
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
    let mut costs = vec![0.0; size * size];
    for (row, similarity) in similarity.iter().enumerate() {
        for (cost, score) in costs[row * size..].iter_mut().zip(similarity) {
            *cost = -score;
        }
    }
    // Potentials: costs less those of row and column are never below 0, and 0 for matched pairs.
    let (mut of_row, mut of_column) = (vec![0.0; size], vec![0.0; size]);
    let (mut row_of, mut column_of) = (vec![None; size], vec![None; size]);
    let (mut distance, mut reached_from) = (vec![0.0; size], vec![0; size]);
    for placed in 0..size {
        // Dijkstra's algorithm from the row to be placed to the nearest column that is free. The first `done` of `remaining` are done.
        distance.fill(f64::INFINITY);
        let mut remaining: Vec<usize> = (0..size).collect();
        let mut done = 0;
        let (mut row, mut travelled) = (placed, 0.0);
        let free = loop {
            let costs = &costs[row * size..][..size];
            let base = travelled - of_row[row];
            let mut nearest = done;
            for index in done..size {
                let column = remaining[index];
                let through = base + costs[column] - of_column[column];
                if through < distance[column] {
                    (distance[column], reached_from[column]) = (through, row);
                }
                let best = distance[remaining[nearest]];
                // Of columns equally near one that is free, as no further row must then be looked at, else the first.
                let is_nearer = distance[column] < best
                    || distance[column] == best && row_of[column].is_none() && row_of[remaining[nearest]].is_some();
                if is_nearer {
                    nearest = index;
                }
            }
            remaining.swap(done, nearest);
            let column = remaining[done];
            done += 1;
            travelled = distance[column];
            match row_of[column] {
                Some(next) => row = next,
                None => break column,
            }
        };
        // Potentials move by what is left of the way; the last column's does not.
        of_row[placed] += travelled;
        for &column in &remaining[..done - 1] {
            let shorter = travelled - distance[column];
            of_column[column] -= shorter;
            if let Some(row) = row_of[column] {
                of_row[row] += shorter;
            }
        }
        let mut column = free;
        loop {
            let row = reached_from[column];
            row_of[column] = Some(row);
            match column_of[row].replace(column) {
                Some(before) => column = before,
                None => break,
            }
        }
    }
    column_of.truncate(similarity.len());
    column_of.into_iter().map(|column| column.filter(|column| *column < columns)).collect()
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
