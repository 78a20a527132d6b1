//! What all policy-gradient objectives compute in the same way for the samples of a chunk. Compiled once, not once for each objective:
//! what is an objective's own is called through [`Formula`], block by block.

use super::{Block, Formula, Sample, SequenceRatio, times};
use crate::block::BLOCK;
use crate::exponential::{bounded, exp, sum};
use crate::kl::k3;
use crate::sums::Sums;
use crate::totals::unmasked;
use crate::{BatchTotals, entropy_band};
use plaudit_core::{Derivatives, PolicyColumns, Real};
use pulp::{Arch, Simd, WithSimd};
use std::ops::Range;

/// Tokens after which a chunk of samples is full.
const CHUNK: usize = 1 << 15;

/// A chunk of samples and room for its derivatives.
pub(super) struct Chunk<'a, R> {
    samples: Range<usize>,
    /// Where its tokens begin.
    start: usize,
    logp: &'a mut [R],
    entropy: Option<&'a mut [R]>,
}

/// A batch in chunks of whole samples.
pub(super) fn chunks<'a, R: Real>(
    columns: &PolicyColumns<'_, R>,
    out: &'a mut Derivatives<'_, R>,
) -> Vec<Chunk<'a, R>> {
    let (mut logp, mut entropy) = (&mut *out.logp, out.entropy.as_deref_mut());
    let (mut chunks, mut first, mut start) = (Vec::new(), 0, 0);
    for (index, range) in columns.samples.iter().enumerate() {
        let tokens = range.end - start;
        if tokens < CHUNK && index + 1 < columns.samples.len() {
            continue;
        }
        let (own, rest) = logp.split_at_mut(tokens);
        logp = rest;
        let own_entropy = entropy.take().map(|column| {
            let (own, rest) = column.split_at_mut(tokens);
            entropy = Some(rest);
            own
        });
        chunks.push(Chunk { samples: first..index + 1, start, logp: own, entropy: own_entropy });
        (first, start) = (index + 1, range.end);
    }
    chunks
}

/// The evaluation of a chunk.
pub(super) struct Work<'a, R> {
    pub(super) arch: Arch,
    pub(super) formula: &'a dyn Formula<R>,
    pub(super) columns: &'a PolicyColumns<'a, R>,
    pub(super) totals: &'a BatchTotals,
    /// Between which entropies a token counts.
    pub(super) band: [f64; 2],
    /// What a token weighs in the entropy bonus; `None`: as in the loss.
    pub(super) bonus_weight: Option<f64>,
    pub(super) chunk: Chunk<'a, R>,
    pub(super) block: Block,
}

impl<R: Real> WithSimd for Work<'_, R> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<V: Simd>(mut self, _: V) -> Sums {
        let mut sums = Sums::default();
        let offset = self.chunk.start;
        for index in self.chunk.samples.clone() {
            let range = self.columns.samples.range(index);
            let own = range.start - offset..range.end - offset;
            self.chunk.logp[own.clone()].fill(R::default());
            if let Some(entropy) = &mut self.chunk.entropy {
                entropy[own].fill(R::default());
            }
            let tokens = unmasked(&self.columns.mask[range.clone()]);
            if tokens > 0 {
                self.sample(Sample { columns: self.columns, index, range, tokens }, &mut sums);
            }
        }
        sums
    }
}

