//! What the names in the logs mean.

/// What a metric counts or measures; decides how it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A part of a whole, 0 to 1; printed in percent.
    Share,
    /// How many.
    Count,
    /// How many tokens.
    Tokens,
    /// Natural-log units of information.
    Nats,
    /// Wall-clock seconds.
    Seconds,
    /// Throughput.
    TokensPerSecond,
    /// A number in units of its own: a reward, a loss, a ratio.
    Plain,
}

impl Unit {
    /// The unit behind a number; empty for plain numbers and counts.
    pub fn label(self) -> &'static str {
        match self {
            Self::Share => "%",
            Self::Count | Self::Plain => "",
            Self::Tokens => "tokens",
            Self::Nats => "nats",
            Self::Seconds => "s",
            Self::TokensPerSecond => "tokens/s",
        }
    }
}

/// What one metric, or one family of metrics, means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// The name in the log. `NAME` stands for a signal of the recipe, `KIND` for one of
    /// [`plaudit_core::Verdict::KINDS`], `K` for a number of samples.
    pub name: &'static str,
    /// A short title for people.
    pub title: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// What it says, in a sentence or two.
    pub meaning: &'static str,
}

const fn metric(name: &'static str, title: &'static str, unit: Unit, meaning: &'static str) -> MetricInfo {
    MetricInfo { name, title, unit, meaning }
}

/// Every metric that Plaudit writes: `metrics.jsonl` first, then `timings.jsonl`. Means over a step's batch unless they say otherwise.
pub const METRICS: &[MetricInfo] = &[
    metric(
        "eval/accuracy",
        "Held-out accuracy",
        Unit::Share,
        "Share of right answers on prompts that are never trained on, averaged over prompts.",
    ),
    metric(
        "eval/accuracy/low",
        "Held-out accuracy, lower end",
        Unit::Share,
        "Lower end of the 95 % interval of the accuracy, clustered by prompt.",
    ),
    metric(
        "eval/accuracy/high",
        "Held-out accuracy, upper end",
        Unit::Share,
        "Upper end of the 95 % interval of the accuracy, clustered by prompt.",
    ),
    metric(
        "eval/pass@K",
        "Held-out pass@K",
        Unit::Share,
        "Chance that at least one of K answers to a held-out prompt is right (unbiased estimate).",
    ),
    metric("eval/pass@K/low", "Held-out pass@K, lower end", Unit::Share, "Lower end of the 95 % interval of pass@K."),
    metric("eval/pass@K/high", "Held-out pass@K, upper end", Unit::Share, "Upper end of the 95 % interval of pass@K."),
    metric("eval/length/mean", "Held-out length", Unit::Tokens, "Mean length of the completions in the evaluation."),
    metric(
        "eval/verdict/KIND",
        "Held-out verdicts: KIND",
        Unit::Count,
        "How many checks in the evaluation ended this way.",
    ),
    metric("reward/mean", "Reward", Unit::Plain, "Mean reward of the samples that have one."),
    metric(
        "reward/std",
        "Reward spread",
        Unit::Plain,
        "Standard deviation of the reward over the samples of the step.",
    ),
    metric(
        "reward/unscored",
        "Samples without a reward",
        Unit::Share,
        "Share of samples that got no reward and were left out of the update.",
    ),
    metric("signal/NAME/mean", "Signal NAME", Unit::Plain, "Mean score of this signal over the samples it scored."),
    metric("signal/NAME/std", "Signal NAME, spread", Unit::Plain, "Standard deviation of this signal's scores."),
    metric("signal/NAME/unscored", "Signal NAME, unscored", Unit::Share, "Share of samples this signal gave no score."),
    metric("verdict/KIND", "Verdicts: KIND", Unit::Count, "How many checks of training samples ended this way."),
    metric(
        "teacher/helped",
        "Samples with help",
        Unit::Share,
        "Share of samples that the teacher could be given help for: a right completion of the group, or feedback. The others stay out of the update.",
    ),
    metric("length/mean", "Completion length", Unit::Tokens, "Mean length of the completions, end token included."),
    metric("length/max", "Longest completion", Unit::Tokens, "Length of the longest completion of the step."),
    metric(
        "finish/length",
        "Cut off",
        Unit::Share,
        "Share of completions that reached the token limit before they ended.",
    ),
    metric(
        "entropy",
        "Entropy",
        Unit::Nats,
        "Mean uncertainty about the next token. Near 0 the policy always says the same; it can no longer discover anything.",
    ),
    metric(
        "kl/reference",
        "Distance from the reference",
        Unit::Nats,
        "Estimated KL divergence per token from the reference policy (where training started).",
    ),
    metric(
        "kl/old",
        "Distance from the sampler",
        Unit::Nats,
        "Estimated KL divergence per token from the policy that wrote the samples; grows with each update on the same samples.",
    ),
    metric(
        "kl/teacher",
        "Distance from the teacher",
        Unit::Nats,
        "Mean log-ratio of policy to teacher per token: how much surer the policy is of what it wrote than the teacher that reads help.",
    ),
    metric(
        "classified",
        "Classified",
        Unit::Share,
        "Share of samples whose log-ratio since sampling lies on the side of its label; 0 for what has not moved yet.",
    ),
    metric(
        "loss",
        "Loss",
        Unit::Plain,
        "What the optimiser minimises. In warm start, minus the log-likelihood per token (nats); in RL its sign and size mean little.",
    ),
    metric(
        "clip/low",
        "Clipped from below",
        Unit::Share,
        "Share of tokens whose update was stopped because they had become too unlikely.",
    ),
    metric(
        "clip/high",
        "Clipped from above",
        Unit::Share,
        "Share of tokens whose update was stopped because they had become too likely.",
    ),
    metric(
        "ratio/max",
        "Largest probability ratio",
        Unit::Plain,
        "The largest ratio of a token's probability now to when it was sampled; 1 without any drift.",
    ),
    metric(
        "group/zero_variance",
        "Groups without a signal",
        Unit::Share,
        "Share of prompts whose samples all got the same reward; they teach nothing.",
    ),
    metric(
        "advantage/abs_mean",
        "Size of the advantages",
        Unit::Plain,
        "Mean absolute advantage; how much signal reaches the update.",
    ),
    metric("gradient_norm", "Gradient norm", Unit::Plain, "Length of the gradient before clipping."),
    metric("learning_rate", "Learning rate", Unit::Plain, "Step size of the optimiser, after warm-up and schedule."),
    metric("tokens", "Tokens", Unit::Tokens, "Tokens trained on in this step."),
    metric("seconds/rollout", "Time for sampling", Unit::Seconds, "Seconds spent writing completions."),
    metric("seconds/score", "Time for scoring", Unit::Seconds, "Seconds spent checking and scoring completions."),
    metric("seconds/update", "Time for the update", Unit::Seconds, "Seconds spent on gradients and the optimiser."),
    metric("seconds/step", "Time per step", Unit::Seconds, "Seconds for the whole step."),
    metric("tokens_per_second/generate", "Generation speed", Unit::TokensPerSecond, "Tokens written per second."),
    metric("tokens_per_second/train", "Training speed", Unit::TokensPerSecond, "Tokens trained on per second."),
];

