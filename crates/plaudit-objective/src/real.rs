//! Rewards as labels: the answers to a prompt classified as a set, correct ones above an anchor and incorrect ones below it.
//!
//! ```text
//! s_i = mean_t ( logp_t - old_logp_t )                       over the unmasked tokens of sample i
//! L_g = ln( 1 + sum_{i correct} exp(-s_i / tau) ) + ln( 1 + sum_{j incorrect} exp(s_j / tau) )
//! L   = mean_g( L_g )                                        over groups with an unmasked token
//! ```
//!
//! The `bce` form replaces the set terms by mean_{i correct} ln(1 + exp(-s_i / tau)) and mean_{j incorrect} ln(1 + exp(s_j / tau)).
//!
//! Shapes and units: logp and old_logp one value per token in nats; label one value per sample, above 1/2 correct; groups cut the samples.
//! Samples without an unmasked token are left out.
//!
//! Source: REAL, "Rewards as Labels" (arXiv 2602.05630).
//!
//! Deviations: none known.
//!
//! # Example
//!
//! A correct answer and two incorrect ones, tau 1/2.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Objective, RewardsAsLabels};
//!
//! let (samples, groups) = (Segments::from_lengths([1; 3]), Segments::from_lengths([3]));
//! let columns = PolicyColumns {
//!     old_logp: &[-1.0; 3],
//!     label: Some(&[1.0, 0.0, 0.0]),
//!     groups: Some(&groups),
//!     ..PolicyColumns::new(&samples, &[true; 3], &[-0.9, -0.8, -1.1])
//! };
//! let mut slopes = [0.0_f64; 3];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let loss = RewardsAsLabels::default().evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // ln(1 + exp(0.4) + exp(-0.2)) = 1.197116 and ln(1 + exp(-0.2)) = 0.598139.
//! assert!((loss.value - 1.795255).abs() < 1e-6);
//! // The incorrect answers share 2 * (1 - exp(-1.197116)).
//! assert!((slopes[1] + slopes[2] - 2.0 * (1.0 - (-1.197116_f64).exp())).abs() < 1e-6);
//! ```
//!
//! # When to use
//!
//! Verified answers (right or wrong) in groups. The gradient of an answer is at most 1/tau and greatest for the worst ranked one, where
//! a ratio-weighted advantage grows with how likely a wrong answer has become. No clip, no advantage.
//!
//! # Traps
//!
//! - Groups of one kind still push: the anchor makes a group of nothing but correct answers raise them all.
//! - On the first update all s are 0: n correct answers get -1/tau / (n + 1) each, whatever the number of incorrect ones.
//! - Whole groups must be evaluated together.

use crate::numeric::{sigmoid, softplus};
use crate::sequence::{Sequence, clear, spread};
use crate::totals::share;
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Rewards as labels (REAL): classify the answers to a prompt into correct and incorrect by how much likelier the policy has made them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RewardsAsLabels {
    /// Temperature tau: nats per token that count as one unit of the classifier. An answer's gradient is at most 1/tau.
    #[schemars(range(min = 1e-6))]
    pub temperature: f64,
    /// How a group's answers are joined.
    pub form: RewardsAsLabelsForm,
}

/// How a group's answers are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RewardsAsLabelsForm {
    /// One logarithm over the correct and one over the incorrect ones: the worst ranked gets most of the gradient.
    #[default]
    Set,
    /// Every answer by itself, averaged over the correct and over the incorrect ones.
    Bce,
}

impl Default for RewardsAsLabels {
    fn default() -> Self {
        Self { temperature: 0.5, form: RewardsAsLabelsForm::default() }
    }
}

/// ln(1 + sum exp(x)) over `values`, which may be infinite; NaN if any is.
fn log_one_plus_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = values.clone().fold(0.0, |most, value| if value > most || value.is_nan() { value } else { most });
    if most == f64::INFINITY {
        most
    } else {
        most + values.fold((-most).exp(), |sum, value| sum + (value - most).exp()).ln()
    }
}

impl<R: Real> Objective<R> for RewardsAsLabels {
    fn needs(&self) -> Needs {
        Needs { old: true, groups: true, label: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Group
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let (groups, labels) = (columns.groups.expect("it was asserted"), columns.label.unwrap_or_default());
        // Per sample -s / tau of correct and s / tau of incorrect ones: what the loss makes small.
        let scored: Vec<(Sequence, f64)> = columns
            .samples
            .iter()
            .zip(labels)
            .map(|(range, label)| {
                let sequence = Sequence::of(columns, Some(columns.old_logp), range);
                let sign = if *label > 0.5 { -1.0 } else { 1.0 };
                let wrongness = if label.is_nan() { *label } else { sign * sequence.mean() / self.temperature };
                (sequence, wrongness)
            })
            .collect();
        let (mut value, mut tokens, mut zero_gradient) = (0.0, 0.0, 0.0);
        let (mut counted, mut separated, mut log_ratio) = (0.0, 0.0, 0.0);
        for group in groups.iter() {
            for is_correct in [true, false] {
                let members =
                    group.clone().filter(|&sample| scored[sample].0.tokens > 0 && (labels[sample] > 0.5) == is_correct);
                let count = members.clone().count() as f64;
                if count == 0.0 {
                    continue;
                }
                let share = share(totals.groups, "groups");
                let whole = log_one_plus_sum(members.clone().map(|sample| scored[sample].1));
                if self.form == RewardsAsLabelsForm::Set {
                    value += share * whole;
                }
                for sample in members {
                    let (sequence, wrongness) = &scored[sample];
                    let pull = match self.form {
                        RewardsAsLabelsForm::Set if whole == f64::INFINITY => f64::from(u8::from(*wrongness == whole)),
                        RewardsAsLabelsForm::Set => (wrongness - whole).exp(),
                        RewardsAsLabelsForm::Bce => {
                            value += share * softplus(*wrongness) / count;
                            sigmoid(*wrongness) / count
                        }
                    };
                    let sign = if is_correct { -1.0 } else { 1.0 };
                    let slope = share * sign * pull / self.temperature / sequence.tokens as f64;
                    zero_gradient += spread(columns.mask, columns.samples.range(sample), slope, out);
                    tokens += sequence.tokens as f64;
                    counted += 1.0;
                    separated += f64::from(u8::from(*wrongness < 0.0));
                    log_ratio += sequence.mean();
                }
            }
        }
        let metrics = vec![
            ("tokens", tokens),
            ("zero_gradient", zero_gradient),
            ("samples", counted),
            ("classified", separated),
            ("log_ratio", log_ratio),
        ];
        Loss { value, metrics }
    }
}
