//! The first half of a step of reinforcement learning: sample, check, score, credit.

use crate::columns::{Labels, TokenColumns, cut};
use crate::reinforce::Learnt;
use crate::teacher::Taught;
use crate::token_head::Weighed;
use crate::trainer::Trainer;
use crate::{Policy, TrainError};
use plaudit_core::{Advantages, BatchSteps, CreditColumns, Rollouts, Scores, Segments, Stream, Verdict};
use plaudit_credit::select::one_of_each;
use plaudit_engine::Sampling;
use plaudit_recipe::{Keep, Recipe, Sample};
use plaudit_report::{OptionalColumns, RolloutTable};
use plaudit_signal::{Checks, reward};
use plaudit_task::{Checked, Problem, Split, Task};
use rayon::prelude::*;
use std::time::Instant;

/// What was found about completions.
pub(crate) struct Judged {
    /// Per sample.
    pub(crate) completions: Vec<String>,
    /// Per sample.
    pub(crate) checked: Vec<Checked>,
    /// Per signal.
    pub(crate) scores: Vec<Scores>,
    /// Per sample.
    pub(crate) reward: Scores,
}

/// A step's rollouts with everything that was made of them before the update.
pub(crate) struct Batch {
    /// One per prompt.
    pub(crate) problems: Vec<Problem>,
    pub(crate) rollouts: Rollouts,
    pub(crate) judged: Judged,
    pub(crate) labels: Labels,
    pub(crate) tokens: TokenColumns,
    /// Per sample: what its reward is compared with, where the recipe says so.
    pub(crate) baseline: Option<Vec<f64>>,
    /// Where the recipe cuts completions into steps.
    pub(crate) steps: Option<BatchSteps>,
    /// Where the recipe has a token head.
    pub(crate) weighed: Option<Weighed>,
    /// Where the recipe has a teacher.
    pub(crate) taught: Option<Taught>,
    /// Per sample: the mean over its tokens; 0 where there is no reward.
    pub(crate) advantage: Vec<f64>,
    /// Per token.
    pub(crate) token_advantage: Vec<f32>,
    /// Per token: whether its sample has a reward and takes part in the update.
    pub(crate) mask: Vec<bool>,
    /// Per sample: whether it takes part, where more than the reward decides that.
    pub(crate) kept: Option<Vec<bool>>,
    /// Seconds spent on sampling, and on everything after it.
    pub(crate) seconds: [f64; 2],
}

impl Trainer<'_, '_> {
    /// Samples and credits the batch of `step` (from 1). Its problems follow those of the warm start and of earlier steps.
    pub(crate) fn collect(&mut self, step: u64) -> Result<Batch, TrainError> {
        let Recipe { train, sample, credit, policy, .. } = self.recipe;
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

        let mut judged = self.judge(&problems, &rollouts, train.seed, step)?;
        let groups = rollouts.groups();
        let baseline = self.baseline(&problems, &mut judged, &groups, step)?;
        let Judged { scores, reward, .. } = &judged;
        let mut mask = vec![false; rollouts.tokens.len()];
        for (range, scored) in rollouts.samples.iter().zip(&reward.scored) {
            mask[range].fill(*scored);
        }
        let tokens = self.token_columns(&rollouts)?;
        let steps =
            self.recipe.steps.as_ref().map(|steps| cut(steps, &rollouts, &self.policy.tokenizer)).transpose()?;
        let columns = CreditColumns {
            logp: tokens.old_logp.as_deref(),
            ref_logp: tokens.ref_logp.as_deref(),
            entropy: tokens.entropy.as_deref(),
            baseline: baseline.as_deref(),
            sources: scores,
            steps: steps.as_ref().map(BatchSteps::view),
            ..CreditColumns::new(&rollouts.samples, &groups, &mask, &reward.values, &reward.scored)
        };
        let mut token_advantage = vec![0.0; rollouts.tokens.len()];
        credit.credit(&columns, &mut Advantages { advantage: &mut token_advantage, returns: None })?;
        let advantage = rollouts.samples.iter().map(|range| mean(&token_advantage[range])).collect();
        let labels = Labels::of(reward, &groups, train.right_above);
        let taught = match &self.recipe.teacher {
            Some(teacher) => Some(self.teach(teacher, &problems, &rollouts, &judged, &labels)?),
            None => None,
        };
        let (weighed, is_alone) = match &self.recipe.token_head {
            Some(head) => {
                (Some(self.weigh(head, &rollouts, &judged.reward, &labels)?), step <= head.steps_alone as u64)
            }
            None => (None, false),
        };
        let is_selected = selected(sample.keep, &judged.reward, &labels, &groups, train.seed, step);
        let is_kept = |sample: usize| {
            let is_helped = taught.as_ref().is_none_or(|taught| taught.is_helped[sample]);
            judged.reward.scored[sample] && !is_alone && is_helped && is_selected[sample]
        };
        let kept: Vec<bool> = (0..rollouts.len()).map(is_kept).collect();
        for (range, is_kept) in rollouts.samples.iter().zip(&kept) {
            if !is_kept {
                mask[range].fill(false);
            }
        }
        let decides = sample.keep != Keep::All || taught.is_some() || weighed.is_some();
        let seconds = [(sampled - began).as_secs_f64(), sampled.elapsed().as_secs_f64()];
        Ok(Batch {
            problems,
            rollouts,
            judged,
            labels,
            tokens,
            baseline,
            steps,
            weighed,
            taught,
            advantage,
            token_advantage,
            mask,
            kept: decides.then_some(kept),
            seconds,
        })
    }

