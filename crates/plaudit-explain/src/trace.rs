//! Where one token's weight comes from: every link from the verdict to dL/dlogp, recomputed and compared with what was recorded.
//!
//! The last links are taken apart by asking the objective itself, on the part of the batch that the token was first learnt from, with the
//! policy still where it sampled (all ratios 1). With d(A) the derivative at the token when every advantage is A:
//!
//! ```text
//! rest   = d(0)                        what does not depend on advantages: a KL penalty
//! share  = d(0) - d(1)                 the weight of the token in the batch's average
//! factor = (d - rest) / (-share * A)   what ratio and clipping make of it; 1 where the policy has not moved
//! dL/dlogp = -share * A * factor + rest
//! ```

use crate::outcome::{Inputs, evaluate, pass_rate, taking_part, token_limit};
use crate::{ExplainError, Record, Rule, Setting};
use plaudit_core::{Batch, PolicyColumns, Sample, Stream};
use plaudit_credit::CreditConfig;
use plaudit_objective::{BatchTotals, ObjectiveConfig};
use plaudit_recipe::Recipe;
use plaudit_report::RolloutTable;
use serde::Serialize;

/// Recorded numbers are single precision, and the trainer computes in it.
const TOLERANCE: f64 = 1e-5;

/// One token's weight, from the verdict to the derivative.
#[derive(Clone, Debug, Serialize)]
pub struct Trace {
    /// The step it was learnt from.
    pub step: u64,
    /// The sample's row in the step's rollouts, from 0.
    pub sample: usize,
    /// The token's position in its sample, from 0, and the number of tokens there.
    pub token: [usize; 2],
    /// The token's id.
    pub token_id: u32,
    /// The prompt.
    pub prompt: String,
    /// The completion.
    pub completion: String,
    /// The right answer, where there is one.
    pub answer: Option<String>,
    /// How the check ended.
    pub verdict: Option<String>,
    /// What each signal gave.
    pub signals: Vec<SignalScore>,
    /// The reward that was recorded.
    pub reward: Option<f64>,
    /// The weighted sum of the scores.
    pub reward_again: Option<f64>,
    /// The scores of the sample's group, itself among them.
    pub group: Vec<Option<f64>>,
    /// The place of the sample in its group, from 0.
    pub place: usize,
    /// How the group's advantages follow from its scores.
    pub rule: Rule,
    /// The estimator.
    pub credit: CreditConfig,
    /// The advantage of the token that was recorded.
    pub advantage: f64,
    /// The advantage computed again; or why it cannot be.
    pub advantage_again: Option<f64>,
    /// The objective.
    pub objective: ObjectiveConfig,
    /// Which of the step's parts the token was first learnt in, from 1, and their number.
    pub part: [usize; 2],
    /// Tokens and samples of that part that take part, and tokens of this sample.
    pub counts: [usize; 3],
    /// How dL/dlogp is made up, where it can be computed.
    pub derivative: Option<Contribution>,
    /// dL/dlogp as it was recorded.
    pub recorded: f64,
    /// What could not be followed, a sentence each.
    pub notes: Vec<String>,
}

/// What a signal gave a sample.
#[derive(Clone, Debug, Serialize)]
pub struct SignalScore {
    /// Its name.
    pub name: String,
    /// Its factor in the reward.
    pub weight: f64,
    /// Its score, where it gave one.
    pub score: Option<f64>,
}

/// How a derivative is made up; see the head of the file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contribution {
    /// The weight of the token in the batch's average; nothing where the objective reads no advantages.
    pub share: Option<f64>,
    /// What ratio and clipping make of the advantage; nothing where it is 0.
    pub factor: Option<f64>,
    /// The factor that makes the recorded derivative of the rest of the chain, where the policy had moved and its ratio was not recorded.
    pub implied: Option<f64>,
    /// What does not depend on advantages.
    pub rest: f64,
    /// dL/dlogp.
    pub total: f64,
}

