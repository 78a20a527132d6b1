//! The same recorded rollouts through many settings.
//!
//! Per setting, over the tokens that take part, with w = dL/dlogp where the policy still is where it sampled:
//!
//! ```text
//! agreement           share of tokens with the same sign of w (-, 0 or +) in both settings
//! effective samples   (sum_i W_i)^2 / sum_i W_i^2     with W_i the sum of |w| over sample i: how many samples it is as if one learnt from
//! without gradient    share of tokens with w = 0
//! mean weight         mean of |w|
//! cosine              sum w w1 / sqrt(sum w^2 sum w1^2)     with w1 of the first setting; 1 where the two differ by a factor alone
//! dominance of a signal   |A - A'| / sum of that over all signals, with A' the advantages when the signal's scores
//!                     are replaced by their mean in each group, |.| the sum over tokens
//! ```

use crate::learnt::Learnt;
use crate::outcome::{advantages, cosine, slopes};
use crate::{ExplainError, Record, Setting};
use plaudit_core::Batch;
use serde::Serialize;

/// Recorded steps through many settings.
#[derive(Clone, Debug, Serialize)]
pub struct Replay {
    /// What was replayed.
    pub input: String,
    /// The steps (1 where the input has no steps).
    pub steps: Vec<u64>,
    /// Samples of all steps.
    pub samples: usize,
    /// Tokens of all steps that take part.
    pub tokens: usize,
    /// The signals that were recorded.
    pub signals: Vec<String>,
    /// The settings that could be replayed, in the order asked for.
    pub settings: Vec<Replayed>,
    /// Per pair of these settings: the share of tokens with the same sign of dL/dlogp.
    pub agreement: Vec<Vec<f64>>,
    /// The settings that could not.
    pub refused: Vec<Refused>,
}

/// What a setting makes of the rollouts: means over the steps.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// The setting.
    pub setting: Setting,
    /// The cosine between its dL/dlogp and those of the first setting; nothing where one of them is 0 everywhere.
    pub cosine: Option<f64>,
    /// Effective samples, as a share of those that take part.
    pub effective: f64,
    /// The share of tokens without gradient.
    pub without_gradient: f64,
    /// The mean of |dL/dlogp|.
    pub mean_weight: f64,
    /// Per recorded signal: its dominance; empty where it is not known how the reward is made of them, or the objective reads no advantages.
    pub dominance: Vec<f64>,
    /// The same step by step.
    pub steps: Vec<StepStatistics>,
}

/// What a setting makes of one step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StepStatistics {
    /// The step.
    pub step: u64,
    /// The share of tokens with the same sign as in the first setting.
    pub agreement: f64,
    /// See [`Replayed::effective`].
    pub effective: f64,
    /// See [`Replayed::without_gradient`].
    pub without_gradient: f64,
    /// See [`Replayed::mean_weight`].
    pub mean_weight: f64,
}

/// A setting that the rollouts cannot supply.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// What is missing.
    pub reason: String,
}

/// A setting's course through the steps.
#[derive(Default)]
struct Course {
    steps: Vec<StepStatistics>,
    /// dL/dlogp of all steps, tokens that take part only.
    weights: Vec<f64>,
    /// Per signal: the difference it makes, summed over the steps.
    differences: Vec<f64>,
    /// Whether it is known in every step how the reward is made of the signals.
    is_weighed: bool,
}

impl Replay {
    /// Puts recorded batches through settings. A recipe's reward is the weighted sum of the recorded scores of its signals; scores are not
    /// made again. Any other setting takes the recorded reward.
    ///
    /// # Errors
    /// A run whose recipe is not valid. What a setting lacks is no error but listed.
    pub fn of(records: &[Record], settings: &[Setting]) -> Result<Self, ExplainError> {
        let first = records.first().map(|record| &record.batch.sources);
        let signals: Vec<String> = first.into_iter().flatten().map(|scores| scores.source.clone()).collect();
        let mut replay = Self {
            input: input_name(records),
            steps: Vec::new(),
            samples: 0,
            tokens: 0,
            signals,
            settings: Vec::new(),
            agreement: Vec::new(),
            refused: Vec::new(),
        };
        for (index, record) in records.iter().enumerate() {
            replay.steps.push(step_of(record, index));
            replay.samples += record.batch.samples.len();
            replay.tokens += record.batch.mask.iter().filter(|written| **written).count();
        }
        let recipe = records.first().map(Record::recipe).transpose()?.flatten();
        let of_run: Vec<(String, f64)> = recipe
            .iter()
            .flat_map(|recipe| &recipe.signal)
            .map(|signal| (signal.name.clone(), signal.weight))
            .collect();
        let mut weights: Vec<Vec<f64>> = Vec::new();
        for setting in settings {
            match course(records, setting, &of_run, weights.first().map(Vec::as_slice)) {
                Ok(course) => {
                    let cosine = cosine(weights.first().unwrap_or(&course.weights), &course.weights);
                    weights.push(course.weights.clone());
                    replay.settings.push(replayed(setting, course, cosine));
                }
                Err(errors) => {
                    // Whoever refuses names the setting, and the list does so too.
                    let prefix = format!("{}: ", setting.name);
                    let reason = |error: &ExplainError| error.to_string().trim_start_matches(&prefix).to_owned();
                    let reason = errors.iter().map(reason).collect::<Vec<String>>().join("; ");
                    replay.refused.push(Refused { name: setting.name.clone(), reason });
                }
            }
        }
        replay.agreement = weights.iter().map(|a| weights.iter().map(|b| agreement(a, b)).collect()).collect();
        Ok(replay)
    }
}

