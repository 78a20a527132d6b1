//! The second half of a step of reinforcement learning: updates from a batch, and its row of metrics.

use crate::TrainError;
use crate::rollout::{Batch, Judged};
use crate::schedule::learning_rate;
use crate::trainer::Trainer;
use crate::update::{Columns, Update};
use plaudit_core::{Finish, Loss, Rollouts, Scores, Segments, Stream, VerdictCounts};
use plaudit_engine::{Continuations, Request};
use plaudit_objective::{accumulate, per_token};
use plaudit_recipe::Recipe;
use plaudit_report::Row;
use std::time::Instant;

/// The objective's metrics that are logged, and their names in the log.
const LOGGED: [(&str, &str); 7] = [
    ("ratio_max", "ratio/max"),
    ("clip_low", "clip/low"),
    ("clip_high", "clip/high"),
    ("kl_old", "kl/old"),
    ("kl_ref", "kl/reference"),
    ("kl_teacher", "kl/teacher"),
    ("classified", "classified"),
];

/// Tokens written and trained on in a step, and the seconds each part took.
pub(crate) struct Spent {
    pub(crate) sampled_tokens: usize,
    pub(crate) trained_tokens: usize,
    pub(crate) rollout: f64,
    pub(crate) score: f64,
    pub(crate) update: f64,
}

/// What every token's first update was.
pub(crate) struct Learnt {
    /// dL/dlogp.
    pub(crate) weight: Vec<f32>,
    /// The log-probability there, where anything was learnt in the step; NaN where nothing was in the token's part of it.
    pub(crate) logp: Option<Vec<f32>>,
    /// The entropy, likewise, where the objective reads it.
    pub(crate) entropy: Option<Vec<f32>>,
}

impl Trainer<'_, '_> {
    /// Whether a frozen copy of the policy that reinforcement learning starts from is needed.
    pub(crate) fn needs_reference(&self) -> bool {
        let Recipe { credit, eval, train, .. } = self.recipe;
        train.steps > 0 && (credit.needs().reference || self.learns_from_reference() || eval.kl)
    }

    /// Whether the objective reads the reference policy, and not a teacher in its place.
    pub(crate) fn learns_from_reference(&self) -> bool {
        self.recipe.objective.needs().reference && self.recipe.teacher.is_none()
    }

    /// Takes step `step` (from 1), fills its row and stores its rollouts. `is_measured`: whether this step ends with a measurement.
    pub(crate) fn rl_step(&mut self, step: u64, is_measured: bool, row: &mut Row) -> Result<Spent, TrainError> {
        let batch = self.collect(step)?;
        describe(&batch, row);
        let began = Instant::now();
        // An objective that reads the reference reports the distance itself, at every step.
        let is_unknown = is_measured && !self.learns_from_reference();
        if let Some(reference) = self.reference.as_mut().filter(|_| is_unknown) {
            let logp = reference.score((&batch.rollouts).into(), &Request::default())?.logp;
            row.set("kl/reference", kl(&batch.rollouts.logp, &logp));
        }
        let (learnt, trained_tokens) = self.learn(&batch, step, row)?;
        let spent = Spent {
            sampled_tokens: batch.rollouts.tokens.len(),
            trained_tokens,
            rollout: batch.seconds[0],
            score: batch.seconds[1],
            update: began.elapsed().as_secs_f64(),
        };
        self.journal.store_rollouts(step, &batch.table(step, learnt))?;
        Ok(spent)
    }

