//! Agreement with PyTorch and transformers on committed vectors; see `vectors/README.md` for their layout.

#![expect(clippy::unwrap_used, reason = "a test states its invariants by failing")]

use plaudit_core::{Segments, Stream};
use plaudit_engine::{Continuations, Gradients, Model, Request, Sampling};
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

fn vectors(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(path)
}

/// A file of named arrays.
struct Arrays(Vec<u8>);

impl Arrays {
    fn open(path: &str) -> Self {
        Self(std::fs::read(vectors(path)).unwrap())
    }

    fn floats(&self, name: &str) -> Vec<f64> {
        let file = SafeTensors::deserialize(&self.0).unwrap();
        let tensor = file.tensor(name).unwrap();
        match tensor.dtype() {
            safetensors::Dtype::F32 => {
                tensor.data().as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()
            }
            safetensors::Dtype::F64 => {
                tensor.data().as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
            }
            other => panic!("{name} is {other:?}"),
        }
    }

    fn integers(&self, name: &str) -> Vec<u32> {
        let file = SafeTensors::deserialize(&self.0).unwrap();
        let tensor = file.tensor(name).unwrap();
        tensor.data().as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()
    }
}

/// Sequences as a batch: each one's first token is the prompt, the rest its continuation.
struct Batch {
    prompt_tokens: Vec<u32>,
    prompts: Segments,
    prompt_of: Vec<u32>,
    tokens: Vec<u32>,
    samples: Segments,
}

impl Batch {
    fn new(sequences: &[Vec<u32>]) -> Self {
        Self {
            prompt_tokens: sequences.iter().map(|sequence| sequence[0]).collect(),
            prompts: Segments::from_lengths(sequences.iter().map(|_| 1)),
            prompt_of: (0..sequences.len() as u32).collect(),
            tokens: sequences.iter().flat_map(|sequence| sequence[1..].to_vec()).collect(),
            samples: Segments::from_lengths(sequences.iter().map(|sequence| sequence.len() - 1)),
        }
    }

    fn view(&self) -> Continuations<'_> {
        Continuations {
            prompt_tokens: &self.prompt_tokens,
            prompts: &self.prompts,
            prompt_of: &self.prompt_of,
            tokens: &self.tokens,
            samples: &self.samples,
        }
    }
}

fn cut(values: &[u32], lengths: &[u32]) -> Vec<Vec<u32>> {
    let segments = Segments::from_lengths(lengths.iter().map(|length| *length as usize));
    segments.iter().map(|range| values[range].to_vec()).collect()
}

/// Drops the entry of each sequence's first token, which nothing predicts.
fn predicted<T: Copy>(values: &[T], lengths: &[u32], columns: usize) -> Vec<T> {
    let segments = Segments::from_lengths(lengths.iter().map(|length| *length as usize));
    segments.iter().flat_map(|range| values[(range.start + 1) * columns..range.end * columns].to_vec()).collect()
}

fn assert_close(what: &str, ours: &[f32], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*ours) - theirs).abs() < tolerance, "{what}[{index}]: {ours}, expected {theirs}");
    }
}

const CHECKPOINTS: [&str; 8] = [
    "llama",
    "llama-linear-rope-bf16",
    "llama-tied-bias-llama3-rope",
    "qwen2-f16",
    "qwen2-tied",
    "qwen2-yarn-rope-sharded",
    "qwen3-bias-bf16",
    "qwen3-tied",
];

#[test]
fn logits_agree_short_and_long_alone_and_batched() {
    for name in CHECKPOINTS {
        let mut model = Model::load(&vectors(&format!("logits/{name}/checkpoint"))).unwrap();
        let expected = Arrays::open(&format!("logits/{name}/expected.safetensors"));
        let vocabulary = model.config().vocab_size;
        let request = Request { named: (0..vocabulary as u32).collect(), ..Request::default() };
        // A last token nobody asks about makes the distribution after the final position visible.
        let sequence = |length: &str| {
            let mut ids = expected.integers(&format!("{length}.ids"));
            ids.push(0);
            ids
        };
        let lengths = ["short", "medium", "long"];
        let alone: Vec<Vec<f32>> = lengths
            .iter()
            .map(|length| model.score(Batch::new(&[sequence(length)]).view(), &request).unwrap().named_logp)
            .collect();
        let together = Batch::new(&lengths.map(sequence));
        let batched = model.score(together.view(), &request).unwrap().named_logp;
        assert_eq!(alone.concat(), batched, "{name}: neighbours in a batch must not change a bit");
        for (length, logp) in lengths.iter().zip(&alone) {
            let positions = expected.integers(&format!("{length}.positions"));
            let logits = expected.floats(&format!("{length}.logits"));
            let log_sum_exp = expected.floats(&format!("{length}.logsumexp"));
            for (position, logits) in positions.iter().zip(logits.chunks_exact(vocabulary)) {
                let position = *position as usize;
                let theirs: Vec<f64> = logits.iter().map(|logit| logit - log_sum_exp[position]).collect();
                let ours = &logp[position * vocabulary..(position + 1) * vocabulary];
                assert_close(&format!("{name} {length} {position}"), ours, &theirs, 1e-4);
            }
        }
    }
}

