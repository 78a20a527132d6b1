//! Implicit actor-critic coupling: the policy's log-ratios as logits that predict whether an answer is correct.
//!
//! ```text
//! s_i = beta * sum_t ( logp_t - old_logp_t )                 over the unmasked tokens of sample i; or means, or logp alone
//! z_i = s_i - mean_{j != i} s_j                              over the n samples of its group; the gradient flows through the mean
//!       or s_i - mean_j s_j, or ( s_i - mean_j s_j ) / ( std_j s_j + 1e-6 ), or s_i
//! w_i = n / ( 2 * samples of the group with i's label )      1 where all have the same label; or 1; or 1 for one label and 0 for the other
//! L   = mean_i( w_i * ( -y_i ln sigmoid(z_i) - (1 - y_i) ln sigmoid(-z_i) ) )
//! ```
//!
//! Shapes and units: logp and old_logp one value per token in nats; label y one value per sample in [0, 1], above 1/2 correct where classes
//! are counted; groups cut the samples. Samples without an unmasked token are left out.
//!
//! Source: PACS (arXiv 2509.02522).
//!
//! Deviations: an answer alone in its group keeps z = s, as there is nothing to compare it with. The authors' code also sums masked tokens,
//! which it relies on to be equal under both policies. Where all scores are equal, the derivative by
//! their deviation is 0.
//!
//! # Example
//!
//! Three answers on policy, one correct: all logits are 0, and balancing weighs the correct one 3/2, the others 3/4.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, Pacs};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let columns = PolicyColumns {
//!     label: Some(&[1.0, 0.0, 0.0]),
//!     groups: Some(&groups),
//!     ..PolicyColumns::new(&samples, &[true; 3], &[-1.0, -2.0, -3.0])
//! };
//! let mut slopes = [0.0_f64; 3];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = Pacs::default().evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! assert!((loss.value - 2.0_f64.ln()).abs() < 1e-12);
//! // dL/dz is -1/4, 1/8 and 1/8; a sample's own minus half of the others'.
//! assert_eq!(slopes, [-0.375, 0.1875, 0.1875]);
//! ```
//!
//! # When to use
//!
//! Verified answers (right or wrong) in groups: the gradient is a policy gradient weighted by how wrong the implicit critic is,
//! so a group the policy already tells apart pushes no further. No clip, no value network.
//!
//! # Traps
//!
//! - Sums of log-ratios grow with length: long answers saturate first; lower beta.
//! - A z-score multiplies gradients by a million on the first update, where all scores are equal.
//! - Groups of one kind push too: z sums to 0 over a group, so their answers are only drawn together.
//! - Whole groups must be evaluated together.

use crate::numeric::{sigmoid, softplus, times};
use crate::sequence::{Sequence, clear, spread};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Keeps the z-score of equal scores finite.
const EPSILON: f64 = 1e-6;

/// Implicit actor-critic coupling (PACS): predict an answer's correctness from how much likelier the policy has made it than the others of
/// its group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Pacs {
    /// What a nat of the score is worth as a logit; 1 or 2 in the paper.
    #[schemars(range(min = 0.0))]
    pub beta: f64,
    /// What an answer is scored by.
    pub score: PacsScore,
    /// What is subtracted from the scores of a group.
    pub centre: PacsCentre,
    /// How much an answer counts.
    pub weights: PacsWeights,
}

/// How much an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PacsWeights {
    /// Correct and incorrect answers of a group count alike, however many there are of each.
    #[default]
    Balanced,
    /// Every answer counts 1.
    Equal,
    /// Correct answers count 1, others nothing.
    OnlyPositive,
    /// Incorrect answers count 1, others nothing.
    OnlyNegative,
}

impl PacsWeights {
    /// The weight of an answer that shares its label with `alike` of the `count` answers of its group, itself included.
    fn weight(self, is_correct: bool, alike: f64, count: f64) -> f64 {
        match self {
            Self::Balanced if alike < count => count / (2.0 * alike),
            Self::Balanced | Self::Equal => 1.0,
            Self::OnlyPositive => f64::from(u8::from(is_correct)),
            Self::OnlyNegative => f64::from(u8::from(!is_correct)),
        }
    }
}

/// What an answer is scored by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PacsScore {
    /// Sum of the log-ratios to the policy that sampled.
    #[default]
    SumLogRatio,
    /// Mean of the log-ratios.
    MeanLogRatio,
    /// Mean of the log-probabilities.
    MeanLogp,
}

/// What is subtracted from the scores of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PacsCentre {
    /// The mean of the other answers' scores.
    #[default]
    LeaveOneOut,
    /// The mean of all scores.
    Mean,
    /// The mean of all scores; the rest is divided by their standard deviation.
    ZScore,
    /// Nothing.
    None,
}

impl Default for Pacs {
    fn default() -> Self {
        Self { beta: 1.0, score: PacsScore::default(), centre: PacsCentre::default(), weights: PacsWeights::default() }
    }
}

