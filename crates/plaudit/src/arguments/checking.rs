//! What can be typed after `plaudit verify` and `plaudit audit`.

use super::{at_least_one, threads};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use plaudit_verify::math::Preset;
use plaudit_verify::{AnswerKind, Extraction};
use serde::Serialize;
use std::path::PathBuf;

const VERIFY_EXAMPLES: &str = r#"Examples:
  plaudit verify '\frac{1}{2}' 0.5
  plaudit verify 42 'Six times seven, so the final answer is $x = 42$.'
  my-model | plaudit verify '(1, 2)' -            a completion from standard input
  plaudit verify 1,2 2,1 --set lists=in-order     with one choice of the policy changed
  plaudit verify 3.14 3.1416 --set 'tolerance={decimals=2}'
  plaudit verify --in rows.jsonl --out verdicts.jsonl
  plaudit verify --in rows.jsonl --against hendrycks

The exit code for one answer is 0 where it is correct, 1 where it is not (wrong,
absent, unreadable or undecided), 2 where what was typed is not valid. For a file
it is 0 where the file was read to its end, whatever the verdicts are.

A file has a gold answer (a string or a number; in JSON lines also a list of them,
any of which will do) and an answer or a whole completion per row.
  {"gold": "1/2", "answer": "Half of it, so \\boxed{0.5}."}
Lines of --out: line, verdict, extracted, rule, explanation, result, and against.

Choices of a policy, those of `plaudit` first:
  tolerance   none, {decimals=N}, {significant-digits=N}, {as-written=N},
              {absolute=X}, {relative=X}
  tolerated   decimals, all: the tolerance is for decimals, or also for others
  lists       any-order, as-sets, in-order
  percent     either, hundredths, unit: what 10 % is worth
  units       ignored, compared, required
  assignments true, false: whether x = 5 is an answer to 5
  names       true, false: whether x = 5 and y = 5 differ
  case        true, false: whether C and c differ
  variables   by-name, by-place: whether x + 1 and y + 1 differ
  logarithm   either, ten, natural: the base of \log
  form        any, simplified, as-written
  text        {case=false, articles=true, punctuation=false}: what counts
  decimal_comma              false, true: whether 2,5 may be 2.5
  inequalities_as_intervals  either, of-gold, neither: whether -1 < x < 2
                             may be (-1, 2), only as the gold answer, or not
"#;