fn input_name(records: &[Record]) -> String {
    match records {
        [only] => only.name.clone(),
        [first, ..] => first.run.as_ref().map_or_else(|| first.name.clone(), |run| run.display().to_string()),
        [] => "nothing".to_owned(),
    }
}

fn step_of(record: &Record, index: usize) -> u64 {
    record.table.as_ref().and_then(|table| table.step.first().copied()).unwrap_or(index as u64 + 1)
}

/// The course of a setting; or everything that its first impossible step lacks.
fn course(
    records: &[Record],
    setting: &Setting,
    of_run: &[(String, f64)],
    first: Option<&[f64]>,
) -> Result<Course, Vec<ExplainError>> {
    let alone = |error| vec![error];
    if !setting.has_steps {
        let reason = "the recipe learns from solutions alone; it has no steps of reinforcement learning";
        return Err(alone(ExplainError::Absent(reason.to_owned())));
    }
    let mut course = Course { is_weighed: true, ..Course::default() };
    for (index, record) in records.iter().enumerate() {
        let batch = &rewarded(setting, &record.batch).map_err(alone)?;
        let advantage = match (advantages(setting, batch), Learnt::of(setting, record, batch).check(setting)) {
            (Ok(advantage), Ok(())) => advantage,
            (credit, objective) => return Err(credit.err().into_iter().chain(objective.err()).collect()),
        };
        let slopes = slopes(setting, record, batch, &advantage).map_err(alone)?.logp;
        let written = || (0..slopes.len()).filter(|token| record.batch.mask[*token]);
        let weights: Vec<f64> = written().map(|token| slopes[token]).collect();
        let from = course.weights.len();
        let same = first.map_or(1.0, |first| agreement(&first[from..from + weights.len()], &weights));
        course.steps.push(StepStatistics {
            step: step_of(record, index),
            agreement: same,
            effective: effective(batch, &slopes),
            without_gradient: share(weights.iter().filter(|weight| **weight == 0.0).count(), weights.len()),
            mean_weight: weights.iter().map(|weight| weight.abs()).sum::<f64>() / weights.len().max(1) as f64,
        });
        course.weights.extend(weights);
        match factors(setting, batch, of_run) {
            Some(factors) => {
                course.differences.resize(factors.len(), 0.0);
                for (source, factor) in factors.iter().enumerate() {
                    let without = advantages(setting, &without_source(batch, source, *factor)).map_err(alone)?;
                    let apart = advantage.iter().zip(&without).map(|(with, without)| (with - without).abs());
                    course.differences[source] += apart.sum::<f64>();
                }
            }
            None => course.is_weighed = false,
        }
    }
    Ok(course)
}

fn replayed(setting: &Setting, course: Course, cosine: Option<f64>) -> Replayed {
    let Course { steps, differences, is_weighed, .. } = course;
    let mean = |value: fn(&StepStatistics) -> f64| steps.iter().map(value).sum::<f64>() / steps.len().max(1) as f64;
    let whole: f64 = differences.iter().sum();
    let is_known = is_weighed && whole > 0.0 && setting.objective.needs().advantage;
    Replayed {
        setting: setting.clone(),
        cosine,
        effective: mean(|step| step.effective),
        without_gradient: mean(|step| step.without_gradient),
        mean_weight: mean(|step| step.mean_weight),
        dominance: if is_known { differences.iter().map(|part| part / whole).collect() } else { Vec::new() },
        steps,
    }
}

/// The batch with the reward that a recipe makes of the recorded scores. A batch without signals one by one keeps its reward.
fn rewarded(setting: &Setting, batch: &Batch) -> Result<Batch, ExplainError> {
    let mut batch = batch.clone();
    if setting.signals.is_empty() || batch.sources.is_empty() {
        return Ok(batch);
    }
    let mut weighed = Vec::new();
    for (name, weight) in setting.signals.iter().filter(|(_, weight)| *weight != 0.0) {
        let scores =
            batch.sources.iter().find(|scores| scores.source == *name).ok_or_else(|| ExplainError::Missing {
                setting: setting.name.clone(),
                reader: "the reward".to_owned(),
                columns: format!("`score/{name}`"),
            })?;
        weighed.push((scores, *weight));
    }
    let reward =
        |sample: usize| weighed.iter().map(|(scores, weight)| Some(weight * scores.get(sample)?)).sum::<Option<f64>>();
    let rewards: Vec<Option<f64>> = (0..batch.samples.len()).map(reward).collect();
    batch.scores = rewards.iter().map(|reward| reward.unwrap_or(0.0)).collect();
    batch.scored = rewards.iter().map(Option::is_some).collect();
    Ok(batch)
}

