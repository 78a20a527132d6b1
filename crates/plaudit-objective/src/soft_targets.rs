//! Distillation on distributions: a divergence between student and teacher over a few named tokens of every position.
//!
//! ```text
//! p, q  student's and teacher's probabilities of the named tokens, and of one more bucket for all others
//! m     = (1 - a) p + a q
//! l_t   = (1 - a) KL(p || m) + a KL(q || m)          0 < a < 1: generalised Jensen-Shannon divergence
//! l_t   = KL(p || q) at a = 1 (reverse), KL(q || p) at a = 0 (forward)
//! L     = aggregate_t( u_t * l_t )
//! ```
//!
//! Shapes and units: student and teacher one log-probability (nats) per named token, flat, cut into positions; u one factor per position.
//! Derivatives are by the student's log-probability of each named token, the bucket's share included.
//!
//! Source: generalised knowledge distillation (arXiv 2306.13649); named tokens and the bucket as in SDPO (arXiv 2601.20802).
//!
//! Deviations: the bucket holds at least 1e-7, as in TRL 1.16: rounding of single precision must not make its logarithm NaN.
//!
//! # Example
//!
//! Three positions of two tokens, student (1/2, 1/2) and teacher (0.8, 0.2), without a bucket as nothing is left over.
//!
//! ```
//! use plaudit_core::Segments;
//! use plaudit_objective::{BatchTotals, SoftTargetColumns, SoftTargets, Tail};
//!
//! let (samples, named) = (Segments::from_lengths([1, 1, 1]), Segments::from_lengths([2, 2, 2]));
//! let student = [0.5_f64.ln(); 6];
//! let teacher = [0.8_f64, 0.2, 0.8, 0.2, 0.8, 0.2].map(f64::ln);
//! let columns = SoftTargetColumns {
//!     samples: &samples, mask: &[true; 3], named: &named, student: &student, teacher: &teacher, weight: None,
//! };
//! let totals = BatchTotals::count(&samples, &[true; 3], 64);
//! for (a, expected) in [(0.0, 0.192745), (0.5, 0.050672), (1.0, 0.223144)] {
//!     let mut slopes = [0.0_f64; 6];
//!     let divergence = SoftTargets { alpha: a, tail: Tail::None, ..SoftTargets::default() };
//!     let loss = divergence.evaluate(&columns, &totals, &mut slopes);
//!     assert!((loss.value - expected).abs() < 1e-6);
//! }
//! ```
//!
//! # When to use
//!
//! A teacher whose most likely tokens' probabilities can be had. a = 1 makes the student pick one of the teacher's modes, a = 0 cover them
//! all, 1/2 is in between and bounded (by ln 2).
//!
//! # Traps
//!
//! - The tokens must be named by the student (its most likely ones) for a = 1, and by the teacher for a = 0: what falls into the bucket is
//!   compared as one.
//! - `renormalise` ignores how much mass the named tokens have: a student that puts none on them is not corrected.
//! - The derivative is by log-probabilities of many tokens of a position; an engine must back-propagate all of them.

use crate::numeric::times;
use crate::totals::unmasked;
use crate::{Aggregation, BatchTotals};
use plaudit_core::{Loss, Real, Segments};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The least probability of the bucket.
const LEAST_TAIL: f64 = 1e-7;

/// A divergence between the distributions of student and teacher over named tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SoftTargets {
    /// a: 0 is forward KL, 1 reverse KL, in between the generalised Jensen-Shannon divergence.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub alpha: f64,
    /// What becomes of the tokens that are not named.
    pub tail: Tail,
    /// How per-token losses are averaged over the batch.
    pub aggregation: Aggregation,
}

/// What becomes of the tokens that are not named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tail {
    /// They are one more token.
    #[default]
    Bucket,
    /// The named ones are scaled to a sum of 1.
    Renormalise,
    /// There are none: the whole vocabulary is named.
    None,
}

impl Default for SoftTargets {
    fn default() -> Self {
        Self { alpha: 0.5, tail: Tail::default(), aggregation: Aggregation::default() }
    }
}

/// What the divergence reads.
#[derive(Clone, Copy, Debug)]
pub struct SoftTargetColumns<'a, R> {
    /// The positions (tokens) cut into samples.
    pub samples: &'a Segments,
    /// Per position: whether it takes part.
    pub mask: &'a [bool],
    /// The named tokens cut into positions.
    pub named: &'a Segments,
    /// Per named token: log-probability under the student.
    pub student: &'a [R],
    /// Per named token: log-probability under the teacher.
    pub teacher: &'a [R],
    /// Per position: a factor on its loss that carries no gradient, such as a capped ratio to the policy that sampled.
    pub weight: Option<&'a [R]>,
}

