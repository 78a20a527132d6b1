//! The verdict of an exact check, as a score.
//!
//! Every kind of verdict has its own worth, because "wrong", "no answer" and "the check broke" are different facts: the
//! first two are the policy's doing, the last is not, and by default leaves the sample out.
//!
//! ```text
//! partial:  score = wrong + closeness * (correct - wrong)
//! inverted: score = correct + wrong - score
//! ```
//!
//! The graded form follows the continuous reward of RandomCalculation (arXiv 2507.10532), whose closeness the task computes;
//! the inverted form is the control of the same paper. Rule-based outcome rewards of 1 and 0 without a format term are those of
//! AlphaMed (arXiv 2505.17952).

use crate::{Checks, Worth};
use plaudit_core::{Part, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The exact check of the task as a score: what each kind of verdict is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VerifyConfig {
    /// Score of a right answer.
    pub correct: Worth,
    /// Score of an answer that was understood and is not right.
    pub wrong: Worth,
    /// Score of a completion that states no answer.
    pub missing: Worth,
    /// Score of a completion whose answer could not be read.
    pub unparsed: Worth,
    /// Score where the check hit a limit (length, depth, steps) before it could decide.
    pub over_budget: Worth,
    /// Score where the check itself broke, or the reference answer of the data could not be read.
    pub failed: Worth,
    /// Grade wrong answers by their closeness, where the task defines one: between `wrong` and `correct`.
    pub partial: bool,
    /// Reflect every score between `wrong` and `correct`, so that wrong answers are rewarded: a control that must not improve a
    /// policy.
    pub inverted: bool,
}

impl Default for VerifyConfig {
    fn default() -> Self {
        Self {
            correct: Worth::Score(1.0),
            wrong: Worth::Score(0.0),
            missing: Worth::Score(0.0),
            unparsed: Worth::Score(0.0),
            over_budget: Worth::Drop,
            failed: Worth::Drop,
            partial: false,
            inverted: false,
        }
    }
}

impl VerifyConfig {
    /// One score per sample, or none.
    pub(crate) fn scores<'a>(&'a self, checks: &'a Checks<'_>) -> impl Iterator<Item = Option<f64>> + 'a {
        checks.verdicts.iter().zip(checks.partial).map(|(verdict, partial)| self.score(verdict, *partial))
    }

    fn score(&self, verdict: &Verdict, partial: Option<f64>) -> Option<f64> {
        let worth = match verdict {
            Verdict::Correct => self.correct,
            Verdict::Wrong => self.wrong,
            Verdict::Unparsed { part: Part::Missing } => self.missing,
            Verdict::Unparsed { part: Part::Answer } => self.unparsed,
            Verdict::OverBudget { .. } => self.over_budget,
            // An unreadable reference is an error of the data: the policy is not to blame.
            Verdict::Unparsed { part: Part::Gold } | Verdict::Failed { .. } => self.failed,
        };
        let score = worth.score()?;
        // Without two ends there is nothing to grade or reflect between; a recipe that asks for it is refused.
        let (Some(correct), Some(wrong)) = (self.correct.score(), self.wrong.score()) else { return Some(score) };
        let graded = match (self.partial, verdict, partial) {
            (true, Verdict::Correct | Verdict::Wrong, Some(closeness)) => wrong + closeness * (correct - wrong),
            _ => score,
        };
        Some(if self.inverted { correct + wrong - graded } else { graded })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Limit;

    fn verdicts() -> [Verdict; 7] {
        [
            Verdict::Correct,
            Verdict::Wrong,
            Verdict::Unparsed { part: Part::Missing },
            Verdict::Unparsed { part: Part::Answer },
            Verdict::Unparsed { part: Part::Gold },
            Verdict::OverBudget { limit: Limit::Steps },
            Verdict::Failed { cause: "no such file".into() },
        ]
    }

    fn scores(config: &VerifyConfig, partial: [Option<f64>; 7]) -> Vec<Option<f64>> {
        let checks = Checks { verdicts: &verdicts(), partial: &partial, seed: 0, step: 0 };
        config.scores(&checks).collect()
    }

    #[test]
    fn a_broken_check_is_not_a_wrong_answer() {
        let expected = [Some(1.0), Some(0.0), Some(0.0), Some(0.0), None, None, None];
        assert_eq!(scores(&VerifyConfig::default(), [None; 7]), expected);
    }

    #[test]
    fn every_kind_has_its_own_worth() {
        let config = VerifyConfig {
            wrong: Worth::Score(-0.5),
            missing: Worth::Score(-1.0),
            unparsed: Worth::Drop,
            over_budget: Worth::Score(-2.0),
            failed: Worth::Score(-3.0),
            ..VerifyConfig::default()
        };
        let expected = [Some(1.0), Some(-0.5), Some(-1.0), None, Some(-3.0), Some(-2.0), Some(-3.0)];
        assert_eq!(scores(&config, [None; 7]), expected);
    }

    #[test]
    fn closeness_grades_wrong_answers_only_where_asked() {
        // Random-calculation with gold 10: the answer 10.5 has closeness 0.725.
        let partial = [Some(1.0), Some(0.725), Some(0.9), None, None, None, None];
        assert_eq!(scores(&VerifyConfig::default(), partial)[1], Some(0.0));
        let graded = VerifyConfig { partial: true, ..VerifyConfig::default() };
        assert_eq!(scores(&graded, partial)[..3], [Some(1.0), Some(0.725), Some(0.0)]);
        let signed = VerifyConfig { wrong: Worth::Score(-1.0), ..graded };
        assert_eq!(scores(&signed, partial)[..2], [Some(1.0), Some(-1.0 + 0.725 * 2.0)]);
    }

    #[test]
    fn inverted_rewards_what_is_wrong() {
        let inverted = VerifyConfig { inverted: true, ..VerifyConfig::default() };
        assert_eq!(scores(&inverted, [None; 7])[..5], [Some(0.0), Some(1.0), Some(1.0), Some(1.0), None]);
        let graded = VerifyConfig { partial: true, ..inverted };
        assert_eq!(scores(&graded, [Some(0.725); 7])[1], Some(1.0 - 0.725));
    }

    #[test]
    fn every_kind_of_verdict_has_a_key() {
        let config: VerifyConfig = serde_json::from_str(r#"{"over_budget": 0, "failed": "drop"}"#).unwrap();
        assert_eq!(config.over_budget, Worth::Score(0.0));
        for kind in Verdict::KINDS {
            let text = format!("{{\"{}\": -1}}", kind.replace('-', "_"));
            assert!(serde_json::from_str::<VerifyConfig>(&text).is_ok(), "{kind}");
        }
    }
}
