//! The output projection fused with softmax, its statistics and its gradient, without ever holding `[tokens, vocabulary]`.
//!
//! Logits exist for a block of rows at a time. A small vocabulary is computed whole and kept until the backward pass; a
//! large one passes by in tiles of columns, is reduced on the way (online log-sum-exp), and is computed again for the
//! gradient.

use crate::kernel::{
    gemm::{Matrix, Output, Packed, Right, multiply},
    math, vectorised,
};
use crate::packed_weights::Side;
use crate::statistics::{Request, Statistics};
use rayon::prelude::*;
use std::ops::Range;

/// Columns of a tile: with [`BLOCK_ROWS`] rows, 4 MiB of logits.
const TILE: usize = 2048;
/// Rows whose logits exist at once.
const BLOCK_ROWS: usize = 512;
/// Logits kept from the forward to the backward pass, in numbers: 32 MiB. Batches with more compute them twice.
const KEPT_LOGITS: usize = 17 << 20;

/// The output projection: logits = hidden W^T / temperature, W `[vocabulary, width]`.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) weight: Range<usize>,
    pub(crate) vocabulary: usize,
    pub(crate) width: usize,
}

/// Buffers of the head, and what forward leaves for backward.
#[derive(Debug, Default)]
pub(crate) struct HeadBuffers {
    logits: Vec<f32>,
    kept: bool,
    packed_hidden: Packed,
    rows: Vec<Row>,
}

/// The running reduction of one row's logits, and, at the end, its log-sum-exp and entropy.
#[derive(Clone, Copy, Debug)]
struct Row {
    top: f32,
    /// sum exp(logit - top).
    total: f32,
    /// sum exp(logit - top) * (logit - top).
    weighted: f32,
    /// sum of logits.
    sum: f32,
    target: f32,
    rank: u32,
    log_sum_exp: f32,
    entropy: f32,
}

impl Row {
    const EMPTY: Self = Self {
        top: f32::NEG_INFINITY,
        total: 0.0,
        weighted: 0.0,
        sum: 0.0,
        target: 0.0,
        rank: 0,
        log_sum_exp: 0.0,
        entropy: 0.0,
    };

    /// Takes in a tile of logits.
    #[inline(always)]
    fn absorb(&mut self, logits: &[f32], full: bool) {
        let top = math::max(logits);
        if top > self.top {
            // Sums relative to the old maximum, moved to the new one.
            let shift = if self.total > 0.0 { self.top - top } else { 0.0 };
            let factor = math::exp(shift);
            self.weighted = factor * (self.weighted + shift * self.total);
            self.total *= factor;
            self.top = top;
        }
        let at = self.top;
        let mut totals = [0.0_f32; 16];
        let mut weighted = [0.0_f32; 16];
        let (chunks, rest) = logits.as_chunks::<16>();
        for chunk in chunks {
            for lane in 0..16 {
                let shifted = chunk[lane] - at;
                let e = math::exp(shifted);
                totals[lane] += e;
                weighted[lane] += e * shifted;
            }
        }
        for logit in rest {
            let e = math::exp(logit - at);
            totals[0] += e;
            weighted[0] += e * (logit - at);
        }
        self.total += math::sum(&totals);
        self.weighted += math::sum(&weighted);
        if full {
            self.sum += math::sum(logits);
        }
    }

    #[inline(always)]
    fn finish(&mut self) {
        let log_total = self.total.ln();
        self.log_sum_exp = self.top + log_total;
        self.entropy = (log_total - self.weighted / self.total).max(0.0);
    }
}

/// Keeps the `top` largest of the logits seen, largest first, ties by the smaller id.
fn keep_top(ids: &mut [u32], values: &mut [f32], seen: &mut usize, logits: &[f32], first: usize) {
    for (offset, logit) in logits.iter().enumerate() {
        let filled = (*seen).min(ids.len());
        if filled == ids.len() && *logit <= values[filled - 1] {
            continue;
        }
        let place = values[..filled].partition_point(|value| value >= logit);
        let end = filled.min(ids.len() - 1);
        ids.copy_within(place..end, place + 1);
        values.copy_within(place..end, place + 1);
        ids[place] = (first + offset) as u32;
        values[place] = *logit;
        *seen += 1;
    }
}

impl Head {
    fn tiles(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let vocabulary = self.vocabulary;
        (0..vocabulary).step_by(TILE).map(move |first| first..(first + TILE).min(vocabulary))
    }