impl SoftTargets {
    /// Writes dL/dlogp of the student per named token (0 on masked positions) and returns the loss of these samples; `totals` are the whole
    /// batch's.
    ///
    /// # Panics
    /// Where lengths differ: a mistake of the caller.
    pub fn evaluate<R: Real>(&self, columns: &SoftTargetColumns<'_, R>, totals: &BatchTotals, out: &mut [R]) -> Loss {
        let SoftTargetColumns { samples, mask, named, student, teacher, weight } = *columns;
        assert_eq!(mask.len(), samples.total(), "mask");
        assert_eq!(named.len(), samples.total(), "named");
        assert!([student.len(), teacher.len(), out.len()] == [named.total(); 3], "student, teacher, dL/dlogp");
        assert!(weight.is_none_or(|weight| weight.len() == samples.total()), "weight");
        out.fill(R::default());
        let widest = named.iter().map(|range| range.len()).max().unwrap_or(0);
        let (mut p, mut q) = (vec![0.0; widest], vec![0.0; widest]);
        let (mut value, mut tokens, mut divergence, mut tails) = (0.0, 0.0, 0.0, [0.0; 2]);
        for range in samples.iter() {
            let count = unmasked(&mask[range.clone()]);
            if count == 0 {
                continue;
            }
            let share = self.aggregation.token_weight(totals, count);
            tokens += count as f64;
            for token in range.filter(|&token| mask[token]) {
                let place = named.range(token);
                let width = place.len();
                let (p, q) = (&mut p[..width], &mut q[..width]);
                for index in 0..width {
                    p[index] = student[place.start + index].wide();
                    q[index] = teacher[place.start + index].wide();
                }
                let share = share * weight.map_or(1.0, |weight| weight[token].wide());
                let found = self.position(p, q);
                for index in 0..width {
                    out[place.start + index] = R::narrow(times(share, p[index]));
                }
                value += times(share, found.value);
                divergence += found.value;
                tails[0] += found.tails[0];
                tails[1] += found.tails[1];
            }
        }
        let metrics = vec![
            ("tokens", tokens),
            ("divergence", divergence),
            ("tail_student", tails[0]),
            ("tail_teacher", tails[1]),
        ];
        Loss { value, metrics }
    }

    /// The divergence of one position, from log-probabilities; `p` is overwritten with the derivatives by them.
    fn position(&self, p: &mut [f64], q: &mut [f64]) -> Position {
        let named = |log: &[f64]| log.iter().map(|log| log.exp()).sum::<f64>();
        let (all_p, all_q) = (named(p), named(q));
        let tails = [1.0 - all_p, 1.0 - all_q];
        let mut value = 0.0;
        match self.tail {
            Tail::None => {
                for (p, q) in p.iter_mut().zip(q) {
                    let (term, slope) = self.term(*p, *q);
                    value += term;
                    *p = slope;
                }
            }
            Tail::Bucket => {
                // NaN stays.
                let held = tails.map(|tail| if tail < LEAST_TAIL { LEAST_TAIL } else { tail });
                let (term, slope) = self.term(held[0].ln(), held[1].ln());
                value += term;
                // d ln(tail) / d ln(p_k) = -p_k / tail, and 0 where the tail is held.
                let through = if tails[0] < LEAST_TAIL { 0.0 } else { slope / held[0] };
                for (p, q) in p.iter_mut().zip(q) {
                    let (term, slope) = self.term(*p, *q);
                    value += term;
                    *p = slope - times(p.exp(), through);
                }
            }
            Tail::Renormalise => {
                let mut total = 0.0;
                let log = [all_p.ln(), all_q.ln()];
                for (p, q) in p.iter_mut().zip(q.iter_mut()) {
                    let share = *p - log[0];
                    let (term, slope) = self.term(share, *q - log[1]);
                    value += term;
                    total += slope;
                    // d share_j / d p_k = [j = k] - share of k: the second part follows when the sum is known.
                    (*p, *q) = (slope, share.exp());
                }
                for (slope, share) in p.iter_mut().zip(q) {
                    *slope -= times(*share, total);
                }
            }
        }
        Position { value, tails }
    }

    /// What one token adds to the divergence, and the derivative by the student's log-probability of it.
    fn term(&self, log_p: f64, log_q: f64) -> (f64, f64) {
        let (p, q, a) = (log_p.exp(), log_q.exp(), self.alpha);
        if a == 0.0 {
            return (times(q, log_q - log_p), -q);
        }
        if a == 1.0 {
            return (times(p, log_p - log_q), times(p, log_p - log_q + 1.0));
        }
        let log_m = ((1.0 - a) * p + a * q).ln();
        let student = times((1.0 - a) * p, log_p - log_m);
        // d/dp of (1 - a) p ln p - m ln m; the constants cancel.
        (student + times(a * q, log_q - log_m), student)
    }
}

/// The divergence of a position, and what is not named by student and teacher.
struct Position {
    value: f64,
    tails: [f64; 2],
}
