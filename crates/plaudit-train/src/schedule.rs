//! The learning rate over updates.

use plaudit_recipe::Schedule;

/// The learning rate of update `update` (from 1) of `total`: rises linearly to `peak` over the first `warmup` updates, then stays or
/// falls along half a cosine, reaching 0 one update after the last, so that no update is without effect.
///
///   warm-up  rate = peak * update / warmup
///   cosine   rate = peak * (1 + cos(pi * (update - 1 - warmup) / (total - warmup))) / 2    after it (u = update, w = warmup)
pub(crate) fn learning_rate(schedule: Schedule, peak: f64, warmup: usize, update: u64, total: u64) -> f64 {
    let warmup = warmup as u64;
    if update <= warmup {
        return peak * update as f64 / warmup as f64;
    }
    match schedule {
        Schedule::Constant => peak,
        Schedule::Cosine => {
            let done = (update - 1 - warmup) as f64 / total.saturating_sub(warmup).max(1) as f64;
            peak * 0.5 * (1.0 + (std::f64::consts::PI * done.min(1.0)).cos())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_then_stays_or_falls() {
        let rates = |schedule| (1..=6).map(|update| learning_rate(schedule, 2.0, 2, update, 6)).collect::<Vec<f64>>();
        assert_eq!(rates(Schedule::Constant), [1.0, 2.0, 2.0, 2.0, 2.0, 2.0]);
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let cosine = [1.0, 2.0, 2.0, 1.0 + half, 1.0, 1.0 - half];
        for (rate, expected) in rates(Schedule::Cosine).into_iter().zip(cosine) {
            assert!((rate - expected).abs() < 1e-15, "{rate} {expected}");
        }
        assert_eq!(learning_rate(Schedule::Cosine, 3.0, 0, 1, 1), 3.0);
        // A run shorter than its warm-up.
        assert_eq!(learning_rate(Schedule::Cosine, 3.0, 10, 5, 5), 1.5);
    }
}
