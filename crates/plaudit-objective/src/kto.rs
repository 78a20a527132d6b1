//! Kahneman-Tversky optimisation: completions that are each known to be good or bad, without pairs.
//!
//! ```text
//! d_i = sum_t ( logp_t - ref_logp_t )                        over the unmasked tokens of sample i
//! k   = max(0, mean_j d_j)                                   no gradient; over the mismatched samples or the batch, or 0
//! l_i = v_i * sigmoid( -beta (d_i - k) )                     desirable, v_i = desirable_weight
//! l_i = v_i * sigmoid( -beta (k - d_i) )                     undesirable, v_i = undesirable_weight
//! L   = mean_i( l_i )                                        over the samples that are not mismatched
//! ```
//!
//! Shapes and units: logp and ref_logp one value per token in nats; label one value per sample, above 1/2 desirable, below 0 mismatched.
//! Samples without an unmasked token are left out.
//!
//! Source: KTO (arXiv 2402.01306); with `kl = "none"` unpaired APO-zero (arXiv 2408.06266). Semantics are those of TRL 1.16.
//!
//! Deviations: where the estimate's completions come from is a setting; TRL's are answers to other prompts of the batch, which here are
//! samples of label -1.
//!
//! # Example
//!
//! Two good answers and a bad one, beta 1, ratios to the reference 3, 1 and 3. The mean log-ratio 2/3 ln 3 is not used with `kl = "none"`.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Kto, KtoKl, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let logp: Vec<f64> = [3.0_f64, 1.0, 3.0].iter().map(|ratio| -4.0 + ratio.ln()).collect();
//! let columns = PolicyColumns {
//!     ref_logp: Some(&[-4.0; 3]),
//!     label: Some(&[1.0, 1.0, 0.0]),
//!     ..PolicyColumns::new(&samples, &[true; 3], &logp)
//! };
//! let mut slopes = [0.0_f64; 3];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! let kto = Kto { beta: 1.0, kl: KtoKl::None, ..Kto::default() };
//! let loss = kto.evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // sigmoid(-ln 3) = 1/4, sigmoid(0) = 1/2, and for the bad one sigmoid(ln 3) = 3/4.
//! assert!((loss.value - (0.25 + 0.5 + 0.75) / 3.0).abs() < 1e-12);
//! for (slope, expected) in slopes.iter().zip([-0.1875, -0.25, 0.1875]) {
//!     assert!((slope - expected / 3.0).abs() < 1e-12);
//! }
//! ```
//!
//! # When to use
//!
//! Thumbs up or down for single answers; many more of one kind than of the other (weigh them).
//!
//! # Traps
//!
//! - The paper wants desirable_weight * n_desirable within 1 to 4/3 of undesirable_weight * n_undesirable.
//! - An estimate from the batch itself rises with the answers it is to judge; the paper's mismatched answers do not.
//! - The loss saturates: an answer far on the wrong side gets no gradient.

use crate::numeric::sigmoid;
use crate::sequence::{Sequence, clear, spread};
use crate::{BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kahneman-Tversky optimisation: raise the likelihood of desirable answers and lower that of undesirable ones, relative to the reference
/// policy, with a gradient that fades where an answer is already far off on either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Kto {
    /// Strength of the reference policy; larger keeps the policy closer.
    #[schemars(range(min = 0.0))]
    pub beta: f64,
    /// Weight of desirable answers.
    #[schemars(range(min = 0.0))]
    pub desirable_weight: f64,
    /// Weight of undesirable answers.
    #[schemars(range(min = 0.0))]
    pub undesirable_weight: f64,
    /// What estimates the divergence that answers are measured from.
    pub kl: KtoKl,
}

/// Where the estimate of KL(policy || reference) comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KtoKl {
    /// The mean log-ratio of all samples of the batch.
    #[default]
    Batch,
    /// The mean log-ratio of the samples labelled -1, answers to other prompts that count for nothing else (the paper). Without any
    /// the loss is NaN.
    Mismatched,
    /// No estimate, 0: unpaired APO-zero.
    None,
}

impl Default for Kto {
    fn default() -> Self {
        Self { beta: 0.1, desirable_weight: 1.0, undesirable_weight: 1.0, kl: KtoKl::default() }
    }
}

impl Kto {
    fn is_mismatched(&self, label: f64) -> bool {
        self.kl == KtoKl::Mismatched && label < 0.0
    }
}

impl<R: Real> Objective<R> for Kto {
    fn needs(&self) -> Needs {
        Needs { reference: true, label: true, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        if self.kl == KtoKl::None { Scope::Sample } else { Scope::Batch }
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let labels = columns.label.unwrap_or_default();
        let sequences: Vec<Sequence> =
            columns.samples.iter().map(|range| Sequence::of(columns, columns.ref_logp, range)).collect();
        let there = || sequences.iter().zip(labels).filter(|(sequence, _)| sequence.tokens > 0);
        let mean = |of: &dyn Fn(f64) -> bool| {
            let (mut sum, mut count) = (0.0, 0.0);
            for (sequence, _) in there().filter(|(_, label)| of(**label)) {
                sum += sequence.log_ratio;
                count += 1.0;
            }
            sum / count
        };
        let estimate = match self.kl {
            KtoKl::Batch => mean(&|_| true),
            KtoKl::Mismatched => mean(&|label| self.is_mismatched(label)),
            KtoKl::None => 0.0,
        };
        // Not `max`, which would hide NaN.
        let kl = if estimate < 0.0 { 0.0 } else { estimate };
        let counted = match self.kl {
            KtoKl::Mismatched => there().filter(|(_, label)| !self.is_mismatched(**label)).count(),
            KtoKl::Batch | KtoKl::None => totals.samples,
        };
        let mut value = 0.0;
        let (mut tokens, mut zero_gradient) = (0.0, 0.0);
        let mut counts = [0.0; 2];
        let mut log_ratios = [0.0; 2];
        for (sample, (sequence, &label)) in sequences.iter().zip(labels).enumerate() {
            tokens += sequence.tokens as f64;
            if sequence.tokens == 0 || self.is_mismatched(label) {
                zero_gradient += sequence.tokens as f64;
                continue;
            }
            let is_desirable = label > 0.5;
            let (sign, weight) =
                if is_desirable { (1.0, self.desirable_weight) } else { (-1.0, self.undesirable_weight) };
            let x = sign * self.beta * (sequence.log_ratio - kl);
            let share = weight / counted as f64;
            value += if label.is_nan() { label } else { share * sigmoid(-x) };
            let slope = -share * sign * self.beta * sigmoid(x) * sigmoid(-x);
            zero_gradient += spread(columns.mask, columns.samples.range(sample), slope, out);
            counts[usize::from(!is_desirable)] += 1.0;
            log_ratios[usize::from(!is_desirable)] += sequence.log_ratio;
        }
        let [desirable, undesirable] = counts;
        let metrics = vec![
            ("tokens", tokens),
            ("zero_gradient", zero_gradient),
            ("samples", desirable + undesirable),
            ("kl_estimate", kl * (desirable + undesirable)),
            ("desirable", desirable),
            ("desirable_samples", desirable),
            ("log_ratio_desirable", log_ratios[0]),
            ("undesirable_samples", undesirable),
            ("log_ratio_undesirable", log_ratios[1]),
        ];
        Loss { value, metrics }
    }
}