    /// Checks and scores completions of `problems`. `seed` is that of signals that draw lots.
    pub(crate) fn judge(
        &self,
        problems: &[Problem],
        rollouts: &Rollouts,
        seed: u64,
        step: u64,
    ) -> Result<Judged, TrainError> {
        let completions = (0..rollouts.len())
            .map(|index| self.policy.decode(rollouts.completion(index)))
            .collect::<Result<Vec<String>, _>>()?;
        let checked = check_all(&*self.task, problems, rollouts, &completions);
        let verdicts: Vec<Verdict> = checked.iter().map(|checked| checked.verdict.clone()).collect();
        let partial: Vec<Option<f64>> = checked.iter().map(|checked| checked.partial).collect();
        let checks = Checks { verdicts: &verdicts, partial: &partial, seed, step };
        let signals = &self.recipe.signal;
        let scores: Vec<Scores> = signals.iter().map(|signal| signal.score(&checks)).collect();
        let reward = reward(signals, &scores);
        Ok(Judged { completions, checked, scores, reward })
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

/// Per sample: whether the recipe's selection keeps it.
fn selected(keep: Keep, reward: &Scores, labels: &Labels, groups: &Segments, seed: u64, step: u64) -> Vec<bool> {
    match keep {
        Keep::All => vec![true; reward.len()],
        Keep::OneOfEach => {
            let outcomes: Vec<Option<f64>> =
                (0..reward.len()).map(|sample| reward.scored[sample].then(|| labels.label[sample])).collect();
            let mut is_kept = vec![false; reward.len()];
            for sample in one_of_each(groups, &outcomes, 1.0, seed, step) {
                is_kept[sample] = true;
            }
            is_kept
        }
    }
}

/// Checks every completion against the problem it answers.
fn check_all(task: &dyn Task, problems: &[Problem], rollouts: &Rollouts, completions: &[String]) -> Vec<Checked> {
    let pairs = rollouts.prompt_of.par_iter().zip(completions);
    pairs.map(|(prompt, completion)| task.check(&problems[*prompt as usize], completion)).collect()
}

impl Batch {
    /// The batch as it is stored, with what its first updates were.
    pub(crate) fn table(self, step: u64, learnt: Learnt) -> RolloutTable {
        let samples = self.rollouts.len();
        let problem = |index: &u32| &self.problems[*index as usize];
        let options = |scores: &Scores| (0..samples).map(|sample| scores.get(sample)).collect::<Vec<Option<f64>>>();
        let Judged { completions, checked, scores, reward } = self.judged;
        let advantage = (0..samples).map(|sample| reward.scored[sample].then(|| self.advantage[sample]));
        let compared = |baseline: Vec<f64>| {
            baseline.into_iter().zip(&reward.scored).map(|(value, is_scored)| is_scored.then_some(value)).collect()
        };
        let (token_score, token_weight) =
            self.weighed.map_or((None, None), |Weighed { score, weight }| (Some(score), Some(weight)));
        let optional = OptionalColumns {
            kept: self.kept,
            baseline: self.baseline.map(compared),
            steps: self.steps.as_ref().map(lengths),
            old_logp: self.tokens.old_logp,
            update_logp: learnt.logp,
            ref_logp: self.tokens.ref_logp,
            teacher_logp: self.taught.map(|taught| taught.logp),
            entropy: self.tokens.entropy,
            update_entropy: learnt.entropy,
            token_score,
            token_weight,
        };
        RolloutTable {
            step: vec![step; samples],
            prompt: self.rollouts.prompt_of.iter().map(|index| problem(index).prompt.clone()).collect(),
            answer: self.rollouts.prompt_of.iter().map(|index| Some(problem(index).answer.clone())).collect(),
            completion: completions,
            verdict: checked.into_iter().map(|checked| Some(checked.verdict)).collect(),
            scores: scores.iter().map(|scores| (scores.source.clone(), options(scores))).collect(),
            reward: options(&reward),
            advantage: advantage.collect(),
            prompt_index: self.rollouts.prompt_of,
            finish: self.rollouts.finish,
            samples: self.rollouts.samples,
            tokens: self.rollouts.tokens,
            logp: self.rollouts.logp,
            sampling_logp: self.rollouts.sampling_logp,
            token_advantage: self.token_advantage,
            weight: learnt.weight,
            optional,
        }
    }
}

/// Per sample: the lengths of its steps, in tokens.
fn lengths(steps: &BatchSteps) -> Vec<Vec<u32>> {
    let length = |step: usize| u32::try_from(steps.tokens.range(step).len()).expect("a completion has fewer tokens");
    steps.samples.iter().map(|range| range.map(length).collect()).collect()
}
