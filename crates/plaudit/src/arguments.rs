//! What can be typed.

mod checking;

pub(crate) use checking::{Audit, Judging, Verify, name};

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use plaudit_conformance::Invariant;
use std::path::PathBuf;

/// What was typed asks for something that is not there, or contradicts itself.
#[derive(Debug)]
pub(crate) struct Misuse(pub(crate) String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

const EXAMPLES: &str = "\
Examples:
  plaudit run grpo                          train the quickstart; about 80 seconds
  plaudit recipes grpo > my.toml            start a recipe of your own
  plaudit run my.toml --set train.steps=50  run it, with one setting changed
  plaudit eval runs/grpo-1 --samples 8      measure what was trained
";

/// The reward and credit layer for reasoning RL: trains a policy from whatever feedback there is, and says whether the signal can be
/// trusted.
#[derive(Debug, Parser)]
#[command(name = "plaudit", version, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Train a policy by a recipe.
    Run(Run),
    /// Continue a run from its last checkpoint.
    Resume(Resume),
    /// Draw the report of a run again, and print its summary.
    Report {
        /// The run directory, such as runs/grpo-1.
        run: PathBuf,
    },
    /// Measure accuracy and pass@k on held-out prompts.
    Eval(Eval),
    /// Write completions, with the probability of every token.
    Sample(Sample),
    /// Compute advantages of recorded samples, and say how they follow from the scores.
    Credit(Credit),
    /// Compare two settings of credit and objective, and say which parameter makes the difference.
    Diff(Diff),
    /// Trace one token's weight back to the verdict.
    Why(Why),
    /// Put recorded rollouts through other recipes.
    Replay(Replay),
    /// Judge an answer, or a file of them, and explain the verdict.
    Verify(Verify),
    /// Find what is wrong or doubtful in the prompts and gold answers of a data set.
    Audit(Audit),
    /// Test estimators and losses, also your own, against invariants and golden vectors.
    Conformance(Conformance),
    /// List the recipes that come with Plaudit, or print one.
    Recipes {
        /// The recipe to print.
        name: Option<String>,
    },
    /// List the parts that recipes are made of, or what can be set in one.
    Parts {
        /// A part, such as `verify`, or a stage, such as `signal`.
        name: Option<String>,
    },
    /// Print the JSON schema of recipes, for editors.
    Schema,
    /// Print the completions of a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

const RUN_EXAMPLES: &str = "\
Examples:
  plaudit run grpo
  plaudit run ./my.toml --output runs/first --seed 7
  plaudit run grpo --set train.steps=50 --set optimizer.learning_rate=1e-4

The run directory holds recipe.toml (every default written out), metrics.jsonl,
rollouts/*.parquet, checkpoints in Hugging Face layout, and report.html.

Ctrl-C stops after the current step, with a checkpoint; a second one at once.
`plaudit resume` continues from the last checkpoint, also after a kill.
";

#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct Run {
    /// A recipe that comes with Plaudit (`plaudit recipes`), or a file of your own, such as ./my.toml.
    pub(crate) recipe: String,
    /// Change a setting, such as train.steps=50; may be given more than once.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The run directory to create [default: runs/NAME-N with the first free N].
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// The seed of every random draw; short for --set train.seed=N.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    #[command(flatten)]
    pub(crate) how: How,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// The run directory, such as runs/grpo-1.
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) how: How,
}

/// How to run, which does not change the results.
#[derive(Debug, Args)]
pub(crate) struct How {
    /// Threads to compute with [default: as in the recipe; 0 takes all cores].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Print plain lines, also to a terminal.
    #[arg(long)]
    pub(crate) plain: bool,
}

const EVAL_EXAMPLES: &str = "\
Examples:
  plaudit eval runs/grpo-1                                  as the run measured itself
  plaudit eval runs/grpo-1 --samples 8 --pass-at 8 --temperature 1
  plaudit eval ./my-model --task countdown --set task.numbers=[3,3]
  plaudit eval ./my-model --task dataset --set task.path=my.jsonl

Options that are not given are as in the run's recipe.
";

#[derive(Debug, Args)]
#[command(after_help = EVAL_EXAMPLES)]
pub(crate) struct Eval {
    /// A run directory (its latest checkpoint is taken), or a checkpoint in Hugging Face layout.
    pub(crate) model: PathBuf,
    #[command(flatten, next_help_heading = "Task")]
    pub(crate) task: Task,
    /// Held-out prompts.
    #[arg(long, value_name = "N", value_parser = at_least_one(), help_heading = "Measurement")]
    pub(crate) prompts: Option<usize>,
    /// Completions per prompt [default: as in the recipe, or the largest K of --pass-at].
    #[arg(long, value_name = "N", value_parser = at_least_one(), help_heading = "Measurement")]
    pub(crate) samples: Option<usize>,
    /// Also estimate pass@K, the chance that one of K completions is right; may be given more than once.
    #[arg(long, value_name = "K", value_parser = at_least_one(), help_heading = "Measurement")]
    pub(crate) pass_at: Vec<usize>,
    /// Sampling temperature; 0 takes the most probable token each time.
    #[arg(long, value_name = "T", value_parser = temperature, allow_negative_numbers = true, help_heading = "Measurement")]
    pub(crate) temperature: Option<f64>,
    /// Print this many answers as well.
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Output")]
    pub(crate) show: usize,
    /// Print JSON.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// Where prompts come from.
#[derive(Debug, Args)]
pub(crate) struct Task {
    /// A kind of task (`plaudit parts task`), or a recipe whose task is taken [default: the run's].
    #[arg(long, value_name = "KIND_OR_FILE")]
    pub(crate) task: Option<String>,
    /// Change a setting, such as task.path=my.jsonl; may be given more than once.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Most tokens in a completion.
    #[arg(long, value_name = "N", value_parser = at_least_one())]
    pub(crate) max_tokens: Option<usize>,
    /// The seed of prompts and draws.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Threads to compute with; 0 takes all cores.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
}

const SAMPLE_EXAMPLES: &str = "\
Examples:
  plaudit sample runs/grpo-1                       two held-out prompts of the run's task
  plaudit sample runs/grpo-1 $'3*(4+5)=?\\n' --samples 4
  echo 'Name a prime.' | plaudit sample ./my-model - --temperature 0.7
";

#[derive(Debug, Args)]
#[command(after_help = SAMPLE_EXAMPLES)]
pub(crate) struct Sample {
    /// A run directory (its latest checkpoint is taken), or a checkpoint in Hugging Face layout.
    pub(crate) model: PathBuf,
    /// The prompt; `-` reads it from standard input [default: held-out prompts of the task].
    pub(crate) prompt: Option<String>,
    #[command(flatten, next_help_heading = "Task")]
    pub(crate) task: Task,
    /// How many held-out prompts to take where no prompt is given.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = at_least_one(), help_heading = "Task")]
    pub(crate) prompts: usize,
    /// The first of these prompts, counted from 0.
    #[arg(long, value_name = "I", default_value_t = 0, help_heading = "Task")]
    pub(crate) index: u64,
    /// Completions per prompt.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = at_least_one(), help_heading = "Sampling")]
    pub(crate) samples: usize,
    /// Sampling temperature; 0 takes the most probable token each time.
    #[arg(long, value_name = "T", default_value_t = 1.0, value_parser = temperature, allow_negative_numbers = true, help_heading = "Sampling")]
    pub(crate) temperature: f64,
    /// Sample from the K most probable tokens only; 0 takes all.
    #[arg(long, value_name = "K", default_value_t = 0, help_heading = "Sampling")]
    pub(crate) top_k: usize,
    /// Sample from the fewest most probable tokens that hold this probability.
    #[arg(long, value_name = "P", default_value_t = 1.0, value_parser = top_p, allow_negative_numbers = true, help_heading = "Sampling")]
    pub(crate) top_p: f64,
    /// Leave out tokens less probable than this share of the most probable one.
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = min_p, allow_negative_numbers = true, help_heading = "Sampling")]
    pub(crate) min_p: f64,
    /// Print a table of tokens also to a terminal, where colours say the same.
    #[arg(long, help_heading = "Output")]
    pub(crate) table: bool,
    /// Print JSON, one object per completion; ranks count from 0.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

const CREDIT_EXAMPLES: &str = "\
Examples:
  plaudit credit --in runs/grpo-1 --step 5 --kind group --explain
  plaudit credit --in batch.jsonl --kind group --set centre=leave-one-out --set scale=none
  plaudit credit --in batch.jsonl --kind grpo@verl-0.9 --out credited.jsonl

A batch in JSON lines has one sample per line; only `group` is needed, a field
is given in all lines or in none:
  {\"group\": 1, \"score\": 1.0, \"logp\": [-0.1, -2.3], \"mask\": [true, true]}
  {\"group\": 1, \"score\": 0.0, \"logp\": [-0.7], \"mask\": [true]}
Lists per token: mask logp old_logp ref_logp entropy advantage weight rewards
values collision importance. Per sample: score tokens baseline role label pair,
pairwise ([0.0, 1.0], its lead over each member of its group),
sources ({\"NAME\": 1.0}), steps ([{\"tokens\": 2, \"score\": 1.0, \"key\": 7}]).
";

#[derive(Debug, Args)]
#[command(after_help = CREDIT_EXAMPLES)]
pub(crate) struct Credit {
    /// A run directory (with --step), a file of its rollouts, or samples as JSON lines.
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// The step of a run directory.
    #[arg(long, value_name = "N")]
    pub(crate) step: Option<u64>,
    /// A kind of credit (`plaudit parts credit`), a dialect (`plaudit diff --list`), or a recipe.
    #[arg(long, value_name = "NAME")]
    pub(crate) kind: String,
    /// Change a setting of the estimator, such as scale=none; may be given more than once.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Say of every group how its advantages follow from its scores: centre and scale.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write the samples with their per-token advantages: as JSON lines, or, of a run's rollouts, as Parquet.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Groups to print; 0 prints all.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) show: usize,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  plaudit diff grpo@verl-0.9 grpo@trl-1.16
  plaudit diff grpo@verl-0.9 grpo@trl-1.16 --in batch.jsonl
  plaudit diff group group --set-b scale=none --in runs/grpo-1 --step 5
  plaudit diff grpo ./my.toml
  plaudit diff --list

A name is a dialect, a recipe, the file of one, or a kind of credit or objective;
what a kind leaves open is credit `group` and objective `clipped-pg`. Recipes are
compared in their credit and objective.

Each parameter that differs is switched by itself. `alone` is the share of the
way from A to B that it goes, `last` the share that is left when it alone stays
as in A; it explains their mean. Gradients are dL/dlogp, token by token.
";

#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct Diff {
    /// The one setting.
    #[arg(required_unless_present = "list")]
    pub(crate) a: Option<String>,
    /// The other setting.
    #[arg(required_unless_present = "list")]
    pub(crate) b: Option<String>,
    /// Change A: scale=none is a key of its credit, objective.KEY=VALUE one of its objective; may be given more than once.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set_a: Vec<String>,
    /// Change B.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set_b: Vec<String>,
    /// What to compare on: a run directory (with --step), a file of its rollouts, or samples as JSON lines (`plaudit credit --help`)
    /// [default: a generated batch].
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// The step of a run directory.
    #[arg(long, value_name = "N", requires = "input")]
    pub(crate) step: Option<u64>,
    /// The seed of the generated batch: 7 prompts, 25 samples, all wrong, unscored and masked ones among them, off policy.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// List the dialects.
    #[arg(long)]
    pub(crate) list: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

const WHY_EXAMPLES: &str = "\
Examples:
  plaudit why runs/grpo-1 --step 5 --sample 17 --token 3
  plaudit why runs/grpo-1 --step 5 --sample 17 --token 3 --json

Samples are numbered as in rollouts/step-N.parquet, tokens within the sample,
both from 0. Every number is computed again from the one before it, and compared
with what the run recorded.
";

#[derive(Debug, Args)]
#[command(after_help = WHY_EXAMPLES)]
pub(crate) struct Why {
    /// The run directory, such as runs/grpo-1.
    pub(crate) run: PathBuf,
    /// The step of reinforcement learning.
    #[arg(long, value_name = "N")]
    pub(crate) step: u64,
    /// The sample, counted from 0.
    #[arg(long, value_name = "I")]
    pub(crate) sample: usize,
    /// The token in the sample, counted from 0.
    #[arg(long, value_name = "T")]
    pub(crate) token: usize,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

const REPLAY_EXAMPLES: &str = "\
Examples:
  plaudit replay runs/grpo-1 --recipes grpo,grpo@trl-1.16,./my.toml
  plaudit replay runs/grpo-1 --step 5 --recipes group,grpo@verl-0.9 --json
  plaudit replay batch.jsonl --recipes group,grpo@verl-0.9 --page replay.html

The rollouts stay as they are; only credit and objective differ. The reward of a
recipe is the weighted sum of the recorded scores of its signals, which are not
made again; every other setting takes the recorded reward. What the rollouts
cannot supply is listed with the missing column.
";

#[derive(Debug, Args)]
#[command(after_help = REPLAY_EXAMPLES)]
pub(crate) struct Replay {
    /// A run directory, a file of its rollouts, or samples as JSON lines (`plaudit credit --help`).
    pub(crate) input: PathBuf,
    /// Recipes, dialects, or kinds of credit or objective, with commas between them; the first is what the others are compared with.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', required = true)]
    pub(crate) recipes: Vec<String>,
    /// One step of a run directory [default: all].
    #[arg(long, value_name = "N")]
    pub(crate) step: Option<u64>,
    /// Where to write the page [default: replay.html in the run directory, else here].
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

const CONFORMANCE_EXAMPLES: &str = "\
Examples:
  plaudit conformance                               every estimator and loss there is
  plaudit conformance gae grpo@trl-1.16 --verbose   some of them, with reasons
  plaudit conformance --golden my-vectors           numbers of other libraries
  plaudit conformance --program 'python3 my.py'     a program of your own

What is tried: samples and groups in another order, padding, other numbers in
masked tokens, group by group instead of at once, scores shifted and scaled,
groups of one and of equal scores, NaN, samples without a score. What a method
does not promise is not held against it. The exit code is 1 where something
is broken, with the smallest batch that shows it.

A program reads a line of JSON per batch and answers with one:
  {\"id\": 7, \"samples\": [{\"group\": 0, \"score\": 1.0, \"mask\": [true], ...}, ...]}
  {\"id\": 7, \"advantages\": [[0.7], ...]}    or
  {\"id\": 7, \"loss\": 0.25, \"gradient\": [[0.1], ...]}

Vectors are .jsonl files of {\"id\", \"lib\", \"fn\", \"inputs\", \"params\", \"outputs\"}.
";

#[derive(Debug, Args)]
#[command(after_help = CONFORMANCE_EXAMPLES)]
pub(crate) struct Conformance {
    /// Kinds of credit or objective, dialects, or recipes [default: every kind].
    pub(crate) names: Vec<String>,
    /// Run golden vectors instead: a .jsonl file, or all of a directory.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["names", "program"])]
    pub(crate) golden: Option<PathBuf>,
    /// Test a program of your own instead; words are separated by spaces.
    #[arg(long, value_name = "COMMAND", conflicts_with = "names")]
    pub(crate) program: Option<String>,
    /// What the program promises beside what every program must keep: micro-batches, reward-shift, reward-scale, reward-unit, equal-scores.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = promise, requires = "program")]
    pub(crate) promises: Vec<Invariant>,
    /// Seconds that the program may take for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds, requires = "program")]
    pub(crate) time_limit: f64,
    /// What is put down to rounding: absolute for numbers below 1, relative above.
    #[arg(long, value_name = "X", default_value_t = 1e-9, value_parser = tolerance)]
    pub(crate) tolerance: f64,
    /// Print a line for every invariant, with the reason where it is not promised.
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A number of threads that a machine may have.
fn threads(text: &str) -> Result<usize, String> {
    const MOST: usize = 1024;
    text.parse().ok().filter(|threads| *threads <= MOST).ok_or(format!("a whole number from 0 to {MOST} is needed"))
}

fn at_least_one() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}

fn number(text: &str, is_valid: impl Fn(f64) -> bool, expected: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if is_valid(number) { Ok(number) } else { Err(format!("it must be {expected}")) }
}

/// An invariant by its name, with hyphens for spaces.
fn promise(text: &str) -> Result<Invariant, String> {
    let name = |invariant: &Invariant| invariant.to_string().replace(' ', "-");
    let found = Invariant::ALL.into_iter().find(|invariant| name(invariant) == text);
    found.ok_or_else(|| format!("there are {}", Invariant::ALL.map(|invariant| name(&invariant)).join(", ")))
}

fn seconds(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0 && value <= 86_400.0, "above 0 and at most a day")
}

fn tolerance(text: &str) -> Result<f64, String> {
    number(text, |value| value >= 0.0 && value.is_finite(), "0 or more")
}

fn temperature(text: &str) -> Result<f64, String> {
    number(text, |value| value >= 0.0 && value.is_finite(), "0 or more")
}

fn top_p(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0 && value <= 1.0, "above 0 and at most 1")
}

fn min_p(text: &str) -> Result<f64, String> {
    number(text, |value| (0.0..=1.0).contains(&value), "from 0 to 1")
}
