//! TRL's losses and advantages as objectives and credit.

use super::Case;
use super::compare::{Comparison, Unmatched};

pub(super) fn evaluate(case: &Case) -> Result<Vec<Comparison>, Unmatched> {
    Err(Unmatched::Unknown(format!("{} is not known", case.function)))
}