impl Trace {
    /// Follows token `token` of row `sample` of a step of a run.
    ///
    /// # Errors
    /// A record that belongs to no run, or a sample or token that is not there.
    pub fn of(record: &Record, sample: usize, token: usize) -> Result<Self, ExplainError> {
        let (Some(table), Some(recipe)) = (&record.table, record.recipe()?) else {
            return Err(ExplainError::Absent(format!("{} belongs to no run with a recipe", record.name)));
        };
        let within = |what: &str, index: usize, count: usize, of: &str| match index < count {
            true => Ok(()),
            false if count == 0 => Err(ExplainError::Absent(format!("{of} has no {what}s"))),
            false => {
                Err(ExplainError::Absent(format!("there is no {what} {index}: {of} has {what}s 0 to {}", count - 1)))
            }
        };
        within("sample", sample, table.len(), &record.name)?;
        let range = table.samples.range(sample);
        within("token", token, range.len(), &format!("sample {sample}"))?;
        let place = record.batch.row.iter().position(|row| *row == sample).expect("every row is a sample of the batch");
        Ok(Follower { record, table, recipe, row: sample, sample: place, token }.follow())
    }

    /// Whether a number computed again is the recorded one, up to single precision.
    pub fn agrees(recorded: f64, again: f64) -> bool {
        (recorded - again).abs() <= TOLERANCE * recorded.abs().max(again.abs())
    }

    /// Whether every link was followed and the recorded weight came out.
    pub fn is_reproduced(&self) -> bool {
        let reward = match (self.reward, self.reward_again) {
            (Some(recorded), Some(again)) => Self::agrees(recorded, again),
            (recorded, again) => recorded == again,
        };
        reward
            && self.advantage_again.is_some_and(|again| Self::agrees(self.advantage, again))
            && self.derivative.is_some_and(|derivative| Self::agrees(self.recorded, derivative.total))
    }
}

struct Follower<'a> {
    record: &'a Record,
    table: &'a RolloutTable,
    recipe: Recipe,
    /// Row of the table.
    row: usize,
    /// The same sample in the batch, which is ordered by group.
    sample: usize,
    /// Position in the sample.
    token: usize,
}

