//! Agreement of two orders: Kendall's tau.
//!
//! ```text
//! tau-a = (concordant - discordant) / pairs
//! tau-b = (concordant - discordant) / sqrt((pairs - ties in a) (pairs - ties in b))
//! ```
//! In [-1, 1], higher is better, symmetric, 1 for the same order and -1 for the reverse. With ties, tau-a stays below 1.
//!
//! Source: Kendall, "A New Measure of Rank Correlation" (1938) and "The Treatment of Ties in Ranking Problems" (1945).

use super::{CheckError, finite, table};
use std::cmp::Ordering;

/// Both forms; see [`kendall`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kendall {
    /// Ties count as neither concordant nor discordant.
    pub tau_a: f64,
    /// Adjusted for ties; `None` where all values of a side are the same.
    pub tau_b: Option<f64>,
}

impl Kendall {
    /// tau-a in [0, 1], as rewards want it: (tau + 1) / 2.
    pub fn unit(self) -> f64 {
        f64::midpoint(self.tau_a, 1.0)
    }
}

/// The agreement of the orders in which `a` and `b` put the same items.
///
/// # Errors
/// [`CheckError::Input`] for different lengths or numbers that are not finite, [`CheckError::Undefined`] for fewer than two items,
/// [`CheckError::OverBudget`] for more than 1024 items (their square is over [`super::MAX_CELLS`]).
///
/// ```
/// use plaudit_verify::check::order::kendall;
/// // Two of three pairs agree, one is tied in b.
/// let tau = kendall(&[5.0, 3.0, 1.0], &[4.0, 4.0, 1.0]).unwrap();
/// assert_eq!(tau.tau_a, 2.0 / 3.0);
/// assert!((tau.tau_b.unwrap() - 2.0 / 6.0_f64.sqrt()).abs() < 1e-12);
/// ```
pub fn kendall(a: &[f64], b: &[f64]) -> Result<Kendall, CheckError> {
    finite(a.iter().chain(b).copied())?;
    match a.len() {
        length if length != b.len() => return Err(CheckError::Input("different numbers of items")),
        0 | 1 => return Err(CheckError::Undefined("fewer than two items")),
        length => table(length, length)?,
    }
    let (mut balance, mut ties_in_a, mut ties_in_b) = (0_i64, 0_i64, 0_i64);
    for i in 0..a.len() {
        for j in 0..i {
            // Finite numbers always compare.
            let in_a = a[i].partial_cmp(&a[j]).map_or(0, sign);
            let in_b = b[i].partial_cmp(&b[j]).map_or(0, sign);
            balance += in_a * in_b;
            ties_in_a += i64::from(in_a == 0);
            ties_in_b += i64::from(in_b == 0);
        }
    }
    let pairs = (a.len() * (a.len() - 1) / 2) as i64;
    // The square root of each factor, as their product is exact only below 2^53.
    let root = ((pairs - ties_in_a) as f64).sqrt() * ((pairs - ties_in_b) as f64).sqrt();
    let tau_b = (root > 0.0).then(|| (balance as f64 / root).clamp(-1.0, 1.0));
    Ok(Kendall { tau_a: balance as f64 / pairs as f64, tau_b })
}

fn sign(order: Ordering) -> i64 {
    order as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Limit;
    use proptest::prelude::*;

    #[test]
    fn what_has_no_score() {
        assert!(matches!(kendall(&[1.0], &[1.0]), Err(CheckError::Undefined(_))));
        assert!(matches!(kendall(&[1.0, 2.0], &[1.0]), Err(CheckError::Input(_))));
        assert!(matches!(kendall(&[1.0, f64::NAN], &[1.0, 2.0]), Err(CheckError::Input(_))));
        assert_eq!(kendall(&[1.0; 2000], &[1.0; 2000]), Err(CheckError::OverBudget(Limit::Steps)));
        assert_eq!(kendall(&[1.0, 1.0], &[1.0, 2.0]), Ok(Kendall { tau_a: 0.0, tau_b: None }));
        assert_eq!(kendall(&[1.0, 2.0], &[3.0, 4.0]).unwrap().unit(), 1.0);
    }

    proptest! {
        #[test]
        fn tau_is_bounded_symmetric_and_turns_with_an_order(
            items in prop::collection::vec((0..5_u8, 0..5_u8), 2..12),
        ) {
            let a: Vec<f64> = items.iter().map(|(a, _)| f64::from(*a)).collect();
            let b: Vec<f64> = items.iter().map(|(_, b)| f64::from(*b)).collect();
            let tau = kendall(&a, &b).unwrap();
            prop_assert_eq!(tau, kendall(&b, &a).unwrap());
            prop_assert!((-1.0..=1.0).contains(&tau.tau_a) && tau.tau_b.is_none_or(|tau| (-1.0..=1.0).contains(&tau)));
            let turned: Vec<f64> = b.iter().map(|value| -value).collect();
            prop_assert_eq!(kendall(&a, &turned).unwrap().tau_a, -tau.tau_a);
            prop_assert!(kendall(&a, &a).unwrap().tau_b.is_none_or(|tau| (tau - 1.0).abs() < 1e-12));
            let mut both = items.clone();
            both.reverse();
            let (a, b): (Vec<f64>, Vec<f64>) = both.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            prop_assert_eq!(tau, kendall(&a, &b).unwrap());
        }
    }
}
