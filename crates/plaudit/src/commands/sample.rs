//! `plaudit sample`: completions with the probability of every token.

use super::subject::Subject;
use crate::arguments::{Misuse, Sample, Task};
use crate::{DONE, output, text};
use anyhow::Context;
use plaudit_core::{Finish, Rollouts, Segments, Stream};
use plaudit_engine::{Request, Sampling, Statistics};
use plaudit_recipe::ChatTemplate;
use plaudit_task::Split;
use plaudit_train::{Policy, in_pool};
use serde_json::json;
use std::io::{Read, stdin};

/// Writes completions.
pub(crate) fn sample(arguments: &Sample) -> anyhow::Result<u8> {
    let Asked { mut policy, prompts, max_tokens, seed } = asked(arguments)?;
    let threads = arguments.task.threads;
    let sampling = Sampling {
        temperature: arguments.temperature as f32,
        top_k: arguments.top_k,
        top_p: arguments.top_p as f32,
        min_p: arguments.min_p as f32,
        max_tokens,
        stop: policy.stop_tokens(),
    };
    let (rollouts, statistics) =
        in_pool(threads, || generate(&mut policy, &prompts, arguments.samples, &sampling, seed))??;
    for index in 0..rollouts.len() {
        let completion = Completion {
            prompt: &prompts[rollouts.prompt_of[index] as usize],
            number: index % arguments.samples + 1,
            of: arguments.samples,
            tokens: tokens(&policy, &rollouts, &statistics, index),
            text: policy.decode(rollouts.completion(index))?,
            finish: rollouts.finish[index],
        };
        output::print(&if arguments.json {
            completion.as_json()
        } else if output::can_draw() && output::has_colours() && !arguments.table {
            completion.in_colours()
        } else {
            completion.as_table()
        });
    }
    Ok(DONE)
}

/// What is to be completed, and by whom.
struct Asked {
    policy: Policy,
    prompts: Vec<String>,
    max_tokens: usize,
    seed: u64,
}

/// Tokens of a completion where neither the run nor the command line says how many.
const MAX_TOKENS: usize = 256;

fn asked(arguments: &Sample) -> anyhow::Result<Asked> {
    let Task { max_tokens, seed, .. } = arguments.task;
    let is_run = arguments.model.join("recipe.toml").exists();
    if let (Some(text), false) = (&arguments.prompt, is_run) {
        let policy = Policy::open(&arguments.model, ChatTemplate::Auto)?;
        let prompt = prompt_text(text)?;
        let room = policy.model.config().max_position_embeddings.saturating_sub(policy.encode_prompt(&prompt)?.len());
        let max_tokens = max_tokens.unwrap_or(MAX_TOKENS.min(room));
        return Ok(Asked { policy, prompts: vec![prompt], max_tokens, seed: seed.unwrap_or(0) });
    }
    let Subject { policy, recipe } = Subject::open(&arguments.model, &arguments.task, &[])?;
    let seed = recipe.train.seed;
    let prompts = match &arguments.prompt {
        Some(text) => vec![prompt_text(text)?],
        None => {
            let task = recipe.task.build()?;
            let problem = |index| Ok(task.problem(seed, Split::HeldOut, index)?.prompt);
            (arguments.index..).take(arguments.prompts).map(problem).collect::<anyhow::Result<Vec<String>>>()?
        }
    };
    Ok(Asked { policy, prompts, max_tokens: recipe.sample.max_tokens, seed })
}

fn prompt_text(text: &str) -> anyhow::Result<String> {
    let mut prompt = text.to_owned();
    if text == "-" {
        prompt.clear();
        stdin().read_to_string(&mut prompt).context("cannot read the prompt from standard input")?;
    }
    if prompt.is_empty() {
        return Err(Misuse("the prompt is empty".into()).into());
    }
    Ok(prompt)
}