impl Follower<'_> {
    fn follow(self) -> Trace {
        let Self { record, table, recipe, row, sample, token } = &self;
        let (row, sample) = (*row, *sample);
        let mut notes = Vec::new();
        let signals: Vec<SignalScore> = recipe
            .signal
            .iter()
            .map(|signal| SignalScore {
                name: signal.name.clone(),
                weight: signal.weight,
                score: table.scores.get(&signal.name).and_then(|scores| scores[row]),
            })
            .collect();
        let weighed = signals.iter().filter(|signal| signal.weight != 0.0);
        let reward_again = weighed.map(|signal| Some(signal.weight * signal.score?)).sum::<Option<f64>>();
        let batch = &record.batch;
        let group = record.group_of(sample);
        let members = batch.groups.range(group);
        let again = self.advantages(&mut notes);
        let mean = |advantage: &[f64], sample: usize| {
            let range = batch.samples.range(sample);
            let first = advantage[range.clone()].first().copied()?;
            advantage[range].iter().all(|value| *value == first).then_some(first)
        };
        let recorded = batch.advantage.as_ref().expect("rollouts have advantages");
        let line = again.as_ref().unwrap_or(recorded);
        let place = batch.samples.range(sample).start + token;
        let scored = members.clone().filter(|member| batch.scored[*member]);
        let pairs = scored.map(|member| Some((batch.scores[member], mean(line, member)?)));
        let rule = pairs.collect::<Option<Vec<(f64, f64)>>>().map_or(Rule::Other, |pairs| Rule::read(&pairs));
        let setting = self.setting();
        let (part, parts, counts, derivative) = self.derivative(&setting, group, &mut notes);
        Trace {
            step: table.step.first().copied().unwrap_or(0),
            sample: row,
            token: [*token, batch.samples.range(sample).len()],
            token_id: table.tokens[self.token_in_table()],
            prompt: table.prompt[row].clone(),
            completion: table.completion[row].clone(),
            answer: table.answer[row].clone(),
            verdict: table.verdict[row].as_ref().map(ToString::to_string),
            signals,
            reward: table.reward[row],
            reward_again,
            group: members.clone().map(|member| table.reward[batch.row[member]]).collect(),
            place: sample - members.start,
            rule,
            credit: recipe.credit.clone(),
            advantage: recorded[place],
            advantage_again: again.map(|advantage| advantage[place]),
            objective: recipe.objective.clone(),
            part: [part + 1, parts],
            counts,
            derivative,
            recorded: f64::from(table.weight[self.token_in_table()]),
            notes,
        }
    }

    fn token_in_table(&self) -> usize {
        self.table.samples.range(self.row).start + self.token
    }

    fn setting(&self) -> Setting {
        Setting::of(&self.record.name, &self.recipe)
    }

    fn advantages(&self, notes: &mut Vec<String>) -> Option<Vec<f64>> {
        match crate::outcome::advantages(&self.setting(), &self.record.batch) {
            Ok(advantage) => Some(advantage),
            Err(error) => {
                notes.push(format!("The advantage cannot be computed again, the recorded one is taken: {error}."));
                None
            }
        }
    }

    /// The part of the step that the sample's group was first learnt in, the number of parts, what it counts, and the derivative there.
    fn derivative(
        &self,
        setting: &Setting,
        group: usize,
        notes: &mut Vec<String>,
    ) -> (usize, usize, [usize; 3], Option<Contribution>) {
        let parts = self.recipe.train.minibatches.max(1);
        let part_of = self.parts(parts);
        let part = part_of[group];
        let members = |group: usize| self.record.batch.groups.range(group);
        let rows: Vec<usize> = (0..part_of.len()).filter(|other| part_of[*other] == part).flat_map(members).collect();
        let samples: Vec<Sample> =
            rows.iter().map(|row| self.record.rows[self.record.batch.row[*row]].clone()).collect();
        let batch = &Batch::from_samples(&samples).expect("some rows of a batch are a batch");
        let sample = rows.iter().position(|row| *row == self.sample).expect("a group is in its own part");
        let token = batch.samples.range(sample).start + self.token;

        let needs = setting.objective.needs();
        let mask = taking_part(batch, needs);
        let zeros = vec![0.0; mask.len()];
        let pass_rate = pass_rate(batch);
        let columns = batch.policy().expect("rollouts have log-probabilities");
        let columns = PolicyColumns {
            mask: &mask,
            ref_logp: needs.reference.then_some(columns.logp),
            entropy: Some(&zeros),
            pass_rate: pass_rate.as_deref(),
            ..columns
        };
        let totals = BatchTotals::of(&columns, token_limit(setting, batch));
        let own = batch.samples.range(sample).filter(|token| mask[*token]).count();
        let counts = [totals.tokens, totals.samples, own];
        if needs.reference {
            let lost = "Rollouts do not record the log-probabilities of a reference or teacher: they are taken to be those of the policy.";
            notes.push(lost.to_owned());
        }
        if part > 0 {
            notes.push(format!(
                "The token was first learnt in part {} of the step's {parts}, when the policy had already moved: its ratio is not recorded.",
                part + 1
            ));
        }
        if let Some((_, column)) =
            [(needs.pairs, "pair"), (needs.weight, "weight")].into_iter().find(|(is_needed, _)| *is_needed)
        {
            notes.push(format!("The objective reads `{column}`, which rollouts do not record."));
            return (part, parts, counts, None);
        }
        let at = |advantage: &[f64]| {
            let columns = PolicyColumns { advantage: Some(advantage), ..columns };
            evaluate(&setting.objective, &Inputs { columns, totals }).logp[token]
        };
        let advantage = columns.advantage.expect("rollouts have advantages");
        let total = at(advantage);
        let rest = if needs.advantage { at(&zeros) } else { 0.0 };
        let share = needs.advantage.then(|| rest - at(&vec![1.0; mask.len()]));
        let push = -share.unwrap_or(0.0) * advantage[token];
        let factor = (push != 0.0).then(|| (total - rest) / push);
        let recorded = f64::from(self.table.weight[self.token_in_table()]);
        let implied = (part > 0 && push != 0.0).then(|| (recorded - rest) / push);
        (part, parts, counts, Some(Contribution { share, factor, implied, rest, total }))
    }

    /// Per group: the part of the step it is first learnt in, as the trainer deals them out.
    fn parts(&self, count: usize) -> Vec<usize> {
        let groups = self.record.batch.groups.len();
        let mut order: Vec<usize> = (0..groups).collect();
        if count > 1 {
            let step = self.table.step.first().copied().unwrap_or(0);
            Stream::new(self.recipe.train.seed, "minibatches", step, 0).shuffle(&mut order);
        }
        let mut part_of = vec![0; groups];
        for part in 0..count {
            for place in part * groups / count..(part + 1) * groups / count {
                part_of[order[place]] = part;
            }
        }
        part_of
    }
}
