//! Distillation on sampled tokens: reverse KL to a teacher as a token's advantage.
//!
//! ```text
//! g_t = min( exp(logp_t - old_logp_t), cap )                 no gradient; 1 without a cap
//! L   = aggregate_t( u_t g_t * stop(logp_t - teacher_t) * logp_t )
//! ```
//!
//! The derivative of a token is u_t g_t (logp_t - teacher_t): in expectation over the policy, that of KL(policy || teacher).
//!
//! Shapes and units: one value per token, in nats; the teacher's log-probabilities of the sampled tokens are the column ref_logp; u is the
//! column `weight`, 1 without it.
//!
//! Source: on-policy distillation (arXiv 2306.13649) in the sampled form of SDPO (arXiv 2601.20802), which adds the capped ratio.
//!
//! Deviations: as in TRL 1.16 and verl, the log-ratio of g is bounded to [-20, 20].
//!
//! # Example
//!
//! Three tokens of probability 1/2, which the teacher gives 0.8, 0.5 and 0.2.
//!
//! ```
//! use plaudit_core::{Derivatives, PolicyColumns, Segments};
//! use plaudit_objective::{BatchTotals, Distill, Objective};
//!
//! let samples = Segments::from_lengths([1, 1, 1]);
//! let teacher = [0.8_f64, 0.5, 0.2].map(f64::ln);
//! let student = [0.5_f64.ln(); 3];
//! let columns = PolicyColumns { ref_logp: Some(&teacher), ..PolicyColumns::new(&samples, &[true; 3], &student) };
//! let mut slopes = [0.0_f64; 3];
//! let out = &mut Derivatives { logp: &mut slopes, entropy: None };
//! Distill::default().evaluate(&columns, &BatchTotals::of(&columns, 64), out);
//! // The advantages: ln(0.8 / 0.5) = 0.470004, 0 and ln(0.2 / 0.5) = -0.916291.
//! for (slope, advantage) in slopes.iter().zip([0.470004, 0.0, -0.916291]) {
//!     assert!((slope + advantage / 3.0).abs() < 1e-6);
//! }
//! ```
//!
//! # When to use
//!
//! A teacher that scores the student's own answers: a larger model, or the policy itself with a hint in its prompt (self-distillation),
//! where only the sampled tokens' log-probabilities can be had. With the most likely tokens' use `SoftTargets`, which is less noisy.
//!
//! # Traps
//!
//! - The value of the loss means nothing, only its derivative; read `kl_teacher`.
//! - Off policy the derivative is biased: set a cap (2), which weighs tokens by the ratio.
//! - A token that the teacher excludes has an infinite derivative, and the loss says so.

use crate::numeric::times;
use crate::sequence::clear;
use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals, Needs, Objective, Scope, assert_columns};
use plaudit_core::{Derivatives, Loss, PolicyColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const LOG_RATIO_BOUND: f64 = 20.0;

/// Distillation on sampled tokens: raise tokens that the teacher finds likelier than the policy does, and lower the others. The teacher's
/// log-probabilities stand in the place of the reference policy's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Distill {
    /// Weighs tokens by their ratio to the policy that sampled, up to this value (2 in SDPO); 0 does not weigh.
    #[schemars(range(min = 0.0))]
    pub ratio_cap: f64,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
}

impl<R: Real> Objective<R> for Distill {
    fn needs(&self) -> Needs {
        Needs { reference: true, old: self.ratio_cap != 0.0, ..Needs::default() }
    }

    fn scope(&self) -> Scope {
        Scope::Sample
    }

    fn evaluate(&self, columns: &PolicyColumns<'_, R>, totals: &BatchTotals, out: &mut Derivatives<'_, R>) -> Loss {
        assert_columns(Objective::<R>::needs(self), columns, out);
        clear(out);
        let teacher = columns.ref_logp.unwrap_or_default();
        let (mut value, mut seen, mut zero_gradient) = (0.0, 0.0, 0.0);
        let (mut kl, mut ratios) = (0.0, 0.0);
        for range in columns.samples.iter() {
            let tokens = unmasked(&columns.mask[range.clone()]);
            if tokens == 0 {
                continue;
            }
            let weight = self.aggregation.token_weight(totals, tokens);
            let mut sample_loss = 0.0;
            for token in range.filter(|&token| columns.mask[token]) {
                let logp = columns.logp[token].wide();
                let mut factor = columns.weight.map_or(1.0, |weight| weight[token].wide());
                if self.ratio_cap != 0.0 {
                    let log_ratio = (logp - columns.old_logp[token].wide()).clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND);
                    let ratio = log_ratio.exp();
                    let capped = if ratio > self.ratio_cap { self.ratio_cap } else { ratio };
                    ratios += capped;
                    factor = times(factor, capped);
                } else {
                    ratios += 1.0;
                }
                let difference = logp - teacher[token].wide();
                kl += difference;
                let slope = times(factor, difference);
                sample_loss += times(slope, logp);
                zero_gradient += f64::from(u8::from(slope == 0.0));
                out.logp[token] = R::narrow(weight * slope);
            }
            seen += tokens as f64;
            value += weight * sample_loss;
        }
        let metrics =
            vec![("tokens", seen), ("zero_gradient", zero_gradient), ("kl_teacher", kl), ("ratio_capped", ratios)];
        Loss { value, metrics }
    }
}
