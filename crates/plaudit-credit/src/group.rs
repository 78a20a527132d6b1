//! Group-relative advantage: how much better an answer is than the other answers to the same prompt.
//!
//! ```text
//! A_i = factor * (R_i - centre) / (std + eps)
//! ```
//!
//! R_i is the score of sample i (one per sample, any unit); A_i its advantage (the unit of R over that of the scale), written onto every
//! token of the sample that the policy wrote. `centre` and `std` are taken over the scored members of the sample's group, or of the batch.
//! The settings span the estimators of several papers:
//!
//! | method | centre | scale | other |
//! |---|---|---|---|
//! | GRPO (arXiv 2402.03300) | group-mean | group-std | |
//! | Dr.GRPO (arXiv 2503.20783) | group-mean | none | aggregation = "fixed-length" in the objective |
//! | RLOO (arXiv 2402.14740) | leave-one-out | none | |
//! | OPO (arXiv 2505.23585) | length-weighted | none | |
//! | GPG (arXiv 2504.02546) | group-mean | nonzero-share | |
//! | REINFORCE++-baseline (arXiv 2501.03262) | group-mean | none | whiten = "tokens" |
//! | ReMax (arXiv 2310.10505) | greedy | none | |
//! | SPIRAL (arXiv 2506.24119) | running | none | a running baseline per game and seat |
//! | Lite PPO (arXiv 2508.08221) | group-mean | batch-std | |
//! | REINFORCE | none | none | |
//!
//! Source: GRPO, DeepSeekMath (arXiv 2402.03300), and the papers of the table.
//!
//! Deviations: a group whose scores are all equal gives exactly 0 (others leave rounding errors divided by eps). `batch-std` is the spread
//! of the raw scores, one per sample; `whiten = "tokens"` is the token-weighted whitening of verl. The only scored member of a group
//! follows `singleton`: verl's `grpo`, `rloo`, `opo` and `gpg` are `raw`, its `rloo_vectorized` is `zero`. Two numbers are rounded to
//! single precision as verl rounds them: the factor of `nonzero-share`, and the (1 + eps) that a lone score is divided by.
//!
//! # Example
//!
//! Three answers with scores 1, 0 and 0: the mean is 1/3 and the unbiased variance ((2/3)^2 + 2 (1/3)^2) / 2 = 1/3.
//!
//! ```
//! use plaudit_core::{Advantages, CreditColumns, Segments};
//! use plaudit_credit::{Centre, CreditConfig, GroupConfig, Scale};
//!
//! let (samples, groups) = (Segments::from_lengths([2, 1, 1]), Segments::from_lengths([3]));
//! let columns = CreditColumns::<f64>::new(&samples, &groups, &[true; 4], &[1.0, 0.0, 0.0], &[true; 3]);
//! let mut advantage = [0.0; 4];
//! let grpo = CreditConfig::Group(GroupConfig { eps: 0.0, ..GroupConfig::default() });
//! grpo.credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! let unit = 1.0 / 3.0_f64.sqrt();
//! for (found, expected) in advantage.iter().zip([2.0 * unit, 2.0 * unit, -unit, -unit]) {
//!     assert!((found - expected).abs() < 1e-12);
//! }
//! // Against the mean of the others: 1 - 0, 0 - 1/2, 0 - 1/2.
//! let rloo = GroupConfig { centre: Centre::LeaveOneOut, scale: Scale::None, ..GroupConfig::default() };
//! CreditConfig::Group(rloo).credit(&columns, &mut Advantages { advantage: &mut advantage, returns: None })?;
//! assert_eq!(advantage, [1.0, 1.0, -0.5, -0.5]);
//! # Ok::<(), plaudit_credit::CreditError>(())
//! ```
//!
//! # When to use
//!
//! Where a whole answer has one score and several answers to a prompt can be sampled: no value network is needed. `leave-one-out` without
//! scale for an unbiased gradient; `group-std` where prompts of very different pass rates should count alike; `batch-std` where a few lucky
//! answers of hard prompts should not be blown up; `greedy` or `running` where a prompt has one answer.
//!
//! # Traps
//!
//! - Groups whose scores are all equal teach nothing. Their share grows as training goes on; watch it.
//! - "GRPO" differs between systems: eps is 1e-6 in verl and 1e-4 in TRL, ddof is 0 in open-instruct, the baseline of NeMo-RL leaves the
//!   sample out and so does its deviation (`leave-one-out-std` with `constant = "undivided"`: with `zero`, the only right answer of a group
//!   would get 0).
//! - `singleton = "raw"` gives a lone sample an advantage without a baseline, on another scale than all the others.
//! - `whiten = "tokens"` mixes prompts: an answer that is average for its prompt no longer has advantage 0.