impl<R: Real> Objective<R> for Pacs {
    fn needs(&self) -> Needs {
        Needs { old: self.score != PacsScore::MeanLogp, groups: true, label: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Group
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let (groups, labels) = (columns.groups.expect("it was asserted"), columns.label.unwrap_or_default());
        let base = (self.score != PacsScore::MeanLogp).then_some(columns.old_logp);
        let sequences: Vec<Sequence> = columns.samples.iter().map(|range| Sequence::of(columns, base, range)).collect();
        let scale = |sample: usize| match self.score {
            PacsScore::SumLogRatio => self.beta,
            PacsScore::MeanLogRatio | PacsScore::MeanLogp => self.beta / sequences[sample].tokens as f64,
        };
        let score = |sample: usize| scale(sample) * sequences[sample].log_ratio;
        // dL/dz per sample.
        let mut slopes = vec![0.0; labels.len()];
        let mut metrics = [0.0; 5];
        let mut value = 0.0;
        for group in groups.iter() {
            let members = || group.clone().filter(|&sample| sequences[sample].tokens > 0);
            let (mut count, mut correct, mut total) = (0.0, 0.0, 0.0);
            for sample in members() {
                metrics[0] += sequences[sample].tokens as f64;
                count += 1.0;
                correct += f64::from(u8::from(labels[sample] > 0.5));
                total += score(sample);
            }
            let mean = total / count;
            let deviation =
                (members().map(|sample| (score(sample) - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt();
            // z = factor * (s - mean), which an answer without others is spared.
            let (factor, mean) = match self.centre {
                _ if count < 2.0 => (1.0, 0.0),
                PacsCentre::None => (1.0, 0.0),
                PacsCentre::Mean => (1.0, mean),
                PacsCentre::LeaveOneOut => (count / (count - 1.0), mean),
                PacsCentre::ZScore => (1.0 / (deviation + EPSILON), mean),
            };
            let (mut slope_total, mut along) = (0.0, 0.0);
            for sample in members() {
                let label = labels[sample];
                let alike = if label > 0.5 { correct } else { count - correct };
                let weight = self.weights.weight(label > 0.5, alike, count);
                let logit = factor * (score(sample) - mean);
                let share = weight / totals.samples as f64;
                value += share * (times(label, softplus(-logit)) + times(1.0 - label, softplus(logit)));
                // sigmoid(z) - y, without cancellation where they are close.
                slopes[sample] = share * (times(1.0 - label, sigmoid(logit)) - times(label, sigmoid(-logit)));
                slope_total += slopes[sample];
                along += slopes[sample] * logit;
                metrics[2] += 1.0;
                metrics[3] += f64::from(u8::from((logit > 0.0) == (label > 0.5)));
                metrics[4] += score(sample);
            }
            let is_centred = self.centre != PacsCentre::None && count > 1.0;
            let is_scaled = self.centre == PacsCentre::ZScore && deviation > 0.0;
            for sample in members() {
                let through_mean = if is_centred { slope_total / count } else { 0.0 };
                let by_deviation = (score(sample) - mean) / (deviation * (count - 1.0));
                let through_deviation = if is_scaled && count > 1.0 { along * by_deviation } else { 0.0 };
                let slope = scale(sample) * factor * (slopes[sample] - through_mean - through_deviation);
                metrics[1] += spread(columns.mask, columns.samples.range(sample), slope, out);
            }
        }
        let names = ["tokens", "zero_gradient", "samples", "classified", "score"];
        Loss { value, metrics: names.into_iter().zip(metrics).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Segments;

    #[test]
    fn one_class_alone_by_hand() {
        // On policy all logits are 0: each answer that counts costs ln 2, over 3 samples, with dL/dz of -1/6 (correct) or 1/6.
        let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
        let columns = PolicyColumns {
            label: Some(&[1.0, 0.0, 0.0]),
            groups: Some(&groups),
            ..PolicyColumns::new(&samples, &[true; 3], &[-1.0, -2.0, -3.0])
        };
        let evaluate = |weights| {
            let objective = Pacs { weights, centre: PacsCentre::None, ..Pacs::default() };
            let mut slopes = [f64::NAN; 3];
            let out = &mut Derivatives { logp: &mut slopes, entropy: None };
            (objective.evaluate(&columns, &BatchTotals::of(&columns, 64), out).value, slopes)
        };
        let sixth = 0.5 / 3.0;
        for (weights, costs, expected) in [
            (PacsWeights::OnlyPositive, 1.0, [-sixth, 0.0, 0.0]),
            (PacsWeights::OnlyNegative, 2.0, [0.0, sixth, sixth]),
            (PacsWeights::Equal, 3.0, [-sixth, sixth, sixth]),
        ] {
            let (value, slopes) = evaluate(weights);
            assert!((value - costs * 2.0_f64.ln() / 3.0).abs() < 1e-15, "{weights:?}: {value}");
            assert_eq!(slopes, expected, "{weights:?}");
        }
    }
}
