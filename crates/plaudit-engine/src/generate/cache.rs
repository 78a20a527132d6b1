//! Keys and values of past tokens, laid out for one new query.

use crate::kernel::math;
use plaudit_checkpoint::ModelConfig;
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Keys of a block, interleaved: `[head_dim][LANES]`, so that scores of `LANES` keys are computed side by side.
const LANES: usize = 16;
/// Tokens for which a sample has room from the start; most end before there are many more.
const ROOM: usize = 64;
/// Sums of a score that grow side by side, so that additions do not wait for each other.
const CHAINS: usize = 4;

/// One key head's past: keys in blocks of `[head_dim][LANES]`, values `[tokens][head_dim]`.
#[derive(Clone, Debug, Default)]
struct Head {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Head {
    /// Empty, with room for some tokens.
    fn with_room(tokens: usize, dim: usize) -> Self {
        Self {
            keys: Vec::with_capacity(tokens.next_multiple_of(LANES) * dim),
            values: Vec::with_capacity(tokens * dim),
        }
    }

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
    fn scores<S: Simd>(&self, simd: S, query: &[f32], scores: &mut Vec<f32>) {
        let first = scores.len();
        let tokens = self.values.len() / query.len();
        scores.resize(first + tokens.next_multiple_of(LANES), 0.0);
        let (fours, rest) = query.as_chunks::<CHAINS>();
        let vectors = LANES / S::F32_LANES;
        for (block, scores) in self.keys.chunks_exact(query.len() * LANES).zip(scores[first..].chunks_exact_mut(LANES))
        {
            let (rows, scores) = (S::as_simd_f32s(block).0, S::as_mut_simd_f32s(scores).0);
            for (vector, score) in scores.iter_mut().enumerate() {
                let mut sums = [simd.splat_f32s(0.0); CHAINS];
                let mut at = vector;
                for coordinates in fours {
                    for (sum, coordinate) in sums.iter_mut().zip(coordinates) {
                        *sum = simd.mul_add_f32s(simd.splat_f32s(*coordinate), rows[at], *sum);
                        at += vectors;
                    }
                }
                for (sum, coordinate) in sums.iter_mut().zip(rest) {
                    *sum = simd.mul_add_f32s(simd.splat_f32s(*coordinate), rows[at], *sum);
                    at += vectors;
                }
                *score = simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3]));
            }
        }
        scores.truncate(first + tokens);
    }

    /// output += weights . values.
    #[inline(always)]
    fn add_values<S: Simd>(&self, simd: S, weights: &[f32], output: &mut [f32]) {
        let dim = output.len();
        let (vectors, rest) = S::as_mut_simd_f32s(output);
        let (fours, ones) = vectors.as_chunks_mut::<CHAINS>();
        let mut first = 0;
        for output in fours {
            self.add_columns(simd, weights, dim, first, output);
            first += CHAINS * S::F32_LANES;
        }
        for output in ones {
            self.add_columns(simd, weights, dim, first, std::array::from_mut(output));
            first += S::F32_LANES;
        }
        for (weight, value) in weights.iter().zip(self.values.chunks_exact(dim)) {
            for (output, value) in rest.iter_mut().zip(&value[first..]) {
                *output = weight.mul_add(*value, *output);
            }
        }
    }

    /// [`Head::add_values`] for the columns from `first` on, whose sums stay in registers.
    #[inline(always)]
    fn add_columns<S: Simd, const COUNT: usize>(
        &self,
        simd: S,
        weights: &[f32],
        dim: usize,
        first: usize,
        output: &mut [S::f32s; COUNT],
    ) {
        let mut sums = *output;
        for (weight, value) in weights.iter().zip(self.values.chunks_exact(dim)) {
            let weight = simd.splat_f32s(*weight);
            let value = S::as_simd_f32s(&value[first..first + COUNT * S::F32_LANES]).0;
            for (sum, value) in sums.iter_mut().zip(value) {
                *sum = simd.mul_add_f32s(weight, *value, *sum);
            }
        }
        *output = sums;
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
        let count = layers.len() * key_heads;
        let mut heads: Vec<Head> = std::iter::repeat_with(|| Head::with_room(rows.len(), dim)).take(count).collect();
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

    /// The attention of the prompt's last token to all of it; `qkv` is its row, `output` one row of all query heads.
    pub(crate) fn attend(&self, config: &ModelConfig, layer: usize, qkv: &[f32], output: &mut [f32]) {
        let key_heads = config.num_kv_heads;
        let none = vec![Head::default(); key_heads];
        let queries = &qkv[..config.num_heads * config.head_dim];
        let heads = &self.heads[layer * key_heads..(layer + 1) * key_heads];
        attend(config, heads, &none, queries, output, &mut Vec::new());
    }
}

/// One sample's own keys and values, `[layers][key heads]`.
#[derive(Debug)]
pub(crate) struct Cache {
    heads: Vec<Head>,
    scores: Vec<f32>,
}

impl Cache {
    /// Empty; there may come up to `max_tokens`.
    pub(crate) fn new(config: &ModelConfig, max_tokens: usize) -> Self {
        let head = || Head::with_room(max_tokens.min(ROOM), config.head_dim);
        let count = config.num_layers * config.num_kv_heads;
        Self { heads: std::iter::repeat_with(head).take(count).collect(), scores: Vec::new() }
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
        let of_layer = layer * key_heads..(layer + 1) * key_heads;
        let own = &mut self.heads[of_layer.clone()];
        for ((own, key), value) in own.iter_mut().zip(keys.chunks_exact(dim)).zip(values.chunks_exact(dim)) {
            own.push(key, value);
        }
        attend(config, &prompt.heads[of_layer], own, queries, output, &mut self.scores);
    }
}

/// The attention of one token's query heads to the past of one layer, `[key heads]`: a prompt's, then the sample's own.
fn attend(
    config: &ModelConfig,
    shared: &[Head],
    own: &[Head],
    queries: &[f32],
    output: &mut [f32],
    scores: &mut Vec<f32>,
) {
    let dim = config.head_dim;
    let group = config.num_heads / config.num_kv_heads * dim;
    let scale = 1.0 / (dim as f32).sqrt();
    let heads = queries.chunks_exact(group).zip(output.chunks_exact_mut(group));
    for ((shared, own), (queries, output)) in shared.iter().zip(own).zip(heads) {
        pulp::Arch::new().dispatch(Attend { shared, own, queries, output, dim, scale, scores });
    }
}

/// The attention of the query heads of one key head.
struct Attend<'a> {
    shared: &'a Head,
    own: &'a Head,
    queries: &'a [f32],
    output: &'a mut [f32],
    dim: usize,
    scale: f32,
    scores: &'a mut Vec<f32>,
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { shared, own, queries, output, dim, scale, scores } = self;
        for (query, output) in queries.chunks_exact(dim).zip(output.chunks_exact_mut(dim)) {
            scores.clear();
            shared.scores(simd, query, scores);
            let split = scores.len();
            own.scores(simd, query, scores);
            let top = math::max(scores) * scale;
            for score in scores.iter_mut() {
                *score = math::exp(score.mul_add(scale, -top));
            }
            let inverse = 1.0 / math::sum(scores);
            output.fill(0.0);
            shared.add_values(simd, &scores[..split], output);
            own.add_values(simd, &scores[split..], output);
            for value in output {
                *value *= inverse;
            }
        }
    }
}
