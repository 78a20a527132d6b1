//! The losses of a pair, one function of its two log-ratios each.

use super::Dpo;
use crate::numeric::{sigmoid, softplus, times};
use crate::pairs::Side;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A loss over pairs. With c and r the summed log-ratios of chosen and rejected, z = score(c) - score(r) (`divergence`; c - r by default),
/// z' the same with both scores divided by their number of tokens, e = `label_smoothing`, s the logistic function:
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DpoLoss {
    /// -(1 - e) ln s(beta z) - e ln s(-beta z): DPO (arXiv 2305.18290), with e > 0 conservative DPO.
    #[default]
    Sigmoid,
    /// max(0, 1 - beta z): SLiC (arXiv 2305.10425) with the reference's scores.
    Hinge,
    /// (z' - 1 / (2 beta))^2: IPO (arXiv 2310.12036).
    Ipo,
    /// KL of (s(beta z), s(-beta z)) from (1 - e, e): EXO (arXiv 2402.00856); needs e > 0, 0.001 in the paper.
    ExoPair,
    /// -ln s(beta c) - ln s(-beta c) / 2 - ln s(-beta r) / 2: NCA (arXiv 2402.05369).
    NcaPair,
    /// (-(1 - e) ln s(beta z) + e ln s(-beta z)) / (1 - 2e): labels flipped with probability e < 1/2 (arXiv 2403.00409).
    Robust,
    /// -ln s(beta c) - ln s(-beta r): BCO (arXiv 2404.04656) without its running mean.
    BcoPair,
    /// (c - 1 / (2 beta))^2 + (r + 1 / (2 beta))^2: SPPO (arXiv 2405.00675) with hard preferences.
    SppoHard,
    /// `sigmoid` with z the difference of sorted c - r of the policy and sorted c - r of the reference (arXiv 2406.05882).
    Aot,
    /// `sigmoid` with z the difference of sorted c and sorted r.
    AotUnpaired,
    /// s(-beta c) + s(beta r): APO-zero (arXiv 2408.06266), for chosen answers better than what the policy writes.
    ApoZero,
    /// s(beta c) + s(-beta (c - r)): APO-down, for chosen answers worse than what the policy writes.
    ApoDown,
    /// With x = beta z and m = s(x / temperature): -(1 - m) ln s(x) + m exp(-x): DiscoPOP (arXiv 2406.08414).
    Discopop,
    /// Negative log-likelihood of the chosen side, the mean over all its tokens in the batch.
    Sft,
    /// -ln s(beta z').
    SigmoidNorm,
}

impl DpoLoss {
    /// Whether it is a function of scores, which `divergence` makes of log-ratios; the others read the log-ratios themselves, and their
    /// papers know no other divergence.
    pub fn reads_divergence(self) -> bool {
        use DpoLoss::{Discopop, ExoPair, Hinge, Ipo, Robust, Sigmoid, SigmoidNorm};
        matches!(self, Sigmoid | Hinge | Ipo | ExoPair | Robust | Discopop | SigmoidNorm)
    }
}

/// -ln sigmoid(x) and its derivative.
fn logistic(x: f64) -> (f64, f64) {
    (softplus(-x), -sigmoid(-x))
}

/// The logistic loss of a label that is wrong with probability `smoothing`.
pub(crate) fn smoothed(x: f64, smoothing: f64) -> (f64, f64) {
    let ((right, right_slope), (wrong, wrong_slope)) = (logistic(x), logistic(-x));
    (times(1.0 - smoothing, right) + times(smoothing, wrong), (1.0 - smoothing) * right_slope - smoothing * wrong_slope)
}

/// max(0, 1 - x); NaN stays.
pub(crate) fn hinge(x: f64) -> (f64, f64) {
    if x >= 1.0 { (0.0, 0.0) } else { (1.0 - x, -1.0) }
}

fn exo(x: f64, smoothing: f64) -> (f64, f64) {
    let (q, not_q) = (sigmoid(x), sigmoid(-x));
    // TRL keeps the label in single precision, which moves the loss by 1e-8.
    let single = |value: f64| f64::from(value as f32);
    let smoothing = single(smoothing);
    let right = -softplus(-x) - single((-smoothing).ln_1p());
    let wrong = -softplus(x) - single(smoothing.ln());
    (times(q, right) + times(not_q, wrong), times(q * not_q, right - wrong))
}

fn robust(x: f64, smoothing: f64) -> (f64, f64) {
    let ((right, right_slope), (wrong, wrong_slope)) = (logistic(x), logistic(-x));
    let scale = 1.0 - 2.0 * smoothing;
    (
        (times(1.0 - smoothing, right) - times(smoothing, wrong)) / scale,
        ((1.0 - smoothing) * right_slope + smoothing * wrong_slope) / scale,
    )
}

fn discopop(x: f64, temperature: f64) -> (f64, f64) {
    let (value, slope) = logistic(x);
    let (mix, rest) = (sigmoid(x / temperature), sigmoid(-x / temperature));
    // m exp(-x) as one exponential: neither factor overflows alone.
    let exponential = (-x - softplus(-x / temperature)).exp();
    // The derivative of m is m (1 - m) / temperature.
    let falling = times(1.0 - rest / temperature, exponential);
    let mixing = times(rest * mix, value) / temperature;
    (times(rest, value) + exponential, times(rest, slope) - falling - mixing)
}

impl DpoLoss {
    /// Whether it sorts the batch.
    pub(super) fn sorts(self) -> bool {
        matches!(self, Self::Aot | Self::AotUnpaired)
    }

