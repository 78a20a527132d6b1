//! A run in memory, and the order of its steps.

use crate::checkpoint::Memory;
use crate::journal::Journal;
use crate::reinforce::Spent;
use crate::update::{Learner, Refusal};
use crate::warm_start::Order;
use crate::{Control, Evaluation, Event, Plan, Policy, TrainError, evaluate};
use plaudit_engine::{EngineError, Model};
use plaudit_recipe::Recipe;
use plaudit_report::{Phase, Row, Sample, When};
use plaudit_task::Task;
use std::time::Instant;

/// Held-out prompts whose answers are kept for people to read.
const SAMPLES_KEPT: usize = 4;

/// A run in memory.
pub(crate) struct Trainer<'a, 'j> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) plan: Plan,
    pub(crate) task: Box<dyn Task>,
    pub(crate) policy: Policy,
    pub(crate) learner: Learner,
    /// The policy that reinforcement learning started from, where distances from it are wanted.
    pub(crate) reference: Option<Model>,
    pub(crate) memory: Memory,
    pub(crate) order: Order,
    pub(crate) journal: &'a mut Journal<'j>,
}

impl Trainer<'_, '_> {
    /// Runs from after `from` (nothing: from the beginning) to the end, or until the observer says stop.
    pub(crate) fn run(&mut self, from: Option<(Phase, u64)>) -> Result<Control, TrainError> {
        let warm_done = match from {
            None => {
                let first = if self.plan.warm_start > 0 { Phase::WarmStart } else { Phase::Rl };
                if self.measure_beginning(first)? == Control::Stop {
                    return Ok(Control::Stop);
                }
                0
            }
            Some((Phase::WarmStart, step)) => step,
            Some((Phase::Rl, _)) => self.plan.warm_start,
        };
        for step in warm_done + 1..=self.plan.warm_start {
            if self.warm_start(step)? == Control::Stop {
                return Ok(Control::Stop);
            }
        }
        let rl_done = match from {
            Some((Phase::Rl, step)) => step,
            _ => 0,
        };
        if rl_done == 0 && self.plan.warm_start > 0 {
            // Reinforcement learning is another loss on other data: moments of the old gradients would mislead it.
            self.learner = Learner::new(&self.policy.model, &self.recipe.optimizer);
        }
        self.prepare_reference(rl_done == 0)?;
        for step in rl_done + 1..=self.plan.rl {
            if self.reinforce(step)? == Control::Stop {
                return Ok(Control::Stop);
            }
        }
        Ok(Control::Continue)
    }

    /// Measures the untrained policy, as step 0 of the first phase.
    fn measure_beginning(&mut self, phase: Phase) -> Result<Control, TrainError> {
        let mut row = Row::new(phase, 0);
        self.measure(&mut row, Some(When::Start))?;
        self.journal.step(&row, &Row::new(phase, 0))
    }

    fn warm_start(&mut self, step: u64) -> Result<Control, TrainError> {
        let settings = &self.recipe.policy.warm_start;
        let is_last = step == self.plan.warm_start;
        let mut row = Row::new(Phase::WarmStart, step);
        let began = Instant::now();
        let tokens = self.warm_start_step(step, &mut row)?;
        let seconds = began.elapsed().as_secs_f64();
        let mut timings = Row::new(Phase::WarmStart, step);
        timings.set("seconds/update", seconds);
        timings.set("seconds/step", seconds);
        timings.set("tokens_per_second/train", tokens as f64 / seconds);
        if is_last || is_due(step, settings.eval_every) {
            self.measure(&mut row, is_last.then_some(When::Warm))?;
        }
        let control = self.journal.step(&row, &timings)?;
        if is_last || is_due(step, settings.checkpoint_every) || control == Control::Stop {
            self.journal.checkpoint(Phase::WarmStart, step, &self.policy, &self.learner, &self.memory)?;
        }
        Ok(control)
    }

    fn reinforce(&mut self, step: u64) -> Result<Control, TrainError> {
        let is_last = step == self.plan.rl;
        let is_measured = is_last || is_due(step, self.recipe.eval.every);
        let mut row = Row::new(Phase::Rl, step);
        let began = Instant::now();
        let Spent { sampled_tokens, trained_tokens, rollout, score, update } =
            self.rl_step(step, is_measured, &mut row)?;
        let mut timings = Row::new(Phase::Rl, step);
        timings.set("seconds/rollout", rollout);
        timings.set("seconds/score", score);
        timings.set("seconds/update", update);
        timings.set("seconds/step", began.elapsed().as_secs_f64());
        timings.set("tokens_per_second/generate", sampled_tokens as f64 / rollout);
        timings.set("tokens_per_second/train", trained_tokens as f64 / update);
        if is_measured {
            self.measure(&mut row, is_last.then_some(When::End))?;
        }
        let control = self.journal.step(&row, &timings)?;
        if is_last || is_due(step, self.recipe.train.checkpoint_every) || control == Control::Stop {
            self.journal.checkpoint(Phase::Rl, step, &self.policy, &self.learner, &self.memory)?;
        }
        Ok(control)
    }

    /// Measures the policy on held-out prompts and writes the result into `row`; at a moment that people will look at, keeps answers.
    fn measure(&mut self, row: &mut Row, moment: Option<When>) -> Result<(), TrainError> {
        self.journal.tell(Event::Busy("measuring"));
        let Recipe { eval, sample, train, .. } = self.recipe;
        let evaluation = evaluate(&mut self.policy, &*self.task, eval, sample.max_tokens, train.seed)?;
        evaluation.record(row);
        if let Some(when) = moment {
            self.journal.store_samples(&samples(&evaluation, eval.samples, when))?;
        }
        Ok(())
    }

    /// What to report where an update was refused at the step of `row`.
    pub(crate) fn refused(&self, refusal: Refusal, row: &Row) -> TrainError {
        let what = match refusal {
            Refusal::Loss(loss) => format!("the loss is {loss}"),
            Refusal::Engine(EngineError::NonFinite { tensor }) => format!("the gradient of {tensor} is not finite"),
            Refusal::Engine(error) => return error.into(),
        };
        let checkpoint = self.journal.last_checkpoint.clone();
        TrainError::NonFinite { what, phase: row.phase, step: row.step, checkpoint }
    }
}

/// Whether something that happens every `every` steps happens at `step`; 0 is never.
fn is_due(step: u64, every: usize) -> bool {
    every > 0 && step.is_multiple_of(every as u64)
}

/// The first answer to each of the first prompts.
fn samples(evaluation: &Evaluation, per_prompt: usize, when: When) -> Vec<Sample> {
    let first = evaluation.answers.iter().step_by(per_prompt).take(SAMPLES_KEPT);
    first
        .map(|answer| Sample {
            when,
            prompt: answer.prompt.clone(),
            answer: answer.answer.clone(),
            completion: answer.completion.clone(),
            verdict: answer.checked.verdict.clone(),
            extracted: answer.checked.answer.clone(),
        })
        .collect()
}
