//! A recipe as a whole: reading, writing, shrinking.

use crate::problem::{Problems, Source};
use crate::tree::Node;
use crate::{
    Baseline, EmbeddedRecipe, Eval, Optimizer, Policy, Problem, Sample, Steps, Teacher, TokenHead, Train, checks,
    nearest, overrides, recipes, schema, tree, validate,
};
use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
use plaudit_signal::Signal;
use plaudit_task::TaskConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// How a policy is trained: what it is asked, how it answers, what scores the answers, and how it learns from the scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What the recipe is, in a line: the title of the paper for a published method.
    pub title: String,
    /// The system of Plaudit's catalogue that the recipe reproduces.
    pub system: Option<String>,
    /// What it shows, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// Where prompts come from, and how answers are checked exactly.
    pub task: TaskConfig,
    /// The model that is trained.
    #[serde(default)]
    pub policy: Policy,
    /// How completions are sampled for training.
    #[serde(default)]
    pub sample: Sample,
    /// What scores a completion. The reward is the weighted sum of all signals.
    #[schemars(length(min = 1))]
    pub signal: Vec<Signal>,
    /// How completions are cut into steps, for credit that is given step by step.
    pub steps: Option<Steps>,
    /// Where the baseline comes from, for credit that reads one made outside the group.
    pub baseline: Option<Baseline>,
    /// The teacher, for objectives that learn from one; without it they read the policy that reinforcement learning starts from.
    pub teacher: Option<Teacher>,
    /// A head that learns which tokens decide the outcome and says how much each counts.
    pub token_head: Option<TokenHead>,
    /// How scores become advantages.
    pub credit: CreditConfig,
    /// What is minimised.
    pub objective: ObjectiveConfig,
    /// AdamW and its learning rate.
    #[serde(default)]
    pub optimizer: Optimizer,
    /// The reinforcement learning loop.
    #[serde(default)]
    pub train: Train,
    /// How the policy is measured on held-out prompts.
    #[serde(default)]
    pub eval: Eval,
}

/// Why a recipe cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// Neither a file nor a recipe that comes with Plaudit.
    #[error("no recipe is called `{name}`{}; `plaudit recipes` lists them, and a file of your own is given by a path such as ./my.toml", nearest::hint(.nearest.as_deref()))]
    Unknown {
        /// What was asked for.
        name: String,
        /// A recipe of a similar name.
        nearest: Option<String>,
    },
    /// The file cannot be read.
    #[error("cannot read recipe {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The recipe has mistakes, all of which are listed.
    #[error(transparent)]
    Invalid(#[from] Problems),
}

impl Recipe {
    /// Reads and validates a recipe. `name` is one of [`recipes`], or the path of a file where it holds a slash or ends in
    /// `.toml`. Each override is `key.path=value` with a TOML value (a bare word is a string); a signal is addressed by its name or
    /// position, as in `signal.outcome.weight=0.5`.
    ///
    /// # Errors
    /// [`RecipeError`]; mistakes in the recipe and in the overrides are all reported together.
    pub fn load(name: &str, overrides: &[String]) -> Result<Self, RecipeError> {
        let is_path = name.contains(['/', '\\']) || name.ends_with(".toml");
        if is_path {
            let text = std::fs::read_to_string(name)
                .map_err(|source| RecipeError::Read { path: PathBuf::from(name), source })?;
            return Ok(Self::parse(name, &text, overrides)?);
        }
        match recipes().iter().find(|recipe| recipe.name == name) {
            Some(EmbeddedRecipe { name, text }) => Ok(Self::parse(&format!("recipes/{name}.toml"), text, overrides)?),
            None => Err(RecipeError::Unknown {
                name: name.to_owned(),
                nearest: nearest::nearest(name, recipes().iter().map(|recipe| recipe.name)).map(str::to_owned),
            }),
        }
    }

    /// Validates a recipe's text. `origin` is the file name that problems point to; overrides as in [`Recipe::load`].
    ///
    /// # Errors
    /// All problems found: of the syntax, else of keys, types and ranges, else across sections.
    pub fn parse(origin: &str, text: &str, overrides: &[String]) -> Result<Self, Problems> {
        let root = read(origin, text, overrides, &schema())?;
        let recipe: Self = serde_json::from_value(root.to_json())
            .map_err(|error| Problems::new(vec![Problem::new(error.to_string(), root.place.clone())]))?;
        report(checks::check(&recipe, &root))?;
        Ok(recipe)
    }

    /// The recipe as TOML with every default written out. Reading it back gives the same recipe.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("tables with string keys and finite numbers are TOML")
    }

    /// A version that runs in seconds, for tests: the same parts on the nano preset with few and short rollouts.
    pub fn smoke(&self) -> Self {
        let mut small = self.clone();
        small.policy.model = "nano".to_owned();
        small.policy.warm_start.examples = self.policy.warm_start.examples.min(32);
        small.policy.warm_start.epochs = 1;
        small.policy.warm_start.batch = self.policy.warm_start.batch.min(16);
        small.policy.warm_start.eval_every = 1;
        small.policy.warm_start.checkpoint_every = 1;
        small.sample.group = self.sample.group.min(4);
        small.sample.max_tokens = self.sample.max_tokens.min(16);
        small.train.steps = self.train.steps.min(2);
        small.train.prompts = self.train.prompts.min(4);
        small.train.minibatches = self.train.minibatches.min(2);
        small.train.checkpoint_every = 1;
        small.eval.prompts = self.eval.prompts.min(8);
        if let Some(head) = &mut small.token_head {
            head.steps_alone = head.steps_alone.min(1);
        }
        small.eval.every = 1;
        small
    }
}

/// The tree of a text with overrides put in, its keys, types and ranges checked against `schema`.
pub(crate) fn read(origin: &str, text: &str, overrides: &[String], schema: &Value) -> Result<Node, Problems> {
    let mut sources = vec![Source::file(origin, text)];
    sources.extend(overrides.iter().enumerate().map(|(index, text)| Source::set(text, index + 1)));
    let (mut root, problems) = tree::parse(&sources[0]);
    report(problems)?;
    // One mistyped override must not hide the other mistakes.
    let mut problems = Vec::new();
    for source in &sources[1..] {
        problems.extend(overrides::apply(&mut root, source).err());
    }
    problems.extend(validate::validate(&root, schema));
    report(problems)?;
    Ok(root)
}

fn report(problems: Vec<Problem>) -> Result<(), Problems> {
    if problems.is_empty() { Ok(()) } else { Err(Problems::new(problems)) }
}
