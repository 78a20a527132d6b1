//! Factors of integers, as far as they are found quickly.

use crate::math::Budget;
use dashu_int::UBig;
use dashu_int::ops::BitTest;
use plaudit_core::Limit;

/// A factor with its multiplicity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Factor {
    pub(super) value: UBig,
    pub(super) count: i64,
    /// Whether it is known to be prime. Otherwise it has no small prime factor, and may be a product of large ones.
    pub(super) is_prime: bool,
}

/// Factors of a positive integer, ascending but for the last ones; none of 1.
pub(super) fn factors(value: &UBig, budget: &mut Budget) -> Result<Vec<Factor>, Limit> {
    const LARGEST_OF_LARGE: u64 = 1000;
    let mut found = Vec::new();
    let mut rest = value.clone();
    let mut candidate = 2_u64;
    while u64::try_from(&rest).is_err() && candidate < LARGEST_OF_LARGE {
        budget.take((rest.bit_len() / 64 + 1) as u64)?;
        if let Some(count @ 1..) = rest.remove(&UBig::from(candidate)) {
            found.push(Factor { value: candidate.into(), count: count as i64, is_prime: true });
        }
        candidate += if candidate == 2 { 1 } else { 2 };
    }
    match u64::try_from(&rest) {
        Ok(small) => small_factors(small, candidate, budget, &mut found)?,
        Err(_) => cofactor(rest, budget, &mut found)?,
    }
    Ok(found)
}

/// Adds the factors of an integer that has none below `candidate`.
fn small_factors(mut rest: u64, mut candidate: u64, budget: &mut Budget, found: &mut Vec<Factor>) -> Result<(), Limit> {
    const LARGEST: u64 = 1 << 16;
    let mut tried = 0;
    while candidate < LARGEST && candidate * candidate <= rest {
        tried += 1;
        let mut count = 0;
        while rest.is_multiple_of(candidate) {
            rest /= candidate;
            count += 1;
        }
        if count > 0 {
            found.push(Factor { value: candidate.into(), count, is_prime: true });
        }
        candidate += if candidate == 2 { 1 } else { 2 };
    }
    budget.take(tried / 4 + 1)?;
    match rest {
        1 => Ok(()),
        _ if candidate * candidate > rest => {
            found.push(Factor { value: rest.into(), count: 1, is_prime: true });
            Ok(())
        }
        _ => cofactor(rest.into(), budget, found),
    }
}

/// Adds what is left without small factors: the factors of its root where it is a power.
fn cofactor(value: UBig, budget: &mut Budget, found: &mut Vec<Factor>) -> Result<(), Limit> {
    let words = (value.bit_len() / 64 + 1) as u64;
    for exponent in [2, 3, 5, 7] {
        budget.take(words * words)?;
        let root = value.nth_root(exponent);
        if root.pow(exponent) == value {
            let inner = factors(&root, budget)?;
            found.extend(inner.into_iter().map(|factor| Factor { count: factor.count * exponent as i64, ..factor }));
            return Ok(());
        }
    }
    found.push(Factor { value, count: 1, is_prime: false });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factored(value: UBig) -> Vec<(String, i64, bool)> {
        let factors = factors(&value, &mut Budget::new()).unwrap();
        factors.into_iter().map(|factor| (factor.value.to_string(), factor.count, factor.is_prime)).collect()
    }

    #[test]
    fn factors_by_hand() {
        assert_eq!(factored(1_u8.into()), []);
        assert_eq!(factored(360_u16.into()), [("2".into(), 3, true), ("3".into(), 2, true), ("5".into(), 1, true)]);
        assert_eq!(factored(65_537_u32.into()), [("65537".into(), 1, true)]);
        let large = UBig::from(65_537_u32);
        assert_eq!(
            factored(large.pow(3) * 12_u8),
            [("2".into(), 2, true), ("3".into(), 1, true), ("65537".into(), 3, true)]
        );
        assert_eq!(factored(UBig::from(10_u8).pow(200)), [("2".into(), 200, true), ("5".into(), 200, true)]);
        // 2^89 - 1 is prime, which is not found out.
        assert_eq!(factored((UBig::ONE << 89) - UBig::ONE), [("618970019642690137449562111".into(), 1, false)]);
    }
}
