//! A recorded batch: one row per sample, as people write it to a file, and the columns made of the rows.

use crate::{CreditColumns, Level, Pair, PolicyColumns, Scores, Segments, Steps};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One sample of a recorded batch. Per-token lists all have the same length; a list, like every other field, is given in all samples of
/// a batch or in none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sample {
    /// Names the prompt: samples of one prompt form a group.
    pub group: u64,
    /// The score of the whole completion; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Per token: whether the policy wrote it. Absent: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<Vec<bool>>,
    /// Per token: see [`PolicyColumns::logp`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logp: Option<Vec<f64>>,
    /// Per token: see [`PolicyColumns::old_logp`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_logp: Option<Vec<f64>>,
    /// Per token: see [`PolicyColumns::ref_logp`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ref_logp: Option<Vec<f64>>,
    /// Per token: see [`PolicyColumns::entropy`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entropy: Option<Vec<f64>>,
    /// Per token: see [`PolicyColumns::advantage`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advantage: Option<Vec<f64>>,
    /// Per token: see [`PolicyColumns::weight`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Vec<f64>>,
    /// Per token: see [`CreditColumns::rewards`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewards: Option<Vec<f64>>,
    /// Per token: see [`CreditColumns::values`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<f64>>,
    /// Per token: see [`CreditColumns::collision`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision: Option<Vec<f64>>,
    /// Per token: see [`CreditColumns::importance`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<Vec<f64>>,
    /// The number of tokens, where no per-token list says it; a batch has at most 2^28.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<usize>,
    /// See [`CreditColumns::baseline`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<f64>,
    /// See [`CreditColumns::role`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<u32>,
    /// See [`PolicyColumns::label`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<f64>,
    /// Names a preference: the two samples that share it are a pair, the one with the greater `label` is the chosen one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<u64>,
    /// By how much it is better than each member of its group, itself included, in the order of the rows: a line of
    /// [`CreditColumns::pairwise`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairwise: Option<Vec<f64>>,
    /// The signals one by one: the score of the whole completion by each, null where a signal gave none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Option<f64>>,
    /// The steps or turns it consists of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<StepSample>>,
}

/// One step of a [`Sample`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepSample {
    /// Its number of tokens.
    pub tokens: usize,
    /// Its score; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// See [`Steps::key`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<u64>,
}

/// Why rows do not make a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// A list is not as long as the sample.
    #[error("`{column}` of sample {sample} has {found} tokens, and the sample {expected}")]
    Length {
        /// Position of the sample among the rows, from 0.
        sample: usize,
        /// The list.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The number of tokens of the sample.
        expected: usize,
    },
    /// A field is there in some samples and absent in others.
    #[error("sample {sample} has no `{column}`, and others do: give it in all samples or in none")]
    Missing {
        /// The first sample without it, among the rows, from 0.
        sample: usize,
        /// The field.
        column: &'static str,
    },
    /// A number is NaN or infinite where none may be.
    #[error("`{column}` of sample {sample} is not a finite number")]
    NotFinite {
        /// Position of the sample among the rows, from 0.
        sample: usize,
        /// The field.
        column: &'static str,
    },
    /// A sample is not compared with every member of its group.
    #[error("`pairwise` of sample {sample} has {found} numbers, and its group {expected} members")]
    Pairwise {
        /// Position of the sample among the rows, from 0.
        sample: usize,
        /// How many numbers it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// The batch has more tokens than fit into memory: a number of tokens that was mistyped.
    #[error("with sample {sample} the batch has more than {MOST_TOKENS} tokens")]
    TooLong {
        /// The first sample that is too much, among the rows, from 0.
        sample: usize,
    },
    /// A pair does not consist of two samples of different labels.
    #[error("pair {pair} is not two samples with different labels, of which the greater is preferred")]
    Pair {
        /// The name of the pair.
        pair: u64,
    },
}

/// The most tokens of a batch. Lists are as long as their file, but `tokens` may say anything.
const MOST_TOKENS: usize = 1 << 28;

