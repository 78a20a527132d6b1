//! Checks of configuration values that tasks share.

use crate::TaskError;
use std::fmt::Display;

/// Checks that `[low, high]` is a range inside `least..=most`.
pub(crate) fn range<T: PartialOrd + Display>(
    kind: &'static str,
    field: &'static str,
    [low, high]: [T; 2],
    least: T,
    most: T,
) -> Result<(), TaskError> {
    let reason = if low > high {
        format!("is [{low}, {high}], which is empty; put the smaller number first")
    } else if low < least || high > most {
        format!("is [{low}, {high}]; both must lie in {least}..={most}")
    } else {
        return Ok(());
    };
    Err(TaskError::Config { kind, field, reason })
}

/// Checks that a list names at least one thing.
pub(crate) fn not_empty<T>(kind: &'static str, field: &'static str, list: &[T]) -> Result<(), TaskError> {
    match list.is_empty() {
        true => Err(TaskError::Config { kind, field, reason: "is empty; name at least one".to_owned() }),
        false => Ok(()),
    }
}
