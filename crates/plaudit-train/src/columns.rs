//! The columns that credit and objectives ask for beside tokens and rewards: each is made where something reads it.

use crate::TrainError;
use crate::rollout::Judged;
use crate::trainer::Trainer;
use plaudit_checkpoint::Tokenizer;
use plaudit_core::{BatchSteps, Rollouts, Scores, Segments, Stream, pass_rates};
use plaudit_engine::{Request, Sampling};
use plaudit_recipe::{Baseline, Steps};
use plaudit_task::Problem;
use std::collections::BTreeMap;

/// What models say about the tokens of a batch, at the temperature of sampling. Absent where nothing reads it.
#[derive(Default)]
pub(crate) struct TokenColumns {
    /// Log-probability under the policy as it was when the step began.
    pub(crate) old_logp: Option<Vec<f32>>,
    /// Its entropy.
    pub(crate) entropy: Option<Vec<f32>>,
    /// Log-probability under the reference policy.
    pub(crate) ref_logp: Option<Vec<f32>>,
}

/// Which samples are right.
pub(crate) struct Labels {
    /// Per sample: 1 where it counts as right, else 0.
    pub(crate) label: Vec<f64>,
    /// Per sample: the share of its group that is right, of those that have a reward; 0 where none has.
    pub(crate) pass_rate: Vec<f64>,
}

impl Labels {
    /// A sample is right where its reward is above `threshold`.
    pub(crate) fn of(reward: &Scores, groups: &Segments, threshold: f64) -> Self {
        let is_right = |sample: usize| reward.get(sample).is_some_and(|reward| reward > threshold);
        let label = (0..reward.len()).map(|sample| f64::from(u8::from(is_right(sample)))).collect();
        let pass_rate = pass_rates(groups, &reward.scored, is_right);
        Self { label, pass_rate }
    }
}

impl Trainer<'_, '_> {
    /// Scores the tokens of a batch under the policy and the reference, as far as something reads it.
    pub(crate) fn token_columns(&mut self, rollouts: &Rollouts) -> Result<TokenColumns, TrainError> {
        let credit = self.recipe.credit.needs();
        let temperature = self.recipe.sample.temperature as f32;
        let mut columns = TokenColumns::default();
        // Once the policy moves within a step, what it was at the step's beginning has to be written down.
        let moves = self.recipe.train.epochs * self.recipe.train.minibatches > 1;
        if moves || credit.logp || credit.entropy {
            let request = Request { temperature, entropy: credit.entropy, ..Request::default() };
            let statistics = self.policy.model.score(rollouts.into(), &request)?;
            columns.entropy = credit.entropy.then_some(statistics.entropy);
            columns.old_logp = Some(statistics.logp);
        }
        let reads_reference = credit.reference || self.learns_from_reference();
        if let Some(reference) = self.reference.as_mut().filter(|_| reads_reference) {
            let request = Request { temperature, ..Request::default() };
            columns.ref_logp = Some(reference.score(rollouts.into(), &request)?.logp);
        }
        Ok(columns)
    }