    /// The loss of a pair and its derivatives by the log-ratios of chosen and rejected.
    pub(super) fn of_pair(self, dpo: &Dpo, sides: &[Side; 2]) -> (f64, [f64; 2]) {
        let Dpo { beta, label_smoothing, .. } = *dpo;
        let [c, r] = sides.map(|side| side.log_ratio());
        let margin = |scale: [f64; 2], loss: &dyn Fn(f64) -> (f64, f64)| {
            let [chosen, rejected] = [c, r].map(|log_ratio| dpo.divergence.score(dpo.divergence_alpha, log_ratio));
            let (value, slope) = loss(scale[0] * chosen.0 - scale[1] * rejected.0);
            (value, [times(slope * scale[0], chosen.1), -times(slope * scale[1], rejected.1)])
        };
        let scaled = |(value, slope): (f64, f64)| (value, beta * slope);
        let (whole, mean) = ([1.0; 2], sides.map(|side| side.per_token()));
        match self {
            Self::Sigmoid => margin(whole, &|z| scaled(smoothed(beta * z, label_smoothing))),
            Self::SigmoidNorm => margin(mean, &|z| scaled(logistic(beta * z))),
            Self::Hinge => margin(whole, &|z| scaled(hinge(beta * z))),
            Self::Ipo => margin(mean, &|z| squared(z - 0.5 / beta)),
            Self::ExoPair => margin(whole, &|z| scaled(exo(beta * z, label_smoothing))),
            Self::Robust => margin(whole, &|z| scaled(robust(beta * z, label_smoothing))),
            Self::Discopop => margin(whole, &|z| scaled(discopop(beta * z, dpo.discopop_temperature))),
            Self::NcaPair => {
                let ((up, up_slope), (down, down_slope)) = (logistic(beta * c), logistic(-beta * c));
                let (rejected, slope) = logistic(-beta * r);
                (up + 0.5 * down + 0.5 * rejected, [beta * (up_slope - 0.5 * down_slope), -0.5 * beta * slope])
            }
            Self::BcoPair => {
                let ((chosen, up), (rejected, down)) = (logistic(beta * c), logistic(-beta * r));
                (chosen + rejected, [beta * up, -beta * down])
            }
            Self::SppoHard => {
                let ((chosen, up), (rejected, down)) = (squared(c - 0.5 / beta), squared(r + 0.5 / beta));
                (chosen + rejected, [up, down])
            }
            Self::ApoZero => (sigmoid(-beta * c) + sigmoid(beta * r), [-beta * bell(beta * c), beta * bell(beta * r)]),
            Self::ApoDown => {
                let away = beta * bell(beta * (c - r));
                (sigmoid(beta * c) + sigmoid(-beta * (c - r)), [beta * bell(beta * c) - away, away])
            }
            Self::Aot | Self::AotUnpaired | Self::Sft => unreachable!("a loss of the batch, not of a pair"),
        }
    }

    /// Of the losses that sort: the value and the derivatives of each rank, with the pairs that chosen and rejected come from.
    pub(super) fn of_sorted(self, dpo: &Dpo, sides: &[[Side; 2]], mut add: impl FnMut([usize; 2], f64, [f64; 2])) {
        let Dpo { beta, label_smoothing, .. } = *dpo;
        let of = |value: f64| smoothed(beta * value, label_smoothing);
        if self == Self::Aot {
            let policy = |index: usize| sides[index][0].logp - sides[index][1].logp;
            let reference = |index: usize| sides[index][0].reference - sides[index][1].reference;
            for (pair, other) in ranks(sides.len(), policy).into_iter().zip(ranks(sides.len(), reference)) {
                let (value, slope) = of(policy(pair) - reference(other));
                add([pair; 2], value, [beta * slope, -beta * slope]);
            }
        } else {
            let chosen = |index: usize| sides[index][0].log_ratio();
            let rejected = |index: usize| sides[index][1].log_ratio();
            for (pair, other) in ranks(sides.len(), chosen).into_iter().zip(ranks(sides.len(), rejected)) {
                let (value, slope) = of(chosen(pair) - rejected(other));
                add([pair, other], value, [beta * slope, -beta * slope]);
            }
        }
    }
}

/// The indices in ascending order of their values, equal ones in the order of the pairs; NaN last.
fn ranks(count: usize, value: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| value(a).total_cmp(&value(b)));
    order
}

fn squared(error: f64) -> (f64, f64) {
    (error * error, 2.0 * error)
}

/// The derivative of the logistic function.
fn bell(x: f64) -> f64 {
    sigmoid(x) * sigmoid(-x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn infinite_margins_are_finite_or_honestly_infinite() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(smoothed(high, 0.0), (0.0, 0.0));
        assert_eq!(smoothed(low, 0.0), (high, -1.0));
        assert_eq!(smoothed(high, 0.1).0, high);
        assert_eq!((hinge(high), hinge(low)), ((0.0, 0.0), (high, -1.0)));
        assert_eq!((robust(high, 0.1).0, robust(high, 0.0).0, robust(low, 0.0).0), (low, 0.0, high));
        // All mass on the side that the smoothed label gives 0.9 or 0.1.
        assert!((exo(high, 0.1).0 + 0.9_f64.ln()).abs() < 1e-7 && (exo(low, 0.1).0 + 0.1_f64.ln()).abs() < 1e-7);
        assert_eq!((exo(high, 0.1).1, exo(low, 0.1).1), (0.0, 0.0));
        assert_eq!((discopop(1e4, 0.05), discopop(-1e4, 0.05)), ((0.0, 0.0), (1e4, -1.0)));
        for loss in [|x| smoothed(x, 0.1), hinge, |x| exo(x, 0.1), |x| robust(x, 0.1), |x| discopop(x, 0.05)] {
            assert!(loss(f64::NAN).0.is_nan());
        }
    }

    #[test]
    fn an_exo_without_smoothing_is_infinite() {
        assert_eq!(exo(0.5, 0.0).0, f64::INFINITY);
    }
}