#[derive(Debug, Args)]
#[command(after_help = VERIFY_EXAMPLES, override_usage = "plaudit verify [OPTIONS] GOLD PRED\n       plaudit verify [OPTIONS] --in FILE")]
pub(crate) struct Verify {
    /// The gold answer.
    #[arg(required_unless_present = "input", allow_hyphen_values = true)]
    pub(crate) gold: Option<String>,
    /// The answer, or a whole completion that states it; `-` reads it from standard input.
    #[arg(required_unless_present = "input", allow_hyphen_values = true)]
    pub(crate) pred: Option<String>,
    #[command(flatten, next_help_heading = "Judging")]
    pub(crate) judging: Judging,
    /// Where to find the answer in a completion [default: anywhere; multilingual-choice for --kind choice].
    #[arg(long, value_name = "NAME", value_parser = names(&Extraction::ALL), hide_possible_values = false, help_heading = "Judging")]
    pub(crate) extraction: Option<Extraction>,
    /// Verify every row of a file instead: JSON lines, or Parquet (.parquet).
    #[arg(long = "in", value_name = "FILE", conflicts_with_all = ["gold", "pred"], help_heading = "Files")]
    pub(crate) input: Option<PathBuf>,
    /// Write a verdict for every row, as JSON lines.
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub(crate) out: Option<PathBuf>,
    /// The column with the gold answer.
    #[arg(long, value_name = "NAME", default_value = "gold", help_heading = "Files")]
    pub(crate) gold_column: String,
    /// The column with the answer or completion.
    #[arg(long, value_name = "NAME", default_value = "answer", help_heading = "Files")]
    pub(crate) answer_column: String,
    /// Judge by a second policy as well, and list the rows whose verdicts differ.
    #[arg(long, value_name = "POLICY", value_parser = names(&Preset::ALL), help_heading = "Files")]
    pub(crate) against: Option<Preset>,
    /// Threads to compute with; 0 takes all cores.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads, help_heading = "Files")]
    pub(crate) threads: usize,
    /// The most rows to list of a kind: unusable ones, and those whose verdicts differ.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = at_least_one(), help_heading = "Output")]
    pub(crate) show: usize,
    /// Print JSON.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// How an answer is compared.
#[derive(Debug, Args)]
pub(crate) struct Judging {
    /// What mathematical answers may differ in.
    #[arg(long, value_name = "NAME", default_value = "plaudit", value_parser = names(&Preset::ALL))]
    pub(crate) policy: Preset,
    /// Change a choice of the policy, such as lists=in-order; may be given more than once.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// How answers are compared; auto takes the gold answer for words where it has nothing of mathematics.
    #[arg(long, value_name = "KIND", default_value = "auto", value_parser = names(&AnswerKind::ALL))]
    pub(crate) kind: AnswerKind,
    /// Where to find the gold answer in its text, such as marker for a solution that ends in `#### 42`.
    #[arg(long, value_name = "NAME", default_value = "whole", value_parser = names(&Extraction::ALL))]
    pub(crate) gold_extraction: Extraction,
}

const AUDIT_EXAMPLES: &str = r"Examples:
  plaudit audit math.jsonl
  plaudit audit gsm8k.jsonl --prompt-column question --gold-extraction marker
  plaudit audit math.parquet --policy hendrycks --show 20
  plaudit audit math.jsonl --strict || echo 'not clean'

What is wrong with a data set costs training signal: a gold answer that cannot be
read makes every completion wrong, two rows with one prompt and two answers
teach both. What is doubtful may be as it should be; it says how the gold answer
is read, and what would be accepted.

The exit code is 0 where the file was read to its end; with --strict it is 1 where
there are findings.
";

#[derive(Debug, Args)]
#[command(after_help = AUDIT_EXAMPLES)]
pub(crate) struct Audit {
    /// The data: JSON lines, or Parquet (.parquet).
    pub(crate) data: PathBuf,
    /// The column with the prompt.
    #[arg(long, value_name = "NAME", default_value = "prompt")]
    pub(crate) prompt_column: String,
    /// The column with the gold answer.
    #[arg(long, value_name = "NAME", default_value = "answer")]
    pub(crate) answer_column: String,
    #[command(flatten, next_help_heading = "Judging")]
    pub(crate) judging: Judging,
    /// Threads to compute with; 0 takes all cores.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads, help_heading = "Output")]
    pub(crate) threads: usize,
    /// The most rows to list per kind of finding.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = at_least_one(), help_heading = "Output")]
    pub(crate) show: usize,
    /// End with exit code 1 where there are findings.
    #[arg(long, help_heading = "Output")]
    pub(crate) strict: bool,
    /// Print JSON, with all findings.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

/// One of several values, by the name that it has in recipes.
fn names<T: Serialize + Clone + Send + Sync + 'static>(all: &[T]) -> impl TypedValueParser<Value = T> + use<T> {
    let all: Vec<(String, T)> = all.iter().map(|value| (name(value), value.clone())).collect();
    let parser = PossibleValuesParser::new(all.iter().map(|(name, _)| name.clone()));
    parser.map(move |typed| {
        let found = all.iter().find(|(name, _)| *name == typed);
        found.expect("the parser lets through these names alone").1.clone()
    })
}

/// The name of a value that is a word in recipes.
pub(crate) fn name(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_verify::math::Policy;

    #[test]
    fn every_choice_of_a_policy_is_explained() {
        let policy = serde_json::to_value(Policy::default()).unwrap();
        for choice in policy.as_object().unwrap().keys() {
            let line = format!("\n  {choice} ");
            assert!(VERIFY_EXAMPLES.contains(&line), "{choice} is missing from the help of `plaudit verify`");
        }
    }
}
