//! Checkpoints of a run: `checkpoints/NAME/` is a Hugging Face checkpoint with the optimiser's state and where it belongs beside it.

use crate::{Policy, TrainError};
use plaudit_checkpoint::{recover_interrupted, write_atomically};
use plaudit_engine::AdamW;
use plaudit_report::Phase;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The end of the warm start: where reinforcement learning starts. It is never pruned.
pub(crate) const WARM_START: &str = "warm-start";
const STATE: &str = "state.json";
const OPTIMIZER: &str = "optimizer.bin";
const FORMAT: u32 = 1;

/// What a run remembers from step to step beside the policy and its optimiser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Memory {
    /// The running mean of the reward, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mean_reward: Option<f64>,
    /// The token head, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token_head: Option<TokenHeadState>,
}

/// A linear head on hidden states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenHeadState {
    /// One per coordinate of a hidden state.
    pub(crate) weight: Vec<f64>,
    pub(crate) bias: f64,
}

/// Where in a run a checkpoint was written: `state.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// The version of this layout.
    format: u32,
    /// The phase, and the last step it holds.
    pub(crate) phase: Phase,
    pub(crate) step: u64,
    /// The hash of the recipe, as in the manifest.
    pub(crate) recipe_hash: String,
    /// Written with 17 digits where needed, so that it is read back bit for bit.
    #[serde(default)]
    pub(crate) memory: Memory,
}

impl State {
    pub(crate) fn new(phase: Phase, step: u64, recipe_hash: &str, memory: &Memory) -> Self {
        Self { format: FORMAT, phase, step, recipe_hash: recipe_hash.to_owned(), memory: memory.clone() }
    }
}

fn folder(run: &Path) -> PathBuf {
    run.join("checkpoints")
}

/// The directory of the checkpoint after `step` of `phase`; `is_last` says whether the phase ends there.
pub(crate) fn path(run: &Path, phase: Phase, step: u64, is_last: bool) -> PathBuf {
    folder(run).join(match phase {
        Phase::WarmStart if is_last => WARM_START.to_owned(),
        Phase::WarmStart => format!("{WARM_START}-{step:06}"),
        Phase::Rl => format!("rl-{step:06}"),
    })
}

/// Writes a checkpoint; it is there whole or not at all.
pub(crate) fn save(path: &Path, policy: &Policy, optimizer: &AdamW, state: &State) -> Result<(), TrainError> {
    write_atomically(path, |directory| {
        policy.save(directory)?;
        optimizer.save(&directory.join(OPTIMIZER))?;
        let file = directory.join(STATE);
        let text = serde_json::to_vec_pretty(state).expect("a state is numbers and text, which JSON can hold");
        fs::write(&file, text).map_err(TrainError::io("write", &file))
    })
}

/// Reads the optimiser's state of a checkpoint.
pub(crate) fn load_optimizer(checkpoint: &Path, optimizer: &mut AdamW) -> Result<(), TrainError> {
    Ok(optimizer.load(&checkpoint.join(OPTIMIZER))?)
}

/// All checkpoints of a run with their states, in the order in which they were written.
pub(crate) fn list(run: &Path) -> Result<Vec<(State, PathBuf)>, TrainError> {
    let folder = folder(run);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(TrainError::io("list", &folder))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(TrainError::io("list", &folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Hidden names are attempts that were interrupted.
        if name.starts_with('.') || !path.is_dir() {
            continue;
        }
        let file = path.join(STATE);
        let fail = |cause: String| TrainError::State { path: file.clone(), cause };
        let bytes = fs::read(&file).map_err(|error| fail(error.to_string()))?;
        let state: State = serde_json::from_slice(&bytes).map_err(|error| fail(error.to_string()))?;
        if state.format != FORMAT {
            return Err(fail(format!("it is of format {}, and this version reads {FORMAT}", state.format)));
        }
        found.push((state, path));
    }
    found.sort_by_key(|(state, _)| (state.phase, state.step));
    Ok(found)
}

/// Brings back or removes what interrupted attempts left behind.
pub(crate) fn recover(run: &Path) -> Result<(), TrainError> {
    let folder = folder(run);
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
    for entry in entries {
        let name = entry.map_err(TrainError::io("list", &folder))?.file_name();
        let name = name.to_string_lossy();
        let hidden = name.strip_prefix('.').and_then(|name| name.rsplit_once('.'));
        if let Some((target, "partial" | "previous")) = hidden {
            recover_interrupted(&folder.join(target))?;
        }
    }
    Ok(())
}

/// Removes all but the latest `keep` checkpoints. The end of the warm start stays.
pub(crate) fn prune(run: &Path, keep: usize) -> Result<(), TrainError> {
    let mut all = list(run)?;
    all.retain(|(_, path)| !path.ends_with(WARM_START));
    let surplus = all.len().saturating_sub(keep);
    for (_, path) in &all[..surplus] {
        // Under a name that says it is incomplete, so that a kill half-way leaves nothing that looks like a checkpoint.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let leaving = path.with_file_name(format!(".{name}.partial"));
        fs::rename(path, &leaving).map_err(TrainError::io("rename", path))?;
        fs::remove_dir_all(&leaving).map_err(TrainError::io("remove", &leaving))?;
    }
    Ok(())
}

/// The latest checkpoint of the run directory `run`, a directory in Hugging Face layout; nothing where there is none.
///
/// # Errors
/// If a checkpoint's record of where it belongs cannot be read.
pub fn latest_checkpoint(run: &Path) -> Result<Option<PathBuf>, TrainError> {
    Ok(list(run)?.pop().map(|(_, path)| path))
}
