//! One file per command.

pub(crate) mod eval;
pub(crate) mod list;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod sample;
mod subject;
