//! The first half of a step of reinforcement learning: sample, check, score, credit.

use crate::trainer::Trainer;
use crate::{Policy, TrainError};
use plaudit_core::{Advantages, CreditColumns, Rollouts, Scores, Stream, Verdict};
use plaudit_engine::Sampling;
use plaudit_recipe::{Recipe, Sample};
use plaudit_report::RolloutTable;
use plaudit_signal::{Checks, reward};
use plaudit_task::{Checked, Problem, Split, Task};
use rayon::prelude::*;
use std::time::Instant;

/// A step's rollouts with everything that was made of them before the update.
pub(crate) struct Batch {
    /// One per prompt.
    pub(crate) problems: Vec<Problem>,
    pub(crate) rollouts: Rollouts,
    /// Per sample.
    pub(crate) completions: Vec<String>,
    /// Per sample.
    pub(crate) checked: Vec<Checked>,
    /// Per signal.
    pub(crate) scores: Vec<Scores>,
    /// Per sample.
    pub(crate) reward: Scores,
    /// Per sample: the mean over its tokens; 0 where there is no reward.
    pub(crate) advantage: Vec<f64>,
    /// Per token.
    pub(crate) token_advantage: Vec<f32>,
    /// Per token: whether its sample has a reward and takes part in the update.
    pub(crate) mask: Vec<bool>,
    /// Seconds spent on sampling, and on everything after it.
    pub(crate) seconds: [f64; 2],
}

impl Trainer<'_, '_> {
    /// Samples and credits the batch of `step` (from 1). Its problems follow those of the warm start and of earlier steps.
    pub(crate) fn collect(&mut self, step: u64) -> Result<Batch, TrainError> {
        let Recipe { train, sample, signal, credit, policy, .. } = self.recipe;
        let began = Instant::now();
        let first = policy.warm_start.examples as u64 + (step - 1) * train.prompts as u64;
        let problems = (first..first + train.prompts as u64)
            .map(|index| self.task.problem(train.seed, Split::Train, index))
            .collect::<Result<Vec<Problem>, _>>()?;
        let (prompt_tokens, prompts) = self.policy.encode_prompts(&problems, sample.max_tokens)?;
        let sampling = sampling(sample, &self.policy);
        let stream = |index: usize| Stream::new(train.seed, "rollout", step, index as u64);
        let rollouts = self.policy.model.generate(&prompt_tokens, &prompts, sample.group, &sampling, &stream)?;
        let sampled = Instant::now();

        let completions = (0..rollouts.len())
            .map(|index| self.policy.decode(rollouts.completion(index)))
            .collect::<Result<Vec<String>, _>>()?;
        let checked = check_all(&*self.task, &problems, &rollouts, &completions);
        let verdicts: Vec<Verdict> = checked.iter().map(|checked| checked.verdict.clone()).collect();
        let partial: Vec<Option<f64>> = checked.iter().map(|checked| checked.partial).collect();
        let checks = Checks { verdicts: &verdicts, partial: &partial, seed: train.seed, step };
        let scores: Vec<Scores> = signal.iter().map(|signal| signal.score(&checks)).collect();
        let reward = reward(signal, &scores);
        let mut mask = vec![false; rollouts.tokens.len()];
        for (range, scored) in rollouts.samples.iter().zip(&reward.scored) {
            mask[range].fill(*scored);
        }
        let groups = rollouts.groups();
        let columns = CreditColumns::new(&rollouts.samples, &groups, &mask, &reward.values, &reward.scored);
        let mut token_advantage = vec![0.0; rollouts.tokens.len()];
        credit.credit(&columns, &mut Advantages { advantage: &mut token_advantage, returns: None })?;
        let advantage = rollouts.samples.iter().map(|range| mean(&token_advantage[range])).collect();
        let seconds = [(sampled - began).as_secs_f64(), sampled.elapsed().as_secs_f64()];
        Ok(Batch {
            problems,
            rollouts,
            completions,
            checked,
            scores,
            reward,
            advantage,
            token_advantage,
            mask,
            seconds,
        })
    }
}

/// The mean of a sample's advantages; exact where they are all the same.
fn mean(advantages: &[f32]) -> f64 {
    let Some(first) = advantages.first() else { return 0.0 };
    let first = f64::from(*first);
    first + advantages.iter().map(|advantage| f64::from(*advantage) - first).sum::<f64>() / advantages.len() as f64
}

fn sampling(sample: &Sample, policy: &Policy) -> Sampling {
    Sampling {
        temperature: sample.temperature as f32,
        top_k: sample.top_k,
        top_p: sample.top_p as f32,
        min_p: sample.min_p as f32,
        max_tokens: sample.max_tokens,
        stop: policy.stop_tokens(),
    }
}

/// Checks every completion against the problem it answers.
fn check_all(task: &dyn Task, problems: &[Problem], rollouts: &Rollouts, completions: &[String]) -> Vec<Checked> {
    let pairs = rollouts.prompt_of.par_iter().zip(completions);
    pairs.map(|(prompt, completion)| task.check(&problems[*prompt as usize], completion)).collect()
}

impl Batch {
    /// The batch as it is stored. `weight`: dL/dlogp of the first update, per token.
    pub(crate) fn table(self, step: u64, weight: Vec<f32>) -> RolloutTable {
        let samples = self.rollouts.len();
        let problem = |index: &u32| &self.problems[*index as usize];
        let options = |scores: &Scores| (0..samples).map(|sample| scores.get(sample)).collect::<Vec<Option<f64>>>();
        let advantage = (0..samples).map(|sample| self.reward.scored[sample].then(|| self.advantage[sample]));
        RolloutTable {
            step: vec![step; samples],
            prompt: self.rollouts.prompt_of.iter().map(|index| problem(index).prompt.clone()).collect(),
            answer: self.rollouts.prompt_of.iter().map(|index| Some(problem(index).answer.clone())).collect(),
            completion: self.completions,
            verdict: self.checked.into_iter().map(|checked| Some(checked.verdict)).collect(),
            scores: self.scores.iter().map(|scores| (scores.source.clone(), options(scores))).collect(),
            reward: options(&self.reward),
            advantage: advantage.collect(),
            prompt_index: self.rollouts.prompt_of,
            finish: self.rollouts.finish,
            samples: self.rollouts.samples,
            tokens: self.rollouts.tokens,
            logp: self.rollouts.logp,
            sampling_logp: self.rollouts.sampling_logp,
            token_advantage: self.token_advantage,
            weight,
        }
    }
}
