//! What is timed.

use crate::{credit_cases, shapes, verify_cases};
use plaudit_core::{Advantages, CreditColumns, Derivatives, PolicyColumns, Segments, Stream};
use plaudit_credit::{CreditConfig, GroupConfig};
use plaudit_engine::{AdamW, AdamWConfig, Continuations, Gradients, Model, ModelConfig, Request, Sampling};
use plaudit_objective::{BatchTotals, ClippedPg, Objective};
use serde_json::{Value, json};

/// One timed repetition; returns what is worth printing beside the times.
pub(crate) type Case = Box<dyn FnMut(u64) -> Value + Send>;

pub(crate) const NAMES: [&str; 22] = [
    "train-s",
    "train-m",
    "decode-s",
    "decode-m",
    "grpo-s",
    "logp-wide",
    "credit-grpo",
    "credit-grpo-vectorized",
    "credit-rloo",
    "credit-rloo-vectorized",
    "credit-gae",
    "credit-reinforce-plus-plus",
    "loss-clip",
    "loss-gspo",
    "loss-cispo",
    "trl-grpo",
    "trl-bnpo",
    "trl-dr-grpo",
    "trl-dapo",
    "trl-cispo",
    "trl-sapo",
    "verify-answers",
];

pub(crate) fn find(name: &str) -> Option<Case> {
    Some(match name {
        "train-s" => train(shapes::s(), 64, 128),
        "train-m" => train(shapes::m(), 2, 256),
        "decode-s" => decode(shapes::s(), 64, 16, 64),
        "decode-m" => decode(shapes::m(), 8, 16, 32),
        "grpo-s" => grpo(32, 8, 16, 64),
        "logp-wide" => logp(4096),
        _ => return credit_cases::find(name).or_else(|| verify_cases::find(name)),
    })
}

fn tokens(count: usize, vocabulary: usize, item: u64) -> Vec<u32> {
    let mut stream = Stream::new(0, "benchmark", 0, item);
    (0..count).map(|_| 1 + stream.below(vocabulary as u64 - 1) as u32).collect()
}

fn adamw(model: &Model) -> AdamW {
    AdamW::new(model, AdamWConfig { betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0.01 })
}

/// A next-token training step: forward, cross-entropy, backward, clipping, AdamW.
fn train(config: ModelConfig, sequences: usize, length: usize) -> Case {
    let vocabulary = config.vocab_size;
    let mut model = Model::random(config, 0);
    let (mut gradients, mut optimizer) = (Gradients::zeros(&model), adamw(&model));
    Box::new(move |repetition| {
        let prompt_tokens = tokens(sequences, vocabulary, 2 * repetition);
        let rest = tokens(sequences * (length - 1), vocabulary, 2 * repetition + 1);
        let prompts = Segments::from_lengths(vec![1; sequences]);
        let samples = Segments::from_lengths(vec![length - 1; sequences]);
        let prompt_of: Vec<u32> = (0..sequences as u32).collect();
        let batch = Continuations {
            prompt_tokens: &prompt_tokens,
            prompts: &prompts,
            prompt_of: &prompt_of,
            tokens: &rest,
            samples: &samples,
        };
        let (mut loss, count) = (0.0, rest.len() as f64);
        model
            .accumulate(batch, &Request::default(), &mut gradients, &mut |part| {
                loss -= part.statistics.logp.iter().map(|logp| f64::from(*logp)).sum::<f64>() / count;
                part.logp_gradient.fill((-1.0 / count) as f32);
            })
            .expect("the batch is well-formed");
        optimizer.step(&mut model, &mut gradients, 1e-4, 1.0).expect("the gradient is finite");
        json!({ "loss": loss })
    })
}

