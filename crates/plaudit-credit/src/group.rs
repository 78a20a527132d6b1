//! Group-relative advantage: how much better an answer is than the other answers to the same prompt.
//!
//! ```text
//! A_i = (R_i - centre) / (std + eps)
//! ```
//!
//! R_i is the score of sample i (one per sample, any unit), A_i its advantage. `centre` and `std` are taken over the scored
//! members of the sample's group, or of the batch. The parameters span the estimators of several papers:
//!
//! | method | centre | scale | other |
//! |---|---|---|---|
//! | GRPO (DeepSeekMath, arXiv 2402.03300) | group-mean | group-std | |
//! | Dr.GRPO (arXiv 2503.20783) | group-mean | none | aggregation = "fixed-length" in the objective |
//! | RLOO (arXiv 2402.14740) | leave-one-out | none | |
//! | REINFORCE | none | none | |
//! | REINFORCE with a batch baseline | batch-mean | batch-std | |
//! | Lite PPO (arXiv 2508.08221) | group-mean | batch-std | |
//!
//! Deviations: a group whose scores are all equal gives exactly 0 (others leave rounding errors divided by eps); a group
//! with one scored member follows `singleton`, where verl 0.9.1's GRPO gives R/(1 + eps) (our `raw` gives R).
//! `batch-std` is the spread of the raw scores, one per sample; it is not the token-weighted whitening of REINFORCE++.

use crate::{CreditError, CreditNeeds, Estimator, OutcomeColumns, broadcast};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The group-relative advantage, A = (score - centre) / (std + eps). The defaults are GRPO; `scale = "none"` is Dr.GRPO;
/// `centre = "leave-one-out"` with `scale = "none"` is RLOO; both `"none"` is REINFORCE without a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupConfig {
    /// The baseline that is subtracted from a score.
    pub centre: Centre,
    /// What the centred score is divided by.
    pub scale: Scale,
    /// Divisor of the variance is (count - ddof): 1 gives the unbiased estimate, 0 the population's.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation so that nearly equal scores are not blown up. In units of the score.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// The advantage of a group's only scored member, which has nothing to be compared with.
    pub singleton: Singleton,
}

impl Default for GroupConfig {
    fn default() -> Self {
        Self { centre: Centre::GroupMean, scale: Scale::GroupStd, ddof: 1, eps: 1e-6, singleton: Singleton::Zero }
    }
}

/// The baseline of the group-relative advantage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Centre {
    /// The mean of the group, the sample itself included.
    GroupMean,
    /// The mean of the other members of the group, which leaves the policy gradient unbiased.
    LeaveOneOut,
    /// The mean of the batch.
    BatchMean,
    /// No baseline.
    None,
}

/// The divisor of the group-relative advantage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// No division: the advantage keeps the unit of the score.
    None,
    /// The standard deviation of the group's scores: every prompt counts alike, however rarely it is solved.
    GroupStd,
    /// The standard deviation of the batch's scores.
    BatchStd,
}

/// What the only scored member of a group gets, where the centre or the scale is a statistic of the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Singleton {
    /// Advantage 0: nothing is learnt from it.
    Zero,
    /// The score as it is, as if the group's mean were 0 and its standard deviation 1.
    Raw,
}

impl<R: Real> Estimator<R> for GroupConfig {
    fn needs(&self) -> CreditNeeds {
        CreditNeeds::default()
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        let mut advantages = vec![0.0; columns.samples.len()];
        self.spread(&OutcomeColumns::of(columns), &mut advantages);
        broadcast(&advantages, columns, out.advantage);
        Ok(())
    }
}

impl GroupConfig {
    /// Writes one advantage per sample into `out` (length: number of samples); 0 where a sample has no score.
    ///
    /// # Errors
    /// [`CreditError::NotFinite`] where a scored sample's score is NaN or infinite.
    ///
    /// # Panics
    /// Where the lengths of `columns` and `out` differ: a mistake of the caller.
    pub fn advantages(&self, columns: &OutcomeColumns<'_>, out: &mut [f64]) -> Result<(), CreditError> {
        assert_eq!(out.len(), columns.scores.len(), "out");
        columns.check()?;
        self.spread(columns, out);
        Ok(())
    }

    fn spread(&self, columns: &OutcomeColumns<'_>, out: &mut [f64]) {
        let batch = Moments::over(columns, 0..columns.scores.len(), self.ddof);
        for range in columns.groups.iter() {
            let group = Moments::over(columns, range.clone(), self.ddof);
            for sample in range {
                out[sample] =
                    if columns.scored[sample] { self.advantage(columns.scores[sample], &group, &batch) } else { 0.0 };
            }
        }
    }

