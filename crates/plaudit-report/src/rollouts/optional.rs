//! Columns of a rollout table that only some recipes compute.

use super::parquet_file::{Reader, Writer};
use plaudit_core::Segments;

/// What credit and objective of some recipes read beside the columns that every table has. A column is absent where nothing computed it,
/// and in tables that are older than the column. Log-probabilities are natural logarithms at the temperature of sampling, entropies nats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OptionalColumns {
    /// Per sample: whether the policy learnt from it, where more than its reward decides that: the selection of the recipe, a teacher that
    /// had help for it, a token head that learns alone at first.
    pub kept: Option<Vec<bool>>,
    /// Per sample: the baseline that its reward was compared with; nothing where there was none.
    pub baseline: Option<Vec<Option<f64>>>,
    /// Per sample: the lengths of the steps it consists of, in tokens.
    pub steps: Option<Vec<Vec<u32>>>,
    /// Per token: log-probability under the policy as it was when the step began.
    pub old_logp: Option<Vec<f32>>,
    /// Per token: log-probability under the policy of the update that first learnt from it; NaN where its part of the batch had nothing
    /// to learn from.
    pub update_logp: Option<Vec<f32>>,
    /// Per token: log-probability under the reference policy.
    pub ref_logp: Option<Vec<f32>>,
    /// Per token: log-probability under the teacher; NaN where it had no help for the sample.
    pub teacher_logp: Option<Vec<f32>>,
    /// Per token: entropy of the next-token distribution when the step began, where credit reads it.
    pub entropy: Option<Vec<f32>>,
    /// Per token: the same at the update that first learnt from it, where the objective reads it; NaN as in `update_logp`.
    pub update_entropy: Option<Vec<f32>>,
    /// Per token: the token head's score of it, a logit; positive speaks for a right answer.
    pub token_score: Option<Vec<f32>>,
    /// Per token: how much the objective lets it count.
    pub token_weight: Option<Vec<f32>>,
}

impl OptionalColumns {
    /// The per-token columns with their names.
    fn per_token(&self) -> [(&'static str, Option<&Vec<f32>>); 8] {
        [
            ("old_logp", self.old_logp.as_ref()),
            ("update_logp", self.update_logp.as_ref()),
            ("ref_logp", self.ref_logp.as_ref()),
            ("teacher_logp", self.teacher_logp.as_ref()),
            ("entropy", self.entropy.as_ref()),
            ("update_entropy", self.update_entropy.as_ref()),
            ("token_score", self.token_score.as_ref()),
            ("token_weight", self.token_weight.as_ref()),
        ]
    }

    /// The lengths of all columns that are there: name, whether it is per token, length.
    pub(super) fn lengths(&self) -> Vec<(&'static str, bool, usize)> {
        let samples = [
            ("kept", self.kept.as_ref().map(Vec::len)),
            ("baseline", self.baseline.as_ref().map(Vec::len)),
            ("steps", self.steps.as_ref().map(Vec::len)),
        ];
        let samples = samples.into_iter().filter_map(|(name, length)| Some((name, false, length?)));
        let tokens = self.per_token().into_iter().filter_map(|(name, column)| Some((name, true, column?.len())));
        samples.chain(tokens).collect()
    }

    /// The first sample whose steps do not add up to its tokens.
    pub(super) fn sample_of_other_steps(&self, samples: &Segments) -> Option<usize> {
        let lengths = self.steps.as_ref()?.iter().map(|steps| steps.iter().map(|tokens| *tokens as usize).sum());
        samples.iter().zip(lengths).position(|(range, tokens): (_, usize)| range.len() != tokens)
    }

    pub(super) fn write(&self, samples: &Segments, writer: &mut Writer) {
        if let Some(kept) = &self.kept {
            writer.flags("kept", kept.clone());
        }
        if let Some(baseline) = &self.baseline {
            writer.optional_numbers("baseline", baseline);
        }
        if let Some(steps) = &self.steps {
            writer.unsigned_lists("steps", &Segments::from_lengths(steps.iter().map(Vec::len)), steps.concat());
        }
        for (name, column) in self.per_token() {
            if let Some(column) = column {
                writer.number_lists(name, samples, column.clone());
            }
        }
    }

    /// Reads the columns that a file has. `numbers` reads a per-token column.
    pub(super) fn read(reader: &Reader, numbers: impl Fn(&str) -> Result<Vec<f32>, String>) -> Result<Self, String> {
        let has = |name: &str| reader.columns().any(|column| column == name);
        let tokens = |name: &str| has(name).then(|| numbers(name)).transpose();
        let steps = |(rows, lengths): (Segments, Vec<u32>)| rows.iter().map(|row| lengths[row].to_vec()).collect();
        Ok(Self {
            kept: has("kept").then(|| reader.flags("kept")).transpose()?,
            baseline: has("baseline").then(|| reader.optional_numbers("baseline")).transpose()?,
            steps: has("steps").then(|| reader.unsigned_lists("steps")).transpose()?.map(steps),
            old_logp: tokens("old_logp")?,
            update_logp: tokens("update_logp")?,
            ref_logp: tokens("ref_logp")?,
            teacher_logp: tokens("teacher_logp")?,
            entropy: tokens("entropy")?,
            update_entropy: tokens("update_entropy")?,
            token_score: tokens("token_score")?,
            token_weight: tokens("token_weight")?,
        })
    }
}