impl<R: Real> Work<'_, R> {
    #[inline(always)]
    fn sample(&mut self, sample: Sample<'_, R>, sums: &mut Sums) {
        let shared = self.formula.shared();
        let level = self.formula.level();
        let weight = shared.aggregation.token_weight_with(self.totals, sample.tokens, shared.numerics);
        let of_sample = self.formula.of_sample(self.arch, &sample);
        let sequence = level
            .of_sequence(&sample, shared.numerics.sequence_bound)
            .map(|(log_ratio, is_held)| SequenceRatio { log_ratio, ratio: exp(log_ratio), is_held });
        let (mut loss, mut through, mut range) = (0.0, 0.0, sample.range.clone());
        while self.block.places.take(self.columns.mask, &mut range) {
            self.terms(of_sample, sequence, sums);
            self.outer_factors(sums);
            self.penalties(weight, sequence, sums);
            let count = self.block.places.count;
            loss += sum(&self.block.loss[..count]);
            if sequence.is_some() {
                through += sum(&self.block.through[..count]);
            }
            self.store(weight, sums);
        }
        if let (Some(sequence), Some(share)) = (sequence, level.share(sample.tokens)) {
            let spread = if sequence.is_held { 0.0 } else { weight * through * share };
            self.spread(sample.range, spread, sums);
        }
        sums.value += weight * loss;
        sums.tokens += sample.tokens as f64;
    }

    /// The objective's terms, and the metrics of ratios and clips.
    #[inline(always)]
    fn terms(&mut self, of_sample: [f64; 2], sequence: Option<SequenceRatio>, sums: &mut Sums) {
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        let limit = self.formula.shared().numerics.log_ratio_limit();
        block.places.read(columns.logp, &mut block.logp);
        block.places.read(columns.old_logp, &mut block.old_logp);
        block.places.read(columns.advantage.unwrap_or_default(), &mut block.advantage);
        for token in 0..count {
            block.log_ratio[token] = block.logp[token] - block.old_logp[token];
            let log_ratio = bounded(block.log_ratio[token], limit);
            block.ratio[token] = exp(log_ratio);
            block.scratch[token] = k3(-log_ratio, block.ratio[token]);
        }
        sums.kl_old += sum(&block.scratch[..count]);
        self.formula.terms(self.arch, of_sample, sequence, limit, block);
        for clip in 0..self.formula.clips() {
            sums.clips[clip] += sum(&block.clips[clip][..count]);
        }
        sums.add_ratios(&block.ratio[..count], &mut block.scratch);
    }

    /// The importance weights and the entropy band, which multiply the terms alone.
    #[inline(always)]
    fn outer_factors(&mut self, sums: &mut Sums) {
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        if let (true, Some(weight)) = (self.formula.is_weighted(), columns.weight) {
            block.places.read(weight, &mut block.scratch);
            for token in 0..count {
                block.loss[token] = times(block.scratch[token], block.loss[token]);
                block.slope[token] = times(block.scratch[token], block.slope[token]);
            }
        }
        let Some(entropy) = columns.entropy else { return };
        block.places.read(entropy, &mut block.scratch);
        sums.entropy += sum(&block.scratch[..count]);
        if self.formula.shared().has_band() {
            for token in 0..count {
                let factor = entropy_band::factor(self.band, block.scratch[token]);
                block.loss[token] = times(factor, block.loss[token]);
                block.slope[token] = times(factor, block.slope[token]);
            }
        }
    }

    /// Adds the KL and entropy terms, and keeps apart what goes through the ratio of a sequence.
    #[inline(always)]
    fn penalties(&mut self, weight: f64, sequence: Option<SequenceRatio>, sums: &mut Sums) {
        let shared = self.formula.shared();
        let spreads = sequence.is_some() && self.formula.level().share(1).is_some();
        let (block, columns) = (&mut self.block, self.columns);
        let count = block.places.count.min(BLOCK);
        if spreads {
            let (through, slope) = (&mut block.through[..count], &mut block.slope[..count]);
            if self.formula.is_detached() {
                through.fill(0.0);
            } else {
                through.copy_from_slice(slope);
                slope.fill(0.0);
            }
        }
        if let Some(ref_logp) = columns.ref_logp {
            // A coefficient of 0 must not turn an infinite estimate into NaN.
            let (kl, is_on) = (shared.kl, shared.kl.coefficient != 0.0);
            let limit = shared.numerics.log_ratio_limit();
            block.places.read(ref_logp, &mut block.scratch);
            for token in 0..count {
                let (mut value, mut slope) = kl.value_and_slope(block.logp[token], block.scratch[token]);
                if kl.ratio_weighted {
                    let ratio = block.ratio[token];
                    (value, slope) = (value * ratio, slope * ratio);
                    let is_held = sequence.map_or(block.log_ratio[token].abs() > limit, |sequence| sequence.is_held);
                    if spreads && is_on {
                        block.through[token] += kl.coefficient * value;
                    } else if !is_held {
                        slope += value;
                    }
                }
                block.scratch[token] = value;
                if is_on {
                    block.loss[token] += kl.coefficient * value;
                    block.slope[token] += kl.coefficient * slope;
                }
            }
            sums.kl_ref += sum(&block.scratch[..count]);
        }
        if let (true, Some(entropy)) = (shared.entropy_coefficient != 0.0, columns.entropy) {
            let derivative = self.chunk.entropy.as_deref_mut();
            let derivative = derivative.expect("room for dL/dentropy is needed where the coefficient is not 0");
            block.places.read(entropy, &mut block.scratch);
            let bonus_weight = self.bonus_weight.unwrap_or(weight);
            // The loss of a block is multiplied by the weight in the end.
            let share = bonus_weight / weight;
            for token in 0..count {
                let value = block.scratch[token];
                let factor = if shared.has_band() { entropy_band::factor(self.band, value) } else { 1.0 };
                let coefficient = shared.entropy_coefficient * factor;
                block.loss[token] -= coefficient * share * value;
                block.scratch[token] = -coefficient * bonus_weight;
            }
            block.places.write(&block.scratch, derivative, self.chunk.start);
        }
    }

    #[inline(always)]
    fn store(&mut self, weight: f64, sums: &mut Sums) {
        let block = &mut self.block;
        let count = block.places.count.min(BLOCK);
        for token in 0..count {
            block.scratch[token] = if block.slope[token] == 0.0 { 1.0 } else { 0.0 };
            block.slope[token] *= weight;
        }
        sums.zero_gradient += sum(&block.scratch[..count]);
        block.places.write(&block.slope, self.chunk.logp, self.chunk.start);
    }

    /// Adds the derivative through the sequence's ratio, the same for all of its tokens.
    #[inline(always)]
    fn spread(&mut self, range: Range<usize>, spread: f64, sums: &mut Sums) {
        if spread == 0.0 {
            return;
        }
        let own = range.start - self.chunk.start..range.end - self.chunk.start;
        let (mut before, mut after) = (0_u32, 0_u32);
        for (slope, is_in) in self.chunk.logp[own].iter_mut().zip(&self.columns.mask[range]) {
            let spread = if *is_in { spread } else { 0.0 };
            let total = slope.wide() + spread;
            before += u32::from(slope.wide() == 0.0);
            after += u32::from(total == 0.0);
            *slope = R::narrow(total);
        }
        sums.zero_gradient += f64::from(after) - f64::from(before);
    }
}