use crate::broadcast::{broadcast, written};
use crate::normalise::{Cells, Items};
use crate::{Centre, Constant, CreditError, CreditNeeds, Estimator, Normalisation, Scale, Singleton, Whiten};
use plaudit_core::{Advantages, CreditColumns, Real};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The group-relative advantage, A = (score - centre) / (std + eps). The defaults are GRPO; `scale = "none"` is Dr.GRPO;
/// `centre = "leave-one-out"` with `scale = "none"` is RLOO; both `"none"` is REINFORCE without a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupConfig {
    /// The baseline that is subtracted from a score.
    pub centre: Centre,
    /// What the centred score is divided by.
    pub scale: Scale,
    /// Whether a sample is compared only with the members of its group that have its role (the seat of a game, the agent of a team).
    pub by_role: bool,
    /// Divisor of the variance is (count - ddof): 1 gives the unbiased estimate, 0 the population's.
    #[schemars(range(max = 1))]
    pub ddof: u8,
    /// Added to the standard deviation so that nearly equal scores are not blown up. In units of the score.
    #[schemars(range(min = 0.0))]
    pub eps: f64,
    /// The advantage of a group's only scored member, which has nothing to be compared with.
    pub singleton: Singleton,
    /// The advantage of scores that are all equal, where it is divided by their deviation.
    pub constant: Constant,
    /// Every advantage is multiplied by this, before it is whitened.
    pub factor: f64,
    /// Whether the advantages of the batch are whitened in the end.
    pub whiten: Whiten,
}

impl Default for GroupConfig {
    fn default() -> Self {
        let Normalisation { centre, scale, ddof, eps, singleton, constant } = Normalisation::default();
        Self { centre, scale, by_role: false, ddof, eps, singleton, constant, factor: 1.0, whiten: Whiten::None }
    }
}

impl<R: Real> Estimator<R> for GroupConfig {
    fn needs(&self) -> CreditNeeds {
        let baseline = matches!(self.centre, Centre::Greedy | Centre::Running);
        CreditNeeds { baseline, role: self.by_role, ..CreditNeeds::default() }
    }

    fn estimate(&self, columns: &CreditColumns<'_, R>, out: &mut Advantages<'_, R>) -> Result<(), CreditError> {
        broadcast(&self.per_sample(columns)?, columns.samples, columns.mask, out)
    }
}

impl GroupConfig {
    /// One advantage per sample; 0 where it has no score. `needs` and scores have been checked.
    ///
    /// # Errors
    /// [`CreditError`] where numbers are such that there is no advantage.
    pub(crate) fn per_sample<R: Real>(&self, columns: &CreditColumns<'_, R>) -> Result<Vec<f64>, CreditError> {
        let reads_lengths = self.centre == Centre::LengthWeighted || self.whiten == Whiten::Tokens;
        let lengths = if reads_lengths { written(columns) } else { Vec::new() };
        let items = Items {
            values: columns.scores,
            scored: columns.scored,
            weights: &lengths,
            baseline: columns.baseline.unwrap_or_default(),
        };
        let cells = match columns.role {
            Some(role) if self.by_role => {
                let group_of = columns.groups.iter().enumerate().flat_map(|(group, range)| range.map(move |_| group));
                Cells::named(&group_of.zip(role).collect::<Vec<_>>())
            }
            _ => Cells::runs(columns.groups),
        };
        let rules = self.normalisation();
        let mut advantages = vec![0.0; columns.samples.len()];
        rules.apply(&items, &cells, &mut advantages)?;
        advantages.iter_mut().for_each(|advantage| *advantage *= self.factor);
        self.whiten.apply(&mut advantages, &rules.compared(columns.scored, &cells), &lengths, &rules)?;
        Ok(advantages)
    }