    fn advantage(&self, score: f64, group: &Moments, batch: &Moments) -> f64 {
        let alone = self.uses_group() && group.count == 1;
        if alone && self.singleton == Singleton::Zero {
            return 0.0;
        }
        if (self.uses_group() && !alone && group.constant) || (self.uses_batch() && batch.constant) {
            return 0.0;
        }
        let centred = match self.centre {
            Centre::None => score,
            Centre::BatchMean => score - batch.mean,
            Centre::GroupMean | Centre::LeaveOneOut if alone => score,
            Centre::GroupMean => score - group.mean,
            // R_i - (sum - R_i)/(n - 1) = n/(n - 1) * (R_i - mean), with less cancellation.
            Centre::LeaveOneOut => (score - group.mean) * group.count as f64 / (group.count - 1) as f64,
        };
        match self.scale {
            Scale::None => centred,
            Scale::GroupStd if alone => centred,
            Scale::GroupStd => centred / (group.std + self.eps),
            Scale::BatchStd => centred / (batch.std + self.eps),
        }
    }

    /// Whether the centre or the scale is a statistic of the group, so that a sample alone in its group has none.
    pub fn uses_group(&self) -> bool {
        matches!(self.centre, Centre::GroupMean | Centre::LeaveOneOut) || self.scale == Scale::GroupStd
    }

    fn uses_batch(&self) -> bool {
        self.centre == Centre::BatchMean || self.scale == Scale::BatchStd
    }
}

/// Statistics of the scored members of a range of samples.
struct Moments {
    count: usize,
    mean: f64,
    /// With the configured ddof; 0 where there are too few members, which `constant` or `singleton` catches first.
    std: f64,
    /// Whether all scores are equal. Asked exactly, because the mean of equal numbers may differ from them by rounding.
    constant: bool,
}

