//! What policy-gradient objectives report.

use crate::block::Column;
use crate::exponential::{LANES, folded, sum};
use plaudit_core::Loss;

/// The most ways in which an objective holds or limits a token.
pub(crate) const CLIPS: usize = 3;

/// The loss of some samples, and sums over their unmasked tokens; see [`crate::per_token`].
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// Their share of the loss.
    pub(crate) value: f64,
    pub(crate) tokens: f64,
    ratio: f64,
    ratio_square: f64,
    ratio_min: f64,
    ratio_max: f64,
    pub(crate) clips: [f64; CLIPS],
    /// Tokens whose dL/dlogp is exactly 0.
    pub(crate) zero_gradient: f64,
    /// k3 estimate of KL(sampler || policy), nats.
    pub(crate) kl_old: f64,
    /// The configured estimate of KL(policy || reference), nats.
    pub(crate) kl_ref: f64,
    /// Nats.
    pub(crate) entropy: f64,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            value: 0.0,
            tokens: 0.0,
            ratio: 0.0,
            ratio_square: 0.0,
            ratio_min: f64::INFINITY,
            ratio_max: 0.0,
            clips: [0.0; CLIPS],
            zero_gradient: 0.0,
            kl_old: 0.0,
            kl_ref: 0.0,
            entropy: 0.0,
        }
    }
}

impl Sums {
    /// The sums of two chunks, this one being the earlier.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            value: self.value + other.value,
            tokens: self.tokens + other.tokens,
            ratio: self.ratio + other.ratio,
            ratio_square: self.ratio_square + other.ratio_square,
            ratio_min: self.ratio_min.min(other.ratio_min),
            ratio_max: self.ratio_max.max(other.ratio_max),
            clips: std::array::from_fn(|clip| self.clips[clip] + other.clips[clip]),
            zero_gradient: self.zero_gradient + other.zero_gradient,
            kl_old: self.kl_old + other.kl_old,
            kl_ref: self.kl_ref + other.kl_ref,
            entropy: self.entropy + other.entropy,
        }
    }

    /// Adds the ratios of a block; `scratch` is overwritten.
    #[inline(always)]
    pub(crate) fn add_ratios(&mut self, ratios: &[f64], scratch: &mut Column) {
        for (square, ratio) in scratch.iter_mut().zip(ratios) {
            *square = ratio * ratio;
        }
        self.ratio += sum(ratios);
        self.ratio_square += sum(&scratch[..ratios.len()]);
        let (mut low, mut high) = ([self.ratio_min; LANES], [self.ratio_max; LANES]);
        // NaN is neither less nor greater.
        let least = |left: f64, right: f64| if right < left { right } else { left };
        let greatest = |left: f64, right: f64| if right > left { right } else { left };
        let (rows, rest) = ratios.as_chunks::<LANES>();
        for row in rows {
            for lane in 0..LANES {
                low[lane] = least(low[lane], row[lane]);
                high[lane] = greatest(high[lane], row[lane]);
            }
        }
        for (lane, ratio) in rest.iter().enumerate() {
            low[lane] = least(low[lane], *ratio);
            high[lane] = greatest(high[lane], *ratio);
        }
        self.ratio_min = folded(low, least);
        self.ratio_max = folded(high, greatest);
    }

    pub(crate) fn loss(&self, clips: &[&'static str], reference: bool, entropy: bool) -> Loss {
        let mut metrics = vec![
            ("tokens", self.tokens),
            ("ratio", self.ratio),
            ("ratio_square", self.ratio_square),
            ("ratio_min", self.ratio_min),
            ("ratio_max", self.ratio_max),
        ];
        metrics.extend(clips.iter().copied().zip(self.clips));
        metrics.extend([("zero_gradient", self.zero_gradient), ("kl_old", self.kl_old)]);
        metrics.extend(reference.then_some(("kl_ref", self.kl_ref)));
        metrics.extend(entropy.then_some(("entropy", self.entropy)));
        Loss { value: self.value, metrics }
    }
}
