//! Reads a run directory and draws its report.
//!
//! **Owns** the readable files of a run directory: their formats, their readers and writers, and what is said about them to a person.
//! **Must not know** how a run is made: models, tasks, recipes and algorithms are text and numbers here.
//! **Start at** [`RunDirectory`] (where the files lie), [`MetricsLog`] and [`METRICS`] (the numbers and what they mean),
//! [`write_report`] (the picture) and [`summary`] (the last words in the terminal).

mod atomic;
mod charts;
mod directory;
mod error;
mod format;
mod html;
mod jsonl;
mod manifest;
mod metrics;
mod names;
mod plot;
mod rollouts;
mod run;
mod samples;
mod summary;
mod warnings;

pub use atomic::{AtomicFile, write_atomically};
pub use directory::RunDirectory;
pub use error::ReportError;
pub use format::{duration, quantity, significant};
pub use html::{document, write_report};
pub use jsonl::{JsonLines, read as read_json_lines};
pub use manifest::{Manifest, Status};
pub use metrics::{MetricsLog, Phase, Row, read_rows, truncate_after};
pub use names::{METRICS, MetricInfo, Unit, metric_info, metric_title};
pub use plot::{Chart, Content, Extent, Layer, Line, Look, StepAxis, StepValue};
pub use rollouts::{OptionalColumns, RolloutTable};
pub use samples::{Sample, When, read_samples, store_samples};
pub use summary::{Change, Milestone, Summary, summary};
pub use warnings::Warning;