impl Moments {
    fn over(columns: &OutcomeColumns<'_>, range: Range<usize>, ddof: u8) -> Self {
        let scores = || range.clone().filter(|&sample| columns.scored[sample]).map(|sample| columns.scores[sample]);
        let count = scores().count();
        let mean = scores().sum::<f64>() / count.max(1) as f64;
        let squares = scores().map(|score| (score - mean).powi(2)).sum::<f64>();
        let std = (squares / count.saturating_sub(usize::from(ddof)).max(1) as f64).sqrt();
        let constant = scores().zip(scores().skip(1)).all(|(score, next)| score == next);
        Self { count, mean, std, constant }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    fn advantages(config: &GroupConfig, scores: &[Option<f64>], sizes: &[usize]) -> Vec<f64> {
        let values: Vec<f64> = scores.iter().map(|score| score.unwrap_or(f64::NAN)).collect();
        let scored: Vec<bool> = scores.iter().map(Option::is_some).collect();
        let groups = Segments::from_lengths(sizes.iter().copied());
        let mut out = vec![f64::NAN; scores.len()];
        let columns = OutcomeColumns { scores: &values, scored: &scored, groups: &groups };
        config.advantages(&columns, &mut out).unwrap();
        out
    }

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    fn scores(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn grpo_divides_by_the_unbiased_deviation() {
        // Scores 3, 1, 2, 2: mean 2, squares 1 + 1, variance 2/3; (3 - 2)/(sqrt(2/3) + 1e-6) = 1.224743...
        let unit = 1.0 / ((2.0_f64 / 3.0).sqrt() + 1e-6);
        close(&advantages(&GroupConfig::default(), &scores(&[3.0, 1.0, 2.0, 2.0]), &[4]), &[unit, -unit, 0.0, 0.0]);
    }

    #[test]
    fn each_centre_and_scale_by_hand() {
        // Groups [4, 1, 1] (mean 2, variance 3) and [0, 2] (mean 1, variance 2);
        // batch mean 8/5, squares 144 + 9 + 9 + 64 + 4 = 230 (in 25ths), variance 9.2/4 = 2.3.
        let given = scores(&[4.0, 1.0, 1.0, 0.0, 2.0]);
        let found = |centre, scale| {
            let config = GroupConfig { centre, scale, eps: 0.0, ..GroupConfig::default() };
            advantages(&config, &given, &[3, 2])
        };
        close(&found(Centre::GroupMean, Scale::None), &[2.0, -1.0, -1.0, -1.0, 1.0]);
        close(&found(Centre::LeaveOneOut, Scale::None), &[3.0, -1.5, -1.5, -2.0, 2.0]);
        close(&found(Centre::BatchMean, Scale::None), &[2.4, -0.6, -0.6, -1.6, 0.4]);
        close(&found(Centre::None, Scale::None), &[4.0, 1.0, 1.0, 0.0, 2.0]);
        let (group, batch) = (3.0_f64.sqrt(), 2.3_f64.sqrt());
        close(&found(Centre::GroupMean, Scale::GroupStd)[..2], &[2.0 / group, -1.0 / group]);
        close(&found(Centre::GroupMean, Scale::BatchStd)[..2], &[2.0 / batch, -1.0 / batch]);
        close(&found(Centre::None, Scale::GroupStd)[3..], &[0.0, 2.0 / 2.0_f64.sqrt()]);
    }

    #[test]
    fn ddof_zero_is_the_population_deviation() {
        // 0 and 2: variance 1 over two, 2 over one.
        let population = GroupConfig { ddof: 0, eps: 0.0, ..GroupConfig::default() };
        close(&advantages(&population, &scores(&[0.0, 2.0]), &[2]), &[-1.0, 1.0]);
    }

    #[test]
    fn a_group_of_equal_scores_gives_exactly_zero() {
        // The mean of three times 0.1 is not 0.1 in floating point: without care the advantage would be 1e-11.
        for centre in [Centre::GroupMean, Centre::LeaveOneOut, Centre::None, Centre::BatchMean] {
            let config = GroupConfig { centre, ..GroupConfig::default() };
            let found = advantages(&config, &scores(&[0.1, 0.1, 0.1, 0.0, 1.0]), &[3, 2]);
            assert_eq!(found[..3], [0.0; 3]);
            assert_ne!(found[3], found[4]);
        }
        let batch = GroupConfig { centre: Centre::None, scale: Scale::BatchStd, ..GroupConfig::default() };
        assert_eq!(advantages(&batch, &scores(&[0.1; 3]), &[2, 1]), [0.0; 3]);
    }

    #[test]
    fn the_singleton_rule_applies_to_statistics_of_the_group_only() {
        let alone = scores(&[0.7, 1.0, 0.0]);
        for centre in [Centre::GroupMean, Centre::LeaveOneOut] {
            let zero = GroupConfig { centre, ..GroupConfig::default() };
            assert_eq!(advantages(&zero, &alone, &[1, 2])[0], 0.0);
            let raw = GroupConfig { singleton: Singleton::Raw, ..zero };
            assert_eq!(advantages(&raw, &alone, &[1, 2])[0], 0.7);
        }
        let reinforce = GroupConfig { centre: Centre::None, scale: Scale::None, ..GroupConfig::default() };
        assert_eq!(advantages(&reinforce, &alone, &[1, 2]), [0.7, 1.0, 0.0]);
    }

    #[test]
    fn unscored_members_stay_out_of_the_statistics() {
        let config = GroupConfig { scale: Scale::None, ..GroupConfig::default() };
        close(&advantages(&config, &[Some(1.0), None, Some(0.0)], &[3]), &[0.5, 0.0, -0.5]);
        // One scored member left: a singleton. None left: zeros.
        assert_eq!(advantages(&config, &[Some(1.0), None], &[2]), [0.0, 0.0]);
        assert_eq!(advantages(&config, &[None, None], &[2]), [0.0, 0.0]);
        assert_eq!(advantages(&config, &[], &[0, 0]), [0.0; 0]);
    }

    #[test]
    fn a_score_that_is_no_number_is_an_error_with_its_place() {
        let groups = Segments::from_lengths([2]);
        let columns = OutcomeColumns { scores: &[0.0, f64::INFINITY], scored: &[true; 2], groups: &groups };
        let error = GroupConfig::default().advantages(&columns, &mut [0.0; 2]).unwrap_err();
        assert_eq!(error, CreditError::NotFinite { sample: 1, score: f64::INFINITY });
    }

    #[test]
    fn alphamed_hopeless_prompts_teach_nothing() {
        assert_eq!(advantages(&GroupConfig::default(), &scores(&[0.0; 4]), &[4]), [0.0; 4]);
    }

    #[test]
    fn the_configuration_reads_and_writes_its_names() {
        let text = r#"{"kind":"group","centre":"leave-one-out","scale":"none"}"#;
        let config: CreditConfig = serde_json::from_str(text).unwrap();
        let CreditConfig::Group(group) = &config else { panic!("a group") };
        assert_eq!((group.centre, group.scale, group.ddof), (Centre::LeaveOneOut, Scale::None, 1));
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<CreditConfig>(&written).unwrap(), config);
        assert!(serde_json::from_str::<CreditConfig>(r#"{"kind":"group","center":"none"}"#).is_err());
    }
}
