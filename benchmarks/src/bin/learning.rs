//! What reinforcement learning adds: held-out accuracy of a recipe over several seeds, beside that of another recipe or of the control, a
//! coin flip in place of the reward.
//!
//! `cargo run --release -p plaudit-benchmarks --bin learning -- [RECIPE] [--against OTHER] [--seeds N] [--prompts N] [--output DIR]
//! [KEY=VALUE]...`
//!
//! RECIPE and OTHER are names or paths; overrides apply to both. With equal seeds both begin from the same warm start, RECIPE's, and are
//! asked the same prompts in the same order; what they may spend must be the same. A recipe without steps of reinforcement learning is
//! compared as the warm start that it is. Prints one JSON object per run and a Markdown table at the end, with the differences of runs of
//! equal seeds. Each run is kept as a run directory under DIR, and one that is there finished is not repeated.

use plaudit_core::stable_hash;
use plaudit_eval::{Confidence, Estimate, mean_interval};
use plaudit_recipe::Recipe;
use plaudit_report::{Manifest, RunDirectory, Status, read_rows};
use plaudit_signal::{RandomConfig, Signal, SignalConfig};
use plaudit_train::{Control, Event, start};
use serde_json::json;
use std::error::Error;
use std::path::{Path, PathBuf};

struct Options {
    recipe: String,
    against: Option<String>,
    seeds: u64,
    output: PathBuf,
    overrides: Vec<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    // Measured on more prompts than while one watches, and only where it counts.
    let overrides = ["eval.prompts=1000", "eval.every=0", "policy.warm_start.eval_every=0"];
    let mut options = Options {
        recipe: "grpo".to_owned(),
        against: None,
        seeds: 5,
        output: PathBuf::from("runs/learning"),
        overrides: overrides.map(str::to_owned).to_vec(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--against" => options.against = Some(value()?),
            "--seeds" => options.seeds = value()?.parse()?,
            "--prompts" => options.overrides.push(format!("eval.prompts={}", value()?)),
            "--output" => options.output = PathBuf::from(value()?),
            flag if flag.starts_with('-') => return Err(format!("there is no option {flag}").into()),
            override_ if override_.contains('=') => options.overrides.push(argument),
            _ => options.recipe = argument,
        }
    }
    Ok(options)
}

/// One side of a comparison: its name, and its recipe at one seed.
type Arm = (String, Recipe);

/// Both sides of the comparison at `seed`.
fn arms(options: &Options, seed: u64) -> Result<[Arm; 2], Box<dyn Error>> {
    let mut overrides = options.overrides.clone();
    overrides.push(format!("train.seed={seed}"));
    let arm = |recipe: &str| -> Result<Arm, Box<dyn Error>> {
        let name = Path::new(recipe).file_stem().ok_or("a recipe has a name")?.to_string_lossy().into_owned();
        Ok((name, Recipe::load(recipe, &overrides)?))
    };
    let ours = arm(&options.recipe)?;
    let theirs = match &options.against {
        Some(other) => arm(other)?,
        None => {
            let config = SignalConfig::Random(RandomConfig::default());
            let signal = vec![Signal { name: "outcome".to_owned(), weight: 1.0, config }];
            (format!("{} with random reward", ours.0), Recipe { signal, ..ours.1.clone() })
        }
    };
    Ok([ours, theirs])
}

/// What a recipe asks and may spend: task, measurement, solutions learnt from, steps, samples per step and their length, updates per step.
fn terms(recipe: &Recipe) -> serde_json::Value {
    let Recipe { task, eval, sample, train, policy, .. } = recipe;
    json!({
        "task": task,
        "eval": eval,
        "warm-start solutions": policy.warm_start.examples * policy.warm_start.epochs,
        "steps": train.steps,
        "samples per step": train.prompts * sample.group,
        "tokens per sample": sample.max_tokens,
        "updates per step": train.epochs * train.minibatches,
    })
}

/// Held-out accuracy before and after learning.
#[derive(Clone, Copy)]
struct Outcome {
    before: f64,
    after: f64,
    seconds: f64,
}

