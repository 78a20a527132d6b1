//! Measuring a policy on held-out prompts.

use crate::{Policy, TrainError};
use plaudit_core::{Segments, Stream, VerdictCounts};
use plaudit_engine::Sampling;
use plaudit_eval::{AccuracySummary, Confidence, Estimate, summarize};
use plaudit_recipe::Eval;
use plaudit_report::Row;
use plaudit_task::{Checked, Problem, Split, Task};
use rayon::prelude::*;

/// Completions that are written at the same time: enough to keep the processor busy, few enough for the memory of large models.
const SAMPLES_AT_ONCE: usize = 256;

/// What a measurement found.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Accuracy and pass@k with 95 % intervals.
    pub summary: AccuracySummary,
    /// How the checks ended.
    pub verdicts: VerdictCounts,
    /// Mean tokens of a completion, the end token included.
    pub mean_length: f64,
    /// Every completion, in the order of the prompts.
    pub answers: Vec<Answer>,
}

/// One completion and how its check ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The prompt, as the task gives it.
    pub prompt: String,
    /// The reference answer.
    pub answer: String,
    /// What the policy wrote.
    pub completion: String,
    /// What the check found.
    pub checked: Checked,
}

/// Asks the policy the first `settings.prompts` held-out problems under `seed`, or all there are if they are fewer. The same arguments
/// draw the same random numbers, so that two policies are compared on the same prompts with the same luck.
///
/// # Errors
/// If the task has no held-out problems, a prompt cannot be encoded or is too long, or sampling settings are out of range.
pub fn evaluate(
    policy: &mut Policy,
    task: &dyn Task,
    settings: &Eval,
    max_tokens: usize,
    seed: u64,
) -> Result<Evaluation, TrainError> {
    let available = task.size(Split::HeldOut).and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
    let problems = (0..settings.prompts.min(available))
        .map(|index| task.problem(seed, Split::HeldOut, index as u64))
        .collect::<Result<Vec<Problem>, _>>()?;
    let sampling = Sampling {
        temperature: settings.temperature as f32,
        max_tokens,
        stop: policy.stop_tokens(),
        ..Sampling::default()
    };
    let mut answers = Vec::with_capacity(problems.len() * settings.samples);
    let mut tokens = 0;
    for (chunk, problems) in problems.chunks((SAMPLES_AT_ONCE / settings.samples).max(1)).enumerate() {
        let first = chunk * (SAMPLES_AT_ONCE / settings.samples).max(1) * settings.samples;
        let (prompt_tokens, prompts) = policy.encode_prompts(problems, max_tokens)?;
        let stream = |sample: usize| Stream::new(seed, "evaluate", 0, (first + sample) as u64);
        let rollouts = policy.model.generate(&prompt_tokens, &prompts, settings.samples, &sampling, &stream)?;
        tokens += rollouts.tokens.len();
        let completions = (0..rollouts.len())
            .map(|sample| policy.decode(rollouts.completion(sample)))
            .collect::<Result<Vec<String>, _>>()?;
        let judged = completions.into_par_iter().enumerate().map(|(sample, completion)| {
            let problem = &problems[sample / settings.samples];
            let checked = task.check(problem, &completion);
            Answer { prompt: problem.prompt.clone(), answer: problem.answer.clone(), completion, checked }
        });
        answers.par_extend(judged);
    }
    let correct: Vec<bool> = answers.iter().map(|answer| answer.checked.verdict.is_correct()).collect();
    let prompts = Segments::from_lengths(vec![settings.samples; problems.len()]);
    let ks: Vec<u64> = settings.pass_at.iter().map(|k| *k as u64).collect();
    Ok(Evaluation {
        summary: summarize(&correct, &prompts, &ks, Confidence::default())?,
        verdicts: answers.iter().map(|answer| &answer.checked.verdict).collect(),
        mean_length: tokens as f64 / answers.len() as f64,
        answers,
    })
}

impl Evaluation {
    /// Writes the measurement into a row of `metrics.jsonl`.
    pub(crate) fn record(&self, row: &mut Row) {
        let mut estimate = |name: &str, estimate: Estimate| {
            row.set(name, estimate.value);
            row.set(format!("{name}/low"), estimate.low);
            row.set(format!("{name}/high"), estimate.high);
        };
        estimate("eval/accuracy", self.summary.accuracy);
        // pass@1 is the accuracy.
        for (k, pass_at) in self.summary.pass_at.iter().filter(|(k, _)| **k != 1) {
            estimate(&format!("eval/pass@{k}"), *pass_at);
        }
        row.set("eval/length/mean", self.mean_length);
        for (kind, count) in self.verdicts.iter() {
            row.set(format!("eval/verdict/{kind}"), count as f64);
        }
    }
}
