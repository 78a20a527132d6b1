//! The warm start: supervised learning of the task's own solutions.

use crate::schedule::learning_rate;
use crate::trainer::Trainer;
use crate::update::{Columns, Update};
use crate::{Plan, TrainError, teacher};
use plaudit_core::{Segments, Stream};
use plaudit_engine::Continuations;
use plaudit_objective::{Aggregation, ObjectiveConfig, WeightedLikelihood};
use plaudit_recipe::WarmStart;
use plaudit_report::Row;
use plaudit_task::Split;

impl Trainer<'_, '_> {
    /// Takes step `step` (from 1) and fills its row.
    pub(crate) fn warm_start_step(&mut self, step: u64, row: &mut Row) -> Result<usize, TrainError> {
        let examples = self.examples(step)?;
        let settings = &self.recipe.policy.warm_start;
        let texts: Vec<&str> = examples.iter().map(|example| example.prompt.as_str()).collect();
        let (prompt_tokens, prompts) = self.policy.encode_texts(&texts, 0)?;
        let (mut tokens, mut samples) = (Vec::new(), Segments::default());
        for example in &examples {
            let completion = self.policy.encode_completion(&example.solution)?;
            samples.push(completion.len());
            tokens.extend(completion);
        }
        let prompt_of: Vec<u32> = (0..examples.len() as u32).collect();
        let weight: Vec<f32> = (examples.iter().zip(samples.iter()))
            .flat_map(|(example, range)| std::iter::repeat_n(example.weight as f32, range.len()))
            .collect();
        let columns = Columns {
            texts: Continuations {
                prompt_tokens: &prompt_tokens,
                prompts: &prompts,
                prompt_of: &prompt_of,
                tokens: &tokens,
                samples: &samples,
            },
            groups: &Segments::from_lengths(vec![1; examples.len()]),
            advantage: &weight,
            mask: &vec![true; tokens.len()],
            old_logp: None,
            ref_logp: None,
            weight: None,
            label: &vec![1.0; examples.len()],
            pass_rate: &vec![1.0; examples.len()],
            temperature: 1.0,
            token_limit: tokens.len(),
        };
        let total = Plan::of(self.recipe).warm_start;
        let rate = learning_rate(settings.schedule, settings.learning_rate, settings.warmup_steps, step, total);
        let outcome = self.learner.update(&mut self.policy.model, &columns, &objective(settings), rate);
        let Update { loss, entropy, gradient_norm, tokens, .. } =
            outcome.map_err(|refusal| self.refused(refusal, row))?;
        row.set("loss", loss.value);
        row.set("entropy", entropy / tokens.max(1) as f64);
        row.set("gradient_norm", gradient_norm);
        row.set("learning_rate", rate);
        row.set("tokens", tokens as f64);
        Ok(tokens)
    }

    /// The examples of a step: every pass over them is in an order of its own.
    fn examples(&mut self, step: u64) -> Result<Vec<Example>, TrainError> {
        let settings = &self.recipe.policy.warm_start;
        let per_epoch = settings.examples.div_ceil(settings.batch) as u64;
        let (epoch, batch) = ((step - 1) / per_epoch, ((step - 1) % per_epoch) as usize);
        let order = self.order.of_epoch(self.recipe.train.seed, epoch, settings.examples);
        let chosen = order.chunks(settings.batch).nth(batch).unwrap_or_default().to_vec();
        chosen.into_iter().map(|index| self.example(index)).collect()
    }

    /// Example `index`. What is drawn for it is the same in every pass.
    fn example(&self, index: u64) -> Result<Example, TrainError> {
        let settings = &self.recipe.policy.warm_start;
        let seed = self.recipe.train.seed;
        let stream = |purpose: &str| Stream::new(seed, purpose, 0, index);
        let worked = self.task.problem(seed, Split::Train, index)?;
        let mut problem = worked.clone();
        if !stream("warm-start/worked").chance(settings.worked) {
            problem.steps.clear();
        }
        let (mut prefix, mut weight) = (self.recipe.policy.prefix(), 1.0);
        if let Some(mixture) = &settings.mixture {
            let mut quality = stream("warm-start/mixture");
            weight = mixture.expert_weight;
            if !quality.chance(mixture.expert) {
                (prefix, weight) = (mixture.other_prefix.as_str(), mixture.other_weight);
                problem = problem.corrupted(&mut quality)?;
            }
        }
        let prompt = format!("{prefix}{}", worked.prompt);
        let mut help = stream("warm-start/helped");
        let prompt = match self.recipe.teacher.as_ref().filter(|_| help.chance(settings.helped)) {
            Some(teacher) => {
                let solution = worked.solution();
                let lines: Vec<&str> = solution.lines().collect();
                // What is shown is what is learnt: a right answer of either form, or a line of the worked solution.
                let shown = if help.chance(0.5) {
                    problem.solution()
                } else {
                    problem.steps.clone_from(&worked.steps);
                    teacher::hint(help.pick::<&str>(&lines))
                };
                teacher::read(teacher, &prompt, &shown)
            }
            None => prompt,
        };
        Ok(Example { prompt, solution: problem.solution(), weight })
    }
}

/// A prompt with the solution to learn, and how much it counts.
struct Example {
    prompt: String,
    solution: String,
    weight: f64,
}

/// The loss: where solutions are of one quality, every token counts alike; in a mixture every solution counts as its weight, whatever its
/// length.
fn objective(settings: &WarmStart) -> ObjectiveConfig {
    let plain = WeightedLikelihood::default();
    ObjectiveConfig::WeightedLikelihood(match settings.mixture {
        None => plain,
        Some(_) => WeightedLikelihood { aggregation: Aggregation::SequenceMeanTokenMean, weighted_mean: true, ..plain },
    })
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
