//! The sections of a recipe that belong to no single part: policy, sampling, optimiser, loop, evaluation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The presets of the embedded engine, smallest first.
pub(crate) const PRESETS: [&str; 3] = ["nano", "tiny", "small"];

/// The model that is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// A preset that starts from random weights ("nano", "tiny", "small"), or the directory of a Hugging Face checkpoint, written
    /// with a slash ("./my-model").
    pub model: String,
    /// Whether prompts are wrapped in the checkpoint's chat template.
    pub chat_template: ChatTemplate,
    /// Supervised training on the task's worked solutions before reinforcement learning.
    pub warm_start: WarmStart,
}

impl Default for Policy {
    fn default() -> Self {
        Self { model: "tiny".to_owned(), chat_template: ChatTemplate::Auto, warm_start: WarmStart::default() }
    }
}

/// Where a policy's weights come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelSource<'a> {
    /// The name of a preset of the embedded engine, trained from random weights.
    Preset(&'a str),
    /// The directory of a Hugging Face checkpoint.
    Checkpoint(&'a Path),
}

impl Policy {
    /// What stands before every prompt that the policy is asked: nothing, unless it learnt from solutions of two qualities.
    pub fn prefix(&self) -> &str {
        self.warm_start.mixture.as_ref().map_or("", |mixture| &mixture.expert_prefix)
    }

    /// What `model` names. Of a validated recipe, anything that is not a preset is a directory.
    pub fn source(&self) -> ModelSource<'_> {
        if PRESETS.contains(&self.model.as_str()) {
            ModelSource::Preset(&self.model)
        } else {
            ModelSource::Checkpoint(Path::new(&self.model))
        }
    }
}

/// When a chat template is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChatTemplate {
    /// Apply the checkpoint's chat template where it has one.
    #[default]
    Auto,
    /// Give the policy the prompt's text as it is.
    Never,
}

/// Supervised training on the task's own solutions, which gives a model of random weights something to improve on. It uses the betas, eps,
/// weight decay and norm clipping of `[optimizer]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WarmStart {
    /// How many training problems it sees the solutions of; 0 leaves the warm start out.
    pub examples: usize,
    /// Share of the problems whose solution is worked out step by step; the others' states the answer at once. Below 1 the model knows
    /// both ways, and reinforcement learning can find out which one is rewarded.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub worked: f64,
    /// Share of the problems that come with help, the way `[teacher]` gives it: the worked solution, or one line of it as feedback, equally
    /// often. A model of random weights learns here what a teacher needs to know: how to use help.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub helped: f64,
    /// Solutions of two qualities, each announced in the prompt.
    pub mixture: Option<Mixture>,
    /// How often it sees each.
    #[schemars(range(min = 1))]
    pub epochs: usize,
    /// Solutions per update.
    #[schemars(range(min = 1))]
    pub batch: usize,
    /// Peak learning rate.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub learning_rate: f64,
    /// Updates over which the learning rate rises from 0 to its peak.
    pub warmup_steps: usize,
    /// How the learning rate goes on after its peak.
    pub schedule: Schedule,
    /// Updates between measurements on held-out prompts; 0 measures before the first and after the last only.
    pub eval_every: usize,
    /// Updates between checkpoints; 0 writes one at the end only, which is kept beside those of reinforcement learning.
    pub checkpoint_every: usize,
}

impl Default for WarmStart {
    fn default() -> Self {
        Self {
            examples: 0,
            worked: 1.0,
            helped: 0.0,
            mixture: None,
            epochs: 1,
            batch: 32,
            learning_rate: 1e-3,
            warmup_steps: 20,
            schedule: Schedule::Cosine,
            eval_every: 0,
            checkpoint_every: 500,
        }
    }
}

/// Solutions of two qualities to learn from (C-RLFT): right ones, and others in which one digit of the answer is changed and, where they
/// are worked out, one of a step. A text before the prompt says which, and every solution counts as its weight, whatever its length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mixture {
    /// Share of the examples whose solution is right.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub expert: f64,
    /// Written before the prompt of a right solution; and, from then on, before every prompt that the policy is asked.
    pub expert_prefix: String,
    /// Written before the prompts of the others.
    pub other_prefix: String,
    /// How much a right solution counts.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub expert_weight: f64,
    /// How much another counts.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub other_weight: f64,
}

impl Default for Mixture {
    fn default() -> Self {
        Self {
            expert: 0.1,
            expert_prefix: "<good> ".to_owned(),
            other_prefix: "<poor> ".to_owned(),
            expert_weight: 1.0,
            other_weight: 0.1,
        }
    }
}

