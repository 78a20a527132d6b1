//! Where things lie in a run directory.

use std::path::{Path, PathBuf};

/// The files of a run directory, by name. Only paths: nothing is read or created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDirectory(PathBuf);

impl RunDirectory {
    /// The run directory at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// The directory itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The recipe as resolved, every default written out.
    pub fn recipe(&self) -> PathBuf {
        self.0.join("recipe.toml")
    }

    /// Version, seed, host ([`crate::Manifest`]).
    pub fn manifest(&self) -> PathBuf {
        self.0.join("manifest.json")
    }

    /// One [`crate::Row`] per step: everything that is the same in every repetition.
    pub fn metrics(&self) -> PathBuf {
        self.0.join("metrics.jsonl")
    }

    /// One [`crate::Row`] per step: seconds and tokens per second, which differ from repetition to repetition.
    pub fn timings(&self) -> PathBuf {
        self.0.join("timings.jsonl")
    }

    /// Answers before and after ([`crate::Sample`]).
    pub fn samples(&self) -> PathBuf {
        self.0.join("samples.jsonl")
    }

    /// What the trainer saw in one step of reinforcement learning ([`crate::RolloutTable`]).
    pub fn rollouts(&self, step: u64) -> PathBuf {
        // Padded, so that a listing is in the order of the steps.
        self.0.join("rollouts").join(format!("step-{step:06}.parquet"))
    }

    /// The report that [`crate::write_report`] draws.
    pub fn report(&self) -> PathBuf {
        self.0.join("report.html")
    }
}