/// A recorded batch as columns, in double precision. Samples are ordered by group, groups by their first appearance among the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Per sample: its position among the rows it was made of.
    pub row: Vec<usize>,
    /// The tokens cut into samples.
    pub samples: Segments,
    /// The samples cut into groups.
    pub groups: Segments,
    /// See [`CreditColumns::mask`].
    pub mask: Vec<bool>,
    /// See [`CreditColumns::scores`].
    pub scores: Vec<f64>,
    /// See [`CreditColumns::scored`].
    pub scored: Vec<bool>,
    /// See [`PolicyColumns::logp`].
    pub logp: Option<Vec<f64>>,
    /// See [`PolicyColumns::old_logp`].
    pub old_logp: Option<Vec<f64>>,
    /// See [`PolicyColumns::ref_logp`].
    pub ref_logp: Option<Vec<f64>>,
    /// See [`PolicyColumns::entropy`].
    pub entropy: Option<Vec<f64>>,
    /// See [`PolicyColumns::advantage`].
    pub advantage: Option<Vec<f64>>,
    /// See [`PolicyColumns::weight`].
    pub weight: Option<Vec<f64>>,
    /// See [`CreditColumns::rewards`].
    pub rewards: Option<Vec<f64>>,
    /// See [`CreditColumns::values`].
    pub values: Option<Vec<f64>>,
    /// See [`CreditColumns::collision`].
    pub collision: Option<Vec<f64>>,
    /// See [`CreditColumns::importance`].
    pub importance: Option<Vec<f64>>,
    /// See [`CreditColumns::baseline`].
    pub baseline: Option<Vec<f64>>,
    /// See [`CreditColumns::role`].
    pub role: Option<Vec<u32>>,
    /// See [`PolicyColumns::label`].
    pub label: Option<Vec<f64>>,
    /// See [`PolicyColumns::pairs`].
    pub pairs: Option<Vec<Pair>>,
    /// See [`CreditColumns::pairwise`].
    pub pairwise: Option<Vec<f64>>,
    /// See [`CreditColumns::sources`].
    pub sources: Vec<Scores>,
    /// See [`CreditColumns::steps`].
    pub steps: Option<BatchSteps>,
}

/// The steps of a [`Batch`]; see [`Steps`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchSteps {
    /// The tokens cut into steps.
    pub tokens: Segments,
    /// The steps cut into samples.
    pub samples: Segments,
    /// Per step: its score.
    pub scores: Vec<f64>,
    /// Per step: whether it has a score.
    pub scored: Vec<bool>,
    /// Per step: what was done and seen.
    pub key: Option<Vec<u64>>,
}

impl BatchSteps {
    /// The view that estimators read.
    pub fn view(&self) -> Steps<'_> {
        Steps {
            tokens: &self.tokens,
            samples: &self.samples,
            scores: &self.scores,
            scored: &self.scored,
            key: self.key.as_deref(),
        }
    }
}

/// The tokens of all steps, which may have any number in a file.
fn tokens_of(steps: &[StepSample]) -> usize {
    steps.iter().fold(0, |sum, step| sum.saturating_add(step.tokens))
}

/// The per-token lists of a sample, by name.
type List = fn(&Sample) -> Option<&Vec<f64>>;
const LISTS: [(&str, List); 10] = [
    ("logp", |sample| sample.logp.as_ref()),
    ("old_logp", |sample| sample.old_logp.as_ref()),
    ("ref_logp", |sample| sample.ref_logp.as_ref()),
    ("entropy", |sample| sample.entropy.as_ref()),
    ("advantage", |sample| sample.advantage.as_ref()),
    ("weight", |sample| sample.weight.as_ref()),
    ("rewards", |sample| sample.rewards.as_ref()),
    ("values", |sample| sample.values.as_ref()),
    ("collision", |sample| sample.collision.as_ref()),
    ("importance", |sample| sample.importance.as_ref()),
];

impl Sample {
    /// The number of its tokens: what `tokens`, else the first list, says.
    pub fn len(&self) -> usize {
        let lists = LISTS.iter().find_map(|(_, list)| list(self)).map(Vec::len);
        let steps = || self.steps.as_deref().map(tokens_of);
        self.tokens.or(lists).or(self.mask.as_ref().map(Vec::len)).or_else(steps).unwrap_or(0)
    }

