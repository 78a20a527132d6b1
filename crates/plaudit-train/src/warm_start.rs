//! The warm start: supervised learning of the task's own solutions.

use crate::schedule::learning_rate;
use crate::trainer::Trainer;
use crate::update::{Columns, Update};
use crate::{Plan, TrainError};
use plaudit_core::{Segments, Stream};
use plaudit_engine::Continuations;
use plaudit_objective::{ObjectiveConfig, WeightedLikelihood};
use plaudit_report::Row;
use plaudit_task::{Problem, Split};

impl Trainer<'_, '_> {
    /// Takes step `step` (from 1) and fills its row.
    pub(crate) fn warm_start_step(&mut self, step: u64, row: &mut Row) -> Result<usize, TrainError> {
        let problems = self.warm_start_problems(step)?;
        let settings = &self.recipe.policy.warm_start;
        let (prompt_tokens, prompts) = self.policy.encode_prompts(&problems, 0)?;
        let (mut tokens, mut samples) = (Vec::new(), Segments::default());
        for problem in &problems {
            let completion = self.policy.encode_completion(&problem.solution())?;
            samples.push(completion.len());
            tokens.extend(completion);
        }
        let prompt_of: Vec<u32> = (0..problems.len() as u32).collect();
        let columns = Columns {
            texts: Continuations {
                prompt_tokens: &prompt_tokens,
                prompts: &prompts,
                prompt_of: &prompt_of,
                tokens: &tokens,
                samples: &samples,
            },
            // Every token of a solution counts alike: plain likelihood.
            advantage: &vec![1.0; tokens.len()],
            mask: &vec![true; tokens.len()],
            old_logp: None,
            ref_logp: None,
            temperature: 1.0,
            token_limit: tokens.len(),
        };
        let objective = ObjectiveConfig::WeightedLikelihood(WeightedLikelihood::default());
        let total = Plan::of(self.recipe).warm_start;
        let rate = learning_rate(settings.schedule, settings.learning_rate, settings.warmup_steps, step, total);
        let outcome = self.learner.update(&mut self.policy.model, &columns, &objective, rate);
        let Update { loss, entropy, gradient_norm, tokens, .. } =
            outcome.map_err(|refusal| self.refused(refusal, row))?;
        row.set("loss", loss.value);
        row.set("entropy", entropy / tokens.max(1) as f64);
        row.set("gradient_norm", gradient_norm);
        row.set("learning_rate", rate);
        row.set("tokens", tokens as f64);
        Ok(tokens)
    }

    /// The problems of a step: every pass over the examples is in an order of its own.
    fn warm_start_problems(&mut self, step: u64) -> Result<Vec<Problem>, TrainError> {
        let settings = &self.recipe.policy.warm_start;
        let seed = self.recipe.train.seed;
        let per_epoch = settings.examples.div_ceil(settings.batch) as u64;
        let (epoch, batch) = ((step - 1) / per_epoch, ((step - 1) % per_epoch) as usize);
        let order = self.order.of_epoch(seed, epoch, settings.examples);
        let chosen = order.chunks(settings.batch).nth(batch).unwrap_or_default();
        let problem = |index: &u64| {
            let mut problem = self.task.problem(seed, Split::Train, *index)?;
            if !Stream::new(seed, "warm-start/worked", 0, *index).chance(settings.worked) {
                problem.steps.clear();
            }
            Ok(problem)
        };
        chosen.iter().map(problem).collect()
    }
}

/// The order of the examples in the epoch that was asked for last.
#[derive(Default)]
pub(crate) struct Order {
    epoch: Option<u64>,
    examples: Vec<u64>,
}

impl Order {
    fn of_epoch(&mut self, seed: u64, epoch: u64, examples: usize) -> &[u64] {
        if self.epoch != Some(epoch) {
            self.examples = (0..examples as u64).collect();
            Stream::new(seed, "warm-start/order", epoch, 0).shuffle(&mut self.examples);
            self.epoch = Some(epoch);
        }
        &self.examples
    }
}
