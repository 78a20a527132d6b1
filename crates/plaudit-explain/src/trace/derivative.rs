//! The last links of a trace, from the advantage to dL/dlogp, taken apart by asking the objective itself.
//!
//! The objective sees the part of the batch that the token was first learnt from, with the policy as it was at that update. With d(A, u) the
//! derivative at the token when every advantage is A and every token counts u, and d1 the same as if the policy were where it sampled:
//!
//! ```text
//! share  = (d1(0, 1) - d1(s, 1)) / s   the weight of the token in the batch's average; s is the sign of its advantage
//! rest   = d(0, u)                     what does not depend on advantages: a KL penalty
//! factor = (d - rest) / (-share u A)   what ratio and clipping make of it; 1 where the policy has not moved
//! dL/dlogp = -share * u * A * factor + rest
//! ```
//!
//! What learns from a teacher has no advantage; teacher_logp - logp takes its place.

use super::{Follower, TakesPart};
use crate::Setting;
use crate::learnt::Learnt;
use crate::outcome::{Inputs, Slopes, evaluate, token_limit};
use plaudit_core::{PolicyColumns, Stream};
use plaudit_objective::{BatchTotals, ClippedPg, ObjectiveConfig};
use serde::Serialize;

/// How a derivative is made up; see the head of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Contribution {
    /// The weight of the token in the batch's average; nothing where the objective reads no advantages.
    pub share: Option<f64>,
    /// How much the token counts, where the recipe weighs tokens.
    pub weight: Option<f64>,
    /// The advantage, or what takes its place.
    pub drive: f64,
    /// What ratio and clipping make of it; nothing where it is 0.
    pub factor: Option<f64>,
    /// The ratios between which nothing is held.
    pub bounds: Option<[f64; 2]>,
    /// The factor that makes the recorded derivative of the rest of the chain, where the policy had moved and its ratio was not recorded.
    pub implied: Option<f64>,
    /// What does not depend on advantages.
    pub rest: f64,
    /// dL/dentropy, where the objective uses the entropy. It is no part of dL/dlogp.
    pub entropy: Option<f64>,
    /// dL/dlogp.
    pub total: f64,
}

/// What the part of a step that a token was learnt from counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Which part, from 1, and their number.
    pub part: [usize; 2],
    /// Tokens that take part.
    pub tokens: usize,
    /// Those of right samples.
    pub right_tokens: usize,
    /// Samples that take part.
    pub samples: usize,
    /// Groups that take part.
    pub groups: usize,
    /// Tokens of the sample itself.
    pub own_tokens: usize,
}

/// What the last links tell.
pub(super) struct Derived {
    pub(super) counts: Counts,
    pub(super) takes_part: TakesPart,
    pub(super) contribution: Option<Contribution>,
    /// See [`super::Readings`].
    pub(super) log_ratios: Vec<(bool, [f64; 2])>,
    /// See [`super::Readings`].
    pub(super) entropy: Option<[f64; 2]>,
}

