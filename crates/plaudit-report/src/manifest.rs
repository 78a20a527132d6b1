//! `manifest.json`: where a run comes from.

use crate::{ReportError, write_atomically};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a run was made with, and how far it got.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of Plaudit.
    pub version: String,
    /// The title of the recipe.
    pub title: String,
    /// The seed that every random draw comes from.
    pub seed: u64,
    /// The machine, for a person: system, processor, threads.
    pub host: String,
    /// When the run was started (RFC 3339).
    pub created: String,
    /// When it was resumed, each time (RFC 3339).
    #[serde(default)]
    pub resumed: Vec<String>,
    /// What the build and the processor offer that may change the last bits of a result ("avx512", ...).
    pub features: Vec<String>,
    /// A hash of the resolved recipe, in hexadecimal.
    pub recipe_hash: String,
    /// How far the run got.
    pub status: Status,
    /// Wall-clock seconds spent, over all resumptions.
    pub seconds: f64,
}

/// How far a run got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Status {
    /// It runs, or was killed before it could say anything else.
    Running,
    /// It did all its steps.
    Finished,
    /// It stopped of its own accord.
    Stopped {
        /// Why, for a person.
        reason: String,
    },
}

impl Manifest {
    /// Writes the manifest, atomically.
    pub fn write_file(&self, path: &Path) -> Result<(), ReportError> {
        let mut text = serde_json::to_vec_pretty(self).expect("a manifest is text and numbers, which JSON can hold");
        text.push(b'\n');
        write_atomically(path, &text)
    }

    /// Reads a manifest that [`Manifest::write_file`] wrote.
    pub fn read_file(path: &Path) -> Result<Self, ReportError> {
        let bytes = std::fs::read(path).map_err(ReportError::io("read", path))?;
        serde_json::from_slice(&bytes).map_err(ReportError::malformed("a manifest", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        let manifest = Manifest {
            version: "0.1.0".into(),
            title: "GRPO".into(),
            seed: u64::MAX,
            host: "Linux, 2 threads".into(),
            created: "2025-01-02T03:04:05Z".into(),
            resumed: vec!["2025-01-02T04:00:00Z".into()],
            features: vec!["avx512".into()],
            recipe_hash: "c0ffee".into(),
            status: Status::Stopped { reason: "the loss is not a number".into() },
            seconds: 12.5,
        };
        manifest.write_file(&path).unwrap();
        assert_eq!(Manifest::read_file(&path).unwrap(), manifest);
        std::fs::write(&path, "{").unwrap();
        let error = Manifest::read_file(&path).unwrap_err().to_string();
        assert!(error.contains("manifest.json is not readable as a manifest"), "{error}");
    }
}
