//! Keys and values of past tokens, laid out for one new query.

use crate::kernel::{math, vectorised};
use plaudit_checkpoint::ModelConfig;
use std::ops::Range;

/// Keys of a block, interleaved: `[head_dim][LANES]`, so that scores of `LANES` keys are computed side by side.
const LANES: usize = 16;

/// One key head's past: keys in blocks of `[head_dim][LANES]`, values `[tokens][head_dim]`.
#[derive(Clone, Debug, Default)]
struct Head {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Head {
    fn push(&mut self, key: &[f32], value: &[f32]) {
        let dim = key.len();
        let lane = (self.values.len() / dim) % LANES;
        if lane == 0 {
            self.keys.resize(self.keys.len() + dim * LANES, 0.0);
        }
        let block = self.keys.len() - dim * LANES;
        for (place, coordinate) in self.keys[block..].iter_mut().skip(lane).step_by(LANES).zip(key) {
            *place = *coordinate;
        }
        self.values.extend_from_slice(value);
    }

    /// Appends the scores of the query against every key.
    #[inline(always)]
    fn scores(&self, query: &[f32], scores: &mut Vec<f32>) {
        let tokens = self.values.len() / query.len();
        let end = scores.len() + tokens;
        for block in self.keys.chunks_exact(query.len() * LANES) {
            let mut sums = [[0.0_f32; LANES]; 2];
            // Two chains of sums, so that additions do not wait for each other.
            for (pair, coordinates) in block.chunks_exact(2 * LANES).zip(query.chunks_exact(2)) {
                for (half, sum) in sums.iter_mut().enumerate() {
                    for (sum, key) in sum.iter_mut().zip(&pair[half * LANES..(half + 1) * LANES]) {
                        *sum += key * coordinates[half];
                    }
                }
            }
            for lane in 0..LANES {
                scores.push(sums[0][lane] + sums[1][lane]);
            }
        }
        scores.truncate(end);
    }

    /// output += weights . values.
    #[inline(always)]
    fn add_values(&self, weights: &[f32], output: &mut [f32]) {
        for (weight, value) in weights.iter().zip(self.values.chunks_exact(output.len())) {
            for (output, value) in output.iter_mut().zip(value) {
                *output += weight * value;
            }
        }
    }
}

/// A prompt's keys and values, `[layers][key heads]`; read by all its samples.
#[derive(Debug)]
pub(crate) struct PromptCache {
    heads: Vec<Head>,
    pub(crate) tokens: usize,
}

impl PromptCache {
    /// From the rotated queries, keys and values of every layer, of which the prompt has `rows`.
    pub(crate) fn new(config: &ModelConfig, layers: &[&[f32]], rows: Range<usize>) -> Self {
        let (dim, key_heads) = (config.head_dim, config.num_kv_heads);
        let queries = config.num_heads * dim;
        let width = queries + 2 * key_heads * dim;
        let mut heads = vec![Head::default(); layers.len() * key_heads];
        for (layer, qkv) in layers.iter().enumerate() {
            for row in qkv[rows.start * width..rows.end * width].chunks_exact(width) {
                let (keys, values) = row[queries..].split_at(key_heads * dim);
                for head in 0..key_heads {
                    let at = head * dim..(head + 1) * dim;
                    heads[layer * key_heads + head].push(&keys[at.clone()], &values[at]);
                }
            }
        }
        Self { heads, tokens: rows.len() }
    }
}

/// One sample's own keys and values, `[layers][key heads]`.
#[derive(Debug)]
pub(crate) struct Cache {
    heads: Vec<Head>,
    scores: Vec<f32>,
}

impl Cache {
    pub(crate) fn new(config: &ModelConfig) -> Self {
        Self { heads: vec![Head::default(); config.num_layers * config.num_kv_heads], scores: Vec::new() }
    }

    /// Adds the new token's rotated keys and values of `layer`, and attends to everything so far.
    /// `qkv` is `[queries, keys, values]` of one row, `output` one row of all query heads.
    pub(crate) fn attend(
        &mut self,
        config: &ModelConfig,
        prompt: &PromptCache,
        layer: usize,
        qkv: &[f32],
        output: &mut [f32],
    ) {
        let (dim, key_heads) = (config.head_dim, config.num_kv_heads);
        let (queries, rest) = qkv.split_at(config.num_heads * dim);
        let (keys, values) = rest.split_at(key_heads * dim);
        let group = config.num_heads / key_heads;
        let scale = 1.0 / (dim as f32).sqrt();
        for key_head in 0..key_heads {
            let at = key_head * dim..(key_head + 1) * dim;
            let own = &mut self.heads[layer * key_heads + key_head];
            own.push(&keys[at.clone()], &values[at]);
            let shared = &prompt.heads[layer * key_heads + key_head];
            let scores = &mut self.scores;
            vectorised(
                #[inline(always)]
                || {
                    for head in key_head * group..(key_head + 1) * group {
                        let query = &queries[head * dim..(head + 1) * dim];
                        scores.clear();
                        shared.scores(query, scores);
                        let split = scores.len();
                        own.scores(query, scores);
                        let top = math::max(scores) * scale;
                        for score in scores.iter_mut() {
                            *score = math::exp(score.mul_add(scale, -top));
                        }
                        let inverse = 1.0 / math::sum(scores);
                        let output = &mut output[head * dim..(head + 1) * dim];
                        output.fill(0.0);
                        shared.add_values(&scores[..split], output);
                        own.add_values(&scores[split..], output);
                        output.iter_mut().for_each(|value| *value *= inverse);
                    }
                },
            );
        }
    }
}