/// Runs a recipe in `directory`, unless it was.
fn run(recipe: &Recipe, directory: &Path) -> Result<Outcome, Box<dyn Error>> {
    let run = RunDirectory::new(directory);
    let is_finished = run.manifest().exists() && Manifest::read_file(&run.manifest())?.status == Status::Finished;
    if !is_finished {
        start(recipe, directory, &mut |_: Event<'_>| Control::Continue)?;
    }
    let rows = read_rows(&run.metrics())?.rows;
    let mut measured = rows.iter().filter_map(|row| row.values.get("eval/accuracy").copied());
    let (before, after) = measured.next().zip(measured.next_back()).ok_or("the run was not measured twice")?;
    let seconds = Manifest::read_file(&run.manifest())?.seconds;
    Ok(Outcome { before, after, seconds })
}

/// Learns the warm start of `recipe`, unless it was, and returns its checkpoint.
fn warm_start(recipe: &Recipe, output: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let Recipe { task, policy, teacher, optimizer, eval, sample, train, .. } = recipe;
    let teacher = teacher.as_ref().filter(|_| policy.warm_start.helped > 0.0);
    let read = serde_json::to_vec(&json!([task, policy, teacher, optimizer, eval, sample.max_tokens]))?;
    let directory = output.join(format!("warm-start-{}-{:016x}", train.seed, stable_hash(&read)));
    let mut recipe = recipe.clone();
    recipe.train.steps = 0;
    run(&recipe, &directory)?;
    Ok(directory.join("checkpoints/warm-start"))
}

/// Has all arms begin from the warm start of the first.
fn share_warm_start(arms: &mut [Arm; 2], output: &Path) -> Result<(), Box<dyn Error>> {
    let mut policy = arms[0].1.policy.clone();
    if policy.warm_start.examples > 0 {
        policy.model = warm_start(&arms[0].1, output)?.to_string_lossy().into_owned();
        // No recipe that is read from a file may say so: the problems remain counted as seen, and new ones follow them.
        policy.warm_start.epochs = 0;
    }
    for (_, recipe) in arms {
        recipe.policy = policy.clone();
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a program whose result is what it prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let (mut names, mut outcomes) = (<[String; 2]>::default(), Vec::new());
    for seed in 0..options.seeds {
        let mut arms = arms(&options, seed)?;
        if arms.iter().all(|(_, recipe)| recipe.train.steps > 0) {
            share_warm_start(&mut arms, &options.output)?;
        }
        let [ours, theirs] = [0, 1].map(|arm| terms(&arms[arm].1));
        if ours != theirs {
            return Err(format!("the recipes are given different terms:\n{ours:#}\n{theirs:#}").into());
        }
        let mut pair = Vec::new();
        for (name, recipe) in &arms {
            let hash = stable_hash(recipe.to_toml().as_bytes());
            let directory = options.output.join(format!("{}-{seed}-{hash:016x}", name.replace(' ', "-")));
            let outcome = run(recipe, &directory)?;
            let Outcome { before, after, seconds } = outcome;
            println!("{}", json!({"arm": name, "seed": seed, "before": before, "after": after, "seconds": seconds}));
            pair.push(outcome);
        }
        names = arms.map(|(name, _)| name);
        outcomes.push([pair[0], pair[1]]);
    }
    println!("\n{}", table(&names, &outcomes)?);
    Ok(())
}

/// A row per arm, and one of the differences between runs of equal seeds.
fn table(names: &[String; 2], outcomes: &[[Outcome; 2]]) -> Result<String, Box<dyn Error>> {
    let mean = |value: &dyn Fn(&[Outcome; 2]) -> f64| -> Result<Estimate, Box<dyn Error>> {
        Ok(mean_interval(&outcomes.iter().map(value).collect::<Vec<f64>>(), Confidence::default())?)
    };
    let mut table = "| arm | before | after | change |\n|---|---|---|---|\n".to_owned();
    for (arm, name) in names.iter().enumerate() {
        let before = percent(mean(&|pair| pair[arm].before)?, false);
        let after = percent(mean(&|pair| pair[arm].after)?, false);
        let change = percent(mean(&|pair| pair[arm].after - pair[arm].before)?, true);
        table += &format!("| {name} | {before} | {after} | {change} |\n");
    }
    let difference = percent(mean(&|[ours, theirs]| ours.after - theirs.after)?, true);
    Ok(table + &format!("| {} minus {} | | {difference} | |", names[0], names[1]))
}

fn percent(estimate: Estimate, is_signed: bool) -> String {
    let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|share| 100.0 * share);
    match is_signed {
        true => format!("{value:+.1} [{low:+.1}, {high:+.1}] points"),
        false => format!("{value:.1} % [{low:.1}, {high:.1}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_taken_between_runs_of_equal_seeds() {
        // Seeds differ by far more than arms do. Differences 0.1 and 0.2: mean 0.15, s / sqrt(2) = 0.05, t(1) = 12.706.
        let pair = |ours, theirs| [ours, theirs].map(|after| Outcome { before: 0.25, after, seconds: 1.0 });
        let names = ["a", "b"].map(str::to_owned);
        let table = table(&names, &[pair(0.4, 0.3), pair(0.9, 0.7)]).unwrap();
        assert!(table.ends_with("| a minus b | | +15.0 [-48.5, +78.5] points | |"), "{table}");
        assert!(
            table.contains("| b | 25.0 % [25.0, 25.0] | 50.0 % [-204.1, 304.1] | +25.0 [-229.1, +279.1] points |"),
            "{table}"
        );
    }

    #[test]
    fn opponents_are_given_the_same_terms() {
        let control = |name: &str| format!("{}/recipes/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let comparisons: [(&str, String, &[&str]); 8] = [
            ("real", "grpo-nano".to_owned(), &["train.minibatches=2"]),
            ("pacs", "grpo-nano".to_owned(), &["train.minibatches=2"]),
            ("prl", "grpo-nano".to_owned(), &[]),
            ("etr", "grpo-nano".to_owned(), &["train.epochs=2", "train.minibatches=2"]),
            ("oreal", "grpo-nano".to_owned(), &["sample.group=16"]),
            ("sdpo", "grpo-nano".to_owned(), &["train.minibatches=2"]),
            ("c-rlft", control("c-rlft-plain"), &[]),
            ("c-rlft", control("c-rlft-right-tenth"), &[]),
        ];
        for (recipe, other, overrides) in comparisons {
            let overrides = overrides.iter().map(|text| (*text).to_owned()).collect();
            let (recipe, output) = (recipe.to_owned(), PathBuf::new());
            let options = Options { recipe, against: Some(other), seeds: 1, output, overrides };
            let [(_, mut ours), (name, mut theirs)] = arms(&options, 3).unwrap();
            if ours.train.steps > 0 {
                // They share it.
                (ours.policy, theirs.policy) = Default::default();
            }
            assert_eq!(terms(&ours), terms(&theirs), "{} and {name}", options.recipe);
            assert_eq!(ours.optimizer, theirs.optimizer, "{} and {name}", options.recipe);
            assert_eq!((ours.train.seed, theirs.train.seed), (3, 3));
        }
    }
}
