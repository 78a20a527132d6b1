//! Which invariants our own estimators and losses keep, and why not the others.

use crate::Invariant;
use plaudit_credit::{Baseline, PairwiseConfig};
use plaudit_credit::{
    Centre, CreditConfig, GdpoConfig, GroupConfig, PassAtKConfig, RewardToGoConfig, Scale, SecondBest, Whiten,
};
use plaudit_objective::{CovarianceMethod, ObjectiveConfig, Scope};

/// What a promise is: the deviation that is allowed beside rounding, or why there is none.
type Promise = Result<f64, &'static str>;

const DIVIDED: &str = "advantages are divided by a standard deviation";
const UNDIVIDED: &str = "nothing is divided by: advantages have the score's unit";
const WHOLE_BATCH: &str = "the batch is compared as a whole";
const OTHER_BASELINE: &str = "the baseline is no statistic of the group's scores";

/// What `eps` beside a deviation changes where scores are multiplied: they are about a unit apart, and rarely less than a hundredth.
fn eps_effect(eps: f64) -> f64 {
    100.0 * eps
}

pub(crate) fn of_credit(config: &CreditConfig, invariant: Invariant) -> Promise {
    use Invariant::{EqualScores, MicroBatch, RewardScale, RewardShift, RewardUnit, Unscored};
    match config {
        CreditConfig::Group(group) => of_group(group, invariant),
        CreditConfig::Gdpo(gdpo) => of_gdpo(gdpo, invariant),
        CreditConfig::RewardToGo(rewards) => of_reward_to_go(rewards, invariant),
        CreditConfig::PassAtK(best) => of_pass_at_k(best, invariant),
        CreditConfig::Pairwise(PairwiseConfig { divide, eps }) => match invariant {
            RewardScale if !divide => Err(UNDIVIDED),
            // It stands beside a variance, under the root.
            RewardScale => Ok(eps_effect(eps.sqrt())),
            RewardUnit if *divide => Err(DIVIDED),
            _ => Ok(0.0),
        },
        CreditConfig::Gae(gae) => match invariant {
            MicroBatch if gae.whiten => Err(WHOLE_BATCH),
            RewardShift | RewardScale | RewardUnit | EqualScores => Err("the baseline is a value network's"),
            _ => Ok(0.0),
        },
        CreditConfig::OptimalTokenBaseline(_) => match invariant {
            RewardShift | EqualScores => Err("past the end of the others a sample has no baseline"),
            RewardScale => Err(UNDIVIDED),
            _ => Ok(0.0),
        },
        CreditConfig::Steps(_)
        | CreditConfig::EntropyModulated(_)
        | CreditConfig::TrajectoryGraph(_)
        | CreditConfig::StepPotential(_)
        | CreditConfig::KlProcess(_)
        | CreditConfig::ImplicitProcess(_) => match invariant {
            MicroBatch | RewardShift | RewardScale | RewardUnit | EqualScores | Unscored => {
                Err("steps have scores and statistics of their own")
            }
            _ => Ok(0.0),
        },
    }
}

fn of_group(group: &GroupConfig, invariant: Invariant) -> Promise {
    let is_own = matches!(group.centre, Centre::GroupMean | Centre::LeaveOneOut | Centre::LengthWeighted);
    let divides = !matches!(group.scale, Scale::None | Scale::NonzeroShare) || group.whiten != Whiten::None;
    let reads_batch = group.centre == Centre::BatchMean
        || matches!(group.scale, Scale::BatchStd | Scale::NonzeroShare)
        || group.whiten != Whiten::None;
    match invariant {
        Invariant::MicroBatch if reads_batch => Err(WHOLE_BATCH),
        Invariant::RewardShift if group.scale == Scale::NonzeroShare => Err("scores that are 0 are counted"),
        Invariant::RewardShift if !is_own && group.centre != Centre::BatchMean => Err(OTHER_BASELINE),
        Invariant::EqualScores if !is_own => Err(OTHER_BASELINE),
        Invariant::RewardScale | Invariant::RewardUnit if matches!(group.centre, Centre::Greedy | Centre::Running) => {
            Err("a baseline made elsewhere does not follow the scores")
        }
        Invariant::RewardScale if !divides => Err(UNDIVIDED),
        Invariant::RewardScale => Ok(eps_effect(group.eps.max(1e-8))),
        Invariant::RewardUnit if divides => Err(DIVIDED),
        _ => Ok(0.0),
    }
}

fn of_gdpo(gdpo: &GdpoConfig, invariant: Invariant) -> Promise {
    let divides = gdpo.scale != Scale::None || gdpo.whiten != Whiten::None;
    match invariant {
        Invariant::MicroBatch if gdpo.whiten != Whiten::None || gdpo.scale == Scale::BatchStd => Err(WHOLE_BATCH),
        Invariant::RewardScale if !divides => Err(UNDIVIDED),
        Invariant::RewardScale => Ok(eps_effect(gdpo.eps.max(1e-8))),
        Invariant::RewardUnit if divides => Err(DIVIDED),
        _ => Ok(0.0),
    }
}

fn of_reward_to_go(rewards: &RewardToGoConfig, invariant: Invariant) -> Promise {
    let has_baseline = rewards.baseline != Baseline::None;
    match invariant {
        Invariant::MicroBatch if rewards.whiten => Err(WHOLE_BATCH),
        Invariant::RewardShift | Invariant::EqualScores => Err(OTHER_BASELINE),
        Invariant::RewardScale | Invariant::RewardUnit if has_baseline => {
            Err("a baseline made elsewhere does not follow the scores")
        }
        Invariant::RewardScale if !rewards.whiten => Err(UNDIVIDED),
        Invariant::RewardScale => Ok(eps_effect(1e-8)),
        Invariant::RewardUnit if rewards.whiten => Err(DIVIDED),
        _ => Ok(0.0),
    }
}

fn of_pass_at_k(best: &PassAtKConfig, invariant: Invariant) -> Promise {
    match invariant {
        Invariant::Singleton if best.singleton == SecondBest::Required => {
            Err("a group of one has no second best, and is refused")
        }
        Invariant::RewardScale if !best.divide => Err(UNDIVIDED),
        Invariant::RewardScale => Ok(eps_effect(best.eps)),
        Invariant::RewardUnit if best.divide => Err(DIVIDED),
        _ => Ok(0.0),
    }
}

pub(crate) fn of_objective(config: &ObjectiveConfig, invariant: Invariant) -> Promise {
    use Invariant::{
        EqualScores, GroupOrder, MicroBatch, Padding, RewardScale, RewardShift, RewardUnit, SampleOrder, Unscored,
    };
    let draws = matches!(config, ObjectiveConfig::CovariancePg(config) if config.method == CovarianceMethod::LeaveOut);
    match invariant {
        MicroBatch if config.scope() == Scope::Batch => Err("it has to see the batch in one piece"),
        SampleOrder | GroupOrder | Padding if draws => Err("tokens are drawn by their place in the batch"),
        RewardShift | RewardScale | RewardUnit | EqualScores | Unscored => Err("a loss reads no scores"),
        _ => Ok(0.0),
    }
}