/// How completions are sampled for training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sample {
    /// Completions per prompt, which are compared with each other.
    #[schemars(range(min = 1))]
    pub group: usize,
    /// Which of them the policy learns from; advantages are made of all.
    pub keep: Keep,
    /// Divides the logits: above 1 samples more evenly, below 1 more greedily.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub temperature: f64,
    /// Sample from the k most probable tokens only; 0 turns it off.
    pub top_k: usize,
    /// Sample from the smallest set of most probable tokens that holds this probability; 1 turns it off.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub top_p: f64,
    /// Leave out tokens less probable than this share of the most probable one; 0 turns it off.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_p: f64,
    /// Most tokens in a completion, its end token included.
    #[schemars(range(min = 1))]
    pub max_tokens: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self { group: 8, keep: Keep::All, temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, max_tokens: 64 }
    }
}

/// Which completions of a group the policy learns from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// All of them.
    #[default]
    All,
    /// One right and one wrong completion, drawn at random; none where the prompt has only one kind (OREAL).
    OneOfEach,
}

/// AdamW with decoupled weight decay, and its learning-rate schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Optimizer {
    /// Peak learning rate. The default suits a pretrained checkpoint; presets learn with 1e-4 to 1e-3.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub learning_rate: f64,
    /// Decay rates of the running means of the gradient and of its square.
    #[schemars(extend("items" = { "type": "number", "format": "double", "minimum": 0, "exclusiveMaximum": 1 }))]
    pub betas: [f64; 2],
    /// Added to the root of the second running mean.
    #[schemars(extend("exclusiveMinimum" = 0))]
    pub eps: f64,
    /// Share of a weight taken off per update, times the learning rate.
    #[schemars(range(min = 0.0))]
    pub weight_decay: f64,
    /// Updates over which the learning rate rises from 0 to its peak.
    pub warmup_steps: usize,
    /// How the learning rate goes on after its peak.
    pub schedule: Schedule,
    /// Largest norm of the whole gradient; a longer one is scaled down to it. 0 turns it off.
    #[schemars(range(min = 0.0))]
    pub clip_norm: f64,
}

impl Default for Optimizer {
    fn default() -> Self {
        Self {
            learning_rate: 1e-6,
            betas: [0.9, 0.999],
            eps: 1e-8,
            weight_decay: 0.0,
            warmup_steps: 0,
            schedule: Schedule::Constant,
            clip_norm: 1.0,
        }
    }
}

/// A learning rate over updates, after its warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Stays at its peak.
    Constant,
    /// Falls to 0 at the last update along half a cosine.
    Cosine,
}

/// The reinforcement learning loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Train {
    /// Batches of rollouts to learn from; 0 stops after the warm start.
    pub steps: usize,
    /// Prompts per step; the batch holds `[sample]` `group` completions of each.
    #[schemars(range(min = 1))]
    pub prompts: usize,
    /// How often each batch is learnt from. From the second time on, the policy differs from the one that sampled.
    #[schemars(range(min = 1))]
    pub epochs: usize,
    /// Parts of whole groups that a batch is cut into, with one update for each.
    #[schemars(range(min = 1))]
    pub minibatches: usize,
    /// The reward above which a completion counts as right, for what asks whether it is: the labels of objectives that classify, and the
    /// share of a group that is right.
    pub right_above: f64,
    /// Seed of every random draw of the run.
    pub seed: u64,
    /// Threads to compute with; 0 takes all cores. Does not change the results.
    #[schemars(range(max = 1024))]
    pub threads: usize,
    /// Steps between checkpoints; 0 writes one at the end only.
    pub checkpoint_every: usize,
    /// How many of the latest checkpoints stay on disk.
    #[schemars(range(min = 1))]
    pub keep_checkpoints: usize,
}

impl Default for Train {
    fn default() -> Self {
        Self {
            steps: 100,
            prompts: 32,
            epochs: 1,
            minibatches: 1,
            right_above: 0.5,
            seed: 0,
            threads: 0,
            checkpoint_every: 50,
            keep_checkpoints: 2,
        }
    }
}

/// How the policy is measured on held-out prompts: before the first step, every so many steps, and after the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Eval {
    /// Held-out prompts, the same ones every time.
    #[schemars(range(min = 1))]
    pub prompts: usize,
    /// Steps between measurements; 0 measures before the first step and after the last only.
    pub every: usize,
    /// Completions per prompt.
    #[schemars(range(min = 1))]
    pub samples: usize,
    /// The k of each pass@k to estimate: the chance that at least one of k completions is right. At most `samples`.
    #[schemars(length(min = 1), inner(range(min = 1)))]
    pub pass_at: Vec<usize>,
    /// Sampling temperature; 0 takes the most probable token each time.
    #[schemars(range(min = 0.0))]
    pub temperature: f64,
    /// Whether each measurement also estimates how far the policy has moved from where reinforcement learning started (`kl/reference`,
    /// from that step's rollouts). Needs memory for a second copy of the model.
    pub kl: bool,
}

impl Default for Eval {
    fn default() -> Self {
        Self { prompts: 256, every: 10, samples: 1, pass_at: vec![1], temperature: 0.0, kl: true }
    }
}