/// What the metric `name` means: the entry of [`METRICS`] whose name or family it belongs to.
///
/// ```
/// let info = plaudit_report::metric_info("eval/pass@8/low").unwrap();
/// assert_eq!(info.name, "eval/pass@K/low");
/// assert!(plaudit_report::metric_info("unknown").is_none());
/// ```
pub fn metric_info(name: &str) -> Option<&'static MetricInfo> {
    METRICS.iter().find(|info| stands_for(info.name, name).is_some())
}

/// The title of the metric `name` with what `NAME`, `KIND` and `K` stand for filled in; an unknown name is its own title.
pub fn metric_title(name: &str) -> String {
    let filled = METRICS.iter().find_map(|info| {
        let (placeholder, text) = stands_for(info.name, name)?;
        Some(if placeholder.is_empty() { info.title.to_owned() } else { info.title.replace(placeholder, text) })
    });
    filled.unwrap_or_else(|| name.to_owned())
}

/// Whether `name` belongs to the family `pattern`, and if so which placeholder stands for which text (both empty where the
/// pattern has none).
fn stands_for<'a>(pattern: &'static str, name: &'a str) -> Option<(&'static str, &'a str)> {
    let (prefix, placeholder, suffix) =
        match ["NAME", "KIND"].into_iter().find_map(|p| Some((pattern.split_once(p)?, p))) {
            Some(((prefix, suffix), placeholder)) => (prefix, placeholder, suffix),
            None => match pattern.split_once("@K") {
                Some((prefix, suffix)) => (prefix, "@K", suffix),
                None => return (pattern == name).then_some(("", "")),
            },
        };
    let text = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let fits = match placeholder {
        "@K" => text.strip_prefix('@').is_some_and(|k| !k.is_empty() && k.bytes().all(|byte| byte.is_ascii_digit())),
        "KIND" => plaudit_core::Verdict::KINDS.contains(&text),
        _ => !text.is_empty(),
    };
    fits.then_some((placeholder, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_recognised() {
        for (name, family) in [
            ("reward/mean", "reward/mean"),
            ("signal/outcome/mean", "signal/NAME/mean"),
            ("signal/a/b/unscored", "signal/NAME/unscored"),
            ("verdict/over-budget", "verdict/KIND"),
            ("eval/verdict/missing", "eval/verdict/KIND"),
            ("eval/pass@16", "eval/pass@K"),
            ("eval/pass@16/high", "eval/pass@K/high"),
        ] {
            assert_eq!(metric_info(name).map(|info| info.name), Some(family));
        }
        for name in ["", "reward", "signal//mean", "verdict/good", "eval/pass@", "eval/pass@x", "eval/pass@8/mid"] {
            assert_eq!(metric_info(name), None, "{name}");
        }
    }

    #[test]
    fn titles_are_filled_in() {
        assert_eq!(metric_title("signal/format/mean"), "Signal format");
        assert_eq!(metric_title("eval/pass@8/low"), "Held-out pass@8, lower end");
        assert_eq!(metric_title("verdict/wrong"), "Verdicts: wrong");
        assert_eq!(metric_title("entropy"), "Entropy");
        assert_eq!(metric_title("something/new"), "something/new");
    }

    #[test]
    fn every_entry_is_found_under_its_own_name_and_says_something() {
        for info in METRICS {
            let example = info.name.replace("NAME", "x").replace("KIND", "wrong").replace("@K", "@4");
            assert_eq!(metric_info(&example), Some(info));
            assert!(info.meaning.ends_with('.') && !info.title.ends_with('.'), "{}", info.name);
        }
    }
}
