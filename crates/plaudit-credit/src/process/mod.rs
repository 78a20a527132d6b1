//! Values of steps: the small pure functions that step scores are made of before shaping, and where they lie on tokens after it.

mod answer_likelihood;
mod call_match;
mod implicit_reward;
mod step_potential;
mod step_rewards;
mod test_weights;

pub use answer_likelihood::answer_likelihood;
pub use call_match::{Call, CallMatch, Matching, call_similarity};
pub use implicit_reward::{ImplicitReward, outcome_loss, pair_loss};
pub use step_potential::{Average, probe, right_to_wrong, saturation, step_potential};
pub use step_rewards::{NowhereToLie, step_rewards};
pub use test_weights::{TestWeights, discounted_success};
