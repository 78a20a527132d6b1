//! What credit and objective read at a token, beside scores and advantages.

use super::Follower;
use plaudit_core::Batch;
use plaudit_credit::{CreditConfig, KlOrder};
use plaudit_objective::{oreal_running_scores, oreal_token_weights};
use plaudit_report::OptionalColumns;
use serde::Serialize;

/// Columns at the token; nothing where the run did not record them. Log-probabilities are natural logarithms, entropies nats.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Readings {
    /// Log-probability under the policy that sampled.
    pub old_logp: f64,
    /// Log-probability under the policy of the update that first learnt from it.
    pub update_logp: Option<f64>,
    /// Log-probability under the reference policy.
    pub ref_logp: Option<f64>,
    /// Log-probability under the teacher; nothing, too, where it had no help for the sample.
    pub teacher_logp: Option<f64>,
    /// Entropy that credit read.
    pub entropy: Option<f64>,
    /// Entropy that the objective read, and the share of the tokens it was compared with that have less.
    pub update_entropy: Option<[f64; 2]>,
    /// What the sample's reward was compared with.
    pub baseline: Option<f64>,
    /// The step of the sample that it is in.
    pub step: Option<StepOfToken>,
    /// Whether its sample counts as right.
    pub is_right: bool,
    /// Per member of the group that takes part: whether it is right, and the sum and the mean over its tokens of how much likelier the policy had
    /// made it by then, in nats.
    pub log_ratios: Vec<(bool, [f64; 2])>,
    /// What the token head said.
    pub token_head: Option<TokenHeadReading>,
    /// How the outcome and the log-ratio to the reference make the advantage.
    pub kl_process: Option<KlProcessReading>,
}

/// A step of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StepOfToken {
    /// Which one, from 1, and the number of steps.
    pub place: [usize; 2],
    /// Its first and its last token, from 0.
    pub tokens: [usize; 2],
}

/// From a head's score to the weight of a token.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TokenHeadReading {
    /// The head's score of the token, a logit.
    pub score: f64,
    /// The probability that the sample is right as of this token: the sigmoid of the mean of the scores so far.
    pub running: f64,
    /// The weight that was recorded.
    pub weight: f64,
    /// The weight computed again.
    pub weight_again: f64,
}

/// The two parts of an advantage of `kl-process` credit: outcome - log_ratio / eta.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct KlProcessReading {
    /// The advantage of the outcome.
    pub outcome: f64,
    /// The log-ratio of policy to reference from the last token of its step to the end of the sample, nats.
    pub log_ratio: f64,
    /// What it is divided by.
    pub eta: f64,
}

impl Follower<'_> {
    /// What was recorded at the token. `log_ratios` is made by the derivative, which knows who takes part.
    pub(super) fn readings(&self) -> Readings {
        let optional = &self.table.optional;
        let at = |column: &Option<Vec<f32>>| column.as_ref().map(|column| f64::from(column[self.token_in_table()]));
        let known = |column: &Option<Vec<f32>>| at(column).filter(|value| !value.is_nan());
        let logp = self.record.batch.logp.as_ref().expect("rollouts have log-probabilities");
        Readings {
            old_logp: logp[self.token_in_batch()],
            update_logp: known(&optional.update_logp),
            ref_logp: at(&optional.ref_logp),
            teacher_logp: known(&optional.teacher_logp),
            entropy: at(&optional.entropy),
            update_entropy: None,
            baseline: optional.baseline.as_ref().and_then(|baseline| baseline[self.row]),
            step: self.step(),
            is_right: self.is_right(self.sample),
            log_ratios: Vec::new(),
            token_head: self.token_head(optional),
            kl_process: self.kl_process(),
        }
    }

    pub(super) fn is_right(&self, sample: usize) -> bool {
        self.record.batch.label.as_ref().is_some_and(|label| label[sample] > 0.5)
    }

    /// The lengths of the steps of the sample, where credit reads steps.
    fn step(&self) -> Option<StepOfToken> {
        let tokens = self.table.samples.range(self.row).len();
        let lengths: Vec<usize> = match &self.recipe.credit {
            CreditConfig::KlProcess(config) if config.step_tokens > 0 => {
                let size = config.step_tokens;
                (0..tokens.div_ceil(size)).map(|step| size.min(tokens - step * size)).collect()
            }
            _ => self.table.optional.steps.as_ref()?[self.row].iter().map(|length| *length as usize).collect(),
        };
        let mut first = 0;
        for (step, length) in lengths.iter().enumerate() {
            if self.token < first + length {
                return Some(StepOfToken { place: [step + 1, lengths.len()], tokens: [first, first + length - 1] });
            }
            first += length;
        }
        None
    }

    fn token_head(&self, optional: &OptionalColumns) -> Option<TokenHeadReading> {
        let range = self.table.samples.range(self.row);
        let column = |column: &Option<Vec<f32>>| -> Option<Vec<f64>> {
            Some(column.as_ref()?[range.clone()].iter().map(|value| f64::from(*value)).collect())
        };
        let (scores, weights) = (column(&optional.token_score)?, column(&optional.token_weight)?);
        Some(TokenHeadReading {
            score: scores[self.token],
            running: oreal_running_scores(&scores).nth(self.token)?,
            weight: weights[self.token],
            weight_again: oreal_token_weights(&scores, self.is_right(self.sample)).nth(self.token)?,
        })
    }

    fn kl_process(&self) -> Option<KlProcessReading> {
        let CreditConfig::KlProcess(config) = &self.recipe.credit else { return None };
        let batch = &self.record.batch;
        let (logp, reference) = (batch.logp.as_ref()?, batch.ref_logp.as_ref()?);
        let step = self.step().filter(|_| config.order == KlOrder::After && batch.scored[self.sample])?;
        let range = batch.samples.range(self.sample);
        let rest = range.start + step.tokens[1]..range.end;
        let outcome = self.outcome_advantages()?[self.token_in_batch()];
        let log_ratio = rest.map(|token| logp[token] - reference[token]).sum();
        Some(KlProcessReading { outcome, log_ratio, eta: config.eta })
    }

    /// The advantages if policy and reference were the same.
    pub(super) fn outcome_advantages(&self) -> Option<Vec<f64>> {
        let batch = &self.record.batch;
        let same = Batch { ref_logp: batch.logp.clone(), ..batch.clone() };
        crate::outcome::advantages(&self.setting(), &same).ok()
    }
}
