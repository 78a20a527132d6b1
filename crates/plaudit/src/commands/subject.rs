//! What `plaudit eval` and `plaudit sample` look at: a model, and the recipe that says how.

use crate::arguments::{Misuse, Task};
use anyhow::{Context, bail};
use plaudit_recipe::{Recipe, did_you_mean, parts};
use plaudit_train::Policy;
use std::path::Path;

/// A model and how to ask it.
pub(crate) struct Subject {
    pub(crate) policy: Policy,
    /// The run's recipe with what was typed put in; of a bare checkpoint, the defaults.
    pub(crate) recipe: Recipe,
}

impl Subject {
    /// Opens the model at `path`. `overrides` are settings of the recipe, of which those that were typed with `--set` come last.
    pub(crate) fn open(path: &Path, task: &Task, overrides: &[String]) -> anyhow::Result<Self> {
        let mut overrides = overrides.to_vec();
        overrides.extend(task.max_tokens.map(|tokens| format!("sample.max_tokens={tokens}")));
        overrides.extend(task.seed.map(|seed| format!("train.seed={seed}")));
        overrides.extend(task.set.iter().cloned());
        let recipe = recipe(path, task.task.as_deref(), &overrides)?;
        let policy = Policy::open(path, recipe.policy.chat_template)?.with_prefix(recipe.policy.prefix());
        Ok(Self { policy, recipe })
    }
}

/// The recipe of the run at `path`, with another task where one is named; of a checkpoint, a recipe made of defaults.
fn recipe(path: &Path, task: Option<&str>, overrides: &[String]) -> anyhow::Result<Recipe> {
    let file = path.join("recipe.toml");
    let is_run = file.exists();
    let load = |name: &str, overrides: &[String]| Recipe::load(name, overrides);
    let Some(task) = task else {
        if is_run {
            return Ok(load(&file.to_string_lossy(), overrides)?);
        }
        if !path.exists() {
            bail!("{} does not exist", path.display());
        }
        let shown = path.display();
        let mistake =
            format!("{shown} is no run, so it has no task of its own; name one with --task (`plaudit parts task`)");
        return Err(Misuse(mistake).into());
    };
    let named = if task.contains(['/', '\\']) || task.ends_with(".toml") {
        std::fs::read_to_string(task).with_context(|| format!("cannot read {task}"))?
    } else {
        is_a_task(task)?;
        DEFAULTS.replace("KIND", &serde_json::to_string(task)?)
    };
    let mut recipe = Recipe::parse("--task", &named, overrides).map_err(plaudit_recipe::RecipeError::from)?;
    if is_run {
        // Everything but the task as in the run, unless it was typed.
        let others: Vec<String> =
            overrides.iter().filter(|key| !key.trim_start().starts_with("task.")).cloned().collect();
        recipe = Recipe { task: recipe.task, ..load(&file.to_string_lossy(), &others)? };
    }
    Ok(recipe)
}

fn is_a_task(kind: &str) -> Result<(), Misuse> {
    let parts = parts();
    let kinds = || parts.iter().filter(|part| part.stage == "task").map(|part| part.kind.as_str());
    if kinds().any(|known| known == kind) {
        return Ok(());
    }
    let hint = did_you_mean(kind, kinds());
    Err(Misuse(format!("no task is called `{kind}`{hint}; `plaudit parts task` lists them")))
}

/// A recipe that is only measured with. KIND is put in.
const DEFAULTS: &str = r#"
title = "measurement"
[task]
kind = KIND
[sample]
max_tokens = 256
[[signal]]
name = "outcome"
kind = "verify"
[credit]
kind = "group"
[objective]
kind = "clipped-pg"
"#;
