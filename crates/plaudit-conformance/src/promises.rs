//! Which invariants our own estimators and losses keep, and why not the others.

use crate::Invariant;
use plaudit_credit::{Centre, CreditConfig, GroupConfig, Scale, Singleton};
use plaudit_objective::{ObjectiveConfig, Scope};

/// Scores are a unit apart or so: what `eps` in a divisor changes when they are multiplied.
fn eps_effect(eps: f64) -> f64 {
    100.0 * eps
}

pub(crate) fn of_credit(config: &CreditConfig, invariant: Invariant) -> Result<f64, &'static str> {
    match config {
        CreditConfig::Group(group) => of_group(group, invariant),
    }
}

fn of_group(group: &GroupConfig, invariant: Invariant) -> Result<f64, &'static str> {
    let reads_batch = group.centre == Centre::BatchMean || group.scale == Scale::BatchStd;
    match invariant {
        Invariant::MicroBatch if reads_batch => Err("the centre or the scale is a statistic of the whole batch"),
        Invariant::RewardShift if group.centre == Centre::None => Err("no baseline is subtracted"),
        Invariant::RewardScale if group.scale == Scale::None => {
            Err("nothing is divided by: advantages have the score's unit")
        }
        Invariant::RewardScale if group.singleton == Singleton::Raw => Err("a lone sample keeps its score as it is"),
        Invariant::RewardScale => Ok(eps_effect(group.eps)),
        Invariant::RewardUnit if group.scale != Scale::None => Err("advantages are divided by a standard deviation"),
        Invariant::EqualScores if !matches!(group.centre, Centre::GroupMean | Centre::LeaveOneOut) => {
            Err("the baseline is not the group's")
        }
        _ => Ok(0.0),
    }
}

pub(crate) fn of_objective(config: &ObjectiveConfig, invariant: Invariant) -> Result<f64, &'static str> {
    match invariant {
        Invariant::MicroBatch if config.scope() == Scope::Batch => Err("it has to see the batch in one piece"),
        Invariant::RewardShift
        | Invariant::RewardScale
        | Invariant::RewardUnit
        | Invariant::EqualScores
        | Invariant::Unscored => Err("a loss reads no scores"),
        _ => Ok(0.0),
    }
}
