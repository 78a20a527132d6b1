//! Where one token's weight comes from: every link from the verdict to dL/dlogp, recomputed and compared with what was recorded.

mod derivative;
mod readings;

pub use derivative::{Contribution, Counts};
pub use readings::{KlProcessReading, Readings, StepOfToken, TokenHeadReading};

use crate::{ExplainError, Record, Rule, Setting};
use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
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
    /// What else credit and objective read at the token.
    pub readings: Readings,
    /// Whether the policy learns from the sample.
    pub takes_part: TakesPart,
    /// The part of the step that the token was first learnt in.
    pub counts: Counts,
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

/// Whether the policy learns from a sample, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakesPart {
    /// It does.
    Yes,
    /// The sample has no reward.
    NoReward,
    /// The token head still learns alone.
    HeadAlone,
    /// The teacher had no help for it.
    NoHelp,
    /// The recipe keeps others of its group, or none.
    NotSelected,
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
            && self.readings.token_head.is_none_or(|head| (head.weight - head.weight_again).abs() <= TOLERANCE)
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
        let has_baseline = table.optional.baseline.as_ref().is_none_or(|baseline| baseline[row].is_some());
        if !has_baseline && reward_again.is_some() {
            notes.push("Its prompt has no baseline to compare with, so that its samples lost their reward.".to_owned());
        }
        let reward_again = reward_again.filter(|_| has_baseline);
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
        let readings = self.readings();
        let outcome = readings.kl_process.and_then(|_| self.outcome_advantages());
        let line = outcome.as_ref().or(again.as_ref()).unwrap_or(recorded);
        let place = self.token_in_batch();
        let scored = members.clone().filter(|member| batch.scored[*member]);
        let pairs = scored.map(|member| Some((batch.scores[member], mean(line, member)?)));
        let rule = pairs.collect::<Option<Vec<(f64, f64)>>>().map_or(Rule::Other, |pairs| Rule::read(&pairs));
        let setting = self.setting();
        let derived = self.derivative(&setting, group, &mut notes);
        let kept = table.optional.kept.as_ref().map(|kept| kept[row]);
        if kept.is_some_and(|kept| kept != (derived.takes_part == TakesPart::Yes)) {
            notes.push("Whether the sample takes part is not as recorded.".to_owned());
        }
        let readings = Readings { log_ratios: derived.log_ratios, update_entropy: derived.entropy, ..readings };
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
            readings,
            takes_part: derived.takes_part,
            counts: derived.counts,
            derivative: derived.contribution,
            recorded: f64::from(table.weight[self.token_in_table()]),
            notes,
        }
    }

    fn token_in_table(&self) -> usize {
        self.table.samples.range(self.row).start + self.token
    }

    fn token_in_batch(&self) -> usize {
        self.record.batch.samples.range(self.sample).start + self.token
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
}
