//! How long rows took, in little memory.

use std::time::Duration;

/// Buckets per power of two: a quantile is off by a 32nd at most.
const FINE: u32 = 5;
/// Buckets for every time that 64 bits of nanoseconds hold.
const BUCKETS: usize = (64 - FINE as usize + 1) << FINE;

/// A histogram of times.
pub(super) struct Times {
    counts: Vec<u64>,
    total: u64,
    /// The slowest, and its line.
    pub(super) slowest: (Duration, u64),
}

impl Times {
    pub(super) fn new() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0, slowest: (Duration::ZERO, 0) }
    }

    pub(super) fn add(&mut self, time: Duration, line: u64) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanoseconds)] += 1;
        self.total += 1;
        if time > self.slowest.0 {
            self.slowest = (time, line);
        }
    }

    /// The time that a share of the rows does not exceed.
    pub(super) fn quantile(&self, share: f64) -> Duration {
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        let reached = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        Duration::from_nanos(reached.map_or(0, largest)).min(self.slowest.0)
    }
}

/// The first 32 numbers have a bucket each, then 32 buckets every power of two.
fn bucket(number: u64) -> usize {
    let excess = (u64::BITS - number.leading_zeros()).saturating_sub(FINE + 1);
    ((excess as usize) << FINE) + (number >> excess) as usize
}

/// The largest number of a bucket.
fn largest(bucket: usize) -> u64 {
    let excess = (bucket >> FINE).saturating_sub(1) as u32;
    let leading = (bucket - ((excess as usize) << FINE)) as u64;
    (leading << excess) + ((1_u64 << excess) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_narrow_bucket() {
        for number in (0..2000).chain([1 << 20, (1 << 20) + 12_345, u64::MAX / 3, u64::MAX]) {
            let largest = largest(bucket(number));
            assert!(largest >= number && largest - number <= number / 32, "{number} {largest}");
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_those_of_the_rows() {
        let mut times = Times::new();
        for line in 1..=1000 {
            times.add(Duration::from_micros(line), line);
        }
        let close = |share, micros: f64| {
            let found = times.quantile(share).as_secs_f64() * 1e6;
            assert!((found - micros).abs() <= micros / 32.0, "{share}: {found}");
        };
        close(0.5, 500.0);
        close(0.999, 999.0);
        assert_eq!((times.quantile(1.0), times.slowest), (Duration::from_millis(1), (Duration::from_millis(1), 1000)));
        assert_eq!(Times::new().quantile(0.5), Duration::ZERO);
    }
}