    /// Whether the centre or the scale is a statistic of the group, so that a sample alone in its group has none.
    pub fn uses_group(&self) -> bool {
        self.normalisation().uses_cell()
    }

    fn normalisation(&self) -> Normalisation {
        let Self { centre, scale, ddof, eps, singleton, constant, .. } = *self;
        Normalisation { centre, scale, ddof, eps, singleton, constant }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CreditConfig;
    use plaudit_core::Segments;

    /// The advantages of samples of one token each.
    fn advantages(config: &GroupConfig, scores: &[Option<f64>], sizes: &[usize]) -> Vec<f64> {
        let values: Vec<f64> = scores.iter().map(|score| score.unwrap_or(f64::NAN)).collect();
        let scored: Vec<bool> = scores.iter().map(Option::is_some).collect();
        let (samples, groups) =
            (Segments::from_lengths(scores.iter().map(|_| 1)), Segments::from_lengths(sizes.iter().copied()));
        let mask = vec![true; scores.len()];
        credit(config, &CreditColumns::new(&samples, &groups, &mask, &values, &scored)).unwrap()
    }

    fn credit(config: &GroupConfig, columns: &CreditColumns<'_, f64>) -> Result<Vec<f64>, CreditError> {
        let mut advantage = vec![f64::NAN; columns.samples.total()];
        let mut out = Advantages { advantage: &mut advantage, returns: None };
        CreditConfig::Group(config.clone()).credit(columns, &mut out)?;
        Ok(advantage)
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
            assert_eq!(advantages(&raw, &alone, &[1, 2])[0], 0.7 / f64::from(1.000_001_f32));
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
        let (samples, groups) = (Segments::from_lengths([1, 1]), Segments::from_lengths([2]));
        let columns = CreditColumns::new(&samples, &groups, &[true; 2], &[0.0, f64::INFINITY], &[true; 2]);
        let error = credit(&GroupConfig::default(), &columns).unwrap_err();
        assert_eq!(error, CreditError::NotFinite { sample: 1, score: f64::INFINITY });
    }

    #[test]
    fn opo_weighs_scores_by_written_tokens() {
        // Written tokens 1 and 3: baseline (1 * 4 + 3 * 0)/4 = 1.
        let (samples, groups) = (Segments::from_lengths([2, 3]), Segments::from_lengths([2]));
        let mask = [true, false, true, true, true];
        let opo = GroupConfig { centre: Centre::LengthWeighted, scale: Scale::None, ..GroupConfig::default() };
        let found = credit(&opo, &CreditColumns::new(&samples, &groups, &mask, &[4.0, 0.0], &[true; 2])).unwrap();
        assert_eq!(found, [3.0, 0.0, -1.0, -1.0, -1.0]);
    }

    #[test]
    fn gpg_weighs_by_the_share_of_scores_that_are_not_zero() {
        let gpg = GroupConfig {
            scale: Scale::NonzeroShare,
            singleton: Singleton::Raw,
            factor: 0.5,
            ..GroupConfig::default()
        };
        // 5 scores, 2 of them not 0: half of 2.5 times the centred score.
        let found = advantages(&gpg, &scores(&[1.0, 0.0, 0.0, 0.0, 3.0]), &[4, 1]);
        close(&found, &[0.9375, -0.3125, -0.3125, -0.3125, 3.75]);
        // No score but 0: the divisor is one sample of five.
        assert_eq!(advantages(&gpg, &scores(&[0.0; 5]), &[4, 1]), [0.0; 5]);
    }

    #[test]
    fn a_role_is_compared_with_its_own() {
        let (samples, groups) = (Segments::from_lengths([1; 4]), Segments::from_lengths([4]));
        let columns = CreditColumns {
            role: Some(&[0, 1, 0, 1]),
            ..CreditColumns::new(&samples, &groups, &[true; 4], &[1.0, -1.0, 0.0, -4.0], &[true; 4])
        };
        let config = GroupConfig { scale: Scale::None, by_role: true, ..GroupConfig::default() };
        close(&credit(&config, &columns).unwrap(), &[0.5, 1.5, -0.5, -1.5]);
        let without = credit(&config, &CreditColumns { role: None, ..columns });
        assert_eq!(without, Err(CreditError::Missing { kind: "group", column: "role" }));
    }

    #[test]
    fn a_baseline_made_elsewhere_is_subtracted() {
        let (samples, groups) = (Segments::from_lengths([1; 2]), Segments::from_lengths([1, 1]));
        let columns = CreditColumns {
            baseline: Some(&[0.5, 0.25]),
            ..CreditColumns::new(&samples, &groups, &[true; 2], &[1.0, 0.0], &[true; 2])
        };
        let remax = GroupConfig { centre: Centre::Greedy, scale: Scale::None, ..GroupConfig::default() };
        assert_eq!(credit(&remax, &columns).unwrap(), [0.5, -0.25]);
        let without = credit(&remax, &CreditColumns { baseline: None, ..columns });
        assert_eq!(without, Err(CreditError::Missing { kind: "group", column: "baseline" }));
    }

    #[test]
    fn whitening_by_tokens_comes_last() {
        // Centred scores 1 on one token and -1 on three: mean -0.5, squares 3, variance 1.
        let (samples, groups) = (Segments::from_lengths([2, 3]), Segments::from_lengths([2]));
        let mask = [true, false, true, true, true];
        let config = GroupConfig { scale: Scale::None, whiten: Whiten::Tokens, ..GroupConfig::default() };
        let found = credit(&config, &CreditColumns::new(&samples, &groups, &mask, &[2.0, 0.0], &[true; 2])).unwrap();
        for (found, expected) in found.iter().zip([1.5, 0.0, -0.5, -0.5, -0.5]) {
            assert!((found - expected).abs() < 2e-8, "{found} is not {expected}");
        }
    }

    #[test]
    fn what_was_compared_with_nothing_is_not_whitened() {
        // 2 and -2 have mean 0 and variance 8; the lone score of 5 stays at 0.
        let config = GroupConfig { scale: Scale::None, whiten: Whiten::Samples, eps: 0.0, ..GroupConfig::default() };
        let unit = 2.0 / 8.0_f64.sqrt();
        close(&advantages(&config, &scores(&[4.0, 0.0, 5.0]), &[2, 1]), &[unit, -unit, 0.0]);
        let raw = GroupConfig { singleton: Singleton::Raw, ..config };
        // Taken in, it makes the mean 5/3 and the variance 37/3.
        let found = advantages(&raw, &scores(&[4.0, 0.0, 5.0]), &[2, 1]);
        assert!((found[2] - 10.0 / 3.0 / (37.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn prime_and_oreal_take_the_others_as_baseline() {
        let rloo = GroupConfig { centre: Centre::LeaveOneOut, scale: Scale::None, ..GroupConfig::default() };
        assert_eq!(advantages(&rloo, &scores(&[1.0, 0.0]), &[2]), [1.0, -1.0]);
        let third = 2.0 / 3.0;
        close(&advantages(&rloo, &scores(&[1.0, 0.0, 0.0, 1.0]), &[4]), &[third, -third, -third, third]);
    }

    #[test]
    fn alphamed_hopeless_prompts_teach_nothing() {
        assert_eq!(advantages(&GroupConfig::default(), &scores(&[0.0; 4]), &[4]), [0.0; 4]);
    }

    #[test]
    fn the_configuration_reads_and_writes_its_names() {
        let text = r#"{"kind":"group","centre":"leave-one-out","scale":"none"}"#;
        let config: CreditConfig = serde_json::from_str(text).unwrap();
        let CreditConfig::Group(group) = &config else { panic!("{config:?}") };
        assert_eq!((group.centre, group.scale, group.ddof), (Centre::LeaveOneOut, Scale::None, 1));
        let written = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<CreditConfig>(&written).unwrap(), config);
        assert!(serde_json::from_str::<CreditConfig>(r#"{"kind":"group","center":"none"}"#).is_err());
    }
}