    /// All updates from one batch. Returns every token's first update, and the tokens trained on.
    fn learn(&mut self, batch: &Batch, step: u64, row: &mut Row) -> Result<(Learnt, usize), TrainError> {
        let Recipe { train, sample, objective, optimizer, .. } = self.recipe;
        let per_step = (train.epochs * train.minibatches) as u64;
        let learns_from_reference = self.learns_from_reference();
        let all_tokens = batch.rollouts.tokens.len();
        let mut weight = vec![0.0; all_tokens];
        let (mut first_logp, mut first_entropy) = (vec![f32::NAN; all_tokens], vec![f32::NAN; all_tokens]);
        let mut total = Loss::default();
        let (mut entropy, mut tokens, mut norm, mut rate) = (0.0, 0, 0.0_f64, 0.0);
        for update in 0..per_step {
            let epoch = update / train.minibatches as u64;
            let part = minibatch(batch, train.minibatches, (update % train.minibatches as u64) as usize, || {
                Stream::new(train.seed, "minibatches", step, epoch)
            });
            let pick = |column: &[f32]| part.tokens.iter().map(|token| column[*token]).collect::<Vec<f32>>();
            let pick_samples = |column: &[f64]| part.members.iter().map(|sample| column[*sample]).collect::<Vec<f64>>();
            // On policy the log-probability of the very update stands in, so that every ratio is 1.
            let old = batch.tokens.old_logp.as_deref().filter(|_| per_step > 1).map(pick);
            let token_weight = batch.weighed.as_ref().map(|weighed| pick(&weighed.weight));
            let reference = match &batch.taught {
                Some(taught) => Some(pick(&taught.logp)),
                None => batch.tokens.ref_logp.as_deref().filter(|_| learns_from_reference).map(pick),
            };
            let columns = Columns {
                texts: Continuations {
                    prompt_tokens: &batch.rollouts.prompt_tokens,
                    prompts: &batch.rollouts.prompts,
                    prompt_of: &part.prompt_of,
                    tokens: &part.tokens.iter().map(|token| batch.rollouts.tokens[*token]).collect::<Vec<u32>>(),
                    samples: &part.samples,
                },
                groups: &part.groups,
                advantage: &pick(&batch.token_advantage),
                mask: &part.tokens.iter().map(|token| batch.mask[*token]).collect::<Vec<bool>>(),
                old_logp: old.as_deref(),
                ref_logp: reference.as_deref(),
                weight: token_weight.as_deref(),
                label: &pick_samples(&batch.labels.label),
                pass_rate: &pick_samples(&batch.labels.pass_rate),
                temperature: sample.temperature as f32,
                token_limit: sample.max_tokens,
            };
            let number = (step - 1) * per_step + update + 1;
            let all = train.steps as u64 * per_step;
            rate = learning_rate(optimizer.schedule, optimizer.learning_rate, optimizer.warmup_steps, number, all);
            let outcome = self.learner.update(&mut self.policy.model, &columns, objective, rate);
            let done: Update = outcome.map_err(|refusal| self.refused(refusal, row))?;
            if epoch == 0 {
                for (place, token) in part.tokens.iter().enumerate() {
                    weight[*token] = done.weight[place];
                    first_logp[*token] = done.logp[place];
                    first_entropy[*token] = done.token_entropy[place];
                }
            }
            accumulate(&mut total, &done.loss);
            entropy += done.entropy;
            tokens += done.tokens;
            norm = norm.max(done.gradient_norm);
        }
        row.set("loss", total.value / per_step as f64);
        let names = |name: &str| LOGGED.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours);
        for (name, value) in per_token(&total).filter_map(|(name, value)| Some((names(name)?, value))) {
            if name != "kl/reference" || learns_from_reference {
                row.set(name, value);
            }
        }
        row.set("entropy", entropy / tokens.max(1) as f64);
        row.set("gradient_norm", norm);
        row.set("learning_rate", rate);
        row.set("tokens", tokens as f64);
        let learnt = Learnt {
            weight,
            logp: (tokens > 0).then_some(first_logp),
            entropy: (tokens > 0 && objective.needs().entropy).then_some(first_entropy),
        };
        Ok((learnt, tokens))
    }

    /// Makes the frozen copy that distances are measured from. `initial`: whether the policy is the initial one at this moment; else it
    /// is read back from where it was kept.
    pub(crate) fn prepare_reference(&mut self, initial: bool) -> Result<(), TrainError> {
        if self.needs_reference() {
            self.reference = Some(match initial {
                true => self.policy.model.frozen_copy(),
                false => self.initial_policy()?.model,
            });
        }
        Ok(())
    }

    /// The policy that reinforcement learning started from.
    fn initial_policy(&self) -> Result<crate::Policy, TrainError> {
        let recipe = self.recipe;
        if recipe.policy.warm_start.examples > 0 {
            return crate::Policy::from_checkpoint(&self.journal.warm_start_checkpoint(), &recipe.policy);
        }
        crate::Policy::initial(recipe)
    }
}