    /// Whether it has no tokens.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Batch {
    /// Makes columns of rows. An unmasked token must have finite numbers, but for infinite log-probabilities.
    ///
    /// # Errors
    /// [`BatchError`] at the first thing that does not fit.
    pub fn from_samples(rows: &[Sample]) -> Result<Self, BatchError> {
        let mut members: Vec<(u64, Vec<usize>)> = Vec::new();
        let mut place: BTreeMap<u64, usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let group = *place.entry(row.group).or_insert_with(|| {
                members.push((row.group, Vec::new()));
                members.len() - 1
            });
            members[group].1.push(index);
        }
        let order: Vec<usize> = members.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        let mut tokens = 0_usize;
        for (sample, row) in rows.iter().enumerate() {
            check_row(sample, row)?;
            tokens = tokens.saturating_add(row.len());
            if tokens > MOST_TOKENS {
                return Err(BatchError::TooLong { sample });
            }
        }
        let [logp, old_logp, ref_logp, entropy, advantage, weight, rewards, values, collision, importance] =
            LISTS.map(|(name, list)| flat(rows, &order, name, list));
        let flags = order.iter().flat_map(|row| match &rows[*row].mask {
            Some(mask) => mask.clone(),
            None => vec![true; rows[*row].len()],
        });
        Ok(Self {
            samples: Segments::from_lengths(order.iter().map(|row| rows[*row].len())),
            groups: Segments::from_lengths(members.iter().map(|(_, rows)| rows.len())),
            mask: flags.collect(),
            scores: order.iter().map(|row| rows[*row].score.unwrap_or(0.0)).collect(),
            scored: order.iter().map(|row| rows[*row].score.is_some()).collect(),
            logp: logp?,
            old_logp: old_logp?,
            ref_logp: ref_logp?,
            entropy: entropy?,
            advantage: advantage?,
            weight: weight?,
            rewards: rewards?,
            values: values?,
            collision: collision?,
            importance: importance?,
            baseline: whole(rows, &order, "baseline", |row| row.baseline)?,
            role: whole(rows, &order, "role", |row| row.role)?,
            label: whole(rows, &order, "label", |row| row.label)?,
            pairs: pairs(rows, &order)?,
            pairwise: pairwise(rows, &members, &order)?,
            sources: sources(rows, &order),
            steps: steps(rows, &order)?,
            row: order,
        })
    }

    /// What an estimator reads.
    pub fn credit(&self) -> CreditColumns<'_, f64> {
        CreditColumns {
            rewards: self.rewards.as_deref(),
            values: self.values.as_deref(),
            logp: self.old_logp.as_deref().or(self.logp.as_deref()),
            ref_logp: self.ref_logp.as_deref(),
            entropy: self.entropy.as_deref(),
            collision: self.collision.as_deref(),
            importance: self.importance.as_deref(),
            baseline: self.baseline.as_deref(),
            role: self.role.as_deref(),
            pairwise: self.pairwise.as_deref(),
            sources: &self.sources,
            steps: self.steps.as_ref().map(BatchSteps::view),
            ..CreditColumns::new(&self.samples, &self.groups, &self.mask, &self.scores, &self.scored)
        }
    }

    /// What an objective reads, where the batch has log-probabilities of the policy; of a batch that was recorded with `old_logp` alone they
    /// are taken for both.
    pub fn policy(&self) -> Option<PolicyColumns<'_, f64>> {
        let logp = self.logp.as_deref().or(self.old_logp.as_deref())?;
        Some(PolicyColumns {
            old_logp: self.old_logp.as_deref().unwrap_or(logp),
            ref_logp: self.ref_logp.as_deref(),
            entropy: self.entropy.as_deref(),
            advantage: self.advantage.as_deref(),
            weight: self.weight.as_deref(),
            groups: Some(&self.groups),
            label: self.label.as_deref(),
            pairs: self.pairs.as_deref(),
            ..PolicyColumns::new(&self.samples, &self.mask, logp)
        })
    }
}

fn check_row(index: usize, row: &Sample) -> Result<(), BatchError> {
    let expected = row.len();
    let check = |column, found| {
        if found == expected { Ok(()) } else { Err(BatchError::Length { sample: index, column, found, expected }) }
    };
    check("mask", row.mask.as_ref().map_or(expected, Vec::len))?;
    for (name, list) in LISTS {
        let Some(values) = list(row) else { continue };
        check(name, values.len())?;
        let is_masked = |token: usize| row.mask.as_ref().is_some_and(|mask| !mask[token]);
        let is_usable = |value: f64| value.is_finite() || (name.ends_with("logp") && value == f64::NEG_INFINITY);
        if values.iter().enumerate().any(|(token, value)| !is_masked(token) && !is_usable(*value)) {
            return Err(BatchError::NotFinite { sample: index, column: name });
        }
    }
    if let Some(steps) = &row.steps {
        check("steps", tokens_of(steps))?;
        if steps.iter().any(|step| step.score.is_some_and(|score| !score.is_finite())) {
            return Err(BatchError::NotFinite { sample: index, column: "steps" });
        }
    }
    for (column, value) in [("score", row.score), ("baseline", row.baseline), ("label", row.label)] {
        if value.is_some_and(|value| !value.is_finite()) {
            return Err(BatchError::NotFinite { sample: index, column });
        }
    }
    match row.sources.values().flatten().all(|score| score.is_finite()) {
        true => Ok(()),
        false => Err(BatchError::NotFinite { sample: index, column: "sources" }),
    }
}