#[test]
fn generation_with_a_cache_agrees_with_scoring_without() {
    for name in CHECKPOINTS {
        let mut model = Model::load(&vectors(&format!("logits/{name}/checkpoint"))).unwrap();
        let prompts = Segments::from_lengths([1, 40, 7]);
        let prompt_tokens: Vec<u32> = (0..48).map(|token| token * 37 % model.config().vocab_size as u32).collect();
        let sampling = Sampling { max_tokens: 30, stop: vec![3], ..Sampling::default() };
        let streams = |sample: usize| Stream::new(0, "test", 0, sample as u64);
        let rollouts = model.generate(&prompt_tokens, &prompts, 3, &sampling, &streams).unwrap();
        let scored = model.score(Continuations::from(&rollouts), &Request::default()).unwrap();
        let theirs: Vec<f64> = scored.logp.iter().map(|logp| f64::from(*logp)).collect();
        assert_close(name, &rollouts.logp, &theirs, 1e-4);
        // Alone, sample 4 (the second of prompt 1) is the same text with the same bits.
        let one = Segments::from_lengths([40]);
        let alone = model.generate(&prompt_tokens[1..41], &one, 1, &sampling, &|_| streams(4)).unwrap();
        assert_eq!(alone.tokens, rollouts.completion(4));
        assert_eq!(alone.logp, rollouts.logp[rollouts.samples.range(4)]);
    }
}

#[test]
fn greedy_generation_agrees() {
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(vectors("generation.json")).unwrap()).unwrap();
    let mut model = Model::load(&vectors(json["checkpoint"].as_str().unwrap())).unwrap();
    let ids = |value: &serde_json::Value| -> Vec<u32> {
        value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect()
    };
    let prompts: Vec<Vec<u32>> = json["prompts"].as_array().unwrap().iter().map(ids).collect();
    let expected: Vec<Vec<u32>> = json["continuations"].as_array().unwrap().iter().map(ids).collect();
    let segments = Segments::from_lengths(prompts.iter().map(Vec::len));
    let sampling = Sampling { temperature: 0.0, max_tokens: 20, ..Sampling::default() };
    let rollouts =
        model.generate(&prompts.concat(), &segments, 1, &sampling, &|_| Stream::new(0, "unused", 0, 0)).unwrap();
    for (sample, expected) in expected.iter().enumerate() {
        assert_eq!(rollouts.completion(sample), expected);
    }
}

#[test]
fn statistics_agree() {
    let expected = Arrays::open("statistics.safetensors");
    let mut model = Model::load(&vectors("logits/llama/checkpoint")).unwrap();
    let lengths = expected.integers("lengths");
    let batch = Batch::new(&cut(&expected.integers("ids"), &lengths));
    let request = Request {
        entropy: true,
        self_certainty: true,
        rank: true,
        top: 5,
        named: expected.integers("named_ids")[..3].to_vec(),
        hidden: vec![0, 1, 2],
        ..Request::default()
    };
    let ours = model.score(batch.view(), &request).unwrap();
    for (name, column) in [("logp", &ours.logp), ("entropy", &ours.entropy), ("self_certainty", &ours.self_certainty)] {
        assert_close(name, column, &predicted(&expected.floats(name), &lengths, 1), 1e-4);
    }
    assert_eq!(ours.rank, predicted(&expected.integers("rank"), &lengths, 1));
    assert_eq!(ours.top_ids, predicted(&expected.integers("top_ids"), &lengths, 5));
    assert_close("top", &ours.top_logp, &predicted(&expected.floats("top_logp"), &lengths, 5), 1e-4);
    // Hidden states: theirs after reading token i, ours the state that predicts it, so theirs without the last.
    let width = model.config().hidden_size;
    let sequences = Segments::from_lengths(lengths.iter().map(|length| *length as usize));
    for (layer, hidden) in ours.hidden.iter().enumerate() {
        let all = expected.floats(&format!("hidden.{layer}"));
        let theirs: Vec<f64> =
            sequences.iter().flat_map(|range| all[range.start * width..(range.end - 1) * width].to_vec()).collect();
        assert_close(&format!("hidden {layer}"), hidden, &theirs, 1e-4);
    }
}