/// Whole groups of a batch: which of its tokens and samples, and how they are cut.
struct Minibatch {
    /// In the batch's flat columns.
    tokens: Vec<usize>,
    /// In the batch.
    members: Vec<usize>,
    samples: Segments,
    groups: Segments,
    prompt_of: Vec<u32>,
}

/// Part `index` of `count` parts of whole groups, dealt out in an order drawn from the stream; the batch as it is where `count` is 1.
fn minibatch(batch: &Batch, count: usize, index: usize, stream: impl Fn() -> Stream) -> Minibatch {
    let rollouts = &batch.rollouts;
    let all = rollouts.groups();
    let mut order: Vec<usize> = (0..all.len()).collect();
    if count > 1 {
        stream().shuffle(&mut order);
    }
    let bounds = |part: usize| part * all.len() / count;
    let (mut tokens, mut members, mut prompt_of) = (Vec::new(), Vec::new(), Vec::new());
    let (mut samples, mut groups) = (Segments::default(), Segments::default());
    for group in &order[bounds(index)..bounds(index + 1)] {
        groups.push(all.range(*group).len());
        for sample in all.range(*group) {
            let range = rollouts.samples.range(sample);
            samples.push(range.len());
            tokens.extend(range);
            members.push(sample);
            prompt_of.push(*group as u32);
        }
    }
    Minibatch { tokens, members, samples, groups, prompt_of }
}

/// Writes what the rollouts themselves say into the row.
fn describe(batch: &Batch, row: &mut Row) {
    let Batch { rollouts, judged: Judged { checked, scores, reward, .. }, .. } = batch;
    let samples = rollouts.len() as f64;
    let mut scored = |prefix: &str, scores: &Scores| {
        let values: Vec<f64> = (0..scores.len()).filter_map(|sample| scores.get(sample)).collect();
        if let Some(mean) = scores.mean() {
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
            row.set(format!("{prefix}/mean"), mean);
            row.set(format!("{prefix}/std"), variance.sqrt());
        }
        row.set(format!("{prefix}/unscored"), 1.0 - values.len() as f64 / samples);
    };
    scored("reward", reward);
    for scores in scores {
        scored(&format!("signal/{}", scores.source), scores);
    }
    let verdicts: VerdictCounts = checked.iter().map(|checked| &checked.verdict).collect();
    for (kind, count) in verdicts.iter() {
        row.set(format!("verdict/{kind}"), count as f64);
    }
    if let Some(taught) = &batch.taught {
        let helped = taught.is_helped.iter().filter(|is_helped| **is_helped).count();
        row.set("teacher/helped", helped as f64 / samples);
    }
    row.set("length/mean", rollouts.tokens.len() as f64 / samples);
    row.set("length/max", rollouts.samples.iter().map(|range| range.len()).max().unwrap_or(0) as f64);
    let cut_off = rollouts.finish.iter().filter(|finish| **finish == Finish::Length).count();
    row.set("finish/length", cut_off as f64 / samples);
    row.set("group/zero_variance", silent_groups(rollouts, reward));
    let size: f64 = batch.advantage.iter().map(|advantage| advantage.abs()).sum();
    row.set("advantage/abs_mean", size / samples);
}

/// The share of groups whose members all have the same reward, or of which fewer than two have one.
fn silent_groups(rollouts: &Rollouts, reward: &Scores) -> f64 {
    let groups = rollouts.groups();
    let is_silent = |group: std::ops::Range<usize>| {
        let mut values = group.filter_map(|sample| reward.get(sample));
        let first = values.next();
        values.all(|value| Some(value) == first)
    };
    groups.iter().filter(|group| is_silent(group.clone())).count() as f64 / groups.len().max(1) as f64
}

/// The estimate k3 of the KL divergence per token from tokens that `logp`'s policy sampled: mean of exp(d) - 1 - d with
/// d = ref_logp - logp (Schulman 2020, "Approximating KL divergence"). Nats, never negative.
fn kl(logp: &[f32], ref_logp: &[f32]) -> f64 {
    let term = |(logp, reference): (&f32, &f32)| {
        let difference = f64::from(*reference) - f64::from(*logp);
        difference.exp_m1() - difference
    };
    logp.iter().zip(ref_logp).map(term).sum::<f64>() / logp.len().max(1) as f64
}