/// One value per sample in the order of the batch, or none at all.
fn whole<'a, T>(
    rows: &'a [Sample],
    order: &[usize],
    column: &'static str,
    field: impl Fn(&'a Sample) -> Option<T>,
) -> Result<Option<Vec<T>>, BatchError> {
    if rows.iter().all(|row| field(row).is_none()) {
        return Ok(None);
    }
    let value = |row: &usize| field(&rows[*row]).ok_or(BatchError::Missing { sample: *row, column });
    order.iter().map(value).collect::<Result<Vec<T>, _>>().map(Some)
}

fn flat(rows: &[Sample], order: &[usize], column: &'static str, list: List) -> Result<Option<Vec<f64>>, BatchError> {
    Ok(whole(rows, order, column, |row| list(row).map(Vec::as_slice))?.map(|lists| lists.concat()))
}

/// One square matrix per group.
fn pairwise(rows: &[Sample], members: &[(u64, Vec<usize>)], order: &[usize]) -> Result<Option<Vec<f64>>, BatchError> {
    let Some(lines) = whole(rows, order, "pairwise", |row| row.pairwise.as_deref())? else { return Ok(None) };
    let sizes = members.iter().flat_map(|(_, rows)| rows.iter().map(|_| rows.len()));
    for ((line, expected), sample) in lines.iter().zip(sizes).zip(order) {
        if line.len() != expected {
            return Err(BatchError::Pairwise { sample: *sample, found: line.len(), expected });
        }
    }
    Ok(Some(lines.concat()))
}

fn pairs(rows: &[Sample], order: &[usize]) -> Result<Option<Vec<Pair>>, BatchError> {
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (sample, row) in order.iter().enumerate() {
        if let Some(pair) = rows[*row].pair {
            members.entry(pair).or_default().push(sample);
        }
    }
    if members.is_empty() {
        return Ok(None);
    }
    let label = |sample: usize| rows[order[sample]].label;
    let pair = |(name, members): (&u64, &Vec<usize>)| match members[..] {
        [a, b] if label(a) > label(b) && label(b).is_some() => Ok(Pair { chosen: a, rejected: b, weight: 1.0 }),
        [a, b] if label(b) > label(a) && label(a).is_some() => Ok(Pair { chosen: b, rejected: a, weight: 1.0 }),
        _ => Err(BatchError::Pair { pair: *name }),
    };
    members.iter().map(pair).collect::<Result<Vec<Pair>, _>>().map(Some)
}

fn sources(rows: &[Sample], order: &[usize]) -> Vec<Scores> {
    let mut names: Vec<&String> = rows.iter().flat_map(|row| row.sources.keys()).collect();
    names.sort();
    names.dedup();
    let score = |row: &usize, name: &String| rows[*row].sources.get(name).copied().flatten();
    let scores = |name: &String| Scores::from_options(name, Level::Outcome, order.iter().map(|row| score(row, name)));
    names.into_iter().map(scores).collect()
}