/// Per recorded signal: its factor in the reward, where the reward is known to be their weighted sum.
fn factors(setting: &Setting, batch: &Batch, of_run: &[(String, f64)]) -> Option<Vec<f64>> {
    let known = if setting.signals.is_empty() { of_run } else { &setting.signals };
    let factor = |source: &String| match known {
        [] => 1.0,
        known => known.iter().find(|(name, _)| name == source).map_or(0.0, |(_, weight)| *weight),
    };
    let factors: Vec<f64> = batch.sources.iter().map(|scores| factor(&scores.source)).collect();
    let adds_up = |sample: usize| {
        let sum: f64 = batch.sources.iter().zip(&factors).map(|(scores, factor)| factor * scores.values[sample]).sum();
        !batch.scored[sample] || (sum - batch.scores[sample]).abs() <= 1e-9 * sum.abs().max(1.0)
    };
    (!factors.is_empty() && (0..batch.samples.len()).all(adds_up)).then_some(factors)
}

/// The batch as if a signal told nothing about the members of a group: each has the group's mean of it.
fn without_source(batch: &Batch, source: usize, factor: f64) -> Batch {
    let mut batch = batch.clone();
    for group in batch.groups.iter() {
        let scores = &mut batch.sources[source];
        let scored: Vec<usize> = group.filter(|sample| scores.scored[*sample]).collect();
        let mean = scored.iter().map(|sample| scores.values[*sample]).sum::<f64>() / scored.len().max(1) as f64;
        for sample in scored {
            batch.scores[sample] += factor * (mean - scores.values[sample]);
            scores.values[sample] = mean;
        }
    }
    batch
}

/// The share of tokens with the same sign.
fn agreement(a: &[f64], b: &[f64]) -> f64 {
    let sign = |weight: f64| (weight > 0.0, weight < 0.0);
    let same = a.iter().zip(b).filter(|(a, b)| sign(**a) == sign(**b)).count();
    share(same, a.len())
}

fn effective(batch: &Batch, slopes: &[f64]) -> f64 {
    let takes_part = |range: &std::ops::Range<usize>| batch.mask[range.clone()].iter().any(|written| *written);
    let sums: Vec<f64> = batch
        .samples
        .iter()
        .filter(takes_part)
        .map(|range| slopes[range].iter().map(|slope| slope.abs()).sum())
        .collect();
    let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
    if squares == 0.0 { 0.0 } else { sums.iter().sum::<f64>().powi(2) / squares / sums.len() as f64 }
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated;

    fn settings(names: &[&str]) -> Vec<Setting> {
        names.iter().map(|name| Setting::named(name, &[]).unwrap()).collect()
    }

    #[test]
    fn a_setting_agrees_with_itself() {
        let replay =
            Replay::of(&[generated(0), generated(1)], &settings(&["group", "group", "weighted-likelihood"])).unwrap();
        assert_eq!((replay.steps.as_slice(), replay.samples), (&[1, 2][..], 50));
        assert_eq!((replay.agreement[0][1], replay.agreement[1][1]), (1.0, 1.0));
        assert_eq!(replay.settings[0].steps, replay.settings[1].steps);
        assert!(replay.settings.iter().all(|replayed| (0.0..=1.0).contains(&replayed.effective)));
        let [correct, form] = replay.settings[0].dominance[..] else { panic!("two signals") };
        assert!(correct > 3.0 * form && (correct + form - 1.0).abs() < 1e-12, "{correct} {form}");
    }

    #[test]
    fn what_is_missing_is_listed() {
        let replay = Replay::of(&[generated(0)], &settings(&["grpo-nano", "group", "c-rlft"])).unwrap();
        assert_eq!((replay.refused.len(), replay.settings.len()), (2, 1));
        assert!(replay.refused[1].reason.contains("no steps of reinforcement learning"));
        assert_eq!(replay.refused[0].reason, "the reward reads `score/outcome`, which this batch does not have");
    }

    #[test]
    fn effective_samples_by_hand() {
        let rows = [1.0, 0.0, 0.0].map(|score| plaudit_core::Sample {
            score: Some(score),
            tokens: Some(1),
            ..Default::default()
        });
        let batch = Record::from_rows("x", rows.to_vec()).unwrap().batch;
        assert_eq!(effective(&batch, &[-1.0, 1.0, 0.0]), 2.0 / 3.0);
        assert_eq!(effective(&batch, &[0.0; 3]), 0.0);
        assert_eq!(agreement(&[1.0, 0.0, -1.0, 2.0], &[3.0, 0.0, 1.0, 0.0]), 0.5);
    }
}