impl Follower<'_> {
    pub(super) fn derivative(&self, setting: &Setting, group: usize, notes: &mut Vec<String>) -> Derived {
        let Self { record, recipe, table, .. } = self;
        let batch = &record.batch;
        let parts = recipe.train.minibatches.max(1);
        let part_of = self.parts(parts);
        let part = part_of[group];
        let mut learnt = Learnt::of(setting, record, batch);
        let takes_part = self.takes_part(&mut learnt);
        for (other, members) in batch.groups.iter().enumerate() {
            if part_of[other] != part {
                members.for_each(|sample| learnt.mask[batch.samples.range(sample)].fill(false));
            }
        }
        let moves = parts * recipe.train.epochs > 1;
        let old_logp = batch.logp.as_ref().expect("rollouts have log-probabilities");
        let update_logp = record.column(|columns| columns.update_logp.as_ref());
        let is_logp_known = update_logp.is_some();
        let logp = update_logp.unwrap_or_else(|| old_logp.clone());
        let entropy = record.column(|columns| columns.update_entropy.as_ref());
        let needs = setting.objective.needs();
        let (zeros, ones) = (vec![0.0; logp.len()], vec![1.0; logp.len()]);
        let advantage = batch.advantage.as_ref().expect("rollouts have advantages");
        let columns = PolicyColumns {
            mask: &learnt.mask,
            logp: &logp,
            old_logp: if moves { old_logp } else { &logp },
            ref_logp: learnt.ref_logp.as_deref(),
            entropy: entropy.as_deref(),
            advantage: Some(advantage),
            weight: learnt.weight.as_deref(),
            groups: Some(&batch.groups),
            label: batch.label.as_deref(),
            pass_rate: learnt.pass_rate.as_deref(),
            ..PolicyColumns::new(&batch.samples, &learnt.mask, &logp)
        };
        let mut totals = BatchTotals::of(&columns, token_limit(setting, batch));
        totals.all_samples =
            batch.groups.iter().zip(&part_of).filter(|(_, of)| **of == part).map(|(group, _)| group.len()).sum();
        let token = self.token_in_batch();
        let own_tokens = batch.samples.range(self.sample).filter(|token| learnt.mask[*token]).count();
        let log_ratios = self.log_ratios(group, &columns);
        let less = |nats: f64| {
            let others: Vec<f64> = entropy
                .iter()
                .flatten()
                .zip(&learnt.mask)
                .filter(|(_, is_in)| **is_in)
                .map(|(nats, _)| *nats)
                .collect();
            others.iter().filter(|other| **other < nats).count() as f64 / others.len().max(1) as f64
        };
        let mut derived = Derived {
            counts: Counts {
                part: [part + 1, parts],
                tokens: totals.tokens,
                right_tokens: totals.positive_tokens,
                samples: totals.samples,
                groups: totals.groups,
                own_tokens,
            },
            takes_part,
            contribution: None,
            log_ratios,
            entropy: entropy.as_ref().filter(|_| learnt.mask[token]).map(|nats| [nats[token], less(nats[token])]),
        };
        if !learnt.mask[token] {
            derived.contribution = Some(Contribution::default());
            return derived;
        }
        let mut missing = learnt.missing.clone();
        missing.retain(|column| *column != "entropy");
        if needs.entropy && entropy.is_none() {
            missing.push("update_entropy");
        }
        // A small penalty hides little of the rest.
        let can_do_without = |column: &&str| *column == "ref_logp" && needs.advantage;
        for column in &missing {
            let lost = match can_do_without(column) {
                true => "the reference is taken to be the policy itself",
                false => "dL/dlogp cannot be computed again",
            };
            notes.push(format!("The objective reads `{column}`, which this run did not record: {lost}."));
        }
        if !missing.iter().all(can_do_without) {
            return derived;
        }
        let columns = PolicyColumns { ref_logp: columns.ref_logp.or(needs.reference.then_some(&logp[..])), ..columns };
        if part > 0 && !is_logp_known {
            notes.push(format!(
                "The token was first learnt in part {} of the step's {parts}, when the policy had already moved: its ratio is not recorded.",
                part + 1
            ));
        }
        let at =
            |columns: PolicyColumns<'_, f64>| -> Slopes { evaluate(&setting.objective, &Inputs { columns, totals }) };
        let slopes = at(columns);
        let total = slopes.logp[token];
        let weight = columns.weight.map(|weight| weight[token]);
        let is_taught = matches!(setting.objective, ObjectiveConfig::Distill(_));
        let (drive, rest, share) = if needs.advantage {
            let sign = if advantage[token] < 0.0 { -1.0 } else { 1.0 };
            let signs: Vec<f64> = ones.iter().map(|one| sign * one).collect();
            let alone = PolicyColumns { old_logp: &logp, weight: columns.weight.map(|_| &ones[..]), ..columns };
            let without = at(PolicyColumns { advantage: Some(&zeros), ..alone }).logp[token];
            let with = at(PolicyColumns { advantage: Some(&signs), ..alone }).logp[token];
            let rest = at(PolicyColumns { advantage: Some(&zeros), ..columns }).logp[token];
            (advantage[token], rest, Some((without - with) / sign))
        } else if let (true, Some(teacher)) = (is_taught, columns.ref_logp) {
            // The share is what a teacher makes of the token that finds it one nat likelier.
            let likelier: Vec<f64> = logp.iter().map(|logp| logp + 1.0).collect();
            let alone = PolicyColumns {
                old_logp: &logp,
                weight: columns.weight.map(|_| &ones[..]),
                ref_logp: Some(&likelier),
                ..columns
            };
            (teacher[token] - logp[token], 0.0, Some(-at(alone).logp[token]))
        } else {
            (0.0, 0.0, None)
        };
        let push = -share.unwrap_or(0.0) * weight.unwrap_or(1.0) * drive;
        let recorded = f64::from(table.weight[self.token_in_table()]);
        derived.contribution = Some(Contribution {
            share,
            weight,
            drive,
            factor: (push != 0.0).then(|| (total - rest) / push),
            bounds: bounds(&setting.objective, drive, learnt.pass_rate.as_ref().map(|rate| rate[self.sample])),
            implied: (part > 0 && !is_logp_known && push != 0.0).then(|| (recorded - rest) / push),
            rest,
            entropy: needs.entropy.then(|| slopes.entropy[token]),
            total,
        });
        derived
    }

    /// Why the sample takes part or not. Masks what a token head that learns alone leaves out, too.
    fn takes_part(&self, learnt: &mut Learnt) -> TakesPart {
        let batch = &self.record.batch;
        let is_alone =
            self.recipe.token_head.as_ref().is_some_and(|head| self.record.step() <= head.steps_alone as u64);
        if is_alone {
            learnt.mask.fill(false);
        }
        let token = self.token_in_batch();
        let is_helped = learnt.ref_logp.as_ref().is_none_or(|teacher| !teacher[token].is_nan());
        match learnt.mask[token] {
            true => TakesPart::Yes,
            false if !batch.scored[self.sample] => TakesPart::NoReward,
            false if is_alone => TakesPart::HeadAlone,
            false if !is_helped => TakesPart::NoHelp,
            false => TakesPart::NotSelected,
        }
    }

    /// Per member of the group that takes part: whether it is right, and the sum and the mean of its log-ratios.
    fn log_ratios(&self, group: usize, columns: &PolicyColumns<'_, f64>) -> Vec<(bool, [f64; 2])> {
        let member = |sample: usize| {
            let tokens: Vec<usize> = columns.samples.range(sample).filter(|token| columns.mask[*token]).collect();
            let sum: f64 = tokens.iter().map(|token| columns.logp[*token] - columns.old_logp[*token]).sum();
            (!tokens.is_empty()).then(|| (self.is_right(sample), [sum, sum / tokens.len() as f64]))
        };
        self.record.batch.groups.range(group).filter_map(member).collect()
    }

    /// Per group: the part of the step it is first learnt in, as the trainer deals them out.
    fn parts(&self, count: usize) -> Vec<usize> {
        let groups = self.record.batch.groups.len();
        let mut order: Vec<usize> = (0..groups).collect();
        if count > 1 {
            Stream::new(self.recipe.train.seed, "minibatches", self.record.step(), 0).shuffle(&mut order);
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

/// The ratios between which nothing is held, of an objective that clips ratios; as wide as the advantage and the pass rate of the group make
/// an elastic clip.
fn bounds(objective: &ObjectiveConfig, advantage: f64, pass_rate: Option<f64>) -> Option<[f64; 2]> {
    match objective {
        ObjectiveConfig::ClippedPg(ClippedPg { clip: [low, high], elastic, .. }) => {
            let rate = pass_rate.unwrap_or(0.0);
            let widening = (1.0 + elastic.advantage * (advantage.abs() / elastic.advantage_limit).min(1.0))
                * (1.0 + elastic.variance * 4.0 * rate * (1.0 - rate));
            let below = if elastic.upper_only { 1.0 } else { widening };
            Some([1.0 - low * below, 1.0 + high * widening])
        }
        ObjectiveConfig::CovariancePg(config) => Some([1.0 - config.clip[0], 1.0 + config.clip[1]]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_objective::Elastic;

    #[test]
    fn an_elastic_clip_is_as_wide_as_its_signal() {
        let elastic = Elastic { advantage: 0.5, advantage_limit: 2.0, variance: 0.5, upper_only: false };
        let objective = ObjectiveConfig::ClippedPg(ClippedPg { elastic, ..ClippedPg::default() });
        // Half of the limit and half of the group right: 0.2 * 1.25 * 1.5.
        let [low, high] = bounds(&objective, -1.0, Some(0.5)).unwrap();
        assert!((low - 0.625).abs() < 1e-12 && (high - 1.375).abs() < 1e-12);
        let [low, high] = bounds(&objective, 4.0, Some(1.0)).unwrap();
        assert!((low - 0.7).abs() < 1e-12 && (high - 1.3).abs() < 1e-12);
    }
}