fn steps(rows: &[Sample], order: &[usize]) -> Result<Option<BatchSteps>, BatchError> {
    let Some(steps) = whole(rows, order, "steps", |row| row.steps.as_deref())? else { return Ok(None) };
    let all = || steps.iter().copied().flatten();
    let keyed = all().filter(|step| step.key.is_some()).count();
    if keyed != 0 && keyed != all().count() {
        let without = steps.iter().position(|steps| steps.iter().any(|step| step.key.is_none()));
        let sample = order[without.expect("fewer keys than steps")];
        return Err(BatchError::Missing { sample, column: "key of steps" });
    }
    Ok(Some(BatchSteps {
        tokens: Segments::from_lengths(all().map(|step| step.tokens)),
        samples: Segments::from_lengths(steps.iter().map(|steps| steps.len())),
        scores: all().map(|step| step.score.unwrap_or(0.0)).collect(),
        scored: all().map(|step| step.score.is_some()).collect(),
        key: (keyed > 0).then(|| all().filter_map(|step| step.key).collect()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(group: u64, score: f64, logp: &[f64]) -> Sample {
        Sample { group, score: Some(score), logp: Some(logp.to_vec()), ..Sample::default() }
    }

    #[test]
    fn rows_of_one_group_are_brought_together() {
        let rows = [row(7, 1.0, &[-1.0, -2.0]), row(3, 2.0, &[-3.0]), row(7, 3.0, &[-4.0])];
        let batch = Batch::from_samples(&rows).unwrap();
        assert_eq!(batch.row, [0, 2, 1]);
        assert_eq!(batch.groups, Segments::from_lengths([2, 1]));
        assert_eq!(batch.scores, [1.0, 3.0, 2.0]);
        assert_eq!(batch.logp.as_deref(), Some(&[-1.0, -2.0, -4.0, -3.0][..]));
        batch.credit().assert_shapes();
        batch.policy().unwrap().assert_shapes();
        assert!(Batch::from_samples(&[]).unwrap().policy().is_none());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let fault = |rows: &[Sample]| Batch::from_samples(rows).unwrap_err().to_string();
        let short = Sample { mask: Some(vec![true]), ..row(0, 1.0, &[-1.0, -2.0]) };
        assert_eq!(fault(&[short]), "`mask` of sample 0 has 1 tokens, and the sample 2");
        let without = Sample { logp: None, tokens: Some(1), ..row(0, 1.0, &[]) };
        let expected = "sample 1 has no `logp`, and others do: give it in all samples or in none";
        assert_eq!(fault(&[row(0, 1.0, &[-1.0]), without]), expected);
        let unusable = "`logp` of sample 0 is not a finite number";
        assert_eq!(fault(&[row(0, 1.0, &[f64::NAN])]), unusable);
        let masked = Sample { mask: Some(vec![false]), ..row(0, 1.0, &[f64::NAN]) };
        assert!(Batch::from_samples(&[masked]).is_ok());
        let endless = |tokens| Sample { logp: None, tokens: Some(tokens), ..row(0, 1.0, &[]) };
        assert!(
            fault(&[endless(1), endless(usize::MAX)]).starts_with("with sample 1 the batch has more than 268435456")
        );
        let step = |tokens| StepSample { tokens, ..StepSample::default() };
        let steps = Sample { steps: Some(vec![step(usize::MAX), step(2)]), ..endless(1) };
        assert_eq!(fault(&[steps]), format!("`steps` of sample 0 has {} tokens, and the sample 1", usize::MAX));
        let alone = Sample { pair: Some(4), label: Some(1.0), ..row(0, 1.0, &[-1.0]) };
        assert!(fault(&[alone]).starts_with("pair 4 is not two samples"));
    }

    #[test]
    fn pairs_and_steps_follow_their_samples() {
        let side = |group, label, steps: [(usize, f64); 2]| Sample {
            pair: Some(0),
            label: Some(label),
            steps: Some(steps.map(|(tokens, score)| StepSample { tokens, score: Some(score), key: None }).to_vec()),
            ..row(group, 0.0, &[-1.0, -1.0, -1.0])
        };
        let batch = Batch::from_samples(&[side(1, 0.0, [(1, 0.5), (2, 0.25)]), side(1, 1.0, [(2, 0.75), (1, 1.0)])]);
        let batch = batch.unwrap();
        assert_eq!(batch.pairs.as_deref(), Some(&[Pair { chosen: 1, rejected: 0, weight: 1.0 }][..]));
        let steps = batch.steps.as_ref().unwrap();
        assert_eq!(steps.tokens, Segments::from_lengths([1, 2, 2, 1]));
        assert_eq!(steps.scores, [0.5, 0.25, 0.75, 1.0]);
        batch.credit().assert_shapes();
    }

    #[test]
    fn comparisons_make_a_matrix_per_group() {
        let line = |group, pairwise: &[f64]| Sample { pairwise: Some(pairwise.to_vec()), ..row(group, 0.0, &[-1.0]) };
        let rows = [line(1, &[0.0, 2.0]), line(2, &[0.0]), line(1, &[-2.0, 0.0])];
        let batch = Batch::from_samples(&rows).unwrap();
        assert_eq!(batch.pairwise.as_deref(), Some(&[0.0, 2.0, -2.0, 0.0, 0.0][..]));
        batch.credit().assert_shapes();
        let fault = Batch::from_samples(&[line(1, &[0.0]), line(1, &[0.0, 0.0])]).unwrap_err();
        assert_eq!(fault.to_string(), "`pairwise` of sample 0 has 1 numbers, and its group 2 members");
    }

    #[test]
    fn rows_are_json() {
        let text = r#"{"group":1,"score":0.5,"logp":[-1.0],"sources":{"a":1.0,"b":null}}"#;
        let sample: Sample = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), text);
        assert!(serde_json::from_str::<Sample>(r#"{"grop":1}"#).is_err());
    }
}
