//! `samples.jsonl`: the same prompts answered before, between and after training.

use crate::jsonl::{self, JsonLines};
use crate::{ReportError, write_atomically};
use plaudit_core::Verdict;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// When in a run a sample was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Before any training.
    Start,
    /// After warm start, before RL.
    Warm,
    /// After RL.
    End,
}

impl When {
    /// All moments, in order.
    pub const ALL: [Self; 3] = [Self::Start, Self::Warm, Self::End];
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "before training",
            Self::Warm => "after warm start",
            Self::End => "after RL",
        })
    }
}

/// One answer to one held-out prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// When it was written.
    pub when: When,
    /// The prompt, as a person reads it.
    pub prompt: String,
    /// The reference answer.
    pub answer: String,
    /// What the policy wrote.
    pub completion: String,
    /// How the check ended.
    pub verdict: Verdict,
    /// The answer found in the completion, if any.
    pub extracted: Option<String>,
}

/// Stores `samples`, atomically, in place of all stored samples of the same moments: a resumed run that writes a moment again leaves
/// no duplicates. The file is in the order of the moments.
pub fn store_samples(path: &Path, samples: &[Sample]) -> Result<(), ReportError> {
    let bytes = jsonl::bytes_or_empty(path)?;
    let stored = jsonl::parse::<Sample>(path, &bytes)?.lines.into_iter().map(|(_, sample)| sample);
    let mut all: Vec<Sample> = stored.filter(|old| samples.iter().all(|new| new.when != old.when)).collect();
    all.extend_from_slice(samples);
    all.sort_by_key(|sample| sample.when);
    let mut text = Vec::new();
    for sample in all {
        serde_json::to_writer(&mut text, &sample).expect("a sample is text, which JSON can hold");
        text.push(b'\n');
    }
    write_atomically(path, &text)
}

/// Reads the samples; a line that does not parse is an error with its number.
pub fn read_samples(path: &Path) -> Result<JsonLines<Sample>, ReportError> {
    jsonl::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Part;

    fn sample(when: When, completion: &str) -> Sample {
        Sample {
            when,
            prompt: "1 + 1".to_owned(),
            answer: "2".to_owned(),
            completion: completion.to_owned(),
            verdict: Verdict::Unparsed { part: Part::Missing },
            extracted: None,
        }
    }

    #[test]
    fn a_moment_written_again_replaces_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("samples.jsonl");
        store_samples(&path, &[sample(When::End, "old"), sample(When::End, "old\n\u{0}2")]).unwrap();
        store_samples(&path, &[sample(When::Start, "first")]).unwrap();
        store_samples(&path, &[sample(When::End, "new")]).unwrap();
        let read = read_samples(&path).unwrap();
        assert_eq!(read.rows, [sample(When::Start, "first"), sample(When::End, "new")]);
        assert_eq!(read.truncated, None);
    }
}
