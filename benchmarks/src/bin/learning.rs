//! What reinforcement learning adds: held-out accuracy before and after it over several seeds, with the recipe's own reward and with
//! the control, a coin flip in place of the reward.
//!
//! `cargo run --release -p plaudit-benchmarks --bin learning -- [RECIPE] [--seeds N] [--prompts N] [--output DIR] [KEY=VALUE]...`
//!
//! Prints one JSON object per run and a Markdown table at the end. Each run is kept as a run directory under DIR.

use plaudit_eval::{Confidence, Estimate, mean_interval};
use plaudit_recipe::Recipe;
use plaudit_report::{Phase, RunDirectory, read_rows};
use plaudit_signal::{RandomConfig, Signal, SignalConfig};
use plaudit_train::{Control, Event, start};
use serde_json::json;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is compared: the name, and whether the reward is the coin flip.
const ARMS: [(&str, bool); 2] = [("own reward", false), ("random reward", true)];

struct Options {
    recipe: String,
    seeds: u64,
    output: PathBuf,
    overrides: Vec<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        recipe: "grpo".to_owned(),
        seeds: 5,
        output: PathBuf::from("runs/learning"),
        // Measured on more prompts than while one watches, and only where it counts.
        overrides: vec!["eval.prompts=1000".to_owned(), "eval.every=0".to_owned()],
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--seeds" => options.seeds = value()?.parse()?,
            "--prompts" => options.overrides.push(format!("eval.prompts={}", value()?)),
            "--output" => options.output = PathBuf::from(value()?),
            override_ if override_.contains('=') => options.overrides.push(argument),
            _ => options.recipe = argument,
        }
    }
    Ok(options)
}

/// Held-out accuracy before and after reinforcement learning.
struct Outcome {
    before: f64,
    after: f64,
}

fn run(recipe: &Recipe, directory: &Path) -> Result<Outcome, Box<dyn Error>> {
    start(recipe, directory, &mut |_: Event<'_>| Control::Continue)?;
    let rows = read_rows(&RunDirectory::new(directory).metrics())?.rows;
    let accuracy = |is_wanted: &dyn Fn(Phase, u64) -> bool| {
        let row = rows.iter().rev().find(|row| is_wanted(row.phase, row.step));
        row.and_then(|row| row.values.get("eval/accuracy").copied()).ok_or("the run was not measured")
    };
    let after = accuracy(&|phase, step| phase == Phase::Rl && step > 0)?;
    // The end of the warm start, or what the run began with.
    let before = accuracy(&|phase, step| phase == Phase::WarmStart || step == 0)?;
    Ok(Outcome { before, after })
}

#[expect(clippy::print_stdout, reason = "a program whose result is what it prints")]
fn main() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let mut table = vec!["| reward | before RL | after RL | difference |".to_owned(), "|---|---|---|---|".to_owned()];
    for (name, is_random) in ARMS {
        let mut outcomes = Vec::new();
        for seed in 0..options.seeds {
            let mut overrides = options.overrides.clone();
            overrides.push(format!("train.seed={seed}"));
            let mut recipe = Recipe::load(&options.recipe, &overrides)?;
            if is_random {
                let config = SignalConfig::Random(RandomConfig::default());
                recipe.signal = vec![Signal { name: "outcome".to_owned(), weight: 1.0, config }];
            }
            let directory = options.output.join(format!("{}-{seed}", name.replace(' ', "-")));
            let began = Instant::now();
            let outcome = run(&recipe, &directory)?;
            let seconds = began.elapsed().as_secs_f64();
            let Outcome { before, after } = outcome;
            println!("{}", json!({"reward": name, "seed": seed, "before": before, "after": after, "seconds": seconds}));
            outcomes.push(outcome);
        }
        let column = |value: fn(&Outcome) -> f64| -> Result<Estimate, Box<dyn Error>> {
            Ok(mean_interval(&outcomes.iter().map(value).collect::<Vec<f64>>(), Confidence::default())?)
        };
        let (before, after) = (column(|run| run.before)?, column(|run| run.after)?);
        let difference = column(|run| run.after - run.before)?;
        table.push(format!(
            "| {name} | {} | {} | {} |",
            percent(before, false),
            percent(after, false),
            percent(difference, true)
        ));
    }
    println!("\n{}", table.join("\n"));
    Ok(())
}

fn percent(estimate: Estimate, is_signed: bool) -> String {
    let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|share| 100.0 * share);
    match is_signed {
        true => format!("{value:+.1} [{low:+.1}, {high:+.1}] points"),
        false => format!("{value:.1} % [{low:.1}, {high:.1}]"),
    }
}
