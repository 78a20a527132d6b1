//! Metrics of chunks: how they add up, and how people read them.
//!
//! Every objective reports `tokens` (unmasked ones seen) first. The other metrics are sums over those tokens, except that
//! a name ending in `_max` is their maximum. A count of something else (`samples`, `pairs`) may follow: metrics after it are sums over those.

use plaudit_core::Loss;

/// What sums are over.
const COUNTS: [&str; 7] =
    ["tokens", "samples", "pairs", "desirable_samples", "undesirable_samples", "positive_tokens", "negative_tokens"];

fn is_maximum(name: &str) -> bool {
    name.ends_with("_max")
}

/// Adds one chunk's share to the batch's loss and metrics. Start from `Loss::default()` and add chunks in a fixed order.
///
/// # Panics
/// Where the two come from objectives with different metrics.
pub fn accumulate(total: &mut Loss, part: &Loss) {
    total.value += part.value;
    if total.metrics.is_empty() {
        total.metrics.clone_from(&part.metrics);
        return;
    }
    assert_eq!(total.metrics.len(), part.metrics.len(), "chunks of one batch report the same metrics");
    for ((name, value), (other, share)) in total.metrics.iter_mut().zip(&part.metrics) {
        assert_eq!(name, other, "chunks of one batch report the same metrics");
        *value = if is_maximum(name) { value.max(*share) } else { *value + share };
    }
}

/// The metrics of a whole batch as means per unmasked token (shares, where the sum is a count) or per sample or pair, maxima as they are, and
/// without the counts themselves. All means are 0 where there is nothing to take them of.
pub fn per_token(loss: &Loss) -> impl Iterator<Item = (&'static str, f64)> + '_ {
    let mut count = 0.0_f64;
    loss.metrics.iter().filter_map(move |&(name, value)| {
        if COUNTS.contains(&name) {
            count = value;
            return None;
        }
        let mean = if count == 0.0 { 0.0 } else { value / count };
        Some((name, if is_maximum(name) { value } else { mean }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_and_maxima_do_not() {
        let chunk = |value, tokens, clip, max| Loss {
            value,
            metrics: vec![("tokens", tokens), ("clip_low", clip), ("ratio_max", max)],
        };
        let mut total = Loss::default();
        accumulate(&mut total, &chunk(1.0, 3.0, 1.0, 1.5));
        accumulate(&mut total, &chunk(0.5, 1.0, 1.0, 1.25));
        assert_eq!(total, chunk(1.5, 4.0, 2.0, 1.5));
        assert_eq!(per_token(&total).collect::<Vec<_>>(), [("clip_low", 0.5), ("ratio_max", 1.5)]);
        assert_eq!(per_token(&chunk(0.0, 0.0, 0.0, 0.0)).next(), Some(("clip_low", 0.0)));
    }

    #[test]
    fn a_count_starts_other_means() {
        let metrics = vec![("tokens", 8.0), ("nll", 4.0), ("pairs", 2.0), ("pair_accuracy", 1.0)];
        let loss = Loss { value: 0.0, metrics };
        assert_eq!(per_token(&loss).collect::<Vec<_>>(), [("nll", 0.5), ("pair_accuracy", 0.5)]);
    }
}