#[test]
fn named_statistics_agree() {
    let expected = Arrays::open("statistics.safetensors");
    let mut model = Model::load(&vectors("logits/llama/checkpoint")).unwrap();
    let lengths = expected.integers("lengths");
    let batch = Batch::new(&cut(&expected.integers("ids"), &lengths));
    let named = expected.integers("named_ids");
    let theirs = expected.floats("named_logp");
    let request = Request { named: (0..model.config().vocab_size as u32).collect(), ..Request::default() };
    let ours = model.score(batch.view(), &request).unwrap().named_logp;
    let vocabulary = model.config().vocab_size;
    let (named, theirs) = (predicted(&named, &lengths, 3), predicted(&theirs, &lengths, 3));
    for (index, (token, theirs)) in named.iter().zip(&theirs).enumerate() {
        let ours = ours[index / 3 * vocabulary + *token as usize];
        assert!((f64::from(ours) - theirs).abs() < 1e-4);
    }
}

#[test]
fn gradients_of_every_parameter_agree() {
    for name in ["llama-bias", "qwen2-tied", "qwen3"] {
        let mut model = Model::load(&vectors(&format!("gradients/{name}/checkpoint"))).unwrap();
        let expected = Arrays::open(&format!("gradients/{name}/expected.safetensors"));
        let lengths = expected.integers("lengths");
        let batch = Batch::new(&cut(&expected.integers("ids"), &lengths));
        let by_logp = predicted(&expected.floats("logp_weight"), &lengths, 1);
        let by_entropy = predicted(&expected.floats("entropy_weight"), &lengths, 1);
        let request = Request { entropy: true, ..Request::default() };
        let mut gradients = Gradients::zeros(&model);
        let mut loss = 0.0;
        model
            .accumulate(batch.view(), &request, &mut gradients, &mut |part| {
                let entropy_gradient = part.entropy_gradient.unwrap();
                for (index, token) in part.tokens.enumerate() {
                    part.logp_gradient[index] = by_logp[token] as f32;
                    entropy_gradient[index] = by_entropy[token] as f32;
                    loss += by_logp[token] * f64::from(part.statistics.logp[index]);
                    loss += by_entropy[token] * f64::from(part.statistics.entropy[index]);
                }
            })
            .unwrap();
        assert!((loss - expected.floats("loss")[0]).abs() < 1e-4, "{name}: {loss}");
        let mut start = 0;
        for spec in model.config().tensors() {
            let ours = &gradients.values()[start..start + spec.len()];
            start += spec.len();
            let theirs = expected.floats(&format!("gradient.{}", spec.name));
            let scale = theirs.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
            assert!(scale > 0.0, "{name}: {} receives no gradient", spec.name);
            // f32 against f64 over a few layers: 1e-4 of the tensor's largest gradient.
            assert_close(&format!("{name} {}", spec.name), ours, &theirs, 1e-4 * scale.max(1e-2));
        }
    }
}

#[test]
fn sharing_prompts_and_cutting_batches_do_not_change_gradients() {
    let mut model = Model::load(&vectors("gradients/qwen3/checkpoint")).unwrap();
    let vocabulary = model.config().vocab_size as u32;
    let prompt: Vec<u32> = (0..9).map(|token| token * 5 % vocabulary).collect();
    let samples = Segments::from_lengths((0..80).map(|sample| 1 + sample * 7 % 50));
    let tokens: Vec<u32> = (0..samples.total() as u32).map(|token| token * 7 % vocabulary).collect();
    let mut run = |copies: bool| {
        let prompt_tokens = if copies { prompt.repeat(80) } else { prompt.clone() };
        let prompts = Segments::from_lengths(vec![9; if copies { 80 } else { 1 }]);
        let prompt_of: Vec<u32> = if copies { (0..80).collect() } else { vec![0; 80] };
        let batch = Continuations {
            prompt_tokens: &prompt_tokens,
            prompts: &prompts,
            prompt_of: &prompt_of,
            tokens: &tokens,
            samples: &samples,
        };
        let mut gradients = Gradients::zeros(&model);
        let mut parts = 0;
        model
            .accumulate(batch, &Request::default(), &mut gradients, &mut |part| {
                parts += 1;
                part.logp_gradient.fill(1e-3);
            })
            .unwrap();
        assert!(parts > 1, "the batch is meant to be cut, was {parts}");
        gradients.values().to_vec()
    };
    let (copied, shared) = (run(true), run(false));
    let scale = copied.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    for (copied, shared) in copied.iter().zip(&shared) {
        // The same sums in another order.
        assert!((copied - shared).abs() < 1e-5 * scale, "{copied} {shared}");
    }
}