/// Sampling `new` tokens after prompts of `prompt` tokens, one sample each, no end token.
fn decode(config: ModelConfig, sequences: usize, prompt: usize, new: usize) -> Case {
    let vocabulary = config.vocab_size;
    let mut model = Model::random(config, 0);
    Box::new(move |repetition| {
        let prompts = Segments::from_lengths(vec![prompt; sequences]);
        let prompt_tokens = tokens(prompt * sequences, vocabulary, repetition);
        let sampling = Sampling { max_tokens: new, ..Sampling::default() };
        let streams = |sample: usize| Stream::new(0, "decode", repetition, sample as u64);
        let rollouts = model.generate(&prompt_tokens, &prompts, 1, &sampling, &streams).expect("valid prompts");
        json!({ "tokens": rollouts.tokens.len() })
    })
}

/// A whole GRPO step: rollouts that may end at token 0, a score per completion, group advantages, clipped objective,
/// backward, AdamW. The score (the parity of the token sum) only gives non-zero advantages something to come from.
fn grpo(prompts: usize, group: usize, prompt: usize, new: usize) -> Case {
    let config = shapes::s();
    let vocabulary = config.vocab_size;
    let mut model = Model::random(config, 0);
    let (mut gradients, mut optimizer) = (Gradients::zeros(&model), adamw(&model));
    let credit = CreditConfig::Group(GroupConfig::default());
    let objective = ClippedPg::default();
    Box::new(move |repetition| {
        let segments = Segments::from_lengths(vec![prompt; prompts]);
        let prompt_tokens = tokens(prompt * prompts, vocabulary, repetition);
        let sampling = Sampling { max_tokens: new, stop: vec![0], ..Sampling::default() };
        let streams = |sample: usize| Stream::new(0, "grpo", repetition, sample as u64);
        let rollouts = model.generate(&prompt_tokens, &segments, group, &sampling, &streams).expect("valid prompts");
        let scores: Vec<f64> =
            (0..rollouts.len()).map(|sample| f64::from(rollouts.completion(sample).iter().sum::<u32>() % 2)).collect();
        let scored = vec![true; scores.len()];
        let groups = rollouts.groups();
        let mut by_token = vec![0.0_f32; rollouts.tokens.len()];
        let mask = vec![true; by_token.len()];
        let columns = CreditColumns::new(&rollouts.samples, &groups, &mask, &scores, &scored);
        credit
            .credit(&columns, &mut Advantages { advantage: &mut by_token, returns: None })
            .expect("the scores are finite");
        let totals = BatchTotals::count(&rollouts.samples, &mask, new);
        model
            .accumulate(Continuations::from(&rollouts), &Request::default(), &mut gradients, &mut |part| {
                let samples = rollouts.samples.slice(part.samples.clone());
                let columns = PolicyColumns {
                    advantage: Some(&by_token[part.tokens.clone()]),
                    ..PolicyColumns::new(&samples, &mask[part.tokens.clone()], &part.statistics.logp)
                };
                let mut derivatives = Derivatives { logp: part.logp_gradient, entropy: None };
                objective.evaluate(&columns, &totals, &mut derivatives);
            })
            .expect("the batch is well-formed");
        optimizer.step(&mut model, &mut gradients, 1e-4, 1.0).expect("the gradient is finite");
        json!({ "tokens": rollouts.tokens.len() })
    })
}

/// Log-probabilities of `rows` tokens under a vocabulary of 152,000, without a gradient.
fn logp(rows: usize) -> Case {
    let config = shapes::wide_head();
    let vocabulary = config.vocab_size;
    let mut model = Model::random(config, 0);
    Box::new(move |repetition| {
        let rest = tokens(rows, vocabulary, repetition);
        let (prompts, samples) = (Segments::from_lengths([1]), Segments::from_lengths([rows]));
        let batch =
            Continuations { prompt_tokens: &[1], prompts: &prompts, prompt_of: &[0], tokens: &rest, samples: &samples };
        let statistics = model.score(batch, &Request::default()).expect("the batch is well-formed");
        json!({ "mean_logp": statistics.logp.iter().sum::<f32>() / rows as f32 })
    })
}