    /// Logits of one tile of one block of rows.
    fn tile_logits(
        &self,
        weight: &[f32],
        hidden: &[f32],
        tile: &Range<usize>,
        temperature: f32,
        logits: &mut [f32],
        stride: usize,
    ) {
        let right = Side::Forward.of(weight, &(tile.start * self.width..tile.end * self.width), self.width);
        let rows = hidden.len() / self.width;
        multiply(logits, stride, rows, Matrix::rows(hidden, self.width), right, Output::Set);
        if temperature != 1.0 {
            let inverse = 1.0 / temperature;
            logits.par_chunks_mut(stride).for_each(|row| {
                row[..tile.len()].iter_mut().for_each(|logit| *logit *= inverse);
            });
        }
    }

    /// Computes the statistics of `targets` given the hidden states that predict them, `[targets, width]`. With
    /// `for_backward`, keeps what [`Head::backward`] needs.
    pub(crate) fn forward(
        &self,
        parameters: &[f32],
        hidden: &[f32],
        targets: &[u32],
        request: &Request,
        statistics: &mut Statistics,
        buffers: &mut HeadBuffers,
        for_backward: bool,
    ) {
        let weight = &parameters[self.weight.clone()];
        let HeadBuffers { logits, kept, rows, .. } = buffers;
        statistics.resize(request, targets.len());
        rows.clear();
        rows.resize(targets.len(), Row::EMPTY);
        *kept = for_backward && targets.len() * self.vocabulary <= KEPT_LOGITS;
        let stride = if *kept { self.vocabulary } else { TILE.min(self.vocabulary) };
        let block_rows = if *kept { targets.len().max(1) } else { BLOCK_ROWS.min(targets.len().max(1)) };
        if logits.len() < block_rows * stride {
            logits.resize(block_rows * stride, 0.0);
        }
        let mut seen_top = vec![0_usize; if request.top > 0 { targets.len() } else { 0 }];
        for first in (0..targets.len()).step_by(block_rows) {
            let block = first..(first + block_rows).min(targets.len());
            let hidden = &hidden[block.start * self.width..block.end * self.width];
            if request.rank {
                for index in block.clone() {
                    rows[index].target =
                        self.logit(weight, &hidden[(index - first) * self.width..], targets[index], request);
                }
            }
            for tile in self.tiles() {
                let column = if *kept { tile.start } else { 0 };
                let logits = &mut logits[column..];
                self.tile_logits(weight, hidden, &tile, request.temperature, logits, stride);
                let logits = &logits[..];
                rows[block.clone()].par_iter_mut().with_min_len(8).enumerate().for_each(|(index, row)| {
                    let logits = &logits[index * stride..][..tile.len()];
                    let target = targets[first + index] as usize;
                    vectorised(
                        #[inline(always)]
                        || {
                            row.absorb(logits, request.self_certainty);
                            if request.rank {
                                row.rank += logits.iter().map(|logit| u32::from(*logit > row.target)).sum::<u32>();
                            }
                        },
                    );
                    if tile.contains(&target) {
                        row.target = logits[target - tile.start];
                    }
                });
                for (index, sample) in block.clone().enumerate() {
                    let logits = &logits[index * stride..][..tile.len()];
                    for (name, token) in request.named.iter().enumerate() {
                        if tile.contains(&(*token as usize)) {
                            statistics.named_logp[sample * request.named.len() + name] =
                                logits[*token as usize - tile.start];
                        }
                    }
                    if request.top > 0 {
                        let at = sample * request.top..(sample + 1) * request.top;
                        let (ids, values) = (&mut statistics.top_ids[at.clone()], &mut statistics.top_logp[at]);
                        keep_top(ids, values, &mut seen_top[sample], logits, tile.start);
                    }
                }
            }
        }
        let vocabulary = self.vocabulary as f32;
        for (index, row) in rows.iter_mut().enumerate() {
            row.finish();
            statistics.logp[index] = row.target - row.log_sum_exp;
            if request.entropy {
                statistics.entropy[index] = row.entropy;
            }
            if request.self_certainty {
                statistics.self_certainty[index] = row.log_sum_exp - row.sum / vocabulary - vocabulary.ln();
            }
            if request.rank {
                statistics.rank[index] = row.rank;
            }
            for (columns, values) in
                [(request.named.len(), &mut statistics.named_logp), (request.top, &mut statistics.top_logp)]
            {
                for value in &mut values[index * columns..(index + 1) * columns] {
                    *value -= row.log_sum_exp;
                }
            }
        }
    }

    /// One logit by the same chain of operations as the matrix kernel, so that comparing it with others is exact.
    fn logit(&self, weight: &[f32], hidden: &[f32], token: u32, request: &Request) -> f32 {
        let row = &weight[token as usize * self.width..][..self.width];
        let logit = row.iter().zip(hidden).fold(0.0_f32, |sum, (w, h)| h.mul_add(*w, sum));
        if request.temperature == 1.0 { logit } else { logit * (1.0 / request.temperature) }
    }