fn generate(
    policy: &mut Policy,
    prompts: &[String],
    samples: usize,
    sampling: &Sampling,
    seed: u64,
) -> anyhow::Result<(Rollouts, Statistics)> {
    let (mut flat, mut cut) = (Vec::new(), Segments::default());
    for prompt in prompts {
        let tokens = policy.encode_prompt(prompt)?;
        cut.push(tokens.len());
        flat.extend(tokens);
    }
    let stream = |sample: usize| Stream::new(seed, "sample", 0, sample as u64);
    let rollouts = policy.model.generate(&flat, &cut, samples, sampling, &stream)?;
    let statistics = policy.model.score((&rollouts).into(), &Request { rank: true, ..Request::default() })?;
    Ok((rollouts, statistics))
}

/// One token of a completion.
struct Token {
    id: u32,
    text: String,
    /// Under the model's own distribution.
    logp: f32,
    /// Under the distribution it was drawn from.
    sampling_logp: f32,
    /// How many tokens were more probable.
    rank: u32,
}

fn tokens(policy: &Policy, rollouts: &Rollouts, statistics: &Statistics, sample: usize) -> Vec<Token> {
    let token = |at: usize| Token {
        id: rollouts.tokens[at],
        text: policy.tokenizer.token_text(rollouts.tokens[at]),
        logp: rollouts.logp[at],
        sampling_logp: rollouts.sampling_logp[at],
        rank: statistics.rank[at],
    };
    rollouts.samples.range(sample).map(token).collect()
}

struct Completion<'a> {
    prompt: &'a str,
    number: usize,
    of: usize,
    tokens: Vec<Token>,
    text: String,
    finish: Finish,
}

/// Probabilities from which on a token gets a colour, and the colour (an SGR code): sure, likely, unsure, surprising.
const COLOURS: [(f32, &str); 4] = [(0.9, "39"), (0.5, "32"), (0.1, "33"), (0.0, "31")];

impl Completion<'_> {
    fn heading(&self) -> String {
        let total: f32 = self.tokens.iter().map(|token| token.logp).sum();
        let end = match self.finish {
            Finish::Stop => "ended",
            Finish::Length => "cut off",
        };
        let number = if self.of > 1 { format!("sample {} of {}, ", self.number, self.of) } else { String::new() };
        let count = self.tokens.len();
        format!(
            "{}\n[{number}{count} tokens, {end}, log-probability {total:.2}]\n",
            text::in_lines(self.prompt.trim_end())
        )
    }

    fn as_table(&self) -> String {
        let width =
            self.tokens.iter().map(|token| text::spelled_out(&token.text).chars().count()).max().unwrap_or(0).max(5);
        let mut table =
            format!("{}{}\n\n  {:<width$}  probability   rank\n", self.heading(), text::in_lines(&self.text), "token");
        for token in &self.tokens {
            let rank = token.rank + 1;
            table += &format!("  {:<width$}  {:>11.4}  {rank:>5}\n", text::spelled_out(&token.text), token.logp.exp());
        }
        table + "\n"
    }

    fn in_colours(&self) -> String {
        let paint = |code: &str, text: &str| format!("\u{1b}[{code}m{text}\u{1b}[0m");
        let colour = |logp: f32| COLOURS.iter().find(|(least, _)| logp.exp() >= *least).map_or("31", |(_, code)| code);
        let tokens: String =
            self.tokens.iter().map(|token| paint(colour(token.logp), &text::in_lines_marked(&token.text))).collect();
        let names = ["90 % and up", "50 %", "10 %", "less"];
        let legend: Vec<String> = COLOURS.iter().zip(names).map(|((_, code), name)| paint(code, name)).collect();
        format!(
            "{}{tokens}\n{} {}\n\n",
            paint("2", &self.heading()),
            paint("2", "token probability:"),
            legend.join("  ")
        )
    }

    fn as_json(&self) -> String {
        let token = |token: &Token| {
            json!({
                "id": token.id,
                "text": token.text,
                "logp": token.logp,
                "sampling_logp": token.sampling_logp,
                "rank": token.rank,
            })
        };
        let line = json!({
            "prompt": self.prompt,
            "completion": self.text,
            "finish": self.finish,
            "tokens": self.tokens.iter().map(token).collect::<Vec<serde_json::Value>>(),
        });
        format!("{line}\n")
    }
}
