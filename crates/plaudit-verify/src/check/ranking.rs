//! Quality of a ranking: NDCG, reciprocal rank, precision at k, average precision. All in [0, 1], higher is better, 1 for the best order.
//!
//! Rankings are given best place first: the gain, or whether it is relevant, of the item at each place. [`order`] makes that order from
//! scores.

use super::{CheckError, finite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a grade of relevance is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gain {
    /// The grade g.
    Linear,
    /// 2^g - 1.
    Exponential,
}

/// The items' places in descending order of score; of equal scores the earlier item first.
///
/// # Errors
/// [`CheckError::Input`] for scores that are not finite.
pub fn order(scores: &[f64]) -> Result<Vec<usize>, CheckError> {
    finite(scores.iter().copied())?;
    let mut items: Vec<usize> = (0..scores.len()).collect();
    // Adding 0 makes -0 and 0 equal.
    items.sort_by(|a, b| (scores[*b] + 0.0).total_cmp(&(scores[*a] + 0.0)));
    Ok(items)
}

/// Normalised discounted cumulative gain of the first `k` places (of all for `None`): sum of gain / log2(place + 1), divided by that of the
/// best order. `grades` are those of all items in their ranked order, at least 0.
///
/// Source: Järvelin & Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002); the exponential form: Burges et al. (2005).
///
/// # Errors
/// [`CheckError::Input`] for grades that are negative, not finite or, for exponential gains, above 1000; [`CheckError::Undefined`] where
/// no item has a gain, or k is 0.
///
/// ```
/// use plaudit_verify::check::ranking::{Gain, ndcg};
/// assert_eq!(ndcg(&[5.0, 3.0, 1.0], Gain::Linear, None), Ok(1.0));
/// // (1 + 5/log2 3) / (5 + 1/log2 3).
/// assert!((ndcg(&[1.0, 5.0], Gain::Linear, None).unwrap() - 0.737827).abs() < 1e-6);
/// ```
pub fn ndcg(grades: &[f64], gain: Gain, k: Option<usize>) -> Result<f64, CheckError> {
    finite(grades.iter().copied())?;
    let most = if gain == Gain::Exponential { 1000.0 } else { f64::MAX };
    if grades.iter().any(|grade| *grade < 0.0 || *grade > most) {
        return Err(CheckError::Input("a grade is negative or too large"));
    }
    let places = k.unwrap_or(grades.len());
    // Relative to the largest, so that no sum overflows.
    let largest = grades.iter().copied().fold(0.0, f64::max);
    let worth = |grade: f64| match gain {
        Gain::Linear => grade / largest,
        Gain::Exponential => (grade - largest).exp2() - (-largest).exp2(),
    };
    let discounted = |grades: &[f64]| -> f64 {
        grades.iter().take(places).zip(2_u32..).map(|(grade, place)| worth(*grade) / f64::from(place).log2()).sum()
    };
    let mut best = grades.to_vec();
    best.sort_by(|a, b| b.total_cmp(a));
    if largest == 0.0 || places == 0 {
        return Err(CheckError::Undefined("no item has a gain, or no place counts"));
    }
    Ok((discounted(grades) / discounted(&best)).min(1.0))
}

/// 1 / the place of the first relevant item, from 1 on; 0 where none is.
///
/// ```
/// use plaudit_verify::check::ranking::reciprocal_rank;
/// assert_eq!(reciprocal_rank(&[false, true, true]), 0.5);
/// ```
pub fn reciprocal_rank(relevant: &[bool]) -> f64 {
    relevant.iter().position(|relevant| *relevant).map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

/// The mean of [`reciprocal_rank`] over queries (MRR).
///
/// # Errors
/// [`CheckError::Undefined`] without queries.
pub fn mean_reciprocal_rank(queries: &[Vec<bool>]) -> Result<f64, CheckError> {
    let sum: f64 = queries.iter().map(|relevant| reciprocal_rank(relevant)).sum();
    if queries.is_empty() { Err(CheckError::Undefined("no queries")) } else { Ok(sum / queries.len() as f64) }
}

/// The share of the first `k` places that are relevant; places beyond the ranking's end are not.
///
/// # Errors
/// [`CheckError::Undefined`] where k is 0.
///
/// ```
/// use plaudit_verify::check::ranking::precision_at;
/// assert_eq!(precision_at(&[true, false, true, true], 3), Ok(2.0 / 3.0));
/// ```
pub fn precision_at(relevant: &[bool], k: usize) -> Result<f64, CheckError> {
    let found = relevant.iter().take(k).filter(|relevant| **relevant).count();
    if k == 0 { Err(CheckError::Undefined("no place counts")) } else { Ok(found as f64 / k as f64) }
}

/// The mean, over all relevant items, of the precision at their places; 0 for those that are not ranked. `total` is the number of relevant
/// items, ranked or not.
///
/// # Errors
/// [`CheckError::Undefined`] where no item is relevant, [`CheckError::Input`] where more are ranked than there are.
///
/// ```
/// use plaudit_verify::check::ranking::average_precision;
/// // Relevant at places 1 and 3: (1/1 + 2/3) / 2.
/// assert!((average_precision(&[true, false, true], 2).unwrap() - 5.0 / 6.0).abs() < 1e-12);
/// ```
pub fn average_precision(relevant: &[bool], total: usize) -> Result<f64, CheckError> {
    let places = relevant.iter().zip(1_usize..).filter(|(relevant, _)| **relevant).map(|(_, place)| place);
    let found: Vec<f64> = places.zip(1_usize..).map(|(place, count)| count as f64 / place as f64).collect();
    match total {
        0 => Err(CheckError::Undefined("no item is relevant")),
        _ if found.len() > total => Err(CheckError::Input("more items are relevant than the total")),
        _ => Ok(found.iter().sum::<f64>() / total as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exponential_gains_and_cut_offs() {
        // Gains 1 and 3: (1 + 3/log2 3) / (3 + 1/log2 3).
        let log = 3.0_f64.log2();
        let expected = (1.0 + 3.0 / log) / (3.0 + 1.0 / log);
        assert!((ndcg(&[1.0, 2.0], Gain::Exponential, None).unwrap() - expected).abs() < 1e-12);
        assert_eq!(ndcg(&[1.0, 2.0], Gain::Linear, Some(1)), Ok(0.5));
        assert_eq!(ndcg(&[0.0, 2.0], Gain::Linear, Some(1)), Ok(0.0));
        assert_eq!(ndcg(&[1000.0, 999.0], Gain::Exponential, None), Ok(1.0));
        assert_eq!(ndcg(&[1e308, 1e308], Gain::Linear, None), Ok(1.0));
    }

    #[test]
    fn what_has_no_score() {
        for grades in [&[][..], &[0.0]] {
            assert!(matches!(ndcg(grades, Gain::Linear, None), Err(CheckError::Undefined(_))));
        }
        assert!(matches!(ndcg(&[1.0], Gain::Linear, Some(0)), Err(CheckError::Undefined(_))));
        assert!(matches!(ndcg(&[-1.0], Gain::Linear, None), Err(CheckError::Input(_))));
        assert!(matches!(ndcg(&[1001.0], Gain::Exponential, None), Err(CheckError::Input(_))));
        assert!(matches!(average_precision(&[true], 0), Err(CheckError::Undefined(_))));
        assert!(matches!(average_precision(&[true, true], 1), Err(CheckError::Input(_))));
        assert!(matches!(precision_at(&[true], 0), Err(CheckError::Undefined(_))));
        assert_eq!(precision_at(&[true], 2), Ok(0.5));
        assert_eq!(mean_reciprocal_rank(&[vec![true], vec![false]]), Ok(0.5));
        assert!(mean_reciprocal_rank(&[]).is_err());
        assert_eq!(order(&[1.0, 3.0, 3.0]), Ok(vec![1, 2, 0]));
        assert_eq!(order(&[-0.0, 0.0]), Ok(vec![0, 1]));
        assert!(order(&[f64::NAN]).is_err());
    }

    proptest! {
        #[test]
        fn the_best_order_has_the_best_score(mut grades in prop::collection::vec(0..5_u8, 1..9), k in 1..9_usize) {
            let as_numbers = |grades: &[u8]| grades.iter().copied().map(f64::from).collect::<Vec<_>>();
            prop_assume!(grades.iter().any(|grade| *grade > 0));
            for gain in [Gain::Linear, Gain::Exponential] {
                let score = ndcg(&as_numbers(&grades), gain, Some(k)).unwrap();
                prop_assert!((0.0..=1.0).contains(&score));
            }
            grades.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(ndcg(&as_numbers(&grades), Gain::Exponential, Some(k)), Ok(1.0));
            let relevant: Vec<bool> = grades.iter().map(|grade| *grade > 2).collect();
            let total = relevant.iter().filter(|relevant| **relevant).count();
            prop_assert!(total == 0 || average_precision(&relevant, total) == Ok(1.0) && reciprocal_rank(&relevant) == 1.0);
        }
    }
}