    /// Back-propagates dL/dlogp and dL/dentropy of the last [`Head::forward`] with `for_backward`: writes the hidden
    /// states' gradient and adds to the weight's.
    ///
    /// d logp / d logit_v = 1\[v = target\] - p_v; d entropy / d logit_v = -p_v (log p_v + entropy).
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        parameter_gradients: &mut [f32],
        hidden: &[f32],
        targets: &[u32],
        request: &Request,
        logp_gradient: &[f32],
        entropy_gradient: Option<&[f32]>,
        hidden_gradient: &mut [f32],
        buffers: &mut HeadBuffers,
    ) {
        let weight = &parameters[self.weight.clone()];
        let HeadBuffers { logits, kept, packed_hidden, rows } = buffers;
        let weight_gradient = &mut parameter_gradients[self.weight.clone()];
        let stride = if *kept { self.vocabulary } else { TILE.min(self.vocabulary) };
        let block_rows = if *kept { targets.len().max(1) } else { BLOCK_ROWS };
        let inverse_temperature = 1.0 / request.temperature;
        for first in (0..targets.len()).step_by(block_rows) {
            let block = first..(first + block_rows).min(targets.len());
            let columns = block.start * self.width..block.end * self.width;
            let hidden = &hidden[columns.clone()];
            packed_hidden.pack(Matrix::rows(hidden, self.width), block.len(), self.width, true);
            for (index, tile) in self.tiles().enumerate() {
                let column = if *kept { tile.start } else { 0 };
                let logits = &mut logits[column..];
                if !*kept {
                    self.tile_logits(weight, hidden, &tile, request.temperature, logits, stride);
                }
                logits.par_chunks_mut(stride).zip(block.clone().into_par_iter()).with_min_len(8).for_each(
                    |(logits, sample)| {
                        let logits = &mut logits[..tile.len()];
                        let row = &rows[sample];
                        let by_logp = logp_gradient[sample];
                        let by_entropy = entropy_gradient.map_or(0.0, |gradient| gradient[sample]);
                        vectorised(
                            #[inline(always)]
                            || {
                                for logit in logits.iter_mut() {
                                    let logp = *logit - row.log_sum_exp;
                                    let slope = by_logp + by_entropy * (logp + row.entropy);
                                    *logit = -math::exp(logp) * slope * inverse_temperature;
                                }
                            },
                        );
                        if let Some(offset) = (targets[sample] as usize).checked_sub(tile.start)
                            && offset < tile.len()
                        {
                            logits[offset] += by_logp * inverse_temperature;
                        }
                    },
                );
                let logit_gradients = Matrix::rows(logits, stride);
                let right = Side::Backward.of(weight, &(tile.start * self.width..tile.end * self.width), self.width);
                let mode = if index == 0 { Output::Set } else { Output::Add };
                let target = &mut hidden_gradient[columns.clone()];
                multiply(target, self.width, block.len(), logit_gradients, right, mode);
                let left = Matrix::transposed(logits, stride);
                let target = &mut weight_gradient[tile.start * self.width..tile.end * self.width];
                multiply(target, self.width, tile.len(), left, Right::Packed(packed_hidden), Output::Add);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_core::Stream;

    struct Problem {
        head: Head,
        weight: Vec<f32>,
        hidden: Vec<f32>,
        targets: Vec<u32>,
    }

    fn problem(vocabulary: usize, width: usize, rows: usize) -> Problem {
        let mut stream = Stream::new(1, "head", 0, 0);
        let mut normal = |len: usize| (0..len).map(|_| stream.normal() as f32).collect::<Vec<f32>>();
        let (weight, hidden) = (normal(vocabulary * width), normal(rows * width));
        let targets = (0..rows).map(|_| stream.below(vocabulary as u64) as u32).collect();
        Problem { head: Head { weight: 0..vocabulary * width, vocabulary, width }, weight, hidden, targets }
    }

    fn everything(temperature: f32, named: Vec<u32>) -> Request {
        Request { temperature, entropy: true, self_certainty: true, rank: true, top: 3, named, hidden: Vec::new() }
    }

    #[test]
    fn statistics_agree_with_their_definitions_whole_and_tiled() {
        // The second vocabulary needs two tiles, the last one short.
        for (vocabulary, temperature) in [(50, 1.0), (TILE + 70, 0.7)] {
            let Problem { head, weight, hidden, targets } = problem(vocabulary, 6, 9);
            let request = everything(temperature, vec![3, vocabulary as u32 - 1]);
            let mut statistics = Statistics::default();
            let buffers = &mut HeadBuffers::default();
            head.forward(&weight, &hidden, &targets, &request, &mut statistics, buffers, false);
            for (row, hidden) in hidden.chunks_exact(6).enumerate() {
                let logits: Vec<f64> = weight
                    .chunks_exact(6)
                    .map(|w| w.iter().zip(hidden).map(|(w, h)| f64::from(*w) * f64::from(*h)).sum::<f64>())
                    .map(|logit| logit / f64::from(temperature))
                    .collect();
                let log_sum_exp = logits.iter().map(|l| l.exp()).sum::<f64>().ln();
                let logp: Vec<f64> = logits.iter().map(|l| l - log_sum_exp).collect();
                let target = targets[row] as usize;
                let close = |what: &str, a: f32, b: f64| assert!((f64::from(a) - b).abs() < 2e-5, "{what} {a} {b}");
                close("logp", statistics.logp[row], logp[target]);
                close("entropy", statistics.entropy[row], -logp.iter().map(|l| l.exp() * l).sum::<f64>());
                let mean = logp.iter().sum::<f64>() / vocabulary as f64;
                close("self-certainty", statistics.self_certainty[row], -mean - (vocabulary as f64).ln());
                let rank = logp.iter().filter(|l| **l > logp[target]).count();
                assert_eq!(statistics.rank[row] as usize, rank);
                close("named", statistics.named_logp[2 * row], logp[3]);
                close("named", statistics.named_logp[2 * row + 1], logp[vocabulary - 1]);
                let mut order: Vec<usize> = (0..vocabulary).collect();
                order.sort_by(|a, b| logp[*b].total_cmp(&logp[*a]));
                for place in 0..3 {
                    assert_eq!(statistics.top_ids[3 * row + place] as usize, order[place]);
                    close("top", statistics.top_logp[3 * row + place], logp[order[place]]);
                }
            }
        }
    }

    #[test]
    fn gradients_agree_with_finite_differences_whole_and_tiled() {
        for vocabulary in [20, TILE + 5] {
            let Problem { head, weight, hidden, targets } = problem(vocabulary, 4, 3);
            let request = Request { temperature: 0.8, entropy: true, ..Request::default() };
            let (by_logp, by_entropy) = ([0.7, -1.2, 0.4], [0.5, 0.3, -0.9]);
            let loss = |weight: &[f32], hidden: &[f32]| {
                let mut statistics = Statistics::default();
                let buffers = &mut HeadBuffers::default();
                head.forward(weight, hidden, &targets, &request, &mut statistics, buffers, false);
                (0..3)
                    .map(|row| {
                        f64::from(by_logp[row] * statistics.logp[row])
                            + f64::from(by_entropy[row] * statistics.entropy[row])
                    })
                    .sum::<f64>()
            };
            let mut gradients = vec![0.0; weight.len()];
            let mut hidden_gradient = vec![f32::NAN; hidden.len()];
            let mut buffers = HeadBuffers::default();
            let mut statistics = Statistics::default();
            head.forward(&weight, &hidden, &targets, &request, &mut statistics, &mut buffers, true);
            // The large vocabulary is made to take the way that computes logits again.
            if vocabulary > TILE {
                buffers.kept = false;
                buffers.logits.clear();
                buffers.logits.resize(BLOCK_ROWS * TILE, 0.0);
            }
            head.backward(
                &weight,
                &mut gradients,
                &hidden,
                &targets,
                &request,
                &by_logp,
                Some(&by_entropy),
                &mut hidden_gradient,
                &mut buffers,
            );
            let step = 1.0 / 128.0;
            let check = |analytic: f32, plus: f64, minus: f64| {
                let numeric = (plus - minus) / (2.0 * f64::from(step));
                // Rounding of an f32 loss of a few units over this step: about 1e-4; truncation of the same order.
                assert!((f64::from(analytic) - numeric).abs() < 2e-3, "{analytic} {numeric}");
            };
            for index in 0..hidden.len() {
                let moved = |by: f32| {
                    let mut h = hidden.clone();
                    h[index] += by;
                    loss(&weight, &h)
                };
                check(hidden_gradient[index], moved(step), moved(-step));
            }
            for index in (0..weight.len()).step_by(weight.len() / 40) {
                let moved = |by: f32| {
                    let mut w = weight.clone();
                    w[index] += by;
                    loss(&w, &hidden)
                };
                check(gradients[index], moved(step), moved(-step));
            }
        }
    }
}
