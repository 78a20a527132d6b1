//! Metrics of chunks: how they add up, and how people read them.
//!
//! Every objective reports `tokens` (unmasked ones seen) first. The other metrics are sums over those tokens, except that
//! a name ending in `_max` is their maximum and one ending in `_min` their minimum.

use plaudit_core::Loss;

/// The sum of squared ratios; read by people as the effective sample size.
const SQUARES: &str = "ratio_square";

fn is_maximum(name: &str) -> bool {
    name.ends_with("_max")
}

fn is_minimum(name: &str) -> bool {
    name.ends_with("_min")
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
        *value = if is_maximum(name) {
            value.max(*share)
        } else if is_minimum(name) {
            value.min(*share)
        } else {
            *value + share
        };
    }
}

/// The metrics of a whole batch as people read them, without `tokens`: means per unmasked token (shares, where the sum is a count), maxima
/// and minima as they are, and in the place of the squared ratios `effective_sample_size`, Kish's (sum r)^2 / sum r^2 as a share of the
/// tokens: 1 where all ratios are equal, and less the more a few tokens outweigh the rest. All are 0 where there are no tokens.
pub fn per_token(loss: &Loss) -> impl Iterator<Item = (&'static str, f64)> + '_ {
    let find = |wanted: &str| loss.metrics.iter().find(|(name, _)| *name == wanted).map_or(0.0, |(_, value)| *value);
    let (tokens, ratio) = (find("tokens"), find("ratio"));
    let read = move |&(name, value): &(&'static str, f64)| match name {
        _ if tokens == 0.0 => (if name == SQUARES { "effective_sample_size" } else { name }, 0.0),
        SQUARES => ("effective_sample_size", ratio * ratio / (tokens * value)),
        _ if is_maximum(name) || is_minimum(name) => (name, value),
        _ => (name, value / tokens),
    };
    loss.metrics.iter().filter(|(name, _)| *name != "tokens").map(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_and_extremes_do_not() {
        let chunk = |value, tokens, clip, min, max| Loss {
            value,
            metrics: vec![("tokens", tokens), ("clip_low", clip), ("ratio_min", min), ("ratio_max", max)],
        };
        let mut total = Loss::default();
        accumulate(&mut total, &chunk(1.0, 3.0, 1.0, 0.75, 1.5));
        accumulate(&mut total, &chunk(0.5, 1.0, 1.0, 0.5, 1.25));
        assert_eq!(total, chunk(1.5, 4.0, 2.0, 0.5, 1.5));
        let read = [("clip_low", 0.5), ("ratio_min", 0.5), ("ratio_max", 1.5)];
        assert_eq!(per_token(&total).collect::<Vec<_>>(), read);
        assert_eq!(per_token(&chunk(0.0, 0.0, 0.0, f64::INFINITY, 0.0)).nth(1), Some(("ratio_min", 0.0)));
    }

    #[test]
    fn the_effective_sample_size_is_a_share_of_tokens() {
        // Ratios 1, 1, 4: 6^2 / 18 = 2 of 3 tokens.
        let loss = Loss { value: 0.0, metrics: vec![("tokens", 3.0), ("ratio", 6.0), ("ratio_square", 18.0)] };
        assert_eq!(per_token(&loss).last(), Some(("effective_sample_size", 2.0 / 3.0)));
    }
}
