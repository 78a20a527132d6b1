//! What fits together: checks across the keys and sections of a recipe.

use crate::sections::PRESETS;
use crate::tree::Node;
use crate::{ModelSource, Problem, Recipe, nearest};
use plaudit_credit::{CreditConfig, Singleton};
use plaudit_objective::{ClippedPg, Dpo, DpoDivergence, DpoLoss, ObjectiveConfig};
use plaudit_signal::{SignalConfig, Worth};
use plaudit_task::{TaskConfig, TaskError};
use std::collections::BTreeSet;

/// Everything in a recipe that contradicts itself.
pub(crate) fn check(recipe: &Recipe, root: &Node) -> Vec<Problem> {
    let mut checks = Checks { root, problems: Vec::new() };
    checks.task(recipe);
    checks.policy(recipe);
    checks.signals(recipe);
    checks.credit(recipe);
    checks.objective(recipe);
    checks.columns(recipe);
    checks.train(recipe);
    checks.eval(recipe);
    checks.problems
}

struct Checks<'a> {
    root: &'a Node,
    problems: Vec<Problem>,
}

impl Checks<'_> {
    /// Reports a contradiction at the value of `path`, or at the table it would stand in.
    fn add(&mut self, path: &str, message: String, help: &str) {
        let place = self.root.place_of(path).clone();
        self.problems.push(Problem::new(message, place).with_help(help));
    }

    fn task(&mut self, recipe: &Recipe) {
        if let TaskConfig::Dataset(dataset) = &recipe.task {
            // Files are opened when the run starts: a recipe is valid on a machine that does not have them.
            if dataset.path.as_os_str().is_empty() {
                let help = "write path = \"my-data.jsonl\" in [task]";
                self.add("task", "a data set needs the `path` of its file".to_owned(), help);
            }
            return;
        }
        match recipe.task.build() {
            Ok(_) => {}
            Err(TaskError::Config { kind, field, reason }) => {
                let place = self.root.place_of(&format!("task.{field}")).clone();
                self.problems.push(Problem::new(format!("`task.{field}` of {kind} {reason}"), place));
            }
            Err(other) => self.problems.push(Problem::new(other.to_string(), self.root.place_of("task").clone())),
        }
    }

    fn policy(&mut self, recipe: &Recipe) {
        let model = &recipe.policy.model;
        let is_path = model.contains(['/', '\\']) || matches!(model.as_str(), "." | "..");
        if matches!(recipe.policy.source(), ModelSource::Checkpoint(_)) && !is_path {
            let message = format!("`policy.model` \"{model}\" is no preset{}", nearest::did_you_mean(model, PRESETS));
            let help =
                format!("presets are {}; a directory is written with a slash, \"./{model}\"", PRESETS.join(", "));
            self.add("policy.model", message, &help);
        }
    }

    fn signals(&mut self, recipe: &Recipe) {
        let mut names = BTreeSet::new();
        for (index, signal) in recipe.signal.iter().enumerate() {
            if !names.insert(signal.name.as_str()) {
                let message = format!("two signals are called \"{}\"", signal.name);
                self.add(&format!("signal.{index}.name"), message, "give each signal a name of its own");
            }
            if let SignalConfig::Verify(verify) = &signal.config {
                let ends = [verify.correct, verify.wrong];
                for (key, asked) in [("partial", verify.partial), ("inverted", verify.inverted)] {
                    if asked && ends.contains(&Worth::Drop) {
                        let message =
                            format!("`{key}` needs scores for both `correct` and `wrong`, and one is \"drop\"");
                        self.add(&format!("signal.{index}.{key}"), message, "give both a number");
                    }
                }
            }
        }
        if recipe.signal.iter().all(|signal| signal.weight == 0.0) {
            let message = "every signal has weight 0, so there is no reward".to_owned();
            self.add("signal.0.weight", message, "give at least one signal another weight");
        }
    }

    fn credit(&mut self, recipe: &Recipe) {
        let CreditConfig::Group(group) = &recipe.credit else { return };
        if recipe.sample.group == 1 && group.uses_group() && group.singleton == Singleton::Zero {
            let message =
                "`sample.group` is 1, and [credit] compares the members of a group: every advantage would be 0";
            let help = "sample more completions per prompt, or set centre = \"batch-mean\" and scale = \"batch-std\" in [credit]";
            self.add("sample.group", message.to_owned(), help);
        }
    }

    fn objective(&mut self, recipe: &Recipe) {
        match &recipe.objective {
            ObjectiveConfig::ClippedPg(clipped) => self.clips(clipped),
            ObjectiveConfig::Dpo(dpo) => self.preference_losses(dpo),
            _ => {}
        }
    }

    /// Limits of the ratio that would lie inside the clip range, where they contradict it.
    fn clips(&mut self, clipped: &ClippedPg) {
        let end = 1.0 + clipped.clip[1];
        for (key, limit, usual) in [("dual_clip", clipped.dual_clip, 3.0), ("delta", clipped.delta, 2.0)] {
            if limit > 0.0 && limit <= end {
                let message = format!("`objective.{key}` is {limit}, inside the clip range that ends at {end}");
                let help = format!("set a larger ratio, usually {usual}, or 0 to turn it off");
                self.add(&format!("objective.{key}"), message, &help);
            }
        }
    }

    fn preference_losses(&mut self, dpo: &Dpo) {
        let has = |loss: DpoLoss| dpo.losses.iter().any(|weighted| weighted.loss == loss);
        if has(DpoLoss::ExoPair) && dpo.label_smoothing == 0.0 {
            let message = "loss \"exo-pair\" needs a `label_smoothing` above 0: it takes its logarithm".to_owned();
            self.add(
                "objective.label_smoothing",
                message,
                "set label_smoothing = 0.001 in [objective], as in the paper",
            );
        }
        if has(DpoLoss::Robust) && dpo.label_smoothing >= 0.5 {
            let message = format!(
                "loss \"robust\" divides by 1 - 2 label_smoothing, and `label_smoothing` is {}",
                dpo.label_smoothing
            );
            let help = "set label_smoothing to how many labels are wrong, less than 0.5";
            self.add("objective.label_smoothing", message, help);
        }
        let ignored = dpo.losses.iter().position(|weighted| !weighted.loss.reads_divergence());
        if let (Some(index), true) = (ignored, dpo.divergence != DpoDivergence::ReverseKl) {
            let message = "`objective.divergence` is set, and this loss is defined for \"reverse-kl\" alone".to_owned();
            let help =
                "leave divergence out, or choose sigmoid, hinge, ipo, exo-pair, robust, discopop or sigmoid-norm";
            self.add(&format!("objective.losses.{index}.loss"), message, help);
        }
    }

    /// Columns that parts read and nobody makes, or that are made and nobody reads.
    fn columns(&mut self, recipe: &Recipe) {
        let (credit, objective) = (recipe.credit.needs(), recipe.objective.needs());
        let reads_step_scores = matches!(recipe.credit, CreditConfig::Steps(_) | CreditConfig::StepPotential(_));
        let missing = [
            ("credit", credit.rewards, "`rewards`, one per token"),
            ("credit", credit.values, "`values`, the estimates of a value head"),
            ("credit", credit.collision, "`collision`, the sums of squared probabilities"),
            ("credit", credit.role, "`role`, the seat each sample was written in"),
            ("credit", credit.keys, "the `key` of each step, a name of what was done and seen"),
            ("credit", reads_step_scores, "scores of the steps"),
            ("credit", credit.pairwise, "`pairwise`, comparisons of the members of a group"),
            ("objective", objective.weight && recipe.token_head.is_none(), "`weight`, how much each token counts,"),
            ("objective", objective.pairs, "`pairs`, preferences between samples"),
        ];
        for (table, is_needed, column) in missing {
            if is_needed {
                let kind = if table == "credit" { recipe.credit.kind() } else { recipe.objective.kind() };
                let message = format!("{table} \"{kind}\" reads {column}, and the embedded engine does not make them");
                let help = "it works on recorded batches that have the column; choose another kind to train with";
                self.add(&format!("{table}.kind"), message, help);
            }
        }
        match &recipe.teacher {
            Some(_) if !objective.reference => {
                let kind = recipe.objective.kind();
                let message = format!("nothing reads [teacher]: objective \"{kind}\" does without");
                self.add("teacher", message, "leave the table out, or choose another objective");
            }
            Some(teacher) if !["{prompt}", "{help}"].iter().all(|name| teacher.context.contains(name)) => {
                let message = "`teacher.context` must hold {prompt} and {help}".to_owned();
                self.add("teacher.context", message, "the default is \"{prompt}{help}\\n{prompt}\"");
            }
            None if recipe.policy.warm_start.helped > 0.0 => {
                let message =
                    "`policy.warm_start.helped` is above 0, and the recipe has no [teacher] to say how help is given";
                self.add("policy.warm_start.helped", message.to_owned(), "add [teacher]");
            }
            _ => {}
        }
        let sections = [
            (
                "steps",
                credit.steps,
                recipe.steps.is_some(),
                "steps",
                "kind = \"lines\", or kind = \"tokens\" and every = 16",
            ),
            (
                "baseline",
                credit.baseline,
                recipe.baseline.is_some(),
                "a baseline",
                "kind = \"greedy\", or kind = \"running\" and decay = 0.9",
            ),
        ];
        for (table, is_needed, is_there, what, example) in sections {
            let kind = recipe.credit.kind();
            if is_needed && !is_there {
                let message =
                    format!("credit \"{kind}\" reads {what}, and the recipe has no [{table}] to make them from");
                self.add("credit.kind", message, &format!("add [{table}] with {example}"));
            } else if is_there && !is_needed {
                let message = format!("nothing reads [{table}]: credit \"{kind}\" does without");
                self.add(table, message, "leave the table out, or choose another credit");
            }
        }
    }

    fn train(&mut self, recipe: &Recipe) {
        let train = &recipe.train;
        if train.minibatches > train.prompts {
            let message = format!(
                "`train.minibatches` is {}, more than the {} prompts of a step",
                train.minibatches, train.prompts
            );
            self.add("train.minibatches", message, "a minibatch holds the completions of at least one prompt");
        }
    }

    fn eval(&mut self, recipe: &Recipe) {
        let eval = &recipe.eval;
        if let Some(index) = eval.pass_at.iter().position(|k| *k > eval.samples) {
            let k = eval.pass_at[index];
            let message = format!("pass@{k} needs {k} completions per prompt, and `eval.samples` is {}", eval.samples);
            self.add(&format!("eval.pass_at.{index}"), message, &format!("set samples = {k} or more in [eval]"));
        }
        if eval.samples > 1 && eval.temperature == 0.0 {
            let message = format!("`eval.samples` is {}, and at temperature 0 they are all the same", eval.samples);
            self.add("eval.samples", message, "set a temperature above 0 in [eval]");
        }
    }
}
