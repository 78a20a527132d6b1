//! The time that a call takes.

use std::time::{Duration, Instant};

/// The least milliseconds of several runs; one that takes less than `least` needs no second.
pub(crate) fn fastest(runs: usize, least: f64, mut run: impl FnMut()) -> f64 {
    let mut fastest = Duration::MAX;
    for _ in 0..runs {
        let start = Instant::now();
        run();
        fastest = fastest.min(start.elapsed());
        if fastest.as_secs_f64() * 1000.0 < least {
            break;
        }
    }
    fastest.as_secs_f64() * 1000.0
}