    /// One baseline per sample of `judged`, where the recipe asks for one. A prompt whose greedy completion has no reward gives its samples
    /// none: they lose theirs and stay out of the update.
    pub(crate) fn baseline(
        &mut self,
        problems: &[Problem],
        judged: &mut Judged,
        groups: &Segments,
        step: u64,
    ) -> Result<Option<Vec<f64>>, TrainError> {
        let Some(baseline) = &self.recipe.baseline else { return Ok(None) };
        match baseline {
            Baseline::Greedy => {
                let (max_tokens, seed) = (self.recipe.sample.max_tokens, self.recipe.train.seed);
                let (prompt_tokens, prompts) = self.policy.encode_prompts(problems, max_tokens)?;
                let stop = self.policy.stop_tokens();
                let sampling = Sampling { temperature: 0.0, max_tokens, stop, ..Sampling::default() };
                let stream = |index: usize| Stream::new(seed, "baseline", step, index as u64);
                let greedy = self.policy.model.generate(&prompt_tokens, &prompts, 1, &sampling, &stream)?;
                // Signals that draw lots must not draw those of the samples again.
                let lots = Stream::new(seed, "baseline/signals", 0, 0).bits();
                let greedy = self.judge(problems, &greedy, lots, step)?.reward;
                let mut values = vec![0.0; judged.reward.len()];
                for (prompt, group) in groups.iter().enumerate() {
                    match greedy.get(prompt) {
                        Some(reward) => values[group].fill(reward),
                        None => judged.reward.scored[group].fill(false),
                    }
                }
                Ok(Some(values))
            }
            Baseline::Running { decay } => {
                let samples = judged.reward.len();
                let Some(mean) = judged.reward.mean() else {
                    return Ok(Some(vec![self.memory.mean_reward.unwrap_or(0.0); samples]));
                };
                let before = self.memory.mean_reward.unwrap_or(mean);
                self.memory.mean_reward = Some(decay * before + (1.0 - decay) * mean);
                Ok(Some(vec![before; samples]))
            }
        }
    }
}

/// Cuts completions into steps without scores.
pub(crate) fn cut(steps: &Steps, rollouts: &Rollouts, tokenizer: &Tokenizer) -> Result<BatchSteps, TrainError> {
    let mut ends_line = BTreeMap::new();
    if matches!(steps, Steps::Lines) {
        for token in &rollouts.tokens {
            if !ends_line.contains_key(token) {
                ends_line.insert(*token, tokenizer.decode(&[*token], true)?.contains('\n'));
            }
        }
    }
    let (mut tokens, mut samples) = (Segments::default(), Segments::default());
    for range in rollouts.samples.iter() {
        let (before, mut length) = (tokens.len(), 0);
        for token in &rollouts.tokens[range] {
            length += 1;
            let is_end = match steps {
                Steps::Tokens { every } => length == *every,
                Steps::Lines => ends_line[token],
            };
            if is_end {
                tokens.push(length);
                length = 0;
            }
        }
        if length > 0 {
            tokens.push(length);
        }
        samples.push(tokens.len() - before);
    }
    let count = tokens.len();
    Ok(BatchSteps { tokens, samples, scores: vec![0.0; count], scored: vec![false; count], key: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Level;

    #[test]
    fn steps_end_after_so_many_tokens_or_with_a_line() {
        let tokenizer = Tokenizer::bytes();
        // "####" is one token.
        let texts = ["7+36\n43\n", "\n#### 43", "", "5"];
        let encoded: Vec<Vec<u32>> = texts.iter().map(|text| tokenizer.encode(text).unwrap()).collect();
        let rollouts = Rollouts {
            samples: Segments::from_lengths(encoded.iter().map(Vec::len)),
            tokens: encoded.concat(),
            ..Rollouts::default()
        };
        let lines = cut(&Steps::Lines, &rollouts, &tokenizer).unwrap();
        assert_eq!(lines.tokens, Segments::from_lengths([5, 3, 1, 4, 1]));
        assert_eq!(lines.samples, Segments::from_lengths([2, 2, 0, 1]));
        let tokens = cut(&Steps::Tokens { every: 3 }, &rollouts, &tokenizer).unwrap();
        assert_eq!(tokens.tokens, Segments::from_lengths([3, 3, 2, 3, 2, 1]));
        assert_eq!(tokens.samples, Segments::from_lengths([3, 2, 0, 1]));
    }

    #[test]
    fn the_share_that_is_right_counts_samples_with_a_reward() {
        let reward =
            Scores::from_options("reward", Level::Outcome, [Some(1.0), None, Some(0.25), Some(0.5), Some(2.0), None]);
        let labels = Labels::of(&reward, &Segments::from_lengths([3, 2, 1]), 0.5);
        assert_eq!(labels.label, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(labels.pass_rate, [0.5, 0.5, 0.5, 0.5, 0.5, 0.0]);
    }
}
