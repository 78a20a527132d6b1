//! One file per command.

pub(crate) mod audit;
pub(crate) mod conformance;
pub(crate) mod credit;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod list;
pub(crate) mod replay;
pub(crate) mod report;
mod rows;
pub(crate) mod run;
pub(crate) mod sample;
mod subject;
pub(crate) mod verify;
pub(crate) mod why;
