//! What a setting's objective reads of a recorded batch: which tokens take part, and the columns that depend on the recipe.
//!
//! A recipe with a `[teacher]` reads the teacher's log-probabilities in the place of the reference's, and leaves out what it had no help for;
//! one with a `[token_head]` weighs tokens by it; one with `sample.keep` selects, by its own seed. That a token head learns alone at first is a
//! matter of training and not of what a batch teaches.

use crate::{ExplainError, Record, Setting};
use plaudit_core::{Batch, pass_rates};
use plaudit_credit::select::one_of_each;
use plaudit_recipe::Keep;

/// Columns of a batch, one value per token unless said otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Learnt {
    /// Whether the token takes part.
    pub(crate) mask: Vec<bool>,
    /// Log-probability under what the objective compares the policy with.
    pub(crate) ref_logp: Option<Vec<f64>>,
    /// How much the token counts.
    pub(crate) weight: Option<Vec<f64>>,
    /// Per sample: the share of its group that is labelled right, of those that have a score.
    pub(crate) pass_rate: Option<Vec<f64>>,
    /// Columns that the setting reads and nobody recorded.
    pub(crate) missing: Vec<&'static str>,
}

impl Learnt {
    /// What `setting` reads of `batch`, which is that of `record` with the setting's rewards.
    pub(crate) fn of(setting: &Setting, record: &Record, batch: &Batch) -> Self {
        let needs = setting.objective.needs();
        let is_run = record.table.is_some();
        let pass_rate = |label: &Vec<f64>| pass_rates(&batch.groups, &batch.scored, |sample| label[sample] > 0.5);
        let mut learnt =
            Self { mask: batch.mask.clone(), pass_rate: batch.label.as_ref().map(pass_rate), ..Self::default() };
        // As in training, a sample without a score has no advantage to learn from and counts nowhere.
        for (range, scored) in batch.samples.iter().zip(&batch.scored) {
            if needs.advantage && !scored {
                learnt.mask[range].fill(false);
            }
        }
        let (ref_logp, reference) = match is_run && setting.has_teacher {
            true => (record.column(|columns| columns.teacher_logp.as_ref()), "teacher_logp"),
            false => (batch.ref_logp.clone(), "ref_logp"),
        };
        if let Some(column) = ref_logp.as_ref().filter(|_| needs.reference) {
            learnt.mask.iter_mut().zip(column).for_each(|(is_in, logp)| *is_in &= !logp.is_nan());
        }
        // Another recipe's token head has no say.
        let (weight, weighs) = match is_run {
            true => (record.column(|columns| columns.token_weight.as_ref()), "token_weight"),
            false => (batch.weight.clone(), "weight"),
        };
        let weight = weight.filter(|_| !is_run || setting.has_token_head);
        let is_weighed = needs.weight || setting.has_token_head;
        let is_labelled = batch.label.is_some();
        let selects = setting.keep != Keep::All;
        let needed = [
            (needs.reference, ref_logp.is_some(), reference),
            (needs.entropy, batch.entropy.is_some(), "entropy"),
            (needs.label || needs.pass_rate || selects, is_labelled, "label"),
            (needs.pairs, batch.pairs.is_some(), "pair"),
            (is_weighed, weight.is_some(), weighs),
        ];
        let absent = needed.into_iter().filter(|(is_needed, is_there, _)| *is_needed && !is_there);
        learnt.missing = absent.map(|(_, _, column)| column).collect();
        (learnt.ref_logp, learnt.weight) = (ref_logp, weight);
        if selects {
            learnt.select(setting.seed, record.step(), batch);
        }
        learnt
    }

    /// Masks what a recipe that keeps one of each would leave out.
    fn select(&mut self, seed: u64, step: u64, batch: &Batch) {
        let Some(label) = &batch.label else { return };
        let outcome = |sample: usize| batch.scored[sample].then(|| label[sample]);
        let outcomes: Vec<Option<f64>> = (0..batch.samples.len()).map(outcome).collect();
        let kept = one_of_each(&batch.groups, &outcomes, 1.0, seed, step);
        for (sample, range) in batch.samples.iter().enumerate() {
            if kept.binary_search(&sample).is_err() {
                self.mask[range].fill(false);
            }
        }
    }

    /// That nothing is missing.
    ///
    /// # Errors
    /// [`ExplainError::Missing`] with all the columns.
    pub(crate) fn check(&self, setting: &Setting) -> Result<(), ExplainError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let columns: Vec<String> = self.missing.iter().map(|column| format!("`{column}`")).collect();
        let reader = format!("`{}`", setting.objective.kind());
        Err(ExplainError::Missing { setting: setting.name.clone(), reader, columns: columns.join(" and ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::{Sample, Segments};
    use plaudit_report::{OptionalColumns, RolloutTable};

    /// A step of a run: two right and two wrong answers of two tokens to one prompt.
    fn record(optional: OptionalColumns) -> Record {
        let row = |label: f64| Sample {
            score: Some(label),
            logp: Some(vec![-1.0; 2]),
            label: Some(label),
            ..Sample::default()
        };
        let rows = vec![row(1.0), row(0.0), row(1.0), row(0.0)];
        let table = RolloutTable { samples: Segments::from_lengths([2; 4]), optional, ..RolloutTable::default() };
        Record { table: Some(table), ..Record::from_rows("run", rows).unwrap() }
    }

    fn learnt(name: &str, record: &Record) -> (Learnt, Result<(), String>) {
        let setting = Setting::named(name, &[]).unwrap();
        let learnt = Learnt::of(&setting, record, &record.batch);
        let check = learnt.check(&setting).map_err(|error| error.to_string());
        (learnt, check)
    }

    #[test]
    fn a_teacher_is_the_reference_of_recipes_that_have_one() {
        let teacher_logp = Some(vec![-0.5, -0.25, f32::NAN, f32::NAN, -2.0, -3.0, -1.0, -1.0]);
        let record = record(OptionalColumns { teacher_logp, ..OptionalColumns::default() });
        let (taught, check) = learnt("sdpo", &record);
        assert_eq!(check, Ok(()));
        assert_eq!(taught.ref_logp.unwrap()[..2], [-0.5, -0.25]);
        // The second answer had no help.
        assert_eq!(taught.mask, [true, true, false, false, true, true, true, true]);
        let (_, check) = learnt("distill", &record);
        assert_eq!(check.unwrap_err(), "distill: `distill` reads `ref_logp`, which this batch does not have");
    }

    #[test]
    fn a_token_head_weighs_and_a_selection_masks_for_recipes_that_ask() {
        let optional = OptionalColumns { token_weight: Some(vec![0.5; 8]), ..OptionalColumns::default() };
        let (oreal, check) = learnt("oreal", &record(optional.clone()));
        assert_eq!(check.unwrap_err(), "oreal: `oreal` reads `ref_logp`, which this batch does not have");
        assert_eq!(oreal.weight, Some(vec![0.5; 8]));
        // One right and one wrong answer are left.
        let kept: Vec<usize> = (0..4).filter(|sample| oreal.mask[2 * sample]).collect();
        assert!(kept.len() == 2 && (kept[0] + kept[1]) % 2 == 1, "{kept:?}");
        let (group, check) = learnt("grpo-nano", &record(optional));
        assert_eq!((group.weight, group.mask, check), (None, vec![true; 8], Ok(())));
        let (_, check) = learnt("oreal", &record(OptionalColumns::default()));
        assert!(check.unwrap_err().contains("reads `ref_logp` and `token_weight`, which"));
    }
}
